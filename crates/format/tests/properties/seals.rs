//! Seals and stamped files: whatever is stated comes back, and whatever is altered does not verify.

use std::sync::LazyLock;

use ananke_format::credential::StatusPosition;
use ananke_format::seal::{Seal, Statement};
use ananke_format::trust::Trust;
use ananke_format::verify::{self, Reason};
use ananke_format::{Date, Instant, Mode, Product, Reference, Sha256, Signer as _, stamp};
use proptest::prelude::*;

use crate::keys::{TestKey, vectors};
use crate::trusts::{LIVE, given, pin};

/// A file that was stamped.
static FILE: LazyLock<Vec<u8>> =
    LazyLock::new(|| std::fs::read(vectors().join("pki/stamped.pdf")).unwrap());

/// Its seal.
static SEAL: LazyLock<Vec<u8>> =
    LazyLock::new(|| verify::stamped(&FILE, &LIVE).unwrap().seal.clone());

fn any_day() -> impl Strategy<Value = Date> {
    let day = |days| Date::constant(1, 1, 1).saturating_add(jiff::ToSpan::days(days));
    (0..3_600_000_i32).prop_map(day)
}

prop_compose! {
    pub(crate) fn any_statement()(
        random in any::<[u8; 8]>(),
        template_version in any::<Option<[u8; 16]>>(),
        valid_to in prop::option::of(any_day()),
        status in any::<u64>(),
        digests in any::<[[u8; 32]; 2]>(),
        issued_at in 1_770_000_000_000_i64..2_050_000_000_000,
        type_code in "\\PC{1,64}",
        fields in prop::collection::btree_map(0..240_u8, "\\PC{1,40}", 0..6),
    ) -> Statement {
        Statement {
            mode: Mode::Live,
            certificate: TestKey::load("acme").certificate_reference(),
            template_version,
            valid_to,
            status,
            reference: Reference::from_random(Product::TCode, random),
            original: Sha256::from_bytes(digests[0]),
            issued_at: Instant::from_millisecond(issued_at).unwrap(),
            type_code,
            stamp: Sha256::from_bytes(digests[1]),
            fields: fields.into_iter().collect(),
        }
    }
}

proptest! {
    #[test]
    fn what_is_stated_comes_back(statement in any_statement()) {
        let key = TestKey::load("acme");
        let bytes = statement.issue(&key).unwrap();
        let verified = verify::seal(&bytes, &LIVE).unwrap();
        prop_assert_eq!(&verified.statement, &statement);
        prop_assert_eq!(verified.certificate_reference, key.certificate_reference());
        prop_assert_eq!(Some(verified.thumbprint), key.certificate().map(|leaf| leaf.thumbprint()));
        prop_assert_eq!(verified.digest, Sha256::of(&bytes));
        prop_assert_eq!(&verified.seal, &bytes);
    }

    #[test]
    fn a_seal_ends_with_its_last_day(statement in any_statement()) {
        let last = statement.valid_to.map(|day| format!("{day}T23:59:59.999Z"));
        let last = last.and_then(|text| Instant::parse(&text).ok());
        let end = last.and_then(|last| Instant::from_millisecond(last.as_millisecond() + 1).ok());
        prop_assert_eq!(statement.expires_at(), end);
    }

    #[test]
    fn a_place_in_the_lists_is_one_number(number in any::<u64>(), list in any::<u32>(), index in 0..131_072_u32) {
        let place = StatusPosition { list, index };
        prop_assert_eq!(StatusPosition::from_number(place.number()), Some(place));
        let read = StatusPosition::from_number(number).map(StatusPosition::number);
        prop_assert_eq!(read, (number < 1 << 49).then_some(number));
    }

    #[test]
    fn a_seal_is_believed_under_its_own_keys_only(statement in any_statement()) {
        let bytes = statement.issue(&TestKey::load("stranger-acme")).unwrap();
        let refused = verify::seal(&bytes, &LIVE).unwrap_err();
        prop_assert_eq!(refused.reason, Reason::SignatureMismatch);
        let other = Trust::from_bundle(&given("trust-test.jws"), pin(), None).unwrap();
        let refused = verify::seal(&statement.issue(&TestKey::load("acme")).unwrap(), &other).unwrap_err();
        prop_assert_eq!(refused.reason, Reason::CertificateUnknown);
    }

    #[test]
    fn one_other_byte_of_a_stamped_file_is_never_valid(place in any::<prop::sample::Index>(), change in 1..=255_u8) {
        let mut file = FILE.clone();
        let place = place.index(file.len());
        file[place] ^= change;
        let refused = verify::stamped(&file, &LIVE).unwrap_err();
        prop_assert_eq!(refused.genuine, None);
    }

    #[test]
    fn cut_and_lengthened_are_never_valid(cut in any::<prop::sample::Index>(), tail in prop::collection::vec(any::<u8>(), 1..80)) {
        let cut = cut.index(FILE.len());
        prop_assert!(verify::stamped(&FILE[..cut], &LIVE).is_err());
        prop_assert!(verify::stamped(&FILE[cut + 1..], &LIVE).is_err());
        let refused = verify::stamped(&[FILE.as_slice(), &tail].concat(), &LIVE).unwrap_err();
        prop_assert_eq!((refused.failure.reason, refused.genuine), (Reason::AppendedAfterStamp, Some(FILE.len())));
    }

    #[test]
    fn noise(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let sealed = [&SEAL[..2], &bytes].concat();
        for bytes in [&bytes, &sealed] {
            prop_assert!(verify::seal(bytes, &LIVE).is_err());
            prop_assert!(verify::stamped(bytes, &LIVE).is_err());
        }
    }
}

#[test]
fn one_other_bit_of_a_seal_never_verifies() {
    assert!(verify::seal(&SEAL, &LIVE).is_ok());
    for bit in 0..SEAL.len() * 8 {
        let mut other = SEAL.clone();
        other[bit / 8] ^= 1 << (bit % 8);
        assert!(verify::seal(&other, &LIVE).is_err(), "{bit}");
    }
    for length in 0..SEAL.len() {
        assert!(verify::seal(&SEAL[..length], &LIVE).is_err(), "{length}");
    }
    assert!(verify::seal(&[SEAL.as_slice(), &[0]].concat(), &LIVE).is_err());
}

/// What a file begins with is offered where its seal is signed, and only there; the seal asked about is that of the beginning.
#[test]
fn a_beginning_is_offered_where_its_seal_is_signed() {
    let appended = [FILE.as_slice(), b"\n"].concat();
    let asked = std::cell::Cell::new(0);
    let is_signed = |answer: bool| {
        let asked = &asked;
        move |seal: &Seal| {
            asked.set(asked.get() + 1);
            assert_eq!(seal.to_bytes().as_ref(), Some(&*SEAL));
            answer
        }
    };
    assert_eq!(
        stamp::check(&appended, is_signed(true)),
        Err(stamp::StampError::Appended {
            genuine: FILE.len()
        })
    );
    assert_eq!(
        stamp::check(&appended, is_signed(false)),
        Err(stamp::StampError::NoStamp)
    );
    assert_eq!(asked.get(), 2);
    // Its own seal is not asked about.
    assert!(stamp::check(&FILE, is_signed(false)).is_ok());
    assert_eq!(asked.get(), 2);
}
