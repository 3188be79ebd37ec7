//! Tables and properties of the promise: nothing is offered that does not fit, and nothing earlier would.

use jiff::tz::TimeZone;
use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn kitchen() -> Kitchen {
    Kitchen { base_minutes: 15, minutes_per_item: 2, orders_per_slot: 4, items_per_slot: 30, ..Kitchen::default() }
}

fn moment(now: &str) -> Moment {
    Moment { now: now.parse().unwrap(), zone: TimeZone::get("Europe/Berlin").unwrap() }
}

/// 17:42:10 in Berlin.
fn now() -> Moment {
    moment("2026-05-04T15:42:10Z")
}

fn at(hour: i8, minute: i8) -> civil::DateTime {
    civil::date(2026, 5, 4).at(hour, minute, 0, 0)
}

fn load(kitchen: &Kitchen, orders: &[(civil::DateTime, u32)]) -> Load {
    let mut load = Load::default();
    for (due, items) in orders {
        load.add(kitchen, *due, *items);
    }
    load
}

const WISH: Wish = Wish { items: 3, away: 0 };

#[rstest]
#[case(0, 15)]
#[case(1, 17)]
#[case(10, 35)]
fn minutes_grow_with_the_order(#[case] items: u32, #[case] wanted: u32) {
    assert_eq!(kitchen().minutes(items), wanted);
}

#[rstest]
#[case(0, 12)]
#[case(1, 12)]
#[case(4, 12)]
#[case(5, 25)]
#[case(100, 25)]
fn steps_stand_in_their_place(#[case] items: u32, #[case] wanted: u32) {
    let steps = vec![KitchenStep { items: 5, minutes: 25 }, KitchenStep { items: 1, minutes: 12 }];
    assert_eq!(Kitchen { steps, ..kitchen() }.minutes(items), wanted);
}

#[test]
fn an_empty_kitchen_promises_what_it_takes() {
    let promise = kitchen().promise(&Load::default(), WISH, &now()).unwrap();
    assert_eq!((promise.local, promise.minutes), (at(18, 4), 22), "21 minutes from 17:42:10, whole minutes");
    let far = kitchen().promise(&Load::default(), Wish { away: 25, ..WISH }, &now()).unwrap();
    assert_eq!(far.local, at(18, 29));
    assert_eq!(kitchen().choices(&Load::default(), WISH, &now(), 3), [at(18, 15), at(18, 30), at(18, 45)]);
}

#[test]
fn a_full_slot_is_named_with_its_limit_and_the_next_one() {
    let kitchen = kitchen();
    let load = load(&kitchen, &[(at(18, 0), 1), (at(18, 3), 1), (at(18, 7), 1), (at(18, 14), 1), (at(18, 20), 28)]);
    let promise = kitchen.promise(&load, WISH, &now()).unwrap();
    assert_eq!(promise.local, at(18, 30), "18:00 has 4 of 4 orders, 18:15 has 28 of 30 dishes");
    let full = |limit, taken, most, wanted, slot| Some(Full { slot, limit, taken, most, wanted });
    assert_eq!(kitchen.full(&load, WISH, at(18, 4)), full(Limit::Orders, 4, 4, 1, at(18, 0)));
    assert_eq!(kitchen.full(&load, WISH, at(18, 29)), full(Limit::Items, 28, 30, 3, at(18, 15)));
    assert_eq!(kitchen.full(&load, Wish { items: 2, away: 0 }, at(18, 29)), None);
    assert_eq!(kitchen.next_free(&load, WISH, &now(), at(18, 0)), Some(at(18, 30)));
    assert_eq!(kitchen.next_free(&load, WISH, &now(), at(19, 3)), Some(at(19, 15)));
}

#[test]
fn no_limit_is_no_limit_and_too_much_never_fits() {
    let free = Kitchen { orders_per_slot: 0, items_per_slot: 0, ..kitchen() };
    let busy = load(&free, &[(at(18, 0), 500); 50]);
    assert_eq!(free.promise(&busy, WISH, &now()).unwrap().local, at(18, 4));
    assert!(free.is_known() && !free.is_limited() && !Kitchen::default().is_known());
    let big = Wish { items: 31, away: 0 };
    assert_eq!(kitchen().promise(&Load::default(), big, &now()), None);
    assert!(kitchen().choices(&Load::default(), big, &now(), 5).is_empty());
}

#[test]
fn slots_begin_at_midnight_and_the_last_may_be_short() {
    let kitchen = Kitchen { slot_minutes: 50, ..kitchen() };
    assert_eq!(kitchen.slot_of(at(0, 49)), at(0, 0));
    assert_eq!(kitchen.slot_of(at(23, 59)), at(23, 20));
    let late = moment("2026-05-04T21:15:00Z");
    let next = civil::date(2026, 5, 5).at(0, 0, 0, 0);
    assert_eq!(kitchen.choices(&Load::default(), WISH, &late, 2), [next, next.checked_add(50.minutes()).unwrap()]);
}

#[test]
fn the_clocks_go_forward_and_back() {
    let kitchen = Kitchen { base_minutes: 15, ..Kitchen { minutes_per_item: 0, ..kitchen() } };
    let spring = moment("2026-03-29T00:31:00Z");
    let day = |hour, minute| civil::date(2026, 3, 29).at(hour, minute, 0, 0);
    assert_eq!(kitchen.promise(&Load::default(), WISH, &spring).unwrap().local, day(1, 46));
    assert_eq!(kitchen.choices(&Load::default(), WISH, &spring, 2), [day(3, 0), day(3, 15)], "2:00 does not exist");
    let autumn = moment("2026-10-25T00:50:00Z");
    let day = |hour, minute| civil::date(2026, 10, 25).at(hour, minute, 0, 0);
    let promise = kitchen.promise(&Load::default(), WISH, &autumn).unwrap();
    assert_eq!((promise.local, promise.minutes), (day(2, 5), 15), "the second 2:05");
    assert_eq!(kitchen.choices(&Load::default(), WISH, &autumn, 1), [day(3, 0)], "2:15 would mean the first one");
}

fn any_kitchen() -> impl Strategy<Value = Kitchen> {
    (0u32..40, 0u32..4, proptest::sample::select(vec![5u32, 10, 15, 20, 30, 60]), 0u32..5, 0u32..40).prop_map(
        |(base, per, slot, orders, items)| Kitchen {
            base_minutes: base,
            minutes_per_item: per,
            steps: Vec::new(),
            slot_minutes: slot,
            orders_per_slot: orders,
            items_per_slot: items,
        },
    )
}

/// Ordinary days and those with a clock change.
fn any_moment() -> impl Strategy<Value = Moment> {
    let starts = ["2026-05-04T12:00:00Z", "2026-03-28T21:00:00Z", "2026-10-24T21:00:00Z"];
    (0usize..3, 0i64..40_000).prop_map(move |(start, seconds)| {
        let mut moment = moment(starts[start]);
        moment.now += SignedDuration::from_secs(seconds);
        moment
    })
}

proptest! {
    #[test]
    fn nothing_offered_is_over_capacity_and_nothing_earlier_would_do(
        kitchen in any_kitchen(),
        moment in any_moment(),
        orders in proptest::collection::vec((0i64..1_800, 1u32..20), 0..60),
        items in 1u32..15,
        away in 0u32..40,
    ) {
        let wish = Wish { items, away };
        let mut load = Load::default();
        for (minutes, items) in orders {
            let due = moment.now + SignedDuration::from_mins(minutes);
            load.add(&kitchen, due.to_zoned(moment.zone.clone()).datetime(), items);
        }
        let needed = moment.now + SignedDuration::from_mins(i64::from(kitchen.minutes(items) + away));
        let promise = kitchen.promise(&load, wish, &moment);
        let choices = kitchen.choices(&load, wish, &moment, 6);
        let fits = |at| {
            let taken = load.taken(kitchen.slot_of(at));
            (kitchen.orders_per_slot == 0 || taken.orders < kitchen.orders_per_slot)
                && (kitchen.items_per_slot == 0 || taken.items + items <= kitchen.items_per_slot)
        };
        for slot in &choices {
            prop_assert!(fits(*slot) && moment.instant(*slot).unwrap() > needed, "{slot}");
        }
        prop_assert!(choices.windows(2).all(|pair| pair[0] < pair[1]));
        let Some(promise) = promise else {
            prop_assert!(choices.is_empty());
            return Ok(());
        };
        prop_assert!(fits(promise.local) && promise.at >= needed);
        // Minute by minute: no earlier local time that an order can say has room.
        let rest = needed.as_second().rem_euclid(60);
        let mut earlier = needed + SignedDuration::from_secs((60 - rest) % 60);
        while earlier + SignedDuration::from_secs(60) <= promise.at {
            let local = earlier.to_zoned(moment.zone.clone()).datetime();
            let can_be_said = moment.instant(local) == Some(earlier);
            let same_slot = kitchen.slot_of(local) == kitchen.slot_of(promise.local);
            prop_assert!(!can_be_said || !fits(local) || same_slot, "{local} is earlier than {}", promise.local);
            earlier += SignedDuration::from_secs(60);
        }
        if let Some(first) = choices.first() {
            prop_assert!(moment.instant(*first).unwrap() > promise.at);
        }
    }
}
