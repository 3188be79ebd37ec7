//! An OktoPOS that is never called: for commands that only need the journal, and work without a key and in any outage.

use async_trait::async_trait;

use crate::{
    domain::{
        order::Customer,
        shop::article::Article,
        value::{ids::InternalId, text::Clean},
    },
    ports::{
        Pos, PosError,
        pos::{ReadyOrder, StatusChange, Vocabulary},
    },
};

/// Knows where calls would go, and makes none.
pub(super) struct Offline {
    base_url: String,
}

impl Offline {
    /// For the configured address, written as the client writes it.
    pub fn new(base_url: &str) -> Self {
        let parsed = url::Url::parse(base_url).map_or_else(|_| base_url.to_owned(), String::from);
        Self { base_url: parsed.trim_end_matches('/').to_owned() }
    }

    fn never<T>() -> Result<T, PosError> {
        Err(PosError::NotSent { reason: Clean::new("this command calls nobody") })
    }
}

#[async_trait]
impl Pos for Offline {
    async fn create_order(&self, _body: &str) -> Result<InternalId, PosError> {
        Self::never()
    }

    async fn ready_orders(&self) -> Result<Vec<ReadyOrder>, PosError> {
        Self::never()
    }

    async fn set_status(&self, _change: &StatusChange) -> Result<(), PosError> {
        Self::never()
    }

    async fn vocabulary(&self) -> Result<Vocabulary, PosError> {
        Self::never()
    }

    async fn articles(&self, _page: u32, _size: u32, _words: &Vocabulary) -> Result<Vec<Article>, PosError> {
        Self::never()
    }

    async fn customers_by_phone(&self, _number: &str) -> Result<Vec<Customer>, PosError> {
        Self::never()
    }

    fn base_url(&self) -> &str {
        &self.base_url
    }
}
