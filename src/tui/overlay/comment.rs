//! The comment of a line with ready-made ones beside it: a digit takes one or takes it away again, letters look for one, and
//! whatever is typed is a comment as well. Several stand behind each other, with commas. A digit takes at once, so that it is
//! seen, and is given back when the next key shows that a text begins with it: `10 min`. What was given back is said, for it
//! may have been an allergy.

use crate::{
    domain::{draft::Line, shop::menu::Comments},
    tui::{
        input::{
            edit,
            key::{Code, Key},
        },
        overlay::{Move, Outcome},
        state::model::Model,
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
    /// Whether the end of the comment is being typed: not as the window was opened, and not what was just taken.
    typing: bool,
    /// Comments that digits had taken before they turned out to be text.
    untaken: Vec<String>,
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
            typing: false,
            untaken: Vec::new(),
            digits: None,
        })
    }

    /// What is being typed: behind the last comma.
    fn fragment(&self) -> &str {
        let last = parts(&self.text).last().copied().unwrap_or_default();
        last.strip_prefix(' ').unwrap_or(last)
    }

    /// The ready-made comment that stands behind the last comma.
    fn offered(&self) -> Option<&String> {
        self.offers.iter().find(|offer| *offer == self.fragment())
    }

    /// Whether one is looked for: a part of it is typed.
    fn is_looking(&self) -> bool {
        self.typing && !self.fragment().trim().is_empty() && self.offered().is_none()
    }

    /// The comments that are shown: those that begin with, or hold, what is being typed.
    pub fn shown(&self) -> Vec<&str> {
        let typed = self.fragment().trim().to_lowercase();
        let holds = |offer: &&String| !self.is_looking() || offer.to_lowercase().contains(&typed);
        self.offers.iter().filter(holds).map(String::as_str).collect()
    }

    /// What was taken by digits and given back, and the text they became part of. `None` once it is in the comment again.
    pub fn untaken(&self) -> Option<(String, &str)> {
        let lost: Vec<&str> = self.untaken.iter().map(String::as_str).filter(|comment| !self.has(comment)).collect();
        let text = parts(&self.text)
            .into_iter()
            .rev()
            .map(str::trim)
            .find(|part| part.starts_with(|c: char| c.is_ascii_digit()));
        (!lost.is_empty()).then(|| (lost.join(COMMA), text.unwrap_or_else(|| self.fragment())))
    }

    /// Whether a comment is taken.
    pub fn has(&self, comment: &str) -> bool {
        parts(&self.text).iter().any(|own| own.trim() == comment)
    }

    /// Takes a comment in the place of what is being typed, or takes it away. One that was typed in full is only kept.
    fn toggle(&mut self, comment: &str) {
        let is_typed = self.typing && self.fragment().trim().to_lowercase() == comment.to_lowercase();
        let own = parts(&self.text).into_iter().map(str::trim).filter(|own| !own.is_empty());
        let mut own: Vec<String> = own.map(str::to_owned).collect();
        if is_typed || self.is_looking() {
            own.pop();
        }
        match own.iter().any(|own| own == comment) {
            true if is_typed => {}
            true => own.retain(|own| own != comment),
            false => own.push(comment.to_owned()),
        }
        self.set(own.join(COMMA));
    }

    fn set(&mut self, text: String) {
        self.text = text;
        self.cursor = self.text.len();
        self.selected = 0;
        self.typing = false;
    }

    /// Something was typed: what it is in full is the selected one.
    fn typed(&mut self) {
        self.typing = true;
        let typed = self.fragment().trim().to_lowercase();
        self.selected = self.shown().iter().position(|offer| offer.to_lowercase() == typed).unwrap_or(0);
        if self.text.is_empty() {
            self.untaken.clear();
        }
    }

    /// A comma behind what was taken, before text that would be glued to it.
    fn part(&mut self, text: &str) {
        let begins = text.starts_with(char::is_alphanumeric);
        if begins && !self.typing && self.cursor == self.text.len() && self.offered().is_some() {
            self.set(format!("{}{COMMA}", self.text));
        }
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
        let taken: Vec<String> = self.offers.iter().filter(|offer| self.has(offer)).cloned().collect();
        self.set(digits.before.clone());
        self.untaken = taken.into_iter().filter(|comment| !self.has(comment)).collect();
        let gap = if self.fragment().is_empty() { "" } else { COMMA };
        self.set(format!("{}{gap}{}", digits.before, digits.typed));
        self.typing = true;
    }
}

/// The comments of a text: between commas, but for that of `1,5 Stunden`.
fn parts(text: &str) -> Vec<&str> {
    let is_digit = |at: Option<usize>| at.and_then(|at| text.as_bytes().get(at)).is_some_and(u8::is_ascii_digit);
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, _) in text.match_indices(',') {
        if !(is_digit(at.checked_sub(1)) && is_digit(Some(at + 1))) {
            parts.push(&text[from..at]);
            from = at + 1;
        }
    }
    parts.push(&text[from..]);
    parts
}

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
    picker.digits = None;
    let count = picker.shown().len();
    super::select(&mut picker.selected, count, by);
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
    // A digit takes a comment unless text is being typed.
    let is_text = picker.is_looking();
    match (digits, key.typed()) {
        (None, Some(c)) if takes && !is_text => {
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
        (None, Some(c)) => picker.part(&c.to_string()),
        _ => {}
    }
    if edit::key(&mut picker.text, &mut picker.cursor, key) == edit::Edited::Changed {
        picker.typed();
    }
    // Whoever moves in the text goes on writing it.
    picker.typing |= matches!(key.code, Code::Left | Code::Right | Code::Home | Code::End);
}

/// Pastes into the text; a line end in it does not accept.
pub fn paste(picker: &mut CommentPicker, pasted: &str) {
    picker.digits = None;
    picker.part(pasted);
    edit::insert(&mut picker.text, &mut picker.cursor, pasted);
    picker.typed();
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
        hands.type_text("4nuts");
        let lost = "Nicht gewählt: gut durch";
        assert!(hands.screen().contains(lost) && hands.screen().contains("4nuts"), "{}", hands.screen());
        hands.press("enter");
        assert_eq!(hands.cart(), ["1 Pizza Hawaii #4nuts"]);
        assert!(hands.said().contains(lost), "who does not look reads it afterwards: {}", hands.said());
        hands.press("f5 ctrl+u");
        hands.type_text("10 min");
        assert!(hands.screen().contains("Nicht gewählt: geschnitten"), "{}", hands.screen());
        hands.press("enter");
        assert!(!hands.said().contains("Nicht gewählt"), "a number with a unit is meant: {}", hands.said());
        hands.press("f5 ctrl+u 4 n , 4");
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
