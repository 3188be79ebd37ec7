//! One order, whole, with its events. Only shows.

pub mod items;

use jiff::Timestamp;
use unicode_width::UnicodeWidthStr;

use crate::{
    desk::live::LiveRow,
    domain::{
        draft::{field::Field, price::PriceNote},
        order::Order,
        value::text::Clean,
    },
    ports::journal::{EventKind, OrderEvent, OrderRecord},
    tui::{
        input::command::Command,
        overlay::details::items::DetailLine,
        state::{
            model::Model,
            overlay::details::{Details, Subject},
            rows::{Row, label_key},
        },
        widgets::wrap::wrap,
        wording::{self, orders::status_label},
    },
    words::{pass, reason},
};

/// Columns of the window, where there is room.
pub const COLUMNS: u16 = 92;

/// What is shown of an order, line by line; headings are not indented.
pub fn lines(model: &Model, details: &Details) -> Vec<DetailLine> {
    lines_within(model, &details.subject, COLUMNS.min(model.size.0.saturating_sub(4)))
}

/// The same in so many columns.
pub fn lines_within(model: &Model, subject: &Subject, columns: u16) -> Vec<DetailLine> {
    let lines = match subject {
        Subject::Ours(record) => ours(model, record),
        Subject::Foreign(row) => foreign(model, row),
    };
    let columns = usize::from(columns);
    lines.into_iter().flat_map(|line| folded(line, columns)).collect()
}

/// A line as many lines as it takes: why an order needs somebody stands at the end of one. Its amount stays on the first.
fn folded((text, amount): DetailLine, columns: usize) -> Vec<DetailLine> {
    let columns = columns.saturating_sub(amount.width() + 1);
    let indent = text.len() - text.trim_start().len() + 2;
    let amounts = std::iter::once(amount).chain(std::iter::repeat_with(String::new));
    wrap(&text, columns, indent).into_iter().zip(amounts).collect()
}

fn ours(model: &Model, record: &OrderRecord) -> Vec<DetailLine> {
    let texts = &model.texts;
    let OrderRecord { row, order, events, revision: _ } = record;
    let heading = |key: &str| (texts.t(key).to_owned(), String::new());
    let plain = |text: String| (format!("  {}", Clean::new(&text)), String::new());
    let delivery = texts.t(&format!("delivery.{}", row.delivery.word())).to_owned();
    let status = row.status.as_ref().map(|status| label(model, status));
    let mut lines = vec![heading("details.state"), plain(format!("OktoPOS: {delivery}"))];
    lines.extend(row.delivery.internal_id().map(|id| plain(format!("{}: {id}", texts.t("details.internal_id")))));
    lines.extend(row.delivery.reason().map(|why| plain(reason(why, texts))));
    let tried = row.tried.as_ref().map(|why| texts.fill("orders.why_tried", &[("reason", &reason(why, texts))]));
    lines.extend(tried.map(plain));
    let key = model.key_label(Command::OrderArrived);
    lines.extend(row.stray.then(|| plain(texts.fill("orders.why_stray", &[("key", &key)]))));
    lines.extend(status.map(|status| plain(format!("{}: {status}", texts.t("orders.status")))));
    let pending = row.pending_status.as_ref().map(|status| label(model, status));
    lines.extend(pending.map(|status| plain(texts.fill("details.pending", &[("status", &status)]))));
    let tried = row.status_tried.as_ref();
    lines.extend(tried.map(|why| plain(texts.fill("orders.why_tried", &[("reason", &reason(why, texts))]))));
    lines.extend(
        row.status_problem
            .as_ref()
            .map(|why| plain(texts.fill("details.refused", &[("reason", &refused(model, why))]))),
    );
    lines.push(plain(format!("orderId: {}", order.order_id)));
    lines.push(heading("details.items"));
    lines.extend(items::lines(model, order));
    let price = &order.payment.price;
    lines.push((format!("  {}", texts.t("word.total")), texts.money(price.value, &price.currency)));
    for tip in order.tip_transactions.iter().flatten() {
        let paid_with = tip.paid_with.as_ref().map(|token| payment_label(model, token));
        let user = tip.user_id.as_ref().map(|token| staff_label(model, token));
        let who = [&user, &paid_with, &tip.notice].into_iter().flatten().cloned().collect::<Vec<_>>();
        let who = Clean::new(&who.join(", "));
        lines.push((format!("  {} {who}", texts.t("word.tip")), texts.money(tip.amount, &price.currency)));
    }
    lines.push(heading("details.guest"));
    lines.push(plain(when_and_where(model, order)));
    let told =
        row.promised_at.filter(|_| row.due_at.is_none()).map(|at| at.to_zoned(model.moment.zone.clone()).datetime());
    let told = told.map(|at| texts.moment(at, model.moment.local().date()));
    lines.extend(told.map(|time| plain(texts.fill("details.promised", &[("time", &time)]))));
    lines.extend(guest(model, order).into_iter().map(plain));
    lines.push(heading("details.events"));
    lines.extend(events.iter().map(|event| (event_line(model, event), String::new())));
    lines
}

fn label(model: &Model, status: &str) -> String {
    model.texts.choice("status", status, status_label(model, status).as_deref())
}

fn payment_label(model: &Model, token: &str) -> String {
    let choice = model.shop.payment_methods.iter().find(|choice| choice.token == token);
    model.texts.choice("payment", token, choice.and_then(|choice| choice.label.as_deref()))
}

fn staff_label(model: &Model, token: &str) -> String {
    let choice = model.shop.staff.iter().find(|choice| choice.token == token);
    model.texts.choice("staff", token, choice.and_then(|choice| choice.label.as_deref()))
}

/// `Lieferung · heute 18:30 · Code HH01`: order type, place and time as they stand in the order.
fn when_and_where(model: &Model, order: &Order) -> String {
    let texts = &model.texts;
    let mut parts: Vec<String> =
        order.order_type.iter().map(|kind| texts.choice("order_type", kind.token(), None)).collect();
    if let Some(location) = &order.location {
        parts.extend(location.table.map(|table| wording::tables::whole_name(model, table)));
        parts.extend(location.seat.map(|seat| format!("{} {seat}", texts.t("word.seat"))));
    }
    if let Some(pickup) = &order.pickup {
        parts.push(match pickup.timestamp {
            Some(at) if at.date() == model.moment.local().date() => {
                format!("{} {}", texts.t("word.today"), texts.time(at.time()))
            }
            Some(at) => format!("{} {}", texts.date(at.date()), texts.time(at.time())),
            None => texts.t("word.asap").to_owned(),
        });
        parts.extend(pickup.pickup_token.iter().map(|token| format!("{} {token}", texts.t("word.token"))));
    }
    parts.join(" · ")
}

/// Guest, address and payment as they stand in the order.
fn guest(model: &Model, order: &Order) -> Vec<String> {
    let join = |parts: &[&Option<String>]| {
        parts.iter().filter_map(|part| part.as_deref()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let mut lines = Vec::new();
    if let Some(customer) = &order.customer {
        lines.push(join(&[&customer.given_name, &customer.family_name]));
        lines.push(join(&[&customer.phone, &customer.email]));
        if let Some(address) = &customer.address {
            lines.push(join(&[&address.street, &address.house_number]));
            lines.push(join(&[&address.zip, &address.city, &address.additional_address]));
        }
    }
    let payment = &order.payment;
    let method = payment.payment_method.as_ref().map(|token| payment_label(model, token));
    let status = payment.status.as_ref().map(|word| match word {
        word if *word == model.shop.payment_open => model.texts.t("choice.payment_status.open").to_owned(),
        word if *word == model.shop.payment_paid => model.texts.t("choice.payment_status.paid").to_owned(),
        word => word.clone(),
    });
    lines.push(join(&[&method, &status, &payment.reference_id]));
    let labelled = |field, text: &Option<String>| {
        text.as_ref().map(|text| format!("{}: {text}", model.texts.t(&label_key(Row::Field(field)))))
    };
    lines.extend(labelled(Field::Intermediary, &order.intermediary));
    lines.extend(labelled(Field::SessionToken, &order.session_token));
    lines.retain(|line| !line.is_empty());
    lines
}

fn event_line(model: &Model, event: &OrderEvent) -> String {
    let texts = &model.texts;
    let what = texts.t(&format!("event.{}", event.kind.word())).to_owned();
    let detail = match event_detail(model, event) {
        detail if detail.is_empty() => String::new(),
        detail => format!(": {detail}"),
    };
    format!("  {}  {what}{detail}", clock(model, event.at))
}

/// What an event keeps, as staff read it: statuses by their label, reasons in words, everything else as it is.
fn event_detail(model: &Model, event: &OrderEvent) -> String {
    use EventKind as Kind;
    let (detail, words) = (event.detail.as_str(), event.words.as_str());
    let said = || if words.is_empty() { String::new() } else { reason(words, &model.texts) };
    match event.kind {
        Kind::StatusRequested => with_words(label(model, detail), Clean::new(words).into_string()),
        Kind::StatusSet | Kind::StatusSeen => label(model, detail),
        Kind::StatusRefused => with_words(label(model, detail), said()),
        Kind::PriceChanged => match PriceNote::parse(detail) {
            Some(PriceNote { name, from, to }) => {
                format!("{name} {} → {}", model.texts.amount(from), model.texts.amount(to))
            }
            None => Clean::new(detail).into_string(),
        },
        Kind::Overridden => pass(detail, &model.shop, model.moment.local().date(), &model.texts),
        Kind::Requeued | Kind::Again | Kind::Rejected | Kind::Unknown => said(),
        _ => Clean::new(detail).into_string(),
    }
}

/// What the row keeps of a status that was refused: the status and why.
fn refused(model: &Model, problem: &str) -> String {
    match problem.split_once(": ") {
        Some((status, why)) => with_words(label(model, status), reason(why, &model.texts)),
        None => reason(problem, &model.texts),
    }
}

/// A status as the shop calls it, and what was said with it.
fn with_words(status: String, words: String) -> String {
    if words.is_empty() { status } else { format!("{status}: {words}") }
}

fn clock(model: &Model, at: Timestamp) -> String {
    let local = at.to_zoned(model.moment.zone.clone());
    let time = format!("{}:{:02}", model.texts.time(local.time()), local.second());
    if local.date() == model.moment.local().date() {
        time
    } else {
        format!("{} {time}", model.texts.date(local.date()))
    }
}

fn foreign(model: &Model, row: &LiveRow) -> Vec<DetailLine> {
    let texts = &model.texts;
    let heading = |key: &str| (texts.t(key).to_owned(), String::new());
    let plain = |text: String| (format!("  {text}"), String::new());
    let mut lines = vec![heading("details.state"), plain(texts.t("details.foreign").to_owned())];
    lines.extend(row.internal_id.map(|id| plain(format!("{}: {id}", texts.t("details.internal_id")))));
    lines.extend(row.status.as_deref().map(|s| plain(format!("{}: {}", texts.t("orders.status"), label(model, s)))));
    lines.extend(row.order_id.as_ref().map(|id| plain(format!("orderId: {}", Clean::new(id.as_str())))));
    lines.push(heading("details.items"));
    for line in &row.lines {
        let mark = if line.is_extra { "    + " } else { "  " };
        let many = line.quantity.map(|quantity| format!("{} × ", texts.number(quantity))).unwrap_or_default();
        let comment =
            if line.comment.is_empty() { String::new() } else { format!("  {}", texts.quoted(&line.comment)) };
        let price = line.price.as_ref().map(|price| texts.money(price.value, &price.currency)).unwrap_or_default();
        lines.push((format!("{mark}{many}{}{comment}", line.name), price));
    }
    if let Some(total) = row.total {
        lines.push((format!("  {}", texts.t("word.total")), texts.money(total, &row.currency)));
    }
    lines.push(heading("details.guest"));
    let parts = [&row.who, &row.address, &row.pickup_token, &row.intermediary];
    lines.extend(parts.into_iter().filter(|part| !part.is_empty()).map(|part| plain(part.to_string())));
    lines
}
