-- The first schema. Never edited after a release: a change is a new file.
-- Times are milliseconds since 1970, sizes and positions bytes; paths are blobs, since they
-- need not be UTF-8. Nouns that are only read whole are JSON.

CREATE TABLE jobs (
    id           INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice
    position     INTEGER NOT NULL,                  -- in the queue, smallest first
    dir          BLOB NOT NULL,
    name         TEXT,
    options      TEXT NOT NULL,                     -- JobOptions
    intent       TEXT NOT NULL CHECK (intent IN ('run', 'hold', 'cancel', 'remove', 'remove_with_files')),
    phase        TEXT NOT NULL CHECK (phase IN
        ('queued', 'live', 'waiting', 'needs_link', 'finishing', 'stopped', 'failed', 'done')),
    wait_until   INTEGER,
    wait_attempt INTEGER,
    why          TEXT,                              -- Failure
    done_path    BLOB,
    done_bytes   INTEGER CHECK (done_bytes >= 0),
    finished_at  INTEGER,
    not_before   INTEGER,
    last_error   TEXT,                              -- Failure
    created_at   INTEGER NOT NULL,
    CHECK ((phase = 'waiting') = (wait_until IS NOT NULL)),
    CHECK ((phase = 'waiting') = (wait_attempt IS NOT NULL)),
    CHECK ((phase IN ('waiting', 'needs_link', 'failed')) = (why IS NOT NULL)),
    CHECK ((phase = 'done') = (done_path IS NOT NULL)),
    CHECK ((phase = 'done') = (done_bytes IS NOT NULL)),
    CHECK ((phase = 'done') = (finished_at IS NOT NULL))
) STRICT;

CREATE INDEX jobs_in_order ON jobs (position, id);

-- Where a job comes from. Position 0 is the link as it was given; mirrors follow it.
CREATE TABLE sources (
    job      INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 0),
    kind     TEXT NOT NULL CHECK (kind IN ('given', 'mirror')),
    url      TEXT NOT NULL,
    PRIMARY KEY (job, position),
    CHECK ((position = 0) = (kind = 'given'))
) STRICT, WITHOUT ROWID;

CREATE TABLE generations (
    job           INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    number        INTEGER NOT NULL CHECK (number >= 1),
    name          TEXT NOT NULL,
    part_name     TEXT NOT NULL,
    device        INTEGER, -- device and inode are 64 unsigned bits kept as signed ones
    inode         INTEGER,
    total         INTEGER CHECK (total >= 0),
    etag          TEXT,
    last_modified TEXT,
    strong_date   INTEGER NOT NULL CHECK (strong_date IN (0, 1)),
    digest        TEXT,
    encoding      TEXT,
    content_type  TEXT,
    by_overlap    INTEGER NOT NULL CHECK (by_overlap IN (0, 1)),
    PRIMARY KEY (job, number),
    CHECK ((device IS NULL) = (inode IS NULL))
) STRICT, WITHOUT ROWID;

-- Durable bytes, half-open.
CREATE TABLE spans (
    job        INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    start_byte INTEGER NOT NULL CHECK (start_byte >= 0),
    end_byte   INTEGER NOT NULL CHECK (end_byte > start_byte),
    PRIMARY KEY (job, generation, start_byte),
    FOREIGN KEY (job, generation) REFERENCES generations (job, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The ledger: xxh3-128 of every whole durable block, most significant byte first.
CREATE TABLE blocks (
    job        INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    block      INTEGER NOT NULL CHECK (block >= 0),
    hash       BLOB NOT NULL CHECK (length(hash) = 16),
    PRIMARY KEY (job, generation, block),
    FOREIGN KEY (job, generation) REFERENCES generations (job, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE hosts (
    name  TEXT NOT NULL PRIMARY KEY, -- host:port
    facts TEXT NOT NULL              -- HostFacts
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
    key   TEXT NOT NULL PRIMARY KEY, -- a field of Settings
    value TEXT NOT NULL              -- its value as JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE log (
    id   INTEGER PRIMARY KEY,
    job  INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    at   INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;

CREATE INDEX log_of_job ON log (job, id);

-- One row: whether the last run ended in order.
CREATE TABLE run (
    only  INTEGER PRIMARY KEY CHECK (only = 1),
    clean INTEGER NOT NULL CHECK (clean IN (0, 1))
) STRICT;

INSERT INTO run (only, clean) VALUES (1, 1);
