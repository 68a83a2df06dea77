-- A job whose folder was changed, as long as its part files may still stand in the folder before: that
-- folder, and each part's name there and here (Relocation). Never edited after a release.
ALTER TABLE jobs ADD COLUMN moved_from TEXT;
