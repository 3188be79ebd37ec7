//! New copies of the articles while orders are being taken.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::{
    desk::{DeskError, catalog::search::Catalog},
    domain::{
        draft::assortment::Changes,
        order::{DistributionChannel, Order},
        shop::article::{Article, ChannelPrice},
    },
    tui::{
        msg::{Msg, Reply},
        testing::{Hands, NOW, at, menu, shop},
    },
};

fn articles(change: impl Fn(Article) -> Option<Article>) -> Vec<Article> {
    let menu = menu();
    (0..).map_while(|at| menu.at(at)).filter_map(|article| change(Article::clone(article))).collect()
}

/// Pizza Hawaii is a euro dearer, and there is no cola any more.
fn changed() -> Vec<Article> {
    articles(|mut article| {
        if &*article.number == "51" {
            for row in Arc::make_mut(&mut article.prices) {
                row.price += Decimal::ONE;
            }
        }
        (&*article.number != "402").then_some(article)
    })
}

fn synced(hands: &mut Hands, new: Vec<Article>, asked: bool) {
    let changes = Box::new(Changes::between(&articles(Some), &new));
    let articles = new.into_iter().map(Arc::new).collect();
    let catalog = Arc::new(Catalog::new(articles, &shop().extras_groups, Some(at(NOW))));
    hands.take(Msg::Reply(Reply::CatalogSynced { catalog, changes, asked }));
}

#[test]
fn a_changed_price_is_shown_and_taken_only_by_a_key() {
    let mut hands = Hands::new();
    hands.enter(&["2*51", "402"]);
    hands.press("f6");
    let before = hands.draft().clone();
    synced(&mut hands, changed(), false);
    assert!(hands.said().contains("2 Zeilen"), "{}", hands.said());
    assert_eq!(*hands.draft(), before, "nothing is repriced by itself");
    hands.press("alt+6");
    assert!(hands.screen().contains("1 Preis hat sich geändert; ^T"), "{}", hands.screen());
    assert!(hands.screen().contains("1 Artikel gibt es nicht mehr"), "{}", hands.screen());
    assert!(hands.screen().contains("nicht mehr im Angebot") && hands.screen().contains("kostet jetzt"));
    let effects = hands.press("ctrl+t");
    assert!(!crate::tui::testing::saved(&effects).is_empty());
    assert!(hands.said().contains("1 neuer Preis"), "{}", hands.said());
    assert!(!hands.screen().contains("kostet jetzt") && hands.screen().contains("nicht mehr im Angebot"));
    hands.press("ctrl+t");
    assert!(hands.said().contains("gelten noch"), "{}", hands.said());
    hands.press("ctrl+z");
    assert_eq!(hands.draft().lines, before.lines, "and it can be taken back");
}

#[test]
fn the_same_article_at_another_price_is_another_line() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    synced(&mut hands, changed(), false);
    hands.enter(&["51"]);
    assert_eq!(hands.cart().len(), 2, "{:?}", hands.cart());
}

#[test]
fn what_changed_is_counted_in_the_message_and_listed_behind_a_key() {
    let mut hands = Hands::new();
    synced(&mut hands, changed(), true);
    assert!(hands.said().contains("1 weg, 1 teurer"), "{}", hands.said());
    hands.press("f10");
    assert!(hands.screen().contains("teurer: 51 Pizza Hawaii (INHOUSE)"), "{}", hands.screen());
    assert!(hands.screen().contains("weg: 402"), "{}", hands.screen());
}

#[test]
fn what_nobody_asked_for_is_quiet() {
    let mut hands = Hands::new();
    synced(&mut hands, articles(Some), false);
    assert_eq!(hands.said(), "", "nothing is different");
    hands.enter(&["51"]);
    let said = hands.said().to_owned();
    synced(&mut hands, changed(), false);
    assert_eq!(hands.said(), said, "the message of the last key stays");
    hands.press("esc");
    let away = || DeskError::Pos(crate::ports::PosError::NotSent { reason: "refused".into() });
    hands.take(Msg::Reply(Reply::CatalogFailed { error: away(), asked: false }));
    assert_eq!(hands.said(), "");
    hands.take(Msg::Reply(Reply::CatalogFailed { error: away(), asked: true }));
    assert!(hands.said().contains("^R"), "{}", hands.said());
    hands.press("esc");
    hands.take(Msg::Reply(Reply::CatalogFailed { error: DeskError::CatalogEmpty, asked: true }));
    synced(&mut hands, articles(Some), true);
    assert!(hands.said().contains("Artikel aus OktoPOS"), "{}", hands.said());
}

#[test]
fn a_channel_that_is_not_there_is_named_with_the_setting() {
    let mut hands = Hands::new();
    let known = |names: &[(i64, &str)]| -> Vec<DistributionChannel> {
        names.iter().map(|(dc_id, name)| DistributionChannel { dc_id: *dc_id, name: (*name).into() }).collect()
    };
    for fine in [known(&[]), known(&[(1, "INHOUSE"), (2, "TAKEAWAY"), (3, "X")]), known(&[(1, ""), (2, "TAKEAWAY")])] {
        hands.take(Msg::Reply(Reply::Channels(fine)));
        assert_eq!(hands.said(), "");
    }
    hands.take(Msg::Reply(Reply::Channels(known(&[(1, "INHOUSE"), (7, "TAKEAWAY")]))));
    let said = hands.said();
    assert!(said.contains("Kanal 2 TAKEAWAY") && said.contains("[[shop.order_types]]"), "{said}");
    assert!(said.contains("Abholung") && !said.contains("im Haus"), "{said}");
    hands.press("f10");
    assert!(hands.screen().contains("7 TAKEAWAY"), "{}", hands.screen());
}

/// The articles of the demo as an instance sells them whose channels are 34 and 35.
fn of_another_instance() -> Vec<Article> {
    articles(|mut article| {
        let prices = article.prices.iter().map(|row| {
            let DistributionChannel { dc_id, name } = DistributionChannel::clone(&row.channel);
            ChannelPrice { channel: Arc::new(DistributionChannel { dc_id: dc_id + 33, name }), ..row.clone() }
        });
        article.prices = prices.collect();
        Some(article)
    })
}

fn order_of(hands: &Hands) -> Order {
    hands.model.counter().check(hands.model.slot().unwrap().typed()).unwrap()
}

#[test]
fn channels_with_other_ids_are_found_by_their_tokens_and_orders_go_through_them() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    synced(&mut hands, of_another_instance(), false);
    let said = hands.said().to_owned();
    assert!(said.contains("34 INHOUSE") && said.contains("1 INHOUSE"), "{said}");
    hands.press("f10");
    assert!(hands.screen().contains("35 TAKEAWAY") && hands.screen().contains("dcId = 35"), "{}", hands.screen());
    hands.press("esc");
    synced(&mut hands, of_another_instance(), false);
    assert!(!hands.said().contains("34"), "said once: {}", hands.said());
    let listed =
        [(34, "INHOUSE"), (35, "TAKEAWAY")].map(|(dc_id, name)| DistributionChannel { dc_id, name: name.into() });
    hands.take(Msg::Reply(Reply::Channels(listed.to_vec())));
    assert!(!hands.said().contains("34"), "the list says the same: {}", hands.said());
    hands.enter(&["402"]);
    hands.press("alt+3");
    hands.type_text("12");
    let order = order_of(&hands);
    let channels: Vec<_> = order.items.iter().filter_map(|item| item.distribution_channel.clone()).collect();
    assert_eq!(channels.iter().map(|it| (it.dc_id, it.name.as_str())).collect::<Vec<_>>(), [(34, "INHOUSE"); 2]);
    assert!(order.items.iter().all(|item| item.price.value > Decimal::ZERO));
    synced(&mut hands, articles(Some), false);
    let order = order_of(&hands);
    let ids: Vec<i64> = order.items.iter().filter_map(|item| Some(item.distribution_channel.as_ref()?.dc_id)).collect();
    assert_eq!(ids, [1, 1], "found anew from the settings, in a draft that is open");
}
