//! The state of the desk's screen. Pure: it reads no clock and does no I/O; `update` changes it, the views read it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;

use crate::{
    desk::{
        DeskError,
        catalog::search::Catalog,
        counter::{Counter, KitchenLoad, bill_of, channel_of, dish_at, is_line},
        event::{Connection, OutboxState},
    },
    domain::{
        draft::{Draft, problem::Problem, quick},
        order::{DistributionChannel, OrderType},
        shop::{
            Shop,
            article::Article,
            channels::ChannelFinding,
            stock::{Said, Stock},
        },
        value::{ids::OrderId, moment::Moment},
    },
    i18n::{Lang, Texts},
    tui::{
        input::{command::Command, keymap::Keymap, rhythm::Rhythm, scan::Scan},
        state::{
            calls::Calls,
            ids::FreshIds,
            orders::OrdersState,
            overlay::Overlay,
            scan::Before,
            slot::{MAX_HITS, Slot},
        },
    },
};

/// Smallest terminal the desk works on.
pub const MIN_SIZE: (u16, u16) = (80, 24);

/// Everything the screen is drawn from.
pub struct Model {
    /// The program's texts.
    pub texts: Texts,
    /// The shop's choices.
    pub shop: Arc<Shop>,
    /// Keys.
    pub keymap: Keymap,
    /// Whether this is the demo: said on every screen.
    pub demo: bool,
    /// Now, and the shop's zone.
    pub moment: Moment,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Which screen is shown.
    pub screen: Screen,
    /// Open drafts, never empty once the drafts are restored.
    pub slots: Vec<Slot>,
    /// Which draft is shown.
    pub current: usize,
    /// Drafts that are being recorded: gone from the screen, not yet known to be on disk.
    pub placing: Vec<Slot>,
    /// The articles.
    pub catalog: Arc<Catalog>,
    /// Whether the articles were read from the journal yet.
    pub catalog_loaded: bool,
    /// The channels OktoPOS lists; empty as long as it was not asked.
    pub channels_listed: Vec<DistributionChannel>,
    /// What was said of the channels last.
    pub channels_said: Vec<ChannelFinding>,
    /// Articles read so far, while they are read from OktoPOS.
    pub catalog_reading: Option<usize>,
    /// What people said of articles, by their ids: sold out, there again whatever the menu file says, or how many.
    pub sold_out: BTreeMap<i64, Said>,
    /// What orders took of counted articles.
    pub stock: Arc<Stock>,
    /// Towns of the shop's guests by their postcodes.
    pub towns: BTreeMap<String, String>,
    /// The kitchen's load.
    pub kitchen: KitchenLoad,
    /// The live list.
    pub orders: OrdersState,
    /// Whether OktoPOS answers.
    pub connection: Connection,
    /// What waits and what needs a person.
    pub outbox: OutboxState,
    /// Who rings, as other programs say.
    pub calls: Calls,
    /// What lies over the screen.
    pub overlay: Option<Overlay>,
    /// The last thing the desk has to say.
    pub notice: Option<Notice>,
    /// The technical detail of the last message that had one; the message itself goes with the next key.
    pub last_detail: Option<String>,
    /// Fresh `orderId`s.
    pub ids: FreshIds,
    /// Numbers requests, so that stale answers are ignored.
    pub request: u64,
    /// When what was pressed: a key that is held must not send.
    pub rhythm: Rhythm,
    /// What may be typed by a scanner.
    pub scan: Scan<Before>,
    /// Drafts that could not be written as they are now.
    pub unsaved: BTreeSet<OrderId>,
    /// A person wants to leave, and what was asked for before is still being written.
    pub leaving: bool,
    /// The key that ends other programs was pressed, and no other since.
    pub interrupted: bool,
    /// The program is ending.
    pub quitting: bool,
}

/// The two screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Screen {
    /// The steps of a draft.
    #[default]
    Draft,
    /// The live list.
    Orders,
}

/// A message in the line above the footer. It stays until the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How loud it is.
    pub tone: Tone,
    /// One line for the person at the counter.
    pub text: String,
    /// The technical detail, shown on demand.
    pub detail: Option<String>,
}

/// How loud a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something was done.
    Done,
    /// Something could not be done; nothing was lost.
    Warn,
    /// A person has to act.
    Alarm,
}

/// What a model is made from.
pub struct ModelSetup {
    /// Language of the texts.
    pub lang: Lang,
    /// The shop.
    pub shop: Shop,
    /// Keys.
    pub keymap: Keymap,
    /// Whether this is the demo.
    pub demo: bool,
    /// Now, and the shop's zone.
    pub moment: Moment,
    /// An id for the first draft.
    pub spare_id: OrderId,
}

impl Model {
    /// The desk as it starts, before anything was read: typing already works.
    pub fn new(setup: ModelSetup) -> Self {
        let ModelSetup { lang, shop, keymap, demo, moment, spare_id } = setup;
        let texts = Texts::load(lang);
        let mut model = Self {
            orders: OrdersState::new(&shop, &texts),
            texts,
            shop: Arc::new(shop),
            keymap,
            demo,
            moment,
            size: (80, 24),
            screen: Screen::Draft,
            slots: Vec::new(),
            current: 0,
            placing: Vec::new(),
            catalog: Arc::new(Catalog::new(Vec::new(), &[], None)),
            catalog_loaded: false,
            channels_listed: Vec::new(),
            channels_said: Vec::new(),
            catalog_reading: None,
            sold_out: BTreeMap::new(),
            towns: BTreeMap::new(),
            kitchen: KitchenLoad::default(),
            stock: Arc::default(),
            connection: Connection::Untried,
            outbox: OutboxState::default(),
            calls: Calls::default(),
            overlay: None,
            notice: None,
            last_detail: None,
            ids: FreshIds::new(spare_id),
            request: 0,
            rhythm: Rhythm::default(),
            scan: Scan::default(),
            unsaved: BTreeSet::new(),
            leaving: false,
            interrupted: false,
            quitting: false,
        };
        model.open_draft();
        model.orders.clock(&model.moment);
        model
    }

    /// Opens an empty draft and shows it; a blank one is taken instead of a second. `false` without an id for it.
    pub fn open_draft(&mut self) -> bool {
        self.screen = Screen::Draft;
        if let Some(blank) = self.slots.iter().position(Slot::is_blank) {
            self.current = blank;
            return true;
        }
        let Some(order_id) = self.ids.take() else { return false };
        let order_type = self.shop.order_types.first().map_or(OrderType::Local, |rule| rule.order_type);
        self.push_draft(Draft::new(order_id, self.moment.now, order_type));
        true
    }

    /// Shows a draft as the newest one.
    pub fn push_draft(&mut self, draft: Draft) {
        self.slots.push(Slot::new(draft));
        self.current = self.slots.len() - 1;
        self.screen = Screen::Draft;
        self.search();
    }

    /// Notes in the shown draft that it is in front, so that after a crash it is there again. A blank one is not noted: it
    /// holds nothing to come back to.
    pub fn mark_front(&mut self) {
        let others = self.slots.iter().enumerate().filter(|(at, _)| *at != self.current);
        let Some(highest) = others.map(|(_, slot)| slot.draft().turn).max() else { return };
        if let Some(slot) =
            self.slot_mut().filter(|slot| !slot.is_blank() && slot.away.is_none() && slot.draft().turn <= highest)
        {
            slot.note_turn(highest + 1);
        }
    }

    /// Open drafts besides the shown one in which something was typed.
    pub fn waiting_drafts(&self) -> usize {
        self.slots
            .iter()
            .enumerate()
            .filter(|(at, slot)| *at != self.current && !slot.is_blank() && slot.away.is_none())
            .count()
    }

    /// The draft that is shown.
    pub fn slot(&self) -> Option<&Slot> {
        self.slots.get(self.current)
    }

    /// The draft that is shown, to be changed.
    pub fn slot_mut(&mut self) -> Option<&mut Slot> {
        self.slots.get_mut(self.current)
    }

    /// What an order is judged by now.
    pub fn counter(&self) -> Counter<'_> {
        Counter {
            shop: &self.shop,
            moment: &self.moment,
            catalog: &self.catalog,
            said: &self.sold_out,
            stock: &self.stock,
            kitchen: &self.kitchen,
            orders: &self.orders.list,
            placing: self.placing.iter().map(Slot::placing).collect(),
        }
    }

    /// Whether an article is sold out for the shown draft.
    pub fn is_sold_out(&self, article: &Article) -> bool {
        self.counter().is_sold_out(self.slot().map(|slot| &slot.draft().order_id), article)
    }

    /// The channel the shown draft sells through.
    pub fn channel(&self) -> DistributionChannel {
        let order_type = self.slot().map_or(OrderType::Local, |slot| slot.draft().order_type);
        channel_of(&self.shop, order_type)
    }

    /// What is wrong with the shown draft now. Looked up once for all rows of a frame: it checks the whole order.
    pub fn problems(&self) -> Vec<Problem> {
        self.slot().and_then(|slot| self.counter().check(slot.typed()).err()).unwrap_or_default()
    }

    /// Whether the shown draft holds a token that came from its table: it does not follow to another one.
    pub fn token_is_of_table(&self) -> bool {
        self.slot().is_some_and(|slot| self.counter().token_is_of_table(slot.draft()))
    }

    /// Where the open parts of a bill are.
    pub fn parts_of(&self, of: &OrderId) -> Vec<usize> {
        let parts = self.slots.iter().enumerate().filter(|(_, slot)| bill_of(slot.draft()) == Some(of));
        parts.map(|(at, _)| at).collect()
    }

    /// Searches again for what is typed in the shown draft.
    pub fn search(&mut self) {
        self.search_in(self.current);
    }

    /// Searches again for what is typed in a draft.
    pub fn search_in(&mut self, at: usize) {
        let catalog = Arc::clone(&self.catalog);
        if let Some(slot) = self.slots.get_mut(at) {
            let search = &slot.draft().search;
            let text = match is_line(&catalog, search).then(|| dish_at(&catalog, search, slot.cursor)).flatten() {
                Some(at) => search[at].trim_matches('"').to_owned(),
                None => quick::parse(search).text.to_owned(),
            };
            slot.items.hits = catalog.search(&text, slot.items.scope, MAX_HITS);
            slot.items.selected = 0;
        }
    }

    /// Says something that was done.
    pub fn say(&mut self, tone: Tone, text: String) {
        self.notice = Some(Notice { tone, text, detail: None });
    }

    /// Says something with its technical detail.
    pub fn say_detail(&mut self, tone: Tone, text: String, detail: &str) {
        self.last_detail = Some(detail.to_owned());
        self.notice = Some(Notice { tone, text, detail: self.last_detail.clone() });
    }

    /// Says what the desk could not do, with its own words as the detail.
    pub fn say_error(&mut self, tone: Tone, text: String, error: &DeskError) {
        let detail = crate::words::desk_error(error, &self.texts);
        self.say_detail(tone, text, &detail);
    }

    /// The next request number.
    pub fn next_request(&mut self) -> u64 {
        self.request += 1;
        self.request
    }

    /// Seconds since an instant, by the wall clock; never negative.
    pub fn seconds_since(&self, at: Timestamp) -> i64 {
        self.moment.now.as_second().saturating_sub(at.as_second()).max(0)
    }

    /// Whether the terminal is too small to show anything.
    pub fn is_too_small(&self) -> bool {
        self.size.0 < MIN_SIZE.0 || self.size.1 < MIN_SIZE.1
    }

    /// When to look at the monotonic clock again, if anything waits for it.
    pub fn wake_at(&self) -> Option<std::time::Duration> {
        self.rhythm.wake_at().into_iter().chain(self.scan.wake_at()).min()
    }

    /// The key shown for a command, for texts that name it; empty if it has none.
    pub fn key_label(&self, command: Command) -> String {
        self.keymap.key(command).map(|key| key.label(&self.texts)).unwrap_or_default()
    }
}
