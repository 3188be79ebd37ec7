//! `journal`: says what an export came to. Reads and writes no file itself.

use std::path::Path;

use serde::Serialize;

use super::{
    context::{Context, Failure},
    exit::Exit,
    out::say,
};

/// What was written into the file.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportLine {
    /// Orders.
    pub orders: u64,
    /// Drafts.
    pub drafts: u64,
    /// What could not be read.
    pub unreadable: u64,
}

/// `journal export`: one JSON line, and a word about what is missing.
pub async fn exported(ctx: &mut Context<'_>, to: &Path, line: &ExportLine) -> Result<Exit, Failure> {
    ctx.result(line).await;
    let orders = ctx.texts.count("count.orders", usize::try_from(line.orders).unwrap_or(usize::MAX));
    let path = to.display().to_string();
    say(ctx.texts.fill("journal.exported", &[("orders", &orders), ("path", &path)]));
    if line.unreadable == 0 {
        return Ok(Exit::Done);
    }
    say(ctx.texts.fill("journal.unreadable", &[("n", &line.unreadable.to_string())]));
    Ok(Exit::Unexpected)
}
