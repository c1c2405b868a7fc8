//! `ananke revocations`: everything a key issued, or everything of a time, is revoked.

use ananke_api::drill::RevocationRequest;
use serde_json::Value;
use uuid::Uuid;

use super::{Via, Who, exit, get, maybe, number, post, to_value, to_values, wait};
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::operator::{items, text};
use crate::output::{Facts, Table};

/// Revoke everything a key issued; delete the key first, so that it issues no more.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) who: Who,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Revoke what a key issued, or what was issued in a time, or both; it goes on by itself
    Create {
        /// Id of the key that issued, also of a deleted one
        #[arg(long, value_name = "ID", required_unless_present = "from")]
        key: Option<String>,
        /// Only what was issued at or after this instant
        #[arg(long, value_name = "INSTANT")]
        from: Option<String>,
        /// Only what was issued before this instant [default: now]
        #[arg(long, value_name = "INSTANT")]
        to: Option<String>,
        /// keyCompromise, issuedInError, superseded, affiliationEnded, fraud or other
        #[arg(long)]
        reason: String,
        /// A note for your own records
        #[arg(long)]
        note: Option<String>,
        /// Say what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
        /// Stay until it is done
        #[arg(long)]
        wait: bool,
    },
    /// List them, newest first
    List,
    /// Show how far one is
    Show {
        /// Its id
        id: Uuid,
    },
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let (via, output) = (arguments.who.via(context)?, &context.output);
    match arguments.command {
        Command::Create {
            key,
            from,
            to,
            reason,
            note,
            dry_run,
            wait: stays,
        } => {
            let request = RevocationRequest {
                key_id: key,
                from,
                to,
                reason,
                note,
                dry_run: dry_run.then_some(true),
            };
            if dry_run {
                let would = via.preview_revocation(&request).await?;
                output.say("nothing was done");
                output.one(&would, || preview(&would))?;
                return Ok(Exit::Ok);
            }
            let mut work = via.revoke(&request).await?;
            if stays {
                let id = id_of(&work)?;
                work = wait(work, context, || via.revocation(id)).await?;
            }
            output.one(&work, || facts(&work))?;
            Ok(exit(&work))
        }
        Command::List => {
            output.list(&via.revocations().await?, table)?;
            Ok(Exit::Ok)
        }
        Command::Show { id } => {
            let work = via.revocation(id).await?;
            output.one(&work, || facts(&work))?;
            Ok(Exit::Ok)
        }
    }
}

/// The id of what was just asked for.
pub(super) fn id_of(work: &Value) -> Result<Uuid, Failure> {
    Uuid::try_parse(text(work, "id")).map_err(|error| Failure::error(format!("its id: {error}")))
}

impl Via {
    async fn preview_revocation(&self, request: &RevocationRequest) -> Result<Value, Failure> {
        match self {
            Self::Key(client) => to_value(&client.revocations().preview(request).await?),
            Self::Operator { operator, tenant } => {
                post(operator, tenant, "revocations", request).await
            }
        }
    }

    async fn revoke(&self, request: &RevocationRequest) -> Result<Value, Failure> {
        match self {
            Self::Key(client) => to_value(&client.revocations().create(request).await?),
            Self::Operator { operator, tenant } => {
                post(operator, tenant, "revocations", request).await
            }
        }
    }

    async fn revocation(&self, id: Uuid) -> Result<Value, Failure> {
        match self {
            Self::Key(client) => to_value(&client.revocations().get(id).await?),
            Self::Operator { operator, tenant } => {
                get(operator, tenant, &format!("revocations/{id}")).await
            }
        }
    }

    async fn revocations(&self) -> Result<Vec<Value>, Failure> {
        match self {
            Self::Key(client) => to_values(&client.revocations().list_all().collect().await?),
            Self::Operator { operator, tenant } => {
                Ok(items(get(operator, tenant, "revocations").await?))
            }
        }
    }
}

fn preview(would: &Value) -> String {
    let references = would.get("references").and_then(Value::as_array);
    let listed = references.into_iter().flatten().filter_map(Value::as_str);
    let facts = Facts::new()
        .with("Would revoke", number(would, "matched"))
        .with("Would leave", number(would, "skipped"))
        .render();
    listed.fold(facts, |text, reference| text + reference + "\n")
}

fn facts(work: &Value) -> String {
    Facts::new()
        .with("Id", text(work, "id"))
        .with("State", text(work, "state"))
        .maybe("Key", maybe(work, "keyId"))
        .maybe("From", maybe(work, "from"))
        .with("To", text(work, "to"))
        .with("Reason", text(work, "reason"))
        .with("Matched", number(work, "matched"))
        .with("Revoked", number(work, "done"))
        .with("Left", number(work, "skipped"))
        .maybe("Goes on", maybe(work, "nextTryAt"))
        .maybe("Because", maybe(work, "lastError"))
        .render()
}

fn table(all: &[Value]) -> Table {
    let headers = [
        "ID",
        "STATE",
        "KEY",
        "REASON",
        "MATCHED",
        "REVOKED",
        "ASKED FOR",
    ];
    all.iter().fold(Table::new(&headers), |table, work| {
        let (matched, done) = (number(work, "matched"), number(work, "done"));
        let cell = |name| text(work, name);
        table.row([
            cell("id"),
            cell("state"),
            cell("keyId"),
            cell("reason"),
            &matched,
            &done,
            cell("createdAt"),
        ])
    })
}
