-- The programs that sent: each gets a number when it begins, higher than every one before. An order names the last one that began
-- an attempt at it; 0 is a program of before.
CREATE TABLE senders (
    fence INTEGER PRIMARY KEY,
    name  TEXT NOT NULL,
    since INTEGER NOT NULL
) STRICT;

ALTER TABLE orders ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
