//! Use cases that the terminal and the command line share. Names no adapter: it works through `ports`.
//!
//! `Desk` is what the frontends call. `Desk::worker` makes the sender and the poll, of which one program runs one.
//! `outbox`, `pace` and `live` are pure: what is sent next, how fast, and what the list of orders shows.

use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rust_decimal::prelude::ToPrimitive;
use tokio::sync::Mutex;

pub mod batch;
pub mod catalog;
pub mod counter;
pub mod day;
pub mod drafts;
pub mod error;
pub mod event;
pub mod find;
pub mod guests;
mod link;
pub mod live;
mod publish;
pub mod send;
mod status;
#[cfg(test)]
pub(crate) mod testing;
mod trace;
pub mod wait;

pub use error::DeskError;

use crate::{
    domain::{
        draft::{Draft, OpenDraft},
        order::{Item, Order},
        value::{
            ids::{DeskId, InternalId, OrderId},
            moment::Moment,
        },
    },
    ports::{
        Clock, Desks, GuestBook, HouseBook, Ids, Journal, Pos, Stores,
        house::{OnHand, PlaceNote, Town},
        journal::{
            Cursor, Entries, OrderFilter, OrderPage, OrderRecord, OrderRow, OutboxEntry, PAGE, PersonDecision, Version,
        },
    },
};
use event::{Held, OutboxState};
use guests::privacy::Keeping;
use link::Link;
use send::outbox::Policy;
use send::pause::Paused;

/// What the desk works through.
#[derive(Clone)]
pub struct Ports {
    /// What is kept, all of it.
    pub stores: Stores,
    /// This run of the program; `stores.desks` knows it by this.
    pub id: DeskId,
    /// OktoPOS.
    pub pos: Arc<dyn Pos>,
    /// The clocks.
    pub clock: Arc<dyn Clock>,
    /// New identifiers.
    pub ids: Arc<dyn Ids>,
}

/// How the desk behaves. `Settings::new` has the defaults of the manual.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Time between two reads of the ready list.
    pub poll_interval: Duration,
    /// IANA name of the shop's zone; stands in where a pickup names none.
    pub shop_zone: String,
    /// How the outbox behaves.
    pub policy: Policy,
    /// How long guests are kept.
    pub keeping: Keeping,
    /// How long a call under way is waited for when the program ends.
    pub shutdown_grace: Duration,
    /// How old the copy of the articles may become before it is read anew; `None` for any age.
    pub catalog_refresh: Option<SignedDuration>,
    /// Uniform over all of `u32`: spreads the waits after failures.
    pub jitter: fn() -> u32,
}

impl Settings {
    /// The defaults for a shop in this zone.
    pub fn new(shop_zone: &str) -> Self {
        Self {
            poll_interval: Duration::from_secs(5),
            shop_zone: shop_zone.to_owned(),
            policy: Policy::default(),
            keeping: Keeping::default(),
            shutdown_grace: Duration::from_millis(1500),
            catalog_refresh: Some(SignedDuration::from_hours(24)),
            jitter: rand::random::<u32>,
        }
    }
}

/// The desk: one value per program, cheap to clone.
#[derive(Clone)]
pub struct Desk {
    inner: Arc<Inner>,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("settings", &self.inner.settings).finish_non_exhaustive()
    }
}

/// What the desk's parts share.
struct Inner {
    journal: Arc<dyn Journal>,
    guests: Arc<dyn GuestBook>,
    house: Arc<dyn HouseBook>,
    pos: Arc<dyn Pos>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    settings: Settings,
    /// This run of the program.
    id: DeskId,
    /// The other desks on this journal.
    desks: Arc<dyn Desks>,
    link: Link,
    /// Pages of an article list that broke off; whoever reads articles holds it.
    pages: Mutex<catalog::Pages>,
    /// Articles sold since that was last written, by their ids.
    sold: std::sync::Mutex<HashMap<i64, u32>>,
    /// What orders took of counted articles.
    shelf: catalog::stock::Shelf,
}

impl Inner {
    fn now(&self) -> send::outbox::Now<'_> {
        send::outbox::Now { base_url: self.pos.base_url(), wall: self.clock.now(), monotonic: self.clock.monotonic() }
    }

    /// The instant to record a change with.
    fn stamp(&self) -> Timestamp {
        self.link.stamp(self.clock.now())
    }
}

impl Desk {
    /// A desk on these ports. Does nothing by itself.
    pub fn new(ports: Ports, settings: Settings) -> Self {
        let Ports { stores, id, pos, clock, ids } = ports;
        let Stores { journal, guests, house, desks } = stores;
        Self {
            inner: Arc::new(Inner {
                journal,
                guests,
                house,
                pos,
                clock,
                id,
                desks,
                ids,
                settings,
                link: Link::new(),
                pages: Mutex::default(),
                sold: std::sync::Mutex::default(),
                shelf: catalog::stock::Shelf::default(),
            }),
        }
    }

    /// Records an order to be sent. When this returns `Ok`, the order is on disk.
    ///
    /// Its JSON is frozen here: what is sent, and sent again, is these bytes. A rejected or cancelled order may be placed
    /// again under its id with `PlaceNote::corrects`. Errors: `Field`, `Time`, `Encode`, `WrongState` (it is already on its way, or was seen in OktoPOS),
    /// `DraftElsewhere`, `Journal`; and `SavedUnread`, with which it is on disk as well.
    pub async fn place(&self, order: &Order) -> Result<OrderRow, DeskError> {
        let note = PlaceNote { pieces: pieces(order), ..PlaceNote::default() };
        self.place_with(order, note).await
    }

    /// `place`, with what is kept of the order beside it.
    pub async fn place_with(&self, order: &Order, note: PlaceNote) -> Result<OrderRow, DeskError> {
        let new = self.new_order(order, note)?;
        self.inner.journal.place(&new).await?;
        self.count_sold(order);
        self.took(order, new.at);
        self.changed(&order.order_id).await
    }

    /// What `place` would say of the fields of an order, without recording it: when it is due, or `Field` or `Time`.
    pub fn check(&self, order: &Order) -> Result<Option<Timestamp>, DeskError> {
        if order.order_id.as_str().trim().is_empty() {
            return Err(DeskError::Field { field: "orderId", problem: "is empty" });
        }
        counter::due::due_at(order.pickup.as_ref(), &self.inner.settings.shop_zone)
    }

    /// Takes back an order that was not sent, or gives up a rejected one.
    pub async fn cancel(&self, id: &OrderId) -> Result<OrderRow, DeskError> {
        self.decide(id, &PersonDecision::Cancel).await
    }

    /// Takes back an order that waits and opens it as this draft, in one transaction. `WrongState` once it is being sent.
    pub async fn reopen(&self, draft: &Draft) -> Result<OrderRow, DeskError> {
        let decision = PersonDecision::Reopen {
            draft: Box::new(OpenDraft { draft: draft.clone(), desk: Some(self.inner.id.clone()) }),
        };
        self.decide(&draft.order_id, &decision).await
    }

    /// Gives up the status changes of an order that wait, and takes note of one that was refused.
    pub async fn drop_status(&self, id: &OrderId) -> Result<OrderRow, DeskError> {
        self.decide(id, &PersonDecision::DropStatus).await
    }

    /// Sends an unknown order again under its own id, because a person says so.
    pub async fn resend(&self, id: &OrderId) -> Result<OrderRow, DeskError> {
        self.decide(id, &PersonDecision::Resend).await
    }

    /// A person says that an unknown order arrived, and perhaps which id OktoPOS gave it.
    pub async fn settle(&self, id: &OrderId, internal_id: Option<InternalId>) -> Result<OrderRow, DeskError> {
        self.decide(id, &PersonDecision::Settle { internal_id }).await
    }

    /// What waits of an order that was queued for another address goes to the one configured now, because a person says so.
    /// `internal_id`: OktoPOS's id of the order as the person saw it, `None` for one that waits; `WrongState` if it has
    /// another one by now.
    pub async fn readdress(&self, id: &OrderId, internal_id: Option<InternalId>) -> Result<OrderRow, DeskError> {
        let base_url = self.inner.pos.base_url().to_owned();
        self.decide(id, &PersonDecision::Readdress { base_url, internal_id }).await
    }

    /// One order with its Order object and events.
    pub async fn order(&self, id: &OrderId) -> Result<OrderRecord, DeskError> {
        Ok(self.inner.journal.order(id).await?)
    }

    /// Orders by filter, newest first.
    pub async fn orders(&self, filter: &OrderFilter) -> Result<Vec<OrderRow>, DeskError> {
        Ok(self.inner.journal.orders(filter).await?)
    }

    /// What was kept of these orders for the kitchen's load; those that are not in the journal are left out.
    pub async fn on_hand(&self, orders: &[OrderId]) -> Result<Vec<OnHand>, DeskError> {
        Ok(self.inner.house.on_hand(orders).await?)
    }

    /// The towns of the newest orders that still hold their guest, at most `look_at` of them looked at.
    pub async fn towns(&self, look_at: u32) -> Result<Vec<Town>, DeskError> {
        Ok(self.inner.house.towns(look_at).await?)
    }

    /// Orders by filter, page by page, the oldest first.
    pub async fn orders_page(&self, filter: &OrderFilter, after: Option<Cursor>) -> Result<OrderPage, DeskError> {
        Ok(self.inner.journal.orders_page(filter, after).await?)
    }

    /// These orders as lists show them, in this sequence.
    pub async fn rows(&self, ids: &[OrderId]) -> Result<Vec<OrderRow>, DeskError> {
        Ok(self.inner.journal.rows(ids).await?)
    }

    /// What was committed so far: as long as it is the same, nothing has to be read again.
    pub async fn version(&self) -> Result<Version, DeskError> {
        Ok(self.inner.journal.version().await?)
    }

    /// What waits to be sent, in sequence: a page of what stands behind `after`, 0 for the beginning. Empty at the end.
    pub async fn outbox_page(&self, after: i64) -> Result<Vec<OutboxEntry>, DeskError> {
        Ok(self.inner.journal.outbox_page(Entries::All, after, PAGE).await?)
    }

    /// Why this entry is not sent although the outbox goes on.
    pub fn held(&self, entry: &OutboxEntry) -> Option<Held> {
        send::outbox::held(entry, &self.inner.now())
    }

    /// Why what waits of an order is not sent although the outbox goes on.
    pub async fn order_held(&self, id: &OrderId) -> Result<Option<Held>, DeskError> {
        Ok(self.held_among(std::slice::from_ref(id)).await?.remove(id))
    }

    /// Which of these orders are held, and why. To be asked for some at a time.
    pub async fn held_among(&self, ids: &[OrderId]) -> Result<HashMap<OrderId, Held>, DeskError> {
        let entries = self.inner.journal.outbox_page(Entries::Of(ids), 0, u32::MAX).await?;
        Ok(entries.iter().filter_map(|entry| Some((entry.order_id.clone(), self.held(entry)?))).collect())
    }

    /// The outbox in numbers, counted now. `halted` is what this program's own worker knows.
    pub async fn outbox_state(&self) -> Result<OutboxState, DeskError> {
        let halted = self.inner.halted().await?;
        Ok(self.inner.counted().await?.0.with(halted))
    }

    /// A person says "now": ends waits after failures, a refused key and the pause that OktoPOS asked for, in every program
    /// on the journal, and reads the ready list.
    pub async fn wake(&self) {
        // Before and after: a pause that the sender is writing at this moment ends as well.
        self.inner.link.told();
        // Where it cannot be written the pause goes on, and is shown again.
        self.inner.end_pauses().await.ok();
        self.inner.link.told();
        self.inner.link.poll_told.notify_one();
    }

    /// Until when every program on the journal leaves OktoPOS alone, if it asked for a pause.
    pub async fn paused_until(&self) -> Result<Option<Timestamp>, DeskError> {
        Ok(self.inner.pause(Paused::Outbox).await?.map(|(pause, _)| pause.until))
    }

    /// This instant at the shop.
    pub fn moment(&self) -> Moment {
        let zone = TimeZone::get(&self.inner.settings.shop_zone).unwrap_or(TimeZone::UTC);
        Moment { now: self.inner.clock.now(), zone }
    }

    /// Reads the ready list now, unless OktoPOS asked for a pause.
    pub fn poll_now(&self) {
        self.inner.link.poll.notify_one();
    }

    /// A new `orderId`.
    pub fn new_order_id(&self) -> OrderId {
        self.inner.ids.order_id()
    }

    /// The clocks.
    pub fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    async fn decide(&self, id: &OrderId, decision: &PersonDecision) -> Result<OrderRow, DeskError> {
        self.inner.journal.decide(id, decision, self.inner.stamp()).await?;
        self.decided_stock(id, decision);
        self.changed(id).await
    }

    /// The change is on disk: wakes who has to know, even if reading the row back fails, which is no failure of the change.
    async fn changed(&self, id: &OrderId) -> Result<OrderRow, DeskError> {
        self.inner.link.order_changed(id);
        Ok(self.inner.journal.order(id).await.map_err(DeskError::SavedUnread)?.row)
    }
}

/// Dishes and drinks of an order, a weighed one as one; extras are part of their dish.
fn pieces(order: &Order) -> u32 {
    let is_dish = |item: &&Item| item.main_basket_item_id.is_none_or(|main| item.basket_item_id == Some(main));
    let pieces = |item: &Item| item.quantity.is_integer().then(|| item.quantity.to_u32()).flatten().unwrap_or(1);
    order.items.iter().filter(is_dish).map(pieces).fold(0, u32::saturating_add)
}

#[cfg(test)]
mod tests;
