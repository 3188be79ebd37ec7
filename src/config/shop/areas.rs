//! The shop's file of delivery areas. Strict: what means nothing and what contradicts itself is named with its line. Does not
//! know which articles exist.

use std::{collections::BTreeSet, path::Path};

use rust_decimal::Decimal;
use serde::Deserialize;
use toml::{Spanned, Value};

use super::toml_file;
use crate::domain::{
    shop::area::{Area, Areas, Outside, ZipRange},
    value::{exact::plain, text::Clean},
};

/// The documented example.
pub const AREAS_EXAMPLE: &str = include_str!("../../../assets/examples/areas.example.toml");

/// Largest file of areas, in MiB.
const MAX_MIB: u64 = 1;
/// Longest way to a door, in minutes.
const MAX_MINUTES: i64 = 600;

/// Why there are no areas.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AreasError {
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
    /// An area without a name, or with the name of another.
    #[error("line {line}: name")]
    Name {
        /// From 1.
        line: usize,
    },
    /// Neither a postcode nor a range of them, or an area without any.
    #[error("line {line}: zips")]
    Zip {
        /// From 1.
        line: usize,
    },
    /// A postcode that is in another area already, where neither names its streets.
    #[error("line {line}: {zip} is in {other} already")]
    Twice {
        /// From 1.
        line: usize,
        /// As it was written.
        zip: String,
        /// The name of the other area.
        other: String,
    },
    /// The least sum is no amount.
    #[error("line {line}: minimum")]
    Money {
        /// From 1.
        line: usize,
    },
    /// The way is no number of minutes, or longer than ten hours.
    #[error("line {line}: minutes")]
    Minutes {
        /// From 1.
        line: usize,
    },
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct File {
    outside: Word,
    areas: Vec<Row>,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Word {
    #[default]
    Warn,
    Refuse,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: Spanned<String>,
    zips: Vec<Spanned<String>>,
    #[serde(default)]
    city: String,
    #[serde(default)]
    streets: Vec<String>,
    #[serde(default)]
    fee: String,
    minimum: Option<Spanned<Value>>,
    minutes: Option<Spanned<i64>>,
}

/// Reads a file of areas.
///
/// # Errors
/// The first thing that is wrong, with its line.
pub fn read_areas(path: &Path) -> Result<Areas, AreasError> {
    parse_areas(&toml_file::read(path, MAX_MIB).map_err(AreasError::Unreadable)?)
}

/// Reads areas.
///
/// # Errors
/// As `read_areas`.
pub fn parse_areas(text: &str) -> Result<Areas, AreasError> {
    let line = |offset: usize| toml_file::line(text, offset);
    let file: File = toml_file::parse(text).map_err(|(line, detail)| AreasError::Form { line, detail })?;
    let outside = match file.outside {
        Word::Warn => Outside::Warn,
        Word::Refuse => Outside::Refuse,
    };
    let mut names = BTreeSet::new();
    let mut areas: Vec<Area> = Vec::with_capacity(file.areas.len());
    for row in file.areas {
        let at = line(row.name.span().start);
        let zips: Vec<(usize, String)> =
            row.zips.iter().map(|zip| (line(zip.span().start), zip.get_ref().clone())).collect();
        let area = area(row, line)?;
        if area.name.is_empty() || !names.insert(area.name.clone()) {
            return Err(AreasError::Name { line: at });
        }
        for ((line, zip), range) in zips.into_iter().zip(&area.zips) {
            if let Some(other) = areas.iter().find(|other| is_same(other, &area, range)) {
                return Err(AreasError::Twice { line, zip, other: other.name.clone() });
            }
        }
        areas.push(area);
    }
    Ok(Areas { outside, areas })
}

/// Whether nobody could say in which of the two a postcode lies.
fn is_same(other: &Area, area: &Area, range: &ZipRange) -> bool {
    other.streets.is_empty() && area.streets.is_empty() && other.zips.iter().any(|zip| zip.meets(range))
}

fn area(row: Row, line: impl Fn(usize) -> usize) -> Result<Area, AreasError> {
    let Row { name, zips, city, streets, fee, minimum, minutes } = row;
    let clean = |text: &str| Clean::bounded(text.trim(), 60).into_string();
    let at = line(name.span().start);
    if zips.is_empty() {
        return Err(AreasError::Zip { line: at });
    }
    let range =
        |zip: &Spanned<String>| ZipRange::parse(zip.get_ref()).ok_or(AreasError::Zip { line: line(zip.span().start) });
    let minimum = match minimum {
        None => Decimal::ZERO,
        Some(value) => amount(value.get_ref()).ok_or(AreasError::Money { line: line(value.span().start) })?,
    };
    let minutes = match minutes {
        None => 0,
        Some(value) => u32::try_from(*value.get_ref())
            .ok()
            .filter(|_| *value.get_ref() <= MAX_MINUTES)
            .ok_or(AreasError::Minutes { line: line(value.span().start) })?,
    };
    Ok(Area {
        name: clean(name.get_ref()),
        zips: zips.iter().map(range).collect::<Result<_, _>>()?,
        city: clean(&city),
        streets: streets.iter().map(|street| clean(street)).filter(|street| !street.is_empty()).collect(),
        fee: clean(&fee),
        minimum,
        minutes,
    })
}

/// `15` or `"15.50"`: a number with a point would be read as a fraction of two.
fn amount(value: &Value) -> Option<Decimal> {
    let amount = match value {
        Value::Integer(whole) => Decimal::from(*whole),
        Value::String(text) => plain(&text.trim().replace(',', "."))?,
        _ => return None,
    };
    (amount >= Decimal::ZERO && amount.normalize().scale() <= 2 && amount <= Decimal::from(100_000)).then_some(amount)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn the_example_is_a_file_of_areas() {
        let areas = parse_areas(AREAS_EXAMPLE).unwrap();
        let has = |check: &dyn Fn(&Area) -> bool| areas.areas.iter().any(check);
        assert!(has(&|area| !area.streets.is_empty()) && has(&|area| area.zips.iter().any(|zip| zip.from != zip.to)));
        assert!(has(&|area| area.minimum > Decimal::ZERO) && has(&|area| !area.fee.is_empty() && area.minutes > 0));
        assert_eq!(parse_areas("").unwrap(), Areas::default());
    }

    #[rstest]
    #[case("15", "15")]
    #[case("\"15.50\"", "15.5")]
    #[case("\"15,50\"", "15.5")]
    #[case("0", "0")]
    fn a_least_sum_is_exact(#[case] text: &str, #[case] wanted: Decimal) {
        let areas = parse_areas(&format!("[[areas]]\nname = \"A\"\nzips = [\"22765\"]\nminimum = {text}")).unwrap();
        assert_eq!(areas.areas[0].minimum, wanted);
    }

    const TWO: &str = "[[areas]]\nname = \"A\"\nzips = [\"22765\", \"22767-22769\"]\n[[areas]]\n";

    #[rstest]
    #[case("\noutside = \"maybe\"", AreasError::Form { line: 2, detail: String::new() })]
    #[case("[[areas]]\nzips = []", AreasError::Form { line: 1, detail: String::new() })]
    #[case("[[areas]]\nname = \"A\"\nzips = []", AreasError::Zip { line: 2 })]
    #[case("[[areas]]\nname = \"A\"\nzips = [\n\"22765\",\n\"x\"]", AreasError::Zip { line: 5 })]
    #[case("[[areas]]\nname = \" \"\nzips = [\"22765\"]", AreasError::Name { line: 2 })]
    #[case("[[areas]]\nname = \"A\"\nzips = [\"22765\"]\nminimum = 1.5", AreasError::Money { line: 4 })]
    #[case("[[areas]]\nname = \"A\"\nzips = [\"22765\"]\nminimum = \"1.555\"", AreasError::Money { line: 4 })]
    #[case("[[areas]]\nname = \"A\"\nzips = [\"22765\"]\nminimum = \"1_5.50\"", AreasError::Money { line: 4 })]
    #[case("[[areas]]\nname = \"A\"\nzips = [\"22765\"]\nminimum = -1", AreasError::Money { line: 4 })]
    #[case("[[areas]]\nname = \"A\"\nzips = [\"22765\"]\nminutes = 601", AreasError::Minutes { line: 4 })]
    #[case("[[areas]]\nname = \"A\"\nzips = [\"22765\"]\nprice = 1", AreasError::Form { line: 4, detail: String::new() })]
    fn what_is_wrong_is_named_with_its_line(#[case] text: &str, #[case] wanted: AreasError) {
        let mut error = parse_areas(text).unwrap_err();
        if let AreasError::Form { detail, .. } = &mut error {
            assert!(!std::mem::take(detail).is_empty());
        }
        assert_eq!(error, wanted);
    }

    #[test]
    fn what_contradicts_itself_is_named_with_its_line() {
        let twice = parse_areas(&format!("{TWO}name = \"B\"\nzips = [\n\"20095\",\n\"22768\"]")).unwrap_err();
        assert_eq!(twice, AreasError::Twice { line: 8, zip: "22768".into(), other: "A".into() });
        let name = parse_areas(&format!("{TWO}name = \"A\"\nzips = [\"20095\"]")).unwrap_err();
        assert_eq!(name, AreasError::Name { line: 5 });
        let streets = format!("{TWO}name = \"B\"\nzips = [\"22768\"]\nstreets = [\"Hafenstr.\"]");
        assert_eq!(parse_areas(&streets).unwrap().areas.len(), 2, "streets tell them apart");
    }
}
