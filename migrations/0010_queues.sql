-- The queue each job is in, by its number in the settings; 0 is the main one. Never edited after a release.
ALTER TABLE jobs ADD COLUMN queue INTEGER NOT NULL DEFAULT 0 CHECK (queue >= 0);
