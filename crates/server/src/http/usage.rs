//! `GET /v1/usage`.

use ananke_api::usage::Usage;
use axum::Json;
use axum::extract::State;
use jiff::ToSpan as _;

use super::auth::{May, UsageRead};
use super::query::Params;
use crate::app::App;
use crate::ops::error::Error;
use crate::ops::limits;
use crate::ops::usage::{self, By};

/// Days asked for at once.
const MOST_DAYS: i64 = 92;

/// Says what was used, by day or by key, and how much of each limit.
#[utoipa::path(get, path = "/v1/usage", tag = "Usage", operation_id = "usage",
    params(("from" = Option<String>, Query, description = "The first day, `YYYY-MM-DD`, UTC; default 29 days before `to`"),
        ("to" = Option<String>, Query, description = "The last day; default today. At most 92 days in all"),
        ("by" = Option<String>, Query, description = "`day` (default) or `key`")),
    responses((status = 200, description = "What was used.", body = Usage)),
    security(("apiKey" = ["usage:read"])))]
pub async fn usage(
    State(app): State<App>,
    may: May<UsageRead>,
    mut params: Params,
) -> Result<Json<Usage>, Error> {
    let (from, to) = (params.date("from"), params.date("to"));
    let by = match params.word::<String>("by", &["day", "key"]).as_deref() {
        Some("key") => By::Key,
        _ => By::Day,
    };
    params.finish()?;
    let today = || limits::day(app.ctx.now_micros()).unwrap_or(jiff::civil::Date::MIN);
    let to = to.unwrap_or_else(today);
    let from = match from {
        Some(from) => from,
        None => to.saturating_sub(29.days()),
    };
    let days = from.until(to).map_or(-1, |span| i64::from(span.get_days()));
    if days < 0 {
        return Err(Error::invalid("from", "must not be after `to`"));
    }
    if days >= MOST_DAYS {
        return Err(Error::invalid(
            "from",
            format!(
                "must be at most {MOST_DAYS} days before `to`, both included; ask for less at once"
            ),
        ));
    }
    Ok(Json(usage::usage(&app, &may, (from, to), by).await?))
}
