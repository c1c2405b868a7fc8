//! Which failures are worth another try, and when.

use std::time::Duration;

use crate::Error;
use crate::chance::Chance;

const FIRST: Duration = Duration::from_millis(500);
const MOST: Duration = Duration::from_secs(8);

/// How long to wait before try `next` (1 for the first repetition); `None`: another try would not help, or the server
/// asks for more than `patience`, and the caller should hear it.
pub(crate) fn wait_before(
    next: u32,
    error: &Error,
    patience: Duration,
    chance: Chance,
) -> Option<Duration> {
    match error {
        Error::Connection { .. } | Error::Timeout { .. } => Some(chance.jitter(back_off(next))),
        // 409 says that the state is against it: the same request would be refused again.
        Error::Api(api) if matches!(api.status, 408 | 429 | 500..=599) => match api.retry_after {
            Some(asked) if asked > patience => None,
            Some(asked) => Some(asked),
            None => Some(chance.jitter(back_off(next))),
        },
        _ => None,
    }
}

fn back_off(next: u32) -> Duration {
    FIRST
        .saturating_mul(2_u32.saturating_pow(next.saturating_sub(1)))
        .min(MOST)
}

/// Reads `Retry-After` in seconds. Its other form, a date, would need a clock that agrees with the server's.
pub(crate) fn retry_after(value: Option<&str>) -> Option<Duration> {
    let seconds: f64 = value?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ApiError;

    const PATIENCE: Duration = Duration::from_secs(30);

    fn api(status: u16, retry_after: Option<u64>) -> Error {
        Error::Api(Box::new(ApiError {
            status,
            code: None,
            message: String::new(),
            trace_id: None,
            request_id: None,
            field_errors: Vec::new(),
            retry_after: retry_after.map(Duration::from_secs),
        }))
    }

    #[test]
    fn what_is_tried_again() {
        for status in [408, 429, 500, 502, 503, 504, 599] {
            assert!(
                wait_before(1, &api(status, None), PATIENCE, Chance).is_some(),
                "{status}"
            );
        }
        for status in [301, 400, 401, 403, 404, 409, 412, 413, 415, 422] {
            assert_eq!(
                wait_before(1, &api(status, Some(1)), PATIENCE, Chance),
                None,
                "{status}"
            );
        }
        assert_eq!(wait_before(1, &Error::MissingKey, PATIENCE, Chance), None);
    }

    #[test]
    fn the_server_names_the_time() {
        assert_eq!(
            wait_before(1, &api(503, Some(7)), PATIENCE, Chance),
            Some(Duration::from_secs(7))
        );
        assert_eq!(wait_before(1, &api(429, Some(31)), PATIENCE, Chance), None);
        assert_eq!(retry_after(Some("2")), Some(Duration::from_secs(2)));
        assert_eq!(retry_after(Some("-2")), None);
        assert_eq!(retry_after(Some("Wed, 21 Oct 2015 07:28:00 GMT")), None);
        assert_eq!(retry_after(None), None);
    }

    #[test]
    fn waits_grow_to_eight_seconds_and_differ() {
        let most = [500, 1_000, 2_000, 4_000, 8_000, 8_000];
        for (next, most) in (1..).zip(most.map(Duration::from_millis)) {
            assert_eq!(back_off(next), most);
            for _ in 0..100 {
                let wait = wait_before(next, &api(500, None), PATIENCE, Chance).unwrap();
                assert!(wait >= most / 2 && wait <= most, "{wait:?}");
            }
        }
        assert_eq!(back_off(u32::MAX), MOST);
    }
}
