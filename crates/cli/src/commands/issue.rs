//! `ananke issue`: one document from a template.

use std::path::PathBuf;

use ananke_api::issuance::Issuance;
use ananke_client::trust::Issue;

use super::templates::{self, Among};
use crate::arguments::Reach;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::Facts;
use crate::verify::present::as_word;

/// Issues a document. Your key says for whom, and whether it is real or a test.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Template, by its id or its whole name
    #[arg(long, value_name = "ID|NAME")]
    template: String,
    /// Who it is issued to
    #[arg(long, value_name = "NAME")]
    recipient: String,
    #[command(flatten)]
    content: Content,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

/// What is in a document, besides whom it is for.
#[derive(Debug, clap::Args)]
pub(super) struct Content {
    /// Value of one of the template's fields; may be repeated
    #[arg(long = "field", value_name = "KEY=VALUE", value_parser = parse_field)]
    fields: Vec<(String, String)>,
    /// The document itself; without it one is drawn from the template
    #[arg(long, value_name = "FILE")]
    pdf: Option<PathBuf>,
    /// Title; default: the template's name
    #[arg(long)]
    title: Option<String>,
    /// Your own number for it
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    /// The recipient's e-mail address: stored, never signed, never public
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// A date you state, YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    awarded_on: Option<String>,
    /// When it lapses: an instant, or a date for the end of that day
    #[arg(long, value_name = "WHEN")]
    expires: Option<String>,
}

impl Content {
    /// Puts it into an issuance.
    pub(super) fn put_into(self, mut issue: Issue) -> Result<Issue, Failure> {
        for (key, value) in self.fields {
            issue = issue.field(key, value);
        }
        if let Some(path) = &self.pdf {
            issue = issue.pdf(std::fs::read(path).map_err(|error| Failure::file(path, &error))?);
        }
        if let Some(title) = self.title {
            issue = issue.document_title(title);
        }
        if let Some(id) = self.external_id {
            issue = issue.external_id(id);
        }
        if let Some(address) = self.email {
            issue = issue.recipient_email(address);
        }
        if let Some(date) = self.awarded_on {
            issue = issue.awarded_on(date);
        }
        if let Some(when) = self.expires {
            issue = issue.expires_at(when);
        }
        Ok(issue)
    }
}

pub(super) fn parse_field(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write it as KEY=VALUE, such as course=Reading".to_owned()),
    }
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let client = context.client()?;
    let template = templates::named(&client, &arguments.template, Among::Present).await?;
    let issue = Issue::new(template, arguments.recipient);
    let issue = arguments.content.put_into(issue)?;
    let document = client.trust().documents().issue(&issue.into()).await?;
    made(&document, context)
}

/// Says what was made, and what to know of it.
pub(super) fn made(document: &Issuance, context: &Context) -> Outcome {
    for warning in &document.warnings {
        context.output.say(format!("warning: {warning}"));
    }
    context.output.one(document, || facts(document).render())?;
    Ok(Exit::Ok)
}

/// A document for people.
pub(crate) fn facts(document: &Issuance) -> Facts {
    Facts::new()
        .with("Reference", &document.reference)
        .with("Id", document.id.to_string())
        .with("Status", as_word(document.status))
        .with("Mode", as_word(document.mode))
        .maybe("Issued to", document.recipient_name.as_ref())
        .maybe("Title", document.document_title.as_ref())
        .with("Issued", &document.issued_at)
        .maybe("Expires", document.expires_at.as_ref())
        .maybe("External id", document.external_id.as_ref())
        .maybe("Reason", document.status_reason.as_ref())
        .maybe("Replaces", document.replaces.as_ref())
        .maybe("Replaced by", document.replaced_by.as_ref())
        .with("Content hash", &document.content_hash)
        .with("Verify at", &document.verification_url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_pairs() {
        let pair = |key: &str, value: &str| Ok((key.to_owned(), value.to_owned()));
        assert_eq!(parse_field("a=b=c"), pair("a", "b=c"));
        assert_eq!(parse_field("a="), pair("a", ""));
        assert!(parse_field("a").is_err());
        assert!(parse_field("=b").is_err());
    }
}
