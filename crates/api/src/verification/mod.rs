//! Verification on the wire: always 200 with a verdict for a well-formed question.

mod answer;

pub use answer::{Record, answer, issuer};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api_key::KeyMode;
use crate::issuance::Evidence;
use crate::lifecycle::Status;
use crate::tcode::verify::{Scan, SealField};
use crate::template::DocType;

/// The answer in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Genuine and in force.
    Valid,
    /// Genuine, taken out of force for now.
    Suspended,
    /// Genuine, taken out of force for good.
    Revoked,
    /// Genuine, its time has passed.
    Expired,
    /// Not what the issuer signed, or not by an issuer known here.
    Invalid,
    /// No such document.
    NotFound,
    /// Something could not be checked.
    Indeterminate,
}

impl Verdict {
    /// The word, as it is on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::Invalid => "invalid",
            Self::NotFound => "not_found",
            Self::Indeterminate => "indeterminate",
        }
    }
}

/// Result of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckResult {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed,
    /// It could not be, or was not, looked at.
    NotChecked,
}

/// What a check looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckName {
    /// The signed bytes are unaltered.
    Integrity,
    /// The signer is the issuer, under the trusted root.
    Issuer,
    /// It is in its period of validity.
    Time,
    /// It was not suspended or revoked.
    Status,
    /// It stands in the transparency log.
    Log,
}

/// One check of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Check {
    /// What was looked at.
    pub name: CheckName,
    /// How it came out.
    pub result: CheckResult,
    /// A word from a closed list that says why; `null` where it passed plainly.
    #[schema(required)]
    pub reason: Option<String>,
}

/// How far the issuer's identity was proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// The issuer says so; nobody checked.
    SelfAsserted,
    /// The issuer proved control of `domain`.
    DomainProved,
}

/// Who issued a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Issuer {
    /// Name.
    pub name: String,
    /// Issuer code.
    pub code: String,
    /// Domain, where proved.
    #[schema(required)]
    pub domain: Option<String>,
    /// How far the identity was proved.
    pub identity: Identity,
    /// When the domain was proved.
    #[schema(required, format = DateTime)]
    pub proved_at: Option<String>,
}

/// Another document with the same hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Match {
    /// Its reference.
    pub reference: String,
    /// Its issuer.
    pub issuer: Issuer,
    /// Its own verdict.
    pub verdict: Verdict,
    /// When it was issued.
    #[schema(format = DateTime)]
    pub issued_at: String,
}

/// What the trust in an answer rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrustAnchor {
    /// SHA-256 of the root certificate, `sha256:` and hexadecimal.
    pub fingerprint: String,
    /// Where the root came from: `server`, `pinned`, `succession`, `first_use`, `bundle_file`.
    pub source: String,
    /// State of knowledge the answer rests on.
    #[schema(format = DateTime)]
    pub as_of: String,
}

/// What only the server knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServerFacts {
    /// As of when: all that was recorded before is in the answer.
    #[schema(format = DateTime)]
    pub verified_at: String,
    /// Why the document has its status; `erased` once its content was erased.
    #[schema(required)]
    pub status_reason: Option<String>,
    /// Reference of the document that took its place.
    #[schema(required)]
    pub replaced_by: Option<String>,
    /// Evidence outside the record.
    pub evidence: Evidence,
}

/// The verdict in the words of ETSI EN 319 102-1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Indication {
    /// `TOTAL-PASSED`, `TOTAL-FAILED` or `INDETERMINATE`.
    pub indication: String,
    /// Why, such as `REVOKED`.
    #[schema(required)]
    pub sub_indication: Option<String>,
}

/// Answer of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// The answer in one word.
    pub verdict: Verdict,
    /// The same in the words of ETSI EN 319 102-1.
    pub indication: Indication,
    /// Status, where it could be established.
    #[schema(required)]
    pub status: Option<Status>,
    /// Reference.
    #[schema(required)]
    pub reference: Option<String>,
    /// Who issued it, and how far that is proved.
    #[schema(required)]
    pub issuer: Option<Issuer>,
    /// The same as `issuer.name`.
    #[schema(required)]
    pub issuer_name: Option<String>,
    /// The same as `issuer.code`.
    #[schema(required)]
    pub issuer_code: Option<String>,
    /// Who it was issued to, where the template makes it public.
    #[schema(required)]
    pub recipient_name: Option<String>,
    /// Kind of document.
    #[schema(required)]
    pub document_type: Option<DocType>,
    /// Title.
    #[schema(required)]
    pub document_title: Option<String>,
    /// When it was issued.
    #[schema(required, format = DateTime)]
    pub issued_at: Option<String>,
    /// A date the issuer states.
    #[schema(required, format = Date)]
    pub awarded_on: Option<String>,
    /// When it lapses.
    #[schema(required, format = DateTime)]
    pub expires_at: Option<String>,
    /// `live` or `test`, from the signer's certificate.
    #[schema(required)]
    pub mode: Option<KeyMode>,
    /// Other documents with the same hash, at most 20.
    pub matches: Vec<Match>,
    /// What the trust rests on.
    #[schema(required)]
    pub trust_anchor: Option<TrustAnchor>,
    /// Integrity, issuer, time, status, log: what was looked at and how it came out.
    pub checks: Vec<Check>,
    /// The time the status is from, where a signed list told it: offline, or from a sealed server.
    #[schema(required, format = DateTime)]
    pub status_as_of: Option<String>,
    /// What only the server knows; `null` offline.
    #[schema(required)]
    pub server: Option<ServerFacts>,
    /// Of a stamp: the code of its kind of document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_type_code: Option<String>,
    /// Of a stamp: the fields of its seal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<SealField>>,
    /// What the asker said of the scan; nobody checked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scan: Option<Scan>,
    /// With the reason `appended_after_stamp`: so many bytes from the start of the file are a stamped file with a signed seal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub genuine_bytes: Option<u64>,
}

/// Body of `POST /v1/trust/verify/by-reference`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ByReference {
    /// A reference, at most 64 characters; case and spaces do not matter, nor hyphens behind the prefix.
    #[schema(max_length = 64)]
    pub reference: String,
}

/// Body of `POST /v1/trust/verify/by-hash`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ByHash {
    /// SHA-256 in hexadecimal.
    #[schema(pattern = "^[0-9A-Fa-f]{64}$")]
    pub hash: String,
    /// Only documents of this issuer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9A-Za-z]{6}$")]
    pub issuer_code: Option<String>,
}

/// How a verification was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    /// By reference, through the API.
    Reference,
    /// By hash, through the API.
    Hash,
    /// By file, through the API.
    File,
    /// The public page.
    Page,
    /// By the bytes of a barcode, through the API.
    Payload,
    /// By a picture or a file with a barcode, through the API.
    Image,
}

/// One verification of one of the tenant's documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// Id, in time order.
    pub id: Uuid,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Reference of the document.
    pub reference: String,
    /// Id of the document.
    pub document_id: Uuid,
    /// How it was asked.
    pub door: Door,
    /// What was answered.
    pub verdict: Verdict,
    /// What the asker said of the scan; nobody checked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scan: Option<Scan>,
}

#[cfg(test)]
mod tests {
    use super::Verdict;

    #[test]
    fn every_verdict_is_said_as_on_the_wire() {
        for word in ananke_format::verify::Verdict::ALL {
            let verdict: Verdict = serde_json::from_value(word.as_str().into()).unwrap();
            assert_eq!(verdict.as_str(), word.as_str());
        }
    }
}
