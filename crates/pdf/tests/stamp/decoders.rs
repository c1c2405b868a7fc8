//! Every size of symbol that stamps have, full to the last byte, read by two programs of others from the pixels of a third.

use std::io::Write as _;
use std::process::Stdio;

use ananke_format::datamatrix::{side_for, sides};
use ananke_format::seal::Statement;
use ananke_format::stamp as format_stamp;
use ananke_pdf::stamp::{Page, Placement, update};

use super::originals::plain;
use super::{keys, mark, read, statement, tool};

/// A statement about the file with so much text in it.
fn with_text(original: &[u8], length: usize) -> Statement {
    let text = "Trondheim, Zürich, Kraków and Győr; ".repeat(40);
    let text: Vec<char> = text.chars().take(length).collect();
    let fields = (0_u8..).zip(text.chunks(60).map(|part| part.iter().collect()));
    Statement {
        fields: fields.collect(),
        ..statement(original)
    }
}

/// What zxing-cpp reads on the last page.
fn read_by_zxing(file: &[u8]) -> Option<Vec<u8>> {
    let mut command = tool::python("zxing-cpp", "zxing.py")?;
    let (width, pixels) = tool::grey(file, 300)?;
    let height = pixels.len() / width;
    let mut child = command
        .args([width.to_string(), height.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&pixels).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(output.stdout)
}

#[test]
fn two_programs_of_others_read_every_size() {
    let original = plain();
    let side = |length| side_for(with_text(&original, length).sealed_len()?);
    let smallest = side(0).unwrap();
    let mut seen = Vec::new();
    for wanted in sides().filter(|side| *side >= smallest) {
        let Some(length) = (0..1_300)
            .rev()
            .find(|length| side(*length) == Some(wanted))
        else {
            continue;
        };
        let mut statement = with_text(&original, length);
        // A module has a point, 0.35 mm.
        let size = wanted as f64 + 2.0;
        let placement = Placement {
            page: Page::Number(1),
            x: Some(40.0),
            y: Some(500.0),
            size,
            ..Placement::default()
        };
        let mut made = update(&original, &placement, &mark(&statement), true).unwrap();
        let key = keys::TestKey::load("acme");
        let (bytes, hole) = (&mut made.bytes, made.hole);
        let seal = format_stamp::fill(original.len(), bytes, hole, &mut statement, &key).unwrap();
        let file = [&original, &made.bytes[..]].concat();
        let top = 841.89 - 500.0 - size * 1.13;
        if let Some(found) = read(&file, (40.0, top, size)) {
            assert_eq!(found, seal, "dmtxread, {wanted} modules");
        }
        if let Some(found) = read_by_zxing(&file) {
            assert_eq!(found, seal, "zxing-cpp, {wanted} modules");
        }
        seen.push(wanted);
    }
    assert_eq!(seen, [64, 72, 80, 88, 96, 104, 120, 132]);
}
