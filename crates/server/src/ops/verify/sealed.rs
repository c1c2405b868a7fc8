//! Evidence while the server is sealed: rows cannot be authenticated, so only what was signed counts.

use ananke_format::status::{self, ListId};
use ananke_format::trust::{Pin, Trust};
use ananke_store::{INSTANCE_TENANT, signed_artifacts};

use super::evidence::{Evidence, Found, Known};
use crate::app::Shared;
use crate::ops::error::Error;
use crate::ops::issuers::bare_trust;
use crate::ops::lists::{BUNDLE, LIST, list_name};

/// Trust from the last signed bundle, status from the last signed list.
pub async fn evidence(app: &Shared, found: &Found) -> Result<Evidence, Error> {
    let row = &found.document;
    let (tenant, mode) = (row.tenant, row.mode);
    let list = row.credential.as_deref().and_then(named_list);
    let name = list
        .as_ref()
        .map(|list| list_name(list.mode, list.number, status::Purpose::Token));
    let (bundle, list) = app
        .read(move |view| {
            let bundle = signed_artifacts::find(view, INSTANCE_TENANT, BUNDLE, mode.as_str())?;
            let list = match &name {
                Some(name) => signed_artifacts::find(view, tenant, LIST, name)?,
                None => None,
            };
            Ok((bundle, list))
        })
        .await?;
    let pin = Pin::Fingerprint(app.authority.fingerprint());
    let trust = bundle.and_then(|bundle| Trust::from_bundle(&bundle.jws, pin, None).ok());
    let trust = trust.unwrap_or_else(|| bare_trust(app, app.now()));
    let known = match list.map(|list| status::verify(&list.jws, &trust)) {
        None => Known::Nothing,
        Some(Ok(list)) => Known::Lists(vec![list]),
        Some(Err(error)) => Known::Refused(error),
    };
    Ok(Evidence {
        trust,
        existed_at: None,
        status_reason: None,
        authenticated: false,
        known,
    })
}

/// The list a credential names, before anything of it is believed: it only says where to look.
fn named_list(credential: &str) -> Option<ListId> {
    use base64::Engine as _;
    let payload = credential.split('.').nth(1)?;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(payload)
        .ok()?;
    let value: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    let uri = value.pointer("/status/status_list/uri")?.as_str()?;
    ListId::parse(uri).map(|(list, _)| list)
}
