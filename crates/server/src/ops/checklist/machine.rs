//! The machine and its settings: disk, clock, public address, proxies, certificate, who measures.

use std::path::Path;

use ananke_store::event_list::{self, EventFilter, From};
use ananke_store::{Engine, INSTANCE_TENANT, alerts, sightings};
use jiff::Timestamp;
use serde_json::json;

use super::{DAY, Item, Look, Sight};
use crate::alerts::Kind;
use crate::app::Shared;
use crate::network::Transport;
use crate::ops::error::Error;
use crate::ops::tenants;
use crate::ops::words::shown;
use crate::tls::Served;

/// So many times what has to be left for new documents is little.
const ROOM: u64 = 10;
/// The store forgives a clock that is so many microseconds behind the record.
const BEHIND: i64 = 5_000_000;
/// A certificate of the server that ends within so many days should have been renewed.
const RENEWED_DAYS: i64 = 14;
const SEEN_DAYS: i64 = 30;
/// What keeps a clock, and the file that says so.
const KEEPERS: [(&str, &str); 4] = [
    ("systemd-timesyncd", "/run/systemd/timesync/synchronized"),
    ("chronyd", "/run/chrony/chronyd.pid"),
    ("chronyd", "/run/chronyd.pid"),
    ("ntpd", "/run/ntpd.pid"),
];

pub(super) fn disk(engine: Engine, free: Option<(u64, u64)>) -> Look {
    let mib = |bytes: u64| bytes / (1024 * 1024);
    let (sight, evidence) = match free {
        None => (Sight::Unseen, "the disk cannot be asked".to_owned()),
        Some((free, least)) => (
            match free < ROOM * least {
                true => Sight::Bad,
                false => Sight::Good,
            },
            match engine {
                Engine::Sqlite => format!(
                    "{} MiB left; below {} MiB new documents are refused",
                    mib(free),
                    mib(least)
                ),
                Engine::Postgres => format!(
                    "{} MiB left beside the data directory; PostgreSQL looks after its own disk",
                    mib(free)
                ),
            },
        ),
    };
    Look {
        item: Item::Disk,
        sight,
        evidence,
        details: json!({ "freeBytes": free.map(|free| free.0) }),
        fix: "make room, or move the data directory to a larger disk".to_owned(),
    }
}

pub(super) async fn clock(app: &Shared) -> Result<Look, Error> {
    let now = app.ctx.now_micros();
    let mut newest = 0;
    let ids = tenants::list(app)
        .await?
        .into_iter()
        .map(|tenant| tenant.id);
    for tenant in ids.chain([INSTANCE_TENANT]) {
        let found = app
            .read(move |view| {
                let every = EventFilter::default();
                event_list::list(view, tenant, &every, From::Before(None), 1)
            })
            .await?;
        newest = found
            .first()
            .map_or(newest, |(event, _)| newest.max(event.at));
    }
    let changed = app
        .read(|view| alerts::find_open(view, INSTANCE_TENANT, Kind::ClockChanged.as_str(), ""))
        .await?;
    let keeper = KEEPERS.iter().find(|(_, path)| Path::new(path).exists());
    Ok(judged_clock(
        newest - now,
        changed.map(|alert| shown(alert.last_at)),
        keeper.map(|(name, _)| *name),
    ))
}

fn judged_clock(behind: i64, changed: Option<String>, keeper: Option<&str>) -> Look {
    let (sight, evidence) = if behind > BEHIND {
        let behind = behind / 1_000_000;
        (
            Sight::Bad,
            format!("the clock is {behind} s behind the newest record"),
        )
    } else if let Some(at) = &changed {
        (
            Sight::Bad,
            format!("the clock was changed while the server ran, last {at}"),
        )
    } else if let Some(keeper) = keeper {
        (Sight::Good, format!("kept by {keeper}"))
    } else {
        (
            Sight::Unseen,
            "nothing on this machine says who keeps the clock".to_owned(),
        )
    };
    Look {
        item: Item::Clock,
        sight,
        evidence,
        details: json!({ "changedAt": changed, "keptBy": keeper }),
        fix: "keep it with chrony or systemd-timesyncd; in a container the host keeps it: `ananke doctor attest clock \
              --instance --by NAME`"
            .to_owned(),
    }
}

pub(super) fn public_url(url: &str, on_loopback: bool) -> Look {
    let (sight, evidence) = match (on_loopback, url.starts_with("https://")) {
        (true, _) => (
            Sight::Bad,
            format!("{url} leads to this machine only, and is signed into documents"),
        ),
        (false, false) => (Sight::Bad, format!("{url} is not https://")),
        (false, true) => (Sight::Good, url.to_owned()),
    };
    Look {
        item: Item::PublicUrl,
        sight,
        evidence,
        details: json!({ "url": url }),
        fix: "set server.public_url to the https:// address people verify documents at".to_owned(),
    }
}

pub(super) async fn proxies(app: &Shared) -> Result<Look, Error> {
    let since = app.ctx.now_micros().div_euclid(DAY) - (SEEN_DAYS - 1);
    let seen = app
        .read(move |view| sightings::list(view, INSTANCE_TENANT, Transport::UNDECLARED, since))
        .await?;
    let times: i64 = seen.iter().map(|seen| seen.times).sum();
    let declared = &app.config.server.trusted_proxies;
    let mut networks: Vec<String> = seen.into_iter().map(|seen| seen.subject).collect();
    networks.sort();
    networks.dedup();
    let (sight, evidence) = match (times, declared.as_slice()) {
        (0, []) => (
            Sight::Good,
            "none declared, and no request came through one".to_owned(),
        ),
        (0, declared) => (Sight::Good, format!("declared: {}", declared.join(", "))),
        (times, _) => (
            Sight::Bad,
            format!(
                "{times} requests in {SEEN_DAYS} days came through proxies that are not declared, from {}",
                networks.join(", ")
            ),
        ),
    };
    Ok(Look {
        item: Item::Proxies,
        sight,
        evidence,
        details: json!({ "declared": declared, "requests": times, "networks": networks }),
        fix: "name the network of your proxy in server.trusted_proxies: until then all of its clients share one limit"
            .to_owned(),
    })
}

/// Until when the certificate is good that is served, or would be.
pub(super) fn served_until(app: &Shared) -> Result<Option<Timestamp>, String> {
    if let Some(until) = app.certificate_expires() {
        return Ok(Some(until));
    }
    Served::open(&app.config.server)
        .map(|served| served.map(|served| served.not_after()))
        .map_err(|error| error.to_string())
}

pub(super) fn certificate(
    until: Result<Option<Timestamp>, String>,
    is_https: bool,
    now: Timestamp,
) -> Look {
    let days = |until: Timestamp| (until.as_second() - now.as_second()).div_euclid(86_400);
    let left = until.as_ref().ok().copied().flatten().map(days);
    let (sight, evidence) = match (&until, left) {
        (Err(error), _) => (Sight::Bad, error.clone()),
        (Ok(Some(until)), Some(left)) if left < RENEWED_DAYS => {
            (Sight::Bad, format!("ends {until}, {left} days from now"))
        }
        (Ok(Some(until)), Some(left)) => (
            Sight::Good,
            format!("good until {until}, {left} days from now"),
        ),
        _ if is_https => (
            Sight::Unseen,
            "TLS is ended by a proxy, whose certificate the server does not see".to_owned(),
        ),
        _ => (Sight::Unseen, "none: this server speaks no TLS".to_owned()),
    };
    Look {
        item: Item::Certificate,
        sight,
        evidence,
        details: json!({ "daysLeft": left }),
        fix: match sight {
            Sight::Unseen => {
                "have the proxy's renewed in time and watched, and vouch for it: `ananke doctor attest certificate \
                 --instance --by NAME`"
            }
            _ => "renew the files of server.tls_certificate and server.tls_key; they are read again by themselves",
        }
        .to_owned(),
    }
}

pub(super) fn metrics(listen: &str, collector: &str) -> Look {
    let evidence = match (listen, collector) {
        ("", "") => "nothing is measured, and no traces are sent".to_owned(),
        (listen, "") => format!("metrics at {listen}"),
        ("", _) => "traces are sent to a collector".to_owned(),
        (listen, _) => format!("metrics at {listen}, traces to a collector"),
    };
    Look {
        item: Item::Metrics,
        sight: match listen.is_empty() && collector.is_empty() {
            true => Sight::Unseen,
            false => Sight::Good,
        },
        evidence,
        details: json!({ "metricsListen": listen, "traces": !collector.is_empty() }),
        fix: "set telemetry.metrics_listen and let your monitoring ask there; where the lines of the log are watched \
              instead, vouch for it: `ananke doctor attest metrics --instance --by NAME`"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_disk_that_is_filling_up() {
        let least = 64 * 1024 * 1024;
        let sight = |free| disk(Engine::Sqlite, free).sight;
        assert_eq!(sight(Some((10 * least, least))), Sight::Good);
        assert_eq!(sight(Some((10 * least - 1, least))), Sight::Bad);
        assert_eq!(sight(None), Sight::Unseen);
    }

    #[test]
    fn a_clock_nobody_keeps_is_behind_or_was_changed() {
        let sight = |behind, changed: Option<&str>, keeper| {
            judged_clock(behind, changed.map(str::to_owned), keeper).sight
        };
        assert_eq!(sight(0, None, Some("chronyd")), Sight::Good);
        assert_eq!(sight(0, None, None), Sight::Unseen);
        assert_eq!(sight(BEHIND, None, Some("chronyd")), Sight::Good);
        assert_eq!(sight(BEHIND + 1, None, Some("chronyd")), Sight::Bad);
        assert_eq!(sight(0, Some("today"), Some("chronyd")), Sight::Bad);
    }

    #[test]
    fn an_address_for_this_machine_only_or_in_clear() {
        let sight = |url, here| public_url(url, here).sight;
        assert_eq!(sight("https://documents.example.org", false), Sight::Good);
        assert_eq!(sight("http://documents.example.org", false), Sight::Bad);
        assert_eq!(sight("https://localhost:8787", true), Sight::Bad);
    }

    #[test]
    fn a_certificate_that_ends_soon() {
        let now = at("2026-11-23T10:00:00Z");
        let sight = |until: Result<Option<&str>, &str>, https| {
            let until = until.map(|until| until.map(at)).map_err(str::to_owned);
            certificate(until, https, now).sight
        };
        assert_eq!(sight(Ok(Some("2026-12-07T10:00:00Z")), true), Sight::Good);
        assert_eq!(sight(Ok(Some("2026-12-07T09:59:59Z")), true), Sight::Bad);
        assert_eq!(sight(Ok(Some("2026-11-22T10:00:00Z")), true), Sight::Bad);
        assert_eq!(sight(Err("no such file"), true), Sight::Bad);
        assert_eq!(sight(Ok(None), true), Sight::Unseen);
        assert_eq!(sight(Ok(None), false), Sight::Unseen);
    }

    #[test]
    fn nobody_measures() {
        let sight = |listen, collector| metrics(listen, collector).sight;
        assert_eq!(sight("", ""), Sight::Unseen);
        assert_eq!(sight("127.0.0.1:9464", ""), Sight::Good);
        assert_eq!(
            sight("", "https://collector.example.org/v1/traces"),
            Sight::Good
        );
    }
}
