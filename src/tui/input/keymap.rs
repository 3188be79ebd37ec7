//! From key to command, by context. Built from the command table and the configuration's `[keys]`.

use std::collections::{BTreeMap, HashMap, hash_map::Entry};

use super::{
    command::{COMMANDS, Command, CommandRow, KeyContext, LETTERS},
    key::{Code, Key, Never, UnknownKey},
};

/// Which key does what where.
#[derive(Debug, Clone)]
pub struct Keymap {
    by_key: HashMap<(KeyContext, Key), Command>,
    keys: HashMap<Command, Vec<Key>>,
    preset: Preset,
    terminal: Terminal,
}

/// The keys a command has unless the configuration says otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Preset {
    /// Those of the table.
    #[default]
    Default,
    /// Without function keys.
    Letters,
}

/// A terminal that keeps keys for itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Terminal {
    /// Any other.
    #[default]
    Any,
    /// GNOME Terminal and others of its kind.
    Gnome,
    /// Windows Terminal.
    Windows,
}

impl Terminal {
    /// Whether it takes this key for itself as it comes.
    fn takes(self, key: Key) -> bool {
        let is_plain = !key.ctrl && !key.alt && !key.shift;
        match (self, key.code) {
            (Self::Any, _) => false,
            (_, Code::F(n)) => is_plain && (n == 11 || n == 1 || (n == 10 && self == Self::Gnome)),
            (_, Code::Char(c)) => key.alt && !key.ctrl && c.is_ascii_digit(),
            _ => false,
        }
    }
}

/// A configured key that this terminal does not deliver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreachable {
    /// The command.
    pub command: Command,
    /// The key.
    pub key: Key,
}

/// What is wrong with the configuration's `[keys]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// No such command.
    #[error("keys.{id}: there is no such command")]
    UnknownCommand {
        /// As written.
        id: String,
    },
    /// No such key.
    #[error("keys.{id}: {source}")]
    UnknownKey {
        /// The command.
        id: String,
        /// What is wrong with the key.
        source: UnknownKey,
    },
    /// No terminal delivers the key.
    #[error("keys.{id}: {key} never reaches the desk ({why:?}); choose another key")]
    Never {
        /// The command.
        id: String,
        /// The key.
        key: Key,
        /// Why not.
        why: Never,
    },
    /// A command that must have a key was left without one.
    #[error("keys.{id}: the desk could not be left; give it a key")]
    Keyless {
        /// The command.
        id: String,
    },
    /// Two commands of one context want one key.
    #[error("keys.{id}: {key} is already the key of {other}; give {other} another one")]
    Taken {
        /// The command.
        id: String,
        /// The key.
        key: Key,
        /// The other command.
        other: &'static str,
    },
}

impl Keymap {
    /// The default keys with the configuration's in their place: a configured command has those keys and no other.
    ///
    /// # Errors
    /// The first entry that names no command or no key, a key that never arrives, or takes another command's key.
    pub fn new(configured: &BTreeMap<String, Vec<String>>) -> Result<Self, KeymapError> {
        Self::of(configured, Preset::default(), Terminal::default())
    }

    /// The same with other defaults, in a terminal that may keep keys for itself.
    ///
    /// # Errors
    /// As `new`.
    pub fn of(
        configured: &BTreeMap<String, Vec<String>>,
        preset: Preset,
        terminal: Terminal,
    ) -> Result<Self, KeymapError> {
        for id in configured.keys() {
            if Command::by_id(id).is_none() {
                return Err(KeymapError::UnknownCommand { id: id.clone() });
            }
        }
        let quit = Command::Quit.row().id;
        if configured.get(quit).is_some_and(Vec::is_empty) {
            return Err(KeymapError::Keyless { id: quit.to_owned() });
        }
        let mut map = Self { by_key: HashMap::new(), keys: HashMap::new(), preset, terminal };
        // What a person chose comes first: a second default key gives way to it, the first one is a mistake to be told.
        for row in COMMANDS {
            for text in configured.get(row.id).into_iter().flatten() {
                map.bind(row, text)?;
            }
        }
        for row in COMMANDS.iter().filter(|row| !configured.contains_key(row.id)) {
            for (at, text) in default_keys(row, preset).iter().enumerate() {
                match map.bind(row, text) {
                    Err(KeymapError::Taken { other, .. }) if at > 0 && configured.contains_key(other) => {}
                    done => done?,
                }
            }
        }
        Ok(map)
    }

    fn bind(&mut self, row: &CommandRow, text: &str) -> Result<(), KeymapError> {
        let id = || row.id.to_owned();
        let key = text.parse::<Key>().map_err(|source| KeymapError::UnknownKey { id: id(), source })?;
        if let Some(why) = key.never() {
            return Err(KeymapError::Never { id: id(), key, why });
        }
        match self.by_key.entry((row.context, key)) {
            Entry::Occupied(taken) => Err(KeymapError::Taken { id: id(), key, other: taken.get().row().id }),
            Entry::Vacant(free) => {
                free.insert(row.command);
                self.keys.entry(row.command).or_default().push(key);
                Ok(())
            }
        }
    }

    /// The command a key means in these contexts, the innermost first.
    pub fn resolve(&self, key: Key, contexts: &[KeyContext]) -> Option<Command> {
        let found = |key: Key| contexts.iter().find_map(|context| self.by_key.get(&(*context, key)).copied());
        // Where a terminal says that Shift is held beside Ctrl or Alt, it means what it means elsewhere.
        let is_shifted = key.shift && matches!(key.code, Code::Char(_));
        found(key).or_else(|| if is_shifted { found(Key { shift: false, ..key }) } else { None })
    }

    /// The key shown for a command: the first that this terminal does not take for itself.
    pub fn key(&self, command: Command) -> Option<Key> {
        let keys = self.keys(command);
        keys.iter().find(|key| !self.terminal.takes(**key)).or(keys.first()).copied()
    }

    /// Whether there are keys that only some terminals deliver.
    pub fn needs_kitty(&self) -> bool {
        self.keys.values().flatten().any(|key| key.needs_kitty())
    }

    /// The terminal tells no more keys apart than any other: what it can never deliver is no key any more. A command that is
    /// left without one gets its default keys back, where nobody else has them. Returns what does not arrive.
    pub fn without_kitty(&mut self) -> Vec<Unreachable> {
        let mut gone = Vec::new();
        for row in COMMANDS {
            let Some(keys) = self.keys.get_mut(&row.command) else { continue };
            let before = gone.len();
            keys.retain(|key| {
                if key.needs_kitty() {
                    gone.push(Unreachable { command: row.command, key: *key });
                }
                !key.needs_kitty()
            });
            for lost in &gone[before..] {
                self.by_key.remove(&(row.context, lost.key));
            }
            if !keys.is_empty() || gone.len() == before {
                continue;
            }
            for key in default_keys(row, self.preset).iter().filter_map(|text| text.parse::<Key>().ok()) {
                if let Entry::Vacant(free) = self.by_key.entry((row.context, key)) {
                    free.insert(row.command);
                    keys.push(key);
                }
            }
        }
        gone
    }

    /// Every key of a command.
    pub fn keys(&self, command: Command) -> &[Key] {
        self.keys.get(&command).map_or(&[], Vec::as_slice)
    }
}

impl Default for Keymap {
    fn default() -> Self {
        // The table itself is held by tests, so an empty configuration cannot fail.
        Self::new(&BTreeMap::new()).unwrap_or(Self {
            by_key: HashMap::new(),
            keys: HashMap::new(),
            preset: Preset::default(),
            terminal: Terminal::default(),
        })
    }
}

/// The keys of a command as they come.
fn default_keys(row: &'static CommandRow, preset: Preset) -> &'static [&'static str] {
    let letters = || LETTERS.iter().find(|(command, _)| *command == row.command).map(|(_, keys)| *keys);
    match preset {
        Preset::Letters => letters().unwrap_or(row.keys),
        Preset::Default => row.keys,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_never_arrives_is_refused_with_the_reason() {
        for key in ["alt+shift+x", "shift+b", "ctrl+i", "ctrl+m", "ctrl+h"] {
            let error = Keymap::new(&configured("send", key)).unwrap_err();
            assert!(matches!(&error, KeymapError::Never { id, .. } if id == "send"), "{key}: {error}");
        }
    }

    #[test]
    fn what_only_some_terminals_deliver_is_given_up_in_the_others() {
        for key in ["shift+enter", "ctrl+enter", "ctrl+1"] {
            let mut map = Keymap::new(&configured("send", key)).unwrap();
            assert!(map.needs_kitty());
            let key: Key = key.parse().unwrap();
            assert_eq!(map.without_kitty(), [Unreachable { command: Command::Send, key }]);
            assert_eq!(map.resolve(key, &[KeyContext::Draft]), None);
            assert_eq!(map.key(Command::Send), Some("f9".parse().unwrap()), "it has its default key back");
            assert!(!map.needs_kitty() && map.without_kitty().is_empty());
        }
        // Not a default key that somebody else has by now.
        let keys = BTreeMap::from([
            ("send".to_owned(), vec!["ctrl+enter".to_owned()]),
            ("undo".to_owned(), vec!["f9".to_owned()]),
        ]);
        let mut map = Keymap::new(&keys).unwrap();
        assert_eq!(map.without_kitty().len(), 1);
        assert_eq!(
            (map.key(Command::Send), map.resolve("f9".parse().unwrap(), &[KeyContext::Draft])),
            (None, Some(Command::Undo))
        );
        // The default keys arrive in every terminal.
        for preset in [Preset::Default, Preset::Letters] {
            assert!(!Keymap::of(&BTreeMap::new(), preset, Terminal::Any).unwrap().needs_kitty());
        }
    }

    #[test]
    fn a_second_default_key_gives_way_to_a_configured_one() {
        let map = Keymap::new(&configured("undo", "alt+a")).unwrap();
        assert_eq!(map.resolve("alt+a".parse().unwrap(), &[KeyContext::Draft]), Some(Command::Undo));
        assert_eq!(map.keys(Command::StepItems).len(), 1);
        assert!(Keymap::new(&configured("undo", "alt+1")).is_err());
    }

    #[test]
    fn the_key_that_works_here_is_shown() {
        let none = BTreeMap::new();
        for (preset, terminal, help, step, call) in [
            (Preset::Default, Terminal::Any, "f1", "alt+1", "f11"),
            (Preset::Default, Terminal::Gnome, "ctrl+l", "alt+a", "ctrl+f"),
            (Preset::Default, Terminal::Windows, "ctrl+l", "alt+a", "ctrl+f"),
            (Preset::Letters, Terminal::Any, "alt+h", "alt+a", "ctrl+f"),
        ] {
            let map = Keymap::of(&none, preset, terminal).unwrap();
            let key = |command| map.key(command).unwrap().to_string();
            assert_eq!([key(Command::Help), key(Command::StepItems), key(Command::TakeCall)], [help, step, call]);
        }
    }

    #[test]
    fn shift_beside_ctrl_means_what_it_means_without() {
        let map = Keymap::default();
        let key = Key { ctrl: true, shift: true, ..Key::plain(Code::Char('z')) };
        assert_eq!(map.resolve(key, &[KeyContext::Draft]), Some(Command::Undo));
    }

    fn configured(id: &str, key: &str) -> BTreeMap<String, Vec<String>> {
        BTreeMap::from([(id.to_owned(), vec![key.to_owned()])])
    }

    #[test]
    fn the_innermost_context_wins() {
        let map = Keymap::default();
        let enter = "enter".parse().unwrap();
        assert_eq!(map.resolve(enter, &[KeyContext::Items, KeyContext::Draft, KeyContext::Global]), Some(Command::Add));
        assert_eq!(map.resolve(enter, &[KeyContext::Overlay]), Some(Command::OverlayAccept));
        assert_eq!(map.resolve("f1".parse().unwrap(), &[KeyContext::Items, KeyContext::Global]), Some(Command::Help));
    }

    #[test]
    fn configured_keys_replace_the_default_ones() {
        let map = Keymap::new(&configured("send", "ctrl+enter")).unwrap();
        assert_eq!(map.resolve("f9".parse().unwrap(), &[KeyContext::Draft]), None);
        assert_eq!(map.resolve("ctrl+enter".parse().unwrap(), &[KeyContext::Draft]), Some(Command::Send));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let error = |id, key| Keymap::new(&configured(id, key)).unwrap_err().to_string();
        assert!(error("sned", "f9").contains("sned"));
        assert!(error("send", "f99").contains("f99"));
        assert!(error("send", "ctrl+z").contains("undo") || error("send", "ctrl+z").contains("send"));
    }
}
