-- Whether an order may still hold what concerns its guest. The index holds only those, and an entry of it changes only when
-- the guest is forgotten: no status change pays for it.
ALTER TABLE orders ADD COLUMN personal INTEGER NOT NULL DEFAULT 1;

CREATE INDEX orders_personal ON orders (personal) WHERE personal = 1;
