//! Files that are imported, whatever is in them: read as a whole and within a bound, decoded, and what is wrong in them said by
//! line. Knows no columns.

use std::path::Path;

use tokio::io::AsyncReadExt;

use super::{
    context::{Context, Failure},
    encoding::{self, Decoded, Encoding, Undecodable},
    exit::Exit,
    out::say,
    table::{LineFault, LineProblem},
};
use crate::{i18n::Texts, words::parser_words};

/// Largest file that is imported, in bytes: 200,000 articles with long names in several channels.
const MAX_FILE: u64 = 256 * 1024 * 1024;

/// What is said of a file of this kind.
pub struct FileTexts {
    /// Every column there may be.
    pub columns: &'static [&'static str],
    /// Text for a file with nothing in it.
    pub empty: &'static str,
    /// Text for a file with too much in it.
    pub too_many: &'static str,
    /// Text for the end of an import that took nothing.
    pub nothing: &'static str,
}

/// The text of a file or of standard input.
///
/// # Errors
/// It cannot be read, it is too large, or its encoding is none that is known. A pipe into which nobody writes is not waited for
/// when the program is told to end.
pub async fn read(ctx: &Context<'_>, path: &Path) -> Result<String, Failure> {
    let texts = ctx.texts;
    let bytes = tokio::select! {
        bytes = read_bytes(path) => bytes,
        () = ctx.stop.cancelled() => return Err(Failure::said(Exit::Usage, texts.t("cli.interrupted"))),
    };
    let bytes = bytes.map_err(|error| {
        let (path, detail) = (path.display().to_string(), error.to_string());
        Failure::said(Exit::Usage, texts.fill("send.unreadable", &[("path", &path), ("detail", &detail)]))
    })?;
    text_of(bytes, texts)
}

async fn read_bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        tokio::io::stdin().take(MAX_FILE + 1).read_to_end(&mut bytes).await?
    } else {
        tokio::fs::File::open(path).await?.take(MAX_FILE + 1).read_to_end(&mut bytes).await?
    };
    if read as u64 > MAX_FILE {
        return Err(std::io::Error::other("> 256 MiB"));
    }
    Ok(bytes)
}

/// The text of a file, however it is written. What was guessed is said.
fn text_of(bytes: Vec<u8>, texts: &Texts) -> Result<String, Failure> {
    match encoding::decode(bytes) {
        Ok(Decoded { text, encoding: Encoding::Utf8 }) => Ok(text),
        Ok(Decoded { text, encoding }) => {
            say(texts.fill("file.read_as", &[("encoding", encoding.name())]));
            Ok(text)
        }
        Err(Undecodable { line }) => {
            Err(Failure::said(Exit::Usage, texts.fill("file.undecodable", &[("line", &line.to_string())])))
        }
    }
}

/// Says every problem with its line, and that nothing was imported.
pub fn refuse(texts: &Texts, said: &FileTexts, problems: &[LineProblem]) -> Failure {
    for LineProblem { line, fault } in problems {
        let detail = words(texts, said, fault);
        say(texts.fill("send.problem", &[("line", &line.to_string()), ("detail", &detail)]));
    }
    Failure::said(Exit::Usage, texts.t(said.nothing))
}

fn words(texts: &Texts, said: &FileTexts, fault: &LineFault) -> String {
    match fault {
        LineFault::Form(reason) => parser_words(reason, texts),
        LineFault::Empty => texts.t(said.empty).to_owned(),
        LineFault::TooMany => texts.t(said.too_many).to_owned(),
        LineFault::MissingColumn(name) => texts.fill("catalog.missing_column", &[("column", name)]),
        LineFault::UnknownColumn(name) => {
            texts.fill("catalog.unknown_column", &[("column", name), ("known", &said.columns.join(", "))])
        }
        LineFault::Value { column, value } => texts.fill("catalog.bad_value", &[("column", column), ("value", value)]),
        LineFault::Exponent { column, value } => texts.fill("file.exponent", &[("column", column), ("value", value)]),
        LineFault::Decimals { column, value } => {
            texts.fill("catalog.decimals", &[("column", column), ("value", value)])
        }
        LineFault::Shared { column, value, name, line } => {
            let line = line.to_string();
            texts.fill("catalog.shared", &[("column", column), ("value", value), ("name", name), ("line", &line)])
        }
        LineFault::Twice(name) => texts.fill("catalog.twice", &[("name", name)]),
    }
}
