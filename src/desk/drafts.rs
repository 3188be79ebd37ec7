//! Drafts and whose they are: each belongs to one running desk, and to nobody once that desk has ended. Takes none that
//! another desk may have without a person who says so.

mod writer;

pub use writer::{DraftWriter, Recovered};

use super::{Desk, DeskError};
use crate::{
    domain::{
        draft::Draft,
        value::ids::{DeskId, OrderId},
    },
    ports::{JournalError, SeenDesk, journal::OpenDraft},
};

/// A draft that another desk has.
#[derive(Debug, Clone, PartialEq)]
pub struct Elsewhere {
    /// As it was last saved there.
    pub draft: Draft,
    /// The desk that has it.
    pub holder: Holder,
}

/// A desk that has a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Which one; `None` for a draft from before desks had ids.
    pub desk: Option<DeskId>,
    /// Whether it runs, and since when.
    pub seen: SeenDesk,
}

/// The open drafts of a journal, as one desk sees them. Oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Drafts {
    /// This desk's.
    pub here: Vec<Draft>,
    /// Other desks'.
    pub elsewhere: Vec<Elsewhere>,
}

impl Desk {
    /// The id of this run of the program.
    pub fn id(&self) -> &DeskId {
        &self.inner.id
    }

    /// Writes a draft over its last state. `DraftElsewhere` if another desk has it, `WrongState` if its order was placed.
    pub async fn save_draft(&self, draft: &Draft) -> Result<(), DeskError> {
        Ok(self.inner.journal.save_draft(draft, &self.inner.id).await?)
    }

    /// Every open draft, without taking any.
    pub async fn drafts(&self) -> Result<Drafts, DeskError> {
        self.sorted(false).await
    }

    /// Opens the drafts that belong to nobody: those of desks that have ended. Returns every open draft.
    pub async fn open_drafts(&self) -> Result<Drafts, DeskError> {
        self.sorted(true).await
    }

    async fn sorted(&self, takes: bool) -> Result<Drafts, DeskError> {
        let mut drafts = Drafts::default();
        for OpenDraft { draft, desk } in self.inner.journal.drafts().await? {
            if desk.as_ref() == Some(&self.inner.id) {
                drafts.here.push(draft);
                continue;
            }
            let holder = self.holder(desk);
            if !(takes && holder.seen == SeenDesk::Ended) {
                drafts.elsewhere.push(Elsewhere { draft, holder });
                continue;
            }
            match self.take_draft(&draft.order_id, holder.desk.as_ref()).await {
                Ok(draft) => drafts.here.push(draft),
                // A desk that starts at the same time was quicker.
                Err(DeskError::DraftElsewhere { desk, .. }) => {
                    drafts.elsewhere.push(Elsewhere { draft, holder: self.holder(Some(desk)) });
                }
                Err(DeskError::NotFound(_)) => {}
                // What cannot be written now can be read all the same; the first change says that it is not saved.
                Err(DeskError::Journal(JournalError::Unwritable(_))) => drafts.here.push(draft),
                Err(error) => return Err(error),
            }
        }
        Ok(drafts)
    }

    /// What is seen of the desk that has a draft.
    pub fn holder(&self, desk: Option<DeskId>) -> Holder {
        let seen = desk.as_ref().map_or(SeenDesk::Ended, |desk| self.inner.desks.look(desk));
        Holder { desk, seen }
    }

    /// Takes a draft over, because a person says so or its desk has ended, and returns it as it is. `DraftElsewhere` if it
    /// is not `from`'s any more, `NotFound` if it was placed or discarded.
    pub async fn take_draft(&self, id: &OrderId, from: Option<&DeskId>) -> Result<Draft, DeskError> {
        Ok(self.inner.journal.take_draft(id, from, &self.inner.id).await?)
    }

    /// Writes all of `put` and forgets all of `gone`, everything or nothing: a bill that is split or put together.
    pub async fn swap_drafts(&self, put: &[Draft], gone: &[OrderId]) -> Result<(), DeskError> {
        Ok(self.inner.journal.swap_drafts(put, gone, &self.inner.id).await?)
    }

    /// Forgets a draft. `DraftElsewhere` if another desk has it.
    pub async fn discard_draft(&self, id: &OrderId) -> Result<(), DeskError> {
        Ok(self.inner.journal.discard_draft(id, &self.inner.id).await?)
    }
}
