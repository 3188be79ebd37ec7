//! The desk itself: hands the terminal over to the screens and says how they ended.

use std::sync::Arc;

use super::common::{context::Failure, exit::Exit};
use crate::{
    session::DeskSession,
    tui::shell::{
        error::TuiError,
        run,
        terminal::{self, Lent},
    },
};

/// Begins to watch for panics, before anything is started that may panic: what is said of one is said when the screen is gone.
pub fn watch() -> Arc<Lent> {
    terminal::watch_panics()
}

/// Opens the desk and stays until a person or the system ends it.
///
/// # Errors
/// When there is no terminal, a setting of the screens is wrong, or the last changes were not written.
pub async fn run(session: DeskSession, watched: Arc<Lent>) -> Result<Exit, Failure> {
    let texts = Arc::clone(&session.texts);
    match run::run(session, watched).await {
        Ok(()) => Ok(Exit::Done),
        Err(error) => {
            let (exit, key) = match &error {
                TuiError::Terminal(_) => (Exit::Unexpected, "cli.no_screen"),
                TuiError::Keys(_) | TuiError::Zone(_) => (Exit::Config, "cli.screen_setting"),
                TuiError::Unwritten => (Exit::Unexpected, "cli.unwritten"),
                TuiError::Broken(_) => (Exit::Unexpected, "cli.broken"),
            };
            Err(Failure::said(exit, texts.fill(key, &[("detail", &error.to_string())])))
        }
    }
}
