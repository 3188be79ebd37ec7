//! `init`: what the first settings came to, and what is set already. Asks nobody and reads no network.

use std::path::Path;

use serde::Serialize;

use super::common::{
    context::{Context, Failure},
    exit::Exit,
    out::say,
};

/// What is set, for scripts.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InitLine<'a> {
    /// The settings file.
    pub config: &'a Path,
    /// The address; empty for none.
    pub base_url: &'a str,
    /// Where the key is read; empty for none. Never the key.
    pub key: &'a str,
    /// Order types and the ids of their channels.
    pub order_types: Vec<OrderTypeLine>,
}

/// One order type.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderTypeLine {
    /// OktoPOS's word.
    pub order_type: &'static str,
    /// Id of its channel.
    pub channel_id: i64,
    /// Its token.
    pub channel: String,
}

/// Written.
pub async fn written(ctx: &mut Context<'_>, line: &InitLine<'_>) -> Result<Exit, Failure> {
    ctx.result(line).await;
    say(ctx.texts.fill("init.written", &[("path", &line.config.display().to_string())]));
    Ok(Exit::Done)
}

/// What is set; `Exit::Config` as long as the desk could not send.
pub async fn shown(ctx: &mut Context<'_>, line: &InitLine<'_>) -> Result<Exit, Failure> {
    ctx.result(line).await;
    let is_set = !line.base_url.is_empty() && !line.key.is_empty();
    say(ctx.texts.t(if is_set { "init.is_set" } else { "init.how" }));
    Ok(if is_set { Exit::Done } else { Exit::Config })
}

/// Table ranges as they are typed: `1-40,50`.
///
/// # Errors
/// The part that is none.
pub fn tables(text: &str) -> Result<Vec<(i64, i64)>, String> {
    let range = |part: &str| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to) = (from.trim().parse::<i64>().ok()?, to.trim().parse::<i64>().ok()?);
        (1 <= from && from <= to && to <= 999_999).then_some((from, to))
    };
    text.split(',').map(|part| range(part.trim()).ok_or_else(|| part.trim().to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_ranges() {
        assert_eq!(tables("1-40, 50"), Ok(vec![(1, 40), (50, 50)]));
        for (text, wrong) in [("", ""), ("1-", "1-"), ("4-1", "4-1"), ("1,x", "x"), ("0-3", "0-3")] {
            assert_eq!(tables(text), Err(wrong.to_owned()));
        }
    }
}
