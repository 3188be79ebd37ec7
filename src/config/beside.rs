//! Files of the shop beside its settings: read within a bound, and what is wrong in them named with its line. Knows nothing of
//! what they say.

use std::path::Path;

use serde::de::DeserializeOwned;

/// The text of a file of at most so many MiB.
///
/// # Errors
/// Why it cannot be read, in the machine's words.
pub(super) fn read(path: &Path, max_mib: u64) -> Result<String, String> {
    let size = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size > max_mib * 1024 * 1024 {
        return Err(format!("> {max_mib} MiB"));
    }
    std::fs::read_to_string(path).map_err(|error| error.to_string())
}

/// The line of a place in a text, from 1.
pub(super) fn line(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

/// Reads TOML.
///
/// # Errors
/// The line of what is wrong, and that in the parser's words.
pub(super) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, (usize, String)> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(1, |span| line(text, span.start));
        (at, error.message().to_owned())
    })
}
