-- Guests of the program before, by the key of their number and the number that stands for name and address together. They are
-- forgotten as notes are: at once when a person asks, or when their days are over and no order holds the number.
CREATE TABLE imported_guests (
    number      TEXT NOT NULL,
    who         INTEGER NOT NULL,
    customer    TEXT NOT NULL,
    imported_at INTEGER NOT NULL,
    PRIMARY KEY (number, who)
) STRICT, WITHOUT ROWID;
