//! What the tenant used.

use ananke_api::usage::Usage;

use crate::request::Request;
use crate::{Client, Error};

/// Which days, and what to add up by.
#[derive(Debug, Clone, Default)]
pub struct UsageQuery {
    /// The first day, `YYYY-MM-DD`, UTC.
    pub from: Option<String>,
    /// The last day.
    pub to: Option<String>,
    /// By key instead of by day.
    pub by_key: bool,
}

impl Client {
    /// What was used, and how much of each limit.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn usage(&self, query: &UsageQuery) -> Result<Usage, Error> {
        Request::get(&["v1", "usage"])
            .query("from", query.from.as_ref())
            .query("to", query.to.as_ref())
            .query("by", query.by_key.then_some("key"))
            .json(self)
            .await
    }
}
