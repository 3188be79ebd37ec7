//! Help and usage errors in the language of the person. Adds words to the declaration in `args`, changes nothing else.

pub mod manual;

use clap::{
    Command, CommandFactory, FromArgMatches,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::args::{self, Args};
use crate::i18n::Texts;

/// What is to be printed instead of running a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// Help or version was asked for.
    Asked(String),
    /// The command line is wrong.
    Wrong(String),
}

/// Reads the command line.
///
/// # Errors
/// The text to print instead.
pub fn parse(arguments: Vec<std::ffi::OsString>, texts: &Texts) -> Result<Args, Stop> {
    let program = arguments.first().cloned().unwrap_or_default();
    let matches = command(texts).try_get_matches_from(arguments).map_err(|error| stop(&error, texts))?;
    let args = Args::from_arg_matches(&matches).map_err(|error| stop(&error, texts))?;
    // The same words as with the flag, wherever they are asked for.
    if let Some(args::CliCommand::Help(wanted)) = &args.command {
        let topic = wanted.topic.iter().filter(|word| !word.starts_with('-')).map(Into::into);
        return parse(std::iter::once(program).chain(topic).chain(["--help".into()]).collect(), texts);
    }
    Ok(args)
}

/// The whole command line with its words, built.
pub fn command(texts: &Texts) -> Command {
    let mut command = worded(Args::command(), "help", texts);
    command.build();
    command
}

/// A command with its words: `help.about`, `help.send.about`, `help.arg.file`.
fn worded(command: Command, key: &str, texts: &Texts) -> Command {
    let template = template(&command, texts);
    let about = texts.fill(&format!("{key}.about"), &[]);
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let mut command = command.about(about).help_template(template).disable_help_flag(true).disable_version_flag(true);
    let flag = |id: &'static str, short| {
        let flag = clap::Arg::new(id).long(id).short(short).help(texts.fill(&format!("help.arg.{id}"), &[]));
        flag.display_order(1000)
    };
    command = command.arg(flag("help", 'h').action(clap::ArgAction::Help));
    if key == "help" {
        command = command.arg(flag("version", 'V').action(clap::ArgAction::Version));
    }
    let own: Vec<String> = command.get_arguments().map(|arg| arg.get_id().to_string()).collect();
    for id in own.iter().filter(|id| !matches!(id.as_str(), "help" | "version")) {
        // One name can mean something else to one command.
        let own = format!("{key}.arg.{id}");
        let words = texts.get(&own).map_or_else(|| texts.fill(&format!("help.arg.{id}"), &[]), str::to_owned);
        // The words name defaults and possible values themselves.
        command = command.mut_arg(id, |arg| {
            let has_value = arg.get_action().takes_values();
            arg.help(words).hide_default_value(has_value).hide_possible_values(has_value)
        });
    }
    for name in names {
        let key = format!("{key}.{name}");
        command = command.mut_subcommand(&name, |sub| worded(sub, &key, texts));
    }
    command
}

fn template(command: &Command, texts: &Texts) -> String {
    let mut template = format!("{{about}}\n\n{} {{usage}}\n", texts.t("help.heading.usage"));
    let mut section = |wanted: bool, heading: &str, part: &str| {
        if wanted {
            template.push_str(&format!("\n{heading}\n{part}\n"));
        }
    };
    section(command.has_subcommands(), texts.t("help.heading.commands"), "{subcommands}");
    section(command.get_positionals().next().is_some(), texts.t("help.heading.arguments"), "{positionals}");
    section(true, texts.t("help.heading.options"), "{options}");
    section(command.get_name() == "sandbox", texts.t("help.heading.faults"), &fault_lines(texts));
    section(command.get_name() == "oktodesk", texts.t("help.heading.exits"), &exit_lines(texts));
    template
}

/// The language of `sandbox --faults`, a line each.
pub fn fault_lines(texts: &Texts) -> String {
    ["form", "where", "when", "wait", "code", "drop", "body"]
        .map(|line| format!("  {}", texts.t(&format!("help.faults.{line}"))))
        .join("\n")
}

fn exit_lines(texts: &Texts) -> String {
    (0..=7).map(|code| format!("  {code}  {}", texts.t(&format!("help.exit.{code}")))).collect::<Vec<_>>().join("\n")
}

fn stop(error: &clap::Error, texts: &Texts) -> Stop {
    let value = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let arg = value(ContextKind::InvalidArg);
    let key = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            return Stop::Asked(usage_words(&error.to_string(), texts));
        }
        ErrorKind::UnknownArgument => "usage.unknown_argument",
        ErrorKind::InvalidSubcommand => "usage.unknown_command",
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "usage.value",
        ErrorKind::MissingRequiredArgument => "usage.missing_argument",
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "usage.missing_command",
        ErrorKind::ArgumentConflict => "usage.twice",
        _ => "usage.general",
    };
    let (given, command) = (value(ContextKind::InvalidValue), value(ContextKind::InvalidSubcommand));
    let mut words = texts.fill(key, &[("arg", &arg), ("value", &given), ("command", &command)]);
    let near = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue].map(value);
    if let Some(near) = near.iter().find(|near| !near.is_empty()) {
        words.push(' ');
        words.push_str(&texts.fill("usage.nearest", &[("near", near)]));
    }
    if let Some(allowed) = allowed(error, &arg, texts).filter(|_| key == "usage.value") {
        words.push(' ');
        words.push_str(&texts.fill("usage.allowed", &[("allowed", &allowed)]));
    }
    Stop::Wrong(format!("{words}\n{}", texts.t("usage.see_help")))
}

/// What the value of an argument may be: in our words for `--port <N>` and its like, else the words it is one of.
fn allowed(error: &clap::Error, arg: &str, texts: &Texts) -> Option<String> {
    let name = arg.trim_start_matches('-').split([' ', '=']).next().unwrap_or_default().replace('-', "_");
    if let Some(words) = texts.get(&format!("usage.allowed_{name}")) {
        return Some(words.to_owned());
    }
    match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) if !values.is_empty() => Some(values.join(", ")),
        _ => std::error::Error::source(error).map(ToString::to_string),
    }
}

/// The words the library puts into its usage line.
fn usage_words(text: &str, texts: &Texts) -> String {
    text.replace("[OPTIONS]", texts.t("help.word.options"))
        .replace("[COMMAND]", texts.t("help.word.command_or_none"))
        .replace("<COMMAND>", texts.t("help.word.command"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    fn run(line: &str, lang: Lang) -> Result<Args, Stop> {
        parse(line.split(' ').map(Into::into).collect(), &Texts::load(lang))
    }

    fn wrong(line: &str, lang: Lang) -> String {
        match run(line, lang) {
            Err(Stop::Wrong(text)) => text,
            other => panic!("{other:?}"),
        }
    }

    /// Every command and every argument has words in every language: a missing one would show its key.
    #[test]
    fn help_is_complete_in_every_language() {
        let mut lines = vec!["oktodesk --help".to_owned()];
        for sub in Args::command().get_subcommands() {
            lines.push(format!("oktodesk {} --help", sub.get_name()));
            lines.extend(
                sub.get_subcommands().map(|leaf| format!("oktodesk {} {} --help", sub.get_name(), leaf.get_name())),
            );
        }
        assert!(lines.len() > 15);
        for lang in Lang::ALL {
            for line in &lines {
                let Err(Stop::Asked(text)) = run(line, lang) else { panic!("{line}") };
                assert!(!text.contains("help."), "{lang} {line}:\n{text}");
                assert!(lang == Lang::En || !text.contains("Usage") && !text.contains("OPTIONS"), "{line}:\n{text}");
            }
        }
    }

    #[test]
    fn usage_errors_are_in_the_language_of_the_person() {
        assert!(wrong("oktodesk fly", Lang::De).starts_with("Den Befehl fly gibt es nicht."));
        assert!(wrong("oktodesk outbx", Lang::En).contains("outbox"));
        assert!(wrong("oktodesk orders --delivery gone", Lang::De).contains("queued, sending, accepted"));
        assert!(wrong("oktodesk send", Lang::De).contains("<FILE>"));
        assert!(wrong("oktodesk orders --drain", Lang::De).contains("--drain"));
        assert!(wrong("oktodesk config", Lang::De).contains("Befehl"));
    }

    #[test]
    fn a_value_that_is_not_possible_says_what_is() {
        for (line, allowed) in [
            ("oktodesk sandbox --port abc", "Möglich: eine ganze Zahl von 0 bis 65535"),
            ("oktodesk sandbox --port 99999", "Möglich: eine ganze Zahl von 0 bis 65535"),
            ("oktodesk sandbox --articles -1", "Möglich: eine ganze Zahl von 0 bis 1000000"),
            ("oktodesk sandbox --articles viele", "Möglich: eine ganze Zahl von 0 bis 1000000"),
            ("oktodesk settle a --internal-id abc", "Möglich: eine ganze Zahl"),
            ("oktodesk --lang fr orders", "Möglich: de, en"),
            ("oktodesk catalog export --format xml", "Möglich: csv, json"),
        ] {
            let text = wrong(line, Lang::De);
            assert!(text.contains(allowed), "{line}: {text}");
            assert!(!text.contains("invalid") && !text.contains("is not in"), "{line}: {text}");
        }
    }

    #[test]
    fn help_tells_the_exit_codes_and_the_words_of_faults() {
        let asked = |line: &str| match run(line, Lang::En) {
            Err(Stop::Asked(text)) => text,
            other => panic!("{other:?}"),
        };
        let exits = asked("oktodesk --help");
        assert!((0..=7).all(|code| exits.contains(&format!("\n  {code}  "))), "{exits}");
        let faults = asked("oktodesk sandbox --help");
        let words = "latency late 503e 429/5 drop-before drop-after html garbage empty portal @N %N <N customers";
        assert!(words.split(' ').all(|word| faults.contains(word)), "{faults}");
        assert!(!asked("oktodesk cancel --help").contains("orderId or internalId"));
        assert!(asked("oktodesk status --help").contains("orderId or internalId"));
    }

    #[test]
    fn version_is_the_packages() {
        assert_eq!(
            run("oktodesk -V", Lang::De).unwrap_err(),
            Stop::Asked(format!("oktodesk {}\n", env!("CARGO_PKG_VERSION")))
        );
    }
}
