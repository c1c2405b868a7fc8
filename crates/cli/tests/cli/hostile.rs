//! Hostile files (goal G-19), through the real process: each costs its own process at most, and says what it is refused for.

use std::time::{Duration, Instant};

use crate::pdf_worker::{document, pdf, stamp};
use crate::workers::workers;
use crate::world::BINARY;

/// A file whose table is a stream of this dictionary and these bytes.
fn with_stream(dictionary: &str, packed: &[u8]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n".to_vec();
    let at = out.len();
    let length = packed.len();
    out.extend(
        format!("4 0 obj\n<< /Type /XRef /Root 1 0 R /Size 5 /W [1 4 1] {dictionary} /Length {length} >>\nstream\n")
            .bytes(),
    );
    out.extend(packed);
    out.extend(format!("\nendstream\nendobj\nstartxref\n{at}\n%%EOF\n").bytes());
    out
}

/// So many MiB of zeros, packed.
fn zeros(mebibytes: usize) -> Vec<u8> {
    use flate2::{Compress, Compression, FlushCompress};
    let plain = vec![0; 1 << 20];
    let mut deflate = Compress::new(Compression::best(), true);
    let mut packed = Vec::with_capacity(1 << 16);
    let full = FlushCompress::Full;
    deflate.compress_vec(&plain, &mut packed, full).unwrap();
    // The first has the header before it; each later one is the same.
    let first = packed.len();
    deflate.compress_vec(&plain, &mut packed, full).unwrap();
    let again = packed.split_off(first);
    packed.extend(again.repeat(mebibytes - 1));
    packed
}

/// Files that do harm, or try to, and what is said of them.
fn hostile() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let catalog = || b"<< /Type /Catalog /Pages 2 0 R >>".to_vec();
    let pages = |kids: &str| format!("<< /Type /Pages /Kids [{kids}] /Count 1 >>").into_bytes();
    let page = |more: &str| {
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 500] {more} >>").into_bytes()
    };
    let circle = |kids: &str| {
        let parent = "<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>";
        pdf(&[catalog(), pages(kids), parent.into()])
    };
    let deep = |open: &str, close: &str| {
        let nested = open.repeat(500_000) + &close.repeat(500_000);
        pdf(&[catalog(), pages("3 0 R"), page(&format!("/X {nested}"))])
    };
    // Ten pages at each of forty levels: 10^40 in all.
    let mut tree = vec![catalog()];
    tree.extend((3..43).map(|below| pages(&format!("{below} 0 R ").repeat(10))));
    tree.push(page(""));
    let mut many = vec![catalog(), pages("3 0 R"), page("")];
    many.resize(230_000, b"null".to_vec());
    let same = pdf(&[catalog(), pages(&"3 0 R ".repeat(1_500_000)), page("")]);
    let plain = document(1);
    let table = plain.windows(4).position(|part| part == b"xref").unwrap();
    let before = |at: usize| {
        let text = String::from_utf8_lossy(&plain);
        text.replace("/Root", &format!("/Prev {at} /Root"))
            .into_bytes()
    };
    vec![
        (
            "a bomb",
            with_stream("/Filter /FlateDecode", &zeros(4_000)),
            "SIGABRT",
        ),
        ("pages that hold themselves", circle("2 0 R"), "page tree"),
        ("pages in a circle", circle("3 0 R"), "page tree"),
        (
            "a thousand circles",
            circle(&"3 0 R ".repeat(1_000)),
            "page tree",
        ),
        ("a tree that never ends", pdf(&tree), "damaged"),
        ("deep lists", deep("[", "]"), "damaged"),
        ("deep dictionaries", deep("<</K", ">>"), "damaged"),
        ("an earlier table that is none", before(9), "damaged"),
        ("tables in a circle", before(table), "damaged"),
        ("very many objects", pdf(&many), "done"),
        ("very many pages", same, "damaged"),
        (
            "a script",
            acting("/JavaScript /JS (app.alert\\(1\\))"),
            "done",
        ),
        ("a program", acting("/Launch /F (/bin/sh)"), "done"),
        (
            "too many bytes",
            vec![b' '; (10 << 20) + 1],
            "10485760 are allowed",
        ),
    ]
}

/// A file that wants something done when it is opened.
fn acting(action: &str) -> Vec<u8> {
    let catalog = format!("<< /Type /Catalog /Pages 2 0 R /OpenAction << /S {action} >> >>");
    let objects = [
        catalog.as_str(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ];
    pdf(&objects.map(|object| object.as_bytes().to_vec()))
}

#[tokio::test]
async fn hostile_files_cost_their_own_process_at_most() {
    let workers = workers(BINARY, 1, Duration::from_secs(5));
    let mut wrong = Vec::new();
    for (name, file, said) in hostile() {
        assert!(file.len() <= (10 << 20) + 1, "{name}: {}", file.len());
        let begun = Instant::now();
        let outcome = workers.run(stamp(file, 18.0)).await;
        let words = outcome.map_or_else(|error| error.to_string(), |_| "done".to_owned());
        // On a busy machine the time may be over before the memory is.
        let is_over = said == "SIGABRT" && words.contains("too long");
        if !words.contains(said) && !is_over {
            wrong.push(format!("{name}: {words}"));
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{name}");
        let good = workers.run(stamp(document(1), 18.0)).await;
        assert!(good.is_ok(), "{name}: {good:?}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
