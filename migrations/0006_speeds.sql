-- How fast a job was over its life, as JSON (SpeedHistory). Never edited after a release.
CREATE TABLE speeds (
    job     INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
    history TEXT NOT NULL
) STRICT;
