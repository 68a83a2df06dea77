-- What a description of a generation tells that its server told of (Metalink): digests of the whole, and
-- those of its pieces, one after the other. A row without any says that the description is of no use
-- and is not fetched again. Never edited after a release.
CREATE TABLE descriptions (
    job             INTEGER NOT NULL,
    generation      INTEGER NOT NULL,
    digests         TEXT NOT NULL, -- Digests
    piece_algorithm TEXT,          -- Algorithm
    piece_bytes     INTEGER CHECK (piece_bytes > 0),
    piece_total     INTEGER CHECK (piece_total > 0),
    piece_digests   BLOB,
    PRIMARY KEY (job, generation),
    CHECK ((piece_algorithm IS NULL) = (piece_digests IS NULL)),
    CHECK ((piece_bytes IS NULL) = (piece_digests IS NULL)),
    CHECK ((piece_total IS NULL) = (piece_digests IS NULL)),
    FOREIGN KEY (job, generation) REFERENCES generations (job, number) ON DELETE CASCADE
) STRICT;
