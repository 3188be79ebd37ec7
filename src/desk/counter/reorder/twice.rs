//! An order that is taken twice: the caller rings again to ask where it is, and somebody else types it once more.

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use crate::domain::{
    guest::{Guest, PastOrder},
    order::{Item, Order},
};

/// Who orders the same again later than this means it.
const MINUTES: SignedDuration = SignedDuration::from_mins(30);

/// The order that one of these guests had with the same dishes a short while ago; one that was taken back is none.
pub fn taken_before<'a>(guests: &'a [Guest], order: &Order, now: Timestamp) -> Option<&'a PastOrder> {
    let dishes = dishes(order);
    let is_same = |past: &&PastOrder| {
        let age = now.duration_since(past.at);
        !past.is_cancelled
            && past.order_id != order.order_id
            && (SignedDuration::ZERO..MINUTES).contains(&age)
            && self::dishes(&past.order) == dishes
    };
    guests.iter().flat_map(|guest| &guest.orders).filter(is_same).max_by_key(|past| past.at)
}

/// Number, id, name and quantity.
type Dish<'a> = (Option<&'a str>, Option<i64>, &'a str, Decimal);

fn dish(item: &Item) -> Dish<'_> {
    (item.product_id.as_deref(), item.external_id, item.name.as_str(), item.quantity.normalize())
}

/// What is in an order, in no sequence.
fn dishes(order: &Order) -> Vec<Dish<'_>> {
    let mut dishes: Vec<_> = order.items.iter().map(dish).collect();
    dishes.sort_unstable();
    dishes
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::domain::{
        draft::finish::finish,
        order::OrderType,
        shop::Shop,
        testing::{article, draft, shop},
        value::{ids::OrderId, moment::Moment},
    };

    fn order(id: &str) -> Order {
        let mut draft = draft();
        draft.order_type = OrderType::Local;
        draft.order_id = OrderId(id.into());
        draft.add(&article(1, "Pizza", "10.00"), Decimal::TWO, "").unwrap();
        draft.add(&article(2, "Cola", "3.00"), Decimal::ONE, "").unwrap();
        let moment = Moment { now: Timestamp::UNIX_EPOCH, zone: jiff::tz::TimeZone::UTC };
        let shop = Shop { tables: Vec::new(), ..shop() };
        finish(&draft, &shop, &moment).unwrap()
    }

    fn guest(minutes: i64, is_cancelled: bool) -> Vec<Guest> {
        let at = Timestamp::UNIX_EPOCH - SignedDuration::from_mins(minutes);
        let past = PastOrder { order_id: OrderId("before".into()), at, is_cancelled, order: order("before") };
        vec![Guest { orders: vec![past], ..Guest::default() }]
    }

    #[rstest]
    #[case::just_now(4, false, true)]
    #[case::long_ago(31, false, false)]
    #[case::taken_back(4, true, false)]
    #[case::a_clock_set_back(-4, false, false)]
    fn the_same_dishes_a_short_while_ago(#[case] minutes: i64, #[case] is_cancelled: bool, #[case] said: bool) {
        let guests = guest(minutes, is_cancelled);
        let mut again = order("again");
        again.items.reverse();
        assert_eq!(taken_before(&guests, &again, Timestamp::UNIX_EPOCH).is_some(), said);
        again.items[0].quantity += Decimal::ONE;
        assert_eq!(taken_before(&guests, &again, Timestamp::UNIX_EPOCH), None, "more of something is another order");
    }
}
