-- Smaller, and in fewer trees (docs/decisions/0092): credentials packed, events and their bodies in the tree of their
-- primary key (`WITHOUT ROWID` is for SQLite and removed for PostgreSQL), hashes found by their first eight bytes, and no
-- row that says of a credential's hash what its document says.

-- `credential` is NULL where the packed form stands.
ALTER TABLE documents ADD COLUMN credential_packed BYTEA;
ALTER TABLE documents ADD COLUMN credential_header BYTEA;
CREATE INDEX documents_credential_hash ON documents (substr(credential_hash, 1, 8));

-- Not authenticated: what is put together from it is. `id` is the first half of the header's SHA-256.
CREATE TABLE credential_headers (
    tenant_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    header BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

DELETE FROM content_hashes WHERE kind = 'credential';
DROP INDEX content_hashes_hash;
CREATE INDEX content_hashes_hash ON content_hashes (substr(hash, 1, 8));

CREATE TABLE events_smaller (
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
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO events_smaller SELECT tenant_id, stream_id, seq, id, prev_hash, kind, subject_id, actor, at, request_id,
    trace_id, body_hash, hash, row_mac FROM events ORDER BY tenant_id, id;
DROP TABLE events;
ALTER TABLE events_smaller RENAME TO events;
CREATE UNIQUE INDEX events_stream ON events (stream_id, seq);
CREATE INDEX events_subject ON events (tenant_id, subject_id, id);

CREATE TABLE event_bodies_smaller (
    tenant_id BYTEA NOT NULL,
    event_id BYTEA NOT NULL,
    salt BYTEA NOT NULL,
    body BYTEA NOT NULL,
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, event_id)
) STRICT, WITHOUT ROWID;
INSERT INTO event_bodies_smaller SELECT tenant_id, event_id, salt, body, row_mac FROM event_bodies
    ORDER BY tenant_id, event_id;
DROP TABLE event_bodies;
ALTER TABLE event_bodies_smaller RENAME TO event_bodies;
