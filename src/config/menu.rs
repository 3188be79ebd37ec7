//! The shop's menu file. Strict: a name that means nothing and options that cannot be chosen are named with their line.
//! Does not know which articles exist.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde::Deserialize;
use toml::Spanned;

use crate::domain::{
    menu::{Menu, OptionGroup},
    text::Clean,
};

/// The documented example.
pub const MENU_EXAMPLE: &str = include_str!("../../menu.example.toml");

/// Largest menu file, in bytes.
const MAX_FILE: u64 = 4 * 1024 * 1024;
/// Choices of one group of options: there are keys for so many.
pub const MAX_CHOICES: usize = 35;

/// Why there is no menu.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MenuError {
    /// The file cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// It is no TOML, or a name or value in it means nothing.
    #[error("line {line}: {detail}")]
    Form {
        /// From 1.
        line: usize,
        /// In the parser's words.
        detail: String,
    },
    /// A code or another name that is empty.
    #[error("line {line}: empty")]
    Empty {
        /// From 1.
        line: usize,
    },
    /// Options that nobody can choose: more have to be chosen than may be, or than there are.
    #[error("line {line}: min, max and choices do not fit")]
    Counts {
        /// From 1.
        line: usize,
    },
    /// A default that is no choice, or more of them than may be chosen.
    #[error("line {line}: default")]
    Default {
        /// From 1.
        line: usize,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct File {
    groups: Vec<String>,
    favourites: BTreeSet<String>,
    hidden: BTreeSet<String>,
    sold_out: BTreeSet<String>,
    codes: BTreeMap<String, Spanned<String>>,
    aliases: BTreeMap<String, Spanned<String>>,
    options: Vec<Options>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    name: Spanned<String>,
    #[serde(default)]
    articles: BTreeSet<String>,
    #[serde(default)]
    groups: BTreeSet<String>,
    #[serde(default)]
    min: usize,
    max: Option<usize>,
    choices: Vec<String>,
    #[serde(default)]
    default: Vec<String>,
}

/// Reads a menu file.
///
/// # Errors
/// The first thing that is wrong, with its line.
pub fn read_menu(path: &Path) -> Result<Menu, MenuError> {
    let unreadable = |error: std::io::Error| MenuError::Unreadable(error.to_string());
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > MAX_FILE {
        return Err(MenuError::Unreadable("> 4 MiB".into()));
    }
    parse_menu(&std::fs::read_to_string(path).map_err(unreadable)?)
}

/// Reads a menu.
///
/// # Errors
/// As `read_menu`.
pub fn parse_menu(text: &str) -> Result<Menu, MenuError> {
    let line = |offset: usize| 1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
    let file: File = toml::from_str(text).map_err(|error| MenuError::Form {
        line: error.span().map_or(1, |span| line(span.start)),
        detail: error.message().to_owned(),
    })?;
    let File { groups, favourites, hidden, sold_out, codes, aliases, options } = file;
    let mut names = BTreeMap::new();
    for (name, number) in aliases.into_iter().chain(codes) {
        let name = Clean::bounded(name.trim(), 60).into_string();
        if name.is_empty() || number.get_ref().is_empty() {
            return Err(MenuError::Empty { line: line(number.span().start) });
        }
        names.insert(name, number.into_inner());
    }
    let options = options.into_iter().map(|group| {
        let line = line(group.name.span().start);
        option_group(group, line)
    });
    Ok(Menu { groups, favourites, hidden, sold_out, names, options: options.collect::<Result<_, _>>()? })
}

fn option_group(options: Options, line: usize) -> Result<OptionGroup, MenuError> {
    let Options { name, articles, groups, min, max, choices, default } = options;
    let max = max.unwrap_or(choices.len());
    let is_possible = min <= max && (1..=choices.len()).contains(&max) && choices.len() <= MAX_CHOICES;
    let distinct: BTreeSet<&String> = choices.iter().collect();
    if !is_possible || distinct.len() != choices.len() {
        return Err(MenuError::Counts { line });
    }
    if default.len() > max || default.iter().any(|number| !distinct.contains(number)) {
        return Err(MenuError::Default { line });
    }
    let name = Clean::bounded(name.get_ref(), 60).into_string();
    Ok(OptionGroup { name, articles, groups, min, max, choices, defaults: default })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn the_example_is_a_menu() {
        let menu = parse_menu(MENU_EXAMPLE).unwrap();
        assert!(menu.options.len() >= 2 && !menu.names.is_empty() && !menu.favourites.is_empty());
        assert_eq!(parse_menu("").unwrap(), Menu::default());
    }

    #[rstest]
    #[case("\nfavorites = []", MenuError::Form { line: 2, detail: String::new() })]
    #[case("[codes]\nph = \"51\"\n\"\" = \"52\"", MenuError::Empty { line: 3 })]
    #[case("[codes]\nph = 51", MenuError::Form { line: 2, detail: String::new() })]
    #[case("[[options]]\n\nname = \"S\"\nchoices = []", MenuError::Counts { line: 3 })]
    #[case("[[options]]\nname = \"S\"\nmin = 2\nmax = 1\nchoices = [\"1\", \"2\"]", MenuError::Counts { line: 2 })]
    #[case("[[options]]\nname = \"S\"\nmin = 3\nchoices = [\"1\", \"2\"]", MenuError::Counts { line: 2 })]
    #[case("[[options]]\nname = \"S\"\nchoices = [\"1\", \"1\"]", MenuError::Counts { line: 2 })]
    #[case("[[options]]\nname = \"S\"\nchoices = [\"1\"]\ndefault = [\"2\"]", MenuError::Default { line: 2 })]
    #[case("[[options]]\nname = \"S\"\nchoices = [\"1\"]\nprice = 1", MenuError::Form { line: 4, detail: String::new() })]
    fn what_is_wrong_is_named_with_its_line(#[case] text: &str, #[case] wanted: MenuError) {
        let mut error = parse_menu(text).unwrap_err();
        if let MenuError::Form { detail, .. } = &mut error {
            assert!(!std::mem::take(detail).is_empty());
        }
        assert_eq!(error, wanted);
    }
}
