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
    /// Order types this status makes sense for; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order_types: Vec<OrderType>,
}

impl Workflow {
    /// The rule of a status, if the shop knows it.
    pub fn rule(&self, token: &str) -> Option<&StatusRule> {
        self.statuses.iter().find(|rule| rule.token == token)
    }

    /// What may follow `current` for an order of this type, the most sensible first.
    ///
    /// An unknown status may be followed by every status: the shop's list may be behind OktoPOS's.
    pub fn next(&self, current: Option<&str>, order_type: Option<OrderType>) -> Vec<&StatusRule> {
        let fits = |rule: &&StatusRule| {
            rule.order_types.is_empty() || order_type.is_none_or(|kind| rule.order_types.contains(&kind))
        };
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
            token: token.into(),
            label: None,
            next: next.iter().map(|&token| token.into()).collect(),
            last: next.is_empty(),
            order_types: order_types.to_vec(),
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
}
