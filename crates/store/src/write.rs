//! What the writer is told: owned commands, each with the event that records it.

use uuid::Uuid;

use crate::alerts::{Alert, AlertChannel};
use crate::api_keys::ApiKey;
use crate::attestations::Attestation;
use crate::content_hashes::NewHash;
use crate::counters::Count;
use crate::data_keys::{DataKey, NewDataKey};
use crate::documents::{NewDocument, Status};
use crate::events::NewEvent;
use crate::files::NewFile;
use crate::jobs::{JobEnd, JobRow, JobStep};
use crate::sightings::{KeyHour, Sighting};
use crate::signing_keys::SigningKey;
use crate::templates::TemplateKind;
use crate::tenants::{Tenant, TenantChange};
use crate::{Digest, Micros, Mode};

/// One mutation: the claim, the command and the event are committed together or not at all.
#[derive(Debug, Clone)]
pub struct Write {
    /// The idempotency key of the request, if it came with one.
    pub claim: Option<Claim>,
    /// The change.
    pub command: Command,
    /// What records it. It cannot be left out: nothing changes without an event.
    pub event: NewEvent,
    /// What it is counted against. [`crate::Error::Exhausted`].
    pub counts: Vec<Count>,
    /// The job it is a step of. [`crate::Error::Stale`] when somebody else has the job by now.
    pub step: Option<JobStep>,
}

impl Write {
    /// A change that counts against nothing and belongs to no job.
    #[must_use]
    pub fn new(claim: Option<Claim>, command: Command, event: NewEvent) -> Self {
        Self {
            claim,
            command,
            event,
            counts: Vec::new(),
            step: None,
        }
    }
}

/// An idempotency key together with the answer that a replay shall get. Nothing of it is stored
/// when the command fails.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Whose.
    pub tenant: Uuid,
    /// Of the API key.
    pub mode: Mode,
    /// The operation, such as `POST /v1/trust/issuances`.
    pub operation: String,
    /// The `Idempotency-Key`.
    pub key: String,
    /// SHA-256 of the request's body.
    pub body_hash: Digest,
    /// Status of the answer.
    pub status: i64,
    /// Body of the answer, without secrets.
    pub response: Vec<u8>,
    /// The object the answer shows; when that is erased, the stored body goes too.
    pub subject: Uuid,
}

/// How a write ended. All three are answered after a commit, so all three are durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The command took effect.
    Done(Reply),
    /// The same request was answered before: this was the answer.
    Replayed {
        /// Its status.
        status: i64,
        /// Its body; `None` when it was erased since.
        response: Option<Vec<u8>>,
        /// The object it showed.
        subject: Uuid,
    },
    /// The idempotency key was used with another body.
    Mismatch,
}

/// Where the event of a command stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reply {
    /// The stream.
    pub stream: Uuid,
    /// Its number there.
    pub seq: i64,
    /// Its hash.
    pub event_hash: Digest,
}

/// The changes there are. `event.tenant` of the write names the tenant wherever a command does
/// not; `event.at` is the time of the change.
#[derive(Debug, Clone)]
pub enum Command {
    /// A new issuer with its first keys. [`crate::Conflict::IssuerCode`], [`crate::Error::Stale`].
    CreateTenant {
        /// The tenant.
        tenant: Tenant,
        /// Its data key.
        data_key: NewDataKey,
        /// Its signing keys.
        signing_keys: Vec<SigningKey>,
    },
    /// Changes the tenant of the event.
    UpdateTenant(TenantChange),
    /// Replaces the list of base URLs of the instance (JSON array, current first).
    SetBaseUrls(String),
    /// Everything that is wrapped by the key-encryption key, wrapped by another one. [`crate::Error::Stale`].
    Rewrap(Box<Rewrap>),
    /// The key of a root is not here any more. [`crate::Error::Stale`] when its row is not as it was.
    TakeRootKey {
        /// Which.
        id: Uuid,
        /// The key as it was sealed.
        expected: Vec<u8>,
    },
    /// Goes over to another root. [`crate::Error::Stale`] when another one came before it.
    RollRoot(Box<RollRoot>),
    /// A new signing key, with a new data key if one was made for it. [`crate::Error::Stale`].
    InsertSigningKey {
        /// The key.
        key: SigningKey,
        /// The data key that sealed it, if it is new.
        data_key: Option<NewDataKey>,
    },
    /// The key signs no more. [`crate::Conflict::LastSigningKey`] when nothing else could sign at `event.at`.
    RetireSigningKey {
        /// Which.
        id: Uuid,
        /// From when on nothing that it signed counts: later than `event.at`, so that what other nodes sign before they
        /// hear of it is good.
        at: Micros,
    },
    /// The key's signatures prove nothing from `since` on; it signs no more. [`crate::Error::Stale`] when nothing else could
    /// sign at `event.at`.
    CompromiseSigningKey {
        /// Which.
        id: Uuid,
        /// Since when.
        since: Micros,
        /// What signs from now on, where nothing else could.
        successor: Option<Box<SigningKey>>,
    },
    /// A new API key, or what becomes of one. [`crate::Conflict::ApiKey`], [`crate::Error::Stale`].
    WriteApiKey {
        /// The key of `event`.
        key: Box<ApiKeyWrite>,
        /// Another one, whose lot depends on it, with an event of its own.
        beside: Option<Box<(ApiKeyWrite, NewEvent)>>,
    },
    /// A new template with its version 1.
    CreateTemplate {
        /// What it is for.
        kind: TemplateKind,
        /// Id of the template.
        id: Uuid,
        /// Its name.
        name: String,
        /// JSON.
        body: String,
        /// Whether it is offered.
        is_active: bool,
        /// Where a barcode goes.
        placement_id: Option<Uuid>,
    },
    /// A new version. [`crate::Error::Precondition`] unless it is the successor of `expected`.
    UpdateTemplate {
        /// Which.
        id: Uuid,
        /// The version the caller has seen; the new one is `expected + 1`.
        expected: i64,
        /// The name.
        name: String,
        /// JSON.
        body: String,
        /// Whether it is offered, if that changes.
        is_active: Option<bool>,
        /// Where a barcode goes, if that changes.
        placement_id: Option<Uuid>,
    },
    /// Flags; `None` leaves one as it is.
    SetTemplateFlags {
        /// Which.
        id: Uuid,
        /// Whether it is offered.
        is_active: Option<bool>,
        /// Whether it is put away, and why.
        is_archived: Option<(bool, Option<String>)>,
    },
    /// Where a barcode goes.
    SetTemplatePlacement {
        /// Which.
        id: Uuid,
        /// The placement, or none.
        placement_id: Option<Uuid>,
    },
    /// Takes a template away that no document and no other template uses. [`crate::Conflict::TemplateInUse`].
    DeleteTemplate {
        /// Which.
        id: Uuid,
    },
    /// A new document.
    Issue(Box<NewIssue>),
    /// A new document in the place of another, whose external id it may inherit.
    Replace {
        /// The new one; `event` is its event.
        issue: Box<NewIssue>,
        /// What becomes of the other.
        original: Box<Original>,
    },
    /// A change of status: the document's row, its list's bits, and the event.
    Lifecycle {
        /// Of which mode.
        mode: Mode,
        /// Which document.
        id: Uuid,
        /// Its newest event as the caller saw it. [`crate::Error::Stale`].
        expected: Digest,
        /// What it becomes.
        status: Status,
        /// Why.
        reason: Option<String>,
    },
    /// Removes the personal data of a document for good: credential, fields, names, title, e-mail,
    /// external id, files, the bodies and salts of its events so far, stored answers that show it.
    /// Hashes, reference, status and issuer stay.
    Erase {
        /// Of which mode.
        mode: Mode,
        /// Which document.
        id: Uuid,
    },
    /// A rendition and the row that lets it be found by its hash. [`crate::Conflict::Rendition`].
    RecordRendition {
        /// Of which mode.
        mode: Mode,
        /// Of which document.
        id: Uuid,
        /// The file.
        file: NewFile,
    },
    /// Records that a document's time has passed.
    NoteExpiry {
        /// Of which mode.
        mode: Mode,
        /// Which document.
        id: Uuid,
        /// Its newest event as the caller saw it. [`crate::Error::Stale`].
        expected: Digest,
    },
    /// A new job, the subject of the event.
    StartJob(JobRow),
    /// A new alert and the jobs that tell people of it. [`crate::Conflict::Alert`] while one is open.
    RaiseAlert {
        /// The alert.
        alert: Alert,
        /// The jobs.
        tell: Vec<JobRow>,
    },
    /// An alert was acknowledged or has passed. [`crate::Error::Stale`] when it was before.
    EndAlert {
        /// Which.
        id: Uuid,
    },
    /// A new channel for alerts. [`crate::Conflict::AlertChannels`] where there are so many already.
    AddAlertChannel {
        /// The channel.
        channel: AlertChannel,
        /// How many of a tenant there may be.
        at_most: usize,
    },
    /// A channel was tried: how that went.
    TestAlertChannel {
        /// Which.
        id: Uuid,
        /// Why it failed, if it did.
        failure: Option<String>,
    },
    /// A channel signs with another secret. [`crate::Error::Stale`] where it is not the one the caller saw.
    ResealAlertChannel {
        /// Which.
        id: Uuid,
        /// What was sealed before.
        expected: Option<Vec<u8>>,
        /// What is sealed now.
        sealed: Vec<u8>,
        /// Version of the data key that encrypted it.
        dek_version: i64,
    },
    /// A channel that is used no more.
    DeleteAlertChannel {
        /// Which.
        id: Uuid,
    },
    /// Somebody's word on an item of the checklist.
    Attest(Attestation),
    /// Takes that word back. [`crate::Error::Missing`].
    Unattest {
        /// Which item.
        item: String,
    },
    /// The event and nothing else.
    Record,
}

impl Command {
    /// Whether it changes what many documents depend on: instance, tenants, keys, templates.
    pub(crate) fn is_foundation(&self) -> bool {
        !matches!(
            self,
            Self::Issue(_)
                | Self::Replace { .. }
                | Self::Lifecycle { .. }
                | Self::Erase { .. }
                | Self::RecordRendition { .. }
                | Self::NoteExpiry { .. }
                | Self::StartJob(_)
                | Self::RaiseAlert { .. }
                | Self::EndAlert { .. }
                | Self::AddAlertChannel { .. }
                | Self::TestAlertChannel { .. }
                | Self::ResealAlertChannel { .. }
                | Self::DeleteAlertChannel { .. }
                | Self::Attest(_)
                | Self::Unattest { .. }
                | Self::Record
        )
    }
}

/// What is wrapped by the key-encryption key, as it was and as it shall be: all of it, so that no part is left under
/// another key than the rest at any moment.
#[derive(Debug, Clone)]
pub struct Rewrap {
    /// The secret of the instance as it was, and as it shall be.
    pub secret: (Vec<u8>, Vec<u8>),
    /// Every data key there is as it was, and its bytes as they shall be.
    pub data_keys: Vec<(DataKey, Vec<u8>)>,
}

/// Another root of the instance, and what hangs under it.
#[derive(Debug, Clone)]
pub struct RollRoot {
    /// The certificate of the root as it was, and as it shall be.
    pub root_certificate: (Vec<u8>, Vec<u8>),
    /// The link to the new root, the new root, and the authorities under it. What was in their places is retired.
    pub signing_keys: Vec<SigningKey>,
}

/// An API key as it was and as it shall be.
#[derive(Debug, Clone)]
pub struct ApiKeyWrite {
    /// The row that was read: the key is written only if it still is this one. `None` for a new key.
    pub before: Option<ApiKey>,
    /// The row it becomes.
    pub after: ApiKey,
}

/// What a new document consists of.
#[derive(Debug, Clone)]
pub struct NewIssue {
    /// The document.
    pub document: NewDocument,
    /// The digests it is found by.
    pub hashes: Vec<NewHash>,
    /// The submitted PDF.
    pub file: Option<NewFile>,
}

/// What becomes of a document that is replaced.
#[derive(Debug, Clone)]
pub struct Original {
    /// Which, in the mode of the new one.
    pub id: Uuid,
    /// Its newest event as the caller saw it. [`crate::Error::Stale`].
    pub expected: Digest,
    /// Its new status and the reason, such as revoked and superseded; `None` leaves it.
    pub status: Option<(Status, Option<String>)>,
    /// The event that records the replacement on its side.
    pub event: NewEvent,
}

/// Whose idempotency key, of which operation.
#[derive(Debug, Clone)]
pub struct ClaimName {
    /// Whose.
    pub tenant: Uuid,
    /// Of the API key.
    pub mode: Mode,
    /// The operation, such as `POST /v1/trust/issuances`.
    pub operation: String,
    /// The `Idempotency-Key`.
    pub key: String,
}

/// Writes without an event: nothing a verifier or an auditor relies on.
#[derive(Debug, Clone)]
pub(crate) enum Chore {
    LeaseIndexes {
        tenant: Uuid,
        mode: Mode,
    },
    SaveSigned(Vec<crate::SignedArtifact>),
    SaveNext {
        artifact: crate::SignedArtifact,
        last: i64,
    },
    RecordVerifications(Vec<crate::Verification>),
    TouchApiKeys(Vec<crate::ApiKeyUse>),
    PruneIdempotency {
        before: Micros,
    },
    Replay {
        name: ClaimName,
        body_hash: Digest,
    },
    EnsureJob(JobRow),
    ClaimJob {
        now: Micros,
        lease_end: Micros,
    },
    KeepJob(JobStep),
    EndJob {
        tenant: Uuid,
        id: Uuid,
        token: i64,
        end: JobEnd,
    },
    RepeatAlert {
        tenant: Uuid,
        id: Uuid,
        times: i64,
        at: Micros,
    },
    NoteDelivery(Delivery),
    NoteSightings(Vec<Sighting>),
    NoteKeyHours(Vec<KeyHour>),
    PruneSightings {
        day: i64,
        hour: i64,
    },
}

/// How a message to a channel went.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Whose channel.
    pub tenant: Uuid,
    /// Which.
    pub channel: Uuid,
    /// When.
    pub at: Micros,
    /// Why it failed, if it did.
    pub failure: Option<String>,
    /// Whether it was a test.
    pub is_test: bool,
}

/// What a chore answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ChoreReply {
    Done,
    Lease(crate::IndexLease),
    Count(u64),
    Replayed(Option<Outcome>),
    Claimed(Option<JobRow>),
}
