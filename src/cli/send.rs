//! `send`: orders from a file, recorded and followed to their outcome. All are checked before the first is recorded.

pub mod key;
mod record;

use std::path::Path;

use tokio::io::{AsyncRead, AsyncReadExt};

use super::{
    args::SendArgs,
    common::{
        context::{Context, Failure},
        exit::Exit,
        follow::{self, Follow, Followed, OutcomeLine},
        input::{Detail, Found, Given, Problem, read_orders},
        out::{say, say_lines},
    },
    outbox,
};
use crate::{
    chaos,
    desk::{
        Desk, DeskError,
        event::{Halt, Held},
    },
    domain::{
        order::delivery::Delivery,
        value::{ids::OrderId, reason::demands_pickup, text::Clean},
    },
    i18n::Texts,
    ports::journal::OrderRow,
    words,
};
pub use record::record;

/// No order file is larger.
const MAX_INPUT: u64 = 64 * 1024 * 1024;

/// Longest id that is named, in characters.
const MAX_NAMED_ID: usize = 64;

/// No more problems than this are told one by one.
const MAX_PROBLEMS: usize = 20;

/// Reads and checks the orders of a file. Nothing is recorded. An order without an id gets a new one, or with `--key` the one
/// of its place in the file.
///
/// # Errors
/// `Exit::Usage` with everything that is wrong.
pub async fn read(ctx: &Context<'_>, desk: &Desk, args: &SendArgs) -> Result<Vec<Given>, Failure> {
    let file = &args.file;
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
    let id = |place| args.key.as_deref().map_or_else(|| desk.new_order_id(), |key| key::id_of(key, place));
    let given = read_orders(&text, id).and_then(|given| match times(desk, &given) {
        problems if problems.is_empty() => Ok(given),
        problems => Err(problems),
    });
    given.map_err(|problems| {
        say_problems(&problems, ctx.texts);
        Failure::said(Exit::Usage, ctx.texts.t("send.nothing_recorded"))
    })
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

/// Follows the orders to their outcome and prints a line for each as soon as it is known.
///
/// # Errors
/// The journal failed; the orders stay recorded.
pub async fn follow(ctx: &mut Context<'_>, follow: &mut Follow<'_>, ids: &[OrderId]) -> Result<Exit, Failure> {
    let followed = follow.settled(ctx, ids).await;
    ctx.finish_results().await;
    match followed {
        Ok(followed) => Ok(print(ctx, &followed).await),
        Err(error) => Err(still_recorded(error, ctx.texts)),
    }
}

/// Prints orders that are only recorded: that is all that was asked for.
///
/// # Errors
/// As `follow`.
pub async fn recorded(ctx: &mut Context<'_>, desk: &Desk, ids: &[OrderId]) -> Result<Exit, Failure> {
    for id in ids {
        let line = OutcomeLine::of(&desk.order(id).await.map_err(|error| still_recorded(error, ctx.texts))?.row);
        chaos::point("saved.before_printed");
        ctx.result(&line).await;
        chaos::point("saved.after_printed");
    }
    ctx.finish_results().await;
    Ok(Exit::Done)
}

/// A failure that came after the orders were recorded, and says so: whoever sends them again as new ones doubles them.
fn still_recorded(error: DeskError, texts: &Texts) -> Failure {
    let failure = Failure::from(error);
    let words = words::sentence(&failure.words(texts));
    Failure::said(failure.exit(), format!("{words} {}", texts.t("send.still_recorded")))
}

/// Prints what became of the orders that were not printed yet, and says what is still to be done.
pub async fn print(ctx: &mut Context<'_>, followed: &Followed) -> Exit {
    for line in followed.lines() {
        follow::print(ctx, &line).await;
    }
    ctx.finish_results().await;
    for key in to_do(followed) {
        match &followed.halted {
            Some(Halt::OtherSender { holder: Some(holder) }) if key == "send.queued" => {
                say(words::sender(holder, followed.at.now, ctx.texts));
            }
            Some(halt @ Halt::Throttled { .. }) if key == "send.queued" => {
                say(outbox::pause(halt, &followed.at, ctx.texts));
            }
            _ => say(ctx.texts.t(key)),
        }
    }
    followed.exit()
}

/// What is still to be done, the most urgent first: the exit code tells only the worst of it.
fn to_do(followed: &Followed) -> Vec<&'static str> {
    let has = |exit: Exit| followed.rows.iter().any(|row| Exit::of(&row.delivery) == exit);
    let held = |is: fn(&Held) -> bool| followed.rows.iter().any(|row| followed.held.get(&row.order_id).is_some_and(is));
    let is_free = |row: &OrderRow| row.delivery == Delivery::Queued && !followed.held.contains_key(&row.order_id);
    let waits = followed.rows.iter().any(is_free);
    let refused = followed.rows.iter().any(|row| followed.waits_for_key(row));
    [
        (has(Exit::Unknown), "send.unknown"),
        (has(Exit::Rejected), "send.rejected"),
        (followed.rows.iter().any(|row| row.delivery.reason().is_some_and(demands_pickup)), "send.demands_pickup"),
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

/// Names what is wrong, each with its line.
fn say_problems(problems: &[Problem], texts: &Texts) {
    let mut lines: Vec<String> = problems.iter().take(MAX_PROBLEMS).map(|problem| in_words(problem, texts)).collect();
    if problems.len() > MAX_PROBLEMS {
        lines.push("…".into());
    }
    say_lines(&lines.join("\n"));
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
        Some(id) => format!("{order} ({})", Clean::bounded(id, MAX_NAMED_ID)),
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
        Detail::OtherContent(id) => texts.fill("send.other_content", &[("order", id.as_str())]),
        Detail::OpenDraft => texts.t("send.open_draft").to_owned(),
        Detail::Refused(words) => words.clone(),
        Detail::Form(text) => text.replace(['\n', '\r'], " "),
    }
}
