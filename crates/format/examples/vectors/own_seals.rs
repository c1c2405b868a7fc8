//! Cases of what a seal of this system says.

use ananke_format::seal::{Lengths, Seal, Statement, Version};
use ananke_format::{Instant, Mode, Reference, Sha256, Signer as _};

use crate::case::{case, date, from_hex, hex};
use crate::keys::{TestKey, vectors};
use crate::seals::field;

fn statement(mode: Mode, key: &TestKey) -> Statement {
    Statement {
        mode,
        certificate: key.certificate_reference(),
        template_version: Some([0x11; 16]),
        valid_to: Some(date("2036-06-30")),
        status: 131_072 + 42,
        reference: Reference::from_random(ananke_format::Product::TCode, [1, 2, 3, 4, 5, 6, 7, 8]),
        original: Sha256::of(b"the original file"),
        issued_at: Instant::parse("2026-07-01T23:59:59.999Z").unwrap(),
        type_code: "diploma".to_owned(),
        stamp: Sha256::of(b"the update"),
        fields: vec![(0, "Zoë Ångström".to_owned()), (2, "1.0".to_owned())],
    }
}

/// Gives a seal the other of the two signatures it can have: r and n - s.
pub(crate) fn other_signature(seal: &mut Seal) {
    let signature = seal.signature.as_mut().unwrap();
    let order = from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let mut borrow = 0;
    for at in (0..32).rev() {
        let difference = i16::from(order[at]) - i16::from(signature[32 + at]) - borrow;
        borrow = i16::from(difference < 0);
        signature[32 + at] = (difference & 0xff) as u8;
    }
}

pub(crate) fn write() {
    let key = TestKey::load("acme");
    let good = statement(Mode::Live, &key);
    let told = |statement: &Statement| {
        let fields: Vec<String> = statement
            .fields
            .iter()
            .map(|(at, value)| format!("{at}={value}"))
            .collect();
        format!(
            "{} {} {} {} {} {} {}",
            statement.mode,
            statement.certificate,
            statement.reference,
            statement.status,
            statement.issued_at,
            statement.type_code,
            fields.join(";")
        )
    };
    let passed = |name: &str, what: &str, statement: &Statement, key: (&str, &TestKey)| {
        case("own-seal", name, what, &told(statement))
            .with("key", key.0)
            .write(&hex(&statement.issue(key.1).unwrap()));
    };
    passed("live", "everything there is", &good, ("acme.pem", &key));
    let least = Statement {
        template_version: None,
        valid_to: None,
        status: 0,
        fields: Vec::new(),
        ..good.clone()
    };
    case("own-seal", "least", "what there is at least", &told(&least))
        .with("key", "acme.pem")
        .write(&hex(&least.issue(&key).unwrap()));
    let test_key = TestKey::load("acme-test");
    passed(
        "test",
        "of a test document",
        &statement(Mode::Test, &test_key),
        ("acme-test.pem", &test_key),
    );

    // Every other case is this one with something changed, so that no other seal was ever signed.
    let live = std::fs::read_to_string(vectors().join("own-seal/live.txt")).unwrap();
    let (_, input) = live.trim_end().split_once("\n\n").unwrap();
    let seal = Seal::parse(&from_hex(input)).unwrap();
    let refused = |name: &str, what: &str, expect: &str, change: &dyn Fn(&mut Seal)| {
        let mut other = seal.clone();
        change(&mut other);
        case("own-seal", name, what, &format!("refused {expect}"))
            .with("key", "acme.pem")
            .write(&hex(&other.to_bytes().unwrap()));
    };
    let set = |tag: u8, value: &'static [u8]| {
        move |seal: &mut Seal| {
            seal.fields
                .iter_mut()
                .find(|field| field.tag == tag)
                .unwrap()
                .value = value.to_vec();
        }
    };
    let without = |tag: u8| move |seal: &mut Seal| seal.fields.retain(|field| field.tag != tag);
    refused(
        "of-another-country",
        "another country",
        "foreign",
        &|seal| seal.header.country = "UTO".to_owned(),
    );
    refused("of-another-signer", "another signer", "foreign", &|seal| {
        seal.header.signer = "XA02".to_owned()
    });
    refused(
        "marked-as-test",
        "a live seal with the signer of tests",
        "signature_mismatch",
        &|seal| seal.header.signer = "XA0T".to_owned(),
    );
    refused(
        "version-3",
        "another version of the header",
        "profile",
        &|seal| {
            seal.header.version = Version::Three;
            seal.header.reference = "E0101".to_owned();
        },
    );
    refused("another-category", "another category", "profile", &|seal| {
        seal.header.type_category = 0xc8
    });
    refused(
        "signed-later",
        "another day of signing",
        "profile",
        &|seal| seal.header.signed = date("2026-07-02"),
    );
    refused(
        "issued-another-day",
        "a day that is not that of the issue time",
        "profile",
        &|seal| seal.header.issued = date("2026-07-02"),
    );
    refused(
        "short-template",
        "a template of 15 bytes",
        "profile",
        &set(0x00, &[0x11; 15]),
    );
    refused(
        "no-such-day",
        "a last day that is none",
        "profile",
        &set(0x02, b"20360631"),
    );
    refused(
        "zero-before-the-status",
        "a status with a leading zero byte",
        "profile",
        &set(0x06, &[0, 2, 0, 42]),
    );
    refused(
        "lengths-in-a-byte",
        "a length in one byte that is longer",
        "profile",
        &|seal| {
            seal.lengths = Lengths::Byte;
            seal.fields.last_mut().unwrap().value = vec![b'7'; 200];
        },
    );
    refused("no-status", "without a status", "profile", &without(0x06));
    refused(
        "reference-in-small-letters",
        "another spelling of the reference",
        "profile",
        &set(0x0a, b"tcr-0123456789abc"),
    );
    refused(
        "trust-reference",
        "a reference of the other product",
        "profile",
        &|seal| {
            let other =
                Reference::from_random(ananke_format::Product::Trust, [1, 2, 3, 4, 5, 6, 7, 8]);
            seal.fields
                .iter_mut()
                .find(|field| field.tag == 0x0a)
                .unwrap()
                .value = other.as_str().as_bytes().to_vec();
        },
    );
    refused(
        "short-digest",
        "a digest of 31 bytes",
        "profile",
        &set(0x0b, &[7; 31]),
    );
    refused(
        "time-in-seconds",
        "an issue time without milliseconds",
        "profile",
        &set(0x0c, b"2026-07-01T23:59:59Z"),
    );
    refused("empty-type", "no document type", "profile", &set(0x0d, b""));
    refused(
        "empty-field",
        "a field without a value",
        "profile",
        &set(0x0f, b""),
    );
    refused(
        "no-text",
        "a field that is no UTF-8",
        "profile",
        &set(0x0f, &[0xff]),
    );
    refused(
        "another-field",
        "a tag that means nothing here",
        "profile",
        &|seal| {
            seal.fields.insert(2, field(0x03, b"example.com"));
        },
    );
    refused("unsigned", "without a signature", "unsigned", &|seal| {
        seal.signature = None
    });
    refused("high-s", "the other signature", "high_s", &other_signature);
    refused(
        "altered",
        "another value",
        "signature_mismatch",
        &set(0x11, b"1.1"),
    );
    refused(
        "another-certificate",
        "the reference of another key",
        "signature_mismatch",
        &|seal| seal.header.reference = "BETA0101".to_owned(),
    );
}
