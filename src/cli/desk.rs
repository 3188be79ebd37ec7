//! The desk itself: hands the terminal over to the screens and says how they ended.

use super::{context::Failure, exit::Exit};
use crate::{
    session::Session,
    tui::run::{self, TuiError},
};

/// Opens the desk and stays until a person or the system ends it.
///
/// # Errors
/// When there is no terminal, a setting of the screens is wrong, or the last changes were not written.
pub async fn run(session: Session) -> Result<Exit, Failure> {
    let texts = std::sync::Arc::clone(&session.texts);
    match run::run(session).await {
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
