-- Held bytes in blocks that are not whole: a JSON list of ranges and the xxh3-128 they had when the last
-- run ended. Never edited after a release.
ALTER TABLE generations ADD COLUMN open_blocks TEXT NOT NULL DEFAULT '[]';
