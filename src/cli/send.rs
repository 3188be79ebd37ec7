//! `send`: orders from a file, recorded and followed to their outcome. All are checked before the first is recorded.

use std::{collections::HashSet, path::Path};

use tokio::io::{AsyncRead, AsyncReadExt};

use super::{
    context::{Context, Failure},
    exit::Exit,
    follow::{Follow, Followed, OutcomeLine},
    input::{Detail, Found, Given, Problem, read_orders},
    out::{say, say_lines},
};
use crate::{
    chaos,
    desk::{
        Desk, DeskError,
        event::{Halt, Held},
    },
    domain::{delivery::Delivery, ids::OrderId, order::Order, text::Clean},
    i18n::Texts,
    ports::journal::OrderRow,
    words,
};

/// No order file is larger.
const MAX_INPUT: u64 = 64 * 1024 * 1024;

/// Longest id in the log, in characters.
const MAX_LOGGED_ID: usize = 64;

/// No more problems than this are told one by one.
const MAX_PROBLEMS: usize = 20;

/// Reads and checks the orders of a file. Nothing is recorded.
///
/// # Errors
/// `Exit::Usage` with everything that is wrong.
pub async fn read(ctx: &Context<'_>, desk: &Desk, file: &Path) -> Result<Vec<Order>, Failure> {
    let text = tokio::select! {
        text = read_text(file) => text,
        () = ctx.stop.cancelled() => return Err(Failure::said(Exit::Usage, ctx.texts.t("cli.interrupted"))),
    };
    let text = text.map_err(|detail| {
        let path = file.display().to_string();
        let detail = words::system_reason(&detail, ctx.texts);
        let words = ctx.texts.fill("send.unreadable", &[("path", &path), ("detail", &detail)]);
        nothing_recorded(&Failure::said(Exit::Usage, words), ctx.texts)
    })?;
    let given = read_orders(&text, || desk.new_order_id()).and_then(|given| match times(desk, &given) {
        problems if problems.is_empty() => Ok(given),
        problems => Err(problems),
    });
    let given = given.map_err(|problems| {
        say_lines(&problem_lines(&problems, ctx.texts));
        Failure::said(Exit::Usage, ctx.texts.t("send.nothing_recorded"))
    })?;
    Ok(given.into_iter().map(|given| given.order).collect())
}

/// A failure that came before anything was recorded, and says so: who sends orders has to know.
pub fn nothing_recorded(failure: &Failure, texts: &Texts) -> Failure {
    let words = words::sentence(&failure.words(texts));
    Failure::said(failure.exit(), format!("{words} {}", texts.t("send.nothing_recorded")))
}

/// Orders whose time is no instant. What else the desk refuses is said when it is recorded.
fn times(desk: &Desk, given: &[Given]) -> Vec<Problem> {
    let problem = |(index, Given { order, line }): (usize, &Given)| match desk.check(order) {
        Err(DeskError::Time { field, problem }) => Some(Problem {
            order: index + 1,
            id: Some(order.order_id.0.clone()),
            line: *line,
            path: field.to_owned(),
            detail: Detail::Time(problem),
        }),
        _ => None,
    };
    given.iter().enumerate().filter_map(problem).collect()
}

/// Records the orders, in sequence. One that is already in the journal, the same to the last digit, is only followed. One
/// that was rejected or taken back, or waits although its time has passed, is recorded anew.
///
/// # Errors
/// A known `orderId` with another content; then nothing is recorded. A disk that is full in the middle; then those that are
/// recorded are printed.
pub async fn record(ctx: &mut Context<'_>, desk: &Desk, orders: &[Order]) -> Result<Vec<OrderId>, Failure> {
    let (mut fresh, mut replaced) = (Vec::with_capacity(orders.len()), Vec::new());
    // Those whose time has passed are not sent as they are: what comes under their orderId now is meant in their place.
    let held = desk.outbox_state().await?.held.into_iter();
    let late: HashSet<OrderId> =
        held.filter(|(_, why)| matches!(why, Held::DuePassed { .. })).map(|(id, _)| id).collect();
    for order in orders {
        match desk.order(&order.order_id).await {
            Err(DeskError::NotFound(_)) => fresh.push(order),
            Err(error) => return Err(error.into()),
            // A person may have corrected it, or wants it after all.
            Ok(known) if matches!(known.row.delivery, Delivery::Rejected { .. } | Delivery::Cancelled) => {
                fresh.push(order);
            }
            Ok(known) if known.order != *order && late.contains(&order.order_id) => {
                replaced.push(order.order_id.clone());
                fresh.push(order);
            }
            Ok(known) if known.order == *order => {
                say(ctx.texts.fill("send.already_recorded", &[("order", order.order_id.as_str())]));
            }
            Ok(_) => {
                let words = ctx.texts.fill("send.other_content", &[("order", order.order_id.as_str())]);
                return Err(Failure::said(Exit::Usage, format!("{words} {}", ctx.texts.t("send.nothing_recorded"))));
            }
        }
    }
    // A time that does not exist must be found before the first order is recorded.
    for order in &fresh {
        desk.check(order)?;
    }
    for (at, order) in fresh.iter().enumerate() {
        match record_one(desk, order, replaced.contains(&order.order_id)).await {
            Ok(_) | Err(DeskError::SavedUnread(_)) => {}
            Err(error) if at > 0 => return Err(partly(ctx, &fresh, at, error)?),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(orders.iter().map(|order| order.order_id.clone()).collect())
}

/// Records one order; the one that waits under its id is taken back for it, and not before.
async fn record_one(desk: &Desk, order: &Order, is_replaced: bool) -> Result<OrderRow, DeskError> {
    if is_replaced {
        desk.cancel(&order.order_id).await?;
    }
    desk.place(order).await
}

/// Says which orders of a file are recorded although the rest is not: sent again as a whole, those without an `orderId`
/// would be new orders.
fn partly(ctx: &mut Context<'_>, fresh: &[&Order], recorded: usize, error: DeskError) -> Result<Failure, Failure> {
    for order in &fresh[..recorded] {
        let (order_id, delivery) = (order.order_id.clone(), Delivery::Queued.word());
        ctx.out.line(&OutcomeLine { order_id, delivery, internal_id: None, reason: None })?;
    }
    let number = |count: usize| ctx.texts.number(count.into());
    let (recorded, all) = (number(recorded), number(fresh.len()));
    say(ctx.texts.fill("send.partly", &[("n", &recorded), ("all", &all)]));
    Ok(error.into())
}

/// Follows the orders to their outcome and prints one line each.
///
/// # Errors
/// The journal or standard output failed; the orders stay recorded.
pub async fn follow(ctx: &mut Context<'_>, follow: &mut Follow<'_>, ids: &[OrderId]) -> Result<Exit, Failure> {
    let followed = follow.settled(ids).await?;
    print(ctx, &followed)
}

/// Prints orders that are only recorded: that is all that was asked for.
///
/// # Errors
/// As `follow`.
pub async fn recorded(ctx: &mut Context<'_>, desk: &Desk, ids: &[OrderId]) -> Result<Exit, Failure> {
    for id in ids {
        let line = OutcomeLine::of(&desk.order(id).await?.row);
        chaos::point("saved.before_printed");
        ctx.out.line(&line)?;
        chaos::point("saved.after_printed");
    }
    Ok(Exit::Done)
}

/// Prints what became of orders, and says what is still to be done.
pub fn print(ctx: &mut Context<'_>, followed: &Followed) -> Result<Exit, Failure> {
    for line in followed.lines() {
        // Cut and cleaned as the desk's own lines: somebody reads the log in a terminal.
        let order = Clean::bounded(line.order_id.as_str(), MAX_LOGGED_ID);
        tracing::info!(order = order.as_str(), delivery = line.delivery, "outcome");
        ctx.out.line(&line)?;
    }
    for key in to_do(followed) {
        say(ctx.texts.t(key));
    }
    Ok(followed.exit())
}

/// What is still to be done, the most urgent first: the exit code tells only the worst of it.
fn to_do(followed: &Followed) -> Vec<&'static str> {
    let has = |exit: Exit| followed.rows.iter().any(|row| Exit::of(&row.delivery) == exit);
    let held = |is: fn(&Held) -> bool| followed.rows.iter().any(|row| followed.held.get(&row.order_id).is_some_and(is));
    let is_free = |row: &OrderRow| row.delivery == Delivery::Queued && !followed.held.contains_key(&row.order_id);
    let waits = followed.rows.iter().any(is_free);
    let refused = followed.halted == Some(Halt::KeyRefused);
    [
        (has(Exit::Unknown), "send.unknown"),
        (has(Exit::Rejected), "send.rejected"),
        (waits && refused, "cli.key_refused"),
        (waits && !refused, "send.queued"),
        (held(|why| matches!(why, Held::DuePassed { .. })), "send.late"),
        (held(|why| matches!(why, Held::OtherAddress { .. })), "send.elsewhere"),
    ]
    .into_iter()
    .filter_map(|(is, key)| is.then_some(key))
    .collect()
}

async fn read_text(file: &Path) -> Result<String, String> {
    let text = |error: std::io::Error| error.to_string();
    let input: Box<dyn AsyncRead + Unpin + Send> = match file.to_str() {
        Some("-") => Box::new(tokio::io::stdin()),
        _ => Box::new(tokio::fs::File::open(file).await.map_err(text)?),
    };
    let mut bytes = Vec::new();
    let read = input.take(MAX_INPUT + 1).read_to_end(&mut bytes).await.map_err(text)?;
    if read as u64 > MAX_INPUT {
        return Err("> 64 MiB".into());
    }
    String::from_utf8(bytes).map_err(|error| format!("UTF-8: {}", error.utf8_error()))
}

fn problem_lines(problems: &[Problem], texts: &Texts) -> String {
    let mut lines: Vec<String> = problems.iter().take(MAX_PROBLEMS).map(|problem| in_words(problem, texts)).collect();
    if problems.len() > MAX_PROBLEMS {
        lines.push("…".into());
    }
    lines.join("\n")
}

fn in_words(problem: &Problem, texts: &Texts) -> String {
    let Problem { order, id, line, path, detail } = problem;
    let line = line.to_string();
    let place = if path.is_empty() { String::new() } else { format!("{path}: ") };
    let detail = format!("{place}{}", detail_words(detail, texts));
    if *order == 0 {
        return texts.fill("send.problem", &[("line", &line), ("detail", &detail)]);
    }
    let name = match id {
        Some(id) => format!("{order} ({})", Clean::bounded(id, MAX_LOGGED_ID)),
        None => order.to_string(),
    };
    texts.fill("send.order_problem", &[("n", &name), ("line", &line), ("detail", &detail)])
}

fn detail_words(detail: &Detail, texts: &Texts) -> String {
    match detail {
        Detail::Unfinished => texts.t("send.unfinished").to_owned(),
        Detail::NoJson { line, column } => {
            texts.fill("send.no_json", &[("at", &line.to_string()), ("column", &column.to_string())])
        }
        Detail::Empty => texts.t("send.empty").to_owned(),
        Detail::EmptyId => texts.t("send.empty_id").to_owned(),
        Detail::Repeated(id) => texts.fill("send.repeated_id", &[("order", id.as_str())]),
        Detail::Missing => texts.t("send.missing").to_owned(),
        Detail::NoSuchField => texts.t("send.no_such_field").to_owned(),
        Detail::Twice => texts.t("send.twice").to_owned(),
        Detail::Must { wanted, choices, found } => {
            let found = match found {
                Found::List => texts.t("send.found_list"),
                Found::Object => texts.t("send.found_object"),
                Found::Value(value) => value,
            };
            let wanted = texts.fill(wanted, &[("choices", &choices.join(", "))]);
            texts.fill("send.must_be", &[("wanted", &wanted), ("found", found)])
        }
        Detail::Time(problem) => words::time_problem(*problem, texts).to_owned(),
        Detail::Form(text) => text.replace(['\n', '\r'], " "),
    }
}
