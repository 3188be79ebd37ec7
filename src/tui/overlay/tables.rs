//! Every table where something is open. Typing looks for a table, Enter opens a new round for it, open or not. Bills nothing:
//! a session ends when all of its orders are over.

pub mod view;

use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::{
    desk::{catalog::fold::fold, live::OpenTable},
    tui::{
        input::{
            edit::{self, Edited},
            key::Key,
        },
        overlay::outcome::Outcome,
        state::{model::Model, overlay::lists::Tables},
        wording,
    },
};

/// One table of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct TableRow {
    /// Its number.
    pub table: i64,
    /// What staff call it.
    pub name: String,
    /// Its part of the house; may be empty.
    pub area: String,
    /// Rounds that are open.
    pub rounds: usize,
    /// Orders of others that are open there.
    pub others: usize,
    /// Sum of the rounds.
    pub total: Decimal,
    /// When the first of them was taken.
    pub since: Option<Timestamp>,
    /// Whether the fate of one of them is unclear.
    pub unclear: bool,
}

/// Free tables that are looked at for a name: no house has more, a range of numbers may.
const MAX_FREE: usize = 1_000;

/// The tables that match, the one that is meant exactly first; free ones, which have to be looked for, behind the open ones.
pub fn rows(model: &Model, state: &Tables) -> Vec<TableRow> {
    let typed = state.query.trim();
    let needle = fold(typed);
    let meant = model.shop.table_number(typed);
    let meant = meant.filter(|number| model.shop.tables.is_empty() || model.shop.table(*number).is_some());
    let row = |open: &OpenTable<'_>| TableRow {
        table: open.table,
        name: wording::tables::name(model, open.table),
        area: model.shop.table(open.table).map(|range| range.area.clone()).unwrap_or_default(),
        rounds: open.rounds.len(),
        others: open.others.len(),
        total: open.total,
        since: open.since(),
        unclear: open.is_unclear(),
    };
    let fits = |row: &TableRow| {
        let text = fold(&format!("{}\n{}", row.name, row.area));
        row.table.to_string().starts_with(&needle) || needle.split_whitespace().all(|word| text.contains(word))
    };
    let list = &model.orders.list;
    let first = meant.map(|table| row(&list.open_table(table, None, model.moment.now)));
    let open = list.open_tables(model.moment.now);
    let rest =
        open.iter().filter(|open| Some(open.table) != meant).map(row).filter(|row| needle.is_empty() || fits(row));
    let is_listed = |table: i64| Some(table) == meant || open.iter().any(|open| open.table == table);
    // A number means one table, a name or a part of the house several: the free ones are offered, too.
    let is_name = needle.chars().any(char::is_alphabetic);
    let numbers = model.shop.tables.iter().flat_map(|range| range.from..=range.to).filter(|_| is_name).take(MAX_FREE);
    let free =
        numbers.filter(|table| !is_listed(*table)).map(|table| row(&list.open_table(table, None, model.moment.now)));
    first.into_iter().chain(rest).chain(free.filter(|row| fits(row))).collect()
}

/// Opens a new round for the selected table, if there is one.
pub fn accept(model: &Model, state: &Tables) -> Outcome {
    rows(model, state).get(state.selected).map_or(Outcome::Stay, |row| Outcome::Table(row.table))
}

/// Types into the query.
pub fn key(state: &mut Tables, key: Key) {
    if edit::key(&mut state.query, &mut state.cursor, key) == Edited::Changed {
        state.selected = 0;
    }
}

/// Pastes into the query.
pub fn paste(state: &mut Tables, pasted: &str) {
    edit::insert(&mut state.query, &mut state.cursor, pasted);
    state.selected = 0;
}
