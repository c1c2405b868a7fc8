//! Files of every build, damaged in the ways files are: refused without the wish, repaired with it, and then they look as they did.

use std::collections::BTreeSet;

use ananke_pdf::job::{Done, Fault, Job, Refusal};
use ananke_pdf::repair::{RepairError, repair};
use ananke_pdf::stamp::{Placement, StampError, Warning, update};
use proptest::prelude::*;

use crate::content::looks_as_before;
use crate::originals::{A4, Original, all, by_qpdf, hybrid, inherited, one_page, plain};
use crate::{mark, signed, stamped, statement, tool};

fn find(file: &[u8], text: &[u8]) -> Option<usize> {
    file.windows(text.len()).rposition(|part| part == text)
}

/// Puts bytes in before the last place of a text.
fn before(file: &[u8], text: &[u8], new: &[u8]) -> Option<Vec<u8>> {
    let at = find(file, text)?;
    Some([&file[..at], new, &file[at..]].concat())
}

/// A line that an editor put in, so that nothing is where it was.
fn shifted(file: &[u8]) -> Vec<u8> {
    [&file[..9], b"% edited by hand\n", &file[9..]].concat()
}

fn replaced(file: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::new(), file);
    while let Some(at) = rest.windows(old.len()).position(|part| part == old) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(new);
        rest = &rest[at + old.len()..];
    }
    [&out, rest].concat()
}

/// What may happen to a file; what does not apply to it is left out.
fn damages(file: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let cut = |text: &[u8]| Some(file[..find(file, text)?].to_vec());
    let table = find(file, b"xref\n0 ").zip(find(file, b"trailer"));
    let is_text = find(file, b"FlateDecode").is_none();
    let junk = b"<p>not found</p>\n".repeat(200);
    let all = [
        (
            "junk before it",
            Some([b"HTTP/1.1 200 OK\r\n\r\n", file].concat()),
        ),
        ("junk behind it", Some([file, &junk].concat())),
        ("junk and an end", Some([file, &junk, b"%%EOF"].concat())),
        ("no end", cut(b"startxref")),
        ("no trailer", table.and_then(|_| cut(b"trailer"))),
        (
            "no table",
            table.map(|(from, to)| [&file[..from], &file[to..]].concat()),
        ),
        (
            "another place",
            before(file, b"startxref", b"startxref\n7\n%%EOF\n").and_then(|_| {
                let at = find(file, b"startxref\n")? + 10;
                Some([&file[..at], b"7\n%%EOF\n"].concat())
            }),
        ),
        ("an edit", Some(shifted(file))),
        (
            "other line ends",
            is_text.then(|| replaced(file, b"\n", b"\r\n")),
        ),
        (
            "an older list nowhere",
            before(file, b"/Root ", b"/Prev 7 "),
        ),
        ("no size", before(file, b"/Size ", b"/Size (many) /Was")),
        (
            "long streams",
            Some(shifted(&replaced(file, b"/Length ", b"/Length 9"))),
        ),
        (
            "short streams",
            Some(shifted(&replaced(file, b"/Length ", b"/Length 1 /Was "))),
        ),
    ];
    let all = all.into_iter();
    all.filter_map(|(what, file)| Some((what, file?))).collect()
}

fn job(original: &[u8], repair: bool) -> Job {
    Job::Stamp {
        original: original.to_vec(),
        placement: Placement::default(),
        mark: mark(&statement(original)),
        allow_signed: false,
        repair,
    }
}

/// A file as `qpdf` writes it; `None` without `qpdf`.
fn by_qpdf_of(file: &[u8]) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("in.pdf"), folder.path().join("out.pdf"));
    std::fs::write(&from, file).unwrap();
    tool::run_into("qpdf", &[], &from, to.to_str().unwrap())?;
    Some(std::fs::read(&to).unwrap())
}

#[test]
fn damaged_files_are_refused_and_repaired_when_asked() {
    let (mut count, mut kinds) = (0, BTreeSet::new());
    for Original {
        name,
        bytes,
        size,
        unit,
    } in all()
    {
        // `pdftoppm` does not see what stands only beside a table: `qpdf` writes it in one.
        let seen_by_readers = match name {
            "hybrid" => by_qpdf_of(&bytes).unwrap_or_default(),
            _ => bytes.clone(),
        };
        // Most come out as the same file.
        let mut seen = BTreeSet::new();
        for (what, damaged) in damages(&bytes) {
            let name = format!("{name}, {what}");
            let refused = job(&damaged, false).perform().unwrap_err();
            assert!(
                matches!(refused.fault, Fault::Damage | Fault::Kind),
                "{name}: {refused}"
            );
            let whole = repair(&damaged).unwrap_or_else(|error| panic!("{name}: {error}"));
            (count, _) = (count + 1, kinds.insert(what));
            assert_eq!(repair(&whole).as_ref(), Ok(&whole), "{name}");
            if !seen.insert(whole.clone()) {
                continue;
            }
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("whole.pdf");
            std::fs::write(&path, &whole).unwrap();
            tool::run("qpdf", &["--check"], &path);
            if let Some(before) = tool::grey(&seen_by_readers, 72) {
                assert!(tool::grey(&whole, 72).as_ref() == Some(&before), "{name}");
            }
            match (unit - 1.0).abs() < 0.1 {
                true => looks_as_before(&name, &whole, size),
                false => drop(stamped(&whole, &Placement::default()).unwrap()),
            }
        }
    }
    assert!(count > 150 && kinds.len() == 13, "{count} {kinds:?}");
}

#[test]
fn what_is_stamped_is_the_repaired_file() {
    for (what, damaged) in damages(&plain()) {
        let done = job(&damaged, true).perform();
        let Ok(Done::Stamped {
            update: made,
            original: Some(whole),
        }) = done
        else {
            panic!("{what}: {done:?}");
        };
        assert_eq!(Ok(&whole), repair(&damaged).as_ref(), "{what}");
        assert_eq!(made.warnings, [Warning::Repaired], "{what}");
        let mark = mark(&statement(&damaged));
        let again = update(&whole, &Placement::default(), &mark, false).unwrap();
        assert_eq!(made.bytes, again.bytes, "{what}");
    }
    // A whole file stays as it is, whatever is wished.
    let done = job(&plain(), true).perform();
    assert!(
        matches!(&done, Ok(Done::Stamped { update, original: None }) if update.warnings.is_empty()),
        "{done:?}"
    );
}

/// What an update changed stays changed, wherever the object stood before.
#[test]
fn the_last_object_of_a_number_counts() {
    let newer = one_page(A4, "0.5 g 60 600 99 99 re f");
    let newer_objects = &newer[..find(&newer, b"xref\n0 ").unwrap()];
    let at = find(newer_objects, b"4 0 obj").unwrap();
    let file = [&plain()[..], &newer_objects[at..]].concat();
    assert_eq!(repair(&file), repair(&shifted(&newer)));
    // The font of a hybrid file is packed, in an object before its list; another one behind that counts.
    let font = b"\n5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>\nendobj\n";
    let whole = repair(&[&hybrid()[..], font].concat()).unwrap();
    assert!(find(&whole, b"/Courier").is_some() && find(&whole, b"/Helvetica").is_none());
    let whole = repair(&shifted(&hybrid())).unwrap();
    assert!(find(&whole, b"/Helvetica").is_some() && find(&whole, b"/ObjStm").is_none());
}

#[test]
fn what_is_not_repaired_and_why() {
    let text = plain();
    let old = |old: &str, new: &str| shifted(&replaced(&text, old.as_bytes(), new.as_bytes()));
    let mut two = text[..find(&text, b"xref\n0 ").unwrap()].to_vec();
    two.extend_from_slice(b"9 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
    let hopeless = RepairError::Hopeless;
    for (what, file, error) in [
        (
            "nothing",
            Vec::new(),
            hopeless("it does not begin like a PDF"),
        ),
        (
            "a head",
            b"%PDF-1.7\n".to_vec(),
            hopeless("its first object is missing"),
        ),
        (
            "a half",
            inherited()[..find(&inherited(), b"8 0 obj").unwrap()].to_vec(),
            hopeless("an object of it is missing"),
        ),
        (
            "no first object",
            old("/Catalog", "/Katalog"),
            hopeless("its first object is missing"),
        ),
        (
            "two first objects",
            two,
            hopeless("it has more than one first object"),
        ),
        (
            "a page that is gone",
            old("3 0 obj", "8 0 obj"),
            hopeless("an object of it is missing"),
        ),
        (
            "another generation",
            old("3 0 obj", "3 1 obj"),
            hopeless("an object of it is missing"),
        ),
        (
            "a font without an end",
            old("/WinAnsiEncoding >>", ""),
            hopeless("an object of it cannot be read"),
        ),
        (
            "a drawing without an end",
            old("endstream", ""),
            hopeless("an object of it cannot be read"),
        ),
        (
            "pages that are none",
            old("/Count 1", "/Count 2"),
            hopeless("its page tree has another number of pages than it says"),
        ),
        (
            "encrypted",
            old("/Root 1 0 R", "/Root 1 0 R /Encrypt 5 0 R"),
            RepairError::Encrypted,
        ),
        ("signed", shifted(&signed()), RepairError::Signed),
        (
            "a range",
            old("/Type /Page ", "/Type /Page /V << /ByteRange [0 1 2 3] >> "),
            RepairError::Signed,
        ),
        (
            "a range in digits",
            old("/Type /Page ", "/V << /Type /Sig >> /Type /Page "),
            RepairError::Signed,
        ),
        (
            "too large",
            [&text[..], &vec![0; 10 << 20]].concat(),
            RepairError::TooLarge,
        ),
        (
            "too many that cannot be read",
            b"%PDF-1.7\n"
                .iter()
                .copied()
                .chain(b"1 0 obj ( ".repeat(500_000))
                .collect(),
            hopeless("an object of it cannot be read"),
        ),
    ] {
        assert_eq!(repair(&file), Err(error), "{what}");
        assert!(error.to_string().contains("new PDF"), "{what}: {error}");
    }
    for arguments in [
        &["--encrypt", "", "owner", "256", "--"][..],
        &[
            "--object-streams=generate",
            "--encrypt",
            "",
            "owner",
            "256",
            "--",
        ],
    ] {
        if let Some(file) = by_qpdf(arguments) {
            assert_eq!(repair(&shifted(&file)), Err(RepairError::Encrypted));
            let end = find(&file, b"trailer").or(find(&file, b"startxref"));
            assert_eq!(repair(&file[..end.unwrap()]), Err(RepairError::Encrypted));
        }
    }
    // A drawing that no stamp stands on is as damaged behind a repair; the words do not lead in a circle.
    let odd = one_page(A4, "0.5 g Q 60 600 99 99 re f");
    let Refusal { fault, text } = job(&shifted(&odd), true).perform().unwrap_err();
    assert_eq!(fault, Fault::Damage);
    assert!(text.contains("beyond repair (a page's drawing"), "{text}");
}

/// Packed objects are unpacked as far as there is room for them.
#[test]
fn packed_objects_have_a_bound() {
    let packed = |size: usize| {
        let font = "5 0 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";
        let mut data = font.as_bytes().to_vec();
        data.resize(size, b' ');
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packer, &data).unwrap();
        let data = packer.finish().unwrap();
        let head = format!(
            "\n7 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length {} >>\nstream\n",
            data.len()
        );
        let text = plain();
        let text = &text[..find(&text, b"5 0 obj").unwrap()];
        [text, head.as_bytes(), &data, b"\nendstream\nendobj\n"].concat()
    };
    let whole = repair(&packed(32 << 20)).unwrap();
    assert!(find(&whole, b"/Helvetica").is_some());
    let told = repair(&packed((32 << 20) + 1));
    let error = RepairError::Hopeless("its packed objects cannot be read");
    assert_eq!(told, Err(error));
}

/// As many objects as there may be, and streams that say nothing of their length: in seconds.
#[test]
fn large_files_take_no_long() {
    let mut file = plain();
    for number in 10..190_000 {
        file.extend(
            format!("{number} 0 obj<</Length 0/A[{number} 0 R]>>stream\nendstream endobj\n")
                .bytes(),
        );
    }
    let begin = std::time::Instant::now();
    assert_eq!(repair(&file[..10 << 20]), repair(&shifted(&plain())));
    assert!(begin.elapsed().as_secs() < 20, "{:?}", begin.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever happened to a file, it is refused, or comes out whole: then there is nothing more to be repaired.
    #[test]
    fn no_damage_is_a_panic(
        which in 0..3_usize,
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..40_usize, prop::collection::vec(any::<u8>(), 0..12)), 1..6),
    ) {
        let mut file = [plain(), inherited(), hybrid()][which].clone();
        for (at, length, new) in cuts {
            let at = at.index(file.len());
            let end = (at + length).min(file.len());
            file.splice(at..end, new);
        }
        if let Ok(whole) = repair(&file) {
            let again = repair(&whole);
            prop_assert_eq!(again.as_ref(), Ok(&whole));
            let mark = mark(&statement(&whole));
            let made = update(&whole, &Placement::default(), &mark, false);
            let is_refused = matches!(made, Err(StampError::Damaged(_) | StampError::Outside { .. }));
            prop_assert!(made.is_ok() || is_refused, "{made:?}");
        }
    }

    /// Damage behind the objects loses none of them.
    #[test]
    fn damage_behind_the_objects_changes_nothing(
        at in any::<prop::sample::Index>(),
        length in 0..400_usize,
        new in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut file = inherited();
        let wanted = repair(&file).unwrap();
        let begin = find(&file, b"xref\n0 ").unwrap();
        let at = begin + at.index(file.len() - begin);
        let end = (at + length).min(file.len());
        file.splice(at..end, new);
        let whole = repair(&file).unwrap();
        let objects = |file: &[u8]| file[..find(file, b"trailer").unwrap()].to_vec();
        prop_assert_eq!(objects(&whole), objects(&wanted));
    }
}
