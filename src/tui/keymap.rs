//! From key to command, by context. Built from the command table and the configuration's `[keys]`.

use std::collections::{BTreeMap, HashMap};

use super::{
    command::{COMMANDS, Command, Context},
    key::{Key, UnknownKey},
};

/// Which key does what where.
#[derive(Debug, Clone)]
pub struct Keymap {
    by_key: HashMap<(Context, Key), Command>,
    keys: HashMap<Command, Vec<Key>>,
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
    /// The first entry that names no command or no key, or takes another command's key.
    pub fn new(configured: &BTreeMap<String, Vec<String>>) -> Result<Self, KeymapError> {
        for id in configured.keys() {
            if Command::by_id(id).is_none() {
                return Err(KeymapError::UnknownCommand { id: id.clone() });
            }
        }
        let mut map = Self { by_key: HashMap::new(), keys: HashMap::new() };
        for row in COMMANDS {
            let texts: Vec<&str> = match configured.get(row.id) {
                Some(keys) => keys.iter().map(String::as_str).collect(),
                None => row.keys.to_vec(),
            };
            for text in texts {
                let key =
                    text.parse::<Key>().map_err(|source| KeymapError::UnknownKey { id: row.id.to_owned(), source })?;
                if let Some(other) = map.by_key.insert((row.context, key), row.command) {
                    return Err(KeymapError::Taken { id: row.id.to_owned(), key, other: other.row().id });
                }
                map.keys.entry(row.command).or_default().push(key);
            }
        }
        Ok(map)
    }

    /// The command a key means in these contexts, the innermost first.
    pub fn resolve(&self, key: Key, contexts: &[Context]) -> Option<Command> {
        contexts.iter().find_map(|context| self.by_key.get(&(*context, key)).copied())
    }

    /// The key shown for a command.
    pub fn key(&self, command: Command) -> Option<Key> {
        self.keys.get(&command).and_then(|keys| keys.first()).copied()
    }

    /// Every key of a command.
    pub fn keys(&self, command: Command) -> &[Key] {
        self.keys.get(&command).map_or(&[], Vec::as_slice)
    }
}

impl Default for Keymap {
    fn default() -> Self {
        // The table itself is held by tests, so an empty configuration cannot fail.
        Self::new(&BTreeMap::new()).unwrap_or(Self { by_key: HashMap::new(), keys: HashMap::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn configured(id: &str, key: &str) -> BTreeMap<String, Vec<String>> {
        BTreeMap::from([(id.to_owned(), vec![key.to_owned()])])
    }

    #[test]
    fn the_innermost_context_wins() {
        let map = Keymap::default();
        let enter = "enter".parse().unwrap();
        assert_eq!(map.resolve(enter, &[Context::Items, Context::Draft, Context::Global]), Some(Command::Add));
        assert_eq!(map.resolve(enter, &[Context::Overlay]), Some(Command::OverlayAccept));
        assert_eq!(map.resolve("f1".parse().unwrap(), &[Context::Items, Context::Global]), Some(Command::Help));
    }

    #[test]
    fn configured_keys_replace_the_default_ones() {
        let map = Keymap::new(&configured("send", "ctrl+enter")).unwrap();
        assert_eq!(map.resolve("f9".parse().unwrap(), &[Context::Draft]), None);
        assert_eq!(map.resolve("ctrl+enter".parse().unwrap(), &[Context::Draft]), Some(Command::Send));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let error = |id, key| Keymap::new(&configured(id, key)).unwrap_err().to_string();
        assert!(error("sned", "f9").contains("sned"));
        assert!(error("send", "f99").contains("f99"));
        assert!(error("send", "ctrl+z").contains("undo") || error("send", "ctrl+z").contains("send"));
    }
}
