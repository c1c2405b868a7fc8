//! Time and randomness: the one place of the server that asks the machine for either.
//!
//! Everything else is handed a [`Ctx`], so that a test can stop the clock.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use jiff::Timestamp;
use uuid::Uuid;

/// Clock and random source of one server.
#[derive(Clone)]
pub struct Ctx {
    clock: Clock,
    began: Instant,
    random: SystemRandom,
    last_id: Arc<Mutex<u128>>,
}

/// Where the time comes from.
#[derive(Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that only moves when told to, in milliseconds since 1970.
    Stopped(Arc<AtomicI64>),
}

impl Ctx {
    /// A context with this clock.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "the one random source")]
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            began: Instant::now(),
            random: SystemRandom::new(),
            last_id: Arc::default(),
        }
    }

    /// Now, to the millisecond: the precision that is signed and shown.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        #[allow(clippy::disallowed_methods, reason = "the one clock")]
        let millis = match &self.clock {
            Clock::System => Timestamp::now().as_millisecond(),
            Clock::Stopped(millis) => millis.load(Ordering::SeqCst),
        };
        Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Now, in microseconds since 1970: what the store keeps.
    #[must_use]
    pub fn now_micros(&self) -> i64 {
        self.now().as_microsecond()
    }

    /// Nanoseconds since some moment. They only go forward, at the pace of real time, whatever is done to the clock: for
    /// rates.
    #[must_use]
    pub fn steady_nanos(&self) -> i64 {
        match &self.clock {
            Clock::System if crate::failpoint::at!("rates-by-the-clock") => {
                self.now_micros().saturating_mul(1_000)
            }
            Clock::System => i64::try_from(self.began.elapsed().as_nanos()).unwrap_or(i64::MAX),
            Clock::Stopped(millis) => millis.load(Ordering::SeqCst).saturating_mul(1_000_000),
        }
    }

    /// Fills a buffer with random bytes.
    ///
    /// # Panics
    /// Where the operating system has no randomness to give: no key made then would be safe.
    #[allow(clippy::expect_used, reason = "without randomness nothing may go on")]
    pub fn fill(&self, buffer: &mut [u8]) {
        self.random
            .fill(buffer)
            .expect("the system's random source failed");
    }

    /// `N` random bytes.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// The random source, for what insists on one of its own: signing and the making of keys.
    #[must_use]
    pub fn system_random(&self) -> SystemRandom {
        self.random.clone()
    }

    /// A new id, UUIDv7. Of one server, an id made later sorts later, also within a millisecond and when
    /// the clock was put back: lists sorted by id are in the order in which things happened.
    #[must_use]
    pub fn id(&self) -> Uuid {
        let millis = u64::try_from(self.now().as_millisecond()).unwrap_or(0);
        let fresh = uuid::Builder::from_unix_timestamp_millis(millis, &self.random()).into_uuid();
        // The highest random bit behind the variant stays 0, so that counting on never reaches the variant.
        let fresh = fresh.as_u128() & !(1 << 61);
        let mut last = self.last_id.lock().unwrap_or_else(PoisonError::into_inner);
        *last = if fresh >> 80 > *last >> 80 {
            fresh
        } else {
            *last + 1 + u128::from(u32::from_be_bytes(self.random()))
        };
        Uuid::from_u128(*last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_as_they_were_made() {
        let millis = Arc::new(AtomicI64::new(1_800_000_000_000));
        let ctx = Ctx::new(Clock::Stopped(millis.clone()));
        let mut last = Uuid::nil();
        for step in 0..3000 {
            // Forward, standing, and back.
            millis.fetch_add([1, 0, 0, -1][step % 4], Ordering::SeqCst);
            let id = ctx.clone().id();
            assert!(id > last, "{id} after {last}");
            assert_eq!(id.get_version_num(), 7);
            assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
            last = id;
        }
    }
}
