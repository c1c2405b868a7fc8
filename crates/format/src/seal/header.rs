//! The header of a seal: who signed it, with which certificate, when, and after which definition.

use jiff::civil::Date;

use super::message::{take, take_byte};
use super::{SealError, c40};

const MAGIC: u8 = 0xdc;
/// The one signer that writes the length of its reference in decimal.
const DECIMAL: &str = "DEZV";
/// The longest certificate reference of version 4, in characters.
const LONGEST: usize = 64;
/// Characters of a reference in version 3.
const FIXED: usize = 5;

/// The version of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// Version 3, byte `02`: a reference has five characters.
    Three,
    /// Version 4, byte `03`: a reference has any length.
    Four,
}

/// What stands before the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its version.
    pub version: Version,
    /// Three characters, letters and then `<`.
    pub country: String,
    /// Four characters, letters and digits.
    pub signer: String,
    /// The certificate reference: five characters in version 3, one to 64 in version 4.
    pub reference: String,
    /// When the document was issued.
    pub issued: Date,
    /// When the seal was signed.
    pub signed: Date,
    /// Which definition the message follows.
    pub feature_definition: u8,
    /// Category of the document type.
    pub type_category: u8,
}

impl Header {
    /// The bytes; `None` where a member is not as said.
    pub(super) fn write(&self) -> Option<Vec<u8>> {
        let version = match self.version {
            Version::Three => 0x02,
            Version::Four => 0x03,
        };
        let mut out = vec![MAGIC, version];
        if !is_country(&self.country) || !is_name(&self.signer, 4) {
            return None;
        }
        out.extend(c40::pack(&self.country)?);
        let length = self.reference.len();
        let counted = match self.version {
            Version::Three if length == FIXED => String::new(),
            Version::Four if (1..=LONGEST).contains(&length) => match self.signer.as_str() {
                DECIMAL => format!("{length:02}"),
                _ => format!("{length:02X}"),
            },
            _ => return None,
        };
        if !is_name(&self.reference, length) {
            return None;
        }
        out.extend(c40::pack(&format!(
            "{}{counted}{}",
            self.signer, self.reference
        ))?);
        for date in [self.issued, self.signed] {
            out.extend(write_date(date)?);
        }
        out.extend([self.feature_definition, self.type_category]);
        Some(out)
    }

    /// Reads it from the front.
    pub(super) fn read(bytes: &mut &[u8]) -> Result<Self, SealError> {
        if take_byte(bytes).map_err(|_| SealError::Magic)? != MAGIC {
            return Err(SealError::Magic);
        }
        let version = match take_byte(bytes)? {
            0x02 => Version::Three,
            0x03 => Version::Four,
            _ => return Err(SealError::Version),
        };
        let country = c40::unpack(take(bytes, 2)?, 3).ok_or(SealError::C40)?;
        if !is_country(&country) {
            return Err(SealError::Country);
        }
        let (signer, reference) = match version {
            Version::Three => {
                let text = c40::unpack(take(bytes, c40::packed_len(4 + FIXED))?, 4 + FIXED);
                split(&text.ok_or(SealError::C40)?, 4)?
            }
            Version::Four => read_counted(bytes)?,
        };
        if !is_name(&signer, 4) || !is_name(&reference, reference.len()) {
            return Err(SealError::Reference);
        }
        Ok(Self {
            version,
            country,
            signer,
            reference,
            issued: read_date(take(bytes, 3)?)?,
            signed: read_date(take(bytes, 3)?)?,
            feature_definition: take_byte(bytes)?,
            type_category: take_byte(bytes)?,
        })
    }
}

/// Signer and reference of version 4. The first six characters are packed in four bytes whatever follows.
fn read_counted(bytes: &mut &[u8]) -> Result<(String, String), SealError> {
    let first = bytes.get(..4).ok_or(SealError::Truncated)?;
    let first = c40::unpack(first, 6).ok_or(SealError::C40)?;
    let (signer, count) = split(&first, 4)?;
    let radix = if signer == DECIMAL { 10 } else { 16 };
    let length = usize::from_str_radix(&count, radix).map_err(|_| SealError::Reference)?;
    if !(1..=LONGEST).contains(&length) {
        return Err(SealError::Reference);
    }
    let text = c40::unpack(take(bytes, c40::packed_len(6 + length))?, 6 + length);
    let (_, reference) = split(&text.ok_or(SealError::C40)?, 6)?;
    Ok((signer, reference))
}

fn split(text: &str, at: usize) -> Result<(String, String), SealError> {
    let (first, rest) = text.split_at_checked(at).ok_or(SealError::C40)?;
    Ok((first.to_owned(), rest.to_owned()))
}

/// Letters, and fillers behind them.
fn is_country(text: &str) -> bool {
    let letters = text.trim_end_matches('<');
    text.len() == 3 && !letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_name(text: &str, length: usize) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    text.len() == length && text.bytes().all(is_plain)
}

/// `MMDDYYYY` as a number.
fn write_date(date: Date) -> Option<[u8; 3]> {
    let number = |part: i8| u32::try_from(part).ok();
    let year = u32::try_from(date.year()).ok()?;
    let number = number(date.month())? * 1_000_000 + number(date.day())? * 10_000 + year;
    match number.to_be_bytes() {
        [0, rest @ ..] => Some(rest),
        _ => None,
    }
}

fn read_date(bytes: &[u8]) -> Result<Date, SealError> {
    let number = bytes
        .iter()
        .fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    let part = |number: u32| i8::try_from(number).map_err(|_| SealError::Date);
    let year = i16::try_from(number % 10_000).map_err(|_| SealError::Date)?;
    let (month, day) = (part(number / 1_000_000)?, part(number / 10_000 % 100)?);
    Date::new(year, month, day).map_err(|_| SealError::Date)
}
