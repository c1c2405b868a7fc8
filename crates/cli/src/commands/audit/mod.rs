//! `ananke audit`: the record of everything that happened, and whether it is whole.

mod follow;

use std::path::PathBuf;

use ananke_api::audit::AuditEvent;
use ananke_client::audit::AuditFilter;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::arguments::Reach;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::operator::{Operator, text};
use crate::output::{Facts, Table};
use crate::settings::Settings;

/// The record of everything that happened.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Check every row and every event of the server whose data directory this is, running or not; exit code 3 says that
    /// something was altered
    Verify {
        /// Check also that the record holds every head in this file: what `audit.sink` has kept
        #[arg(long, value_name = "FILE")]
        heads: Option<PathBuf>,
        #[command(flatten)]
        settings: Settings,
    },
    /// List events of your tenant, newest first
    Events {
        #[command(flatten)]
        reach: Reach,
        #[command(flatten)]
        filter: Filter,
        /// No more than this many
        #[arg(long, default_value = "50")]
        limit: usize,
    },
    /// Write events of your tenant as they are recorded, one JSON object per line
    Follow(follow::Arguments),
}

/// Which events.
#[derive(Debug, clap::Args)]
struct Filter {
    /// Of this type, such as issuance.revoked
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// By this actor, such as key:8p1bp19MpkfF or operator
    #[arg(long)]
    actor: Option<String>,
    /// About the object with this id
    #[arg(long, value_name = "ID")]
    subject: Option<Uuid>,
    /// Caused by this request
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,
    /// At or after this instant
    #[arg(long, value_name = "INSTANT")]
    after: Option<String>,
    /// Before this instant
    #[arg(long, value_name = "INSTANT")]
    before: Option<String>,
}

impl Arguments {
    /// Where this was told to find a server.
    pub(crate) fn reach(&self) -> Option<&Reach> {
        match &self.command {
            Command::Verify { .. } => None,
            Command::Events { reach, .. } => Some(reach),
            Command::Follow(arguments) => Some(&arguments.reach),
        }
    }
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    match arguments.command {
        Command::Verify { settings, heads } => verify(&settings, heads, context).await,
        Command::Events { filter, limit, .. } => {
            let filter = AuditFilter {
                kind: filter.kind,
                actor: filter.actor,
                subject: filter.subject,
                request_id: filter.request_id,
                after: filter.after,
                before: filter.before,
            };
            let events = context.client()?.audit().newest(&filter, limit).await?;
            context.output.list(&events, listed)?;
            Ok(Exit::Ok)
        }
        Command::Follow(arguments) => follow::run(&arguments, context).await,
    }
}

fn listed(events: &[AuditEvent]) -> Table {
    let headers = ["AT", "TYPE", "ACTOR", "FROM", "SUBJECT", "REQUEST"];
    events.iter().fold(Table::new(&headers), |table, audited| {
        let event = &audited.event;
        let network = event.data.as_ref().map(|data| &data["by"]["network"]);
        let subject = audited.subject.to_string();
        table.row([
            event.at.as_str(),
            &event.kind,
            &event.actor,
            network.and_then(Value::as_str).unwrap_or_default(),
            &subject,
            event.request_id.as_deref().unwrap_or_default(),
        ])
    })
}

async fn verify(settings: &Settings, heads: Option<PathBuf>, context: &Context) -> Outcome {
    let operator = Operator::new(settings)?;
    // Before the look at everything, which may take minutes: a name that is wrong is told at once.
    let heads = match heads {
        None => None,
        Some(path) => {
            // The server looks for it from another directory.
            let path = path
                .canonicalize()
                .map_err(|error| Failure::file(&path, &error))?;
            let asked = json!({ "file": path });
            Some(operator.post("/audit/heads", asked).await?)
        }
    };
    let mut report = operator.get("/audit/verify").await?;
    let lost = match (&heads, report.as_object_mut()) {
        (Some(heads), Some(members)) => {
            members.insert("heads".to_owned(), heads.clone());
            heads.get("wrong").and_then(Value::as_u64).unwrap_or(0)
        }
        _ => 0,
    };
    let findings = report
        .get("findings")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    context.output.one(&report, || table(&report, &findings))?;
    if findings.is_empty() && lost == 0 {
        context.output.say("everything is as it was recorded");
        return Ok(Exit::Ok);
    }
    if !findings.is_empty() {
        context.output.say(format!(
            "{} rows are not as they were recorded",
            findings.len()
        ));
    }
    if lost > 0 {
        let until = heads
            .as_ref()
            .map(|heads| text(heads, "holdsUntil"))
            .filter(|until| !until.is_empty());
        context.output.say(format!(
            "the record was cut back or rewritten: {lost} heads that were given away are not in it; {}",
            until.map_or_else(
                || "none before them is".to_owned(),
                |until| format!("it holds what it held until {until}")
            )
        ));
    }
    Ok(Exit::NotValid)
}

fn table(report: &Value, findings: &[Value]) -> String {
    let rows = report
        .get("rows")
        .and_then(Value::as_u64)
        .map(|rows| rows.to_string());
    let heads = &report["heads"];
    let lines = heads["lines"].as_u64().map(|lines| lines.to_string());
    let mut text = Facts::new()
        .maybe("Rows and events checked", rows)
        .with("Findings", findings.len().to_string())
        .maybe("Heads checked", lines)
        .render();
    if let Some(wrong) = heads["findings"]
        .as_array()
        .filter(|wrong| !wrong.is_empty())
    {
        let table = Table::new(&["LINE", "WHAT"]);
        let line = |finding: &Value| finding["line"].to_string();
        let table = wrong.iter().fold(table, |table, finding| {
            table.row([line(finding).as_str(), self::text(finding, "what")])
        });
        text += "\n";
        text += &table.render();
    }
    if !findings.is_empty() {
        let table = Table::new(&["TABLE", "ROW", "WHAT"]);
        text += "\n";
        text += &findings.iter().fold(table, row).render();
    }
    text
}

fn row(table: Table, finding: &Value) -> Table {
    table.row(["table", "row", "what"].map(|name| text(finding, name)))
}
