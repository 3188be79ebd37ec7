//! Does the effects, in their sequence, beside the screen: nothing here is waited for by a key.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use tokio::{
    sync::{Mutex, Notify, mpsc},
    task::JoinSet,
};

use super::{
    effect::Effect,
    msg::{Action, Msg, Reply},
};
use crate::{
    chaos,
    desk::{Desk, DeskError, search::Catalog},
    domain::ids::OrderId,
    ports::journal::{OrderFilter, OrderRow, PersonDecision},
};

/// Orders of the journal the live list starts with, the newest.
const ORDERS_AT_START: u32 = 10_000;
/// Longest time the last effects may take when the program ends.
const LAST_EFFECTS: Duration = Duration::from_secs(5);

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
}

/// What every task of the runner needs.
#[derive(Clone)]
struct Hands {
    desk: Desk,
    extras: Arc<[String]>,
    replies: mpsc::Sender<Msg>,
    /// The network is asked one thing at a time; the journal never waits for it.
    network: Arc<Mutex<()>>,
}

impl Runner {
    /// Starts the runner and reads what was there when the program ended last.
    pub fn start(desk: Desk, extras: &[String], replies: mpsc::Sender<Msg>) -> Self {
        let hands = Hands { desk, extras: extras.into(), replies, network: Arc::default() };
        let (queue, wake) = (Arc::new(std::sync::Mutex::new(Queue::default())), Arc::new(Notify::new()));
        let mut tasks = JoinSet::new();
        tasks.spawn(restore(hands.clone()));
        tasks.spawn(work(hands, Arc::clone(&queue), Arc::clone(&wake)));
        Self { queue, wake, tasks }
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
                network.spawn(async move {
                    let _one_at_a_time = hands.network.lock().await;
                    hands.ask_network(effect).await;
                });
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
    if hands.load_catalog().await == 0 {
        let _one_at_a_time = hands.network.lock().await;
        hands.ask_network(Effect::SyncCatalog).await;
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
            Effect::SaveDraft(draft) => {
                if let Err(error) = self.desk.save_draft(&draft).await {
                    self.reply(Reply::DraftNotSaved(error)).await;
                }
            }
            Effect::DiscardDraft(id) => {
                if let Err(error) = self.desk.discard_draft(&id).await {
                    self.reply(Reply::DraftNotSaved(error)).await;
                }
            }
            Effect::Place(order) => {
                let order_id = order.order_id.clone();
                let result = self.desk.place(&order).await.map(Box::new);
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
            // Those wait for the network and are done elsewhere; the end is the loop's own business.
            Effect::SyncCatalog | Effect::ForeignStatus { .. } | Effect::Quit => {}
        }
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
            Effect::SyncCatalog => match self.desk.sync_catalog(|_| {}).await {
                Ok(_) => {
                    self.load_catalog().await;
                }
                Err(error) => self.reply(Reply::CatalogFailed(error)).await,
            },
            Effect::ForeignStatus { internal_id, status, reason } => {
                let result = self.desk.set_foreign_status(internal_id, &status, reason.as_deref()).await;
                let result = result.map(|_| ());
                self.reply(Reply::Decided { action: Action::Status(status), result }).await;
                self.desk.poll_now();
            }
            _ => {}
        }
    }

    /// Loads the desk's own copy and indexes it off the runtime's threads. Returns how many articles there are.
    async fn load_catalog(&self) -> usize {
        let Ok((articles, synced_at)) = self.desk.articles().await else { return 0 };
        let count = articles.len();
        let extras = Arc::clone(&self.extras);
        let index = move || {
            let articles = articles.into_iter().map(Arc::new).collect();
            Arc::new(Catalog::new(articles, &extras, synced_at))
        };
        if let Ok(catalog) = tokio::task::spawn_blocking(index).await {
            self.reply(Reply::Catalog(catalog)).await;
        }
        count
    }
}
