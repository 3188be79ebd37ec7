//! The first hundred bytes of a journal, made anew on a copy of it. Looks at no page.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
};

use super::pages::PAGE;

/// Where a header's numbers stand, each four bytes.
const CHANGES: usize = 24;
const PAGES: usize = 28;
const FREE: std::ops::Range<usize> = 32..40;
const COOKIE: usize = 40;
const VERSION: usize = 60;
const OWNER: usize = 68;
const VALID_FOR: usize = 92;

/// Writes a header over the first bytes of a copy, so that SQLite opens it: everything that does not depend on the content
/// as this program's journals have it. The file is made to end with a whole page.
///
/// # Errors
/// What reading and writing said.
pub(in crate::journal) fn rebuild(copy: &mut File, owner: u32, version: u32) -> io::Result<()> {
    let length = copy.metadata()?.len().next_multiple_of(u64::from(PAGE));
    copy.set_len(length)?;
    let mut old = [0; 100];
    copy.seek(SeekFrom::Start(0))?;
    copy.read_exact(&mut old)?;
    let mut new = [0; 100];
    new[..16].copy_from_slice(b"SQLite format 3\0");
    new[16..18].copy_from_slice(&(PAGE as u16).to_be_bytes());
    // Log mode for reading and writing, no bytes reserved, and three fractions that are the same in every file.
    new[18..24].copy_from_slice(&[2, 2, 0, 64, 32, 32]);
    new[FREE].fill(0);
    let mut put = |at: usize, number: u32| new[at..at + 4].copy_from_slice(&number.to_be_bytes());
    let count = u32::try_from(length / u64::from(PAGE)).unwrap_or(u32::MAX);
    // Both must be the same, or SQLite does not trust the number of pages.
    put(CHANGES, 1);
    put(VALID_FOR, 1);
    put(PAGES, count);
    put(COOKIE, 1);
    // The form of the schema that every version since 2006 writes, and UTF-8.
    put(44, 4);
    put(56, 1);
    put(VERSION, version);
    put(OWNER, owner);
    new[96..100].copy_from_slice(&old[96..100]);
    copy.seek(SeekFrom::Start(0))?;
    copy.write_all(&new)
}
