//! What the keys of the live list's filters choose next, and what is said where they leave nothing. Each goes round.

use crate::{
    desk::live::LiveFilter,
    domain::order::OrderType,
    tui::{
        input::command::Command,
        state::{
            model::{Model, Tone},
            orders::OrdersState,
        },
        wording::orders::{status_label, status_word},
    },
};

/// Whether less is looked for than what is open, or all of it.
pub fn is_set(orders: &OrdersState) -> bool {
    let LiveFilter { text, delivery, status, order_type, open_only: _ } = orders.list.filter();
    !text.is_empty() || delivery.is_some() || status.is_some() || order_type.is_some()
}

/// Looks for nothing in particular any more.
pub fn clear(orders: &mut OrdersState) {
    orders.filter(|filter| {
        let had_all = !filter.open_only && filter.delivery.is_none() && filter.status.is_none();
        *filter = LiveFilter { open_only: !had_all, ..LiveFilter::default() };
    });
}

/// Why nothing is shown: what is set, each with the key that changes it, and the key that ends all of it.
pub fn nothing_shown(model: &Model) -> Vec<String> {
    let (texts, key) = (&model.texts, |command| model.key_label(command));
    if model.orders.list.total() == 0 {
        return vec![texts.t("orders.none").to_owned()];
    }
    if !is_set(&model.orders) {
        return vec![texts.fill("orders.none_open", &[("key", &key(Command::OrderFilter))])];
    }
    let LiveFilter { text, delivery, status, order_type, open_only: _ } = model.orders.list.filter();
    let status = status.as_ref().map(|word| texts.choice("status", word, status_label(model, word).as_deref()));
    let set = [
        (Command::OrderFilter, delivery.as_ref().map(|word| texts.t(&format!("delivery.{word}")).to_owned())),
        (Command::OrderStatusFilter, status),
        (Command::OrderTypeFilter, order_type.map(|kind| texts.choice("order_type", kind.token(), None))),
        (Command::OrderSearch, Some(texts.quoted(text)).filter(|_| !text.is_empty())),
    ];
    let set = set.into_iter().filter_map(|(command, word)| Some(format!("{} {}", key(command), word?)));
    let set = set.collect::<Vec<_>>().join(" · ");
    vec![
        texts.fill("orders.none_shown", &[("set", &set)]),
        texts.fill("orders.none_shown_way", &[("key", &key(Command::OrderLeave))]),
    ]
}

/// Open, all, unclear, refused, waiting, and round again.
pub fn next_filter(orders: &mut OrdersState) {
    const SEQUENCE: [Option<&str>; 5] = [None, Some("unknown"), Some("rejected"), Some("queued"), Some("accepted")];
    orders.filter(|filter| {
        let at = SEQUENCE.iter().position(|word| *word == filter.delivery.as_deref()).unwrap_or(0);
        if at == 0 && filter.open_only {
            filter.open_only = false;
            return;
        }
        filter.delivery = SEQUENCE[(at + 1) % SEQUENCE.len()].map(str::to_owned);
        filter.open_only = filter.delivery.is_none();
    });
}

/// What is filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Open or not, and the way to OktoPOS.
    State,
    /// The order type.
    Type,
    /// The status.
    Status,
}

/// Says all that a filter can be, the chosen one marked.
pub fn say_choices(model: &mut Model, by: By) {
    let texts = &model.texts;
    let LiveFilter { delivery, status, order_type, open_only, .. } = model.orders.list.filter();
    let all = || texts.t("orders.all").to_owned();
    let choices: Vec<(String, bool)> = match by {
        By::Type => {
            let kinds =
                OrderType::ALL.map(|kind| (texts.choice("order_type", kind.token(), None), *order_type == Some(kind)));
            std::iter::once((all(), order_type.is_none())).chain(kinds).collect()
        }
        By::Status => {
            let tokens = model.shop.workflow.statuses.iter().map(|rule| &rule.token);
            let words = tokens.map(|token| (status_word(model, token), status.as_ref() == Some(token)));
            std::iter::once((all(), status.is_none())).chain(words).collect()
        }
        By::State => {
            let open = (texts.t("orders.open_only").to_owned(), *open_only && delivery.is_none());
            let every = (all(), !*open_only && delivery.is_none());
            let words = ["unknown", "rejected", "queued", "accepted"];
            let words =
                words.map(|word| (texts.t(&format!("delivery.{word}")).to_owned(), delivery.as_deref() == Some(word)));
            [open, every].into_iter().chain(words).collect()
        }
    };
    let words = choices.into_iter().map(|(word, is_on)| if is_on { format!("‹{word}›") } else { word });
    let text = words.collect::<Vec<_>>().join("  ");
    model.say(Tone::Done, text);
}

/// The next order type, and all of them again.
pub fn next_type(orders: &mut OrdersState) {
    orders.filter(|filter| {
        let at = filter.order_type.and_then(|kind| OrderType::ALL.iter().position(|other| *other == kind));
        filter.order_type = OrderType::ALL.get(at.map_or(0, |at| at + 1)).copied();
    });
}

/// The next status of the shop, and all of them again.
pub fn next_status(model: &mut Model) {
    let tokens: Vec<String> = model.shop.workflow.statuses.iter().map(|rule| rule.token.clone()).collect();
    model.orders.filter(|filter| {
        let at = filter.status.as_ref().and_then(|status| tokens.iter().position(|token| token == status));
        filter.status = tokens.get(at.map_or(0, |at| at + 1)).cloned();
        // A finished status is looked for among the finished orders.
        filter.open_only = filter.status.is_none() && filter.delivery.is_none();
    });
}
