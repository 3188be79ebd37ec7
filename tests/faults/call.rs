//! The five calls of the client, made in one way by all tables of faults.

use oktodesk::{
    domain::value::ids::InternalId,
    oktopos::OktoPos,
    ports::{
        Pos, PosError,
        pos::{StatusChange, Vocabulary},
    },
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    Create,
    Ready,
    Status,
    Articles,
    Customers,
}

/// What the calls are made with.
pub struct Given<'a> {
    /// The body of an order.
    pub order: &'a str,
    pub internal_id: i64,
    pub status: &'a str,
    pub page_size: u32,
    pub phone: &'a str,
}

impl Call {
    pub const ALL: [Self; 5] = [Self::Create, Self::Ready, Self::Status, Self::Articles, Self::Customers];

    pub fn changes_something(self) -> bool {
        matches!(self, Self::Create | Self::Status)
    }

    /// Makes the call. What came back as a number: the id of the new order, else how many rows.
    pub async fn ask(self, pos: &OktoPos, given: &Given<'_>) -> Result<i64, PosError> {
        let rows = |count: usize| i64::try_from(count).unwrap();
        match self {
            Self::Create => pos.create_order(given.order).await.map(|id| id.0),
            Self::Ready => pos.ready_orders().await.map(|list| rows(list.len())),
            Self::Status => {
                let internal_id = InternalId(given.internal_id);
                let change = StatusChange { internal_id, status: given.status.into(), reason: None };
                pos.set_status(&change).await.map(|()| 0)
            }
            Self::Articles => {
                pos.articles(1, given.page_size, &Vocabulary::default()).await.map(|list| rows(list.len()))
            }
            Self::Customers => pos.customers_by_phone(given.phone).await.map(|list| rows(list.len())),
        }
    }
}
