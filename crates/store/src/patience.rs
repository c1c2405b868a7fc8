//! Patience: how long whoever asks waits for PostgreSQL, in one request in all.
//!
//! SQLite is a file; a disk that hangs hangs everything. A database at the other end of a line may be there, away, or
//! cut off in the middle of an answer, and whoever asked must hear something in time. What was handed to the writer
//! goes on there: it is only that nobody waits for it any more, and that its outcome is not known.

use std::cell::Cell;
use std::time::{Duration, Instant};

use crate::{Error, fail};

tokio::task_local! {
    /// What is left of a request's patience.
    static LEFT: Cell<Duration>;
}

/// Gives everything that `request` asks the store one patience in common.
pub async fn of_one_request<T>(patience: Duration, request: impl Future<Output = T>) -> T {
    LEFT.scope(Cell::new(patience), request).await
}

/// Waits for an answer as long as patience lasts; `late` is what is said after that. Outside of an async runtime
/// nothing is watched by a clock, and it waits.
pub(crate) async fn wait<T>(
    patience: Option<Duration>,
    late: Error,
    answer: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let Some(limit) = left(patience).filter(|_| tokio::runtime::Handle::try_current().is_ok())
    else {
        return answer.await;
    };
    let began = Instant::now();
    let result = tokio::time::timeout(limit, answer)
        .await
        .unwrap_or(Err(late));
    // Outside of a request nothing is counted.
    let _ = LEFT.try_with(|left| left.set(left.get().saturating_sub(began.elapsed())));
    result
}

/// How long whoever asks now would wait.
pub(crate) fn left(patience: Option<Duration>) -> Option<Duration> {
    let patience = patience.filter(|_| !fail::at!("wait-without-limit"))?;
    Some(
        LEFT.try_with(Cell::get)
            .map_or(patience, |left| left.min(patience)),
    )
}
