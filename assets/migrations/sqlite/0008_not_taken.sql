-- How often an answer that may not be OktoPOS's own said that it did not take the order. After a few a person decides.
ALTER TABLE orders ADD COLUMN not_taken INTEGER NOT NULL DEFAULT 0;
