//! Status lists: whatever is set comes back from all three, and whatever is altered does not verify.

use ananke_format::status::{self, Edition, ListId, Purpose, Table, Value};
use ananke_format::{BaseUrl, Instant, IssuerCode, Mode};
use proptest::prelude::*;

use crate::keys::TestKey;
use crate::trusts::{LIVE, given};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_set_comes_back(
        entries in prop::collection::btree_map(0..131_072_u32, 0..4_u8, 0..40),
        number in any::<u32>(),
        second in 1_770_000_000_i64..2_050_000_000,
    ) {
        let mut table = Table::new();
        for (index, bits) in &entries {
            table.set(*index, Value::from_bits(*bits)).unwrap();
        }
        let list = ListId {
            base_url: BaseUrl::parse("https://docs.example.com").unwrap(),
            issuer: IssuerCode::parse("ACME01").unwrap(),
            mode: Mode::Live,
            number,
        };
        let issued_at = Instant::from_millisecond(second * 1000 + 7).unwrap();
        let key = TestKey::load("status-live");
        for purpose in Purpose::ALL {
            let edition = Edition { list: &list, table: &table, issued_at };
            let read = status::verify(&edition.issue(*purpose, &key).unwrap(), &LIVE).unwrap();
            prop_assert_eq!(read.id(), &list);
            prop_assert_eq!(read.purpose(), *purpose);
            prop_assert_eq!(read.issued_at(), issued_at.floor_second());
            prop_assert_eq!(read.expires(), read.issued_at().plus_seconds(status::LIFETIME_SECONDS));
            prop_assert_eq!(read.ttl_seconds(), status::TTL_SECONDS);
            for (index, bits) in &entries {
                let value = Value::from_bits(*bits);
                let shown = match (*purpose, value) {
                    (Purpose::Token, value) => value,
                    (Purpose::Revocation, Value::Invalid | Value::ExpiredEarly) => Value::Invalid,
                    (Purpose::Suspension, Value::Suspended) => Value::Suspended,
                    _ => Value::Valid,
                };
                prop_assert_eq!(read.value(*index), Ok(shown));
            }
        }
    }

    #[test]
    fn one_other_character_never_verifies(place in any::<prop::sample::Index>(), byte in 0x21_u8..0x7f) {
        for name in ["list-live.jws", "list-live-revocation.jws"] {
            let good = given(name);
            let mut text = good.clone().into_bytes();
            let place = place.index(text.len());
            text[place] = byte;
            let text = String::from_utf8(text).unwrap();
            prop_assert_eq!(status::verify(&text, &LIVE).is_ok(), text == good);
        }
    }
}

#[test]
fn only_a_status_key_of_the_mode_signs_lists() {
    let list = ListId {
        base_url: BaseUrl::parse("https://docs.example.com").unwrap(),
        issuer: IssuerCode::parse("ACME01").unwrap(),
        mode: Mode::Live,
        number: 0,
    };
    let issued_at = Instant::parse("2026-07-01T00:00:00.000Z").unwrap();
    let table = Table::new();
    let edition = Edition {
        list: &list,
        table: &table,
        issued_at,
    };
    for (key, is_good) in [
        ("status-live", true),
        ("status-test", false),
        ("acme", false),
    ] {
        assert_eq!(
            edition.issue(Purpose::Token, &TestKey::load(key)).is_ok(),
            is_good,
            "{key}"
        );
    }
}

#[test]
fn a_list_is_believed_for_a_day_and_used_for_five_minutes() {
    assert_eq!(
        (status::LIFETIME_SECONDS, status::TTL_SECONDS),
        (86_400, 300)
    );
}
