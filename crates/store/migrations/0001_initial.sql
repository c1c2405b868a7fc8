-- Written once, in PostgreSQL's words; `STRICT` is for SQLite and removed for PostgreSQL, types and
-- collation are rewritten for SQLite (see src/migrate.rs). Times are microseconds. Every primary
-- key starts with the tenant; instance-wide rows belong to the reserved tenant, 16 zero bytes.

CREATE TABLE instance (
    tenant_id BYTEA NOT NULL,
    wrapped_secret BYTEA NOT NULL,
    root_certificate BYTEA NOT NULL,
    base_urls TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id)
) STRICT;

CREATE TABLE tenants (
    tenant_id BYTEA NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    domain TEXT COLLATE "C",
    identity TEXT COLLATE "C" NOT NULL,
    proved_at BIGINT,
    identity_proof TEXT COLLATE "C",
    time_zone TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    requires_reason BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id)
) STRICT;
CREATE UNIQUE INDEX tenants_code ON tenants (code);

CREATE TABLE data_keys (
    tenant_id BYTEA NOT NULL,
    version BIGINT NOT NULL,
    wrapped BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, version)
) STRICT;

CREATE TABLE signing_keys (
    tenant_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL,
    mode TEXT COLLATE "C",
    certificate_reference TEXT COLLATE "C",
    certificate BYTEA NOT NULL,
    sealed_key BYTEA,
    dek_version BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_until BIGINT NOT NULL,
    retired_at BIGINT,
    compromised_at BIGINT,
    created_at BIGINT NOT NULL,
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX signing_keys_certificate ON signing_keys (certificate_reference);

CREATE TABLE api_keys (
    tenant_id BYTEA NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    mode TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    environment TEXT COLLATE "C" NOT NULL,
    service TEXT COLLATE "C",
    scopes TEXT COLLATE "C" NOT NULL,
    template_ids TEXT COLLATE "C",
    allowed_cidrs TEXT COLLATE "C",
    note TEXT COLLATE "C",
    expires_at BIGINT,
    superseded_by TEXT COLLATE "C",
    overlap_end BIGINT,
    deleted_at BIGINT,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    secret_mac BYTEA NOT NULL,
    last4 TEXT COLLATE "C" NOT NULL,
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX api_keys_id ON api_keys (id);

-- Not authenticated: when a key was last seen, batched.
CREATE TABLE api_key_uses (
    tenant_id BYTEA NOT NULL,
    key_id TEXT COLLATE "C" NOT NULL,
    last_used_at BIGINT NOT NULL,
    uses BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, key_id)
) STRICT;

CREATE TABLE templates (
    tenant_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_folded TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    is_active BIGINT NOT NULL,
    is_archived BIGINT NOT NULL,
    archive_reason TEXT COLLATE "C",
    placement_id BYTEA,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE template_versions (
    tenant_id BYTEA NOT NULL,
    template_id BYTEA NOT NULL,
    version BIGINT NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, template_id, version)
) STRICT;

CREATE TABLE documents (
    tenant_id BYTEA NOT NULL,
    mode TEXT COLLATE "C" NOT NULL,
    id BYTEA NOT NULL,
    reference TEXT COLLATE "C" NOT NULL,
    template_id BYTEA NOT NULL,
    template_version BIGINT NOT NULL,
    document_type TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C",
    recipient_name TEXT COLLATE "C",
    recipient_email TEXT COLLATE "C",
    recipient_folded TEXT COLLATE "C",
    external_id TEXT COLLATE "C",
    fields TEXT COLLATE "C",
    content_hash BYTEA NOT NULL,
    credential TEXT COLLATE "C",
    credential_hash BYTEA NOT NULL,
    certificate_reference TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    status_reason TEXT COLLATE "C",
    status_list BIGINT NOT NULL,
    status_index BIGINT NOT NULL,
    issued_at BIGINT NOT NULL,
    awarded_on TEXT COLLATE "C",
    expires_at BIGINT,
    replaces BYTEA,
    replaced_by BYTEA,
    erased_at BIGINT,
    created_by TEXT COLLATE "C" NOT NULL,
    newest_event_id BYTEA NOT NULL,
    newest_event_hash BYTEA NOT NULL,
    event_count BIGINT NOT NULL,
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, mode, id)
) STRICT;
CREATE UNIQUE INDEX documents_reference ON documents (reference);
CREATE UNIQUE INDEX documents_external_id_current ON documents (tenant_id, mode, external_id)
    WHERE external_id IS NOT NULL AND replaced_by IS NULL;
CREATE INDEX documents_external_id ON documents (tenant_id, mode, external_id, id)
    WHERE external_id IS NOT NULL;
CREATE INDEX documents_template ON documents (tenant_id, template_id, mode, id);

CREATE TABLE content_hashes (
    tenant_id BYTEA NOT NULL,
    document_id BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL,
    mode TEXT COLLATE "C" NOT NULL,
    issued_at BIGINT NOT NULL,
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, document_id, kind, hash)
) STRICT;
CREATE INDEX content_hashes_hash ON content_hashes (hash);

-- The bytes stand last and outside the MAC: their digest is inside.
CREATE TABLE files (
    tenant_id BYTEA NOT NULL,
    document_id BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    renderer_version TEXT COLLATE "C" NOT NULL,
    sha256 BYTEA NOT NULL,
    size BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    row_mac BYTEA NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, document_id, kind, renderer_version)
) STRICT;

CREATE TABLE status_lists (
    tenant_id BYTEA NOT NULL,
    mode TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    zlib BYTEA NOT NULL,
    version BIGINT NOT NULL,
    next_position BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, mode, number)
) STRICT;

CREATE TABLE signed_artifacts (
    tenant_id BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    jws TEXT COLLATE "C" NOT NULL,
    signed_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, kind, name)
) STRICT;

CREATE TABLE streams (
    tenant_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    seq BIGINT NOT NULL,
    head_hash BYTEA NOT NULL,
    opened_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    closed_at BIGINT,
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE events (
    tenant_id BYTEA NOT NULL,
    stream_id BYTEA NOT NULL,
    seq BIGINT NOT NULL,
    id BYTEA NOT NULL,
    prev_hash BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    subject_id BYTEA NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    request_id TEXT COLLATE "C" NOT NULL,
    trace_id TEXT COLLATE "C" NOT NULL,
    body_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, stream_id, seq)
) STRICT;
CREATE UNIQUE INDEX events_stream ON events (stream_id, seq);
CREATE UNIQUE INDEX events_id ON events (tenant_id, id);
CREATE INDEX events_subject ON events (tenant_id, subject_id, id);

CREATE TABLE event_bodies (
    tenant_id BYTEA NOT NULL,
    event_id BYTEA NOT NULL,
    salt BYTEA NOT NULL,
    body BYTEA NOT NULL,
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, event_id)
) STRICT;

CREATE TABLE idempotency (
    tenant_id BYTEA NOT NULL,
    mode TEXT COLLATE "C" NOT NULL,
    operation TEXT COLLATE "C" NOT NULL,
    idempotency_key TEXT COLLATE "C" NOT NULL,
    body_hash BYTEA NOT NULL,
    status BIGINT NOT NULL,
    response BYTEA,
    subject_id BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    replays BIGINT NOT NULL,
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, mode, operation, idempotency_key)
) STRICT;
CREATE INDEX idempotency_created ON idempotency (created_at);
CREATE INDEX idempotency_subject ON idempotency (tenant_id, subject_id);

-- Not authenticated: history of verifications, lossy under pressure.
CREATE TABLE verifications (
    tenant_id BYTEA NOT NULL,
    mode TEXT COLLATE "C" NOT NULL,
    id BYTEA NOT NULL,
    document_id BYTEA NOT NULL,
    reference TEXT COLLATE "C" NOT NULL,
    method TEXT COLLATE "C" NOT NULL,
    verdict TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT COLLATE "C",
    PRIMARY KEY (tenant_id, mode, id)
) STRICT;
CREATE INDEX verifications_document ON verifications (tenant_id, mode, document_id, id);

-- Where the writer finds out, after a full disk, whether there is space again.
CREATE TABLE probe (
    tenant_id BYTEA NOT NULL,
    filler BYTEA NOT NULL,
    PRIMARY KEY (tenant_id)
) STRICT;
