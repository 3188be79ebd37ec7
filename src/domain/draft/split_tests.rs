//! Splitting and putting together: nothing is lost, nothing doubled, not a cent moves.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::domain::testing::{article, channel, draft};

fn ids() -> Vec<OrderId> {
    (2..12).map(|n| OrderId(format!("part-{n}"))).collect()
}

fn total(draft: &Draft) -> Decimal {
    draft.totals(&channel()).total
}

/// Three colas and two pizzas with cheese.
fn party() -> Draft {
    let mut draft = draft();
    draft.add(&article(1, "Cola", "3.90"), Decimal::from(3), "").unwrap();
    let pizza = draft.add(&article(2, "Pizza", "10.50"), Decimal::TWO, "gut durch").unwrap();
    draft.add_extra(pizza, &article(3, "Käse", "1.50"), Decimal::ONE).unwrap();
    draft
}

fn texts(draft: &Draft) -> Vec<String> {
    draft.lines.iter().map(|line| format!("{} {}", line.quantity, line.article.name)).collect()
}

fn parted(split: &Split, by: By) -> Vec<Draft> {
    split.drafts(by, "session", &ids(), &channel()).unwrap()
}

#[test]
fn pieces_go_one_by_one_and_extras_stay_with_their_dish() {
    let whole = party();
    let mut split = Split::new(&whole);
    let (cola, pizza) = (whole.lines[0].id, whole.lines[1].id);
    split.put(cola, 1, &channel()).unwrap();
    split.put(pizza, 1, &channel()).unwrap();
    split.put(cola, 2, &channel()).unwrap();
    split.put_all(pizza, 2);
    let parts = parted(&split, By::Seat);
    let lines: Vec<_> = parts.iter().map(texts).collect();
    assert_eq!(lines, [vec!["1 Cola", "1 Pizza", "1 Käse"], vec!["1 Cola", "1 Pizza", "1 Käse"], vec!["1 Cola"]]);
    assert!(parts[..2].iter().all(|part| part.lines[1].comment == "gut durch"));
    let seat = |part: &Draft| part.fields.get(&Field::Seat).cloned();
    assert_eq!(parts.iter().map(seat).collect::<Vec<_>>(), [Some("1".into()), Some("2".into()), None]);
    assert!(parts.iter().all(|part| part.fields[&Field::SessionToken] == "session"));
    assert_eq!((&parts[0].order_id, &parts[1].order_id), (&whole.order_id, &ids()[0]));
    assert_eq!(split.sums(&channel()).iter().map(|(part, _)| *part).collect::<Vec<_>>(), [1, 2, 0]);
}

#[test]
fn the_same_dish_twice_in_a_part_is_one_line_there() {
    let whole = party();
    let mut split = Split::new(&whole);
    let cola = whole.lines[0].id;
    for _ in 0..2 {
        split.put(cola, 1, &channel()).unwrap();
    }
    let parts = parted(&split, By::Item);
    assert_eq!((texts(&parts[0]), parts[1].lines.len()), (vec!["2 Cola".into()], 3));
    split.put_all(cola, 1);
    assert_eq!(texts(&parted(&split, By::Item)[0]), ["3 Cola"]);
}

#[test]
fn one_part_is_no_split_and_too_few_ids_make_none() {
    let mut split = Split::new(&party());
    assert_eq!(split.drafts(By::Item, "t", &ids(), &channel()), None);
    split.put(1, 1, &channel()).unwrap();
    assert_eq!(split.drafts(By::Item, "t", &[], &channel()), None);
}

#[test]
fn what_is_weighed_and_what_has_part_cents_is_moved_whole() {
    let mut kilo = (*article(7, "Käse am Stück", "19.99")).clone();
    kilo.unit = "kg".into();
    let mut draft = party();
    let cheese = draft.add(&std::sync::Arc::new(kilo.clone()), Decimal::TWO, "").unwrap();
    let salad = draft.add(&article(8, "Salat", "5.00"), Decimal::from(3), "").unwrap();
    draft.add_extra(salad, &std::sync::Arc::new(kilo), Decimal::new(333, 3)).unwrap();
    let mut split = Split::new(&draft);
    split.put(cheese, 1, &channel()).unwrap();
    split.put(salad, 1, &channel()).unwrap();
    let parts = parted(&split, By::Item);
    assert_eq!(texts(&parts[0]), ["2 Käse am Stück", "3 Salat", "0.333 Käse am Stück"]);
    assert_eq!(parts.iter().map(total).sum::<Decimal>(), total(&draft));
}

#[test]
fn a_price_set_by_hand_joins_no_other() {
    let mut whole = party();
    let mut dear = Arc::unwrap_or_clone(article(1, "Cola", "3.90"));
    dear.price_can_change = true;
    let dear = Arc::new(dear);
    let first = whole.add(&dear, Decimal::ONE, "").unwrap();
    assert!(whole.set_price(first, Some(Decimal::TWO), &channel()));
    let second = whole.add(&dear, Decimal::ONE, "").unwrap();
    let before = total(&whole);
    let mut split = Split::new(&whole);
    split.put(first, 1, &channel()).unwrap();
    split.put(second, 1, &channel()).unwrap();
    let parts = parted(&split, By::Item);
    assert_eq!(texts(&parts[0]), ["1 Cola", "1 Cola"]);
    assert_eq!(parts.iter().map(total).sum::<Decimal>(), before);
    let all: Vec<&Draft> = parts.iter().collect();
    assert_eq!(total(&merged(&all, &channel()).unwrap()), before);
}

#[test]
fn the_fee_goes_with_the_first_part_and_is_there_once() {
    let mut whole = party();
    let fee = whole.add(&article(9, "Lieferung", "2.50"), Decimal::ONE, "").unwrap();
    whole.terms.fee_line = Some(fee);
    let mut split = Split::new(&whole);
    let cola = whole.lines[0].id;
    assert_eq!(split.put(fee, 3, &channel()), Some(fee), "it is nobody's dish");
    split.put(cola, 2, &channel()).unwrap();
    let parts = parted(&split, By::Item);
    assert_eq!(parts.iter().map(texts).collect::<Vec<_>>()[0], ["1 Cola", "1 Lieferung"]);
    assert_eq!(parts.iter().map(|part| part.terms.fee_refused).collect::<Vec<_>>(), [false, true]);
    let all: Vec<&Draft> = parts.iter().collect();
    let again = merged(&all, &channel()).unwrap();
    assert_eq!(total(&again), total(&whole));
    let of_fee = again.terms.fee_line.and_then(|id| again.line(id)).unwrap();
    assert_eq!((&*of_fee.article.name, again.terms.fee_refused), ("Lieferung", false));
    let rest = merged(&all[1..], &channel()).unwrap();
    assert_eq!((rest.terms.fee_line, rest.terms.fee_refused), (None, true), "it was sent with the first part");
}

#[test]
fn tips_stay_with_the_first_part_at_what_they_came_to() {
    let mut whole = party();
    let created = whole.opened_at;
    let tip = |entry: &str| TipDraft {
        entry: entry.into(),
        user_id: String::new(),
        paid_with: String::new(),
        kind: String::new(),
        notice: String::new(),
        created,
    };
    whole.tips = vec![tip("10%"), tip("=50")];
    let mut split = Split::new(&whole);
    split.put(1, 1, &channel()).unwrap();
    let parts = parted(&split, By::Item);
    let amounts: Vec<_> = parts[0].tips.iter().map(|tip| tip.entry.clone()).collect();
    assert_eq!(total(&whole), Decimal::new(3570, 2));
    assert_eq!((amounts, parts[1].tips.len()), (vec!["3.57".to_owned(), "10.73".to_owned()], 0));
    let parts: Vec<&Draft> = parts.iter().collect();
    assert_eq!(merged(&parts, &channel()).unwrap().tips, whole.tips);
}

#[test]
fn seats_that_were_given_are_kept_until_the_bill_is_split() {
    let mut split = Split::new(&party());
    split.put(1, 3, &channel()).unwrap();
    let seated = split.seated();
    assert_eq!(Split::new(&seated), Split { draft: seated.clone(), ..split.clone() });
    let mut more = seated;
    more.add(&article(1, "Cola", "3.90"), Decimal::ONE, "").unwrap();
    assert_eq!(
        more.lines.iter().find(|line| line.seat == Some(3)).unwrap().quantity,
        Decimal::ONE,
        "none joins a seat"
    );
}

#[test]
fn what_changed_since_stays_when_the_parts_are_put_together() {
    let mut whole = party();
    whole.fields.insert(Field::Seat, "4".into());
    let mut split = Split::new(&whole);
    split.put(1, 1, &channel()).unwrap();
    let mut parts = parted(&split, By::Seat);
    parts[1].add(&article(9, "Eis", "4.00"), Decimal::ONE, "").unwrap();
    let again = merged(&parts.iter().collect::<Vec<_>>(), &channel()).unwrap();
    assert_eq!(again.fields, whole.fields);
    assert_eq!((&again.order_id, &again.split), (&whole.order_id, &None));
    assert_eq!(texts(&again), ["3 Cola", "2 Pizza", "1 Käse", "1 Eis"]);
    // One was sent already: the others can still be put together.
    let rest = merged(&[&parts[1]], &channel()).unwrap();
    assert_eq!(rest.order_id, parts[1].order_id);
}

proptest! {
    #[test]
    fn parts_come_to_the_whole_and_back(
        dishes in proptest::collection::vec((0i64..4, 1i64..6, 0i64..3, 0i64..5_000), 1..8),
        moves in proptest::collection::vec((0usize..20, 0u8..=9, any::<bool>()), 0..40),
    ) {
        let mut whole = draft();
        for (kind, quantity, extras, price) in dishes {
            let price = Decimal::new(price, 2).to_string();
            let dish = whole.add(&article(kind, "Dish", &price), Decimal::from(quantity), "").unwrap();
            for extra in 0..extras {
                whole.add_extra(dish, &article(10 + extra, "Extra", "0.35"), Decimal::from(extra + 1)).unwrap();
            }
        }
        let mut split = Split::new(&whole);
        for (at, part, all) in moves {
            let dishes: Vec<i64> = split.draft.lines.iter().filter(|line| !line.is_extra()).map(|line| line.id).collect();
            let dish = dishes[at % dishes.len()];
            if all { split.put_all(dish, part); } else { split.put(dish, part, &channel()).unwrap(); }
            prop_assert_eq!(total(&split.draft), total(&whole));
            prop_assert_eq!(split.sums(&channel()).iter().map(|(_, sum)| *sum).sum::<Decimal>(), total(&whole));
        }
        let Some(parts) = split.drafts(By::Item, "t", &ids(), &channel()) else {
            prop_assert!(split.count() < 2);
            return Ok(());
        };
        prop_assert_eq!(parts.len(), split.count());
        prop_assert_eq!(parts.iter().map(total).sum::<Decimal>(), total(&whole));
        let pieces = |draft: &Draft| draft.totals(&channel()).pieces;
        prop_assert_eq!(parts.iter().map(pieces).sum::<Decimal>(), pieces(&whole));
        for part in &parts {
            let orphan = part.lines.iter().any(|line| part.line(line.main).is_none());
            prop_assert!(!orphan && !part.lines.is_empty());
        }
        let again = merged(&parts.iter().collect::<Vec<_>>(), &channel()).unwrap();
        prop_assert_eq!((total(&again), pieces(&again)), (total(&whole), pieces(&whole)));
    }
}
