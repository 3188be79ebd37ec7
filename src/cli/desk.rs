//! The desk itself, until the terminal's screens are connected.

use super::{context::Failure, exit::Exit};
use crate::session::Session;

/// Opens the desk.
///
/// # Errors
/// Always, until the screens are connected.
pub async fn run(session: Session) -> Result<Exit, Failure> {
    Err(Failure::said(Exit::Unexpected, session.texts.t("cli.no_screen")))
}
