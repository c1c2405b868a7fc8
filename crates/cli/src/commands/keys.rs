//! `ananke keys`: API keys, by a key of the same tenant or by the operator of the server.

use ananke_api::api_key::{CreateApiKey, KeyMode};
use serde_json::Value;

use super::tenants::{members, no_tenant};
use crate::arguments::Reach;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::operator::{Operator, items, segment, text};
use crate::output::{Facts, Table};
use crate::settings::Settings;
use crate::verify::present::as_word;

/// API keys: of the tenant of ANANKE_API_KEY, or, on the server's own machine, of the one named by --tenant.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Issuer code of the tenant, on the server's own machine
    #[arg(long, value_name = "CODE", global = true)]
    tenant: Option<String>,
    #[command(flatten)]
    pub(crate) reach: Reach,
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List keys; no secret is shown, none is kept
    List,
    /// Make a key; its secret is printed once and kept nowhere
    Create {
        /// A name people will recognise
        #[arg(long)]
        name: String,
        /// `live` makes real documents, `test` makes test documents
        #[arg(long, value_enum, default_value = "live")]
        mode: Mode,
        /// development, staging or production
        #[arg(long)]
        environment: Option<String>,
        /// The service that will hold it
        #[arg(long)]
        service: Option<String>,
        /// When it lapses
        #[arg(long, value_name = "INSTANT")]
        expires_at: Option<String>,
        /// A note
        #[arg(long)]
        note: Option<String>,
    },
    /// Delete a key, at once
    Delete {
        /// Its id of 12 characters
        id: String,
        /// Although it was used within 24 hours
        #[arg(long)]
        force: bool,
        /// Say what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Mode {
    Live,
    Test,
}

/// Who asks.
enum Via {
    Key(ananke_client::Client),
    Operator {
        operator: Box<Operator>,
        tenant: String,
    },
}

fn path(tenant: &str) -> String {
    format!("/tenants/{tenant}/keys")
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let via = via(&arguments, context)?;
    match arguments.command {
        Command::List => {
            let keys = list(&via).await?;
            context.output.list(&keys, table)?;
        }
        Command::Create {
            name,
            mode,
            environment,
            service,
            expires_at,
            note,
        } => {
            let request = CreateApiKey {
                name,
                mode: Some(match mode {
                    Mode::Live => KeyMode::Live,
                    Mode::Test => KeyMode::Test,
                }),
                environment,
                service,
                scopes: None,
                expires_at,
                note,
            };
            let created = create(&via, &request).await?;
            context
                .output
                .say("the secret is shown now and never again; put it into a secrets manager");
            context.output.one(&created, || facts(&created).render())?;
        }
        Command::Delete { id, force, dry_run } => {
            delete(&via, &id, force, dry_run, context).await?
        }
    }
    Ok(Exit::Ok)
}

fn via(arguments: &Arguments, context: &Context) -> Result<Via, Failure> {
    if let Some(code) = &arguments.tenant {
        return Ok(Via::Operator {
            tenant: segment(code)?.to_owned(),
            operator: Box::new(Operator::new(&arguments.settings)?),
        });
    }
    if std::env::var("ANANKE_API_KEY").is_ok_and(|key| !key.trim().is_empty()) {
        return Ok(Via::Key(context.client()?));
    }
    Err(Failure::with(
        Exit::Authentication,
        "whose keys? set ANANKE_API_KEY, or name the tenant with --tenant CODE on the server's own machine",
    ))
}

async fn list(via: &Via) -> Result<Vec<Value>, Failure> {
    match via {
        Via::Key(client) => {
            let keys = client.api_keys().list_all().collect().await?;
            keys.iter().map(to_value).collect()
        }
        Via::Operator { operator, tenant } => {
            let keys = operator.get(&path(tenant)).await;
            Ok(items(keys.map_err(no_tenant(tenant))?))
        }
    }
}

async fn create(via: &Via, request: &CreateApiKey) -> Result<Value, Failure> {
    match via {
        Via::Key(client) => to_value(&client.api_keys().create(request).await?),
        Via::Operator { operator, tenant } => {
            let body = members([
                ("name", Some(request.name.clone())),
                ("mode", request.mode.map(as_word)),
                ("environment", request.environment.clone()),
                ("service", request.service.clone()),
                ("expiresAt", request.expires_at.clone()),
                ("note", request.note.clone()),
            ]);
            let created = operator.post(&path(tenant), body).await;
            created.map_err(no_tenant(tenant))
        }
    }
}

async fn delete(
    via: &Via,
    id: &str,
    force: bool,
    dry_run: bool,
    context: &Context,
) -> Result<(), Failure> {
    let id = segment(id)?;
    if dry_run {
        let keys = list(via).await?;
        let key = keys.iter().find(|key| text(key, "id") == id);
        let key = key.ok_or_else(|| no_key(id))?;
        context.output.say(format!(
            "would delete {} ({}), last used {}; nothing was done",
            text(key, "prefix"),
            text(key, "name"),
            last_used(key),
        ));
        return Ok(());
    }
    match via {
        Via::Key(client) => {
            let deleted = client.api_keys().delete(id, force).await;
            deleted.map_err(|error| not_deleted(id, error))?;
        }
        Via::Operator { operator, tenant } => {
            // No such tenant is said as such; what is missing after that is the key.
            list(via).await?;
            let deleted = operator.delete(&format!("{}/{id}", path(tenant))).await;
            deleted.map_err(|failure| match failure.exit {
                Exit::NotFound => no_key(id),
                _ => failure,
            })?;
        }
    }
    context.output.say(format!("deleted key {id}"));
    Ok(())
}

fn no_key(id: &str) -> Failure {
    Failure::not_found(format!("there is no key {id}"))
}

/// The server speaks to programs: what is a parameter to them is a flag here.
fn not_deleted(id: &str, error: ananke_client::Error) -> Failure {
    match error.api() {
        Some(api) if api.status == 404 => no_key(id),
        Some(api) if api.status == 409 => {
            Failure::error(api.to_string().replace("send ?force=true", "use --force"))
        }
        _ => error.into(),
    }
}

fn to_value(value: &impl serde::Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value).map_err(|error| Failure::error(error.to_string()))
}

fn last_used(key: &Value) -> &str {
    Some(text(key, "lastUsedAt"))
        .filter(|at| !at.is_empty())
        .unwrap_or("never")
}

fn table(keys: &[Value]) -> Table {
    let headers = [
        "ID",
        "NAME",
        "MODE",
        "ENVIRONMENT",
        "CREATED",
        "LAST USED",
        "EXPIRES",
    ];
    keys.iter().fold(Table::new(&headers), |table, key| {
        let cell = |name| text(key, name);
        let cells = [
            cell("id"),
            cell("name"),
            cell("mode"),
            cell("environment"),
            cell("createdAt"),
            last_used(key),
            cell("expiresAt"),
        ];
        table.row(cells)
    })
}

fn facts(key: &Value) -> Facts {
    let maybe = |name| Some(text(key, name)).filter(|value| !value.is_empty());
    Facts::new()
        .maybe("Secret", maybe("secret"))
        .maybe("Id", maybe("id"))
        .maybe("Name", maybe("name"))
        .maybe("Mode", maybe("mode"))
        .maybe("Environment", maybe("environment"))
        .maybe("Expires", maybe("expiresAt"))
}
