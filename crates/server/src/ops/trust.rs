//! The trust bundle, the certificates, the revocation list: what outsiders check signatures with.

use std::time::Duration;

use ananke_format::certificate::Certificate;
use ananke_format::trust::{
    Bundle, BundleIssuer, BundleKey, Identity, Pin, Trust, TrustedKey, issue_bundle,
};
use ananke_format::{CertificateReference, Instant, IssuerCode, Mode};
use ananke_store::{
    INSTANCE_TENANT, Purpose, SignedArtifact, SigningKey, instance, locate, signed_artifacts,
    signing_keys,
};

use super::error::Error;
use super::issuers::{self, admit, status_keys};
use super::lists::BUNDLE;
use super::tenants;
use super::words::instant;
use crate::app::Shared;
use crate::keys::authority;

/// How long a bundle may be believed, in seconds.
const LIFETIME_SECONDS: i64 = 365 * 86_400;
/// A bundle nobody changed is signed again after this many seconds, to say that it still holds.
const RENEW_SECONDS: i64 = 86_400;
/// How often a bundle is signed anew because another server stored one meanwhile.
const TRIES: u32 = 10;

/// The bundle of a mode: the signed one, or a new one where something changed.
///
/// # Errors
/// The server is sealed and has none; the store cannot be read or written.
pub async fn bundle(app: &Shared, mode: Mode) -> Result<SignedArtifact, Error> {
    let kept = stored(app, mode).await?;
    let oldest = app.now().plus_seconds(-RENEW_SECONDS).as_microsecond();
    match kept {
        Some(kept) if app.ring.is_none() => return Ok(kept),
        None if app.ring.is_none() => return Err(Error::sealed()),
        _ => {}
    }
    // One that was signed under the root before is none of this root's.
    let authority_since = tenants::ca_row(app, mode).await?.created_at;
    let usable = |kept: &SignedArtifact| {
        kept.signed_at > oldest
            && kept.signed_at >= authority_since
            && !app.unsigned.trust_is_stale(mode)
    };
    match &kept {
        Some(kept) if usable(kept) => return Ok(kept.clone()),
        _ => {}
    }
    // One after the other here; another server may come in between, and may not have read what was changed here.
    let _turn = app.unsigned.turn().await;
    for _ in 0..TRIES {
        let last = match stored(app, mode).await? {
            Some(kept) if usable(&kept) => return Ok(kept),
            kept => kept.map_or(0, |kept| kept.version),
        };
        if let Some(signed) = sign(app, mode, last).await? {
            return Ok(signed);
        }
    }
    Err(Error::Unavailable {
        detail: "other servers sign bundles all the time".to_owned(),
        retry_after: Duration::from_secs(1),
    })
}

async fn stored(app: &Shared, mode: Mode) -> Result<Option<SignedArtifact>, Error> {
    app.read(move |view| signed_artifacts::find(view, INSTANCE_TENANT, BUNDLE, mode.as_str()))
        .await
}

/// Signs the next bundle of a mode and stores it in the place of the last one; `None` if that was replaced meanwhile.
async fn sign(app: &Shared, mode: Mode, last: i64) -> Result<Option<SignedArtifact>, Error> {
    let changes = app.unsigned.trust_changes();
    let sequence = next_sequence(app, last).await?;
    let bundle = compose(app, mode, sequence).await?;
    let ca = tenants::ca_row(app, mode).await?;
    // Its certificate hangs under another root than the one this process began with.
    if app
        .authority
        .cas()
        .iter()
        .all(|own| own.der() != ca.certificate)
    {
        return Err(Error::Unavailable {
            detail: "this server went over to another root: it has to be started again".to_owned(),
            retry_after: Duration::from_secs(60),
        });
    }
    let signer = app.ring()?.signer_of(app, &ca).await?;
    let jws = issue_bundle(&bundle, signer.as_ref(), app.authority.root().der())?;
    let signed = SignedArtifact {
        tenant: INSTANCE_TENANT,
        kind: BUNDLE.to_owned(),
        name: mode.as_str().to_owned(),
        version: sequence,
        jws,
        signed_at: bundle.issued_at.as_microsecond(),
        expires_at: bundle.expires.as_microsecond(),
    };
    if !app.store.save_next(signed.clone(), last).await? {
        return Ok(None);
    }
    app.unsigned.trust_is_signed(mode, changes);
    Ok(Some(signed))
}

/// Goes up by one, and with the milliseconds since the instance was made. A database that was put back has forgotten
/// what it published after the copy, and verifiers refuse a bundle with a lower number than they saw.
async fn next_sequence(app: &Shared, last: i64) -> Result<i64, Error> {
    let made = app.read(instance::find).await?.map(|row| row.created_at);
    let age = app.ctx.now_micros() - made.unwrap_or_default();
    Ok((last + 1).max(1 + age / 1_000))
}

async fn compose(app: &Shared, mode: Mode, sequence: i64) -> Result<Bundle, Error> {
    let now = app.now();
    let mut issuers = Vec::new();
    for tenant in tenants::list(app).await? {
        let rows = app.read(move |view| issuers::read(view, tenant.id)).await?;
        let known = issuers::issuer(app, &rows)?;
        let own = |key: &&SigningKey| key.purpose == Purpose::Tenant && key.mode == Some(mode);
        issuers.push(BundleIssuer {
            code: known.code(),
            name: known.name().to_owned(),
            domain: known.domain().map(str::to_owned),
            identity: known.identity(),
            proved_at: known
                .proved_at()
                .filter(|_| known.identity() == Identity::DomainProved),
            certificates: rows
                .keys
                .iter()
                .filter(own)
                .map(listed)
                .collect::<Result<_, _>>()?,
        });
    }
    let status_keys = status_keys(app).await?;
    let own = |key: &&SigningKey| key.mode == Some(mode);
    Ok(Bundle {
        mode,
        sequence: u64::try_from(sequence).unwrap_or(1),
        issued_at: now,
        expires: now.plus_seconds(LIFETIME_SECONDS),
        base_urls: app.base_urls.to_vec(),
        issuers,
        status_keys: status_keys
            .iter()
            .filter(own)
            .map(listed)
            .collect::<Result<_, _>>()?,
    })
}

fn listed(key: &SigningKey) -> Result<BundleKey, Error> {
    let reference = key.certificate_reference.as_deref().unwrap_or_default();
    let reference = CertificateReference::parse(reference)
        .map_err(|error| Error::Internal(format!("key {}: {error}", key.id)))?;
    Ok(BundleKey {
        reference,
        leaf: key.certificate.clone(),
        valid_from: instant(key.valid_from),
        valid_until: instant(key.valid_until),
        retired_at: key.retired_at.map(instant),
        compromised_at: key.compromised_at.map(instant),
    })
}

/// A leaf by its certificate reference.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn leaf(app: &Shared, reference: CertificateReference) -> Result<SigningKey, Error> {
    let text = reference.to_string();
    let found = app
        .read(move |view| match locate::by_certificate(view, &text)? {
            Some((tenant, id)) => signing_keys::find(view, tenant, id),
            None => Ok(None),
        })
        .await?;
    found.ok_or(Error::NotFound)
}

/// The issuing authority of a mode.
///
/// # Errors
/// It is missing, which does not happen.
pub fn ca(app: &Shared, mode: Mode) -> Result<&Certificate, Error> {
    let of_mode = |ca: &&Certificate| ca.mode() == mode;
    app.authority
        .cas()
        .iter()
        .find(of_mode)
        .ok_or_else(|| Error::Internal(format!("no {mode} authority")))
}

/// Certificates of an issuer in one mode, for its DID document and key set: those under this server's authority
/// that name this issuer, whatever rows say. Sealed, those of the last signed bundle.
///
/// # Errors
/// [`Error::NotFound`]; a row holds another certificate; the server is sealed and has no bundle.
pub async fn published(
    app: &Shared,
    code: IssuerCode,
    mode: Mode,
) -> Result<Vec<Certificate>, Error> {
    if app.ring.is_none() {
        return bundled(app, code, mode).await;
    }
    let mut certificates = Vec::new();
    for key in keys(app, code, mode).await? {
        let certificate = admit(app, &key)?.certificate().clone();
        let of_issuer = certificate
            .reference()
            .is_ok_and(|reference| reference.issuer() == code);
        if !of_issuer || certificate.mode() != mode {
            return Err(Error::Internal(format!(
                "key {} has a certificate of another issuer or mode",
                key.id
            )));
        }
        certificates.push(certificate);
    }
    Ok(certificates)
}

async fn bundled(app: &Shared, code: IssuerCode, mode: Mode) -> Result<Vec<Certificate>, Error> {
    let signed = stored(app, mode).await?.ok_or_else(Error::sealed)?;
    let pin = Pin::Fingerprint(app.authority.fingerprint());
    let trust = Trust::from_bundle(&signed.jws, pin, None)
        .map_err(|error| Error::Internal(format!("the stored trust bundle: {error}")))?;
    let good = |key: &&TrustedKey| key.state().compromised_at.is_none();
    let certificate = |key: &TrustedKey| key.certificate().clone();
    if code.is_instance() {
        return Ok(trust.status_keys().filter(good).map(certificate).collect());
    }
    let issuer = trust.issuers().find(|issuer| issuer.code() == code);
    let keys = issuer.ok_or(Error::NotFound)?.keys().iter();
    Ok(keys.filter(good).map(certificate).collect())
}

async fn keys(app: &Shared, code: IssuerCode, mode: Mode) -> Result<Vec<SigningKey>, Error> {
    let stored = mode;
    let found = app
        .read(move |view| {
            // The instance itself signs status lists; it is no tenant.
            if code.is_instance() {
                return signing_keys::list(view, INSTANCE_TENANT).map(Some);
            }
            match locate::by_issuer_code(view, code.as_str())? {
                Some(tenant) => signing_keys::list(view, tenant).map(Some),
                None => Ok(None),
            }
        })
        .await?;
    let signs = |key: &SigningKey| matches!(key.purpose, Purpose::Tenant | Purpose::Status);
    let mut keys = found.ok_or(Error::NotFound)?;
    keys.retain(|key| signs(key) && key.mode == Some(stored) && key.compromised_at.is_none());
    Ok(keys)
}

/// The revocation list of a mode: leaves whose key was compromised.
///
/// # Errors
/// The server is sealed.
pub async fn crl(app: &Shared, mode: Mode) -> Result<Vec<u8>, Error> {
    let mut revoked: Vec<(CertificateReference, Instant)> = Vec::new();
    let mut owners: Vec<_> = tenants::list(app)
        .await?
        .into_iter()
        .map(|tenant| tenant.id)
        .collect();
    owners.push(INSTANCE_TENANT);
    for owner in owners {
        for key in app
            .read(move |view| signing_keys::list(view, owner))
            .await?
        {
            if key.mode == Some(mode)
                && let (Some(at), Some(reference)) =
                    (key.compromised_at, &key.certificate_reference)
                && let Ok(reference) = CertificateReference::parse(reference)
            {
                revoked.push((reference, instant(at)));
            }
        }
    }
    let key = tenants::ca_key(app, mode).await?;
    let now = app.now();
    let number = u64::try_from(now.as_millisecond()).unwrap_or(1);
    Ok(authority::crl(mode, &key, number, now, &revoked)?)
}
