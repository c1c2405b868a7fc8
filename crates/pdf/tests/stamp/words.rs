//! Words of a stamp, its QR code, and its measures.

use ananke_pdf::stamp::{Placement, StampError};

use crate::originals::plain;
use crate::{mark, refused, stamped, statement, tool};

fn with_label(label: &str) -> Placement {
    Placement {
        label: Some(label.to_owned()),
        ..Placement::default()
    }
}

/// The operators of a stamp on some page.
fn operators(placement: &Placement) -> Result<String, StampError> {
    crate::operators(&plain(), placement)
}

/// How many outlines it draws. An `l` has one.
fn outlines(label: &str) -> Result<usize, StampError> {
    let operators = operators(&with_label(label))?;
    Ok(operators.lines().filter(|line| *line == "h").count())
}

#[test]
fn a_label_is_drawn_whole_or_refused() {
    let of_nothing = outlines("").unwrap();
    let mut refused_from = None;
    for words in 1..200 {
        match outlines(&"lllll ".repeat(words)) {
            Ok(drawn) => {
                assert_eq!(refused_from, None, "{words}");
                assert_eq!(drawn - of_nothing, 5 * words, "{words}");
            }
            Err(StampError::Label {
                characters,
                lines,
                fit,
                size,
            }) => {
                let first = *refused_from.get_or_insert(words);
                assert!(lines > fit && fit >= 8, "{lines} {fit}");
                assert!((size - 4.0).abs() < 0.01);
                // What is left out and no more: the words that just fit, and half a line.
                let over = 6 * (words - first + 1);
                assert!(
                    characters.abs_diff(over) <= 30,
                    "{words}: {characters}, not {over}"
                );
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert!(
        refused_from.is_some_and(|words| words > 20),
        "{refused_from:?}"
    );
    let told = refused(&plain(), &with_label(&"many words ".repeat(40)));
    assert!(
        told.contains("characters that have no room: ") && told.contains("the smallest print"),
        "{told}"
    );
}

#[test]
fn characters_that_no_font_has() {
    for (label, character, code) in [
        ("Prüfe 王 hier", '王', "U+738B"),
        ("\u{E123}", '\u{E123}', "U+E123"),
        ("a\u{1F9FF}", '\u{1F9FF}', "U+1F9FF"),
    ] {
        let found = operators(&with_label(label)).unwrap_err();
        assert!(
            matches!(found, StampError::Character { character: named, .. } if named == character),
            "{found}"
        );
        assert!(found.to_string().contains(code), "{found}");
    }
    // Nothing is seen of these, so nothing is missing.
    assert!(operators(&with_label("a\u{200B}b\u{FEFF}\u{202E}")).is_ok());
}

/// The columns with ink of a label in a stamp at the page's corner, in pixels from its left edge; and how many there are.
fn columns(label: &str) -> Option<(Vec<bool>, usize)> {
    const DPI: usize = 288;
    let placement = Placement {
        x: Some(0.0),
        y: Some(0.0),
        ..with_label(label)
    };
    let (width, pixels) = tool::grey(&stamped(&plain(), &placement).unwrap().0, 288)?;
    let at = |points: f64| (points * DPI as f64 / 72.0) as usize;
    let height = pixels.len() / width;
    // Below the QR code, above the reference, right of the symbol.
    let (left, right) = (at(93.6), at(133.2));
    let (top, bottom) = (height - at(101.7 - 39.6 - 2.0), height - at(11.7));
    let has_ink = |x: usize| (top..bottom).any(|y| pixels[y * width + x] < 128);
    Some(((left..right).map(has_ink).collect(), right - left))
}

/// How wide the pieces of ink are, from the left.
fn pieces(columns: &[bool]) -> Vec<usize> {
    let pieces = columns.split(|has_ink| !has_ink).map(<[bool]>::len);
    pieces.filter(|len| *len > 0).collect()
}

#[test]
fn labels_that_are_read_from_the_right() {
    let Some((latin, width)) = columns("Wi") else {
        return;
    };
    let first = |columns: &[bool]| columns.iter().position(|has_ink| *has_ink).unwrap();
    let last = |columns: &[bool]| columns.iter().rposition(|has_ink| *has_ink).unwrap();
    assert!(first(&latin) < 6 && last(&latin) < width / 2);
    // A wide letter and a narrow one: the first is at the right.
    for (label, wide_is_left) in [("\u{5E9}\u{5D5}", false), ("\u{5D5}\u{5E9}", true)] {
        let (hebrew, _) = columns(label).unwrap();
        assert!(
            last(&hebrew) + 6 > width && first(&hebrew) > width / 2,
            "{label}"
        );
        let pieces = pieces(&hebrew);
        assert_eq!(pieces.len(), 2, "{label}: {pieces:?}");
        assert_eq!(pieces[0] > pieces[1], wide_is_left, "{label}: {pieces:?}");
    }
    // A line that ends in a space is no farther from the edge.
    let (arabic, _) = columns("شهادة شهادة شهادة شهادة شهادة شهادة").unwrap();
    assert!(
        last(&arabic) + 6 > width && last(&arabic) < width,
        "{}",
        last(&arabic)
    );
}

#[test]
fn the_qr_code_has_its_quiet_zone_and_is_read() {
    let operators = operators(&Placement::default()).unwrap();
    let numbers = |words: &str| -> Vec<f64> {
        let words = words.split(' ').filter_map(|word| word.parse().ok());
        words.collect()
    };
    // The code is the last thing before the symbol, and its bars are in modules.
    let code = operators.rsplit("0 g\nq ").nth(1);
    let (units, code) = code.unwrap().split_once(" cm\n").unwrap();
    let (code, _) = code.split_once("f\nQ\n").unwrap();
    let [module, _, _, _, x, y] = numbers(units)[..] else {
        panic!("{units}")
    };
    let bars: Vec<Vec<f64>> = code.lines().map(numbers).collect();
    let least = |of: &dyn Fn(&Vec<f64>) -> f64| bars.iter().map(of).fold(f64::MAX, f64::min);
    // From the square of 39.6 points right of the symbol, at the top.
    for (what, zone) in [
        ("left", x + module * least(&|bar| bar[0]) - 93.6),
        ("right", 133.2 - x + module * least(&|bar| -bar[0] - bar[2])),
        ("below", y + module * least(&|bar| bar[1]) - (101.7 - 39.6)),
        ("above", 101.7 - y + module * least(&|bar| -bar[1] - bar[3])),
    ] {
        assert!(
            zone > 3.99 * module && zone < 4.01 * module,
            "{what}: {zone} of {module}"
        );
    }
    let (file, _) = stamped(&plain(), &Placement::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stamped.pdf");
    std::fs::write(&path, file).unwrap();
    let page = folder.path().join("page");
    let arguments = ["-r", "400", "-png", "-singlefile"];
    if tool::run_into("pdftoppm", &arguments, &path, page.to_str().unwrap()).is_none() {
        return;
    }
    let read = tool::run("zbarimg", &["--raw", "-q"], &page.with_extension("png"));
    if let Some(read) = read {
        let url = mark(&statement(&plain())).url;
        assert!(read.contains(&url), "{read}");
    }
}

#[test]
fn measures_that_are_none() {
    let usual = Placement::default();
    let wrong = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 14_400.5, 1e300];
    for value in wrong {
        for (what, placement) in [
            (
                "size",
                Placement {
                    size: value,
                    ..usual.clone()
                },
            ),
            (
                "margin",
                Placement {
                    margin: value,
                    ..usual.clone()
                },
            ),
            (
                "position from the left",
                Placement {
                    x: Some(value),
                    ..usual.clone()
                },
            ),
            (
                "position from the bottom",
                Placement {
                    y: Some(value),
                    ..usual.clone()
                },
            ),
        ] {
            let told = refused(&plain(), &placement);
            let words = format!("the stamp's {what} is {value} pt: it must be");
            assert!(
                told.contains(&words) && told.contains("at most 14400"),
                "{told}"
            );
        }
    }
    for (placement, words) in [
        (
            Placement {
                size: 0.0,
                ..usual.clone()
            },
            "size is 0 pt: it must be more than 0",
        ),
        (
            Placement {
                size: -90.0,
                ..usual.clone()
            },
            "size is -90 pt: it must be more than 0",
        ),
        (
            Placement {
                margin: -1.0,
                ..usual.clone()
            },
            "margin is -1 pt: it must be at least 0",
        ),
        (
            Placement {
                x: Some(-1.0),
                ..usual.clone()
            },
            "the stamp lies outside the page",
        ),
        (
            Placement {
                size: 14_400.0,
                ..usual.clone()
            },
            "the stamp lies outside the page",
        ),
    ] {
        let told = refused(&plain(), &placement);
        assert!(told.contains(words), "{told}");
    }
    assert_eq!(
        refused(
            &plain(),
            &Placement {
                margin: 0.0,
                ..usual
            }
        ),
        "stamped"
    );
}
