//! How a sandbox is to behave. Values only; nothing is opened or started here.

use std::{fmt, path::PathBuf, str::FromStr, sync::Arc, time::Duration};

use jiff::Timestamp;
use secrecy::SecretString;

use super::faults::FaultPlan;

/// The key a sandbox accepts unless told otherwise. It guards nothing: a sandbox is on loopback only.
pub const DEFAULT_KEY: &str = "sandbox";

/// Everything that can be chosen when a sandbox is started. `Default` is what the demo wants, on a free port.
#[derive(Debug, Clone)]
pub struct SandboxOptions {
    /// Port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// What `X-API-KEY` has to be; everything else is answered with 403. May not be empty.
    pub key: SecretString,
    /// This many generated articles beyond the menu.
    pub articles: Option<usize>,
    /// Id of the first distribution channel; the others count up. Ids differ from instance to instance.
    pub channel_base: i64,
    /// What goes wrong, and when.
    pub faults: FaultPlan,
    /// A file that gets one JSON line per request, with the code of the answer and the body as it was received; no key.
    pub log: Option<PathBuf>,
    /// How often an order of the made-up web shop arrives; the first one comes after five seconds at the latest.
    pub web_shop: Option<Duration>,
    /// IANA name of the zone the web shop lives in.
    pub time_zone: String,
    /// ISO 4217 code every amount has to be in.
    pub currency: String,
    /// What is answered when an `orderId` comes a second time.
    pub repeated: RepeatedOrder,
    /// Status of the orders in the ready list.
    pub ready_status: String,
    /// Whether rows of the ready list carry `internalId`. The published list has none.
    pub ready_internal_id: bool,
    /// `internalId` of the first order; later ones count up. A sandbox that follows another on one journal needs ids of its own.
    pub first_internal_id: i64,
    /// Whether an item that names an article of the menu has to have its ids, channel and tax rate. Other articles are taken:
    /// the vendor's own sample names some that no other house knows.
    pub known_articles_only: bool,
    /// Whether line totals, contained VAT and the payment have to add up to the cent.
    pub check_sums: bool,
    /// Whether an order needs a `pickup` with a token and a time, as in the older Order API 1.0.1.
    pub pickup_required: bool,
    /// Where the sandbox reads the time.
    pub clock: SandboxClock,
}

impl Default for SandboxOptions {
    fn default() -> Self {
        Self {
            port: 0,
            key: DEFAULT_KEY.into(),
            articles: None,
            channel_base: 1,
            faults: FaultPlan::default(),
            log: None,
            web_shop: None,
            time_zone: "Europe/Berlin".into(),
            currency: "EUR".into(),
            repeated: RepeatedOrder::default(),
            ready_status: "ready".into(),
            ready_internal_id: false,
            first_internal_id: super::world::FIRST_INTERNAL_ID,
            known_articles_only: true,
            check_sums: true,
            pickup_required: false,
            clock: SandboxClock::system(),
        }
    }
}

/// What the sandbox does with an `orderId` it has accepted before. OktoPOS promises nothing here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RepeatedOrder {
    /// Takes it as another order with another `internalId`: the guest gets everything twice. The worst case.
    #[default]
    AcceptAgain,
    /// Answers with the first order's `internalId`.
    SameOrder,
    /// Answers 409 with the envelope.
    Conflict,
}

impl FromStr for RepeatedOrder {
    type Err = String;

    /// Reads `accept-again`, `same-order` or `conflict`.
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "accept-again" => Ok(Self::AcceptAgain),
            "same-order" => Ok(Self::SameOrder),
            "conflict" => Ok(Self::Conflict),
            other => Err(format!("'{other}' is none of accept-again, same-order, conflict")),
        }
    }
}

/// Where the sandbox reads the time; tests set it.
#[derive(Clone)]
pub struct SandboxClock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl SandboxClock {
    /// The machine's clock.
    #[expect(clippy::disallowed_methods, reason = "the sandbox stands for another machine, which has its own clock")]
    pub fn system() -> Self {
        Self::new(Timestamp::now)
    }

    /// A clock that always shows the same time.
    pub fn fixed(at: Timestamp) -> Self {
        Self::new(move || at)
    }

    /// A clock that asks `read`.
    pub fn new(read: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for SandboxClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SandboxClock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_not_in_the_debug_output() {
        let options = SandboxOptions { key: "very-secret".into(), ..SandboxOptions::default() };
        assert!(!format!("{options:?}").contains("very-secret"));
    }

    #[test]
    fn repeated_is_read_by_its_words() {
        assert_eq!("same-order".parse(), Ok(RepeatedOrder::SameOrder));
        assert_eq!("conflict".parse(), Ok(RepeatedOrder::Conflict));
        assert_eq!("accept-again".parse(), Ok(RepeatedOrder::AcceptAgain));
        assert_eq!(
            RepeatedOrder::from_str("twice").unwrap_err(),
            "'twice' is none of accept-again, same-order, conflict"
        );
    }
}
