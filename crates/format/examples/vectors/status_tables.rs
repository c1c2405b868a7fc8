//! Cases of status indexes and of the table behind the lists.

use crate::case::case;

pub(crate) fn write() {
    status_indexes();
    status_tables();
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
