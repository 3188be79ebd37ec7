//! Opening an order for correction: a refused one as it was, a waiting one by taking it back in the same transaction that
//! keeps its draft. Until that is on disk the order waits as before; nothing here is lost between the two.

use crate::{
    desk::{
        DeskError,
        counter::{Correctable, Correction},
    },
    domain::{
        draft::{
            Draft,
            field::Field,
            problem::{Problem, ProblemKind, Spot},
        },
        value::ids::OrderId,
    },
    ports::journal::{OrderRecord, OrderRow},
    tui::{
        effect::Effect,
        input::command::{Command, FormCommand},
        screens::{
            confirm, form,
            orders::{self, decide::load},
            review,
        },
        state::{
            model::{Model, Screen, Tone},
            orders::Purpose,
            overlay::{Overlay, confirm::Question},
        },
        wording::orders::about,
    },
    words::short_reason,
};

/// Opens the selected order as the draft it came from; asks first where OktoPOS may have it.
pub fn correct(model: &mut Model) -> Vec<Effect> {
    let Some(row) = model.orders.row() else { return Vec::new() };
    match Correctable::of(row) {
        Some(Correctable::AskFirst(order_id)) => {
            let about = about(model, row);
            confirm::ask(model, Question::Correct(order_id), about);
            Vec::new()
        }
        Some(Correctable::Now(order_id)) => start_correction(model, order_id),
        None => refuse(model),
    }
}

/// Reads the order; its answer opens it, whatever is asked for meanwhile.
pub fn start_correction(model: &mut Model, order_id: OrderId) -> Vec<Effect> {
    let pending = &model.orders.pending;
    if pending.iter().any(|pending| pending.purpose == Purpose::Correct && pending.order_id == order_id) {
        return Vec::new();
    }
    load(model, order_id, Purpose::Correct)
}

fn refuse(model: &mut Model) -> Vec<Effect> {
    let text = model.texts.t("notice.cannot_correct").to_owned();
    model.say(Tone::Warn, text);
    Vec::new()
}

/// The order as it is now: one that waits still has to be taken back, which only the journal can do.
pub fn open_correction(model: &mut Model, record: &OrderRecord) -> Vec<Effect> {
    if go_to(model, &record.row.order_id) {
        return Vec::new();
    }
    match model.counter().correction(record) {
        Some(Correction::TakeBack(draft)) => vec![Effect::Reopen(Box::new(draft))],
        Some(Correction::Open(draft)) => {
            show(model, draft, record.row.delivery.reason().unwrap_or_default());
            if let Some(slot) = model.slots.iter_mut().find(|slot| slot.draft().order_id == record.row.order_id) {
                slot.touch();
            }
            Vec::new()
        }
        None => refuse(model),
    }
}

/// The order was taken back and its draft is on disk; or neither, and it is sent as it was.
pub fn reopened(model: &mut Model, draft: Draft, result: Result<Box<OrderRow>, DeskError>) {
    match result {
        Ok(row) => {
            orders::list::changed(model, vec![*row]);
            show(model, draft, "");
        }
        Err(DeskError::SavedUnread(_)) => show(model, draft, ""),
        Err(error) => {
            let text = model.texts.t("notice.not_taken_back").to_owned();
            model.say_error(Tone::Warn, text, &error);
        }
    }
}

/// Shows the draft of this order if it is open.
fn go_to(model: &mut Model, order_id: &OrderId) -> bool {
    let Some(at) = model.slots.iter().position(|slot| slot.draft().order_id == *order_id) else { return false };
    model.overlay = None;
    model.current = at;
    model.screen = Screen::Draft;
    true
}

/// Opens the draft: in front while the list is, else behind what the person went on to, whose keys must not reach it.
fn show(model: &mut Model, draft: Draft, reason: &str) {
    if go_to(model, &draft.order_id) {
        return;
    }
    let is_elsewhere = model.screen != Screen::Orders || !matches!(model.overlay, None | Some(Overlay::Details(_)));
    let (current, screen) = (model.current, model.screen);
    model.push_draft(draft);
    if is_elsewhere {
        (model.current, model.screen) = (current, screen);
        let text = model.texts.fill("notice.correct_behind", &[("key", &model.key_label(Command::NextDraft))]);
        return model.say(Tone::Warn, text);
    }
    model.overlay = None;
    if ask_for_new_time(model) {
        return;
    }
    let text = match reason.is_empty() {
        true => model.texts.fill("notice.correct", &[("key", &model.key_label(Command::Send))]),
        false => model.texts.fill("notice.correct_reason", &[("reason", &short_reason(reason, &model.texts))]),
    };
    model.say(Tone::Warn, text);
}

/// An order whose time has passed is opened where the new one is typed; the old one is gone, and undo brings it back.
fn ask_for_new_time(model: &mut Model) -> bool {
    let passed = |problem: &Problem| problem.kind == ProblemKind::TimePassed && problem.spot == Spot::Field(Field::Due);
    let Some(problem) = model.problems().into_iter().find(passed) else { return false };
    review::act::go_to(model, problem);
    form::act::command(model, FormCommand::ClearField);
    let text = model.texts.fill("notice.new_time", &[("key", &model.key_label(Command::Send))]);
    model.say(Tone::Warn, text);
    true
}
