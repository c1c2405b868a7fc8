-- What the peers store: one row to a document, found by its reference and by its hash.
CREATE TABLE documents (
    id UUID PRIMARY KEY,
    tenant TEXT NOT NULL,
    reference TEXT NOT NULL UNIQUE,
    recipient TEXT NOT NULL,
    fields JSONB NOT NULL,
    credential TEXT NOT NULL,
    content_hash BYTEA NOT NULL,
    status TEXT NOT NULL,
    issued_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX documents_content_hash ON documents (content_hash);
