//! `resend`, `settle` and `cancel`: what a person decides about one order.

use super::{
    args::SettleArgs,
    common::{
        context::{Context, Failure},
        exit::Exit,
        follow::{Follow, OutcomeLine},
        out::say,
    },
    send,
};
use crate::{
    desk::{Desk, event::Held},
    domain::{
        order::delivery::Delivery,
        value::{ids::InternalId, text::Clean},
    },
    ports::journal::OrderRow,
};

/// `resend`: releases an unknown order, or one that waits for another address, and follows it.
pub async fn resend(ctx: &mut Context<'_>, follow: &mut Follow<'_>, order: &str) -> Result<Exit, Failure> {
    let id = follow.desk.find(order).await?;
    match follow.desk.order_held(&id).await? {
        Some(Held::OtherAddress { .. }) => {
            if matches!(follow.desk.order(&id).await?.row.delivery, Delivery::Accepted { .. }) {
                // Its number means another order there; only the screen asks about that.
                return Err(Failure::said(Exit::Usage, ctx.texts.t("cli.other_number")));
            }
            follow.desk.readdress(&id, None).await?;
        }
        // The very same would be refused; a new time is needed.
        Some(Held::DuePassed { .. }) => return Err(Failure::said(Exit::Usage, ctx.texts.t("send.late"))),
        None => {
            let by = follow.desk.order(&id).await?.row.last_sender;
            follow.desk.resend(&id).await?;
            if let Some(by) = by {
                let age =
                    by.since.map(|since| ctx.texts.age(follow.desk.clock().now().duration_since(since).as_secs()));
                let words = [("program", &*Clean::new(&by.name)), ("age", &age.unwrap_or_default())];
                say(ctx.texts.fill("confirm.resend_sender", &words));
            }
        }
    }
    send::follow(ctx, follow, &[id]).await
}

/// `settle`: an unknown order has arrived.
pub async fn settle(ctx: &mut Context<'_>, desk: &Desk, args: &SettleArgs) -> Result<Exit, Failure> {
    let id = desk.find(&args.order).await?;
    let row = desk.settle(&id, args.internal_id.map(InternalId)).await?;
    Ok(print(ctx, &row).await)
}

/// `cancel`: takes back what was not sent: an order, or a status change of one that arrived.
pub async fn cancel(ctx: &mut Context<'_>, desk: &Desk, order: &str) -> Result<Exit, Failure> {
    let id = desk.find(order).await?;
    let is_accepted = matches!(desk.order(&id).await?.row.delivery, Delivery::Accepted { .. });
    let row = if is_accepted { desk.drop_status(&id).await? } else { desk.cancel(&id).await? };
    Ok(print(ctx, &row).await)
}

async fn print(ctx: &mut Context<'_>, row: &OrderRow) -> Exit {
    ctx.result(&OutcomeLine::of(row)).await;
    Exit::Done
}
