//! Work off the request path: small batches on a clock, and leased jobs that one server at a time does.

mod drill;
mod expiry;
mod heads;
pub mod history;
pub mod key_uses;
mod leased;
mod noticed;
pub mod seen;
pub mod told;
pub mod unsigned;
pub mod upkeep;

use std::time::Duration;

use crate::app::App;
use crate::ops::{lists, trust};
use crate::start::look_at_certificate;

/// A list nobody asks for is signed again at this age, so that a sealed server can go by it.
const LIST_AGE_SECONDS: i64 = 12 * 3_600;

/// Lists that changed and were not marked are looked for this often.
const UNMARKED_SECONDS: u64 = 5;

/// Other servers on this database are looked for this often.
const NODES_SECONDS: u64 = 5;

/// Files of the certificate are looked at this often.
const CERTIFICATE_SECONDS: u64 = 2;

/// Runs until it is dropped.
pub async fn run(app: App) {
    tokio::join!(
        every_second(&app),
        every_hour(&app),
        leased::run(&app),
        noticed::look_at_anchor(&app)
    );
}

async fn every_second(app: &App) {
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut pace = noticed::Pace::new(app);
    for second in 0_u64.. {
        ticks.tick().await;
        app.history.flush(app).await;
        app.key_uses.flush(app).await;
        app.seen.flush(app).await;
        noticed::tell(app).await;
        pace.look(app).await;
        if second.is_multiple_of(CERTIFICATE_SECONDS) {
            look_at_certificate(app, false).await;
        }
        if second.is_multiple_of(NODES_SECONDS) {
            count_nodes(app).await;
        }
        if second.is_multiple_of(UNMARKED_SECONDS) {
            app.unsigned.sign_all(app).await;
        } else {
            app.unsigned.sign(app).await;
        }
    }
}

/// Limits are shared by all servers on a database. While it is away each keeps to the share it had.
async fn count_nodes(app: &App) {
    if let Ok(nodes) = app.store.read(ananke_store::instance::writers).await {
        app.limiter
            .set_nodes(u32::try_from(nodes).unwrap_or(u32::MAX));
    }
}

async fn every_hour(app: &App) {
    let mut ticks = tokio::time::interval(Duration::from_secs(3_600));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if app.ring.is_none() {
            continue;
        }
        // The first tick comes at the start: what a crash left unsigned is signed now.
        if let Err(error) = lists::renew_all(app, LIST_AGE_SECONDS).await {
            tracing::error!(error = %error, "status lists could not be renewed");
        }
        for mode in ananke_format::Mode::ALL {
            if let Err(error) = trust::bundle(app, *mode).await {
                tracing::error!(error = %error, mode = %mode, "trust bundle could not be signed");
            }
        }
    }
}
