//! Cases of seals: forms that are read, and each rule broken once.

use ananke_format::seal::{Field, Header, Lengths, Seal, Version};

use crate::case::{case, date, hex};

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

pub(crate) fn field(tag: u8, value: &[u8]) -> Field {
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

pub(crate) fn write() {
    forms();
    broken();
}
