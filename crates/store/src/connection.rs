//! The writer's connection, whichever engine it speaks to, and how to get another one.

use std::fs::File;
use std::path::PathBuf;

use crate::Error;
use crate::postgres::{Postgres, Role, Target};
use crate::sql::{Engine, Fault, FaultKind, Sql};
use crate::sqlite::Sqlite;

/// How to reach the database.
#[derive(Clone)]
pub(crate) enum Connector {
    /// The file, and the most pages it may have.
    Sqlite(PathBuf, Option<u32>),
    Postgres(Box<Target>),
}

impl Connector {
    pub(crate) fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(..) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// A connection for writing.
    pub(crate) fn connect(&self) -> Result<Connection, Error> {
        match self {
            Self::Sqlite(path, max_pages) => {
                let mut sqlite = Sqlite::open(path)?;
                if let Some(pages) = max_pages {
                    sqlite.batch(&format!("PRAGMA max_page_count = {pages}"))?;
                }
                Ok(Connection::Sqlite(Box::new(sqlite)))
            }
            Self::Postgres(target) => {
                let mut postgres = Postgres::connect(target, Role::Writer)?;
                postgres.must_be_durable()?;
                // What comes next may be a migration.
                postgres.limit(None);
                Ok(Connection::Postgres(Box::new(postgres)))
            }
        }
    }
}

/// A connection for writing. On PostgreSQL it lives and dies on one thread.
pub(crate) enum Connection {
    Sqlite(Box<Sqlite>),
    Postgres(Box<Postgres>),
}

impl Connection {
    pub(crate) fn sql(&mut self) -> &mut dyn Sql {
        match self {
            Self::Sqlite(sqlite) => sqlite.as_mut(),
            Self::Postgres(postgres) => postgres.as_mut(),
        }
    }

    /// How long an answer is waited for (PostgreSQL).
    pub(crate) fn limit(&mut self, limit: Option<std::time::Duration>) {
        if let Self::Postgres(postgres) = self {
            postgres.limit(limit);
        }
    }

    /// Leaves the flushing of commits to the caller, where that is possible: SQLite's log is a file.
    pub(crate) fn leave_flushing(&mut self, connector: &Connector) -> Result<Option<File>, Error> {
        match (self, connector) {
            (Self::Sqlite(sqlite), Connector::Sqlite(path, _)) => {
                sqlite.leave_flushing(path).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Takes it back.
    pub(crate) fn flush_again(&mut self) -> Result<(), Fault> {
        match self {
            Self::Sqlite(sqlite) => sqlite.flush_again(),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Whether something was committed that has to be flushed by the caller, since this was asked last.
    pub(crate) fn take_logged(&self) -> bool {
        match self {
            Self::Sqlite(sqlite) => sqlite.take_logged(),
            Self::Postgres(_) => false,
        }
    }

    /// Gets rid of old page images; `true` when there is nothing left to do.
    ///
    /// # Errors
    /// The disk failed.
    pub(crate) fn empty_log(&mut self) -> Result<bool, Fault> {
        match self {
            Self::Sqlite(sqlite) => sqlite.empty_log(),
            // Its log is the cluster's business, like its backups.
            Self::Postgres(_) => Ok(true),
        }
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        self.sql().batch(sql)
    }

    pub(crate) fn in_transaction(&mut self) -> bool {
        self.sql().in_transaction()
    }

    pub(crate) fn take_fault(&mut self) -> Option<FaultKind> {
        self.sql().take_fault()
    }

    pub(crate) fn commit(&mut self) -> Result<(), Fault> {
        self.sql().commit()
    }
}
