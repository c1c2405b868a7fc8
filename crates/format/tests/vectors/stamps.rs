//! Drawings of symbols, and stamped files with what was done to them.

use ananke_format::Sha256;
use ananke_format::datamatrix::Symbol;
use ananke_format::stamp::{self, StampError};

use crate::case::{Case, from_hex, refused};
use crate::keys::vectors;

/// The drawing of a payload.
pub(crate) fn draw(case: &Case) -> String {
    let payload = from_hex(&case.input);
    let Some(symbol) = Symbol::of(&payload) else {
        return "refused too_large".to_owned();
    };
    assert_eq!(symbol.payload(), Some(payload), "{}", case.path);
    let drawing = stamp::draw(&symbol).unwrap();
    format!(
        "{} {} {}",
        symbol.side(),
        drawing.len(),
        Sha256::of(&drawing)
    )
}

/// A file of `pki/`, after what each line of the input says was done to it.
pub(crate) fn changed(case: &Case, name: &str) -> Vec<u8> {
    let mut file = std::fs::read(vectors().join("pki").join(name)).unwrap();
    for line in case.input.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let number = |at: usize| words[at].parse::<usize>().unwrap();
        match words[0] {
            "cut" => file.truncate(number(1)),
            "append" => file.extend(from_hex(words[1])),
            "put" => {
                let bytes = from_hex(words[2]);
                file[number(1)..][..bytes.len()].copy_from_slice(&bytes);
            }
            "insert" => drop(file.splice(number(1)..number(1), from_hex(words[2]))),
            "remove" => drop(file.drain(number(1)..number(1) + number(2))),
            other => panic!("{}: {other}", case.path),
        }
    }
    file
}

/// The check byte for byte, every seal taken for signed.
pub(crate) fn stamped(case: &Case) -> String {
    let file = changed(case, case.header("file"));
    match stamp::check(&file, |_| true) {
        Ok(stamped) => format!(
            "passed {} {}",
            stamped.statement.reference, stamped.original_len
        ),
        Err(StampError::Appended { genuine }) => format!("refused appended {genuine}"),
        Err(error) => refused(&error),
    }
}
