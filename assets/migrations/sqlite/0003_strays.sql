-- Whether OktoPOS may have the order although it waits, was refused or was taken back: it was sent once and nobody knows.
ALTER TABLE orders ADD COLUMN may_have_arrived INTEGER NOT NULL DEFAULT 0;
UPDATE orders SET may_have_arrived = 1
    WHERE delivery <> 'accepted'
    AND EXISTS (SELECT 1 FROM events e WHERE e.order_no = orders.no AND e.kind = 'unknown');

-- Whether it stands in OktoPOS although it was refused or taken back here.
ALTER TABLE orders ADD COLUMN stray INTEGER NOT NULL DEFAULT 0;

-- The few a person has to look at although their delivery does not say so.
CREATE INDEX orders_flagged ON orders (created_at, no) WHERE status_problem IS NOT NULL OR stray = 1;
