//! How the live list treats orders. Values only; `config` reads them.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// `[list]` of the settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRules {
    /// Minutes after which an order for which nobody was told a time is late; 0 for never.
    pub asap_minutes: u32,
    /// Seconds in which a status that was set can be taken back; 0 sends it at once.
    pub undo_seconds: u32,
    /// Ready-made reasons for cancelling; empty for the program's own.
    pub cancel_reasons: Vec<String>,
    /// What the terminal's bell is rung for.
    pub bell: Bell,
}

/// What the terminal's bell is rung for. A line on the screen says it in any case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Bell {
    /// Nothing.
    Off,
    /// Orders that become late.
    #[default]
    Late,
    /// These, orders that come from elsewhere, and orders that need somebody.
    All,
}

impl Default for ListRules {
    fn default() -> Self {
        Self { asap_minutes: 30, undo_seconds: 5, cancel_reasons: Vec::new(), bell: Bell::Late }
    }
}

impl ListRules {
    /// How long an order takes for which nobody was told a time.
    pub fn usual(&self) -> Option<SignedDuration> {
        (self.asap_minutes > 0).then(|| SignedDuration::from_mins(self.asap_minutes.into()))
    }
}
