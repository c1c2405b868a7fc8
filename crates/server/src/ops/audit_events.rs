//! The record of a tenant, for people and for programs that follow it.

use ananke_api::audit::{AuditEvent, AuditPage};
use ananke_api::lifecycle::Event;
use ananke_format::Mode;
use ananke_store::event_list::{self, EventFilter, From, Position, Recorded as Found};
use ananke_store::{View, api_keys, documents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use uuid::Uuid;

use super::error::Error;
use super::words::{hex, shown};
use crate::app::Shared;
use crate::http::auth::{AuditRead, May};
use crate::http::query::{PageQuery, cursor};

/// Pages looked through for one answer, where most of what is found is of the other mode.
const PAGES: usize = 10;

/// An event as it is shown.
///
/// # Errors
/// The body is not what this server writes.
pub fn show((event, body): Found) -> Result<Event, Error> {
    let some = |text: String| (!text.is_empty()).then_some(text);
    Ok(Event {
        id: event.id,
        kind: event.kind,
        at: shown(event.at),
        actor: event.actor,
        request_id: some(event.request_id),
        trace_id: some(event.trace_id),
        stream: event.stream,
        sequence: u64::try_from(event.seq).unwrap_or(0),
        hash: hex(&event.hash),
        data: body
            .map(|body| serde_json::from_slice(&body.body))
            .transpose()?,
    })
}

fn audited(found: Found) -> Result<AuditEvent, Error> {
    let subject = found.0.subject;
    let event = show(found)?;
    Ok(AuditEvent { event, subject })
}

/// Whether an event is about something of this mode. Templates and the tenant itself belong to both.
fn is_of(
    view: &mut View<'_>,
    mode: Mode,
    (event, body): &Found,
) -> Result<bool, ananke_store::Error> {
    if documents::is_about_document(&event.kind) {
        return Ok(documents::find(view, event.tenant, mode, event.subject)?.is_some());
    }
    let is_drill = event.kind.starts_with("revocation.") || event.kind.starts_with("restoration.");
    if !is_drill && !event.kind.starts_with("api_key.") {
        return Ok(true);
    }
    let body = body
        .as_ref()
        .and_then(|body| serde_json::from_slice::<Value>(&body.body).ok());
    if is_drill {
        return Ok(body.is_some_and(|body| body["mode"] == mode.as_str()));
    }
    let Some(id) = body.as_ref().and_then(|body| body["key"].as_str()) else {
        return Ok(false);
    };
    let key = api_keys::find(view, event.tenant, id)?;
    Ok(key.is_some_and(|key| key.mode == mode))
}

fn of_mode(
    view: &mut View<'_>,
    mode: Mode,
    found: Vec<Found>,
) -> Result<Vec<Found>, ananke_store::Error> {
    let mut kept = Vec::with_capacity(found.len());
    for one in found {
        if is_of(view, mode, &one)? {
            kept.push(one);
        }
    }
    Ok(kept)
}

/// A page of the tenant's events, newest first.
///
/// # Errors
/// The store cannot be read.
pub async fn list(
    app: &Shared,
    may: &May<AuditRead>,
    filter: EventFilter,
    page: PageQuery,
) -> Result<AuditPage, Error> {
    let (tenant, mode) = (may.tenant.id, may.mode);
    let (mut items, mut before, mut more) = (Vec::new(), page.before, true);
    let wanted = usize::try_from(page.limit).unwrap_or(usize::MAX);
    for _ in 0..PAGES {
        let (filter, limit) = (filter.clone(), page.limit);
        let (found, last, count) = app
            .read(move |view| {
                let found = event_list::list(view, tenant, &filter, From::Before(before), limit)?;
                let (last, count) = (found.last().map(|(event, _)| event.id), found.len());
                Ok((of_mode(view, mode, found)?, last, count))
            })
            .await?;
        for one in found {
            if items.len() < wanted {
                before = Some(one.0.id);
                items.push(audited(one)?);
            }
        }
        if items.len() == wanted {
            break;
        }
        before = last.or(before);
        more = count == wanted;
        if !more {
            break;
        }
    }
    let next_cursor = before.filter(|_| more).map(cursor);
    Ok(AuditPage { items, next_cursor })
}

/// The events recorded since, in the order of their streams, and a cursor that goes on behind them whenever it is used.
///
/// # Errors
/// The store cannot be read.
pub async fn since(
    app: &Shared,
    may: &May<AuditRead>,
    position: Position,
    limit: i64,
) -> Result<AuditPage, Error> {
    let (tenant, mode, now) = (may.tenant.id, may.mode, app.ctx.now_micros());
    let (found, position) = app
        .read(move |view| {
            let from = position.clone();
            let (found, position) = event_list::since(view, tenant, from, limit, now)?;
            Ok((of_mode(view, mode, found)?, position))
        })
        .await?;
    let items = found.into_iter().map(audited).collect::<Result<_, _>>()?;
    Ok(AuditPage {
        items,
        next_cursor: Some(written(&position)),
    })
}

/// A page of the export, oldest first, and the id behind which the next one begins.
///
/// # Errors
/// The store cannot be read.
pub async fn export(
    app: &Shared,
    (tenant, mode): (Uuid, Mode),
    filter: EventFilter,
    after: Option<Uuid>,
    limit: i64,
) -> Result<(Vec<AuditEvent>, Option<Uuid>), Error> {
    let (found, last) = app
        .read(move |view| {
            let found = event_list::list(view, tenant, &filter, From::After(after), limit)?;
            let last = found.last().map(|(event, _)| event.id);
            Ok((of_mode(view, mode, found)?, last))
        })
        .await?;
    let items = found.into_iter().map(audited).collect::<Result<_, _>>()?;
    Ok((items, last))
}

fn written(position: &Position) -> String {
    let seen: Vec<Value> = position
        .seen
        .iter()
        .map(|(stream, seq)| json!([stream, seq]))
        .collect();
    URL_SAFE_NO_PAD.encode(json!([position.done, seen]).to_string())
}

/// Reads a cursor of [`since`].
#[must_use]
pub fn read_position(text: &str) -> Option<Position> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (done, seen): (Uuid, Vec<(Uuid, i64)>) = serde_json::from_slice(&bytes).ok()?;
    Some(Position {
        done,
        seen: seen.into_iter().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_comes_back() {
        let seen = [(Uuid::max(), 7), (Uuid::from_u128(1), 0)];
        let position = Position {
            done: Uuid::from_u128(5),
            seen: seen.into_iter().collect(),
        };
        assert_eq!(read_position(&written(&position)), Some(position));
        for text in ["", "x", "bnVsbA", "W10"] {
            assert_eq!(read_position(text), None, "{text}");
        }
    }
}
