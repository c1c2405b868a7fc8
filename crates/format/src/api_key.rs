//! The text form of an API key: recognisable to scanners, checkable without a database.
//!
//! `ak_live_` or `ak_test_`, then 12 characters of id, 32 of secret, 6 of checksum, all base62.
//! The checksum is CRC-32 (ISO-HDLC) over the ASCII bytes before it, prefix included, as a number
//! in base 62, most significant digit first.

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::mode::Mode;
use crate::words::text_serde;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const PREFIX_LEN: usize = 8;
const SECRET_LEN: usize = 32;
const CHECK_LEN: usize = 6;
const CHECK_AT: usize = PREFIX_LEN + ApiKeyId::LEN + SECRET_LEN;

/// The public part of an API key. It may be logged and shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiKeyId([u8; Self::LEN]);

/// A text that is not twelve base62 characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an API key id is twelve characters of 0-9, A-Z and a-z")]
pub struct ApiKeyIdError;

impl ApiKeyId {
    /// Number of characters.
    pub const LEN: usize = 12;

    /// Reads an id.
    ///
    /// # Errors
    /// [`ApiKeyIdError`] for any other length or character.
    pub fn parse(text: &str) -> Result<Self, ApiKeyIdError> {
        let bytes: [u8; Self::LEN] = text.as_bytes().try_into().map_err(|_| ApiKeyIdError)?;
        if bytes.iter().all(u8::is_ascii_alphanumeric) {
            Ok(Self(bytes))
        } else {
            Err(ApiKeyIdError)
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII is ever stored, so the fallback is never taken.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for ApiKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ApiKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKeyId({self})")
    }
}

impl FromStr for ApiKeyId {
    type Err = ApiKeyIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

text_serde!(ApiKeyId, ApiKeyId::parse);

/// Why a text is not an API key. The text itself is never part of the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ApiKeyError {
    /// It does not begin with `ak_live_` or `ak_test_`.
    #[error("an API key begins with ak_live_ or ak_test_")]
    Prefix,
    /// It has not 58 characters.
    #[error("an API key has 58 characters")]
    Length,
    /// A character is outside 0-9, A-Z, a-z.
    #[error("an API key has digits and letters after its prefix")]
    Character,
    /// The checksum does not fit: mistyped or invented.
    #[error("the checksum of the API key does not fit")]
    Check,
}

/// The keys that stand in any bytes, as the pattern of `spec/api-key.md` finds them and the checksum confirms, each with
/// its place.
pub fn find(bytes: &[u8]) -> impl Iterator<Item = (usize, ApiKey)> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let begins = bytes.windows(PREFIX_LEN).enumerate().filter(|(_, window)| {
        Mode::ALL
            .iter()
            .any(|mode| *window == prefix(*mode).as_bytes())
    });
    begins.filter_map(move |(at, _)| {
        let text = bytes.get(at..at + ApiKey::LEN)?;
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        let after = bytes.get(at + ApiKey::LEN);
        if before.is_some_and(is_word) || after.is_some_and(is_word) {
            return None;
        }
        let key = ApiKey::parse(std::str::from_utf8(text).ok()?).ok()?;
        Some((at, key))
    })
}

/// The given random bytes did not yield enough characters; ask again with new ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many random bytes had to be rejected")]
pub struct NotEnoughRandomness;

/// A well-formed API key. It prints its mode and id only, and leaves memory overwritten.
#[derive(Clone)]
pub struct ApiKey {
    mode: Mode,
    id: ApiKeyId,
    text: Zeroizing<String>,
}

impl ApiKey {
    /// Characters of a key.
    pub const LEN: usize = CHECK_AT + CHECK_LEN;

    /// Random bytes [`ApiKey::from_random`] takes.
    pub const RANDOM_LEN: usize = 64;

    /// Makes a key of random bytes: each byte below 248 = 4 x 62 gives one character, others are
    /// skipped, so that no character is likelier than another. 44 of 64 must be usable.
    ///
    /// # Errors
    /// [`NotEnoughRandomness`], about once in 10^15 times: try again with new bytes.
    pub fn from_random(
        mode: Mode,
        random: &[u8; Self::RANDOM_LEN],
    ) -> Result<Self, NotEnoughRandomness> {
        let mut text = Zeroizing::new(String::with_capacity(Self::LEN));
        text.push_str(prefix(mode));
        let usable = random
            .iter()
            .filter(|byte| **byte < 248)
            .take(ApiKeyId::LEN + SECRET_LEN);
        text.extend(usable.map(|byte| char::from(ALPHABET[usize::from(byte % 62)])));
        if text.len() != CHECK_AT {
            return Err(NotEnoughRandomness);
        }
        let check = checksum(text.as_bytes());
        text.extend(check.map(char::from));
        Self::parse(&text).map_err(|_| NotEnoughRandomness)
    }

    /// Reads a key. A wrong checksum is found here, before any database is asked.
    ///
    /// # Errors
    /// [`ApiKeyError`].
    pub fn parse(text: &str) -> Result<Self, ApiKeyError> {
        let mode = Mode::ALL
            .iter()
            .copied()
            .find(|mode| text.starts_with(prefix(*mode)));
        let mode = mode.ok_or(ApiKeyError::Prefix)?;
        let bytes = text.as_bytes();
        if bytes.len() != Self::LEN {
            return Err(ApiKeyError::Length);
        }
        let (body, check) = bytes.split_at(CHECK_AT);
        let (_, characters) = body.split_at(PREFIX_LEN);
        if !characters
            .iter()
            .chain(check)
            .all(u8::is_ascii_alphanumeric)
        {
            return Err(ApiKeyError::Character);
        }
        if checksum(body) != check {
            return Err(ApiKeyError::Check);
        }
        let id = characters
            .first_chunk()
            .copied()
            .map(ApiKeyId)
            .ok_or(ApiKeyError::Length)?;
        Ok(Self {
            mode,
            id,
            text: Zeroizing::new(text.to_owned()),
        })
    }

    /// The world whose documents the key sees.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// The id, which may be logged.
    #[must_use]
    pub const fn id(&self) -> ApiKeyId {
        self.id
    }

    /// The 32 secret characters, to be authenticated and never kept.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        self.text
            .get(PREFIX_LEN + ApiKeyId::LEN..CHECK_AT)
            .unwrap_or_default()
    }

    /// The whole key, to be shown once.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The last four characters, part of the checksum, which may be shown to tell keys apart.
    #[must_use]
    pub fn last4(&self) -> &str {
        self.text.get(Self::LEN - 4..).unwrap_or_default()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("mode", &self.mode)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

const fn prefix(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "ak_live_",
        Mode::Test => "ak_test_",
    }
}

/// CRC-32 in six base62 digits, most significant first.
fn checksum(bytes: &[u8]) -> [u8; CHECK_LEN] {
    let mut rest = crc32(bytes);
    let mut digits = [b'0'; CHECK_LEN];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    digits
}

/// CRC-32/ISO-HDLC: reflected polynomial 0xEDB88320, all ones in and out. Its check value, over
/// the nine digits "123456789", is 0xCBF43926.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |state, byte| {
        (0..8).fold(state ^ u32::from(*byte), |bits, _| {
            if bits & 1 == 0 {
                bits >> 1
            } else {
                bits >> 1 ^ 0xedb8_8320
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_key() -> impl Strategy<Value = ApiKey> {
        (any::<bool>(), proptest::array::uniform(any::<u8>())).prop_filter_map(
            "unusable bytes",
            |(live, random)| {
                let mode = if live { Mode::Live } else { Mode::Test };
                ApiKey::from_random(mode, &random).ok()
            },
        )
    }

    #[test]
    fn the_check_value_of_the_crc() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn bytes_from_248_on_are_skipped() {
        let mut random = [0; 64];
        random[0] = 255;
        random[1] = 248;
        random[2] = 61;
        random[3] = 62;
        let key = ApiKey::from_random(Mode::Live, &random).unwrap();
        assert_eq!(key.id().as_str(), "z00000000000");
        assert_eq!(key.expose_secret(), "0".repeat(32));
        assert!(ApiKey::from_random(Mode::Live, &[255; 64]).is_err());
        let mut few = [255; 64];
        few[..43].fill(1);
        assert!(ApiKey::from_random(Mode::Live, &few).is_err());
    }

    #[test]
    fn nothing_secret_is_printed() {
        let mut random = [9; 64];
        for (byte, value) in random.iter_mut().zip(0..) {
            *byte = value;
        }
        let key = ApiKey::from_random(Mode::Test, &random).unwrap();
        let printed = format!("{key:?}");
        assert!(printed.contains(key.id().as_str()));
        for window in key.expose_secret().as_bytes().windows(4) {
            assert!(!printed.contains(std::str::from_utf8(window).unwrap()));
        }
    }

    proptest! {
        #[test]
        fn round_trip(key in any_key()) {
            let back = ApiKey::parse(key.expose()).unwrap();
            prop_assert_eq!(back.expose(), key.expose());
            prop_assert_eq!(back.id(), key.id());
            prop_assert_eq!(key.expose().len(), ApiKey::LEN);
            prop_assert_eq!(key.last4(), &key.expose()[ApiKey::LEN - 4..]);
            prop_assert_eq!(key.last4().len(), 4);
        }

        #[test]
        fn one_changed_character_is_found(key in any_key(), place in 8..ApiKey::LEN, to in 0..62_usize) {
            let mut text = key.expose().as_bytes().to_vec();
            prop_assume!(text[place] != ALPHABET[to]);
            text[place] = ALPHABET[to];
            let text = String::from_utf8(text).unwrap();
            prop_assert_eq!(ApiKey::parse(&text).unwrap_err(), ApiKeyError::Check);
        }

        #[test]
        fn a_key_is_found_wherever_it_stands(
            key in any_key(), before in "(\\PC{0,20}[^0-9A-Za-z_])?", after in "([^0-9A-Za-z_]\\PC{0,20})?",
        ) {
            let text = format!("{before}{}{after}", key.expose());
            let found: Vec<(usize, String)> =
                find(text.as_bytes()).map(|(at, key)| (at, key.expose().to_owned())).collect();
            prop_assert_eq!(found, vec![(before.len(), key.expose().to_owned())]);
            let inside = format!("{before}x{}{after}", key.expose());
            prop_assert_eq!(find(inside.as_bytes()).count(), 0);
            let longer = format!("{before}{}x{after}", key.expose());
            prop_assert_eq!(find(longer.as_bytes()).count(), 0);
        }

        #[test]
        fn never_panics(text in "(ak_(live|test)_)?\\PC{0,60}") {
            let _ = ApiKey::parse(&text);
        }
    }
}
