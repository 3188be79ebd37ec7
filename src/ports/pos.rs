//! OktoPOS as the desk sees it: three order calls, articles, customers. No HTTP word crosses this border.

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::domain::{
    order::{Customer, DistributionChannel, OrderType, life::Seen},
    shop::article::Article,
    value::{
        ids::{InternalId, OrderId},
        money::Money,
        text::Clean,
    },
};

/// What became of one call. The cases of the outcome table; success is the `Ok` beside it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PosError {
    /// No byte of the request left this machine: safe to try again.
    #[error("not sent: {reason}")]
    NotSent {
        /// For people, cleaned.
        reason: Clean,
    },
    /// OktoPOS refused what was sent. Trying again cannot help.
    #[error("refused ({code}): {reason}")]
    Rejected {
        /// HTTP status.
        code: u16,
        /// The server's messages, cleaned, joined by `; `.
        reason: Clean,
    },
    /// The API key is not accepted (401, 403). Nothing will be until it is.
    #[error("key refused ({code}): {reason}")]
    KeyRefused {
        /// HTTP status.
        code: u16,
        /// The server's messages, cleaned.
        reason: Clean,
        /// Whether OktoPOS's error envelope came with it: without, anything on the way may have answered.
        is_proven: bool,
    },
    /// Too many requests (429).
    #[error("throttled")]
    Throttled {
        /// From `Retry-After`, if the server said so.
        after: Option<Duration>,
        /// Whether OktoPOS's error envelope came with it.
        is_proven: bool,
    },
    /// 503 with OktoPOS's error envelope: it refused the order for its time, or it is busy. Which of the two it does not say.
    #[error("unavailable: {reason}")]
    Unavailable {
        /// The server's messages, cleaned, joined by `; `.
        reason: Clean,
        /// When OktoPOS says that it answered, by its own clock.
        at: Option<Timestamp>,
    },
    /// Something left and nothing usable came back: it may or may not have been handled.
    #[error("unknown: {reason}")]
    Unknown {
        /// What was seen, cleaned.
        reason: Clean,
    },
}

/// A status change as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusChange {
    /// `orderId` of this call is OktoPOS's own id.
    pub internal_id: InternalId,
    /// OktoPOS's word.
    pub status: String,
    /// Free text a person gave; sent as `payload.reason`.
    pub reason: Option<String>,
}

/// One row of OktoPOS's ready list, read leniently: everything but the row itself may be missing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadyOrder {
    /// The sending system's id: ours, or another system's.
    pub order_id: Option<OrderId>,
    /// OktoPOS's id; the published list does not name one.
    pub internal_id: Option<InternalId>,
    /// OktoPOS's word.
    pub status: Option<String>,
    /// Order type, where it is one of the four.
    pub order_type: Option<OrderType>,
    /// `payment.price`.
    pub total: Option<Money>,
    /// Family or given name, else phone.
    pub who: Clean,
    /// Street and number for deliveries.
    pub address: Clean,
    /// Table number.
    pub table: Option<i64>,
    /// Seat number.
    pub seat: Option<i64>,
    /// `pickup.pickupToken`.
    pub pickup_token: Clean,
    /// Platform it came through.
    pub intermediary: Clean,
    /// When it was taken.
    pub created_at: Option<Timestamp>,
    /// When it is due; `None` for as soon as possible.
    pub due_at: Option<Timestamp>,
    /// The lines, for reading only.
    pub lines: Vec<ReadyLine>,
}

impl ReadyOrder {
    /// What a list says of each order it names. The first row counts where an id is repeated, so that two rows cannot chase
    /// each other at every poll.
    pub fn by_order(list: &[Self]) -> HashMap<&str, Seen> {
        let mut by_order = HashMap::new();
        for ready in list {
            if let Some(id) = &ready.order_id {
                let seen = || Seen { internal_id: ready.internal_id, status: ready.status.clone() };
                by_order.entry(id.as_str()).or_insert_with(seen);
            }
        }
        by_order
    }
}

/// One line of an order in the ready list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadyLine {
    /// Pieces, if given.
    pub quantity: Option<Decimal>,
    /// Article name.
    pub name: Clean,
    /// For the kitchen.
    pub comment: Clean,
    /// Whether it belongs to the dish above it.
    pub is_extra: bool,
    /// Line total.
    pub price: Option<Money>,
}

/// What an instance calls its units and distribution channels; articles may name them by their ids alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Token of a unit by its id.
    pub units: Vec<(i64, String)>,
    /// Every channel. Empty where the instance has no such list.
    pub channels: Vec<DistributionChannel>,
}

/// What a look at the settings of the calls came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renewed {
    /// Nothing was changed.
    Same,
    /// The next calls are made with another key or other settings.
    Changed,
    /// Something was changed and cannot be used: the calls go on as before.
    Unusable {
        /// What is wrong with it. Never holds a key.
        reason: Clean,
    },
    /// Another address was configured. It counts from the next start, because what waits is bound to the one before.
    OtherAddress {
        /// The new one.
        base_url: Clean,
    },
}

/// OktoPOS. Every call is bounded in time and size and never retries by itself.
#[async_trait]
pub trait Pos: Send + Sync {
    /// Creates an order from its frozen JSON, byte for byte.
    async fn create_order(&self, body: &str) -> Result<InternalId, PosError>;

    /// All orders with status ready. Rows that cannot be read at all are left out.
    async fn ready_orders(&self) -> Result<Vec<ReadyOrder>, PosError>;

    /// Sets an order's status.
    async fn set_status(&self, change: &StatusChange) -> Result<(), PosError>;

    /// What units and channels are called. A list the instance does not have is empty.
    async fn vocabulary(&self) -> Result<Vocabulary, PosError>;

    /// One page of the article list, from 1; an empty or short page is the last. `words` says what ids without a word mean.
    async fn articles(&self, page: u32, page_size: u32, words: &Vocabulary) -> Result<Vec<Article>, PosError>;

    /// Customers with this phone number; an unknown number is an empty list.
    async fn customers_by_phone(&self, number: &str) -> Result<Vec<Customer>, PosError>;

    /// Looks whether the key or another setting of the calls was changed since the last look, and uses it from the next call
    /// on. Reads no more than when and how large its files are while nothing was changed.
    async fn renew(&self) -> Renewed {
        Renewed::Same
    }

    /// Where the calls go: scheme, host, port and path. A queued order is bound to it. Never changes while the program runs.
    fn base_url(&self) -> &str;
}
