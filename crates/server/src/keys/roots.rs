//! The roots this instance had, as rows: in the order in which each leads to the next (`spec/trust.md`, Another root).

use ananke_format::Instant;
use ananke_format::certificate::{Certificate, is_issued_by};
use ananke_format::trust::{RootFingerprint, Roots};
use ananke_store::{Purpose, SigningKey};

/// Whether a row is the link to another root, and no root itself.
fn is_link(certificate: &Certificate) -> bool {
    is_issued_by(certificate, certificate).is_err()
}

/// Their certificates, the oldest root first, before each later one the link to it. What cannot be read is left out.
#[must_use]
pub fn in_order(keys: &[SigningKey]) -> Vec<Certificate> {
    let mut found: Vec<(i64, bool, Certificate)> = keys
        .iter()
        .filter(|key| key.purpose == Purpose::Root)
        .filter_map(|key| {
            let certificate = Certificate::from_der(&key.certificate).ok()?;
            Some((key.created_at, !is_link(&certificate), certificate))
        })
        .collect();
    found.sort_by_key(|(made, is_root, _)| (*made, *is_root));
    found
        .into_iter()
        .map(|(_, _, certificate)| certificate)
        .collect()
}

/// How many roots there were.
#[must_use]
pub fn count(keys: &[SigningKey]) -> usize {
    in_order(keys)
        .iter()
        .filter(|certificate| !is_link(certificate))
        .count()
}

/// Whether they lead from the one with this fingerprint to `root` now.
#[must_use]
pub fn lead(keys: &[SigningKey], held: &str, root: &Certificate, now: Instant) -> bool {
    let (Ok(held), Ok(roots)) = (RootFingerprint::parse(held), Roots::new(in_order(keys))) else {
        return false;
    };
    roots
        .newest_from(held, now)
        .is_ok_and(|newest| newest == root)
}
