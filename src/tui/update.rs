//! From message to changed model and effects. Pure: no clock, no I/O, no drawing.

mod answers;
pub mod asking;
pub mod away;
mod bill;
mod confirmed;
mod from_list;
mod leaving;
mod over_window;
mod pointer;
mod scanning;
pub mod sending;
mod steps;
mod swap;
mod undone;
mod windows;

use answers::{on_desk, on_reply};
pub(super) use leaving::leave_all;
use leaving::quit;
use pointer::{click, wheel};
pub(super) use steps::leave_field;
pub use steps::{go_to_step, step, step_over_top};

use super::{
    calls,
    effect::Effect,
    input::{
        command::{ByContext, Command, Context, DraftCommand, GlobalCommand},
        key::Key,
        rhythm::Press,
    },
    msg::Msg,
    overlay::{Overlay, confirm::Question, palette::Palette, tables::Tables},
    screens::{form, guests, items, menu, orders, promise, review, terms},
    state::{
        model::{Model, Screen, Tone},
        slot::Slot,
    },
};
use crate::{
    chaos,
    domain::draft::{flow::Step, split::MAX_PART},
    i18n::Texts,
    words,
};

/// Takes one message. The effects are to be done in sequence; every changed draft is among them.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    chaos::point("update.msg");
    let before = Before::of(model, &msg);
    let mut effects = Vec::new();
    if matches!(msg, Msg::Paste(_) | Msg::Click(_) | Msg::Wheel(_) | Msg::Terminate) {
        // Done by a person, and no key: what waits comes before it.
        effects = scanning::interrupt(model);
    }
    effects.extend(take(model, msg));
    after_each(model, before, effects)
}

/// What has to be known of the time before a message once it was taken.
struct Before {
    is_news: bool,
    by_person: bool,
    /// Drafts of other desks.
    elsewhere: Vec<Slot>,
}

impl Before {
    fn of(model: &Model, msg: &Msg) -> Self {
        Self {
            is_news: matches!(msg, Msg::Desk(_) | Msg::Reply(_)),
            by_person: matches!(msg, Msg::Key(_) | Msg::Paste(_) | Msg::Click(_) | Msg::Beat(_)),
            elsewhere: if away::is_about_them(msg) { Vec::new() } else { away::before(model) },
        }
    }
}

/// What is done after each message, whichever it was, and the effects in the sequence in which they are to be done.
fn after_each(model: &mut Model, before: Before, mut effects: Vec<Effect>) -> Vec<Effect> {
    away::put_back(model, before.elsewhere, before.by_person);
    if before.is_news {
        effects.extend(promise::recount(model));
    }
    menu::keep_channels(model);
    terms::keep_fees(model);
    promise::offer_times(model);
    model.mark_front();
    let mut saves: Vec<_> = model.slots.iter_mut().filter_map(Slot::take_unsaved).collect();
    saves.retain(|draft| !swap::takes(&mut effects, draft));
    // Drafts are written before anything that may end the program or take another draft's place.
    effects.splice(0..0, saves.into_iter().map(|draft| Effect::SaveDraft(Box::new(draft))));
    effects.extend(guests::look_up(model));
    // One part keeps the id of the whole; the rest is a part, too.
    let of_parts = if matches!(model.overlay, Some(Overlay::Split(_))) { usize::from(MAX_PART) } else { 0 };
    effects.extend(model.ids.ask(1 + of_parts));
    effects
}

fn take(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Clock(now) => {
            model.moment.now = now;
            model.calls.forget_old(now);
            orders::clock(model);
            Vec::new()
        }
        Msg::Beat(now) => {
            let mut effects = scanning::beat(model, now);
            effects.extend(sending::beat(model, now));
            effects
        }
        // What is not on the screen cannot be meant.
        Msg::Key(key) if model.is_too_small() => unseen_key(model, key),
        Msg::Paste(_) | Msg::Click(_) | Msg::Wheel(_) if model.is_too_small() => Vec::new(),
        Msg::Key(key) => press(model, key),
        Msg::Paste(text) => paste(model, &text),
        Msg::Click(target) => {
            let mut effects = sending::press(model, Press::Click(target));
            effects.extend(click(model, target));
            effects
        }
        Msg::Wheel(lines) => wheel(model, lines),
        Msg::PlainKeys => plain_keys(model),
        Msg::Resize(columns, rows) => {
            model.size = (columns, rows);
            Vec::new()
        }
        Msg::Desk(event) => {
            on_desk(model, event);
            Vec::new()
        }
        Msg::Call(number) => {
            calls::rings(model, number);
            Vec::new()
        }
        Msg::Reply(reply) => on_reply(model, reply),
        Msg::Ids(ids) => {
            model.ids.arrived(ids);
            if model.slots.is_empty() {
                model.open_draft();
            }
            Vec::new()
        }
        Msg::Terminate => leaving::at_once(model),
    }
}

fn press(model: &mut Model, key: Key) -> Vec<Effect> {
    let is_bound = model.keymap.resolve(key, &model.active()).is_some();
    let key = if is_bound { key } else { key.unbound() };
    let mut effects = sending::press(model, Press::Key(key));
    effects.extend(scanning::key(model, key));
    effects
}

/// The terminal never delivers some of the configured keys: that is said, and what works instead.
fn plain_keys(model: &mut Model) -> Vec<Effect> {
    let gone = model.keymap.without_kitty();
    let configured =
        gone.into_iter().find(|gone| !gone.command.row().keys.iter().any(|key| key.parse() == Ok(gone.key)));
    let Some(gone) = configured else { return Vec::new() };
    let (key, other) = (gone.key.label(&model.texts), model.key_label(gone.command));
    let words = [("id", gone.command.row().id), ("key", key.as_str()), ("other", other.as_str())];
    let text = model.texts.fill(if other.is_empty() { "notice.key_lost" } else { "notice.key_unreachable" }, &words);
    model.say(Tone::Warn, text);
    Vec::new()
}

/// A key on a terminal that shows nothing but how large it has to be: the way out is open, everything else waits for it.
fn unseen_key(model: &mut Model, key: Key) -> Vec<Effect> {
    let mut effects = sending::press(model, Press::Key(key));
    effects.extend(scanning::interrupt(model));
    if model.keymap.resolve(key, &[Context::Global]) == Some(Command::Quit) {
        effects.extend(quit(model));
    }
    effects
}

fn on_key(model: &mut Model, key: Key) -> Vec<Effect> {
    let command = model.keymap.resolve(key, &model.active());
    if command != Some(Command::NoticeDetail) && (command == Some(Command::Attention) || !orders::news::stands(model)) {
        model.notice = None;
    }
    if let Some(command) = command {
        return self::command(model, command);
    }
    if model.overlay.is_some() {
        return over_window::key(model, key).unwrap_or_else(|| windows::key(model, key));
    }
    if let Some(effects) = from_list::key(model, key) {
        return effects;
    }
    match (model.screen, model.slot().map(|slot| slot.draft().step)) {
        (Screen::Orders, _) => orders::key(model, key),
        (Screen::Draft, Some(Step::Items)) => items::key(model, key),
        (Screen::Draft, Some(Step::Review)) => items::begin(model, key),
        (Screen::Draft, None) => {}
        (Screen::Draft, Some(_)) => form::key(model, key),
    }
    Vec::new()
}

/// Does a command wherever the person is.
pub fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    items::lines::end_number(model);
    match command.by_context() {
        ByContext::Global(command) => return global(model, command),
        ByContext::Draft(command) => return draft_command(model, command),
        ByContext::Items(command) => return items::command(model, command),
        ByContext::ItemsEmpty(command) => items::empty_command(model, command),
        ByContext::Cart(command) => items::cart_command(model, command),
        ByContext::Form(command) => form::command(model, command),
        ByContext::Guest(command) => guests::command(model, command),
        ByContext::Choice(command) => form::choice_command(model, command),
        ByContext::Review(command) => return review::command(model, command),
        ByContext::Orders(command) => return orders::command(model, command),
        ByContext::OrdersSearch(command) => orders::search_command(model, command),
        ByContext::Overlay(command) => return windows::command(model, command),
        ByContext::OverlayList(command) => return windows::list(model, command),
        ByContext::Reading(command) => return windows::read(model, command),
        ByContext::Extras(command) => return windows::extras(model, command),
    }
    Vec::new()
}

fn global(model: &mut Model, command: GlobalCommand) -> Vec<Effect> {
    use GlobalCommand as C;
    match command {
        C::Help => windows::help(model),
        C::Palette => model.overlay = Some(Overlay::Palette(Palette::default())),
        C::NoticeDetail => show_notice(model),
        C::ToggleOrders => {
            model.screen = if model.screen == Screen::Draft { Screen::Orders } else { Screen::Draft };
            if model.screen == Screen::Orders {
                orders::shown(model);
                return vec![Effect::Poll];
            }
        }
        C::NewDraft => {
            leave_field(model);
            if !model.open_draft() {
                let text = model.texts.t("notice.no_id").to_owned();
                model.say(Tone::Warn, text);
            }
        }
        C::NextDraft => {
            next_draft(model);
            return vec![Effect::ReadDrafts];
        }
        C::Attention => {
            model.screen = Screen::Orders;
            orders::attention(model);
        }
        C::TakeCall => calls::take(model),
        C::SyncCatalog => {
            let text = model.texts.t("notice.syncing").to_owned();
            model.say(Tone::Done, text);
            return vec![Effect::SyncCatalog];
        }
        C::Language => model.texts = Texts::load(model.texts.lang().next()),
        C::Quit => return quit(model),
    }
    Vec::new()
}

fn draft_command(model: &mut Model, command: DraftCommand) -> Vec<Effect> {
    use DraftCommand as C;
    // What is put back afterwards is the draft; these do more than change it.
    if matches!(command, C::Send | C::SplitBill | C::Undo | C::Redo | C::LetPass) && away::ask(model) {
        return Vec::new();
    }
    match command {
        C::StepNext => step(model, true),
        C::StepBack => step(model, false),
        C::StepItems => go_to_step(model, Step::Items),
        C::StepCustomer => go_to_step(model, Step::Customer),
        C::StepPlace => go_to_step(model, Step::Place),
        C::StepTip => go_to_step(model, Step::Tip),
        C::StepPayment => go_to_step(model, Step::Payment),
        C::StepReview => go_to_step(model, Step::Review),
        C::OrderTypeNext => form::next_order_type(model),
        C::TakePrices => menu::take_prices(model),
        C::SplitBill => {
            leave_field(model);
            bill::open(model);
        }
        C::DiscardDraft => ask_discard(model),
        C::Tables => model.overlay = Some(Overlay::Tables(Tables::default())),
        C::LetPass => terms::ask_pass(model),
        C::Send => return sending::send(model),
        C::Undo => return undone::undo(model, true),
        C::Redo => return undone::undo(model, false),
    }
    Vec::new()
}

fn ask_discard(model: &mut Model) {
    let Some(slot) = model.slot() else { return };
    if slot.away.is_some() {
        away::close(model, model.current);
        let text = model.texts.t("notice.closed_here").to_owned();
        return model.say(Tone::Done, text);
    }
    if slot.is_blank() {
        let text = model.texts.t("notice.nothing_to_discard").to_owned();
        return model.say(Tone::Warn, text);
    }
    let (lines, origin) = (slot.draft().ordered().count(), model.counter().origin(slot.draft()));
    let lines = model.texts.count("count.items", lines);
    asking::ask(model, Question::DiscardDraft(origin), lines);
}

/// Forgets the shown draft.
pub fn discard_draft(model: &mut Model) -> Vec<Effect> {
    if model.current >= model.slots.len() {
        return Vec::new();
    }
    let slot = model.slots.remove(model.current);
    model.current = model.current.min(model.slots.len().saturating_sub(1));
    if model.slots.is_empty() {
        model.open_draft();
    }
    model.search();
    let text = model.texts.t("notice.discarded").to_owned();
    model.say(Tone::Done, text);
    vec![Effect::DiscardDraft(slot.draft().order_id.clone())]
}

fn next_draft(model: &mut Model) {
    leave_field(model);
    model.screen = Screen::Draft;
    if model.slots.len() > 1 {
        model.current = (model.current + 1) % model.slots.len();
        model.search();
    } else {
        let text = model.texts.fill("notice.only_draft", &[("key", &model.key_label(Command::NewDraft))]);
        model.say(Tone::Warn, text);
    }
}

/// The detail of the message that is shown, else what is wrong now, else the detail of the last message that had one.
fn show_notice(model: &mut Model) {
    let down = words::connection(&model.connection, &model.texts);
    let shown = model.notice.as_ref().and_then(|notice| notice.detail.clone());
    let selected = (model.screen == Screen::Orders).then(|| orders::reason(model)).flatten();
    let text = shown.or(down).or(selected).or_else(|| model.last_detail.clone());
    match text {
        Some(text) => {
            model.overlay = Some(Overlay::Notice { text, scroll: 0 });
        }
        None => {
            let text = model.texts.t("notice.no_detail").to_owned();
            model.say(Tone::Done, text);
        }
    }
}

fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    model.notice = None;
    items::lines::end_number(model);
    if model.overlay.is_some() {
        return windows::paste(model, text);
    }
    match (model.screen, model.slot().map(|slot| slot.draft().step)) {
        (Screen::Orders, _) => orders::paste(model, text),
        (Screen::Draft, Some(Step::Items)) => items::paste(model, text),
        (Screen::Draft, Some(Step::Review) | None) => {}
        (Screen::Draft, Some(_)) => form::paste(model, text),
    }
    Vec::new()
}

#[cfg(test)]
#[path = "update/away_tests.rs"]
mod away_tests;
#[cfg(test)]
#[path = "update_tests.rs"]
mod tests;
