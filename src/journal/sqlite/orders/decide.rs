//! Recording what a person decides about an order that the desk cannot settle.

use jiff::Timestamp;

use super::life::{Around, Find};
use crate::journal::sqlite::SqliteJournal;
use crate::{
    chaos,
    domain::{order::life::Happening, value::ids::OrderId},
    ports::{JournalError, journal::PersonDecision},
};

impl SqliteJournal {
    pub(in crate::journal::sqlite) async fn record_decision(
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
