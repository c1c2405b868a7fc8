//! Tells people of an alert by the channels there are: a job for each, tried again for three days.

use ananke_api::alert_channel::DeliveryFailure;
use ananke_store::{Alert, AlertChannel, Delivery, JobEnd, JobRow, JobState, alerts};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::app::Shared;
use crate::channels::message::Message;
use crate::channels::{self, word};
use crate::ops::{Error, alert_channels};

/// Tells of one alert by one channel.
pub const KIND: &str = "tell";

/// Waits after a try that failed, in seconds; after the last of them it is given up.
const WAITS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

#[derive(Serialize, Deserialize)]
struct About {
    alert: Uuid,
    channel: Uuid,
}

/// What tells people of a new alert; it is committed with the alert.
///
/// # Errors
/// The store cannot be read.
pub async fn jobs(app: &Shared, alert: &Alert) -> Result<Vec<JobRow>, Error> {
    let tenant = alert.tenant;
    let channels = app
        .read(move |view| alerts::list_channels(view, tenant))
        .await?;
    let now = app.ctx.now_micros();
    let job = |channel: AlertChannel| {
        let about = About {
            alert: alert.id,
            channel: channel.id,
        };
        Ok(JobRow {
            tenant,
            id: app.ctx.id(),
            kind: KIND.to_owned(),
            state: JobState::Waiting,
            payload: serde_json::to_string(&about)?,
            run_at: now,
            attempts: 0,
            token: 0,
            last_error: None,
            created_at: now,
        })
    };
    channels.into_iter().map(job).collect()
}

/// Sends it, once; nothing where the channel was deleted meanwhile.
pub async fn perform(app: &Shared, job: &JobRow) -> Result<JobEnd, Error> {
    let (tenant, about) = (job.tenant, serde_json::from_str::<About>(&job.payload)?);
    let (alert, channel) = (about.alert, about.channel);
    let alert = app
        .read(move |view| alerts::find(view, tenant, alert))
        .await?;
    let channel = app
        .read(move |view| alerts::find_channel(view, tenant, channel))
        .await?;
    let (Some(alert), Some(channel)) = (alert, channel) else {
        return Ok(JobEnd::Done);
    };
    let message = Message::of_alert(app, &alert).await?;
    let failure = match channels::deliver(app, &channel, &message).await {
        Ok(None) => return Ok(JobEnd::Done),
        Ok(Some(failure)) => failure,
        Err(error @ (Error::Stale | Error::Unavailable { .. })) => return Err(error),
        // Such as a secret that does not open: it is a try like any other, and not made for ever.
        Err(error) => {
            tracing::error!(job = %job.id, error = %error, "an alert could not be told of");
            DeliveryFailure::Unreachable
        }
    };
    let reason = word(failure);
    let delivery = Delivery {
        tenant,
        channel: channel.id,
        at: app.ctx.now_micros(),
        failure: Some(reason.clone()),
        is_test: false,
    };
    app.store.note_delivery(delivery).await?;
    if failure == DeliveryFailure::Gone {
        alert_channels::gone(app, &channel).await?;
        return Ok(JobEnd::Done);
    }
    let tries = usize::try_from(job.attempts.max(1) - 1).unwrap_or(0);
    match WAITS.get(tries) {
        Some(seconds) => {
            tracing::warn!(job = %job.id, seconds, reason, "an alert could not be told of and is tried again");
            Ok(JobEnd::Retry {
                at: app.ctx.now_micros() + seconds * 1_000_000,
                error: reason,
            })
        }
        None => {
            alert_channels::given_up(app, &channel, alert.id, &reason).await?;
            tracing::error!(job = %job.id, alert = alert.kind, reason, "people were not told of an alert by a channel of theirs");
            Ok(JobEnd::Dead { error: reason })
        }
    }
}
