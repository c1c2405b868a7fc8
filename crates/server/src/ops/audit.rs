//! Checks the whole record: every row, every chain, every signature.
//!
//! The store looks at what it authenticates; here its signatures are looked at too: each document's
//! credential, each lifecycle statement, each certificate.

use ananke_format::lifecycle::LifecycleStatement;
use ananke_format::trust::Trust;
use ananke_format::verify;
use ananke_format::{Mode, Sha256};
use ananke_store::audit::{Finding, sweep};
use ananke_store::{
    Document, DocumentFilter, Error as StoreError, Product, api_keys, document_list, events,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use super::api_keys::revision;
use super::error::Error;
use super::{issuers, lists, tenants};
use crate::app::{App, Shared};

/// What was looked at, and what was wrong.
pub struct Report {
    /// Everything that is wrong.
    pub findings: Vec<Finding>,
    /// Rows looked at.
    pub rows: u64,
    /// Signatures looked at.
    pub signatures: u64,
}

const PAGE: i64 = 200;

/// Checks everything, on a thread of its own: on a large record that takes minutes.
///
/// # Errors
/// The server is sealed, or the store cannot be read.
pub async fn verify_on_thread(app: &App) -> Result<Report, Error> {
    let (app, runtime) = (app.clone(), tokio::runtime::Handle::current());
    tokio::task::spawn_blocking(move || runtime.block_on(verify(&app)))
        .await
        .map_err(|error| Error::Internal(error.to_string()))?
}

/// Checks everything.
///
/// # Errors
/// The server is sealed, or the store cannot be read.
async fn verify(app: &Shared) -> Result<Report, Error> {
    app.ring()?;
    let swept = app.store.read_at_length(sweep).await?;
    let mut report = Report {
        findings: swept.findings,
        rows: swept.rows,
        signatures: 0,
    };
    // Rows that are not what was stored are found already; reading them again would only fail.
    if report.findings.is_empty() {
        let statements = lists::status_trust(app).await?;
        for tenant in tenants::list(app).await? {
            let rows = app.read(move |view| issuers::read(view, tenant.id)).await?;
            keys(app, tenant.id, &mut report).await?;
            let trust = issuers::trust(app, &rows, app.now())?;
            for mode in Mode::ALL {
                documents(app, tenant.id, *mode, &trust, &statements, &mut report).await?;
            }
        }
    }
    Ok(report)
}

/// A key whose row does not say what its newest event says was put back, such as one that was deleted or rolled.
async fn keys(app: &Shared, tenant: Uuid, report: &mut Report) -> Result<(), Error> {
    let mut after: Option<String> = None;
    loop {
        let from = after.take();
        let page = app
            .read(move |view| {
                let keys = api_keys::list(view, tenant, None, from.as_deref(), PAGE)?;
                keys.into_iter()
                    .map(|key| match revision(view, &key) {
                        Ok(_) => Ok((false, key.id)),
                        Err(StoreError::Corrupt { .. }) => Ok((true, key.id)),
                        Err(error) => Err(error),
                    })
                    .collect::<Result<Vec<_>, _>>()
            })
            .await?;
        let Some((_, last)) = page.last() else {
            return Ok(());
        };
        after = Some(last.clone());
        for (is_old, id) in page {
            if is_old {
                let what = "changed or deleted since, and its old row was put back".to_owned();
                report.findings.push(Finding {
                    table: "api_keys",
                    row: id,
                    what,
                });
            }
        }
    }
}

async fn documents(
    app: &Shared,
    tenant: Uuid,
    mode: Mode,
    trust: &Trust,
    statements: &Trust,
    report: &mut Report,
) -> Result<(), Error> {
    let mut before = None;
    loop {
        let page = app
            .read(move |view| {
                document_list::list(view, tenant, mode, &DocumentFilter::default(), before, PAGE)
            })
            .await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        before = Some(last.id);
        for row in &page {
            if let Some(record) = &row.credential {
                report.signatures += 1;
                let failure = match row.product {
                    Product::Trust => verify::signature(record, trust).err(),
                    Product::TCode => {
                        let seal = STANDARD.decode(record).unwrap_or_default();
                        verify::seal(&seal, trust).err()
                    }
                };
                if let Some(failure) = failure {
                    report.findings.push(found(
                        "documents",
                        row,
                        format!("signed record: {failure}"),
                    ));
                }
            }
            lifecycle(app, row, statements, report).await?;
        }
    }
}

/// Every change of status has a signed statement about this very document.
async fn lifecycle(
    app: &Shared,
    row: &Document,
    statements: &Trust,
    report: &mut Report,
) -> Result<(), Error> {
    let (tenant, id) = (row.tenant, row.id);
    let mut after = None;
    loop {
        let page = app
            .read(move |view| events::list_by_subject(view, tenant, id, after, PAGE))
            .await?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after = Some(last.id);
        for (event, body) in &page {
            let body = body
                .as_ref()
                .and_then(|body| serde_json::from_slice::<serde_json::Value>(&body.body).ok());
            let Some(statement) = body.as_ref().and_then(|body| body["statement"].as_str()) else {
                continue;
            };
            report.signatures += 1;
            let about = Sha256::from_bytes(row.credential_hash);
            match LifecycleStatement::verify(statement, statements) {
                Ok(signed)
                    if signed.document == about
                        && signed.reference.to_string() == row.reference => {}
                Ok(_) => report.findings.push(found(
                    "events",
                    row,
                    format!("event {}: statement about another document", event.id),
                )),
                Err(error) => report.findings.push(found(
                    "events",
                    row,
                    format!("event {}: {error}", event.id),
                )),
            }
        }
    }
}

fn found(table: &'static str, row: &Document, what: String) -> Finding {
    Finding {
        table,
        row: row.reference.clone(),
        what,
    }
}
