//! `customer`: removes a guest who asks for it, takes over those of the program before. Prints order numbers and never the guest.

mod file;
pub mod import;

use serde::Serialize;
use tokio::io::AsyncReadExt;

use super::{
    args::ForgetArgs,
    common::{
        context::{Context, Failure},
        exit::Exit,
        out::say,
    },
};
use crate::{
    desk::{
        Desk, DeskError,
        guests::privacy::{ForgetReport, why_open},
    },
    domain::value::ids::OrderId,
    ports::journal::GuestOrder,
};

/// A phone number is shorter.
const MAX_INPUT: u64 = 256;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ForgottenLine<'a> {
    forgotten: &'a [OrderId],
    open: Vec<OpenLine<'a>>,
    drafts: &'a [OrderId],
    /// Guests that came from a file.
    imported: usize,
    scrubbed: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OpenLine<'a> {
    order_id: &'a OrderId,
    delivery: &'static str,
    status: Option<&'a str>,
    why: &'static str,
}

impl<'a> OpenLine<'a> {
    fn of(guest: &'a GuestOrder) -> Self {
        let GuestOrder { order_id, delivery, status, .. } = guest;
        Self { order_id, delivery: delivery.word(), status: status.as_deref(), why: why_open(guest) }
    }
}

/// `customer forget`: one JSON line; `Exit::Queued` as long as something still holds the guest.
pub async fn forget(ctx: &mut Context<'_>, desk: &Desk, args: &ForgetArgs) -> Result<Exit, Failure> {
    let number = match args.number.as_str() {
        "-" => typed(ctx).await?,
        number => number.to_owned(),
    };
    let report = desk.forget_customer(number.trim(), args.all).await.map_err(|error| match error {
        // The desk says it of an order's field; here it is what somebody typed.
        DeskError::Field { .. } => {
            Failure::said(Exit::Usage, ctx.texts.fill("customer.no_number", &[("number", number.trim())]))
        }
        error => error.into(),
    })?;
    let ForgetReport { forgotten, open, drafts, imported, is_scrubbed } = &report;
    let open_lines = open.iter().map(OpenLine::of).collect();
    ctx.result(&ForgottenLine { forgotten, open: open_lines, drafts, imported: *imported, scrubbed: *is_scrubbed })
        .await;
    let texts = ctx.texts;
    say(texts.fill("customer.forgotten", &[("orders", &texts.count("count.orders", forgotten.len()))]));
    if !open.is_empty() {
        let by_status = open.iter().any(|guest| why_open(guest) == "status-not-final");
        let remedy = texts.t(if by_status { "customer.open_all" } else { "customer.open_settle" });
        let orders = texts.count("count.orders", open.len());
        say(format!("{} {remedy}", texts.fill("customer.open", &[("orders", &orders)])));
    }
    if !drafts.is_empty() {
        say(texts.t("customer.drafts"));
    }
    if !is_scrubbed {
        say(texts.t("customer.not_scrubbed"));
    }
    let is_done = open.is_empty() && drafts.is_empty() && *is_scrubbed;
    Ok(if is_done { Exit::Done } else { Exit::Queued })
}

/// What stands on standard input, within a bound.
pub(super) async fn typed(ctx: &Context<'_>) -> Result<String, Failure> {
    let mut text = String::new();
    let mut input = tokio::io::stdin().take(MAX_INPUT);
    tokio::select! {
        read = input.read_to_string(&mut text) => {
            read.map_err(|error| Failure::said(Exit::Usage, error.to_string()))?;
            Ok(text)
        }
        () = ctx.stop.cancelled() => Err(Failure::said(Exit::Usage, ctx.texts.t("cli.interrupted"))),
    }
}
