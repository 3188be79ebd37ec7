//! Keys as the desk knows them: parsed from configuration, compared, written for people. Knows no terminal library.

use std::{fmt, str::FromStr};

use crate::i18n::Texts;

/// What was pressed, without modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// A character as it was typed, upper case where shift made it so.
    Char(char),
    /// F1 to F24.
    F(u8),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab; with shift it is shift+tab.
    Tab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
}

/// A key with its modifiers. Shift is part of a character, not a modifier of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// What was pressed.
    pub code: Code,
    /// Ctrl was held.
    pub ctrl: bool,
    /// Alt was held.
    pub alt: bool,
    /// Shift was held, for keys that are no characters.
    pub shift: bool,
}

/// The names of keys in configuration, and the text key of those that read differently in other languages.
const NAMES: [(&str, Code); 14] = [
    ("enter", Code::Enter),
    ("esc", Code::Esc),
    ("tab", Code::Tab),
    ("backspace", Code::Backspace),
    ("delete", Code::Delete),
    ("insert", Code::Insert),
    ("up", Code::Up),
    ("down", Code::Down),
    ("left", Code::Left),
    ("right", Code::Right),
    ("home", Code::Home),
    ("end", Code::End),
    ("pageup", Code::PageUp),
    ("pagedown", Code::PageDown),
];

impl Key {
    /// A key without modifiers.
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// The character, if this key types one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }

    /// Why no terminal can ever deliver it; nothing if one can.
    pub fn never(self) -> Option<Never> {
        let Code::Char(c) = self.code else { return None };
        if self.shift {
            return Some(if self.ctrl || self.alt { Never::Held } else { Never::Shift });
        }
        let other = match c {
            'h' => Code::Backspace,
            'i' => Code::Tab,
            'm' => Code::Enter,
            '[' => Code::Esc,
            _ => return None,
        };
        self.ctrl.then_some(Never::Same(other))
    }

    /// Whether only terminals with the kitty keyboard protocol can deliver it.
    pub fn needs_kitty(self) -> bool {
        match self.code {
            // A control character, or the Esc in front of the character.
            Code::Char(c) => self.ctrl && !matches!(c, 'a'..='z' | ' ' | '4'..='7'),
            Code::Enter | Code::Backspace => self.ctrl || self.shift,
            Code::Tab => self.ctrl || self.alt,
            Code::Esc => self.ctrl || self.alt || self.shift,
            _ => false,
        }
    }

    /// What it is where it is bound to nothing: Ctrl and Alt together are the AltGr of some keyboards, and Ctrl+J is the Enter of
    /// some keypads.
    pub fn unbound(self) -> Self {
        match self.code {
            Code::Char('j') if self.ctrl && !self.alt => Self::plain(Code::Enter),
            Code::Char(_) if self.ctrl && self.alt => Self::plain(self.code),
            _ => self,
        }
    }

    /// As it stands in the footer: `F9`, `^Z`, `Entf`.
    pub fn label(self, texts: &Texts) -> String {
        let name = match self.code {
            Code::Char(' ') => texts.t("key.space").to_owned(),
            Code::Char(c) if self.ctrl || self.alt => c.to_uppercase().to_string(),
            Code::Char(c) => c.to_string(),
            Code::F(n) => format!("F{n}"),
            code => NAMES
                .iter()
                .find(|(_, named)| *named == code)
                .and_then(|(name, _)| texts.get(&format!("key.{name}")))
                .unwrap_or_default()
                .to_owned(),
        };
        let ctrl = if self.ctrl { "^" } else { "" };
        let alt = if self.alt { "Alt+" } else { "" };
        let shift = if self.shift { texts.t("key.shift") } else { "" };
        format!("{ctrl}{alt}{shift}{name}")
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "ctrl+"), (self.alt, "alt+"), (self.shift, "shift+")] {
            if held {
                f.write_str(name)?;
            }
        }
        match self.code {
            Code::Char(' ') => f.write_str("space"),
            Code::Char(c) => write!(f, "{c}"),
            Code::F(n) => write!(f, "f{n}"),
            code => f.write_str(NAMES.iter().find(|(_, named)| *named == code).map_or("", |(name, _)| name)),
        }
    }
}

/// Why no terminal can deliver a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Never {
    /// Shift is part of the character.
    Shift,
    /// Terminals send another key for it.
    Same(Code),
    /// With Ctrl or Alt no terminal tells whether Shift is held.
    Held,
}

/// A key that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no key; write it like `f9`, `ctrl+z`, `alt+1`, `shift+tab` or `+`")]
pub struct UnknownKey(pub String);

impl FromStr for Key {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, UnknownKey> {
        let mut key = Self::plain(Code::Enter);
        let mut rest = text.trim();
        loop {
            // `ctrl++` is ctrl and plus: a modifier is only one when something follows it.
            match rest.split_once('+') {
                Some((name, tail)) if !name.is_empty() && !tail.is_empty() => {
                    match name.to_lowercase().as_str() {
                        "ctrl" => key.ctrl = true,
                        "alt" => key.alt = true,
                        "shift" => key.shift = true,
                        _ => return Err(UnknownKey(text.to_owned())),
                    }
                    rest = tail;
                }
                _ => break,
            }
        }
        let lower = rest.to_lowercase();
        let mut chars = rest.chars();
        key.code = match (chars.next(), chars.next()) {
            (Some(c), None) => Code::Char(if key.ctrl || key.alt { c.to_ascii_lowercase() } else { c }),
            _ if lower == "space" => Code::Char(' '),
            _ => match lower.strip_prefix('f').and_then(|n| n.parse().ok()).filter(|n| (1..=24).contains(n)) {
                Some(n) => Code::F(n),
                None => NAMES
                    .iter()
                    .find(|(name, _)| *name == lower)
                    .map(|(_, code)| *code)
                    .ok_or_else(|| UnknownKey(text.to_owned()))?,
            },
        };
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_are_read_and_written() {
        for text in ["f9", "ctrl+z", "alt+1", "shift+tab", "+", "ctrl++", "space", "pagedown", "S", "/"] {
            assert_eq!(text.parse::<Key>().unwrap().to_string(), text);
        }
        for text in ["", "hyper+x", "f25", "f0", "enterr", "ctrl+"] {
            assert!(text.parse::<Key>().is_err(), "{text}");
        }
    }

    #[test]
    fn keys_that_never_arrive_are_known() {
        let key = |text: &str| text.parse::<Key>().unwrap();
        for (text, why) in [
            ("shift+b", Some(Never::Shift)),
            ("alt+shift+x", Some(Never::Held)),
            ("ctrl+shift+z", Some(Never::Held)),
            ("ctrl+i", Some(Never::Same(Code::Tab))),
            ("ctrl+m", Some(Never::Same(Code::Enter))),
            ("ctrl+j", None),
            ("ctrl+h", Some(Never::Same(Code::Backspace))),
            ("ctrl+alt+h", Some(Never::Same(Code::Backspace))),
            ("alt+i", None),
            ("B", None),
            ("shift+f8", None),
            ("shift+enter", None),
        ] {
            assert_eq!(key(text).never(), why, "{text}");
        }
        for text in [
            "shift+enter",
            "ctrl+enter",
            "ctrl+1",
            "ctrl+9",
            "ctrl++",
            "ctrl+tab",
            "shift+esc",
            "ctrl+backspace",
            "ctrl+ä",
        ] {
            assert!(key(text).needs_kitty(), "{text}");
        }
        for text in [
            "alt+enter",
            "shift+tab",
            "ctrl+space",
            "ctrl+5",
            "alt+1",
            "ctrl+up",
            "shift+delete",
            "alt+backspace",
            "f9",
            "ctrl+f9",
        ] {
            assert!(!key(text).needs_kitty(), "{text}");
        }
        assert_eq!(key("ctrl+alt+q").unbound(), key("q"));
        assert_eq!(key("alt+q").unbound(), key("alt+q"));
        assert_eq!(key("ctrl+j").unbound(), key("enter"));
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,12}") {
            if let Ok(key) = text.parse::<Key>() {
                prop_assert_eq!(key.to_string().parse::<Key>(), Ok(key));
            }
        }
    }
}
