//! The list of the corpus, which names for each file who wrote it, in which version, how, and what is special about it.

use std::collections::BTreeSet;
use std::path::PathBuf;

/// A line of the list.
pub(crate) struct Entry {
    pub(crate) file: String,
    producer: String,
    version: String,
    how: String,
    special: String,
}

impl Entry {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        std::fs::read(corpus().join("pdf").join(&self.file)).unwrap()
    }

    /// Only one producer signs.
    pub(crate) fn is_signed(&self) -> bool {
        self.producer == "pyHanko"
    }
}

pub(crate) fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../corpus")
}

pub(crate) fn entries() -> Vec<Entry> {
    let text = std::fs::read_to_string(corpus().join("list.tsv")).unwrap();
    let (head, lines) = text.split_once('\n').unwrap();
    assert_eq!(head, "file\tproducer\tversion\tmade by\tspecial");
    let entry = |line: &str| {
        let cells: Vec<_> = line.split('\t').map(str::to_owned).collect();
        let [file, producer, version, how, special] =
            <[String; 5]>::try_from(cells).unwrap_or_else(|cells| panic!("{cells:?}"));
        Entry {
            file,
            producer,
            version,
            how,
            special,
        }
    };
    lines.lines().map(entry).collect()
}

#[test]
fn the_list_has_every_file_and_says_who_wrote_it() {
    let entries = entries();
    let mut bytes = 0;
    let mut present = BTreeSet::new();
    for file in std::fs::read_dir(corpus().join("pdf")).unwrap() {
        let file = file.unwrap();
        bytes += file.metadata().unwrap().len();
        present.insert(file.file_name().into_string().unwrap());
    }
    let listed: BTreeSet<_> = entries.iter().map(|entry| entry.file.clone()).collect();
    assert_eq!(listed, present);
    assert_eq!(listed.len(), entries.len(), "a file has one line");
    assert!(entries.len() >= 60, "{} files", entries.len());
    assert!(bytes <= 10_000_000, "{bytes} bytes");
    let mut producers = BTreeSet::new();
    for entry in &entries {
        let has_version = entry
            .version
            .starts_with(|first: char| first.is_ascii_digit());
        assert!(has_version, "{}: {:?}", entry.file, entry.version);
        assert!(!entry.how.is_empty() && !entry.special.is_empty());
        producers.insert(&entry.producer);
    }
    for wanted in [
        "LibreOffice",
        "Chromium",
        "Ghostscript",
        "qpdf",
        "pdf-lib",
        "ReportLab",
        "Cairo",
        "pdfTeX",
        "pyHanko",
    ] {
        assert!(producers.contains(&wanted.to_owned()), "{wanted}");
    }
    assert!(producers.len() >= 12, "{producers:?}");
}
