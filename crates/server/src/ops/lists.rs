//! Status lists: three signed forms of one authenticated row, signed when it changed or grew old.

use std::sync::Arc;

use ananke_format::status::{Edition, LIFETIME_SECONDS, ListId, Purpose, TTL_SECONDS, Table};
use ananke_format::trust::Trust;
use ananke_format::{Instant, IssuerCode, Mode};
use ananke_store::{SignedArtifact, StatusList, locate, signed_artifacts, status_lists};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::error::Error;
use super::issuers::{admit, bare_trust, status_keys};
use super::tenants;
use super::words::instant;
use crate::app::Shared;

/// Kind of a signed status list in the store.
pub const LIST: &str = "status-list";
/// Kind of a signed trust bundle in the store.
pub const BUNDLE: &str = "trust-bundle";

/// Name of a signed list in the store.
#[must_use]
pub fn list_name(mode: Mode, number: u32, purpose: Purpose) -> String {
    format!("{mode}/{number}/{purpose}")
}

/// A signed list and until when it may be kept by caches.
pub struct Signed {
    /// Compact JWS.
    pub jws: String,
    /// When it was signed.
    pub signed_at: Instant,
}

/// The list at its address: signed now if it changed, or is past half its time to live.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn at(
    app: &Shared,
    code: IssuerCode,
    mode: Mode,
    number: u32,
    purpose: Purpose,
) -> Result<Signed, Error> {
    let name = list_name(mode, number, purpose);
    let found = app
        .read(move |view| {
            let Some(tenant) = locate::by_issuer_code(view, code.as_str())? else {
                return Ok(None);
            };
            let row = status_lists::find(view, tenant, mode, i64::from(number))?;
            let signed = signed_artifacts::find(view, tenant, LIST, &name)?;
            Ok(row.map(|row| (row, signed)))
        })
        .await?;
    let (row, signed) = found.ok_or(Error::NotFound)?;
    let half = app.now().plus_seconds(-TTL_SECONDS / 2).as_microsecond();
    let usable = |signed: &SignedArtifact| {
        signed.version == row.version && signed.signed_at > half && is_here(app, signed)
    };
    let show = |signed: SignedArtifact| Signed {
        jws: signed.jws,
        signed_at: instant(signed.signed_at),
    };
    match signed {
        Some(signed) if usable(&signed) || app.ring.is_none() => Ok(show(signed)),
        None if app.ring.is_none() => Err(Error::sealed()),
        _ => {
            let name = list_name(mode, number, purpose);
            let fresh = sign(app, code, &row).await?;
            let fresh = fresh.into_iter().find(|signed| signed.name == name);
            fresh.map(show).ok_or(Error::NotFound)
        }
    }
}

/// Whether a list names the address it is served at: the instance may have moved since it was signed.
fn is_here(app: &Shared, signed: &SignedArtifact) -> bool {
    let here = format!("{}/s/", app.base_url);
    let payload = signed.jws.split('.').nth(1).unwrap_or_default();
    let bytes = URL_SAFE_NO_PAD.decode(payload).unwrap_or_default();
    let claims: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let address = claims["sub"].as_str().or(claims["id"].as_str());
    address.is_some_and(|address| address.starts_with(&here))
}

/// Signs and stores the three forms of a list.
///
/// # Errors
/// The server is sealed or cannot write.
pub async fn sign(
    app: &Shared,
    code: IssuerCode,
    row: &StatusList,
) -> Result<Vec<SignedArtifact>, Error> {
    let mode = row.mode;
    let number = u32::try_from(row.number)
        .map_err(|_| Error::Internal(format!("list number {}", row.number)))?;
    is_newest(app, row).await?;
    let table = Table::decompress(&row.zlib)
        .map_err(|error| Error::Internal(format!("status list: {error}")))?;
    let list = ListId {
        base_url: app.base_url.clone(),
        issuer: code,
        mode,
        number,
    };
    let signer = app.ring()?.status_signer(app, mode).await?;
    let now = app.now();
    let edition = Edition {
        list: &list,
        table: &table,
        issued_at: now,
    };
    let signed = Purpose::ALL
        .iter()
        .map(|purpose| {
            Ok(SignedArtifact {
                tenant: row.tenant,
                kind: LIST.to_owned(),
                name: list_name(mode, number, *purpose),
                version: row.version,
                jws: edition.issue(*purpose, signer.as_ref())?,
                signed_at: now.as_microsecond(),
                expires_at: now.plus_seconds(LIFETIME_SECONDS).as_microsecond(),
            })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    app.store.save_signed(signed.clone()).await?;
    Ok(signed)
}

/// Refuses to sign an older copy of a list that was put back: its bits would say `valid` of what was revoked.
///
/// The row must not be behind what was signed of it, nor behind what this process saw of it. At first sight, when
/// nothing of that may be left, and where a change did not make it newer, it must say of each document what the
/// document's own row says.
async fn is_newest(app: &Shared, row: &StatusList) -> Result<(), Error> {
    let (tenant, mode) = (row.tenant, row.mode);
    let number = u32::try_from(row.number).unwrap_or(0);
    let list = (tenant, mode, number);
    let altered = || {
        Error::Internal(format!(
            "list {mode}/{number} of tenant {tenant} is an older copy, put back: it is not signed"
        ))
    };
    let name = list_name(mode, number, Purpose::Token);
    let signed = app
        .read(move |view| signed_artifacts::find(view, tenant, LIST, &name))
        .await?;
    if signed.is_some_and(|signed| signed.version > row.version) {
        return Err(altered());
    }
    match app.unsigned.seen(list) {
        Some(seen) if seen.version > row.version => return Err(altered()),
        Some(seen) if seen.version < row.version || !seen.changed => {}
        _ => {
            let (store, row) = (app.store.clone(), row.clone());
            let agrees = tokio::task::spawn_blocking(move || {
                store.read_blocking(move |view| ananke_store::audit::list_agrees(view, &row))
            });
            let agrees = agrees
                .await
                .map_err(|error| Error::Internal(error.to_string()))??;
            if !agrees {
                return Err(altered());
            }
        }
    }
    app.unsigned.saw(list, row.version);
    Ok(())
}

/// Signs a list again if what is signed does not say what its row says, or is older than `age`.
///
/// # Errors
/// The server is sealed or cannot write.
pub async fn renew(
    app: &Shared,
    tenant: Uuid,
    mode: Mode,
    number: u32,
    age_seconds: i64,
) -> Result<bool, Error> {
    let name = list_name(mode, number, Purpose::Token);
    let found = app
        .read(move |view| {
            let row = status_lists::find(view, tenant, mode, i64::from(number))?;
            let signed = signed_artifacts::find(view, tenant, LIST, &name)?;
            let tenant = ananke_store::tenants::find(view, tenant)?;
            Ok(row.zip(tenant).map(|(row, tenant)| (row, tenant, signed)))
        })
        .await?;
    let Some((row, tenant, signed)) = found else {
        return Ok(false);
    };
    let oldest = app.now().plus_seconds(-age_seconds).as_microsecond();
    let usable = |signed: SignedArtifact| {
        signed.version == row.version && signed.signed_at > oldest && is_here(app, &signed)
    };
    if signed.is_some_and(usable) {
        return Ok(true);
    }
    let code =
        IssuerCode::parse(&tenant.code).map_err(|error| Error::Internal(error.to_string()))?;
    sign(app, code, &row).await?;
    Ok(true)
}

/// Renews every list that changed or is older than `age_seconds`, so that a sealed server always has one to go
/// by. A list that cannot be signed keeps no other from it.
///
/// # Errors
/// The server is sealed or cannot read; the last list that could not be signed.
pub async fn renew_all(app: &Shared, age_seconds: i64) -> Result<(), Error> {
    let mut result = Ok(());
    for tenant in tenants::list(app).await? {
        for mode in Mode::ALL {
            for number in 0.. {
                match renew(app, tenant.id, *mode, number, age_seconds).await {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        result = Err(error);
                        break;
                    }
                }
            }
        }
    }
    result
}

/// Trust in the status keys of this server, to read its own lists and statements with.
///
/// # Errors
/// The store cannot be read.
pub async fn status_trust(app: &Shared) -> Result<Trust, Error> {
    let mut trust = bare_trust(app, app.now());
    for key in status_keys(app).await? {
        let key = Arc::new(admit(app, &key)?);
        trust = trust
            .with_status_key(key)
            .map_err(|error| Error::Internal(error.to_string()))?;
    }
    Ok(trust)
}

/// The list a document's row stands in.
#[must_use]
pub fn list_of(row: &ananke_store::Document) -> (Uuid, Mode, u32) {
    (
        row.tenant,
        row.mode,
        u32::try_from(row.status_list).unwrap_or(0),
    )
}
