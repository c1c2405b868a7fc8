//! `ananke alerts channels`: where alerts go, of a tenant or of the whole instance.

use ananke_api::alert_channel::{AlertChannelKind, CreateAlertChannel, RotateAlertChannelSecret};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::keys::seconds;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::operator::{Operator, items, text};
use crate::output::{Facts, Table};
use crate::settings::Settings;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List channels, and how they fared
    List,
    /// Make a channel; the secret of a webhook is printed once
    Add {
        /// How it sends
        #[arg(value_enum)]
        kind: Kind,
        /// An e-mail address, or the address of a webhook
        target: String,
    },
    /// Send a test now, and say what became of it
    Test {
        /// Id of the channel
        id: Uuid,
    },
    /// Give a webhook another secret, which is printed once
    RotateSecret {
        /// Id of the channel
        id: Uuid,
        /// How long messages are signed with both secrets
        #[arg(long, value_name = "DURATION", default_value = "24h", value_parser = seconds)]
        overlap: u32,
        /// Say what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Delete a channel
    Delete {
        /// Id of the channel
        id: Uuid,
        /// Say what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    Email,
    Webhook,
}

/// Who asks: a key of the tenant over the network, or the operator on the server's own machine.
enum Via {
    Key(ananke_client::Client),
    Operator(Box<Operator>),
}

/// Runs the command; with settings for the channels of the instance.
pub(crate) async fn run(command: Command, of: Option<&Settings>, context: &Context) -> Outcome {
    let via = match of {
        Some(settings) => Via::Operator(Box::new(Operator::new(settings)?)),
        None => Via::Key(context.client()?),
    };
    let output = &context.output;
    match command {
        Command::List => output.list(&via.list().await?, table)?,
        Command::Add { kind, target } => {
            let kind = match kind {
                Kind::Email => AlertChannelKind::Email,
                Kind::Webhook => AlertChannelKind::Webhook,
            };
            let made = via.add(&CreateAlertChannel { kind, target }).await?;
            shown(&made, context)?;
        }
        Command::Test { id } => {
            let tested = via.test(id).await?;
            output.one(&tested, || match text(&tested, "error") {
                "" => "delivered".to_owned(),
                error => format!("not delivered: {error}"),
            })?;
            if tested["delivered"] != true {
                return Ok(Exit::Error);
            }
        }
        Command::RotateSecret {
            id, dry_run: true, ..
        } => would("give another secret to", id, &via, context).await?,
        Command::Delete { id, dry_run: true } => would("delete", id, &via, context).await?,
        Command::RotateSecret { id, overlap, .. } => {
            shown(&via.rotate(id, overlap).await?, context)?
        }
        Command::Delete { id, .. } => {
            via.delete(id).await?;
            output.say(format!("{id} is deleted"));
        }
    }
    Ok(Exit::Ok)
}

/// Says what would be done to a channel that is there.
async fn would(what: &str, id: Uuid, via: &Via, context: &Context) -> Result<(), Failure> {
    let channels = via.list().await?;
    let wanted = id.to_string();
    let found = channels.iter().find(|it| text(it, "id") == wanted);
    let found = found.ok_or_else(|| Failure::not_found(format!("there is no channel {id}")))?;
    let (kind, target) = (text(found, "kind"), text(found, "target"));
    let would = format!("would {what} the {kind} to {target}; nothing was done");
    context.output.say(would);
    Ok(())
}

fn shown(channel: &Value, context: &Context) -> Result<(), Failure> {
    let output = &context.output;
    if channel["secret"].is_string() {
        output.say("the secret is shown now and never again; put it into a secrets manager");
    }
    let maybe = |name| Some(text(channel, name)).filter(|value| !value.is_empty());
    output.one(channel, || {
        Facts::new()
            .maybe("Secret", maybe("secret"))
            .maybe("Id", maybe("id"))
            .maybe("Kind", maybe("kind"))
            .maybe("Target", maybe("target"))
            .render()
    })
}

fn table(channels: &[Value]) -> Table {
    let headers = ["ID", "KIND", "TARGET", "TESTED", "FAILED", "WHY"];
    let names = ["id", "kind", "target", "testedAt", "failedAt", "lastError"];
    channels
        .iter()
        .fold(Table::new(&headers), |table, channel| {
            table.row(names.map(|name| text(channel, name)))
        })
}

fn value(answer: impl Serialize) -> Value {
    serde_json::to_value(answer).unwrap_or_default()
}

const PATH: &str = "/alert-channels";

impl Via {
    async fn list(&self) -> Result<Vec<Value>, Failure> {
        Ok(items(match self {
            Self::Key(client) => value(client.alert_channels().list().await?),
            Self::Operator(operator) => operator.get(PATH).await?,
        }))
    }

    async fn add(&self, request: &CreateAlertChannel) -> Result<Value, Failure> {
        Ok(match self {
            Self::Key(client) => value(client.alert_channels().create(request).await?),
            Self::Operator(operator) => operator.post(PATH, value(request)).await?,
        })
    }

    async fn test(&self, id: Uuid) -> Result<Value, Failure> {
        Ok(match self {
            Self::Key(client) => value(client.alert_channels().test(id).await?),
            Self::Operator(operator) => {
                let path = format!("{PATH}/{id}/test");
                operator.post(&path, json!({})).await?
            }
        })
    }

    async fn rotate(&self, id: Uuid, overlap: u32) -> Result<Value, Failure> {
        let request = RotateAlertChannelSecret {
            overlap_seconds: Some(overlap),
        };
        Ok(match self {
            Self::Key(client) => value(client.alert_channels().rotate_secret(id, &request).await?),
            Self::Operator(operator) => {
                let path = format!("{PATH}/{id}/rotate-secret");
                operator.post(&path, value(request)).await?
            }
        })
    }

    async fn delete(&self, id: Uuid) -> Result<(), Failure> {
        match self {
            Self::Key(client) => client.alert_channels().delete(id).await?,
            Self::Operator(operator) => drop(operator.delete(&format!("{PATH}/{id}")).await?),
        }
        Ok(())
    }
}
