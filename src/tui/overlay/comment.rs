//! The comment of a line with ready-made ones beside it: a digit takes one or takes it away again, letters look for one, and
//! whatever is typed is a comment as well. Several stand behind each other, with commas. A digit takes at once, so that it is
//! seen, and is given back when the next key shows that a text begins with it: `10 min`.

use crate::{
    domain::{draft::Line, menu::Comments},
    tui::{
        command::Command,
        edit,
        key::{Code, Key},
        model::Model,
        screens::items,
    },
};

/// Between two comments.
const COMMA: &str = ", ";

/// What is typed, what is offered, and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentPicker {
    /// The line of the cart whose comment this is.
    pub line: i64,
    /// The line's article.
    pub about: String,
    /// The comment as it stands.
    pub text: String,
    /// Cursor in it, in bytes.
    pub cursor: usize,
    /// The ready-made comments.
    pub offers: Vec<String>,
    /// The selected one of those that are shown.
    pub selected: usize,
    /// Digits that took comments and may still turn out to begin a text.
    digits: Option<Digits>,
}

/// Digits in a row, and the comment as it was before the first of them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Digits {
    before: String,
    typed: String,
}

impl CommentPicker {
    /// Asks for the comment of a line, if there are ready-made ones for it.
    pub fn of(line: &Line, comments: &Comments) -> Option<Self> {
        let offers: Vec<String> = comments.of(&line.article).into_iter().map(str::to_owned).collect();
        (!offers.is_empty()).then(|| Self {
            line: line.id,
            about: line.article.name.to_string(),
            text: line.comment.clone(),
            cursor: line.comment.len(),
            offers,
            selected: 0,
            digits: None,
        })
    }

    /// What is being typed: behind the last comma.
    fn fragment(&self) -> &str {
        self.text.rsplit_once(',').map_or(self.text.as_str(), |(_, last)| last.strip_prefix(' ').unwrap_or(last))
    }

    /// Whether a digit takes a comment: nothing is being typed, or what stands there was taken.
    fn takes_digits(&self) -> bool {
        let fragment = self.fragment();
        fragment.is_empty() || self.offers.iter().any(|offer| offer == fragment)
    }

    /// The comments that are shown: those that begin with, or hold, what is being typed.
    pub fn shown(&self) -> Vec<&str> {
        let typed = self.fragment().trim().to_lowercase();
        let is_typing = !self.takes_digits();
        let holds = |offer: &&String| !is_typing || offer.to_lowercase().contains(&typed);
        self.offers.iter().filter(holds).map(String::as_str).collect()
    }

    /// Whether a comment is taken.
    pub fn has(&self, comment: &str) -> bool {
        self.text.split(',').any(|own| own.trim() == comment)
    }

    /// Takes a comment in the place of what is being typed, or takes it away.
    fn toggle(&mut self, comment: &str) {
        let is_typing = !self.takes_digits();
        let had = self.has(comment);
        let mut own: Vec<String> =
            self.text.split(',').map(|own| own.trim().to_owned()).filter(|own| !own.is_empty()).collect();
        if is_typing {
            own.pop();
        }
        if had {
            own.retain(|own| own != comment);
        } else {
            own.push(comment.to_owned());
        }
        self.set(own.join(COMMA));
    }

    fn set(&mut self, text: String) {
        self.text = text;
        self.cursor = self.text.len();
        self.selected = 0;
    }

    /// The comment a digit takes.
    fn offer(&self, digit: char) -> Option<&String> {
        let at = usize::try_from(digit.to_digit(10)?).ok()?.checked_sub(1)?;
        self.offers.get(at)
    }

    /// Takes what these digits mean, in the place of what fewer of them meant.
    fn take_digits(&mut self, digits: Digits) {
        self.set(digits.before.clone());
        for digit in digits.typed.chars() {
            match self.offer(digit).cloned() {
                Some(comment) => self.toggle(&comment),
                None => self.set(format!("{}{digit}", self.text)),
            }
        }
        self.digits = Some(digits).filter(|digits| !digits.typed.is_empty());
    }

    /// They were no choice: they stand in the comment as they were typed, behind what was there.
    fn write_digits(&mut self, digits: &Digits) {
        self.set(digits.before.clone());
        let gap = if self.fragment().is_empty() { "" } else { COMMA };
        self.set(format!("{}{gap}{}", digits.before, digits.typed));
    }
}

/// Takes the comment over.
pub fn accept(model: &mut Model, picker: &CommentPicker) {
    items::set_comment(model, picker.line, picker.text.trim().trim_end_matches(','));
}

/// Moves the selection; Tab takes the selected one.
pub fn command(picker: &mut CommentPicker, command: Command) {
    picker.digits = None;
    if command == Command::OverlayTab {
        return take(picker, picker.selected);
    }
    let count = picker.shown().len();
    super::select(&mut picker.selected, count, command);
}

/// Takes one of those that are shown.
pub fn take(picker: &mut CommentPicker, at: usize) {
    picker.digits = None;
    if let Some(comment) = picker.shown().get(at).map(|comment| (*comment).to_owned()) {
        picker.toggle(&comment);
    }
}

/// A digit takes one of the first nine, unless text follows it; everything else is typed.
pub fn key(picker: &mut CommentPicker, key: Key) {
    let digits = picker.digits.take();
    let takes = key.typed().is_some_and(|c| picker.offer(c).is_some());
    match (digits, key.typed()) {
        (None, Some(c)) if takes && picker.takes_digits() => {
            return picker.take_digits(Digits { before: picker.text.clone(), typed: c.to_string() });
        }
        (Some(mut digits), Some(c)) => {
            let after_comma = digits.typed.ends_with(',');
            if after_comma && !c.is_ascii_digit() {
                // `1, and text`: a comma ends a comment that was taken.
            } else if !after_comma && (takes || c == ',') {
                digits.typed.push(c);
                return picker.take_digits(digits);
            } else {
                picker.write_digits(&digits);
            }
        }
        (Some(mut digits), None) if key == Key::plain(Code::Backspace) => {
            digits.typed.pop();
            return picker.take_digits(digits);
        }
        _ => {}
    }
    if edit::key(&mut picker.text, &mut picker.cursor, key) == edit::Edited::Changed {
        picker.selected = 0;
    }
}

/// Pastes into the text; a line end in it does not accept.
pub fn paste(picker: &mut CommentPicker, pasted: &str) {
    picker.digits = None;
    edit::insert(&mut picker.text, &mut picker.cursor, pasted);
    picker.selected = 0;
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
        for text in ["10 min später", "1x", "4. Gang", "10", "1,5 Stunden", "2-3 min", "140er Form"] {
            assert_eq!(typed(text), format!(" #{text}"));
        }
        assert_eq!(typed("13"), " #geschnitten, ohne Käse", "digits alone are choices, several as well");
        assert_eq!(typed("1, in 4 Teile"), " #geschnitten, in 4 Teile");
        assert_eq!(typed("11"), "", "the second one takes it away");
    }

    #[test]
    fn a_digit_is_a_choice_until_text_follows() {
        let mut hands = hands();
        hands.press("1");
        assert!(hands.screen().contains("[x] geschnitten"), "it is seen at once: {}", hands.screen());
        hands.press("0");
        assert!(!hands.screen().contains("[x]") && hands.screen().contains("› 10"), "{}", hands.screen());
        hands.type_text(" min");
        hands.press("enter f5 1 3 backspace enter");
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
}
