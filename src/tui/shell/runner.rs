//! Does the effects, in their sequence, beside the screen: nothing here is waited for by a key.

mod catalog;
mod drafts;

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{Mutex, Notify, mpsc},
    task::JoinSet,
};

use crate::{
    chaos,
    desk::{
        Desk, DeskError,
        catalog::ShownCatalog,
        counter::DraftSwap,
        drafts::{DraftWriter, Drafts},
        guests::Known,
    },
    domain::{
        draft::Draft,
        shop::{Shop, menu::Menu},
        value::ids::{InternalId, OrderId},
    },
    ports::journal::{OrderRow, PersonDecision},
    tui::{
        effect::Effect,
        msg::{Msg, OrderAction, Reply},
        shell::runner::catalog::keep_fresh,
        state::overlay::status::StatusTarget,
    },
};

/// Orders whose postcodes and towns are remembered, the newest.
const TOWNS_FROM: u32 = 5_000;
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
    /// What nobody waits for when the program ends.
    beside: JoinSet<()>,
    drafts: DraftWriter,
}

/// What every task of the runner needs.
#[derive(Clone)]
struct TaskContext {
    desk: Desk,
    menu: Arc<Menu>,
    shop: Arc<Shop>,
    replies: mpsc::Sender<Msg>,
    /// The copy of the articles that is shown.
    shown: Arc<Mutex<Option<ShownCatalog>>>,
    /// Statuses of orders from elsewhere are set one at a time; the journal never waits for them.
    network: Arc<Mutex<()>>,
    /// Writes drafts, and knows which could not be written.
    drafts: DraftWriter,
    /// The journal was read: articles are read anew only after that.
    restored: Arc<Notify>,
    /// The same for older orders, which are read for the guest book.
    guests_wait: Arc<Notify>,
    /// OktoPOS is asked for one caller at a time, and for none that somebody has typed on.
    callers: Arc<Mutex<()>>,
    last_caller: Arc<AtomicU64>,
}

impl Runner {
    /// Starts the runner and reads what was there when the program ended last.
    pub fn start(desk: Desk, shop: Arc<Shop>, menu: Arc<Menu>, replies: mpsc::Sender<Msg>) -> Self {
        let drafts = DraftWriter::new(desk.clone());
        let context = TaskContext {
            desk,
            menu,
            shop,
            replies,
            shown: Arc::default(),
            network: Arc::default(),
            restored: Arc::default(),
            guests_wait: Arc::default(),
            callers: Arc::default(),
            last_caller: Arc::default(),
            drafts: drafts.clone(),
        };
        let (queue, wake) = (Arc::new(std::sync::Mutex::new(Queue::default())), Arc::new(Notify::new()));
        let (mut tasks, mut beside) = (JoinSet::new(), JoinSet::new());
        tasks.spawn(restore(context.clone()));
        beside.spawn(keep_fresh(context.clone()));
        beside.spawn(read_guests(context.clone()));
        tasks.spawn(work(context, Arc::clone(&queue), Arc::clone(&wake)));
        Self { queue, wake, tasks, beside, drafts }
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

    /// Does what is left, within a bound, and ends. `false` if something was left undone or a draft could not be written.
    pub async fn close(mut self) -> bool {
        if let Ok(mut queue) = self.queue.lock() {
            queue.ended = true;
        }
        self.wake.notify_one();
        self.beside.shutdown().await;
        let all = async { while self.tasks.join_next().await.is_some() {} };
        let done = tokio::time::timeout(LAST_EFFECTS, all).await.is_ok();
        self.tasks.shutdown().await;
        let is_empty = self.queue.lock().is_ok_and(|queue| queue.effects.is_empty());
        done && is_empty && self.drafts.is_all_written()
    }
}

impl Queue {
    fn push(&mut self, effect: Effect) {
        let replaced = if let Effect::SaveDraft(draft) = &effect {
            Some(draft.order_id.clone())
        } else if let Effect::Place(order, _) = &effect {
            Some(order.order_id.clone())
        } else if let Effect::DiscardDraft(id) = &effect {
            Some(id.clone())
        } else {
            None
        };
        if let Some(id) = replaced {
            // An earlier state of the same draft is of no use any more.
            self.effects.retain(|other| !matches!(other, Effect::SaveDraft(draft) if draft.order_id == id));
        }
        if matches!(effect, Effect::LookUp { .. }) {
            // Typing went on: the shorter number is nobody's any more.
            self.effects.retain(|other| !matches!(other, Effect::LookUp { .. }));
        }
        self.effects.push_back(effect);
    }
}

/// What waits for the network, beside the journal. What a person ordered is finished even if the program ends; what was only
/// asked for is not.
#[derive(Default)]
struct Calls {
    ordered: JoinSet<()>,
    asked: JoinSet<()>,
}

async fn work(context: TaskContext, queue: Arc<std::sync::Mutex<Queue>>, wake: Arc<Notify>) {
    let mut calls = Calls::default();
    loop {
        let (next, ended) = match queue.lock() {
            Ok(mut queue) => (queue.effects.pop_front(), queue.ended),
            Err(_) => return,
        };
        match next {
            Some(effect) => {
                context.perform(effect, &mut calls).await;
                for tasks in [&mut calls.ordered, &mut calls.asked] {
                    while tasks.try_join_next().is_some() {}
                }
            }
            None if ended => {
                while calls.ordered.join_next().await.is_some() {}
                return;
            }
            None => wake.notified().await,
        }
    }
}

/// Drafts first: they decide what is on the screen. Articles last: they are the most.
async fn restore(context: TaskContext) {
    match context.desk.open_drafts().await {
        Ok(Drafts { here, elsewhere }) => {
            for draft in &here {
                context.drafts.keep(draft);
            }
            context.reply(Reply::Restored { drafts: here }).await;
            context.reply(Reply::Elsewhere(elsewhere)).await;
        }
        Err(error) => context.reply(Reply::Unread(error)).await,
    }
    match context.desk.first_orders().await {
        Ok(rows) => context.reply(Reply::Orders(rows)).await,
        Err(error) => context.reply(Reply::Unread(error)).await,
    }
    if let Ok(said) = context.desk.said().await {
        context.reply(Reply::SoldOut(said)).await;
    }
    context.read_stock().await;
    context.show_catalog().await;
    if let Ok(towns) = context.desk.towns(TOWNS_FROM).await {
        context.reply(Reply::Towns(towns)).await;
    }
    context.restored.notify_one();
    context.guests_wait.notify_one();
}

/// Orders from before the guest book are read when nothing else waits. What fails is read at the next start.
async fn read_guests(context: TaskContext) {
    context.guests_wait.notified().await;
    context.desk.read_guests().await.ok();
}

impl TaskContext {
    async fn reply(&self, reply: Reply) {
        // Nobody listens any more: the program is ending, and the journal has what matters.
        self.replies.send(Msg::Reply(reply)).await.ok();
    }

    async fn perform(&self, effect: Effect, calls: &mut Calls) {
        chaos::point("runner.effect");
        let context = self.clone();
        match effect {
            Effect::SaveDraft(draft) => {
                let id = draft.order_id.clone();
                let result = self.drafts.save(*draft).await;
                self.told(&id, result).await;
            }
            Effect::DiscardDraft(id) => self.discard(id).await,
            Effect::SwapDrafts { put, gone } => self.swapped(DraftSwap { put, gone }).await,
            Effect::ReadDrafts => self.read_drafts().await,
            Effect::TakeDraft { order_id, from } => self.take_draft(order_id, from).await,
            Effect::Place(order, note) => self.place(order, *note).await,
            Effect::LoadOrder { order_id, request } => {
                let result = self.desk.order(&order_id).await.map(Box::new);
                self.reply(Reply::Order { request, result }).await;
            }
            Effect::RequestStatus { order_id, status, reason, hold } => {
                self.request_status(order_id, status, reason.as_deref(), hold).await;
            }
            Effect::Decide { order_id, decision } => self.decide(order_id, decision).await,
            Effect::Reopen(draft) => self.reopen(draft).await,
            Effect::Poll => self.desk.poll_now(),
            Effect::TryNow => self.desk.wake().await,
            Effect::ReadOnHand(orders) => {
                // What cannot be looked up counts as one dish that was promised for nothing special.
                let on_hand = self.desk.on_hand(&orders).await.unwrap_or_default();
                self.reply(Reply::OnHand(on_hand)).await;
            }
            Effect::Say { article, said } => {
                if let Err(error) = self.desk.say(article, said).await {
                    self.reply(Reply::SoldOutNotKept(error)).await;
                }
            }
            Effect::KeepNote { number, note } => {
                if let Err(error) = self.desk.keep_note(&number, &note).await {
                    self.reply(Reply::NoteNotKept(error)).await;
                }
            }
            Effect::Quit => self.reply(Reply::Ready).await,
            // The shell answers this one before it takes the next key.
            Effect::MakeIds(count) => {
                let ids = (0..count).map(|_| self.desk.new_order_id()).collect();
                self.replies.send(Msg::Ids(ids)).await.ok();
            }
            // The journal never waits for the network.
            Effect::SyncCatalog => {
                calls.asked.spawn(async move {
                    context.sync_catalog(true).await;
                });
            }
            Effect::LookUp { number, request } | Effect::WhoCalls { number, request } => {
                calls.asked.spawn(async move { context.look_up(&number, request).await });
            }
            Effect::ForeignStatus { internal_id, status, reason } => {
                calls.ordered.spawn(async move { context.set_foreign_status(internal_id, status, reason).await });
            }
        }
    }

    async fn request_status(&self, order_id: OrderId, status: String, reason: Option<&str>, hold: u32) {
        let result = self.desk.hold_status(&order_id, &status, reason, Duration::from_secs(hold.into())).await;
        self.decided(OrderAction::Status { of: StatusTarget::Ours(order_id), status }, result).await;
    }

    async fn decide(&self, order_id: OrderId, decision: PersonDecision) {
        let (action, result) = match decision {
            PersonDecision::Reopen { draft } => return self.reopen(Box::new(draft.draft)).await,
            PersonDecision::Resend => (OrderAction::Resend, self.desk.resend(&order_id).await),
            PersonDecision::Settle { internal_id } => {
                (OrderAction::Arrived, self.desk.settle(&order_id, internal_id).await)
            }
            PersonDecision::Cancel => (OrderAction::Cancel, self.desk.cancel(&order_id).await),
            PersonDecision::WithdrawStatus { status } => {
                let result = self.desk.withdraw_status(&order_id, &status).await;
                (OrderAction::Withdrawn { order_id, status }, result)
            }
            PersonDecision::DropStatus => (OrderAction::DropStatus, self.desk.drop_status(&order_id).await),
            // The question named the address; the desk sends to no other.
            PersonDecision::Readdress { internal_id, .. } => {
                (OrderAction::Readdress, self.desk.readdress(&order_id, internal_id).await)
            }
        };
        self.show_stock().await;
        self.decided(action, result).await;
    }

    async fn reopen(&self, draft: Box<Draft>) {
        let result = self.desk.reopen(&draft).await.map(Box::new);
        if result.is_ok() {
            self.drafts.keep(&draft);
        }
        self.show_stock().await;
        self.reply(Reply::Reopened { draft, result }).await;
    }

    /// Reads anew what was taken of counted articles: another program may have taken some.
    async fn read_stock(&self) {
        let catalog = self.shown.lock().await.as_ref().map(|shown| Arc::clone(&shown.catalog));
        let is_in_menu = |id| catalog.as_ref().is_some_and(|catalog| catalog.menu_counts(id));
        // What cannot be read now is read in a minute.
        if let Ok(stock) = self.desk.read_stock(&self.menu, is_in_menu).await {
            self.reply(Reply::Stock(Arc::new(stock))).await;
        }
    }

    async fn show_stock(&self) {
        self.reply(Reply::Stock(Arc::new(self.desk.stock()))).await;
    }

    /// The changed row goes to the list at once, without waiting for the worker to say it again.
    async fn decided(&self, action: OrderAction, result: Result<OrderRow, DeskError>) {
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

    async fn set_foreign_status(&self, internal_id: InternalId, status: String, reason: Option<String>) {
        let _one_at_a_time = self.network.lock().await;
        let result = self.desk.set_foreign_status(internal_id, &status, reason.as_deref()).await;
        let action = OrderAction::Status { of: StatusTarget::Foreign(internal_id), status };
        self.reply(Reply::Decided { action, result: result.map(|_| ()) }).await;
        self.desk.poll_now();
    }

    /// The journal's answer at once, OktoPOS's beside it. What cannot be read now is told as such where the guest is shown:
    /// nobody is disturbed.
    async fn look_up(&self, number: &str, request: u64) {
        self.last_caller.fetch_max(request, Ordering::Relaxed);
        let known = self.desk.look_up(number).await;
        let known = known.unwrap_or_else(|error| Known { failed: Some(error), ..Known::default() });
        self.reply(Reply::Guests { request, known: known.clone() }).await;
        let _one_at_a_time = self.callers.lock().await;
        if self.last_caller.load(Ordering::Relaxed) > request {
            return;
        }
        if let Some(known) = self.desk.look_up_beside(number, &known).await {
            self.reply(Reply::Guests { request, known }).await;
        }
    }
}
