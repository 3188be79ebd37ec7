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
        follow::{Follow, Followed, OutcomeLine, Told},
        input::{FoundJson, Given, InputFault, InputProblem, read_orders},
        out::{say, say_lines},
    },
    outbox,
};
use crate::{
    chaos,
    desk::{Desk, DeskError, event::Halt},
    domain::value::{ids::OrderId, text::Clean},
    i18n::Texts,
    ports::journal::PAGE,
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
    let (desk, key) = (desk.clone(), args.key.clone());
    // A large file takes its time, and whoever ends the program does not wait for it.
    let checking = tokio::task::spawn_blocking(move || check(&text, &desk, key.as_deref()));
    let given = tokio::select! {
        given = checking => given.map_err(|error| Failure::said(Exit::Unexpected, error.to_string()))?,
        () = ctx.stop.cancelled() => return Err(Failure::said(Exit::Usage, ctx.texts.t("cli.interrupted"))),
    };
    given.map_err(|problems| {
        say_problems(&problems, ctx.texts);
        Failure::said(Exit::Usage, ctx.texts.t("send.nothing_recorded"))
    })
}

fn check(text: &str, desk: &Desk, key: Option<&str>) -> Result<Vec<Given>, Vec<InputProblem>> {
    let id = |place| key.map_or_else(|| desk.new_order_id(), |key| key::id_of(key, place));
    let given = read_orders(text, id)?;
    match times(desk, &given) {
        problems if problems.is_empty() => Ok(given),
        problems => Err(problems),
    }
}

/// A failure that came before anything was recorded, and says so: who sends orders has to know.
pub fn nothing_recorded(failure: &Failure, texts: &Texts) -> Failure {
    let words = words::sentence(&failure.words(texts));
    Failure::said(failure.exit(), format!("{words} {}", texts.t("send.nothing_recorded")))
}

/// Orders whose time is no instant. What else the desk refuses is said when it is recorded.
fn times(desk: &Desk, given: &[Given]) -> Vec<InputProblem> {
    let problem = |(index, Given { order, line }): (usize, &Given)| match desk.check(order) {
        Err(DeskError::Time { field, problem }) => Some(InputProblem {
            order: index + 1,
            id: Some(order.order_id.0.clone()),
            line: *line,
            path: field.to_owned(),
            detail: InputFault::Time(problem),
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
    let followed = followed.map_err(|error| still_recorded(error, ctx.texts))?;
    let told = follow.tell(ctx, ids, &followed).await.map_err(|error| still_recorded(error, ctx.texts))?;
    Ok(to_do(ctx, &told, &followed).await)
}

/// Prints orders that are only recorded: that is all that was asked for.
///
/// # Errors
/// As `follow`.
pub async fn recorded(ctx: &mut Context<'_>, desk: &Desk, ids: &[OrderId]) -> Result<Exit, Failure> {
    for ids in ids.chunks(PAGE as usize) {
        let rows = desk.rows(ids).await.map_err(|error| still_recorded(error, ctx.texts))?;
        for row in &rows {
            chaos::point("saved.before_printed");
            ctx.result(&OutcomeLine::of(row)).await;
            chaos::point("saved.after_printed");
        }
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

/// Says what is still to be done, the most urgent first: the exit code tells only the worst of it.
pub async fn to_do(ctx: &mut Context<'_>, told: &Told, followed: &Followed) -> Exit {
    ctx.finish_results().await;
    let Told { accepted: _, unknown, rejected, demands_pickup, waits_for_key, waits, late, elsewhere } = *told;
    let all = [
        (unknown > 0, "send.unknown"),
        (rejected > 0, "send.rejected"),
        (demands_pickup > 0, "send.demands_pickup"),
        (waits_for_key > 0, "cli.key_refused"),
        (waits > 0 && waits_for_key == 0, "send.queued"),
        (late > 0, "send.late"),
        (elsewhere > 0, "send.elsewhere"),
    ];
    for (_, key) in all.into_iter().filter(|(is_so, _)| *is_so) {
        match &followed.halted {
            Some(Halt::OtherSender { holder: Some(holder) }) if key == "send.queued" => {
                say(words::sender(holder, followed.at.now, ctx.texts));
            }
            // Whoever only hears that it waits would ask for the same again.
            Some(halt @ (Halt::Throttled { .. } | Halt::NoLock { .. })) if key == "send.queued" => {
                say(outbox::pause(halt, &followed.at, ctx.texts));
            }
            _ => say(ctx.texts.t(key)),
        }
    }
    told.exit()
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
fn say_problems(problems: &[InputProblem], texts: &Texts) {
    let mut lines: Vec<String> = problems.iter().take(MAX_PROBLEMS).map(|problem| in_words(problem, texts)).collect();
    if problems.len() > MAX_PROBLEMS {
        lines.push("…".into());
    }
    say_lines(&lines.join("\n"));
}

fn in_words(problem: &InputProblem, texts: &Texts) -> String {
    let InputProblem { order, id, line, path, detail } = problem;
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

fn detail_words(detail: &InputFault, texts: &Texts) -> String {
    match detail {
        InputFault::Unfinished => texts.t("send.unfinished").to_owned(),
        InputFault::NoJson { line, column } => {
            texts.fill("send.no_json", &[("at", &line.to_string()), ("column", &column.to_string())])
        }
        InputFault::Empty => texts.t("send.empty").to_owned(),
        InputFault::EmptyId => texts.t("send.empty_id").to_owned(),
        InputFault::Repeated(id) => texts.fill("send.repeated_id", &[("order", id.as_str())]),
        InputFault::Missing => texts.t("send.missing").to_owned(),
        InputFault::NoSuchField => texts.t("send.no_such_field").to_owned(),
        InputFault::Twice => texts.t("send.twice").to_owned(),
        InputFault::Must { wanted, choices, found } => {
            let found = match found {
                FoundJson::List => texts.t("send.found_list"),
                FoundJson::Object => texts.t("send.found_object"),
                FoundJson::Value(value) => value,
            };
            let wanted = texts.fill(wanted, &[("choices", &choices.join(", "))]);
            texts.fill("send.must_be", &[("wanted", &wanted), ("found", found)])
        }
        InputFault::Time(problem) => words::time_problem(*problem, texts).to_owned(),
        InputFault::OtherContent(id) => texts.fill("send.other_content", &[("order", id.as_str())]),
        InputFault::OpenDraft => texts.t("send.open_draft").to_owned(),
        InputFault::Refused(words) => words.clone(),
        InputFault::Form(text) => text.replace(['\n', '\r'], " "),
    }
}
