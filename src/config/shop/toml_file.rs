//! Files of the shop beside its settings: read within a bound, and what is wrong in them named with its line. Knows nothing of
//! what they say.

use std::{io::Read, path::Path};

use serde::de::DeserializeOwned;

use crate::files;

/// The text of a file of at most so many MiB.
///
/// # Errors
/// Why it cannot be read, in the machine's words.
pub(in crate::config) fn read(path: &Path, max_mib: u64) -> Result<String, String> {
    let (most, mut text) = (max_mib * 1024 * 1024, String::new());
    let read = files::open(path).and_then(|file| file.take(most + 1).read_to_string(&mut text));
    if read.map_err(|error| error.to_string())? as u64 > most {
        return Err(format!("> {max_mib} MiB"));
    }
    Ok(text)
}

/// The line of a place in a text, from 1.
pub(in crate::config) fn line(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

/// Reads TOML.
///
/// # Errors
/// The line of what is wrong, and that in the parser's words.
pub(in crate::config) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, (usize, String)> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(1, |span| line(text, span.start));
        (at, error.message().to_owned())
    })
}
