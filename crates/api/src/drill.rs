//! What is done when a key was stolen: everything it issued is revoked, everything it took out of force is put right.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::lifecycle::Status;

/// Body of `POST /v1/revocations`: what a key issued, what was issued in a time, or both. At least `keyId` or `from`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RevocationRequest {
    /// Id of the key that issued, also of one that was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9A-Za-z]{12}$")]
    pub key_id: Option<String>,
    /// Only what was issued at or after this instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub from: Option<String>,
    /// Only what was issued before this instant; default now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub to: Option<String>,
    /// One of the lifecycle reasons of `/v1/reference-data/lifecycle-reasons`.
    pub reason: String,
    /// A note for the issuer's own records, at most 500 characters. Never public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// Say what would be done, and do nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
}

/// Body of `POST /v1/restorations`: what a key took out of force, or of that what it did in a time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RestorationRequest {
    /// Id of the key, also of one that was deleted.
    #[schema(pattern = "^[0-9A-Za-z]{12}$")]
    pub key_id: String,
    /// Only what it did at or after this instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub from: Option<String>,
    /// Only what it did before this instant; default now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub to: Option<String>,
    /// Also replace what it revoked, or expired ahead of time, by new documents of the same content; needs the scope
    /// `issuances:write` too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replace: Option<bool>,
    /// Say what would be done, and do nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
}

/// How far the work on many documents is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WorkState {
    /// It is being done, or waits; `nextTryAt` says until when.
    Waiting,
    /// It was done.
    Done,
    /// It ended before it was done; `lastError` says why, and what to do.
    Stopped,
}

/// What a revocation would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevocationPreview {
    /// Documents that would be revoked.
    pub matched: u64,
    /// Documents that would be left: of templates the asking key is not for, or expired ones that cannot be revoked for
    /// this reason.
    pub skipped: u64,
    /// References of the first 100 that would be revoked.
    pub references: Vec<String>,
}

/// A revocation of many documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Revocation {
    /// Id.
    pub id: Uuid,
    /// How far it is.
    pub state: WorkState,
    /// The key that issued.
    #[schema(required)]
    pub key_id: Option<String>,
    /// Issued at or after.
    #[schema(required, format = DateTime)]
    pub from: Option<String>,
    /// Issued before.
    #[schema(format = DateTime)]
    pub to: String,
    /// Why.
    pub reason: String,
    /// A note for the issuer's own records.
    #[schema(required)]
    pub note: Option<String>,
    /// Documents there were to revoke when it was asked for.
    pub matched: u64,
    /// Documents revoked so far.
    pub done: u64,
    /// Documents met so far that were left as they are.
    pub skipped: u64,
    /// When it was asked for.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// By whom: an actor as in the audit log.
    pub created_by: String,
    /// When it goes on, where it waits for something.
    #[schema(required, format = DateTime)]
    pub next_try_at: Option<String>,
    /// What it waits for, or why it ended before it was done.
    #[schema(required)]
    pub last_error: Option<String>,
}

/// What a key did to a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Harm {
    /// It suspended it.
    Suspended,
    /// It revoked it.
    Revoked,
    /// It expired it ahead of its time.
    Expired,
    /// It replaced it.
    Replaced,
    /// It removed its personal data: it is lost.
    Erased,
}

/// What a restoration does about a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Remedy {
    /// It is put back in force.
    Reinstate,
    /// It is replaced by a new one of the same content, where that is asked for.
    Replace,
}

/// A document that a key took out of force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HarmedDocument {
    /// Issuance id.
    pub id: Uuid,
    /// Its reference.
    pub reference: String,
    /// What the key did to it last.
    pub harm: Harm,
    /// When.
    #[schema(format = DateTime)]
    pub harmed_at: String,
    /// What it is now.
    pub status: Status,
    /// Whether its personal data are gone: then it is lost.
    pub is_erased: bool,
    /// Reference of the document that replaced it.
    #[schema(required)]
    pub replaced_by: Option<String>,
    /// What a restoration has still to do about it; `null`: nothing.
    #[schema(required)]
    pub remedy: Option<Remedy>,
}

/// What a restoration would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RestorationPreview {
    /// Documents the key took out of force, whatever became of them.
    pub harmed: u64,
    /// Of them those that would be reinstated.
    pub to_reinstate: u64,
    /// Of them those that would be replaced, where that is asked for.
    pub to_replace: u64,
    /// Of them those whose personal data are gone.
    pub lost: u64,
    /// The first 100, those harmed last first.
    pub documents: Vec<HarmedDocument>,
}

/// A restoration of many documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Restoration {
    /// Id.
    pub id: Uuid,
    /// How far it is.
    pub state: WorkState,
    /// The key that took them out of force.
    pub key_id: String,
    /// Done at or after.
    #[schema(required, format = DateTime)]
    pub from: Option<String>,
    /// Done before.
    #[schema(format = DateTime)]
    pub to: String,
    /// Whether what was revoked is replaced.
    pub replace: bool,
    /// Documents there were to reinstate or, where that is asked for, to replace when it was asked for.
    pub matched: u64,
    /// Documents reinstated so far.
    pub reinstated: u64,
    /// Documents replaced so far.
    pub replaced: u64,
    /// Documents met so far that could be neither.
    pub skipped: u64,
    /// When it was asked for.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// By whom: an actor as in the audit log.
    pub created_by: String,
    /// When it goes on, where it waits for something.
    #[schema(required, format = DateTime)]
    pub next_try_at: Option<String>,
    /// What it waits for, why it ended before it was done, or why a document could not be replaced.
    #[schema(required)]
    pub last_error: Option<String>,
}
