//! The comment of a line with ready-made ones beside it: a digit takes one or takes it away again, letters look for one, and
//! whatever is typed is a comment as well. What was given back because a number began with it is said, for it may have been an
//! allergy.

use crate::tui::{
    overlay::{
        moving::{self, Move},
        outcome::Outcome,
    },
    state::{model::Model, overlay::comment::CommentPicker},
};

/// Takes the comment over. Letters right behind a digit may have been meant behind its comment: that is said.
pub fn accept(model: &Model, picker: &CommentPicker) -> Outcome {
    let text = picker.text.trim().trim_end_matches(',').to_owned();
    let is_glued = |text: &str| text.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(char::is_alphabetic);
    let warning = untaken_words(model, picker).filter(|_| picker.untaken().is_some_and(|(_, text)| is_glued(text)));
    Outcome::Comment { line: picker.line, text, warning }
}

/// `Nicht gewählt: Allergie! („9 Nuss“ ist Text)`.
pub fn untaken_words(model: &Model, picker: &CommentPicker) -> Option<String> {
    let (lost, text) = picker.untaken()?;
    Some(model.texts.fill("prompt.comment_untaken", &[("comment", &lost), ("text", text)]))
}

/// Moves the selection.
pub fn moved(picker: &mut CommentPicker, by: Move) {
    let count = picker.settle();
    moving::select(&mut picker.selected, count, by);
}

#[cfg(test)]
mod tests {
    use crate::{
        i18n::Lang,
        tui::testing::{Hands, with_shop_menu},
    };

    /// A pizza whose comment is asked for.
    fn hands() -> Hands {
        let mut hands = with_shop_menu(Lang::De);
        hands.enter(&["51"]);
        hands.press("f5");
        hands
    }

    #[test]
    fn a_digit_takes_one_and_takes_it_away() {
        let mut hands = hands();
        assert!(
            hands.screen().contains("1 [ ] geschnitten") && hands.screen().contains("4 [ ] gut durch"),
            "{}",
            hands.screen()
        );
        hands.press("1 4 5 4 enter");
        assert_eq!(hands.cart(), ["1 Pizza Hawaii #geschnitten, ohne Zwiebeln"]);
        hands.press("f5 1 enter");
        assert_eq!(hands.cart(), ["1 Pizza Hawaii #ohne Zwiebeln"], "it begins with what the line has");
    }

    #[test]
    fn letters_look_for_one_and_are_a_comment_as_well() {
        let mut hands = hands();
        hands.type_text("zwi");
        assert!(hands.screen().contains("ohne Zwiebeln") && !hands.screen().contains("geschnitten"));
        hands.press("tab enter");
        assert_eq!(hands.cart(), ["1 Pizza Hawaii #ohne Zwiebeln"]);
        hands.press("f5");
        hands.type_text(", in 4 Teile");
        hands.press("enter");
        assert_eq!(hands.cart(), ["1 Pizza Hawaii #ohne Zwiebeln, in 4 Teile"], "a digit in a text is a digit");
        hands.press("f5");
        hands.press(&"backspace ".repeat(30));
        hands.type_text(" 2 Teller");
        hands.press("enter");
        assert_eq!(hands.cart(), ["1 Pizza Hawaii #2 Teller"]);
    }

    #[test]
    fn a_comment_that_begins_with_a_number_is_typed_as_it_is() {
        let typed = |keys: &str| {
            let mut hands = hands();
            hands.type_text(keys);
            hands.press("enter");
            hands.cart().remove(0).strip_prefix("1 Pizza Hawaii").unwrap().to_owned()
        };
        for text in ["10 min später", "4. Gang", "10", "1,5 Stunden", "2-3 min", "140er Form"] {
            assert_eq!(typed(text), format!(" #{text}"));
        }
        assert_eq!(typed("13"), " #geschnitten, ohne Käse", "digits alone are choices, several as well");
        assert_eq!(typed("1, in 4 Teile"), " #geschnitten, in 4 Teile");
        assert_eq!(typed("11"), "", "the second one takes it away");
        assert_eq!(typed(" 2 Teller"), " #2 Teller", "a space before it makes a digit text");
        for (keys, comment) in [
            ("2ohne Rand", "knuspriger Boden, ohne Rand"),
            ("2 ohne Rand", "knuspriger Boden, ohne Rand"),
            ("14 ohne Rand", "geschnitten, gut durch, ohne Rand"),
            ("1x", "geschnitten, x"),
        ] {
            assert_eq!(typed(keys), format!(" #{comment}"), "what is shown as chosen stays chosen");
        }
    }

    #[test]
    fn a_digit_is_a_choice_until_text_follows() {
        let mut hands = hands();
        hands.press("1");
        assert!(hands.screen().contains("[x] geschnitten"), "it is seen at once: {}", hands.screen());
        hands.press("0");
        assert!(!hands.screen().contains("[x]") && hands.screen().contains("› 10"), "{}", hands.screen());
        hands.type_text(" min");
        hands.press("enter f5 end 1 3 backspace enter");
        assert_eq!(hands.cart(), ["1 Pizza Hawaii #10 min1"], "a digit in a text is a digit");
        hands.press("f5 ctrl+w");
        hands.press(&"backspace ".repeat(9));
        hands.press("1 4 backspace enter");
        assert_eq!(hands.cart(), ["1 Pizza Hawaii #geschnitten"], "the last choice is taken back as a whole");
        hands.press("f5");
        hands.type_text("10 min");
        hands.press("enter");
        assert_eq!(hands.cart(), ["1 Pizza Hawaii #geschnitten, 10 min"], "behind what was there");
    }

    #[test]
    fn the_arrows_choose_and_esc_changes_nothing() {
        let mut hands = hands();
        hands.press("down down tab enter");
        assert_eq!(hands.cart(), ["1 Pizza Hawaii #ohne Käse"]);
        hands.press("f5 1 esc");
        assert_eq!(hands.cart(), ["1 Pizza Hawaii #ohne Käse"]);
        hands.enter(&["402"]);
        hands.press("f5");
        assert!(hands.screen().contains("1 [ ] ohne Eis"), "a drink has its own: {}", hands.screen());
    }

    #[test]
    fn a_comment_typed_in_full_is_that_comment_and_no_other() {
        for typed in ["ohne Käse", "ohne käse"] {
            let mut hands = hands();
            hands.type_text(typed);
            assert!(hands.screen().contains("▌3 [") || hands.screen().contains("▌  ["), "{}", hands.screen());
            hands.press("tab enter");
            assert_eq!(hands.cart(), ["1 Pizza Hawaii #ohne Käse"]);
        }
        let mut hands = hands();
        hands.type_text("ohne Käse, ohne Käse");
        hands.press("tab down tab enter");
        assert_eq!(
            hands.cart(),
            ["1 Pizza Hawaii #ohne Käse, knuspriger Boden"],
            "once, and the arrows choose another"
        );
    }

    #[test]
    fn text_behind_a_taken_comment_is_parted_from_it() {
        let mut hands = hands();
        hands.type_text("zwi");
        hands.press("tab");
        hands.type_text("und mehr");
        hands.press("enter");
        assert_eq!(hands.cart(), ["1 Pizza Hawaii #ohne Zwiebeln, und mehr"]);
        hands.press("f5 ctrl+u 4 down");
        hands.paste("am Rand");
        hands.press("enter");
        assert_eq!(hands.cart(), ["1 Pizza Hawaii #gut durch, am Rand"]);
    }

    #[test]
    fn a_comment_that_a_text_took_back_is_said() {
        let mut hands = hands();
        hands.type_text("40nuts");
        let lost = "Nicht gewählt: gut durch";
        assert!(hands.screen().contains(lost) && hands.screen().contains("40nuts"), "{}", hands.screen());
        hands.press("enter");
        assert_eq!(hands.cart(), ["1 Pizza Hawaii #40nuts"]);
        assert!(hands.said().contains(lost), "who does not look reads it afterwards: {}", hands.said());
        hands.press("f5 ctrl+u");
        hands.type_text("10 min");
        assert!(hands.screen().contains("Nicht gewählt: geschnitten"), "{}", hands.screen());
        hands.press("enter");
        assert!(!hands.said().contains("Nicht gewählt"), "a number with a unit is meant: {}", hands.said());
        hands.press("f5 ctrl+u 4 0 n , 4");
        assert!(!hands.screen().contains("Nicht gewählt"), "it is taken again: {}", hands.screen());
    }

    #[test]
    fn a_digit_adds_to_what_was_written_before() {
        let mut hands = hands();
        hands.type_text("20 min später");
        hands.press("enter f5");
        assert!(hands.screen().contains("1 [ ] geschnitten"), "all are offered: {}", hands.screen());
        hands.press("1 enter");
        assert_eq!(hands.cart(), ["1 Pizza Hawaii #20 min später, geschnitten"]);
        hands.press("f5 1 enter f5 tab enter");
        assert_eq!(hands.cart(), ["1 Pizza Hawaii #20 min später, geschnitten"]);
        hands.press("f5 1 enter f5 s enter");
        assert_eq!(hands.cart(), ["1 Pizza Hawaii #20 min späters"], "letters go on where the cursor is");
        hands.press("f5 ctrl+u");
        hands.type_text("1,5 Stunden");
        hands.press("enter f5 1 enter");
        assert_eq!(hands.cart(), ["1 Pizza Hawaii #1,5 Stunden, geschnitten"], "a comma in a number parts nothing");
    }
}
