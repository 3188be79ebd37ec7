//! What a line of the cart is called and costs: a combo as one thing, a price that a person set beside the own one.

use rust_decimal::Decimal;

use crate::{
    desk::counter::{Question, Questions},
    domain::{
        draft::{Draft, Line, deal::Deal},
        order::DistributionChannel,
        value::money::cents,
    },
    tui::state::model::Model,
};

/// What a line is called: the main line of a combo by the combo's name.
pub fn name(line: &Line) -> &str {
    match &line.deal {
        Some(Deal::Combo(name)) if !line.is_extra() => name,
        _ => &line.article.name,
    }
}

/// What the combo or the halves of a main line cost altogether; `None` for any other line.
pub fn total(draft: &Draft, line: &Line, channel: &DistributionChannel) -> Option<Decimal> {
    let is_deal = line.deal.is_some() && !line.is_extra();
    is_deal.then(|| cents(draft.deal_price(line.id, channel) * line.quantity))
}

/// The first row under a combo's name is its main article, which else would not be named at all.
pub fn main_part(line: &Line) -> Option<&str> {
    matches!(line.deal, Some(Deal::Combo(_))).then_some(&*line.article.name).filter(|_| !line.is_extra())
}

/// What is chosen: `Sauce: Ketchup`.
pub fn answers(questions: &Questions) -> String {
    let answer = |question: &Question| {
        let names: Vec<&str> = question.picked().map(|article| &*article.name).collect();
        format!("{}: {}", question.name, if names.is_empty() { "–".to_owned() } else { names.join(", ") })
    };
    questions.list.iter().map(answer).collect::<Vec<_>>().join(" · ")
}

/// What one unit of a line costs in the channel of the shown draft.
pub fn price_of(model: &Model, line: &Line) -> Decimal {
    line.article.price_in(&model.channel()).map_or(Decimal::ZERO, |row| line.unit_price(row))
}

/// What is said of a line whose price a person set: `Preis 15,00 statt 18,90`.
pub fn mark(model: &Model, line: &Line) -> Option<String> {
    let price = line.manual_price?;
    let own = line.article.price_in(&model.channel())?.price;
    let (price, own) = (model.texts.amount(price), model.texts.amount(own));
    Some(model.texts.fill("cart.own_price", &[("price", &price), ("own", &own)]))
}
