//! A second verifier of stamped files, written for this test: rule by rule, so that one can be left out. With all of them it must
//! believe what the real one believes; without one it is what somebody in a hurry might have written.

use ananke_format::datamatrix::{Symbol, sides};
use ananke_format::seal::{Seal, Statement};
use ananke_format::stamp::{draw, hole_len};
use ananke_format::trust::Trust;
use ananke_format::{Sha256, verify};

use crate::scene::MARK;

/// A rule that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// The trailer ends the file: without it, the last comment anywhere is taken, and what follows is not looked at.
    End,
    /// There is one drawing of each symbol: without it, whatever draws it will do.
    Drawing,
    /// The original is the one the seal names.
    Original,
    /// The update is the one the seal names.
    Update,
    /// The seal is signed by the key it names.
    Signature,
}

pub(crate) const RULES: [Rule; 5] = [
    Rule::End,
    Rule::Drawing,
    Rule::Original,
    Rule::Update,
    Rule::Signature,
];

/// Whether a file is believed by a verifier that leaves these rules out.
pub(crate) fn believes(file: &[u8], trust: &Trust, without: &[Rule]) -> bool {
    parts(file, trust, without).is_some()
}

fn parts(file: &[u8], trust: &Trust, without: &[Rule]) -> Option<()> {
    let asks = |rule: Rule| !without.contains(&rule);
    let comment = memchr::memmem::rfind(file, MARK)?;
    let behind = file.get(comment..)?;
    let end = memchr::memmem::find(behind, b"\n%%EOF\n")? + 7;
    if asks(Rule::End) && end != behind.len() {
        return None;
    }
    let file = file.get(..comment + end)?;
    let text = std::str::from_utf8(behind.get(MARK.len()..MARK.len() + 32)?).ok()?;
    let mut numbers = text.split(' ').map(str::parse::<usize>);
    let mut number = || numbers.next()?.ok();
    let (original, begin, len) = (number()?, number()?, number()?);
    let hole = file.get(begin..begin.checked_add(len)?)?;
    let side = sides().find(|side| hole_len(*side) == len)?;
    let symbol = Symbol::from_modules(modules(hole, side)?)?;
    if asks(Rule::Drawing) && draw(&symbol).as_deref() != Some(hole) {
        return None;
    }
    let payload = symbol.payload()?;
    let statement = Statement::read(&Seal::parse(&payload).ok()?).ok()?;
    if asks(Rule::Signature) && verify::seal(&payload, trust).is_err() {
        return None;
    }
    if asks(Rule::Original) && Sha256::of(file.get(..original)?) != statement.original {
        return None;
    }
    let mut signed = (original as u64).to_be_bytes().to_vec();
    signed.extend(file.get(original..begin)?);
    signed.resize(signed.len() + len, b' ');
    signed.extend(file.get(begin + len..)?);
    (!asks(Rule::Update) || Sha256::of(&signed) == statement.stamp).then_some(())
}

/// The modules whose middle a drawing covers, as a reader of PDFs takes it: any white space, any number, comments, any order. What it does not know
/// it passes over.
pub(crate) fn modules(drawing: &[u8], side: usize) -> Option<Vec<bool>> {
    let mut dark = vec![false; side * side];
    let mut plain = String::new();
    let mut is_comment = false;
    for byte in drawing {
        is_comment = (is_comment || *byte == b'%') && !matches!(byte, b'\r' | b'\n');
        let is_white = is_comment || matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ');
        plain.push(if is_white { ' ' } else { char::from(*byte) });
    }
    let mut numbers: Vec<f64> = Vec::new();
    for word in plain.split_ascii_whitespace() {
        match word {
            "re" => {
                let &[.., x, y, width, height] = numbers.as_slice() else {
                    return None;
                };
                let edge = |at: f64| (at - 0.5).ceil().clamp(0.0, side as f64) as usize;
                for up in edge(y.min(y + height))..edge(y.max(y + height)) {
                    for column in edge(x.min(x + width))..edge(x.max(x + width)) {
                        dark[(side - 1 - up) * side + column] = true;
                    }
                }
                numbers.clear();
            }
            "f" | "F" | "f*" | "B" => break,
            word => numbers.extend(word.parse::<f64>()),
        }
    }
    Some(dark)
}
