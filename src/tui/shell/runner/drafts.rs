//! Says what became of drafts that were to be written, and of those that are another desk's now. What is written together is
//! decided in the desk.

use super::TaskContext;
use crate::{
    chaos,
    desk::{DeskError, counter::DraftSwap, drafts::Recovered},
    domain::{
        order::{Order, life::Standing},
        value::ids::{DeskId, OrderId},
    },
    ports::house::PlaceNote,
    tui::msg::{Lost, Reply},
};

impl TaskContext {
    /// Says which drafts are written that could not be before.
    async fn recovered(&self, drafts: Recovered) {
        for id in drafts {
            self.reply(Reply::DraftSaved(id)).await;
        }
    }

    /// Says what became of a draft that was to be written.
    pub(in crate::tui::shell::runner) async fn told(&self, id: &OrderId, result: Result<Recovered, DeskError>) {
        match result {
            Ok(recovered) => self.recovered(recovered).await,
            Err(error @ (DeskError::DraftElsewhere { .. } | DeskError::WrongState { .. })) => {
                self.lost(id, error, None).await;
            }
            Err(error) => {
                self.drafts.failed(id);
                self.reply(Reply::DraftNotSaved { order_id: id.clone(), error }).await;
            }
        }
    }

    /// The draft is another desk's, or its order was placed from elsewhere.
    async fn lost(&self, id: &OrderId, error: DeskError, same: Option<bool>) {
        let base = self.drafts.forget(id).map(Box::new);
        let lost = match error {
            DeskError::DraftElsewhere { desk, .. } => Lost::Elsewhere { holder: self.desk.holder(Some(desk)), base },
            DeskError::WrongState { delivery, .. } => Lost::Placed { delivery, same, base },
            _ => return,
        };
        self.reply(Reply::Lost { order_id: id.clone(), lost }).await;
    }

    /// Forgets a draft. What another desk has meanwhile is left to it; here it is gone from the screen.
    pub(in crate::tui::shell::runner) async fn discard(&self, id: OrderId) {
        match self.drafts.discard(id.clone()).await {
            Ok(recovered) => self.recovered(recovered).await,
            Err(error @ DeskError::Journal(_)) => self.reply(Reply::DraftNotSaved { order_id: id, error }).await,
            Err(_) => {}
        }
    }

    /// Drafts that were to be written as one step. If one of them is another desk's, the others are written alone: what is
    /// on the screen is what there is.
    pub(in crate::tui::shell::runner) async fn swapped(&self, swap: DraftSwap) {
        let (put, gone) = (swap.put.clone(), swap.gone.clone());
        match self.drafts.swap(swap).await {
            Ok(recovered) => self.recovered(recovered).await,
            Err(DeskError::DraftElsewhere { .. } | DeskError::WrongState { .. }) => {
                for draft in put {
                    let id = draft.order_id.clone();
                    let result = self.drafts.save(draft).await;
                    self.told(&id, result).await;
                }
                for id in gone {
                    // What another desk has stays there: it is shown as such.
                    if let Ok(recovered) = self.drafts.discard(id).await {
                        self.recovered(recovered).await;
                    }
                }
                self.read_drafts().await;
            }
            Err(error) => {
                for draft in &put {
                    self.told(&draft.order_id, Err(error.clone())).await;
                }
            }
        }
    }

    pub(in crate::tui::shell::runner) async fn read_drafts(&self) {
        // What cannot be read now is read with the next look.
        if let Ok(drafts) = self.desk.drafts().await {
            self.reply(Reply::Elsewhere(drafts.elsewhere)).await;
        }
    }

    pub(in crate::tui::shell::runner) async fn take_draft(&self, order_id: OrderId, from: Option<DeskId>) {
        let result = self.desk.take_draft(&order_id, from.as_ref()).await.map(Box::new);
        if let Ok(draft) = &result {
            self.drafts.keep(draft);
        }
        self.reply(Reply::Taken { order_id, result }).await;
    }

    /// Records an order and says what became of it.
    pub(in crate::tui::shell::runner) async fn place(&self, order: Box<Order>, note: PlaceNote) {
        let order_id = order.order_id.clone();
        let (recovered, result) = self.drafts.place(&order, note).await;
        self.recovered(recovered).await;
        chaos::point("saved.before_shown");
        self.show_stock().await;
        match result {
            Err(error @ DeskError::DraftElsewhere { .. }) => self.lost(&order_id, error, None).await,
            // Of a stray this desk saw all that there is: a person decides about it in the list.
            Err(error @ DeskError::WrongState { delivery, .. }) if delivery != Standing::Stray.word() => {
                // What cannot be compared is not the same: then it is kept.
                let recorded = self.desk.order(&order_id).await;
                let same = recorded.is_ok_and(|record| record.order.says_the_same(&order));
                self.lost(&order_id, error, Some(same)).await;
            }
            result => {
                if matches!(result, Ok(_) | Err(DeskError::SavedUnread(_))) {
                    self.drafts.forget(&order_id);
                }
                self.reply(Reply::Placed { order_id, result: result.map(Box::new) }).await;
            }
        }
    }
}
