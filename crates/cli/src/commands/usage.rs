//! `ananke usage`: what the tenant used, and how much of its limits.

use ananke_api::usage::{Usage, Used};
use ananke_client::usage::UsageQuery;

use crate::arguments::Reach;
use crate::context::Context;
use crate::exit::{Exit, Outcome};
use crate::output::Table;

/// What your tenant used.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) reach: Reach,
    /// The first day (UTC) [default: 29 days before the last]
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<String>,
    /// The last day [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<String>,
    /// Add up by key instead of by day
    #[arg(long)]
    by_key: bool,
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let query = UsageQuery {
        from: arguments.from,
        to: arguments.to,
        by_key: arguments.by_key,
    };
    let usage = context.client()?.usage(&query).await?;
    if context.output.is_csv() {
        // A day, or a key, is what a spreadsheet has rows of.
        context.output.list(&usage.items, |_| Table::new(&[]))?;
        return Ok(Exit::Ok);
    }
    context.output.one(&usage, || table(&usage))?;
    Ok(Exit::Ok)
}

fn table(usage: &Usage) -> String {
    let row = |table: Table, name: &str, used: &Used| {
        let number = |number: i64| number.to_string();
        table.row([
            name,
            &number(used.issuances),
            &number(used.revocations),
            &number(used.requests),
        ])
    };
    let headers = ["", "ISSUED", "TAKEN OUT OF FORCE", "REQUESTS"];
    let used = usage
        .items
        .iter()
        .fold(Table::new(&headers), |table, used| {
            let name = used.day.as_deref().or(used.key_id.as_deref());
            row(table, name.unwrap_or_default(), used)
        });
    let mut text = row(used, "total", &usage.total).render();
    if !usage.limits.is_empty() {
        let headers = ["LIMIT", "USED", "OF", "FORECAST", "BEGINS ANEW"];
        let limits = usage
            .limits
            .iter()
            .fold(Table::new(&headers), |table, limit| {
                table.row([
                    limit.name.as_str(),
                    &limit.used.to_string(),
                    &limit.limit.to_string(),
                    &limit.forecast.to_string(),
                    &limit.resets_at,
                ])
            });
        text += "\n";
        text += &limits.render();
    }
    text
}
