//! The table of form rows: which fields a step shows, and what can be chosen in them. A new field is one row here.

use jiff::civil;
use rust_decimal::Decimal;

use crate::{
    domain::{
        draft::{TipDraft, field::Field, flow::Step},
        order::OrderType,
        shop::Shop,
        value::due::{ASAP, Due, parse_due, parse_past},
    },
    i18n::Texts,
    tui::state::slot::Slot,
};

/// One row of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// The order type.
    OrderType,
    /// A typed field of the draft.
    Field(Field),
    /// Part of a tip; the position after the last one is the tip to come.
    Tip(usize, TipPart),
}

/// The parts of a tip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TipPart {
    /// `2`, `10%`, `=50`.
    Entry,
    /// Who gets it.
    User,
    /// How it is paid.
    PaidWith,
    /// Its type.
    Kind,
    /// Free text.
    Notice,
}

/// How a row takes what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowInput {
    /// Any text.
    Text,
    /// One of the choices; typing looks for it.
    Choice,
    /// Any text, with choices offered.
    Combo,
}

/// Something that can be chosen: what is kept and what is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What the draft keeps.
    pub token: String,
    /// What the person reads.
    pub label: String,
}

const TIP_PARTS: [TipPart; 5] = [TipPart::Entry, TipPart::User, TipPart::PaidWith, TipPart::Kind, TipPart::Notice];
const ADDRESS: [Field; 5] = [Field::Street, Field::HouseNumber, Field::Zip, Field::City, Field::AdditionalAddress];
const GENDERS: [&str; 3] = ["male", "female", "diverse"];

/// The rows of the step a draft is at, as many as it needs now.
pub fn rows(slot: &Slot) -> Vec<Row> {
    rows_with(slot, slot.more)
}

/// Whether the step has fields that are shown only on demand.
pub fn has_more(slot: &Slot) -> bool {
    rows_with(slot, true).len() != rows_with(slot, false).len()
}

fn rows_with(slot: &Slot, more: bool) -> Vec<Row> {
    let draft = slot.draft();
    let kind = draft.order_type;
    match draft.step {
        Step::Customer => [Field::Phone, Field::FamilyName, Field::GivenName]
            .into_iter()
            .chain(ADDRESS)
            .chain([Field::Email, Field::Gender])
            .map(Row::Field)
            .collect(),
        Step::Place => {
            let primary: Vec<Field> = match kind {
                OrderType::Local => vec![Field::Table, Field::Seat],
                OrderType::Pickup => vec![Field::Due, Field::PickupToken],
                OrderType::Delivery | OrderType::Shipping => [Field::Due].into_iter().chain(ADDRESS).collect(),
            };
            let rest = [
                Field::Table,
                Field::Seat,
                Field::Due,
                Field::PickupToken,
                Field::SessionToken,
                Field::Intermediary,
                Field::OrderStatus,
            ];
            let shown = |field: &Field| more || !slot.text(*field).is_empty();
            let rest = rest.into_iter().filter(|field| !primary.contains(field)).filter(shown);
            std::iter::once(Row::OrderType).chain(primary.iter().copied().chain(rest).map(Row::Field)).collect()
        }
        Step::Tip => tip_rows(slot),
        Step::Payment => {
            let paid = [Field::PaymentReference, Field::PaymentReceived];
            [Field::PaymentMethod, Field::PaymentStatus].into_iter().chain(paid).map(Row::Field).collect()
        }
        Step::Items | Step::Review => Vec::new(),
    }
}

/// Every part of every tip; the last row waits for one more tip.
fn tip_rows(slot: &Slot) -> Vec<Row> {
    let count = slot.draft().tips.len();
    let parts = |tip| TIP_PARTS.map(|part| Row::Tip(tip, part));
    (0..count).flat_map(parts).chain([Row::Tip(count, TipPart::Entry)]).collect()
}

/// The row with the cursor.
pub fn focused(slot: &Slot) -> Option<Row> {
    let rows = rows(slot);
    rows.get(slot.draft().focus.min(rows.len().saturating_sub(1))).copied()
}

/// Where the cursor comes into the step a draft is at: the first row, or past the order type what its order is typed into. The
/// order type is known by then, and would take a number that is meant for the field below it.
pub fn entry(slot: &Slot) -> usize {
    let draft = slot.draft();
    if draft.step != Step::Place {
        return 0;
    }
    let rows = rows(slot);
    let is_wanted = |row: &Row| match (draft.order_type, row) {
        (OrderType::Local | OrderType::Pickup, row) => *row != Row::OrderType,
        (_, Row::Field(Field::AdditionalAddress)) => false,
        (_, Row::Field(field)) => (*field == Field::Due || ADDRESS.contains(field)) && slot.text(*field).is_empty(),
        _ => false,
    };
    rows.iter().position(is_wanted).unwrap_or(1)
}

/// Key of a row's label.
pub fn label_key(row: Row) -> String {
    match row {
        Row::OrderType => "field.order_type".to_owned(),
        Row::Field(field) => format!("field.{}", field_word(field)),
        Row::Tip(_, part) => format!("field.tip_{}", part_word(part)),
    }
}

/// How a row takes what is typed.
pub fn input(row: Row) -> RowInput {
    match row {
        Row::OrderType => RowInput::Choice,
        Row::Field(Field::Gender | Field::PaymentMethod | Field::PaymentStatus | Field::OrderStatus) => {
            RowInput::Choice
        }
        Row::Field(Field::Due) => RowInput::Combo,
        Row::Field(_) => RowInput::Text,
        Row::Tip(_, TipPart::Entry | TipPart::User) => RowInput::Combo,
        Row::Tip(_, TipPart::PaidWith | TipPart::Kind) => RowInput::Choice,
        Row::Tip(_, TipPart::Notice) => RowInput::Text,
    }
}

/// What a row holds.
pub fn value(slot: &Slot, row: Row) -> &str {
    match row {
        Row::OrderType => slot.draft().order_type.token(),
        Row::Field(field) => slot.text(field),
        Row::Tip(at, part) => slot.draft().tips.get(at).map_or("", |tip| tip_part(tip, part)),
    }
}

/// A typed time as short as it can be told from others; `None` for as soon as possible and for what is no time.
pub fn short_time(field: Field, text: &str, shop: &Shop, now: civil::DateTime, texts: &Texts) -> Option<String> {
    let at = match (field, parse_due(text, &shop.time_words, now)) {
        (Field::Due, Some(Due::At(at))) => at,
        (Field::PaymentReceived, _) => parse_past(text, &shop.time_words, now).ok()?,
        _ => return None,
    };
    Some(texts.moment(at, now.date()))
}

/// What can be chosen in a row of this draft: the times the kitchen has room for, else what `offers` says.
pub fn offers_of(slot: &Slot, row: Row, shop: &Shop, texts: &Texts) -> Vec<Offer> {
    if row == Row::Field(Field::Due) && !slot.times.is_empty() {
        return slot.times.clone();
    }
    offers(row, shop, texts)
}

/// What can be chosen in a row; the first is what an empty choice means. Empty for plain text.
pub fn offers(row: Row, shop: &Shop, texts: &Texts) -> Vec<Offer> {
    let configured = |kind: &str, choices: &[crate::domain::shop::Choice]| -> Vec<Offer> {
        let offer = |choice: &crate::domain::shop::Choice| Offer {
            token: choice.token.clone(),
            label: texts.choice(kind, &choice.token, choice.label.as_deref()),
        };
        choices.iter().map(offer).collect()
    };
    let tokens = |kind: &str, tokens: &[&str]| -> Vec<Offer> {
        let offer = |token: &&str| Offer { token: (*token).to_owned(), label: texts.choice(kind, token, None) };
        tokens.iter().map(offer).collect()
    };
    match row {
        Row::OrderType => {
            let offered: Vec<&str> = shop.order_types.iter().map(|rule| rule.order_type.token()).collect();
            tokens("order_type", &offered)
        }
        Row::Field(Field::Gender) => {
            let nothing = Offer { token: String::new(), label: texts.t("word.none").to_owned() };
            std::iter::once(nothing).chain(tokens("gender", &GENDERS)).collect()
        }
        Row::Field(Field::PaymentMethod) | Row::Tip(_, TipPart::PaidWith) => {
            configured("payment", &shop.payment_methods)
        }
        Row::Field(Field::PaymentStatus) => vec![
            Offer { token: shop.payment_open.clone(), label: texts.t("choice.payment_status.open").to_owned() },
            Offer { token: shop.payment_paid.clone(), label: texts.t("choice.payment_status.paid").to_owned() },
        ],
        Row::Field(Field::OrderStatus) => {
            let initial = shop.workflow.rule(&shop.workflow.initial);
            let others = shop.workflow.statuses.iter().filter(|rule| rule.token != shop.workflow.initial);
            let offer = |rule: &crate::domain::order::status::StatusRule| Offer {
                token: rule.token.clone(),
                label: texts.choice("status", &rule.token, rule.label.as_deref()),
            };
            initial.into_iter().chain(others).map(offer).collect()
        }
        Row::Field(Field::Due) => [ASAP, "+15", "+20", "+30", "+45", "+60"]
            .map(|token| Offer {
                token: token.to_owned(),
                label: if token == ASAP { texts.t("word.asap").to_owned() } else { format!("{token} min") },
            })
            .into(),
        Row::Tip(_, TipPart::Entry) => shop.tip_presets.iter().map(|percent| percent_offer(*percent, texts)).collect(),
        Row::Tip(_, TipPart::User) => configured("staff", &shop.staff),
        Row::Tip(_, TipPart::Kind) => configured("tip", &shop.tip_types),
        Row::Field(_) | Row::Tip(_, TipPart::Notice) => Vec::new(),
    }
}

fn percent_offer(percent: Decimal, texts: &Texts) -> Offer {
    let number = percent.normalize();
    Offer { token: format!("{number}%"), label: format!("{} %", texts.number(number)) }
}

/// Part of a tip, to be read.
pub fn tip_part(tip: &TipDraft, part: TipPart) -> &str {
    match part {
        TipPart::Entry => &tip.entry,
        TipPart::User => &tip.user_id,
        TipPart::PaidWith => &tip.paid_with,
        TipPart::Kind => &tip.kind,
        TipPart::Notice => &tip.notice,
    }
}

/// Part of a tip, to be changed.
pub fn tip_part_mut(tip: &mut TipDraft, part: TipPart) -> &mut String {
    match part {
        TipPart::Entry => &mut tip.entry,
        TipPart::User => &mut tip.user_id,
        TipPart::PaidWith => &mut tip.paid_with,
        TipPart::Kind => &mut tip.kind,
        TipPart::Notice => &mut tip.notice,
    }
}

fn part_word(part: TipPart) -> &'static str {
    match part {
        TipPart::Entry => "entry",
        TipPart::User => "user",
        TipPart::PaidWith => "paid_with",
        TipPart::Kind => "kind",
        TipPart::Notice => "notice",
    }
}

/// The word of a field in text keys.
pub fn field_word(field: Field) -> &'static str {
    match field {
        Field::Phone => "phone",
        Field::GivenName => "given_name",
        Field::FamilyName => "family_name",
        Field::Gender => "gender",
        Field::Email => "email",
        Field::Street => "street",
        Field::HouseNumber => "house_number",
        Field::Zip => "zip",
        Field::City => "city",
        Field::AdditionalAddress => "additional_address",
        Field::Table => "table",
        Field::Seat => "seat",
        Field::Due => "due",
        Field::PickupToken => "pickup_token",
        Field::SessionToken => "session_token",
        Field::Intermediary => "intermediary",
        Field::OrderStatus => "order_status",
        Field::PaymentMethod => "payment_method",
        Field::PaymentStatus => "payment_status",
        Field::PaymentReference => "payment_reference",
        Field::PaymentReceived => "payment_received",
    }
}

/// Whether left and right choose in the focused row, instead of moving in its text.
pub fn is_choosing(slot: &Slot, shop: &Shop, texts: &Texts) -> bool {
    focused(slot).is_some_and(|row| match input(row) {
        RowInput::Text => false,
        RowInput::Choice => true,
        RowInput::Combo => {
            let (text, offers) = (value(slot, row), offers_of(slot, row, shop, texts));
            offers.iter().any(|offer| text.is_empty() || offer.token == text)
        }
    })
}

/// The name of what was chosen in the focused row, where the draft keeps another word for it.
pub fn chosen_name(slot: &Slot, row: Row, shop: &Shop, texts: &Texts) -> Option<String> {
    let named = matches!(row, Row::Tip(_, TipPart::User) | Row::Field(Field::Due));
    let text = value(slot, row);
    if !named || !slot.chosen || text.is_empty() {
        return None;
    }
    offers_of(slot, row, shop, texts)
        .into_iter()
        .find(|offer| offer.token == text && offer.label != text)
        .map(|offer| offer.label)
}
