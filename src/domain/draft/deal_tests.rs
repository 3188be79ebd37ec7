//! Combos and halves: what they cost, how they join, and what a new price does to them.

use proptest::prelude::*;

use super::*;
use crate::domain::{
    draft::{
        again::{Again, Difference, keep_deals},
        field::Field,
        finish::finish,
    },
    order::Item,
    shop::menu::{ComboPart, OptionGroup},
    testing::{article, channel, draft, shop, takeaway},
    value::moment::Moment,
};

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Burger, fries and a drink of another rate, for 14.90 in the house and 13.90 to take away.
fn combo() -> (Menu, Vec<Arc<Article>>) {
    let mut cola = Arc::unwrap_or_clone(article(3, "Cola", "3.90"));
    for row in Arc::make_mut(&mut cola.prices) {
        Arc::make_mut(&mut row.tax).rate = Decimal::from(19);
    }
    cola.group = "Getränke".into();
    let articles = vec![article(1, "Burger", "10.90"), article(2, "Pommes", "3.20"), Arc::new(cola)];
    let part = ComboPart { name: "Getränk".into(), count: 1, choices: vec![], groups: vec!["Getränke".into()] };
    let combo = Combo {
        name: "Burger-Menü".into(),
        prices: [("".into(), dec("14.90")), ("TAKEAWAY".into(), dec("13.90"))].into(),
        articles: vec!["1".into(), "2".into()],
        parts: vec![part],
        ..Combo::default()
    };
    (Menu { combos: vec![combo], ..Menu::default() }, articles)
}

fn with_combo(quantity: i64) -> (Draft, Menu, Vec<Arc<Article>>) {
    let (menu, articles) = combo();
    let lines = combo_lines(&menu.combos[0], &articles);
    let mut draft = draft();
    let deal = Some(Deal::Combo("Burger-Menü".into()));
    draft.add_block(&Block { deal, lines: &lines, extras: &[], quantity: quantity.into(), comment: "" }).unwrap();
    (draft, menu, articles)
}

#[test]
fn a_combo_adds_up_in_every_channel_and_each_part_has_its_own_rate() {
    let (draft, ..) = with_combo(2);
    for (channel, price) in [(channel(), "29.80"), (takeaway(), "27.80")] {
        let totals = draft.totals(&channel);
        assert_eq!(totals.total, dec(price));
        assert_eq!(totals.vat.iter().map(|(rate, ..)| *rate).collect::<Vec<_>>(), [dec("7"), dec("19")]);
        assert_eq!(totals.vat.iter().map(|(_, gross, _)| *gross).sum::<Decimal>(), dec(price));
    }
    let prices: Vec<_> = draft.lines.iter().map(|line| line.article.price_in(&channel()).unwrap().price).collect();
    assert_eq!(prices, [dec("9.02"), dec("2.65"), dec("3.23")], "14.90 x 10.90 / 18.00 and so on");
}

#[test]
fn a_combo_is_one_thing() {
    let (mut draft, _, articles) = with_combo(1);
    let lines: Vec<_> = draft.lines.iter().map(|line| Arc::clone(&line.article)).collect();
    let deal = draft.lines[0].deal.clone();
    let again = Block { deal, lines: &lines, extras: &[], quantity: Decimal::ONE, comment: "" };
    assert_eq!(draft.add_block(&again), Some(1));
    assert!(draft.set_quantity(3, Decimal::from(5)), "a part moves the whole");
    assert_eq!(draft.line(1).unwrap().quantity, Decimal::from(5));
    assert_eq!(draft.add(&articles[0], Decimal::ONE, ""), Some(4), "a burger alone is no combo");
    assert_ne!(
        draft.add_block(&Block { extras: &[(Arc::clone(&articles[1]), Decimal::ONE)], ..again }),
        Some(1),
        "with an extra it is another one"
    );
    let one = draft.split_one(1).unwrap();
    assert_eq!(draft.deal_lines(one).count(), 3);
    assert!(draft.remove(2));
    assert!(draft.line(1).is_none() && draft.line(4).is_some(), "a combo without a part is none");
}

#[test]
fn a_new_price_is_shown_and_taken_as_a_whole() {
    let (mut draft, mut menu, articles) = with_combo(2);
    let find = |id: i64| articles.iter().find(|article| article.id == id).cloned();
    let changes = |draft: &Draft, menu: &Menu| {
        draft.lines.iter().filter_map(|line| change(draft, line, menu, &channel(), find)).collect::<Vec<_>>()
    };
    assert_eq!(changes(&draft, &menu), []);
    menu.combos[0].prices.insert(String::new(), dec("15.90"));
    assert_eq!(changes(&draft, &menu), [LineChange::Price { from: dec("14.90"), to: dec("15.90") }]);
    assert_eq!(take_prices(&mut draft, &menu, &channel(), find), 1);
    assert_eq!((draft.totals(&channel()).total, changes(&draft, &menu)), (dec("31.80"), vec![]));
    let gone = |id: i64| find(id).filter(|_| id != 2);
    assert_eq!(change(&draft, &draft.lines[0], &menu, &channel(), gone), Some(LineChange::Gone));
    menu.combos.clear();
    assert_eq!(changes(&draft, &menu), [LineChange::Gone]);
    assert_eq!(take_prices(&mut draft, &menu, &channel(), find), 0, "what is gone stays as it is");
}

fn halves(rule: HalvesRule, surcharge: &str) -> (Menu, Vec<Arc<Article>>, Draft) {
    let articles =
        vec![article(61, "Pizza halb/halb", "0.00"), article(51, "Hawaii", "10.55"), article(42, "Salami", "9.50")];
    let rule = (rule, dec(surcharge));
    let group = OptionGroup { articles: ["61".into()].into(), halves: Some(rule), ..OptionGroup::default() };
    let lines = halves_lines(&articles[0], [&articles[1], &articles[2]], rule);
    let mut draft = draft();
    let block = Block { deal: Some(Deal::Halves), lines: &lines, extras: &[], quantity: Decimal::TWO, comment: "" };
    draft.add_block(&block).unwrap();
    (Menu { options: vec![group], ..Menu::default() }, articles, draft)
}

#[test]
fn two_halves_cost_what_the_rule_says() {
    for (rule, surcharge, each) in
        [(HalvesRule::Dearer, "0", "10.55"), (HalvesRule::Average, "0", "10.03"), (HalvesRule::Sum, "0.50", "10.53")]
    {
        let (menu, articles, draft) = halves(rule, surcharge);
        assert_eq!(draft.totals(&channel()).total, dec(each) * Decimal::TWO, "{rule:?}");
        let names: Vec<_> = draft.lines.iter().map(|line| &*line.article.name).collect();
        assert_eq!(names, ["Pizza halb/halb", "½ Hawaii", "½ Salami"]);
        let find = |id: i64| articles.iter().find(|article| article.id == id).cloned();
        assert_eq!(change(&draft, &draft.lines[0], &menu, &channel(), find), None);
    }
}

#[test]
fn what_comes_back_from_an_order_is_a_deal_again() {
    let (mut draft, mut menu, _) = with_combo(2);
    let (with_halves, _, of_halves) = halves(HalvesRule::Dearer, "0");
    menu.options = with_halves.options;
    let lines: Vec<_> = of_halves.lines.iter().map(|line| Arc::clone(&line.article)).collect();
    let block = Block { deal: Some(Deal::Halves), lines: &lines, extras: &[], quantity: Decimal::ONE, comment: "" };
    draft.add_block(&block).unwrap();
    draft.add(&article(1, "Burger", "10.90"), Decimal::ONE, "").unwrap();
    let before = draft.clone();
    draft.lines.iter_mut().for_each(|line| line.deal = None);
    recognise(&mut draft, &menu, &channel());
    assert_eq!(draft, before);
    draft.lines.iter_mut().for_each(|line| line.deal = None);
    menu.combos[0].prices.insert(String::new(), dec("15.90"));
    recognise(&mut draft, &menu, &channel());
    assert_eq!(draft.lines[0].deal, None, "at another price nobody can know");
}

proptest! {
    /// Whatever is divided adds up to the cent, and no part is below nothing.
    #[test]
    fn shares_add_up(price in prop_oneof![0i64..20, 0i64..100_000], parts in proptest::collection::vec(prop_oneof![0i64..3, 0i64..10_000], 1..9)) {
        let (price, parts) = (Decimal::new(price, 2), parts.iter().map(|part| Decimal::new(*part, 2)).collect::<Vec<_>>());
        let shares = spread(price, &parts);
        prop_assert_eq!(shares.iter().sum::<Decimal>(), price);
        prop_assert!(shares.iter().all(|share| *share >= Decimal::ZERO && share.scale() <= 2), "{:?}", shares);
    }
}

#[test]
fn what_is_ordered_again_is_a_deal_again_and_costs_what_it_costs_now() {
    let (mut past, mut menu, mut articles) = with_combo(2);
    let (with_halves, of_halves, draft_of_halves) = halves(HalvesRule::Dearer, "0");
    menu.options = with_halves.options;
    let lines: Vec<_> = draft_of_halves.lines.iter().map(|line| Arc::clone(&line.article)).collect();
    let block = Block { deal: Some(Deal::Halves), lines: &lines, extras: &[], quantity: Decimal::ONE, comment: "" };
    past.add_block(&block).unwrap();
    let burger = article(1, "Burger", "10.90");
    past.add(&burger, Decimal::ONE, "").unwrap();
    past.fields.insert(Field::Table, "12".into());
    articles.extend(of_halves);
    let moment = Moment { now: "2026-05-04T15:42:10Z".parse().unwrap(), zone: jiff::tz::TimeZone::UTC };
    let order = finish(&past, &shop(), &moment).unwrap();
    let find = |id: i64| articles.iter().find(|article| article.id == id).cloned();

    let again = |menu: &Menu| {
        let sold = |item: &Item| articles.iter().find(|article| Some(article.id) == item.external_id);
        let again = Again::of(&order, &channel(), sold, |_| false);
        let (mut draft, mut differences) = (draft(), again.differences);
        let added = draft.add_again(&again.dishes);
        keep_deals(&mut draft, &added, &past, menu, &channel(), find, &mut differences);
        (draft, differences)
    };
    let (same, differences) = again(&menu);
    assert_eq!((same.lines, differences), (past.lines.clone(), vec![]));

    menu.combos[0].prices.insert(String::new(), dec("15.90"));
    let (dearer, differences) = again(&menu);
    let (from, to) = (dec("14.90"), dec("15.90"));
    assert_eq!(differences, [Difference::Price { name: "Burger-Menü".into(), from, to }]);
    assert_eq!(dearer.totals(&channel()).total, past.totals(&channel()).total + dec("2"));
}

#[test]
fn ordering_again_leaves_the_combos_alone_that_are_in_the_cart() {
    let (mut draft, mut menu, articles) = with_combo(1);
    let past = draft.clone();
    let find = |id: i64| articles.iter().find(|article| article.id == id).cloned();
    menu.combos[0].prices.insert(String::new(), dec("15.90"));
    // As the past order comes again: another block of the same articles at their own prices.
    let again = Block { deal: None, lines: &articles, extras: &[], quantity: Decimal::ONE, comment: "" };
    let main = draft.add_block(&again).unwrap();
    let added: Vec<i64> = draft.lines.iter().filter(|line| line.main == main).map(|line| line.id).collect();
    keep_deals(&mut draft, &added, &past, &menu, &channel(), find, &mut Vec::new());
    assert_eq!(draft.deal_price(main, &channel()), dec("15.90"));
    assert_eq!(draft.deal_price(1, &channel()), dec("14.90"), "nobody took the new price for it");
}
