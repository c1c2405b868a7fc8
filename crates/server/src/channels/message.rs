//! What channels say: of an alert, or that they work. No secret and no personal data.

use std::fmt::Write as _;

use ananke_store::{Alert, AlertChannel, INSTANCE_TENANT, tenants};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::alerts::Kind;
use crate::app::Shared;
use crate::ops::Error;
use crate::ops::alerts::show;
use crate::ops::words::shown;

/// A message, for every kind of channel.
#[derive(Debug, Clone)]
pub struct Message {
    /// The same at every try: receivers know by it what they have.
    pub id: String,
    /// When it happened, in microseconds.
    pub at: i64,
    /// One line.
    pub subject: String,
    /// For people.
    pub text: String,
    /// For programs: JSON.
    pub body: Vec<u8>,
}

impl Message {
    /// Of an alert.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn of_alert(app: &Shared, alert: &Alert) -> Result<Self, Error> {
        let whose = whose(app, alert.tenant).await?;
        let kind = &alert.kind;
        let subject = format!("[{}] {kind} ({whose})", alert.severity);
        let what = Kind::parse(kind).map_or("", Kind::text);
        let mut text = format!("{what}.\n\n");
        for (name, value) in [
            ("What", kind.as_str()),
            ("Severity", &alert.severity),
            ("Of", &whose),
            ("About", &alert.subject),
            ("How often", &alert.occurrences.to_string()),
            ("First", &shown(alert.first_at)),
            ("Last", &shown(alert.last_at)),
            ("Facts", &alert.details),
            ("Id", &alert.id.to_string()),
            ("Server", app.base_url.as_str()),
        ] {
            // Writing to a text does not fail.
            let _ = writeln!(text, "{:<10} {value}", format!("{name}:"));
        }
        let of_instance = match alert.tenant == INSTANCE_TENANT {
            true => " --instance",
            false => "",
        };
        let _ = write!(
            text,
            "\nSeen to? Say so: ananke alerts acknowledge {}{of_instance}\n",
            alert.id
        );
        let mut data = serde_json::to_value(show(alert.clone())?)?;
        data["of"] = whose.into();
        Ok(Self {
            id: format!("msg_{}", alert.id.simple()),
            at: alert.first_at,
            subject,
            text,
            body: body("alert.raised", alert.first_at, &data)?,
        })
    }

    /// That a channel works.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn of_test(app: &Shared, channel: &AlertChannel) -> Result<Self, Error> {
        let whose = whose(app, channel.tenant).await?;
        let now = app.ctx.now_micros();
        let words = "this is a test: alerts come this way";
        let data = json!({ "channel": channel.id, "of": whose, "message": words });
        Ok(Self {
            id: format!("msg_{}", app.ctx.id().simple()),
            at: now,
            subject: format!("[test] alerts of {whose}"),
            text: format!(
                "{words}.\n\nOf:        {whose}\nServer:    {}\n",
                app.base_url
            ),
            body: body("alert_channel.tested", now, &data)?,
        })
    }
}

fn body(kind: &str, at: i64, data: &Value) -> Result<Vec<u8>, Error> {
    let whole = json!({ "type": kind, "timestamp": shown(at), "data": data });
    Ok(serde_json::to_vec(&whole)?)
}

/// Whose alerts they are: an issuer code, or the instance.
async fn whose(app: &Shared, tenant: Uuid) -> Result<String, Error> {
    let found = app.read(move |view| tenants::find(view, tenant)).await?;
    Ok(found.map_or_else(|| "the instance".to_owned(), |tenant| tenant.code))
}
