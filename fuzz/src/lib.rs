//! One fuzz target per parser. A target is a function of bytes that fails where the parser breaks a promise: it
//! panics, accepts two spellings of one thing, believes what nobody signed, or answers as if the fault were ours.
//!
//! `tests/replay.rs` runs all of them over the vectors, over `corpus/` and over cheap mutations of both;
//! `./run fuzz` lets libFuzzer look for more, and puts what breaks a promise into `corpus/`.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a target that finds something fails"
)]

pub mod mutation;
mod pki;
mod seeds;
mod targets;

use std::path::{Path, PathBuf};

use targets::{certificates, files as foreign, lists, names, requests, seals, signed};

/// A parser's target.
#[derive(Debug)]
pub struct Target {
    /// Its name, and that of its folder in `corpus/`.
    pub name: &'static str,
    /// What must hold for these bytes; whether the parser took them.
    pub run: fn(&[u8]) -> bool,
    /// What to start from besides the corpus.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All of them. No target: revocation lists of X.509, which are written here and read by others only.
pub const TARGETS: &[Target] = &[
    target("reference", names::reference, seeds::references),
    target("names", names::names, seeds::names),
    target("instant", names::instant, seeds::instants),
    target("base_url", names::base_url, seeds::base_urls),
    target("api_key", names::api_key, seeds::api_keys),
    target("pdf_intake", names::pdf_intake, seeds::pdfs),
    target("credential", signed::credential, seeds::credentials),
    target(
        "credential_payload",
        signed::credential_payload,
        seeds::credential_payloads,
    ),
    target("lifecycle", signed::lifecycle, seeds::lifecycles),
    target(
        "lifecycle_payload",
        signed::lifecycle_payload,
        seeds::lifecycle_payloads,
    ),
    target("trust_bundle", signed::trust_bundle, seeds::bundles),
    target(
        "trust_bundle_payload",
        signed::trust_bundle_payload,
        seeds::bundle_payloads,
    ),
    target(
        "certificate",
        certificates::certificate,
        seeds::certificates,
    ),
    target("certificate_pem", certificates::pem, seeds::pems),
    target("roots", seals::roots, seeds::roots),
    target("seal", seals::seal, seeds::seals),
    target("seal_header", seals::seal_header, seeds::seal_headers),
    target("seal_message", seals::seal_message, seeds::seal_messages),
    target("stamped", seals::stamped, seeds::stamped),
    target("stamp_comment", seals::stamp_comment, seeds::stamp_comments),
    target("symbol", seals::symbol, seeds::seals),
    target("stamping", foreign::stamping, seeds::stamped),
    target("repairing", foreign::repairing, Vec::new),
    target("reading", foreign::reading, Vec::new),
    target("pixels", foreign::pixels, seeds::pixels),
    target("status_list", lists::status_list, seeds::lists),
    target(
        "status_list_payload",
        lists::status_list_payload,
        seeds::list_payloads,
    ),
    target("token_table", lists::token_table, seeds::tables),
    target("bitstring", lists::bitstring, seeds::bitstrings),
    target("cursor", requests::cursor, seeds::cursors),
    target("query", requests::query, seeds::queries),
    target("header", requests::header, seeds::headers),
    target("json_body", requests::json_body, seeds::json_bodies),
    target("multipart", requests::multipart, seeds::multiparts),
];

const fn target(name: &'static str, run: fn(&[u8]) -> bool, seeds: fn() -> Vec<Vec<u8>>) -> Target {
    Target { name, run, seeds }
}

impl Target {
    /// The target of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        TARGETS.iter().find(|target| target.name == name)
    }

    /// The folder with what was found.
    #[must_use]
    pub fn corpus(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("corpus")
            .join(self.name)
    }

    /// What its vectors and its corpus hold.
    ///
    /// # Panics
    /// When a file cannot be read.
    #[must_use]
    pub fn inputs(&self) -> Vec<Vec<u8>> {
        let mut inputs = (self.seeds)();
        for path in files(&self.corpus()) {
            inputs.push(std::fs::read(&path).expect("a file of the corpus"));
        }
        inputs
    }

    /// Writes the vectors where libFuzzer can start from them.
    ///
    /// # Panics
    /// When they cannot be written.
    pub fn write_seeds(&self, folder: &Path) {
        for (number, seed) in (self.seeds)().iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{number:03}")), seed).expect("a seed");
        }
    }
}

/// Files of a folder in the order of their names; none where there is no folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.is_file())
        .collect();
    paths.sort();
    paths
}
