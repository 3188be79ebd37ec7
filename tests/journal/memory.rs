//! The journal in memory keeps the same promises as the one in a file: what the simulation proves is proven for both.

use std::sync::Arc;

use async_trait::async_trait;
use oktodesk::{journal::MemoryJournal, ports::Journal};

use crate::suite::{Store, journal_suite};

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
