//! The one way to speak SQL: text in PostgreSQL's words with `$N`, values in, values out.

use crate::Error;
use crate::value::Value;

/// Which engine a connection speaks to. Only for the few statements whose text truly differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, in the data directory.
    Sqlite,
    /// PostgreSQL, at a URL.
    Postgres,
}

impl Engine {
    /// The text for this engine, where two are needed.
    pub(crate) fn pick<'a>(self, sqlite: &'a str, postgres: &'a str) -> &'a str {
        match self {
            Self::Sqlite => sqlite,
            Self::Postgres => postgres,
        }
    }
}

/// Why a statement failed, in the words the rules of the writer need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// No space left.
    Full,
    /// Reading, writing or syncing a file failed.
    Io,
    /// Somebody holds the lock, or a deadlock was resolved against us.
    Busy,
    /// The connection is gone.
    Connection,
    /// Anything else.
    Other,
}

/// A statement that failed.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) text: String,
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault.kind {
            FaultKind::Full => Error::unavailable(2_000),
            FaultKind::Busy => Error::unavailable(200),
            FaultKind::Connection => Error::unavailable(1_000),
            FaultKind::Io | FaultKind::Other => Error::Database { text: fault.text },
        }
    }
}

/// One connection. Not `Sync`: its owner is one thread at a time.
pub(crate) trait Sql {
    fn engine(&self) -> Engine;

    /// Runs one statement and says how many rows it changed.
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, Fault>;

    /// Runs one statement and returns its rows, each with its columns in order.
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Vec<Value>>, Fault>;

    /// Runs statements without values: transactions, savepoints, migrations.
    fn batch(&mut self, sql: &str) -> Result<(), Fault>;

    /// Whether a transaction is open. After an error this decides whether the batch still lives.
    fn in_transaction(&mut self) -> bool;

    /// The kind of the last statement that failed since this was asked; asking forgets it. The
    /// writer decides by it, while commands only pass `Error` up.
    fn take_fault(&mut self) -> Option<FaultKind>;

    /// Ends the transaction. `Err` means *unknown*; nothing may cancel or time out this call.
    fn commit(&mut self) -> Result<(), Fault>;
}

/// `$N` -> `?N`, outside of string literals and quoted names.
pub(crate) fn question_marks(sql: &str) -> String {
    let mut quote = None;
    sql.chars()
        .map(|c| match quote {
            Some(open) => {
                if c == open {
                    quote = None;
                }
                c
            }
            None => match c {
                '\'' | '"' => {
                    quote = Some(c);
                    c
                }
                '$' => '?',
                _ => c,
            },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::question_marks;

    #[test]
    fn placeholders_change_and_literals_do_not() {
        assert_eq!(
            question_marks("SELECT '$1', \"$2\" WHERE a = $1 AND b = $12"),
            "SELECT '$1', \"$2\" WHERE a = ?1 AND b = ?12"
        );
    }
}
