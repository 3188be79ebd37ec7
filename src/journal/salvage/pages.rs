//! The pages of a journal as they were last written: those of the file, and over them those of its log. Reads both files and
//! changes neither.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

use crate::files;

/// Bytes a page has in every journal of this program: SQLite's own choice, which nothing here changes.
pub(super) const PAGE: u32 = 4096;
/// Bytes before the first frame of the log.
const LOG_HEADER: u64 = 32;
/// Bytes before the page in a frame.
const FRAME_HEADER: u64 = 24;

/// The first bytes of the log, but for the one that says how its words are laid down.
const MAGIC: [u8; 3] = [0x37, 0x7f, 0x06];

/// A page, cut where the file ends.
pub(super) type Page = Vec<u8>;

pub(super) struct Pages {
    file: Option<File>,
    log: Option<File>,
    in_log: Frames,
    count: u32,
}

impl Pages {
    /// Of the file at `path` and the log beside it; one of them may be gone.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let there = |opened: io::Result<File>| match opened {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            opened => opened.map(Some),
        };
        let mut name = path.to_path_buf().into_os_string();
        name.push("-wal");
        let (file, mut log) = (there(files::open(path))?, there(files::open(Path::new(&name)))?);
        let in_log = match &mut log {
            Some(log) => frames(log)?,
            None => Frames::default(),
        };
        let length = file.as_ref().map_or(Ok(0), |file| file.metadata().map(|found| found.len()))?;
        let in_file = u32::try_from(length.div_ceil(u64::from(PAGE))).unwrap_or(u32::MAX);
        let count = in_log.last.keys().copied().fold(in_file, u32::max);
        Ok(Self { file, log, in_log, count })
    }

    /// How many pages there are, the first one being 1.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// Whether the log holds what SQLite will not read.
    pub(super) fn is_log_torn(&self) -> bool {
        self.in_log.is_torn
    }

    /// A page; empty where there is none.
    pub(super) fn page(&mut self, number: u32) -> io::Result<Page> {
        let (source, start) = match (self.in_log.last.get(&number), number.checked_sub(1)) {
            (Some(start), _) => (&mut self.log, *start),
            (None, Some(before)) => (&mut self.file, u64::from(before) * u64::from(PAGE)),
            (None, None) => return Ok(Page::new()),
        };
        let Some(source) = source else { return Ok(Page::new()) };
        source.seek(SeekFrom::Start(start))?;
        let mut page = Page::with_capacity(PAGE as usize);
        source.take(u64::from(PAGE)).read_to_end(&mut page)?;
        Ok(page)
    }
}

/// What a look through the log came to.
#[derive(Default)]
struct Frames {
    /// Where the last version of each page begins.
    last: HashMap<u32, u64>,
    /// Whether something was committed that SQLite will not read, because bytes before it are damaged.
    is_torn: bool,
}

/// The frames of the log's last round. Those behind a broken checksum are taken as well, which SQLite does not do: what
/// stands in them was written last.
fn frames(log: &mut File) -> io::Result<Frames> {
    let mut found = Frames::default();
    let Some(header) = next::<{ LOG_HEADER as usize }>(log)? else { return Ok(found) };
    let is_big = header[3] & 1 == 1;
    let mut sum = checksum(is_big, (0, 0), &header[..24]);
    let is_header_whole = header[..3] == MAGIC && sum == (number(&header, 24), number(&header, 28));
    // A whole header says which frames are of this round; a damaged one is not asked.
    let mut marks = is_header_whole.then(|| (number(&header, 16), number(&header, 20)));
    let (mut is_whole, mut at) = (is_header_whole, LOG_HEADER);
    while let Some(frame) = next::<{ FRAME_HEADER as usize }>(log)? {
        let mut page = Page::with_capacity(PAGE as usize);
        log.take(u64::from(PAGE)).read_to_end(&mut page)?;
        let of = (number(&frame, 8), number(&frame, 12));
        if *marks.get_or_insert(of) == of && number(&frame, 0) > 0 {
            sum = checksum(is_big, checksum(is_big, sum, &frame[..8]), &page);
            is_whole &= page.len() == PAGE as usize && sum == (number(&frame, 16), number(&frame, 20));
            let is_commit = number(&frame, 4) > 0;
            found.is_torn |= !is_whole && is_commit;
            found.last.insert(number(&frame, 0), at + FRAME_HEADER);
        }
        at += FRAME_HEADER + u64::from(PAGE);
    }
    Ok(found)
}

/// The next bytes, if there are so many.
fn next<const N: usize>(file: &mut File) -> io::Result<Option<[u8; N]>> {
    let mut bytes = [0; N];
    match file.read_exact(&mut bytes) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        read => read.map(|()| Some(bytes)),
    }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_be_bytes)
}

/// The checksum of the log, going on from `sum`.
fn checksum(is_big: bool, sum: (u32, u32), bytes: &[u8]) -> (u32, u32) {
    let word = |four: &[u8]| {
        let four = four.try_into().unwrap_or_default();
        if is_big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }
    };
    bytes.chunks_exact(8).fold(sum, |(one, two), eight| {
        let one = one.wrapping_add(word(&eight[..4])).wrapping_add(two);
        (one, two.wrapping_add(word(&eight[4..])).wrapping_add(one))
    })
}
