//! Little that becomes very much: packed streams in every place where one is unpacked, and drawings that repeat themselves.

use super::parts::{Listed, catalog, deflated, drawing, packed, page, stream};
use super::{Hostile, Said};

const FLATE: &str = "/Filter /FlateDecode";
/// Unpacked 4,000 MiB, which is more than a process may have.
const MUCH: usize = 4_000;

/// A file whose list of objects is this.
fn listed(entries: &str, rows: &[u8]) -> Vec<u8> {
    Listed::new().end_with(&format!("/Size 5 /W [1 4 1] {entries}"), rows)
}

/// A file whose page is in a stream of this.
fn in_objects(entries: &str, bytes: &[u8]) -> Vec<u8> {
    let mut listed = Listed::without_page();
    listed.within(4, 0);
    listed.object(&stream(
        &format!("/Type /ObjStm /N 1 /First 4 {entries}"),
        bytes,
    ));
    listed.end()
}

/// A file whose page draws what is packed in this way.
fn drawn(entries: &str, bytes: &[u8]) -> Vec<u8> {
    drawing("", stream(entries, bytes), &[])
}

/// A file whose page draws this image, wherever the stamp goes.
fn image(entries: &str, bytes: &[u8]) -> Vec<u8> {
    let entries = format!("/Type /XObject /Subtype /Image {entries}");
    let content = stream("", b"q 595 0 0 842 0 0 cm /X Do Q");
    drawing(
        "/XObject << /X 5 0 R >>",
        content,
        &[stream(&entries, bytes)],
    )
}

/// LZW of zeros: codes that grow until the table is full, and again. A table gives 7 MB for 6 KB.
fn lzw(tables: usize) -> Vec<u8> {
    let (mut out, mut buffer, mut bits) = (Vec::new(), 0_u64, 0);
    let table = || [256, 0].into_iter().chain(258..4_094);
    let mut last = 0;
    for code in (0..tables).flat_map(|_| table()) {
        // The width grows one code early. That a table begins anew is said in the width of the old one.
        let known = match code {
            0 => 258,
            256 => last,
            code => code,
        };
        last = code;
        let width = match known {
            ..511 => 9,
            511..1_023 => 10,
            1_023..2_047 => 11,
            _ => 12,
        };
        buffer = buffer << width | code;
        bits += width;
        while bits >= 8 {
            bits -= 8;
            out.push((buffer >> bits) as u8);
        }
        buffer &= (1 << bits) - 1;
    }
    out
}

/// Forms that each draw the next one ten times.
fn forms(levels: usize) -> Vec<u8> {
    let form = |at: usize| {
        let entries = format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 600 900] /Resources << /XObject << /X {} 0 R >> >>",
            at + 1
        );
        stream(&entries, "/X Do ".repeat(10).as_bytes())
    };
    let mut objects: Vec<_> = (5..5 + levels).map(form).collect();
    objects.push(stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 600 900]",
        "0 0 600 900 re f ".repeat(100).as_bytes(),
    ));
    drawing("/XObject << /X 5 0 R >>", stream("", b"/X Do"), &objects)
}

pub(super) fn files() -> Vec<Hostile> {
    let bomb = |name: &str, make: fn() -> Vec<u8>| Hostile::new(name, Said::Ends, make);
    vec![
        bomb("a bomb as list of objects", || {
            listed(FLATE, &packed(&[0], MUCH))
        }),
        bomb("a bomb in a bomb as list of objects", || {
            let twice = deflated(&packed(&[0], MUCH));
            listed("/Filter [/FlateDecode /FlateDecode]", &twice)
        }),
        bomb("a bomb with packed objects", || {
            in_objects(FLATE, &packed(b" ", MUCH))
        }),
        bomb("a bomb in a bomb with packed objects", || {
            let twice = deflated(&packed(b" ", MUCH));
            in_objects("/Filter [/FlateDecode /FlateDecode]", &twice)
        }),
        bomb("a bomb as drawing", || drawn(FLATE, &packed(b" ", MUCH))),
        bomb("a bomb in three bombs as drawing", || {
            let thrice = deflated(&deflated(&packed(b" ", MUCH)));
            drawn("/Filter [/Fl /Fl /Fl]", &thrice)
        }),
        bomb("a bomb of LZW as drawing", || {
            drawn("/Filter /LZWDecode", &lzw(600))
        }),
        bomb("a bomb of run lengths as drawing", || {
            drawn(
                "/Filter [/FlateDecode /RunLengthDecode]",
                &packed(b"\x81 ", 64),
            )
        }),
        bomb("a bomb of base 85 as drawing", || {
            drawn(
                "/Filter [/FlateDecode /ASCII85Decode]",
                &packed(b"z", 1_000),
            )
        }),
        bomb("a bomb of hexadecimal digits as drawing", || {
            drawn(
                "/Filter [/FlateDecode /ASCIIHexDecode]",
                &packed(b"20", MUCH),
            )
        }),
        bomb("a bomb with rows of PNG as drawing", || {
            drawn(
                "/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 1023 >>",
                &packed(&[0], MUCH),
            )
        }),
        bomb("the same stream 100,000 times as drawing", || {
            let again = "4 0 R ".repeat(100_000);
            let entries = format!("/MediaBox [0 0 595 842] /Contents [{again}]");
            page(&entries, &[stream(FLATE, &packed(b" ", 1))])
        }),
        bomb("a bomb as description", || {
            let metadata = "/Type /Metadata /Subtype /XML /Filter /FlateDecode";
            catalog("/Metadata 5 0 R", &[stream(metadata, &packed(b" ", MUCH))])
        }),
        bomb("an image of 4,000 million points", || {
            image(
                "/Width 65000 /Height 65000 /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /FlateDecode",
                &packed(&[0], MUCH),
            )
        }),
        bomb("ten thousand million forms", || forms(10)),
    ]
}
