//! Cells of a page of a b-tree and the columns in them, as SQLite's file format lays them down (sqlite.org/fileformat2.html,
//! sections 1.6 and 2.1). Believes nothing: every number is checked against the bytes there are.

use std::io;

use super::pages::{PAGE, Page, Pages};

/// What the first byte of a page says it is.
const INDEX_INTERIOR: u8 = 2;
const INDEX_LEAF: u8 = 10;
const TABLE_LEAF: u8 = 13;

/// Columns a record may have.
const MOST_COLUMNS: usize = 64;
/// Bytes a record may have: far more than any order.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// The header of the file in the first page.
const FILE_HEADER: usize = 100;

/// What a cell belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A row with its number.
    Row(i64),
    /// A key; of a table without numbers the whole row.
    Key,
}

/// A cell, with its bytes still in the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) kind: Kind,
    /// Where the cell begins in its page.
    pub(super) offset: usize,
    /// Where its content begins, and how many bytes that has in all.
    start: usize,
    length: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Int(i64),
    Text(String),
    /// A number with a fraction, or bytes: no column of a journal.
    Other,
}

/// The cells of a page. A page of no kind that is known is looked through byte by byte: its first bytes may be what was
/// damaged.
pub(super) fn cells(number: u32, page: &Page) -> Vec<Cell> {
    let head = if number == 1 { FILE_HEADER } else { 0 };
    let (before, list) = match page.get(head) {
        Some(&TABLE_LEAF) => (0, 8),
        Some(&INDEX_LEAF) => (0, 8),
        Some(&INDEX_INTERIOR) => (4, 12),
        None => return Vec::new(),
        Some(_) => {
            return (head..page.len())
                .filter_map(|offset| row_at(number, offset, page))
                .filter(|cell| fits(cell, page))
                .collect();
        }
    };
    let is_table = page.get(head) == Some(&TABLE_LEAF);
    let two = |at: usize| page.get(at..at + 2).map(|two| usize::from(u16::from_be_bytes([two[0], two[1]])));
    let count = two(head + 3).unwrap_or(0).min(PAGE as usize / 2);
    let offsets = (0..count).map_while(|n| two(head + list + 2 * n));
    let found =
        offsets.filter_map(|offset| if is_table { row_at(number, offset, page) } else { key_at(offset, before, page) });
    found.collect()
}

/// The row whose cell begins there.
pub(super) fn row_at(number: u32, offset: usize, page: &Page) -> Option<Cell> {
    let head = if number == 1 { FILE_HEADER } else { 0 };
    let (length, at) = varint(page, offset)?;
    let (no, start) = varint(page, at)?;
    let length = usize::try_from(length).ok().filter(|length| (2..MOST_BYTES).contains(length))?;
    (offset >= head && no > 0).then_some(Cell { kind: Kind::Row(no), offset, start, length })
}

fn key_at(offset: usize, before: usize, page: &Page) -> Option<Cell> {
    let (length, start) = varint(page, offset + before)?;
    let length = usize::try_from(length).ok().filter(|length| (2..MOST_BYTES).contains(length))?;
    Some(Cell { kind: Kind::Key, offset, start, length })
}

/// Whether a cell that was found without its page's list can be one: it does not end beyond its page, and its content begins
/// with the size of a list of columns.
fn fits(cell: &Cell, page: &Page) -> bool {
    let size = varint(page, cell.start).map_or(0, |(size, _)| size);
    cell.start + local(cell) <= PAGE as usize && (3..=MOST_COLUMNS as i64 * 3).contains(&size)
}

/// Bytes of a cell's content that stand in its own page; the rest is in a chain of others.
fn local(cell: &Cell) -> usize {
    let usable = PAGE as usize;
    let most = if cell.kind == Kind::Key { (usable - 12) * 64 / 255 - 23 } else { usable - 35 };
    if cell.length <= most {
        return cell.length;
    }
    let least = (usable - 12) * 32 / 255 - 23;
    let fitting = least + (cell.length - least) % (usable - 4);
    if fitting <= most { fitting } else { least }
}

/// The content of a cell as far as it can be read.
///
/// # Errors
/// What reading the files said.
pub(super) fn payload(cell: &Cell, page: &Page, pages: &mut Pages) -> io::Result<Vec<u8>> {
    let end = cell.start + local(cell);
    let mut content = page.get(cell.start..end.min(page.len())).unwrap_or_default().to_vec();
    let mut next = four(page, end);
    // A chain that is longer than its content goes in a circle.
    while content.len() < cell.length
        && let Some(number) = next.filter(|number| (1..=pages.count()).contains(number) && page.len() >= end)
    {
        let more = pages.page(number)?;
        let wanted = (cell.length - content.len()).min(PAGE as usize - 4);
        let Some(part) = more.get(4..(4 + wanted).min(more.len())) else { break };
        content.extend_from_slice(part);
        if part.len() < wanted {
            break;
        }
        next = four(&more, 0);
    }
    Ok(content)
}

/// The columns of a record; `None` for one whose bytes are not all there. Empty if it is no record.
pub(super) fn columns(content: &[u8]) -> Vec<Option<Value>> {
    let read = || {
        let (size, mut at) = varint(content, 0)?;
        let size = usize::try_from(size).ok().filter(|size| *size <= content.len())?;
        let mut kinds = Vec::new();
        while at < size {
            let (kind, next) = varint(content, at)?;
            kinds.push(u64::try_from(kind).ok()?);
            at = next;
        }
        (at == size && kinds.len() <= MOST_COLUMNS).then_some((kinds, size))
    };
    let Some((kinds, mut at)) = read() else { return Vec::new() };
    let mut found = Vec::with_capacity(kinds.len());
    for kind in kinds {
        let Some(end) = width(kind).and_then(|width| at.checked_add(width)) else { return Vec::new() };
        found.push(content.get(at..end).and_then(|bytes| value(kind, bytes)));
        at = end;
    }
    found
}

/// Bytes of a column of this kind.
fn width(kind: u64) -> Option<usize> {
    Some(match kind {
        0 | 8 | 9 => 0,
        1..=4 => usize::try_from(kind).ok()?,
        5 => 6,
        6 | 7 => 8,
        10 | 11 => return None,
        kind => usize::try_from((kind - 12) / 2).ok().filter(|width| *width < MOST_BYTES)?,
    })
}

fn value(kind: u64, bytes: &[u8]) -> Option<Value> {
    Some(match kind {
        0 => Value::Null,
        8 => Value::Int(0),
        9 => Value::Int(1),
        1..=6 => {
            let first = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) { -1 } else { 0 };
            Value::Int(bytes.iter().fold(first, |number, byte| (number << 8) | i64::from(*byte)))
        }
        kind if kind >= 13 && kind % 2 == 1 => Value::Text(String::from_utf8(bytes.to_vec()).ok()?),
        _ => Value::Other,
    })
}

/// A number of one to nine bytes, and where it ends.
fn varint(bytes: &[u8], at: usize) -> Option<(i64, usize)> {
    let mut number = 0u64;
    for n in 0..8 {
        let byte = *bytes.get(at + n)?;
        number = (number << 7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((number.cast_signed(), at + n + 1));
        }
    }
    let last = *bytes.get(at + 8)?;
    Some((((number << 8) | u64::from(last)).cast_signed(), at + 9))
}

fn four(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_be_bytes)
}
