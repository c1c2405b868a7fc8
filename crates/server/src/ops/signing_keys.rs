//! Signing keys of a tenant: made, retired, declared compromised. How they sign is `keys::ring`'s, what becomes of what they
//! signed is decided by `ananke-format`.

use ananke_api::Page;
use ananke_api::signing_key::{EndedSigningKey, EndingEffect, SigningKey, SigningKeyState};
use ananke_format::{CertificateReference, Instant, IssuerCode, Mode};
use ananke_store::{Command, Purpose, SigningKey as Row, Tenant, documents, signing_keys};
use uuid::Uuid;

use super::error::Error;
use super::record::{Actor, Answer, Once, commit, event};
use super::tenants::{NewLeaf, ca_key, leaf};
use super::trust;
use super::words::{instant, shown};
use crate::app::Shared;
use crate::failpoint as fail;
use crate::http::query::{PageQuery, cursor};
use crate::keys::KeyError;
use crate::keys::authority::Leaf;

/// So long after the command nothing counts any more that a retired key signed, in microseconds. Other nodes sign with it
/// for up to a second before they hear of it (docs/decisions/0089); the rest is for a commit that takes its time and for
/// clocks that differ.
const RETIRED_AFTER: i64 = 5_000_000;

/// How far ahead a key may be scheduled, in microseconds: a year.
const FURTHEST: i64 = 366 * 24 * 3_600 * 1_000_000;

/// How often a command is tried that lost against another one.
const TRIES: usize = 4;

/// Whose keys: the tenant, and the mode of whoever asks.
#[derive(Clone, Copy)]
pub struct Whose<'a> {
    /// The tenant.
    pub tenant: &'a Tenant,
    /// The mode.
    pub mode: Mode,
}

fn state(row: &Row, now: i64) -> SigningKeyState {
    if row.compromised_at.is_some() {
        SigningKeyState::Compromised
    } else if row.retired_at.is_some() {
        SigningKeyState::Retired
    } else if now < row.valid_from {
        SigningKeyState::Scheduled
    } else if row.may_sign(now) {
        SigningKeyState::Active
    } else {
        SigningKeyState::Expired
    }
}

/// The one of these that signs now.
fn signs(rows: &[Row], now: i64) -> Option<Uuid> {
    let active = rows.iter().filter(|row| row.may_sign(now));
    let newest = active.max_by_key(|row| (row.valid_from, row.id));
    newest.map(|row| row.id)
}

fn show(app: &Shared, row: &Row, rows: &[Row]) -> SigningKey {
    let now = app.ctx.now_micros();
    let reference = row.certificate_reference.clone().unwrap_or_default();
    SigningKey {
        id: row.id,
        certificate_url: format!("{}/c/{reference}", app.base_url),
        certificate_reference: reference,
        state: state(row, now),
        signs: signs(rows, now) == Some(row.id),
        valid_from: shown(row.valid_from),
        valid_until: shown(row.valid_until),
        retired_at: row.retired_at.map(shown),
        compromised_at: row.compromised_at.map(shown),
    }
}

/// Every key that signs or signed documents of a tenant, of both modes, in the order they were made.
async fn all(app: &Shared, tenant: Uuid) -> Result<Vec<Row>, Error> {
    let mut rows = app
        .read(move |view| signing_keys::list(view, tenant))
        .await?;
    rows.retain(|row| row.purpose == Purpose::Tenant);
    Ok(rows)
}

fn of_mode(rows: &[Row], mode: Mode) -> Vec<Row> {
    let own = rows.iter().filter(|row| row.mode == Some(mode));
    own.cloned().collect()
}

fn find(rows: &[Row], id: Uuid) -> Result<Row, Error> {
    let found = rows.iter().find(|row| row.id == id);
    found.cloned().ok_or(Error::NotFound)
}

/// A page of the keys of a tenant and mode, newest first.
///
/// # Errors
/// The store cannot be read.
pub async fn list(
    app: &Shared,
    whose: Whose<'_>,
    page: PageQuery,
) -> Result<Page<SigningKey>, Error> {
    let rows = of_mode(&all(app, whose.tenant.id).await?, whose.mode);
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let mut older = rows
        .iter()
        .rev()
        .filter(|row| page.before.is_none_or(|before| row.id < before))
        .peekable();
    let items: Vec<SigningKey> = older
        .by_ref()
        .take(limit)
        .map(|row| show(app, row, &rows))
        .collect();
    let next_cursor = items
        .last()
        .filter(|_| older.peek().is_some())
        .map(|last| cursor(last.id));
    Ok(Page { items, next_cursor })
}

/// A new key with its certificate, under a reference that none of these has.
async fn make(app: &Shared, whose: Whose<'_>, rows: &[Row], from: Instant) -> Result<Row, Error> {
    let (tenant, mode) = (whose.tenant, whose.mode);
    let code =
        IssuerCode::parse(&tenant.code).map_err(|error| Error::Internal(error.to_string()))?;
    let is_used = |reference: &CertificateReference| {
        rows.iter()
            .any(|row| row.certificate_reference.as_deref() == Some(reference.as_str()))
    };
    let reference = (1..)
        .map_while(|number| CertificateReference::new(code, number))
        .find(|reference| !is_used(reference))
        .ok_or_else(|| {
            Error::conflict(
                "this issuer code has had all the 1295 certificates it can have: go on with another tenant",
            )
        })?;
    let newest = rows.iter().map(|row| row.dek_version).max();
    let version = newest.ok_or(KeyError::Crypto("signing keys of a tenant"))?;
    let data_key = app.ring()?.data_key(app, tenant.id, version).await?;
    let new = NewLeaf {
        kind: Leaf::Tenant,
        tenant: tenant.id,
        mode,
        reference,
        from,
        data_key: (version, &*data_key),
    };
    let ca = ca_key(app, mode).await?;
    Ok(leaf(app, &new, &ca)?)
}

/// Makes a key that signs from a moment on, at once if none is named.
///
/// # Errors
/// The moment is past or too far ahead; there were too many; the server is sealed or cannot write.
pub async fn create(
    app: &Shared,
    whose: Whose<'_>,
    actor: &Actor,
    starts_at: Option<Instant>,
    once: Option<Once>,
) -> Result<Answer, Error> {
    let now = app.now();
    let from = starts_at.map_or(now, Instant::floor_second);
    let ahead = from.as_microsecond() - now.as_microsecond();
    if starts_at.is_some() && ahead <= 0 {
        return Err(Error::invalid(
            "startsAt",
            "must be in the future; leave it out for a key that signs at once",
        ));
    }
    if ahead > FURTHEST {
        return Err(Error::invalid("startsAt", "must be at most a year ahead"));
    }
    for _ in 0..TRIES {
        let mut rows = all(app, whose.tenant.id).await?;
        let row = make(app, whose, &rows, from).await?;
        rows.push(row.clone());
        let body = serde_json::json!({
            "certificate": row.certificate_reference, "mode": row.mode, "validFrom": shown(row.valid_from),
        });
        let kind = "signing_key.created";
        let event = event(app, whose.tenant.id, kind, row.id, actor, &body);
        let shown = show(app, &row, &of_mode(&rows, whose.mode));
        let command = Command::InsertSigningKey {
            key: row,
            data_key: None,
        };
        match commit(app, once.clone(), command, event, &shown, None).await {
            // Another command took the reference, or ended a key, meanwhile.
            Err(Error::Stale) => {}
            other => return published(app, whose.mode, other).await,
        }
    }
    Err(Error::Stale)
}

/// Signs the bundle anew before it is answered: whoever was told of the change can hand it to verifiers.
async fn published<T>(app: &Shared, mode: Mode, done: Result<T, Error>) -> Result<T, Error> {
    if done.is_ok() {
        app.trust_changed();
        if let Err(error) = trust::bundle(app, mode).await {
            // It is tried again within a second.
            tracing::error!(error = %error, mode = %mode, "trust bundle could not be signed");
        }
    }
    done
}

/// Why and how a key is ended.
#[derive(Debug, Clone)]
pub struct Ending {
    /// Since when it may have been in wrong hands; `None` retires it.
    pub compromised_at: Option<Instant>,
    /// Why, for the record.
    pub reason: Option<String>,
    /// Only say what it would do.
    pub dry_run: bool,
}

/// Retires a key or declares it compromised.
///
/// # Errors
/// [`Error::NotFound`]; it has ended already; it is the only one that could sign; a date in the future.
pub async fn end(
    app: &Shared,
    whose: Whose<'_>,
    actor: &Actor,
    (id, ending): (Uuid, Ending),
    once: Option<Once>,
) -> Result<Answer, Error> {
    for _ in 0..TRIES {
        match try_end(app, whose, actor, id, &ending, once.clone()).await {
            // Another command took the reference, or ended a key, meanwhile.
            Err(Error::Stale) => {}
            other if ending.dry_run => return other,
            other => return published(app, whose.mode, other).await,
        }
    }
    Err(Error::Stale)
}

async fn try_end(
    app: &Shared,
    whose: Whose<'_>,
    actor: &Actor,
    id: Uuid,
    ending: &Ending,
    once: Option<Once>,
) -> Result<Answer, Error> {
    let tenant = whose.tenant.id;
    let everything = all(app, tenant).await?;
    let mut rows = of_mode(&everything, whose.mode);
    let before = find(&rows, id)?;
    let now = app.ctx.now_micros();
    let after = ended(&before, ending, now)?;
    rows.retain(|row| row.id != id);
    let successor = if signs(&rows, now).is_some() {
        None
    } else if ending.compromised_at.is_some() {
        Some(make(app, whose, &everything, app.now()).await?)
    } else if before.may_sign(now) {
        return Err(last_one());
    } else {
        None
    };
    let successor_id = successor.as_ref().map(|row| row.id);
    rows.push(after.clone());
    rows.extend(successor.clone());
    let mut answer = EndedSigningKey {
        key: show(app, &after, &rows),
        successor_id,
        effect: None,
    };
    if ending.dry_run {
        answer.successor_id = None;
        answer.effect = Some(effect(app, whose, &after).await?);
        return Ok(Answer::Done(serde_json::to_vec(&answer)?));
    }
    let mut body = serde_json::json!({
        "certificate": after.certificate_reference, "mode": after.mode, "reason": ending.reason,
    });
    let (kind, command) = match after
        .compromised_at
        .filter(|_| ending.compromised_at.is_some())
    {
        Some(since) => {
            body["compromisedAt"] = shown(since).into();
            body["successor"] = serde_json::json!(
                successor
                    .as_ref()
                    .and_then(|row| row.certificate_reference.clone())
            );
            let successor = successor.map(Box::new);
            let command = Command::CompromiseSigningKey {
                id,
                since,
                successor,
            };
            ("signing_key.compromised", command)
        }
        None => {
            let at = after.retired_at.unwrap_or(now);
            body["retiredAt"] = shown(at).into();
            ("signing_key.retired", Command::RetireSigningKey { id, at })
        }
    };
    let mut event = event(app, tenant, kind, id, actor, &body);
    // The moment that was judged by and is answered.
    event.at = now;
    commit(app, once, command, event, &answer, None).await
}

/// The key as it will be.
fn ended(before: &Row, ending: &Ending, now: i64) -> Result<Row, Error> {
    let mut after = before.clone();
    match ending.compromised_at.map(Instant::as_microsecond) {
        None => {
            if before.compromised_at.is_some() || before.retired_at.is_some() {
                return Err(Error::conflict("this key signs no more already"));
            }
            let wait = match fail::at!("retire-at-once") {
                true => 0,
                false => RETIRED_AFTER,
            };
            after.retired_at = Some(instant(now + wait).as_microsecond());
        }
        Some(since) if since > now => {
            let rule =
                "must not be in the future: since when may the key have been in wrong hands?";
            return Err(Error::invalid("at", rule));
        }
        Some(since) => {
            if let Some(known) = before.compromised_at.filter(|known| *known <= since) {
                return Err(Error::conflict(format!(
                    "this key is known to be compromised since {}; only an earlier date can be named",
                    shown(known)
                )));
            }
            after.compromised_at = Some(since);
            after.retired_at = Some(before.retired_at.map_or(now, |at| at.min(now)));
        }
    }
    Ok(after)
}

/// Nothing else could sign.
#[must_use]
pub fn last_one() -> Error {
    Error::conflict(
        "this is the only key that can sign now: make another one first with POST /v1/signing-keys, without `startsAt`",
    )
}

/// How many documents a key signed, and how many of them would be invalid: here the moment of issue is authenticated.
async fn effect(app: &Shared, whose: Whose<'_>, after: &Row) -> Result<EndingEffect, Error> {
    let (tenant, mode, since) = (whose.tenant.id, whose.mode, after.compromised_at);
    let reference = after.certificate_reference.clone().unwrap_or_default();
    app.read(move |view| {
        let documents = documents::count_by_certificate(view, tenant, mode, &reference, None)?;
        let invalid_documents = match since {
            Some(_) => documents::count_by_certificate(view, tenant, mode, &reference, since)?,
            None => 0,
        };
        Ok(EndingEffect {
            documents,
            invalid_documents,
        })
    })
    .await
}

/// Keys that end within so many microseconds and have no successor.
pub fn ending(keys: &[Row], now: i64, within: i64) -> impl Iterator<Item = &Row> {
    let soon = now + within;
    let is_in_use = |key: &&Row| key.retired_at.is_none() && key.compromised_at.is_none();
    keys.iter().filter(is_in_use).filter(move |key| {
        let ends = key.valid_until <= soon && key.valid_until > now;
        let succeeds = |other: &Row| {
            (other.purpose, other.mode) == (key.purpose, key.mode) && other.valid_until > soon
        };
        ends && !keys.iter().filter(is_in_use).any(succeeds)
    })
}
