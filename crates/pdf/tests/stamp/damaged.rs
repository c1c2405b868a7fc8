//! Files that most readers forgive, each in its own way: no update stands on them.

use ananke_pdf::stamp::{Mark, Page, Placement, update};
use proptest::prelude::*;

use crate::originals::{A4, classic, hybrid, one_page, plain, stream};
use crate::{mark, refused, statement};

/// Takes the first one of these out and puts another text of the same length in.
fn with(file: &[u8], old: &str, new: &str) -> Vec<u8> {
    assert_eq!(old.len(), new.len(), "offsets stay");
    let (old, new) = (old.as_bytes(), new.as_bytes());
    let at = file.windows(old.len()).rposition(|part| part == old);
    let at = at.unwrap();
    [&file[..at], new, &file[at + old.len()..]].concat()
}

/// A file whose trailer has one entry more.
fn trailer(entry: &str) -> Vec<u8> {
    let text = plain();
    let at = text
        .windows(7)
        .rposition(|part| part == b"/Root 1")
        .unwrap();
    [&text[..at], entry.as_bytes(), b" ", &text[at..]].concat()
}

fn startxref(file: &[u8]) -> usize {
    let at = file
        .windows(10)
        .rposition(|part| part == b"startxref\n")
        .unwrap()
        + 10;
    let text = String::from_utf8_lossy(&file[at..]);
    text.lines().next().unwrap().parse().unwrap()
}

/// A file with this tree of pages, which begins at object 2.
fn tree(objects: &[&str]) -> Vec<u8> {
    let catalog = "<< /Type /Catalog /Pages 2 0 R >>";
    let all: Vec<String> = [catalog]
        .iter()
        .chain(objects)
        .map(|one| (*one).to_owned())
        .collect();
    classic(&all)
}

#[test]
fn trees_of_pages_that_are_not_whole() {
    const PAGE: &str = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] >>";
    let direct = format!("<< /Type /Pages /Kids [{PAGE}] /Count 1 >>");
    let in_array = format!("[{PAGE}]");
    for (what, file, words) in [
        (
            "a page in its parent",
            tree(&[&direct]),
            "a page is no object of its own",
        ),
        (
            "a page in an array that is an object",
            tree(&["<< /Type /Pages /Kids 3 0 R /Count 1 >>", &in_array]),
            "a page is no object of its own",
        ),
        (
            "an array as a page",
            tree(&["<< /Type /Pages /Kids [3 0 R] /Count 1 >>", &in_array]),
            "a page of it is missing",
        ),
        (
            "a page that is not there",
            tree(&["<< /Type /Pages /Kids [9 0 R 3 0 R] /Count 2 >>", PAGE]),
            "a page of it is missing",
        ),
        (
            "a page twice",
            tree(&["<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>", PAGE]),
            "its page tree is none",
        ),
        (
            "a circle",
            tree(&["<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 1 >>", PAGE]),
            "its page tree is none",
        ),
        (
            "another number of pages",
            tree(&["<< /Type /Pages /Kids [3 0 R] /Count 2 >>", PAGE]),
            "another number of pages than it says",
        ),
        (
            "a page without a size",
            tree(&[
                "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                "<< /Type /Page /Parent 2 0 R >>",
            ]),
            "does not say how large it is",
        ),
        (
            "a page without end",
            tree(&[
                "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99999999999999999999 400] >>",
            ]),
            "has no size that readers take",
        ),
        (
            "a unit that is none",
            tree(&[
                "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] /UserUnit 0.0000001 >>",
            ]),
            "has no size that readers take",
        ),
    ] {
        let told = refused(
            &file,
            &Placement {
                page: Page::First,
                ..Placement::default()
            },
        );
        assert!(
            told.contains("damaged") && told.contains(words),
            "{what}: {told}"
        );
    }
}

#[test]
fn lists_of_objects_that_are_broken() {
    let plain = plain();
    let own = startxref(&plain);
    // The entry stands before what it names, so its length moves nothing that is listed.
    let prev = |to: usize| trailer(&format!("/Prev {to}"));
    let hybrid = hybrid();
    let beside = String::from_utf8_lossy(&hybrid)
        .rsplit("/XRefStm ")
        .next()
        .unwrap()[..3]
        .to_owned();
    for (what, file, words) in [
        ("a circle", prev(own), "follow in a circle"),
        ("nowhere", prev(99_999_999), "no objects are where it says"),
        ("the beginning", prev(0), "no objects are where it says"),
        (
            "the middle of something",
            prev(own + 2),
            "no objects are where it says",
        ),
        (
            "an object that is no list",
            prev(15),
            "no objects are where it says",
        ),
        (
            "a number with a sign",
            trailer("/Prev -1"),
            "no objects are where it says",
        ),
        (
            "a reference",
            trailer("/Prev 4 0 R"),
            "no objects are where it says",
        ),
        (
            "a stream beside that is not there",
            with(&hybrid, &format!("/XRefStm {beside}"), "/XRefStm 016"),
            "no objects are where it says",
        ),
        (
            "an object elsewhere",
            with(&plain, "0000000015 00000 n", "0000000016 00000 n"),
            "an object is not where it says",
        ),
        (
            "an object of another generation",
            with(&plain, "0000000015 00000 n", "0000000015 00007 n"),
            "an object is not where it says",
        ),
        (
            "a list that is too short",
            with(&plain, "xref\n0 6\n", "xref\n0 7\n"),
            "its list of objects cannot be read",
        ),
    ] {
        let told = refused(&file, &Placement::default());
        assert!(
            told.contains("damaged") && told.contains(words),
            "{what}: {told}"
        );
    }
}

/// A file with one object more, of this number.
fn with_object(number: u32) -> Vec<u8> {
    let mut file = plain();
    let (at, prev) = (file.len(), startxref(&file));
    file.extend(format!("{number} 0 obj\n(far)\nendobj\n").bytes());
    let table = file.len();
    file.extend(
        format!("xref\n{number} 1\n{at:010} 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R /Prev {prev} >>\nstartxref\n{table}\n%%EOF\n").bytes(),
    );
    file
}

#[test]
fn object_numbers_that_leave_no_room() {
    for number in [4_294_967_294, 2_147_483_647, 8_388_605] {
        let told = refused(&with_object(number), &Placement::default());
        assert!(
            told.contains("larger numbers than readers take"),
            "{number}: {told}"
        );
    }
    assert_eq!(
        refused(&with_object(8_000_000), &Placement::default()),
        "stamped"
    );
}

#[test]
fn objects_that_cannot_be_read_are_not_lost() {
    let page = |entries: &str| one_page(&format!("{A4} {entries}"), "0 0 9 9 re f");
    for (what, file, words) in [
        (
            "a word in an array",
            page("/Odd [1 odd 2]"),
            "an object of it cannot be read",
        ),
        (
            "a word as a value",
            page("/Odd odd"),
            "an object of it cannot be read",
        ),
        (
            "something between entries",
            page("7 /Odd 1"),
            "an object of it cannot be read",
        ),
        (
            "no string of digits",
            page("/Odd <0z>"),
            "an object of it cannot be read",
        ),
        (
            "an entry twice",
            page("/Odd 1 /O#64d 2"),
            "an entry of an object stands twice",
        ),
        (
            "nothing but brackets",
            page(&format!("/Odd {}{}", "[".repeat(80), "]".repeat(80))),
            "objects lie too deep in each other",
        ),
        (
            "resources that are none",
            one_page("/MediaBox [0 0 400 400] /Resources 4 0 R", "0 0 9 9 re f"),
            "an object of it is of another kind",
        ),
        (
            "pictures that are none",
            one_page(
                "/MediaBox [0 0 400 400] /Resources << /XObject 7 >>",
                "0 0 9 9 re f",
            ),
            "an object of it is of another kind",
        ),
        (
            "a drawing that is missing",
            drawings("[4 0 R 9 0 R]"),
            "a part of a page's drawing is missing",
        ),
        (
            "a drawing that is none",
            drawings("[4 0 R 2 0 R]"),
            "a part of a page's drawing is missing",
        ),
        (
            "a drawing in its page",
            drawings("[4 0 R (0 0 9 9 re f)]"),
            "the drawing of a page cannot be read",
        ),
    ] {
        let told = refused(&file, &Placement::default());
        assert!(
            told.contains("damaged") && told.contains(words),
            "{what}: {told}"
        );
    }
}

/// A page with these drawings; object 4 is one.
fn drawings(contents: &str) -> Vec<u8> {
    let page = format!("<< /Type /Page /Parent 2 0 R {A4} /Contents {contents} >>");
    let drawing = stream("0 0 9 9 re f");
    tree(&["<< /Type /Pages /Kids [3 0 R] /Count 1 >>", &page, &drawing])
}

fn some_mark() -> Mark {
    mark(&statement(b""))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is changed in a file, an update is made or refused; what has one is a file for another one.
    #[test]
    fn any_bytes_at_all(
        which in 0..3_usize,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        len in any::<prop::sample::Index>(),
        is_cut in proptest::bool::weighted(0.2),
    ) {
        let mut file = [plain(), hybrid(), crate::originals::inherited()][which].clone();
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        if is_cut {
            file.truncate(len.index(file.len()));
        }
        if let Ok(made) = update(&file, &Placement::default(), &some_mark(), true) {
            let stamped = [file, made.bytes].concat();
            let again = update(&stamped, &Placement::default(), &some_mark(), true);
            prop_assert!(again.is_ok(), "{:?}", again.unwrap_err());
        }
    }
}
