//! What a package of the program brings along, out of the declaration of the command line: manual pages and completions. Reads no
//! settings and no journal.

use clap_complete::Shell;
use clap_mangen::Man;

use crate::{
    cli::{
        args::TopicArgs,
        common::{
            context::{Context, Failure},
            exit::Exit,
        },
        help,
    },
    i18n::Texts,
};

const PROGRAM: &str = "oktodesk";

/// Prints the completion script of a shell.
///
/// # Errors
/// Where standard output takes nothing.
pub fn completions(ctx: &mut Context<'_>, shell: Shell) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut help::command(ctx.texts), PROGRAM, &mut script);
    ctx.out.text(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

/// Prints a manual page, in roff: of the program, or of one of its commands.
///
/// # Errors
/// A command that does not exist, or where standard output takes nothing.
pub fn man(ctx: &mut Context<'_>, wanted: &TopicArgs) -> Result<Exit, Failure> {
    let page = page(ctx.texts, &wanted.topic)?;
    ctx.out.text(&page)?;
    Ok(Exit::Done)
}

fn page(texts: &Texts, topic: &[String]) -> Result<String, Failure> {
    let mut command = help::command(texts);
    for word in topic {
        let found = command.find_subcommand(word).cloned();
        command = found.ok_or_else(|| {
            let words = texts.fill("usage.unknown_command", &[("arg", ""), ("value", ""), ("command", word)]);
            Failure::said(Exit::Usage, format!("{words}\n{}", texts.t("usage.see_help")))
        })?;
    }
    let mut roff = Vec::new();
    Man::new(command).render(&mut roff)?;
    Ok(String::from_utf8_lossy(&roff).into_owned())
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn every_command_has_a_manual_page_in_every_language() {
        for lang in Lang::ALL {
            let texts = Texts::load(lang);
            let whole = page(&texts, &[]).unwrap();
            for sub in help::command(&texts).get_subcommands() {
                assert!(whole.contains(sub.get_name()), "{}", sub.get_name());
                let page = page(&texts, &[sub.get_name().to_owned()]).unwrap();
                let about = sub.get_about().unwrap().to_string();
                let first = about.split([' ', '-']).next().unwrap();
                assert!(page.starts_with(".ie") && page.contains(first), "{page}");
            }
            assert!(page(&texts, &["catalog".into(), "sync".into()]).unwrap().contains("oktodesk\\-catalog\\-sync"));
            assert!(page(&texts, &["fly".into()]).is_err());
        }
    }

    #[test]
    fn every_shell_completes_every_command() {
        let texts = Texts::load(Lang::En);
        for shell in Shell::value_variants() {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut help::command(&texts), PROGRAM, &mut script);
            let script = String::from_utf8(script).unwrap();
            for sub in help::command(&texts).get_subcommands() {
                assert!(script.contains(sub.get_name()), "{shell}: {}", sub.get_name());
            }
        }
    }
}
