//! Cases of drawings and of stamped files. The files are two small PDFs, stamped by hand; a case says what was done to one.

use ananke_format::datamatrix::{Symbol, side_for};
use ananke_format::seal::Statement;
use ananke_format::stamp::{self, hole_len};
use ananke_format::{Instant, Mode, Product, Reference, Sha256, Signer as _};

use crate::case::{case, hex};
use crate::keys::{TestKey, vectors};

/// A PDF of one empty page, with a classic cross-reference table.
pub(crate) fn original() -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << >> >>",
    ];
    let mut offsets = Vec::new();
    for (object, number) in objects.iter().zip(1..) {
        offsets.push(out.len());
        out.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let table = out.len();
    out.extend(b"xref\n0 4\n0000000000 65535 f \n");
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    out.extend(b"trailer\n<< /Size 4 /Root 1 0 R >>\n");
    out.extend(format!("startxref\n{table}\n%%EOF\n").bytes());
    out
}

/// Stamps a PDF whose objects end at a number and whose page is object 3. Gives the file and where the hole is.
fn stamped(
    original: &[u8],
    next: usize,
    previous: usize,
    (key, seed): (&str, u8),
) -> (Vec<u8>, std::ops::Range<usize>) {
    let key = TestKey::load(key);
    let mut statement = Statement {
        mode: Mode::Live,
        certificate: key.certificate_reference(),
        template_version: None,
        valid_to: None,
        status: 42,
        reference: Reference::from_random(Product::TCode, [seed; 8]),
        original: Sha256::of(original),
        issued_at: Instant::parse("2026-07-01T10:00:00.000Z").unwrap(),
        type_code: "diploma".to_owned(),
        stamp: Sha256::of(b""),
        fields: vec![(0, "Ada Lovelace".to_owned())],
    };
    let side = side_for(statement.sealed_len().unwrap()).unwrap();
    let (length, begin) = (hole_len(side), original.len());
    let mut update = Vec::new();
    let mut offsets = Vec::new();
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << /XObject << /S {next} 0 R >> >> /Contents {} 0 R >>",
        next + 1
    );
    let place = "q 1 0 0 1 100 20 cm /S Do Q";
    let objects = [
        (3, page),
        (
            next + 1,
            format!("<< /Length {} >>\nstream\n{place}\nendstream", place.len()),
        ),
    ];
    for (number, object) in objects {
        offsets.push((number, begin + update.len()));
        update.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    offsets.push((next, begin + update.len()));
    let head =
        format!("<< /Type /XObject /Subtype /Form /BBox [0 0 {side} {side}] /Length {length} >>");
    update.extend(format!("{next} 0 obj\n{head}\nstream\n").bytes());
    let hole = update.len()..update.len() + length;
    update.resize(hole.end, b' ');
    update.extend(b"\nendstream\nendobj\n");
    let table = begin + update.len();
    update.extend(b"xref\n");
    offsets.sort_unstable();
    for (number, offset) in offsets {
        update.extend(format!("{number} 1\n{offset:010} 00000 n \n").bytes());
    }
    update.extend(
        format!(
            "trailer\n<< /Size {} /Root 1 0 R /Prev {previous} >>\n",
            next + 2
        )
        .bytes(),
    );
    let in_file = begin + hole.start..begin + hole.end;
    update.extend(stamp::comment(begin, &in_file));
    update.extend(format!("startxref\n{table}\n%%EOF\n").bytes());
    stamp::fill(begin, &mut update, hole, &mut statement, &key).unwrap();
    ([original, &update].concat(), in_file)
}

/// Where `startxref` of a file points to.
fn table(file: &[u8]) -> usize {
    let text = String::from_utf8_lossy(file);
    let number = text.trim_end().rsplit('\n').nth(1).unwrap();
    number.parse().unwrap()
}

/// Reads a file of `pki/`, or makes it.
fn kept(name: &str, make: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
    let file = vectors().join("pki").join(name);
    if !file.exists() {
        std::fs::write(&file, make()).unwrap();
    }
    std::fs::read(file).unwrap()
}

/// The hole of a stamped file, from its comment.
pub(crate) fn hole(file: &[u8]) -> std::ops::Range<usize> {
    let text: Vec<u8> = file[file.len() - 120..].to_vec();
    let text = String::from_utf8(text).unwrap();
    let (_, comment) = text.split_once("%Ananke-Stamp-1 ").unwrap();
    let number = |at: usize| comment[at..at + 10].parse::<usize>().unwrap();
    number(11)..number(11) + number(22)
}

fn drawings() {
    for (name, what, payload, side) in [
        ("one", "one byte", vec![0], 10),
        ("fills", "a symbol that is full", vec![0xff; 16], 18),
        ("regions", "four regions", (0..60).collect(), 32),
        (
            "short-length",
            "249 bytes: the longest with one codeword of length",
            vec![0x55; 249],
            64,
        ),
        (
            "long-length",
            "250 bytes: two codewords of length",
            vec![0x55; 250],
            64,
        ),
        (
            "blocks",
            "several blocks of correction",
            (0..=255).chain(0..100).collect(),
            72,
        ),
        ("hundred", "coordinates of three digits", vec![7; 800], 104),
        ("largest", "the most there may be", vec![0xa5; 1_301], 132),
    ] {
        // What is drawn is told by the length and by other readers of symbols (`tests/symbols.rs`); the digest says that every
        // implementation draws the same.
        let symbol = Symbol::of(&payload).unwrap();
        let drawing = stamp::draw(&symbol).unwrap();
        let expect = format!("{side} {} {}", hole_len(side), Sha256::of(&drawing));
        case("draw", name, what, &expect).write(&hex(&payload));
    }
    case(
        "draw",
        "too-large",
        "more than any symbol holds",
        "refused too_large",
    )
    .write(&hex(&[0; 1_302]));
}

/// Makes the stamped files that are missing.
fn make_given() {
    let first = original();
    let once = |key, seed| stamped(&first, 4, table(&first), (key, seed)).0;
    let again = |file: &[u8], key, seed| stamped(file, 6, table(file), (key, seed)).0;
    let genuine = kept("stamped.pdf", || once("acme", 1));
    kept("stamped-twice.pdf", || again(&genuine, "acme", 2));
    kept("stamped-unlisted.pdf", || once("acme-new", 5));
    kept("stamped-stranger.pdf", || once("stranger-acme", 6));
    kept("stamped-over.pdf", || again(&genuine, "stranger-acme", 7));
    kept("stamped-over-unlisted.pdf", || {
        again(&genuine, "acme-new", 8)
    });
}

/// A stamped file of `pki/`.
pub(crate) fn given(name: &str) -> Vec<u8> {
    std::fs::read(vectors().join("pki").join(name)).unwrap()
}

fn files() {
    let first = original();
    let once = given("stamped.pdf");
    let hole = hole(&once);
    let reference = |seed: u8| Reference::from_random(Product::TCode, [seed; 8]);
    let good = format!("passed {} {}", reference(1), first.len());
    let check = |name: &str, what: &str, expect: &str, done: String| {
        case("stamped", name, what, expect)
            .with("file", "stamped.pdf")
            .write(&done);
    };
    check("genuine", "nothing was done", &good, String::new());
    case(
        "stamped",
        "twice",
        "a stamped file that was stamped",
        &format!("passed {} {}", reference(2), once.len()),
    )
    .with("file", "stamped-twice.pdf")
    .write("");
    check(
        "not-stamped",
        "the original",
        "refused no_stamp",
        format!("cut {}", first.len()),
    );
    check("empty", "nothing", "refused no_stamp", "cut 0".to_owned());
    check(
        "without-its-end",
        "the last line feed is missing",
        "refused no_stamp",
        format!("cut {}", once.len() - 1),
    );
    let appended = format!("refused appended {}", once.len());
    check(
        "line-feed",
        "one more line feed",
        &appended,
        "append 0a".to_owned(),
    );
    check(
        "append",
        "an update of somebody else",
        &appended,
        format!("append {}", hex(b"4 0 obj\nnull\nendobj\n")),
    );
    let trailer = once.len() - 120
        + String::from_utf8_lossy(&once[once.len() - 120..])
            .find("%Ananke")
            .unwrap();
    check(
        "append-a-trailer",
        "an update of somebody else, which ends as this one does",
        &appended,
        format!("append {}", hex(&[b"\n", &once[trailer..]].concat())),
    );
    check(
        "many-trailers",
        "behind more trailers than are looked at",
        "refused update",
        format!("append {}", hex(&once[trailer..].repeat(9))),
    );
    check(
        "original",
        "a byte of the original",
        "refused original",
        format!("put 200 {}", hex(b"9")),
    );
    check(
        "shorter-original",
        "the original without its first byte",
        "refused hole",
        "remove 0 1".to_owned(),
    );
    check(
        "update",
        "where the symbol stands",
        "refused update",
        format!(
            "put {} {}",
            String::from_utf8_lossy(&once).find("100 20 cm").unwrap(),
            hex(b"101")
        ),
    );
    check(
        "startxref",
        "where the table is said to be",
        "refused update",
        format!("put {} {}", once.len() - 8, hex(b"0")),
    );
    check(
        "leading-zero",
        "a number that begins with 0",
        "refused no_stamp",
        format!(
            "insert {} 30",
            once.len() - 7 - table(&once).to_string().len()
        ),
    );
    check(
        "short-number",
        "a length of nine digits",
        "refused no_stamp",
        format!("remove {} 1", trailer + 16),
    );
    check(
        "other-version",
        "another version of the comment",
        "refused no_stamp",
        format!("put {} 32", trailer + 14),
    );
    check(
        "hole-in-the-original",
        "a hole that begins before the update",
        "refused no_stamp",
        format!(
            "put {} {}",
            trailer + 27,
            hex(format!("{:010}", first.len() - 1).as_bytes())
        ),
    );
    check(
        "hole-one-byte-on",
        "a hole one byte behind its place",
        "refused hole",
        format!(
            "put {} {}",
            trailer + 27,
            hex(format!("{:010}", hole.start + 1).as_bytes())
        ),
    );
    check(
        "module",
        "a module that is not dark",
        "refused hole",
        format!("put {} {}", hole.start, hex(b"1")),
    );
    check(
        "space",
        "a line feed in the place of a space",
        "refused hole",
        format!("put {} 0a", hole.end - 1),
    );
    check(
        "blank",
        "nothing in the hole",
        "refused hole",
        format!("put {} {}", hole.start, hex(&vec![b' '; hole.len()])),
    );
    // Drawings that are drawn rightly, of something else.
    let filled = |payload: &[u8]| {
        let drawing = stamp::draw(&Symbol::of(payload).unwrap()).unwrap();
        assert_eq!(drawing.len(), hole.len());
        format!("put {} {}", hole.start, hex(&drawing))
    };
    check(
        "no-seal",
        "a symbol that holds no seal",
        "refused seal.magic",
        filled(&vec![7; 270]),
    );
    let mut none = Symbol::of(&vec![7; 270]).unwrap();
    none = Symbol::from_modules(
        (0..none.side() * none.side())
            .map(|at| at % 3 == 0)
            .collect(),
    )
    .unwrap();
    if let Some(drawing) = stamp::draw(&none) {
        check(
            "no-symbol",
            "modules that are no symbol",
            "refused symbol",
            format!("put {} {}", hole.start, hex(&drawing)),
        );
    }
    // The seal of another file of the same shape.
    let other = [
        &first[..first.len() - 200],
        b"%",
        &first[first.len() - 199..],
    ]
    .concat();
    let (other, at) = stamped(&other, 4, table(&first), ("acme", 3));
    check(
        "another-files-seal",
        "the barcode of another file",
        "refused original",
        format!("put {} {}", hole.start, hex(&other[at])),
    );
}

pub(crate) fn write() {
    make_given();
    drawings();
    files();
}
