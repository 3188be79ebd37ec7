//! The API key: from the environment or from a file that only its owner can read. Never from an argument, never shown.

use std::{
    fs::Metadata,
    io::Read,
    path::{Path, PathBuf},
};

use secrecy::SecretString;

use super::error::KeyError;
use crate::files;

/// The variable the key may be given in; it comes before the file.
pub const API_KEY_VARIABLE: &str = "OKTODESK_API_KEY";

/// No key is longer; a longer file is something else.
const MAX_BYTES: u64 = 4096;

/// Where a key came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// `OKTODESK_API_KEY`.
    Environment,
    /// `oktopos.api_key_file`.
    File(PathBuf),
}

/// Reads the key: `variable` is what `OKTODESK_API_KEY` holds, `file` the configured path.
///
/// # Errors
/// Says what is wrong without a character of the key.
pub fn api_key(variable: Option<&str>, file: Option<&Path>) -> Result<(SecretString, KeySource), KeyError> {
    if let Some(text) = variable.filter(|text| !text.trim().is_empty()) {
        return Ok((usable(text, API_KEY_VARIABLE)?, KeySource::Environment));
    }
    let path = file.ok_or(KeyError::NotSet)?;
    let unreadable = |error: std::io::Error| KeyError::Unreadable { path: path.into(), detail: error.to_string() };
    let file = files::open(path).map_err(unreadable)?;
    // Asked of the open file, so that it cannot be another one by the time it is read.
    owner_only(path, &file.metadata().map_err(unreadable)?)?;
    let mut text = String::new();
    file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(unreadable)?;
    Ok((usable(&text, &path.display().to_string())?, KeySource::File(path.into())))
}

#[cfg(unix)]
fn owner_only(path: &Path, metadata: &Metadata) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(KeyError::TooOpen { path: path.into(), mode }) }
}

#[cfg(not(unix))]
fn owner_only(_path: &Path, _metadata: &Metadata) -> Result<(), KeyError> {
    Ok(())
}

fn usable(text: &str, origin: &str) -> Result<SecretString, KeyError> {
    let key = text.trim_start_matches('\u{feff}').trim();
    let fits = !key.is_empty() && (key.len() as u64) < MAX_BYTES && key.bytes().all(|b| b.is_ascii_graphic());
    if fits { Ok(SecretString::from(key)) } else { Err(KeyError::Unusable { origin: origin.into() }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;
    use std::fs;

    fn file(content: &str, mode: u32) -> (tempfile::TempDir, PathBuf) {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        (dir, path)
    }

    #[test]
    fn the_variable_comes_before_the_file() {
        let (_dir, path) = file("from-file\n", 0o600);
        let read = |variable| {
            let (key, source) = api_key(variable, Some(&path)).unwrap();
            (key.expose_secret().to_owned(), source)
        };
        assert_eq!(read(Some("from-env")), ("from-env".into(), KeySource::Environment));
        assert_eq!(read(Some(" ")), ("from-file".into(), KeySource::File(path.clone())));
        assert_eq!(read(None), ("from-file".into(), KeySource::File(path.clone())));
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        for mode in [0o640, 0o604, 0o620, 0o644, 0o611] {
            let (_dir, path) = file("secret", mode);
            assert_eq!(api_key(None, Some(&path)).unwrap_err(), KeyError::TooOpen { path, mode });
        }
        let (_dir, path) = file("secret", 0o400);
        assert!(api_key(None, Some(&path)).is_ok());
    }

    #[test]
    fn what_no_header_can_carry_is_no_key_and_is_not_repeated() {
        let long = "k".repeat(5000);
        for content in ["", " \n", "two words", "line\nline", "schlüssel", long.as_str()] {
            let (_dir, path) = file(content, 0o600);
            let error = api_key(None, Some(&path)).unwrap_err();
            assert_eq!(error, KeyError::Unusable { origin: path.display().to_string() });
        }
        assert_eq!(api_key(None, None).unwrap_err(), KeyError::NotSet);
        assert!(matches!(api_key(None, Some(Path::new("/no/such"))), Err(KeyError::Unreadable { .. })));
    }

    #[test]
    fn debug_shows_nothing() {
        let read = api_key(Some("very-secret"), None).unwrap();
        assert!(!format!("{read:?}").contains("very-secret"));
    }
}
