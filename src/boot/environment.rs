//! What the process was given: arguments, environment, places. Read once, passed on as values.

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf};

use secrecy::SecretString;

use crate::{
    config::{API_KEY_VARIABLE, CONFIG_VARIABLE, Places},
    i18n::Lang,
};

/// What the process was given.
#[derive(Debug)]
pub(super) struct Environment {
    /// The program's name and what follows it.
    pub arguments: Vec<OsString>,
    /// Variables that are settings; the key is not among them.
    pub settings: BTreeMap<String, String>,
    /// `OKTODESK_CONFIG`: the settings file, as `--config` names it.
    pub config: Option<PathBuf>,
    /// `OKTODESK_API_KEY`.
    pub api_key: Option<SecretString>,
    /// The first of `LC_ALL`, `LC_MESSAGES` and `LANG` that says anything.
    pub locale: String,
    /// `TERM`.
    pub term: Option<String>,
    /// Whether tmux is between the terminal and the program.
    pub is_in_tmux: bool,
    /// Where the platform keeps what nobody needs for long, and `XDG_RUNTIME_DIR`.
    pub scratch: Vec<PathBuf>,
    /// Where the platform keeps things; `None` without a home directory.
    pub places: Option<Places>,
}

impl Environment {
    /// Of this process.
    pub fn of_process() -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let text = |value: OsString| value.to_string_lossy().into_owned();
        let settings = std::env::vars_os()
            .map(|(name, value)| (text(name), value))
            .filter(|(name, _)| {
                name.starts_with("OKTODESK_") && ![API_KEY_VARIABLE, CONFIG_VARIABLE].contains(&name.as_str())
            })
            .map(|(name, value)| (name, text(value)))
            .collect();
        Self {
            arguments: std::env::args_os().collect(),
            settings,
            config: std::env::var_os(CONFIG_VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from),
            api_key: variable(API_KEY_VARIABLE).map(SecretString::from),
            locale: ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(variable).unwrap_or_default(),
            term: variable("TERM"),
            is_in_tmux: variable("TMUX").is_some(),
            scratch: std::iter::once(std::env::temp_dir())
                .chain(variable("XDG_RUNTIME_DIR").map(PathBuf::from))
                .collect(),
            places: Places::of_platform(),
        }
    }

    /// The language before the settings are read: `--lang`, the variable, the machine's.
    pub fn early_lang(&self) -> Lang {
        let mut words = self.arguments.iter().skip(1).map(|word| word.to_string_lossy());
        let flag = loop {
            match words.next() {
                Some(word) if word == "--lang" => break words.next().and_then(|code| code.parse().ok()),
                Some(word) => {
                    if let Some(code) = word.strip_prefix("--lang=") {
                        break code.parse().ok();
                    }
                }
                None => break None,
            }
        };
        let variable = || self.settings.get("OKTODESK_DESK__LANGUAGE").and_then(|code| code.parse().ok());
        flag.or_else(variable).unwrap_or_else(|| Lang::from_locale(&self.locale))
    }

    /// The home directory.
    pub fn home(&self) -> Option<&std::path::Path> {
        self.places.as_ref().map(|places| places.home.as_path())
    }

    /// Folders for a copy of a journal that cannot be read in place.
    pub fn scratch(&self) -> Vec<PathBuf> {
        let own = self.scratch.iter().cloned();
        own.chain(["/dev/shm", "/var/tmp"].map(PathBuf::from)).collect()
    }

    /// The settings file: the one that a variable names, else where the platform keeps such files.
    pub fn config_file(&self) -> Option<PathBuf> {
        self.config.clone().or_else(|| self.places.as_ref().map(|places| places.config_file.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(arguments: &[&str], variable: Option<&str>, locale: &str) -> Environment {
        let name = "OKTODESK_DESK__LANGUAGE".to_owned();
        Environment {
            arguments: arguments.iter().map(Into::into).collect(),
            settings: variable.map(|value| (name, value.to_owned())).into_iter().collect(),
            config: None,
            api_key: None,
            locale: locale.to_owned(),
            term: None,
            is_in_tmux: false,
            scratch: Vec::new(),
            places: None,
        }
    }

    #[test]
    fn the_language_is_known_before_the_settings() {
        for (arguments, variable, locale, lang) in [
            (&["x", "--lang", "de"][..], Some("en"), "en_US", Lang::De),
            (&["x", "orders", "--lang=en"][..], None, "de_DE", Lang::En),
            (&["x", "--lang"][..], Some("de"), "C", Lang::De),
            (&["x", "--lang", "fr"][..], None, "de_DE", Lang::De),
            (&["x"][..], Some("auto"), "de_DE", Lang::De),
            (&["x"][..], None, "", Lang::En),
        ] {
            assert_eq!(environment(arguments, variable, locale).early_lang(), lang, "{arguments:?}");
        }
    }
}
