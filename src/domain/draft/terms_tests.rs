//! The fee in step with the order, the least sum, and what a manager lets pass.

use rstest::rstest;

use super::*;
use crate::domain::{
    draft::finish::finish,
    shop::area::{Areas, ZipRange},
    testing::{article, draft, shop, takeaway},
    value::moment::Moment,
};

fn here() -> Shop {
    let area = |name: &str, zip: &str, fee: &str, minimum: i64| Area {
        name: name.into(),
        zips: vec![ZipRange::parse(zip).unwrap()],
        fee: fee.into(),
        minimum: Decimal::from(minimum),
        ..Area::default()
    };
    let areas = vec![area("Nah", "22765", "980", 15), area("Fern", "22880", "981", 30), area("Frei", "20095", "", 0)];
    Shop { areas: Areas { areas, ..Areas::default() }, ..shop() }
}

fn fees(number: &str) -> Option<Arc<Article>> {
    match number {
        "980" => Some(article(980, "Lieferung nah", "2.50")),
        "981" => Some(article(981, "Lieferung fern", "4.50")),
        _ => None,
    }
}

/// A delivery of one pizza to this postcode.
fn delivery(zip: &str) -> Draft {
    let mut draft = draft();
    draft.order_type = OrderType::Delivery;
    draft.add(&article(1, "Pizza", "10.50"), Decimal::ONE, "").unwrap();
    draft.fields.insert(Field::Zip, zip.into());
    draft.keep_fee(&here(), fees);
    draft
}

fn names(draft: &Draft) -> Vec<&str> {
    draft.lines.iter().map(|line| &*line.article.name).collect()
}

#[rstest]
#[case("22765", &["Pizza", "Lieferung nah"])]
#[case("22880", &["Pizza", "Lieferung fern"])]
#[case("20095", &["Pizza"])]
#[case("80331", &["Pizza"])]
#[case("2276", &["Pizza"])]
fn the_fee_follows_the_area(#[case] zip: &str, #[case] wanted: &[&str]) {
    assert_eq!(names(&delivery(zip)), wanted);
}

#[test]
fn the_fee_follows_every_change_and_stays_last() {
    let mut draft = delivery("22765");
    let shop = here();
    let line = draft.terms.fee_line.unwrap();
    draft.add(&article(2, "Cola", "3.90"), Decimal::TWO, "").unwrap();
    draft.keep_fee(&shop, fees);
    assert_eq!(names(&draft), ["Pizza", "Cola", "Lieferung nah"]);
    assert_eq!((draft.kitchen_items(), draft.totals(&takeaway()).pieces), (3, Decimal::from(3)), "the fee is no dish");
    draft.fields.insert(Field::Zip, "22880".into());
    draft.keep_fee(&shop, fees);
    assert_eq!((names(&draft)[2], draft.terms.fee_line), ("Lieferung fern", Some(line)), "another fee in its place");
    draft.order_type = OrderType::Pickup;
    draft.keep_fee(&shop, fees);
    assert_eq!(names(&draft), ["Pizza", "Cola"]);
    draft.order_type = OrderType::Delivery;
    draft.keep_fee(&shop, fees);
    assert_eq!(names(&draft)[2], "Lieferung fern");
    let goods: Vec<i64> = draft.lines[..2].iter().map(|line| line.id).collect();
    assert!(goods.into_iter().all(|id| draft.remove(id)));
    draft.keep_fee(&shop, fees);
    assert!(draft.lines.is_empty(), "nobody is charged for nothing: {:?}", names(&draft));
}

#[test]
fn a_fee_that_a_person_takes_away_stays_away() {
    let mut draft = delivery("22765");
    let shop = here();
    draft.remove(draft.terms.fee_line.unwrap());
    draft.keep_fee(&shop, fees);
    // A new line may get the number the fee had.
    draft.add(&article(2, "Cola", "3.90"), Decimal::ONE, "").unwrap();
    draft.fields.insert(Field::Zip, "22880".into());
    draft.keep_fee(&shop, fees);
    assert_eq!(names(&draft), ["Pizza", "Cola"]);
    draft.add(&fees("981").unwrap(), Decimal::ONE, "").unwrap();
    draft.keep_fee(&shop, fees);
    assert!(draft.is_fee(&draft.lines[2]), "until a person wants it after all");
}

#[test]
fn without_the_article_or_the_areas_nothing_happens() {
    let mut draft = delivery("22765");
    let before = draft.clone();
    draft.keep_fee(&here(), |_| None);
    assert_eq!(draft, before);
    let mut other = before.clone();
    other.terms = Terms::default();
    other.lines.truncate(1);
    other.keep_fee(&here(), |_| None);
    assert_eq!(names(&other), ["Pizza"]);
    let mut plain = crate::domain::testing::draft();
    plain.order_type = OrderType::Delivery;
    let before = plain.clone();
    plain.keep_fee(&shop(), fees);
    assert_eq!(plain, before);
}

fn kinds(draft: &Draft, shop: &Shop) -> Vec<ProblemKind> {
    problems(draft, shop, &takeaway()).into_iter().map(|problem| problem.kind).collect()
}

#[test]
fn the_least_sum_counts_what_is_ordered_and_a_manager_lets_it_pass() {
    let (mut draft, shop) = (delivery("22765"), here());
    let kind = ProblemKind::BelowMinimum { missing: Decimal::from(5), minimum: Decimal::from(15) };
    assert_eq!(kinds(&draft, &shop), [kind], "10 of 15, the fee of 2.00 not counted");
    draft.terms.passes.push(Pass::of(kind).unwrap());
    assert!(kinds(&draft, &shop).is_empty());
    draft.fields.insert(Field::Zip, "22880".into());
    assert_eq!(kinds(&draft, &shop).len(), 1, "more is missing than was let pass");
    draft.fields.insert(Field::Zip, "22765".into());
    draft.set_quantity(1, Decimal::TWO);
    assert!(kinds(&draft, &shop).is_empty());
}

#[test]
fn an_address_outside_is_a_problem_only_where_the_shop_says_so() {
    let mut shop = here();
    let mut draft = delivery("80331");
    assert!(kinds(&draft, &shop).is_empty() && draft.reach(&shop) == Reach::Outside);
    shop.areas.outside = Outside::Refuse;
    assert_eq!(kinds(&draft, &shop), [ProblemKind::OutsideArea]);
    let moment = Moment { now: draft.opened_at, zone: jiff::tz::TimeZone::UTC };
    let found = finish(&draft, &shop, &moment).unwrap_err();
    assert!(found.contains(&Problem { spot: Spot::Field(Field::Zip), kind: ProblemKind::OutsideArea }));
    draft.order_type = OrderType::Pickup;
    assert!(kinds(&draft, &shop).is_empty());
}

#[test]
fn what_was_let_pass_is_kept_as_a_text_and_read_again() {
    let slot = civil::date(2026, 5, 4).at(18, 30, 0, 0);
    for pass in [Pass::Minimum(Decimal::new(320, 2)), Pass::Outside, Pass::Closed(slot), Pass::Slot(slot)] {
        assert_eq!(pass.to_string().parse(), Ok(pass));
    }
    for bad in ["", "minimum", "minimum x", "slot 25:00", "outside 1"] {
        assert_eq!(bad.parse::<Pass>(), Err(()), "{bad}");
    }
    let json = serde_json::to_string(&Pass::Slot(slot)).unwrap();
    assert_eq!(serde_json::from_str::<Pass>(&json).unwrap(), Pass::Slot(slot));
}
