-- Where two answers meet in a part file and nobody has read across yet: a JSON list of positions.
-- Never edited after a release.
ALTER TABLE generations ADD COLUMN seams TEXT NOT NULL DEFAULT '[]';
