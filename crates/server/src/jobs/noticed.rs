//! Tells of what was noticed: storms within a second, and every minute what only a look at the store shows.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use ananke_store::counters::{self, Counted};
use ananke_store::{
    Error as StoreError, INSTANCE_TENANT, JobEnd, JobRow, Tenant, api_keys, sightings, signing_keys,
};
use serde_json::json;
use uuid::Uuid;

use crate::alerts::{Kind, Raise, Severity, end_old, raise};
use crate::app::App;
use crate::ops::Error;
use crate::ops::limits::{cap_of_key, day_of, in_force, month_of};
use crate::ops::signing_keys::ending;
use crate::ops::tenants;
use crate::ops::words::shown;

/// Looks at the store.
pub const LOOK: &str = "look";

const MINUTE: i64 = 60 * 1_000_000;
const HOUR: i64 = 60 * MINUTE;

/// A key is compared with what it did in so many hours before: a week.
const WEEK_HOURS: i64 = 7 * 24;
/// So many times the mean of the hours in which it was used is a spike, if it is so many requests at least.
const SPIKE: (i64, i64) = (10, 1_000);

/// A clock is told of that was changed by so many microseconds: what the store forgives, five seconds.
const CLOCK_JUMP: i64 = 5_000_000;

/// So many tries to write the anchor, two a second, are no accident.
const ANCHOR_FAILURES: u64 = 10;
/// Each server's own anchor is looked at this often.
const ANCHOR_LOOKED: Duration = Duration::from_secs(5);
/// A disk that takes longer to read so little does not answer.
const ANCHOR_PATIENCE: Duration = Duration::from_secs(30);

/// A certificate is told of so many days before its end.
const CERTIFICATE_DAYS: i64 = 30;

/// Raises what happened too often since the last second.
pub async fn tell(app: &App) {
    let now = app.ctx.now_micros();
    // A sealed server can write nothing down.
    for due in app
        .watch
        .due(now)
        .into_iter()
        .filter(|_| app.ring.is_some())
    {
        let what = Raise {
            tenant: due.tenant,
            kind: due.kind,
            subject: due.subject,
            severity: None,
            details: json!({ "withinSeconds": due.kind.threshold().1 / 1_000_000 }),
            times: due.times,
            at: due.last,
        };
        if let Err(error) = raise(app, what).await {
            tracing::error!(error = %error, alert = due.kind.as_str(), "an alert could not be raised");
        }
    }
}

/// A clock that goes on as time does.
pub struct Pace {
    wall: i64,
    steady: Instant,
}

impl Pace {
    /// From now on.
    pub fn new(app: &App) -> Self {
        Self {
            wall: app.ctx.now_micros(),
            steady: Instant::now(),
        }
    }

    /// Tells of a clock that was put ahead or back since this was asked last.
    pub async fn look(&mut self, app: &App) {
        let now = Self::new(app);
        let passed = i64::try_from((now.steady - self.steady).as_micros()).unwrap_or(i64::MAX);
        let jump = now.wall - self.wall - passed;
        if jump.abs() < CLOCK_JUMP || app.ring.is_none() {
            *self = now;
            return;
        }
        let facts = json!({ "bySeconds": jump / 1_000_000 });
        let kind = Kind::ClockChanged;
        let what = Raise::once(app, INSTANCE_TENANT, kind, String::new(), facts);
        match raise(app, what).await {
            Ok(()) => *self = now,
            // The jump is still there in a second.
            Err(error) => tracing::error!(error = %error, "an alert could not be raised"),
        }
    }
}

/// Tells of an anchor that this server cannot write or read, or that names what the database does not hold: each by itself, so
/// that neither hides the other. Forever; a file system that hangs holds up nothing else.
pub async fn look_at_anchor(app: &App) {
    let mut ticks = tokio::time::interval(ANCHOR_LOOKED);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if app.ring.is_none() {
            continue;
        }
        if app.store.load().anchor_failures >= ANCHOR_FAILURES {
            anchor_failed(app, "write", "it cannot be written".to_owned()).await;
        }
        let look = app.store.check_anchor();
        tokio::pin!(look);
        let found = match tokio::time::timeout(ANCHOR_PATIENCE, &mut look).await {
            Ok(found) => found,
            Err(_) => {
                anchor_failed(
                    app,
                    "read",
                    "it cannot be read: its disk does not answer".to_owned(),
                )
                .await;
                look.await
            }
        };
        match found {
            Err(StoreError::Behind { reason }) => anchor_failed(app, "database", reason).await,
            Err(error @ StoreError::File { .. }) => {
                anchor_failed(app, "read", format!("it cannot be read: {error}")).await;
            }
            // A database that is away for a while says nothing of the anchor.
            Ok(()) | Err(_) => {}
        }
    }
}

async fn anchor_failed(app: &App, subject: &str, what: String) {
    let facts = json!({ "what": what });
    let kind = Kind::AnchorFailed;
    let what = Raise::once(app, INSTANCE_TENANT, kind, subject.to_owned(), facts);
    if let Err(error) = raise(app, what).await {
        tracing::error!(error = %error, alert = kind.as_str(), "an alert could not be raised");
    }
}

/// Raises what the store shows, and ends what is over.
pub async fn look(app: &App, job: &JobRow) -> Result<JobEnd, Error> {
    certificates(app, INSTANCE_TENANT).await?;
    end_old(app, INSTANCE_TENANT).await?;
    for tenant in tenants::list(app).await? {
        limits(app, &tenant).await?;
        spikes(app, tenant.id).await?;
        certificates(app, tenant.id).await?;
        end_old(app, tenant.id).await?;
    }
    Ok(JobEnd::Again {
        at: app.ctx.now_micros() + MINUTE,
        payload: job.payload.clone(),
    })
}

/// At 80, 95 and 100 per cent, each its own alert.
async fn limits(app: &App, tenant: &Tenant) -> Result<(), Error> {
    let (now, id) = (app.ctx.now_micros(), tenant.id);
    let force = in_force(app, tenant)?;
    let mut asked = vec![
        (
            "issuancesPerMonth".to_owned(),
            force.issuances_per_month,
            Counted::Issuances,
            String::new(),
            month_of(now).0,
        ),
        (
            "stampsPerMonth".to_owned(),
            force.stamps_per_month,
            Counted::Stamps,
            String::new(),
            month_of(now).0,
        ),
        (
            "revocationsPerDay".to_owned(),
            force.revocations_per_day,
            Counted::Revocations,
            String::new(),
            day_of(now),
        ),
    ];
    let counted = app
        .read(move |view| counters::subjects(view, id, Counted::Revocations, day_of(now)))
        .await?;
    for subject in counted.into_iter().filter(|subject| !subject.is_empty()) {
        let key = subject.trim_start_matches("key:").to_owned();
        let found = app.read(move |view| api_keys::find(view, id, &key)).await?;
        let cap = found.and_then(|key| cap_of_key(app, key.revocations_per_day));
        let name = format!("revocationsPerDay of {subject}");
        asked.push((name, cap, Counted::Revocations, subject, day_of(now)));
    }
    for (name, limit, kind, subject, period) in asked {
        let Some(limit) = limit else { continue };
        let used = app
            .read(move |view| counters::used(view, id, kind, &subject, period))
            .await?;
        let reached = [100, 95, 80]
            .into_iter()
            .find(|percent| i128::from(used) * 100 >= i128::from(limit) * percent);
        let Some(percent) = reached else { continue };
        let what = Raise {
            severity: (percent == 80).then_some(Severity::Info),
            ..Raise::once(
                app,
                id,
                Kind::QuotaUsed,
                // Of one period, so that the next one is told of again.
                format!("{name}: {percent} %, {}", shown(period)),
                json!({ "limit": limit, "used": used, "percent": percent }),
            )
        };
        raise_new(app, what).await?;
    }
    Ok(())
}

/// Raises it unless it was raised before, open or not: a state is not seen again, it lasts.
async fn raise_new(app: &App, what: Raise) -> Result<(), Error> {
    let (tenant, kind, subject) = (what.tenant, what.kind.as_str(), what.subject.clone());
    let known = app
        .read(move |view| ananke_store::alerts::find_newest(view, tenant, kind, &subject))
        .await?;
    match known {
        Some(_) => Ok(()),
        None => raise(app, what).await,
    }
}

/// Keys that make many times the requests of their own history.
async fn spikes(app: &App, tenant: Uuid) -> Result<(), Error> {
    let this = app.ctx.now_micros().div_euclid(HOUR);
    let hours = app
        .read(move |view| sightings::hours(view, tenant, None, (this - WEEK_HOURS, this + 1)))
        .await?;
    // Requests before this hour, hours in which there were any, and requests of this hour.
    let mut keys: BTreeMap<String, (i64, i64, i64)> = BTreeMap::new();
    for hour in hours {
        let key = keys.entry(hour.key_id).or_default();
        if hour.hour == this {
            key.2 += hour.requests;
        } else {
            key.0 += hour.requests;
            key.1 += 1;
        }
    }
    for (key, (before, active, now)) in keys {
        // A key without a history of a day has nothing to be compared with.
        if active >= 24 && now >= SPIKE.1 && now >= SPIKE.0 * before / active {
            let subject = format!("key:{key}");
            let facts = json!({ "requestsThisHour": now, "meanPerHour": before / active });
            let what = Raise::once(app, tenant, Kind::TrafficSpike, subject, facts);
            raise(app, what).await?;
        }
    }
    Ok(())
}

/// Certificates that end soon and have no successor.
async fn certificates(app: &App, tenant: Uuid) -> Result<(), Error> {
    let now = app.ctx.now_micros();
    let keys = app
        .read(move |view| signing_keys::list(view, tenant))
        .await?;
    for key in ending(&keys, now, CERTIFICATE_DAYS * 24 * HOUR) {
        let subject = format!("signing_key:{}", key.id);
        let facts = json!({
            "purpose": key.purpose.as_str(), "mode": key.mode, "endsAt": shown(key.valid_until),
        });
        let kind = Kind::CertificateExpiry;
        raise_new(app, Raise::once(app, tenant, kind, subject, facts)).await?;
    }
    Ok(())
}
