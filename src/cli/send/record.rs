//! Recording the orders of a file: what is refused is named before anything is recorded, then a thousand orders at a time are
//! recorded in one transaction. Sends nothing.

use std::collections::HashSet;

use super::{MAX_PROBLEMS, say_problems};
use crate::{
    cli::common::{
        context::{Context, Failure},
        exit::Exit,
        follow::{OutcomeLine, print_all},
        input::{Given, InputFault, InputProblem},
        out::say,
    },
    desk::{Desk, DeskError, batch::BatchError, event::Held},
    domain::{
        order::{Order, delivery::Delivery},
        value::ids::{OrderId, Revision},
    },
    ports::journal::OrderRecord,
    words,
};

/// Orders of one transaction.
const CHUNK: usize = 1_000;

/// An order of the file that is to be recorded.
struct Fresh<'a> {
    /// Which order of the file it is, from 0.
    index: usize,
    given: &'a Given,
    /// The order under its id that it stands in for, as it was read.
    corrects: Option<Revision>,
    /// Whether that one waits.
    replaces: bool,
}

/// What is to be done about an order of the file.
enum Plan {
    Record { corrects: Option<Revision>, replaces: bool },
    Follow,
    Refuse(InputFault),
}

/// Records the orders, in sequence, and returns the ids of all. One that is already in the journal, the same to the last
/// digit, is only followed. One that was rejected or taken back, or waits although its time has passed, is recorded anew.
///
/// # Errors
/// Orders that are refused, each named with its line; then nothing is recorded. A disk that is full in the middle, or an
/// order that another program recorded meanwhile; then those that are recorded are printed.
pub async fn record(ctx: &mut Context<'_>, desk: &Desk, given: &[Given]) -> Result<Vec<OrderId>, Failure> {
    let fresh = plan(ctx, desk, given).await?;
    let mut recorded = 0;
    for chunk in fresh.chunks(CHUNK) {
        // The first chunk is recorded in any case: whoever ends the program then has to wait for one transaction only.
        let done = if recorded > 0 && ctx.stop.is_cancelled() {
            Err(Failure::said(Exit::Unexpected, ctx.texts.t("send.interrupted")))
        } else {
            record_chunk(ctx, desk, chunk).await
        };
        match done {
            Ok(()) => recorded += chunk.len(),
            Err(failure) if recorded > 0 => return Err(partly(ctx, &fresh, recorded, failure).await),
            Err(failure) => return Err(super::nothing_recorded(&failure, ctx.texts)),
        }
    }
    Ok(given.iter().map(|given| given.order.order_id.clone()).collect())
}

/// Which orders are to be recorded.
async fn plan<'a>(ctx: &Context<'_>, desk: &Desk, all: &'a [Given]) -> Result<Vec<Fresh<'a>>, Failure> {
    let drafts = desk.drafts().await?.elsewhere.into_iter();
    let drafts: HashSet<OrderId> = drafts.map(|elsewhere| elsewhere.draft.order_id).collect();
    let (mut fresh, mut followed, mut problems) = (Vec::with_capacity(all.len()), Vec::new(), Vec::new());
    let mut known = HashSet::new();
    for (index, given) in all.iter().enumerate() {
        let id = &given.order.order_id;
        if index % CHUNK == 0 {
            if ctx.stop.is_cancelled() {
                return Err(Failure::said(Exit::Usage, ctx.texts.t("cli.interrupted")));
            }
            known =
                known_among(desk, &all[index..]).await.map_err(|error| super::nothing_recorded(&error, ctx.texts))?;
        }
        let plan = match known.contains(id) {
            false => Plan::Record { corrects: None, replaces: false },
            true => plan_known(desk, &given.order).await.map_err(|error| super::nothing_recorded(&error, ctx.texts))?,
        };
        match plan {
            // Recording it would forget what a person changed in it.
            Plan::Record { .. } if drafts.contains(id) => problems.push(problem(index, given, InputFault::OpenDraft)),
            Plan::Record { corrects, replaces } => fresh.push(Fresh { index, given, corrects, replaces }),
            Plan::Follow => followed.push(id),
            Plan::Refuse(detail) => problems.push(problem(index, given, detail)),
        }
    }
    if !problems.is_empty() {
        say_problems(&problems, ctx.texts);
        return Err(Failure::said(Exit::Usage, ctx.texts.t("send.nothing_recorded")));
    }
    for id in followed.iter().take(MAX_PROBLEMS) {
        say(ctx.texts.fill("send.already_recorded", &[("order", id.as_str())]));
    }
    if followed.len() > MAX_PROBLEMS {
        let orders = ctx.texts.count("count.orders", followed.len());
        say(ctx.texts.fill("send.already_recorded_all", &[("orders", &orders)]));
    }
    Ok(fresh)
}

/// Which of the next orders are in the journal, by one question for all of them.
async fn known_among(desk: &Desk, given: &[Given]) -> Result<HashSet<OrderId>, Failure> {
    let ids: Vec<OrderId> = given.iter().take(CHUNK).map(|given| given.order.order_id.clone()).collect();
    Ok(desk.rows(&ids).await?.into_iter().map(|row| row.order_id).collect())
}

/// What is to be done about an order whose id is in the journal.
async fn plan_known(desk: &Desk, order: &Order) -> Result<Plan, Failure> {
    let OrderRecord { row, order: known, revision, .. } = desk.order(&order.order_id).await?;
    let corrects = Some(revision);
    let is_given_up = matches!(row.delivery, Delivery::Rejected { .. } | Delivery::Cancelled) && !row.stray;
    let is_same = known == *order;
    Ok(if is_given_up && !(is_same && row.may_have_arrived) {
        // A person may have corrected it, or wants it after all. If it may have arrived, the same file once more is no reason
        // to send it once more.
        Plan::Record { corrects, replaces: false }
    } else if is_same {
        Plan::Follow
    } else if matches!(desk.order_held(&order.order_id).await?, Some(Held::DuePassed { .. })) {
        // It is not sent as it is: what comes under its orderId now is meant in its place.
        Plan::Record { corrects, replaces: true }
    } else {
        Plan::Refuse(InputFault::OtherContent(order.order_id.clone()))
    })
}

/// Records all orders of the chunk, or none of them.
async fn record_chunk(ctx: &Context<'_>, desk: &Desk, chunk: &[Fresh<'_>]) -> Result<(), Failure> {
    let mut taken_back = Vec::new();
    for Fresh { given, .. } in chunk.iter().filter(|fresh| fresh.replaces) {
        let id = &given.order.order_id;
        match desk.cancel(id).await {
            Ok(_) | Err(DeskError::SavedUnread(_)) => taken_back.push(id.as_str()),
            Err(error) => return Err(not_replaced(ctx, &taken_back, error.into())),
        }
    }
    let orders: Vec<_> = chunk.iter().map(|fresh| (&fresh.given.order, fresh.corrects)).collect();
    let failure = match desk.place_all(&orders).await {
        Ok(()) => {
            say_recorded(ctx, chunk);
            return Ok(());
        }
        Err(BatchError::Desk(error)) => error.into(),
        Err(BatchError::Refused(refused)) => {
            let problem = |(at, why): (usize, DeskError)| {
                let Fresh { index, given, .. } = chunk.get(at)?;
                Some(problem(*index, given, InputFault::Refused(words::desk_error(&why, ctx.texts))))
            };
            say_problems(&refused.into_iter().filter_map(problem).collect::<Vec<_>>(), ctx.texts);
            Failure::said(Exit::Usage, ctx.texts.t("send.refused"))
        }
    };
    Err(not_replaced(ctx, &taken_back, failure))
}

/// Says which lines of the file are on disk, before the first of them is sent: whoever looks for them after a crash knows.
fn say_recorded(ctx: &Context<'_>, chunk: &[Fresh<'_>]) {
    let [Fresh { given: first, .. }, ..] = chunk else { return };
    let last = chunk.last().map_or(*first, |fresh| fresh.given);
    let (from, to) = (first.line.to_string(), last.line.to_string());
    let orders = ctx.texts.count("count.orders", chunk.len());
    say(ctx.texts.fill("send.recorded", &[("from", &from), ("to", &to), ("orders", &orders)]));
}

/// Orders that were taken back for those of the file are no longer in the outbox, whatever kept the others from it.
fn not_replaced(ctx: &Context<'_>, taken_back: &[&str], failure: Failure) -> Failure {
    if taken_back.is_empty() {
        return failure;
    }
    say(ctx.texts.fill("send.taken_back", &[("orders", &taken_back.join(", "))]));
    failure
}

/// Says which orders of a file are recorded although the rest is not: sent again as a whole, those without an `orderId`
/// would be new orders.
async fn partly(ctx: &mut Context<'_>, fresh: &[Fresh<'_>], recorded: usize, failure: Failure) -> Failure {
    let line = |Fresh { given, .. }: &Fresh<'_>| {
        let (order_id, delivery) = (given.order.order_id.clone(), Delivery::Queued.word());
        OutcomeLine { order_id, delivery, internal_id: None, reason: None }
    };
    for chunk in fresh[..recorded].chunks(CHUNK) {
        print_all(ctx, &chunk.iter().map(line).collect::<Vec<_>>()).await;
    }
    ctx.finish_results().await;
    let number = |count: usize| ctx.texts.number(count.into());
    let (recorded, all) = (number(recorded), number(fresh.len()));
    say(ctx.texts.fill("send.partly", &[("n", &recorded), ("all", &all)]));
    failure
}

fn problem(index: usize, given: &Given, detail: InputFault) -> InputProblem {
    let Given { order, line } = given;
    InputProblem { order: index + 1, id: Some(order.order_id.0.clone()), line: *line, path: String::new(), detail }
}
