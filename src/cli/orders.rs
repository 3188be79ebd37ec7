//! `orders`: what the journal holds, one JSON line each. Asks OktoPOS nothing, so it works in any outage.

pub mod day;

use std::{collections::HashMap, time::Duration};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{
    args::OrdersArgs,
    common::{
        context::{Context, Failure},
        exit::Exit,
    },
};
use crate::{
    desk::Desk,
    domain::{
        order::{Customer, OrderType},
        value::{
            ids::{InternalId, OrderId},
            text::Clean,
        },
    },
    ports::journal::{OrderFilter, OrderRow, PAGE, Version},
};

/// How often the journal is asked what changed.
const LOOK: Duration = Duration::from_millis(500);

/// Orders that changed this long before the last look are looked at again.
const OVERLAP: SignedDuration = SignedDuration::from_secs(60);

/// One order as it is printed. Without customer data unless asked for.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OrderLine<'a> {
    order_id: &'a OrderId,
    delivery: &'static str,
    internal_id: Option<InternalId>,
    status: Option<&'a str>,
    order_type: Option<OrderType>,
    total: String,
    currency: &'a str,
    created_at: Timestamp,
    due_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pending_status: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_problem: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<Customer>,
}

/// Prints the orders page by page, the oldest first, and with `--watch` every one that changes.
pub async fn run(ctx: &mut Context<'_>, desk: &Desk, args: &OrdersArgs) -> Result<Exit, Failure> {
    let (delivery, status) = (args.delivery.clone(), args.status.clone());
    let mut filter = OrderFilter { delivery, status, limit: Some(PAGE), ..OrderFilter::default() };
    // As each order was when it was printed last: what is looked at again is told once. Only those of the overlap.
    let mut printed: HashMap<OrderId, Timestamp> = HashMap::new();
    let mut seen: Option<Version> = None;
    loop {
        let looked = desk.clock().now();
        // Before the orders: what is committed while they are read is read the next time.
        let version = if args.watch { Some(desk.version().await?) } else { None };
        // Clocks of programs on one journal differ, and this one may be set back.
        let since = looked.checked_sub(OVERLAP).unwrap_or(Timestamp::MIN);
        if seen.is_none() || seen != version {
            let (mut next, mut again) = (None, HashMap::new());
            loop {
                let page = desk.orders_page(&filter, next).await?;
                let is_new = |row: &&OrderRow| printed.get(&row.order_id) != Some(&row.changed_at);
                print(ctx, desk, &page.rows.iter().filter(is_new).collect::<Vec<_>>(), args).await?;
                if args.watch {
                    let lately = page.rows.into_iter().filter(|row| row.changed_at >= since);
                    again.extend(lately.map(|row| (row.order_id, row.changed_at)));
                }
                next = page.next;
                if next.is_none() || !ctx.out.is_open() {
                    break;
                }
            }
            (printed, seen) = (again, version);
        }
        if !args.watch || !ctx.out.is_open() {
            return Ok(Exit::Done);
        }
        let now = desk.clock().now();
        filter.changed_since = Some(since.min(now.checked_sub(OVERLAP).unwrap_or(Timestamp::MIN)));
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = ctx.stop.cancelled() => return Ok(Exit::Done),
        }
    }
}

async fn print(ctx: &mut Context<'_>, desk: &Desk, rows: &[&OrderRow], args: &OrdersArgs) -> Result<(), Failure> {
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let customer = if args.with_customer { desk.order(&row.order_id).await?.order.customer } else { None };
        lines.push(OrderLine::of(row, customer));
    }
    ctx.page(&lines).await
}

impl<'a> OrderLine<'a> {
    fn of(row: &'a OrderRow, customer: Option<Customer>) -> Self {
        Self {
            order_id: &row.order_id,
            delivery: row.delivery.word(),
            internal_id: row.delivery.internal_id(),
            status: row.status.as_deref(),
            order_type: row.order_type,
            total: row.total.to_string(),
            currency: &row.currency,
            created_at: row.created_at,
            due_at: row.due_at,
            pending_status: row.pending_status.as_deref(),
            status_problem: row.status_problem.as_deref(),
            reason: (row.delivery.reason().or(row.tried.as_deref()).or(row.status_tried.as_deref()))
                .map(|reason| Clean::new(reason).into_string()),
            customer,
        }
    }
}
