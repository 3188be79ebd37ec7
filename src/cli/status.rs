//! `status`: sets an order's status in the house and waits until OktoPOS has it.

use serde::Serialize;

use super::{
    args::StatusArgs,
    common::{
        context::{Context, Failure},
        exit::Exit,
        follow::{Follow, held_reason},
        out::say,
    },
    outbox,
};
use crate::{
    desk::{
        Desk, DeskError,
        event::{Halt, Held},
        find::internal_id,
    },
    domain::{
        order::{delivery::Delivery, status::Workflow},
        value::{
            ids::{InternalId, OrderId},
            text::Clean,
        },
    },
    ports::journal::OrderRow,
    words,
};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct StatusLine {
    order_id: OrderId,
    delivery: &'static str,
    internal_id: Option<InternalId>,
    status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pending_status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ForeignLine<'a> {
    internal_id: InternalId,
    status: &'a str,
}

/// An order that came from elsewhere is not in the journal: its status is set at once, or not at all.
async fn foreign(ctx: &mut Context<'_>, desk: &Desk, id: InternalId, args: &StatusArgs) -> Result<Exit, Failure> {
    desk.set_foreign_status(id, &args.status, args.reason.as_deref()).await?;
    ctx.result(&ForeignLine { internal_id: id, status: &args.status }).await;
    Ok(Exit::Done)
}

/// Records the change, follows it and prints one line.
pub async fn run(
    ctx: &mut Context<'_>,
    follow: &mut Follow<'_>,
    workflow: &Workflow,
    args: &StatusArgs,
) -> Result<Exit, Failure> {
    if workflow.rule(&args.status).is_none() {
        let allowed: Vec<&str> = workflow.statuses.iter().map(|rule| rule.token.as_str()).collect();
        let words = [("status", args.status.as_str()), ("allowed", &allowed.join(", "))];
        return Err(Failure::said(Exit::Usage, ctx.texts.fill("error.desk.status_unknown", &words)));
    }
    let (desk, patience) = (follow.desk, follow.patience);
    let id = match (desk.find(&args.order).await, internal_id(&args.order)) {
        (Err(DeskError::NotFound(_)), Some(internal_id)) => return foreign(ctx, desk, internal_id, args).await,
        (found, _) => found?,
    };
    desk.request_status(&id, &args.status, args.reason.as_deref()).await?;
    // The order itself may have to be sent first.
    let (waited, trouble) = follow.unless_hopeless(desk.wait_status(&id, patience * 2)).await;
    waited.transpose()?;
    let record = desk.order(&id).await?;
    let refused_here = desk.refused(&record).is_some();
    let row = record.row;
    let state = desk.outbox_state().await?;
    let refused = refused_here || matches!(state.halted, Some(Halt::KeyRefused { .. }));
    let held = desk.order_held(&row.order_id).await?;
    let exit = match (&row.pending_status, &row.status_problem) {
        // The order itself did not arrive, so its status has to wait for a person.
        (Some(_), _) if row.delivery.needs_person() => Exit::of(&row.delivery),
        (Some(_), _) if refused && held.is_none() => Exit::KeyRefused,
        // Also where its call is under way: the outbox sets it again until it is set, and nobody has to look.
        (Some(_), _) => Exit::Queued,
        (None, Some(_)) => Exit::Rejected,
        (None, None) => Exit::Done,
    };
    match exit {
        Exit::Queued => match &state.halted {
            Some(Halt::OtherSender { holder: Some(holder) }) if held.is_none() => {
                say(words::sender(holder, desk.clock().now(), ctx.texts));
            }
            Some(halt @ (Halt::Throttled { .. } | Halt::NoLock { .. })) if held.is_none() => {
                say(outbox::pause(halt, &desk.moment(), ctx.texts))
            }
            _ => say(why_queued(&row, held.as_ref(), ctx)),
        },
        Exit::KeyRefused => say(ctx.texts.t("cli.key_refused")),
        Exit::Rejected if row.pending_status.is_none() => say(ctx.texts.t("status.rejected")),
        Exit::Rejected => say(ctx.texts.t("send.rejected")),
        Exit::Unknown => say(ctx.texts.t("send.unknown")),
        _ => {}
    }
    let problem = row.status_problem.map(|text| Clean::new(&text).into_string());
    let line = StatusLine {
        order_id: row.order_id,
        delivery: row.delivery.word(),
        internal_id: row.delivery.internal_id(),
        status: row.status,
        pending_status: row.pending_status,
        reason: problem.or_else(|| held.as_ref().map(held_reason)).or_else(|| trouble.map(Clean::into_string)),
    };
    ctx.result(&line).await;
    Ok(exit)
}

/// What keeps the status from being sent, and which command mends it.
fn why_queued(row: &OrderRow, held: Option<&Held>, ctx: &Context<'_>) -> String {
    let key = match held {
        // Its number means another order at the address configured now: no command sends it there.
        Some(Held::OtherAddress { .. }) if matches!(row.delivery, Delivery::Accepted { .. }) => "status.elsewhere",
        Some(Held::OtherAddress { .. }) => "status.order_elsewhere",
        Some(Held::DuePassed { .. }) => "status.order_late",
        None => return ctx.texts.t("status.queued").to_owned(),
    };
    let url = match held {
        Some(Held::OtherAddress { base_url, .. }) => base_url.as_str(),
        _ => "",
    };
    ctx.texts.fill(key, &[("url", url), ("order", row.order_id.as_str())])
}
