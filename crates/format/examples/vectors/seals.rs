//! Cases of seals: forms that are read, each rule broken once, and what a seal of this system says.

use ananke_format::seal::{Field, Header, Lengths, Seal, Statement, Version};
use ananke_format::{Date, Instant, Mode, Reference, Sha256, Signer as _};

use crate::case::case;
use crate::keys::{TestKey, vectors};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// A seal without fields or signature.
fn bare() -> Seal {
    Seal {
        header: Header {
            version: Version::Four,
            country: "XAA".to_owned(),
            signer: "XA01".to_owned(),
            reference: "ACME0101".to_owned(),
            issued: date("2026-07-01"),
            signed: date("2026-07-02"),
            feature_definition: 0x01,
            type_category: 0xc9,
        },
        fields: Vec::new(),
        lengths: Lengths::Der,
        signature: None,
    }
}

fn bytes(change: impl FnOnce(&mut Seal)) -> Vec<u8> {
    let mut seal = bare();
    change(&mut seal);
    seal.to_bytes().unwrap()
}

fn field(tag: u8, value: &[u8]) -> Field {
    let value = value.to_vec();
    Field { tag, value }
}

fn forms() {
    let read = |name: &str, what: &str, expect: &str, change: fn(&mut Seal)| {
        case("seal", name, what, expect).write(&hex(&bytes(change)));
    };
    let head = "4 XAA XA01 ACME0101 2026-07-01 2026-07-02 01c9";
    read(
        "header",
        "a header and nothing else",
        &format!("{head} - unsigned"),
        |_| {},
    );
    read(
        "fields",
        "fields of 0, 1, 127, 128, 255, 256 and 300 bytes",
        &format!("{head} 00,01,02,03,04,05,06 unsigned"),
        |seal| {
            seal.fields = [0, 1, 127, 128, 255, 256, 300]
                .into_iter()
                .zip(0..)
                .map(|(length, tag)| field(tag, &vec![7; length]))
                .collect();
        },
    );
    read(
        "lengths-in-a-byte",
        "lengths of 128 and 254 in one byte each",
        &format!("{head} 01,02 unsigned"),
        |seal| {
            seal.lengths = Lengths::Byte;
            seal.fields = vec![field(1, &[7; 128]), field(2, &[7; 254])];
        },
    );
    read(
        "signed",
        "with a signature",
        &format!("{head} fe signed"),
        |seal| {
            seal.fields = vec![field(0xfe, b"last")];
            seal.signature = Some([7; 64]);
        },
    );
    read(
        "version-3",
        "a reference of five characters",
        "3 D<< DETS 00032 2026-07-01 2026-07-02 01c9 - unsigned",
        |seal| {
            seal.header.version = Version::Three;
            (seal.header.country, seal.header.signer) = ("D<<".to_owned(), "DETS".to_owned());
            seal.header.reference = "00032".to_owned();
        },
    );
    read(
        "long-reference",
        "a length in hexadecimal",
        "4 UT< UTTS 0123456789ABCDEFGHIJ 2024-02-29 9999-12-31 01c9 - unsigned",
        |seal| {
            (seal.header.country, seal.header.signer) = ("UT<".to_owned(), "UTTS".to_owned());
            seal.header.reference = "0123456789ABCDEFGHIJ".to_owned();
            (seal.header.issued, seal.header.signed) = (date("2024-02-29"), date("9999-12-31"));
        },
    );
    read(
        "decimal-length",
        "DEZV writes the length in decimal",
        "4 D<< DEZV 0123456789ABCDEFGHIJ 2026-07-01 2026-07-02 01c9 - unsigned",
        |seal| {
            (seal.header.country, seal.header.signer) = ("D<<".to_owned(), "DEZV".to_owned());
            seal.header.reference = "0123456789ABCDEFGHIJ".to_owned();
        },
    );
    read(
        "one-character",
        "a reference of one character, which stands alone",
        "4 XAA XA01 7 2026-07-01 2026-07-02 01c9 - unsigned",
        |seal| {
            seal.header.reference = "7".to_owned();
        },
    );
}

/// The header takes 22 bytes: DC, version, country (2), signer and reference (10), dates (6), definition and category.
fn broken() {
    let refused = |name: &str, what: &str, expect: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = bytes(|seal| {
            seal.fields = vec![field(0x01, b"one"), field(0x03, b"three")];
            seal.signature = Some([7; 64]);
        });
        change(&mut bytes);
        case("seal", name, what, &format!("refused {expect}")).write(&hex(&bytes));
    };
    refused("empty", "nothing", "magic", &|bytes| bytes.clear());
    refused("other-magic", "another first byte", "magic", &|bytes| {
        bytes[0] = 0xdd
    });
    refused("version-2", "version 2", "version", &|bytes| {
        bytes[1] = 0x01
    });
    refused("version-5", "version 5", "version", &|bytes| {
        bytes[1] = 0x04
    });
    refused(
        "only-magic",
        "it ends behind its first byte",
        "truncated",
        &|bytes| bytes.truncate(1),
    );
    refused(
        "half-a-header",
        "it ends within the header",
        "truncated",
        &|bytes| bytes.truncate(20),
    );
    refused(
        "country-in-no-c40",
        "bytes no text is packed to",
        "c40",
        &|bytes| bytes[2..4].copy_from_slice(&[0, 0]),
    );
    refused(
        "country-of-digits",
        "a country of digits",
        "country",
        &|bytes| bytes[2..4].copy_from_slice(&(1_600_u16 * 5 + 40 * 6 + 7 + 1).to_be_bytes()),
    );
    refused(
        "reference-of-no-characters",
        "a reference of length 0",
        "reference",
        &|bytes| bytes[6..8].copy_from_slice(&(1_600_u16 * 5 + 40 * 4 + 4 + 1).to_be_bytes()),
    );
    refused(
        "filler-in-the-signer",
        "a signer with a filler",
        "reference",
        &|bytes| bytes[4..6].copy_from_slice(&(1_600_u16 * 37 + 40 * 14 + 3 + 1).to_be_bytes()),
    );
    refused("no-day", "the 31st of February", "date", &|bytes| {
        bytes[14..17].copy_from_slice(&2_312_026_u32.to_be_bytes()[1..])
    });
    refused("no-month", "the month 13", "date", &|bytes| {
        bytes[17..20].copy_from_slice(&13_012_026_u32.to_be_bytes()[1..])
    });
    refused(
        "long-length",
        "81 and a length below 128",
        "length",
        &|bytes| {
            bytes.splice(23..24, [0x81, 3]);
        },
    );
    refused(
        "longer-length",
        "82 and a length below 256",
        "length",
        &|bytes| {
            bytes.splice(23..24, [0x82, 0, 3]);
        },
    );
    refused(
        "length-in-a-byte",
        "80, a length of 128",
        "truncated",
        &|bytes| bytes[23] = 0x80,
    );
    refused("no-length", "FF, which is no length", "length", &|bytes| {
        bytes[23] = 0xff
    });
    refused(
        "two-forms-of-lengths",
        "a length in one byte behind one in two",
        "length",
        &|bytes| {
            bytes.splice(
                22..,
                [&[1, 0x81, 0x80], &[7; 128][..], &[2, 0x80], &[7; 128]].concat(),
            );
        },
    );
    refused(
        "beyond",
        "a field that ends behind the seal",
        "truncated",
        &|bytes| bytes[28] = 0x7f,
    );
    refused("twice", "a tag that stands twice", "order", &|bytes| {
        bytes[27] = 0x01
    });
    refused(
        "descending",
        "a tag below the one before",
        "order",
        &|bytes| bytes[27] = 0x00,
    );
    refused(
        "short-signature",
        "a signature of 63 bytes",
        "signature",
        &|bytes| {
            bytes.pop();
        },
    );
    refused(
        "behind-the-signature",
        "a byte behind the signature",
        "signature",
        &|bytes| bytes.push(0),
    );
    refused(
        "other-signature-length",
        "another length before the signature",
        "signature",
        &|bytes| {
            let at = bytes.len() - 65;
            bytes[at] = 0x3f;
        },
    );
}

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

fn own() {
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
    refused("high-s", "the other signature", "high_s", &|seal| {
        let signature = seal.signature.as_mut().unwrap();
        let order = from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
        let mut borrow = 0;
        for at in (0..32).rev() {
            let difference = i16::from(order[at]) - i16::from(signature[32 + at]) - borrow;
            borrow = i16::from(difference < 0);
            signature[32 + at] = (difference & 0xff) as u8;
        }
    });
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

fn from_hex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

pub(crate) fn write() {
    forms();
    broken();
    own();
}
