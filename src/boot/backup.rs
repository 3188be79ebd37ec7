//! `backup` and `restore`: the journal as one file and back. Neither opens a desk; nothing is sent.

use std::path::Path;

use super::{environment::Environment, setup::Setup};
use crate::{
    cli::{
        self,
        common::{
            context::{Context, Failure},
            exit::Exit,
        },
    },
    i18n::Texts,
    journal,
    ports::Clock,
};

/// Writes the journal into `to`, also while desks work on it.
pub(super) async fn backup(ctx: &mut Context<'_>, setup: &Setup, to: &Path) -> Result<Exit, Failure> {
    expect_nothing(to, &setup.texts)?;
    journal::backup(&setup.data_dir, to).await.map_err(|error| setup.unopened(error))?;
    let bytes = std::fs::metadata(to).map_or(0, |file| file.len());
    cli::journal::backed_up(ctx, to, bytes).await
}

/// Makes a journal of a backup, in a data directory without one.
pub(super) async fn restore(
    ctx: &mut Context<'_>,
    environment: &Environment,
    setup: &Setup,
    from: &Path,
) -> Result<Exit, Failure> {
    expect_nothing(&setup.data_dir.join(journal::NAME), &setup.texts)?;
    let now = super::clock::SystemClock::new().now();
    let done = journal::restore(from, &setup.data_dir, &environment.scratch(), now).await;
    let restored = done.map_err(|error| setup.unopened(error))?;
    cli::journal::restored(ctx, &setup.data_dir, restored.unknown, restored.dropped).await
}

/// Nothing is ever written over: neither a backup nor a journal.
fn expect_nothing(path: &Path, texts: &Texts) -> Result<(), Failure> {
    let is_free = path.symlink_metadata().is_err();
    let said = || Failure::said(Exit::Usage, texts.fill("config.exists", &[("path", &path.display().to_string())]));
    is_free.then_some(()).ok_or_else(said)
}
