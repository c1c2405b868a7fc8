//! Copies of the whole database: taken while a server writes, looked into, and put back.
//!
//! SQLite copies itself into one file. PostgreSQL is asked with its own programs, `pg_dump` and `pg_restore`. Either
//! copy can be looked into as a SQLite file, so that one check serves both.

mod dump;
mod tools;

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::postgres::Target;
use crate::sql::Sql as _;
use crate::sqlite::Sqlite;
use crate::{Database, Error, Options, data_dir, migrate, on_thread, postgres};

/// What the copy of a SQLite database is called.
pub const SQLITE_FILE: &str = "ananke.db";
/// What the copy of a PostgreSQL database is called.
pub const DUMP_FILE: &str = "database.pgdump";

/// The newest schema this release can read.
#[must_use]
pub fn schema() -> i64 {
    migrate::KNOWN
}

/// Copies the database of a running or a stopped server into this directory: everything committed before the call,
/// as of one moment. Gives the file's name; it is on disk when this returns.
///
/// # Errors
/// There is no database, `pg_dump` is missing or refuses, the disk is full.
pub fn take(options: &Options, dir: &Path) -> Result<&'static str, Error> {
    let name = match &options.database {
        Database::Sqlite => {
            Sqlite::copy(&options.sqlite_file(), &dir.join(SQLITE_FILE))?;
            SQLITE_FILE
        }
        Database::Postgres(url) => {
            tools::dump(&Target::parse(url, &options.network)?, &dir.join(DUMP_FILE))?;
            DUMP_FILE
        }
    };
    let path = dir.join(name);
    File::open(&path)
        .and_then(|file| file.sync_all())
        .map_err(|error| Error::file(&path, &error))?;
    Ok(name)
}

/// Makes a SQLite database of this release's schema of a copy, in `dir`, where it is called `ananke.db`. The copy
/// was made under `schema`; it is not changed.
///
/// # Errors
/// The copy cannot be read, or does not hold what its schema says.
pub fn unpack(copy: &Path, schema: i64, dir: &Path) -> Result<(), Error> {
    let path = dir.join(SQLITE_FILE);
    let is_dump = copy.file_name().is_some_and(|name| name == DUMP_FILE);
    if !is_dump {
        std::fs::copy(copy, &path).map_err(|error| Error::file(&path, &error))?;
    }
    let mut sqlite = Sqlite::open(&path)?;
    // Nobody needs it after a power cut.
    sqlite.batch("PRAGMA synchronous = OFF")?;
    if is_dump {
        migrate::migrate_to(&mut sqlite, schema)?;
        tools::read(copy, |lines| dump::load(&mut sqlite, lines))?;
    }
    migrate::migrate(&mut sqlite)
}

/// Whether there is a database already where these options say.
///
/// # Errors
/// PostgreSQL does not answer.
pub fn is_taken(options: &Options) -> Result<bool, Error> {
    match &options.database {
        Database::Sqlite => {
            let file = options.sqlite_file();
            Ok(file.exists() || with_suffix(&file, "-wal").exists())
        }
        Database::Postgres(url) => {
            let target = Target::parse(url, &options.network)?;
            on_thread(|| {
                postgres::reach(&target)?;
                postgres::has_tables(&target)
            })
        }
    }
}

/// Creates the data directory, for this user only.
///
/// # Errors
/// It cannot be created, or others can write to it.
pub fn make_room(options: &Options) -> Result<(), Error> {
    data_dir::create(&options.data_dir)
}

/// Puts a copy where these options say; nothing may be there. SQLite: the data directory must exist. The database is
/// there whole or not at all.
///
/// # Errors
/// The copy is of the other engine, `pg_restore` is missing or refuses, the disk is full.
pub fn put_back(copy: &Path, options: &Options) -> Result<(), Error> {
    let is_dump = copy.file_name().is_some_and(|name| name == DUMP_FILE);
    match (&options.database, is_dump) {
        (Database::Sqlite, false) => {
            let path = options.sqlite_file();
            let failed = |error| Error::file(&path, &error);
            let partial = with_suffix(&path, ".partial");
            std::fs::copy(copy, &partial)
                .and_then(|_| File::open(&partial)?.sync_all())
                .and_then(|()| std::fs::rename(&partial, &path))
                .and_then(|()| crate::anchor::sync_parent(&path))
                .map_err(failed)
        }
        (Database::Postgres(url), true) => {
            tools::restore(&Target::parse(url, &options.network)?, copy)
        }
        (Database::Sqlite, true) => {
            Err(other_engine("PostgreSQL", "give its URL as data.database"))
        }
        (Database::Postgres(_), false) => {
            Err(other_engine("SQLite", "leave data.database at \"sqlite\""))
        }
    }
}

fn other_engine(of: &str, way_out: &str) -> Error {
    Error::Refused {
        reason: format!("this is a copy of a {of} database: {way_out}"),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
