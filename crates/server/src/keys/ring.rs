//! Private keys in use: opened when first needed, kept while the process runs.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use ananke_format::{CertificateReference, Instant, IssuerCode, Mode};
use ananke_store::{
    DataKey, INSTANCE_TENANT, InstanceRow, NewDataKey, Purpose, SigningKey, data_keys, signing_keys,
};
use quick_cache::sync::Cache;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::envelope::{self, Context};
use super::{Derived, Kek, Keks, KeyError, KeySigner};
use crate::app::Shared;
use crate::believed::Believed;
use crate::ops::Error;

/// The keys of an unsealed server.
pub struct Ring {
    keks: RwLock<Keks>,
    /// Held while everything is wrapped anew: by one at a time.
    pub rotating: tokio::sync::Mutex<()>,
    /// Keys derived from the instance secret.
    pub derived: Derived,
    signers: Cache<Uuid, Arc<KeySigner>>,
    /// Keys that sign for whom, now or later, as they were within the last second; the one that begins last first.
    signing: Believed<(Uuid, Purpose, Mode), Vec<SigningKey>>,
}

const SECRET_CONTEXT: Context<'_> = Context {
    tenant: INSTANCE_TENANT,
    key: Uuid::nil(),
    version: 1,
    purpose: "instance secret",
};

const fn data_key_context(tenant: Uuid, version: i64) -> Context<'static> {
    Context {
        tenant,
        key: Uuid::nil(),
        version,
        purpose: "data key",
    }
}

/// The secret of the instance, wrapped.
///
/// # Errors
/// The cipher refuses.
pub fn wrap_secret(kek: &Kek, secret: &[u8; 32]) -> Result<Vec<u8>, KeyError> {
    envelope::seal(kek.bytes(), &SECRET_CONTEXT, secret)
}

/// The secret of the instance, opened.
///
/// # Errors
/// It was wrapped by another key-encryption key, or altered.
pub fn open_secret(kek: &Kek, row: &InstanceRow) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let sealed = &row.wrapped_secret;
    envelope::open_key(kek.bytes(), &SECRET_CONTEXT, sealed, "the instance secret")
}

impl Ring {
    /// The keys under these key-encryption keys.
    #[must_use]
    pub fn new(keks: Keks, derived: Derived) -> Self {
        Self {
            keks: RwLock::new(keks),
            rotating: tokio::sync::Mutex::default(),
            derived,
            signers: Cache::new(4096),
            signing: Believed::default(),
        }
    }

    /// The key-encryption keys that open something here.
    pub fn keks(&self) -> Keks {
        let keks = self.keks.read().unwrap_or_else(PoisonError::into_inner);
        keks.clone()
    }

    /// From here on these open everything, and no other does.
    pub fn accept(&self, keks: Keks) {
        *self.keks.write().unwrap_or_else(PoisonError::into_inner) = keks;
    }

    /// A new data key of a tenant as it is stored: wrapped by whatever wraps the secret of the instance now.
    ///
    /// # Errors
    /// That is none of ours: it was changed, and this server was not told. The store cannot be read.
    pub async fn wrap_data_key(
        &self,
        app: &Shared,
        tenant: Uuid,
        version: i64,
        key: &[u8; 32],
    ) -> Result<NewDataKey, Error> {
        let found = app.read(ananke_store::instance::find).await?;
        let instance = found.ok_or_else(|| Error::Internal("the instance is gone".to_owned()))?;
        let keks = self.keks();
        let (kek, _) = keks.open(|kek| open_secret(kek, &instance))?;
        Ok(NewDataKey {
            row: DataKey {
                tenant,
                version,
                wrapped: Self::wrap(kek, tenant, version, key)?,
                created_at: app.ctx.now_micros(),
            },
            beside: instance.wrapped_secret,
        })
    }

    /// A data key, wrapped.
    ///
    /// # Errors
    /// The cipher refuses.
    pub fn wrap(
        kek: &Kek,
        tenant: Uuid,
        version: i64,
        key: &[u8; 32],
    ) -> Result<Vec<u8>, KeyError> {
        envelope::seal(kek.bytes(), &data_key_context(tenant, version), key)
    }

    /// A data key, opened.
    ///
    /// # Errors
    /// It was wrapped by another key-encryption key, or altered.
    pub fn unwrap(kek: &Kek, row: &DataKey) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        let context = data_key_context(row.tenant, row.version);
        envelope::open_key(kek.bytes(), &context, &row.wrapped, "a data key")
    }

    /// Opens the data key of a tenant.
    ///
    /// # Errors
    /// It is not here, or does not open.
    pub async fn data_key(
        &self,
        app: &Shared,
        tenant: Uuid,
        version: i64,
    ) -> Result<Zeroizing<[u8; 32]>, Error> {
        let data_key = app
            .read(move |view| data_keys::find(view, tenant, version))
            .await?
            .ok_or_else(|| {
                Error::Internal(format!("data key {version} of tenant {tenant} is missing"))
            })?;
        let keks = self.keks();
        let (_, data_key) = keks.open(|kek| Self::unwrap(kek, &data_key))?;
        Ok(data_key)
    }

    /// Opens a private key, for certificates.
    ///
    /// # Errors
    /// It is not here, or does not open.
    pub async fn private_key(
        &self,
        app: &Shared,
        key: &SigningKey,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let data_key = self.data_key(app, key.tenant, key.dek_version).await?;
        Ok(Self::open_private_key(&data_key, key)?)
    }

    /// Opens a private key under the data key of its tenant.
    ///
    /// # Errors
    /// It is not here, or does not open.
    pub fn open_private_key(
        data_key: &[u8; 32],
        key: &SigningKey,
    ) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let sealed = key
            .sealed_key
            .as_deref()
            .ok_or(KeyError::DoesNotOpen("a key that was taken away"))?;
        envelope::open(data_key, &context(key), sealed, "a private key")
    }

    /// The signer of a key's row.
    ///
    /// # Errors
    /// The key does not open.
    pub async fn signer_of(&self, app: &Shared, key: &SigningKey) -> Result<Arc<KeySigner>, Error> {
        if let Some(signer) = self.signers.get(&key.id) {
            return Ok(signer);
        }
        let pkcs8 = self.private_key(app, key).await?;
        let reference = match &key.certificate_reference {
            Some(text) => CertificateReference::parse(text).ok(),
            // An authority has none and signs no documents.
            None => CertificateReference::new(IssuerCode::INSTANCE, 0),
        };
        let reference = reference.ok_or(KeyError::Crypto("certificate reference"))?;
        let signer = Arc::new(KeySigner::new(
            &pkcs8,
            reference,
            &key.certificate,
            &app.ctx,
        )?);
        self.signers.insert(key.id, Arc::clone(&signer));
        Ok(signer)
    }

    /// What signs now, for this tenant, purpose and mode, and which moment that is: what is signed says that it was signed
    /// then, since a moment earlier another key may have signed. A key that this process retired a moment ago signs nothing
    /// more; of one retired elsewhere that is true within a second.
    ///
    /// # Errors
    /// There is no such key, or none yet, or it does not open.
    pub async fn signer(
        &self,
        app: &Shared,
        tenant: Uuid,
        purpose: Purpose,
        mode: Mode,
    ) -> Result<(Arc<KeySigner>, Instant), Error> {
        let whose = (tenant, purpose, mode);
        let read =
            || app.read(move |view| signing_keys::list_not_ended(view, tenant, purpose, mode));
        let keys = self.signing.of(app, &whose, read).await?;
        let now = app.now();
        let at = now.as_microsecond();
        match keys.iter().find(|key| key.may_sign(at)) {
            Some(key) => Ok((self.signer_of(app, key).await?, now)),
            None if keys.iter().any(|key| key.created_at > at) => Err(clock_behind()),
            None => Err(Error::unprocessable(
                "there is no signing key that may sign now: make a new one",
            )),
        }
    }

    /// Believes nothing of which keys sign. For tests that edit rows.
    pub fn forget(&self) {
        self.signing.clear();
    }

    /// The status key of a mode.
    ///
    /// # Errors
    /// As [`Ring::signer`].
    pub async fn status_signer(&self, app: &Shared, mode: Mode) -> Result<Arc<KeySigner>, Error> {
        let (signer, _) = self
            .signer(app, INSTANCE_TENANT, Purpose::Status, mode)
            .await?;
        Ok(signer)
    }

    /// Seals a new private key under a tenant's data key.
    ///
    /// # Errors
    /// The cipher refuses.
    pub fn seal_private_key(
        data_key: &[u8; 32],
        key: &SigningKey,
        pkcs8: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        envelope::seal(data_key, &context(key), pkcs8)
    }
}

fn context(key: &SigningKey) -> Context<'_> {
    Context {
        tenant: key.tenant,
        key: key.id,
        version: key.dek_version,
        purpose: key.purpose.as_str(),
    }
}

/// What is answered where a key is younger than the clock says it is.
pub fn clock_behind() -> Error {
    Error::Unavailable {
        detail:
            "the server's clock is behind its own signing keys: nothing is signed until it is right"
                .to_owned(),
        retry_after: Duration::from_secs(5),
    }
}
