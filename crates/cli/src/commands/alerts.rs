//! `ananke alerts`: what people should know of, of a tenant or of the whole instance.

use serde_json::{Value, json};
use uuid::Uuid;

use super::alert_channels;
use crate::arguments::Reach;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::operator::{Operator, items, text};
use crate::output::Table;
use crate::settings::Settings;

/// Alerts of your tenant or, with --instance, of the server whose data directory this is.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) reach: Reach,
    #[command(flatten)]
    settings: Settings,
    /// Those of the whole instance, for its operator on the server's own machine
    #[arg(long, global = true)]
    instance: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List alerts, newest first
    List {
        /// Only those nobody has seen to yet
        #[arg(long)]
        open: bool,
    },
    /// End an alert because it was seen to
    Acknowledge {
        /// Its id
        id: Uuid,
    },
    /// Where alerts go: mail and webhooks
    #[command(subcommand)]
    Channels(alert_channels::Command),
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    match (arguments.command, arguments.instance) {
        (Command::Channels(command), instance) => {
            let of = instance.then_some(&arguments.settings);
            return alert_channels::run(command, of, context).await;
        }
        (Command::List { open }, false) => {
            let is_open = open.then_some(true);
            let alerts = context
                .client()?
                .alerts()
                .list_all(is_open)
                .collect()
                .await?;
            let alerts: Vec<Value> = alerts
                .iter()
                .map(|alert| serde_json::to_value(alert).unwrap_or_default())
                .collect();
            context.output.list(&alerts, table)?;
        }
        (Command::List { open }, true) => {
            let path = if open {
                "/alerts?state=open"
            } else {
                "/alerts"
            };
            let alerts = items(Operator::new(&arguments.settings)?.get(path).await?);
            context.output.list(&alerts, table)?;
        }
        (Command::Acknowledge { id }, false) => {
            let alert = context.client()?.alerts().acknowledge(id).await?;
            ended(&serde_json::to_value(alert).unwrap_or_default(), context)?;
        }
        (Command::Acknowledge { id }, true) => {
            let operator = Operator::new(&arguments.settings)?;
            let path = format!("/alerts/{id}/acknowledge");
            let alert = operator.post(&path, json!({})).await;
            ended(&alert?, context)?;
        }
    }
    Ok(Exit::Ok)
}

fn ended(alert: &Value, context: &Context) -> Result<(), Failure> {
    context
        .output
        .one(alert, || table(std::slice::from_ref(alert)).render())
}

fn table(alerts: &[Value]) -> Table {
    let headers = ["ID", "SEVERITY", "KIND", "ABOUT", "TIMES", "LAST", "ENDED"];
    alerts.iter().fold(Table::new(&headers), |table, alert| {
        let times = alert["occurrences"].to_string();
        let cell = |name| text(alert, name);
        table.row([
            cell("id"),
            cell("severity"),
            cell("kind"),
            cell("subject"),
            &times,
            cell("lastAt"),
            cell("endedAt"),
        ])
    })
}
