//! Recording the orders of a file: many at once, all of them or none. Sends nothing and reads no file.

use super::{Desk, DeskError, pieces};
use crate::{
    domain::{order::Order, value::ids::Revision},
    ports::{
        house::PlaceNote,
        journal::{NewOrder, PlaceAllError},
    },
};

/// Why none of several orders was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchError {
    /// Some of them are refused: the index of each in the slice, ascending, and why.
    Refused(Vec<(usize, DeskError)>),
    /// The journal cannot be written.
    Desk(DeskError),
}

impl From<PlaceAllError> for BatchError {
    fn from(error: PlaceAllError) -> Self {
        match error {
            PlaceAllError::Refused(refused) => {
                Self::Refused(refused.into_iter().map(|(index, why)| (index, why.into())).collect())
            }
            PlaceAllError::Journal(error) => Self::Desk(error.into()),
        }
    }
}

impl Desk {
    /// `place` for several orders in one transaction, in sequence, each with the order under its id that it takes the place
    /// of. When this returns `Ok`, all of them are on disk; with an error none is.
    pub async fn place_all(&self, orders: &[(&Order, Option<Revision>)]) -> Result<(), BatchError> {
        let (mut new, mut refused) = (Vec::with_capacity(orders.len()), Vec::new());
        for (index, (order, corrects)) in orders.iter().enumerate() {
            let note = PlaceNote { pieces: pieces(order), corrects: *corrects, ..PlaceNote::default() };
            match self.new_order(order, note) {
                Ok(order) => new.push(order),
                Err(why) => refused.push((index, why)),
            }
        }
        if !refused.is_empty() {
            return Err(BatchError::Refused(refused));
        }
        self.inner.journal.place_all(&new).await?;
        for NewOrder { order, at, .. } in &new {
            self.count_sold(order);
            self.took(order, *at);
            self.inner.link.order_changed(&order.order_id);
        }
        Ok(())
    }

    /// An order as the journal records it.
    pub(super) fn new_order(&self, order: &Order, note: PlaceNote) -> Result<NewOrder, DeskError> {
        let due_at = self.check(order)?;
        Ok(NewOrder {
            body: serde_json::to_string(order).map_err(|error| DeskError::Encode(error.to_string()))?,
            due_at,
            base_url: self.inner.pos.base_url().to_owned(),
            at: self.inner.stamp(),
            guest: self.guest_keys(order),
            order: order.clone(),
            note,
            desk: self.inner.id.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        desk::testing::{Bench, order},
        ports::JournalError,
    };

    #[tokio::test(start_paused = true)]
    async fn all_orders_of_a_batch_are_recorded_or_none() {
        let bench = Bench::new();
        let desk = bench.desk();
        let (a, b, nameless) = (order("a"), order("b"), order(" "));
        let refused = |done: Result<(), BatchError>| match done {
            Err(BatchError::Refused(refused)) => refused,
            other => panic!("not refused: {other:?}"),
        };
        let why = refused(desk.place_all(&[(&a, None), (&nameless, None)]).await);
        assert!(matches!(&why[..], [(1, DeskError::Field { field: "orderId", .. })]), "{why:?}");
        bench.journal.fail("place_all", 1);
        let full = BatchError::Desk(JournalError::Unwritable("disk full".into()).into());
        assert_eq!(desk.place_all(&[(&a, None), (&b, None)]).await, Err(full));
        assert_eq!(desk.outbox_page(0).await.unwrap(), []);
        desk.place(&b).await.unwrap();
        let why = refused(desk.place_all(&[(&a, None), (&b, None)]).await);
        assert!(matches!(&why[..], [(1, DeskError::WrongState { delivery: "queued", .. })]), "{why:?}");
        assert_eq!(desk.outbox_page(0).await.unwrap().len(), 1);
        desk.place_all(&[(&a, None)]).await.unwrap();
        assert_eq!(desk.outbox_page(0).await.unwrap().len(), 2);
    }
}
