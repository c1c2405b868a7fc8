//! Seals: what the DataMatrix of a document holds, read strictly and written (`spec/seal.md`).
//!
//! Owns the bytes. What a seal of this system says is `own.rs`'s; whether it is believed, the judge's.

mod c40;
mod foreign;
mod header;
mod message;
mod own;

pub use foreign::{ForeignKey, ForeignKeyError};
pub use header::{Header, Version};
pub use message::{Field, Lengths};
pub use own::{SealIssueError, Statement, StatementError, is_own};

use self::message::SIGNATURE;
use crate::certificate_reference::CertificateReference;
use crate::digest::Sha256;

/// Bytes of a signature: r, then s.
const SIGNATURE_LEN: usize = 64;

/// Why bytes are no seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// They do not begin as a seal does.
    #[error("not a seal: it does not begin with DC")]
    Magic,
    /// A version that is unknown here.
    #[error("a seal of an unknown version")]
    Version,
    /// They end within a field.
    #[error("the seal ends too early")]
    Truncated,
    /// A text that is packed by no rule.
    #[error("a text in the seal's header is not packed as it should be")]
    C40,
    /// The country is not letters and fillers.
    #[error("the seal's country is none")]
    Country,
    /// Signer or certificate reference have other characters or another length than they may.
    #[error("the seal's signer or certificate reference is none")]
    Reference,
    /// No day of the calendar.
    #[error("a date in the seal is none")]
    Date,
    /// A length in another form than its shortest.
    #[error("a length in the seal is not in its shortest form")]
    Length,
    /// Tags that do not ascend.
    #[error("the fields of the seal are not in order, or stand twice")]
    Order,
    /// A signature of another length, or something behind it.
    #[error("the seal does not end with its signature")]
    Signature,
}

/// A seal, read and not yet believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// What stands before the message.
    pub header: Header,
    /// The message, by ascending tags.
    pub fields: Vec<Field>,
    /// How their lengths are written.
    pub lengths: Lengths,
    /// r, then s; absent from a seal that proves nothing.
    pub signature: Option<[u8; SIGNATURE_LEN]>,
}

/// A document by its seal, as it was read from signed bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedDocument {
    /// What it says.
    pub statement: Statement,
    /// The reference of the certificate that signed it.
    pub certificate_reference: CertificateReference,
    /// The thumbprint of that certificate.
    pub thumbprint: Sha256,
    /// SHA-256 over the bytes of the seal: the record's own hash.
    pub digest: Sha256,
    /// The bytes of the seal.
    pub seal: Vec<u8>,
}

impl Seal {
    /// Reads the bytes of a symbol, all of them.
    ///
    /// # Errors
    /// [`SealError`] naming the first rule broken.
    pub fn parse(bytes: &[u8]) -> Result<Self, SealError> {
        let mut rest = bytes;
        let header = Header::read(&mut rest)?;
        let (fields, lengths) = message::read(&mut rest)?;
        let signature = match rest {
            [] => None,
            [SIGNATURE, 0x40, signature @ ..] => {
                Some(signature.try_into().map_err(|_| SealError::Signature)?)
            }
            _ => return Err(SealError::Signature),
        };
        Ok(Self {
            header,
            fields,
            lengths,
            signature,
        })
    }

    /// What is signed: everything before the signature; `None` where a member is not as it should be, or a field too long.
    #[must_use]
    pub fn signed_bytes(&self) -> Option<Vec<u8>> {
        let mut out = self.header.write()?;
        let mut before = None;
        for field in &self.fields {
            if before.is_some_and(|before| before >= field.tag) {
                return None;
            }
            before = Some(field.tag);
            message::write(field, self.lengths, &mut out)?;
        }
        Some(out)
    }

    /// The bytes; `None` as above.
    #[must_use]
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let mut out = self.signed_bytes()?;
        if let Some(signature) = &self.signature {
            out.extend([SIGNATURE, 0x40]);
            out.extend_from_slice(signature);
        }
        Some(out)
    }

    /// The value of a field.
    #[must_use]
    pub fn field(&self, tag: u8) -> Option<&[u8]> {
        let found = self.fields.iter().find(|field| field.tag == tag);
        found.map(|field| field.value.as_slice())
    }
}
