-- Who ordered: the key of the phone number, and a number that stands for name and address together. Both are empty where the
-- guest was forgotten; entries of their indexes change only when an order is placed or its guest is forgotten.
ALTER TABLE orders ADD COLUMN guest_number TEXT;
ALTER TABLE orders ADD COLUMN guest_who INTEGER;

CREATE INDEX orders_guest_number ON orders (guest_number, guest_who) WHERE guest_number IS NOT NULL;
CREATE INDEX orders_guest_who ON orders (guest_who) WHERE guest_who IS NOT NULL;

-- What the house wants to remember of a guest, by the number. Stays in the house: no order holds it.
CREATE TABLE guest_notes (
    number     TEXT NOT NULL PRIMARY KEY,
    note       TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Orders placed before have to be read once; the last of them that was not read yet.
INSERT INTO meta (key, value) SELECT 'guests.unread', max(no) FROM orders HAVING max(no) IS NOT NULL;
