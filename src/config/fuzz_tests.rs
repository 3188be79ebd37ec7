//! Settings as structured nonsense, in the file and in the environment: they are used or named, and nothing panics.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::{Config, EXAMPLE, layers::merge_text};
use crate::fuzz::{Random, assert_harmless, fuzz, text};

fn leaf(random: &mut Random) -> Value {
    match random.below(9) {
        0 => Value::Boolean(random.one_in(2)),
        1 => Value::Integer(*random.pick(&[0, -1, 1, 35, 3_600, i64::MAX, i64::MIN])),
        2 => Value::Float(*random.pick(&[0.5, f64::NAN, f64::INFINITY, -0.0, 1e308])),
        3 => Value::Array((0..random.below(4)).map(|_| leaf(random)).collect()),
        4 => Value::Table(Table::from_iter([(text(random), Value::Boolean(true))])),
        5 => Value::Datetime("1979-05-27T07:32:00Z".parse().unwrap()),
        6 => Value::String(
            (*random.pick(&["https://shop.example/v1", "http://evil.example", "/x", "~/x", "f9", "DE"])).into(),
        ),
        _ => Value::String(text(random)),
    }
}

fn spoil(value: &mut Value, random: &mut Random) {
    match value {
        Value::Table(table) if !table.is_empty() && !random.one_in(6) => {
            let key = table.keys().nth(random.below(table.len())).unwrap().clone();
            match random.below(8) {
                0 => drop(table.remove(&key)),
                1 => {
                    let held = table.remove(&key).unwrap_or(Value::Boolean(true));
                    table.insert(if random.one_in(2) { format!("{key}s") } else { text(random) }, held);
                }
                _ => spoil(&mut table[&key], random),
            }
        }
        Value::Array(list) if !list.is_empty() && !random.one_in(4) => {
            let at = random.below(list.len());
            match random.below(4) {
                0 => drop(list.remove(at)),
                1 => list.push(list[at].clone()),
                _ => spoil(&mut list[at], random),
            }
        }
        value => *value = leaf(random),
    }
}

/// Some sections of the example with something wrong in them, as a file; sometimes no TOML at all.
fn file(sections: &[(String, Value)], random: &mut Random) -> String {
    let mut table = Table::new();
    for _ in 0..random.below(3) {
        let (name, value) = random.pick(sections).clone();
        table.insert(name, value);
    }
    let mut whole = Value::Table(table);
    for _ in 0..random.below(4) {
        spoil(&mut whole, random);
    }
    let mut written = toml::to_string(&whole).unwrap_or_default();
    if random.one_in(6) {
        let at = crate::tui::input::edit::floor(&written, random.below(written.len() + 1));
        match random.below(3) {
            0 => written.truncate(at),
            1 => written.insert_str(at, &text(random)),
            _ => written.insert_str(0, "\u{feff}[desk]\nlanguage = \"de\"\n"),
        }
    }
    written
}

fn environment(keys: &[String], random: &mut Random) -> BTreeMap<String, String> {
    let one = |random: &mut Random| {
        let name = if random.one_in(5) { text(random) } else { random.pick(keys).clone() };
        let value = match random.below(3) {
            0 => leaf(random).to_string(),
            _ => text(random),
        };
        (format!("OKTODESK_{name}"), value)
    };
    (0..random.below(3)).map(|_| one(random)).collect()
}

#[test]
fn fuzz_config() {
    let example: Table = toml::from_str(EXAMPLE).unwrap();
    let sections: Vec<(String, Value)> = example.into_iter().collect();
    let keys: Vec<String> = Config::load(&super::ConfigSources::default())
        .unwrap()
        .shown
        .iter()
        .map(|shown| shown.key.to_uppercase().replace('.', "__"))
        .collect();
    let (mut used, mut named) = (0, 0);
    fuzz("fuzz_config", |random| {
        let (file, env) = (file(&sections, random), environment(&keys, random));
        let read = merge_text(&file, &env).and_then(|layers| {
            let config: Config = layers.read()?;
            super::check::check(&config, &layers)?;
            Ok(config)
        });
        match read {
            Ok(config) => {
                used += 1;
                assert!(!config.shop.order_types.is_empty() && config.oktopos.total_timeout_seconds >= 35);
            }
            Err(error) => {
                named += 1;
                // The way of every error to standard error.
                let words = crate::domain::value::text::Clean::bounded(&error.to_string(), 4_000);
                assert!(!words.is_empty());
                assert_harmless([words.as_str()]);
            }
        }
    });
    assert!(used > 0 || named > 0);
}
