-- Why the last attempt to set a status came to nothing, while it waits for the next.
ALTER TABLE orders ADD COLUMN status_tried TEXT;

-- What a server or a person said with an event. It may name the guest, so it stands apart from the history: forgetting the guest
-- takes it away, and no event is ever changed or removed for it.
CREATE TABLE event_words (
    order_no INTEGER NOT NULL,
    n        INTEGER NOT NULL,
    words    TEXT NOT NULL,
    PRIMARY KEY (order_no, n),
    FOREIGN KEY (order_no, n) REFERENCES events (order_no, n)
) STRICT, WITHOUT ROWID;

INSERT INTO event_words (order_no, n, words)
    SELECT order_no, n, detail FROM events
    WHERE kind IN ('rejected', 'requeued', 'again', 'unknown') AND detail <> '';
INSERT INTO event_words (order_no, n, words)
    SELECT order_no, n, ltrim(substr(detail, instr(detail, ':') + 1)) FROM events
    WHERE kind IN ('status_requested', 'status_refused') AND instr(detail, ':') > 0;

DROP TRIGGER events_are_final;
UPDATE events SET detail = '' WHERE kind IN ('rejected', 'requeued', 'again', 'unknown') AND detail <> '';
UPDATE events SET detail = substr(detail, 1, instr(detail, ':') - 1)
    WHERE kind IN ('status_requested', 'status_refused') AND instr(detail, ':') > 0;

CREATE TRIGGER events_are_final BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are never changed');
END;

CREATE TRIGGER events_stay BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are never removed');
END;
