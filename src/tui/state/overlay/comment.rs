//! The comment of a line with ready-made ones beside it: a digit takes one or takes it away again, letters look for one, and
//! whatever is typed is a comment as well. Several stand behind each other, with commas. A digit takes at once, so that it is
//! seen, and what is seen as taken stays: letters behind it are a text of their own. Only what no letter follows is given back,
//! when the next key shows that it begins a number: `10 min`, `2-3 min`. What was given back is said, for it may have been an
//! allergy.

use crate::{
    domain::{draft::Line, shop::menu::Comments},
    tui::input::{
        edit::{self, Edited},
        key::{Code, Key},
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

    /// Whether every one of these digits chose a comment that is still chosen.
    fn is_all_taken(&self, digits: &Digits) -> bool {
        let is_taken = |digit: char| digit == ',' || self.offer(digit).is_some_and(|offer| self.has(offer));
        !digits.typed.is_empty() && digits.typed.chars().all(is_taken)
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

    /// Digits that were typed were choices; whatever comes now is no part of them. The comments that are shown are counted.
    pub fn settle(&mut self) -> usize {
        self.digits = None;
        self.shown().len()
    }

    /// Takes one of those that are shown.
    pub fn take(&mut self, at: usize) {
        self.digits = None;
        if let Some(comment) = self.shown().get(at).map(|comment| (*comment).to_owned()) {
            self.toggle(&comment);
        }
    }

    /// A digit takes one of the first nine, unless text follows it; everything else is typed.
    pub fn key(&mut self, key: Key) {
        let digits = self.digits.take();
        let takes = key.typed().is_some_and(|c| self.offer(c).is_some());
        // A digit takes a comment unless text is being typed; a space before it makes it text: ` 2 plates`.
        let is_text = self.is_looking() || (!self.text.is_empty() && self.text.trim().is_empty());
        match (digits, key.typed()) {
            (None, Some(c)) if takes && !is_text => {
                return self.take_digits(Digits { before: self.text.clone(), typed: c.to_string() });
            }
            (Some(mut digits), Some(c)) => {
                let after_comma = digits.typed.ends_with(',');
                if after_comma && !c.is_ascii_digit() {
                    // `1, and text`: a comma ends a comment that was taken.
                } else if (c.is_alphabetic() || c == ' ') && self.is_all_taken(&digits) {
                    // What is shown as chosen stays chosen, and the text stands behind it.
                    self.set(format!("{}{COMMA}", self.text));
                    if c == ' ' {
                        return;
                    }
                } else if !after_comma && (takes || c == ',') {
                    digits.typed.push(c);
                    return self.take_digits(digits);
                } else {
                    self.write_digits(&digits);
                }
            }
            (Some(mut digits), None) if key == Key::plain(Code::Backspace) => {
                digits.typed.pop();
                return self.take_digits(digits);
            }
            (None, Some(c)) => self.part(&c.to_string()),
            _ => {}
        }
        if edit::key(&mut self.text, &mut self.cursor, key) == Edited::Changed {
            self.typed();
        }
        // Whoever moves in the text goes on writing it.
        self.typing |= matches!(key.code, Code::Left | Code::Right | Code::Home | Code::End);
    }

    /// Pastes into the text; a line end in it does not accept.
    pub fn paste(&mut self, pasted: &str) {
        self.digits = None;
        self.part(pasted);
        edit::insert(&mut self.text, &mut self.cursor, pasted);
        self.typed();
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
