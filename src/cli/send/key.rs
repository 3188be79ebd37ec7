//! `send --key`: the `orderId` of an order that has none, made of a name and the place of the order in its file, so that the
//! same file makes the same ids again. Reads no clock and knows no journal.

use uuid::Uuid;

use crate::{cli::common::input::OrderPlace, domain::value::ids::OrderId};

/// The namespace of these ids (RFC 9562, UUIDv5). It never changes: a rerun has to make the ids of the first run.
const NAMESPACE: Uuid = Uuid::from_u128(0xf0a2_554b_81ab_49fe_961d_c46f_ce49_8de4);

/// The id: a UUIDv5 of the key, the line in which the order begins and, from the second order of a line on, which of them it
/// is, separated by line feeds.
pub fn id_of(key: &str, OrderPlace { line, nth }: OrderPlace) -> OrderId {
    let name = if nth == 1 { format!("{key}\n{line}") } else { format!("{key}\n{line}\n{nth}") };
    OrderId(Uuid::new_v5(&NAMESPACE, name.as_bytes()).to_string())
}

/// A key from the command line: a text that is not blank.
pub fn parse(text: &str) -> Result<String, &'static str> {
    if text.trim().is_empty() { Err("empty") } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_those_of_every_release_and_differ_by_key_and_place() {
        let id = |key, line, nth| id_of(key, OrderPlace { line, nth }).0;
        // Computed by another program; a rerun after an update has to make the same.
        assert_eq!(id("night", 1, 1), "16ce95c3-59f9-5da0-bde9-e0b3a2ea9de9");
        assert_eq!(id("Küche", 12, 2), "74a69ba6-32d1-553e-b60d-fb5b8819f89e");
        let places =
            [("night", 1, 1), ("night", 1, 2), ("night", 2, 1), ("night", 11, 1), ("day", 1, 1), ("night\n1", 1, 1)];
        let ids: BTreeSet<String> = places.iter().map(|(key, line, nth)| id(key, *line, *nth)).collect();
        assert_eq!(ids.len(), places.len());
    }

    #[test]
    fn a_key_has_to_be_some_text() {
        assert_eq!(parse("night 2026-01-18"), Ok("night 2026-01-18".into()));
        assert!(parse("").is_err() && parse(" \t").is_err());
    }
}
