//! PostgreSQL, one statement after the other. Everything here runs on threads of its own: it blocks, and must not be
//! used inside an async runtime.

#[cfg(test)]
mod heard;
mod line;
mod target;
mod tls;

use std::collections::HashMap;
use std::error::Error as _;
use std::time::Duration;

use tokio_postgres::Statement;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};

use self::line::{Line, Silence};
pub(crate) use self::target::Target;
use crate::Error;
use crate::options::Network;
use crate::sql::{Engine, Fault, FaultKind, Sql};
use crate::value::Value;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Nothing may time out its statements over there: a cancelled COMMIT looks like success and is not.
    Writer,
    /// A statement that takes long is given up.
    Reader,
}

/// A connection.
pub(crate) struct Postgres {
    line: Line,
    statements: HashMap<String, Statement>,
    /// How long an answer is waited for.
    limit: Option<Duration>,
    open: bool,
    fault: Option<FaultKind>,
}

/// Whether this release can use a PostgreSQL URL; asks nobody, but reads the certificate authorities it names.
///
/// # Errors
/// [`Error::Refused`]; its text does not quote the URL, which may hold a password.
pub fn check_postgres_url(url: &str, network: &Network) -> Result<(), Error> {
    Target::parse(url, network).map(|_| ())
}

/// Connects once and says why where that fails: whoever starts a server can do something about it.
pub(crate) fn reach(target: &Target) -> Result<(), Error> {
    let place = target.place();
    let error = match Line::open(target) {
        Ok(_) => return Ok(()),
        Err(Silence::Said(error)) => error,
        Err(Silence::TooLong) => {
            return Err(Error::Unreachable {
                place,
                reason: "no answer".to_owned(),
            });
        }
    };
    if let Some(error) = error.as_db_error() {
        return Err(Error::Refused {
            reason: format!("PostgreSQL at {place} refuses: {}", error.message()),
        });
    }
    let mut innermost: &dyn std::error::Error = &error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let text = innermost.to_string();
    if tls::is_refusal(&error) {
        return Err(Error::Refused {
            reason: format!(
                "PostgreSQL at {place} does not prove over TLS who it is: {text}; its certificate must be valid now, \
                 name the host of the URL, and come from an authority of this machine or of the file that sslrootcert \
                 names"
            ),
        });
    }
    let reason = text.split(" (os error").next().unwrap_or_default();
    Err(Error::Unreachable {
        place,
        reason: reason.to_owned(),
    })
}

/// Whether there are tables of ours, whole or in part.
pub(crate) fn has_tables(target: &Target) -> Result<bool, Error> {
    let mut postgres = Postgres::connect(target, Role::Reader)?;
    let rows = postgres.query(
        "SELECT tablename::text FROM pg_tables WHERE schemaname = ANY (current_schemas(false)) \
         AND tablename IN ('schema_version', 'instance', 'documents') LIMIT 1",
        &[],
    )?;
    Ok(!rows.is_empty())
}

impl Postgres {
    pub(crate) fn connect(target: &Target, role: Role) -> Result<Self, Fault> {
        let line = Line::open(target).map_err(|silence| Fault {
            // Whatever the reason, nothing was reached.
            kind: FaultKind::Connection,
            text: fault(&silence).text,
        })?;
        let mut postgres = Self {
            line,
            statements: HashMap::new(),
            limit: target.config.get_connect_timeout().copied(),
            open: false,
            fault: None,
        };
        // A transaction whose client does not speak any more holds its locks against the next one. The last of these
        // limits ends it; a COMMIT is no pause between two statements, so it is never hit.
        postgres.batch(match role {
            Role::Writer => {
                "SET statement_timeout = 0; SET lock_timeout = '2s'; \
                 SET idle_in_transaction_session_timeout = '3s'"
            }
            Role::Reader => "SET statement_timeout = '4s'; SET default_transaction_read_only = on",
        })?;
        Ok(postgres)
    }

    /// From now on an answer is waited for so long, at first as long as for the connection. After that the connection is let go, and what was asked may have
    /// happened or may happen yet.
    pub(crate) fn limit(&mut self, limit: Option<Duration>) {
        self.limit = limit;
    }

    /// Refuses settings under which an acknowledged write could be lost.
    pub(crate) fn must_be_durable(&mut self) -> Result<(), Error> {
        let setting = |this: &mut Self, name: &str| -> Result<String, Error> {
            let rows = this.query(
                "SELECT setting FROM pg_settings WHERE name = $1",
                &[name.into()],
            )?;
            match rows.into_iter().flatten().next() {
                Some(Value::Text(value)) => Ok(value),
                _ => Ok(String::new()),
            }
        };
        for name in ["fsync", "full_page_writes"] {
            if setting(self, name)? == "off" {
                return Err(Error::Refused {
                    reason: format!("PostgreSQL runs with {name} = off and would lose documents"),
                });
            }
        }
        if setting(self, "synchronous_commit")? == "off" {
            self.batch("SET synchronous_commit = on")?;
        }
        let encoding = setting(self, "server_encoding")?;
        if encoding != "UTF8" {
            return Err(Error::Refused {
                reason: format!("the PostgreSQL database has encoding {encoding}, not UTF8"),
            });
        }
        // Newer servers have one more timeout that could hit a COMMIT.
        self.query(
            "SELECT set_config('transaction_timeout', '0', false) \
             FROM pg_settings WHERE name = 'transaction_timeout'",
            &[],
        )?;
        Ok(())
    }

    fn note<T>(&mut self, result: Result<T, Silence>) -> Result<T, Fault> {
        result.map_err(|silence| {
            let mut fault = fault(&silence);
            if self.line.is_closed() {
                fault.kind = FaultKind::Connection;
            }
            self.fault = Some(fault.kind);
            fault
        })
    }

    fn prepared(&mut self, sql: &str) -> Result<Statement, Silence> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self
            .line
            .ask(self.limit, async |client| client.prepare(sql).await)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

impl Sql for Postgres {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, Fault> {
        let result = self.prepared(sql).and_then(|statement| {
            let values = parameters(&statement, values);
            self.line.ask(self.limit, async |client| {
                client.execute(&statement, &values).await
            })
        });
        self.note(result)
    }

    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Vec<Value>>, Fault> {
        let result = self.prepared(sql).and_then(|statement| {
            let values = parameters(&statement, values);
            let rows = self.line.ask(self.limit, async |client| {
                client.query(&statement, &values).await
            })?;
            let rows: Result<_, tokio_postgres::Error> = rows
                .iter()
                .map(|row| (0..row.len()).map(|index| value(row, index)).collect())
                .collect();
            Ok(rows?)
        });
        self.note(result)
    }

    fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        let result = self
            .line
            .ask(self.limit, async |client| client.batch_execute(sql).await);
        if result.is_ok() {
            match sql {
                "ROLLBACK" => self.open = false,
                _ if sql.starts_with("BEGIN") => self.open = true,
                _ => {}
            }
        }
        self.note(result)
    }

    fn in_transaction(&mut self) -> bool {
        // A failed statement leaves the transaction open, fit only for a rollback (to a savepoint
        // or of all); it ends by itself only with the connection.
        self.open && !self.line.is_closed()
    }

    fn take_fault(&mut self) -> Option<FaultKind> {
        self.fault.take()
    }

    fn commit(&mut self) -> Result<(), Fault> {
        self.line.warned();
        let result = self.line.ask(self.limit, async |client| {
            client.batch_execute("COMMIT").await
        });
        self.open = false;
        self.note(result)?;
        if self.line.warned() {
            // A wait for the standby that was cancelled ends like success, with a warning.
            self.fault = Some(FaultKind::Other);
            return Err(Fault {
                kind: FaultKind::Other,
                text: "COMMIT came back with a warning".to_owned(),
            });
        }
        Ok(())
    }
}

fn value(row: &tokio_postgres::Row, index: usize) -> Result<Value, tokio_postgres::Error> {
    let kind = row.columns().get(index).map(tokio_postgres::Column::type_);
    Ok(match kind {
        Some(&Type::INT8) => row.try_get::<_, Option<i64>>(index)?.map(Value::Int),
        Some(&Type::BYTEA) => row.try_get::<_, Option<Vec<u8>>>(index)?.map(Value::Blob),
        _ => row.try_get::<_, Option<String>>(index)?.map(Value::Text),
    }
    .unwrap_or(Value::Null))
}

static NULL_INT: Option<i64> = None;
static NULL_TEXT: Option<String> = None;
static NULL_BLOB: Option<Vec<u8>> = None;

/// The driver checks the kind of every value against its parameter, of NULL too.
fn parameters<'a>(statement: &Statement, values: &'a [Value]) -> Vec<&'a (dyn ToSql + Sync)> {
    let kinds = statement.params().iter();
    values
        .iter()
        .zip(kinds)
        .map(|(value, kind)| -> &'a (dyn ToSql + Sync) {
            match value {
                Value::Null => match *kind {
                    Type::INT8 => &NULL_INT,
                    Type::BYTEA => &NULL_BLOB,
                    _ => &NULL_TEXT,
                },
                Value::Int(value) => value,
                Value::Text(value) => value,
                Value::Blob(value) => value,
            }
        })
        .collect()
}

fn fault(silence: &Silence) -> Fault {
    let error = match silence {
        Silence::Said(error) => error,
        Silence::TooLong => {
            return Fault {
                kind: FaultKind::Connection,
                text: "no answer in time".to_owned(),
            };
        }
    };
    let kind = match error.code() {
        // A closed line is seen by whoever asked over it.
        None => FaultKind::Other,
        Some(code) => match *code {
            SqlState::DISK_FULL => FaultKind::Full,
            SqlState::LOCK_NOT_AVAILABLE
            | SqlState::T_R_DEADLOCK_DETECTED
            | SqlState::T_R_SERIALIZATION_FAILURE
            | SqlState::QUERY_CANCELED => FaultKind::Busy,
            SqlState::ADMIN_SHUTDOWN
            | SqlState::CRASH_SHUTDOWN
            | SqlState::CANNOT_CONNECT_NOW
            | SqlState::READ_ONLY_SQL_TRANSACTION
            | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => FaultKind::Connection,
            _ => FaultKind::Other,
        },
    };
    let text = match error.as_db_error() {
        Some(error) => format!("{} ({})", error.message(), error.code().code()),
        // The driver keeps to itself what the operating system said.
        None => match error.source() {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        },
    };
    Fault { kind, text }
}
