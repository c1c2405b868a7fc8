//! `ananke seal decode`: seals of other people, and ours.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use ananke_format::datamatrix::Symbol;
use ananke_format::stamp;
use serde_json::Value;

use crate::pdf_worker::pdf;
use crate::stamps;
use crate::world::{Ended, Room, text};

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors")
}

fn decode(room: &Room, seal: &str, more: &[&str]) -> Ended {
    room.run(["seal", "decode", seal, "--json"].iter().chain(more))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn foreign_seals_of_the_vectors() {
    let room = Room::new();
    let file = std::fs::read_to_string(vectors().join("vds/seals.json")).unwrap();
    let file: Value = serde_json::from_str(&file).unwrap();
    let certificate = vectors().join("vds/UTTS5B.pem");
    let certificate = ["--certificate", certificate.to_str().unwrap()];
    let seals = file["seals"].as_array().unwrap();
    assert!(seals.len() >= 5);
    for seal in seals {
        let (name, bytes) = (text(seal, "name"), text(seal, "hex"));
        let bare = decode(&room, bytes, &[])
            .code(6)
            .says("Nothing was verified");
        assert_eq!(bare.json()["signature"], "not_checked", "{name}");
        let is_signed = seal["signer"] == "UTTS5B";
        let checked = decode(&room, bytes, &certificate).code(if is_signed { 0 } else { 3 });
        let word = if is_signed { "valid" } else { "invalid" };
        assert_eq!(checked.json()["signature"], word, "{name}");
        // One bit of what is signed.
        let last = checked.json()["messages"].as_array().unwrap().len() - 1;
        let value = checked.json()["messages"][last]["hex"].clone();
        let value = value.as_str().unwrap();
        let changed = format!(
            "{}{}",
            if &value[..1] == "4" { "5" } else { "4" },
            &value[1..]
        );
        if is_signed && !value.is_empty() {
            let forged = bytes.replacen(value, &changed, 1);
            let answer = decode(&room, &forged, &certificate).code(3).json();
            assert_eq!(answer["signature"], "invalid", "{name}");
        }
    }
}

#[test]
fn members_are_those_of_the_vectors() {
    let room = Room::new();
    let mut count = 0;
    for entry in std::fs::read_dir(vectors().join("seal")).unwrap() {
        let path = entry.unwrap().path();
        let case = std::fs::read_to_string(&path).unwrap();
        let (head, input) = case.split_once("\n\n").unwrap();
        let expect = head
            .lines()
            .find_map(|line| line.strip_prefix("expect: "))
            .unwrap();
        let input = input.trim_end();
        let is_seal = input.starts_with("dc");
        if expect.starts_with("refused ") {
            let ended = decode(&room, input, &[]).code(if is_seal { 3 } else { 1 });
            assert!(ended.out.is_empty(), "{}: {ended:?}", path.display());
            continue;
        }
        count += 1;
        let answer = decode(&room, input, &[]).code(6).json();
        let header = &answer["header"];
        let tags = answer["messages"].as_array().unwrap().iter();
        let tags: Vec<String> = tags.map(|m| text(m, "tag").to_lowercase()).collect();
        let tags = match tags.as_slice() {
            [] => "-".to_owned(),
            tags => tags.join(","),
        };
        let said = format!(
            "{} {} {} {} {} {} {}{} {tags} {}",
            header["version"],
            text(header, "issuingCountry"),
            text(header, "signerIdentifier"),
            text(header, "certificateReference"),
            text(header, "documentIssueDate"),
            text(header, "signatureCreationDate"),
            text(header, "documentFeatureDefinitionReference").to_lowercase(),
            text(header, "documentTypeCategory").to_lowercase(),
            match answer["signatureBytes"].is_null() {
                true => "unsigned",
                false => "signed",
            }
        );
        assert_eq!(said, expect, "{}", path.display());
    }
    assert!(count >= 8, "{count}");
}

#[test]
fn ours_in_every_wrapping() {
    let world = stamps::world();
    let stamp = stamps::stamp(&world, &["--field", "degree=Reading"]);
    let seal = payload(&stamp);
    let room = &world.room;
    room.write("seal.bin", &seal);
    room.write("seal.b64", text(&stamp, "seal"));
    room.write("stamp.json", stamp.to_string());
    room.write("seal.png", png(&seal));
    room.write("page.pdf", page(&seal));
    let hex = hex(&seal);
    for wrapped in [
        "seal.bin",
        "seal.b64",
        "stamp.json",
        "seal.png",
        "page.pdf",
        "letter.stamped.pdf",
        &hex,
        text(&stamp, "seal"),
    ] {
        let answer = decode(room, wrapped, &[]).code(6).json();
        assert_eq!(
            answer["ananke"]["reference"], stamp["reference"],
            "{wrapped}"
        );
        let texts: Vec<&str> = answer["messages"].as_array().unwrap()[6..]
            .iter()
            .filter_map(|message| message["text"].as_str())
            .collect();
        assert_eq!(texts, ["Zoë Ångström", "Reading"], "{wrapped}");
    }
    let piped = room.pipe(["seal", "decode", "-", "-o", "json"], &seal);
    assert_eq!(piped.code(6).json()["signature"], "not_checked");
    // By the certificate it names, as the server publishes it.
    let reference = decode(room, &hex, &[]).json();
    let reference = text(&reference["header"], "certificateReference").to_owned();
    room.write("own.pem", world.fetch(&format!("/c/{reference}.pem")));
    decode(room, &hex, &["--certificate", "own.pem"]).code(0);

    for (wrong, code, words) in [
        ("nothing", 1, "neither a file nor the bytes of a seal"),
        ("letter.pdf", 5, "no barcode"),
        ("diploma.json", 1, "no PNG, JPEG or PDF"),
    ] {
        decode(room, wrong, &[]).code(code).says(words);
    }
    decode(room, &hex, &["--certificate", "letter.pdf"])
        .code(2)
        .says("letter.pdf");
    decode(room, &hex[..100], &[])
        .code(3)
        .says("ends too early");
    let told = room.run(["seal", "decode", "seal.bin"]).code(6).out;
    assert!(told.starts_with("Nothing was verified"), "{told}");
    assert!(told.contains("/s/UNIV01/live/0, index "), "{told}");
}

/// The bytes of a stamp's seal.
pub(crate) fn payload(stamp: &Value) -> Vec<u8> {
    use base64::Engine as _;
    let engine = base64::engine::general_purpose::STANDARD;
    engine.decode(text(stamp, "seal")).unwrap()
}

/// A page with nothing on it but a symbol, as it is drawn in stamps: a stamped PDF that was saved anew has no more of it.
pub(crate) fn page(payload: &[u8]) -> Vec<u8> {
    let symbol = Symbol::of(payload).unwrap();
    let side = symbol.side();
    let scale = 200.0 / f64::from(u16::try_from(side).unwrap());
    let mut content = format!("{scale} 0 0 {scale} 200 400 cm\n").into_bytes();
    content.extend(stamp::draw(&symbol).unwrap());
    let mut stream = format!("<< /Length {} >>\nstream\n", content.len()).into_bytes();
    stream.extend(content);
    stream.extend(b"\nendstream");
    pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>".to_vec(),
        stream,
    ])
}

/// A scan: a page of which a picture is all that is seen.
pub(crate) fn scan(payload: &[u8]) -> Vec<u8> {
    const DOTS: usize = 6;
    let symbol = Symbol::of(payload).unwrap();
    let width = (symbol.side() + 8) * DOTS;
    let mut pixels = Vec::new();
    for y in 0..width {
        for x in 0..width {
            let (row, column) = ((y / DOTS).wrapping_sub(4), (x / DOTS).wrapping_sub(4));
            pixels.push(if symbol.is_dark(row, column) {
                0_u8
            } else {
                255
            });
        }
    }
    let content = "q 300 0 0 300 100 300 cm /Im Do Q";
    let head = format!(
        "<< /Type /XObject /Subtype /Image /Width {width} /Height {width} /BitsPerComponent 8 /ColorSpace /DeviceGray /Length {} >>\nstream\n",
        pixels.len()
    );
    pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /Im 5 0 R >> >> >>".to_vec(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()).into_bytes(),
        [head.as_bytes(), &pixels, b"\nendstream"].concat(),
    ])
}

/// A picture of a symbol, or of nothing.
pub(crate) fn png(payload: &[u8]) -> Vec<u8> {
    const DOTS: usize = 6;
    let symbol = Symbol::of(payload);
    let side = symbol.as_ref().map_or(20, Symbol::side);
    let width = (side + 8) * DOTS;
    let mut rows = Vec::new();
    for y in 0..width {
        rows.push(0);
        for x in 0..width {
            let is_dark = |symbol: &Symbol| {
                let module = |at: usize| (at / DOTS).checked_sub(4).filter(|at| *at < side);
                let at = module(y).zip(module(x));
                at.is_some_and(|(row, column)| symbol.is_dark(row, column))
            };
            let is_dark = symbol.as_ref().is_some_and(is_dark);
            rows.push(if is_dark { 0 } else { 255 });
        }
    }
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&rows).unwrap();
    let size = u32::try_from(width).unwrap().to_be_bytes();
    // Eight bits of grey.
    let head = [&size[..], &size, &[8, 0, 0, 0, 0]].concat();
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [
        (b"IHDR", head),
        (b"IDAT", packed.finish().unwrap()),
        (b"IEND", Vec::new()),
    ] {
        out.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        let mut crc = flate2::Crc::new();
        crc.update(kind);
        crc.update(&data);
        out.extend(kind);
        out.extend(data);
        out.extend(crc.sum().to_be_bytes());
    }
    out
}
