//! Renditions as outside tools see them: `qpdf` says sound, `pdftotext` reads the words, `zbarimg`
//! reads the code back from the pixels of `pdftoppm`.

#![allow(clippy::unwrap_used)] // test code: a failed unwrap is the failed test

mod sample;
mod tool;

use ananke_pdf::{Field, Language, Rendition, RenditionError, rendition};
use proptest::prelude::*;
use sample::{diploma, samples};

fn render(rendition: &Rendition) -> Vec<u8> {
    rendition::render(rendition).unwrap()
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    for (name, sample) in samples() {
        assert!(render(&sample) == render(&sample), "{name} differs");
    }
}

/// Whoever has to change a number here raises `RENDERER_VERSION` first.
#[test]
fn renderer_version_2_draws_these_bytes() {
    assert_eq!(rendition::RENDERER_VERSION, 2);
    let pinned = [
        ("diploma", 11771336665282187141),
        ("many-fields", 12051706379968415931),
        ("scripts", 14181152506332469710),
        ("missing-glyphs", 14519466881824413931),
    ];
    for (name, sample) in samples() {
        if let Some((_, expected)) = pinned.iter().find(|(other, _)| *other == name) {
            assert_eq!(fingerprint(&render(&sample)), *expected, "{name}");
        }
    }
}

/// FNV-1a: enough to notice a change, and no dependency.
fn fingerprint(file: &[u8]) -> u64 {
    file.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[test]
fn a_rendition_is_small_and_takes_no_clock() {
    let file = render(&diploma());
    assert!(file.len() < 150_000, "{} bytes", file.len());
    let text = String::from_utf8_lossy(&file);
    assert_eq!(text.matches("(D:20261123100000Z)").count(), 2);
    assert_eq!(
        text.matches("(D:").count(),
        2,
        "a date that is not the document's"
    );
    assert!(text.contains("<pdfaid:part>2</pdfaid:part>"));
    assert!(text.contains("<pdfuaid:part>1</pdfuaid:part>"));
    assert!(ananke_pdf::intake::check(&file).is_ok());
}

#[test]
fn every_sample_is_sound() {
    let folder = tempfile::tempdir().unwrap();
    for (name, sample) in samples() {
        let path = folder.path().join(format!("{name}.pdf"));
        std::fs::write(&path, render(&sample)).unwrap();
        let Some(said) = tool::run("qpdf", &["--check"], &path) else {
            return;
        };
        assert!(
            said.contains("No syntax or stream encoding errors found"),
            "{name}: {said}"
        );
    }
}

#[test]
fn the_text_layer_has_every_word() {
    for (name, sample) in samples() {
        let Some(text) = words_of(&sample) else {
            return;
        };
        let mut wanted = vec![&sample.reference, &sample.issuer_code, &sample.recipient];
        wanted.push(&sample.title);
        for field in &sample.fields {
            wanted.extend([&field.label, &field.value]);
        }
        for word in wanted {
            // Right-to-left text comes out of pdftotext in an order of its own.
            if word.chars().any(|c| matches!(c, '\u{590}'..='\u{8FF}')) {
                continue;
            }
            let word = squeezed(word);
            assert!(text.contains(&word), "{name} lacks {word}\n{text}");
        }
    }
}

#[test]
fn right_to_left_letters_are_all_there() {
    let mut sample = diploma();
    sample.recipient = "ליאור כהן".to_owned();
    let Some(text) = words_of(&sample) else {
        return;
    };
    for letter in sample.recipient.chars().filter(|c| c.is_alphabetic()) {
        assert!(text.contains(letter), "{letter} is missing");
    }
}

#[test]
fn the_code_reads_back_as_the_verification_address() {
    let folder = tempfile::tempdir().unwrap();
    let mut long = diploma();
    long.verification_url = format!("https://{}.example/v/{}", "a".repeat(200), long.reference);
    for sample in [diploma(), long] {
        let path = folder.path().join("code.pdf");
        std::fs::write(&path, render(&sample)).unwrap();
        let image = folder.path().join("code");
        let image = image.to_str().unwrap();
        let arguments = ["-r", "150", "-png", "-singlefile", "-f", "1", "-l", "1"];
        if tool::run_into("pdftoppm", &arguments, &path, image).is_none() {
            return;
        }
        let image = folder.path().join("code.png");
        let Some(read) = tool::run("zbarimg", &["--raw", "-q"], &image) else {
            return;
        };
        assert_eq!(read.trim(), sample.verification_url);
    }
}

#[test]
fn metadata_names_title_and_issuer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("info.pdf");
    std::fs::write(&path, render(&diploma())).unwrap();
    let Some(said) = tool::run("pdfinfo", &[], &path) else {
        return;
    };
    for line in [
        "Title:           Master of Science in Hydrology",
        "Author:          University of Northfield",
        "Tagged:          yes",
        "Pages:           1",
        "JavaScript:      no",
    ] {
        let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(squeeze(&said).contains(&squeeze(line)), "{line}\n{said}");
    }
}

#[test]
fn sixty_fields_of_five_hundred_characters_take_pages_and_lose_nothing() {
    let mut sample = diploma();
    sample.fields = (0..60)
        .map(|number| Field {
            label: format!("Field {number}"),
            value: format!("start{number} {} end{number}", "word ".repeat(97)),
        })
        .collect();
    let Some(text) = words_of(&sample) else {
        return;
    };
    for number in 0..60 {
        assert!(text.contains(&format!("start{number}word")), "{number}");
        assert!(text.contains(&format!("end{number}")), "{number}");
    }
}

#[test]
fn an_address_no_code_can_hold_is_refused() {
    let mut sample = diploma();
    sample.verification_url = "x".repeat(4000);
    assert_eq!(
        rendition::render(&sample),
        Err(RenditionError::AddressTooLong { length: 4000 })
    );
}

#[test]
fn endless_titles_and_names_go_on_over_pages() {
    let mut sample = diploma();
    sample.title = "Very long title ".repeat(600);
    sample.recipient = "Maximilian ".repeat(600);
    sample.issuer_name = "Institute ".repeat(300);
    sample.fields[0].label = "label ".repeat(900);
    assert!(!render(&sample).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_drawn(
        title in "\\PC{0,60}",
        recipient in any::<String>(),
        label in any::<String>(),
        value in proptest::collection::vec(any::<char>(), 0..200),
    ) {
        let mut sample = diploma();
        sample.title = title;
        sample.recipient = recipient.clone();
        sample.issuer_name = recipient;
        sample.fields = vec![Field { label, value: value.into_iter().collect() }];
        prop_assert!(rendition::render(&sample).is_ok());
    }
}

/// The text layer without white space, so that line breaks do not matter.
fn words_of(sample: &Rendition) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text.pdf");
    std::fs::write(&path, render(sample)).unwrap();
    // -raw: in the order of drawing, so that a cell of several lines stays together.
    tool::run_into("pdftotext", &["-raw"], &path, "-").map(|text| squeezed(&text))
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
#[ignore = "writes files to be looked at"]
fn gallery() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/renditions");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, sample) in samples() {
        std::fs::write(folder.join(format!("{name}.pdf")), render(&sample)).unwrap();
    }
    for language in Language::ALL {
        let mut sample = diploma();
        sample.language = language;
        let name = format!("language-{}.pdf", language.tag());
        std::fs::write(folder.join(name), render(&sample)).unwrap();
    }
}
