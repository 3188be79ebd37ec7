//! Random lives of a few orders, step by step beside a model that is too simple to be wrong. After every step the store
//! agrees with the model, waits exactly for what the outbox holds, and has forgotten no event.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use oktodesk::{
    domain::{
        draft::Draft,
        value::ids::{InternalId, OrderId, Revision},
    },
    ports::{
        Journal,
        journal::{Address, Entries, Forget, OrderFilter, PersonDecision, Settled, Tally, Task},
    },
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use crate::{
    fixtures::*,
    queue::{listed_in_pages, paged},
    suite::Store,
};

const ORDERS: [&str; 3] = ["a", "b", "c"];
/// Where a person sends what waits.
const ELSEWHERE: &str = "https://elsewhere.example/v1";
const STATUSES: [&str; 3] = ["ready", "cooking", OVER];
/// The status with which an order is over.
const OVER: &str = "done";

/// One step; numbers choose among what is there.
#[derive(Debug, Clone)]
enum Step {
    /// Whether by somebody who saw the order as it is.
    Place(usize, bool),
    Status(usize, usize),
    /// Whether the sender is configured for the other address, and how many programs have taken over since it began to send.
    Begin(usize, bool, u64),
    /// The last number says the same.
    Settle(usize, Outcome, u64),
    SettleLate(usize, Outcome, u64),
    Decide(usize, Choice),
    Observe(usize, Option<i64>, Option<usize>),
    Recover,
    Forget,
    Reopen,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Outcome {
    Requeued,
    NotTaken,
    Again,
    Accepted(i64),
    StatusSet,
    Rejected,
    Unknown,
}

#[derive(Debug, Clone, Copy)]
enum Choice {
    Resend,
    Settle(Option<i64>),
    Cancel,
    Readdress(Option<i64>),
    Reopen,
    DropStatus,
}

#[derive(Debug, Default)]
struct Model {
    orders: BTreeMap<usize, Known>,
    outbox: Vec<Waiting>,
    /// How many programs began to send.
    senders: u64,
}

#[derive(Debug, Default)]
struct Known {
    word: &'static str,
    internal_id: Option<i64>,
    status: Option<&'static str>,
    create_seq: i64,
    events: usize,
    /// Whether it was last bound to the other address.
    elsewhere: bool,
    unclear: bool,
    /// How often it was sent again because somebody said that it was not taken.
    not_taken: u32,
    /// Whether it waits again and says why.
    tried: bool,
    /// The same for a status of it.
    status_tried: bool,
    stray: bool,
    /// Whether a status was refused.
    refused: bool,
    is_draft: bool,
    /// Whether the guest is still in it.
    has_guest: bool,
    /// Which program last began an attempt at anything of it.
    sender: u64,
}

#[derive(Debug, Clone, PartialEq)]
struct Waiting {
    seq: i64,
    order: usize,
    /// `None` creates the order.
    status: Option<&'static str>,
    sending: bool,
    /// Whether it goes to the other address.
    elsewhere: bool,
}

/// A step that may not be done.
struct Refused;

impl Model {
    fn drop_create(&mut self, order: usize) {
        self.outbox.retain(|row| row.order != order || row.status.is_some());
    }

    fn drop_all(&mut self, order: usize) {
        self.outbox.retain(|row| row.order != order);
    }

    /// A new row; its number is read from the store afterwards.
    fn queue(&mut self, order: usize, status: Option<&'static str>) {
        let elsewhere = self.orders.get(&order).is_some_and(|known| known.elsewhere);
        self.outbox.push(Waiting { seq: 0, order, status, sending: false, elsewhere });
    }

    fn known(&mut self, order: usize, words: &[&str]) -> Result<&mut Known, Refused> {
        self.orders.get_mut(&order).filter(|known| words.contains(&known.word)).ok_or(Refused)
    }

    fn place(&mut self, order: usize, is_seen: bool) -> Result<(), Refused> {
        let may = |known: &Known| is_seen && ["rejected", "cancelled"].contains(&known.word) && !known.stray;
        if self.orders.get(&order).is_some_and(|known| !may(known)) {
            return Err(Refused);
        }
        let before = |known: &Known| (known.events, known.unclear, known.sender);
        let (events, unclear, sender) = self.orders.get(&order).map_or((0, false, 0), before);
        let fresh = Known { word: "queued", events: events + 1, unclear, sender, has_guest: true, ..Known::default() };
        self.orders.insert(order, fresh);
        self.queue(order, None);
        Ok(())
    }

    fn status(&mut self, order: usize, status: &'static str) -> Result<(), Refused> {
        let is_first = !self.outbox.iter().any(|row| row.order == order && row.status.is_some());
        let known = self.known(order, &["queued", "sending", "accepted"])?;
        known.events += 1;
        (known.refused, known.status_tried) = (false, known.status_tried && !is_first);
        self.queue(order, Some(status));
        Ok(())
    }

    fn begin(&mut self, seq: i64, elsewhere: bool, sender: u64) -> Result<(), Refused> {
        let row = self
            .outbox
            .iter_mut()
            .find(|row| row.seq == seq && !row.sending && row.elsewhere == elsewhere)
            .ok_or(Refused)?;
        let known = self.orders.get_mut(&row.order).unwrap();
        // Another program has taken over since.
        if sender < known.sender {
            return Err(Refused);
        }
        (row.sending, known.sender) = (true, sender);
        known.events += 1;
        if row.status.is_none() {
            known.word = "sending";
        }
        Ok(())
    }

    fn settle(&mut self, seq: i64, outcome: Outcome, sender: u64) -> Result<(), Refused> {
        let Some(at) = self.outbox.iter().position(|row| row.seq == seq) else { return self.settle_late(seq, outcome) };
        let row = self.outbox[at].clone();
        let known = self.orders.get_mut(&row.order).unwrap();
        if sender < known.sender {
            return self.settle_of_one_replaced(&row, outcome);
        }
        match (row.status, outcome) {
            (None, Outcome::StatusSet) | (Some(_), Outcome::Accepted(_)) => return Err(Refused),
            (None, Outcome::Requeued) => {
                (known.word, known.tried) = ("queued", true);
                self.outbox[at].sending = false;
            }
            // Three times that is believed of one order; then it is as unclear as any other.
            (None, Outcome::NotTaken) if known.not_taken == 3 => return self.settle(seq, Outcome::Unknown, sender),
            (None, Outcome::NotTaken) => {
                (known.word, known.tried, known.not_taken) = ("queued", true, known.not_taken + 1);
                self.outbox[at].sending = false;
            }
            (None, Outcome::Again) => {
                (known.word, known.tried, known.unclear) = ("queued", true, true);
                self.outbox[at].sending = false;
            }
            (Some(_), Outcome::Requeued | Outcome::NotTaken | Outcome::Again | Outcome::Unknown) => {
                self.outbox[at].sending = false;
                known.status_tried = true;
            }
            (None, Outcome::Accepted(id)) => accept(known, Some(id), None),
            (None, Outcome::Rejected) => known.word = "rejected",
            (None, Outcome::Unknown) => (known.word, known.unclear) = ("unknown", true),
            (Some(status), Outcome::StatusSet) => {
                (known.status, known.refused, known.status_tried) = (Some(status), false, false);
            }
            (Some(_), Outcome::Rejected) => (known.refused, known.status_tried) = (true, false),
        }
        known.events += 1;
        self.leave(&row, outcome);
        Ok(())
    }

    /// Another program sends it by now. That it arrived is true whoever says it; anything else is only noted.
    fn settle_of_one_replaced(&mut self, row: &Waiting, outcome: Outcome) -> Result<(), Refused> {
        let known = self.orders.get_mut(&row.order).unwrap();
        match (row.status, outcome) {
            (_, Outcome::StatusSet) | (Some(_), Outcome::Accepted(_)) => return Err(Refused),
            (None, Outcome::Accepted(id)) => {
                accept(known, Some(id), None);
                known.events += 1;
                self.drop_create(row.order);
            }
            (_, _) => known.events += 1,
        }
        Ok(())
    }

    /// What a settled row takes out of the outbox.
    fn leave(&mut self, row: &Waiting, outcome: Outcome) {
        let stays = match (row.status, outcome) {
            (_, Outcome::Requeued | Outcome::NotTaken | Outcome::Again) => true,
            (status, Outcome::Unknown) => status.is_some(),
            _ => false,
        };
        if row.status.is_none() && outcome == Outcome::Rejected {
            let dropped = self.outbox.iter().filter(|other| other.order == row.order && other.status.is_some()).count();
            self.orders.get_mut(&row.order).unwrap().events += dropped;
            self.drop_all(row.order);
        } else if !stays {
            self.outbox.retain(|other| other.seq != row.seq);
        }
    }

    fn settle_late(&mut self, seq: i64, outcome: Outcome) -> Result<(), Refused> {
        let (&order, known) = self.orders.iter_mut().find(|(_, known)| known.create_seq == seq).ok_or(Refused)?;
        match (known.word, outcome) {
            ("accepted" | "unknown", Outcome::StatusSet) => return Err(Refused),
            ("accepted", Outcome::Accepted(id)) => known.internal_id = known.internal_id.or(Some(id)),
            ("unknown", Outcome::Accepted(id)) => accept(known, Some(id), None),
            ("unknown", Outcome::Rejected) => {
                known.word = "rejected";
                known.events += self.outbox.iter().filter(|row| row.order == order).count();
                self.drop_all(order);
            }
            ("accepted" | "unknown", _) => {}
            _ => return Err(Refused),
        }
        self.orders.get_mut(&order).unwrap().events += 1;
        Ok(())
    }

    fn decide(&mut self, order: usize, choice: Choice) -> Result<(), Refused> {
        match choice {
            Choice::Resend => {
                let known = self.known(order, &["unknown"])?;
                (known.word, known.tried, known.not_taken) = ("queued", false, 0);
                self.queue(order, None);
            }
            Choice::Settle(id) => {
                let known = self.known(order, &["unknown", "accepted", "rejected", "cancelled"])?;
                match known.word {
                    "unknown" => accept(known, id, None),
                    "rejected" | "cancelled" if known.stray => {
                        let (seen, status) = (known.internal_id, known.status);
                        accept(known, id.or(seen), status);
                        known.stray = false;
                    }
                    "rejected" | "cancelled" => return Err(Refused),
                    _ if id.is_some() && known.internal_id.is_none() => known.internal_id = id,
                    _ => return Err(Refused),
                }
            }
            Choice::Cancel => {
                let known = self.known(order, &["queued", "rejected"])?;
                if known.stray {
                    return Err(Refused);
                }
                known.word = "cancelled";
                self.drop_all(order);
            }
            Choice::Reopen => {
                let known = self.known(order, &["queued"])?;
                (known.word, known.is_draft) = ("cancelled", true);
                self.drop_all(order);
            }
            Choice::DropStatus => {
                let waiting = |row: &Waiting| row.order == order && row.status.is_some() && !row.sending;
                let any = self.outbox.iter().any(waiting);
                let known = self.known(order, &["accepted"])?;
                if !any && !known.refused {
                    return Err(Refused);
                }
                known.refused = false;
                self.outbox.retain(|row| !waiting(row));
            }
            Choice::Readdress(seen) => {
                let known = self.known(order, &["queued", "accepted"])?;
                let arrived_as = known.internal_id.filter(|_| known.word == "accepted");
                if arrived_as != seen {
                    return Err(Refused);
                }
                let mut waiting = self.outbox.iter_mut().filter(|row| row.order == order).peekable();
                waiting.peek().ok_or(Refused)?;
                waiting.for_each(|row| row.elsewhere = true);
                self.known(order, &["queued", "accepted"])?.elsewhere = true;
            }
        }
        self.orders.get_mut(&order).unwrap().events += 1;
        Ok(())
    }

    fn observe(&mut self, order: usize, id: Option<i64>, status: Option<&'static str>) {
        let is_pending = self.outbox.iter().any(|row| row.order == order && row.status.is_some());
        let status = status.filter(|_| !is_pending);
        let Some(known) = self.orders.get_mut(&order) else { return };
        match known.word {
            "queued" | "sending" | "unknown" => {
                accept(known, id, status);
                known.events += 1;
                self.drop_create(order);
            }
            word if word == "accepted" || known.stray => {
                if known.internal_id.is_none() && id.is_some() {
                    known.internal_id = id;
                    known.events += 1;
                }
                if status.is_some() && known.status != status {
                    known.status = status;
                    known.events += 1;
                }
            }
            _ if !known.stray => {
                (known.stray, known.unclear, known.internal_id) = (true, true, id);
                known.status = status.or(Some("ready"));
                known.events += 1;
            }
            _ => unreachable!("handled above"),
        }
    }

    /// Orders whose guest goes: they are over, and no change of theirs is under way.
    fn forget(&mut self) -> Vec<usize> {
        let changing: Vec<usize> = self.outbox.iter().filter(|row| row.status.is_some()).map(|row| row.order).collect();
        let is_over = |known: &Known| {
            !known.stray && (known.word == "cancelled" || (known.word == "accepted" && known.status == Some(OVER)))
        };
        let mut forgotten = Vec::new();
        for (&order, known) in &mut self.orders {
            if known.has_guest && is_over(known) && !changing.contains(&order) {
                known.has_guest = false;
                // Why a status was refused may name the guest.
                known.refused = false;
                known.events += 1;
                forgotten.push(order);
            }
        }
        forgotten
    }

    fn recover(&mut self) -> u32 {
        self.senders += 1;
        let mut unknown = 0;
        for row in self.outbox.iter_mut().filter(|row| row.sending) {
            let known = self.orders.get_mut(&row.order).unwrap();
            known.events += 1;
            row.sending = false;
            if row.status.is_none() {
                (known.word, known.unclear) = ("unknown", true);
                unknown += 1;
                row.seq = -1;
            } else {
                known.status_tried = true;
            }
        }
        self.outbox.retain(|row| row.seq != -1);
        unknown
    }
}

fn accept(known: &mut Known, id: Option<i64>, status: Option<&'static str>) {
    known.word = "accepted";
    known.internal_id = id;
    known.status = status.or(Some("ready"));
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let order = 0..ORDERS.len();
    let status = 0..STATUSES.len();
    let row = 0..6usize;
    let age = prop_oneof![4 => Just(0u64), 1 => 1..3u64];
    let outcome = prop_oneof![
        1 => Just(Outcome::Requeued),
        2 => Just(Outcome::NotTaken),
        1 => Just(Outcome::Again),
        1 => (1..9i64).prop_map(Outcome::Accepted),
        1 => Just(Outcome::StatusSet),
        1 => Just(Outcome::Rejected),
        1 => Just(Outcome::Unknown),
    ];
    let choice = prop_oneof![
        Just(Choice::Resend),
        proptest::option::of(1..9i64).prop_map(Choice::Settle),
        Just(Choice::Cancel),
        proptest::option::of(1..9i64).prop_map(Choice::Readdress),
        Just(Choice::Reopen),
        Just(Choice::DropStatus),
    ];
    let step = prop_oneof![
        3 => (order.clone(), any::<u8>()).prop_map(|(order, die)| Step::Place(order, die % 4 > 0)),
        2 => (order.clone(), status.clone()).prop_map(|(order, status)| Step::Status(order, status)),
        4 => (row.clone(), any::<u8>(), age.clone()).prop_map(|(row, die, age)| Step::Begin(row, die % 4 == 0, age)),
        4 => (row, outcome.clone(), age.clone()).prop_map(|(row, outcome, age)| Step::Settle(row, outcome, age)),
        2 => (order.clone(), outcome, age).prop_map(|(order, outcome, age)| Step::SettleLate(order, outcome, age)),
        3 => (order.clone(), choice).prop_map(|(order, choice)| Step::Decide(order, choice)),
        2 => (order, proptest::option::of(1..9i64), proptest::option::of(status))
            .prop_map(|(order, id, status)| Step::Observe(order, id, status)),
        1 => Just(Step::Recover),
        2 => Just(Step::Forget),
        1 => Just(Step::Reopen),
    ];
    proptest::collection::vec(step, 1..60)
}

/// Runs both; a failing life is shrunk and printed.
pub fn random_lives<S: Store>() {
    let config = Config { cases: S::LIVES, failure_persistence: None, ..Config::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // An order that is held and whose status was refused was counted twice: the dice come to it too rarely.
    let counted_twice = [
        Step::Place(1, true),
        Step::Observe(1, None, None),
        Step::Place(2, true),
        Step::Decide(2, Choice::Readdress(None)),
        Step::Status(2, 0),
        Step::Settle(1, Outcome::Rejected, 0),
    ];
    runtime.block_on(live::<S>(&counted_twice));
    let lives = TestRunner::new(config).run(&steps(), |steps| {
        runtime.block_on(live::<S>(&steps));
        Ok(())
    });
    if let Err(failure) = lives {
        panic!("{failure}");
    }
}

async fn live<S: Store>(steps: &[Step]) {
    let store = S::new();
    let mut journal = store.open().await;
    let mut model = Model::default();
    for (step, second) in steps.iter().zip(0i64..) {
        if matches!(step, Step::Reopen) {
            drop(journal);
            journal = store.open().await;
        } else {
            take(&*journal, &mut model, step, second).await;
        }
        learn_numbers(&*journal, &mut model).await;
        compare(&*journal, &model).await;
    }
    journal.check().await.unwrap();
}

/// Forgets every guest there is, in windows of two orders.
async fn forget_all(journal: &dyn Journal, now: Timestamp) -> Vec<OrderId> {
    let over = Some(vec![OVER.to_owned()]);
    let mut which = Forget { before: Timestamp::MAX, over, only: None, after: 0, look_at: 2 };
    let mut forgotten = Vec::new();
    loop {
        let done = journal.forget(&which, now).await.unwrap();
        forgotten.extend(done.orders);
        let Some(next) = done.next else { return forgotten };
        assert!(next > which.after);
        which.after = next;
    }
}

async fn take(journal: &dyn Journal, model: &mut Model, step: &Step, second: i64) {
    let now = at(second);
    let chosen = |row: usize, model: &Model| model.outbox.get(row).map_or(i64::MAX, |row| row.seq);
    let sender = |age: u64, model: &Model| model.senders.saturating_sub(age);
    let (got, expected) = match *step {
        Step::Place(order, is_seen) => {
            let mut new = new_order(ORDERS[order], second);
            let seen = model.orders.get(&order).map(|known| known.create_seq + i64::from(!is_seen));
            // A desk that never saw the order, or saw another one.
            new.note.corrects = seen.filter(|_| is_seen || second % 2 == 0).map(Revision);
            (journal.place(&new).await, model.place(order, is_seen))
        }
        Step::Status(order, status) => {
            let word = STATUSES[status];
            (journal.request_status(&id(ORDERS[order]), word, None, now).await, model.status(order, word))
        }
        Step::Begin(row, elsewhere, age) => {
            let (seq, by) = (chosen(row, model), sender(age, model));
            let address = if elsewhere { ELSEWHERE } else { BASE };
            (journal.begin_attempt(seq, address, by, now).await, model.begin(seq, elsewhere, by))
        }
        Step::Settle(row, outcome, age) => {
            let (seq, by) = (chosen(row, model), sender(age, model));
            (journal.settle_attempt(seq, by, &settled(outcome), now).await, model.settle(seq, outcome, by))
        }
        Step::SettleLate(order, outcome, age) => {
            let seq = model.orders.get(&order).map_or(i64::MAX, |known| known.create_seq);
            let by = sender(age, model);
            (journal.settle_attempt(seq, by, &settled(outcome), now).await, model.settle(seq, outcome, by))
        }
        Step::Decide(order, choice) => (
            journal.decide(&id(ORDERS[order]), &decision(model, order, choice), now).await,
            model.decide(order, choice),
        ),
        Step::Observe(order, internal_id, status) => {
            let status = status.map(|status| STATUSES[status]);
            let seen = [ready(ORDERS[order], internal_id, status)];
            model.observe(order, internal_id, status);
            (journal.observe(&seen, now).await.map(drop), Ok(()))
        }
        Step::Recover => {
            assert_eq!(journal.recover(now).await.unwrap(), model.recover());
            assert_eq!(journal.begins_to_send("test", now).await.unwrap(), model.senders);
            return;
        }
        Step::Forget => {
            let mut got: Vec<_> = forget_all(journal, now).await.into_iter().map(|id| id.0).collect();
            got.sort();
            assert_eq!(got, model.forget().into_iter().map(|order| ORDERS[order]).collect::<Vec<_>>());
            return;
        }
        Step::Reopen => return,
    };
    assert_eq!(got.is_ok(), expected.is_ok(), "{step:?}: {got:?}");
}

fn settled(outcome: Outcome) -> Settled {
    match outcome {
        Outcome::Again => Settled::Again { reason: "r".into() },
        Outcome::Requeued => Settled::Requeued { reason: "r".into() },
        Outcome::NotTaken => Settled::NotTaken { reason: "r".into() },
        Outcome::Accepted(id) => accepted(id),
        Outcome::StatusSet => Settled::StatusSet,
        Outcome::Rejected => rejected("r"),
        Outcome::Unknown => unknown("r"),
    }
}

fn decision(model: &Model, order: usize, choice: Choice) -> PersonDecision {
    match choice {
        Choice::Resend => PersonDecision::Resend,
        Choice::Settle(id) => PersonDecision::Settle { internal_id: id.map(InternalId) },
        Choice::Cancel => PersonDecision::Cancel,
        Choice::Reopen => {
            let corrects = model.orders.get(&order).map(|known| Revision(known.create_seq));
            let draft = Draft { corrects, ..draft(ORDERS[order], 0, "") };
            PersonDecision::Reopen { draft: Box::new(opened(draft, here())) }
        }
        Choice::DropStatus => PersonDecision::DropStatus,
        Choice::Readdress(seen) => {
            PersonDecision::Readdress { base_url: ELSEWHERE.into(), internal_id: seen.map(InternalId) }
        }
    }
}

/// The store numbers the rows; numbers only grow and are never used twice.
async fn learn_numbers(journal: &dyn Journal, model: &mut Model) {
    let highest =
        model.outbox.iter().map(|row| row.seq).chain(model.orders.values().map(|known| known.create_seq)).max();
    let outbox = journal.outbox().await.unwrap();
    for (row, entry) in model.outbox.iter_mut().zip(&outbox).filter(|(row, _)| row.seq == 0) {
        assert!(Some(entry.seq) > highest);
        row.seq = entry.seq;
        if row.status.is_none() {
            model.orders.get_mut(&row.order).unwrap().create_seq = entry.seq;
        }
    }
}

async fn compare(journal: &dyn Journal, model: &Model) {
    let outbox = journal.outbox().await.unwrap();
    let rows: Vec<_> = outbox
        .iter()
        .map(|entry| (entry.seq, entry.order_id.as_str(), status_of(&entry.task), &*entry.base_url))
        .collect();
    let address = |row: &Waiting| if row.elsewhere { ELSEWHERE } else { BASE };
    let expected: Vec<_> =
        model.outbox.iter().map(|row| (row.seq, ORDERS[row.order], row.status, address(row))).collect();
    assert_eq!(rows, expected);
    assert_eq!(journal.orders(&OrderFilter::default()).await.unwrap().len(), model.orders.len());
    assert_eq!(listed_in_pages(journal, &OrderFilter::default(), 2).await.len(), model.orders.len());
    compare_queue(journal, model).await;
    let drafts = open_drafts(journal).await;
    for (&order, known) in &model.orders {
        let record = journal.order(&id(ORDERS[order])).await.unwrap();
        let row = &record.row;
        assert_eq!((row.delivery.word(), row.status.as_deref()), (known.word, known.status));
        assert_eq!(row.tried.is_some(), known.tried && ["queued", "sending"].contains(&known.word));
        let is_changing = model.outbox.iter().any(|row| row.order == order && row.status.is_some());
        assert_eq!(row.status_tried.is_some(), known.status_tried && is_changing);
        let internal_id = known.internal_id.filter(|_| known.word == "accepted");
        assert_eq!(row.delivery.internal_id().map(|id| id.0), internal_id);
        let flags = (row.may_have_arrived, row.stray, row.status_problem.is_some());
        assert_eq!(flags, (known.unclear, known.stray, known.refused));
        assert_eq!(row.last_sender.as_ref().map_or(0, |by| by.fence), known.sender, "the program that began last");
        assert_eq!(drafts.iter().any(|draft| draft.order_id == row.order_id), known.is_draft);
        assert_eq!(record.events.len(), known.events, "{:?}", record.events);
        assert_eq!((record.order.customer.is_some(), !row.who.is_empty()), (known.has_guest, known.has_guest));
        let creates = outbox.iter().filter(|entry| entry.order_id == row.order_id && status_of(&entry.task).is_none());
        assert_eq!(creates.count(), usize::from(row.delivery.waits()));
        let pending = model.outbox.iter().rev().find_map(|row| row.status.filter(|_| row.order == order));
        assert_eq!(row.pending_status.as_deref(), pending);
    }
}

/// What a sender reads of the outbox, and what is counted.
async fn compare_queue(journal: &dyn Journal, model: &Model) {
    let rows = |is: &dyn Fn(&Waiting, &Known) -> bool| {
        let rows = model.outbox.iter().filter(|row| is(row, &model.orders[&row.order]));
        rows.map(|row| row.seq).collect::<Vec<_>>()
    };
    let waits = |known: &Known| ["queued", "sending"].contains(&known.word);
    let aside = |known: &Known| ["rejected", "unknown"].contains(&known.word);
    let is_held = |row: &Waiting, known: &Known| row.elsewhere && !aside(known);
    // Long before anything is due.
    let here = Address { base_url: BASE, wall: Timestamp::MIN };
    let kinds = [
        (Entries::All, rows(&|_, _| true)),
        (Entries::Creates, rows(&|row, _| row.status.is_none())),
        (Entries::Changes, rows(&|row, known| row.status.is_some() && !waits(known))),
        (Entries::Held(here), rows(&|row, known| is_held(row, known) && (row.status.is_none() || !waits(known)))),
    ];
    for (which, wanted) in kinds {
        let read = paged(journal, which, 2).await;
        assert_eq!(read.iter().map(|entry| entry.seq).collect::<Vec<_>>(), wanted, "{which:?}");
    }
    let count = |seqs: Vec<i64>| seqs.len() as u64;
    let of_orders = |is: &dyn Fn(&Known) -> bool| model.orders.values().filter(|known| is(known)).count() as u64;
    let held: BTreeSet<usize> =
        (model.outbox.iter()).filter(|row| is_held(row, &model.orders[&row.order])).map(|row| row.order).collect();
    let needs = |(order, known): (&usize, &Known)| aside(known) || known.stray || known.refused || held.contains(order);
    let tally = journal.tally(here).await.unwrap();
    let wanted = Tally {
        entries: model.outbox.len() as u64,
        waiting: count(rows(&|row, known| !row.elsewhere && !aside(known))),
        orders: count(rows(&|row, _| row.status.is_none())),
        free_orders: count(rows(&|row, known| row.status.is_none() && known.word == "queued" && !row.elsewhere)),
        held: held.len() as u64,
        unknown: of_orders(&|known| known.word == "unknown"),
        rejected: of_orders(&|known| known.word == "rejected" && !known.stray),
        needs_person: model.orders.iter().filter(|order| needs(*order)).count() as u64,
        next_due: tally.next_due,
    };
    assert_eq!(tally, wanted);
}

fn status_of(task: &Task) -> Option<&str> {
    match task {
        Task::Create => None,
        Task::SetStatus { status, .. } => Some(status),
    }
}
