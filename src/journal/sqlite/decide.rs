//! Recording what a person decides about an order that the desk cannot settle.

use jiff::Timestamp;

use super::{
    SqliteJournal,
    life::{Around, Find},
};
use crate::{
    chaos,
    domain::{ids::OrderId, order::life::Happening},
    ports::{JournalError, journal::PersonDecision},
};

impl SqliteJournal {
    pub(super) async fn record_decision(
        &self,
        id: &OrderId,
        decision: &PersonDecision,
        at: Timestamp,
    ) -> Result<(), JournalError> {
        let around = Around {
            before_commit: || chaos::point("decision.before_commit"),
            after_commit: || chaos::point("decision.after_commit"),
        };
        self.happen(Find::Order(id), Happening::Decided(decision), at, around).await
    }
}
