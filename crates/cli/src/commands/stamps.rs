//! `ananke stamps`: read them, and lead them through their life.

use std::path::PathBuf;

use ananke_api::lifecycle::Status;
use ananke_api::tcode::stamp::Stamp;
use ananke_client::Client;
use ananke_client::tcode::StampFilter;
use ananke_format::Reference;
use uuid::Uuid;

use super::documents::{parse_status, write};
use super::verifications::{self, first, page};
use super::{stamp, tdoc_templates};
use crate::arguments::Reach;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Facts, Table};
use crate::verify::present::as_word;

/// Stamps of your tenant.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) reach: Reach,
    #[command(subcommand)]
    command: Command,
}

/// What to do with stamps.
#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List stamps, newest first
    List(Filter),
    /// Show one stamp
    Show {
        /// Reference or id
        stamp: String,
    },
    /// What happened to a stamp
    Events {
        /// Reference or id
        stamp: String,
    },
    /// Fetch the stamped PDF
    Pdf {
        /// Reference or id
        stamp: String,
        /// Where to, or - for standard output
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Take it out of force for now
    Suspend(Act),
    /// Put it in force again
    Reactivate(Act),
    /// Take it out of force for good
    Revoke {
        #[command(flatten)]
        act: Act,
        /// Why: keyCompromise, issuedInError, superseded, affiliationEnded, fraud or other
        #[arg(long)]
        reason: Option<String>,
    },
    /// Stamp another PDF in its place, and revoke it as superseded
    Replace(Box<stamp::Replacement>),
    /// Remove what it says of people for good, its PDF among it; reference, hashes, status and issuer stay
    Erase {
        /// Reference or id
        stamp: String,
        /// Why, for your own records
        #[arg(long)]
        reason: String,
        /// Say what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Who asked about stamps, and what was answered, newest first
    Verifications(verifications::Filter),
}

/// Which stamps.
#[derive(Debug, clap::Args)]
struct Filter {
    /// Active, Suspended, Revoked or Expired
    #[arg(long, value_parser = parse_status)]
    status: Option<Status>,
    /// Made from this TDoc template, by its id or its whole name
    #[arg(long, value_name = "ID|NAME")]
    template: Option<String>,
    /// With this number of your own
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    /// Made at or after this instant
    #[arg(long, value_name = "INSTANT")]
    after: Option<String>,
    /// Made before this instant
    #[arg(long, value_name = "INSTANT")]
    before: Option<String>,
    /// No more than this many
    #[arg(long, value_name = "COUNT", default_value = "50")]
    limit: usize,
}

/// A lifecycle action on one stamp.
#[derive(Debug, clap::Args)]
struct Act {
    /// Reference or id
    stamp: String,
    /// A note for your own records, never public
    #[arg(long)]
    note: Option<String>,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

/// What an act does.
enum Action {
    Suspend,
    Reactivate,
    Revoke { reason: Option<String> },
    Erase { reason: String },
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let client = context.client()?;
    match arguments.command {
        Command::List(filter) => list(&client, filter, context).await,
        Command::Show { stamp } => {
            let stamp = named(&client, &stamp).await?;
            context.output.one(&stamp, || facts(&stamp).render())?;
            Ok(Exit::Ok)
        }
        Command::Events { stamp } => events(&client, &stamp, context).await,
        Command::Pdf { stamp, out } => {
            let id = named(&client, &stamp).await?.id;
            write(&out, &client.tcode().stamps().pdf(id).await?)
        }
        Command::Suspend(act) => lead(&client, act, Action::Suspend, context).await,
        Command::Reactivate(act) => lead(&client, act, Action::Reactivate, context).await,
        Command::Revoke { act, reason } => {
            lead(&client, act, Action::Revoke { reason }, context).await
        }
        Command::Replace(replacement) => {
            let original = named(&client, replacement.stamp()).await?;
            stamp::replace(&client, &original, *replacement, context).await
        }
        Command::Erase {
            stamp,
            reason,
            dry_run,
        } => {
            let act = Act {
                stamp,
                note: None,
                dry_run,
            };
            lead(&client, act, Action::Erase { reason }, context).await
        }
        Command::Verifications(filter) => {
            let verify = client.tcode().verify();
            verifications::list(|filter| verify.history_all(filter), filter, context).await
        }
    }
}

async fn list(client: &Client, filter: Filter, context: &Context) -> Outcome {
    let limit = filter.limit;
    let tdoc_template_id = match &filter.template {
        Some(template) => Some(tdoc_templates::named(client, template, false).await?),
        None => None,
    };
    let listing = client.tcode().stamps().list_all(StampFilter {
        status: filter.status,
        tdoc_template_id,
        external_id: filter.external_id,
        issued_after: filter.after,
        issued_before: filter.before,
        limit: page(limit),
        ..StampFilter::default()
    });
    let found = first(listing, limit).await?;
    context.output.list(&found, |stamps| {
        let table = Table::new(&["REFERENCE", "STATUS", "MODE", "ISSUED", "KIND", "NAME"]);
        stamps.iter().fold(table, |table, stamp| {
            table.row([
                stamp.reference.as_str(),
                &as_word(stamp.status),
                &as_word(stamp.mode),
                &stamp.issued_at,
                &stamp.document_type_code,
                name(stamp),
            ])
        })
    })?;
    Ok(Exit::Ok)
}

async fn events(client: &Client, stamp: &str, context: &Context) -> Outcome {
    let id = named(client, stamp).await?.id;
    let events = client.tcode().stamps().events_all(id).collect().await?;
    context.output.list(&events, |events| {
        events.iter().fold(
            Table::new(&["AT", "TYPE", "ACTOR", "HASH"]),
            |table, event| table.row([&event.at, &event.kind, &event.actor, &event.hash]),
        )
    })?;
    Ok(Exit::Ok)
}

async fn lead(client: &Client, act: Act, action: Action, context: &Context) -> Outcome {
    let stamp = named(client, &act.stamp).await?;
    if act.dry_run {
        let word = match action {
            Action::Suspend => "suspend",
            Action::Reactivate => "reactivate",
            Action::Revoke { .. } => "revoke",
            Action::Erase { .. } => "erase",
        };
        context.output.say(format!(
            "would {word} {}, {}, now {}; nothing was done",
            stamp.reference,
            name(&stamp),
            as_word(stamp.status),
        ));
        return Ok(Exit::Ok);
    }
    let (stamps, id, note) = (client.tcode().stamps(), stamp.id, act.note.as_deref());
    let stamp = match action {
        Action::Suspend => stamps.suspend(id, note).await?,
        Action::Reactivate => stamps.reactivate(id, note).await?,
        Action::Revoke { reason } => stamps.revoke(id, reason.as_deref(), note).await?,
        Action::Erase { reason } => stamps.erase(id, &reason).await?,
    };
    context.output.one(&stamp, || facts(&stamp).render())?;
    Ok(Exit::Ok)
}

/// A stamp by its reference or its id.
async fn named(client: &Client, wanted: &str) -> Result<Stamp, Failure> {
    let stamps = client.tcode().stamps();
    if let Ok(id) = Uuid::parse_str(wanted) {
        return Ok(stamps.get(id).await?);
    }
    let reference = Reference::typed(wanted).map_err(|error| {
        Failure::usage(format!(
            "{wanted:?} is neither a reference nor an id: {error}"
        ))
    })?;
    let filter = StampFilter {
        reference: Some(reference.to_string()),
        ..StampFilter::default()
    };
    let page = stamps.list(&filter).await?;
    page.items.into_iter().next().ok_or_else(|| {
        Failure::not_found(format!(
            "there is no stamp {reference} among those this key sees"
        ))
    })
}

fn name(stamp: &Stamp) -> &str {
    stamp.name.as_deref().unwrap_or("(erased)")
}

/// A stamp for people.
pub(super) fn facts(stamp: &Stamp) -> Facts {
    let fields = stamp
        .fields
        .iter()
        .map(|field| format!("{}={}", field.key, field.value));
    let fields: Vec<String> = fields.collect();
    Facts::new()
        .with("Reference", &stamp.reference)
        .with("Id", stamp.id.to_string())
        .with("Status", as_word(stamp.status))
        .with("Mode", as_word(stamp.mode))
        .with("Name", name(stamp))
        .with("Kind", &stamp.document_type_code)
        .maybe("Fields", (!fields.is_empty()).then(|| fields.join(", ")))
        .with("Issued", &stamp.issued_at)
        .maybe("Expires", stamp.expires_at.as_ref())
        .maybe("External id", stamp.external_id.as_ref())
        .maybe("Reason", stamp.status_reason.as_ref())
        .maybe("Replaces", stamp.replaces.as_ref())
        .maybe("Replaced by", stamp.replaced_by.as_ref())
        .with("Original", format!("sha256:{}", stamp.content_hash))
        .with("Stamped", format!("sha256:{}", stamp.stamped_hash))
        .with("Verify at", &stamp.verification_url)
}
