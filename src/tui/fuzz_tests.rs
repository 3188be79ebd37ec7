//! Any keys, pastes and sizes in any sequence: nothing panics, and nothing raw reaches a cell.

use proptest::prelude::*;

use super::{
    command::COMMANDS,
    msg::Msg,
    testing::{Hands, accepted, rejected, row, unknown},
};
use crate::i18n::Lang;

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
