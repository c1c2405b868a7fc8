//! `ananke tenants`: who issues here. For the operator, on the server's own machine.

use serde_json::{Map, Value, json};

use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::operator::{Operator, items, segment, text};
use crate::output::{Facts, Table};
use crate::settings::Settings;

/// Tenants of the server whose data directory this is, running or not.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List tenants
    List,
    /// Make a tenant
    Create {
        /// Name, as verifiers will see it
        #[arg(long)]
        name: String,
        /// Issuer code, six characters of 0-9 and A-Z; default: a random one
        #[arg(long)]
        code: Option<String>,
        /// Time zone of its dates, such as Europe/Berlin
        #[arg(long, value_name = "ZONE")]
        time_zone: Option<String>,
    },
    /// Show one tenant
    Show {
        /// Its issuer code
        code: String,
    },
    /// Change name, time zone or rules
    Update {
        /// Its issuer code
        code: String,
        /// Name, as verifiers will see it
        #[arg(long)]
        name: Option<String>,
        /// Time zone of its dates
        #[arg(long, value_name = "ZONE")]
        time_zone: Option<String>,
        /// Whether every revocation must say why
        #[arg(long, value_name = "true|false")]
        require_revocation_reason: Option<bool>,
    },
    /// Set its quotas and caps: a number, 0 for none, or `default`
    Limits {
        /// Its issuer code
        code: String,
        /// Live documents issued in a calendar month (UTC)
        #[arg(long, value_name = "N|default", value_parser = limit)]
        issuances_per_month: Option<Value>,
        /// Live stamps made in a calendar month (UTC)
        #[arg(long, value_name = "N|default", value_parser = limit)]
        stamps_per_month: Option<Value>,
        /// Live documents taken out of force in a day (UTC)
        #[arg(long, value_name = "N|default", value_parser = limit)]
        revocations_per_day: Option<Value>,
    },
    /// Stop its writes; what it issued can still be verified
    Suspend(Act),
    /// Let it write again
    Resume(Act),
    /// End it for good; what it issued can still be verified
    Close(Act),
    /// Look for the proof that it controls a domain, and record it
    ProveDomain {
        /// Its issuer code
        code: String,
        /// The domain
        domain: String,
    },
}

#[derive(Debug, clap::Args)]
struct Act {
    /// Its issuer code
    code: String,
    /// Why, for the record
    #[arg(long)]
    reason: String,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let operator = Operator::new(&arguments.settings)?;
    let answer = match arguments.command {
        Command::List => {
            let tenants = items(operator.get("/tenants").await?);
            context.output.list(&tenants, table)?;
            return Ok(Exit::Ok);
        }
        Command::Create {
            name,
            code,
            time_zone,
        } => {
            let body = members([
                ("name", Some(name)),
                ("code", code),
                ("timeZone", time_zone),
            ]);
            operator.post("/tenants", body).await?
        }
        Command::Show { code } => {
            let tenant = operator.get(&path(&code)?).await;
            tenant.map_err(no_tenant(&code))?
        }
        Command::Update {
            code,
            name,
            time_zone,
            require_revocation_reason,
        } => {
            let mut body = members([("name", name), ("timeZone", time_zone)]);
            if let Some(required) = require_revocation_reason {
                body["requireRevocationReason"] = required.into();
            }
            if body == json!({}) {
                return Err(Failure::usage(
                    "nothing to change: give --name, --time-zone or --require-revocation-reason",
                ));
            }
            let tenant = operator.patch(&path(&code)?, body).await;
            tenant.map_err(no_tenant(&code))?
        }
        Command::Limits {
            code,
            issuances_per_month,
            stamps_per_month,
            revocations_per_day,
        } => {
            let given = [
                ("issuancesPerMonth", issuances_per_month),
                ("stampsPerMonth", stamps_per_month),
                ("revocationsPerDay", revocations_per_day),
            ];
            let given = given
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value?)));
            let body = given.collect::<Map<_, _>>();
            if body.is_empty() {
                return Err(Failure::usage(
                    "nothing to change: give --issuances-per-month, --stamps-per-month or --revocations-per-day",
                ));
            }
            let path = format!("{}/limits", path(&code)?);
            let tenant = operator.post(&path, Value::Object(body)).await;
            tenant.map_err(no_tenant(&code))?
        }
        Command::Suspend(act) => return lead(&operator, act, "suspend", context).await,
        Command::Resume(act) => return lead(&operator, act, "resume", context).await,
        Command::Close(act) => return lead(&operator, act, "close", context).await,
        Command::ProveDomain { code, domain } => {
            let path = format!("{}/prove-domain", path(&code)?);
            let tenant = operator.post(&path, json!({ "domain": domain })).await;
            tenant.map_err(no_tenant(&code))?
        }
    };
    context.output.one(&answer, || facts(&answer).render())?;
    Ok(Exit::Ok)
}

async fn lead(operator: &Operator, act: Act, verb: &str, context: &Context) -> Outcome {
    let path = path(&act.code)?;
    if act.dry_run {
        let tenant = operator.get(&path).await.map_err(no_tenant(&act.code))?;
        context.output.say(format!(
            "would {verb} {} ({}), now {}; nothing was done",
            text(&tenant, "name"),
            text(&tenant, "code"),
            text(&tenant, "state"),
        ));
        return Ok(Exit::Ok);
    }
    let body = json!({ "reason": act.reason });
    let tenant = operator.post(&format!("{path}/{verb}"), body).await;
    let tenant = tenant.map_err(no_tenant(&act.code))?;
    context.output.one(&tenant, || facts(&tenant).render())?;
    Ok(Exit::Ok)
}

/// A limit; `default` takes the tenant's own away.
fn limit(text: &str) -> Result<Value, String> {
    match text {
        "default" => Ok(Value::Null),
        text => text.parse::<u32>().map(Value::from).map_err(|_| {
            "must be a whole number, 0 for no limit, or `default` for that of the server".to_owned()
        }),
    }
}

fn path(code: &str) -> Result<String, Failure> {
    Ok(format!("/tenants/{}", segment(code)?))
}

/// What is not found under the address of a tenant is the tenant.
pub(super) fn no_tenant(code: &str) -> impl Fn(Failure) -> Failure {
    move |failure| match failure.exit {
        Exit::NotFound => Failure::not_found(format!("there is no tenant {code}")),
        _ => failure,
    }
}

/// An object of the members that were given.
pub(super) fn members<const N: usize>(members: [(&str, Option<String>); N]) -> Value {
    let given = members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.into())));
    Value::Object(given.collect::<Map<_, _>>())
}

fn table(tenants: &[Value]) -> Table {
    tenants.iter().fold(
        Table::new(&["CODE", "NAME", "STATE", "IDENTITY", "TIME ZONE"]),
        |table, tenant| {
            table.row(
                ["code", "name", "state", "identity", "timeZone"].map(|name| text(tenant, name)),
            )
        },
    )
}

/// A limit of its own.
fn own_limit(tenant: &Value, name: &str) -> Option<String> {
    tenant["limits"][name].as_i64().map(|limit| match limit {
        0 => "no limit".to_owned(),
        limit => limit.to_string(),
    })
}

fn facts(tenant: &Value) -> Facts {
    let maybe = |name| Some(text(tenant, name)).filter(|value| !value.is_empty());
    Facts::new()
        .maybe("Code", maybe("code"))
        .maybe("Name", maybe("name"))
        .maybe("State", maybe("state"))
        .maybe("Identity", maybe("identity"))
        .maybe("Domain", maybe("domain"))
        .maybe("Time zone", maybe("timeZone"))
        .maybe("Since", maybe("createdAt"))
        .maybe(
            "Issuances per month",
            own_limit(tenant, "issuancesPerMonth"),
        )
        .maybe("Stamps per month", own_limit(tenant, "stampsPerMonth"))
        .maybe(
            "Revocations per day",
            own_limit(tenant, "revocationsPerDay"),
        )
}
