//! What is to be known at the end of a day: what is not settled, what was cancelled and why, what a manager approved, and what was late
//! by how much. What it is made of is read page by page; the rest is PURE.

use jiff::{SignedDuration, Timestamp, ToSpan, civil};
use rust_decimal::Decimal;

use super::{Desk, DeskError};
use crate::{
    domain::{
        order::{OrderType, delivery::Delivery, history::EventKind, status::Workflow},
        value::moment::Moment,
    },
    ports::journal::{OrderFilter, OrderRecord, OrderRow, PAGE},
};

/// A day of a restaurant ends in the night.
const BEGINS: i8 = 5;

/// An order and what is to be said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct DayOrder {
    /// The order.
    pub row: OrderRow,
    /// Why it was cancelled, or what was approved, as it was recorded.
    pub said: String,
    /// Minutes that it was late, or is.
    pub late: i64,
}

/// A day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Day {
    /// Orders taken and not taken back.
    pub taken: usize,
    /// Their sum.
    pub total: Decimal,
    /// What is not over.
    pub unsettled: Vec<DayOrder>,
    /// What was cancelled or taken back.
    pub cancelled: Vec<DayOrder>,
    /// What a manager approved.
    pub approved: Vec<DayOrder>,
    /// What was late, the latest first.
    pub late: Vec<DayOrder>,
}

impl Day {
    /// When the day began that it is now.
    pub fn began(moment: &Moment) -> Timestamp {
        let local = moment.local();
        let morning = civil::time(BEGINS, 0, 0, 0);
        let date = if local.time() < morning { local.date().yesterday().unwrap_or(local.date()) } else { local.date() };
        moment.instant(date.to_datetime(morning)).unwrap_or(moment.now)
    }

    /// The day that these orders were.
    pub fn of(records: Vec<OrderRecord>, workflow: &Workflow, usual: Option<SignedDuration>, now: Timestamp) -> Self {
        let mut day = Self::default();
        for record in records {
            day.add(&record, workflow, usual, now);
        }
        day.late.sort_by_key(|order| std::cmp::Reverse(order.late));
        day
    }

    fn add(&mut self, record: &OrderRecord, workflow: &Workflow, usual: Option<SignedDuration>, now: Timestamp) {
        let row = &record.row;
        let order = |said: &str, late| DayOrder { row: row.clone(), said: said.to_owned(), late };
        let cancels = |status: &str| workflow.rule(status).is_some_and(|rule| rule.is_cancel());
        let is_cancelled = row.delivery == Delivery::Cancelled || row.status.as_deref().is_some_and(cancels);
        if is_cancelled && !row.stray {
            let asked = record
                .events
                .iter()
                .rev()
                .find(|event| event.kind == EventKind::StatusRequested && cancels(&event.detail));
            self.cancelled.push(order(asked.map_or("", |event| &event.words), 0));
        } else {
            self.taken += 1;
            self.total += row.total;
        }
        for event in record.events.iter().filter(|event| event.kind == EventKind::Overridden) {
            self.approved.push(order(&event.detail, 0));
        }
        let is_last = row.status.as_deref().is_some_and(|status| workflow.is_last(status));
        let is_over = is_cancelled || is_last && row.pending_status.is_none() && row.status_problem.is_none();
        if !is_over || row.stray || row.needs_person() {
            self.unsettled.push(order("", 0));
        }
        let until = if is_over { ended(record, workflow) } else { Some(now) };
        let late = expected(row, usual).zip(until).map_or(0, |(at, until)| until.duration_since(at).as_mins());
        if late > 0 && !is_cancelled {
            self.late.push(order("", late));
        }
    }
}

/// When its last status came.
fn ended(record: &OrderRecord, workflow: &Workflow) -> Option<Timestamp> {
    let sets = |kind| matches!(kind, EventKind::StatusSet | EventKind::StatusSeen);
    let last = record.events.iter().find(|event| sets(event.kind) && workflow.is_last(&event.detail));
    last.map(|event| event.at)
}

/// When it should have been there: as it says, as was promised, or after as long as an order takes.
fn expected(row: &OrderRow, usual: Option<SignedDuration>) -> Option<Timestamp> {
    let usual = usual.filter(|_| row.order_type != Some(OrderType::Shipping));
    let usual = usual.and_then(|usual| row.created_at.checked_add(usual).ok());
    row.due_at.or(row.promised_at).or(usual)
}

impl Desk {
    /// The orders of the day that it is now at the shop: taken since it began, or to be there on it.
    pub async fn day(&self, workflow: &Workflow, usual: Option<SignedDuration>) -> Result<Day, DeskError> {
        let moment = self.moment();
        let began = Day::began(&moment);
        let ends = began.checked_add(24.hours()).unwrap_or(Timestamp::MAX);
        let of_day = |row: &OrderRow| {
            let due = expected(row, usual).is_some_and(|at| (began..ends).contains(&at));
            row.created_at >= began || due
        };
        // An order for today was taken days ago, and changed since it was taken.
        let filter = OrderFilter {
            changed_since: began.checked_sub(SignedDuration::from_hours(14 * 24)).ok(),
            limit: Some(PAGE),
            ..OrderFilter::default()
        };
        let (mut next, mut records) = (None, Vec::new());
        loop {
            let page = self.orders_page(&filter, next).await?;
            for row in page.rows.iter().filter(|row| of_day(row)) {
                records.push(self.order(&row.order_id).await?);
            }
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        records.sort_by_key(|record| record.row.created_at);
        records.dedup_by(|a, b| a.row.order_id == b.row.order_id);
        Ok(Day::of(records, workflow, usual, moment.now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        desk::testing::{order, row},
        domain::{
            order::{history::OrderEvent, status::StatusRule},
            value::ids::InternalId,
        },
    };

    use crate::domain::value::ids::Revision;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn record(id: &str, row: OrderRow, events: &[(i64, EventKind, &str, &str)]) -> OrderRecord {
        let event = |(second, kind, detail, words): &(i64, EventKind, &str, &str)| OrderEvent {
            at: at(*second),
            kind: *kind,
            detail: (*detail).to_owned(),
            words: (*words).to_owned(),
        };
        OrderRecord { row, order: order(id), events: events.iter().map(event).collect(), revision: Revision(1) }
    }

    #[test]
    fn a_day_is_what_is_open_cancelled_approved_and_late() {
        let last = |token| StatusRule { last: true, ..StatusRule::named(token) };
        let workflow = Workflow {
            initial: "ready".into(),
            statuses: vec![StatusRule::named("ready"), last("completed"), last("cancelled")],
        };
        let accepted = || Delivery::Accepted { internal_id: Some(InternalId(1)) };
        let with = |id: &str, status: &str| OrderRow {
            status: Some(status.into()),
            promised_at: Some(at(600)),
            ..row(id, accepted(), 0)
        };
        let day = Day::of(
            vec![
                record("open", with("open", "ready"), &[(1, EventKind::Overridden, "outside", "")]),
                record("late", with("late", "completed"), &[(1_260, EventKind::StatusSet, "completed", "")]),
                record("timely", with("timely", "completed"), &[(590, EventKind::StatusSet, "completed", "")]),
                record(
                    "gone",
                    with("gone", "cancelled"),
                    &[(30, EventKind::StatusRequested, "cancelled", "Gast hat abgesagt")],
                ),
                record("back", row("back", Delivery::Cancelled, 0), &[(5, EventKind::Cancelled, "", "")]),
                record("lost", row("lost", Delivery::Unknown { reason: "lost".into() }, 0), &[]),
            ],
            &workflow,
            None,
            at(1_800),
        );
        let names = |orders: &[DayOrder]| {
            let word = |order: &DayOrder| format!("{} {} {}", order.row.order_id, order.said, order.late);
            orders.iter().map(word).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(day.taken, 4);
        assert_eq!(names(&day.unsettled), "open  0, lost  0");
        assert_eq!(names(&day.cancelled), "gone Gast hat abgesagt 0, back  0");
        assert_eq!(names(&day.approved), "open outside 0");
        assert_eq!(names(&day.late), "open  20, late  11");
    }

    #[test]
    fn a_day_ends_in_the_night() {
        let zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
        let began = |now: &str| Day::began(&Moment { now: now.parse().unwrap(), zone: zone.clone() }).to_string();
        assert_eq!(began("2026-05-04T15:00:00Z"), "2026-05-04T03:00:00Z");
        assert_eq!(began("2026-05-04T23:30:00Z"), "2026-05-04T03:00:00Z", "after midnight it is the same evening");
        assert_eq!(began("2026-05-05T03:00:00Z"), "2026-05-05T03:00:00Z");
    }
}
