//! What requests gave away of how they were made, counted by the day, and how many a key made by the hour. Neither
//! authenticated nor complete: batched off the request path.

use uuid::Uuid;

use crate::sql::Sql;
use crate::value::{Fields, Value};
use crate::{Error, Micros, View};

/// How often something was seen on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Whose.
    pub tenant: Uuid,
    /// Of what: the server's own word.
    pub kind: String,
    /// About what, such as a key's id.
    pub subject: String,
    /// Days since 1970-01-01, UTC.
    pub day: i64,
    /// How often. In a batch: how often since the last batch.
    pub times: i64,
    /// When last.
    pub last_at: Micros,
}

/// How many requests a key made in an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHour {
    /// Whose.
    pub tenant: Uuid,
    /// Which key.
    pub key_id: String,
    /// Hours since 1970-01-01T00, UTC.
    pub hour: i64,
    /// How many. In a batch: how many since the last batch.
    pub requests: i64,
}

const COLUMNS: &[&str] = &["tenant_id", "kind", "subject", "day", "times", "last_at"];
const HOURS: &[&str] = &["tenant_id", "key_id", "hour", "requests"];

/// A tenant's sightings of a kind since a day, newest first.
///
/// # Errors
/// What the database says.
pub fn list(
    view: &mut View<'_>,
    tenant: Uuid,
    kind: &str,
    since_day: i64,
) -> Result<Vec<Sighting>, Error> {
    let rows = view.sql.query(
        "SELECT tenant_id, kind, subject, day, times, last_at FROM sightings \
         WHERE tenant_id = $1 AND kind = $2 AND day >= $3 ORDER BY day DESC, subject LIMIT 1000",
        &[tenant.into(), kind.into(), since_day.into()],
    )?;
    let read = |row: Vec<Value>| {
        let mut fields = Fields::new("sightings", COLUMNS, String::new(), row);
        Ok(Sighting {
            tenant: fields.uuid()?,
            kind: fields.text()?,
            subject: fields.text()?,
            day: fields.int()?,
            times: fields.int()?,
            last_at: fields.int()?,
        })
    };
    rows.into_iter().map(read).collect()
}

/// The hours of a tenant's keys from one to before another; of one key where it is named.
///
/// # Errors
/// What the database says.
pub fn hours(
    view: &mut View<'_>,
    tenant: Uuid,
    key_id: Option<&str>,
    (from, to): (i64, i64),
) -> Result<Vec<KeyHour>, Error> {
    let mut values: Vec<Value> = vec![tenant.into(), from.into(), to.into()];
    let mut text = "SELECT tenant_id, key_id, hour, requests FROM api_key_hours \
                    WHERE tenant_id = $1 AND hour >= $2 AND hour < $3"
        .to_owned();
    if let Some(key) = key_id {
        values.push(key.into());
        text.push_str(" AND key_id = $4");
    }
    text.push_str(" ORDER BY key_id, hour");
    let read = |row: Vec<Value>| {
        let mut fields = Fields::new("api_key_hours", HOURS, String::new(), row);
        Ok(KeyHour {
            tenant: fields.uuid()?,
            key_id: fields.text()?,
            hour: fields.int()?,
            requests: fields.int()?,
        })
    };
    let rows = view.sql.query(&text, &values)?;
    rows.into_iter().map(read).collect()
}

pub(crate) fn note(sql: &mut dyn Sql, batch: &[Sighting]) -> Result<(), Error> {
    // In one order: two nodes taking the same rows in two orders would deadlock.
    let mut batch: Vec<&Sighting> = batch.iter().collect();
    batch.sort_by_key(|seen| (seen.tenant, &seen.kind, &seen.subject, seen.day));
    for seen in batch {
        sql.execute(
            "INSERT INTO sightings (tenant_id, kind, subject, day, times, last_at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (tenant_id, kind, subject, day) DO UPDATE SET times = sightings.times + excluded.times, \
             last_at = CASE WHEN excluded.last_at > sightings.last_at THEN excluded.last_at ELSE sightings.last_at END",
            &[
                seen.tenant.into(),
                (&seen.kind).into(),
                (&seen.subject).into(),
                seen.day.into(),
                seen.times.into(),
                seen.last_at.into(),
            ],
        )?;
    }
    Ok(())
}

pub(crate) fn note_hours(sql: &mut dyn Sql, batch: &[KeyHour]) -> Result<(), Error> {
    let mut batch: Vec<&KeyHour> = batch.iter().collect();
    batch.sort_by_key(|one| (one.tenant, &one.key_id, one.hour));
    for one in batch {
        sql.execute(
            "INSERT INTO api_key_hours (tenant_id, key_id, hour, requests) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (tenant_id, key_id, hour) DO UPDATE SET requests = api_key_hours.requests + excluded.requests",
            &[
                one.tenant.into(),
                (&one.key_id).into(),
                one.hour.into(),
                one.requests.into(),
            ],
        )?;
    }
    Ok(())
}

/// Forgets what is older than a day and an hour.
pub(crate) fn prune(sql: &mut dyn Sql, day: i64, hour: i64) -> Result<u64, Error> {
    let days = sql.execute("DELETE FROM sightings WHERE day < $1", &[day.into()])?;
    let hours = sql.execute("DELETE FROM api_key_hours WHERE hour < $1", &[hour.into()])?;
    Ok(days + hours)
}
