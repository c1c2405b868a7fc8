//! An offline verifier made of published evidence and `ananke-format` alone, and how far it must
//! agree with the server.

use ananke_api::verification::{Record, Verification, answer};
use ananke_format::status::{self, ListError, StatusList};
use ananke_format::trust::{Pin, RootFingerprint, Trust};
use ananke_format::verify::{self, Facts, StatusEvidence, Subject};
use ananke_format::{Instant, Reference, Sha256, Verified};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::world::{Answer, World};

/// Everything an offline verifier holds, as it was fetched from the server.
#[derive(Clone)]
pub(crate) struct Evidence {
    pub(crate) credential: String,
    pub(crate) bundle: String,
    pub(crate) lists: Vec<String>,
}

/// How an offline verifier was told to look.
#[derive(Clone, Copy)]
pub(crate) struct Told {
    pub(crate) pin: Pin,
    pub(crate) allow_test: bool,
    pub(crate) now: i64,
}

impl Evidence {
    /// The published evidence for a credential: the bundle of `mode`, and the token list it names.
    pub(crate) async fn fetch(world: &World, credential: &str, mode: &str) -> Self {
        let claims = payload(credential);
        let uri = claims["status"]["status_list"]["uri"].as_str().unwrap();
        Self {
            credential: credential.to_owned(),
            bundle: published(world, &format!("/trust/{mode}.jws")).await,
            lists: vec![published(world, path_of(uri)).await],
        }
    }

    /// The same of a live document, from where this server is now: the address in the document may be a former one.
    pub(crate) async fn fetch_here(world: &World, credential: &str) -> Self {
        let claims = payload(credential);
        let uri = claims["status"]["status_list"]["uri"].as_str().unwrap();
        let list = &uri[uri.rfind("/s/").unwrap()..];
        Self {
            credential: credential.to_owned(),
            bundle: published(world, "/trust/live.jws").await,
            lists: vec![published(world, list).await],
        }
    }

    /// The answer to a question about this document, by reference or, without one, by the record alone.
    pub(crate) fn judge(&self, asked: Option<&str>, file: Option<Sha256>, told: Told) -> Value {
        let trust = Trust::from_bundle(&self.bundle, told.pin, None).unwrap();
        let result = verify::signature(&self.credential, &trust);
        let lists: Result<Vec<Verified<StatusList>>, ListError> = self
            .lists
            .iter()
            .map(|list| status::verify(list, &trust))
            .collect();
        let evidence = match &lists {
            Ok(lists) => StatusEvidence::Lists(lists),
            Err(error) => StatusEvidence::ListRejected(*error),
        };
        let now = Instant::from_millisecond(told.now).unwrap();
        let facts = Facts {
            reference: asked.map(|text| Reference::parse(text).unwrap()),
            file,
            allow_test: told.allow_test,
            ..Facts::new(Subject::from(&result), &trust, evidence, now)
        };
        let outcome = verify::judge(&facts);
        let credential = result.as_ref().ok().map(|verified| &**verified);
        let told: Verification = answer(&outcome, credential.map(Record::Credential), &trust);
        serde_json::to_value(told).unwrap()
    }
}

/// What may differ between server and offline verifier, besides what only the server knows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Basis {
    /// The server reads rows it has authenticated.
    Rows,
    /// The server is sealed: it goes by the same bundle and lists, so nothing may differ.
    Lists,
}

/// Compares two answers, member by member. Not compared, and why:
///
/// * `server`: what only the server knows; offline it must be `null`.
/// * `matches`: other documents with the same hash, which only the server can look for.
/// * `reference` of what is `invalid`: the server repeats the question, nothing signed stands behind it.
/// * where the server reads rows: `statusAsOf` and `trustAnchor.source` and `.asOf`, which say that
///   the offline verifier read a list and a bundle of a certain time.
/// * `recipientName`, where the server says `null`: a template may keep it from the public, and
///   the public answer only; whoever holds the record can read it.
#[track_caller]
pub(crate) fn agree(server: &Value, offline: &Value, basis: Basis) {
    assert_eq!(offline["server"], Value::Null);
    assert_eq!(offline["matches"], serde_json::json!([]));
    let (mut left, mut right) = (server.clone(), offline.clone());
    for answer in [&mut left, &mut right] {
        let members = answer.as_object_mut().unwrap();
        let mut skip = vec!["server", "matches"];
        if basis == Basis::Rows {
            skip.push("statusAsOf");
        }
        if members["verdict"] == "invalid" {
            skip.push("reference");
        }
        if server["recipientName"].is_null() {
            skip.push("recipientName");
        }
        for member in skip {
            assert!(members.remove(member).is_some(), "{member}");
        }
        if basis == Basis::Rows {
            let anchor = members["trustAnchor"].as_object_mut().unwrap();
            assert!(anchor.remove("source").is_some() && anchor.remove("asOf").is_some());
        }
    }
    assert_eq!(left, right, "server: {server:#}\noffline: {offline:#}");
}

/// The root's fingerprint, as a verifier holds it beforehand.
pub(crate) fn pin(world: &World) -> Pin {
    let text = std::fs::read_to_string(world.data().join("root.fingerprint")).unwrap();
    Pin::Fingerprint(RootFingerprint::parse(text.trim()).unwrap())
}

pub(crate) fn now(world: &World) -> i64 {
    world.clock.load(std::sync::atomic::Ordering::SeqCst)
}

/// Something public, as text.
pub(crate) async fn published(world: &World, path: &str) -> String {
    let answer = Answer::of(world.request("GET", path)).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.text()
}

/// The path of an address this server signed, whatever its host.
pub(crate) fn path_of(uri: &str) -> &str {
    let rest = uri.split_once("://").unwrap().1;
    &rest[rest.find('/').unwrap()..]
}

/// A part of a compact JWS, unverified.
fn part(jws: &str, at: usize) -> Value {
    let part = jws.split('.').nth(at).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

pub(crate) fn header(jws: &str) -> Value {
    part(jws, 0)
}

pub(crate) fn payload(jws: &str) -> Value {
    part(jws, 1)
}

/// The same record with one value of its payload changed and the old signature.
pub(crate) fn altered(credential: &str, from: &str, to: &str) -> String {
    let parts: Vec<&str> = credential.split('.').collect();
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    assert!(text.contains(from), "{text}");
    format!(
        "{}.{}.{}",
        parts[0],
        URL_SAFE_NO_PAD.encode(text.replace(from, to)),
        parts[2]
    )
}
