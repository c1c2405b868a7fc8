//! Migrations: numbered SQL files, each in a transaction of its own. A schema newer than this
//! binary is refused. On PostgreSQL a lease row keeps two nodes from migrating at once; advisory
//! locks are missing on its distributed relatives.

use std::time::Duration;

use uuid::Uuid;

use crate::sql::{Engine, Sql};
use crate::value::{Fields, Value};
use crate::{Error, Micros};

const MIGRATIONS: &[&str] = &[include_str!("../migrations/0001_initial.sql")];

/// The schema this binary writes.
pub(crate) const KNOWN: i64 = MIGRATIONS.len() as i64;

/// A node that died while migrating is waited for this long.
const LEASE: Duration = Duration::from_secs(60);

/// Brings the schema up to date. `now` is asked again while waiting for another node.
pub(crate) fn migrate(
    sql: &mut dyn Sql,
    owner: Uuid,
    now: &dyn Fn() -> Micros,
) -> Result<(), Error> {
    migrate_to(sql, KNOWN, owner, now)
}

/// Brings the schema to this version, or leaves it where it is when it is there or beyond.
pub(crate) fn migrate_to(
    sql: &mut dyn Sql,
    to: i64,
    owner: Uuid,
    now: &dyn Fn() -> Micros,
) -> Result<(), Error> {
    prepare(sql)?;
    if version(sql)? >= to {
        return Ok(());
    }
    take_lease(sql, owner, now)?;
    let result = run(sql, to, owner);
    // Only ours: after a lapse somebody else may hold it.
    sql.execute(
        "UPDATE schema_version SET lease_owner = NULL, lease_until = 0 WHERE lease_owner = $1",
        &[owner.into()],
    )?;
    result
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
         lease_owner BYTEA, lease_until BIGINT NOT NULL, PRIMARY KEY (id)) STRICT",
    );
    // Two nodes creating the same table at once: PostgreSQL lets one of them fail in its catalogue
    // in spite of IF NOT EXISTS. The second try sees the table.
    if sql.batch(&create).is_err() {
        std::thread::sleep(Duration::from_millis(200));
        sql.batch(&create)?;
    }
    sql.execute(
        "INSERT INTO schema_version (id, version, lease_until) VALUES (1, 0, 0) \
         ON CONFLICT DO NOTHING",
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

fn take_lease(sql: &mut dyn Sql, owner: Uuid, now: &dyn Fn() -> Micros) -> Result<(), Error> {
    let lease = i64::try_from(LEASE.as_micros()).unwrap_or(i64::MAX);
    // A little longer than a lease, so that a dead node's one lapses while we wait.
    for _ in 0..LEASE.as_secs() + 10 {
        let at = now();
        let taken = sql.execute(
            "UPDATE schema_version SET lease_owner = $1, lease_until = $2 \
             WHERE id = 1 AND lease_until < $3",
            &[owner.into(), (at + lease).into(), at.into()],
        )?;
        if taken == 1 {
            return Ok(());
        }
        std::thread::sleep(Duration::from_secs(1));
    }
    Err(Error::Refused {
        reason: "another node holds the lease for migrating the database".to_owned(),
    })
}

fn run(sql: &mut dyn Sql, to: i64, owner: Uuid) -> Result<(), Error> {
    loop {
        let done = version(sql)?;
        let next = usize::try_from(done).ok().and_then(|n| MIGRATIONS.get(n));
        let Some(text) = next.filter(|_| done < to) else {
            return Ok(());
        };
        let engine = sql.engine();
        sql.batch(engine.pick("BEGIN IMMEDIATE", "BEGIN"))?;
        let step = apply(sql, &ddl(engine, text), done, owner);
        match step {
            Ok(true) => sql.commit()?,
            Ok(false) => {
                sql.batch("ROLLBACK")?;
                return Err(Error::Refused {
                    reason: "another node took over migrating the database".to_owned(),
                });
            }
            Err(error) => {
                let _ = sql.batch("ROLLBACK");
                return Err(error);
            }
        }
    }
}

fn apply(sql: &mut dyn Sql, text: &str, done: i64, owner: Uuid) -> Result<bool, Error> {
    // First, so that it holds the row: fenced by the version it starts from and by the lease.
    let fenced = sql.execute(
        "UPDATE schema_version SET version = $1 WHERE id = 1 AND version = $2 AND lease_owner = $3",
        &[(done + 1).into(), Value::from(done), owner.into()],
    )?;
    if fenced == 1 {
        sql.batch(text)?;
    }
    Ok(fenced == 1)
}

/// Rewrites DDL for an engine.
fn ddl(engine: Engine, text: &str) -> String {
    match engine {
        Engine::Sqlite => text
            .replace("BIGINT", "INTEGER")
            .replace("BYTEA", "BLOB")
            .replace(" COLLATE \"C\"", ""),
        Engine::Postgres => text.replace(") STRICT", ")"),
    }
}
