//! What is done when a key was stolen: `ananke revocations` and `ananke restorations`, by a key of the same tenant or by the
//! operator of the server. What both have in common is here.

pub(crate) mod restorations;
pub(crate) mod revocations;

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::tenants::no_tenant;
use crate::arguments::Reach;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::operator::{Operator, segment, text};
use crate::settings::Settings;

/// Between two looks.
const LOOK: Duration = Duration::from_millis(500);

/// Who asks, and of which server.
#[derive(Debug, clap::Args)]
pub(crate) struct Who {
    /// Issuer code of the tenant, on the server's own machine, where no cap holds
    #[arg(long, value_name = "CODE", global = true)]
    tenant: Option<String>,
    #[command(flatten)]
    pub(crate) reach: Reach,
    #[command(flatten)]
    settings: Settings,
}

/// Who asks.
enum Via {
    Key(Box<ananke_client::Client>),
    Operator {
        operator: Box<Operator>,
        tenant: String,
    },
}

impl Who {
    fn via(&self, context: &Context) -> Result<Via, Failure> {
        if let Some(code) = &self.tenant {
            return Ok(Via::Operator {
                tenant: segment(code)?.to_owned(),
                operator: Box::new(Operator::new(&self.settings)?),
            });
        }
        if context.has_key()? {
            return Ok(Via::Key(Box::new(context.client()?)));
        }
        Err(Failure::with(
            Exit::Authentication,
            "whose documents? log in with `ananke login`, set ANANKE_API_KEY, or name the tenant with --tenant CODE on the server's own machine",
        ))
    }
}

/// What the operator is answered under a path of the tenant.
async fn get(operator: &Operator, tenant: &str, path: &str) -> Result<Value, Failure> {
    let answer = operator.get(&format!("/tenants/{tenant}/{path}")).await;
    answer.map_err(|failure| match (failure.exit, path.split_once('/')) {
        // The tenant, or what is asked for of it.
        (Exit::NotFound, Some((what, id))) => Failure::not_found(format!(
            "there is no {id} among the {what} of a tenant {tenant}"
        )),
        _ => no_tenant(tenant)(failure),
    })
}

/// What the operator has done for the tenant.
async fn post(
    operator: &Operator,
    tenant: &str,
    path: &str,
    body: &impl Serialize,
) -> Result<Value, Failure> {
    let path = format!("/tenants/{tenant}/{path}");
    let answer = operator.post(&path, to_value(body)?).await;
    answer.map_err(no_tenant(tenant))
}

fn to_value(value: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value).map_err(|error| Failure::error(error.to_string()))
}

fn to_values<T: Serialize>(values: &[T]) -> Result<Vec<Value>, Failure> {
    values.iter().map(to_value).collect()
}

/// Looks until it is done, and says what it waits for.
async fn wait<F: Future<Output = Result<Value, Failure>>>(
    first: Value,
    context: &Context,
    look: impl Fn() -> F,
) -> Result<Value, Failure> {
    let (mut work, mut told) = (first, String::new());
    while text(&work, "state") == "waiting" {
        let why = text(&work, "lastError");
        if !why.is_empty() && why != told {
            let at = text(&work, "nextTryAt");
            context.output.say(format!("it waits until {at}: {why}"));
            told = why.to_owned();
        }
        tokio::time::sleep(LOOK).await;
        work = look().await?;
    }
    Ok(work)
}

/// How the command ends for work that is like this.
fn exit(work: &Value) -> Exit {
    match text(work, "state") {
        "stopped" => Exit::Error,
        _ => Exit::Ok,
    }
}

/// A number of an answer.
fn number(value: &Value, name: &str) -> String {
    value.get(name).map(ToString::to_string).unwrap_or_default()
}

/// A text of an answer, where there is one.
fn maybe<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    Some(text(value, name)).filter(|text| !text.is_empty())
}
