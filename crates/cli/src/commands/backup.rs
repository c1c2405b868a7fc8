//! `ananke backup`: a copy of everything, made while the server runs, and the proof that it is one.

use std::path::PathBuf;

use ananke_server::backup::{self, Manifest, Proof};
use serde_json::json;

use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Facts, Table};
use crate::settings::Settings;
use crate::verify::evidence::chain;

/// Backups of the server whose data directory this is, running or not. PostgreSQL's are made with `pg_dump`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Copy everything into a new directory, but for the key-encryption key and the anchor
    Create {
        /// The new directory
        dir: PathBuf,
    },
    /// Check every byte, row and signature of a backup; exit code 3 says that something is not as it was recorded
    Verify {
        /// The backup
        dir: PathBuf,
        /// Check the bytes only, where the key-encryption key is not at hand
        #[arg(long)]
        without_kek: bool,
    },
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let config = arguments.settings.checked()?;
    let failed = |error: ananke_server::StartError| Failure::error(chain(&error));
    match arguments.command {
        Command::Create { dir } => {
            let made = Box::pin(backup::create(&config, &dir)).await;
            let manifest = made.map_err(failed)?;
            context
                .output
                .one(&manifest, || facts(&manifest).render())?;
            context.output.say(format!(
                "prove it with `ananke backup verify {dir}`; the key-encryption key {kek} is not in it and is kept \
                 elsewhere",
                dir = dir.display(),
                kek = manifest.kek
            ));
            Ok(Exit::Ok)
        }
        Command::Verify { dir, without_kek } if without_kek => {
            let manifest = backup::check_bytes(&dir).await.map_err(failed)?;
            context
                .output
                .one(&manifest, || facts(&manifest).render())?;
            context
                .output
                .say("every byte is as it was written; rows and signatures were not looked at");
            Ok(Exit::Ok)
        }
        Command::Verify { dir, .. } => {
            let checked = Box::pin(backup::verify(&config, &dir)).await;
            let (manifest, proof) = checked.map_err(failed)?;
            show(&manifest, &proof, context)?;
            if proof.findings.is_empty() {
                context.output.say("everything is as it was recorded");
                return Ok(Exit::Ok);
            }
            let count = proof.findings.len();
            context
                .output
                .say(format!("{count} rows are not as they were recorded"));
            Ok(Exit::NotValid)
        }
    }
}

/// What a backup says about itself.
fn facts(manifest: &Manifest) -> Facts {
    Facts::new()
        .with("As of", &manifest.as_of)
        .with("Engine", &manifest.engine)
        .with("Release", &manifest.version)
        .with("Root", &manifest.root)
        .with("KEK", &manifest.kek)
}

/// Shows a backup and what was looked at.
pub(super) fn show(manifest: &Manifest, proof: &Proof, context: &Context) -> Result<(), Failure> {
    let findings: Vec<_> = proof
        .findings
        .iter()
        .map(|finding| json!({ "table": finding.table, "row": finding.row, "what": finding.what }))
        .collect();
    let report = json!({
        "backup": manifest,
        "rows": proof.rows,
        "signatures": proof.signatures,
        "findings": findings,
    });
    context.output.one(&report, || {
        let mut text = facts(manifest)
            .with("Rows and events checked", proof.rows.to_string())
            .with("Signatures checked", proof.signatures.to_string())
            .with("Findings", proof.findings.len().to_string())
            .render();
        if !proof.findings.is_empty() {
            let table = Table::new(&["TABLE", "ROW", "WHAT"]);
            let table = proof.findings.iter().fold(table, |table, finding| {
                table.row([finding.table, &finding.row, &finding.what])
            });
            text += "\n";
            text += &table.render();
        }
        text
    })
}
