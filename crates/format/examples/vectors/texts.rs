//! Cases of texts without signatures: references, public URLs, instants.

use crate::case::case;

const REFERENCES: &[(&str, &str, &str, &str)] = &[
    (
        "zero",
        "the body of zeros with its check",
        "TRF-0000000000001",
        "TRF-0000000000001",
    ),
    (
        "tcode",
        "the other product's constant",
        "TCR-0000000000002",
        "TCR-0000000000002",
    ),
    (
        "lower-case",
        "case is forgiven in the body",
        "TRF-91a5kywkanks3",
        "TRF-91A5KYWKANKS3",
    ),
    (
        "letters-for-digits",
        "O, I and L stand for 0, 1 and 1",
        "TRF-ooo000000000l",
        "TRF-0000000000001",
    ),
    (
        "grouped",
        "hyphens and spaces in the body are forgiven",
        "TRF-91A5-KYWK ANKS-3",
        "TRF-91A5KYWKANKS3",
    ),
    (
        "trailing-space",
        "a space at the end is one in the body",
        "TRF-0000000000001 ",
        "TRF-0000000000001",
    ),
    (
        "prefix-lower-case",
        "normalisation does not touch the prefix",
        "trf-0000000000001",
        "refused prefix",
    ),
    (
        "prefix-unknown",
        "another prefix",
        "TXF-0000000000001",
        "refused prefix",
    ),
    (
        "prefix-missing",
        "a bare body",
        "0000000000001",
        "refused prefix",
    ),
    (
        "prefix-no-hyphen",
        "the hyphen of the prefix is missing",
        "TRF0000000000001",
        "refused prefix",
    ),
    (
        "leading-space",
        "a space before the prefix",
        " TRF-0000000000001",
        "refused prefix",
    ),
    (
        "documented-short",
        "the eight characters of an old example",
        "TRF-ABCD1234",
        "refused length",
    ),
    (
        "fourteen",
        "one character too many",
        "TRF-00000000000001",
        "refused length",
    ),
    (
        "too-long-input",
        "more than 64 characters, though only spaces are too many",
        "TRF-0000000000001                                                ",
        "refused length",
    ),
    (
        "letter-u",
        "U is not in the alphabet",
        "TRF-000000000000U",
        "refused character",
    ),
    (
        "fullwidth-digit",
        "a digit outside ASCII",
        "TRF-000000000000１",
        "refused character",
    ),
    (
        "tab",
        "a tab is not a space",
        "TRF-000000\t0000001",
        "refused character",
    ),
    (
        "wrong-check",
        "the last character is another",
        "TRF-0000000000002",
        "refused check",
    ),
    (
        "substituted",
        "one character of the body is another",
        "TRF-91A5KYWKBNKS3",
        "refused check",
    ),
    (
        "swapped",
        "two neighbours are swapped",
        "TRF-19A5KYWKANKS3",
        "refused check",
    ),
    (
        "swapped-far",
        "two characters far apart are swapped",
        "TRF-S1A5KYWKANK93",
        "refused check",
    ),
    (
        "other-prefix",
        "a Trust body under the other prefix",
        "TCR-91A5KYWKANKS3",
        "refused check",
    ),
    ("empty", "nothing", "", "refused prefix"),
];

const BASE_URLS: &[(&str, &str, &str, &str)] = &[
    (
        "plain",
        "a host",
        "https://docs.example.com",
        "did:web:docs.example.com:i:ACME01",
    ),
    (
        "port",
        "a colon of the authority is escaped",
        "http://127.0.0.1:8787",
        "did:web:127.0.0.1%3A8787:i:ACME01",
    ),
    (
        "path",
        "a path becomes segments",
        "https://example.com/a/b",
        "did:web:example.com:a:b:i:ACME01",
    ),
    (
        "scheme",
        "neither https nor http",
        "ftp://example.com",
        "refused scheme",
    ),
    (
        "upper-case-host",
        "one spelling: lower case",
        "https://Example.com",
        "refused host",
    ),
    (
        "user",
        "no user names",
        "https://user@example.com",
        "refused host",
    ),
    (
        "ipv6",
        "no IPv6 literals",
        "https://[::1]:8787",
        "refused host",
    ),
    (
        "default-port",
        "one spelling: the scheme's own port is left out",
        "https://example.com:443",
        "refused port",
    ),
    (
        "leading-zero-port",
        "one spelling: no leading zeros",
        "https://example.com:0444",
        "refused port",
    ),
    (
        "trailing-slash",
        "one spelling: no slash at the end",
        "https://example.com/",
        "refused path",
    ),
    (
        "dot-segment",
        "no dot segments",
        "https://example.com/../a",
        "refused path",
    ),
    (
        "query",
        "no query",
        "https://example.com/a?b",
        "refused path",
    ),
];

const INSTANTS: &[(&str, &str, &str, &str)] = &[
    (
        "ordinary",
        "milliseconds since 1970",
        "2026-11-23T10:00:00.000Z",
        "1795428000000",
    ),
    (
        "before-1970",
        "one millisecond before",
        "1969-12-31T23:59:59.999Z",
        "-1",
    ),
    (
        "leap-day",
        "a day that exists",
        "2028-02-29T00:00:00.001Z",
        "1835395200001",
    ),
    (
        "no-decimals",
        "three decimals, always",
        "2026-11-23T10:00:00Z",
        "refused",
    ),
    (
        "microseconds",
        "three decimals, no more",
        "2026-11-23T10:00:00.000000Z",
        "refused",
    ),
    (
        "offset",
        "UTC is written Z",
        "2026-11-23T10:00:00.000+00:00",
        "refused",
    ),
    (
        "lower-case",
        "T and Z are capital",
        "2026-11-23t10:00:00.000z",
        "refused",
    ),
    (
        "no-such-day",
        "a day that does not exist",
        "2026-02-29T00:00:00.000Z",
        "refused",
    ),
    (
        "leap-second",
        "second 60 has no millisecond of its own",
        "2016-12-31T23:59:60.000Z",
        "refused",
    ),
    (
        "hour-24",
        "midnight is 00",
        "2026-11-23T24:00:00.000Z",
        "refused",
    ),
    (
        "last",
        "the last there is",
        "9999-12-30T21:59:59.999Z",
        "253402207199999",
    ),
    (
        "behind-the-last",
        "one millisecond more",
        "9999-12-30T22:00:00.000Z",
        "refused",
    ),
];

pub(crate) fn write() {
    for (kind, cases) in [
        ("reference", REFERENCES),
        ("base-url", BASE_URLS),
        ("instant", INSTANTS),
    ] {
        for (name, what, input, expect) in cases {
            case(kind, name, what, expect).write(input);
        }
    }
    random_references();
}

fn random_references() {
    for (name, what, product, input, expect) in [
        (
            "zeros",
            "sixty bits of zero",
            "TRF",
            "0000000000000000",
            "TRF-0000000000001",
        ),
        (
            "top-bits",
            "the four highest bits are not used",
            "TRF",
            "f000000000000000",
            "TRF-0000000000001",
        ),
        (
            "first",
            "the highest of the sixty bits is the first character's",
            "TRF",
            "0800000000000000",
            "",
        ),
        (
            "last",
            "the lowest bit is the twelfth character's",
            "TCR",
            "0000000000000001",
            "",
        ),
        ("mixed", "an ordinary value", "TRF", "0123456789abcdef", ""),
    ] {
        let expect = if expect.is_empty() {
            by_definition(product, input)
        } else {
            expect.to_owned()
        };
        case("reference-random", name, what, &expect)
            .with("product", product)
            .write(input);
    }
}

/// The check character by the definition in spec/reference.md, written down a second time: powers of
/// alpha from a table, and a search for the one value that fits.
fn by_definition(product: &str, hex: &str) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    const POWERS: [u8; 13] = [1, 2, 4, 8, 16, 5, 10, 20, 13, 26, 17, 7, 14];
    let bits = u64::from_str_radix(hex, 16).unwrap();
    let body: Vec<u8> = (0..12)
        .map(|place| (bits >> (5 * (11 - place)) & 31) as u8)
        .collect();
    let constant = if product == "TRF" { 1 } else { 2 };
    let sum = body
        .iter()
        .zip(POWERS.iter().rev())
        .fold(0, |sum, (value, power)| sum ^ product_of(*value, *power));
    let check = (0..32_u8).find(|check| sum ^ check == constant).unwrap();
    let text: String = body
        .iter()
        .chain([&check])
        .map(|value| char::from(ALPHABET[usize::from(*value)]))
        .collect();
    format!("{product}-{text}")
}

/// Multiplication in GF(32): carry-less, then reduced by x^5 + x^2 + 1.
fn product_of(a: u8, b: u8) -> u8 {
    let mut wide = (0..5)
        .filter(|bit| b >> bit & 1 == 1)
        .fold(0_u16, |sum, bit| sum ^ u16::from(a) << bit);
    for bit in (5..10).rev() {
        if wide >> bit & 1 == 1 {
            wide ^= 0b10_0101 << (bit - 5);
        }
    }
    wide as u8
}
