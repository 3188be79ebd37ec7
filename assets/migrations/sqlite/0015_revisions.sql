-- A draft that corrects an order says which confirmation of that order it was made of. What is open now is taken to be made of
-- the order as it is.
UPDATE drafts
SET json = json_set(json, '$.corrects', (SELECT create_seq FROM orders WHERE orders.order_id = drafts.order_id))
WHERE json_valid(json) AND EXISTS (SELECT 1 FROM orders WHERE orders.order_id = drafts.order_id);
