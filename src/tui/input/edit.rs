//! Editing one line of text: where the cursor goes and what changes. The text itself lives in the draft or the overlay.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::key::{Code, Key};
use crate::domain::value::text::harmless;

/// Longest text of one field, in characters; more is a paste that went wrong.
pub const MAX_CHARS: usize = 1_000;

/// What a key did to a line of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edited {
    /// The text changed.
    Changed,
    /// Only the cursor moved.
    Moved,
    /// The key means nothing here.
    Ignored,
}

/// Applies a key to a text with its cursor (a byte offset, kept on a character border).
pub fn key(text: &mut String, cursor: &mut usize, key: Key) -> Edited {
    *cursor = floor(text, *cursor);
    if let Some(c) = key.typed() {
        return insert(text, cursor, &c.to_string());
    }
    let end = text.len();
    match key.code {
        // As every shell has them.
        Code::Char('b') if key.alt && !key.ctrl => go(cursor, word_start(text, *cursor)),
        Code::Char('f') if key.alt && !key.ctrl => go(cursor, word_end(text, *cursor)),
        Code::Backspace if key.alt && !key.ctrl => remove(text, cursor, word_start(text, *cursor), *cursor),
        _ if key.alt => Edited::Ignored,
        Code::Char('a') if key.ctrl => go(cursor, 0),
        Code::Char('e') if key.ctrl => go(cursor, end),
        Code::Char('k') if key.ctrl => remove(text, cursor, *cursor, end),
        Code::Char('u') if key.ctrl => remove(text, cursor, 0, end),
        Code::Char('w') if key.ctrl => remove(text, cursor, word_start(text, *cursor), *cursor),
        Code::Left if key.ctrl => go(cursor, word_start(text, *cursor)),
        Code::Right if key.ctrl => go(cursor, word_end(text, *cursor)),
        _ if key.ctrl => Edited::Ignored,
        Code::Backspace => remove(text, cursor, before(text, *cursor), *cursor),
        Code::Delete => remove(text, cursor, *cursor, after(text, *cursor)),
        Code::Left => go(cursor, before(text, *cursor)),
        Code::Right => go(cursor, after(text, *cursor)),
        Code::Home => go(cursor, 0),
        Code::End => go(cursor, text.len()),
        _ => Edited::Ignored,
    }
}

/// Inserts text at the cursor: cleaned, on one line, bounded. A paste comes this way and is never a command.
pub fn insert(text: &mut String, cursor: &mut usize, raw: &str) -> Edited {
    *cursor = floor(text, *cursor);
    let room = MAX_CHARS.saturating_sub(text.chars().count());
    let clean: String = raw.chars().take(room).map(harmless).collect();
    if clean.is_empty() {
        return Edited::Ignored;
    }
    text.insert_str(*cursor, &clean);
    *cursor += clean.len();
    Edited::Changed
}

/// The nearest character border at or before an offset.
pub fn floor(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn remove(text: &mut String, cursor: &mut usize, from: usize, to: usize) -> Edited {
    if from == to {
        return Edited::Ignored;
    }
    text.replace_range(from..to, "");
    *cursor = from;
    Edited::Changed
}

fn go(cursor: &mut usize, to: usize) -> Edited {
    let moved = *cursor != to;
    *cursor = to;
    if moved { Edited::Moved } else { Edited::Ignored }
}

fn before(text: &str, at: usize) -> usize {
    GraphemeCursor::new(at, text.len(), true).prev_boundary(text, 0).ok().flatten().unwrap_or(0)
}

fn after(text: &str, at: usize) -> usize {
    GraphemeCursor::new(at, text.len(), true).next_boundary(text, 0).ok().flatten().unwrap_or(text.len())
}

fn word_start(text: &str, at: usize) -> usize {
    text[..at].unicode_word_indices().next_back().map_or(0, |(start, _)| start)
}

fn word_end(text: &str, at: usize) -> usize {
    let next = text[at..].unicode_word_indices().next();
    next.map_or(text.len(), |(start, word)| at + start + word.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn press(text: &mut String, cursor: &mut usize, keys: &[&str]) {
        for name in keys {
            key(text, cursor, name.parse().unwrap());
        }
    }

    #[test]
    fn a_line_is_edited() {
        let (mut text, mut cursor) = (String::new(), 0);
        press(&mut text, &mut cursor, &["K", "ä", "e", "left", "s", "end", "!", "backspace"]);
        assert_eq!((text.as_str(), cursor), ("Käse", 5));
        press(&mut text, &mut cursor, &["home", "delete", "k", "end", "space", "x", "y", "ctrl+w"]);
        assert_eq!(text, "käse ");
        press(&mut text, &mut cursor, &["left", "ctrl+u"]);
        assert_eq!((text.as_str(), cursor), ("", 0));
    }

    #[test]
    fn a_line_is_edited_with_the_keys_of_a_shell() {
        let end = "Müller-Lüdenscheidt, 2. Stock".len();
        for (keys, text, at) in [
            (&["ctrl+a"][..], "Müller-Lüdenscheidt, 2. Stock", 0),
            (&["ctrl+a", "ctrl+e"], "Müller-Lüdenscheidt, 2. Stock", end),
            (&["ctrl+left"], "Müller-Lüdenscheidt, 2. Stock", end - 5),
            (&["alt+b", "alt+b"], "Müller-Lüdenscheidt, 2. Stock", end - 8),
            (&["ctrl+a", "ctrl+right"], "Müller-Lüdenscheidt, 2. Stock", "Müller".len()),
            (&["ctrl+a", "alt+f", "alt+f"], "Müller-Lüdenscheidt, 2. Stock", "Müller-Lüdenscheidt".len()),
            (&["ctrl+a", "alt+f", "ctrl+k"], "Müller", "Müller".len()),
            (&["ctrl+w"], "Müller-Lüdenscheidt, 2. ", end - 5),
            (&["alt+b", "alt+backspace"], "Müller-Lüdenscheidt, Stock", end - 8),
            (&["ctrl+left", "ctrl+u"], "", 0),
            (&["ctrl+right", "alt+f", "ctrl+k"], "Müller-Lüdenscheidt, 2. Stock", end),
            (&["alt+x", "ctrl+x", "ctrl+alt+b", "ctrl+up"], "Müller-Lüdenscheidt, 2. Stock", end),
        ] {
            let mut line = ("Müller-Lüdenscheidt, 2. Stock".to_owned(), end);
            press(&mut line.0, &mut line.1, keys);
            assert_eq!((line.0.as_str(), line.1), (text, at), "{keys:?}");
        }
    }

    #[test]
    fn a_paste_is_one_clean_bounded_line() {
        let (mut text, mut cursor) = (String::new(), 0);
        insert(&mut text, &mut cursor, "a\u{1b}[2J\r\nb\u{202e}");
        assert_eq!(text, "a\u{fffd}[2J  b\u{fffd}");
        insert(&mut text, &mut cursor, &"x".repeat(5_000_000));
        assert_eq!(text.chars().count(), MAX_CHARS);
        assert_eq!(insert(&mut text, &mut cursor, "y"), Edited::Ignored);
    }

    proptest! {
        #[test]
        fn the_cursor_stays_on_a_border(start in "\\PC{0,10}", at in 0usize..40, names in proptest::collection::vec(
            prop_oneof![Just("left"), Just("right"), Just("home"), Just("end"), Just("backspace"), Just("delete"),
                        Just("ctrl+w"), Just("ctrl+k"), Just("ctrl+left"), Just("ctrl+right"), Just("alt+f"), Just("ä"), Just("👍"), Just("x")], 0..20)) {
            let (mut text, mut cursor) = (start, at);
            for name in names {
                key(&mut text, &mut cursor, name.parse().unwrap());
                prop_assert!(text.is_char_boundary(cursor));
            }
        }
    }
}
