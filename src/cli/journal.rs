//! `journal`, `backup`, `restore`: says what an export, a copy and its return came to. Reads and writes no file itself.

use std::path::Path;

use serde::Serialize;

use super::common::{
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
    /// How many of the orders and drafts could only be salvaged; each of them is marked.
    #[serde(skip_serializing_if = "is_none")]
    pub salvaged: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_none(number: &u64) -> bool {
    *number == 0
}

/// `journal export`: one JSON line, and a word about what is missing.
pub async fn exported(ctx: &mut Context<'_>, to: &Path, line: &ExportLine) -> Result<Exit, Failure> {
    ctx.result(line).await;
    let orders = ctx.texts.count("count.orders", usize::try_from(line.orders).unwrap_or(usize::MAX));
    let path = to.display().to_string();
    say(ctx.texts.fill("journal.exported", &[("orders", &orders), ("path", &path)]));
    let tell = |key: &str, number: u64| say(ctx.texts.fill(key, &[("n", &number.to_string())]));
    if line.salvaged > 0 {
        tell("journal.salvaged", line.salvaged);
    }
    if line.unreadable > 0 {
        tell("journal.unreadable", line.unreadable);
    }
    let is_whole = line.salvaged + line.unreadable == 0;
    Ok(if is_whole { Exit::Done } else { Exit::Unexpected })
}

#[derive(Debug, Serialize)]
struct BackupLine<'a> {
    file: &'a Path,
    bytes: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RestoreLine {
    unknown: u32,
    status_dropped: u32,
}

/// `backup`: one JSON line.
pub async fn backed_up(ctx: &mut Context<'_>, to: &Path, bytes: u64) -> Result<Exit, Failure> {
    ctx.result(&BackupLine { file: to, bytes }).await;
    say(ctx.texts.fill("journal.backed_up", &[("path", &to.display().to_string())]));
    Ok(Exit::Done)
}

/// `restore`: one JSON line; `Exit::Unknown` where a person has to decide about orders.
pub async fn restored(ctx: &mut Context<'_>, dir: &Path, unknown: u32, status_dropped: u32) -> Result<Exit, Failure> {
    ctx.result(&RestoreLine { unknown, status_dropped }).await;
    let texts = ctx.texts;
    say(texts.fill("journal.restored", &[("path", &dir.display().to_string())]));
    if unknown > 0 {
        let orders = texts.count("count.orders", usize::try_from(unknown).unwrap_or(usize::MAX));
        say(texts.fill("journal.restored_unknown", &[("orders", &orders)]));
    }
    if status_dropped > 0 {
        let orders = texts.count("count.orders", usize::try_from(status_dropped).unwrap_or(usize::MAX));
        say(texts.fill("journal.restored_dropped", &[("orders", &orders)]));
    }
    Ok(if unknown > 0 { Exit::Unknown } else { Exit::Done })
}
