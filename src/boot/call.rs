//! `call`: tells the desk that runs on the same data directory that a number rings. Opens no journal and calls no OktoPOS.

use std::path::Path;

use super::{environment::Environment, setup::Setup};
use crate::{
    calls::{self, CallError},
    cli::{
        self,
        args::{Args, CallArgs},
        common::{
            context::{Context, Failure},
            exit::Exit,
        },
    },
    i18n::Texts,
};

/// The settings that say which desk is meant: those of the demo, or the real ones.
pub(super) fn setup(environment: &Environment, args: &Args, call: &CallArgs) -> Result<Setup, Failure> {
    if call.demo { Setup::of_demo(environment, args) } else { Setup::read(environment, args) }
}

/// Tells it, and waits until the desk has it.
pub(super) async fn run(ctx: &mut Context<'_>, data_dir: &Path, args: &CallArgs) -> Result<Exit, Failure> {
    let number = cli::call::number(ctx, args, calls::number).await?;
    match calls::tell(data_dir, &number).await {
        Ok(()) => Ok(Exit::Done),
        Err(error) => Err(failure(&error, ctx.texts, data_dir)),
    }
}

fn failure(error: &CallError, texts: &Texts, data_dir: &Path) -> Failure {
    let (exit, key) = match error {
        CallError::NoNumber => (Exit::Usage, "call.no_number"),
        CallError::NoDesk => (Exit::Unexpected, "call.no_desk"),
        CallError::Busy => (Exit::Unexpected, "call.busy"),
        CallError::Silent => (Exit::Unexpected, "call.silent"),
        CallError::PathTooLong => (Exit::Unexpected, "call.path"),
        CallError::Unsupported => (Exit::Unexpected, "call.unsupported"),
        CallError::Io(_) => (Exit::Unexpected, "call.failed"),
    };
    let dir = data_dir.display().to_string();
    Failure::said(exit, texts.fill(key, &[("dir", &dir), ("detail", &error.to_string())]))
}
