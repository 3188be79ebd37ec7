//! Orders in SQLite: placed, sent, observed, decided and read. What may happen to one is decided in `domain::order::life`.

pub(super) mod attempt;
pub(super) mod decide;
pub(super) mod life;
pub(super) mod observe;
pub(super) mod outbox;
pub(super) mod place;
pub(super) mod read;
