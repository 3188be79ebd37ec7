//! Writes drafts, remembers what was written of them, and says what became of those that are another desk's now.

use std::collections::{BTreeMap, BTreeSet};

use super::{Hands, torn::Swap};
use crate::{
    desk::DeskError,
    domain::{
        draft::Draft,
        order::Order,
        value::ids::{DeskId, OrderId},
    },
    ports::journal::OrderRow,
    tui::msg::{Lost, Reply},
};

/// What this desk wrote of its drafts. Bounded by the drafts that are open.
#[derive(Debug, Default)]
pub(in crate::tui::shell::runner) struct Written {
    last: BTreeMap<OrderId, Draft>,
    /// Those that could not be written as they are.
    failed: BTreeSet<OrderId>,
}

impl Written {
    /// The draft is on disk as it is. Returns whether it could not be written before.
    pub(in crate::tui::shell::runner) fn keep(&mut self, draft: &Draft) -> bool {
        self.last.insert(draft.order_id.clone(), draft.clone());
        self.failed.remove(&draft.order_id)
    }

    /// The drafts came from the disk.
    pub(in crate::tui::shell::runner) fn keep_all(&mut self, drafts: &[Draft]) {
        self.last.extend(drafts.iter().map(|draft| (draft.order_id.clone(), draft.clone())));
    }

    /// The draft is this desk's no more.
    pub(in crate::tui::shell::runner) fn forget(&mut self, id: &OrderId) -> Option<Draft> {
        self.failed.remove(id);
        self.last.remove(id)
    }

    /// Whether something is not on disk as it is on the screen.
    pub(in crate::tui::shell::runner) fn any_failed(&self) -> bool {
        !self.failed.is_empty()
    }
}

impl Hands {
    pub(in crate::tui::shell::runner) fn wrote<T: Default>(&self, note: impl FnOnce(&mut Written) -> T) -> T {
        self.written.lock().map(|mut written| note(&mut written)).unwrap_or_default()
    }

    /// Says what became of a draft that was to be written.
    pub(in crate::tui::shell::runner) async fn told(&self, id: &OrderId, result: Result<(), DeskError>) {
        match result {
            Ok(()) => {}
            Err(error @ (DeskError::DraftElsewhere { .. } | DeskError::WrongState { .. })) => {
                self.lost(id, error, None).await;
            }
            Err(error) => {
                self.wrote(|written| written.failed.insert(id.clone()));
                self.reply(Reply::DraftNotSaved { order_id: id.clone(), error }).await;
            }
        }
    }

    /// The draft is another desk's, or its order was placed from elsewhere.
    async fn lost(&self, id: &OrderId, error: DeskError, same: Option<bool>) {
        let base = self.wrote(|written| written.forget(id)).map(Box::new);
        let lost = match error {
            DeskError::DraftElsewhere { desk, .. } => Lost::Elsewhere { holder: self.desk.holder(Some(desk)), base },
            DeskError::WrongState { delivery, .. } => Lost::Placed { delivery, same, base },
            _ => return,
        };
        self.reply(Reply::Lost { order_id: id.clone(), lost }).await;
    }

    pub(in crate::tui::shell::runner) async fn save(&self, draft: Draft) -> Result<(), DeskError> {
        let Some(mut swap) = self.torn(&draft.order_id) else {
            self.desk.save_draft(&draft).await?;
            self.kept(&draft).await;
            return Ok(());
        };
        swap.put(draft);
        self.swap(swap).await
    }

    async fn kept(&self, draft: &Draft) {
        if self.wrote(|written| written.keep(draft)) {
            self.reply(Reply::DraftSaved(draft.order_id.clone())).await;
        }
    }

    pub(in crate::tui::shell::runner) async fn discard(&self, id: OrderId) -> Result<(), DeskError> {
        let Some(mut swap) = self.torn(&id) else {
            self.desk.discard_draft(&id).await?;
            self.wrote(|written| written.forget(&id));
            return Ok(());
        };
        swap.forget(id);
        self.swap(swap).await
    }

    pub(in crate::tui::shell::runner) fn torn(&self, id: &OrderId) -> Option<Swap> {
        self.torn.lock().ok()?.take(id)
    }

    /// Writes drafts as one step, with what could not be written of them before.
    pub(in crate::tui::shell::runner) async fn swap(&self, swap: Swap) -> Result<(), DeskError> {
        let swap = match self.torn.lock() {
            Ok(mut torn) => torn.with(swap),
            Err(_) => swap,
        };
        let result = self.desk.swap_drafts(&swap.put, &swap.gone).await;
        match &result {
            Ok(()) => {
                self.wrote(|written| swap.gone.iter().for_each(|id| drop(written.forget(id))));
                for draft in &swap.put {
                    self.kept(draft).await;
                }
            }
            // One of them is not this desk's: it will never be written so.
            Err(DeskError::DraftElsewhere { .. } | DeskError::WrongState { .. }) => {}
            Err(_) => {
                if let Ok(mut torn) = self.torn.lock() {
                    torn.keep(swap);
                }
            }
        }
        result
    }

    /// Drafts that were to be written as one step. If one of them is another desk's, the others are written alone: what is
    /// on the screen is what there is.
    pub(in crate::tui::shell::runner) async fn swapped(&self, swap: Swap) {
        let (put, gone) = (swap.put.clone(), swap.gone.clone());
        match self.swap(swap).await {
            Ok(()) => {}
            Err(DeskError::DraftElsewhere { .. } | DeskError::WrongState { .. }) => {
                for draft in put {
                    let id = draft.order_id.clone();
                    let result = self.save(draft).await;
                    self.told(&id, result).await;
                }
                for id in gone {
                    // What another desk has stays there: it is shown as such.
                    self.discard(id).await.ok();
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
            self.wrote(|written| written.keep(draft));
        }
        self.reply(Reply::Taken { order_id, result }).await;
    }

    /// Says what became of an order that was to be recorded.
    pub(in crate::tui::shell::runner) async fn placed(&self, order: Box<Order>, result: Result<OrderRow, DeskError>) {
        let order_id = order.order_id.clone();
        match result {
            Err(error @ DeskError::DraftElsewhere { .. }) => self.lost(&order_id, error, None).await,
            Err(error @ DeskError::WrongState { delivery, .. }) if !matches!(delivery, "rejected" | "cancelled") => {
                // What cannot be compared is not the same: then it is kept.
                let recorded = self.desk.order(&order_id).await;
                let same = recorded.is_ok_and(|record| record.order.says_the_same(&order));
                self.lost(&order_id, error, Some(same)).await;
            }
            result => {
                if matches!(result, Ok(_) | Err(DeskError::SavedUnread(_))) {
                    self.wrote(|written| written.forget(&order_id));
                }
                self.reply(Reply::Placed { order_id, result: result.map(Box::new) }).await;
            }
        }
    }
}
