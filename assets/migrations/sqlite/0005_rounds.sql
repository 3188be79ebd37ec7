-- The rounds of a table: which session an order belongs to, and in a few words what it is made of. The words are written for
-- orders of a table alone, because only those are read back by the round.
ALTER TABLE orders ADD COLUMN session_token TEXT;
ALTER TABLE orders ADD COLUMN brief TEXT NOT NULL DEFAULT '';
UPDATE orders SET
    session_token = (SELECT json_extract(body, '$.sessionToken') FROM bodies WHERE order_no = orders.no),
    brief = coalesce((SELECT substr(group_concat(iif(CAST(i.value ->> '$.quantity' AS TEXT) GLOB '*[^0-9]*', '',
        (i.value ->> '$.quantity') || ' ') || (i.value ->> '$.name'), ', '), 1, 120)
        FROM bodies, json_each(bodies.body, '$.items') i WHERE order_no = orders.no
        AND coalesce(i.value ->> '$.mainBasketItemId', -1) = coalesce(i.value ->> '$.basketItemId', -1)), '')
    WHERE table_no IS NOT NULL;
