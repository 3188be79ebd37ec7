//! Structured nonsense for every decoder: valid documents with something wrong in them. Cases have numbers, so that each
//! can be replayed alone. `FUZZ_CASES` sets how many (100,000), `FUZZ_SEED` where they begin.

use std::{cell::RefCell, time::Duration};

use oktodesk_testkit::splitmix::SplitMix64;
use serde_json::{Map, Number, Value};
use tokio::time::Instant;

use crate::domain::value::text::harmless;

/// Cases of each decoder where nobody says otherwise.
const CASES: u64 = 100_000;
/// No input keeps a decoder busy for longer, on the slowest machine.
const BOUND: Duration = Duration::from_secs(10);

/// Numbers that look random and are always the same.
pub struct Random(SplitMix64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(SplitMix64(seed))
    }

    pub fn next(&mut self) -> u64 {
        self.0.draw()
    }

    /// Below `end`, which is not zero.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    /// Once in so many times.
    pub fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// Says which case it was when a test fails in it.
struct Case<'a> {
    name: &'a str,
    seed: u64,
}

impl Drop for Case<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("again: FUZZ_CASES=1 FUZZ_SEED={} cargo test --lib {}", self.seed, self.name);
        }
    }
}

fn setting(name: &str) -> Option<u64> {
    Some(std::env::var(name).ok()?.trim().parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// Runs a decoder on as many cases as are wanted; each ends in time.
pub fn fuzz(name: &str, mut one: impl FnMut(&mut Random)) {
    let (cases, first) = (setting("FUZZ_CASES").unwrap_or(CASES), setting("FUZZ_SEED").unwrap_or(1));
    assert!(cases > 0);
    for seed in first..first.saturating_add(cases) {
        let case = Case { name, seed };
        let start = Instant::now();
        one(&mut Random::new(seed.wrapping_mul(0x2545_f491_4f6c_dd1d)));
        assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
        drop(case);
    }
    println!("{name}: {cases} cases from {first}");
}

/// Nothing in these texts changes a terminal, reorders a line or hides something.
#[track_caller]
pub fn assert_harmless<'a>(texts: impl IntoIterator<Item = &'a str>) {
    for text in texts {
        assert!(
            text.is_ascii() && !text.bytes().any(|b| b < b' ' || b == 0x7f) || text.chars().all(|c| harmless(c) == c),
            "{text:?}"
        );
    }
}

thread_local! {
    static HOSTILE: RefCell<Vec<String>> = RefCell::new(
        oktodesk_testkit::hostile::all().into_iter().map(|(_, text)| text).filter(|text| text.len() < 300).collect());
}

/// A text of any kind.
pub fn text(random: &mut Random) -> String {
    match random.below(12) {
        0 => String::new(),
        1 => (0..random.below(12))
            .filter_map(|_| char::from_u32(u32::try_from(random.below(0x11_0000)).unwrap()))
            .collect(),
        2 => "x".repeat(random.below(3_000)),
        3 => random.pick(&["19.95", "1e400", "-0", "NaN", " 7 ", "0x10", "99999999999999999999", "true"]).to_string(),
        4 => {
            random.pick(&["2026-03-29T02:30:00", "2026-02-29T12:00:00Z", "25:00", "+10000-01-01T00:00:00Z"]).to_string()
        }
        5 => random.pick(&["Europe/Berlin", "../../etc/passwd", "Mars/Olympus", "UTC", "/etc/localtime"]).to_string(),
        _ => HOSTILE.with_borrow(|hostile| random.pick(hostile).clone()),
    }
}

/// A JSON value of any kind, not deep.
pub fn value(random: &mut Random) -> Value {
    const NUMBERS: [&str; 12] = [
        "0",
        "-1",
        "1e400",
        "-1E-400",
        "12.990000000000001",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775809",
        "123456789012345678901234567890123456789",
        "0.00000000000000000000000000000000000001",
        "1E+9",
        "-0.0",
    ];
    match random.below(10) {
        0 => Value::Null,
        1 => Value::Bool(random.one_in(2)),
        2 | 3 => Value::Number(number(random.pick::<&str>(&NUMBERS))),
        4 => Value::Array((0..random.below(4)).map(|_| Value::String(text(random))).collect()),
        5 => Value::Object(Map::from_iter([(text(random), Value::Null)])),
        6 => nested(random),
        _ => Value::String(text(random)),
    }
}

fn number(text: &str) -> Number {
    serde_json::from_str(text).unwrap_or_else(|_| Number::from(0))
}

fn nested(random: &mut Random) -> Value {
    let mut value = Value::from(1);
    let depth = if random.one_in(20) { 200 } else { random.below(12) };
    for _ in 0..depth {
        value = if random.one_in(2) {
            Value::Array(vec![value])
        } else {
            Value::Object(Map::from_iter([("items".to_owned(), value)]))
        };
    }
    value
}

/// Makes something wrong somewhere in a document: dropped, retyped, renamed, repeated, wrapped, moved, emptied.
pub fn spoil(value: &mut Value, random: &mut Random) {
    // A walk from the top: each place is as likely as the way to it.
    let children = match &*value {
        Value::Array(list) => list.len(),
        Value::Object(map) => map.len(),
        _ => 0,
    };
    if children > 0 && !random.one_in(4) {
        let at = random.below(children);
        return match value {
            Value::Array(list) => spoil(&mut list[at], random),
            Value::Object(map) => spoil(map.values_mut().nth(at).unwrap(), random),
            _ => {}
        };
    }
    match (random.below(8), &mut *value) {
        (0, Value::Object(map)) if !map.is_empty() => {
            let key = map.keys().nth(random.below(map.len())).unwrap().clone();
            map.remove(&key);
        }
        (1, Value::Object(map)) if !map.is_empty() => {
            let key = map.keys().nth(random.below(map.len())).unwrap().clone();
            let moved = map.remove(&key).unwrap_or_default();
            map.insert(if random.one_in(2) { key.to_uppercase() } else { text(random) }, moved);
        }
        (2, Value::Object(map)) => {
            map.insert(text(random), self::value(random));
        }
        (0 | 1, Value::Array(list)) if !list.is_empty() => {
            list.remove(random.below(list.len()));
        }
        (2 | 3, Value::Array(list)) if !list.is_empty() => {
            let again = list[random.below(list.len())].clone();
            let many = random.below(9);
            list.extend(std::iter::repeat_n(again, many));
        }
        (3, Value::Object(map)) => {
            let list = map.values().cloned().collect();
            *value = Value::Array(list);
        }
        (4, _) => *value = Value::Array(vec![value.take()]),
        (5, Value::String(held)) => held.push_str(&text(random)),
        _ => *value = self::value(random),
    }
}

/// A document with one to four things wrong in it, as the bytes of an answer; sometimes the bytes are broken, too.
pub fn document(whole: &Value, random: &mut Random) -> Vec<u8> {
    let mut value = whole.clone();
    for _ in 0..random.below(5) {
        spoil(&mut value, random);
    }
    let mut json = value.to_string();
    if random.one_in(8) {
        repeat_a_field(&mut json, random);
    }
    let mut bytes = json.into_bytes();
    if random.one_in(6) {
        break_bytes(&mut bytes, random);
    }
    bytes
}

/// The same field twice, or an escape that is no character.
fn repeat_a_field(json: &mut String, random: &mut Random) {
    let Some(at) = json.find('{') else { return };
    let surrogate = *random.pick(&oktodesk_testkit::hostile::LONE_SURROGATES);
    let field = *random.pick(&["orderId", "items", "success", "id", "internalId", "status", "price", "name"]);
    json.insert_str(at + 1, &format!("\"{field}\":{surrogate},"));
}

fn break_bytes(bytes: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    match random.below(7) {
        0 => bytes.truncate(at),
        1 => bytes.insert(at, u8::try_from(random.below(256)).unwrap()),
        2 => drop(bytes.splice(0..0, [0xef, 0xbb, 0xbf])),
        3 => bytes.insert(at, 0),
        4 => bytes.extend_from_slice(b"\n<html>\x1b[2J"),
        5 => *bytes = [0xff, 0xfe].into_iter().chain(bytes.iter().flat_map(|b| [*b, 0])).collect(),
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
    }
}

#[test]
fn a_case_is_the_same_again_and_cases_differ() {
    let make = |seed| document(&serde_json::json!({"a": [1, {"b": "c"}], "d": "e"}), &mut Random::new(seed));
    let all: std::collections::HashSet<_> = (0..1_000).map(make).collect();
    assert!(all.len() > 500, "{}", all.len());
    assert!((0..100).all(|seed| make(seed) == make(seed)));
}
