//! The generic cell rate algorithm: how a rate with a burst is kept with one number per caller.
//!
//! That number is the theoretical arrival time (TAT): when the next unit would be due if everything so far had come evenly.
//! A request conforms while its TAT is no further ahead of the clock than the burst allows (ITU-T I.371, virtual
//! scheduling).

/// A rate and a burst. Times are in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Between two units.
    interval: i64,
    /// Units that may come at once.
    burst: i64,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It may pass, and this is the caller's TAT from now on.
    Pass {
        /// The TAT.
        tat: i64,
    },
    /// It may not; nothing changes.
    Wait {
        /// After so long it would pass.
        nanos: i64,
    },
}

impl Rate {
    /// So many units per so many seconds, so many of them at once; none of these may be 0.
    #[must_use]
    pub fn new(units: u32, seconds: u32, burst: u32) -> Option<Self> {
        let (units, nanos) = (i64::from(units), i64::from(seconds) * 1_000_000_000);
        (units > 0 && nanos > 0 && burst > 0).then(|| Self {
            // Rounded up: never more than was meant.
            interval: (nanos + units - 1) / units,
            burst: i64::from(burst),
        })
    }

    /// One of so many equal shares.
    #[must_use]
    pub fn share(self, of: u32) -> Self {
        let of = i64::from(of.max(1));
        Self {
            interval: self.interval * of,
            burst: (self.burst / of).max(1),
        }
    }

    /// Units that may come at once.
    #[must_use]
    pub const fn burst(self) -> i64 {
        self.burst
    }

    /// How long a whole burst takes to come back, in nanoseconds.
    #[must_use]
    pub const fn window(self) -> i64 {
        self.interval * self.burst
    }

    /// Decides about a request of so many units; more than the burst count as the burst, else it would never pass.
    #[must_use]
    pub fn decide(self, tat: Option<i64>, now: i64, cost: i64) -> Decision {
        let cost = cost.clamp(0, self.burst);
        let tat = tat.unwrap_or(now).max(now) + cost * self.interval;
        let ahead = tat - now - self.window();
        if ahead > 0 {
            Decision::Wait { nanos: ahead }
        } else {
            Decision::Pass { tat }
        }
    }

    /// Units that would pass now.
    #[must_use]
    pub fn left(self, tat: i64, now: i64) -> i64 {
        (self.window() - (tat - now).max(0)) / self.interval
    }

    /// The TAT without a request that passed.
    #[must_use]
    pub fn without(self, tat: i64, cost: i64) -> i64 {
        tat - cost.clamp(0, self.burst) * self.interval
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::time::Duration;

    use governor::clock::{Clock as _, FakeRelativeClock};
    use governor::{Quota, RateLimiter};
    use proptest::prelude::*;
    use proptest::test_runner::{Config, TestRunner};

    use super::*;

    /// A request: how long after the one before, and how much.
    type Trace = Vec<(u64, u32)>;

    /// Whether each request passes, and how long to wait otherwise.
    fn ours(rate: Rate, trace: &Trace) -> Vec<Result<(), u64>> {
        let (mut tat, mut now) = (None, 0_i64);
        trace
            .iter()
            .map(|(after, cost)| {
                now += i64::try_from(*after).unwrap();
                match rate.decide(tat, now, i64::from(*cost)) {
                    Decision::Pass { tat: next } => {
                        tat = Some(next);
                        Ok(())
                    }
                    Decision::Wait { nanos } => Err(nanos.unsigned_abs()),
                }
            })
            .collect()
    }

    /// The same by somebody else's.
    fn theirs(rate: Rate, trace: &Trace) -> Vec<Result<(), u64>> {
        let clock = FakeRelativeClock::default();
        let period = Duration::from_nanos(rate.interval.unsigned_abs());
        let burst = NonZeroU32::new(u32::try_from(rate.burst).unwrap()).unwrap();
        let quota = Quota::with_period(period).unwrap().allow_burst(burst);
        let limiter = RateLimiter::direct_with_clock(quota, clock.clone());
        trace
            .iter()
            .map(|(after, cost)| {
                clock.advance(Duration::from_nanos(*after));
                let cost = NonZeroU32::new(*cost).unwrap();
                match limiter.check_n(cost) {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(not_yet)) => {
                        let wait = not_yet.wait_time_from(clock.now());
                        Err(u64::try_from(wait.as_nanos()).unwrap())
                    }
                    Err(error) => panic!("{error}"),
                }
            })
            .collect()
    }

    fn rate_and_trace() -> impl Strategy<Value = (Rate, Trace)> {
        (1_u32..2_000, 1_u32..90, 1_u32..40).prop_flat_map(|(units, seconds, burst)| {
            let rate = Rate::new(units, seconds, burst).unwrap();
            let interval = rate.interval.unsigned_abs();
            // On the border as often as anywhere: whole intervals, one nanosecond beside them, pauses, none.
            let after = prop_oneof![
                Just(0),
                0..interval,
                (0_u64..5).prop_map(move |n| n * interval),
                (0_u64..5).prop_map(move |n| n * interval + 1),
                (1_u64..5).prop_map(move |n| n * interval - 1),
                Just(interval * 100),
            ];
            let request = (after, 1..=burst);
            (Just(rate), proptest::collection::vec(request, 1..20))
        })
    }

    /// G-36: as many requests as asked for, against another implementation.
    #[test]
    fn a_million_requests_are_decided_as_by_another_limiter() {
        let mut runner = TestRunner::new(Config {
            cases: 100_000,
            failure_persistence: None,
            ..Config::default()
        });
        let count = std::cell::Cell::new(0_usize);
        let refused = std::cell::Cell::new(0_usize);
        runner
            .run(&rate_and_trace(), |(rate, trace)| {
                let ours = ours(rate, &trace);
                count.set(count.get() + ours.len());
                refused.set(refused.get() + ours.iter().filter(|one| one.is_err()).count());
                prop_assert_eq!(ours, theirs(rate, &trace));
                Ok(())
            })
            .unwrap();
        let (count, refused) = (count.get(), refused.get());
        assert!(count > 900_000 && refused > count / 10, "{count} {refused}");
        // The control: a limiter that is a nanosecond off is found out.
        let slow = |rate: Rate| Rate {
            interval: rate.interval + 1,
            ..rate
        };
        let mut runner = TestRunner::new(Config {
            failure_persistence: None,
            ..Config::default()
        });
        let slipped = runner.run(&rate_and_trace(), |(rate, trace)| {
            prop_assert_eq!(ours(slow(rate), &trace), theirs(rate, &trace));
            Ok(())
        });
        assert!(slipped.is_err());
    }

    #[test]
    fn shares_add_up_to_no_more() {
        for of in 1..9 {
            for burst in [1, 5, 60, 500] {
                let whole = Rate::new(120, 60, burst).unwrap();
                let part = whole.share(of);
                assert!(part.burst * i64::from(of) <= whole.burst.max(i64::from(of)));
                assert_eq!(part.interval, whole.interval * i64::from(of));
            }
        }
    }

    #[test]
    fn what_is_left_is_what_would_pass() {
        let rate = Rate::new(2, 1, 4).unwrap();
        let Decision::Pass { tat } = rate.decide(None, 1_000, 3) else {
            panic!()
        };
        assert_eq!(rate.left(tat, 1_000), 1);
        assert!(matches!(
            rate.decide(Some(tat), 1_000, 1),
            Decision::Pass { .. }
        ));
        assert_eq!(
            rate.decide(Some(tat), 1_000, 2),
            Decision::Wait { nanos: 500_000_000 }
        );
        assert_eq!(rate.left(tat, 1_500_001_000), 4);
        assert_eq!(rate.without(tat, 3), 1_000);
        // What costs more than a burst passes when a whole burst has come back.
        assert!(matches!(rate.decide(None, 0, 9), Decision::Pass { .. }));
        assert!(Rate::new(0, 1, 1).is_none());
    }
}
