//! `call`: which number is meant, and in words what became of it. Who tells the desk is handed in; prints no number.

use super::{
    args::CallArgs,
    common::{
        context::{Context, Failure},
        exit::Exit,
    },
    customer::typed,
};
use crate::domain::value::text::Clean;

/// The number that rings: from the command line, or from standard input where no process list shows it.
///
/// # Errors
/// `Exit::Usage` for what `number` does not take for one.
pub async fn number(
    ctx: &Context<'_>,
    args: &CallArgs,
    number: impl Fn(&str) -> Option<Clean>,
) -> Result<Clean, Failure> {
    let text = match args.number.as_str() {
        "-" => typed(ctx).await?,
        text => text.to_owned(),
    };
    number(&text).ok_or_else(|| Failure::said(Exit::Usage, ctx.texts.t("call.no_number")))
}
