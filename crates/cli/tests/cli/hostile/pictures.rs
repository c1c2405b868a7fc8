//! Pictures and files in which anybody may have a barcode looked for: `POST /v1/tcode/verify/image`.

use super::parts::{drawing, packed, page, plain, stream, swapped};
use super::{Hostile, Said};

/// A part of a PNG.
fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut sum = flate2::Crc::new();
    sum.update(kind);
    sum.update(data);
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], kind, data, &sum.sum().to_be_bytes()].concat()
}

/// A PNG of this size, depth and kind of colour, and these parts.
fn png(width: u32, height: u32, form: [u8; 3], parts: &[Vec<u8>]) -> Vec<u8> {
    let [depth, color, interlaced] = form;
    let head = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[depth, color, 0, 0, interlaced],
    ];
    let begin = [b"\x89PNG\r\n\x1a\n", &chunk(b"IHDR", &head.concat())[..]].concat();
    [begin, parts.concat(), chunk(b"IEND", b"")].concat()
}

const GREY: [u8; 3] = [8, 0, 0];

/// The points of a PNG: so many MiB of nothing.
fn points(mebibytes: usize) -> Vec<u8> {
    chunk(b"IDAT", &packed(&[0], mebibytes))
}

/// A segment of a JPEG.
fn segment(kind: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    [&[0xff, kind][..], &length, data].concat()
}

/// A grey JPEG of this size in steps, each a scan of all its points.
fn progressive(side: u16, scans: usize) -> Vec<u8> {
    let [high, low] = side.to_be_bytes();
    let blocks = usize::from(side / 8).pow(2);
    let mut out = vec![0xff, 0xd8];
    out.extend(segment(0xdb, &[&[0][..], &[1; 64]].concat()));
    out.extend(segment(0xc2, &[8, high, low, high, low, 1, 1, 0x11, 0]));
    // One code each: no change, and the end of 2^14 blocks and as many as the 14 bits behind it say.
    let table =
        |class: u8, value: u8| segment(0xc4, &[&[class, 1][..], &[0; 15], &[value]].concat());
    out.extend([table(0x00, 0), table(0x10, 0xe0)].concat());
    out.extend(segment(0xda, &[1, 1, 0x00, 0, 0, 0x00]));
    out.extend(vec![0; blocks.div_ceil(8)]);
    for _ in 0..scans {
        out.extend(segment(0xda, &[1, 1, 0x00, 1, 63, 0x00]));
        // 32,767 blocks a run of fifteen bits: `0`, and fourteen that are set; no byte is 0xff for long.
        let runs = blocks.div_ceil(32_767);
        let bits: Vec<bool> = (0..runs).flat_map(|_| (0..15).map(|bit| bit > 0)).collect();
        for byte in bits.chunks(8) {
            let byte = byte
                .iter()
                .enumerate()
                .fold(0, |all, (at, bit)| all | u8::from(*bit) << (7 - at));
            out.push(byte);
            if byte == 0xff {
                out.push(0);
            }
        }
    }
    out.extend([0xff, 0xd9]);
    out
}

/// A JPEG that says it has this size, and breaks off.
fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let size = [height.to_be_bytes(), width.to_be_bytes()].concat();
    let frame = [&[8], &size[..], &[1, 1, 0x11, 0]].concat();
    let tables = segment(0xdb, &[&[0][..], &[1; 64]].concat());
    let scan = segment(0xda, &[1, 1, 0, 0, 63, 0]);
    [&[0xff, 0xd8][..], &tables, &segment(0xc0, &frame), &scan].concat()
}

/// A page all of which is this image.
fn scan(entries: &str, bytes: &[u8]) -> Vec<u8> {
    let entries = format!("/Type /XObject /Subtype /Image {entries}");
    let content = stream("", b"q 595 0 0 842 0 0 cm /X Do Q");
    drawing(
        "/XObject << /X 5 0 R >>",
        content,
        &[stream(&entries, bytes)],
    )
}

pub(super) fn files() -> Vec<Hostile> {
    let told = |name: &str, words: &'static str, make: fn() -> Vec<u8>| {
        Hostile::new(name, Said::unread(words), make)
    };
    let large = |name: &str, make: fn() -> Vec<u8>| Hostile::new(name, Said::large("pixels"), make);
    let taken = |name: &str, make: fn() -> Vec<u8>| Hostile::new(name, Said::Taken, make);
    let ends = |name: &str, make: fn() -> Vec<u8>| Hostile::new(name, Said::Ends, make);
    vec![
        large("a PNG of 10^9 points", || {
            png(31_623, 31_623, GREY, &[points(1_000)])
        }),
        large("a PNG of 2^62 points", || {
            png(i32::MAX as u32, i32::MAX as u32, GREY, &[points(1)])
        }),
        large("a PNG of 2^64 points", || {
            png(u32::MAX, u32::MAX, GREY, &[points(1)])
        }),
        told("a PNG of no point", "PNG", || png(0, 9, GREY, &[points(1)])),
        taken("a PNG of nine points for a gigabyte", || {
            png(3, 3, GREY, &[points(1_000)])
        }),
        taken("a PNG that describes itself in a gigabyte", || {
            let text = [b"x\0\0", &packed(b" ", 4_000)[..]].concat();
            png(3, 3, GREY, &[chunk(b"zTXt", &text), points(1)])
        }),
        taken("a PNG with colours of a gigabyte", || {
            let profile = [b"x\0\0", &packed(&[0], 4_000)[..]].concat();
            png(3, 3, GREY, &[chunk(b"iCCP", &profile), points(1)])
        }),
        told("a PNG with a part of 2^31 bytes", "PNG", || {
            let file = png(3, 3, GREY, &[]);
            [&file[..33], &[0x7f, 0xff, 0xff, 0xff], b"IDAT"].concat()
        }),
        told("a PNG that breaks off in its points", "PNG", || {
            let file = png(2_000, 2_000, GREY, &[points(8)]);
            file[..file.len() - 3_000].to_vec()
        }),
        told("a PNG whose sums are wrong", "PNG", || {
            let mut file = png(9, 9, GREY, &[points(1)]);
            file[30] ^= 1;
            file
        }),
        told("a PNG of colours that it does not name", "PNG", || {
            png(64, 64, [8, 3, 0], &[points(1)])
        }),
        told("a PNG of a depth that there is not", "PNG", || {
            png(64, 64, [7, 0, 0], &[points(1)])
        }),
        told("a PNG without a point", "PNG", || png(64, 64, GREY, &[])),
        told("a PNG of 300,000 empty parts", "PNG", || {
            png(64, 64, GREY, &[chunk(b"abCd", b"").repeat(300_000)])
        }),
        told("a PNG that is its first line", "PNG", || {
            b"\x89PNG\r\n\x1a\n".to_vec()
        }),
        large("a JPEG of 4 * 10^9 points", || jpeg(65_500, 65_500)),
        told("a JPEG of no point", "JPEG", || jpeg(0, 0)),
        told("a JPEG that breaks off before its points", "JPEG", || {
            jpeg(64, 64)
        }),
        told("a JPEG that is its first word", "JPEG", || {
            b"\xff\xd8\xff".to_vec()
        }),
        told("a JPEG of segments without an end", "JPEG", || {
            [&b"\xff\xd8"[..], &b"\xff\xe0\x00\x02".repeat(1_000_000)].concat()
        }),
        told("a JPEG of ten thousand steps", "scans", || {
            progressive(4_096, 10_000)
        }),
        taken("a JPEG of 90 steps for 36 million points", || {
            progressive(6_000, 90)
        }),
        Hostile::new("a GIF to be read", Said::other("PNG, JPEG or PDF"), || {
            b"GIF89a\x01\0\x01\0\0\0\0;".to_vec()
        }),
        Hostile::new(
            "nothing to be read",
            Said::other("PNG, JPEG or PDF"),
            Vec::new,
        ),
        Hostile::new(
            "a picture of 10 MiB and one byte",
            Said::large("10485760"),
            || {
                let mut file = png(3, 3, GREY, &[points(1)]);
                file.resize((10 << 20) + 1, 0);
                file
            },
        ),
        told("an encrypted PDF to be read", "encrypted", || {
            swapped(
                &plain(),
                "/Root",
                "/Encrypt << /Filter /Standard /V 2 /R 3 /O <00> /U <00> /P -44 >> /ID [(a) (b)] /Root",
            )
        }),
        taken("a page of a square kilometre", || {
            page("/MediaBox [0 0 2834645 2834645]", &[])
        }),
        told("a page as long as a road", "cannot be drawn", || {
            page("/MediaBox [0 0 1 10000000]", &[])
        }),
        ends("a scan of 4,000 million points", || {
            scan(
                "/Width 65000 /Height 65000 /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /FlateDecode",
                &packed(&[0], 4_000),
            )
        }),
        ends("a scan that is a JPEG of 4 * 10^9 points", || {
            scan(
                "/Width 65500 /Height 65500 /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /DCTDecode",
                &jpeg(65_500, 65_500),
            )
        }),
        ends("a scan by fax of 2^31 columns", || {
            scan(
                "/Width 2147483647 /Height 2147483647 /BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 2147483647 /Rows 2147483647 >>",
                &[0; 64],
            )
        }),
        taken("a scan by JBIG2 of 2^62 points", || {
            let region = [
                &[0, 0, 0, 0, 0x30, 0, 1, 0, 0, 0, 19][..],
                &[0x7f, 0xff, 0xff, 0xff].repeat(2),
                &[0; 11],
            ]
            .concat();
            scan(
                "/Width 2147483647 /Height 2147483647 /BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /JBIG2Decode",
                &region,
            )
        }),
    ]
}
