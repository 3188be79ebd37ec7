-- The journal of one desk. Instants are microseconds since 1970, UTC. Amounts are decimal text, exact to the digit.

CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Few and short-lived, so one tree (no rowid) saves a page at every key press.
CREATE TABLE drafts (
    order_id  TEXT NOT NULL PRIMARY KEY,
    opened_at INTEGER NOT NULL,
    json      TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
    no             INTEGER PRIMARY KEY,
    order_id       TEXT NOT NULL UNIQUE,
    delivery       TEXT NOT NULL
                   CHECK (delivery IN ('queued', 'sending', 'accepted', 'rejected', 'unknown', 'cancelled')),
    internal_id    INTEGER,
    reason         TEXT,
    status         TEXT,
    status_problem TEXT,
    -- The status in the Order object: what OktoPOS shows once it has the order.
    first_status   TEXT NOT NULL,
    -- The outbox entry that creates it or last created it; an answer that comes late still finds its order by it.
    create_seq     INTEGER NOT NULL,
    base_url       TEXT NOT NULL,
    attempts       INTEGER NOT NULL DEFAULT 0,
    order_type     TEXT,
    total          TEXT NOT NULL,
    currency       TEXT NOT NULL,
    who            TEXT NOT NULL,
    address        TEXT NOT NULL,
    table_no       INTEGER,
    seat           INTEGER,
    pickup_token   TEXT NOT NULL,
    intermediary   TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    due_at         INTEGER,
    changed_at     INTEGER NOT NULL
) STRICT;

CREATE INDEX orders_created ON orders (created_at, no);
CREATE INDEX orders_changed ON orders (changed_at);
-- Only the states that are rare or need a person. Queued and sending orders are found through the outbox, and accepted
-- ones are nearly all there are; leaving them out spares every commit of the common way a page.
CREATE INDEX orders_aside ON orders (delivery, created_at, no) WHERE delivery IN ('rejected', 'unknown', 'cancelled');
CREATE INDEX orders_internal ON orders (internal_id) WHERE internal_id IS NOT NULL;

-- The frozen JSON lies apart, so that listing orders does not read it.
CREATE TABLE bodies (
    order_no INTEGER PRIMARY KEY REFERENCES orders (no),
    body     TEXT NOT NULL
) STRICT;

CREATE TABLE outbox (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    order_no  INTEGER NOT NULL REFERENCES orders (no),
    kind      TEXT NOT NULL CHECK (kind IN ('create', 'status')),
    status    TEXT,
    reason    TEXT,
    base_url  TEXT NOT NULL,
    attempts  INTEGER NOT NULL DEFAULT 0,
    sending   INTEGER NOT NULL DEFAULT 0 CHECK (sending IN (0, 1)),
    queued_at INTEGER NOT NULL,
    CHECK ((kind = 'status') = (status IS NOT NULL))
) STRICT;

CREATE INDEX outbox_status ON outbox (order_no) WHERE kind = 'status';
-- So that the next sequence number can be read before the first row was written.
INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', 0);

CREATE TABLE events (
    order_no INTEGER NOT NULL REFERENCES orders (no),
    n        INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    detail   TEXT NOT NULL,
    PRIMARY KEY (order_no, n)
) STRICT, WITHOUT ROWID;

-- History is written once. Rows are removed only where customer data has to be.
CREATE TRIGGER events_are_final BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are never changed');
END;

-- Articles are only ever read and replaced as a whole: many to a row, packed as JSON (see src/journal/packed.rs).
CREATE TABLE article_pages (
    page   INTEGER PRIMARY KEY,
    packed TEXT NOT NULL
) STRICT;
