//! The one place of this crate that asks the machine for randomness.

use std::time::Duration;

/// Makes what a call needs by chance: its idempotency key, and how long it waits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chance;

impl Chance {
    /// A key that no other call has.
    #[allow(
        clippy::disallowed_methods,
        reason = "the one random source of the client"
    )]
    pub(crate) fn idempotency_key(self) -> String {
        uuid::Uuid::now_v7().to_string()
    }

    /// A time between half of `most` and `most`: clients that failed together come back apart.
    #[allow(
        clippy::disallowed_methods,
        reason = "the one random source of the client"
    )]
    pub(crate) fn jitter(self, most: Duration) -> Duration {
        // The last bytes of a UUIDv7 are random.
        let byte = uuid::Uuid::now_v7().as_bytes()[15];
        most.mul_f64(0.5 + f64::from(byte) / 512.0)
    }
}
