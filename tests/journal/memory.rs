//! The journal in memory keeps the same promises as the one in a file: what the simulation proves is proven for both.

use std::sync::Arc;

use async_trait::async_trait;
use oktodesk::{journal::MemoryJournal, ports::Journal};

use crate::suite::{Store, journal_suite};

struct Memory(Arc<MemoryJournal>);

#[async_trait]
impl Store for Memory {
    // Enough that each planted bug shows in one of them: with 24, one run in some twenty missed one.
    const LIVES: u32 = 150;

    fn new() -> Self {
        Self(Arc::default())
    }

    async fn open(&self) -> Arc<dyn Journal> {
        Arc::clone(&self.0) as _
    }
}

journal_suite!(Memory);
