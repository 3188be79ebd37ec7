//! A yes-or-no question before something that cannot be undone. Enter or the first letter of yes means yes.

use crate::{
    desk::live::LiveKey,
    domain::value::ids::OrderId,
    tui::{
        input::key::Key,
        overlay::outcome::Outcome,
        state::{
            model::Model,
            overlay::confirm::{Confirm, Question},
        },
        wording,
    },
};

/// The question as it is asked.
pub fn asked(model: &Model, question: Question, about: String) -> Confirm {
    let effect = if let Question::TakeOver { holder, .. } = &question {
        model.texts.fill("confirm.take_over_effect", &[("whose", &wording::head::whose(model, holder))])
    } else if let Question::Resend(id) = &question {
        let parts = [Some(question.effect(&model.texts)), sender(model, id)];
        parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
    } else {
        question.effect(&model.texts)
    };
    Confirm { question, about, effect }
}

/// The first letter of yes or no in the language shown; every other key is ignored, so that no answer is an accident.
pub fn key(model: &Model, confirm: &Confirm, key: Key) -> Outcome {
    let typed = key.typed().and_then(|typed| typed.to_lowercase().next());
    let is_first = |key: &str| typed.is_some() && typed == model.texts.t(key).chars().next();
    match () {
        () if is_first("word.yes") => Outcome::Confirmed(confirm.question.clone()),
        () if is_first("word.no") => Outcome::Close,
        () => Outcome::Stay,
    }
}

/// The program that might still be sending an order nobody knows about.
fn sender(model: &Model, id: &OrderId) -> Option<String> {
    let row = model.orders.list.find(&LiveKey::Order(id.clone()))?;
    let (program, since) = row.last_sender.as_ref()?;
    let age = since.map(|since| model.texts.age(model.seconds_since(since))).unwrap_or_default();
    Some(model.texts.fill("confirm.resend_sender", &[("program", program), ("age", &age)]))
}
