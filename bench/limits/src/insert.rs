//! Durable rows of a document's size in batches, with nothing around them: what SQLite itself allows.

use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

/// As many rows to a transaction as a server's writer takes at most.
const BATCH: u64 = 256;

/// Inserts until the time is over; gives the rows.
pub(crate) fn rows(file: &str, whole: Duration) -> u64 {
    let connection = Connection::open(file).expect("a database");
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE documents (id BLOB PRIMARY KEY, reference TEXT UNIQUE, record TEXT, created_at INTEGER) STRICT;",
        )
        .expect("a table");
    let record = "x".repeat(1_500);
    let (began, mut count) = (Instant::now(), 0_u64);
    while began.elapsed() < whole {
        connection.execute_batch("BEGIN IMMEDIATE").expect("begun");
        {
            let mut insert = connection
                .prepare_cached("INSERT INTO documents VALUES (?1, ?2, ?3, ?4)")
                .expect("a statement");
            for _ in 0..BATCH {
                // References are random; this scatters as well.
                let reference = count.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_string();
                let id = u128::from(count).to_be_bytes();
                let at = i64::try_from(count).unwrap_or(0);
                insert
                    .execute(params![id, reference, record, at])
                    .expect("inserted");
                count += 1;
            }
        }
        connection.execute_batch("COMMIT").expect("committed");
    }
    count
}
