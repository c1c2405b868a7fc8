//! Rate limits: who may ask how often, and what is told of it.
//!
//! Kept in memory, per process. Where several share a database each keeps an equal share, so that together they let no more
//! pass than one would; how many there are is known from the database, and stays as it was last known while that is away.

mod gcra;

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ipnet::IpNet;
use uuid::Uuid;

use self::gcra::{Decision, Rate};
use crate::config::Limits;
use crate::network;

const SHARDS: usize = 16;
/// Callers remembered per shard. Whoever has a whole burst again is forgotten first, which changes nothing.
const PER_SHARD: usize = 8_192;

/// What a request is counted under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Verification without a key, per network.
    Public,
    /// Reading and verifying with a key.
    Reads,
    /// Writing with a key.
    Writes,
    /// Files with a key.
    Files,
    /// Everything of a tenant's keys.
    Tenant,
}

impl Class {
    /// As headers and answers name it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::Files => "files",
            Self::Tenant => "tenant",
        }
    }
}

/// A limit as it is told: so many units per so many seconds, so many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// What it is about.
    pub class: Class,
    /// Units.
    pub units: u32,
    /// Per so many seconds.
    pub seconds: u32,
    /// At once.
    pub burst: u32,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Who {
    Network(IpNet),
    Key(String),
    Tenant(Uuid),
}

/// Where a caller stands after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What it was counted under.
    pub class: Class,
    /// Units that may come at once.
    pub burst: i64,
    /// In so many seconds a whole burst comes back.
    pub window: i64,
    /// Units left now.
    pub left: i64,
    /// Seconds until all of them are back.
    pub full_in: i64,
    /// Where it was refused: after how long it would pass.
    pub wait: Option<Duration>,
}

/// A shard: TATs by class and caller.
type Shard = HashMap<(Class, Who), i64>;

/// The limits of a process.
pub struct Limiter {
    policies: Vec<Policy>,
    nodes: AtomicU32,
    shards: [Mutex<Shard>; SHARDS],
    hasher: RandomState,
}

impl Limiter {
    /// The limits the settings say; 0 is none.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let per_second = |class, units| Policy {
            class,
            units,
            seconds: 1,
            burst: units,
        };
        let mut policies = vec![
            Policy {
                class: Class::Public,
                units: limits.public_per_minute,
                seconds: 60,
                burst: limits.public_burst,
            },
            per_second(Class::Reads, limits.key_reads_per_second),
            per_second(Class::Writes, limits.key_writes_per_second),
            per_second(Class::Files, limits.key_files_per_second),
            per_second(Class::Tenant, limits.tenant_per_second),
        ];
        policies.retain(|policy| policy.units > 0 && policy.burst > 0);
        Self {
            policies,
            nodes: AtomicU32::new(1),
            shards: Default::default(),
            hasher: RandomState::new(),
        }
    }

    /// The limits there are.
    #[must_use]
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// So many processes share the database.
    pub fn set_nodes(&self, nodes: u32) {
        self.nodes.store(nodes.max(1), Ordering::Relaxed);
    }

    /// Counts a request without a key, at so many nanoseconds of a clock that only goes forward.
    pub fn public(&self, address: IpAddr, now: i64, cost: i64) -> Option<Standing> {
        self.count(
            Class::Public,
            Who::Network(network::around(address)),
            now,
            cost,
        )
    }

    /// Counts a request with a key, under its class and under its tenant.
    pub fn keyed(&self, class: Class, key: &str, tenant: Uuid, now: i64) -> Option<Standing> {
        let of_all = self.count(Class::Tenant, Who::Tenant(tenant), now, 1);
        if of_all.is_some_and(|standing| standing.wait.is_some()) {
            return of_all;
        }
        let own = self.count(class, Who::Key(key.to_owned()), now, 1);
        if own.is_some_and(|standing| standing.wait.is_some()) && of_all.is_some() {
            self.take_back(Class::Tenant, Who::Tenant(tenant), 1);
        }
        own.or(of_all)
    }

    fn rate(&self, class: Class) -> Option<Rate> {
        let policy = self.policies.iter().find(|policy| policy.class == class)?;
        let rate = Rate::new(policy.units, policy.seconds, policy.burst)?;
        Some(rate.share(self.nodes.load(Ordering::Relaxed)))
    }

    fn shard(&self, of: &(Class, Who)) -> MutexGuard<'_, Shard> {
        let at = self.hasher.hash_one(of) % SHARDS as u64;
        let shard = &self.shards[usize::try_from(at).unwrap_or(0)];
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, class: Class, who: Who, now: i64, cost: i64) -> Option<Standing> {
        let rate = self.rate(class)?;
        let of = (class, who);
        let mut shard = self.shard(&of);
        let before = shard.get(&of).copied();
        let (tat, wait) = match rate.decide(before, now, cost) {
            Decision::Pass { tat } => {
                if before.is_none() && shard.len() >= PER_SHARD {
                    make_room(&mut shard, now);
                }
                shard.insert(of, tat);
                (tat, None)
            }
            Decision::Wait { nanos } => (before.unwrap_or(now), Some(nanos)),
        };
        drop(shard);
        let seconds = |nanos: i64| {
            nanos.max(0).div_euclid(1_000_000_000) + i64::from(nanos % 1_000_000_000 > 0)
        };
        Some(Standing {
            class,
            burst: rate.burst(),
            window: seconds(rate.window()),
            left: rate.left(tat, now),
            full_in: seconds(tat - now),
            wait: wait.map(|nanos| Duration::from_nanos(nanos.unsigned_abs())),
        })
    }

    fn take_back(&self, class: Class, who: Who, cost: i64) {
        let Some(rate) = self.rate(class) else { return };
        let of = (class, who);
        if let Some(tat) = self.shard(&of).get_mut(&of) {
            *tat = rate.without(*tat, cost);
        }
    }
}

/// Forgets whoever has a whole burst again, and where nobody has, who would have it first.
fn make_room(shard: &mut Shard, now: i64) {
    shard.retain(|_, tat| *tat > now);
    if shard.len() >= PER_SHARD {
        let first = shard.iter().min_by_key(|(_, tat)| **tat);
        if let Some(first) = first.map(|(who, _)| who.clone()) {
            shard.remove(&first);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter(public: u32, burst: u32) -> Limiter {
        Limiter::new(&Limits {
            public_per_minute: public,
            public_burst: burst,
            key_reads_per_second: 4,
            key_writes_per_second: 0,
            key_files_per_second: 1,
            tenant_per_second: 6,
            issuances_per_month: 0,
            stamps_per_month: 0,
            revocations_per_day: 0,
            key_revocations_per_day: 0,
        })
    }

    fn v4(host: u32) -> IpAddr {
        IpAddr::V4(host.into())
    }

    #[test]
    fn a_network_has_one_count() {
        let limiter = limiter(60, 2);
        let passes = |address: &str| {
            let standing = limiter.public(address.parse().unwrap(), 0, 1).unwrap();
            standing.wait.is_none()
        };
        assert!(passes("192.0.2.1") && passes("::ffff:192.0.2.2") && !passes("192.0.2.3"));
        assert!(passes("192.0.3.1"));
        assert!(passes("2001:db8::1") && passes("2001:db8::ffff:1") && !passes("2001:db8::2"));
        assert!(passes("2001:db8:0:1::1"));
    }

    #[test]
    fn a_key_that_is_refused_takes_nothing_from_its_tenant() {
        let (limiter, tenant) = (limiter(0, 0), Uuid::nil());
        let ask = |class, key: &str| limiter.keyed(class, key, tenant, 0).unwrap();
        for left in [3, 2, 1, 0] {
            let standing = ask(Class::Reads, "a");
            assert_eq!((standing.left, standing.class), (left, Class::Reads));
        }
        // Four of six are used; refusals of one key leave the other two to another.
        for _ in 0..9 {
            assert!(ask(Class::Reads, "a").wait.is_some());
        }
        assert!(ask(Class::Files, "b").wait.is_none());
        assert!(ask(Class::Files, "c").wait.is_none());
        let refused = ask(Class::Files, "d");
        assert_eq!(refused.class, Class::Tenant);
        assert_eq!(refused.wait, Some(Duration::from_nanos(166_666_667)));
        // Without a limit of its own a class is counted under the tenant alone.
        assert_eq!(ask(Class::Writes, "e").class, Class::Tenant);
        assert_eq!(limiter.public(v4(1), 0, 1), None);
    }

    #[test]
    fn memory_is_bounded_and_whoever_waits_is_not_forgotten_first() {
        let limiter = limiter(60, 1);
        let most = u32::try_from(SHARDS * PER_SHARD).unwrap();
        let victim = v4(0xfe00_0000);
        limiter.public(victim, i64::from(most) * 20_000, 1);
        for network in 0..2 * most {
            limiter.public(v4(network << 8), i64::from(network) * 10_000, 1);
        }
        let kept: usize = limiter
            .shards
            .iter()
            .map(|shard| shard.lock().unwrap().len())
            .sum();
        assert!(kept <= SHARDS * PER_SHARD, "{kept}");
        let standing = limiter.public(victim, i64::from(most) * 20_000, 1).unwrap();
        assert!(standing.wait.is_some(), "{standing:?}");
    }

    #[test]
    fn several_processes_keep_a_share_each() {
        let limiters: Vec<Limiter> = (0..4).map(|_| limiter(120, 60)).collect();
        let passed = |limiters: &[Limiter]| {
            let all = limiters.iter().map(|limiter| {
                limiter.set_nodes(4);
                // Two minutes of asking every 10 ms.
                let asked = (0..12_000).map(|step| limiter.public(v4(1), step * 10_000_000, 1));
                asked
                    .filter(|standing| standing.unwrap().wait.is_none())
                    .count()
            });
            all.sum::<usize>()
        };
        let together = passed(&limiters);
        // One would let pass the burst and two a second.
        assert!((296..=60 + 240).contains(&together), "{together}");
    }
}
