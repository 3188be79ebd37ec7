//! How the outbox behaves, as numbers: what the configuration and the manual say about it. Decides nothing.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What the instance of OktoPOS does with an `orderId` that it has seen before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RepeatedOrderId {
    /// Nobody knows: an unknown order is never sent again without a person.
    #[default]
    Unknown,
    /// It answers with the order it has: sending again cannot double.
    SameOrder,
    /// It refuses with 409: sending again cannot double.
    Conflict,
}

impl RepeatedOrderId {
    /// Its word in the configuration.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::SameOrder => "same-order",
            Self::Conflict => "conflict",
        }
    }

    /// Whether an order that may have arrived can be sent again without a person.
    pub fn is_safe_to_repeat(self) -> bool {
        matches!(self, Self::SameOrder | Self::Conflict)
    }
}

/// This many attempts in a row of which nobody knows what became of them are taken for an outage: one broken answer is the
/// trouble of one order, a row of them would make every waiting order a question for a person.
pub(super) const DOUBTS_ALLOWED: u32 = 2;

/// While there is something to send, the journal is asked for more not more often than this.
pub(super) const READ_GAP: Duration = Duration::from_secs(1);

/// Longest wait before recording an answer is tried again.
pub(super) const SETTLE_GAP: Duration = Duration::from_secs(2);

/// How the outbox behaves; the defaults are those of the manual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What the instance does with a repeated `orderId`.
    pub repeated: RepeatedOrderId,
    /// Whether an order is sent again by itself after a 503 of OktoPOS's own that is not about its time.
    pub retry_503: bool,
    /// Upper bound of the first wait after a failure; each further one doubles it.
    pub backoff_base: Duration,
    /// No wait after a failure is longer.
    pub backoff_cap: Duration,
    /// First wait after a refused key; each further refusal doubles it.
    pub key_probe: Duration,
    /// No wait after a refused key is longer.
    pub key_probe_cap: Duration,
    /// Wait when OktoPOS says "too many" without saying how long.
    pub throttle: Duration,
    /// No wait that OktoPOS asks for is longer.
    pub throttle_cap: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            repeated: RepeatedOrderId::Unknown,
            retry_503: false,
            backoff_base: Duration::from_millis(500),
            backoff_cap: Duration::from_secs(30),
            key_probe: Duration::from_secs(30),
            key_probe_cap: Duration::from_secs(300),
            throttle: Duration::from_secs(5),
            throttle_cap: Duration::from_secs(300),
        }
    }
}

impl Policy {
    /// How long to wait when OktoPOS is throttling: what it asked for, at least a second, at most the cap.
    pub fn throttled_for(&self, after: Option<Duration>) -> Duration {
        after.unwrap_or(self.throttle).clamp(Duration::from_secs(1), self.throttle_cap.max(Duration::from_secs(1)))
    }
}
