//! A copy of a secret for the worst day, wrapped by a passphrase: the text of docs/secrets.md, made and read.
//!
//! ```text
//! ananke copy of a key, version 1
//! what: key-encryption key
//! name: 90687f9eb2a67e52
//! root: SHA256:…
//! kdf: argon2id m=65536 t=3 p=4
//! salt: 32 hexadecimal digits
//! sealed: nonce, ciphertext and tag, hexadecimal
//! ```
//!
//! Everything above `sealed` is bound to what is sealed, to the byte.

use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::{KeyError, envelope};
use crate::ctx::Ctx;

/// What the passphrase of a new copy has at least, in characters.
pub const SHORTEST_PASSPHRASE: usize = 12;

const FIRST: &str = "ananke copy of a key, version 1";
/// RFC 9106, 4: for memory-constrained environments, which a machine on its worst day may be.
const KDF: &str = "argon2id m=65536 t=3 p=4";
const MEMORY_KIB: u32 = 65_536;
const PASSES: u32 = 3;
const LANES: u32 = 4;

/// What a copy is of; readable without its passphrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// What kind of secret.
    pub what: String,
    /// Which one.
    pub name: String,
    /// Fingerprint of the root of its instance.
    pub root: String,
}

/// Why a copy could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The passphrase of a new copy is too short.
    #[error("the passphrase must have at least {SHORTEST_PASSPHRASE} characters")]
    Short,
    /// It is no copy, or one of another version.
    #[error(
        "this is no copy of a key that this release can read: it must begin with {FIRST:?} and have seven lines"
    )]
    Form,
    /// Another passphrase, or altered bytes: nobody can tell which.
    #[error("this passphrase does not open it, or a character of it was altered")]
    DoesNotOpen,
    /// The cipher or the derivation fails.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// A copy of this secret.
///
/// # Errors
/// The passphrase is too short.
pub fn wrap(
    label: &Label,
    secret: &[u8],
    passphrase: &SecretString,
    ctx: &Ctx,
) -> Result<String, CopyError> {
    if passphrase.expose_secret().chars().count() < SHORTEST_PASSPHRASE {
        return Err(CopyError::Short);
    }
    let salt: [u8; 16] = ctx.random();
    let head = format!(
        "{FIRST}\nwhat: {}\nname: {}\nroot: {}\nkdf: {KDF}\nsalt: {}\n",
        label.what,
        label.name,
        label.root,
        hex(&salt)
    );
    let key = derive(passphrase, &salt)?;
    let sealed = envelope::seal_bound(&key, head.as_bytes(), secret)?;
    Ok(format!("{head}sealed: {}\n", hex(&sealed)))
}

/// What a copy is of, and the secret.
///
/// # Errors
/// It is no copy, or does not open.
pub fn unwrap(
    text: &str,
    passphrase: &SecretString,
) -> Result<(Label, Zeroizing<Vec<u8>>), CopyError> {
    let (head, sealed) = text.split_once("sealed: ").ok_or(CopyError::Form)?;
    let lines: Vec<&str> = head.lines().collect();
    let &[first, what, name, root, kdf, salt] = lines.as_slice() else {
        return Err(CopyError::Form);
    };
    let member = |line: &str, name: &str| {
        let value = line
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix(": "));
        value.map(str::to_owned).ok_or(CopyError::Form)
    };
    if first != FIRST || member(kdf, "kdf")? != KDF {
        return Err(CopyError::Form);
    }
    let label = Label {
        what: member(what, "what")?,
        name: member(name, "name")?,
        root: member(root, "root")?,
    };
    let salt = unhex(&member(salt, "salt")?).ok_or(CopyError::Form)?;
    let sealed = unhex(sealed.trim_end()).ok_or(CopyError::Form)?;
    let key = derive(passphrase, &salt)?;
    let opened = envelope::open_bound(&key, head.as_bytes(), &sealed, "a copy");
    Ok((label, opened.map_err(|_| CopyError::DoesNotOpen)?))
}

fn derive(passphrase: &SecretString, salt: &[u8]) -> Result<Zeroizing<[u8; 32]>, CopyError> {
    let failed = |_| KeyError::Crypto("argon2id");
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(32)).map_err(failed)?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(
            passphrase.expose_secret().as_bytes(),
            salt,
            key.as_mut_slice(),
        )
        .map_err(failed)?;
    Ok(key)
}

fn hex(bytes: &[u8]) -> String {
    crate::ops::words::hex(bytes)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2)
        || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ctx::Clock;

    fn label() -> Label {
        Label {
            what: "key-encryption key".to_owned(),
            name: "90687f9eb2a67e52".to_owned(),
            root: "ROOT".to_owned(),
        }
    }

    #[test]
    fn a_copy_opens_with_its_passphrase_and_unaltered() {
        let ctx = Ctx::new(Clock::System);
        let right = SecretString::from("correct horse");
        let text = wrap(&label(), &[7; 32], &right, &ctx).unwrap();
        let (read, secret) = unwrap(&text, &right).unwrap();
        assert_eq!((read, secret.as_slice()), (label(), [7; 32].as_slice()));
        assert_ne!(wrap(&label(), &[7; 32], &right, &ctx).unwrap(), text);
        let wrong = unwrap(&text, &SecretString::from("correct horsf"));
        assert!(matches!(wrong, Err(CopyError::DoesNotOpen)));
        // One character in each line, and one in each part of what is sealed.
        let mut altered = 0;
        let starts = text.match_indices('\n').map(|(at, _)| at - 1);
        let sealed = text.find("sealed: ").unwrap() + 8;
        for at in starts.chain([sealed, sealed + 30, sealed + 90]) {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
            let altered_text = String::from_utf8(bytes).unwrap();
            assert!(unwrap(&altered_text, &right).is_err(), "{altered_text}");
            altered += 1;
        }
        assert_eq!(altered, 10);
        for bad in [
            "",
            "sealed: 00",
            &text[..text.len() - 3],
            &text.replace("version 1", "version 2"),
        ] {
            assert!(unwrap(bad, &right).is_err(), "{bad}");
        }
        let short = wrap(&label(), &[7; 32], &SecretString::from("eleven char"), &ctx);
        assert!(matches!(short, Err(CopyError::Short)));
    }

    /// Copies that exist must open for ever. Computed by Python's `argon2-cffi`, which is the reference implementation.
    #[test]
    fn the_derivation_never_changes() {
        let key = derive(&SecretString::from("correct horse battery"), &[1; 16]).unwrap();
        assert_eq!(
            hex(key.as_slice()),
            "e26da06d44eae85c6159610eab926b3adad86e692018b586f5dcb98bdb03d293"
        );
    }
}
