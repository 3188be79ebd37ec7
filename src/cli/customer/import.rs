//! `customer import`: the guests of the program before, out of a file. All of them or none; who is known already is named by line.

use std::path::Path;

use serde::Serialize;

use super::file::{self, Detail, Problem, Row};
use crate::{
    cli::{
        args::GuestFileArgs,
        catalog::{read_bytes, text_of},
        common::{
            context::{Context, Failure},
            exit::Exit,
            out::say,
        },
    },
    desk::{Desk, guests::import::ImportReport},
    i18n::Texts,
    words::parser_words,
};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ImportLine {
    imported: usize,
    /// Lines of guests that the desk knows.
    known: Vec<usize>,
    twice: Vec<Twice>,
    dry_run: bool,
}

#[derive(Debug, Serialize)]
struct Twice {
    line: usize,
    first: usize,
}

/// One JSON line; nobody's name is printed.
pub async fn run(ctx: &mut Context<'_>, desk: &Desk, args: &GuestFileArgs) -> Result<Exit, Failure> {
    let texts = ctx.texts;
    let rows = tokio::select! {
        rows = read(&args.from, texts) => rows?,
        () = ctx.stop.cancelled() => return Err(Failure::said(Exit::Usage, texts.t("cli.interrupted"))),
    };
    let customers: Vec<_> = rows.iter().map(|row| row.customer.clone()).collect();
    let ImportReport { new, known, twice, unreadable } = desk.import_guests(&customers, true).await?;
    let line = |at: usize| rows.get(at).map_or(0, |row| row.line);
    if !unreadable.is_empty() {
        for at in unreadable {
            let phone = customers.get(at).and_then(|customer| customer.phone.clone()).unwrap_or_default();
            problem(texts, line(at), &Detail::Value("phone", phone));
        }
        return Err(Failure::said(Exit::Usage, texts.t("customer.nobody_imported")));
    }
    for at in &known {
        say(texts.fill("customer.known", &[("line", &line(*at).to_string())]));
    }
    for (at, first) in &twice {
        let (at, first) = (line(*at).to_string(), line(*first).to_string());
        say(texts.fill("customer.twice", &[("line", &at), ("first", &first)]));
    }
    if !args.dry_run {
        desk.import_guests(&customers, false).await?;
    }
    let known = known.into_iter().map(line).collect();
    let twice = twice.into_iter().map(|(at, first)| Twice { line: line(at), first: line(first) }).collect();
    ctx.result(&ImportLine { imported: new, known, twice, dry_run: args.dry_run }).await;
    let said = if args.dry_run { "customer.would_import" } else { "customer.imported" };
    say(texts.fill(said, &[("guests", &texts.count("count.guests", new))]));
    Ok(Exit::Done)
}

async fn read(path: &Path, texts: &Texts) -> Result<Vec<Row>, Failure> {
    let bytes = read_bytes(path).await.map_err(|error| {
        let (path, detail) = (path.display().to_string(), error.to_string());
        Failure::said(Exit::Usage, texts.fill("send.unreadable", &[("path", &path), ("detail", &detail)]))
    })?;
    file::read(&text_of(bytes, texts)?).map_err(|problems| {
        for Problem { line, detail } in &problems {
            problem(texts, *line, detail);
        }
        Failure::said(Exit::Usage, texts.t("customer.nobody_imported"))
    })
}

fn problem(texts: &Texts, line: usize, detail: &Detail) {
    let known = || file::COLUMNS.join(", ");
    let detail = match detail {
        Detail::Form(said) => parser_words(said, texts),
        Detail::Empty => texts.t("customer.file_empty").to_owned(),
        Detail::TooMany => texts.t("customer.file_too_many").to_owned(),
        Detail::NoPhone => texts.fill("catalog.missing_column", &[("column", "phone")]),
        Detail::UnknownColumn(name) => texts.fill("catalog.unknown_column", &[("column", name), ("known", &known())]),
        Detail::Exponent(value) => texts.fill("file.exponent", &[("column", "phone"), ("value", value)]),
        Detail::Value(column, value) => texts.fill("catalog.bad_value", &[("column", column), ("value", value)]),
    };
    say(texts.fill("send.problem", &[("line", &line.to_string()), ("detail", &detail)]));
}
