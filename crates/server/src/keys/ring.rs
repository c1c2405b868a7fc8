//! Private keys in use: opened when first needed, kept while the process runs.

use std::sync::Arc;
use std::time::Duration;

use ananke_format::{CertificateReference, IssuerCode, Mode};
use ananke_store::{INSTANCE_TENANT, Purpose, SigningKey, data_keys, signing_keys};
use quick_cache::sync::Cache;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::envelope::{self, Context};
use super::{Derived, Kek, KeyError, KeySigner};
use crate::app::Shared;
use crate::believed::Believed;
use crate::ops::Error;

/// The keys of an unsealed server.
pub struct Ring {
    kek: Kek,
    /// Keys derived from the instance secret.
    pub derived: Derived,
    signers: Cache<Uuid, Arc<KeySigner>>,
    /// What signs for whom, as it was within the last second.
    active: Believed<(Uuid, Purpose, Mode), Active>,
}

/// A key that may sign, and how long.
struct Active {
    signer: Arc<KeySigner>,
    valid_until: i64,
}

/// Purpose under which the instance secret is wrapped.
pub const INSTANCE_SECRET: &str = "instance secret";
/// Purpose under which data keys are wrapped.
pub const DATA_KEY: &str = "data key";

impl Ring {
    /// The keys under this key-encryption key.
    #[must_use]
    pub fn new(kek: Kek, derived: Derived) -> Self {
        Self {
            kek,
            derived,
            signers: Cache::new(4096),
            active: Believed::default(),
        }
    }

    /// A new data key of a tenant: the key, and what is stored of it.
    ///
    /// # Errors
    /// The cipher refuses.
    pub fn wrap_data_key(
        &self,
        tenant: Uuid,
        version: i64,
        key: &[u8; 32],
    ) -> Result<Vec<u8>, KeyError> {
        Self::wrap(&self.kek, tenant, version, key)
    }

    /// The same before there is a ring: on the first start.
    ///
    /// # Errors
    /// The cipher refuses.
    pub fn wrap(
        kek: &Kek,
        tenant: Uuid,
        version: i64,
        key: &[u8; 32],
    ) -> Result<Vec<u8>, KeyError> {
        envelope::seal(
            kek.bytes(),
            &Context {
                tenant,
                key: Uuid::nil(),
                version,
                purpose: DATA_KEY,
            },
            key,
        )
    }

    fn open_data_key(&self, row: &ananke_store::DataKey) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        let context = Context {
            tenant: row.tenant,
            key: Uuid::nil(),
            version: row.version,
            purpose: DATA_KEY,
        };
        envelope::open_key(self.kek.bytes(), &context, &row.wrapped, "a data key")
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
        let (tenant, version) = (key.tenant, key.dek_version);
        let data_key = app
            .read(move |view| data_keys::find(view, tenant, version))
            .await?
            .ok_or_else(|| {
                Error::Internal(format!("data key {version} of tenant {tenant} is missing"))
            })?;
        let data_key = self.open_data_key(&data_key)?;
        let sealed = key
            .sealed_key
            .as_deref()
            .ok_or(KeyError::DoesNotOpen("a key that was taken away"))?;
        let context = context(key);
        Ok(envelope::open(
            &data_key,
            &context,
            sealed,
            "a private key",
        )?)
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

    /// What signs now, for this tenant, purpose and mode. A key that this process retired a moment ago signs nothing
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
    ) -> Result<Arc<KeySigner>, Error> {
        let whose = (tenant, purpose, mode);
        let read = || self.active(app, tenant, purpose, mode);
        let believed = self.active.of(app, &whose, read).await?;
        if app.ctx.now_micros() < believed.valid_until {
            return Ok(Arc::clone(&believed.signer));
        }
        let active = Box::pin(self.active(app, tenant, purpose, mode)).await?;
        Ok(active.signer)
    }

    /// Believes nothing of which keys sign. For tests that edit rows.
    pub fn forget(&self) {
        self.active.clear();
    }

    async fn active(
        &self,
        app: &Shared,
        tenant: Uuid,
        purpose: Purpose,
        mode: Mode,
    ) -> Result<Active, Error> {
        let now = app.ctx.now_micros();
        let (key, later) = app
            .read(
                move |view| match signing_keys::find_active(view, tenant, purpose, mode, now)? {
                    Some(key) => Ok((Some(key), false)),
                    None => {
                        let later = signing_keys::signs_later(view, tenant, purpose, mode, now)?;
                        Ok((None, later))
                    }
                },
            )
            .await?;
        match key {
            Some(key) => Ok(Active {
                signer: self.signer_of(app, &key).await?,
                valid_until: key.valid_until,
            }),
            None if later => Err(clock_behind()),
            None => Err(Error::unprocessable(
                "there is no signing key that may sign now: make a new one",
            )),
        }
    }

    /// The status key of a mode.
    ///
    /// # Errors
    /// As [`Ring::signer`].
    pub async fn status_signer(&self, app: &Shared, mode: Mode) -> Result<Arc<KeySigner>, Error> {
        self.signer(app, INSTANCE_TENANT, Purpose::Status, mode)
            .await
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
