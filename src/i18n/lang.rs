//! The languages the program speaks. Reads no environment: what the machine says is passed in.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de::Error};

/// Declares the languages. A code is also the name of the file of texts, and its word in the settings.
macro_rules! languages {
    ($($(#[$doc:meta])* $lang:ident $code:literal;)+) => {
        /// A language with a complete file of texts.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum Lang {
            $($(#[$doc])* $lang,)+
        }

        impl Lang {
            /// Every language.
            pub const ALL: [Self; [$($code),+].len()] = [$(Self::$lang),+];

            /// What the settings may say: the machine's language, or the code of one.
            const SETTINGS: &'static [&'static str] = &["auto", $($code),+];

            /// `de`, `en`, ...
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$lang => $code,)+
                }
            }

            pub(super) fn source(self) -> &'static str {
                match self {
                    $(Self::$lang => include_str!(concat!("../../assets/i18n/", $code, ".toml")),)+
                }
            }
        }
    };
}

languages! {
    /// German.
    De "de";
    /// English.
    En "en";
}

/// Not one of the languages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown language; possible are {}", Lang::ALL.map(Lang::code).join(", "))]
pub struct UnknownLang;

impl Lang {
    /// Reads the setting: `None` for `auto`, the machine's language.
    ///
    /// # Errors
    /// Names what is possible.
    pub fn from_setting<'de, D: Deserializer<'de>>(setting: D) -> Result<Option<Self>, D::Error> {
        let word = String::deserialize(setting)?;
        if word == Self::SETTINGS[0] {
            return Ok(None);
        }
        word.parse().map(Some).map_err(|_| D::Error::unknown_variant(&word, Self::SETTINGS))
    }

    /// The one after it; after the last comes the first.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|lang| *lang == self).map_or(0, |at| at + 1);
        Self::ALL[at % Self::ALL.len()]
    }

    /// The language for a locale as `LC_ALL`, `LC_MESSAGES` or `LANG` hold it, `de_AT.UTF-8`; English for all others.
    pub fn from_locale(locale: &str) -> Self {
        let language = locale.split(['_', '-', '.', '@', ':']).next().unwrap_or_default();
        language.to_lowercase().parse().unwrap_or(Self::En)
    }
}

impl FromStr for Lang {
    type Err = UnknownLang;

    fn from_str(code: &str) -> Result<Self, UnknownLang> {
        Self::ALL.into_iter().find(|lang| lang.code() == code).ok_or(UnknownLang)
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_as_machines_write_them() {
        for (locale, lang) in [
            ("de_DE.UTF-8", Lang::De),
            ("de", Lang::De),
            ("DE-at", Lang::De),
            ("en_GB", Lang::En),
            ("C", Lang::En),
            ("", Lang::En),
            ("dev", Lang::En),
        ] {
            assert_eq!(Lang::from_locale(locale), lang, "{locale}");
        }
    }

    #[test]
    fn codes_read_back() {
        assert!(Lang::ALL.into_iter().all(|lang| lang.code().parse() == Ok(lang)));
        assert_eq!("xx".parse::<Lang>(), Err(UnknownLang));
        assert!(UnknownLang.to_string().ends_with("de, en"));
    }
}
