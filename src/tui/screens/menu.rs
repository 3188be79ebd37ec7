//! What the desk says of its articles: a new copy of them, what changed, what that means for the lines of open carts.
//! Prices are taken over only when a person asks for it.

use std::sync::Arc;

use crate::{
    desk::{DeskError, counter::ChangedLines, event::Connection},
    domain::{
        draft::{
            Line,
            assortment::{Changes, LineChange, Named, PriceChange, articles_of},
            undo::Touch,
        },
        shop::{
            article::Article,
            channels::{ChannelFinding, ChannelMatch, KnownChannels},
            menu::Fault,
        },
    },
    i18n::Texts,
    tui::{
        effect::Effect,
        input::command::Command,
        screens::{counts, items},
        state::{
            model::{Model, Tone},
            slot::Slot,
        },
    },
    words::{channel_finding, channels_detail, menu_fault},
};

/// Changes listed one by one; more are only counted.
const LISTED: usize = 200;

/// Says that the articles were read anew and what is different. What nobody asked for pushes no other message away.
pub fn synced(model: &mut Model, changes: &Changes, asked: bool) {
    let lines = changed_lines(model);
    if !asked && (model.notice.is_some() || changes.is_empty() && lines == 0) {
        return;
    }
    let texts = &model.texts;
    let n = texts.number(model.catalog.len().into());
    let counts = counts(texts, changes);
    let mut text = match counts.is_empty() {
        true => texts.fill("notice.synced", &[("n", &n)]),
        false => texts.fill("notice.synced_changes", &[("n", &n), ("changes", &counts)]),
    };
    let detail = listing(texts, changes);
    let tone = if lines > 0 { Tone::Warn } else { Tone::Done };
    if lines > 0 {
        text = format!("{text} {}", texts.count("notice.changed_lines", lines));
    }
    match detail.is_empty() {
        true => model.say(tone, text),
        false => model.say_detail(tone, text, &detail),
    }
}

/// Looks for the channels of the order types among those OktoPOS has, and says once what is not as the settings say.
pub fn resolve_channels(model: &mut Model) {
    let known = KnownChannels { listed: model.channels_listed.clone(), priced: model.catalog.channels().to_vec() };
    let findings = Arc::make_mut(&mut model.shop).resolve_channels(&known);
    if findings == model.channels_said {
        return;
    }
    if !findings.is_empty() {
        // What a person has to mend comes before what the desk mended itself.
        let is_mended = |finding: &&ChannelFinding| matches!(finding.found, ChannelMatch::ByToken(_));
        let worst = findings.iter().find(|finding| !is_mended(finding)).or(findings.first());
        let same = |finding: &&ChannelFinding| worst.is_some_and(|worst| worst.configured == finding.configured);
        let same: Vec<&ChannelFinding> = findings.iter().filter(same).collect();
        let text = channel_finding(&same, &model.texts);
        let detail = channels_detail(&findings, &known, &model.texts);
        model.say_detail(Tone::Warn, text, &detail);
    }
    model.channels_said = findings;
}

/// Keeps the lines of every open draft in the channel that the shop sells through now.
pub fn keep_channels(model: &mut Model) {
    let shop = Arc::clone(&model.shop);
    model.slots.iter_mut().for_each(|slot| slot.keep_channel(&shop));
}

/// Says that the articles could not be read. Without a person who asked only if waiting does not mend it, or if there are
/// none to work with.
pub fn failed(model: &mut Model, error: &DeskError, asked: bool) {
    model.catalog_loaded = true;
    model.catalog_reading = None;
    let is_worth_it = model.catalog.is_empty() || !error.retryable();
    if asked || (is_worth_it && model.notice.is_none()) {
        let key = model.key_label(Command::SyncCatalog);
        let text = model.texts.fill("notice.catalog_failed", &[("key", &key)]);
        model.say_error(Tone::Warn, text, error);
    }
}

/// `2 neu, 1 weg, 3 teurer`.
fn counts(texts: &Texts, changes: &Changes) -> String {
    let Changes { new, gone, dearer, cheaper, other } = changes;
    let counted = [
        ("change.new", new.len()),
        ("change.gone", gone.len()),
        ("change.dearer", articles_of(dearer)),
        ("change.cheaper", articles_of(cheaper)),
        ("change.changed", other.len()),
    ];
    let named = counted.into_iter().filter(|(_, n)| *n > 0);
    named.map(|(key, n)| format!("{n} {}", texts.t(key))).collect::<Vec<_>>().join(", ")
}

/// Every change on a line of its own.
fn listing(texts: &Texts, changes: &Changes) -> String {
    let name = |article: &Named| format!("{} {}", article.number, article.name).trim().to_owned();
    let plain = |key: &str, list: &[Named]| -> Vec<String> {
        list.iter().map(|article| format!("{}: {}", texts.t(key), name(article))).collect()
    };
    let priced = |key: &str, list: &[PriceChange]| -> Vec<String> {
        let line = |change: &PriceChange| {
            let (from, to) = (texts.amount(change.from), texts.amount(change.to));
            format!("{}: {} ({}) {from} → {to}", texts.t(key), name(&change.article), change.channel.name)
        };
        list.iter().map(line).collect()
    };
    let Changes { new, gone, dearer, cheaper, other } = changes;
    let mut lines = priced("change.dearer", dearer);
    lines.extend(priced("change.cheaper", cheaper));
    lines.extend(plain("change.gone", gone));
    lines.extend(plain("change.new", new));
    lines.extend(plain("change.changed", other));
    let more = lines.len().saturating_sub(LISTED);
    lines.truncate(LISTED);
    if more > 0 {
        lines.push(texts.count("change.more", more));
    }
    lines.join("\n")
}

/// The sentence about the lines of the shown draft whose article changed, for the review; `None` if there are none.
pub fn sentence(model: &Model, slot: &Slot, key: &str) -> Option<String> {
    let ChangedLines { repriced: priced, gone } = model.counter().changed_lines(slot.draft());
    let mut parts = Vec::new();
    if priced > 0 {
        parts.push(model.texts.count("review.repriced", priced).replace("{key}", key));
    }
    if gone > 0 {
        parts.push(model.texts.count("review.gone", gone));
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// The mark of a line in the cart.
pub fn mark(model: &Model, line: &Line) -> Option<String> {
    let texts = &model.texts;
    let change = model.slot().and_then(|slot| model.counter().line_change(slot.draft(), line));
    let Some(change) = change else {
        let few = model.slot().and_then(|slot| model.counter().too_few(slot.draft(), line));
        let left = few.map(|left| texts.fill("cart.left", &[("n", &texts.number(left))]));
        return left.or_else(|| model.is_sold_out(&line.article).then(|| texts.t("cart.sold_out").to_owned()));
    };
    Some(match change {
        LineChange::Gone => texts.t("cart.gone").to_owned(),
        LineChange::Price { to, .. } => texts.fill("cart.new_price", &[("price", &texts.amount(to))]),
        LineChange::Tax { to, .. } => texts.fill("cart.new_tax", &[("rate", &texts.number(to))]),
    })
}

/// Lines in open carts whose article changed.
fn changed_lines(model: &Model) -> usize {
    let counter = model.counter();
    model.slots.iter().map(|slot| counter.changed_lines(slot.draft()).total()).sum()
}

/// Takes the prices of now for the lines of the shown draft, and says from which total to which.
pub fn take_prices(model: &mut Model) {
    let channel = model.channel();
    let Some(slot) = model.slot() else { return };
    let before = slot.draft().totals(&channel).total;
    let (draft, taken) = model.counter().at_current_prices(slot.draft());
    let Some(slot) = model.slot_mut() else { return };
    slot.change(Touch::Alone, |old| *old = draft);
    let after = slot.draft().totals(&channel).total;
    let texts = &model.texts;
    if taken == 0 {
        let text = texts.t("notice.no_new_prices").to_owned();
        return model.say(Tone::Warn, text);
    }
    let money = |value| texts.money(value, &model.shop.currency);
    let text = texts.count("notice.prices_taken", taken);
    let text = text.replace("{from}", &money(before)).replace("{to}", &money(after));
    model.say(Tone::Done, text);
}

/// Takes the chosen article out of the sale or back in: the hit, else the selected line of the cart. A quantity before it
/// says how many there are.
pub fn toggle_sold_out(model: &mut Model) -> Vec<Effect> {
    let Some(slot) = model.slot() else { return Vec::new() };
    let of_line = || slot.items.line.and_then(|id| slot.draft().line(id)).map(|line| line.article.id);
    let of_line = || of_line().and_then(|id| model.catalog.by_id(id));
    let typed = counts::typed(&slot.draft().search);
    let Some(article) = items::chosen(model, slot).or_else(of_line).cloned() else {
        let text = model.texts.t("notice.type_first").to_owned();
        model.say(Tone::Warn, text);
        return Vec::new();
    };
    if let Some(pieces) = typed {
        return counts::set(model, &article, pieces);
    }
    let own = model.slot().map(|slot| &slot.draft().order_id);
    let counter = model.counter();
    let (is_out, said) = (!counter.is_sold_out(own, &article), counter.toggled(own, &article));
    model.sold_out.insert(article.id, said);
    let key = if is_out { "notice.sold_out" } else { "notice.sold_again" };
    let text = model.texts.fill(key, &[("name", &article.name)]);
    model.say(Tone::Done, text);
    vec![Effect::Say { article: article.id, said }]
}

/// Says that an article is sold out, and which key takes it back.
pub fn refuse_sold_out(model: &mut Model, article: &Article) {
    let key = model.key_label(Command::SoldOut);
    let text = model.texts.fill("notice.is_sold_out", &[("name", &article.name), ("key", &key)]);
    model.say(Tone::Alarm, text);
}

/// Says what of the menu file is not fulfilled.
pub fn faults(model: &mut Model, faults: &[Fault]) {
    if model.notice.is_none() {
        let text = model.texts.count("notice.menu_faults", faults.len());
        let list: Vec<String> = faults.iter().map(|fault| menu_fault(fault, &model.texts)).collect();
        model.say_detail(Tone::Warn, text, &list.join("\n"));
    }
}

/// How old the copy is, where that matters: it is older than it should be, or OktoPOS is away.
pub fn age(model: &Model) -> Option<String> {
    let made_at = model.catalog.synced_at?;
    let is_old = model.catalog.old_from.is_some_and(|from| model.moment.now >= from);
    let is_away = matches!(model.connection, Connection::Down { .. } | Connection::KeyRefused { .. });
    let age = model.texts.age(model.seconds_since(made_at));
    (is_old || is_away).then(|| model.texts.fill("items.age", &[("age", &age)]))
}

#[cfg(test)]
#[path = "menu_tests.rs"]
mod tests;
