//! What people do at the counter, by seed: each act is a task of its program, so that a kill stops it in the middle. What
//! was acknowledged to them goes into the ledger.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, tz::TimeZone};
use oktodesk::{
    desk::{Desk, DeskError, guests::Known},
    domain::{
        draft::Draft,
        order::{Order, Payment, Pickup, ZonedInstant, delivery::Delivery},
        value::{ids::OrderId, money::Money},
    },
    ports::{
        house::PlaceNote,
        journal::{OrderFilter, OrderRow},
    },
};
use rust_decimal::Decimal;
use tokio::time::sleep;

use super::{
    life::{Kind, Life},
    network::truth,
    program::Program,
    server::BAD,
    shared,
    world::Scene,
};

/// More orders than this make a life slow and teach nothing new.
const ORDERS: usize = 9;

/// One person does one thing with this program.
pub async fn act(program: &mut Program) {
    let life = Arc::clone(&program.life);
    let (rows, _) = life.look().await;
    let (die, row) = {
        let mut state = life.state();
        let die = state.random.below(100);
        (die, (!rows.is_empty()).then(|| state.random.pick(&rows).clone()))
    };
    match (die, row) {
        (18..45, _) if life.world.scene == Some(Scene::Drafts) => shared::act(program).await,
        (0..18, _) | (_, None) => {
            let known = life.state().next_order as usize;
            if known < ORDERS {
                let id = program.desk.new_order_id();
                place(program, id, die % 2 == 0).await;
            }
        }
        (18..30, _) => draft(program).await,
        (30..33, _) => {
            life.step(Kind::Event, format!("program {}: try now", program.slot)).await;
            let desk = program.desk.clone();
            life.state().pauses.forget(program.slot);
            program.people.spawn(async move { desk.wake().await });
        }
        (33..45, _) => shared::act(program).await,
        (45..48, _) => look_up(program).await,
        (48..50, _) => look(program).await,
        (_, Some(row)) => decide(program, &row).await,
    }
}

/// Somebody calls. A look-up that failed is told as one, and somebody who is known is found.
async fn look_up(program: &mut Program) {
    let (life, desk, slot) = (Arc::clone(&program.life), program.desk.clone(), program.slot);
    let Some(open) = Open::new(&life, &OrderId(format!("caller-{slot}"))) else { return };
    let number = format!("040123456{}", life.state().random.below(10));
    life.step(Kind::Event, format!("program {slot}: {number} calls")).await;
    program.people.spawn(async move {
        let _open = open;
        let known = desk.look_up_beside(&number, &Known::default()).await;
        let mut state = life.state();
        let Some(answer) = state.looked_up.remove(&slot) else { return };
        let is_right = match (&answer, &known) {
            (Err(_), Some(known)) => known.failed.is_some(),
            (Err(_), None) => false,
            (Ok(()), None) => true,
            (Ok(()), Some(known)) => known.failed.is_none() && !known.guests.is_empty(),
        };
        if !is_right {
            state.violated([format!("guest: {number} was looked up with {answer:?} and is told as {known:?}")]);
        }
    });
}

/// Where the journal can only be read, it is read.
async fn look(program: &mut Program) {
    let (life, desk, slot) = (Arc::clone(&program.life), program.desk.clone(), program.slot);
    life.step(Kind::Event, format!("program {slot}: somebody looks at the list")).await;
    let can_be_read = !life.state().bad_disk;
    let read = (desk.orders(&OrderFilter::default()).await.is_ok(), desk.outbox_page(0).await.is_ok());
    if can_be_read && read != (true, true) {
        life.state().violated([format!("reading: program {slot} cannot read what is there: {read:?}")]);
    }
}

async fn decide(program: &mut Program, row: &OrderRow) {
    let life = Arc::clone(&program.life);
    let (die, id) = (life.state().random.below(10), row.order_id.clone());
    let is_bound_elsewhere = {
        let mut state = life.state();
        let promise = state.ledger.promise(&id);
        if promise.may_be_elsewhere(program.server) {
            return;
        }
        promise.is_bound_elsewhere(program.server)
    };
    match (&row.delivery, die) {
        // The screen offers it for what is held, and nothing else than that and taking it back.
        (Delivery::Queued, 1..8) if is_bound_elsewhere => readdress(program, id).await,
        (Delivery::Queued, 0) | (Delivery::Rejected { .. }, 0) => cancel(program, id).await,
        (Delivery::Queued | Delivery::Sending, 1..4) | (Delivery::Accepted { .. }, 0..7) => {
            let both = life.state().random.chance(400);
            status(program, id, both).await;
        }
        (Delivery::Rejected { .. }, 1..7) | (Delivery::Cancelled, 0) => place(program, id, false).await,
        (Delivery::Unknown { .. }, 0..2) => resend(program, id).await,
        (Delivery::Unknown { .. }, 2..4) => settle(program, id).await,
        _ => {}
    }
}

/// Held by the person who has this order or draft open, until they are done or their program is killed.
pub struct Open(Arc<Life>, OrderId);

impl Open {
    pub fn new(life: &Arc<Life>, id: &OrderId) -> Option<Self> {
        life.state().open.insert(id.clone()).then(|| Self(Arc::clone(life), id.clone()))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.state().open.remove(&self.1);
    }
}

/// An order, or the correction of one.
async fn place(program: &mut Program, id: OrderId, has_draft: bool) {
    let (life, desk, slot) = (Arc::clone(&program.life), program.desk.clone(), program.slot);
    let Some(open) = Open::new(&life, &id) else { return };
    let screen = program.screen.hold(&life, slot, &id);
    if shared::is_shared(&id) && screen.is_none() {
        return;
    }
    let screen = screen.filter(|_| shared::is_shared(&id));
    // Of an order that is there already they see this one, and it may be another one by the time they are done.
    let (token, corrects) = match life.store.order(&id).await {
        Ok(record) => (record.order.session_token, Some(record.revision)),
        Err(_) => (None, None),
    };
    let order = {
        let wall = life.wall();
        let mut state = life.state();
        let due = state.random.chance(250).then(|| state.random.below(400) as i64);
        let is_bad = state.random.chance(200);
        let promise = state.ledger.promise(&id);
        promise.asked += 1;
        let due = due.map(|seconds| wall + SignedDuration::from_secs(seconds - 30));
        let mut order = new_order(&id, promise.asked, due, is_bad);
        order.session_token = token;
        order
    };
    life.step(Kind::Event, format!("program {slot}: place {id}")).await;
    let revision = order.payment.price.value;
    program.people.spawn(async move {
        let _open = (open, screen);
        if has_draft {
            save(&life, &desk, &id).await;
        }
        let note = PlaceNote { corrects, ..PlaceNote::default() };
        if desk.place_with(&order, note).await.is_ok() {
            let mut state = life.state();
            let promise = state.ledger.promise(&id);
            promise.acknowledged = promise.acknowledged.max(super::ledger::revision_of(&order));
            let what = format!("program {slot}: {id} is acknowledged in revision {revision}");
            state.say(life.elapsed(), &what);
        }
    });
}

pub fn new_order(id: &OrderId, revision: u32, due: Option<jiff::Timestamp>, is_bad: bool) -> Order {
    Order {
        order_id: id.clone(),
        payment: Payment {
            reference_id: None,
            payment_method: None,
            price: Money::new(Decimal::from(revision), "EUR"),
            status: None,
            payment_received: None,
        },
        customer: None,
        location: None,
        items: vec![],
        status: "ready".into(),
        purchase_time: ZonedInstant { timestamp: jiff::Timestamp::UNIX_EPOCH, timezone: "Europe/Berlin".into() },
        pickup: due.map(|due| Pickup {
            timestamp: Some(due.to_zoned(TimeZone::UTC).datetime()),
            timezone: Some("UTC".into()),
            ..Pickup::default()
        }),
        order_type: None,
        tip_transactions: None,
        session_token: None,
        intermediary: is_bad.then(|| BAD.into()),
    }
}

/// Types a few letters into the draft of an order that is not placed, or throws it away.
async fn draft(program: &mut Program) {
    let (life, desk, slot) = (Arc::clone(&program.life), program.desk.clone(), program.slot);
    let (id, is_thrown_away) = {
        let mut state = life.state();
        let id = OrderId(format!("draft-{}", state.random.below(3)));
        (id, state.random.chance(150))
    };
    let Some(open) = Open::new(&life, &id) else { return };
    life.step(Kind::Event, format!("program {slot}: draft {id}, thrown away: {is_thrown_away}")).await;
    program.people.spawn(async move {
        let _open = open;
        if is_thrown_away {
            life.state().ledger.drafts.entry(id.clone()).or_default().may_be_gone = true;
            // Whatever this says, the draft may be there or not.
            drop(desk.discard_draft(&id).await);
        } else {
            save(&life, &desk, &id).await;
        }
    });
}

async fn save(life: &Life, desk: &Desk, id: &OrderId) {
    let version = {
        let mut state = life.state();
        let promise = state.ledger.drafts.entry(id.clone()).or_default();
        promise.asked += 1;
        promise.asked
    };
    let json = serde_json::json!({
        "order_id": id, "opened_at": jiff::Timestamp::UNIX_EPOCH, "step": "items", "order_type": "PICKUP", "focus": version,
    });
    let draft: Draft = serde_json::from_value(json).unwrap();
    if desk.save_draft(&draft).await.is_ok() {
        let mut state = life.state();
        let promise = state.ledger.drafts.entry(id.clone()).or_default();
        promise.acknowledged = version;
        promise.may_be_gone = false;
    }
}

async fn status(program: &mut Program, id: OrderId, both: bool) {
    let (life, desk, slot) = (Arc::clone(&program.life), program.desk.clone(), program.slot);
    let numbers = {
        let mut state = life.state();
        let first = state.next_status + 1;
        state.next_status += 1 + u32::from(both);
        first..=state.next_status
    };
    life.step(Kind::Event, format!("program {slot}: {id} to {numbers:?}")).await;
    program.people.spawn(async move {
        for number in numbers {
            let status = format!("s{number}");
            if desk.request_status(&id, &status, None).await.is_ok() {
                life.state().ledger.promise(&id).acknowledged_statuses.push(status);
            }
        }
    });
}

async fn cancel(program: &mut Program, id: OrderId) {
    let (life, desk, slot) = (Arc::clone(&program.life), program.desk.clone(), program.slot);
    life.step(Kind::Event, format!("program {slot}: cancel {id}")).await;
    program.people.spawn(async move { drop(desk.cancel(&id).await) });
}

async fn resend(program: &mut Program, id: OrderId) {
    let (life, desk, slot) = (Arc::clone(&program.life), program.desk.clone(), program.slot);
    life.step(Kind::Event, format!("program {slot}: send {id} again")).await;
    life.state().ledger.promise(&id).resends += 1;
    program.people.spawn(async move {
        if let Err(DeskError::WrongState { .. }) = desk.resend(&id).await {
            life.state().ledger.promise(&id).resends -= 1;
        }
    });
}

/// What waits goes to the address of this program, also while another one sends to another address.
async fn readdress(program: &mut Program, id: OrderId) {
    let (life, desk, slot) = (Arc::clone(&program.life), program.desk.clone(), program.slot);
    life.step(Kind::Event, format!("program {slot}: {id} goes to this address")).await;
    program.people.spawn(async move { drop(desk.readdress(&id, None).await) });
}

/// A person says that it arrived: mostly because it did, and then with OktoPOS's id or without.
async fn settle(program: &mut Program, id: OrderId) {
    let (life, desk, slot) = (Arc::clone(&program.life), program.desk.clone(), program.slot);
    let internal_id = truth(&life, program.server, &id).filter(|_| life.state().random.chance(600));
    life.step(Kind::Event, format!("program {slot}: {id} arrived as {internal_id:?}")).await;
    if truth(&life, program.server, &id).is_none() {
        life.state().ledger.promise(&id).settled = true;
    }
    program.people.spawn(async move {
        // A person thinks before deciding; the order may be elsewhere by then.
        sleep(Duration::from_millis(5)).await;
        drop(desk.settle(&id, internal_id).await);
    });
}
