//! The shop's menu file. Strict: a name that means nothing and options that cannot be chosen are named with their line.
//! Does not know which articles exist.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde::Deserialize;
use toml::Spanned;

use rust_decimal::Decimal;

use super::toml_file;
use crate::domain::{
    shop::menu::{Colour, Combo, ComboPart, Comments, HalvesRule, Menu, OptionGroup},
    value::{money::parse_decimal, text::Clean},
};

/// The documented example.
pub const MENU_EXAMPLE: &str = include_str!("../../../assets/examples/menu.example.toml");

/// Largest menu file, in MiB.
const MAX_MIB: u64 = 4;
/// Choices of one group of options: of a longer list nobody on the phone is told all.
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
    /// An amount that is none, or below nothing.
    #[error("line {line}: price")]
    Price {
        /// From 1.
        line: usize,
    },
    /// A combo without a name, a price or articles, or one that asks for what cannot be chosen.
    #[error("line {line}: combo")]
    Combo {
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
    comments: Vec<String>,
    counts: BTreeMap<String, u32>,
    group_comments: BTreeMap<String, Vec<String>>,
    article_comments: BTreeMap<String, Vec<String>>,
    colours: BTreeMap<String, OwnColour>,
    codes: BTreeMap<String, Spanned<String>>,
    aliases: BTreeMap<String, Spanned<String>>,
    options: Vec<Options>,
    combos: Vec<OwnCombo>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum OwnColour {
    Red,
    Yellow,
    Green,
    Cyan,
    Blue,
    Magenta,
    White,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Halves {
    Dearer,
    Average,
    Sum,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnCombo {
    name: Spanned<String>,
    #[serde(default)]
    code: String,
    #[serde(default)]
    group: String,
    price: Option<Spanned<String>>,
    #[serde(default)]
    prices: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    articles: Vec<String>,
    #[serde(default)]
    parts: Vec<OwnPart>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnPart {
    name: String,
    #[serde(default = "one")]
    count: usize,
    #[serde(default)]
    choices: Vec<String>,
    #[serde(default)]
    groups: Vec<String>,
}

fn one() -> usize {
    1
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
    #[serde(default)]
    choices: Vec<String>,
    #[serde(default)]
    choice_groups: Vec<String>,
    #[serde(default)]
    default: Vec<String>,
    halves: Option<Halves>,
    surcharge: Option<Spanned<String>>,
}

/// Reads a menu file.
///
/// # Errors
/// The first thing that is wrong, with its line.
pub fn read_menu(path: &Path) -> Result<Menu, MenuError> {
    parse_menu(&toml_file::read(path, MAX_MIB).map_err(MenuError::Unreadable)?)
}

/// Reads a menu.
///
/// # Errors
/// As `read_menu`.
pub fn parse_menu(text: &str) -> Result<Menu, MenuError> {
    let line = |offset: usize| toml_file::line(text, offset);
    let file: File = toml_file::parse(text).map_err(|(line, detail)| MenuError::Form { line, detail })?;
    let File {
        groups,
        favourites,
        hidden,
        sold_out,
        comments,
        counts,
        group_comments,
        article_comments,
        colours,
        codes,
        aliases,
        options,
        combos,
    } = file;
    let mut names = BTreeMap::new();
    for (name, number) in aliases.into_iter().chain(codes) {
        let name = clean(&name);
        if name.is_empty() || number.get_ref().is_empty() {
            return Err(MenuError::Empty { line: line(number.span().start) });
        }
        names.insert(name, number.into_inner());
    }
    let options = options.into_iter().map(|group| option_group(group, &line)).collect::<Result<_, _>>()?;
    let combos = combos.into_iter().map(|own| combo(own, &line)).collect::<Result<_, _>>()?;
    let many = |lists: BTreeMap<String, Vec<String>>| lists.into_iter().map(|(of, list)| (of, texts(&list))).collect();
    let comments = Comments { all: texts(&comments), groups: many(group_comments), articles: many(article_comments) };
    let colours = colours.into_iter().map(|(group, own)| (group, colour(own))).collect();
    Ok(Menu { groups, favourites, hidden, sold_out, counts, names, options, combos, comments, colours })
}

fn clean(text: &str) -> String {
    Clean::bounded(text.trim(), 60).into_string()
}

/// Ready-made comments as they are written, without empty ones.
fn texts(list: &[String]) -> Vec<String> {
    list.iter().map(|text| clean(text)).filter(|text| !text.is_empty()).collect()
}

fn colour(own: OwnColour) -> Colour {
    match own {
        OwnColour::Red => Colour::Red,
        OwnColour::Yellow => Colour::Yellow,
        OwnColour::Green => Colour::Green,
        OwnColour::Cyan => Colour::Cyan,
        OwnColour::Blue => Colour::Blue,
        OwnColour::Magenta => Colour::Magenta,
        OwnColour::White => Colour::White,
    }
}

fn amount(text: &Spanned<String>, line: &impl Fn(usize) -> usize) -> Result<Decimal, MenuError> {
    let read = parse_decimal(text.get_ref()).filter(|price| !price.is_sign_negative() && price.scale() <= 2);
    read.ok_or_else(|| MenuError::Price { line: line(text.span().start) })
}

fn combo(own: OwnCombo, line: &impl Fn(usize) -> usize) -> Result<Combo, MenuError> {
    let OwnCombo { name, code, group, price, prices, articles, parts } = own;
    let wrong = MenuError::Combo { line: line(name.span().start) };
    let mut of_channels = BTreeMap::new();
    for (channel, price) in price.into_iter().map(|price| (String::new(), price)).chain(prices) {
        of_channels.insert(channel, amount(&price, line)?);
    }
    let (name, code) = (clean(name.get_ref()), clean(&code));
    let can_be_chosen =
        |part: &OwnPart| part.count > 0 && (part.count <= part.choices.len() || !part.groups.is_empty());
    let has_content = !articles.is_empty() || !parts.is_empty();
    if name.is_empty() || of_channels.is_empty() || !has_content || !parts.iter().all(can_be_chosen) {
        return Err(wrong);
    }
    let part = |own: OwnPart| {
        let OwnPart { name, count, choices, groups } = own;
        ComboPart { name: clean(&name), count, choices, groups }
    };
    let parts = parts.into_iter().map(part).collect();
    Ok(Combo { name, code, group, prices: of_channels, articles, parts })
}

fn option_group(options: Options, line: &impl Fn(usize) -> usize) -> Result<OptionGroup, MenuError> {
    let Options { name, articles, groups, min, max, choices, choice_groups, default, halves, surcharge } = options;
    let line_of_name = line(name.span().start);
    let surcharge = surcharge.map_or(Ok(Decimal::ZERO), |text| amount(&text, line))?;
    // Two halves are two, whatever else is said.
    let says_counts = min > 0 || max.is_some() || !default.is_empty();
    let (min, max) = if halves.is_some() { (2, Some(2)) } else { (min, max) };
    let most = if choice_groups.is_empty() { choices.len() } else { MAX_CHOICES };
    let max = max.unwrap_or(most);
    let is_possible = min <= max && (1..=most).contains(&max) && choices.len() <= MAX_CHOICES;
    let distinct: BTreeSet<&String> = choices.iter().collect();
    if !is_possible || distinct.len() != choices.len() || (halves.is_some() && says_counts) {
        return Err(MenuError::Counts { line: line_of_name });
    }
    if default.len() > max || default.iter().any(|number| !distinct.contains(number)) {
        return Err(MenuError::Default { line: line_of_name });
    }
    let rule = |own| match own {
        Halves::Dearer => HalvesRule::Dearer,
        Halves::Average => HalvesRule::Average,
        Halves::Sum => HalvesRule::Sum,
    };
    let halves = halves.map(|own| (rule(own), surcharge));
    let name = clean(name.get_ref());
    Ok(OptionGroup { name, articles, groups, min, max, choices, choice_groups, defaults: default, halves })
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
    #[case("[[options]]\nname = \"H\"\nhalves = \"dearer\"\nchoices = [\"1\"]", MenuError::Counts { line: 2 })]
    #[case("[[options]]\nname = \"H\"\nhalves = \"sum\"\nmin = 1\nchoices = [\"1\", \"2\"]", MenuError::Counts { line: 2 })]
    #[case("[[options]]\nname = \"H\"\nhalves = \"half\"", MenuError::Form { line: 3, detail: String::new() })]
    #[case("[[combos]]\nname = \"M\"\narticles = [\"1\"]", MenuError::Combo { line: 2 })]
    #[case("[[combos]]\nname = \"M\"\nprice = \"5\"", MenuError::Combo { line: 2 })]
    #[case("[[combos]]\nname = \"M\"\nprice = \"-5\"\narticles = [\"1\"]", MenuError::Price { line: 3 })]
    #[case("[[combos]]\nname = \"M\"\nprice = 5.5\narticles = [\"1\"]", MenuError::Form { line: 3, detail: String::new() })]
    #[case("[[combos]]\nname = \"M\"\nprice = \"5\"\nparts = [{ name = \"A\", count = 2, choices = [\"1\"] }]", MenuError::Combo { line: 2 })]
    #[case("[counts]\n51 = -1", MenuError::Form { line: 2, detail: String::new() })]
    #[case("\n[colours]\nPizza = \"pink\"", MenuError::Form { line: 3, detail: String::new() })]
    #[case("[[options]]\nname = \"S\"\nchoices = [\"1\"]\nprice = 1", MenuError::Form { line: 4, detail: String::new() })]
    fn what_is_wrong_is_named_with_its_line(#[case] text: &str, #[case] wanted: MenuError) {
        let mut error = parse_menu(text).unwrap_err();
        if let MenuError::Form { detail, .. } = &mut error {
            assert!(!std::mem::take(detail).is_empty());
        }
        assert_eq!(error, wanted);
    }
}
