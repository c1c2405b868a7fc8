//! From one root of an instance to a later one (`spec/trust.md`, Another root).

use super::RootFingerprint;
use crate::certificate::{Certificate, CertificateError, check_link, check_root};
use crate::instant::Instant;

/// Certificates in a file at most.
const MOST: usize = 64;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The roots an instance had, the oldest first, each later one with the link to it.
#[derive(Debug, Clone)]
pub struct Roots {
    first: Certificate,
    later: Vec<(Certificate, Certificate)>,
}

/// Why roots lead nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RootsError {
    /// Not certificates in PEM, in the order of root, link, root.
    #[error("this is no list of roots")]
    Malformed,
    /// A root breaks the profile.
    #[error("a root in the list is refused")]
    Root(#[source] CertificateError),
    /// None of them is the one that is held.
    #[error("no root in the list has the fingerprint that is held")]
    Unknown,
    /// A link is not what leads from the root before it to the one behind it.
    #[error("a link in the list does not lead from one root to the next")]
    Link(#[source] CertificateError),
    /// A link, or the root that signed it, does not cover the time.
    #[error("a root or link on the way is not valid at this time")]
    Time,
}

impl Roots {
    /// Reads the file an instance publishes, and believes nothing of it yet.
    ///
    /// # Errors
    /// [`RootsError::Malformed`], [`RootsError::Root`].
    pub fn from_pem(text: &str) -> Result<Self, RootsError> {
        let mut certificates = Vec::new();
        for pem in text.trim_end().split_inclusive(END) {
            let pem = pem.trim_start();
            if certificates.len() > MOST || !pem.starts_with(BEGIN) {
                return Err(RootsError::Malformed);
            }
            let read = Certificate::from_pem(pem);
            certificates.push(read.map_err(|_| RootsError::Malformed)?);
        }
        Self::new(certificates)
    }

    /// Takes them in the order of the file.
    ///
    /// # Errors
    /// [`RootsError::Malformed`], [`RootsError::Root`].
    pub fn new(certificates: Vec<Certificate>) -> Result<Self, RootsError> {
        if certificates.len() > MOST || certificates.len().is_multiple_of(2) {
            return Err(RootsError::Malformed);
        }
        for root in certificates.iter().step_by(2) {
            check_root(root).map_err(RootsError::Root)?;
        }
        let mut rest = certificates.into_iter();
        let first = rest.next().ok_or(RootsError::Malformed)?;
        let later = std::iter::from_fn(|| rest.next().zip(rest.next()));
        Ok(Self {
            first,
            later: later.collect(),
        })
    }

    /// The newest root that the one held beforehand leads to at this time; itself, where it is the newest.
    ///
    /// # Errors
    /// [`RootsError::Unknown`], [`RootsError::Link`], [`RootsError::Time`].
    pub fn newest_from(
        &self,
        held: RootFingerprint,
        at: Instant,
    ) -> Result<&Certificate, RootsError> {
        let is_held = |root: &Certificate| RootFingerprint::of(root) == held;
        let (mut root, rest) = if is_held(&self.first) {
            (&self.first, self.later.as_slice())
        } else {
            let place = self.later.iter().position(|(_, root)| is_held(root));
            let place = place.ok_or(RootsError::Unknown)?;
            (&self.later[place].1, &self.later[place + 1..])
        };
        let mut steps = Vec::new();
        for (link, next) in rest {
            check_link(link, root, next).map_err(RootsError::Link)?;
            steps.push([link, root]);
            root = next;
        }
        match steps.into_iter().flatten().all(|step| step.covers(at)) {
            true => Ok(root),
            false => Err(RootsError::Time),
        }
    }
}
