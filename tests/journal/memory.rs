//! The simulation's journal keeps the same promises as the real one: what the simulation proves is proven for both.

use std::sync::Arc;

use async_trait::async_trait;
use oktodesk::ports::Journal;

use crate::{
    memory_store::MemoryJournal,
    suite::{Store, journal_suite},
};

struct Memory(Arc<MemoryJournal>);

#[async_trait]
impl Store for Memory {
    fn new() -> Self {
        Self(Arc::default())
    }

    async fn open(&self) -> Arc<dyn Journal> {
        Arc::clone(&self.0) as _
    }
}

journal_suite!(Memory);
