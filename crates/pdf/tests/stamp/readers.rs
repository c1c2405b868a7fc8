//! Files that readers take in different ways, or that a library panics over: what would be stamped is not what others see.

use ananke_pdf::job::{Fault, Job};
use ananke_pdf::stamp::{Placement, StampError};

use crate::originals::{A4, classic, one_page, plain};
use crate::{mark, refused, statement};

const CATALOG: &str = "<< /Type /Catalog /Pages 2 0 R >>";
const PAGES: &str = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
const PAGE: &str = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>";
const DRAWING: &str = "<< /Length 12 >>\nstream\n0 0 9 9 re f\nendstream";

/// A file with other objects in the place of some.
fn file(others: &[(usize, &str)]) -> Vec<u8> {
    let mut objects = [CATALOG, PAGES, PAGE, DRAWING].map(str::to_owned);
    for (number, other) in others {
        (*other).clone_into(&mut objects[number - 1]);
    }
    classic(&objects)
}

fn is_damaged(what: &str, file: &[u8], words: &str) {
    let told = refused(file, &Placement::default());
    assert!(
        told.contains("damaged") && told.contains(words),
        "{what}: {told}"
    );
}

#[test]
fn trees_that_lead_up_elsewhere_than_down() {
    assert_eq!(refused(&file(&[]), &Placement::default()), "stamped");
    let none = "its page tree is none";
    let pages = PAGES.replace("/Count", "/Parent 2 0 R /Count");
    is_damaged("a first node with a parent", &file(&[(2, &pages)]), none);
    for parent in [
        "/Parent 3 0 R",
        "/Parent 1 0 R",
        "/Parent 9 0 R",
        "/Parent 7",
    ] {
        let page = PAGE.replace("/Parent 2 0 R", parent);
        is_damaged(parent, &file(&[(3, &page)]), none);
    }
    let page = PAGE.replace("/Parent 2 0 R", "");
    assert_eq!(
        refused(&file(&[(3, &page)]), &Placement::default()),
        "stamped"
    );
}

#[test]
fn entries_that_stand_twice_on_the_way_to_a_page() {
    let twice = "an entry of an object stands twice";
    let catalog = CATALOG.replace("/Pages 2 0 R", "/Pages 2 0 R /P#61ges 2 0 R");
    is_damaged("catalog", &file(&[(1, &catalog)]), twice);
    let pages = PAGES.replace("/Kids [3 0 R]", "/Kids [3 0 R] /Kids [3 0 R]");
    is_damaged("pages", &file(&[(2, &pages)]), twice);
}

#[test]
fn sizes_that_are_not_four_numbers() {
    for size in [
        "[0 0 595]",
        "[0 0 595 842 9]",
        "[(0) 0 595 842]",
        "[0 0 595 842 (0)]",
        "[]",
    ] {
        let page = PAGE.replace("[0 0 595 842]", size);
        is_damaged(size, &file(&[(3, &page)]), "no size that readers take");
    }
}

/// An update of this table behind a file.
fn behind(file: &[u8], table: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(file);
    let prev = text.split("startxref\n").nth(1).unwrap();
    let (prev, at) = (prev.lines().next().unwrap(), file.len());
    let trailer = format!("trailer\n<< /Size 9 /Root 1 0 R /Prev {prev} >>");
    format!("xref\n{table}{trailer}\nstartxref\n{at}\n%%EOF\n").into_bytes()
}

fn updated(table: &str) -> Vec<u8> {
    let file = file(&[]);
    let update = behind(&file, table);
    [file, update].concat()
}

fn swapped(file: &[u8], old: &str, new: &str) -> Vec<u8> {
    let text: String = file.iter().map(|byte| char::from(*byte)).collect();
    let text = text.replace(old, new);
    text.chars().map(|letter| u32::from(letter) as u8).collect()
}

#[test]
fn objects_that_are_there_no_more() {
    let stamped = |file: &[u8]| crate::stamped(file, &Placement::default());
    assert!(stamped(&updated("0 0\n")).is_ok());
    let free = "0000000000 00001 f \n";
    for (number, words) in [
        (1, "its first object is missing"),
        (3, "a page of it is missing"),
    ] {
        let file = updated(&format!("{number} 1\n{free}"));
        is_damaged(&number.to_string(), &file, words);
    }
    // What is drawn there no more is nothing, and the stamp is drawn by itself.
    let (file, _) = stamped(&updated(&format!("4 1\n{free}"))).unwrap();
    let text = String::from_utf8_lossy(&file);
    let page = text.rsplit("3 0 obj").next().unwrap();
    assert!(!page.contains("4 0 R"), "{page}");
    // No list has an object; a library that looks for itself finds them all.
    let all = swapped(&plain(), " n \n", " f \n");
    is_damaged("all", &all, "its first object is missing");
}

#[test]
fn what_is_encrypted_before_its_last_update() {
    let encrypt = "/Encrypt << /Filter /Standard /V 2 /R 3 /O <00> /U <00> /P -44 >>";
    let first = swapped(&plain(), "/Root 1 0 R", &format!("/Root 1 0 R {encrypt}"));
    let update = behind(&first, "0 0\n");
    let told = refused(&[first, update].concat(), &Placement::default());
    assert!(told.contains("encrypted"), "{told}");
}

#[test]
fn drawings_that_are_not_unpacked_alike() {
    let drawn = |entries: &str| {
        let drawing = format!("<< {entries} >>\nstream\n0 0 9 9 re f\nendstream");
        file(&[(4, &drawing)])
    };
    for entries in [
        "/Length 12",
        "/Length 12 /Filter null",
        "/Length 12 /Filter [] /DecodeParms null",
    ] {
        assert_eq!(
            refused(&drawn(entries), &Placement::default()),
            "stamped",
            "{entries}"
        );
    }
    for entries in [
        "",
        "/Length 3",
        "/Length 99",
        "/Length -12",
        "/Length (12)",
        "/Length 9 0 R",
        "/Length 4 0 R",
        "/Length 12 /Filter /Undo",
        "/Length 12 /Filter 7",
        "/Length 12 /Filter [7]",
        "/Length 12 /Filter [/Undo]",
        "/Length 12 /F (elsewhere)",
        "/Length 12 /DecodeParms 7",
        "/Length 12 /DecodeParms [7]",
        "/Length 12 /DecodeParms << /Columns 0 >>",
        "/Length 12 /DecodeParms << /Predictor (up) >>",
        "/Length 12 /DecodeParms [null << /Colors -1 >>]",
    ] {
        is_damaged(
            entries,
            &drawn(entries),
            "the drawing of a page cannot be read",
        );
    }
}

/// Rows of 32 colours of 16 bits are more than the library under it counts to.
#[test]
fn a_panic_over_a_file_is_the_files_fault() {
    let rows = "/Filter /LZWDecode /DecodeParms << /Predictor 2 /Colors 32 /BitsPerComponent 16 >>";
    let drawing = [
        &format!("<< /Length 5 {rows} >>\nstream\n"),
        "\u{0}\u{0}\u{0}\u{0}\u{0}",
        "\nendstream",
    ]
    .concat();
    let original = file(&[(4, &drawing)]);
    for repair in [false, true] {
        let job = Job::Stamp {
            original: original.clone(),
            placement: Placement::default(),
            mark: mark(&statement(&original)),
            allow_signed: false,
            repair,
        };
        let told = job.perform().unwrap_err();
        assert_eq!(told.fault, Fault::Damage);
        assert!(told.text.contains("it cannot be read"), "{told}");
    }
    let whole = one_page(A4, "0 0 9 9 re f");
    let direct = std::panic::catch_unwind(|| crate::stamped(&original, &Placement::default()));
    assert!(
        direct.is_err(),
        "where nothing panics, this test shows nothing"
    );
    assert!(!matches!(
        crate::stamped(&whole, &Placement::default()),
        Err(StampError::Damaged(_))
    ));
}
