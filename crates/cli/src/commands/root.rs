//! `ananke root`: the root, under which all certificates of a server are. For the operator, on the server's own machine.

use std::path::PathBuf;

use ananke_server::root;
use serde_json::{Value, json};

use super::copies::{Passphrase, not_recorded, on_thread, refuse_existing, write};
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::operator::{Operator, text};
use crate::output::Facts;
use crate::settings::Settings;

/// The root of the server whose data directory this is.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Name the root, and say whether its key is on this machine and when a copy of it was made
    Show,
    /// Write a copy of the root's key, wrapped by a passphrase of at least 12 characters; running or not
    Export {
        /// The new file
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Take the key off this machine then: it is needed for another root and for nothing else
        #[arg(long)]
        remove: bool,
        #[command(flatten)]
        passphrase: Passphrase,
    },
    /// Go over to another root, which the old one signs; while no server runs
    Roll {
        /// Copy of the root's key, where that was taken away
        #[arg(long, value_name = "FILE")]
        copy: Option<PathBuf>,
        #[command(flatten)]
        passphrase: Passphrase,
    },
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let operator = Operator::new(&arguments.settings)?;
    match arguments.command {
        Command::Show => {
            let answer = operator.get("/root").await?;
            context.output.one(&answer, || facts(&answer).render())?;
        }
        Command::Export {
            out,
            remove,
            passphrase,
        } => {
            refuse_existing(&out)?;
            let passphrase = passphrase.read(true, context)?;
            let config = operator.config().clone();
            let made = on_thread(move || root::export(&config, &passphrase)).await?;
            write(&out, &made.text).map_err(|error| Failure::file(&out, &error))?;
            let told = json!({ "root": made.root, "remove": remove });
            let told = operator.post("/root/exported", told).await;
            told.map_err(|failure| not_recorded(&out, &failure))?;
            let answer = json!({ "fingerprint": made.root, "keyIsHere": !remove, "file": out });
            context.output.one(&answer, || facts(&answer).render())?;
            context.output.say(exported(&answer));
        }
        Command::Roll { copy, passphrase } => {
            let copy = match copy {
                None => None,
                Some(path) => {
                    let text = std::fs::read_to_string(&path);
                    let text = text.map_err(|error| Failure::file(&path, &error))?;
                    Some((text, passphrase.read(false, context)?))
                }
            };
            let config = operator.config().clone();
            let rolled = on_thread(move || {
                let copy = copy.as_ref().map(|(text, words)| (text.as_str(), words));
                root::roll(&config, copy)
            })
            .await?;
            operator.post("/root/bundles", json!({})).await?;
            let answer = json!({ "fingerprint": rolled.to, "before": rolled.from });
            context.output.one(&answer, || facts(&answer).render())?;
            context.output.say(ROLLED);
        }
    }
    Ok(Exit::Ok)
}

const ROLLED: &str = "documents stay as they are. Start every server again, tell people the new fingerprint, and let issuers \
    put it into their ananke-issuer.json. Whoever holds the old one goes on with /c/roots.pem of this server: ananke verify \
    --roots. Make a backup now, and take the new key off this machine with `ananke root export --remove`";

/// What a copy is for, and what is left to do.
fn exported(answer: &Value) -> String {
    let path = text(answer, "file");
    let rest = match answer["keyIsHere"] == true {
        true => "the key is still here, too: --remove takes it away",
        false => {
            "it is here no more. Backups that were made before hold it, under the key-encryption key: make another one, \
             and do away with those"
        }
    };
    format!(
        "{path} is a copy of the root's key, needed for another root: keep it where no network leads, and its passphrase \
         elsewhere; {rest}"
    )
}

fn facts(answer: &Value) -> Facts {
    let maybe = |name| Some(text(answer, name)).filter(|value| !value.is_empty());
    let key = match answer["keyIsHere"].as_bool() {
        Some(true) => Some("on this machine"),
        Some(false) => Some("taken away"),
        None => None,
    };
    Facts::new()
        .maybe("Root", maybe("fingerprint"))
        .maybe("Before", maybe("before"))
        .maybe("File", maybe("file"))
        .maybe("Until", maybe("validUntil"))
        .maybe("Key", key)
        .maybe("Copied", maybe("exportedAt"))
        .maybe("Taken", maybe("removedAt"))
}
