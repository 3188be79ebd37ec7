//! Does a command wherever the person is: one exhaustive match that leads to the screen or window it belongs to.

use crate::{
    domain::draft::flow::Step,
    i18n::Texts,
    tui::{
        act::{
            calls, catalog,
            draft::{
                away, bill,
                open::{ask_discard, next_draft},
                sending, undo,
            },
            leaving::{interrupt, quit},
            waiver, windows,
        },
        effect::Effect,
        input::command::{ByContext, Command, DraftCommand, GlobalCommand},
        screens::{
            form, guests, items,
            navigation::{go_to_step, leave_field, step},
            orders, review,
        },
        state::{
            model::{Model, Screen, Tone},
            overlay::{
                Overlay,
                lists::{Palette, Tables},
            },
        },
        wording,
    },
    words,
};

/// Does a command, wherever the person is.
pub fn run(model: &mut Model, command: Command) -> Vec<Effect> {
    items::lines::end_number(model);
    match command.by_context() {
        ByContext::Global(command) => return global(model, command),
        ByContext::Draft(command) => return draft_command(model, command),
        ByContext::Items(command) => return items::act::command(model, command),
        ByContext::ItemsEmpty(command) => items::act::empty_command(model, command),
        ByContext::Cart(command) => items::act::cart_command(model, command),
        ByContext::Form(command) => form::act::command(model, command),
        ByContext::Guest(command) => guests::act::command(model, command),
        ByContext::Choice(command) => form::act::choice_command(model, command),
        ByContext::Review(command) => {
            return match review::act::command(model, command) {
                review::act::Wanted::Nothing => Vec::new(),
                review::act::Wanted::Sent => sending::send_by_enter(model),
            };
        }
        ByContext::Orders(command) => return orders::act::command(model, command),
        ByContext::OrdersSearch(command) => orders::act::search_command(model, command),
        ByContext::Overlay(command) => return windows::command(model, command),
        ByContext::OverlayList(command) => return windows::list(model, command),
        ByContext::Reading(command) => return windows::read(model, command),
        ByContext::Extras(command) => return windows::extras(model, command),
    }
    Vec::new()
}

/// A command that works everywhere.
pub fn global(model: &mut Model, command: GlobalCommand) -> Vec<Effect> {
    use GlobalCommand as C;
    match command {
        C::Help => windows::help(model),
        C::Palette => model.overlay = Some(Overlay::Palette(Palette::default())),
        C::NoticeDetail => show_notice(model),
        C::ToggleOrders => {
            model.screen = if model.screen == Screen::Draft { Screen::Orders } else { Screen::Draft };
            if model.screen == Screen::Orders {
                orders::list::shown(model);
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
        C::Attention => orders::list::attention(model),
        C::TakeCall => calls::take(model),
        C::SyncCatalog => {
            let text = model.texts.t("notice.syncing").to_owned();
            model.say(Tone::Done, text);
            return vec![Effect::SyncCatalog];
        }
        C::Language => model.texts = Texts::load(model.texts.lang().next()),
        C::Quit => return quit(model),
        C::Interrupt => return interrupt(model),
    }
    Vec::new()
}

/// A command of the shown draft, whichever step it is at.
pub fn draft_command(model: &mut Model, command: DraftCommand) -> Vec<Effect> {
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
        C::OrderTypeNext => form::order_type::next_order_type(model),
        C::TakePrices => catalog::take_prices(model),
        C::SplitBill => {
            leave_field(model);
            bill::open(model);
        }
        C::DiscardDraft => ask_discard(model),
        C::Tables => model.overlay = Some(Overlay::Tables(Tables::default())),
        C::LetPass => waiver::ask(model),
        C::Send => return send(model),
        C::Undo => return undo::undo(model, true),
        C::Redo => return undo::undo(model, false),
    }
    Vec::new()
}

/// The detail of the message that is shown, else what is wrong now, else the detail of the last message that had one.
fn show_notice(model: &mut Model) {
    let down = words::connection(&model.connection, &model.texts);
    let shown = model.notice.as_ref().and_then(|notice| notice.detail.clone());
    let selected = (model.screen == Screen::Orders).then(|| wording::orders::reason(model)).flatten();
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

/// Sends by way of the review. What is typed as a line belongs to the order: it is taken first, or nothing is sent.
fn send(model: &mut Model) -> Vec<Effect> {
    let at_items = model.slot().is_some_and(|slot| slot.draft().step == Step::Items && !slot.items.in_cart);
    if at_items && items::line::take(model) && (model.overlay.is_some() || has_search(model)) {
        return Vec::new();
    }
    sending::send(model)
}

fn has_search(model: &Model) -> bool {
    model.slot().is_some_and(|slot| !slot.draft().search.is_empty())
}
