-- Work that is leased, what is counted against a limit, and what people are told of (docs/decisions/0104).

-- JSON; NULL: the instance's defaults. Added to the row's MAC where it is not NULL.
ALTER TABLE tenants ADD COLUMN limits TEXT COLLATE "C";
-- NULL: the instance's default. Added to the row's MAC where it is not NULL.
ALTER TABLE api_keys ADD COLUMN revocations_per_day BIGINT;

CREATE INDEX documents_expiry ON documents (expires_at, id) WHERE expires_at IS NOT NULL;

-- `run_at` is when somebody may take it: when it is due or, while somebody has it, when the lease ends.
CREATE TABLE jobs (
    tenant_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    payload TEXT COLLATE "C" NOT NULL,
    run_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    token BIGINT NOT NULL,
    last_error TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX jobs_due ON jobs (run_at) WHERE state = 'waiting';
CREATE INDEX jobs_kind ON jobs (tenant_id, kind, id);

-- How much of a limit is used in a period. `subject` is empty for the tenant, else the id of an API key.
CREATE TABLE counters (
    tenant_id BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    period BIGINT NOT NULL,
    used BIGINT NOT NULL,
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, kind, subject)
) STRICT;

CREATE TABLE alerts (
    tenant_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    severity TEXT COLLATE "C" NOT NULL,
    details TEXT COLLATE "C" NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    occurrences BIGINT NOT NULL,
    ended_at BIGINT,
    ended_by TEXT COLLATE "C",
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX alerts_open ON alerts (tenant_id, kind, subject) WHERE ended_at IS NULL;
CREATE INDEX alerts_subject ON alerts (tenant_id, kind, subject, id);

CREATE TABLE alert_channels (
    tenant_id BYTEA NOT NULL,
    id BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    sealed_secret BYTEA,
    dek_version BIGINT,
    created_at BIGINT NOT NULL,
    tested_at BIGINT,
    failed_at BIGINT,
    last_error TEXT COLLATE "C",
    deleted_at BIGINT,
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

-- What a person vouches for because the server cannot see it.
CREATE TABLE attestations (
    tenant_id BYTEA NOT NULL,
    item TEXT COLLATE "C" NOT NULL,
    attested_by TEXT COLLATE "C" NOT NULL,
    link TEXT COLLATE "C",
    at BIGINT NOT NULL,
    row_mac BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, item)
) STRICT;

-- Not authenticated: requests of a key by the hour, batched.
CREATE TABLE api_key_hours (
    tenant_id BYTEA NOT NULL,
    key_id TEXT COLLATE "C" NOT NULL,
    hour BIGINT NOT NULL,
    requests BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, key_id, hour)
) STRICT, WITHOUT ROWID;

-- Not authenticated: what requests gave away of how they were made, by the day, batched.
CREATE TABLE sightings (
    tenant_id BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    day BIGINT NOT NULL,
    times BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, kind, subject, day)
) STRICT, WITHOUT ROWID;
