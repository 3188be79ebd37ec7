//! What stands on the page of the review, row by row. Draws nothing.

use rust_decimal::Decimal;

use crate::{
    domain::{
        draft::{cart::Priced, field::Field, finish::tip_amount},
        order::OrderType,
        value::{
            due::{Due, parse_due},
            ids::is_made,
        },
    },
    tui::{
        input::command::Command,
        screens::{
            form,
            review::page::{Loud, Printed, ReviewPage},
        },
        state::{
            model::Model,
            rows::{Row, TipPart, offers, short_time, tip_part},
            slot::Slot,
        },
        wording,
    },
};

/// The page on a body of some size.
pub fn page(model: &Model, slot: &Slot, missing: usize, (columns, rows): (u16, u16)) -> ReviewPage {
    let page = ReviewPage {
        head: head(model, slot),
        moving: cart_lines(model, slot),
        sums: sums(model, slot),
        people: people(model, slot).into_iter().map(|row| vec![row]).collect(),
        ..ReviewPage::default()
    };
    page.laid(columns.saturating_sub(4), usize::from(rows.saturating_sub(below(model, slot, missing) + 1)))
}

/// Rows for what is missing and what has changed.
pub fn below(model: &Model, slot: &Slot, missing: usize) -> u16 {
    u16::try_from(missing).unwrap_or(u16::MAX).clamp(1, 6) + u16::from(changed(model, slot).is_some())
}

/// What is doubtful, and what is different from when it was added.
pub fn changed(model: &Model, slot: &Slot) -> Option<String> {
    let changed = wording::articles::sentence(model, slot, &model.key_label(Command::TakePrices));
    let doubtful = form::problems::warnings(model, slot);
    let changed = doubtful.into_iter().chain(changed).chain(wording::guests::sentence(model, slot));
    let changed = changed.collect::<Vec<_>>().join(" ");
    Some(changed).filter(|text| !text.is_empty())
}

/// That there are rows above and below, and which keys show them.
pub fn more(model: &Model, (above, below): (usize, usize)) -> Option<String> {
    let say = |text: &str, n: usize, command| {
        (n > 0).then(|| model.texts.count(text, n).replace("{key}", &model.key_label(command)))
    };
    let parts = [
        say("review.more_lines", below, Command::ReviewPageDown),
        say("review.lines_above", above, Command::ReviewPageUp),
    ];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    Some(text).filter(|text| !text.is_empty())
}

/// `3 Getränke, 1 Pizza` and where it goes.
fn head(model: &Model, slot: &Slot) -> Vec<Printed> {
    let texts = &model.texts;
    let draft = slot.draft();
    let mut counts: Vec<(&str, Decimal)> = Vec::new();
    for line in draft.ordered() {
        let pieces = if line.quantity.is_integer() { line.quantity } else { Decimal::ONE };
        // A combo is read back as what it is called, anything else by its group.
        let kind =
            if wording::lines::main_part(line).is_some() { wording::lines::name(line) } else { &*line.article.group };
        match counts.iter_mut().find(|(group, _)| *group == kind) {
            Some((_, count)) => *count += pieces,
            None => counts.push((kind, pieces)),
        }
    }
    let name = |group: &str| if group.is_empty() { texts.t("review.pieces").to_owned() } else { group.to_owned() };
    let counts: Vec<String> =
        counts.iter().map(|(group, count)| format!("{} {}", texts.number(*count), name(group))).collect();
    let place = when_and_where(model, slot);
    let counts = if counts.is_empty() { texts.t("cart.empty").to_owned() } else { counts.join(", ") };
    let mut head = vec![(counts, String::new(), Loud::Strong), (place, String::new(), Loud::Strong)];
    if let Some(open) = model.counter().open_table(draft).filter(|open| !open.rounds.is_empty()) {
        let money = |value| texts.money(value, &model.shop.currency);
        let text = texts.count("tables.review", open.rounds.len()).replace("{total}", &money(open.total));
        head.push((text, money(wording::tables::with_draft(model, slot, &open)), Loud::Plain));
    }
    head
}

fn when_and_where(model: &Model, slot: &Slot) -> String {
    let texts = &model.texts;
    let draft = slot.draft();
    let mut parts = vec![texts.choice("order_type", draft.order_type.token(), None)];
    if let Some(table) = Some(slot.text(Field::Table)).filter(|table| !table.is_empty()) {
        let number = model.shop.table_number(table);
        parts.push(number.map_or_else(
            || wording::tables::typed_name(model, table),
            |number| wording::tables::whole_name(model, number),
        ));
    }
    for (field, key) in [(Field::Seat, "word.seat"), (Field::PickupToken, "word.token")] {
        if !slot.text(field).is_empty() {
            parts.push(format!("{} {}", texts.t(key), slot.text(field)));
        }
    }
    let local = model.moment.local();
    match parse_due(slot.text(Field::Due), &model.shop.time_words, local) {
        Some(Due::Asap) if draft.order_type == OrderType::Local && slot.text(Field::Due).is_empty() => {}
        Some(Due::Asap) => parts.push(match model.counter().promise(slot.draft()) {
            Some(promise) => format!("{} {}", texts.t("word.asap"), texts.moment(promise.local, local.date())),
            None => texts.t("word.asap").to_owned(),
        }),
        Some(Due::At(at)) => {
            let today = Some(texts.t("word.today")).filter(|_| at.date() == local.date());
            let parts_of = [today.map(str::to_owned), Some(texts.moment(at, local.date()))];
            parts.push(parts_of.into_iter().flatten().collect::<Vec<_>>().join(" "));
        }
        None => parts.push(slot.text(Field::Due).to_owned()),
    }
    parts.join(" · ")
}

/// Dishes with their extras and comments on their own line each.
fn cart_lines(model: &Model, slot: &Slot) -> Vec<Printed> {
    let texts = &model.texts;
    let channel = model.channel();
    let mut lines: Vec<Printed> = Vec::new();
    let read_back: Vec<i64> = slot.draft().ordered().take(slot.ticked).map(|line| line.id).collect();
    for Priced { line, quantity, row, total } in slot.draft().priced(&channel) {
        let (is_part, total) = (
            line.is_extra() && line.deal.is_some(),
            wording::lines::total(slot.draft(), line, &channel).unwrap_or(total),
        );
        let amount = match row {
            Some(_) if is_part => String::new(),
            Some(_) => texts.amount(total),
            None => texts.t("cart.not_sold").to_owned(),
        };
        let comment =
            if line.comment.is_empty() { String::new() } else { format!("  {}", texts.quoted(&line.comment)) };
        let (name, n) = (wording::lines::name(line), texts.quantity(quantity, &line.article));
        let text = match (line.is_extra(), is_part) {
            _ if slot.draft().is_fee(line) => wording::terms::fee_words(model, slot, line),
            (_, true) => format!("     · {name}{comment}"),
            (true, _) => format!("     + {n} {name}{comment}"),
            (false, _) if read_back.contains(&line.id) => format!("✓{n:>3} {name}{comment}"),
            (false, _) => format!("{n:>4} {name}{comment}"),
        };
        lines.push((text, amount, Loud::Plain));
        lines
            .extend(wording::lines::main_part(line).map(|name| (format!("     · {name}"), String::new(), Loud::Plain)));
        lines.extend(
            wording::lines::mark(model, line).map(|mark| (format!("     {mark}"), String::new(), Loud::Strong)),
        );
        lines.extend(
            wording::articles::mark(model, line).map(|mark| (format!("     ! {mark}"), String::new(), Loud::Strong)),
        );
    }
    lines
}

fn sums(model: &Model, slot: &Slot) -> Vec<Printed> {
    let texts = &model.texts;
    let draft = slot.draft();
    let money = |value| texts.money(value, &model.shop.currency);
    let totals = draft.totals(&model.channel());
    let mut lines = vec![(format!("     {}", texts.t("word.total")), money(totals.total), Loud::Strong)];
    for (rate, gross, vat) in &totals.vat {
        let text = texts.fill("review.vat", &[("rate", &texts.number(*rate)), ("gross", &texts.amount(*gross))]);
        lines.push((format!("     {text}"), texts.amount(*vat), Loud::Dim));
    }
    let mut sum = Decimal::ZERO;
    for (at, tip) in draft.tips.iter().enumerate() {
        let Some(amount) = tip_amount(draft, at, totals.total) else { continue };
        sum += amount;
        let label = |part| {
            let token = tip_part(tip, part);
            let offers = offers(Row::Tip(at, part), &model.shop, texts);
            let chosen = offers.iter().find(|offer| offer.token == token);
            // An empty choice is sent as its first offer, so that is what is read back.
            let chosen = chosen.or_else(|| offers.first().filter(|_| token.is_empty() && part == TipPart::PaidWith));
            chosen.map_or_else(|| token.to_owned(), |offer| offer.label.clone())
        };
        let user = Some(label(TipPart::User)).filter(|user| !user.is_empty());
        let user = user.map(|user| format!("{} {user}", texts.t("field.tip_user"))).unwrap_or_default();
        let details: Vec<String> =
            [user, label(TipPart::PaidWith), tip.notice.clone()].into_iter().filter(|text| !text.is_empty()).collect();
        lines.push((format!("     {} {}", texts.t("word.tip"), details.join(", ")), money(amount), Loud::Plain));
    }
    if !sum.is_zero() {
        lines.push((format!("     {}", texts.t("word.with_tip")), money(totals.total + sum), Loud::Strong));
    }
    lines
}

/// Who it is for, where to, how it is paid: only what was entered.
fn people(model: &Model, slot: &Slot) -> Vec<Printed> {
    let texts = &model.texts;
    let join = |fields: &[Field], gap: &str| {
        let parts: Vec<&str> = fields.iter().map(|field| slot.text(*field)).filter(|text| !text.is_empty()).collect();
        parts.join(gap)
    };
    let name = join(&[Field::GivenName, Field::FamilyName], " ");
    let contact = join(&[Field::Phone, Field::Email], " · ");
    let street = join(&[Field::Street, Field::HouseNumber], " ");
    let town = join(&[Field::Zip, Field::City], " ");
    let both = |parts: [String; 3]| parts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    let guest = both([name, contact, String::new()]);
    let address = both([street, town, slot.text(Field::AdditionalAddress).to_owned()]);
    let choice = |field| {
        let token = slot.text(field);
        let offers = offers(Row::Field(field), &model.shop, texts);
        let at = offers.iter().position(|offer| offer.token == token).unwrap_or(0);
        offers.get(at).map(|offer| offer.label.clone()).unwrap_or_default()
    };
    let status = choice(Field::PaymentStatus);
    let received = slot.text(Field::PaymentReceived);
    let received = short_time(Field::PaymentReceived, received, &model.shop, model.moment.local(), texts)
        .unwrap_or_else(|| received.to_owned());
    let reference = both([slot.text(Field::PaymentReference).to_owned(), received, String::new()]);
    let payment = both([choice(Field::PaymentMethod), status, reference]);
    // A token that comes from the table is nothing to read back: its rounds are named on top. Nor is one the desk made.
    let token = Some(slot.text(Field::SessionToken).trim())
        .filter(|token| !token.is_empty() && !is_made(token) && !model.counter().token_is_of_table(slot.draft()))
        .map(|token| format!("{} {token}", texts.t("field.session_token")));
    let further = both([token.unwrap_or_default(), slot.text(Field::Intermediary).to_owned(), String::new()]);
    [("review.guest", guest), ("review.address", address), ("review.payment", payment), ("review.further", further)]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(key, text)| (format!("{}: {text}", texts.t(key)), String::new(), Loud::Plain))
        .chain(wording::guests::note(model, slot).map(|note| (note, String::new(), Loud::Strong)))
        .collect()
}
