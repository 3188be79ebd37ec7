-- What the kitchen has to make and when it was promised for: the load of the orders on hand. Orders of before count as one
-- dish. Columns, because a row that is written anyway costs no page of its own.
ALTER TABLE orders ADD COLUMN pieces INTEGER NOT NULL DEFAULT 1;
ALTER TABLE orders ADD COLUMN promised_at INTEGER;
