//! What is said of an order and of what waits, in the words of the list. Pure: only texts.

use unicode_width::UnicodeWidthStr;

use crate::{
    desk::{
        event::{Connection, Halt, Held},
        live::{LiveKey, LiveRow},
        send::endpoint::Endpoint,
    },
    domain::{
        order::{OrderType, delivery::Delivery},
        value::{reason::demands_pickup, text::Clean},
    },
    tui::{
        input::command::Command,
        state::{model::Model, overlay::status::StatusTarget},
        wording,
    },
    words::{self, sentence, short_reason},
};

/// `Tisch 5`, or the order type.
pub fn kind_of(model: &Model, row: &LiveRow, kind: OrderType) -> String {
    match row.table.filter(|_| kind == OrderType::Local) {
        Some(table) => wording::tables::name(model, table),
        None => model.texts.choice("order_type", kind.token(), None),
    }
}

/// Token, guest, address, seat, platform: what is known, the most useful first.
pub fn who(model: &Model, row: &LiveRow) -> String {
    let seat = row.seat.map(|seat| format!("{} {seat}", model.texts.t("word.seat"))).unwrap_or_default();
    let parts = [&*row.pickup_token, &*row.who, &*row.address, &seat, &*row.intermediary];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "–".to_owned() } else { parts.join(" · ") }
}

/// Where it goes and to whom: `Tisch 12 · Platz 2`, `Lief. Muster`, `HH07 · Gast`, `Webshop · W01`.
pub fn place(model: &Model, row: &LiveRow, columns: u16) -> String {
    let texts = &model.texts;
    let table = row.table.filter(|_| row.order_type.is_none_or(|kind| kind == OrderType::Local));
    let seat = row.seat.map(|seat| format!("{} {seat}", texts.t("word.seat"))).unwrap_or_default();
    let from = match (row.foreign, row.intermediary.is_empty()) {
        (true, true) => texts.t("orders.foreign"),
        (true, false) => &row.intermediary,
        (false, _) => "",
    };
    let via = if row.foreign { "" } else { &*row.intermediary };
    let parts = [from, &row.pickup_token, &row.who, &seat, &row.address, via];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let who = parts.join(" · ");
    if let Some(table) = table {
        // A name that is cut off could be that of the next table.
        let name = Some(wording::tables::name(model, table)).filter(|name| name.width() < usize::from(columns));
        let name = name.unwrap_or_else(|| format!("{} {table}", texts.t("word.table")));
        return [name, who].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    }
    // A code is said by who fetches it; where it came from says more than how it goes.
    let has_name = !from.is_empty() || !row.pickup_token.is_empty();
    let kind = row.order_type.filter(|_| !has_name || who.is_empty());
    let kind = kind.map(|kind| texts.t(&format!("short.{}", kind.token().to_lowercase())).to_owned());
    let words: Vec<String> = kind.into_iter().chain([who]).filter(|part| !part.is_empty()).collect();
    if words.is_empty() { "–".to_owned() } else { words.join(" ") }
}

/// An order in a few words: number, guest, sum. Bounded, so that what is said of it is never what is cut off.
pub fn name(model: &Model, row: &LiveRow) -> String {
    let total = row.total.map(|total| model.texts.money(total, &row.currency));
    std::iter::once(short_name(model, row)).chain(total).collect::<Vec<_>>().join(" · ")
}

/// Number and guest.
fn short_name(model: &Model, row: &LiveRow) -> String {
    let number = row.internal_id.map(|id| format!("{} {id}", model.texts.t("orders.number")));
    let number = number.or_else(|| row.order_id.as_ref().map(|id| id.short().to_owned()));
    let who = Some(Clean::bounded(&row.who, 20).into_string()).filter(|who| !who.is_empty());
    [number, who].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Which order a question is about: what the list shows of it, so that the person sees which row is meant.
pub fn about(model: &Model, row: &LiveRow) -> String {
    let texts = &model.texts;
    let number = row.internal_id.map(|id| format!("{} {id}", texts.t("orders.number")));
    let kind = row.order_type.map(|kind| kind_of(model, row, kind));
    let due = row.due_at.map(|at| at.to_zoned(model.moment.zone.clone()));
    let due = due.map_or_else(
        || texts.t("orders.asap").to_owned(),
        |at| match at.date() == model.moment.local().date() {
            true => texts.time(at.time()),
            false => format!("{} {}", texts.date(at.date()), texts.time(at.time())),
        },
    );
    let total = row.total.map(|total| texts.money(total, &row.currency));
    let who = Some(who(model, row)).filter(|who| who != "–");
    [number, kind, Some(due), total, who].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// A status that was asked for, with the order it is for: by the time it is recorded the cursor may be on another.
pub fn status_asked(model: &Model, of: &StatusTarget, status: &str, waits: Option<String>) -> String {
    let list = &model.orders.list;
    let (row, other) = match of {
        StatusTarget::Ours(id) => (list.find(&LiveKey::Order(id.clone())), id.short().to_owned()),
        StatusTarget::Foreign(id) => (list.rows().find(|row| row.internal_id == Some(*id)), id.to_string()),
    };
    let order = row.map_or(other, |row| short_name(model, row));
    let label = model.texts.choice("status", status, status_label(model, status).as_deref());
    let key = if waits.is_some() { "notice.status_waits" } else { "notice.status_requested" };
    let waits = waits.unwrap_or_default();
    model.texts.fill(key, &[("order", &order), ("status", &label), ("waits", &waits)])
}

/// Why a status was refused: the status as the shop calls it, and the reason in words. The journal keeps `status: reason`.
pub fn status_problem(model: &Model, why: &str) -> String {
    let label = |status: &str| model.texts.choice("status", status, status_label(model, status).as_deref());
    match why.split_once(": ").filter(|(status, _)| !status.contains(' ')) {
        Some((status, why)) => format!("{}: {}", label(status), short_reason(why, &model.texts)),
        None => short_reason(why, &model.texts),
    }
}

/// Why the selected order needs a person, whole: what OktoPOS said of it, or of its status.
pub fn reason(model: &Model) -> Option<String> {
    reason_of(model, model.orders.row()?)
}

/// The same of any order.
pub fn reason_of(model: &Model, row: &LiveRow) -> Option<String> {
    let of_order = row.delivery.as_ref().and_then(Delivery::reason).map(|said| match demands_pickup(said) {
        true => format!("{} {}", sentence(said), model.texts.t("hint.demands_pickup")),
        false => said.to_owned(),
    });
    of_order.or_else(|| row.status_problem.as_ref().map(|why| status_problem(model, why)))
}

/// What keeps the outbox from sending now, in words; `None` if nothing is known to.
pub fn waits(model: &Model) -> Option<String> {
    let of_outbox = |endpoint: &Option<Endpoint>| endpoint.is_none_or(Endpoint::is_of_outbox);
    let key = match (&model.outbox.halted, &model.connection) {
        (Some(Halt::KeyRefused { .. }), _) => "notice.waits_key",
        (Some(Halt::Throttled { .. }), _) => "notice.waits_pause",
        (Some(Halt::OtherSender { holder: Some(holder) }), _) if holder.is_stopped => "notice.waits_stopped",
        (Some(Halt::OtherSender { .. }), _) => "notice.waits_other",
        (Some(Halt::NoLock { .. }), _) => "notice.waits_lock",
        (Some(Halt::Journal { .. }), _) => "notice.waits_journal",
        (None, Connection::KeyRefused { only, .. }) if of_outbox(only) => "notice.waits_key",
        (None, Connection::Down { .. }) => "notice.waits_connection",
        (None, Connection::Failing { endpoint, .. }) if endpoint.is_of_outbox() => "notice.waits_failing",
        (None, _) => return None,
    };
    let until = match &model.outbox.halted {
        Some(Halt::Throttled { until }) => words::second(*until, &model.moment.zone),
        _ => String::new(),
    };
    Some(model.texts.fill(key, &[("until", &until), ("now", &try_now(model))]))
}

/// Why the outbox as a whole stands still, and the key that ends a pause.
pub fn halted(model: &Model, halt: &Halt) -> String {
    words::halt(halt, &model.moment, &try_now(model), &model.texts)
}

fn try_now(model: &Model) -> String {
    model.texts.fill("halt.try_now_key", &[("key", &model.key_label(Command::OrderPoll))])
}

/// A status as it is shown.
pub fn status_word(model: &Model, status: &str) -> String {
    model.texts.choice("status", status, status_label(model, status).as_deref())
}

/// The shop's label of a status, if it has one.
pub fn status_label(model: &Model, status: &str) -> Option<String> {
    model.shop.workflow.rule(status).and_then(|rule| rule.label.clone())
}

/// The same of any order.
pub fn why(model: &Model, row: &LiveRow) -> Option<String> {
    let texts = &model.texts;
    if row.stray {
        let key = model.key_label(Command::OrderArrived);
        return Some(texts.fill("orders.why_stray", &[("key", &key)]));
    }
    let is_accepted = matches!(row.delivery, Some(Delivery::Accepted { .. }));
    match (&row.held, row.delivery.as_ref().and_then(Delivery::reason), &row.status_problem) {
        (Some(Held::DuePassed { .. }), ..) => {
            let key = model.key_label(Command::OrderCorrect);
            Some(texts.fill("orders.why_due", &[("key", &key)]))
        }
        (Some(Held::OtherAddress { base_url, .. }), ..) if is_accepted => {
            let (key, drop) = (model.key_label(Command::OrderResend), model.key_label(Command::OrderCancel));
            let parts = [("url", &**base_url), ("key", &*key), ("drop", &*drop)];
            Some(texts.fill("orders.why_status_address", &parts))
        }
        (Some(Held::OtherAddress { base_url, .. }), ..) => {
            let key = model.key_label(Command::OrderResend);
            Some(texts.fill("orders.why_address", &[("url", base_url), ("key", &key)]))
        }
        (None, Some(reason), _) => Some(short_reason(reason, texts)),
        (None, None, Some(why)) => {
            let (why, key) = (status_problem(model, why), model.key_label(Command::OrderCancel));
            Some(texts.fill("orders.why_status", &[("reason", &why), ("key", &key)]))
        }
        (None, None, None) => {
            let told = |key: &str, why: &str| texts.fill(key, &[("reason", &short_reason(why, texts))]);
            let tried = row.tried.as_ref().map(|why| told("orders.why_tried", why));
            tried.or_else(|| row.status_tried.as_ref().map(|why| told("orders.why_status_tried", why)))
        }
    }
}
