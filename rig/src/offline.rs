//! The offline verifier: what is published, the root pinned when the instance was new, and the code that any
//! verifier is built from.

use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use ananke_format::status::{self, StatusList};
use ananke_format::trust::{Pin, RootFingerprint, Trust};
use ananke_format::verify::{self, Facts, StatusEvidence, Subject};
use ananke_format::{Instant, Reference, Verified};

use crate::http;
use crate::instance::Instance;

/// A verifier that holds all it needs.
#[derive(Debug)]
pub struct Offline {
    trust: Trust,
    lists: Vec<Verified<StatusList>>,
    now: Instant,
}

impl Offline {
    /// Fetches what is published; its clock is so many seconds ahead.
    ///
    /// # Errors
    /// What is missing, or not to be believed.
    pub fn fetch(instance: &Instance, address: SocketAddr, ahead: i64) -> Result<Self, String> {
        let published = |path: &str| {
            let answer =
                http::get(address, path, &[]).map_err(|error| format!("{path}: {error}"))?;
            match answer.status {
                200 => String::from_utf8(answer.body)
                    .map(Some)
                    .map_err(|error| format!("{path}: {error}")),
                404 => Ok(None),
                status => Err(format!("{path}: {status}")),
            }
        };
        let root = RootFingerprint::parse(&instance.root).map_err(|error| error.to_string())?;
        let bundle = published("/trust/live.jws")?.ok_or("there is no trust bundle")?;
        let trust = Trust::from_bundle(bundle.trim(), Pin::Fingerprint(root), None)
            .map_err(|error| format!("the trust bundle: {error}"))?;
        let mut lists = Vec::new();
        // Every start leases positions of its own, so that many starts fill more than one list.
        while let Some(list) = published(&format!("/s/{}/live/{}", instance.issuer, lists.len()))? {
            let list = status::verify(list.trim(), &trust)
                .map_err(|error| format!("a status list: {error}"))?;
            lists.push(list);
        }
        Ok(Self {
            trust,
            lists,
            now: now(ahead),
        })
    }

    /// The certificate reference of the listed key that signed a credential.
    #[must_use]
    pub fn signer(&self, credential: &str) -> Option<String> {
        let verified = verify::signature(credential, &self.trust).ok()?;
        let (_, key) = self.trust.find_key(verified.thumbprint)?;
        Some(key.reference().to_string())
    }

    /// The verdict about a credential that should have this reference, as a word.
    #[must_use]
    pub fn verdict(&self, credential: &str, reference: &str) -> String {
        let signature = verify::signature(credential, &self.trust);
        let facts = Facts {
            reference: Reference::parse(reference).ok(),
            ..Facts::new(
                Subject::from(&signature),
                &self.trust,
                StatusEvidence::Lists(&self.lists),
                self.now,
            )
        };
        verify::judge(&facts).verdict.to_string()
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "a verifier asks its own machine for the time"
)]
fn now(ahead: i64) -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since
        .ok()
        .and_then(|since| i64::try_from(since.as_millis()).ok());
    let millis = millis.expect("a time of our era") + 1_000 * ahead;
    Instant::from_millisecond(millis).expect("a time of our era")
}
