//! The credential's payload: the exact members of version 1, written in one order and read strictly.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::statement::{Field, Statement, StatementError, StatusPosition};
use crate::base_url::BaseUrl;
use crate::digest::Sha256;
use crate::encoding;
use crate::instant::Instant;
use crate::issuer_code::IssuerCode;
use crate::jws::{self, JwsError};
use crate::mode::Mode;
use crate::reference::Reference;
use crate::status::{ListId, Purpose};

const CONTEXT: [&str; 2] = [
    "https://www.w3.org/ns/credentials/v2",
    // Vocabulary for the members below that W3C does not define.
    "https://www.w3.org/ns/credentials/undefined-terms/v2",
];
const TYPE: [&str; 2] = ["VerifiableCredential", "IssuedDocument"];
const ENTRY_TYPE: &str = "BitstringStatusListEntry";
const MEDIA_TYPE: &str = "application/pdf";

/// The payload in the order it is written.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Payload {
    #[serde(rename = "@context")]
    context: [String; 2],
    id: String,
    #[serde(rename = "type")]
    types: [String; 2],
    issuer: IssuerMember,
    valid_from: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Instant>,
    credential_subject: SubjectMember,
    #[serde(skip_serializing_if = "Option::is_none")]
    related_resource: Option<[ResourceMember; 1]>,
    credential_status: [StatusEntry; 2],
    status: StatusClaim,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuerMember {
    id: String,
    name: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SubjectMember {
    name: String,
    document_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    awarded_on: Option<String>,
    fields: Vec<Field>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResourceMember {
    id: String,
    #[serde(rename = "digestSRI")]
    digest_sri: String,
    #[serde(rename = "mediaType")]
    media_type: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StatusEntry {
    id: String,
    #[serde(rename = "type")]
    entry_type: String,
    status_purpose: String,
    status_list_index: String,
    status_list_credential: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusClaim {
    status_list: StatusListClaim,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusListClaim {
    idx: u32,
    uri: String,
}

pub(super) fn encode(statement: &Statement) -> Payload {
    let list = statement.status_list();
    let index = statement.status.index;
    Payload {
        context: CONTEXT.map(str::to_owned),
        id: statement.base_url.verification_url(&statement.reference),
        types: TYPE.map(str::to_owned),
        issuer: IssuerMember {
            id: statement.base_url.did(&statement.issuer, statement.mode),
            name: statement.issuer_name.clone(),
        },
        valid_from: statement.issued_at,
        valid_until: statement.expires_at,
        credential_subject: SubjectMember {
            name: statement.recipient_name.clone(),
            document_type: statement.document_type.clone(),
            title: statement.document_title.clone(),
            awarded_on: statement.awarded_on.map(|date| date.to_string()),
            fields: statement.fields.clone(),
        },
        related_resource: statement.pdf.map(|digest| [resource(&digest)]),
        credential_status: [
            status_entry(&list, Purpose::Revocation, index),
            status_entry(&list, Purpose::Suspension, index),
        ],
        status: StatusClaim {
            status_list: StatusListClaim {
                idx: index,
                uri: list.uri(Purpose::Token),
            },
        },
    }
}

fn resource(digest: &Sha256) -> ResourceMember {
    ResourceMember {
        id: format!("urn:sha256:{digest}"),
        digest_sri: format!("sha256-{}", encoding::base64(digest.as_bytes())),
        media_type: MEDIA_TYPE.to_owned(),
    }
}

fn status_entry(list: &ListId, purpose: Purpose, index: u32) -> StatusEntry {
    let uri = list.uri(purpose);
    StatusEntry {
        id: format!("{uri}#{index}"),
        entry_type: ENTRY_TYPE.to_owned(),
        status_purpose: purpose.as_str().to_owned(),
        status_list_index: index.to_string(),
        status_list_credential: uri,
    }
}

/// A payload that was read, and not believed yet.
pub(crate) enum Read {
    /// Byte by byte what [`encode`] writes for this statement.
    Canonical(Box<Statement>),
    /// Any other JSON object.
    Other(Value),
}

/// Reads a payload.
///
/// # Errors
/// It is not one JSON object, or names a member twice.
pub(crate) fn read(payload: &[u8]) -> Result<Read, JwsError> {
    match canonical(payload) {
        Some(statement) => Ok(Read::Canonical(Box::new(statement))),
        None => jws::any_object(payload).map(Read::Other),
    }
}

/// What a payload says, whether or not its redundant members agree.
pub(super) fn statement_of(payload: &[u8]) -> Option<Statement> {
    statement(serde_json::from_slice(payload).ok()?)
}

/// The statement whose payload has exactly these bytes: nothing in them was left unread.
fn canonical(payload: &[u8]) -> Option<Statement> {
    let statement = statement_of(payload)?;
    let again = serde_json::to_vec(&encode(&statement)).ok()?;
    (again == payload).then_some(statement)
}

/// Takes what was read for a statement. Nothing is read twice and believed once: the statement found is encoded again
/// and must give the same JSON value, so every redundant member is checked by that.
pub(crate) fn decode(payload: Read) -> Result<Statement, StatementError> {
    let statement = match payload {
        Read::Canonical(statement) => *statement,
        Read::Other(payload) => {
            let read: Payload =
                encoding::from_value(payload.clone()).map_err(|_| StatementError::Payload)?;
            let statement = statement(read).ok_or(StatementError::Payload)?;
            let again =
                serde_json::to_value(encode(&statement)).map_err(|_| StatementError::Payload)?;
            if again != payload {
                return Err(StatementError::Payload);
            }
            statement
        }
    };
    statement.check()?;
    Ok(statement)
}

fn statement(read: Payload) -> Option<Statement> {
    let (base, reference) = read.id.rsplit_once("/v/")?;
    let base_url = BaseUrl::parse(base).ok()?;
    let list = ListId::parse(&read.status.status_list.uri)?.0;
    let (issuer, mode) = issuer_of(&read.issuer.id)?;
    let pdf = match read.related_resource {
        None => None,
        Some([resource]) => Some(Sha256::from_hex(resource.id.strip_prefix("urn:sha256:")?).ok()?),
    };
    let awarded_on = match read.credential_subject.awarded_on {
        None => None,
        Some(text) => Some(text.parse::<Date>().ok()?),
    };
    Some(Statement {
        base_url,
        reference: Reference::parse_canonical(reference).ok()?,
        issuer,
        issuer_name: read.issuer.name,
        mode,
        document_type: read.credential_subject.document_type,
        document_title: read.credential_subject.title,
        recipient_name: read.credential_subject.name,
        fields: read.credential_subject.fields,
        awarded_on,
        issued_at: read.valid_from,
        expires_at: read.valid_until,
        pdf,
        status: StatusPosition {
            list: list.number,
            index: read.status.status_list.idx,
        },
    })
}

/// Issuer code and mode at the end of a did:web of this system.
fn issuer_of(did: &str) -> Option<(IssuerCode, Mode)> {
    let (rest, mode) = match did.strip_suffix(":test") {
        Some(rest) => (rest, Mode::Test),
        None => (did, Mode::Live),
    };
    let (_, code) = rest.rsplit_once(":i:")?;
    Some((IssuerCode::parse(code).ok()?, mode))
}
