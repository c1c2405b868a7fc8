//! One database to test on, whichever engine, and shorthands for what the tests store.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use ananke_store::*;
use tempfile::TempDir;
use uuid::Uuid;

use crate::cluster;
use crate::made::new_instance;

/// Where the test clock begins.
pub(crate) const START: i64 = 1_800_000_000_000_000;

/// A database and everything around it. Reopened as often as a test likes.
pub(crate) struct Db {
    pub(crate) engine: Engine,
    pub(crate) dir: TempDir,
    pub(crate) url: Option<String>,
    pub(crate) clock: Arc<AtomicI64>,
    /// How often the store asked for the time.
    pub(crate) asked: Arc<AtomicI64>,
    /// Directories of other nodes, which go with this one.
    nodes: Mutex<Vec<TempDir>>,
}

static NEXT: AtomicU64 = AtomicU64::new(1);

/// The next number of this process: for ids that must differ and keep their order.
pub(crate) fn number() -> u64 {
    NEXT.fetch_add(1, Ordering::SeqCst)
}

/// For a child process on its parent's database: from here on the numbers are its own.
pub(crate) fn numbers_of_a_child() {
    NEXT.fetch_add(1_000_050_000, Ordering::SeqCst);
}

/// A UUIDv7 later than all before.
pub(crate) fn id() -> Uuid {
    let number = number();
    let mut random = [0; 10];
    random[2..].copy_from_slice(&number.to_be_bytes());
    uuid::Builder::from_unix_timestamp_millis((START / 1000) as u64 + number, &random).into_uuid()
}

/// A digest nobody else has.
pub(crate) fn digest() -> Digest {
    let mut out = [7; 32];
    out[..8].copy_from_slice(&number().to_be_bytes());
    out
}

pub(crate) fn keys() -> RowKeys {
    RowKeys::new(&[11; 32], &[12; 32])
}

impl Db {
    /// `None` where PostgreSQL is asked for and not installed.
    pub(crate) fn new(engine: Engine) -> Option<Self> {
        let url = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(cluster::shared()?.database()),
        };
        Some(Self::at(engine, url))
    }

    pub(crate) fn at(engine: Engine, url: Option<String>) -> Self {
        Self {
            engine,
            dir: tempfile::Builder::new()
                .prefix("ananke-store-")
                .tempdir()
                .unwrap(),
            url,
            clock: Arc::new(AtomicI64::new(START)),
            asked: Arc::new(AtomicI64::new(0)),
            nodes: Mutex::new(Vec::new()),
        }
    }

    /// Another node on the same database, with a data directory of its own.
    pub(crate) fn other_node(&self) -> Self {
        Self {
            clock: Arc::clone(&self.clock),
            ..Self::at(self.engine, self.url.clone())
        }
    }

    pub(crate) fn options(&self) -> Options {
        let (clock, asked) = (Arc::clone(&self.clock), Arc::clone(&self.asked));
        let mut options = Options::new(
            self.dir.path().join("data"),
            Arc::new(move || {
                asked.fetch_add(1, Ordering::SeqCst);
                clock.fetch_add(1_000, Ordering::SeqCst)
            }),
            Arc::new(|buffer: &mut [u8]| {
                for chunk in buffer.chunks_mut(8) {
                    let mixed = number().wrapping_mul(0x9E37_79B9_7F4A_7C15);
                    chunk.copy_from_slice(&mixed.to_be_bytes()[..chunk.len()]);
                }
            }),
        );
        if let Some(url) = &self.url {
            options.database = Database::Postgres(url.clone());
        }
        options
    }

    /// The same under a clock that stands still until it is set.
    pub(crate) fn standing(&self) -> (Options, Arc<AtomicI64>) {
        let now = Arc::new(AtomicI64::new(START));
        let theirs = Arc::clone(&now);
        let mut options = self.options();
        options.clock = Arc::new(move || theirs.load(Ordering::SeqCst));
        (options, now)
    }

    /// Open and unlocked, made on the first call.
    pub(crate) fn open(&self) -> Store {
        self.try_open(self.options()).unwrap()
    }

    pub(crate) fn try_open(&self, options: Options) -> Result<Store, Error> {
        let store = Store::open(options)?;
        if store.instance()?.is_none() {
            store.initialise(&new_instance(), &keys())?;
        }
        store.unlock(keys())?;
        Ok(store)
    }

    /// The database behind the store's back.
    pub(crate) fn raw(&self) -> Raw {
        match &self.url {
            None => {
                let path = self.dir.path().join("data/ananke.db");
                let connection = rusqlite::Connection::open(path).unwrap();
                connection
                    .busy_timeout(std::time::Duration::from_secs(5))
                    .unwrap();
                Raw::Sqlite(connection)
            }
            Some(url) => Raw::Postgres(Box::new(
                postgres::Client::connect(url, postgres::NoTls).unwrap(),
            )),
        }
    }
}

/// Plain SQL.
pub(crate) enum Raw {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::Client>),
}

impl Raw {
    /// Runs a statement and says how many rows it changed.
    pub(crate) fn execute(&mut self, sql: &str) -> u64 {
        match self {
            Self::Sqlite(connection) => connection.execute(sql, []).unwrap() as u64,
            Self::Postgres(client) => client.execute(sql, &[]).unwrap(),
        }
    }

    pub(crate) fn script(&mut self, sql: &str) {
        match self {
            Self::Sqlite(connection) => connection.execute_batch(sql).unwrap(),
            Self::Postgres(client) => client.batch_execute(sql).unwrap(),
        }
    }

    /// Every row as text; the statement casts where it must.
    pub(crate) fn query(&mut self, sql: &str) -> Vec<Vec<Option<String>>> {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare(sql).unwrap();
                let columns = statement.column_count();
                let rows = statement.query_map([], |row| {
                    (0..columns)
                        .map(|n| {
                            Ok(match row.get_ref(n)? {
                                rusqlite::types::ValueRef::Null => None,
                                rusqlite::types::ValueRef::Integer(n) => Some(n.to_string()),
                                rusqlite::types::ValueRef::Text(text)
                                | rusqlite::types::ValueRef::Blob(text) => {
                                    Some(String::from_utf8_lossy(text).into_owned())
                                }
                                rusqlite::types::ValueRef::Real(n) => Some(n.to_string()),
                            })
                        })
                        .collect()
                });
                rows.unwrap().map(Result::unwrap).collect()
            }
            Self::Postgres(client) => client
                .query(sql, &[])
                .unwrap()
                .iter()
                .map(|row| {
                    (0..row.len())
                        .map(|n| match row.columns()[n].type_().name() {
                            "int8" => row.get::<_, Option<i64>>(n).map(|n| n.to_string()),
                            "bytea" => row
                                .get::<_, Option<Vec<u8>>>(n)
                                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
                            _ => row.get::<_, Option<String>>(n),
                        })
                        .collect()
                })
                .collect(),
        }
    }

    pub(crate) fn count(&mut self, sql: &str) -> i64 {
        self.query(sql)[0][0].as_deref().unwrap().parse().unwrap()
    }

    /// Every table of the store with its columns, from the schema itself.
    pub(crate) fn tables(&mut self) -> Vec<(String, Vec<String>)> {
        let names = match self {
            Self::Sqlite(_) => {
                self.query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            }
            Self::Postgres(_) => self.query(
                "SELECT CAST(table_name AS TEXT) FROM information_schema.tables \
                 WHERE table_schema = 'public' ORDER BY table_name",
            ),
        };
        let names: Vec<String> = names
            .into_iter()
            .map(|row| row[0].clone().unwrap())
            .collect();
        names
            .into_iter()
            .map(|table| {
                let columns = match self {
                    Self::Sqlite(_) => {
                        self.query(&format!("SELECT name FROM pragma_table_info('{table}')"))
                    }
                    Self::Postgres(_) => self.query(&format!(
                        "SELECT CAST(column_name AS TEXT) FROM information_schema.columns \
                         WHERE table_name = '{table}' ORDER BY ordinal_position"
                    )),
                };
                let columns = columns.into_iter().map(|row| row[0].clone().unwrap());
                (table, columns.collect())
            })
            .collect()
    }
}

impl Db {
    /// A second server on the same PostgreSQL database, which starts from a copy of the first one's
    /// anchor, as an operator would set it up.
    pub(crate) fn other_node_open(&self) -> Store {
        let node = self.other_node();
        let options = node.options();
        std::fs::copy(self.options().anchor, &options.anchor).unwrap();
        let store = Store::open(options).unwrap();
        store.unlock(keys()).unwrap();
        self.nodes.lock().unwrap().push(node.dir);
        store
    }
}

/// Asks again while the database is away.
pub(crate) fn patiently<T>(mut ask: impl FnMut() -> Result<T, Error>) -> T {
    loop {
        match ask() {
            Err(Error::Unavailable { .. }) => cluster::pause(),
            answer => return answer.unwrap(),
        }
    }
}

/// Nothing is wrong with the whole database.
pub(crate) fn assert_sound(store: &Store) -> audit::Report {
    let report = patiently(|| store.read_blocking(audit::sweep));
    assert_eq!(report.findings, [], "the audit found something");
    report
}

/// SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> Digest {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    digest.as_ref().try_into().unwrap()
}

/// Waits for a future on this thread: what the store does for `write_blocking`.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}
