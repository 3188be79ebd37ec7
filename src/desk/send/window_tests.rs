//! The window is as good as the whole outbox, and holds little of it.

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::{
    desk::{
        send::{
            endpoint::Endpoint,
            outbox::{Next, Policy, Signal, next},
        },
        testing::BASE_URL,
    },
    domain::{order::delivery::Delivery, value::ids::InternalId},
};

fn wall() -> Timestamp {
    Timestamp::from_second(1_000_000).unwrap()
}

fn now(monotonic: Duration) -> Now<'static> {
    Now { base_url: BASE_URL, wall: wall(), monotonic }
}

fn create(seq: i64) -> OutboxEntry {
    OutboxEntry {
        seq,
        order_id: OrderId(format!("o{seq}")),
        internal_id: None,
        delivery: Delivery::Queued,
        task: Task::Create,
        base_url: BASE_URL.into(),
        attempts: 0,
        queued_at: wall(),
        due_at: None,
        not_before: None,
    }
}

fn held(seq: i64) -> OutboxEntry {
    OutboxEntry { base_url: "https://old.test/".into(), ..create(seq) }
}

/// A status change of an order that OktoPOS has.
fn change(seq: i64, order: &str) -> OutboxEntry {
    OutboxEntry {
        order_id: OrderId(order.into()),
        delivery: Delivery::Accepted { internal_id: Some(InternalId(1)) },
        task: Task::SetStatus { status: "done".into(), reason: None },
        ..create(seq)
    }
}

/// An outbox, and how often it was asked for a page of it.
struct Store {
    entries: Vec<OutboxEntry>,
    pages: usize,
}

impl Store {
    fn new(entries: impl IntoIterator<Item = OutboxEntry>) -> Self {
        Self { entries: entries.into_iter().collect(), pages: 0 }
    }

    /// Reads until the window wants no more.
    fn fill(&mut self, window: &mut Window, pace: &Pace, now: &Now<'_>) {
        while let Some(wanted) = window.wants(pace, now) {
            self.pages += 1;
            let behind = self.entries.iter().filter(|entry| entry.seq > wanted.after && wanted.which.has(entry));
            window.take(wanted, behind.take(OF_A_KIND).cloned().collect(), pace, now);
            assert!(window.entries().len() <= 2 * OF_A_KIND, "{}", window.entries().len());
            assert!(window.entries().is_sorted_by_key(|entry| entry.seq));
        }
    }

    /// Sends everything that can be sent, and returns what was sent.
    fn drain(&mut self, window: &mut Window, pace: &Pace, now: &Now<'_>) -> Vec<i64> {
        let mut sent = Vec::new();
        loop {
            self.fill(window, pace, now);
            let Next::Send(seq) = next(window.entries(), pace, now) else { return sent };
            self.entries.retain(|entry| entry.seq != seq);
            window.entries_mut().retain(|entry| entry.seq != seq);
            sent.push(seq);
        }
    }
}

#[test]
fn a_long_queue_is_read_a_page_at_a_time() {
    let mut store = Store::new((1..=10_000).map(create));
    let (mut window, pace, now) = (Window::default(), Pace::default(), now(Duration::ZERO));
    store.fill(&mut window, &pace, &now);
    assert_eq!((store.pages, window.entries().len()), (2, OF_A_KIND), "one of orders, and one of the changes");
    assert!(!window.is_whole());
    assert_eq!(store.drain(&mut window, &pace, &now), (1..=10_000).collect::<Vec<_>>());
    assert!(store.pages <= 10_000 / OF_A_KIND + 3, "{}", store.pages);
    assert!(window.is_whole());
}

#[test]
fn what_is_held_keeps_nothing_waiting_that_stands_behind_it() {
    let mut store = Store::new((1..=1_000).map(held).chain([create(1_001), change(1_002, "x")]));
    let (mut window, pace, now) = (Window::default(), Pace::default(), now(Duration::ZERO));
    assert_eq!(store.drain(&mut window, &pace, &now), [1_001, 1_002]);
    assert!(window.entries().is_empty(), "and it takes no room");
}

#[test]
fn entries_that_wait_alone_make_room_and_are_read_again_in_their_time() {
    let (policy, later) = (Policy::default(), Duration::from_secs(60));
    let mut store = Store::new((1..=300).map(|seq| change(seq, &format!("x{seq}"))).chain([change(301, "x1")]));
    let (mut window, mut pace, begin) = (Window::default(), Pace::default(), now(Duration::ZERO));
    for seq in 1..=200 {
        pace.put_off(seq, &policy, u32::MAX, Duration::ZERO);
    }
    let sent = store.drain(&mut window, &pace, &begin);
    assert_eq!(sent, (201..=300).collect::<Vec<_>>(), "and 301 does not overtake the first change of its order");
    assert_eq!(window.again(), Some(policy.backoff_base));
    // Read anew, as the sender does then.
    let mut window = Window::default();
    let sent = store.drain(&mut window, &pace, &now(later));
    assert_eq!(sent, (1..=200).chain([301]).collect::<Vec<_>>());
}

#[test]
fn changes_of_an_order_that_was_sent_are_taken_in_where_they_would_not_be_read() {
    let (mut window, pace, now) = (Window::default(), Pace::default(), now(Duration::ZERO));
    let mut store = Store::new((1..=200).map(|seq| change(10 * seq, &format!("x{seq}"))));
    store.fill(&mut window, &pace, &now);
    let entries = [change(15, "sent"), change(1_995, "sent")];
    store.entries.extend(entries.clone());
    store.entries.sort_by_key(|entry| entry.seq);
    window.add_changes(entries.into(), &pace, &now);
    assert_eq!(window.entries().len(), OF_A_KIND, "the last one made room, and is read again");
    let all: Vec<i64> = store.entries.iter().map(|entry| entry.seq).collect();
    assert_eq!(store.drain(&mut window, &pace, &now), all);
}

fn any_entries() -> impl Strategy<Value = Vec<OutboxEntry>> {
    let row = (0..6usize, 0..4u8, any::<bool>());
    proptest::collection::vec(row, 0..400).prop_map(|rows| {
        let entry = |(seq, (order, kind, is_here)): (i64, (usize, u8, bool))| {
            let entry = match kind {
                0 => create(seq),
                1 => OutboxEntry { due_at: Some(wall() - jiff::SignedDuration::from_secs(1)), ..create(seq) },
                _ => change(seq, &format!("x{order}")),
            };
            if is_here || order > 0 { entry } else { OutboxEntry { base_url: "https://old.test/".into(), ..entry } }
        };
        (1..).zip(rows).map(entry).collect()
    })
}

proptest! {
    /// Sending from the window and sending from all of the outbox is the same, to the last entry and in the same sequence.
    #[test]
    fn the_window_sends_what_the_whole_outbox_would(
        entries in any_entries(),
        put_off in proptest::collection::vec(1..400i64, 0..40),
        signals in proptest::collection::vec((any::<bool>(), 0..3u8), 0..3),
    ) {
        let (policy, mut pace, now) = (Policy::default(), Pace::default(), now(Duration::from_secs(1)));
        for seq in put_off {
            pace.put_off(seq, &policy, u32::MAX, now.monotonic);
        }
        for (is_create, signal) in signals {
            let endpoint = if is_create { Endpoint::Create } else { Endpoint::Status };
            let signal = [Signal::Answered, Signal::Doubt, Signal::Outage][usize::from(signal)];
            pace.note(9_999, endpoint, signal, &policy, u32::MAX, now.monotonic);
        }
        let mut whole = entries.clone();
        let mut wanted = Vec::new();
        while let Next::Send(seq) = next(&whole, &pace, &now) {
            whole.retain(|entry| entry.seq != seq);
            wanted.push(seq);
        }
        let (mut store, mut window) = (Store::new(entries), Window::default());
        let mut sent = store.drain(&mut window, &pace, &now);
        // Orders and changes are read apart, so they may pass each other.
        sent.sort_unstable();
        wanted.sort_unstable();
        prop_assert_eq!(sent, wanted);
    }
}
