//! Undo and redo, and what they changed in a few words: it is often on no part of the screen.

use std::collections::BTreeSet;

use crate::{
    domain::draft::{Draft, Line, field::Field},
    tui::{
        act::draft::bill,
        effect::Effect,
        state::{
            model::{Model, Tone},
            rows::{Row, label_key},
        },
        wording,
    },
};

/// Parts that are named; the rest is a mark.
const NAMED: usize = 2;

/// Takes the last change back or does it again, and says which it was; of a bill that was split the parts become one.
pub fn undo(model: &mut Model, back: bool) -> Vec<Effect> {
    let Some(slot) = model.slot_mut() else { return Vec::new() };
    let before = slot.draft().clone();
    let done = if back { slot.undo() } else { slot.redo() };
    if done {
        let after = slot.draft().clone();
        let what = if back { words(model, &after, &before) } else { words(model, &before, &after) };
        let text = model.texts.fill(if back { "notice.undone" } else { "notice.redone" }, &[("what", &what)]);
        model.say(Tone::Done, text);
    } else {
        if let Some(effects) = Some(()).filter(|()| back).and_then(|()| bill::undo(model)) {
            return effects;
        }
        let text = model.texts.t(if back { "notice.nothing_to_undo" } else { "notice.nothing_to_redo" }).to_owned();
        model.say(Tone::Warn, text);
    }
    Vec::new()
}

/// What changed on the way from one draft to the other.
fn words(model: &Model, from: &Draft, to: &Draft) -> String {
    let texts = &model.texts;
    let mut parts = lines(model, from, to);
    if from.order_type != to.order_type {
        let kind = texts.choice("order_type", to.order_type.token(), None);
        parts.push(format!("{}: {kind}", texts.t("field.order_type")));
    }
    let fields: BTreeSet<Field> = from.fields.keys().chain(to.fields.keys()).copied().collect();
    let changed = fields.into_iter().filter(|field| from.fields.get(field) != to.fields.get(field));
    parts.extend(changed.map(|field| texts.t(&label_key(Row::Field(field))).to_owned()));
    if from.tips != to.tips {
        parts.push(texts.t("word.tip").to_owned());
    }
    if from.terms.passes != to.terms.passes {
        parts.push(texts.t("undone.pass").to_owned());
    }
    if parts.is_empty() {
        parts.push(texts.t("undone.change").to_owned());
    }
    let more = if parts.len() > NAMED { " …" } else { "" };
    parts.truncate(NAMED);
    format!("{}{more}", parts.join(", "))
}

fn lines(model: &Model, from: &Draft, to: &Draft) -> Vec<String> {
    let texts = &model.texts;
    // The fee follows by itself, and an extra goes with its dish.
    let counts = |line: &&Line| !from.is_fee(line) && !to.is_fee(line);
    let only = |here: &Draft, there: &Draft| -> Vec<String> {
        let is_new = |line: &&Line| there.line(line.id).is_none();
        let alone = |line: &&Line| !line.is_extra() || there.line(line.main).is_some();
        let named = here.lines.iter().filter(counts).filter(is_new).filter(alone);
        named
            .map(|line| format!("{} {}", texts.quantity(line.quantity, &line.article), wording::lines::name(line)))
            .collect()
    };
    let gone = only(from, to).into_iter().map(|line| texts.fill("undone.gone", &[("line", &line)]));
    let both = to.lines.iter().filter(counts).filter_map(|line| Some((from.line(line.id)?, line)));
    let changed = both.filter_map(|(old, new)| {
        let name = wording::lines::name(new);
        let fill = |key: &str| Some(texts.fill(key, &[("name", name)]));
        match () {
            () if old.quantity != new.quantity => {
                let (old, new) = (texts.number(old.quantity), texts.number(new.quantity));
                Some(format!("{name} {old} → {new}"))
            }
            () if old.comment != new.comment => fill("undone.comment"),
            () if old.manual_price != new.manual_price || old.article != new.article => fill("undone.price"),
            () if old.seat != new.seat => fill("undone.seat"),
            () => None,
        }
    });
    only(to, from).into_iter().chain(gone).chain(changed).collect()
}
