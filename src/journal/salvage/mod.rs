//! What stands in the bytes of a journal that SQLite does not read any more: a header that is made anew, and orders and
//! drafts taken out of the pages one by one. Works on files that are only read; knows no SQL.

mod header;
mod leaf;
mod pages;

use std::{
    collections::{BTreeMap, HashMap},
    io,
    path::Path,
};

use serde::Deserialize;

pub(super) use self::header::rebuild;
use self::{
    leaf::{Cell, Kind, Value},
    pages::Pages,
};
use crate::domain::order::delivery::Delivery;

/// The columns of `orders`, counted from its first one, which is the row's number.
const DELIVERY: usize = 2;
const INTERNAL_ID: usize = 3;
const STATUS: usize = 5;
const CHANGED_AT: usize = 22;
/// A row with fewer columns is none of `orders`.
const FEWEST: usize = 23;

/// An order as its pages tell it.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Salvaged {
    pub order_id: String,
    /// A word of `Delivery`; `None` where only the Order object is left.
    pub delivery: Option<String>,
    pub internal_id: Option<i64>,
    pub status: Option<String>,
    /// The JSON of its Order object.
    pub body: Option<String>,
}

/// Everything that was found in pages. Order objects are read when they are asked for: there may be many.
pub(super) struct Found {
    pages: Pages,
    rows: BTreeMap<i64, (i64, Salvaged)>,
    bodies: BTreeMap<i64, Place>,
    /// Drafts by their id, as JSON.
    pub drafts: BTreeMap<String, String>,
}

#[derive(Clone, Copy)]
struct Place {
    page: u32,
    offset: usize,
}

/// Whether the log beside the file at `path` holds what SQLite will not read, because bytes before it are damaged.
///
/// # Errors
/// What reading the files said.
pub(super) fn is_log_torn(path: &Path) -> io::Result<bool> {
    Pages::open(path).map(|pages| pages.is_log_torn())
}

/// Looks through every page of the file at `path` and of its log.
///
/// # Errors
/// What reading the files said.
pub(super) fn search(path: &Path) -> io::Result<Found> {
    let pages = Pages::open(path)?;
    let mut found = Found { pages, rows: BTreeMap::new(), bodies: BTreeMap::new(), drafts: BTreeMap::new() };
    for number in 1..=found.pages.count() {
        found.page(number)?;
    }
    Ok(found)
}

impl Found {
    fn page(&mut self, number: u32) -> io::Result<()> {
        let page = self.pages.page(number)?;
        for cell in leaf::cells(number, &page) {
            let columns = leaf::columns(&leaf::payload(&cell, &page, &mut self.pages)?);
            match cell.kind {
                Kind::Row(no) => self.row(no, &cell, number, columns),
                Kind::Key => self.draft(&columns),
            }
        }
        Ok(())
    }

    fn row(&mut self, no: i64, cell: &Cell, page: u32, columns: Vec<Option<Value>>) {
        if columns.len() == 2 {
            if let [Some(Value::Null), Some(Value::Text(body))] = &columns[..]
                && order_id(body).is_some()
            {
                self.bodies.insert(no, Place { page, offset: cell.offset });
            }
            return;
        }
        if let Some((changed_at, row)) = order(columns)
            && self.rows.get(&no).is_none_or(|(known, _)| *known <= changed_at)
        {
            self.rows.insert(no, (changed_at, row));
        }
    }

    fn draft(&mut self, columns: &[Option<Value>]) {
        #[derive(Deserialize)]
        struct Named {
            order_id: String,
        }
        if let [Some(Value::Text(id)), Some(Value::Int(_)), Some(Value::Text(json)), ..] = columns
            && serde_json::from_str::<Named>(json).is_ok_and(|draft| draft.order_id == *id)
        {
            self.drafts.insert(id.clone(), json.clone());
        }
    }

    /// The highest number of an order there is a trace of.
    pub fn last(&self) -> i64 {
        let last = |of: Option<&i64>| of.copied().unwrap_or(0);
        last(self.rows.keys().next_back()).max(last(self.bodies.keys().next_back()))
    }

    /// Every order, by its number: those with a row, and those of which only the Order object is left.
    ///
    /// # Errors
    /// What reading the files said. `each` says whether to go on.
    pub fn orders(mut self, mut each: impl FnMut(Salvaged) -> bool) -> io::Result<()> {
        let mut rows: HashMap<i64, Salvaged> = self.rows.into_iter().map(|(no, (_, row))| (no, row)).collect();
        let mut numbers: Vec<i64> = rows.keys().chain(self.bodies.keys()).copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        for no in numbers {
            let body = match self.bodies.get(&no) {
                Some(place) => body(&mut self.pages, *place)?,
                None => None,
            };
            let id = body.as_deref().and_then(order_id);
            let alone = |order_id, body| Salvaged { order_id, body, ..Salvaged::default() };
            let goes_on = match (rows.remove(&no), id) {
                // A number is given to one order alone, so another id is damage that nobody noticed.
                (Some(row), Some(id)) if row.order_id != id => each(row) && each(alone(id, body)),
                (Some(row), _) => each(Salvaged { body, ..row }),
                (None, Some(id)) => each(alone(id, body)),
                (None, None) => true,
            };
            if !goes_on {
                break;
            }
        }
        Ok(())
    }
}

/// A row of `orders`, and when it changed last: its first columns are of the kinds they must be.
fn order(columns: Vec<Option<Value>>) -> Option<(i64, Salvaged)> {
    let text = |at: usize| match columns.get(at) {
        Some(Some(Value::Text(text))) => Some(text.clone()),
        _ => None,
    };
    let int = |at: usize| match columns.get(at) {
        Some(Some(Value::Int(int))) => Some(*int),
        _ => None,
    };
    let delivery = text(DELIVERY).filter(|word| Delivery::WORDS.contains(&word.as_str()))?;
    let is_order = columns.len() >= FEWEST && columns.first() == Some(&Some(Value::Null));
    let row = Salvaged {
        order_id: text(1).filter(|id| is_order && !id.is_empty())?,
        delivery: Some(delivery),
        internal_id: int(INTERNAL_ID),
        status: text(STATUS),
        body: None,
    };
    Some((int(CHANGED_AT).unwrap_or(0), row))
}

fn body(pages: &mut Pages, place: Place) -> io::Result<Option<String>> {
    let page = pages.page(place.page)?;
    let Some(cell) = leaf::row_at(place.page, place.offset, &page) else { return Ok(None) };
    Ok(match leaf::columns(&leaf::payload(&cell, &page, pages)?).pop() {
        Some(Some(Value::Text(body))) => Some(body),
        _ => None,
    })
}

/// The id in the JSON of an Order object.
fn order_id(json: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        #[serde(rename = "orderId")]
        order_id: String,
    }
    serde_json::from_str::<Named>(json).ok().map(|named| named.order_id).filter(|id| !id.is_empty())
}
