-- Stamps are documents (docs/decisions/0117), and the templates of both products stand in one table.

-- NULL: an issued document; 'tcode': a stamp. Added to the row's MAC where it is not NULL, like the columns behind it.
ALTER TABLE documents ADD COLUMN product TEXT COLLATE "C";
ALTER TABLE documents ADD COLUMN placement_id BYTEA;
ALTER TABLE documents ADD COLUMN stamped_hash BYTEA;
DROP INDEX documents_external_id_current;
CREATE UNIQUE INDEX documents_external_id_current ON documents (tenant_id, mode, external_id, coalesce(product, ''))
    WHERE external_id IS NOT NULL AND replaced_by IS NULL;
CREATE INDEX documents_stamps ON documents (tenant_id, mode, id) WHERE product IS NOT NULL;

-- NULL: of issued documents; 'tdoc': what goes into seals; 'placement': where stamps go. Likewise.
ALTER TABLE templates ADD COLUMN kind TEXT COLLATE "C";

-- JSON: what the asker said of a scan. Not authenticated.
ALTER TABLE verifications ADD COLUMN scan TEXT COLLATE "C";
