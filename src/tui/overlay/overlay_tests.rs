//! Tests of what lies over the screens.

use crate::tui::{
    input::command::COMMANDS,
    overlay::help::{self, HelpLine},
    testing::Hands,
    widgets::wrap,
};

#[test]
fn help_names_every_command_once() {
    let hands = Hands::new();
    let lines = help::lines(&hands.model, &hands.model.contexts());
    let shown = lines.iter().filter(|line| matches!(line, HelpLine::Keys { .. })).count();
    assert_eq!(shown, COMMANDS.len());
    for row in COMMANDS {
        let text = hands.model.texts.t(&format!("explain.{}", row.id)).to_owned();
        let named = |line: &HelpLine| matches!(line, HelpLine::Keys { text: own, .. } if *own == text);
        assert!(lines.iter().any(named), "{}", row.id);
    }
}

#[test]
fn the_palette_finds_a_command_and_does_it() {
    let mut hands = Hands::new();
    hands.press("ctrl+p");
    hands.type_text("zahlung");
    hands.press("enter");
    assert_eq!(hands.draft().step, crate::domain::draft::flow::Step::Payment);
}

#[test]
fn a_comment_is_typed_kept_or_dropped() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("f5");
    hands.type_text("gut durch");
    hands.press("enter f5 x esc");
    assert_eq!(hands.cart(), ["1 Pizza Hawaii #gut durch"]);
}

#[test]
fn breaking_a_text_ends_and_loses_no_letter() {
    for text in [
        "",
        " ",
        "    ",
        &" ".repeat(74),
        "Milch und Honig",
        "ohne Ende".repeat(20).as_str(),
        "  ein Wort 漢字漢字",
        "e\u{301}e",
    ] {
        for (columns, indent) in [(0, 0), (0, 4), (1, 9), (2, 2), (10, 4), (75, 76), (75, 200)] {
            let lines = wrap::wrap(text, columns, indent);
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(letters(&lines.concat()), letters(text), "{text:?} in {columns}, indented by {indent}");
            assert!(lines.len() <= text.len() + 1);
        }
    }
}
