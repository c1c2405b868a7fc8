//! Evidence while the server is sealed: rows cannot be authenticated, so only what was signed counts.

use ananke_format::Mode;
use ananke_format::seal::{Seal, Statement};
use ananke_format::status::{self, ListId};
use ananke_format::trust::{Pin, Trust};
use ananke_store::{INSTANCE_TENANT, Product, signed_artifacts};

use super::evidence::{Evidence, Found, Known};
use crate::app::Shared;
use crate::ops::error::Error;
use crate::ops::issuers::bare_trust;
use crate::ops::lists::{BUNDLE, LIST, list_name};

/// Trust from the last signed bundle, status from the last signed list.
pub async fn evidence(app: &Shared, found: &Found) -> Result<Evidence, Error> {
    let row = &found.document;
    let (tenant, mode) = (row.tenant, row.mode);
    let text = row.credential.as_deref();
    let number = text.and_then(|text| match row.product {
        Product::Trust => named_list(text).map(|list| (list.mode, list.number)),
        Product::TCode => sealed_list(text),
    });
    let name = number.map(|(mode, number)| list_name(mode, number, status::Purpose::Token));
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

/// The same of a seal.
fn sealed_list(text: &str) -> Option<(Mode, u32)> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(text)
        .ok()?;
    let statement = Statement::read(&Seal::parse(&bytes).ok()?).ok()?;
    Some((statement.mode, statement.status_position()?.list))
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
