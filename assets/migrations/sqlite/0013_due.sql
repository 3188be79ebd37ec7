-- When the order of an entry that creates one is due. So the entries that wait are counted without a look at their orders, however
-- many they are.
ALTER TABLE outbox ADD COLUMN due_at INTEGER;
UPDATE outbox SET due_at = (SELECT due_at FROM orders WHERE no = outbox.order_no) WHERE kind = 'create';
