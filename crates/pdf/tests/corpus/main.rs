//! The corpus: files of many producers (`corpus/`) are stamped, and outside tools look at each before and after. Nothing but the stamp
//! is different, and the stamp is read back.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

#[path = "../../../format/examples/vectors/keys.rs"]
#[allow(dead_code, reason = "shared with the vectors")]
mod keys;
mod list;
mod looks;
#[path = "../sealed/mod.rs"]
mod sealed;
mod signatures;
#[path = "../tool/mod.rs"]
#[allow(dead_code, reason = "several tests share this")]
mod tool;

use std::sync::Mutex;

use ananke_format::stamp as format_stamp;
use ananke_pdf::read::{Limits, find};
use ananke_pdf::stamp::{Page, Placement, StampError, Update, Warning, update};

use list::{Entry, entries};
use looks::{Copy, Looks};
use sealed::{filled, mark, stamped, statement};

/// A stamp that was made.
struct Stamp {
    file: Vec<u8>,
    seal: Vec<u8>,
    made: Update,
    /// The page as it is seen, in points.
    page: (f64, f64),
}

/// A page as it is seen, in points: a stamp that lies beside it is refused with its size.
fn page_size(original: &[u8], page: Page) -> (f64, f64) {
    let beside = Placement {
        page,
        y: Some(14_400.0),
        ..Placement::default()
    };
    match update(original, &beside, &mark(&statement(original)), true) {
        Err(StampError::Outside {
            page_width,
            page_height,
            ..
        }) => (page_width, page_height),
        other => panic!("{other:?}"),
    }
}

fn stamp(original: &[u8], placement: &Placement) -> Stamp {
    let mut statement = statement(original);
    let made = update(original, placement, &mark(&statement), true).unwrap();
    let page = page_size(original, placement.page);
    let (file, seal) = filled(original, made.clone(), &mut statement);
    Stamp {
        file,
        seal,
        made,
        page,
    }
}

/// Where the placements of this test lie: as usual, and at the top left of the first page.
fn placements(original: &[u8]) -> [Placement; 2] {
    let usual = Placement::default();
    let (_, height) = page_size(original, Page::First);
    let first = Placement {
        page: Page::First,
        x: Some(usual.margin),
        y: Some(height - usual.margin - usual.size * 1.13),
        ..usual.clone()
    };
    [usual, first]
}

/// What is done with a file of the corpus; whether outside tools were there.
fn one(entry: &Entry) -> bool {
    let name = &entry.file;
    let original = entry.bytes();
    let refused = update(
        &original,
        &Placement::default(),
        &mark(&statement(&original)),
        false,
    );
    match refused {
        Ok(made) => assert!(
            !entry.is_signed() && !made.warnings.contains(&Warning::Signed),
            "{name}"
        ),
        Err(error) => assert!(
            entry.is_signed() && error == StampError::Signed,
            "{name}: {error}"
        ),
    }
    let before = Looks::of(Copy::new(&original));
    let mut is_judged = before.is_some();
    for placement in placements(&original) {
        let name = &format!("{name}, {:?} page", placement.page);
        let stamp = stamp(&original, &placement);
        assert!(stamp.file.starts_with(&original), "{name}");
        assert_eq!(
            stamp.made.warnings.contains(&Warning::Signed),
            entry.is_signed(),
            "{name}"
        );
        let checked = format_stamp::check(&stamp.file, |_| false)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(checked.original_len, original.len(), "{name}");
        let found = find(&stamp.file, &Limits::default()).unwrap();
        let found: Vec<_> = found.into_iter().map(|found| found.payload).collect();
        assert_eq!(found, [&stamp.seal[..]], "{name}");
        let copy = Copy::new(&stamp.file);
        let Some(before) = &before else { continue };
        is_judged &= looks::compare(name, before, copy, &stamp);
    }
    is_judged
}

#[test]
fn every_file_is_stamped_and_nothing_else_of_it_changes() {
    let work = Mutex::new(entries().into_iter());
    let faults = Mutex::new(Vec::new());
    let judged = Mutex::new((0, 0));
    let threads = std::thread::available_parallelism().unwrap().get();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let Some(entry) = work.lock().unwrap().next() else {
                        break;
                    };
                    let done = std::panic::catch_unwind(|| one(&entry));
                    let mut judged = judged.lock().unwrap();
                    judged.1 += 1;
                    match done {
                        Ok(is_judged) => judged.0 += usize::from(is_judged),
                        Err(_) => faults.lock().unwrap().push(entry.file),
                    }
                }
            });
        }
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{} files: {faults:?}", faults.len());
    let (judged, all) = judged.into_inner().unwrap();
    assert!(
        judged == all || judged == 0,
        "{judged} of {all} were judged"
    );
    assert!(all >= 60, "{all}");
}
