//! `ananke documents`: read them, and lead them through their life.

mod replacing;

use std::path::{Path, PathBuf};

use ananke_api::issuance::Issuance;
use ananke_api::lifecycle::{Action, LifecycleRequest, Status};
use ananke_client::Client;
use ananke_client::trust::DocumentFilter;
use ananke_format::Reference;
use uuid::Uuid;

use self::replacing::Replacement;
use super::issue::facts;
use super::templates::{self, Among};
use super::verifications::{self, first, page};
use crate::arguments::Reach;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Table, print_bytes};
use crate::verify::present::as_word;

/// Documents of your tenant.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) reach: Reach,
    #[command(subcommand)]
    command: Command,
}

/// What to do with documents.
#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List documents, newest first
    List(Filter),
    /// Show one document
    Show {
        /// Reference or id
        document: String,
    },
    /// What happened to a document
    Events {
        /// Reference or id
        document: String,
    },
    /// Fetch its PDF: the submitted one, or one drawn from the template
    Pdf {
        /// Reference or id
        document: String,
        /// Where to, or - for standard output
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Fetch its signed record, to be verified anywhere
    Credential {
        /// Reference or id
        document: String,
        /// Where to, or - for standard output
        #[arg(long, value_name = "FILE", default_value = "-")]
        out: PathBuf,
    },
    /// Take it out of force for now
    Suspend(Act),
    /// Put it in force again
    Reinstate(Act),
    /// Take it out of force for good
    Revoke {
        #[command(flatten)]
        act: Act,
        /// Why: keyCompromise, issuedInError, superseded, affiliationEnded, fraud or other
        #[arg(long)]
        reason: Option<String>,
    },
    /// Let it expire ahead of time
    Expire(Act),
    /// Issue another document in its place, and revoke it as superseded
    Replace(Box<Replacement>),
    /// Remove what it says of people for good; reference, hashes, status and issuer stay
    Erase {
        /// Reference or id
        document: String,
        /// Why, for your own records
        #[arg(long)]
        reason: String,
        /// Say what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Who asked about documents, and what was answered, newest first
    Verifications(verifications::Filter),
}

/// Which documents.
#[derive(Debug, clap::Args)]
struct Filter {
    /// Active, Suspended, Revoked or Expired
    #[arg(long, value_parser = parse_status)]
    status: Option<Status>,
    /// Issued from this template, by its id or its whole name
    #[arg(long, value_name = "ID|NAME")]
    template: Option<String>,
    /// With this number of your own
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    /// Issued to somebody with this in name or address
    #[arg(long, value_name = "TEXT")]
    recipient: Option<String>,
    /// Issued at or after this instant
    #[arg(long, value_name = "INSTANT")]
    after: Option<String>,
    /// Issued before this instant
    #[arg(long, value_name = "INSTANT")]
    before: Option<String>,
    /// No more than this many
    #[arg(long, value_name = "COUNT", default_value = "50")]
    limit: usize,
}

/// A lifecycle action on one document.
#[derive(Debug, clap::Args)]
struct Act {
    /// Reference or id
    document: String,
    /// A note for your own records, never public
    #[arg(long)]
    note: Option<String>,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn parse_status(text: &str) -> Result<Status, String> {
    serde_json::from_value(text.into())
        .map_err(|_| "it is Active, Suspended, Revoked or Expired".to_owned())
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let client = context.client()?;
    match arguments.command {
        Command::List(filter) => list(&client, filter, context).await,
        Command::Show { document } => {
            let document = named(&client, &document).await?;
            context
                .output
                .one(&document, || facts(&document).render())?;
            Ok(Exit::Ok)
        }
        Command::Events { document } => events(&client, &document, context).await,
        Command::Pdf { document, out } => {
            let id = named(&client, &document).await?.id;
            write(&out, &client.trust().documents().pdf(id).await?)
        }
        Command::Credential { document, out } => {
            let id = named(&client, &document).await?.id;
            let credential = client.trust().documents().credential(id).await?;
            write(&out, format!("{credential}\n").as_bytes())
        }
        Command::Suspend(act) => lead(&client, act, Action::Suspend, None, context).await,
        Command::Reinstate(act) => lead(&client, act, Action::Reinstate, None, context).await,
        Command::Revoke { act, reason } => {
            lead(&client, act, Action::Revoke, reason, context).await
        }
        Command::Expire(act) => lead(&client, act, Action::Expire, None, context).await,
        Command::Replace(new) => {
            let replaced = named(&client, &new.document).await?;
            replacing::replace(&client, &replaced, *new, context).await
        }
        Command::Erase {
            document,
            reason,
            dry_run,
        } => {
            let document = named(&client, &document).await?;
            if dry_run {
                would("erase", &document, context);
                return Ok(Exit::Ok);
            }
            let documents = client.trust().documents();
            let document = documents.erase(document.id, &reason).await?;
            context
                .output
                .one(&document, || facts(&document).render())?;
            Ok(Exit::Ok)
        }
        Command::Verifications(filter) => {
            let verify = client.trust().verify();
            verifications::list(|filter| verify.history_all(filter), filter, context).await
        }
    }
}

async fn list(client: &Client, filter: Filter, context: &Context) -> Outcome {
    let template_id = match &filter.template {
        Some(template) => Some(templates::named(client, template, Among::All).await?),
        None => None,
    };
    let limit = filter.limit;
    let listing = client.trust().documents().list_all(DocumentFilter {
        status: filter.status,
        template_id,
        external_id: filter.external_id,
        recipient: filter.recipient,
        issued_after: filter.after,
        issued_before: filter.before,
        limit: page(limit),
        ..DocumentFilter::default()
    });
    let found = first(listing, limit).await?;
    context.output.list(&found, |documents| {
        let table = Table::new(&[
            "REFERENCE",
            "STATUS",
            "MODE",
            "ISSUED",
            "ISSUED TO",
            "TITLE",
        ]);
        documents.iter().fold(table, |table, document| {
            table.row([
                document.reference.as_str(),
                &as_word(document.status),
                &as_word(document.mode),
                &document.issued_at,
                document.recipient_name.as_deref().unwrap_or("(erased)"),
                document.document_title.as_deref().unwrap_or_default(),
            ])
        })
    })?;
    Ok(Exit::Ok)
}

async fn events(client: &Client, document: &str, context: &Context) -> Outcome {
    let id = named(client, document).await?.id;
    let events = client.trust().documents().events_all(id).collect().await?;
    context.output.list(&events, |events| {
        events.iter().fold(
            Table::new(&["AT", "TYPE", "ACTOR", "HASH"]),
            |table, event| table.row([&event.at, &event.kind, &event.actor, &event.hash]),
        )
    })?;
    Ok(Exit::Ok)
}

async fn lead(
    client: &Client,
    act: Act,
    action: Action,
    reason: Option<String>,
    context: &Context,
) -> Outcome {
    let document = named(client, &act.document).await?;
    if act.dry_run {
        would(&as_word(action), &document, context);
        return Ok(Exit::Ok);
    }
    let request = LifecycleRequest {
        action,
        reason,
        note: act.note,
    };
    let document = client
        .trust()
        .documents()
        .lifecycle(document.id, &request)
        .await?;
    context
        .output
        .one(&document, || facts(&document).render())?;
    Ok(Exit::Ok)
}

fn would(what: &str, document: &Issuance, context: &Context) {
    context.output.say(format!(
        "would {what} {} of {}, now {}; nothing was done",
        document.reference,
        document.recipient_name.as_deref().unwrap_or("(erased)"),
        as_word(document.status),
    ));
}

/// A document by its reference or its id.
async fn named(client: &Client, wanted: &str) -> Result<Issuance, Failure> {
    let documents = client.trust().documents();
    if let Ok(id) = Uuid::parse_str(wanted) {
        return Ok(documents.get(id).await?);
    }
    let reference = Reference::typed(wanted).map_err(|error| {
        Failure::usage(format!(
            "{wanted:?} is neither a reference nor an id: {error}"
        ))
    })?;
    let filter = DocumentFilter {
        reference: Some(reference.to_string()),
        ..DocumentFilter::default()
    };
    let page = documents.list(&filter).await?;
    page.items.into_iter().next().ok_or_else(|| {
        Failure::not_found(format!(
            "there is no document {reference} among those this key sees"
        ))
    })
}

pub(super) fn write(path: &Path, bytes: &[u8]) -> Outcome {
    if path == Path::new("-") {
        print_bytes(bytes)?;
    } else {
        std::fs::write(path, bytes).map_err(|error| Failure::file(path, &error))?;
    }
    Ok(Exit::Ok)
}
