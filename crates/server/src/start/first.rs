//! The first start: an instance is made where there is none.

use ananke_format::{CertificateReference, Instant, IssuerCode, Mode};
use ananke_store::{
    DataKey, Error as StoreError, INSTANCE_TENANT, InstanceRow, NewEvent, NewInstance, Purpose,
    SigningKey, Store,
};
use zeroize::Zeroizing;

use super::instance::row_keys;
use super::{StartError, refused};
use crate::ctx::Ctx;
use crate::keys::authority::{self, Leaf};
use crate::keys::ring::{Ring, wrap_secret};
use crate::keys::{Derived, Kek, KeyError, new};

/// Secret, root, both authorities, both status keys, in one transaction.
pub(super) fn create(
    store: &Store,
    ctx: &Ctx,
    kek: &Kek,
    base_url: &str,
) -> Result<InstanceRow, StartError> {
    let now = Instant::from_timestamp(ctx.now()).unwrap_or(Instant::UNIX_EPOCH);
    let secret = Zeroizing::new(ctx.random::<32>());
    let derived = Derived::new(&secret)?;
    let data_key = Zeroizing::new(ctx.random::<32>());
    let root_key = new::private_key(ctx)?;
    let years = |years| (now, authority::years_after(now, years));
    let root = authority::root(1, &root_key, &ctx.random(), years(authority::ROOT_YEARS))?;

    let row = |purpose, mode, certificate: &[u8], dates| {
        new::key_of_instance(ctx, purpose, mode, certificate.to_vec(), dates)
    };
    let seal = |mut key: SigningKey, pkcs8: &[u8]| -> Result<SigningKey, KeyError> {
        key.sealed_key = Some(Ring::seal_private_key(&data_key, &key, pkcs8)?);
        Ok(key)
    };
    let mut signing_keys = vec![seal(
        row(Purpose::Root, None, &root, years(authority::ROOT_YEARS)),
        &root_key,
    )?];
    for (number, mode) in [(1, Mode::Live), (2, Mode::Test)] {
        let ca_key = new::private_key(ctx)?;
        let above = (1, root_key.as_slice());
        let serial = ctx.random();
        let ca = authority::ca(mode, &ca_key, above, &serial, years(authority::CA_YEARS))?;
        signing_keys.push(seal(
            row(Purpose::Ca, Some(mode), &ca, years(authority::CA_YEARS)),
            &ca_key,
        )?);
        let reference = CertificateReference::new(IssuerCode::INSTANCE, number)
            .ok_or(KeyError::Crypto("certificate reference"))?;
        let status_key = new::private_key(ctx)?;
        let leaf = authority::leaf(Leaf::Status, mode, reference, &status_key, &ca_key, now)?;
        let dates = years(authority::LEAF_YEARS);
        let status = SigningKey {
            certificate_reference: Some(reference.to_string()),
            ..row(Purpose::Status, Some(mode), &leaf, dates)
        };
        signing_keys.push(seal(status, &status_key)?);
    }
    let instance = InstanceRow {
        wrapped_secret: wrap_secret(kek, &secret)?,
        root_certificate: root,
        base_urls: serde_json::to_string(&[base_url]).unwrap_or_default(),
        created_at: now.as_microsecond(),
    };
    let wrapped = Ring::wrap(kek, INSTANCE_TENANT, 1, &data_key)?;
    let new = NewInstance {
        instance: instance.clone(),
        data_key: DataKey {
            tenant: INSTANCE_TENANT,
            version: 1,
            wrapped,
            created_at: now.as_microsecond(),
        },
        signing_keys,
        event: NewEvent {
            id: ctx.id(),
            tenant: INSTANCE_TENANT,
            kind: "instance.created".to_owned(),
            subject: INSTANCE_TENANT,
            actor: "system".to_owned(),
            request_id: String::new(),
            trace_id: String::new(),
            at: now.as_microsecond(),
            body: serde_json::json!({ "version": crate::VERSION, "kek": kek.fingerprint() })
                .to_string()
                .into_bytes(),
            salt: ctx.random(),
        },
    };
    match store.initialise(&new, &row_keys(&derived)) {
        Err(StoreError::Conflict { .. }) => Err(refused(
            "another server made this instance at the same moment: start again",
        )),
        other => other.map(|()| instance).map_err(Into::into),
    }
}
