//! `ananke doctor`: the production checklist, of a tenant by its key, or of everything by the operator of the server.

mod present;

use std::path::PathBuf;

use ananke_api::checklist::{AttestRequest, Checklist, ChecklistItem, ChecklistState};
use serde::Serialize;
use serde_json::{Value, json};

use super::scan;
use super::tenants::no_tenant;
use crate::arguments::Reach;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::operator::{Operator, items, segment, text};
use crate::output::{Paint, Table, print};
use crate::settings::Settings;

/// The production checklist: exit code 3 where something fails. Of your tenant; or, on the server's own
/// machine, of one tenant (--tenant), or of the instance and every tenant (--instance, and without a key by default).
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Look for API keys there, as `ananke scan` does: one that is found fails the row of the secrets manager
    #[arg(long, value_name = "PATH")]
    scan: Vec<PathBuf>,
    /// Issuer code of a tenant, on the server's own machine
    #[arg(long, value_name = "CODE", global = true)]
    tenant: Option<String>,
    /// The instance, for its operator on the server's own machine
    #[arg(long, global = true, conflicts_with = "tenant")]
    instance: bool,
    #[command(flatten)]
    pub(crate) reach: Reach,
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Vouch for an item that the server cannot see, for 180 days
    Attest {
        /// Its name, such as secrets_manager
        item: String,
        /// Who vouches
        #[arg(long, value_name = "NAME")]
        by: String,
        /// Where it is written down; `rotation` needs one
        #[arg(long, value_name = "URL")]
        link: Option<String>,
    },
    /// Take that back
    Withdraw {
        /// Its name
        item: String,
    },
}

/// Who asks, about whom.
enum Via {
    Key(ananke_client::Client),
    Tenant(Box<Operator>, String),
    Instance(Box<Operator>),
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let via = via(&arguments, context)?;
    match arguments.command {
        None => show(&via, &arguments.scan, context).await,
        Some(Command::Attest { item, by, link }) => {
            let request = AttestRequest {
                attested_by: by,
                link,
            };
            via.attest(&item, &request).await?;
            context.output.say(format!(
                "{} vouches for {item} for 180 days",
                request.attested_by
            ));
            Ok(Exit::Ok)
        }
        Some(Command::Withdraw { item }) => {
            via.withdraw(&item).await?;
            context.output.say(format!("nobody vouches for {item} now"));
            Ok(Exit::Ok)
        }
    }
}

fn via(arguments: &Arguments, context: &Context) -> Result<Via, Failure> {
    let operator = || Operator::new(&arguments.settings).map(Box::new);
    match &arguments.tenant {
        Some(code) => Ok(Via::Tenant(operator()?, segment(code)?.to_owned())),
        None if !arguments.instance && context.has_key()? => Ok(Via::Key(context.client()?)),
        None => Ok(Via::Instance(operator()?)),
    }
}

impl Via {
    /// Every list there is to show.
    async fn lists(&self) -> Result<Vec<Checklist>, Failure> {
        let read = |value: Value| {
            serde_json::from_value::<Checklist>(value)
                .map_err(|error| Failure::error(error.to_string()))
        };
        match self {
            Self::Key(client) => Ok(vec![client.checklist().show().await?]),
            Self::Tenant(operator, code) => {
                let list = operator.get(&format!("/tenants/{code}/checklist")).await;
                Ok(vec![read(list.map_err(no_tenant(code))?)?])
            }
            Self::Instance(operator) => {
                let mut lists = vec![read(operator.get("/checklist").await?)?];
                for tenant in items(operator.get("/tenants").await?) {
                    let path = format!("/tenants/{}/checklist", text(&tenant, "code"));
                    lists.push(read(operator.get(&path).await?)?);
                }
                Ok(lists)
            }
        }
    }

    /// Where the operator finds a person's word on an item. A tenant that is not there is told first.
    async fn word(&self, item: &str) -> Result<String, Failure> {
        let whose = match self {
            Self::Tenant(_, code) => {
                self.lists().await?;
                format!("/tenants/{code}")
            }
            Self::Key(_) | Self::Instance(_) => String::new(),
        };
        Ok(format!("{whose}/checklist/{}/attestation", name(item)?))
    }

    async fn attest(&self, item: &str, request: &AttestRequest) -> Result<(), Failure> {
        let body = json!(request);
        match self {
            Self::Key(client) => {
                let attested = client.checklist().attest(item, request).await;
                attested.map(drop).map_err(|error| of_item(item, error))
            }
            Self::Tenant(operator, _) | Self::Instance(operator) => {
                let path = self.word(item).await?;
                missing(item, operator.put(&path, body).await)
            }
        }
    }

    async fn withdraw(&self, item: &str) -> Result<(), Failure> {
        match self {
            Self::Key(client) => {
                let withdrawn = client.checklist().withdraw(item).await;
                withdrawn.map_err(|error| of_item(item, error))
            }
            Self::Tenant(operator, _) | Self::Instance(operator) => {
                let path = self.word(item).await?;
                missing(item, operator.delete(&path).await)
            }
        }
    }
}

/// A name as it stands in an address.
fn name(item: &str) -> Result<&str, Failure> {
    segment(item).map_err(|_| no_item(item))
}

fn of_item(item: &str, error: ananke_client::Error) -> Failure {
    match error.api().is_some_and(|api| api.status == 404) {
        true => no_item(item),
        false => error.into(),
    }
}

fn no_item(item: &str) -> Failure {
    Failure::not_found(format!(
        "there is no item {item}, or nobody vouches for it: `ananke doctor -o json` has their names"
    ))
}

fn missing(item: &str, answer: Result<Value, Failure>) -> Result<(), Failure> {
    match answer {
        Ok(_) => Ok(()),
        Err(failure) if failure.exit == Exit::NotFound => Err(no_item(item)),
        Err(failure) => Err(failure),
    }
}

/// An item, and whose.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    issuer_code: &'a str,
    #[serde(flatten)]
    item: &'a ChecklistItem,
}

impl<'a> Row<'a> {
    fn of(list: &'a Checklist) -> impl Iterator<Item = Self> {
        list.items.iter().map(|item| Self {
            issuer_code: &list.issuer_code,
            item,
        })
    }
}

async fn show(via: &Via, paths: &[PathBuf], context: &Context) -> Outcome {
    let mut lists = via.lists().await?;
    if !paths.is_empty() {
        scanned(&mut lists, &scan::look(paths, true)?);
    }
    let output = &context.output;
    if output.is_for_people() {
        print(&present::lists(&lists, Paint::stdout()))?;
    } else if output.is_csv() {
        // An item is what a spreadsheet has rows of.
        let rows: Vec<Row<'_>> = lists.iter().flat_map(Row::of).collect();
        output.list(&rows, |_| Table::new(&[]))?;
    } else {
        output.list(&lists, |_| Table::new(&[]))?;
    }
    let states = || {
        lists
            .iter()
            .flat_map(|list| &list.items)
            .map(|item| item.state)
    };
    let count = |state| states().filter(|one| *one == state).count();
    output.say(format!(
        "{} of {} fail, {} cannot be seen",
        count(ChecklistState::Fail),
        states().count(),
        count(ChecklistState::CannotBeSeen)
    ));
    Ok(match count(ChecklistState::Fail) {
        0 => Exit::Ok,
        _ => Exit::NotValid,
    })
}

/// What a scan says of where keys are kept, whatever a person says.
fn scanned(lists: &mut [Checklist], report: &scan::Report) {
    let rows = lists.iter_mut().flat_map(|list| &mut list.items);
    for row in rows.filter(|row| row.item == "secrets_manager") {
        let places: Vec<&str> = report.hits.iter().map(|hit| text(hit, "place")).collect();
        row.details["scan"] = json!({ "found": report.hits, "notLookedAt": report.unread });
        if places.is_empty() {
            row.evidence = format!("{}; no keys in {}", row.evidence, report.seen());
            continue;
        }
        row.evidence = format!("{}; keys found in {}", row.evidence, places.join(", "));
        row.state = ChecklistState::Fail;
        row.fix = Some(
            "whoever saw them has them: roll each, `ananke keys roll ID --overlap 0s`, then take them out".to_owned(),
        );
    }
}
