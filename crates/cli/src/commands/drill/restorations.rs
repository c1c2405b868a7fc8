//! `ananke restorations`: what a key took out of force is put right.

use ananke_api::drill::RestorationRequest;
use serde_json::Value;
use uuid::Uuid;

use super::revocations::id_of;
use super::{Via, Who, exit, get, maybe, number, post, to_value, to_values, wait};
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::operator::{items, text};
use crate::output::{Facts, Table};

/// Put right what a key suspended and, with --replace, what it revoked or expired.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) who: Who,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Reinstate what a key suspended, and list all it took out of force; it goes on by itself
    Create {
        /// Id of the key, also of a deleted one
        #[arg(long, value_name = "ID")]
        key: String,
        /// Only what it did at or after this instant
        #[arg(long, value_name = "INSTANT")]
        from: Option<String>,
        /// Only what it did before this instant [default: now]
        #[arg(long, value_name = "INSTANT")]
        to: Option<String>,
        /// Also replace what it revoked or expired by new documents of the same content
        #[arg(long)]
        replace: bool,
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
    /// List what its key took out of force, and what became of it
    Documents {
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
            replace,
            dry_run,
            wait: stays,
        } => {
            let request = RestorationRequest {
                key_id: key,
                from,
                to,
                replace: replace.then_some(true),
                dry_run: dry_run.then_some(true),
            };
            if dry_run {
                let would = via.preview_restoration(&request).await?;
                output.say("nothing was done");
                output.one(&would, || preview(&would))?;
                return Ok(Exit::Ok);
            }
            let mut work = via.restore(&request).await?;
            if stays {
                let id = id_of(&work)?;
                work = wait(work, context, || via.restoration(id)).await?;
            }
            output.one(&work, || facts(&work))?;
            Ok(exit(&work))
        }
        Command::List => {
            output.list(&via.restorations().await?, table)?;
            Ok(Exit::Ok)
        }
        Command::Show { id } => {
            let work = via.restoration(id).await?;
            output.one(&work, || facts(&work))?;
            Ok(Exit::Ok)
        }
        Command::Documents { id } => {
            output.list(&via.harmed(id).await?, harmed)?;
            Ok(Exit::Ok)
        }
    }
}

impl Via {
    async fn preview_restoration(&self, request: &RestorationRequest) -> Result<Value, Failure> {
        match self {
            Self::Key(client) => to_value(&client.restorations().preview(request).await?),
            Self::Operator { operator, tenant } => {
                post(operator, tenant, "restorations", request).await
            }
        }
    }

    async fn restore(&self, request: &RestorationRequest) -> Result<Value, Failure> {
        match self {
            Self::Key(client) => to_value(&client.restorations().create(request).await?),
            Self::Operator { operator, tenant } => {
                post(operator, tenant, "restorations", request).await
            }
        }
    }

    async fn restoration(&self, id: Uuid) -> Result<Value, Failure> {
        match self {
            Self::Key(client) => to_value(&client.restorations().get(id).await?),
            Self::Operator { operator, tenant } => {
                get(operator, tenant, &format!("restorations/{id}")).await
            }
        }
    }

    async fn restorations(&self) -> Result<Vec<Value>, Failure> {
        match self {
            Self::Key(client) => to_values(&client.restorations().list_all().collect().await?),
            Self::Operator { operator, tenant } => {
                Ok(items(get(operator, tenant, "restorations").await?))
            }
        }
    }

    async fn harmed(&self, id: Uuid) -> Result<Vec<Value>, Failure> {
        match self {
            Self::Key(client) => to_values(&client.restorations().documents(id).collect().await?),
            Self::Operator { operator, tenant } => {
                let mut all = Vec::new();
                let mut cursor = String::new();
                loop {
                    let path = format!("restorations/{id}/documents?limit=200{cursor}");
                    let page = get(operator, tenant, &path).await?;
                    let next = maybe(&page, "nextCursor").map(|next| format!("&cursor={next}"));
                    all.extend(items(page));
                    match next {
                        Some(next) => cursor = next,
                        None => return Ok(all),
                    }
                }
            }
        }
    }
}

fn preview(would: &Value) -> String {
    let documents = would.get("documents").and_then(Value::as_array);
    let documents = documents.cloned().unwrap_or_default();
    let facts = Facts::new()
        .with("Taken out of force", number(would, "harmed"))
        .with("Would reinstate", number(would, "toReinstate"))
        .with("Would replace", number(would, "toReplace"))
        .with("Lost", number(would, "lost"));
    facts.render() + &harmed(&documents).render()
}

fn facts(work: &Value) -> String {
    Facts::new()
        .with("Id", text(work, "id"))
        .with("State", text(work, "state"))
        .with("Key", text(work, "keyId"))
        .maybe("From", maybe(work, "from"))
        .with("To", text(work, "to"))
        .with("Matched", number(work, "matched"))
        .with("Reinstated", number(work, "reinstated"))
        .with("Replaced", number(work, "replaced"))
        .with("Left", number(work, "skipped"))
        .maybe("Goes on", maybe(work, "nextTryAt"))
        .maybe("Because", maybe(work, "lastError"))
        .render()
}

fn harmed(documents: &[Value]) -> Table {
    let headers = [
        "REFERENCE",
        "WHAT IT DID",
        "WHEN",
        "NOW",
        "REPLACED BY",
        "TO DO",
    ];
    documents.iter().fold(Table::new(&headers), |table, one| {
        let is_erased = one.get("isErased") == Some(&Value::Bool(true));
        let now = if is_erased {
            "lost"
        } else {
            text(one, "status")
        };
        let cell = |name| text(one, name);
        table.row([
            cell("reference"),
            cell("harm"),
            cell("harmedAt"),
            now,
            cell("replacedBy"),
            cell("remedy"),
        ])
    })
}

fn table(all: &[Value]) -> Table {
    let headers = [
        "ID",
        "STATE",
        "KEY",
        "MATCHED",
        "REINSTATED",
        "REPLACED",
        "ASKED FOR",
    ];
    all.iter().fold(Table::new(&headers), |table, work| {
        let [matched, reinstated, replaced] =
            ["matched", "reinstated", "replaced"].map(|name| number(work, name));
        let cell = |name| text(work, name);
        table.row([
            cell("id"),
            cell("state"),
            cell("keyId"),
            &matched,
            &reinstated,
            &replaced,
            cell("createdAt"),
        ])
    })
}
