//! `outbox`: what waits to be sent, and with `--drain` sends it all.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde::Serialize;

use super::{
    common::{
        context::{Context, Failure},
        exit::Exit,
        follow::Follow,
        out::say,
    },
    send,
};
use crate::{
    desk::{
        Desk, DeskError,
        event::{Halt, Held, OutboxState},
    },
    domain::{
        draft::finish::Moment,
        order::delivery::Delivery,
        value::{
            ids::{InternalId, OrderId},
            text::Clean,
        },
    },
    i18n::Texts,
    ports::journal::{OrderFilter, OrderRow, Task},
    words,
};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct EntryLine<'a> {
    order_id: &'a OrderId,
    task: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'a str>,
    delivery: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    internal_id: Option<InternalId>,
    attempts: u32,
    queued_at: Timestamp,
    due_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<&'static str>,
    /// The program that may still be sending it.
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sends_since: Option<Timestamp>,
}

/// Prints what waits, in the sequence in which it is sent, and then the orders that are unclear: they wait for a person.
pub async fn list(ctx: &mut Context<'_>, desk: &Desk) -> Result<Exit, Failure> {
    let OutboxState { held, halted, .. } = desk.outbox_state().await?;
    if let Some(halt @ Halt::Throttled { .. }) = &halted {
        say(pause(halt, &desk.moment(), ctx.texts));
    }
    let held: HashMap<OrderId, Held> = held.into_iter().collect();
    for entry in desk.outbox().await? {
        let (task, status) = match &entry.task {
            Task::Create { .. } => ("create", None),
            Task::SetStatus { status, .. } => ("status", Some(status.as_str())),
        };
        ctx.out.line(&EntryLine {
            order_id: &entry.order_id,
            task,
            status,
            delivery: entry.delivery.word(),
            internal_id: entry.internal_id,
            attempts: entry.attempts,
            queued_at: entry.queued_at,
            due_at: entry.due_at,
            held: held.get(&entry.order_id).map(|held| match held {
                Held::DuePassed { .. } => "due-passed",
                Held::OtherAddress { .. } => "other-address",
            }),
            sender: None,
            sends_since: None,
        })?;
    }
    for row in unclear(desk).await? {
        ctx.out.line(&EntryLine {
            order_id: &row.order_id,
            task: "create",
            status: None,
            delivery: row.delivery.word(),
            internal_id: None,
            attempts: row.attempts,
            queued_at: row.created_at,
            due_at: row.due_at,
            held: Some("unknown"),
            sender: row.last_sender.as_ref().map(|by| Clean::new(&by.name).into_string()),
            sends_since: row.last_sender.as_ref().and_then(|by| by.since),
        })?;
    }
    Ok(Exit::Done)
}

/// Until when OktoPOS is left alone, and the command that does not wait for it.
pub fn pause(halt: &Halt, now: &Moment, texts: &Texts) -> String {
    words::halt(halt, now, texts.t("halt.try_now_command"), texts)
}

/// Orders nobody knows about, the oldest first. They are in no outbox and are not settled all the same.
async fn unclear(desk: &Desk) -> Result<Vec<OrderRow>, DeskError> {
    let unknown = Delivery::Unknown { reason: String::new() }.word();
    let filter = OrderFilter { delivery: Some(unknown.to_owned()), ..OrderFilter::default() };
    let mut rows = desk.orders(&filter).await?;
    rows.reverse();
    Ok(rows)
}

/// Orders that are to be settled, the unclear ones first.
#[derive(Debug, Default)]
pub struct Unsettled {
    /// Each once.
    ids: Vec<OrderId>,
    /// So many of them are unclear.
    unclear: usize,
}

/// Orders that are unclear and then those that wait. To be read before the sender starts: what it has sent already waits no
/// longer, and its outcome would not be told.
pub async fn unsettled(desk: &Desk) -> Result<Unsettled, DeskError> {
    let mut ids: Vec<OrderId> = unclear(desk).await?.into_iter().map(|row| row.order_id).collect();
    let unclear = ids.len();
    let waiting = desk.outbox().await?.into_iter().map(|entry| entry.order_id);
    let mut seen: HashSet<OrderId> = ids.iter().cloned().collect();
    ids.extend(waiting.filter(|id| seen.insert(id.clone())));
    Ok(Unsettled { ids, unclear })
}

/// Sends everything that can be sent and prints what became of each of these orders.
///
/// `now`: also what OktoPOS asked to wait with.
pub async fn drain(
    ctx: &mut Context<'_>,
    follow: &mut Follow<'_>,
    unsettled: &Unsettled,
    now: bool,
) -> Result<Exit, Failure> {
    let (desk, patience) = (follow.desk, follow.patience);
    if now {
        desk.wake().await;
    } else if let Some(until) = desk.paused_until().await? {
        say(pause(&Halt::Throttled { until }, &desk.moment(), ctx.texts));
    }
    let draining = async move {
        let mut left = usize::MAX;
        loop {
            let state: OutboxState = desk.wait_drained(patience).await?;
            if state.waiting == 0 || state.waiting >= left {
                return Ok::<(), DeskError>(());
            }
            left = state.waiting;
        }
    };
    let (drained, trouble) = follow.unless_hopeless(draining).await;
    drained.transpose()?;
    let Unsettled { ids, unclear } = unsettled;
    let followed = follow.finish(ids, trouble).await?;
    let exit = send::print(ctx, &followed).await;
    // Nothing but the ready list, or a person, settles an order that is unclear.
    let settled = followed.rows.iter().take(*unclear);
    let found = settled.filter(|row| matches!(row.delivery, Delivery::Accepted { .. })).count();
    if found > 0 {
        say(ctx.texts.fill("send.found", &[("orders", &ctx.texts.count("count.orders", found))]));
    }
    let left = desk.outbox().await?.len();
    if left > 0 && exit == Exit::Done {
        say(ctx.texts.t("send.queued"));
        return Ok(Exit::Queued);
    }
    Ok(exit)
}
