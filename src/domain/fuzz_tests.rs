//! What a person types, as structured nonsense: the quick line, times, amounts. Nothing panics and nothing typed is lost.

use rust_decimal::Decimal;

use super::{draft::quick, value::due::parse_due};
use crate::fuzz::{Random, fuzz, text};

/// A line of the kind that is typed, with something wrong in it.
fn line(random: &mut Random) -> String {
    const PARTS: [&str; 24] = [
        "2",
        "*",
        "x",
        "×",
        "0",
        "-1",
        "1e9",
        "0,3333",
        "0.005",
        "1000000000000000000000000000000",
        " ",
        "#",
        " #",
        "51",
        "haw",
        "käse",
        "4001724819011",
        ",",
        ".",
        "\u{a0}",
        "ohne Zwiebeln",
        "X",
        "½",
        "١٢",
    ];
    let mut line: String = (0..random.below(7)).map(|_| *random.pick(&PARTS)).collect();
    if random.one_in(4) {
        line.push_str(&text(random));
    }
    if random.one_in(8) {
        line.insert_str(0, &text(random));
    }
    line
}

#[test]
fn fuzz_quick_line() {
    fuzz("fuzz_quick_line", |random| {
        let line = line(random);
        let read = quick::parse(&line);
        assert!(read.quantity > Decimal::ZERO, "{line:?}");
        assert!(line.contains(read.text) && line.contains(read.comment), "{line:?}");
        if read.quantity == Decimal::ONE && !line.contains(['*', 'x', 'X', '×', '#']) {
            assert_eq!(read.text, line.trim(), "what is typed is searched");
        }
    });
}

#[test]
fn fuzz_due() {
    let now = jiff::civil::date(2028, 2, 29).at(23, 59, 59, 0);
    const PARTS: [&str; 20] = [
        "18",
        ":",
        "30",
        ".",
        "24",
        "12",
        "29.2.",
        "2028",
        "-",
        " ",
        "+",
        "25",
        "morgen",
        "heute",
        "asap",
        "99999999999",
        "0",
        "25:00",
        "31.4.",
        "tomorrow",
    ];
    let words = crate::i18n::time_words();
    fuzz("fuzz_due", |random| {
        let mut typed: String = (0..random.below(7)).map(|_| *random.pick(&PARTS)).collect();
        if random.one_in(6) {
            typed.push_str(&text(random));
        }
        if let Some(super::value::due::Due::At(at)) = parse_due(&typed, &words, now) {
            assert_eq!((at.second(), at.subsec_nanosecond()), (0, 0), "{typed:?}");
        }
    });
}
