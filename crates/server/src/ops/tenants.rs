//! Tenants: made, changed, suspended, by the operator of the instance.

use ananke_format::{CertificateReference, Instant, IssuerCode, Mode};
use ananke_store::{
    Command, INSTANCE_TENANT, Identity, Purpose, SigningKey, Tenant, TenantChange, TenantState,
    Write, locate, signing_keys, tenants,
};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::error::Error;
use super::record::{Actor, event};
use crate::app::Shared;
use crate::keys::authority::{self, Leaf};
use crate::keys::ring::{Ring, clock_behind};
use crate::keys::{KeyError, new};

/// A tenant to be made.
pub struct NewTenant {
    /// Name, as verifiers see it.
    pub name: String,
    /// Issuer code; `None` makes one.
    pub code: Option<IssuerCode>,
    /// IANA time zone.
    pub time_zone: String,
}

/// How often a data key is wrapped anew because the key-encryption key was changed meanwhile.
const TRIES: u32 = 3;

/// Makes a tenant with its data key and a signing key in each mode.
///
/// # Errors
/// The issuer code is taken; the server is sealed or cannot write.
pub async fn create(app: &Shared, actor: &Actor, new: NewTenant) -> Result<Tenant, Error> {
    let code = match new.code {
        Some(code) if code.is_instance() => {
            return Err(Error::invalid(
                "code",
                "000000 belongs to the instance itself",
            ));
        }
        Some(code) => code,
        None => random_code(app),
    };
    if jiff::tz::TimeZone::get(&new.time_zone).is_err() {
        return Err(Error::invalid(
            "timeZone",
            "must be a time zone of the IANA list, such as Europe/Berlin",
        ));
    }
    let now = app.ctx.now_micros();
    let tenant = Tenant {
        id: app.ctx.id(),
        code: code.as_str().to_owned(),
        name: new.name,
        domain: None,
        identity: Identity::SelfAsserted,
        proved_at: None,
        identity_proof: None,
        time_zone: new.time_zone,
        state: TenantState::Active,
        requires_reason: false,
        created_at: now,
        limits: None,
    };
    let ring = app.ring()?;
    let key = Zeroizing::new(app.ctx.random::<32>());
    let mut signing_keys = Vec::new();
    for (number, mode) in [(1, Mode::Live), (2, Mode::Test)] {
        let reference = CertificateReference::new(code, number)
            .ok_or(KeyError::Crypto("certificate reference"))?;
        let ca = ca_key(app, mode).await?;
        let new = NewLeaf {
            kind: Leaf::Tenant,
            tenant: tenant.id,
            mode,
            reference,
            from: app.now(),
            data_key: (1, &*key),
        };
        signing_keys.push(leaf(app, &new, &ca)?);
    }
    let event = event(
        app,
        tenant.id,
        "tenant.created",
        tenant.id,
        actor,
        &serde_json::json!({ "code": tenant.code }),
    );
    let mut tries = 0;
    loop {
        let command = Command::CreateTenant {
            tenant: tenant.clone(),
            data_key: ring.wrap_data_key(app, tenant.id, 1, &key).await?,
            signing_keys: signing_keys.clone(),
        };
        match app.write(Write::new(None, command, event.clone())).await {
            // The key-encryption key was changed meanwhile.
            Err(ananke_store::Error::Stale) if tries < TRIES => tries += 1,
            Err(error) => return Err(error.into()),
            Ok(_) => break,
        }
    }
    app.trust_changed();
    Ok(tenant)
}

/// A leaf to be made.
pub struct NewLeaf<'a> {
    /// What it signs.
    pub kind: Leaf,
    /// Whose.
    pub tenant: Uuid,
    /// Live or test.
    pub mode: Mode,
    /// Its reference, never used before.
    pub reference: CertificateReference,
    /// From when on it may sign, on the second.
    pub from: Instant,
    /// What seals its private key: version and key.
    pub data_key: (i64, &'a [u8; 32]),
}

/// A new leaf key with its certificate.
///
/// # Errors
/// A cryptographic operation fails.
pub fn leaf(app: &Shared, new: &NewLeaf<'_>, ca_key: &[u8]) -> Result<SigningKey, KeyError> {
    let (kind, mode, reference, from) = (new.kind, new.mode, new.reference, new.from);
    let pkcs8 = new::private_key(&app.ctx)?;
    let certificate = authority::leaf(kind, mode, reference, &pkcs8, ca_key, from)?;
    let (dek_version, data_key) = new.data_key;
    let mut key = SigningKey {
        tenant: new.tenant,
        id: app.ctx.id(),
        purpose: if kind == Leaf::Status {
            Purpose::Status
        } else {
            Purpose::Tenant
        },
        mode: Some(mode),
        certificate_reference: Some(reference.to_string()),
        certificate,
        sealed_key: None,
        dek_version,
        valid_from: from.floor_second().as_microsecond(),
        valid_until: authority::years_after(from, authority::LEAF_YEARS).as_microsecond(),
        retired_at: None,
        compromised_at: None,
        created_at: app.now().as_microsecond(),
    };
    key.sealed_key = Some(Ring::seal_private_key(data_key, &key, &pkcs8)?);
    Ok(key)
}

/// The private key of the issuing authority of a mode.
///
/// # Errors
/// It is not here, or does not open.
pub async fn ca_key(app: &Shared, mode: Mode) -> Result<Zeroizing<Vec<u8>>, Error> {
    let ca = ca_row(app, mode).await?;
    app.ring()?.private_key(app, &ca).await
}

/// The row of the issuing authority of a mode.
///
/// # Errors
/// It is not here; or the clock is behind it.
pub async fn ca_row(app: &Shared, mode: Mode) -> Result<SigningKey, Error> {
    let now = app.ctx.now_micros();
    let (tenant, purpose) = (INSTANCE_TENANT, Purpose::Ca);
    let found = app
        .read(move |view| signing_keys::find_active(view, tenant, purpose, mode, now))
        .await?;
    if let Some(row) = found {
        return Ok(row);
    }
    let later = app
        .read(move |view| signing_keys::signs_later(view, tenant, purpose, mode, now))
        .await?;
    if later {
        return Err(clock_behind());
    }
    Err(Error::Internal(
        "the issuing authority is missing".to_owned(),
    ))
}

/// Letters and digits that are not mistaken for each other.
fn random_code(app: &Shared) -> IssuerCode {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    loop {
        let text: String = app
            .ctx
            .random::<6>()
            .iter()
            .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
            .collect();
        if let Ok(code) = IssuerCode::parse(&text)
            && !code.is_instance()
        {
            return code;
        }
    }
}

/// A tenant by its issuer code.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn by_code(app: &Shared, code: &str) -> Result<Tenant, Error> {
    let code = code.to_ascii_uppercase();
    let found = app
        .read(move |view| match locate::by_issuer_code(view, &code)? {
            Some(id) => tenants::find(view, id),
            None => Ok(None),
        })
        .await?;
    found.ok_or(Error::NotFound)
}

/// Every tenant, in the order they were made.
///
/// # Errors
/// The store cannot be read.
pub async fn list(app: &Shared) -> Result<Vec<Tenant>, Error> {
    let mut all = Vec::new();
    loop {
        let after = all.last().map(|tenant: &Tenant| tenant.id);
        let page = app
            .read(move |view| {
                let ids = locate::tenants(view, after, 200)?;
                ids.into_iter()
                    .filter_map(|id| tenants::find(view, id).transpose())
                    .collect::<Result<Vec<_>, _>>()
            })
            .await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

/// Changes a tenant.
///
/// # Errors
/// There is no such tenant; the server is sealed or cannot write.
pub async fn change(
    app: &Shared,
    actor: &Actor,
    code: &str,
    kind: &str,
    change: TenantChange,
    body: &serde_json::Value,
) -> Result<Tenant, Error> {
    let tenant = by_code(app, code).await?;
    let event = event(app, tenant.id, kind, tenant.id, actor, body);
    app.write(Write::new(None, Command::UpdateTenant(change), event))
        .await?;
    app.trust_changed();
    // What is remembered of keys holds their tenant too.
    app.key_cache.clear();
    by_code(app, code).await
}
