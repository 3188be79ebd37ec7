//! `customer import`: the guests of the program before, out of a file. All of them or none; who is known already is named by line.

use serde::Serialize;

use super::file;
use crate::{
    cli::{
        args::GuestFileArgs,
        common::{
            context::{Context, Failure},
            exit::Exit,
            import::{self, FileTexts},
            out::say,
            table::{LineFault, LineProblem},
        },
    },
    desk::{Desk, guests::import::ImportReport},
};

/// What is said of a file of guests.
const FILE: FileTexts = FileTexts {
    columns: &file::COLUMNS,
    empty: "customer.file_empty",
    too_many: "customer.file_too_many",
    nothing: "customer.nobody_imported",
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
    let text = import::read(ctx, &args.from).await?;
    let rows = file::read(&text).map_err(|problems| import::refuse(texts, &FILE, &problems))?;
    let customers: Vec<_> = rows.iter().map(|row| row.customer.clone()).collect();
    let ImportReport { new, known, twice, unreadable } = desk.import_guests(&customers, true).await?;
    let line = |at: usize| rows.get(at).map_or(0, |row| row.line);
    if !unreadable.is_empty() {
        let problem = |at: usize| {
            let phone = customers.get(at).and_then(|customer| customer.phone.clone()).unwrap_or_default();
            LineProblem { line: line(at), fault: LineFault::Value { column: "phone", value: phone } }
        };
        let problems: Vec<_> = unreadable.into_iter().map(problem).collect();
        return Err(import::refuse(texts, &FILE, &problems));
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
