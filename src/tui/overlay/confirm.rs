//! A yes-or-no question before something that cannot be undone. Enter or the first letter of yes means yes.

use crate::{
    domain::ids::OrderId,
    ports::journal::PersonDecision,
    tui::{effect::Effect, key::Key, model::Model, overlay::Overlay},
};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirm {
    /// What happens on yes.
    pub question: Question,
    /// Who or what it is about, cleaned.
    pub about: String,
}

/// What happens on yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Throw the shown draft away.
    DiscardDraft,
    /// Send an unknown order again: it may then exist twice.
    Resend(OrderId),
    /// Say that an unknown order arrived.
    Arrived(OrderId),
    /// Take an order back.
    Cancel(OrderId),
    /// Send everything that waits for another address to the one configured now.
    Readdress {
        /// All of them.
        orders: Vec<OrderId>,
        /// The address configured now.
        base_url: String,
    },
}

impl Question {
    /// Columns for what it is about, whatever that is: a foreign text never moves the border.
    pub fn about_columns(&self) -> u16 {
        if matches!(self, Self::Readdress { .. }) { 70 } else { 40 }
    }

    /// Key of its text under `confirm.`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::DiscardDraft => "discard",
            Self::Resend(_) => "resend",
            Self::Arrived(_) => "arrived",
            Self::Cancel(_) => "cancel",
            Self::Readdress { .. } => "readdress",
        }
    }
}

/// Yes.
pub fn accept(model: &mut Model, confirm: &Confirm) -> Vec<Effect> {
    let decide = |order_id: &OrderId, decision| vec![Effect::Decide { order_id: order_id.clone(), decision }];
    match &confirm.question {
        Question::DiscardDraft => crate::tui::update::discard_draft(model),
        Question::Resend(id) => decide(id, PersonDecision::Resend),
        Question::Arrived(id) => decide(id, PersonDecision::Settle { internal_id: None }),
        Question::Cancel(id) => decide(id, PersonDecision::Cancel),
        Question::Readdress { orders, base_url } => {
            let decision = PersonDecision::Readdress { base_url: base_url.clone() };
            orders.iter().flat_map(|id| decide(id, decision.clone())).collect()
        }
    }
}

/// The first letter of yes or no in the language shown; every other key is ignored, so that no answer is an accident.
pub fn key(model: &mut Model, confirm: &Confirm, key: Key) -> Option<Vec<Effect>> {
    let typed = key.typed()?.to_lowercase().next();
    let first = |key: &str| model.texts.t(key).chars().next();
    if typed == first("word.yes") {
        return Some(accept(model, confirm));
    }
    (typed == first("word.no")).then(Vec::new)
}

/// Asks before it is done.
pub fn ask(model: &mut Model, question: Question, about: String) {
    model.overlay = Some(Overlay::Confirm(Confirm { question, about }));
}
