//! The yes to a question: what is done then, in one exhaustive match. What was asked is on the screen before.

use crate::{
    domain::value::ids::OrderId,
    ports::journal::PersonDecision,
    tui::{
        act::{
            draft::{away, bill, open::discard_draft},
            leaving::{self, leave_all},
            waiver,
        },
        effect::Effect,
        screens::orders,
        state::{model::Model, overlay::confirm::Question},
    },
};

/// Does what was asked for.
pub fn confirmed(model: &mut Model, question: &Question) -> Vec<Effect> {
    let decide = |order_id: &OrderId, decision| vec![Effect::Decide { order_id: order_id.clone(), decision }];
    match question {
        Question::DiscardDraft(_) => discard_draft(model),
        Question::Resend(id) => decide(id, PersonDecision::Resend),
        Question::Arrived(id) => decide(id, PersonDecision::Settle { internal_id: None }),
        Question::Cancel { order_id, .. } => decide(order_id, PersonDecision::Cancel),
        Question::Correct(id) => orders::correct::start_correction(model, id.clone()),
        Question::DropStatus { order_id, .. } => decide(order_id, PersonDecision::DropStatus),
        Question::ReaddressStatus { order_id, base_url, internal_id } => {
            let (base_url, internal_id) = (base_url.clone(), *internal_id);
            decide(order_id, PersonDecision::Readdress { base_url, internal_id })
        }
        Question::TakeOver { order_id, holder, .. } => away::take_over(order_id, holder),
        Question::Leave => leave_all(model),
        Question::LeaveUnsent => leaving::go(model),
        Question::LetPass(passes) => {
            waiver::grant(model, passes);
            Vec::new()
        }
        Question::SendParts(of) => bill::send_all(model, of),
        Question::Readdress { orders, base_url } => {
            let decision = PersonDecision::Readdress { base_url: base_url.clone(), internal_id: None };
            orders.iter().flat_map(|id| decide(id, decision.clone())).collect()
        }
    }
}
