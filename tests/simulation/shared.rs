//! Open orders that change hands: what people at two desks type into one draft, take over from each other, send and throw
//! away. Each thing that is typed is a mark of its own, and what was acknowledged stands in a draft or an order from then on,
//! unless somebody threw it away.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use oktodesk::{
    desk::{Desk, DeskError},
    domain::{
        draft::Draft,
        order::delivery::Delivery,
        value::ids::{OrderId, Revision},
    },
    ports::{
        house::PlaceNote,
        journal::{OpenDraft, OrderFilter},
    },
};

use super::{
    life::{Kind, Life},
    people::{Open, new_order},
    program::Program,
};

/// Marks of one life: they are the bits of a number that a draft carries along.
const MARKS: u32 = 48;
/// Shared drafts that are sent in one life.
const SENT: usize = 8;
const PREFIX: &str = "shared-";

/// What became of everything that was typed.
#[derive(Debug, Default)]
pub struct Marks {
    next_mark: u32,
    next_draft: u32,
    /// Acknowledged as saved.
    kept: u64,
    /// Thrown away by a person, or perhaps.
    gone: u64,
    /// What stands in orders of the journal.
    ordered: BTreeMap<OrderId, u64>,
}

impl Marks {
    /// The journal has this order; what stands in it travels in the token of its session.
    pub fn recorded(&mut self, id: &OrderId, token: Option<&str>) {
        if let Some(marks) = token.and_then(|token| token.parse().ok()) {
            self.ordered.insert(id.clone(), marks);
        }
    }

    /// Marks that were acknowledged and are nowhere.
    pub fn lost<'a>(&self, drafts: &[OpenDraft], orders: impl Iterator<Item = &'a OrderId>) -> Option<String> {
        let in_drafts =
            drafts.iter().filter(|open| is_shared(&open.draft.order_id)).map(|open| open.draft.focus as u64);
        let in_orders = orders.filter_map(|id| self.ordered.get(id).copied());
        let there = in_drafts.chain(in_orders).fold(0, |all, marks| all | marks);
        let lost = self.kept & !self.gone & !there;
        (lost != 0).then(|| format!("I1: marks {lost:#b} were saved and are in no draft and no order"))
    }
}

pub fn is_shared(id: &OrderId) -> bool {
    id.as_str().starts_with(PREFIX)
}

/// A draft as it stands on the screen of one desk.
#[derive(Debug, Clone)]
struct Cart {
    id: OrderId,
    marks: u64,
    /// As it was last written from here.
    written: u64,
    /// The order that it corrects.
    corrects: Option<Revision>,
}

/// What stands on the screen of one desk, until it is ended or killed.
#[derive(Debug, Clone, Default)]
pub struct Screen(Arc<Mutex<Vec<Cart>>>);

impl Screen {
    /// Holds the screen while one order is placed from the list. `None` while somebody is at it, or has that order open: then
    /// that is what they go on with.
    pub fn hold(&self, life: &Arc<Life>, slot: usize, id: &OrderId) -> Option<Open> {
        let is_shown = self.0.lock().unwrap().iter().any(|cart| cart.id == *id);
        Open::new(life, &OrderId(format!("screen-{slot}"))).filter(|_| !is_shown)
    }
}

/// Somebody at this desk does one thing with an open order.
pub async fn act(program: &mut Program) {
    let (life, slot) = (Arc::clone(&program.life), program.slot);
    // One after the other, as a desk does it.
    let Some(open) = Open::new(&life, &OrderId(format!("screen-{slot}"))) else { return };
    let hands = Hands { life: Arc::clone(&life), desk: program.desk.clone(), screen: program.screen.clone() };
    let die = life.state().random.below(10);
    let is_empty = hands.carts().is_empty();
    let what = match die {
        0..2 => What::Begin,
        2..4 => What::TakeOver,
        _ if is_empty => What::TakeOver,
        4..7 => What::Type,
        7 | 8 => What::Send,
        _ => *life.state().random.pick(&[What::Discard, What::GiveUp, What::GiveUp, What::Correct]),
    };
    life.step(Kind::Event, format!("program {slot}: {what:?} an open order")).await;
    program.people.spawn(async move {
        let _open = open;
        match what {
            What::Begin => hands.begin().await,
            What::TakeOver => hands.take_over().await,
            What::Type => hands.type_on().await,
            What::Send => hands.send().await,
            What::Discard => hands.discard().await,
            What::GiveUp => hands.give_up().await,
            What::Correct => hands.correct().await,
        }
    });
}

#[derive(Debug, Clone, Copy)]
enum What {
    Begin,
    TakeOver,
    Type,
    Send,
    Discard,
    GiveUp,
    Correct,
}

struct Hands {
    life: Arc<Life>,
    desk: Desk,
    screen: Screen,
}

impl Hands {
    fn carts(&self) -> MutexGuard<'_, Vec<Cart>> {
        self.screen.0.lock().unwrap()
    }

    fn pick(&self) -> Option<Cart> {
        let carts = self.carts().clone();
        (!carts.is_empty()).then(|| self.life.state().random.pick(&carts).clone())
    }

    fn put(&self, cart: Cart) {
        let mut carts = self.carts();
        carts.retain(|other| other.id != cart.id);
        carts.push(cart);
    }

    fn close(&self, id: &OrderId) {
        self.carts().retain(|cart| cart.id != *id);
    }

    fn new_id(&self) -> OrderId {
        let mut state = self.life.state();
        state.marks.next_draft += 1;
        OrderId(format!("{PREFIX}{}", state.marks.next_draft))
    }

    /// The next thing that is typed; nothing once there are no bits left.
    fn new_mark(&self) -> Option<u64> {
        let mut state = self.life.state();
        let mark = state.marks.next_mark;
        state.marks.next_mark += 1;
        (mark < MARKS).then(|| 1 << mark)
    }

    async fn begin(&self) {
        let Some(mark) = self.new_mark() else { return };
        self.save(Cart { id: self.new_id(), marks: mark, written: 0, corrects: None }).await;
    }

    async fn type_on(&self) {
        if let Some(cart) = self.pick() {
            self.type_into(cart).await;
        }
    }

    async fn type_into(&self, mut cart: Cart) {
        let Some(mark) = self.new_mark() else { return };
        cart.marks |= mark;
        self.save(cart).await;
    }

    /// What another desk has is taken over by a decision. Its desk does not know yet.
    async fn take_over(&self) {
        let Ok(drafts) = self.desk.drafts().await else { return };
        let mine: Vec<OrderId> = self.carts().iter().map(|cart| cart.id.clone()).collect();
        let theirs = drafts.elsewhere.into_iter().filter(|other| is_shared(&other.draft.order_id));
        let theirs: Vec<_> = theirs.filter(|other| !mine.contains(&other.draft.order_id)).collect();
        if theirs.is_empty() {
            return;
        }
        let other = self.life.state().random.pick(&theirs).clone();
        let id = other.draft.order_id;
        if let Ok(draft) = self.desk.take_draft(&id, other.holder.desk.as_ref()).await {
            let marks = draft.focus as u64;
            let cart = Cart { id, marks, written: marks, corrects: draft.corrects };
            self.put(cart.clone());
            // Mostly to finish it.
            if self.life.state().random.chance(600) {
                self.type_into(cart.clone()).await;
                self.send_one(cart).await;
            }
        }
    }

    /// Writes a draft as it stands on the screen, and says whether it is on disk.
    async fn save(&self, mut cart: Cart) -> bool {
        loop {
            self.put(cart.clone());
            match self.desk.save_draft(&draft(&cart)).await {
                Ok(()) => {
                    cart.written = cart.marks;
                    self.life.state().marks.kept |= cart.marks;
                    self.put(cart);
                    return true;
                }
                Err(DeskError::DraftElsewhere { .. } | DeskError::WrongState { .. }) => match self.lost(&cart) {
                    Some(kept) => cart = kept,
                    None => return false,
                },
                // It stays on the screen, unsaved.
                Err(_) => return false,
            }
        }
    }

    /// The draft is another desk's: what differs from what was written becomes an order of its own.
    fn lost(&self, cart: &Cart) -> Option<Cart> {
        self.close(&cart.id);
        (cart.marks != cart.written).then(|| Cart { id: self.new_id(), marks: cart.marks, written: 0, corrects: None })
    }

    async fn send(&self) {
        if let Some(cart) = self.pick() {
            self.send_one(cart).await;
        }
    }

    /// Sends what the screen shows of this order.
    async fn send_one(&self, cart: Cart) {
        let Some(cart) = self.carts().iter().find(|other| other.id == cart.id).cloned() else { return };
        let is_written = cart.marks == cart.written || self.save(cart.clone()).await;
        // Saving may have made another order of it.
        let Some(cart) = self.carts().iter().find(|other| other.id == cart.id).cloned() else { return };
        let is_full = |marks: &Marks| marks.ordered.len() >= SENT && !marks.ordered.contains_key(&cart.id);
        if !is_written || is_full(&self.life.state().marks) {
            return;
        }
        let order = {
            let mut state = self.life.state();
            let promise = state.ledger.promise(&cart.id);
            promise.asked += 1;
            let mut order = new_order(&cart.id, promise.asked, None, false);
            order.session_token = Some(cart.marks.to_string());
            order
        };
        let note = PlaceNote { corrects: cart.corrects, ..PlaceNote::default() };
        match self.desk.place_with(&order, note).await {
            Ok(_) => {
                let is_given_up = {
                    let mut state = self.life.state();
                    state.marks.kept |= cart.marks;
                    let promise = state.ledger.promise(&cart.id);
                    promise.acknowledged = promise.acknowledged.max(super::ledger::revision_of(&order));
                    // Often somebody thinks better of it at once, before it left.
                    state.random.chance(500)
                };
                self.close(&cart.id);
                if is_given_up {
                    drop(self.desk.cancel(&cart.id).await);
                }
            }
            Err(DeskError::DraftElsewhere { .. } | DeskError::WrongState { .. }) => {
                if let Some(kept) = self.lost(&cart) {
                    self.save(kept).await;
                }
            }
            Err(_) => {}
        }
    }

    async fn discard(&self) {
        let Some(cart) = self.pick() else { return };
        let before = self.life.state().marks.gone;
        {
            // What stands in the order that it corrects stays there.
            let marks = &mut self.life.state().marks;
            marks.gone |= cart.marks & !marks.ordered.get(&cart.id).copied().unwrap_or_default();
        }
        match self.desk.discard_draft(&cart.id).await {
            Ok(()) => self.close(&cart.id),
            Err(DeskError::DraftElsewhere { .. }) => {
                // Nothing was thrown away.
                self.life.state().marks.gone &= before | !cart.marks;
                self.close(&cart.id);
            }
            Err(_) => {}
        }
    }

    /// A shared order that is listed and of which this holds.
    async fn listed(&self, is: impl Fn(&Delivery) -> bool) -> Option<OrderId> {
        let rows = self.desk.orders(&OrderFilter::default()).await.ok()?;
        let rows = rows.into_iter().filter(|row| is_shared(&row.order_id) && is(&row.delivery) && !row.stray);
        let ids: Vec<OrderId> = rows.map(|row| row.order_id).collect();
        (!ids.is_empty()).then(|| self.life.state().random.pick(&ids).clone())
    }

    /// What was sent and has not left is taken back in the list, whoever still shows it.
    async fn give_up(&self) {
        let may_be = |delivery: &Delivery| matches!(delivery, Delivery::Queued | Delivery::Rejected { .. });
        let Some(id) = self.listed(may_be).await else { return };
        drop(self.desk.cancel(&id).await);
    }

    /// An order that was given up is opened as it is.
    async fn correct(&self) {
        let may_be = |delivery: &Delivery| matches!(delivery, Delivery::Cancelled | Delivery::Rejected { .. });
        let Some(id) = self.listed(may_be).await.filter(|id| self.carts().iter().all(|cart| cart.id != *id)) else {
            return;
        };
        let Ok(record) = self.desk.order(&id).await else { return };
        let marks = record.order.session_token.and_then(|token| token.parse().ok()).unwrap_or_default();
        self.save(Cart { id, marks, written: marks, corrects: Some(record.revision) }).await;
    }
}

fn draft(cart: &Cart) -> Draft {
    let json = serde_json::json!({
        "order_id": cart.id, "opened_at": jiff::Timestamp::UNIX_EPOCH, "step": "items", "order_type": "PICKUP",
        "focus": cart.marks, "corrects": cart.corrects,
    });
    serde_json::from_value(json).unwrap()
}
