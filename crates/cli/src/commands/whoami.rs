//! `ananke whoami`: which tenant and key a command would ask with.

use ananke_api::whoami::Whoami;

use crate::arguments::Reach;
use crate::context::Context;
use crate::exit::{Exit, Outcome};
use crate::output::Facts;
use crate::verify::present::as_word;

/// Whose key this is, and what it may do.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) reach: Reach,
}

/// Runs the command.
pub(crate) async fn run(context: &Context) -> Outcome {
    let client = context.client()?;
    let who = client.whoami().await?;
    context
        .output
        .one(&who, || facts(&who, client.base_url()).render())?;
    Ok(Exit::Ok)
}

fn facts(who: &Whoami, server: &str) -> Facts {
    let key = &who.key;
    let limits = &who.limits;
    let templates = key.template_ids.as_ref().map(|ids| {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        ids.join(" ")
    });
    let facts = Facts::new()
        .with("Server", server)
        .with("Tenant", format!("{} ({})", who.tenant, who.issuer_code))
        .with("Key", &key.prefix)
        .with("Name", &key.name)
        .with("Mode", as_word(key.mode))
        .with("Environment", &key.environment)
        .maybe("Service", key.service.as_ref())
        .with("Scopes", key.scopes.join(" "))
        .maybe("Templates", templates)
        .maybe("Expires", key.expires_at.as_ref())
        .maybe("Successor", key.superseded_by.as_ref())
        .maybe("Works until", key.overlap_ends_at.as_ref())
        .with("Largest PDF", format!("{} bytes", limits.pdf_max_bytes))
        .with(
            "Longest value",
            format!("{} characters", limits.field_value_max_chars),
        );
    limits.rates.iter().fold(facts, |facts, rate| {
        let every = match rate.seconds {
            1 => "second".to_owned(),
            60 => "minute".to_owned(),
            seconds => format!("{seconds} s"),
        };
        facts.with(
            "Rate limit",
            format!(
                "{}: {} requests a {every}, {} at once",
                rate.name, rate.requests, rate.burst
            ),
        )
    })
}
