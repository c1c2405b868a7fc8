//! The eight rows of the hardening guide, as far as the server sees them.

use std::collections::BTreeSet;

use ananke_store::event_list::{self, EventFilter, From};
use ananke_store::{ApiKey, alerts, api_keys, sightings};
use serde_json::json;
use uuid::Uuid;

use super::{DAY, Item, Look, Sight};
use crate::alerts::Kind;
use crate::app::Shared;
use crate::jobs::upkeep::{self, Looked};
use crate::network::Transport;
use crate::ops::Error;
use crate::ops::words::shown;

/// So many days back it is looked for what requests gave away, today included.
const SEEN_DAYS: i64 = 30;
/// A key older than so many days that was never rolled is too old.
const OLDEST_DAYS: i64 = 365;
/// A test delivery proves a channel for so many days.
const TESTED_DAYS: i64 = 90;
/// The look at the whole record is made every hour; one older than this says nothing of now.
const LOOKED: i64 = DAY;

const PAGE: i64 = 200;
/// Named one by one; of more only the number is.
const NAMED: usize = 10;

/// Looks at every row.
pub(super) async fn look(app: &Shared, tenant: Uuid) -> Result<Vec<Look>, Error> {
    let keys = keys_in_use(app, tenant).await?;
    Ok(vec![
        secrets_manager(app, tenant, &keys).await?,
        https(app, tenant).await?,
        server_side(app, tenant).await?,
        environments(&keys),
        rotation(app, tenant, &keys).await?,
        limits(app),
        alerting(app, tenant).await?,
        audit(app).await?,
    ])
}

/// Keys of both modes that open something now.
async fn keys_in_use(app: &Shared, tenant: Uuid) -> Result<Vec<ApiKey>, Error> {
    let now = app.ctx.now_micros();
    let mut all: Vec<ApiKey> = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let from = after.take();
        let page = app
            .read(move |view| api_keys::list(view, tenant, None, from.as_deref(), PAGE))
            .await?;
        after = page.last().map(|key| key.id.clone());
        let is_last = i64::try_from(page.len()).unwrap_or(PAGE) < PAGE;
        let ends = |key: &ApiKey| [key.expires_at, key.overlap_end, key.deleted_at];
        all.extend(
            page.into_iter()
                .filter(|key| ends(key).into_iter().flatten().all(|end| now < end)),
        );
        if is_last {
            return Ok(all);
        }
    }
}

fn named(ids: &[String]) -> String {
    let more = ids.len().saturating_sub(NAMED);
    let named = ids.iter().take(NAMED).cloned().collect::<Vec<_>>();
    match more {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

async fn secrets_manager(app: &Shared, tenant: Uuid, keys: &[ApiKey]) -> Result<Look, Error> {
    let ids: Vec<String> = keys.iter().map(|key| key.id.clone()).collect();
    let leaked = app
        .read(move |view| {
            let mut leaked = Vec::new();
            for id in &ids {
                let subject = format!("key:{id}");
                let kind = Kind::LeakedKey.as_str();
                if alerts::find_newest(view, tenant, kind, &subject)?.is_some() {
                    leaked.push(id.clone());
                }
            }
            Ok(leaked)
        })
        .await?;
    let in_use = keys.len();
    let details = json!({ "keysInUse": in_use, "leakedKeys": leaked });
    Ok(match leaked.as_slice() {
        [] => Look {
            item: Item::SecretsManager,
            sight: Sight::Good,
            evidence: format!("{in_use} keys in use, none of them reported as leaked"),
            details,
            fix: "hand keys to programs from a secrets manager, look for strays with `ananke scan`, and vouch for it: \
                  `ananke doctor attest secrets_manager --by NAME`"
                .to_owned(),
        },
        leaked => Look {
            item: Item::SecretsManager,
            sight: Sight::Bad,
            evidence: format!("reported as leaked and still in use: {}", named(leaked)),
            details,
            fix: "roll each without an overlap, `ananke keys roll ID --overlap 0s`, and take it out of where it was found"
                .to_owned(),
        },
    })
}

/// How often something was sighted lately, and when last.
async fn sighted(
    app: &Shared,
    tenant: Uuid,
    kind: &'static str,
) -> Result<(i64, Option<String>), Error> {
    let since = app.ctx.now_micros().div_euclid(DAY) - (SEEN_DAYS - 1);
    let seen = app
        .read(move |view| sightings::list(view, tenant, kind, since))
        .await?;
    let last = seen.iter().map(|seen| seen.last_at).max().map(shown);
    Ok((seen.iter().map(|seen| seen.times).sum(), last))
}

/// `, last …`, where there is a last one.
fn last_of(last: Option<&String>) -> String {
    last.map_or_else(String::new, |last| format!(", last {last}"))
}

async fn https(app: &Shared, tenant: Uuid) -> Result<Look, Error> {
    let (clear, last) = sighted(app, tenant, Transport::CLEAR).await?;
    let (untold, untold_last) = sighted(app, tenant, Transport::UNTOLD).await?;
    let details = json!({ "days": SEEN_DAYS, "inClear": clear, "untold": untold, "lastAt": last });
    let (sight, evidence, fix) = if clear > 0 {
        (
            Sight::Bad,
            format!(
                "{clear} requests with a key crossed the network in clear in {SEEN_DAYS} days{}",
                last_of(last.as_ref())
            ),
            "call by https:// only, close the way in clear, and roll the keys that were sent: whoever listened has them",
        )
    } else if untold > 0 {
        (
            Sight::Unseen,
            format!(
                "{untold} requests with a key came through a proxy that does not say how it was reached, in {SEEN_DAYS} \
                 days{}",
                last_of(untold_last.as_ref())
            ),
            "let the proxy send X-Forwarded-Proto, and name its network in server.trusted_proxies",
        )
    } else {
        (
            Sight::Good,
            format!("no request with a key crossed the network in clear in {SEEN_DAYS} days"),
            "",
        )
    };
    Ok(Look {
        item: Item::Https,
        sight,
        evidence,
        details,
        fix: fix.to_owned(),
    })
}

async fn server_side(app: &Shared, tenant: Uuid) -> Result<Look, Error> {
    let (times, last) = sighted(app, tenant, Kind::BrowserKey.as_str()).await?;
    let evidence = match times {
        0 => format!("no key was sent by a browser in {SEEN_DAYS} days"),
        times => format!(
            "{times} requests with a key came from a browser in {SEEN_DAYS} days{}",
            last_of(last.as_ref())
        ),
    };
    Ok(Look {
        item: Item::ServerSide,
        sight: if times == 0 { Sight::Good } else { Sight::Bad },
        evidence,
        details: json!({ "days": SEEN_DAYS, "fromBrowsers": times, "lastAt": last }),
        fix: "call from a server, and roll the key: everybody who opened the page has it (`ananke alerts list` names it)"
            .to_owned(),
    })
}

fn environments(keys: &[ApiKey]) -> Look {
    let labels: BTreeSet<&str> = keys.iter().map(|key| key.environment.as_str()).collect();
    let list = labels.iter().copied().collect::<Vec<_>>().join(", ");
    Look {
        item: Item::Environments,
        sight: match labels.len() {
            0 | 1 => Sight::Bad,
            _ => Sight::Good,
        },
        evidence: match labels.len() {
            0 => "no keys in use".to_owned(),
            1 => format!("all {} keys in use are for {list}", keys.len()),
            _ => format!("{} keys in use, for {list}", keys.len()),
        },
        details: json!({ "keysInUse": keys.len(), "environments": labels }),
        fix: "make a key for each environment, `ananke keys create --environment staging`; where environments have tenants \
              of their own, vouch for it: `ananke doctor attest environments --by NAME`"
            .to_owned(),
    }
}

async fn rotation(app: &Shared, tenant: Uuid, keys: &[ApiKey]) -> Result<Look, Error> {
    let now = app.ctx.now_micros();
    let filter = EventFilter {
        kind: Some("api_key.rolled".to_owned()),
        ..EventFilter::default()
    };
    let rolled = app
        .read(move |view| event_list::list(view, tenant, &filter, From::Before(None), 1))
        .await?;
    let rolled = rolled.first().map(|(event, _)| shown(event.at));
    let is_old =
        |key: &&ApiKey| key.superseded_by.is_none() && now - key.created_at > OLDEST_DAYS * DAY;
    let old: Vec<String> = keys
        .iter()
        .filter(is_old)
        .map(|key| key.id.clone())
        .collect();
    let last = match &rolled {
        Some(at) => format!("a key was rolled last {at}"),
        None => "no key was rolled so far".to_owned(),
    };
    let details = json!({ "lastRolledAt": rolled, "oldestDays": OLDEST_DAYS, "oldKeys": old });
    let (sight, evidence, fix) = match old.as_slice() {
        [] => (
            Sight::Good,
            last,
            "write down how keys are rolled, and vouch for it: `ananke doctor attest rotation --by NAME --link URL`",
        ),
        old => (
            Sight::Bad,
            format!("older than {OLDEST_DAYS} days: {}; {last}", named(old)),
            "roll each, `ananke keys roll ID --overlap 24h`, or delete those nobody needs",
        ),
    };
    Ok(Look {
        item: Item::Rotation,
        sight,
        evidence,
        details,
        fix: fix.to_owned(),
    })
}

fn limits(app: &Shared) -> Look {
    let policies = app.limiter.policies();
    let all = ["public", "reads", "writes", "files", "tenant"];
    let has = |name: &&str| policies.iter().any(|policy| policy.class.as_str() == *name);
    let missing: Vec<&str> = all.into_iter().filter(|name| !has(name)).collect();
    let plan: Vec<String> = policies
        .iter()
        .map(|policy| {
            let per = match policy.seconds {
                1 => "s".to_owned(),
                60 => "min".to_owned(),
                seconds => format!("{seconds} s"),
            };
            format!("{} {}/{per}", policy.class.as_str(), policy.units)
        })
        .collect();
    let (sight, evidence, fix) = match missing.as_slice() {
        [] => (
            Sight::Good,
            format!("the server's own: {}", plan.join(", ")),
            "limit your own public endpoints, too, and vouch for it: `ananke doctor attest limits --by NAME`",
        ),
        missing => (
            Sight::Bad,
            format!("the server has no limit for {}", missing.join(", ")),
            "the operator of the server sets them, in [limits] of its settings",
        ),
    };
    Look {
        item: Item::Limits,
        sight,
        evidence,
        details: json!({ "plan": plan, "missing": missing }),
        fix: fix.to_owned(),
    }
}

async fn alerting(app: &Shared, tenant: Uuid) -> Result<Look, Error> {
    let now = app.ctx.now_micros();
    let channels = app
        .read(move |view| alerts::list_channels(view, tenant))
        .await?;
    let tested = channels
        .iter()
        .filter_map(|channel| channel.tested_at)
        .max();
    let is_fresh = tested.is_some_and(|at| now - at <= TESTED_DAYS * DAY);
    let last = tested.map(shown);
    let evidence = match (channels.len(), &last) {
        (0, _) => "no channel for alerts".to_owned(),
        (_, None) => "channels for alerts, none of them ever tested with success".to_owned(),
        (count, Some(last)) => format!("channels for alerts: {count}; last test delivery {last}"),
    };
    Ok(Look {
        item: Item::Alerting,
        sight: if is_fresh { Sight::Good } else { Sight::Bad },
        evidence,
        details: json!({ "channels": channels.len(), "lastTestedAt": last, "days": TESTED_DAYS }),
        fix: format!(
            "have a test delivery succeed, every {TESTED_DAYS} days; where a program of yours reads the alerts, vouch for \
             it: `ananke doctor attest alerting --by NAME`"
        ),
    })
}

/// All events are in the same chains: what was altered anywhere concerns everybody, and where is for the operator to know.
async fn audit(app: &Shared) -> Result<Look, Error> {
    let looked = upkeep::looked(app).await?;
    let now = app.ctx.now_micros();
    let (sight, evidence, at) = match looked {
        Looked::Altered { at } => (
            Sight::Bad,
            "the record is not what was stored".to_owned(),
            at.map(shown),
        ),
        Looked::Sound { at } if now - at <= LOOKED => (
            Sight::Good,
            format!("every row, chain and signature was looked at {}", shown(at)),
            Some(shown(at)),
        ),
        Looked::Sound { at } => (
            Sight::Unseen,
            format!("the whole record was looked at last {}", shown(at)),
            Some(shown(at)),
        ),
        Looked::Never => (
            Sight::Unseen,
            "the whole record was not looked at so far; that is done every hour".to_owned(),
            None,
        ),
    };
    Ok(Look {
        item: Item::Audit,
        sight,
        evidence,
        details: json!({ "lookedAt": at }),
        fix: "the operator of the server runs `ananke audit verify`, which names what was altered"
            .to_owned(),
    })
}
