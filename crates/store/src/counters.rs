//! What is counted against a limit, in the transaction that uses it up.
//!
//! A counter whose row is missing, or of another period, begins with what the record says of this one. So a limit set in
//! the middle of a month counts from its beginning, and a row that was removed grants nothing.

use uuid::Uuid;

use crate::table::{Record, Table};
use crate::value::{Fields, Value};
use crate::{Error, Micros, Mode, View};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counted {
    /// Live documents issued.
    Issuances,
    /// Live documents stamped.
    Stamps,
    /// Live documents taken out of force: suspended, revoked, expired ahead of time, erased, or revoked because they were
    /// replaced.
    Revocations,
}

impl Counted {
    /// The word in rows.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Issuances => "issuances",
            Self::Stamps => "stamps",
            Self::Revocations => "revocations",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Issuances, Self::Stamps, Self::Revocations]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }

    /// Kinds of the events that say so, as a list for SQL.
    fn kinds(self) -> &'static str {
        match self {
            Self::Issuances => "'issuance.issued'",
            Self::Stamps => "'stamp.issued'",
            Self::Revocations => {
                "'issuance.suspended', 'issuance.revoked', 'issuance.expired', 'issuance.erased', 'issuance.replaced', \
                 'stamp.suspended', 'stamp.revoked', 'stamp.erased', 'stamp.replaced'"
            }
        }
    }
}

/// One more, against a limit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    /// Of what.
    pub kind: Counted,
    /// The actor it is counted for, as in events; empty for the tenant as a whole.
    pub subject: String,
    /// When the period began.
    pub period: Micros,
    /// How many there may be in it.
    pub limit: i64,
}

/// How much of a period is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counter {
    pub(crate) tenant: Uuid,
    pub(crate) kind: Counted,
    pub(crate) subject: String,
    pub(crate) period: Micros,
    pub(crate) used: i64,
}

pub(crate) static COUNTERS: Table = Table::new(
    "counters",
    3,
    &["tenant_id", "kind", "subject", "period", "used"],
);

impl Record for Counter {
    fn table() -> &'static Table {
        &COUNTERS
    }

    fn values(&self) -> Vec<Value> {
        vec![
            self.tenant.into(),
            self.kind.as_str().into(),
            (&self.subject).into(),
            self.period.into(),
            self.used.into(),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            tenant: fields.uuid()?,
            kind: fields.word(Counted::parse)?,
            subject: fields.text()?,
            period: fields.int()?,
            used: fields.int()?,
        })
    }
}

/// How far an event's own time may be from that in its id, which is made a moment before, or later where the clock was put
/// back.
const SLACK: Micros = 3_600 * 1_000_000;

/// How many the record has since a time, of the tenant's live documents.
///
/// # Errors
/// What the database says.
pub fn recorded(
    view: &mut View<'_>,
    tenant: Uuid,
    kind: Counted,
    subject: &str,
    since: Micros,
) -> Result<i64, Error> {
    let first = first_id(since - SLACK);
    let mut text = format!(
        "SELECT count(*) FROM events AS e WHERE e.tenant_id = $1 AND e.id >= $2 AND e.at >= $3 AND e.kind IN ({}) \
         AND EXISTS (SELECT 1 FROM documents AS d WHERE d.tenant_id = e.tenant_id AND d.mode = 'live' AND d.id = e.subject_id)",
        kind.kinds()
    );
    let mut values: Vec<Value> = vec![tenant.into(), first.into(), since.into()];
    if !subject.is_empty() {
        text.push_str(" AND e.actor = $4");
        values.push(subject.into());
    }
    let row = view.sql.query(&text, &values)?.into_iter().next();
    Fields::new("events", &["count"], String::new(), row.unwrap_or_default()).int()
}

/// How much of a period is used.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn used(
    view: &mut View<'_>,
    tenant: Uuid,
    kind: Counted,
    subject: &str,
    period: Micros,
) -> Result<i64, Error> {
    let kept = view.one::<Counter>(
        " WHERE tenant_id = $1 AND kind = $2 AND subject = $3",
        &[tenant.into(), kind.as_str().into(), subject.into()],
    )?;
    match kept {
        Some(kept) if kept.row.period == period => Ok(kept.row.used),
        _ => recorded(view, tenant, kind, subject, period),
    }
}

/// For whom something is counted in a period; empty is the tenant as a whole.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn subjects(
    view: &mut View<'_>,
    tenant: Uuid,
    kind: Counted,
    period: Micros,
) -> Result<Vec<String>, Error> {
    let rows: Vec<Counter> = view.rows(
        " WHERE tenant_id = $1 AND kind = $2 AND period = $3 ORDER BY subject",
        &[tenant.into(), kind.as_str().into(), period.into()],
    )?;
    Ok(rows.into_iter().map(|row| row.subject).collect())
}

/// How many of a tenant's documents of a mode were issued, or taken out of force, by whom and on which day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Days since 1970-01-01, UTC.
    pub day: i64,
    /// An actor as in events.
    pub actor: String,
    /// How many.
    pub count: i64,
}

/// What the record says from one moment to before another.
///
/// # Errors
/// What the database says.
pub fn days(
    view: &mut View<'_>,
    tenant: Uuid,
    mode: Mode,
    kind: Counted,
    (from, to): (Micros, Micros),
) -> Result<Vec<Day>, Error> {
    let text = format!(
        "SELECT e.at / 86400000000, e.actor, count(*) FROM events AS e \
         WHERE e.tenant_id = $1 AND e.id >= $2 AND e.id < $3 AND e.at >= $4 AND e.at < $5 AND e.kind IN ({}) \
         AND EXISTS (SELECT 1 FROM documents AS d WHERE d.tenant_id = e.tenant_id AND d.mode = $6 AND d.id = e.subject_id) \
         GROUP BY 1, 2 ORDER BY 1, 2",
        kind.kinds()
    );
    let rows = view.sql.query(
        &text,
        &[
            tenant.into(),
            first_id(from - SLACK).into(),
            first_id(to + SLACK).into(),
            from.into(),
            to.into(),
            mode.into(),
        ],
    )?;
    let read = |row| {
        let mut fields = Fields::new("events", &["day", "actor", "count"], String::new(), row);
        Ok(Day {
            day: fields.int()?,
            actor: fields.text()?,
            count: fields.int()?,
        })
    };
    rows.into_iter().map(read).collect()
}

/// The smallest UUIDv7 of a time.
fn first_id(at: Micros) -> Uuid {
    let milliseconds = u128::from(u64::try_from(at / 1_000).unwrap_or(0));
    Uuid::from_u128(milliseconds << 80)
}
