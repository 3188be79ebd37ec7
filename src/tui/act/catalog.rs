//! What the desk says of its articles: a new copy of them, what changed, what that means for the lines of open carts.
//! Prices are taken over only when a person asks for it.

use std::sync::Arc;

use crate::{
    desk::DeskError,
    domain::{
        draft::{assortment::Changes, undo::Touch},
        shop::{
            channels::{ChannelFinding, ChannelMatch, KnownChannels},
            menu::MenuFault,
        },
    },
    tui::{
        input::command::Command,
        state::model::{Model, Tone},
        wording::articles::{counts, listing},
    },
    words::{channel_finding, channels_detail, menu_fault},
};

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

/// Says what of the menu file is not fulfilled.
pub fn faults(model: &mut Model, faults: &[MenuFault]) {
    if model.notice.is_none() {
        let text = model.texts.count("notice.menu_faults", faults.len());
        let list: Vec<String> = faults.iter().map(|fault| menu_fault(fault, &model.texts)).collect();
        model.say_detail(Tone::Warn, text, &list.join("\n"));
    }
}

#[cfg(test)]
#[path = "catalog_tests.rs"]
mod tests;
