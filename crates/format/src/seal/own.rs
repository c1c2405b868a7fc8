//! What a seal of this system says, and nothing else (`spec/seal.md`, Ours).

use jiff::civil::{Date, Time};
use jiff::tz::Offset;

use super::{Field, Header, Lengths, Seal, Version};
use crate::certificate_reference::CertificateReference;
use crate::credential::StatusPosition;
use crate::digest::Sha256;
use crate::ecdsa::{is_low_s, low_s};
use crate::instant::Instant;
use crate::mode::Mode;
use crate::reference::{Product, Reference};
use crate::signer::{self, IssueError, Signer};

const COUNTRY: &str = "XAA";
const SIGNERS: [(Mode, &str); 2] = [(Mode::Live, "XA01"), (Mode::Test, "XA0T")];
const FEATURE_DEFINITION: u8 = 0x01;
const TYPE_CATEGORY: u8 = 0xc9;

mod tag {
    pub(super) const TEMPLATE: u8 = 0x00;
    pub(super) const VALID_TO: u8 = 0x02;
    pub(super) const STATUS: u8 = 0x06;
    pub(super) const REFERENCE: u8 = 0x0a;
    pub(super) const ORIGINAL: u8 = 0x0b;
    pub(super) const ISSUED_AT: u8 = 0x0c;
    pub(super) const TYPE: u8 = 0x0d;
    pub(super) const STAMP: u8 = 0x0e;
    /// That of a template's first field.
    pub(super) const FIELDS: u8 = 0x0f;
}

/// The longest code of a document type, in characters.
const LONGEST_TYPE: usize = 64;

/// What a seal of this system says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Live or test.
    pub mode: Mode,
    /// The certificate it is signed with.
    pub certificate: CertificateReference,
    /// Id of the template version, where there is one.
    pub template_version: Option<[u8; 16]>,
    /// The last day on which it is valid.
    pub valid_to: Option<Date>,
    /// Its place in the status lists: number of the list × 131,072 + index.
    pub status: u64,
    /// The document's reference, of TCode.
    pub reference: Reference,
    /// Digest of the original file.
    pub original: Sha256,
    /// When it was issued.
    pub issued_at: Instant,
    /// Code of the document type.
    pub type_code: String,
    /// What binds the stamped file (`spec/stamp.md`).
    pub stamp: Sha256,
    /// Values of the template version's fields, by their position from 0; those without a value are absent.
    pub fields: Vec<(u8, String)>,
}

/// Why a seal that names this system is none of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// Another country or signer: a seal of somebody else.
    #[error("the seal is of another issuing system")]
    Foreign,
    /// Fields or header members that this system does not write so.
    #[error("the seal does not say what a seal of this system says")]
    Profile,
    /// It has no signature.
    #[error("the seal is not signed")]
    Unsigned,
    /// The other of the two signatures there are.
    #[error("the seal's signature has a high s")]
    HighS,
}

/// A statement cannot be written as a seal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealIssueError {
    /// A member is not as it may be: a type code of no or more than 64 characters, fields out of order, too many or too long.
    #[error("the seal cannot be written")]
    Statement,
    /// The signer.
    #[error(transparent)]
    Signer(#[from] IssueError),
}

/// Whether a seal names this system, rightly or not.
#[must_use]
pub fn is_own(seal: &Seal) -> bool {
    seal.header.country == COUNTRY && mode_of(&seal.header).is_some()
}

fn mode_of(header: &Header) -> Option<Mode> {
    let found = SIGNERS.iter().find(|(_, signer)| *signer == header.signer);
    found.map(|(mode, _)| *mode)
}

impl Statement {
    /// The first instant at which it is no longer valid: the end of its last day. `None` where it has no last day, or one that ends
    /// after every [`Instant`].
    #[must_use]
    pub fn expires_at(&self) -> Option<Instant> {
        let end = self.valid_to?.tomorrow().ok()?;
        let end = end.to_datetime(Time::midnight());
        Instant::from_timestamp(Offset::UTC.to_timestamp(end).ok()?).ok()
    }

    /// Its place in the status lists; `None` where that is beyond every list.
    #[must_use]
    pub fn status_position(&self) -> Option<StatusPosition> {
        StatusPosition::from_number(self.status)
    }

    /// The seal, without its signature; `None` where a member is not as it may be.
    #[must_use]
    pub fn unsigned(&self) -> Option<Seal> {
        let signer = SIGNERS.iter().find(|(mode, _)| *mode == self.mode)?.1;
        let day = Offset::UTC.to_datetime(self.issued_at.timestamp()).date();
        let characters = self.type_code.chars().count();
        let is_text = |text: &str| !text.is_empty();
        if self.reference.product() != Product::TCode
            || !(1..=LONGEST_TYPE).contains(&characters)
            || !self.fields.iter().all(|(_, value)| is_text(value))
        {
            return None;
        }
        let mut fields = Vec::new();
        let mut push = |tag: u8, value: &[u8]| {
            let value = value.to_vec();
            fields.push(Field { tag, value });
        };
        if let Some(version) = &self.template_version {
            push(tag::TEMPLATE, version);
        }
        if let Some(date) = self.valid_to {
            push(tag::VALID_TO, write_day(date)?.as_bytes());
        }
        push(tag::STATUS, &write_number(self.status));
        push(tag::REFERENCE, self.reference.as_str().as_bytes());
        push(tag::ORIGINAL, self.original.as_bytes());
        push(tag::ISSUED_AT, self.issued_at.to_string().as_bytes());
        push(tag::TYPE, self.type_code.as_bytes());
        push(tag::STAMP, self.stamp.as_bytes());
        for (position, value) in &self.fields {
            push(tag::FIELDS.checked_add(*position)?, value.as_bytes());
        }
        let seal = Seal {
            header: Header {
                version: Version::Four,
                country: COUNTRY.to_owned(),
                signer: signer.to_owned(),
                reference: self.certificate.to_string(),
                issued: day,
                signed: day,
                feature_definition: FEATURE_DEFINITION,
                type_category: TYPE_CATEGORY,
            },
            fields,
            lengths: Lengths::Der,
            signature: None,
        };
        // Tags that ascend, and lengths that fit.
        seal.signed_bytes().map(|_| seal)
    }

    /// How many bytes its seal has, whoever signs it; `None` as above.
    #[must_use]
    pub fn sealed_len(&self) -> Option<usize> {
        let signed = self.unsigned()?.signed_bytes()?;
        Some(signed.len() + 2 + super::SIGNATURE_LEN)
    }

    /// Signs it: the bytes of the symbol.
    ///
    /// # Errors
    /// [`SealIssueError`]
    pub fn issue(&self, key: &dyn Signer) -> Result<Vec<u8>, SealIssueError> {
        signer::check(key, self.certificate.issuer(), self.mode)?;
        if key.certificate_reference() != self.certificate {
            return Err(SealIssueError::Signer(IssueError::Signer));
        }
        let mut seal = self.unsigned().ok_or(SealIssueError::Statement)?;
        let signed = seal.signed_bytes().ok_or(SealIssueError::Statement)?;
        let signature = key.sign(&signed).map_err(IssueError::from)?;
        seal.signature = Some(low_s(signature));
        seal.to_bytes().ok_or(SealIssueError::Statement)
    }

    /// Reads what a seal says, and believes nothing of it yet.
    ///
    /// # Errors
    /// [`StatementError`]
    pub fn read(seal: &Seal) -> Result<Self, StatementError> {
        let mode = mode_of(&seal.header).filter(|_| is_own(seal));
        let mode = mode.ok_or(StatementError::Foreign)?;
        let statement = read(seal, mode).ok_or(StatementError::Profile)?;
        // Written again it must be the same: nothing left out, nothing else in it, no other spelling.
        let again = statement.unsigned().ok_or(StatementError::Profile)?;
        if (&again.header, &again.fields, again.lengths)
            != (&seal.header, &seal.fields, seal.lengths)
        {
            return Err(StatementError::Profile);
        }
        match &seal.signature {
            None => Err(StatementError::Unsigned),
            Some(signature) if !is_low_s(signature) => Err(StatementError::HighS),
            Some(_) => Ok(statement),
        }
    }
}

fn read(seal: &Seal, mode: Mode) -> Option<Statement> {
    let text = |tag| std::str::from_utf8(seal.field(tag)?).ok();
    let digest = |tag| Some(Sha256::from_bytes(seal.field(tag)?.try_into().ok()?));
    let template_version = match seal.field(tag::TEMPLATE) {
        Some(id) => Some(id.try_into().ok()?),
        None => None,
    };
    let valid_to = match seal.field(tag::VALID_TO) {
        Some(_) => Some(read_day(text(tag::VALID_TO)?)?),
        None => None,
    };
    let own = seal.fields.iter().filter(|field| field.tag >= tag::FIELDS);
    let fields = own.map(|field| {
        let value = std::str::from_utf8(&field.value).ok()?;
        Some((field.tag - tag::FIELDS, value.to_owned()))
    });
    Some(Statement {
        mode,
        certificate: CertificateReference::parse(&seal.header.reference).ok()?,
        template_version,
        valid_to,
        status: read_number(seal.field(tag::STATUS)?)?,
        reference: Reference::parse_canonical(text(tag::REFERENCE)?).ok()?,
        original: digest(tag::ORIGINAL)?,
        issued_at: Instant::parse(text(tag::ISSUED_AT)?).ok()?,
        type_code: text(tag::TYPE)?.to_owned(),
        stamp: digest(tag::STAMP)?,
        fields: fields.collect::<Option<_>>()?,
    })
}

/// Without leading zero bytes; zero is one byte.
fn write_number(number: u64) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.iter().skip(zeros.min(7)).copied().collect()
}

fn read_number(bytes: &[u8]) -> Option<u64> {
    let number = |bytes: &[u8]| {
        bytes
            .iter()
            .fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
    };
    (1..=8).contains(&bytes.len()).then(|| number(bytes))
}

/// `YYYYMMDD`.
fn write_day(date: Date) -> Option<String> {
    let (year, month, day) = (date.year(), date.month(), date.day());
    (0..=9_999)
        .contains(&year)
        .then(|| format!("{year:04}{month:02}{day:02}"))
}

fn read_day(text: &str) -> Option<Date> {
    let number: i32 = Some(text)
        .filter(|text| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()))?
        .parse()
        .ok()?;
    let part = |number: i32| i8::try_from(number).ok();
    let year = i16::try_from(number / 10_000).ok()?;
    Date::new(year, part(number / 100 % 100)?, part(number % 100)?).ok()
}
