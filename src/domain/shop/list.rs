//! How the live list treats orders. Values only; `config` reads them.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// `[list]` of the settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRules {
    /// Minutes after which an order for which nobody was told a time is late; 0 for never.
    pub asap_minutes: u32,
}

impl Default for ListRules {
    fn default() -> Self {
        Self { asap_minutes: 30 }
    }
}

impl ListRules {
    /// How long an order takes for which nobody was told a time.
    pub fn usual(&self) -> Option<SignedDuration> {
        (self.asap_minutes > 0).then(|| SignedDuration::from_mins(self.asap_minutes.into()))
    }
}
