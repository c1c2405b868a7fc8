//! `/v1/audit-events`: the record of everything that happened to a tenant.

use ananke_api::audit::{AuditEvent, AuditPage};
use ananke_store::event_list::{EventFilter, Position};
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use http_body_util::channel::{Channel, Sender};
use uuid::Uuid;

use super::auth::{AuditRead, May};
use super::query::Params;
use crate::app::App;
use crate::ops::error::Error;
use crate::ops::{audit_events, reference_data};
use crate::telemetry::trail::carried;

/// Events read at once for an export.
const PAGE: i64 = 200;
/// Pages that wait for a client that reads slowly.
const WAITING: usize = 2;

fn filter(params: &mut Params) -> EventFilter {
    let kinds = reference_data::event_types();
    let kinds: Vec<&str> = kinds.iter().map(|entry| entry.code.as_str()).collect();
    EventFilter {
        kind: params.word("type", &kinds),
        kinds: &[],
        actor: params.text("actor"),
        subject: params.id("subject"),
        request_id: params.text("requestId"),
        after: params.instant("after"),
        before: params.instant("before"),
    }
}

/// Lists what happened, newest first; or, with `order=recorded`, in the order in which it was recorded, with a cursor that
/// goes on whenever it is used: nothing is passed over, nothing comes twice. What is about documents and keys is listed
/// for keys of their mode.
#[utoipa::path(get, path = "/v1/audit-events", tag = "Audit", operation_id = "list_audit_events",
    params(("order" = Option<String>, Query, description = "`newest` (default) or `recorded`, which takes no filters"),
        ("type" = Option<String>, Query, description = "Of this type; see `/v1/reference-data/event-types`"),
        ("actor" = Option<String>, Query, description = "By this actor, such as `key:` and an id"),
        ("subject" = Option<Uuid>, Query, description = "About this object"),
        ("requestId" = Option<String>, Query, description = "Caused by this request"),
        ("after" = Option<String>, Query, description = "At or after this instant"),
        ("before" = Option<String>, Query, description = "Before this instant"),
        ("limit" = Option<u32>, Query, description = "1 to 200, default 50"),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before")),
    responses((status = 200, description = "A page of events.", body = AuditPage)),
    security(("apiKey" = ["audit:read"])))]
pub async fn list(
    State(app): State<App>,
    may: May<AuditRead>,
    mut params: Params,
) -> Result<Json<AuditPage>, Error> {
    let order = params.word::<String>("order", &["newest", "recorded"]);
    if order.as_deref() == Some("recorded") {
        let limit = params.limit();
        let position = params.position();
        params.finish()?;
        let since = audit_events::since(&app, &may, position, limit).await?;
        return Ok(Json(since));
    }
    let filter = filter(&mut params);
    let page = params.page();
    params.finish()?;
    Ok(Json(audit_events::list(&app, &may, filter, page).await?))
}

impl Params {
    /// The `cursor` of a list that is followed.
    fn position(&mut self) -> Position {
        self.cursor(audit_events::read_position).unwrap_or_default()
    }
}

/// Sends all events that fit, oldest first, as CSV or as one JSON object per line.
#[utoipa::path(get, path = "/v1/audit-events/export", tag = "Audit", operation_id = "export_audit_events",
    params(("format" = Option<String>, Query, description = "`csv` (default) or `ndjson`"),
        ("type" = Option<String>, Query, description = "Of this type"),
        ("actor" = Option<String>, Query, description = "By this actor"),
        ("subject" = Option<Uuid>, Query, description = "About this object"),
        ("requestId" = Option<String>, Query, description = "Caused by this request"),
        ("after" = Option<String>, Query, description = "At or after this instant"),
        ("before" = Option<String>, Query, description = "Before this instant")),
    responses((status = 200, description = "The events.", content((String = "text/csv"), (String = "application/x-ndjson")))),
    security(("apiKey" = ["audit:read"])))]
pub async fn export(
    State(app): State<App>,
    may: May<AuditRead>,
    mut params: Params,
) -> Result<Response, Error> {
    let format = params.word::<String>("format", &["csv", "ndjson"]);
    let is_csv = format.as_deref() != Some("ndjson");
    let filter = filter(&mut params);
    params.finish()?;
    let of = (may.tenant.id, may.mode);
    let (sender, body) = Channel::<Bytes, Broken>::new(WAITING);
    let sent = async move { send(&app, of, &filter, is_csv, sender).await };
    tokio::spawn(carried(sent));
    let (media, name) = match is_csv {
        true => ("text/csv; charset=utf-8", "audit-events.csv"),
        false => ("application/x-ndjson", "audit-events.ndjson"),
    };
    let headers = [
        (header::CONTENT_TYPE, media.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    Ok((headers, Body::new(body)).into_response())
}

/// The answer ends before its end, so that nobody takes a part for the whole.
#[derive(Debug, thiserror::Error)]
#[error("the record could not be read to its end")]
struct Broken;

async fn send(
    app: &App,
    of: (Uuid, ananke_format::Mode),
    filter: &EventFilter,
    is_csv: bool,
    mut sender: Sender<Bytes, Broken>,
) {
    let mut after = None;
    let mut head = is_csv;
    loop {
        let page = audit_events::export(app, of, filter.clone(), after, PAGE).await;
        let written = page.and_then(|(items, last)| Ok((lines(&items, is_csv, head)?, last)));
        let (text, last) = match written {
            Ok(written) => written,
            Err(error) => {
                tracing::error!(error = %error, "an export of the record ended early");
                sender.abort(Broken);
                return;
            }
        };
        head = false;
        // Whoever asked may have gone.
        if sender.send_data(Bytes::from(text)).await.is_err() {
            return;
        }
        match last {
            Some(last) => after = Some(last),
            None => return,
        }
    }
}

fn lines(items: &[AuditEvent], is_csv: bool, head: bool) -> Result<Vec<u8>, Error> {
    if !is_csv {
        let mut text = Vec::new();
        for item in items {
            serde_json::to_writer(&mut text, item)?;
            text.push(b'\n');
        }
        return Ok(text);
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |error: csv::Error| Error::Internal(error.to_string());
    if head {
        let columns = [
            "id",
            "at",
            "type",
            "actor",
            "subject",
            "requestId",
            "traceId",
            "stream",
            "sequence",
            "hash",
            "data",
        ];
        writer.write_record(columns).map_err(failed)?;
    }
    for AuditEvent { event, subject } in items {
        let data = event.data.as_ref().map(ToString::to_string);
        let row = [
            event.id.to_string(),
            event.at.clone(),
            event.kind.clone(),
            event.actor.clone(),
            subject.to_string(),
            event.request_id.clone().unwrap_or_default(),
            event.trace_id.clone().unwrap_or_default(),
            event.stream.to_string(),
            event.sequence.to_string(),
            event.hash.clone(),
            data.unwrap_or_default(),
        ];
        writer.write_record(row).map_err(failed)?;
    }
    writer
        .into_inner()
        .map_err(|error| Error::Internal(error.to_string()))
}
