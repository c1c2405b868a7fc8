//! What a person wants verified: a reference, a hash, or a file with a record, a stamp, a barcode or anything else in it.

use std::cell::RefCell;
use std::io::Read as _;
use std::path::Path;

use ananke_format::seal::{Seal, Statement};
use ananke_format::stamp::{self, StampError};
use ananke_format::{Mode, Sha256};
use serde_json::Value;

use super::{barcode, payload};
use crate::exit::Failure;
use crate::output::Output;

/// Larger files are none of ours: a PDF has at most 10 MiB.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// Readers of PDF look for its first line this far into the file.
const HEADER: usize = 1024;

/// A signed record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Record {
    /// Of an issued document: a compact JWS.
    Credential(String),
    /// Of a stamp: the bytes of its seal.
    Seal(Vec<u8>),
}

/// What is to be verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A reference as it was typed, right or wrong.
    Reference(String),
    /// The SHA-256 of a file.
    Hash(Sha256),
    /// A signed record.
    Record(Record),
    /// A stamped PDF, intact or not, which is checked byte for byte.
    Stamped {
        /// The file.
        file: Vec<u8>,
        /// Whether its seal says live or test.
        mode: Mode,
    },
    /// A PDF without a stamp of its own: a barcode may be on its pages.
    Pages(Vec<u8>),
    /// A PDF that draws a seal, and is not the file that was stamped with it.
    Copied {
        /// The seal.
        seal: Vec<u8>,
        /// The SHA-256 of the file.
        file: Sha256,
    },
    /// A picture: of a barcode, or of nothing that can be verified.
    Picture(Vec<u8>),
}

impl Target {
    /// Reads TARGET: `-` is standard input, `TRF-…` a reference, 64 hexadecimal digits a hash, all else a file, or the bytes of a
    /// barcode where there is no such file.
    pub(crate) fn read(text: &str) -> Result<Self, Failure> {
        if text == "-" {
            return Self::of_bytes("standard input", standard_input()?);
        }
        let trimmed = text.trim();
        if let Ok(hash) = Sha256::from_hex(&trimmed.to_ascii_lowercase()) {
            return Ok(Self::Hash(hash));
        }
        let prefix = trimmed.get(..4).unwrap_or_default();
        if prefix.eq_ignore_ascii_case("TRF-") || prefix.eq_ignore_ascii_case("TCR-") {
            return Ok(Self::Reference(trimmed.to_owned()));
        }
        match (read(Path::new(text)), payload::in_text(trimmed)) {
            (Ok(bytes), _) => Self::of_bytes(text, bytes),
            (Err(_), Some(seal)) => Ok(Self::Record(Record::Seal(seal))),
            (Err(failure), None) => Err(unknown(text, failure)),
        }
    }

    /// Reads a file, whatever its name looks like.
    pub(crate) fn read_file(path: &Path) -> Result<Self, Failure> {
        Self::of_bytes(&path.display().to_string(), read(path)?)
    }

    fn of_bytes(name: &str, bytes: Vec<u8>) -> Result<Self, Failure> {
        if bytes.is_empty() {
            return Err(Failure::error(format!("{name} is empty")));
        }
        if bytes.len() as u64 > MOST_BYTES {
            return Err(Failure::error(format!(
                "{name} is larger than any document of this system"
            )));
        }
        Ok(if let Some(record) = find_record(&bytes) {
            Self::Record(record)
        } else if let Some(mode) = stamped(&bytes) {
            Self::Stamped { file: bytes, mode }
        } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") || bytes.starts_with(b"\xff\xd8\xff") {
            Self::Picture(bytes)
        } else if is_pdf(&bytes) {
            Self::Pages(bytes)
        } else {
            Self::Hash(Sha256::of(&bytes))
        })
    }

    /// Whether only a barcode is judged: whoever has the paper compares the two.
    pub(crate) const fn is_barcode(&self) -> bool {
        matches!(self, Self::Record(Record::Seal(_)))
    }

    /// The same with the barcode read, where it is one that is looked for in a picture or on pages. Pages without one are a file
    /// like any other; what a picture holds that is no seal is judged as that.
    pub(crate) async fn looked_at(self, output: Output) -> Result<Self, Failure> {
        match self {
            Self::Picture(file) => {
                let found = barcode::read(file).await?;
                let seal = found.map(|found| found.payload);
                Ok(Self::Record(Record::Seal(seal.unwrap_or_default())))
            }
            Self::Pages(file) => {
                let digest = Sha256::of(&file);
                let is_marked = stamp::is_marked(&file);
                // It was stamped, and its end is damaged: the byte check says so.
                let otherwise = match is_marked {
                    true => Self::Stamped {
                        file: file.clone(),
                        mode: Mode::Live,
                    },
                    false => Self::Hash(digest),
                };
                match barcode::read(file).await {
                    Ok(Some(found)) if Seal::parse(&found.payload).is_ok() => {
                        let (seal, file) = (found.payload, digest);
                        Ok(match found.is_paper && !is_marked {
                            true => Self::Record(Record::Seal(seal)),
                            false => Self::Copied { seal, file },
                        })
                    }
                    Ok(_) => Ok(otherwise),
                    Err(failure) => {
                        output.say(format!("no barcode was looked for: {}", failure.message));
                        Ok(otherwise)
                    }
                }
            }
            other => Ok(other),
        }
    }
}

/// All of standard input, up to more than anything may have.
pub(crate) fn standard_input() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::error(format!("standard input: {error}")))?;
    Ok(bytes)
}

fn is_pdf(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(HEADER)).unwrap_or_default();
    head.windows(5).any(|window| window == b"%PDF-")
}

/// Whether a file carries a stamp of this system, or begins with one that does; the mode of its last one.
fn stamped(file: &[u8]) -> Option<Mode> {
    let seen = RefCell::new(None);
    let note = |seal: &Seal| {
        if let Ok(statement) = Statement::read(seal) {
            seen.borrow_mut().get_or_insert(statement.mode);
        }
        false
    };
    match stamp::check(file, note) {
        Ok(stamped) => Some(stamped.statement.mode),
        Err(StampError::NoStamp) => seen.into_inner(),
        // Its own is spoilt; the mode matters only where another is under it.
        Err(_) => Some(seen.into_inner().unwrap_or(Mode::Live)),
    }
}

/// Reads a file with a signed record in it.
pub(crate) fn read_record(path: &Path) -> Result<Record, Failure> {
    find_record(&read(path)?).ok_or_else(|| {
        Failure::error(format!(
            "{} holds no record: neither a compact JWS, nor a seal, nor JSON with one",
            path.display()
        ))
    })
}

/// Reads a file with a signed text in it: a trust bundle or a status list.
pub(crate) fn read_signed(path: &Path) -> Result<String, Failure> {
    let text = String::from_utf8(read(path)?)
        .map_err(|_| Failure::error(format!("{} is not a signed text", path.display())))?;
    Ok(text.trim().to_owned())
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| Failure::file(path, &error))?;
    Ok(bytes)
}

fn unknown(text: &str, failure: Failure) -> Failure {
    Failure {
        message: format!(
            "{}; a target is a reference such as TRF-…, a SHA-256 of 64 digits, a file, a directory, the bytes of a barcode in base64, or - for \
             standard input",
            if text.is_empty() {
                "nothing to verify"
            } else {
                &failure.message
            }
        ),
        ..failure
    }
}

/// The record in a file, of either kind.
fn find_record(bytes: &[u8]) -> Option<Record> {
    let credential = find_credential(bytes).map(Record::Credential);
    credential.or_else(|| payload::in_file(bytes).map(Record::Seal))
}

/// The credential in a file: a compact JWS by itself, as a JSON text, in the answer of an issuance, or enveloped as
/// the VC data model does it.
fn find_credential(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    if is_compact(text) {
        return Some(text.to_owned());
    }
    let json: Value = serde_json::from_str(text).ok()?;
    let found = match &json {
        Value::String(text) => text,
        Value::Object(members) => match members.get("credential") {
            Some(Value::String(text)) => text,
            _ => members
                .get("id")?
                .as_str()?
                .strip_prefix("data:application/vc+jwt,")?,
        },
        _ => return None,
    };
    is_compact(found).then(|| found.to_owned())
}

/// Three parts and the beginning of a JSON object: good or not, it wants to be a JWS.
fn is_compact(text: &str) -> bool {
    let is_part = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'='))
    };
    text.starts_with("eyJ") && text.split('.').count() == 3 && text.split('.').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const JWS: &str = "eyJhbGciOiJFUzI1NiJ9.e30.c2ln";

    #[test]
    fn tells_targets_apart() {
        let hash = "AB".repeat(32);
        assert_eq!(
            Target::read(&hash).unwrap(),
            Target::Hash(Sha256::from_bytes([0xab; 32]))
        );
        for typed in ["TRF-ABCD1234", "trf-abcd", " TCR-1 "] {
            assert!(
                matches!(Target::read(typed).unwrap(), Target::Reference(_)),
                "{typed}"
            );
        }
        for wrong in ["", "no-such-file", &"ab".repeat(31)] {
            let failure = Target::read(wrong).unwrap_err();
            assert!(
                failure.message.contains("a target is a reference"),
                "{}",
                failure.message
            );
        }
    }

    #[test]
    fn finds_the_credential_in_a_file() {
        let enveloped = format!(
            r#"{{"id":"data:application/vc+jwt,{JWS}","type":"EnvelopedVerifiableCredential"}}"#
        );
        for file in [
            format!("{JWS}\n"),
            format!("\"{JWS}\""),
            format!(r#"{{"reference":"TRF-…","credential":"{JWS}"}}"#),
            enveloped,
        ] {
            let target = Target::of_bytes("x", file.into_bytes()).unwrap();
            let record = Record::Credential(JWS.to_owned());
            assert_eq!(target, Target::Record(record));
        }
        for file in ["{}", "a.b.c", r#"{"credential":null}"#, "eyJ.x y.z"] {
            let target = Target::of_bytes("x", file.as_bytes().to_vec()).unwrap();
            assert_eq!(target, Target::Hash(Sha256::of(file.as_bytes())), "{file}");
        }
        assert!(Target::of_bytes("x", Vec::new()).is_err());
    }

    #[test]
    fn tells_files_apart() {
        let of = |bytes: &[u8]| Target::of_bytes("x", bytes.to_vec()).unwrap();
        assert!(matches!(of(b"%PDF-1.7"), Target::Pages(_)));
        assert!(matches!(of(b"\x89PNG\r\n\x1a\n"), Target::Picture(_)));
        assert!(matches!(of(b"\xff\xd8\xff\xe0"), Target::Picture(_)));
        let stamped = std::fs::read(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../vectors/pki/stamped.pdf"
        ))
        .unwrap();
        assert!(matches!(
            of(&stamped),
            Target::Stamped {
                mode: Mode::Live,
                ..
            }
        ));
        let longer = [&stamped[..], b"1 0 obj"].concat();
        assert!(matches!(of(&longer), Target::Stamped { .. }));
        let mut spoilt = stamped.clone();
        spoilt[20] ^= 1;
        assert!(matches!(of(&spoilt), Target::Stamped { .. }));
        // Without its end it is a PDF like any other.
        let cut = &stamped[..stamped.len() - 1];
        assert!(matches!(of(cut), Target::Pages(_)));
    }
}
