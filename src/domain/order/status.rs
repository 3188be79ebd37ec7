//! The status of an order in the house and which may follow which. OktoPOS's words come from configuration.

use serde::{Deserialize, Serialize};

use super::OrderType;

/// The shop's statuses in the order of an order's life.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Workflow {
    /// The status a new order is sent with.
    pub initial: String,
    /// Every status the shop uses.
    pub statuses: Vec<StatusRule>,
}

/// One status and what may follow it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusRule {
    /// OktoPOS's word.
    pub token: String,
    /// What staff read; without it the program's own text for the token, or the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What may follow, the most sensible first.
    #[serde(default)]
    pub next: Vec<String>,
    /// Whether the order is done with this status.
    #[serde(default)]
    pub last: bool,
    /// The letter that sets it; without one a letter of its token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<char>,
    /// Whether it cancels the order: then it has a key of its own and wants a reason. Without it, whether it is `cancelled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancels: Option<bool>,
    /// Order types this status makes sense for; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order_types: Vec<OrderType>,
}

impl StatusRule {
    /// A status of this name, for every order type, that nothing follows.
    pub fn named(token: &str) -> Self {
        Self {
            token: token.to_owned(),
            label: None,
            next: Vec::new(),
            last: false,
            key: None,
            cancels: None,
            order_types: Vec::new(),
        }
    }

    /// Whether it makes sense for orders of this type.
    fn fits(&self, order_type: Option<OrderType>) -> bool {
        self.order_types.is_empty() || order_type.is_none_or(|kind| self.order_types.contains(&kind))
    }

    /// Whether it cancels the order.
    pub fn is_cancel(&self) -> bool {
        self.cancels.unwrap_or(self.token == "cancelled")
    }
}

impl Workflow {
    /// The letter of each status, in their sequence. It depends on the settings alone: whatever an order may become, a letter
    /// means the same. What cancels has none.
    pub fn letters(&self) -> Vec<Option<char>> {
        let mut taken: Vec<char> = self.statuses.iter().filter_map(|rule| rule.key).collect();
        let mut letter = |rule: &StatusRule| {
            if rule.is_cancel() {
                return None;
            }
            if rule.key.is_some() {
                return rule.key;
            }
            let own = rule.token.chars().map(|c| c.to_ascii_lowercase()).filter(char::is_ascii_lowercase);
            let free = own.chain('a'..='z').find(|c| !taken.contains(c))?;
            taken.push(free);
            Some(free)
        };
        self.statuses.iter().map(&mut letter).collect()
    }

    /// The letter of a status.
    pub fn letter(&self, token: &str) -> Option<char> {
        let at = self.statuses.iter().position(|rule| rule.token == token)?;
        self.letters().get(at).copied().flatten()
    }

    /// The status that this letter sets.
    pub fn lettered(&self, letter: char) -> Option<&StatusRule> {
        self.letters().iter().zip(&self.statuses).find(|(own, _)| **own == Some(letter)).map(|(_, rule)| rule)
    }

    /// What cancels an order of this type, if anything does.
    pub fn cancel(&self, order_type: Option<OrderType>) -> Option<&StatusRule> {
        self.statuses.iter().find(|rule| rule.is_cancel() && rule.fits(order_type))
    }

    /// The step that follows by one key: the most sensible one that does not cancel.
    pub fn step(&self, current: Option<&str>, order_type: Option<OrderType>) -> Option<&StatusRule> {
        self.rule(current?)?;
        self.next(current, order_type).into_iter().find(|rule| !rule.is_cancel())
    }

    /// The rule of a status, if the shop knows it.
    pub fn rule(&self, token: &str) -> Option<&StatusRule> {
        self.statuses.iter().find(|rule| rule.token == token)
    }

    /// What may follow `current` for an order of this type, the most sensible first.
    ///
    /// An unknown status may be followed by every status: the shop's list may be behind OktoPOS's.
    pub fn next(&self, current: Option<&str>, order_type: Option<OrderType>) -> Vec<&StatusRule> {
        let fits = |rule: &&StatusRule| rule.fits(order_type);
        match current.and_then(|token| self.rule(token)) {
            Some(rule) => rule.next.iter().filter_map(|token| self.rule(token)).filter(fits).collect(),
            None => self.statuses.iter().filter(fits).filter(|rule| Some(rule.token.as_str()) != current).collect(),
        }
    }

    /// Whether an order with this status is done.
    pub fn is_last(&self, token: &str) -> bool {
        self.rule(token).is_some_and(|rule| rule.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(token: &str, next: &[&str], order_types: &[OrderType]) -> StatusRule {
        StatusRule {
            next: next.iter().map(|&token| token.into()).collect(),
            last: next.is_empty(),
            order_types: order_types.to_vec(),
            ..StatusRule::named(token)
        }
    }

    #[test]
    fn next_follows_the_rules_and_the_order_type() {
        let workflow = Workflow {
            initial: "ready".into(),
            statuses: vec![
                rule("ready", &["on the way", "done"], &[]),
                rule("on the way", &["done"], &[OrderType::Delivery]),
                rule("done", &[], &[]),
            ],
        };
        let next = |current, kind| workflow.next(current, kind).iter().map(|r| r.token.clone()).collect::<Vec<_>>();
        assert_eq!(next(Some("ready"), Some(OrderType::Delivery)), ["on the way", "done"]);
        assert_eq!(next(Some("ready"), Some(OrderType::Local)), ["done"]);
        assert_eq!(next(Some("done"), None), Vec::<String>::new());
        assert_eq!(next(Some("elsewhere"), Some(OrderType::Local)), ["ready", "done"]);
        assert!(workflow.is_last("done") && !workflow.is_last("ready"));
    }

    #[test]
    fn a_letter_means_one_status_whatever_an_order_may_become() {
        let mut workflow = Workflow {
            initial: "ready".into(),
            statuses: ["ready", "prepared", "roasted", "42", "cancelled"].map(StatusRule::named).into(),
        };
        assert_eq!(workflow.letters(), [Some('r'), Some('p'), Some('o'), Some('a'), None]);
        workflow.statuses[3].key = Some('r');
        assert_eq!(workflow.letters(), [Some('e'), Some('p'), Some('o'), Some('r'), None], "what is set comes first");
        assert_eq!(workflow.lettered('r').map(|rule| &*rule.token), Some("42"));
        assert_eq!((workflow.letter("prepared"), workflow.letter("gone")), (Some('p'), None));
        assert!(workflow.letters().into_iter().flatten().all(|letter| letter.is_ascii_lowercase()), "never a number");
        assert_eq!(workflow.cancel(None).map(|rule| &*rule.token), Some("cancelled"));
        workflow.statuses[4].cancels = Some(false);
        assert_eq!(workflow.cancel(None), None);
    }

    #[test]
    fn the_next_step_never_cancels() {
        let workflow = Workflow {
            initial: "ready".into(),
            statuses: vec![
                rule("ready", &["cancelled", "on the way", "done"], &[]),
                rule("on the way", &["cancelled"], &[OrderType::Delivery]),
                rule("done", &[], &[]),
                rule("cancelled", &[], &[]),
            ],
        };
        let step = |current, kind| workflow.step(current, kind).map(|rule| &*rule.token);
        assert_eq!(step(Some("ready"), Some(OrderType::Delivery)), Some("on the way"));
        assert_eq!(step(Some("ready"), Some(OrderType::Local)), Some("done"));
        assert_eq!((step(Some("on the way"), None), step(Some("done"), None)), (None, None));
        assert_eq!((step(Some("unheard of"), None), step(None, None)), (None, None), "nothing is guessed");
    }
}
