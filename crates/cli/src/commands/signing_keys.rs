//! `ananke signing-keys`: what a tenant's documents are signed with, by a key of the tenant or by the operator of the server.

use ananke_api::signing_key::{CompromiseSigningKey, CreateSigningKey, RetireSigningKey};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::tenants::no_tenant;
use crate::arguments::Reach;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::operator::{Operator, items, segment, text};
use crate::output::Table;
use crate::settings::Settings;

/// Signing keys: of your tenant and the mode of your key, or, on the server's own machine, of the tenant named by --tenant.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Issuer code of the tenant, on the server's own machine
    #[arg(long, value_name = "CODE", global = true)]
    tenant: Option<String>,
    /// Of live or of test documents, beside --tenant [default: live]
    #[arg(long, value_enum, global = true)]
    mode: Option<Mode>,
    #[command(flatten)]
    pub(crate) reach: Reach,
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Mode {
    Live,
    Test,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List signing keys and what they are good for
    List,
    /// Make a signing key: new documents are signed with it, at once or from a moment on
    Create {
        /// From when on it signs; until then the key there is goes on
        #[arg(long, value_name = "INSTANT")]
        starts_at: Option<String>,
    },
    /// Retire a signing key: it signs no more, what it signed stays good
    Retire {
        /// Its id
        id: Uuid,
        /// Why, for the record
        #[arg(long)]
        reason: Option<String>,
        /// Say what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Declare a signing key compromised: what it signed since then is invalid, for good
    Compromise {
        /// Its id
        id: Uuid,
        /// Since when it may have been in wrong hands; when in doubt, earlier
        #[arg(long, value_name = "INSTANT")]
        at: String,
        /// Why, for the record
        #[arg(long)]
        reason: Option<String>,
        /// Say how many documents would be invalid, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
}

/// Who asks: a key of the tenant over the network, or the operator on the server's own machine.
enum Via {
    Key(ananke_client::Client),
    Operator {
        operator: Box<Operator>,
        tenant: String,
        /// Where the keys are.
        path: String,
    },
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let via = via(&arguments, context)?;
    let output = &context.output;
    match arguments.command {
        Command::List => output.list(&via.list().await?, table)?,
        Command::Create { starts_at } => {
            let key = via.create(&CreateSigningKey { starts_at }).await?;
            output.one(&key, || table(std::slice::from_ref(&key)).render())?;
        }
        Command::Retire {
            id,
            reason,
            dry_run,
        } => {
            let ended = via
                .retire(id, &RetireSigningKey { reason }, dry_run)
                .await?;
            told(&ended, "retire", dry_run, context)?;
        }
        Command::Compromise {
            id,
            at,
            reason,
            dry_run,
        } => {
            let request = CompromiseSigningKey { at, reason };
            let ended = via.compromise(id, &request, dry_run).await?;
            told(&ended, "declare compromised", dry_run, context)?;
        }
    }
    Ok(Exit::Ok)
}

fn via(arguments: &Arguments, context: &Context) -> Result<Via, Failure> {
    if let Some(code) = &arguments.tenant {
        let tenant = segment(code)?.to_owned();
        let mode = match arguments.mode {
            Some(Mode::Test) => "test",
            _ => "live",
        };
        return Ok(Via::Operator {
            operator: Box::new(Operator::new(&arguments.settings)?),
            path: format!("/tenants/{tenant}/signing-keys/{mode}"),
            tenant,
        });
    }
    if arguments.mode.is_some() {
        return Err(Failure::usage(
            "--mode goes with --tenant: an API key is asked about the keys of its own mode",
        ));
    }
    if context.has_key()? {
        return Ok(Via::Key(context.client()?));
    }
    Err(Failure::with(
        Exit::Authentication,
        "whose signing keys? log in with `ananke login`, set ANANKE_API_KEY, or name the tenant with --tenant CODE on the server's own machine",
    ))
}

impl Via {
    async fn list(&self) -> Result<Vec<Value>, Failure> {
        match self {
            Self::Key(client) => {
                let keys = client.signing_keys().list_all().collect().await?;
                keys.iter().map(to_value).collect()
            }
            Self::Operator {
                operator,
                tenant,
                path,
            } => Ok(items(operator.get(path).await.map_err(no_tenant(tenant))?)),
        }
    }

    async fn create(&self, request: &CreateSigningKey) -> Result<Value, Failure> {
        match self {
            Self::Key(client) => to_value(&client.signing_keys().create(request).await?),
            Self::Operator {
                operator,
                tenant,
                path,
            } => {
                let made = operator.post(path, to_value(request)?).await;
                made.map_err(no_tenant(tenant))
            }
        }
    }

    async fn retire(
        &self,
        id: Uuid,
        request: &RetireSigningKey,
        dry_run: bool,
    ) -> Result<Value, Failure> {
        match self {
            Self::Key(client) => to_value(&by_key(
                id,
                client.signing_keys().retire(id, request, dry_run).await,
            )?),
            Self::Operator { .. } => self.end(id, "retire", to_value(request)?, dry_run).await,
        }
    }

    async fn compromise(
        &self,
        id: Uuid,
        request: &CompromiseSigningKey,
        dry_run: bool,
    ) -> Result<Value, Failure> {
        match self {
            Self::Key(client) => {
                let ended = client.signing_keys().compromise(id, request, dry_run).await;
                to_value(&by_key(id, ended)?)
            }
            Self::Operator { .. } => {
                self.end(id, "compromise", to_value(request)?, dry_run)
                    .await
            }
        }
    }

    /// Ends a key as the operator. No such tenant is said as such; what is missing after that is the key.
    async fn end(&self, id: Uuid, how: &str, body: Value, dry_run: bool) -> Result<Value, Failure> {
        self.list().await?;
        let Self::Operator { operator, path, .. } = self else {
            return Err(no_key(id));
        };
        let at = format!("{path}/{id}/{how}?dryRun={dry_run}");
        operator
            .post(&at, body)
            .await
            .map_err(|failure| match failure.exit {
                Exit::NotFound => no_key(id),
                _ => failure,
            })
    }
}

fn no_key(id: Uuid) -> Failure {
    Failure::not_found(format!("there is no signing key {id}"))
}

fn by_key<T>(id: Uuid, answer: Result<T, ananke_client::Error>) -> Result<T, Failure> {
    answer.map_err(|error| match error.api() {
        Some(api) if api.status == 404 => no_key(id),
        _ => error.into(),
    })
}

fn to_value(value: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value).map_err(|error| Failure::error(error.to_string()))
}

/// Says what was done, or would be.
fn told(ended: &Value, what: &str, dry_run: bool, context: &Context) -> Result<(), Failure> {
    let output = &context.output;
    if dry_run {
        let count = |name: &str| ended["effect"][name].as_i64().unwrap_or_default();
        output.say(format!(
            "would {what} {}: it signed {} documents, and {} of them would be invalid; nothing was done",
            text(ended, "certificateReference"),
            count("documents"),
            count("invalidDocuments"),
        ));
        return Ok(());
    }
    if let Some(successor) = ended["successorId"].as_str() {
        output.say(format!("{successor} was made and signs from now on"));
    }
    output.one(ended, || table(std::slice::from_ref(ended)).render())
}

fn table(keys: &[Value]) -> Table {
    let headers = [
        "ID",
        "CERTIFICATE",
        "STATE",
        "SIGNS",
        "FROM",
        "UNTIL",
        "RETIRED",
        "COMPROMISED",
    ];
    keys.iter().fold(Table::new(&headers), |table, key| {
        let cell = |name| text(key, name);
        let signs = match key["signs"] == Value::Bool(true) {
            true => "yes",
            false => "",
        };
        table.row([
            cell("id"),
            cell("certificateReference"),
            cell("state"),
            signs,
            cell("validFrom"),
            cell("validUntil"),
            cell("retiredAt"),
            cell("compromisedAt"),
        ])
    })
}
