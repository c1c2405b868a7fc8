//! SQLite: one file in the data directory. A write-ahead log that is flushed before anybody hears of a commit, so that
//! what was acknowledged survives a power cut; deleted content is overwritten.

use std::collections::HashMap;
use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::hooks::Wal;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, ffi};

use crate::Error;
use crate::sql::{Engine, Fault, FaultKind, Sql, question_marks};
use crate::value::Value;

/// Other writers there are only while the database is opened; tools may hold it a moment.
const BUSY: Duration = Duration::from_secs(5);

/// From how many pages on the write-ahead log is moved into the database after a commit.
const LOG_PAGES: std::ffi::c_int = 1_000;

/// A connection.
pub(crate) struct Sqlite {
    connection: Connection,
    texts: HashMap<String, String>,
    fault: Option<FaultKind>,
    /// Why the log could not be moved: behind a commit SQLite only says that something went wrong.
    log_failed: Arc<OnceLock<Fault>>,
    /// Whether a commit was written to the log since [`Sqlite::take_logged`] was asked.
    logged: Arc<AtomicBool>,
}

impl Sqlite {
    /// Opens for the writer, creating the file.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        // Made here, because SQLite would let everybody read it; its other files take the same mode. One that is there
        // is not opened: closing it would take away the locks that SQLite holds on it in this process.
        let made = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path);
        match made {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(Error::file(path, &error));
            }
            _ => {}
        }
        let mut sqlite = Self::connect(path)?;
        sqlite.settle(
            // The writer keeps 32 MB of pages: indexes of what is random are touched everywhere.
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; \
             PRAGMA cache_size = -32768;",
        )?;
        // In the place of SQLite's own, which keeps a failed sync to itself.
        let failed = Arc::clone(&sqlite.log_failed);
        let logged = Arc::clone(&sqlite.logged);
        sqlite
            .connection
            .wal_hook(Some(move |log: &mut Wal, pages| {
                logged.store(true, Ordering::SeqCst);
                move_log(log, pages).inspect_err(|error| drop(failed.set(fault(error))))
            }))
            .map_err(|error| fault(&error))?;
        // A file system without shared memory leaves the old mode in place, silently.
        let mode = sqlite.query("PRAGMA journal_mode", &[])?;
        if mode != [[Value::Text("wal".to_owned())]] {
            return Err(Error::Refused {
                reason: format!("{} cannot use write-ahead logging here", path.display()),
            });
        }
        Ok(sqlite)
    }

    /// Copies everything committed so far into a new file, as of one moment, while others write. What was erased
    /// is not in it.
    pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Error> {
        if !from.exists() {
            return Err(Error::Refused {
                reason: format!("{} does not exist", from.display()),
            });
        }
        // Made here, as above; SQLite takes an empty file for none.
        std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(to)
            .map_err(|error| Error::file(to, &error))?;
        let Some(name) = to.to_str() else {
            return Err(Error::Refused {
                reason: format!("{} is not a name in UTF-8", to.display()),
            });
        };
        Self::connect(from)?.execute("VACUUM INTO $1", &[name.into()])?;
        Ok(())
    }

    /// Opens for a reader; the file is there already.
    pub(crate) fn open_reader(path: &Path) -> Result<Self, Error> {
        let mut sqlite = Self::connect(path)?;
        sqlite.settle("PRAGMA query_only = ON;")?;
        Ok(sqlite)
    }

    fn connect(path: &Path) -> Result<Self, Error> {
        let connection = Connection::open(path).map_err(|error| fault(&error))?;
        connection.set_prepared_statement_cache_capacity(256);
        // Closing would move the log into the database, and nobody would hear that it failed.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
            .map_err(|error| fault(&error))?;
        // Plans do not depend on values: otherwise a query with a range is prepared again at every call.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(|error| fault(&error))?;
        let mut sqlite = Self {
            connection,
            texts: HashMap::new(),
            fault: None,
            log_failed: Arc::default(),
            logged: Arc::default(),
        };
        sqlite
            .connection
            .busy_timeout(BUSY)
            .map_err(|error| fault(&error))?;
        sqlite.settle(
            "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;",
        )?;
        Ok(sqlite)
    }

    /// From here on a commit is in the log, where everybody sees it, and not on the disk: for that the log, which is
    /// given, has to be flushed. What moves the log into the database still flushes both.
    pub(crate) fn leave_flushing(&mut self, path: &Path) -> Result<File, Error> {
        self.settle("PRAGMA synchronous = NORMAL")?;
        // Where SQLite has it: beside the file that a link leads to.
        let database = path.canonicalize();
        let mut log = database
            .map_err(|error| Error::file(path, &error))?
            .into_os_string();
        log.push("-wal");
        let log = PathBuf::from(log);
        // Writing is not asked for, and no lock of SQLite's is on this file: closing it takes none away.
        File::open(&log).map_err(|error| Error::file(&log, &error))
    }

    /// Commits are flushed as they are made again.
    pub(crate) fn flush_again(&mut self) -> Result<(), Fault> {
        self.batch("PRAGMA synchronous = FULL")
    }

    /// Whether anything was written to the log since this was asked last.
    pub(crate) fn take_logged(&self) -> bool {
        self.logged.swap(false, Ordering::SeqCst)
    }

    fn settle(&mut self, pragmas: &str) -> Result<(), Error> {
        Ok(self.batch(pragmas)?)
    }

    /// Moves the write-ahead log into the database and empties it, so that old page images with
    /// erased content are gone. Readers may be in the way; then it says `false`, soon: the writer
    /// has others to serve.
    ///
    /// # Errors
    /// The disk failed; nothing else is one.
    pub(crate) fn empty_log(&mut self) -> Result<bool, Fault> {
        let _ = self.connection.busy_timeout(Duration::from_millis(50));
        let emptied = self.query("PRAGMA wal_checkpoint(TRUNCATE)", &[]);
        let _ = self.connection.busy_timeout(BUSY);
        match emptied {
            Ok(rows) => Ok(rows.first().and_then(|row| row.first()) == Some(&Value::Int(0))),
            Err(fault) if fault.kind == FaultKind::Io => Err(fault),
            Err(_) => Ok(false),
        }
    }

    fn note<T>(&mut self, result: Result<T, rusqlite::Error>) -> Result<T, Fault> {
        result.map_err(|error| {
            let fault = self
                .log_failed
                .get()
                .cloned()
                .unwrap_or_else(|| fault(&error));
            self.fault = Some(fault.kind);
            fault
        })
    }

    fn run<T>(
        &mut self,
        sql: &str,
        values: &[Value],
        run: impl FnOnce(&mut rusqlite::Statement<'_>) -> Result<T, rusqlite::Error>,
    ) -> Result<T, Fault> {
        if !self.texts.contains_key(sql) {
            self.texts.insert(sql.to_owned(), question_marks(sql));
        }
        let text = self.texts.get(sql).map_or(sql, String::as_str);
        let result = (|| {
            let mut statement = self.connection.prepare_cached(text)?;
            for (index, value) in values.iter().enumerate() {
                match value {
                    Value::Null => {
                        statement.raw_bind_parameter(index + 1, rusqlite::types::Null)?;
                    }
                    Value::Int(value) => statement.raw_bind_parameter(index + 1, value)?,
                    Value::Text(value) => statement.raw_bind_parameter(index + 1, value)?,
                    Value::Blob(value) => statement.raw_bind_parameter(index + 1, value)?,
                }
            }
            run(&mut statement)
        })();
        self.note(result)
    }
}

impl Sql for Sqlite {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, Fault> {
        let changed = self.run(sql, values, |statement| statement.raw_execute())?;
        Ok(changed as u64)
    }

    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Vec<Value>>, Fault> {
        self.run(sql, values, |statement| {
            let columns = statement.column_count();
            let mut rows = statement.raw_query();
            let mut out = Vec::new();
            while let Some(row) = rows.next()? {
                let mut values = Vec::with_capacity(columns);
                for index in 0..columns {
                    values.push(match row.get_ref(index)? {
                        ValueRef::Null => Value::Null,
                        ValueRef::Integer(value) => Value::Int(value),
                        // The store writes no reals; the reader of the row will call it corrupt.
                        ValueRef::Real(value) => Value::Text(value.to_string()),
                        ValueRef::Text(value) => match std::str::from_utf8(value) {
                            Ok(value) => Value::Text(value.to_owned()),
                            // Not text: whoever expects text calls it corrupt.
                            Err(_) => Value::Blob(value.to_vec()),
                        },
                        ValueRef::Blob(value) => Value::Blob(value.to_vec()),
                    });
                }
                out.push(values);
            }
            Ok(out)
        })
    }

    fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        // These come with every command, and need not be parsed each time.
        if matches!(
            sql,
            "BEGIN" | "BEGIN IMMEDIATE" | "SAVEPOINT command" | "RELEASE command" | "COMMIT"
        ) {
            return self.execute(sql, &[]).map(|_| ());
        }
        let result = self.connection.execute_batch(sql);
        self.note(result)
    }

    fn in_transaction(&mut self) -> bool {
        !self.connection.is_autocommit()
    }

    fn take_fault(&mut self) -> Option<FaultKind> {
        self.fault.take()
    }

    fn commit(&mut self) -> Result<(), Fault> {
        self.batch("COMMIT")
    }
}

/// Moves a long log into the database; it runs behind the commit that made it long. A failed disk fails that commit,
/// so that the writer hears of it; whoever else is in the way, or a full disk, leaves the log for the next one.
fn move_log(log: &mut Wal, pages: std::ffi::c_int) -> Result<(), rusqlite::Error> {
    if pages < LOG_PAGES {
        return Ok(());
    }
    match log.checkpoint() {
        Err(error) if fault(&error).kind == FaultKind::Io => Err(error),
        _ => Ok(()),
    }
}

fn fault(error: &rusqlite::Error) -> Fault {
    let kind = match error {
        rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
            ErrorCode::DiskFull => FaultKind::Full,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => FaultKind::Busy,
            // A reader that cannot open a file is not a failing disk.
            ErrorCode::SystemIoFailure if failure.extended_code != ffi::SQLITE_IOERR_SHMMAP => {
                FaultKind::Io
            }
            _ => FaultKind::Other,
        },
        _ => FaultKind::Other,
    };
    Fault {
        kind,
        text: error.to_string(),
    }
}

/// Connections for reading, as many as are used at once.
pub(crate) struct SqliteReaders {
    path: PathBuf,
    idle: Mutex<Vec<Sqlite>>,
}

impl SqliteReaders {
    pub(crate) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            idle: Mutex::new(Vec::new()),
        }
    }

    pub(crate) fn with<T>(
        &self,
        run: impl FnOnce(&mut dyn Sql) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let idle = self.idle().pop();
        let mut sqlite = match idle {
            Some(sqlite) => sqlite,
            None => Sqlite::open_reader(&self.path)?,
        };
        let result = run(&mut sqlite);
        // A closure that left a transaction open would pin an old snapshot for whoever comes next.
        if !sqlite.in_transaction() {
            self.idle().push(sqlite);
        }
        result
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Sqlite>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt as _;

    /// A log that lies beside the link, from before, must not be taken for the one that is written.
    #[test]
    fn the_log_that_is_flushed_is_the_one_that_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let (link, elsewhere) = (dir.path().join("ananke.db"), dir.path().join("elsewhere"));
        std::fs::create_dir(&elsewhere).unwrap();
        std::os::unix::fs::symlink(elsewhere.join("ananke.db"), &link).unwrap();
        std::fs::write(dir.path().join("ananke.db-wal"), "").unwrap();
        drop(Sqlite::connect(&elsewhere.join("ananke.db")));
        let mut sqlite = Sqlite::open(&link).unwrap();
        sqlite.batch("CREATE TABLE t (a ANY) STRICT").unwrap();
        let log = sqlite.leave_flushing(&link).unwrap().metadata().unwrap();
        let written = elsewhere.join("ananke.db-wal").metadata().unwrap();
        assert_eq!((log.dev(), log.ino()), (written.dev(), written.ino()));
        assert!(log.len() > 0);
        assert!(sqlite.take_logged() && !sqlite.take_logged());
    }

    #[test]
    fn what_sqlite_says_is_one_of_few_things() {
        for (code, kind) in [
            (ffi::SQLITE_FULL, FaultKind::Full),
            (ffi::SQLITE_BUSY, FaultKind::Busy),
            (ffi::SQLITE_LOCKED, FaultKind::Busy),
            (ffi::SQLITE_IOERR_FSYNC, FaultKind::Io),
            (ffi::SQLITE_IOERR_WRITE, FaultKind::Io),
            (ffi::SQLITE_IOERR_SHMMAP, FaultKind::Other),
            (ffi::SQLITE_CORRUPT, FaultKind::Other),
        ] {
            let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            assert_eq!(fault(&error).kind, kind, "{code}");
        }
        let error = rusqlite::Error::QueryReturnedNoRows;
        assert_eq!(fault(&error).kind, FaultKind::Other);
    }

    #[test]
    fn a_reader_is_used_again_unless_a_transaction_was_left_open() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ananke.db");
        Sqlite::open(&path).unwrap();
        let readers = SqliteReaders::new(&path);
        for _ in 0..2 {
            readers.with(|sql| Ok(sql.batch("SELECT 1")?)).unwrap();
            assert_eq!(readers.idle().len(), 1);
        }
        readers.with(|sql| Ok(sql.batch("BEGIN")?)).unwrap();
        assert_eq!(readers.idle().len(), 0);
    }

    #[test]
    fn the_log_is_moved_when_it_is_long_and_not_before() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ananke.db");
        let mut sqlite = Sqlite::open(&path).unwrap();
        sqlite.batch("CREATE TABLE t (x BLOB)").unwrap();
        let mut length = || {
            sqlite
                .batch("INSERT INTO t VALUES (zeroblob(400000))")
                .unwrap();
            std::fs::metadata(&path).unwrap().len()
        };
        let first = length();
        assert!(first < 400_000);
        assert_eq!(length(), first);
        // A hundred pages each.
        let last = (0..12).map(|_| length()).last().unwrap();
        assert!(last > 4_000_000, "{last}");
    }
}
