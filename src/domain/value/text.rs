//! The one place where foreign text is made harmless. Cleans; never decides what a text means.
//!
//! A terminal obeys control characters, and a reader is deceived by invisible and reordering ones. Each becomes a
//! visible placeholder here, once, at the border; after that every sink may print the text as it is.

use std::{borrow::Cow, fmt, ops::Deref};

use serde::{Deserialize, Serialize};
use unicode_width::UnicodeWidthChar;

use crate::chaos::{self, Bug};

/// What stands for a character that was taken out.
pub const PLACEHOLDER: char = '\u{fffd}';

/// Combining marks that may follow one character; written languages need no more.
const MAX_MARKS: usize = 4;

/// Text that cannot change a terminal, reorder its line or hide anything: one line, bounded in length.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Clean(String);

impl Clean {
    /// Longest clean text, in characters.
    pub const MAX: usize = 500;

    /// Cleans `raw` and keeps at most `Clean::MAX` characters.
    pub fn new(raw: &str) -> Self {
        Self::bounded(raw, Self::MAX)
    }

    /// Cleans `raw` and keeps at most `max` characters; a cut is shown as `…`.
    pub fn bounded(raw: &str, max: usize) -> Self {
        let mut out = String::with_capacity(raw.len().min(max * 4));
        let mut marks = 0;
        let mut kept = 0;
        let mut chars = raw.trim_start_matches('\u{feff}').chars();
        while let Some(c) = chars.next() {
            marks = if is_mark(c) { marks + 1 } else { 0 };
            if marks > MAX_MARKS {
                continue;
            }
            if kept + 1 >= max && chars.clone().next().is_some() {
                out.push('…');
                break;
            }
            out.push(harmless(c));
            kept += 1;
        }
        Self(out.trim().to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl Deref for Clean {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<String> for Clean {
    fn from(raw: String) -> Self {
        Self::new(&raw)
    }
}

impl From<&str> for Clean {
    fn from(raw: &str) -> Self {
        Self::new(raw)
    }
}

impl From<Clean> for String {
    fn from(clean: Clean) -> Self {
        clean.0
    }
}

/// A text as it may be drawn into `columns`: as `Clean`, but nothing is taken away at its ends. Costs nothing for a text
/// that is harmless already, and never more than the columns are worth.
pub fn drawable(text: &str, columns: usize) -> Cow<'_, str> {
    // A letter with its marks takes a column at least.
    let most = (columns + 1) * (MAX_MARKS + 1);
    let mut marks = 0;
    let tame = |c: char| {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        marks <= MAX_MARKS && harmless(c) == c
    };
    if text.len() <= most && text.chars().all(tame) {
        return Cow::Borrowed(text);
    }
    let mut marks = 0;
    let few = |c: &char| {
        marks = if is_mark(*c) { marks + 1 } else { 0 };
        marks <= MAX_MARKS
    };
    Cow::Owned(text.chars().take(most * MAX_MARKS).filter(few).take(most).map(harmless).collect())
}

/// The character itself where it is harmless, a space for white space, else the placeholder.
pub fn harmless(c: char) -> char {
    match c {
        // Nearly every character there is; the rest is looked at more closely.
        ' '..='~' => c,
        c if chaos::planted(Bug::RawEscapes) => c,
        '\t'
        | '\n'
        | '\r'
        | '\u{a0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200a}'
        | '\u{202f}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{205f}'
        | '\u{2800}'
        | '\u{3000}' => ' ',
        c if c.is_control() || is_invisible(c) => PLACEHOLDER,
        c => c,
    }
}

/// Bidi controls, zero-width and other invisible characters, tags, private use and non-characters.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}'
        | '\u{fdd0}'..='\u{fdef}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
        || (c as u32) & 0xfffe == 0xfffe
}

/// Whether it is drawn onto the character before it.
fn is_mark(c: char) -> bool {
    c >= '\u{300}' && harmless(c) == c && c.width() == Some(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn control_bidi_and_zero_width_become_visible() {
        assert_eq!(Clean::new("a\u{1b}[31mb\u{202e}c\u{200b}d").as_str(), "a\u{fffd}[31mb\u{fffd}c\u{fffd}d");
        assert_eq!(Clean::new("two\nlines\tand\u{2028}more").as_str(), "two lines and more");
        assert_eq!(Clean::new("\u{feff}Käse – Öl, 5 €").as_str(), "Käse – Öl, 5 €");
    }

    #[test]
    fn long_text_and_piles_of_marks_are_bounded() {
        assert_eq!(Clean::bounded("abcdef", 4).as_str(), "abc…");
        assert_eq!(Clean::bounded("abcd", 4).as_str(), "abcd");
        let pile = format!("a{}b", "\u{301}".repeat(1000));
        assert_eq!(Clean::new(&pile).chars().count(), 2 + MAX_MARKS);
    }

    #[test]
    fn marks_of_every_script_are_bounded_and_white_space_is_a_space() {
        for mark in ['\u{301}', '\u{5b0}', '\u{94d}', '\u{e34}', '\u{f71}', '\u{1161}', '\u{20dd}', '\u{1e130}'] {
            let pile = format!("a{}b", mark.to_string().repeat(1000));
            assert!(Clean::new(&pile).chars().count() <= 2 + MAX_MARKS, "{:x}", mark as u32);
            assert!(drawable(&pile, 80).chars().count() <= 2 + MAX_MARKS, "{:x}", mark as u32);
        }
        assert_eq!(Clean::new("a\u{2003}b\u{2800}c\u{1680}d").as_str(), "a b c d");
    }

    #[test]
    fn what_is_drawn_is_as_long_as_the_place_for_it_and_keeps_its_ends() {
        assert_eq!(drawable("  a\u{1b}b ", 80), "  a\u{fffd}b ");
        assert!(matches!(drawable("  plain ", 80), Cow::Borrowed("  plain ")));
        for (name, text) in oktodesk_testkit::hostile::all() {
            let drawn = drawable(&text, 80);
            assert!(drawn.chars().count() <= 81 * (MAX_MARKS + 1), "{name}");
            assert!(drawn.chars().all(|c| harmless(c) == c), "{name}");
            assert_eq!(drawable(&drawn, 80), drawn, "{name}");
        }
    }

    #[test]
    fn every_hostile_text_is_clean_once_and_for_all() {
        let all = oktodesk_testkit::hostile::all();
        assert!(all.len() >= 100);
        for (name, text) in all {
            let clean = Clean::new(&text);
            assert!(clean.chars().all(|c| harmless(c) == c), "{name}");
            assert!(clean.chars().count() <= Clean::MAX, "{name}");
            assert!(clean.starts_with("Qa"), "{name}: what is harmless in it is kept: {clean}");
            assert_eq!(Clean::new(&clean), clean, "{name}");
        }
    }

    proptest! {
        #[test]
        fn nothing_raw_survives(raw in proptest::collection::vec(any::<char>(), 0..200)) {
            let raw: String = raw.into_iter().collect();
            let clean = Clean::new(&raw);
            prop_assert!(clean.chars().all(|c| !c.is_control() && !is_invisible(c)));
            prop_assert_eq!(Clean::new(&clean), clean);
        }
    }
}
