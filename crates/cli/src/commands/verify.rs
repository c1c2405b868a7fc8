//! `ananke verify`: the same question to a server or to what is at hand.

use std::path::{Path, PathBuf};

use ananke_api::verification::Verification;
use ananke_format::Instant;
use ananke_format::trust::RootFingerprint;

use crate::arguments::Reach;
use crate::clock;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Output, Paint, write_new};
use crate::verify::evidence::Files;
use crate::verify::present::{Seen, present};
use crate::verify::target::Target;
use crate::verify::way::{Looked, Way};
use crate::verify::{folder, offline};

/// Verifies a reference, a hash, a file or a directory.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A reference (TRF-…, TCR-…), a SHA-256, a file (PDF, PNG, JPEG, a signed record), a directory of them, the bytes of a barcode
    /// in base64, or - for standard input
    target: String,
    /// The answer as JSON
    #[arg(long)]
    json: bool,
    /// Only documents of this issuer, where several have issued the same file
    #[arg(long, value_name = "CODE", conflicts_with = "offline")]
    issuer: Option<String>,
    /// Ask no server: judge with the files named below
    #[arg(long, requires = "trust_bundle")]
    offline: bool,
    /// Trust bundle, as served at /trust/live.jws
    #[arg(long, value_name = "FILE", requires = "offline")]
    trust_bundle: Option<PathBuf>,
    /// Fingerprint of the root the bundle must begin at, sha256:…
    #[arg(long, value_name = "FINGERPRINT", requires = "offline")]
    trust_root: Option<RootFingerprint>,
    /// Roots that lead from that one to the bundle's, as served at /c/roots.pem
    #[arg(long, value_name = "FILE", requires = "trust_root")]
    roots: Option<PathBuf>,
    /// Refuse a bundle older than this sequence number
    #[arg(long, value_name = "SEQUENCE", requires = "offline")]
    min_sequence: Option<u64>,
    /// Status list, as served at the address the document names, or at /s/ISSUER/live/0; may be repeated
    #[arg(long, value_name = "FILE", requires = "offline")]
    status_list: Vec<PathBuf>,
    /// The record that belongs to a reference, a hash or a PDF: a credential, or the bytes of a seal
    #[arg(long, value_name = "FILE", requires = "offline")]
    credential: Option<PathBuf>,
    /// Where bytes were appended to a genuine stamped PDF: write the PDF as it was stamped to this file
    #[arg(long, value_name = "FILE")]
    extract: Option<PathBuf>,
    /// Accept test documents
    #[arg(long, requires = "offline")]
    allow_test: bool,
    /// Judge as of this instant instead of now, such as 2026-11-23T10:00:00.000Z
    #[arg(long, value_name = "INSTANT", requires = "offline")]
    at: Option<Instant>,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let output = context.output.json_if(arguments.json);
    let directory = Path::new(&arguments.target);
    // What reads as a reference or a hash is one, whatever lies in this directory.
    let is_named = || {
        let target = Target::read(&arguments.target);
        matches!(target, Ok(Target::Reference(_) | Target::Hash(_)))
    };
    if directory.is_dir() && !is_named() {
        arguments.refuse_for_several()?;
        return folder::verify(arguments.way(context, output)?, directory, output).await;
    }
    let target = Target::read(&arguments.target)?;
    let way = arguments.way(context, output)?;
    let looked = way.look_at(target, output).await.map_err(Failure::from)?;
    let Looked {
        target,
        answer,
        seen,
    } = &looked;
    if let Way::Offline(evidence) = &way
        && is_without_status(answer)
        && let Some(path) = offline::status_list(target, evidence)
    {
        output.say(format!("the issuer's server has the status list at {path}"));
    }
    if let Some(path) = &arguments.extract {
        match genuine(target, answer.genuine_bytes) {
            Some(bytes) => {
                write_new(path, bytes, false)?;
                let path = path.display();
                output.say(format!(
                    "{path}: the PDF as it was stamped; verify it by itself"
                ));
            }
            None => output.say("there is nothing to extract"),
        }
    }
    if !output.is_for_people() && matches!(seen, Seen::Barcode | Seen::Page) {
        output.say("only a barcode was read: the verdict is not about the rest of the page");
    }
    if output.is_csv() {
        let row = folder::Row::new(arguments.target, &looked);
        output.one(&row, String::new)?;
    } else {
        output.one(answer, || present(answer, *seen, Paint::stdout()))?;
    }
    Ok(Exit::from(answer.verdict))
}

fn is_without_status(answer: &Verification) -> bool {
    let reasons = answer.checks.iter().map(|check| check.reason.as_deref());
    reasons
        .flatten()
        .any(|reason| reason == "status_unavailable")
}

/// The beginning of a file that is genuine.
fn genuine(target: &Target, length: Option<u64>) -> Option<&[u8]> {
    match target {
        Target::Stamped { file, .. } => file.get(..usize::try_from(length?).ok()?),
        _ => None,
    }
}

impl Arguments {
    /// Who judges: the files that were named, or a server.
    fn way(&self, context: &Context, output: Output) -> Result<Way, Failure> {
        if !self.offline {
            // As anybody: a key would only be one more thing that can be wrong.
            let client = context.anonymous()?.build()?;
            return Ok(Way::Online(client, self.issuer.clone()));
        }
        let files = self.files();
        let evidence = files.read(self.at.unwrap_or_else(clock::now))?;
        output.say(files.words(&evidence.trust));
        Ok(Way::Offline(Box::new(evidence)))
    }

    fn refuse_for_several(&self) -> Result<(), Failure> {
        let given = [
            ("--credential", self.credential.is_some()),
            ("--extract", self.extract.is_some()),
        ];
        match given.iter().find(|(_, is_given)| *is_given) {
            Some((flag, _)) => Err(Failure::usage(format!(
                "{flag} is for one file, and {} is a directory",
                self.target
            ))),
            None => Ok(()),
        }
    }

    fn files(&self) -> Files {
        Files {
            bundle: self.trust_bundle.clone().unwrap_or_default(),
            root: self.trust_root,
            roots: self.roots.clone(),
            min_sequence: self.min_sequence,
            lists: self.status_list.clone(),
            allow_test: self.allow_test,
            record: self.credential.clone(),
        }
    }
}
