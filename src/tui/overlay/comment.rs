//! The comment of a line with ready-made ones beside it: a digit takes one or takes it away again, letters look for one, and
//! whatever is typed is a comment as well. Several stand behind each other, with commas.

use crate::{
    domain::{draft::Line, menu::Comments},
    tui::{command::Command, edit, key::Key, model::Model, screens::items},
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
        self.text = own.join(COMMA);
        self.cursor = self.text.len();
        self.selected = 0;
    }
}

/// Takes the comment over.
pub fn accept(model: &mut Model, picker: &CommentPicker) {
    items::set_comment(model, picker.line, picker.text.trim().trim_end_matches(','));
}

/// Moves the selection; Tab takes the selected one.
pub fn command(picker: &mut CommentPicker, command: Command) {
    if command == Command::OverlayTab {
        return take(picker, picker.selected);
    }
    let count = picker.shown().len();
    super::select(&mut picker.selected, count, command);
}

/// Takes one of those that are shown.
pub fn take(picker: &mut CommentPicker, at: usize) {
    if let Some(comment) = picker.shown().get(at).map(|comment| (*comment).to_owned()) {
        picker.toggle(&comment);
    }
}

/// A digit takes one of the first nine; everything else is typed.
pub fn key(picker: &mut CommentPicker, key: Key) {
    let digit = key.typed().and_then(|c| c.to_digit(10)).and_then(|digit| usize::try_from(digit).ok());
    if let Some(at) = digit.and_then(|digit| digit.checked_sub(1)).filter(|at| *at < picker.offers.len())
        && picker.takes_digits()
    {
        return take(picker, at);
    }
    if edit::key(&mut picker.text, &mut picker.cursor, key) == edit::Edited::Changed {
        picker.selected = 0;
    }
}

/// Pastes into the text; a line end in it does not accept.
pub fn paste(picker: &mut CommentPicker, pasted: &str) {
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
