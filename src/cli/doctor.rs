//! `doctor`: prints what was found, one line each with its remedy. Finds nothing itself.

use std::io::{self, IsTerminal};

use serde::Serialize;

use super::common::{
    context::{Context, Failure},
    exit::Exit,
    out::say,
};

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// As it should be.
    Ok,
    /// Works, but somebody should look at it.
    Warn,
    /// Does not work.
    Fail,
}

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What: `config`, `key`, `journal`.
    pub check: &'static str,
    /// How it came out.
    pub result: Health,
    /// What was found, in words.
    pub detail: String,
    /// What mends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The exit code it stands for if it failed.
    #[serde(skip)]
    pub exit: Exit,
}

/// Prints the findings: words for people, and JSON lines where standard output is read by a program.
pub async fn print(ctx: &mut Context<'_>, findings: &[Finding]) -> Result<Exit, Failure> {
    let to_program = !io::stdout().is_terminal();
    for finding in findings {
        let mark = match finding.result {
            Health::Ok => "ok  ",
            Health::Warn => "!   ",
            Health::Fail => "FAIL",
        };
        let remedy = finding.remedy.as_deref().unwrap_or_default();
        let arrow = if remedy.is_empty() { "" } else { " -> " };
        say(format!("{mark} {:<9} {}{arrow}{remedy}", finding.check, finding.detail));
        if to_program {
            ctx.result(finding).await;
        }
    }
    let failed = findings.iter().filter(|finding| finding.result == Health::Fail);
    Ok(failed.map(|finding| finding.exit).next().unwrap_or(Exit::Done))
}
