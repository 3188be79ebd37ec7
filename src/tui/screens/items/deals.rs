//! Puts dishes, combos and halves into the cart, and says what a combo is called and costs as one thing. Prices come from the
//! domain.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::added;
use crate::{
    domain::{
        article::Article,
        deal::{Block, Deal, HalvesRule, combo_lines, halves_lines},
        draft::{Draft, Line},
        money::cents,
        order::DistributionChannel,
        undo::Touch,
    },
    tui::{
        model::{Model, Tone},
        screens::counts,
    },
};

/// What was asked for, with every answer.
#[derive(Debug, Clone)]
pub struct Whole {
    /// Whether it is a combo or a dish of halves.
    pub deal: Option<Deal>,
    /// How halves are priced.
    pub halves: Option<(HalvesRule, Decimal)>,
    /// The dish and what belongs to the deal, the main one first.
    pub articles: Vec<Arc<Article>>,
    /// Extras at their own prices.
    pub extras: Vec<Arc<Article>>,
    /// So many of the whole.
    pub quantity: Decimal,
    /// For the kitchen.
    pub comment: String,
}

/// Puts it into the cart and says so.
pub fn put(model: &mut Model, whole: &Whole) {
    let channel = model.channel();
    let lines = match (&whole.deal, whole.halves, whole.articles.as_slice()) {
        (Some(Deal::Combo(name)), ..) => {
            let combo = model.catalog.menu().combos.iter().find(|combo| combo.name == *name);
            combo.map(|combo| combo_lines(combo, &whole.articles)).unwrap_or_default()
        }
        (Some(Deal::Halves), Some(rule), [dish, one, other]) => halves_lines(dish, [one, other], rule),
        (_, _, articles) => articles.to_vec(),
    };
    let Some(main) = lines.first() else { return };
    let name = match &whole.deal {
        Some(Deal::Combo(name)) => name.clone(),
        _ => main.name.to_string(),
    };
    if let Some(unsold) = lines.iter().find(|article| article.price_in(&channel).is_none()) {
        let name = if whole.deal.is_some() { name } else { unsold.name.to_string() };
        return super::lines::say_not_sold(model, &name, &channel.name);
    }
    let price: Decimal = lines.iter().filter_map(|article| article.price_in(&channel)).map(|row| row.price).sum();
    let block = Block {
        deal: whole.deal.clone(),
        lines: &lines,
        extras: &whole.extras,
        quantity: whole.quantity,
        comment: &whole.comment,
    };
    let add = |draft: &mut Draft| match (&block.deal, block.extras, block.lines) {
        (None, [], [article]) => draft.add(article, block.quantity, block.comment),
        _ => draft.add_block(&block),
    };
    if counts::refuses(model, add) {
        return;
    }
    let Some(slot) = model.slot_mut() else { return };
    let added_line = slot.change(Touch::Alone, add);
    let Some(id) = added_line else { return super::lines::refuse(model, &name) };
    slot.items.line = Some(id);
    added(model);
    let total = model.texts.money(price * whole.quantity, &model.shop.currency);
    let quantity = model.texts.quantity(whole.quantity, main);
    let text = model.texts.fill("notice.added", &[("n", &quantity), ("name", &name), ("total", &total)]);
    model.say(Tone::Done, text);
}

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
