//! Systems without a socket of this kind: nobody is heard, and who calls is told so.

use std::path::PathBuf;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::CallError;
use crate::domain::guest::call::CallEvent;

/// Hears nothing until it is told to end.
pub async fn listen(_dir: PathBuf, _calls: mpsc::Sender<CallEvent>, stop: CancellationToken) {
    stop.cancelled().await;
}

/// Tells nobody.
///
/// # Errors
/// Always `Unsupported`.
pub async fn tell(_dir: &std::path::Path, _number: &str) -> Result<(), CallError> {
    Err(CallError::Unsupported)
}
