//! Any keys, pastes and sizes in any sequence: nothing panics, and nothing raw reaches a cell.

use std::time::Duration;

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyEventState, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use proptest::prelude::*;
use tokio::time::Instant;

use super::{
    command::COMMANDS,
    input::{Input, translate},
    msg::Msg,
    testing::{Hands, accepted, rejected, row, unknown},
};
use crate::{
    fuzz::{Random, assert_harmless, fuzz, text},
    i18n::Lang,
};

/// Anything a terminal can send, as its library tells it.
fn event(random: &mut Random) -> Event {
    let small = |random: &mut Random| u16::try_from(random.below(700)).unwrap();
    let modifiers = KeyModifiers::from_bits_truncate(u8::try_from(random.below(64)).unwrap());
    match random.below(40) {
        0 => Event::Paste(text(random)),
        1 => Event::Resize(small(random), small(random)),
        2 => Event::FocusLost,
        3 | 4 => {
            let kinds = [
                MouseEventKind::Down(MouseButton::Left),
                MouseEventKind::Up(MouseButton::Right),
                MouseEventKind::Drag(MouseButton::Middle),
                MouseEventKind::Moved,
                MouseEventKind::ScrollDown,
                MouseEventKind::ScrollUp,
                MouseEventKind::ScrollLeft,
            ];
            Event::Mouse(MouseEvent {
                kind: *random.pick(&kinds),
                column: small(random),
                row: small(random),
                modifiers,
            })
        }
        5..=19 => {
            let c = char::from_u32(u32::try_from(random.below(0x11_0000)).unwrap()).unwrap_or('ä');
            let plain = *random.pick(&['2', '*', '5', '#', '=', '%', 'x', 'j', 's', 'w', '/', ' ']);
            key(
                random,
                if modifiers.bits().is_multiple_of(3) { KeyCode::Char(c) } else { KeyCode::Char(plain) },
                modifiers,
            )
        }
        _ => {
            let codes = [
                KeyCode::Enter,
                KeyCode::Esc,
                KeyCode::Tab,
                KeyCode::BackTab,
                KeyCode::Backspace,
                KeyCode::Delete,
                KeyCode::Insert,
                KeyCode::Up,
                KeyCode::Down,
                KeyCode::Left,
                KeyCode::Right,
                KeyCode::Home,
                KeyCode::End,
                KeyCode::PageUp,
                KeyCode::PageDown,
                KeyCode::Null,
                KeyCode::CapsLock,
                KeyCode::Menu,
                KeyCode::KeypadBegin,
            ];
            let f = KeyCode::F(u8::try_from(random.below(40)).unwrap());
            let code = if random.one_in(3) { f } else { *random.pick(&codes) };
            let modifiers = if random.one_in(3) { modifiers } else { KeyModifiers::NONE };
            key(random, code, modifiers)
        }
    }
}

fn key(random: &mut Random, code: KeyCode, modifiers: KeyModifiers) -> Event {
    let kind = *random.pick(&[KeyEventKind::Press, KeyEventKind::Press, KeyEventKind::Repeat, KeyEventKind::Release]);
    Event::Key(KeyEvent { code, modifiers, kind, state: KeyEventState::empty() })
}

/// Keys, pastes, clicks and sizes in any sequence; a new desk now and then.
#[test]
fn fuzz_keys_and_pastes() {
    let mut hands = Hands::before_anything(Lang::De, super::testing::shop());
    let (start, mut now) = (Instant::now(), Duration::ZERO);
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
        match translate(event(random), start + now) {
            Some(Input::Key { key, at }) => {
                hands.take(Msg::Beat(at - start));
                hands.take(Msg::Key(key));
            }
            Some(Input::Msg(msg)) => drop(hands.take(msg)),
            Some(Input::Click { column, row, .. }) => {
                if let Some(target) = hands.draw().1.hit(column, row) {
                    hands.take(Msg::Click(target));
                }
            }
            _ => {}
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

#[derive(Debug, Clone)]
enum Did {
    Key(&'static str),
    Typed(char),
    Pasted(String),
    Sized(u16, u16),
}

fn did() -> impl Strategy<Value = Did> {
    let keys: Vec<&'static str> =
        COMMANDS.iter().filter(|row| row.id != "quit").flat_map(|row| row.keys.iter().copied()).collect();
    prop_oneof![
        8 => prop::sample::select(keys).prop_map(Did::Key),
        4 => any::<char>().prop_map(Did::Typed),
        4 => prop::sample::select("0123456789*#=%+ä ".chars().collect::<Vec<_>>()).prop_map(Did::Typed),
        1 => "(?s).{0,40}".prop_map(Did::Pasted),
        1 => (1u16..300, 1u16..100).prop_map(|(columns, rows)| Did::Sized(columns, rows)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_panics_and_nothing_raw_is_drawn(steps in prop::collection::vec(did(), 1..60), german in any::<bool>()) {
        let mut hands = Hands::speaking(if german { Lang::De } else { Lang::En });
        hands.list(vec![row(21, accepted(1)), row(22, unknown()), row(23, rejected())]);
        for step in steps {
            match step {
                Did::Key(name) => { hands.press(name); }
                Did::Typed(c) => { hands.type_text(&c.to_string()); }
                Did::Pasted(text) => { hands.paste(&text); }
                Did::Sized(columns, rows) => { hands.take(Msg::Resize(columns, rows)); }
            }
            let (buffer, _) = hands.draw();
            for cell in buffer.content() {
                let raw = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}');
                prop_assert!(!cell.symbol().chars().any(raw), "{:?}", cell.symbol());
            }
        }
    }
}
