//! Cases of texts without signatures: references, public URLs, instants, API keys, status indexes and tables.

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
    api_keys();
    status_indexes();
    status_tables();
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

fn api_keys() {
    const LIVE: &str = "ak_live_0123456789ABabcdefghijklmnopqrstuvwxyz012345";
    const TEST: &str = "ak_test_0123456789ABabcdefghijklmnopqrstuvwxyz012345";
    let live = format!("{LIVE}{}", check_of(LIVE));
    let test = format!("{TEST}{}", check_of(TEST));
    case("api-key", "live", "a live key", "live 0123456789AB").write(&live);
    case("api-key", "test", "a test key", "test 0123456789AB").write(&test);
    case(
        "api-key",
        "other-mode",
        "a test checksum under the live prefix",
        "refused check",
    )
    .write(&test.replace("ak_test_", "ak_live_"));
    case(
        "api-key",
        "mistyped",
        "one character of the secret is another",
        "refused check",
    )
    .write(&live.replace("abcdef", "abcdeF"));
    case("api-key", "prefix", "another prefix", "refused prefix")
        .write(&live.replace("ak_live_", "ak_prod_"));
    case(
        "api-key",
        "short",
        "one character is missing",
        "refused length",
    )
    .write(&live[..57]);
    case("api-key", "space", "a space at the end", "refused length").write(&format!("{live} "));
    case(
        "api-key",
        "character",
        "a hyphen in the secret",
        "refused character",
    )
    .write(&live.replace("abcdef", "abc-ef"));
    let mut random: Vec<u8> = (0..64).map(|place| place * 3).collect();
    random[5] = 248;
    random[9] = 255;
    let hex: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let usable = random.iter().filter(|byte| **byte < 248).take(44);
    let body: String = usable
        .map(|byte| char::from(ALPHABET[usize::from(byte % 62)]))
        .collect();
    let body = format!("ak_live_{body}");
    case(
        "api-key-random",
        "skipped",
        "bytes from 248 on are skipped",
        &format!("{body}{}", check_of(&body)),
    )
    .with("mode", "live")
    .write(&hex);
    case(
        "api-key-random",
        "too-few",
        "fewer than 44 usable bytes",
        "refused",
    )
    .with("mode", "live")
    .write(&format!("{}{}", "ff".repeat(21), "01".repeat(43)));
}

/// CRC-32 by long division of bits, apart from the code under test, in base 62.
fn check_of(text: &str) -> String {
    let mut crc = u32::MAX;
    for byte in text.bytes() {
        for bit in 0..8 {
            let is_one = (crc ^ u32::from(byte >> bit)) & 1 == 1;
            crc >>= 1;
            if is_one {
                crc ^= 0xedb8_8320;
            }
        }
    }
    let mut rest = u64::from(!crc);
    let mut digits = Vec::new();
    for _ in 0..6 {
        let digit =
            b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[(rest % 62) as usize];
        digits.insert(0, char::from(digit));
        rest /= 62;
    }
    digits.into_iter().collect()
}

fn status_indexes() {
    for (name, what, mode, list, position) in [
        ("first", "the first position of a list", "live", 0, "0"),
        (
            "second",
            "the second position lies elsewhere",
            "live",
            0,
            "1",
        ),
        ("last", "the last position", "live", 0, "131071"),
        (
            "other-list",
            "another list has another order",
            "live",
            1,
            "0",
        ),
        ("other-mode", "test has another order", "test", 0, "0"),
        (
            "outside",
            "the list has 131,072 positions",
            "live",
            0,
            "131072",
        ),
    ] {
        let number: u32 = position.parse().unwrap();
        let expect = index_by_definition(mode, list, number)
            .map_or_else(|| "refused".to_owned(), |index| index.to_string());
        case("status-index", name, what, &expect)
            .with(
                "key",
                "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            )
            .with("issuer", "ACME01")
            .with("mode", mode)
            .with("list", list)
            .write(position);
    }
}

/// The Feistel walk by the definition in spec/status.md, written down a second time.
fn index_by_definition(mode: &str, list: u32, position: u32) -> Option<u32> {
    use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
    let instance: Vec<u8> = (0..32).collect();
    let label = [
        b"ananke status index v1ACME01",
        mode.as_bytes(),
        &list.to_be_bytes(),
    ]
    .concat();
    let key = Key::new(
        HMAC_SHA256,
        sign(&Key::new(HMAC_SHA256, &instance), &label).as_ref(),
    );
    let once = |value: u32| {
        (0..4_u8).fold(value, |value, round| {
            let (left, right) = (value / 512, value % 512);
            let tag = sign(&key, &[round, (right / 256) as u8, (right % 256) as u8]);
            let mixed = (u32::from(tag.as_ref()[0]) * 256 + u32::from(tag.as_ref()[1])) % 512;
            right * 512 + (left ^ mixed)
        })
    };
    (position < 131_072)
        .then(|| {
            std::iter::successors(Some(once(position)), |value| Some(once(*value)))
                .find(|value| *value < 131_072)
        })
        .flatten()
}

fn status_tables() {
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let mut table = vec![0_u8; 32_768];
    // Index 0 revoked, 1 suspended, 2 valid, 3 expired early; the last one suspended.
    table[0] = 0b1100_1001;
    table[32_767] = 0b1000_0000;
    let packed = zlib(&table);
    for (name, what, index, expect) in [
        ("first", "the lowest bits of the first byte", 0, "1"),
        ("second", "the next two bits", 1, "2"),
        ("fourth", "the highest bits of the first byte", 3, "3"),
        ("last", "the highest bits of the last byte", 131_071, "2"),
        (
            "outside",
            "an index outside the list",
            131_072,
            "refused index",
        ),
    ] {
        case("status-table", name, what, expect)
            .with("index", index)
            .write(&hex(&packed));
    }
    case(
        "status-table",
        "short",
        "one byte is missing",
        "refused length",
    )
    .with("index", 0)
    .write(&hex(&zlib(&table[1..])));
    case(
        "status-table",
        "long",
        "one byte too many",
        "refused length",
    )
    .with("index", 0)
    .write(&hex(&zlib(&[table.as_slice(), &[0]].concat())));
    case(
        "status-table",
        "bomb",
        "sixteen million zeros",
        "refused length",
    )
    .with("index", 0)
    .write(&hex(&zlib(&vec![0; 16_000_000])));
    case(
        "status-table",
        "tail",
        "a byte behind the stream",
        "refused length",
    )
    .with("index", 0)
    .write(&format!("{}00", hex(&packed)));
    case(
        "status-table",
        "cut",
        "the stream is cut",
        "refused compression",
    )
    .with("index", 0)
    .write(&hex(&packed[..packed.len() - 1]));
    let mut wrong = packed;
    let last = wrong.len() - 1;
    wrong[last] ^= 1;
    case(
        "status-table",
        "checksum",
        "the stream's own checksum is wrong",
        "refused compression",
    )
    .with("index", 0)
    .write(&hex(&wrong));
}

/// Packs bytes as zlib.
pub(crate) fn zlib(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
