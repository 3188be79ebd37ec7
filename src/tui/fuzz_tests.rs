//! Any keys, pastes and sizes in any sequence: nothing panics, and nothing raw reaches a cell.

use std::time::Duration;

use super::{
    msg::Msg,
    shell::input::{decode::Decoder, event::Input, split::Splitter},
    testing::{Hands, accepted, rejected, row, unknown},
};
use crate::{
    fuzz::{Random, assert_harmless, fuzz, text},
    i18n::Lang,
};

/// Anything a terminal can send.
fn sent(random: &mut Random) -> Vec<u8> {
    let modifier = random.below(9);
    match random.below(40) {
        0 => format!("\x1b[200~{}\x1b[201~", text(random)).into_bytes(),
        1 => b"\x1b[200~never ended\r".to_vec(),
        2 => b"\x1b[?2026;2$y\x1b[?0u\x1b[?62c".to_vec(),
        3 | 4 => {
            let button = random.pick(&[0, 2, 35, 64, 65, 66]);
            format!("\x1b[<{button};{};{}{}", random.below(700), random.below(700), random.pick(&['M', 'm']))
                .into_bytes()
        }
        5..=12 => {
            char::from_u32(u32::try_from(random.below(0x11_0000)).unwrap()).unwrap_or('ä').to_string().into_bytes()
        }
        13..=19 => random.pick(&["2", "*", "5", "#", "=", "%", "x", "j", "s", "w", "/", " "]).as_bytes().to_vec(),
        20 | 21 => vec![u8::try_from(random.below(256)).unwrap()],
        22 | 23 => vec![0x1b, u8::try_from(random.below(128)).unwrap()],
        24 | 25 => format!("\x1b[{};{modifier}u", random.below(60_000)).into_bytes(),
        26..=29 => format!("\x1b[{};{modifier}~", random.below(40)).into_bytes(),
        30 | 31 => format!("\x1b[1;{modifier}{}", random.pick(&['A', 'B', 'C', 'D', 'F', 'H', 'P', 'R'])).into_bytes(),
        _ => random
            .pick(&["\r", "\x1b", "\t", "\x1b[Z", "\x7f", "\x1b[3~", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1bOP"])
            .as_bytes()
            .to_vec(),
    }
}

/// Keys, pastes, clicks and sizes in any sequence; a new desk now and then.
#[test]
fn fuzz_keys_and_pastes() {
    let mut hands = Hands::before_anything(Lang::De, super::testing::shop());
    let (mut splitter, mut decoder, mut now) = (Splitter::default(), Decoder::default(), Duration::ZERO);
    let mut taken: u64 = 0;
    fuzz("fuzz_keys_and_pastes", |random| {
        taken += 1;
        if taken.is_multiple_of(1_000) || hands.quitting {
            let lang = *random.pick(&Lang::ALL);
            hands = if random.one_in(10) {
                Hands::speaking(lang)
            } else {
                Hands::before_anything(lang, super::testing::shop())
            };
            hands.list(vec![row(21, accepted(1)), row(22, unknown()), row(23, rejected())]);
        }
        now += Duration::from_millis(u64::try_from(random.below(400)).unwrap());
        let mut inputs = Vec::new();
        splitter.expire(now, &mut |token| inputs.extend(decoder.input(token, now)));
        splitter.feed(&sent(random), now, &mut |token| inputs.extend(decoder.input(token, now)));
        for input in inputs {
            match input {
                Input::Key { key, at } => {
                    hands.take(Msg::Beat(at));
                    hands.take(Msg::Key(key));
                }
                Input::Msg(msg) => drop(hands.take(msg)),
                Input::Click { column, row, .. } => {
                    if let Some(target) = hands.draw().1.hit(column, row) {
                        hands.take(Msg::Click(target));
                    }
                }
                _ => {}
            }
        }
        if random.one_in(100) {
            let small = |random: &mut Random| u16::try_from(random.below(700)).unwrap();
            hands.take(Msg::Resize(small(random), small(random)));
        }
        if taken.is_multiple_of(100) {
            let (columns, rows) = (hands.size.0.min(200), hands.size.1.min(60));
            hands.take(Msg::Resize(columns, rows));
            let (buffer, drawn) = hands.draw();
            assert_harmless(buffer.content().iter().map(|cell| cell.symbol()));
            assert!(drawn.cursor.is_none_or(|cursor| buffer.area.contains(cursor)));
            let draft = hands.draft();
            assert_harmless(draft.fields.values().map(String::as_str).chain([draft.search.as_str()]));
            assert_harmless(draft.lines.iter().map(|line| line.comment.as_str()));
        }
    });
}
