//! Lines as people type them, read with a small menu, taken into a draft, and printed again.

use std::sync::Arc;

use jiff::civil;
use proptest::prelude::*;
use rstest::rstest;
use rust_decimal::Decimal;

use super::*;
use crate::{
    desk::{
        catalog::search::Catalog,
        counter::{NotAdded, tests::House},
    },
    domain::{
        draft::{Draft, TipDraft, field::Field},
        order::OrderType,
        shop::{
            article::Article,
            menu::{Comments, HalvesRule, Menu, OptionGroup},
            stock::Said,
        },
        testing::{article, draft, shop},
    },
};

fn menu() -> Menu {
    let text = |text: &str| text.to_owned();
    let sauce = OptionGroup {
        name: text("Soße"),
        articles: [text("30")].into(),
        min: 1,
        max: 1,
        choices: vec![text("901"), text("902")],
        ..OptionGroup::default()
    };
    let halves = OptionGroup {
        name: text("Hälften"),
        articles: [text("99")].into(),
        min: 2,
        max: 2,
        choices: vec![text("51"), text("42")],
        halves: Some((HalvesRule::Dearer, Decimal::ZERO)),
        ..OptionGroup::default()
    };
    let comments = Comments { all: vec![text("ohne Zwiebeln"), text("gut durch")], ..Comments::default() };
    let names = [(text("co"), text("20")), (text("bm"), text("30"))].into();
    Menu { options: vec![sauce, halves], comments, names, favourites: [text("51")].into(), ..Menu::default() }
}

/// A desk with pizzas, drinks, cheese by weight and extras.
fn house() -> House {
    let named = |id, name: &str| article(id, name, "3.00");
    let mut articles = vec![
        named(51, "Pizza Hawaii"),
        named(42, "Pizza Salami"),
        named(99, "Pizza halb/halb"),
        named(20, "Coca-Cola"),
        named(60, "7 Up"),
        named(30, "Burger-Menü"),
        named(102, "Käse"),
        named(70, "Limo rot"),
        named(71, "Limo gelb"),
        named(900, "extra Käse"),
        named(901, "Ketchup"),
        named(902, "Mayonnaise"),
        named(12, "1/2 Hähnchen"),
    ];
    let change = |articles: &mut Vec<Arc<Article>>, id, change: fn(&mut Article)| {
        let at = articles.iter().position(|article| article.id == id).unwrap();
        change(Arc::make_mut(&mut articles[at]));
    };
    change(&mut articles, 102, |article| article.unit = "kg".into());
    for id in [900, 901, 902] {
        change(&mut articles, id, |article| article.group = "Extras".into());
    }
    for id in [70, 71] {
        change(&mut articles, id, |article| article.barcode = Some("4001".into()));
    }
    let extras = shop().extras_groups;
    let sold = std::collections::HashMap::new();
    House::selling(Catalog::with_menu(articles, &extras, None, Arc::new(menu()), &sold))
}

impl House {
    fn now(&self) -> civil::DateTime {
        self.moment.local()
    }

    /// What a line means, in short: dishes, pieces, and what is not understood.
    fn shown(&self, line: &str) -> String {
        let reading = self.counter().read_line(&draft(), line, self.now());
        let dish = |dish: &ReadDish| {
            let mut text = format!("{}×{}", dish.quantity.normalize(), dish.article.number);
            dish.halves.iter().for_each(|half| text.push_str(&format!("/{}", half.number)));
            dish.extras.iter().for_each(|(count, extra)| text.push_str(&format!(" +{count}×{}", extra.number)));
            if !dish.comment.is_empty() {
                text.push_str(&format!(" #{}", dish.comment));
            }
            text
        };
        let dishes = reading.dishes.iter().map(dish);
        let pieces = reading.pieces.iter().map(|(_, piece)| format!("{piece:?}"));
        let unread = reading.unread.iter().map(|unread| format!("?{}: {:?}", unread.text, unread.why));
        dishes.chain(pieces).chain(unread).collect::<Vec<_>>().join(" | ")
    }

    fn taken(&self, base: &Draft, line: &str) -> Result<Draft, NotAdded> {
        let counter = self.counter();
        let reading = counter.read_line(base, line, self.now());
        assert!(reading.unread.is_empty(), "{line}: {:?}", reading.unread);
        let mut plan = counter.plan_line(base, &reading, self.now())?;
        assert!(plan.asked().is_none(), "{line} leaves a question");
        counter.take_line(&plan).map(|(draft, _)| draft)
    }
}

#[rstest]
#[case("2 co;51 .t12", "2×20 | 1×51 | Table(\"12\")")]
#[case("haw", "1×51")]
#[case("2*51", "2×51")]
#[case("2 x 51", "2×51")]
#[case("2 cola", "2×20")]
#[case("7 up", "1×60")]
#[case("2 7 up", "?2 7 up: Nothing(None)")]
#[case("2x7 up", "2×60")]
#[case("Coca-Cola", "1×20")]
#[case("51 haw", "1×51")]
#[case("12 cola", "?12 cola: Nothing(None)")]
#[case("12x cola", "12×20")]
#[case("51*20", "51×20")]
#[case("51*2", "?51*2: Nothing(Some(\"2x51\"))")]
#[case("51* 20", "51×20")]
#[case("2*20", "2×20")]
#[case("12*9", "?12*9: Nothing(Some(\"9x12\"))")]
#[case("2*5", "?2*5: Nothing(Some(\"51\"))")]
#[case("-2*1", "?2*1: Negative")]
#[case("0,35*102", "0.35×102")]
#[case("350g*käse", "0.35×102")]
#[case("350g käse", "0.35×102")]
#[case("käse", "?käse: NoWeight(\"Käse\")")]
#[case("350g*51", "?350g*51: Quantity(\"Pizza Hawaii\")")]
#[case("0,5*51", "?0,5*51: Quantity(\"Pizza Hawaii\")")]
#[case("4001", "?4001: Several([\"Limo rot\", \"Limo gelb\"])")]
#[case("9999", "?9999: Nothing(None)")]
#[case("zzzz", "?zzzz: Nothing(None)")]
#[case("42/51", "1×99/51/42")]
#[case("2x42/51", "2×99/51/42")]
#[case("42/20", "?42/20: Nothing(None)")]
#[case("\"1/2 Hähnchen\"", "1×12")]
#[case("1/2 hähn", "1×12")]
#[case("51 +käse", "1×51 +1×900")]
#[case("51 +2xkäse +ketch", "1×51 +2×900 +1×901")]
#[case("51 +käse +käse", "?käse: Twice")]
#[case("51;900", "1×51 | ?900: Extra(\"extra Käse\")")]
#[case("51;hlb", "1×51 | ?hlb: Nothing(Some(\"Pizza halb/halb\"))")]
#[case("51 +auto", "?auto: Nothing(None)")]
#[case("bm +mayo", "1×30 +1×902")]
#[case("51 -zwiebel", "1×51 #ohne Zwiebeln")]
#[case("51 -ananas", "1×51 #ohne ananas")]
#[case("51 -zwiebel #gut durch, bitte", "1×51 #ohne Zwiebeln, gut durch, bitte")]
#[case(
    "51 .t12 .s2 .1830 .bar .tip10%",
    "1×51 | Table(\"12\") | Seat(\"2\") | Due(\"1830\") | Payment(\"CASH\") | Tip(\"10%\")"
)]
#[case("51 .abh .+40 .040123456", "1×51 | OrderType(Pickup) | Due(\"+40\") | Phone(\"040123456\")")]
#[case("51 .t12 .t13", "1×51 | Table(\"12\") | ?t13: Twice")]
#[case("51 .xq", "1×51 | ?xq: Nothing(None)")]
#[case("51 .t12 cola", "1×51 | Table(\"12\") | ?cola: BehindPieces")]
#[case(".t12", "Table(\"12\")")]
fn a_line_means(#[case] line: &str, #[case] wanted: &str) {
    let shown = house().shown(line);
    // Which half stands first is the menu's word.
    assert_eq!(shown.replace("/42/51", "/51/42"), wanted);
}

#[test]
fn a_line_becomes_an_order_all_at_once() {
    let house = house();
    let taken = house.taken(&draft(), "2 co;51 +2xkäse -zwiebel;haw .t12 .s2 .1830 .bar .tip2").unwrap();
    let lines: Vec<_> = taken
        .lines
        .iter()
        .map(|line| (&*line.article.number, line.quantity.to_string(), line.main, &*line.comment))
        .collect();
    assert_eq!(
        lines,
        [
            ("20", "2".to_owned(), 1, ""),
            ("51", "1".to_owned(), 2, "ohne Zwiebeln"),
            ("900", "2".to_owned(), 2, ""),
            ("51", "1".to_owned(), 4, "")
        ]
    );
    let field = |field| taken.fields.get(&field).map(String::as_str);
    assert_eq!((field(Field::Table), field(Field::Seat)), (Some("12"), Some("2")));
    assert_eq!(field(Field::Due), Some("04.05.2026 18:30"));
    assert_eq!((field(Field::PaymentMethod), taken.tips[0].entry.as_str()), (Some("CASH"), "2"));
    assert_eq!(taken.order_type, OrderType::Local);
}

#[test]
fn an_extra_never_goes_to_a_dish_that_was_there_before() {
    let house = house();
    let plain = house.taken(&draft(), "51").unwrap();
    let taken = house.taken(&plain, "51 +käse").unwrap();
    assert_eq!(taken.lines.iter().filter(|line| !line.is_extra()).count(), 2);
    assert_eq!(taken.extras_of(1).count(), 0);
    let again = house.taken(&taken, "51 +käse").unwrap();
    assert_eq!(again.lines.iter().filter(|line| !line.is_extra()).count(), 2, "the same with the same joins it");
}

#[test]
fn the_order_type_of_the_line_decides_the_prices_and_the_table_goes() {
    let house = house();
    let at_table = house.taken(&draft(), ".t12").unwrap();
    let taken = house.taken(&at_table, "51 .abh").unwrap();
    assert_eq!(taken.order_type, OrderType::Pickup);
    assert!(!taken.fields.contains_key(&Field::Table));
    let back = house.taken(&taken, ".t7").unwrap();
    assert_eq!((back.order_type, back.fields[&Field::Table].as_str()), (OrderType::Local, "7"));
}

#[test]
fn what_a_line_does_not_answer_is_asked_and_nothing_is_taken_before() {
    let house = house();
    let counter = house.counter();
    let base = draft();
    let reading = counter.read_line(&base, "co;2x bm", house.now());
    let mut plan = counter.plan_line(&base, &reading, house.now()).unwrap();
    let asked = plan.asked().unwrap();
    assert_eq!(asked.questions.current().unwrap().name, "Soße");
    asked.questions.toggle(1).unwrap();
    asked.questions.answer(&counter, &base).unwrap();
    assert!(plan.asked().is_none());
    let (taken, last) = counter.take_line(&plan).unwrap();
    assert_eq!(taken.extras_of(last.unwrap()).map(|line| &*line.article.number).collect::<Vec<_>>(), ["902"]);
    let answered = house.taken(&base, "bm +ketch").unwrap();
    assert_eq!(answered.extras_of(1).map(|line| &*line.article.number).collect::<Vec<_>>(), ["901"]);
}

#[test]
fn a_dish_that_cannot_be_had_stops_the_whole_line() {
    let mut house = house();
    house.said.insert(20, Said::SoldOut(true));
    let counter = house.counter();
    let reading = counter.read_line(&draft(), "51;co", house.now());
    assert_eq!(counter.plan_line(&draft(), &reading, house.now()).unwrap_err(), NotAdded::SoldOut);
    let unread = counter.read_line(&draft(), "51;zzzz", house.now());
    assert_eq!(counter.plan_line(&draft(), &unread, house.now()).unwrap_err(), NotAdded::Nothing);
}

/// Drafts that a line can say.
fn sayable() -> impl Strategy<Value = Draft> {
    let dish = (
        prop_oneof![Just("51"), Just("42"), Just("20"), Just("60")],
        1u32..30,
        prop::sample::subsequence(vec!["900", "901", "902"], 0..3),
        1u32..4,
        prop_oneof![
            Just(""),
            Just("gut durch"),
            Just("ohne Zwiebeln, scharf"),
            Just("bitte + mit - Soße"),
            Just("um 5.30")
        ],
    );
    let dishes = prop::collection::vec(dish, 0..5);
    let fields = (
        prop::option::of(1u32..40),
        prop::option::of(1u32..6),
        prop_oneof![Just(""), Just("asap"), Just("04.05.2026 18:30")],
        prop_oneof![Just(""), Just("CASH"), Just("CREDIT_CARD")],
        prop_oneof![Just(""), Just("040123456"), Just("+4940123456")],
        prop_oneof![Just(""), Just("2,50"), Just("10%"), Just("=50")],
    );
    (dishes, fields, prop::sample::select(OrderType::ALL.to_vec())).prop_map(|(dishes, fields, order_type)| {
        let house = house();
        let mut made = Draft { order_type, ..draft() };
        for (number, quantity, extras, count, comment) in dishes {
            let own = house.catalog.by_number(number).unwrap();
            let extras: Vec<_> = extras
                .into_iter()
                .map(|number| (Arc::clone(house.catalog.by_number(number).unwrap()), Decimal::from(count)))
                .collect();
            made = add(made, own, quantity.into(), &extras, comment);
        }
        let (table, seat, due, payment, phone, tip) = fields;
        let mut put = |field, text: String| {
            if !text.is_empty() {
                made.fields.insert(field, text);
            }
        };
        if order_type == OrderType::Local {
            put(Field::Table, table.map(|n| n.to_string()).unwrap_or_default());
            put(Field::Seat, seat.map(|n| n.to_string()).unwrap_or_default());
        }
        put(Field::Due, due.to_owned());
        put(Field::PaymentMethod, payment.to_owned());
        put(Field::Phone, phone.to_owned());
        if !tip.is_empty() {
            let text = String::new;
            let created = house.moment.now;
            made.tips.push(TipDraft {
                entry: tip.into(),
                user_id: text(),
                paid_with: text(),
                kind: text(),
                notice: text(),
                created,
            });
        }
        made
    })
}

fn add(
    mut draft: Draft,
    dish: &Arc<Article>,
    quantity: Decimal,
    extras: &[(Arc<Article>, Decimal)],
    comment: &str,
) -> Draft {
    if extras.is_empty() {
        draft.add(dish, quantity, comment);
    } else {
        let lines = [Arc::clone(dish)];
        draft.add_block(&crate::domain::draft::deal::Block { deal: None, lines: &lines, extras, quantity, comment });
    }
    draft
}

proptest! {
    #[test]
    fn printed_and_read_again_it_is_the_same_draft(made in sayable()) {
        let house = house();
        let line = house.counter().print_line(&made);
        let line = line.unwrap_or_else(|| panic!("a line says all of it: {made:?}"));
        let again = house.taken(&draft(), &line).unwrap();
        let bare = |draft: &Draft| Draft { order_type: draft.order_type, ..draft.clone() };
        prop_assert!(bare(&again).same_content(&bare(&made)), "{}\n{:?}\n{:?}", line, again, made);
    }

    #[test]
    fn any_text_is_read_and_what_is_understood_can_be_planned(
        line in "([a-z0-9]{0,3}|51|co|bm| |;|\\+|-|\\.|#|\"|x|\\*|t12|käse|,){0,16}|\\PC{0,30}"
    ) {
        let house = house();
        let counter = house.counter();
        let reading = counter.read_line(&draft(), &line, house.now());
        for unread in &reading.unread {
            prop_assert!(line.get(unread.at.clone()).is_some(), "{line:?} {unread:?}");
        }
        let plan = counter.plan_line(&draft(), &reading, house.now());
        prop_assert_eq!(plan.is_err() && reading.unread.is_empty() && !reading.dishes.is_empty(), false, "{}", line);
    }
}

#[test]
fn what_a_line_cannot_say_is_not_printed() {
    let house = house();
    let counter = house.counter();
    let said = house.taken(&draft(), "51").unwrap();
    assert_eq!(counter.print_line(&said).as_deref(), Some("51 .local"));
    let comments = ["a;b", "mit .t12", "\"so\"", " vorn", "x #y"];
    for comment in comments {
        let mut odd = said.clone();
        odd.lines[0].comment = comment.to_owned();
        assert_eq!(counter.print_line(&odd), None, "{comment}");
    }
    let mut named = said.clone();
    named.fields.insert(Field::FamilyName, "Gast".into());
    assert_eq!(counter.print_line(&named), None);
    let mut priced = said;
    priced.lines[0].manual_price = Some(Decimal::ONE);
    assert_eq!(counter.print_line(&priced), None);
}
