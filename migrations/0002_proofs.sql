-- What a job's file was proved by, and what is needed to tell it. Never edited after a release.

ALTER TABLE jobs ADD COLUMN proof TEXT; -- Proof

ALTER TABLE generations ADD COLUMN length_unproved INTEGER NOT NULL DEFAULT 0
    CHECK (length_unproved IN (0, 1));

-- Until now the header stood here as it came; now the digests in it, as JSON (Digests).
UPDATE generations SET digest = NULL;
