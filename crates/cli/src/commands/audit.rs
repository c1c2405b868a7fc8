//! `ananke audit`: the record of everything that happened, and whether it is whole.

use serde_json::Value;

use crate::context::Context;
use crate::exit::{Exit, Outcome};
use crate::operator::{Operator, text};
use crate::output::{Facts, Table};
use crate::settings::Settings;

/// The record of the server whose data directory this is, running or not.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Check every row and every event; exit code 3 says that something was altered
    Verify,
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let Command::Verify = arguments.command;
    let report = Operator::new(&arguments.settings)?
        .get("/audit/verify")
        .await?;
    let findings = report
        .get("findings")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    context.output.one(&report, || table(&report, &findings))?;
    if findings.is_empty() {
        context.output.say("everything is as it was recorded");
        return Ok(Exit::Ok);
    }
    context.output.say(format!(
        "{} rows are not as they were recorded",
        findings.len()
    ));
    Ok(Exit::NotValid)
}

fn table(report: &Value, findings: &[Value]) -> String {
    let rows = report
        .get("rows")
        .and_then(Value::as_u64)
        .map(|rows| rows.to_string());
    let mut text = Facts::new()
        .maybe("Rows and events checked", rows)
        .with("Findings", findings.len().to_string())
        .render();
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
