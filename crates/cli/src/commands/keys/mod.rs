//! `ananke keys`: API keys, by a key of the same tenant or by the operator of the server.

mod via;

use ananke_api::api_key::{CreateApiKey, KeyMode, RollApiKey, UpdateApiKey};
use serde_json::Value;
use uuid::Uuid;

use self::via::{Via, no_key};
use crate::arguments::Reach;
use crate::context::Context;
use crate::exit::{Exit, Failure, Outcome};
use crate::operator::{Operator, segment, text};
use crate::output::{Facts, Table};
use crate::settings::Settings;

/// API keys: of your tenant, or, on the server's own machine, of the one named by --tenant.
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
        #[command(flatten)]
        members: Members,
    },
    /// Change a key; what is not named stays
    Update {
        /// Its id of 12 characters
        id: String,
        /// A name people will recognise
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        members: Members,
        /// What to take away
        #[arg(long, value_enum, value_name = "MEMBER", value_delimiter = ',')]
        clear: Vec<Member>,
    },
    /// Replace a key by a new one, without an outage: both work during the overlap
    Roll {
        /// Its id of 12 characters
        id: String,
        /// How long the old key works beside the new one, such as 0s, 90m, 24h or 7d; at most 30d
        #[arg(long, value_name = "DURATION", default_value = "24h", value_parser = seconds)]
        overlap: u32,
        /// Say what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Take a roll back while its overlap lasts: the new key is deleted, the old one goes on
    CancelRoll {
        /// Id of the key that was rolled
        id: String,
        /// Although the new key was used within 24 hours
        #[arg(long)]
        force: bool,
        /// Say what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
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

/// What a key may do, and what it is for.
#[derive(Debug, clap::Args)]
struct Members {
    /// development, staging or production
    #[arg(long)]
    environment: Option<String>,
    /// The service that will hold it
    #[arg(long)]
    service: Option<String>,
    /// What it may do, such as issuances:write; * is everything
    #[arg(long = "scope", value_name = "SCOPE", value_delimiter = ',')]
    scopes: Vec<String>,
    /// The only templates it may issue from
    #[arg(long = "template", value_name = "ID", value_delimiter = ',')]
    templates: Vec<Uuid>,
    /// The only networks it may be used from, such as 192.0.2.0/24
    #[arg(long = "allow-from", value_name = "NETWORK", value_delimiter = ',')]
    networks: Vec<String>,
    /// When it lapses
    #[arg(long, value_name = "INSTANT")]
    expires_at: Option<String>,
    /// A note
    #[arg(long)]
    note: Option<String>,
    /// How many live documents it may take out of force in a day
    #[arg(long, value_name = "N")]
    revocations_per_day: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Mode {
    Live,
    Test,
}

/// What of a key can be taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Member {
    Service,
    Template,
    AllowFrom,
    ExpiresAt,
    Note,
    RevocationsPerDay,
}

/// A duration in seconds.
pub(crate) fn seconds(text: &str) -> Result<u32, String> {
    let wrong = || "must be a number and a unit, such as 90m, 24h or 7d".to_owned();
    let at = text.len().saturating_sub(1);
    let (number, unit) = text.split_at_checked(at).ok_or_else(wrong)?;
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    let number: u32 = number.parse().map_err(|_| wrong())?;
    number.checked_mul(unit).ok_or_else(wrong)
}

/// A list that was given.
fn given<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

impl Members {
    fn create(self, name: String, mode: Mode) -> CreateApiKey {
        CreateApiKey {
            name,
            mode: Some(match mode {
                Mode::Live => KeyMode::Live,
                Mode::Test => KeyMode::Test,
            }),
            environment: self.environment,
            service: self.service,
            scopes: given(self.scopes),
            template_ids: given(self.templates),
            allowed_cidrs: given(self.networks),
            expires_at: self.expires_at,
            note: self.note,
            revocations_per_day: self.revocations_per_day,
        }
    }

    fn change(self, name: Option<String>, clear: &[Member]) -> UpdateApiKey {
        fn of<T>(value: Option<T>, is_cleared: bool) -> Option<Option<T>> {
            match value {
                None if !is_cleared => None,
                value => Some(value),
            }
        }
        let cleared = |member| clear.contains(&member);
        UpdateApiKey {
            name,
            environment: self.environment,
            service: of(self.service, cleared(Member::Service)),
            scopes: given(self.scopes),
            template_ids: of(given(self.templates), cleared(Member::Template)),
            allowed_cidrs: of(given(self.networks), cleared(Member::AllowFrom)),
            expires_at: of(self.expires_at, cleared(Member::ExpiresAt)),
            note: of(self.note, cleared(Member::Note)),
            revocations_per_day: of(self.revocations_per_day, cleared(Member::RevocationsPerDay)),
        }
    }
}

/// Runs the command.
pub(crate) async fn run(arguments: Arguments, context: &Context) -> Outcome {
    let via = via(&arguments, context)?;
    let output = &context.output;
    match arguments.command {
        Command::List => {
            let keys = via.list().await?;
            output.list(&keys, table)?;
        }
        Command::Create {
            name,
            mode,
            members,
        } => {
            let created = via.create(&members.create(name, mode)).await?;
            output.say("the secret is shown now and never again; put it into a secrets manager");
            output.one(&created, || facts(&created).render())?;
        }
        Command::Update {
            id,
            name,
            members,
            clear,
        } => {
            let change = members.change(name, &clear);
            if change == UpdateApiKey::default() {
                return Err(Failure::usage(
                    "nothing to change: name what shall be otherwise",
                ));
            }
            let key = via.update(segment(&id)?, &change).await?;
            output.one(&key, || facts(&key).render())?;
        }
        Command::Roll {
            id, dry_run: true, ..
        } => would("roll", &via, &id, context).await?,
        Command::CancelRoll {
            id, dry_run: true, ..
        } => would("take back the roll of", &via, &id, context).await?,
        Command::Delete {
            id, dry_run: true, ..
        } => would("delete", &via, &id, context).await?,
        Command::Roll { id, overlap, .. } => {
            let request = RollApiKey {
                overlap_seconds: Some(overlap),
            };
            let created = via.roll(segment(&id)?, request).await?;
            output.say("the secret is shown now and never again; put it into a secrets manager");
            output.say(match overlap {
                0 => format!("{id} works no more"),
                _ => format!(
                    "{id} works beside it until the overlap ends; `ananke keys list` says when"
                ),
            });
            output.one(&created, || facts(&created).render())?;
        }
        Command::CancelRoll { id, force, .. } => {
            let key = via.cancel_roll(segment(&id)?, force).await?;
            output.say("the successor is deleted");
            output.one(&key, || facts(&key).render())?;
        }
        Command::Delete { id, force, .. } => {
            via.delete(segment(&id)?, force).await?;
            output.say(format!("deleted key {id}"));
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
    if context.has_key()? {
        return Ok(Via::Key(context.client()?));
    }
    Err(Failure::with(
        Exit::Authentication,
        "whose keys? log in with `ananke login`, set ANANKE_API_KEY, or name the tenant with --tenant CODE on the server's own machine",
    ))
}

/// Says what would be done to a key that is there.
async fn would(what: &str, via: &Via, id: &str, context: &Context) -> Result<(), Failure> {
    let id = segment(id)?;
    let keys = via.list().await?;
    let key = keys.iter().find(|key| text(key, "id") == id);
    let key = key.ok_or_else(|| no_key(id))?;
    context.output.say(format!(
        "would {what} {} ({}), last used {}; nothing was done",
        text(key, "prefix"),
        text(key, "name"),
        last_used(key),
    ));
    Ok(())
}

fn last_used(key: &Value) -> &str {
    Some(text(key, "lastUsedAt"))
        .filter(|at| !at.is_empty())
        .unwrap_or("never")
}

/// A list on one line.
fn joined(key: &Value, name: &str) -> String {
    let items = key.get(name).and_then(Value::as_array);
    let words = items.into_iter().flatten().filter_map(Value::as_str);
    words.collect::<Vec<_>>().join(" ")
}

/// What ends it first, or whether nobody needs it.
fn state(key: &Value) -> String {
    let ends = [
        ("overlapEndsAt", "rolled, works until"),
        ("expiresAt", "until"),
    ];
    let end = ends
        .iter()
        .map(|(name, says)| (text(key, name), says))
        .find(|(at, _)| !at.is_empty());
    match end {
        Some((at, says)) => format!("{says} {at}"),
        None if key.get("isIdle") == Some(&Value::Bool(true)) => "idle".to_owned(),
        None => String::new(),
    }
}

fn table(keys: &[Value]) -> Table {
    let headers = [
        "ID",
        "NAME",
        "MODE",
        "ENVIRONMENT",
        "SCOPES",
        "CREATED",
        "LAST USED",
        "STATE",
    ];
    keys.iter().fold(Table::new(&headers), |table, key| {
        let (scopes, state) = (joined(key, "scopes"), state(key));
        let cell = |name| text(key, name);
        let cells = [
            cell("id"),
            cell("name"),
            cell("mode"),
            cell("environment"),
            &scopes,
            cell("createdAt"),
            last_used(key),
            &state,
        ];
        table.row(cells)
    })
}

fn facts(key: &Value) -> Facts {
    let listed = |name| Some(joined(key, name)).filter(|value| !value.is_empty());
    let maybe = |name| Some(text(key, name)).filter(|value| !value.is_empty());
    Facts::new()
        .maybe("Secret", maybe("secret"))
        .maybe("Id", maybe("id"))
        .maybe("Name", maybe("name"))
        .maybe("Mode", maybe("mode"))
        .maybe("Environment", maybe("environment"))
        .maybe("Service", maybe("service"))
        .maybe("Scopes", listed("scopes"))
        .maybe("Templates", listed("templateIds"))
        .maybe("Networks", listed("allowedCidrs"))
        .maybe("Expires", maybe("expiresAt"))
        .maybe("Successor", maybe("supersededBy"))
        .maybe("Works until", maybe("overlapEndsAt"))
        .maybe("Note", maybe("note"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, wanted) in [
            ("0s", 0),
            ("90m", 5_400),
            ("24h", 86_400),
            ("30d", 2_592_000),
        ] {
            assert_eq!(seconds(text), Ok(wanted), "{text}");
        }
        for text in ["", "s", "24", "1 h", "-1h", "1w", "99999999d", "1é"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
