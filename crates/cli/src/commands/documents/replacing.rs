//! `ananke documents replace`: another document in the place of one.

use ananke_api::issuance::{Issuance, ReplaceRequest};
use ananke_client::Client;
use ananke_client::trust::Issue;

use super::super::issue::{Content, made};
use super::super::templates::{self, Among};
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};

/// What takes the place of a document.
#[derive(Debug, clap::Args)]
pub(super) struct Replacement {
    /// Reference or id of the document that is replaced
    pub(super) document: String,
    /// Template, by its id or its whole name [default: that of the document]
    #[arg(long, value_name = "ID|NAME")]
    template: Option<String>,
    /// Who it is issued to [default: whom the document was issued to]
    #[arg(long, value_name = "NAME")]
    recipient: Option<String>,
    #[command(flatten)]
    content: Content,
    /// Leave the one that is replaced in force
    #[arg(long)]
    keep_original: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

/// Runs the command.
pub(super) async fn replace(
    client: &Client,
    replaced: &Issuance,
    new: Replacement,
    context: &Context,
) -> Outcome {
    let template = match &new.template {
        Some(template) => templates::named(client, template, Among::Present).await?,
        None => replaced.template_id,
    };
    let recipient = new.recipient.or_else(|| replaced.recipient_name.clone());
    let reference = &replaced.reference;
    let recipient = recipient.ok_or_else(|| {
        Failure::usage(format!(
            "{reference} is erased: say with --recipient whom the new one is issued to"
        ))
    })?;
    if new.dry_run {
        let end = if new.keep_original { "keep" } else { "revoke" };
        context.output.say(format!(
            "would issue a document to {recipient} in the place of {reference}, and {end} that; nothing was done"
        ));
        return Ok(Exit::Ok);
    }
    let issue = new.content.put_into(Issue::new(template, recipient))?;
    let request = ReplaceRequest {
        issue: issue.into(),
        revoke_original: new.keep_original.then_some(false),
    };
    let documents = client.trust().documents();
    made(&documents.replace(replaced.id, &request).await?, context)
}
