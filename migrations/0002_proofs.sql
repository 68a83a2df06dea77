-- What a job's file was proved by, and what is needed to tell it. Never edited after a release.

-- Until now the header stood here as it came; now the digests in it, as JSON (Digests).
UPDATE generations SET digest = NULL;
