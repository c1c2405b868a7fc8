//! What an operator looks at: the machine (`machine.rs`), the keys of the instance, and what is kept for the worst day.

use ananke_store::{Error as StoreError, INSTANCE_TENANT, signing_keys};
use jiff::Timestamp;
use serde_json::json;

use super::{DAY, Item, Look, Sight, machine};
use crate::app::Shared;
use crate::ops::error::Error;
use crate::ops::signing_keys::ending;
use crate::ops::words::shown;
use crate::ops::{kek, tenants};

/// A signing certificate needs a successor so many days before its end.
const SUCCESSOR_DAYS: i64 = 30;

/// Looks at everything.
pub(super) async fn look(app: &Shared) -> Result<Vec<Look>, Error> {
    Ok(vec![
        machine::disk(app.store.engine(), app.store.free_bytes()),
        machine::clock(app).await?,
        machine::public_url(app.public_url().as_str(), app.on_loopback()),
        machine::proxies(app).await?,
        machine::certificate(machine::served_until(app), app.is_https(), app.ctx.now()),
        signing_certificates(app).await?,
        kek_copy(app).await?,
        anchor(app).await?,
        Look {
            item: Item::Backups,
            sight: Sight::Unseen,
            evidence: "backups lie elsewhere, where the server does not see them".to_owned(),
            details: json!({}),
            fix: "make them on a timer, `ananke backup create`, prove one, `ananke backup verify`, and vouch for it: \
                  `ananke doctor attest backups --instance --by NAME`"
                .to_owned(),
        },
        machine::metrics(
            &app.config.telemetry.metrics_listen,
            &app.config.telemetry.otlp_endpoint,
        ),
    ])
}

async fn signing_certificates(app: &Shared) -> Result<Look, Error> {
    let now = app.ctx.now_micros();
    let tenants = tenants::list(app).await?;
    let mut of = vec![("000000".to_owned(), INSTANCE_TENANT)];
    of.extend(tenants.into_iter().map(|tenant| (tenant.code, tenant.id)));
    let (mut ends, mut first) = (Vec::new(), None::<i64>);
    for (code, tenant) in of {
        let keys = app
            .read(move |view| signing_keys::list(view, tenant))
            .await?;
        for key in keys.iter().filter(|key| key.may_sign(now)) {
            first = Some(first.map_or(key.valid_until, |first| first.min(key.valid_until)));
        }
        ends.extend(
            ending(&keys, now, SUCCESSOR_DAYS * DAY)
                .map(|key| format!("{} of {code}", shown(key.valid_until))),
        );
    }
    let evidence = match (ends.as_slice(), first) {
        ([], Some(first)) => format!("the first one ends {}", shown(first)),
        ([], None) => "none may sign now".to_owned(),
        (ends, _) => format!("end soon and have no successor: {}", ends.join(", ")),
    };
    Ok(Look {
        item: Item::SigningCertificates,
        sight: match ends.is_empty() && first.is_some() {
            true => Sight::Good,
            false => Sight::Bad,
        },
        evidence,
        details: json!({ "firstEndsAt": first.map(shown), "endSoon": ends }),
        fix: "make their successors now: `ananke signing-keys create --tenant CODE`".to_owned(),
    })
}

async fn kek_copy(app: &Shared) -> Result<Look, Error> {
    let shown = kek::show(app).await?;
    let at = shown["exportedAt"].as_str();
    Ok(Look {
        item: Item::KekCopy,
        sight: if at.is_some() { Sight::Good } else { Sight::Bad },
        evidence: match at {
            Some(at) => format!("a copy of the key {} was made {at}", shown["kek"]),
            None => format!("no copy was made of the key {}", shown["kek"]),
        }
        .replace('"', ""),
        details: json!({ "kek": shown["kek"], "exportedAt": at }),
        fix: "make one and keep it elsewhere, `ananke kek export --out FILE`; where a key management service keeps it, \
              vouch for it: `ananke doctor attest kek_copy --instance --by NAME`"
            .to_owned(),
    })
}

async fn anchor(app: &Shared) -> Result<Look, Error> {
    let path = app.store.anchor();
    let place = path.display();
    let written = std::fs::metadata(path).and_then(|about| about.modified());
    let written = written.ok().and_then(|at| Timestamp::try_from(at).ok());
    let written = written.map(|at| shown(at.as_microsecond()));
    let (sight, evidence) = match (app.store.check_anchor().await, &written) {
        (Ok(()), Some(at)) => (
            Sight::Good,
            format!("{place} was written {at}, and the database holds what it names"),
        ),
        (Ok(()), None) => (Sight::Bad, format!("{place} is not there")),
        (Err(StoreError::Behind { reason }), _) => (Sight::Bad, reason),
        (Err(error), _) => return Err(error.into()),
    };
    Ok(Look {
        item: Item::Anchor,
        sight,
        evidence,
        details: json!({ "path": path, "writtenAt": written }),
        fix: "find out who put the database back, and restore the newest backup: `ananke restore`"
            .to_owned(),
    })
}
