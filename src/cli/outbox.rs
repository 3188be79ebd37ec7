//! `outbox`: what waits to be sent, and with `--drain` sends it all.

use std::collections::HashSet;

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
        order::delivery::Delivery,
        value::{
            ids::{InternalId, OrderId},
            moment::Moment,
            text::Clean,
        },
    },
    i18n::Texts,
    ports::journal::{Cursor, OrderFilter, OrderPage, OrderRow, OutboxEntry, PAGE, Task},
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

/// Prints what waits, in the sequence in which it is sent, and then the orders that are unclear: they wait for a person. Page by
/// page: an order that is sent meanwhile may come in neither list, and one that becomes unclear in both.
pub async fn list(ctx: &mut Context<'_>, desk: &Desk) -> Result<Exit, Failure> {
    if let Some(halt @ Halt::Throttled { .. }) = &desk.outbox_state().await?.halted {
        say(pause(halt, &desk.moment(), ctx.texts));
    }
    let mut after = 0;
    while ctx.out.is_open() {
        let entries = desk.outbox_page(after).await?;
        let Some(last) = entries.last() else { break };
        after = last.seq;
        let lines: Vec<_> = entries.iter().map(|entry| EntryLine::of(entry, desk.held(entry))).collect();
        ctx.page(&lines).await?;
    }
    let mut next = None;
    while ctx.out.is_open() {
        let page = unclear(desk, next).await?;
        ctx.page(&page.rows.iter().map(EntryLine::of_unclear).collect::<Vec<_>>()).await?;
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    Ok(Exit::Done)
}

impl<'a> EntryLine<'a> {
    fn of(entry: &'a OutboxEntry, held: Option<Held>) -> Self {
        let (task, status) = match &entry.task {
            Task::Create => ("create", None),
            Task::SetStatus { status, .. } => ("status", Some(status.as_str())),
        };
        Self {
            order_id: &entry.order_id,
            task,
            status,
            delivery: entry.delivery.word(),
            internal_id: entry.internal_id,
            attempts: entry.attempts,
            queued_at: entry.queued_at,
            due_at: entry.due_at,
            held: held.map(|held| match held {
                Held::DuePassed { .. } => "due-passed",
                Held::OtherAddress { .. } => "other-address",
            }),
            sender: None,
            sends_since: None,
        }
    }

    fn of_unclear(row: &'a OrderRow) -> Self {
        Self {
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
        }
    }
}

/// Until when OktoPOS is left alone, and the command that does not wait for it.
pub fn pause(halt: &Halt, now: &Moment, texts: &Texts) -> String {
    words::halt(halt, now, texts.t("halt.try_now_command"), texts)
}

/// Orders nobody knows about, the oldest first. They are in no outbox and are not settled all the same.
async fn unclear(desk: &Desk, after: Option<Cursor>) -> Result<OrderPage, DeskError> {
    let unknown = Delivery::Unknown { reason: String::new() }.word();
    let filter = OrderFilter { delivery: Some(unknown.to_owned()), limit: Some(PAGE), ..OrderFilter::default() };
    desk.orders_page(&filter, after).await
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
/// longer, and its outcome would not be told. Only their ids are kept: there may be very many.
///
/// # Errors
/// The journal cannot be read, or the program was asked to end.
pub async fn unsettled(ctx: &Context<'_>, desk: &Desk) -> Result<Unsettled, Failure> {
    let cut = || match ctx.stop.is_cancelled() {
        true => Err(Failure::said(Exit::Unexpected, ctx.texts.t("send.interrupted"))),
        false => Ok(()),
    };
    let (mut ids, mut next) = (Vec::new(), None);
    loop {
        cut()?;
        let page = unclear(desk, next).await?;
        ids.extend(page.rows.into_iter().map(|row| row.order_id));
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    let unclear = ids.len();
    // An order waits once to be created. Only one whose status changes wait may be named several times.
    let (mut changing, mut after): (HashSet<OrderId>, i64) = (HashSet::new(), 0);
    loop {
        cut()?;
        let entries = desk.outbox_page(after).await?;
        let Some(last) = entries.last() else { break };
        after = last.seq;
        for entry in entries {
            let is_named = entry.delivery.needs_person() || entry.waits_for_its_order();
            if entry.task == Task::Create || !is_named && changing.insert(entry.order_id.clone()) {
                ids.push(entry.order_id);
            }
        }
    }
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
    let (unclear, waiting) = ids.split_at(*unclear);
    // Nothing but the ready list, or a person, settles an order that is unclear.
    let mut told = follow.tell(ctx, unclear, &followed).await?;
    let found = told.accepted;
    told.add(follow.tell(ctx, waiting, &followed).await?);
    let exit = send::to_do(ctx, &told, &followed).await;
    if found > 0 {
        say(ctx.texts.fill("send.found", &[("orders", &ctx.texts.count("count.orders", found))]));
    }
    if !desk.outbox_page(0).await?.is_empty() && exit == Exit::Done {
        say(ctx.texts.t("send.queued"));
        return Ok(Exit::Queued);
    }
    Ok(exit)
}
