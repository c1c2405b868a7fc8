//! Stamps on foreign files, as the byte check and outside tools see them: `qpdf` says sound, and `dmtxread` reads the seal from the
//! pixels of `pdftoppm`, where the stamp has to be.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

#[path = "../../format/examples/vectors/keys.rs"]
#[allow(dead_code, reason = "shared with the vectors")]
mod keys;
mod originals;
#[allow(dead_code, reason = "shared with the tests of renditions")]
mod sample;
mod sealed;
mod tool;

#[path = "stamp/content.rs"]
mod content;
#[path = "stamp/damaged.rs"]
mod damaged;
#[path = "stamp/decoders.rs"]
mod decoders;
#[path = "stamp/readers.rs"]
mod readers;
#[path = "stamp/repair.rs"]
mod repair;
#[path = "stamp/trailer.rs"]
mod trailer;
#[path = "stamp/words.rs"]
mod words;

use std::io::Read as _;

use ananke_format::stamp::{self as format_stamp, StampError as CheckError};
use ananke_pdf::stamp::{Page, Placement, StampError, Warning, update};
use originals::{all, by_qpdf, classic, plain};
use sealed::{mark, stamped, statement};

/// What `dmtxread` reads in a part of the last page, which is given in points from the top left.
fn read(file: &[u8], (left, top, size): (f64, f64, f64)) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stamped.pdf");
    std::fs::write(&path, file).unwrap();
    tool::run("qpdf", &["--check"], &path)?;
    let pixels = |points: f64| (points / 72.0 * 300.0).round().to_string();
    let (left, top, size) = (pixels(left), pixels(top), pixels(size));
    let out = folder.path().join("page");
    let last = tool::run("qpdf", &["--show-npages"], &path)?;
    let last = last.trim();
    tool::run_into(
        "pdftoppm",
        &[
            "-r",
            "300",
            "-png",
            "-cropbox",
            "-singlefile",
            "-f",
            last,
            "-l",
            last,
            "-x",
            &left,
            "-y",
            &top,
            "-W",
            &size,
            "-H",
            &size,
        ],
        &path,
        out.to_str().unwrap(),
    )?;
    tool::run_bytes("dmtxread", &["-N1"], &folder.path().join("page.png"))
}

#[test]
fn a_stamp_on_every_build_of_file() {
    let at = |x: Option<f64>, y: Option<f64>, label: Option<&str>| Placement {
        x,
        y,
        label: label.map(str::to_owned),
        ..Placement::default()
    };
    let placements = [
        at(None, None, None),
        at(Some(0.0), Some(0.0), Some("Prüfen")),
        at(Some(12.5), None, Some("افحص هذه الوثيقة")),
        at(None, Some(150.0), Some(&"many words ".repeat(8))),
    ];
    let (mut read_back, mut wanted) = (0, 0);
    for original in all() {
        for (number, placement) in placements.iter().enumerate() {
            let name = format!("{} {number}", original.name);
            let (file, seal) = stamped(&original.bytes, placement)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(file.starts_with(&original.bytes), "{name}");
            let checked = format_stamp::check(&file, |_| false)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(checked.original_len, original.bytes.len());
            assert_eq!(checked.seal.to_bytes().unwrap(), seal);
            // 18 points from the edges where no place is given, the symbol left of its QR code and above its line.
            let (unit, (width, height)) = (original.unit, original.size);
            let right = width - (18.0 + 90.0 * 1.48) / unit;
            let left = placement.x.map_or(right, |x| x / unit);
            let top = height - (placement.y.unwrap_or(18.0) + 90.0 * 1.13) / unit;
            wanted += 1;
            if let Some(found) = read(&file, (left, top, 90.0 / unit)) {
                assert_eq!(found, seal, "{name}");
                read_back += 1;
            }
        }
    }
    assert!(
        read_back == 0 || (read_back == wanted && wanted >= 76),
        "{read_back} of {wanted}"
    );
}

#[test]
fn a_stamp_where_it_is_wanted() {
    let original = plain();
    let placement = Placement {
        page: Page::Number(1),
        x: Some(40.0),
        y: Some(500.0),
        size: 120.0,
        label: Some("Prüfen Sie dieses Zeugnis: תעודה · شهادة".to_owned()),
        ..Placement::default()
    };
    let (file, seal) = stamped(&original, &placement).unwrap();
    let top = 841.89 - 500.0 - 120.0 * 1.13;
    if let Some(found) = read(&file, (40.0, top, 120.0)) {
        assert_eq!(found, seal);
        // The control: it is read there and nowhere else.
        assert_eq!(read(&file, (300.0, top, 120.0)), Some(Vec::new()));
    }
}

/// A stamped file is stamped again; the last stamp counts, and the first one is still there.
#[test]
fn a_stamp_on_a_stamped_file() {
    let (first, _) = stamped(&plain(), &Placement::default()).unwrap();
    let second = Placement {
        x: Some(18.0),
        ..Placement::default()
    };
    let (twice, seal) = stamped(&first, &second).unwrap();
    let top = 841.89 - 18.0 - 90.0 * 1.13;
    if let Some(found) = read(&twice, (18.0, top, 90.0)) {
        assert_eq!(found, seal);
    }
    let checked = format_stamp::check(&twice, |_| false).unwrap();
    assert_eq!(checked.original_len, first.len());
    let appended = [&first[..], b"\n"].concat();
    let genuine = first.len();
    assert_eq!(
        format_stamp::check(&appended, |_| true),
        Err(CheckError::Appended { genuine })
    );
}

fn refused(original: &[u8], placement: &Placement) -> String {
    let mark = mark(&statement(original));
    match update(original, placement, &mark, false) {
        Ok(_) => "stamped".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_is_refused_and_why() {
    let (plain, usual) = (plain(), Placement::default());
    for (what, placement, words) in [
        (
            "a page there is not",
            Placement {
                page: Page::Number(2),
                ..usual.clone()
            },
            "there is no page 2: the PDF has 1",
        ),
        (
            "page 0",
            Placement {
                page: Page::Number(0),
                ..usual.clone()
            },
            "there is no page 0",
        ),
        (
            "beside the page",
            Placement {
                x: Some(500.0),
                ..usual.clone()
            },
            "outside the page: it takes 133 × 102 pt from (500, 18), the page has 595 × 842 pt",
        ),
        (
            "below the page",
            Placement {
                y: Some(-1.0),
                ..usual.clone()
            },
            "outside the page",
        ),
        (
            "too small",
            Placement {
                size: 30.0,
                ..usual.clone()
            },
            "the size must be at least 38 pt",
        ),
    ] {
        let told = refused(&plain, &placement);
        assert!(told.contains(words), "{what}: {told}");
    }
    let junk = [b"\n", &plain[..]].concat();
    let mut nowhere = plain.clone();
    let at = nowhere.len() - 10;
    nowhere[at] = b'9';
    let truncated = [&plain[..plain.len() - 60], b"%%EOF\n"].concat();
    for (what, file, words) in [
        (
            "something before it",
            &junk,
            "something stands before its first line",
        ),
        (
            "a table that is elsewhere",
            &nowhere,
            "no objects are where it says",
        ),
        (
            "without a trailer",
            &truncated,
            "does not say where its objects are",
        ),
    ] {
        let told = refused(file, &usual);
        assert!(
            told.contains("damaged") && told.contains(words),
            "{what}: {told}"
        );
    }
    if let Some(encrypted) = by_qpdf(&["--encrypt", "", "owner", "256", "--"]) {
        assert!(refused(&encrypted, &usual).contains("encrypted"));
    }
    assert!(refused(&signed(), &usual).contains("carries a signature"));
}

/// A file that says it is signed.
fn signed() -> Vec<u8> {
    classic(&[
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /SigFlags 3 /Fields [] >> >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] >>".to_owned(),
    ])
}

#[test]
fn what_an_issuer_is_told() {
    let file = plain();
    let mark = mark(&statement(&file));
    let of = |file: &[u8], size: f64| {
        let placement = Placement {
            size,
            ..Placement::default()
        };
        update(file, &placement, &mark, true).unwrap().warnings
    };
    assert_eq!(of(&file, 90.0), []);
    let small = of(&file, 45.0);
    assert!(
        matches!(small[..], [Warning::SmallModules { module_mm, size }] if module_mm < 0.25 && size == 57.0),
        "{small:?}"
    );
    assert_eq!(of(&signed(), 90.0), [Warning::Signed]);
}

/// The operators that stand behind a page's own: the last stream of the update that is packed.
fn operators(original: &[u8], placement: &Placement) -> Result<String, StampError> {
    let made = update(original, placement, &mark(&statement(original)), false)?;
    let head = b"/FlateDecode /Length ";
    let mut parts = made.bytes.windows(head.len());
    let at = parts.rposition(|part| part == head).unwrap();
    let rest = &made.bytes[at..];
    let begin = rest.windows(7).position(|part| part == b"stream\n");
    let mut text = String::new();
    flate2::read::ZlibDecoder::new(&rest[begin.unwrap() + 7..])
        .read_to_string(&mut text)
        .unwrap();
    Ok(text)
}

#[test]
#[ignore = "writes files to be looked at"]
fn gallery() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/stamps");
    std::fs::create_dir_all(&folder).unwrap();
    for original in all() {
        let (file, _) = stamped(&original.bytes, &Placement::default()).unwrap();
        std::fs::write(folder.join(format!("{}.pdf", original.name)), file).unwrap();
    }
}
