//! `journal export`: from a journal that may be damaged into a file only its owner can read. The journal is not opened as one.

use std::{
    fs::OpenOptions,
    io::{BufWriter, Write},
    path::Path,
};

use super::{environment::Environment, setup::Setup};
use crate::{
    cli::{
        common::{
            context::{Context, Failure},
            exit::Exit,
        },
        journal::{ExportLine, exported},
    },
    journal::{Exported, export},
};

/// Writes everything that can be read into `to`, which must not exist.
pub(super) async fn run(
    ctx: &mut Context<'_>,
    environment: &Environment,
    setup: &Setup,
    to: &Path,
) -> Result<Exit, Failure> {
    let failed = |error: std::io::Error| {
        let words = [("path", to.display().to_string()), ("detail", error.to_string())];
        let words = words.each_ref().map(|(name, value)| (*name, value.as_str()));
        Failure::said(Exit::Usage, setup.texts.fill("journal.unwritable_file", &words))
    };
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = BufWriter::new(options.open(to).map_err(failed)?);
    // Whether it is the new file that failed, and not the journal.
    let mut unwritten = None;
    let mut write = |line: &str| {
        writeln!(file, "{line}")
            .inspect_err(|error| unwritten = Some(std::io::Error::new(error.kind(), error.to_string())))
    };
    let done = export(&setup.data_dir, &environment.scratch(), &mut write).await;
    let Exported { orders, drafts, unreadable, salvaged } = match done {
        Ok(done) => done,
        Err(error) => {
            // Nothing could be read: an empty file would look like an empty journal.
            drop(file);
            std::fs::remove_file(to).map_err(failed)?;
            return Err(unwritten.map_or_else(|| setup.unopened(error), failed));
        }
    };
    let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    exported(ctx, to, &ExportLine { orders, drafts, unreadable, salvaged }).await
}
