//! A life while it changes: what the rules write into, and the difference that is made of it. Decides nothing.

use super::{Entry, Life, Next, OutboxChange, Sender, Work};
use crate::domain::{
    draft::OpenDraft,
    order::{
        delivery::Delivery,
        history::{EventKind, Noted},
    },
    value::ids::InternalId,
};

/// The new life and what goes with it.
pub(super) struct Change {
    pub life: Life,
    pub events: Vec<Noted>,
    /// What joins the outbox.
    pub joins: Option<Work>,
    pub draft: Option<Box<OpenDraft>>,
}

impl Change {
    pub fn of(life: &Life) -> Self {
        Self { life: life.clone(), events: Vec::new(), joins: None, draft: None }
    }

    pub fn note(&mut self, kind: EventKind, detail: impl Into<String>) {
        self.events.push(Noted::plain(kind, detail));
    }

    /// With what a server or a person said.
    pub fn note_said(&mut self, kind: EventKind, detail: impl Into<String>, words: impl Into<String>) {
        self.events.push(Noted { kind, detail: detail.into(), words: words.into() });
    }

    /// OktoPOS has it. It leaves the outbox; status changes of it stay there.
    pub fn accept(&mut self, internal_id: Option<InternalId>, status: Option<String>) {
        let life = &mut self.life;
        life.status = Some(status.unwrap_or_else(|| life.first_status.clone()));
        life.delivery = Delivery::Accepted { internal_id };
        (life.stray, life.tried) = (None, None);
        life.waiting.retain(|entry| entry.work != Work::Create);
    }

    /// OktoPOS refused it. Its status changes can no longer be set, and the history says so.
    pub fn reject(&mut self, reason: &str) {
        self.life.delivery = Delivery::Rejected { reason: reason.to_owned() };
        self.life.tried = None;
        self.note_said(EventKind::Rejected, "", reason);
        for entry in std::mem::take(&mut self.life.waiting) {
            if let Some(status) = entry.status() {
                self.note(EventKind::StatusRefused, status);
            }
        }
    }

    pub fn entry(&mut self, seq: i64) -> Option<&mut Entry> {
        self.life.waiting.iter_mut().find(|entry| entry.seq == seq)
    }

    pub fn remove(&mut self, seq: i64) {
        self.life.waiting.retain(|entry| entry.seq != seq);
    }

    pub fn send_by(&mut self, by: &Sender) {
        self.life.sender.clone_from(by);
    }

    /// What a store has to write over `before`.
    pub fn finish(self, before: &Life) -> Next {
        let Self { mut life, events, joins, draft } = self;
        // Only what waits has a reason.
        if life.pending_status().is_none() {
            life.status_tried = None;
        }
        let mut outbox = Vec::new();
        for entry in &before.waiting {
            match life.waiting.iter().find(|after| after.seq == entry.seq) {
                None => outbox.push(OutboxChange::Leaves(entry.seq)),
                Some(after) if after != entry => outbox.push(OutboxChange::Changes(after.clone())),
                Some(_) => {}
            }
        }
        outbox.extend(joins.map(OutboxChange::Joins));
        Next { life, events, outbox, draft }
    }
}
