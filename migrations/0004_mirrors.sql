-- Where a generation began, if not at the job's own link, and the mirrors its server told of: a link,
-- and a JSON list of links. Never edited after a release.
ALTER TABLE generations ADD COLUMN begun_at TEXT;
ALTER TABLE generations ADD COLUMN mirrors TEXT NOT NULL DEFAULT '[]';
