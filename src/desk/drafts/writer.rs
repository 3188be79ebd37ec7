//! Writes the drafts of one desk and remembers what it wrote of them. What is written in one step stays together: while that
//! could not be written, no part of it is written or recorded alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use crate::{
    desk::{
        Desk, DeskError,
        counter::{DraftSwap, UnwrittenSwaps},
    },
    domain::{draft::Draft, order::Order, value::ids::OrderId},
    ports::{house::PlaceNote, journal::OrderRow},
};

/// Drafts that could not be written before and are written now.
pub type Recovered = Vec<OrderId>;

/// What this desk wrote of its drafts. Bounded by the drafts that are open.
#[derive(Debug, Default)]
struct Written {
    last: BTreeMap<OrderId, Draft>,
    /// Those that could not be written as they are.
    failed: BTreeSet<OrderId>,
}

/// Writes drafts. Copies of it share what they remember.
#[derive(Clone)]
pub struct DraftWriter {
    desk: Desk,
    written: Arc<Mutex<Written>>,
    unwritten: Arc<Mutex<UnwrittenSwaps>>,
}

impl DraftWriter {
    /// A writer that wrote nothing yet.
    pub fn new(desk: Desk) -> Self {
        Self { desk, written: Arc::default(), unwritten: Arc::default() }
    }

    /// Writes a draft over its last state, with what has to be written together with it.
    ///
    /// # Errors
    /// Why it is not written; nothing of it is then.
    pub async fn save(&self, draft: Draft) -> Result<Recovered, DeskError> {
        let Some(mut swap) = self.unwritten(&draft.order_id) else {
            self.desk.save_draft(&draft).await?;
            return Ok(self.keep(&draft).then(|| draft.order_id.clone()).into_iter().collect());
        };
        swap.put(draft);
        self.swap(swap).await
    }

    /// Forgets a draft, with what has to be written together with it.
    ///
    /// # Errors
    /// Why it is still there.
    pub async fn discard(&self, id: OrderId) -> Result<Recovered, DeskError> {
        let Some(mut swap) = self.unwritten(&id) else {
            self.desk.discard_draft(&id).await?;
            self.forget(&id);
            return Ok(Recovered::new());
        };
        swap.forget(id);
        self.swap(swap).await
    }

    /// Writes drafts in one step, with what could not be written of them before.
    ///
    /// # Errors
    /// Why nothing of it is written. Unless a draft is another desk's, it is written with the next of them.
    pub async fn swap(&self, swap: DraftSwap) -> Result<Recovered, DeskError> {
        let swap = match self.unwritten.lock() {
            Ok(mut unwritten) => unwritten.with(swap),
            Err(_) => swap,
        };
        match self.desk.swap_drafts(&swap.put, &swap.gone).await {
            Ok(()) => {
                swap.gone.iter().for_each(|id| drop(self.forget(id)));
                Ok(swap.put.iter().filter(|draft| self.keep(draft)).map(|draft| draft.order_id.clone()).collect())
            }
            // One of them is not this desk's: it will never be written so.
            Err(error @ (DeskError::DraftElsewhere { .. } | DeskError::WrongState { .. })) => Err(error),
            Err(error) => {
                if let Ok(mut unwritten) = self.unwritten.lock() {
                    unwritten.keep(swap);
                }
                Err(error)
            }
        }
    }

    /// Records an order. A part of a bill is only recorded once all parts are written: recording it takes its draft away.
    pub async fn place(&self, order: &Order, note: PlaceNote) -> (Recovered, Result<OrderRow, DeskError>) {
        let mut recovered = Recovered::new();
        if let Some(swap) = self.unwritten(&order.order_id) {
            match self.swap(swap).await {
                Ok(written) => recovered = written,
                Err(error) => return (recovered, Err(error)),
            }
        }
        (recovered, self.desk.place_with(order, note).await)
    }

    fn unwritten(&self, id: &OrderId) -> Option<DraftSwap> {
        self.unwritten.lock().ok()?.take(id)
    }

    fn note<T: Default>(&self, note: impl FnOnce(&mut Written) -> T) -> T {
        self.written.lock().map(|mut written| note(&mut written)).unwrap_or_default()
    }

    /// The draft is on disk as it is. Returns whether it could not be written before.
    pub fn keep(&self, draft: &Draft) -> bool {
        self.note(|written| {
            written.last.insert(draft.order_id.clone(), draft.clone());
            written.failed.remove(&draft.order_id)
        })
    }

    /// The draft could not be written as it is.
    pub fn failed(&self, id: &OrderId) {
        self.note(|written| written.failed.insert(id.clone()));
    }

    /// The draft is this desk's no more. Returns what was written of it last.
    pub fn forget(&self, id: &OrderId) -> Option<Draft> {
        self.note(|written| {
            written.failed.remove(id);
            written.last.remove(id)
        })
    }

    /// Whether every draft is on disk as it was to be written.
    pub fn is_all_written(&self) -> bool {
        self.written.lock().is_ok_and(|written| written.failed.is_empty())
    }
}
