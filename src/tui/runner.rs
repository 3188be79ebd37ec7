//! Does the effects, in their sequence, beside the screen: nothing here is waited for by a key.

mod torn;

use std::{collections::VecDeque, sync::Arc, time::Duration};

use tokio::{
    sync::{Mutex, Notify, mpsc},
    task::JoinSet,
};

use torn::{Swap, Torn};

use super::{
    effect::Effect,
    msg::{Action, Msg, Reply},
};
use crate::{
    chaos,
    desk::{Desk, DeskError, search::Catalog},
    domain::{draft::Draft, ids::OrderId, menu::Menu, order::Order},
    ports::journal::{OrderFilter, OrderRow, PersonDecision},
};

/// Orders of the journal the live list starts with, the newest.
const ORDERS_AT_START: u32 = 10_000;
/// Longest time the last effects may take when the program ends.
const LAST_EFFECTS: Duration = Duration::from_secs(5);

/// How often the age of the articles is looked at.
const LOOK_AGAIN: Duration = Duration::from_secs(60);
/// Pauses before articles are asked for again that were not given: the first, doubled each time, and the longest.
const RETRY_FIRST: Duration = Duration::from_secs(10);
const RETRY_LAST: Duration = Duration::from_secs(15 * 60);

/// What effects wait in. A draft that is saved again before it was written is written once, as it is last.
#[derive(Default)]
struct Queue {
    effects: VecDeque<Effect>,
    ended: bool,
}

/// Does effects and answers with messages.
pub struct Runner {
    queue: Arc<std::sync::Mutex<Queue>>,
    wake: Arc<Notify>,
    tasks: JoinSet<()>,
    /// What nobody waits for when the program ends.
    beside: JoinSet<()>,
}

/// What every task of the runner needs.
#[derive(Clone)]
struct Hands {
    desk: Desk,
    menu: Arc<Menu>,
    extras: Arc<[String]>,
    replies: mpsc::Sender<Msg>,
    /// The network is asked one thing at a time; the journal never waits for it.
    network: Arc<Mutex<()>>,
    /// What had to be written as one step and could not be.
    torn: Arc<std::sync::Mutex<Torn>>,
    /// The journal was read: articles are read anew only after that.
    restored: Arc<Notify>,
}

impl Runner {
    /// Starts the runner and reads what was there when the program ended last.
    pub fn start(desk: Desk, extras: &[String], menu: Arc<Menu>, replies: mpsc::Sender<Msg>) -> Self {
        let hands = Hands {
            desk,
            menu,
            extras: extras.into(),
            replies,
            network: Arc::default(),
            torn: Arc::default(),
            restored: Arc::default(),
        };
        let (queue, wake) = (Arc::new(std::sync::Mutex::new(Queue::default())), Arc::new(Notify::new()));
        let (mut tasks, mut beside) = (JoinSet::new(), JoinSet::new());
        tasks.spawn(restore(hands.clone()));
        beside.spawn(keep_fresh(hands.clone()));
        tasks.spawn(work(hands, Arc::clone(&queue), Arc::clone(&wake)));
        Self { queue, wake, tasks, beside }
    }

    /// Takes effects on. Never waits.
    pub fn push(&self, effects: Vec<Effect>) {
        if effects.is_empty() {
            return;
        }
        if let Ok(mut queue) = self.queue.lock() {
            for effect in effects {
                queue.push(effect);
            }
        }
        self.wake.notify_one();
    }

    /// Does what is left, within a bound, and ends. `false` if something was left undone.
    pub async fn finish(mut self) -> bool {
        if let Ok(mut queue) = self.queue.lock() {
            queue.ended = true;
        }
        self.wake.notify_one();
        self.beside.shutdown().await;
        let all = async { while self.tasks.join_next().await.is_some() {} };
        let done = tokio::time::timeout(LAST_EFFECTS, all).await.is_ok();
        self.tasks.shutdown().await;
        done && self.queue.lock().is_ok_and(|queue| queue.effects.is_empty())
    }
}

impl Queue {
    fn push(&mut self, effect: Effect) {
        let replaced = match &effect {
            Effect::SaveDraft(draft) => Some(draft.order_id.clone()),
            Effect::Place(order) => Some(order.order_id.clone()),
            Effect::DiscardDraft(id) => Some(id.clone()),
            _ => None,
        };
        if let Some(id) = replaced {
            // An earlier state of the same draft is of no use any more.
            self.effects.retain(|other| !matches!(other, Effect::SaveDraft(draft) if draft.order_id == id));
        }
        self.effects.push_back(effect);
    }
}

async fn work(hands: Hands, queue: Arc<std::sync::Mutex<Queue>>, wake: Arc<Notify>) {
    let mut network = JoinSet::new();
    loop {
        let (next, ended) = match queue.lock() {
            Ok(mut queue) => (queue.effects.pop_front(), queue.ended),
            Err(_) => return,
        };
        match next {
            Some(effect @ (Effect::SyncCatalog | Effect::ForeignStatus { .. })) => {
                let hands = hands.clone();
                network.spawn(async move { hands.ask_network(effect).await });
                while network.try_join_next().is_some() {}
            }
            Some(effect) => hands.perform(effect).await,
            None if ended => return,
            None => wake.notified().await,
        }
    }
}

/// Drafts first: they decide what is on the screen. Articles last: they are the most.
async fn restore(hands: Hands) {
    match hands.desk.drafts().await {
        Ok(drafts) => hands.reply(Reply::Restored { drafts }).await,
        Err(error) => hands.reply(Reply::DraftNotSaved(error)).await,
    }
    let newest = OrderFilter { limit: Some(ORDERS_AT_START), ..OrderFilter::default() };
    if let Ok(rows) = hands.desk.orders(&newest).await {
        hands.reply(Reply::Orders(rows)).await;
    }
    if let Ok(said) = hands.desk.sold_out().await {
        hands.reply(Reply::SoldOut(said)).await;
    }
    hands.show_catalog().await;
    hands.restored.notify_one();
}

/// Reads the articles anew at the start and whenever the copy has become too old. What broke off goes on soon.
async fn keep_fresh(hands: Hands) {
    hands.restored.notified().await;
    let mut known = hands.desk.catalog_provenance().await.ok().flatten();
    let (mut at_start, mut retry) = (true, RETRY_FIRST);
    loop {
        // Counts that are not written now are written later, or not at all: they only decide what is shown first.
        hands.desk.keep_sold().await.ok();
        let Ok(now) = hands.desk.catalog_provenance().await else {
            tokio::time::sleep(LOOK_AGAIN).await;
            continue;
        };
        let is_due = hands.desk.catalog_is_due(now.as_ref(), at_start);
        let is_done = !is_due || hands.sync_catalog(false).await;
        if !is_due && now != known {
            // Another program made a copy on this data directory.
            hands.show_catalog().await;
        }
        known = if is_due { hands.desk.catalog_provenance().await.ok().flatten() } else { now };
        at_start &= !is_done;
        tokio::time::sleep(if is_done { LOOK_AGAIN } else { retry }).await;
        retry = if is_done { RETRY_FIRST } else { (retry * 2).min(RETRY_LAST) };
    }
}

impl Hands {
    async fn reply(&self, reply: Reply) {
        // Nobody listens any more: the program is ending, and the journal has what matters.
        self.replies.send(Msg::Reply(reply)).await.ok();
    }

    async fn perform(&self, effect: Effect) {
        chaos::point("runner.effect");
        match effect {
            Effect::SaveDraft(draft) => self.told(self.save(*draft).await).await,
            Effect::DiscardDraft(id) => self.told(self.discard(id).await).await,
            Effect::SwapDrafts { put, gone } => self.told(self.swap(Swap { put, gone }).await).await,
            Effect::Place(order) => {
                let order_id = order.order_id.clone();
                let result = self.place(&order).await.map(Box::new);
                chaos::point("saved.before_shown");
                self.reply(Reply::Placed { order_id, result }).await;
            }
            Effect::LoadOrder { order_id, request } => {
                let result = self.desk.order(&order_id).await.map(Box::new);
                self.reply(Reply::Order { request, result }).await;
            }
            Effect::RequestStatus { order_id, status, reason } => {
                let result = self.desk.request_status(&order_id, &status, reason.as_deref()).await;
                self.decided(Action::Status(status), result).await;
            }
            Effect::Decide { order_id, decision } => self.decide(order_id, decision).await,
            Effect::Poll => self.desk.poll_now(),
            Effect::KeepSoldOut(said) => {
                if let Err(error) = self.desk.keep_sold_out(&said).await {
                    self.reply(Reply::SoldOutNotKept(error)).await;
                }
            }
            // Those wait for the network and are done elsewhere; the end is the loop's own business.
            Effect::SyncCatalog | Effect::ForeignStatus { .. } | Effect::Quit => {}
        }
    }

    async fn told(&self, result: Result<(), DeskError>) {
        if let Err(error) = result {
            self.reply(Reply::DraftNotSaved(error)).await;
        }
    }

    async fn save(&self, draft: Draft) -> Result<(), DeskError> {
        match self.torn(&draft.order_id) {
            Some(mut swap) => {
                swap.put(draft);
                self.swap(swap).await
            }
            None => self.desk.save_draft(&draft).await,
        }
    }

    async fn discard(&self, id: OrderId) -> Result<(), DeskError> {
        match self.torn(&id) {
            Some(mut swap) => {
                swap.forget(id);
                self.swap(swap).await
            }
            None => self.desk.discard_draft(&id).await,
        }
    }

    /// A part of a bill is only recorded once all parts are written: recording it takes its draft away.
    async fn place(&self, order: &Order) -> Result<OrderRow, DeskError> {
        if let Some(swap) = self.torn(&order.order_id) {
            self.swap(swap).await?;
        }
        self.desk.place(order).await
    }

    fn torn(&self, id: &OrderId) -> Option<Swap> {
        self.torn.lock().ok()?.take(id)
    }

    /// Writes drafts as one step, with what could not be written of them before.
    async fn swap(&self, swap: Swap) -> Result<(), DeskError> {
        let swap = match self.torn.lock() {
            Ok(mut torn) => torn.with(swap),
            Err(_) => swap,
        };
        let result = self.desk.swap_drafts(&swap.put, &swap.gone).await;
        if result.is_err()
            && let Ok(mut torn) = self.torn.lock()
        {
            torn.keep(swap);
        }
        result
    }

    async fn decide(&self, order_id: OrderId, decision: PersonDecision) {
        let (action, result) = match decision {
            PersonDecision::Reopen { draft } => {
                let result = self.desk.reopen(&draft).await.map(Box::new);
                return self.reply(Reply::Reopened { draft, result }).await;
            }
            PersonDecision::Resend => (Action::Resend, self.desk.resend(&order_id).await),
            PersonDecision::Settle { internal_id } => (Action::Arrived, self.desk.settle(&order_id, internal_id).await),
            PersonDecision::Cancel => (Action::Cancel, self.desk.cancel(&order_id).await),
            PersonDecision::DropStatus => (Action::DropStatus, self.desk.drop_status(&order_id).await),
            // The question named the address; the desk sends to no other.
            PersonDecision::Readdress { .. } => (Action::Readdress, self.desk.readdress(&order_id).await),
        };
        self.decided(action, result).await;
    }

    /// The changed row goes to the list at once, without waiting for the worker to say it again.
    async fn decided(&self, action: Action, result: Result<OrderRow, DeskError>) {
        let result = match result {
            Ok(row) => {
                self.reply(Reply::Orders(vec![row])).await;
                Ok(())
            }
            // It is done all the same; the worker sends the row once it can be read.
            Err(DeskError::SavedUnread(_)) => Ok(()),
            Err(error) => Err(error),
        };
        self.reply(Reply::Decided { action, result }).await;
    }

    async fn ask_network(&self, effect: Effect) {
        match effect {
            Effect::SyncCatalog => {
                self.sync_catalog(true).await;
            }
            Effect::ForeignStatus { internal_id, status, reason } => {
                let _one_at_a_time = self.network.lock().await;
                let result = self.desk.set_foreign_status(internal_id, &status, reason.as_deref()).await;
                let result = result.map(|_| ());
                self.reply(Reply::Decided { action: Action::Status(status), result }).await;
                self.desk.poll_now();
            }
            _ => {}
        }
    }

    /// Reads the articles from OktoPOS and says what came of it. `false` if it did not work.
    async fn sync_catalog(&self, asked: bool) -> bool {
        let replies = self.replies.clone();
        // A screen that is busy misses a number; the next one tells more.
        let progress = |count| drop(replies.try_send(Msg::Reply(Reply::CatalogProgress(count))));
        let synced = self.desk.sync_catalog(progress).await;
        let is_done = synced.is_ok();
        let loaded = match synced {
            Ok(synced) => self.load_catalog().await.map(|catalog| (catalog, Box::new(synced.changes))),
            Err(error) => Err(error),
        };
        match loaded {
            Ok((catalog, changes)) => self.reply(Reply::CatalogSynced { catalog, changes, asked }).await,
            Err(error) => self.reply(Reply::CatalogFailed { error, asked }).await,
        }
        is_done
    }

    async fn show_catalog(&self) {
        let catalog = match self.load_catalog().await {
            Ok(catalog) => catalog,
            Err(error) => return self.reply(Reply::CatalogFailed { error, asked: false }).await,
        };
        let unknown = if catalog.is_empty() { Vec::new() } else { catalog.unknown_in_menu() };
        self.reply(Reply::Catalog(catalog)).await;
        if !unknown.is_empty() {
            self.reply(Reply::MenuUnknown(unknown)).await;
        }
    }

    /// Loads the desk's own copy and indexes it off the runtime's threads.
    async fn load_catalog(&self) -> Result<Arc<Catalog>, DeskError> {
        let (articles, synced_at) = self.desk.articles().await?;
        let provenance = self.desk.catalog_provenance().await?;
        let old_from = provenance.and_then(|known| self.desk.catalog_old_from(&known));
        let sold = self.desk.sold().await.unwrap_or_default();
        let (extras, menu) = (Arc::clone(&self.extras), Arc::clone(&self.menu));
        let index = move || {
            let articles = articles.into_iter().map(Arc::new).collect();
            let mut catalog = Catalog::with_menu(articles, &extras, synced_at, menu, &sold);
            catalog.old_from = old_from;
            Arc::new(catalog)
        };
        tokio::task::spawn_blocking(index).await.map_err(|error| DeskError::Encode(error.to_string()))
    }
}
