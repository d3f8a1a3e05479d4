-- Recordings. What has ended in a second is written when it is over: should the app be killed, all but that second is kept.

CREATE TABLE recording (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    note TEXT NOT NULL,
    tags TEXT NOT NULL,              -- JSON, a list of words
    began_unix_ms INTEGER NOT NULL,
    state TEXT NOT NULL,             -- under_way, whole, stopped, cut_short
    study TEXT,                      -- JSON; null of a lone recording
    conditions TEXT NOT NULL,        -- JSON
    workload TEXT NOT NULL,          -- JSON
    environment TEXT NOT NULL,       -- JSON
    info_before TEXT,                -- the server's INFO
    info_after TEXT,
    elapsed_ns INTEGER NOT NULL DEFAULT 0,
    requests INTEGER NOT NULL DEFAULT 0,
    hit_ratio REAL,
    p50_ns INTEGER,
    p99_ns INTEGER,
    deleted_unix_ms INTEGER          -- until the next start it can be had back
) STRICT;

CREATE TABLE round (
    recording INTEGER NOT NULL REFERENCES recording (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    began_ns INTEGER NOT NULL DEFAULT 0, -- on the run's clock, by which its traces are timed
    elapsed_ns INTEGER,              -- null until it has ended, as is what follows
    tally TEXT,                      -- JSON; histograms as HdrHistogram's own compressed base64
    conduct TEXT,                    -- JSON
    PRIMARY KEY (recording, number)
) STRICT;

CREATE TABLE second (
    recording INTEGER NOT NULL,
    round INTEGER NOT NULL,
    number INTEGER NOT NULL,         -- the first is 0
    short TEXT NOT NULL,             -- JSON: counts and a few percentiles
    machine_busy_percent REAL,
    width INTEGER NOT NULL DEFAULT 1, -- how many seconds, from this one on, its tally is of
    tally TEXT,                      -- as of a round; null where an import has none
    traces BLOB NOT NULL,            -- a sample: JSON, compressed with zlib
    PRIMARY KEY (recording, round, number),
    FOREIGN KEY (recording, round) REFERENCES round (recording, number) ON DELETE CASCADE
) STRICT;
