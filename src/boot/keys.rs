//! The keys of the settings, checked before any command: a script must not run on settings with which the desk would not
//! open. Binds no key.

use crate::{
    cli::common::{context::Failure, exit::Exit},
    config::{LoadedConfig, closest},
    i18n::Texts,
    tui::{
        input::{
            command::COMMANDS,
            key::{Key, Never},
            keymap::{Keymap, KeymapError, Terminal},
        },
        shell::run,
    },
};

/// Whether `[keys]` names commands and keys that there are.
///
/// # Errors
/// Names the entry, where it was read, and what was probably meant.
pub(super) fn check(loaded: &LoadedConfig, texts: &Texts) -> Result<(), Failure> {
    let keys = &loaded.config.keys;
    let preset = run::preset(loaded.config.desk.key_preset);
    let Err(error) = Keymap::of(keys, preset, Terminal::default()) else { return Ok(()) };
    let (id, other) = match &error {
        KeymapError::UnknownCommand { id }
        | KeymapError::UnknownKey { id, .. }
        | KeymapError::Never { id, .. }
        | KeymapError::Keyless { id } => (id.as_str(), ""),
        // The one that stands in the settings is the one to be changed.
        KeymapError::Taken { id, other, .. } if !keys.contains_key(id) => (*other, id.as_str()),
        KeymapError::Taken { id, other, .. } => (id.as_str(), *other),
    };
    let key = format!("keys.{id}");
    let origin = loaded.shown.iter().find(|shown| shown.key == key);
    let origin = origin.map(|shown| shown.origin.to_string()).unwrap_or_default();
    let fill = |text: &str, more: &[(&str, &str)]| {
        texts.fill(text, &[&[("origin", origin.as_str()), ("id", id)], more].concat())
    };
    let words = match &error {
        KeymapError::UnknownCommand { .. } => {
            let words = fill("error.keys.command", &[]);
            match closest(id, COMMANDS.iter().map(|row| row.id.to_owned())) {
                Some(near) => format!("{words} {}", texts.fill("error.config.nearest", &[("near", &near)])),
                None => words,
            }
        }
        KeymapError::Keyless { .. } => fill("error.keys.keyless", &[]),
        KeymapError::UnknownKey { source, .. } => fill("error.keys.key", &[("key", &source.0)]),
        KeymapError::Never { key, why, .. } => {
            let key = key.to_string();
            match why {
                Never::Shift => fill("error.keys.never_shift", &[("key", &key)]),
                Never::Held => fill("error.keys.never_held", &[("key", &key)]),
                Never::Same(other) => {
                    let other = Key::plain(*other).label(texts);
                    fill("error.keys.never_same", &[("key", &key), ("other", &other)])
                }
            }
        }
        KeymapError::Taken { key, .. } => fill("error.keys.taken", &[("key", &key.to_string()), ("other", other)]),
    };
    Err(Failure::said(Exit::Config, words))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{
        config::{Config, ConfigSources},
        i18n::Lang,
    };

    fn said(name: &str, keys: &str) -> String {
        let env = [(format!("OKTODESK_KEYS__{name}"), keys.to_owned())].into();
        let loaded = Config::load(&ConfigSources { env, ..ConfigSources::default() }).unwrap();
        check(&loaded, &Texts::load(Lang::En)).map_or_else(|failure| failure.to_string(), |()| "fine".into())
    }

    #[rstest]
    #[case("SEND", "['ctrl+enter']", "fine")]
    #[case("SENDD", "['f9']", "Perhaps meant: send")]
    #[case("SEND", "['f99']", "f99 is no key")]
    #[case("SEND", "['ctrl+i']", "to a terminal it is the key Tab")]
    #[case("SEND", "['shift+b']", "Write the character as it is typed")]
    #[case("SEND", "['alt+shift+x']", "no terminal says with it that Shift is held")]
    #[case("QUIT", "[]", "quit needs a key")]
    #[case("UNDO", "[]", "fine")]
    #[case("SEND", "['ctrl+z']", "ctrl+z belongs to undo")]
    fn what_is_wrong_with_a_key_is_said_with_its_origin(#[case] name: &str, #[case] keys: &str, #[case] words: &str) {
        let said = said(name, keys);
        assert!(said.contains(words), "{said}");
        assert!(words == "fine" || said.contains(&format!("OKTODESK_KEYS__{name}")), "{said}");
    }
}
