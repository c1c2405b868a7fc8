//! The sweep over everything the store can see: rows against their MACs, streams against their
//! chains, and what belongs together against each other. One snapshot, in chunks.

mod documents;
#[cfg(test)]
mod forged;
mod streams;

pub use documents::list_agrees;

use crate::alerts::{Alert, AlertChannel};
use crate::api_keys::ApiKey;
use crate::attestations::Attestation;
use crate::counters::Counter;
use crate::data_keys::DataKey;
use crate::idempotency::Claimed;
use crate::instance::InstanceRow;
use crate::jobs::JobRow;
use crate::signed_artifacts::SignedArtifact;
use crate::signing_keys::SigningKey;
use crate::sql::Engine;
use crate::table::{self, Record, Table};
use crate::templates::{Template, TemplateVersion};
use crate::tenants::Tenant;
use crate::value::Value;
use crate::{Error, View, templates};

/// Rows read at once.
const CHUNK: i64 = 256;

/// Something that is not as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub table: &'static str,
    /// Which row, by its primary key.
    pub row: String,
    /// What is wrong with it.
    pub what: String,
}

/// What the sweep saw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Everything that is wrong, in the order it was met.
    pub findings: Vec<Finding>,
    /// Rows looked at.
    pub rows: u64,
    /// Events among them.
    pub events: u64,
    /// Documents among them.
    pub documents: u64,
}

impl Report {
    fn found(&mut self, table: &'static str, row: &str, what: &str) {
        self.findings.push(Finding {
            table,
            row: row.to_owned(),
            what: what.to_owned(),
        });
    }
}

/// Checks every row MAC, every stream, every body, every document against its newest event, its
/// hashes and its status list, every file against its digest. Events come first, in the order of
/// their streams.
///
/// It takes as long as the database is large; give it a reader of its own (a store opened with
/// `read_only`, or `spawn_blocking`).
///
/// # Errors
/// [`Error::Sealed`] without row keys, and what the database says. What is wrong with the rows is
/// not an error but a finding.
pub fn sweep(view: &mut View<'_>) -> Result<Report, Error> {
    if !view.authenticated() {
        return Err(Error::Sealed);
    }
    // One snapshot, so that a document is compared with the events it had at the same moment.
    view.sql.batch(match view.sql.engine() {
        Engine::Sqlite => "BEGIN",
        Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ",
    })?;
    let mut report = Report::default();
    let result = everything(view, &mut report);
    let ended = view.sql.batch("ROLLBACK");
    result?;
    ended?;
    Ok(report)
}

fn everything(view: &mut View<'_>, report: &mut Report) -> Result<(), Error> {
    pages(view, report)?;
    streams::sweep(view, report)?;
    rows::<InstanceRow>(view, report, |_, _, _| Ok(()))?;
    rows::<Tenant>(view, report, |_, _, _| Ok(()))?;
    rows::<DataKey>(view, report, |_, _, _| Ok(()))?;
    rows::<SigningKey>(view, report, |_, _, _| Ok(()))?;
    rows::<ApiKey>(view, report, |_, _, _| Ok(()))?;
    rows::<Template>(view, report, |view, row: &Template, wrong| {
        // A version that is there but altered is found with the versions.
        let version = templates::find_version(view, row.tenant, row.id, row.version);
        if matches!(version, Ok(None)) {
            wrong("its current version is missing");
        }
        Ok(())
    })?;
    rows::<TemplateVersion>(view, report, |_, _, _| Ok(()))?;
    rows::<SignedArtifact>(view, report, |_, _, _| Ok(()))?;
    rows::<Claimed>(view, report, |_, _, _| Ok(()))?;
    rows::<JobRow>(view, report, |_, _, _| Ok(()))?;
    rows::<Counter>(view, report, |_, _, _| Ok(()))?;
    rows::<Alert>(view, report, |_, _, _| Ok(()))?;
    rows::<AlertChannel>(view, report, |_, _, _| Ok(()))?;
    rows::<Attestation>(view, report, |_, _, _| Ok(()))?;
    documents::sweep(view, report)
}

/// SQLite's own look at its file: an index that lost an entry hides a row that is whole. PostgreSQL has its own
/// programs for that, `pg_amcheck` and checksums.
fn pages(view: &mut View<'_>, report: &mut Report) -> Result<(), Error> {
    if view.sql.engine() == Engine::Postgres {
        return Ok(());
    }
    for row in view.sql.query("PRAGMA integrity_check", &[])? {
        match row.into_iter().next() {
            Some(Value::Text(word)) if word == "ok" => {}
            Some(Value::Text(what)) => report.found("sqlite", "", &what),
            _ => report.found("sqlite", "", "it cannot be checked"),
        }
    }
    Ok(())
}

/// Goes through a table in the order of its primary key. `also` looks at what the row's own MAC
/// cannot tell.
fn rows<T: Record>(
    view: &mut View<'_>,
    report: &mut Report,
    mut also: impl FnMut(&mut View<'_>, &T, &mut dyn FnMut(&str)) -> Result<(), Error>,
) -> Result<(), Error> {
    let table = T::table();
    let first = [table.select(), &order(table), " LIMIT $1"].concat();
    let next = next_page(table);
    let mut last: Option<Vec<Value>> = None;
    loop {
        let chunk = match &last {
            None => view.sql.query(&first, &[CHUNK.into()])?,
            Some(key) => {
                let mut values = key.clone();
                values.push(CHUNK.into());
                view.sql.query(&next, &values)?
            }
        };
        let more = chunk.len() as i64 == CHUNK;
        for values in chunk {
            report.rows += 1;
            let key: Vec<Value> = values.iter().take(table.key).cloned().collect();
            let name = table.row_name(&key);
            match table::check::<T>(view.keys, values) {
                Ok(kept) => {
                    also(view, &kept.row, &mut |what| {
                        report.found(table.name, &name, what);
                    })?;
                }
                Err(Error::Corrupt { column, .. }) => {
                    let what = match column {
                        Some(column) => format!("{column} holds what is never stored there"),
                        None => "row MAC is wrong".to_owned(),
                    };
                    report.found(table.name, &name, &what);
                }
                Err(error) => return Err(error),
            }
            last = Some(key);
        }
        if !more {
            return Ok(());
        }
    }
}

fn order(table: &Table) -> String {
    format!(" ORDER BY {}", key_columns(table))
}

fn key_columns(table: &Table) -> String {
    let columns: Vec<&str> = table.columns.iter().copied().take(table.key).collect();
    columns.join(", ")
}

fn next_page(table: &Table) -> String {
    let marks: Vec<String> = (1..=table.key).map(|n| format!("${n}")).collect();
    format!(
        "{} WHERE ({}) > ({}){} LIMIT ${}",
        table.select(),
        key_columns(table),
        marks.join(", "),
        order(table),
        table.key + 1
    )
}

/// A corrupt row is found where its own table is swept; here it only counts as not there.
fn intact<T>(found: Result<Option<T>, Error>) -> Result<Option<T>, Error> {
    match found {
        Err(Error::Corrupt { .. }) => Ok(None),
        found => found,
    }
}
