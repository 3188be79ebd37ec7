//! Everything that can happen to the desk, as one closed list on one queue.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use jiff::Timestamp;

use crate::{
    desk::{
        DeskError,
        catalog::search::Catalog,
        drafts::{Elsewhere, Holder},
        event::DeskEvent,
        guests::Known,
    },
    domain::{
        draft::{Draft, assortment::Changes},
        guest::call::CallEvent,
        order::DistributionChannel,
        shop::{
            menu::MenuFault,
            stock::{Said, Stock},
        },
        value::ids::OrderId,
    },
    ports::{
        house::{OnHand, Town},
        journal::{OrderRecord, OrderRow},
    },
    tui::{
        input::{key::Key, target::Target},
        state::overlay::status::StatusTarget,
    },
};

/// One message. Sequence is kept: keys typed ahead wait in the queue and are never lost.
#[derive(Debug)]
pub enum Msg {
    /// The wall clock, before whatever was read at that time.
    Clock(Timestamp),
    /// The monotonic clock, before whatever was pressed at that time. Never steps.
    Beat(Duration),
    /// A key.
    Key(Key),
    /// Pasted text: text for one field, never a command.
    Paste(String),
    /// A click at a place the last frame gave a meaning.
    Click(Target),
    /// The wheel, in lines; down is positive.
    Wheel(i16),
    /// The terminal tells no more keys apart than any other.
    PlainKeys,
    /// The terminal's size, columns and rows.
    Resize(u16, u16),
    /// Something the worker or the poll found out.
    Desk(DeskEvent),
    /// Something is heard of a call.
    Call(CallEvent),
    /// The answer to an effect.
    Reply(Reply),
    /// Fresh `orderId`s; the answer to `Effect::MakeIds`.
    Ids(Vec<OrderId>),
    /// The terminal or the system asks the program to end.
    Terminate,
}

/// The answer to an effect.
#[derive(Debug)]
pub enum Reply {
    /// An order was recorded, or was not: then its draft comes back.
    Placed {
        /// Which order.
        order_id: OrderId,
        /// The row to show, or why it was not recorded.
        result: Result<Box<OrderRow>, DeskError>,
    },
    /// The drafts that were there at start.
    Restored {
        /// Open drafts, oldest first.
        drafts: Vec<Draft>,
    },
    /// The journal's orders for the live list.
    Orders(Vec<OrderRow>),
    /// What was kept of orders on hand.
    OnHand(Vec<OnHand>),
    /// The towns of the shop's guests by their postcodes.
    Towns(Vec<Town>),
    /// The catalog was loaded or read anew.
    Catalog(Arc<Catalog>),
    /// So many articles were read from OktoPOS so far.
    CatalogProgress(usize),
    /// The articles were read from OktoPOS anew.
    CatalogSynced {
        /// The new copy.
        catalog: Arc<Catalog>,
        /// What is different in it.
        changes: Box<Changes>,
        /// Whether a person asked for it.
        asked: bool,
    },
    /// The distribution channels OktoPOS knows.
    Channels(Vec<DistributionChannel>),
    /// What people said of articles that are sold out, as it was kept.
    SoldOut(BTreeMap<i64, Said>),
    /// What orders took of counted articles.
    Stock(Arc<Stock>),
    /// That could not be kept.
    SoldOutNotKept(DeskError),
    /// What of the menu file the articles do not fulfil.
    MenuFaults(Vec<MenuFault>),
    /// Reading the catalog from OktoPOS did not work.
    CatalogFailed {
        /// Why not.
        error: DeskError,
        /// Whether a person asked for it.
        asked: bool,
    },
    /// What was there at start, open drafts or the orders of the list, could not be read. It was left as it is.
    Unread(DeskError),
    /// A draft could not be written.
    DraftNotSaved {
        /// Which one.
        order_id: OrderId,
        /// Why not.
        error: DeskError,
    },
    /// A draft that could not be written before is written.
    DraftSaved(OrderId),
    /// All that was asked for before the end is done, or cannot be done.
    Ready,
    /// The drafts that other desks have.
    Elsewhere(Vec<Elsewhere>),
    /// A draft of this desk is no longer its own.
    Lost {
        /// Whose draft it was.
        order_id: OrderId,
        /// What became of it.
        lost: Lost,
    },
    /// A draft was taken over from another desk, or was not.
    Taken {
        /// Which one.
        order_id: OrderId,
        /// As it was there, or why it was not taken.
        result: Result<Box<Draft>, DeskError>,
    },
    /// One order whole, for its details or its correction.
    Order {
        /// Which request this answers; an older one is ignored.
        request: u64,
        /// The order, or why it cannot be shown.
        result: Result<Box<OrderRecord>, DeskError>,
    },
    /// Who has a number: first from the desk's own orders, then with OktoPOS's customers beside.
    Guests {
        /// Which request this answers; an older one is ignored.
        request: u64,
        /// What is known.
        known: Known,
    },
    /// A note of a guest could not be kept.
    NoteNotKept(DeskError),
    /// An order that waited was taken back and opened as this draft, both or neither.
    Reopened {
        /// What it became.
        draft: Box<Draft>,
        /// Its row, or why it was not taken back.
        result: Result<Box<OrderRow>, DeskError>,
    },
    /// What a person decided about an order was recorded, or was not.
    Decided {
        /// What was asked for, for the message.
        action: OrderAction,
        /// Why not.
        result: Result<(), DeskError>,
    },
}

/// What became of a draft that this desk had. `base` is what of it is known to be kept there: as this desk wrote it last.
#[derive(Debug)]
pub enum Lost {
    /// Another desk has it.
    Elsewhere {
        /// That desk.
        holder: Holder,
        /// As it was last written here.
        base: Option<Box<Draft>>,
    },
    /// Its order was placed from elsewhere.
    Placed {
        /// `Delivery::word` of its order.
        delivery: &'static str,
        /// Whether the order that was to be placed here says the same. `None` if nothing was to be placed.
        same: Option<bool>,
        /// As it was last written here.
        base: Option<Box<Draft>>,
    },
}

/// What a person can decide about an order in the live list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderAction {
    /// Set a status.
    Status {
        /// Whose.
        of: StatusTarget,
        /// Which.
        status: String,
    },
    /// Send it again.
    Resend,
    /// It arrived.
    Arrived,
    /// Take it back.
    Cancel,
    /// Send it to the address configured now.
    Readdress,
    /// Give up its status change, or take note that it was refused.
    DropStatus,
    /// Take back a status that was not sent yet.
    Withdrawn {
        /// Of which order.
        order_id: OrderId,
        /// Which.
        status: String,
    },
}
