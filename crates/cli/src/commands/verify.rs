//! `ananke verify`: the same question to a server or to what is at hand.

use std::path::PathBuf;

use ananke_format::Instant;
use ananke_format::trust::RootFingerprint;

use crate::arguments::Reach;
use crate::clock;
use crate::context::Context;
use crate::exit::{Exit, Outcome};
use crate::output::Paint;
use crate::verify::evidence::Files;
use crate::verify::present::present;
use crate::verify::target::Target;
use crate::verify::{offline, online};

/// Verifies a reference, a hash or a file. Files never leave this machine.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A reference (TRF-…), a SHA-256, a file (a PDF or a credential), or - for standard input
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
    /// Status list, as served at the address the document names; may be repeated
    #[arg(long, value_name = "FILE", requires = "offline")]
    status_list: Vec<PathBuf>,
    /// The record that belongs to a reference, a hash or a PDF
    #[arg(long, value_name = "FILE", requires = "offline")]
    credential: Option<PathBuf>,
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
    let target = Target::read(&arguments.target)?;
    let output = context.output.json_if(arguments.json);
    let answer = if arguments.offline {
        let now = arguments.at.unwrap_or_else(clock::now);
        let files = arguments.files();
        let evidence = files.read(now)?;
        output.say(files.words(&evidence.trust));
        offline::judge(&target, &evidence)
    } else {
        // As anybody: a key would only be one more thing that can be wrong.
        let client = context.builder().without_api_key().build()?;
        let issuer = arguments.issuer.as_deref();
        online::ask(&client, &target, issuer, clock::now()).await?
    };
    output.one(&answer, || present(&answer, Paint::stdout()))?;
    Ok(Exit::from(answer.verdict))
}

impl Arguments {
    fn files(&self) -> Files {
        Files {
            bundle: self.trust_bundle.clone().unwrap_or_default(),
            root: self.trust_root,
            roots: self.roots.clone(),
            min_sequence: self.min_sequence,
            lists: self.status_list.clone(),
            allow_test: self.allow_test,
            credential: self.credential.clone(),
        }
    }
}
