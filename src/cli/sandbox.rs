//! `sandbox`: says where it listens and waits until it is ended. Knows nothing of the sandbox itself.

use serde::Serialize;

use super::common::{
    context::{Context, Failure},
    exit::Exit,
    out::say,
};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReadyLine<'a> {
    base_url: &'a str,
}

/// Prints the base URL as one JSON line and waits for Ctrl-C.
pub async fn run(ctx: &mut Context<'_>, base_url: &str) -> Result<Exit, Failure> {
    ctx.out.line(&ReadyLine { base_url })?;
    say(ctx.texts.fill("sandbox.ready", &[("url", base_url)]));
    ctx.stop.cancelled().await;
    Ok(Exit::Done)
}
