//! Payloads as somebody might alter them: a hundred thousand, and none of them verifies.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};

use ananke_format::verify::{self, Reason};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};

use crate::keys::TestKey;
use crate::seals::any_statement;
use crate::trusts::LIVE;

const PAYLOADS: u32 = 100_000;
const SEALS: usize = 48;
const SIGNATURE: usize = 64;

/// One thing done to a payload; another genuine one of the same issuer is at hand.
#[derive(Debug, Clone)]
enum Change {
    Bit(Index, u8),
    Byte(Index, u8),
    Gone(Index, usize),
    Put(Index, Vec<u8>),
    Swapped(Index, Index),
    Again(Index, usize),
    /// It ends as the other does.
    Spliced(Index),
    /// What it states, signed with what was signed for the other.
    SignatureOfTheOther,
    /// Half of a signature is the other's.
    HalfOfTheOther(bool),
    /// The signature that ECDSA takes for the same: `n - s`.
    TheOtherS,
    /// A part of what the other states, at the same place, under its own signature.
    StatementOfTheOther(Index, usize),
}

fn any_change() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    prop_oneof![
        (index(), 0..8_u8).prop_map(|(at, bit)| Change::Bit(at, bit)),
        (index(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        (index(), 1..9_usize).prop_map(|(at, count)| Change::Gone(at, count)),
        (index(), prop::collection::vec(any::<u8>(), 1..9))
            .prop_map(|(at, new)| Change::Put(at, new)),
        (index(), index()).prop_map(|(one, two)| Change::Swapped(one, two)),
        (index(), 1..40_usize).prop_map(|(at, count)| Change::Again(at, count)),
        index().prop_map(Change::Spliced),
        Just(Change::SignatureOfTheOther),
        any::<bool>().prop_map(Change::HalfOfTheOther),
        Just(Change::TheOtherS),
        (index(), 1..40_usize).prop_map(|(at, count)| Change::StatementOfTheOther(at, count)),
    ]
}

impl Change {
    fn of(&self, payload: &mut Vec<u8>, other: &[u8]) {
        let length = payload.len();
        let ending = |at: &Index, count: usize| {
            let start = at.index(length);
            start..length.min(start + count)
        };
        let both = length.min(other.len());
        match self {
            Self::Bit(at, bit) => payload[at.index(length)] ^= 1 << bit,
            Self::Byte(at, byte) => payload[at.index(length)] = *byte,
            Self::Gone(at, count) => drop(payload.drain(ending(at, *count))),
            Self::Put(at, new) => {
                let at = at.index(length + 1);
                payload.splice(at..at, new.iter().copied());
            }
            Self::Swapped(one, two) => payload.swap(one.index(length), two.index(length)),
            Self::Again(at, count) => {
                let again = ending(at, *count);
                let copy = payload[again.clone()].to_vec();
                payload.splice(again.end..again.end, copy);
            }
            Self::Spliced(at) => {
                let at = at.index(both);
                payload.splice(at.., other[at..].iter().copied());
            }
            Self::SignatureOfTheOther => {
                payload[length - SIGNATURE..].copy_from_slice(&other[other.len() - SIGNATURE..]);
            }
            Self::HalfOfTheOther(first) => {
                let from = if *first { SIGNATURE } else { SIGNATURE / 2 };
                let half = &other[other.len() - from..][..SIGNATURE / 2];
                payload[length - from..][..SIGNATURE / 2].copy_from_slice(half);
            }
            Self::TheOtherS => negate(&mut payload[length - SIGNATURE / 2..]),
            Self::StatementOfTheOther(at, count) => {
                let start = at.index(both - SIGNATURE);
                let end = (both - SIGNATURE).min(start + count);
                payload[start..end].copy_from_slice(&other[start..end]);
            }
        }
    }
}

/// `n - s`, with the order of P-256 (FIPS 186-4, D.1.2.3).
fn negate(s: &mut [u8]) {
    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63,
        0x25, 0x51,
    ];
    let mut borrow = false;
    for (digit, order) in s.iter_mut().zip(ORDER).rev() {
        let (less, first) = order.overflowing_sub(*digit);
        let (less, second) = less.overflowing_sub(u8::from(borrow));
        (*digit, borrow) = (less, first || second);
    }
}

#[test]
fn a_hundred_thousand_mutated_payloads_and_none_verifies() {
    let mut runner = TestRunner::new_with_rng(
        Config {
            cases: PAYLOADS,
            max_global_rejects: PAYLOADS,
            failure_persistence: None,
            ..Config::default()
        },
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let key = TestKey::load("acme");
    let seals: Vec<Vec<u8>> = std::iter::repeat_with(|| {
        let statement = any_statement().new_tree(&mut runner).unwrap().current();
        statement.issue(&key).unwrap()
    })
    .take(SEALS)
    .collect();
    for seal in &seals {
        assert!(verify::seal(seal, &LIVE).is_ok());
    }
    let genuine: HashSet<&[u8]> = seals.iter().map(Vec::as_slice).collect();
    let refused = RefCell::new(BTreeMap::<String, u32>::new());
    let cases = (
        any::<Index>(),
        any::<Index>(),
        prop::collection::vec(any_change(), 1..4),
    );
    runner
        .run(&cases, |(one, two, changes)| {
            let (seal, other): (&Vec<u8>, &Vec<u8>) = (one.get(&seals), two.get(&seals));
            let mut payload = seal.clone();
            for change in changes {
                if payload.len() > SIGNATURE {
                    change.of(&mut payload, other);
                }
            }
            // What a change left as it was, or made into another genuine seal, is no mutation.
            prop_assume!(!genuine.contains(payload.as_slice()));
            match verify::seal(&payload, &LIVE) {
                Ok(_) => return Err(TestCaseError::fail("a mutated payload verifies")),
                Err(failure) => {
                    *refused
                        .borrow_mut()
                        .entry(format!("{:?}", failure.reason))
                        .or_default() += 1;
                }
            }
            Ok(())
        })
        .unwrap();
    let refused = refused.into_inner();
    println!("{refused:?}");
    assert!(refused.values().sum::<u32>() >= PAYLOADS);
    // Many are well written and fall by their signature alone; the rest by how they are written.
    let by_signature = refused[&format!("{:?}", Reason::SignatureMismatch)];
    assert!(by_signature > PAYLOADS / 10, "{refused:?}");
    assert!(refused.len() >= 3, "{refused:?}");
}
