//! `ananke kek`: the key-encryption key, under which every other key is. For the operator, on the server's own machine.

use std::path::PathBuf;

use ananke_server::escrow;
use serde_json::{Value, json};

use super::copies::{Passphrase, not_recorded, on_thread, refuse_existing, write};
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::operator::{Operator, text};
use crate::output::Facts;
use crate::settings::Settings;

/// The key-encryption key of the server whose data directory this is, running or not.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Name the key, and say when it was changed and when a copy of it was made
    Show,
    /// Change the key; may be repeated when it was cut short
    Rotate,
    /// Write a copy of the key for the worst day, wrapped by a passphrase of at least 12 characters
    Export {
        /// The new file
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[command(flatten)]
        passphrase: Passphrase,
    },
    /// Put the key of such a copy where a server looks for it
    Import {
        /// The copy
        copy: PathBuf,
        /// Into this new file instead
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        #[command(flatten)]
        passphrase: Passphrase,
    },
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let settings = &arguments.settings;
    match arguments.command {
        Command::Show => {
            let answer = Operator::new(settings)?.get("/kek").await?;
            context.output.one(&answer, || facts(&answer).render())?;
        }
        Command::Rotate => {
            let answer = Operator::new(settings)?
                .post("/kek/rotate", json!({}))
                .await?;
            context.output.one(&answer, || rotated(&answer).render())?;
            context.output.say(next_steps(&answer));
        }
        Command::Export { out, passphrase } => {
            let operator = Operator::new(settings)?;
            refuse_existing(&out)?;
            let passphrase = passphrase.read(true, context)?;
            let config = operator.config().clone();
            let made = on_thread(move || escrow::export(&config, &passphrase)).await?;
            write(&out, &made.text).map_err(|error| Failure::file(&out, &error))?;
            let path = out.display();
            let told = json!({ "kek": made.kek });
            let told = operator.post("/kek/exported", told).await;
            told.map_err(|failure| not_recorded(&out, &failure))?;
            let answer = json!({ "kek": made.kek, "file": out });
            context.output.one(&answer, || facts(&answer).render())?;
            context.output.say(format!(
                "{path} is a copy of the key. With its passphrase and a backup it brings the server back: keep the three in \
                 different places, and try them"
            ));
        }
        Command::Import {
            copy,
            out,
            passphrase,
        } => {
            let config = settings.checked()?;
            let read =
                std::fs::read_to_string(&copy).map_err(|error| Failure::file(&copy, &error))?;
            let passphrase = passphrase.read(false, context)?;
            let put = move || escrow::import(&config, &read, &passphrase, out.as_deref());
            let put = on_thread(put).await?;
            let answer = json!({ "kek": put.kek, "root": put.root, "file": put.path });
            context.output.one(&answer, || facts(&answer).render())?;
        }
    }
    Ok(Exit::Ok)
}

fn facts(answer: &Value) -> Facts {
    let maybe = |name| Some(text(answer, name)).filter(|value| !value.is_empty());
    Facts::new()
        .maybe("KEK", maybe("kek"))
        .maybe("Root", maybe("root"))
        .maybe("File", maybe("file"))
        .maybe("Successor", maybe("next"))
        .maybe("Changed", maybe("rotatedAt"))
        .maybe("Copied", maybe("exportedAt"))
}

fn rotated(answer: &Value) -> Facts {
    let maybe = |name| Some(text(answer, name)).filter(|value| !value.is_empty());
    Facts::new()
        .maybe("KEK", maybe("to"))
        .maybe("Before", maybe("from"))
        .maybe("Old key", maybe("retired"))
}

/// What is left for the operator to do.
fn next_steps(answer: &Value) -> String {
    let place = if answer.get("given").and_then(Value::as_bool) == Some(true) {
        "give the new key as keys.kek, leave keys.next_kek out, and start every server again"
            .to_owned()
    } else {
        format!(
            "the old key is kept in {} and opens only what was backed up until now: move it to those backups",
            text(answer, "retired")
        )
    };
    format!(
        "everything is under the new key: {place}. Make a backup now, and a copy of the new key with `ananke kek export`"
    )
}
