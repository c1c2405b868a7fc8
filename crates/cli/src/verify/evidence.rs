//! What an offline verifier holds in its hands, read from files.

use std::path::PathBuf;

use ananke_format::Instant;
use ananke_format::trust::{Pin, RootFingerprint, Roots, Source, Trust};

use super::offline::Evidence;
use super::target::{read_record, read_signed};
use crate::exit::{Exit, Failure};

/// The files, and how far they are believed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files {
    /// The trust bundle.
    pub(crate) bundle: PathBuf,
    /// The root it must begin at.
    pub(crate) root: Option<RootFingerprint>,
    /// What leads from it to a later one.
    pub(crate) roots: Option<PathBuf>,
    /// The lowest sequence accepted.
    pub(crate) min_sequence: Option<u64>,
    /// Status lists.
    pub(crate) lists: Vec<PathBuf>,
    /// Whether test documents count.
    pub(crate) allow_test: bool,
    /// The record that belongs to a reference, a hash or a file.
    pub(crate) record: Option<PathBuf>,
}

impl Files {
    /// Reads the files. A bundle that is refused leaves nothing to decide with.
    pub(crate) fn read(&self, now: Instant) -> Result<Evidence, Failure> {
        let bundle = read_signed(&self.bundle)?;
        let pin = self.pin(now)?;
        let trust = Trust::from_bundle(&bundle, pin, self.min_sequence).map_err(|error| {
            Failure::with(
                Exit::CannotDecide,
                format!(
                    "cannot decide, the trust bundle {} is refused: {}",
                    self.bundle.display(),
                    chain(&error)
                ),
            )
        })?;
        let lists = self
            .lists
            .iter()
            .map(|path| read_signed(path))
            .collect::<Result<_, _>>()?;
        let record = self.record.as_deref().map(read_record).transpose()?;
        Ok(Evidence {
            trust,
            lists,
            record,
            allow_test: self.allow_test,
            now,
        })
    }

    /// How far the bundle's root is believed.
    fn pin(&self, now: Instant) -> Result<Pin, Failure> {
        let (held, path) = match (self.root, &self.roots) {
            (None, _) => return Ok(Pin::BundleFile),
            (Some(held), None) => return Ok(Pin::Fingerprint(held)),
            (Some(held), Some(path)) => (held, path),
        };
        let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
        let newest = Roots::from_pem(&text).and_then(|roots| {
            let newest = roots.newest_from(held, now)?;
            Ok(RootFingerprint::of(newest))
        });
        let newest = newest.map_err(|error| {
            let path = path.display();
            let text = format!("cannot decide, {path} leads nowhere: {}", chain(&error));
            Failure::with(Exit::CannotDecide, text)
        })?;
        Ok(match newest == held {
            true => Pin::Fingerprint(held),
            false => Pin::Succession(newest),
        })
    }

    /// What a person should know about the trust an answer rests on.
    pub(crate) fn words(&self, trust: &Trust) -> String {
        let bundle = self.bundle.display();
        let sequence = trust.sequence().unwrap_or_default();
        let root = trust.anchor().fingerprint;
        if trust.anchor().source == Source::Succession {
            format!(
                "trusting bundle {sequence} in {bundle}: the pinned root leads to its root; pin that from now on: --trust-root {root}"
            )
        } else if self.root.is_some() {
            format!("trusting bundle {sequence} in {bundle}: its root is the pinned one")
        } else {
            format!(
                "trusting bundle {sequence} in {bundle} because you named it; to be sure of its origin, compare its root \
                 with the one the issuer tells you, and pin it: --trust-root {root}"
            )
        }
    }
}

/// The causes of an error in one line, each once: some errors quote their cause themselves.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let words = cause.to_string();
        if !text.ends_with(&words) {
            text = format!("{text}: {words}");
        }
        next = cause.source();
    }
    text
}
