//! Migrations: numbered SQL files, each in a transaction of its own. A schema newer than this binary is refused.
//!
//! Nodes on one PostgreSQL migrate one after the other: a transaction holds the row with the version from its first
//! statement on. The lock ends with the connection, so that the death of a node leaves nothing to wait for; advisory
//! locks would do the same, but are missing on PostgreSQL's distributed relatives.

use std::time::Duration;

use crate::sql::{Engine, FaultKind, Sql};
use crate::value::Fields;
use crate::{Error, fail};

const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_initial.sql"),
    include_str!("../migrations/0002_smaller.sql"),
    include_str!("../migrations/0003_hardening.sql"),
    include_str!("../migrations/0004_stamps.sql"),
];

/// The schema this binary writes.
pub const KNOWN: i64 = MIGRATIONS.len() as i64;

/// Brings the schema up to date.
pub(crate) fn migrate(sql: &mut dyn Sql) -> Result<(), Error> {
    migrate_to(sql, KNOWN)
}

/// Brings the schema to this version, or leaves it where it is when it is there or beyond.
pub(crate) fn migrate_to(sql: &mut dyn Sql, to: i64) -> Result<(), Error> {
    prepare(sql)?;
    while version(sql)? < to {
        sql.batch(sql.engine().pick("BEGIN IMMEDIATE", "BEGIN"))?;
        match step(sql, to) {
            Ok(()) => sql.commit()?,
            Err(error) => {
                let kind = sql.take_fault();
                let _ = sql.batch("ROLLBACK");
                // Whoever holds the row migrates; however long that takes, there is nothing else to do.
                if kind != Some(FaultKind::Busy) {
                    return Err(error);
                }
                tracing::warn!("another node migrates the database: waiting for it");
            }
        }
    }
    Ok(())
}

/// For tools that must not change anything: the schema has to be exactly the known one.
pub(crate) fn must_be_current(sql: &mut dyn Sql) -> Result<(), Error> {
    match version(sql) {
        Ok(found) if found == KNOWN => Ok(()),
        Ok(found) => Err(Error::Refused {
            reason: format!(
                "database has schema {found}, this release needs {KNOWN}: start the server once"
            ),
        }),
        Err(Error::Database { .. }) => Err(Error::Refused {
            reason: "database is empty: start the server once".to_owned(),
        }),
        Err(error) => Err(error),
    }
}

fn prepare(sql: &mut dyn Sql) -> Result<(), Error> {
    let create = ddl(
        sql.engine(),
        "CREATE TABLE IF NOT EXISTS schema_version (id BIGINT NOT NULL, version BIGINT NOT NULL, \
         PRIMARY KEY (id)) STRICT",
    );
    // Two nodes creating the same table at once: PostgreSQL lets one of them fail in its catalogue
    // in spite of IF NOT EXISTS. The second try sees the table.
    if sql.batch(&create).is_err() {
        std::thread::sleep(Duration::from_millis(200));
        sql.batch(&create)?;
    }
    sql.execute(
        "INSERT INTO schema_version (id, version) \
         SELECT 1, 0 WHERE NOT EXISTS (SELECT 1 FROM schema_version) ON CONFLICT DO NOTHING",
        &[],
    )?;
    Ok(())
}

/// The schema found; newer than known is refused.
fn version(sql: &mut dyn Sql) -> Result<i64, Error> {
    let rows = sql.query("SELECT version FROM schema_version WHERE id = 1", &[])?;
    let row = rows.into_iter().next().unwrap_or_default();
    let found = Fields::new("schema_version", &["version"], "1".to_owned(), row).int()?;
    if found > KNOWN {
        return Err(Error::Newer {
            found,
            known: KNOWN,
        });
    }
    Ok(found)
}

/// The next migration, if there is one up to this version.
fn step(sql: &mut dyn Sql, to: i64) -> Result<(), Error> {
    // First, so that it holds the row. What was read before may be old by now.
    sql.execute(
        "UPDATE schema_version SET version = version WHERE id = 1",
        &[],
    )?;
    let done = version(sql)?;
    let next = usize::try_from(done).ok().and_then(|n| MIGRATIONS.get(n));
    let Some(text) = next.filter(|_| done < to) else {
        return Ok(());
    };
    sql.batch(&ddl(sql.engine(), text))?;
    if fail::at!("migrate-without-a-transaction") {
        sql.batch("COMMIT; BEGIN")?;
        stay();
    }
    sql.execute(
        "UPDATE schema_version SET version = $1 WHERE id = 1",
        &[(done + 1).into()],
    )?;
    if fail::at!("stay-in-a-migration") {
        stay();
    }
    Ok(())
}

/// Long enough to be killed here.
fn stay() {
    tracing::warn!("staying in a migration");
    std::thread::sleep(Duration::from_secs(60));
}

/// Rewrites DDL for an engine.
fn ddl(engine: Engine, text: &str) -> String {
    match engine {
        Engine::Sqlite => text
            .replace("BIGINT", "INTEGER")
            .replace("BYTEA", "BLOB")
            .replace(" COLLATE \"C\"", ""),
        Engine::Postgres => text
            .replace(") STRICT, WITHOUT ROWID", ")")
            .replace(") STRICT", ")"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::Sqlite;

    #[test]
    fn a_step_goes_no_further_than_asked() {
        let dir = tempfile::tempdir().unwrap();
        let mut sqlite = Sqlite::open(&dir.path().join("ananke.db")).unwrap();
        prepare(&mut sqlite).unwrap();
        step(&mut sqlite, 0).unwrap();
        assert_eq!(version(&mut sqlite).unwrap(), 0);
        let old = must_be_current(&mut sqlite);
        assert!(matches!(old, Err(Error::Refused { .. })), "{old:?}");
        migrate(&mut sqlite).unwrap();
        assert_eq!(version(&mut sqlite).unwrap(), KNOWN);
        must_be_current(&mut sqlite).unwrap();
    }
}
