//! Pauses that OktoPOS asked for: while one lasts nothing is sent to its address, by no program on the journal, unless a person
//! said "now". Known from the answers and from what the journal took, not from what a desk tells.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use oktodesk::ports::PosError;
use serde::Deserialize;

use super::network::server_of;

/// A desk never waits longer, and never shorter.
const LONGEST: Duration = Duration::from_secs(300);
const SHORTEST: Duration = Duration::from_secs(1);

/// The clocks are read at different moments of one step.
const TOLERANCE: Duration = Duration::from_millis(50);

#[derive(Debug, Default)]
pub struct Pauses {
    /// What the programs that run were asked for: the instance, and until when.
    heard: BTreeMap<usize, (usize, Duration)>,
    /// What is on disk, by the instance.
    kept: BTreeMap<usize, Duration>,
}

#[derive(Deserialize)]
struct Kept {
    base_url: String,
    until: Timestamp,
}

impl Pauses {
    /// A call of the outbox came back.
    pub fn hear<T>(&mut self, slot: usize, server: usize, answer: &Result<T, PosError>, at: Duration) {
        if let Err(PosError::Throttled { after: Some(after), .. }) = answer {
            self.heard.insert(slot, (server, at + (*after).clamp(SHORTEST, LONGEST)));
        }
    }

    /// The journal has this text. An empty one is a person's word, for all programs.
    pub fn kept(&mut self, text: &str, began: Timestamp) {
        let kept: Vec<Kept> = if text.is_empty() { Vec::new() } else { serde_json::from_str(text).unwrap() };
        if kept.is_empty() {
            self.heard.clear();
        }
        let end = |pause: &Kept| Duration::try_from(pause.until.duration_since(began)).unwrap_or_default();
        self.kept = kept.iter().map(|pause| (server_of(&pause.base_url), end(pause))).collect();
    }

    /// A person says "now" to this program, or it starts: what only it knew is gone.
    pub fn forget(&mut self, slot: usize) {
        self.heard.remove(&slot);
    }

    /// A call leaves for this instance.
    pub fn leaves(&self, slot: usize, server: usize, at: Duration) -> Option<String> {
        let heard = self.heard.get(&slot).filter(|(asked, _)| *asked == server).map(|(_, until)| *until);
        let until = heard.max(self.kept.get(&server).copied())?;
        let is_early = at + TOLERANCE < until;
        is_early
            .then(|| format!("pause: program {slot} sends at {at:?}, and was to leave {server} alone until {until:?}"))
    }
}
