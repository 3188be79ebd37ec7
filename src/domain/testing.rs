//! Small values for tests of every module. Compiled for tests only.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{
    draft::Draft,
    order::{
        DistributionChannel, OrderType,
        status::{StatusRule, Workflow},
    },
    shop::{
        Choice, OrderTypeRule, Shop, TableRange,
        area::Areas,
        article::{Article, ChannelPrice, TaxRate},
        channels::ResolvedChannels,
        list::ListRules,
        promise::Kitchen,
    },
    value::ids::OrderId,
};

/// INHOUSE.
pub fn channel() -> DistributionChannel {
    DistributionChannel { dc_id: 1, name: "INHOUSE".into() }
}

/// TAKEAWAY.
pub fn takeaway() -> DistributionChannel {
    DistributionChannel { dc_id: 2, name: "TAKEAWAY".into() }
}

/// An article of group "Essen" at this price in the house, 50 cents less to take away, 7 percent.
pub fn article(id: i64, name: &str, price: &str) -> Arc<Article> {
    let price: Decimal = price.parse().unwrap();
    let tax = Arc::new(TaxRate { id: Some(2), rate: Decimal::from(7), code: Some("B".into()) });
    let row = |channel, price| ChannelPrice { channel: Arc::new(channel), price, tax: Arc::clone(&tax) };
    Arc::new(Article {
        id,
        number: id.to_string().into(),
        name: name.into(),
        group: "Essen".into(),
        unit: "Stück".into(),
        prices: [row(channel(), price), row(takeaway(), price - Decimal::new(50, 2))].into(),
        barcode: None,
        price_can_change: false,
    })
}

/// An empty draft of a LOCAL order.
pub fn draft() -> Draft {
    let order_id = OrderId("0190d2f0-0000-7000-8000-000000000001".into());
    Draft::new(order_id, "2026-05-04T15:00:00Z".parse().unwrap(), OrderType::Local)
}

/// A shop with everything configured.
pub fn shop() -> Shop {
    let choice = |token: &str| Choice { token: token.into(), label: None };
    let rule = |token: &str, next: &[&str]| StatusRule {
        next: next.iter().map(|&token| token.into()).collect(),
        last: next.is_empty(),
        ..StatusRule::named(token)
    };
    Shop {
        call_type: None,
        areas: Areas::default(),
        resolved: ResolvedChannels::default(),
        time_words: crate::i18n::time_words(),
        piece_words: crate::i18n::piece_words(),
        hours: crate::domain::shop::hours::Hours::default(),
        kitchen: Kitchen::default(),
        list: ListRules::default(),
        terminal: "Tresen 1".into(),
        currency: "EUR".into(),
        time_zone: "Europe/Berlin".into(),
        country: "DE".into(),
        intermediary: String::new(),
        daily_numbers: false,
        order_types: OrderType::ALL
            .map(|order_type| OrderTypeRule {
                order_type,
                channel: if order_type == OrderType::Local { channel() } else { takeaway() },
            })
            .into(),
        payment_methods: ["CASH", "CREDIT_CARD"].map(choice).into(),
        payment_open: "open".into(),
        payment_paid: "paid".into(),
        tip_presets: [5, 10, 15].map(Decimal::from).into(),
        tip_types: ["PAID", "OPEN"].map(choice).into(),
        staff: ["07", "12"].map(choice).into(),
        tables: vec![TableRange { from: 1, to: 40, seats: 6, area: String::new(), name: String::new() }],
        extras_groups: vec!["Extras".into()],
        workflow: Workflow {
            initial: "ready".into(),
            statuses: vec![
                rule("ready", &["in_preparation", "cancelled"]),
                rule("in_preparation", &["completed", "cancelled"]),
                rule("completed", &[]),
                rule("cancelled", &[]),
            ],
        },
    }
}
