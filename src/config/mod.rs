//! Settings: typed, layered, and every wrong one named. Reads one file and no environment of its own: what the process
//! was given is passed in. Knows nothing of what the settings are used for.
//!
//! The defaults are `config.example.toml` itself, so the file that documents them cannot differ from them.

mod check;
mod error;
mod first;
mod key;
mod layers;
mod places;
mod proxy;
mod shop;

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

pub use error::{Allowed, ConfigError, KeyError};
pub use first::{Answers, addresses, filled};
pub use key::{API_KEY_VARIABLE, KeySource, api_key};
pub use layers::{CONFIG_VARIABLE, ConfigSources, Flag, Origin, ShownSetting, closest};
pub use places::{Places, home_path};
pub use proxy::ProxyAddress;
pub use shop::{
    AREAS_EXAMPLE, AreasError, MAX_CHOICES, MENU_EXAMPLE, MenuError, parse_areas, parse_menu, read_areas, read_menu,
};

use crate::{
    desk::send::outbox::RepeatedOrderId,
    domain::{order::OrderType, shop::Shop},
    i18n::{Lang, piece_words, time_words},
    oktopos::Paths,
};

/// `config.example.toml`: every setting with its default, documented.
pub const EXAMPLE: &str = include_str!("../../config.example.toml");

/// Every setting, checked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Config {
    /// How the desk looks and behaves.
    pub desk: DeskSettings,
    /// Where OktoPOS is and how it is spoken to.
    pub oktopos: OktoPosSettings,
    /// The shop's own choices. `terminal` and `extras_groups` stand under `[desk]`, `workflow` in a section of its own.
    pub shop: Shop,
    /// Keys by command; what a command or a key may be called is known to the key map.
    pub keys: BTreeMap<String, Vec<String>>,
    /// The copy of the articles.
    pub catalog: CatalogSettings,
    /// How long guests are kept.
    pub privacy: PrivacySettings,
    /// The log.
    pub log: LogSettings,
    /// The journal.
    pub journal: JournalSettings,
    /// The telephone.
    pub calls: Calls,
}

/// `[calls]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Calls {
    /// Where calls come from, `fritzbox://host:port` or `tcp-listen://127.0.0.1:port`; empty for nowhere but `oktodesk call`.
    pub feed: String,
    /// What stands for `+` in what the telephone system says.
    pub international_prefix: String,
    /// Put before a number without one; empty for none.
    pub area_code: String,
    /// The telephone beside this desk, as the telephone system numbers it; empty for any.
    pub extension: String,
    /// What an order on the telephone is, unless the guest's last one says it; empty for the usual order type.
    pub order_type: String,
}

impl Calls {
    /// What an order on the telephone is; `None` for the usual order type.
    pub fn order_type(&self) -> Option<OrderType> {
        OrderType::ALL.into_iter().find(|kind| kind.token() == self.order_type)
    }
}

/// `[desk]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DeskSettings {
    /// Language of the desk; `None` for the machine's.
    #[serde(deserialize_with = "Lang::from_setting")]
    pub language: Option<Lang>,
    /// Colours.
    pub theme: ThemeName,
    /// The keys that are not configured.
    pub key_preset: KeyPreset,
    /// Whether clicks and the wheel reach the desk.
    pub mouse: bool,
    /// Whether a frame is shown at once where the terminal can do that.
    pub synchronized_output: bool,
    /// The shop's menu file; empty for `menu.toml` beside the configuration file.
    pub menu_file: String,
    /// The shop's file of delivery areas; empty for `areas.toml` beside the configuration file.
    pub areas_file: String,
    /// Seconds between two looks at the ready list.
    pub poll_interval_seconds: u64,
}

/// Colours of the desk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThemeName {
    /// The usual ones.
    #[default]
    Default,
    /// For eyes and screens that need it.
    HighContrast,
}

/// The keys that are not configured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyPreset {
    /// With function keys.
    #[default]
    Default,
    /// For keyboards and terminals without them.
    Letters,
}

/// `[oktopos]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OktoPosSettings {
    /// Address of the OktoPOS Manager; empty until it is set, see `Config::base_url`.
    pub base_url: String,
    /// File with the API key; empty for none.
    pub api_key_file: String,
    /// Header the key is sent in.
    pub header: String,
    /// Seconds a connection may take.
    pub connect_timeout_seconds: u64,
    /// Seconds a whole call may take.
    pub total_timeout_seconds: u64,
    /// Largest answer that is read, in MiB.
    pub max_body_mib: u64,
    /// Proxy; empty for none.
    pub proxy: ProxyAddress,
    /// What the instance does with a repeated `orderId`.
    pub repeated_order_id: RepeatedOrderId,
    /// Whether an order is sent again by itself after a 503 of OktoPOS's own that is not about its time.
    pub retry_503: bool,
    /// Paths of the calls, `[oktopos.paths]`: relative to the base URL.
    pub paths: Paths,
}

/// `[catalog]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CatalogSettings {
    /// Hours after which the copy is read anew; 0 for never.
    pub refresh_hours: u32,
}

/// `[privacy]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PrivacySettings {
    /// Days after an order is over that its guest is kept.
    pub keep_customer_days: u32,
}

/// `[log]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LogSettings {
    /// What is told.
    pub level: LogLevel,
    /// Size at which a file is set aside, in KiB.
    pub max_kib: u64,
    /// Files kept, with the one that is written.
    pub files: u64,
}

/// How much the log tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// What failed.
    Error,
    /// And what may have to be looked at.
    Warn,
    /// And every attempt and its outcome.
    Info,
    /// And every look at the ready list.
    Debug,
}

/// `[journal]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct JournalSettings {
    /// Where orders are kept; empty for the platform's data directory.
    pub data_dir: String,
}

/// The settings and where each came from.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedConfig {
    /// The settings.
    pub config: Config,
    /// Every setting with its origin, in the order of their names. The API key is no setting and not in it.
    pub shown: Vec<ShownSetting>,
    /// Variables that begin like ours and name nothing that there is, in the order of their names: to be told, and no error.
    pub unknown_variables: Vec<String>,
}

impl Config {
    /// Reads and checks all layers: defaults, file, environment, flags; later wins.
    ///
    /// # Errors
    /// Names the setting, where it was read and what is allowed.
    pub fn load(sources: &ConfigSources) -> Result<LoadedConfig, ConfigError> {
        if !sources.flags.is_empty() {
            // A flag lies over a value that cannot be used: that is said now, and not when the flag is left out one day.
            layers::merge(&ConfigSources { flags: Vec::new(), ..sources.clone() })?.read::<Self>()?;
        }
        let layers = layers::merge(sources)?;
        let mut config: Config = layers.read()?;
        check::check(&config, &layers)?;
        config.shop.time_words = time_words();
        config.shop.piece_words = piece_words();
        Ok(LoadedConfig { config, shown: layers.shown(), unknown_variables: layers.unknown_variables })
    }

    /// The defaults alone: no file, no environment.
    ///
    /// # Errors
    /// None that a test would not have found.
    pub fn defaults() -> Result<Self, ConfigError> {
        Ok(Self::load(&ConfigSources::default())?.config)
    }

    /// The base URL, for whoever is going to call it.
    ///
    /// # Errors
    /// `ConfigError::NotSet` as long as it is empty.
    pub fn base_url(&self) -> Result<&str, ConfigError> {
        match self.oktopos.base_url.as_str() {
            "" => Err(ConfigError::NotSet { key: "oktopos.base_url".into() }),
            url => Ok(url),
        }
    }

    /// The language, given what the machine says.
    pub fn lang(&self, locale: &str) -> Lang {
        self.desk.language.unwrap_or_else(|| Lang::from_locale(locale))
    }

    /// Time between two looks at the ready list.
    pub fn poll_interval(&self) -> Duration {
        Duration::from_secs(self.desk.poll_interval_seconds)
    }

    /// How old the copy of the articles may become; `None` for any age.
    pub fn catalog_refresh(&self) -> Option<SignedDuration> {
        (self.catalog.refresh_hours > 0).then(|| SignedDuration::from_hours(self.catalog.refresh_hours.into()))
    }

    /// The configured data directory, if there is one. `home` replaces a leading `~/`.
    pub fn data_dir(&self, home: Option<&std::path::Path>) -> Option<PathBuf> {
        (!self.journal.data_dir.is_empty()).then(|| home_path(&self.journal.data_dir, home))
    }
}

/// The text `config init` writes: the example with every setting commented out (`#key`, without a space).
pub fn template() -> String {
    let mut out = String::with_capacity(EXAMPLE.len() + 256);
    for line in EXAMPLE.lines() {
        let stays = line.is_empty() || line.starts_with('#') || (line.starts_with('[') && !line.starts_with("[["));
        let text = line.trim_start();
        out.push_str(&line[..line.len() - text.len()]);
        if !stays {
            out.push('#');
        }
        out.push_str(text);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod fuzz_tests;
#[cfg(test)]
mod tests;
