//! What every store has to do, test by test. Uses nothing but the port.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use oktodesk::{
    domain::{
        draft::{Draft, price::PriceNote},
        order::{OrderType, delivery::Delivery},
        value::ids::{DeskId, InternalId},
    },
    ports::{
        Journal, JournalError,
        house::PlaceNote,
        journal::{
            EventKind, Forget, NewOrder, OpenDraft, OrderEvent, OrderFilter, OutboxEntry, PersonDecision,
            PlaceAllError, Settled, StatusAsk, Task,
        },
    },
};
use rust_decimal::Decimal;

use crate::fixtures::*;
pub use crate::queue::*;

/// An empty store of its own for each test, opened as often as the test likes.
#[async_trait]
pub trait Store {
    /// How many random lives are compared with the model.
    const LIVES: u32;

    fn new() -> Self;
    async fn open(&self) -> Arc<dyn Journal>;
}

/// Every test of the suite for one store.
macro_rules! journal_suite {
    ($store:ty) => {
        $crate::suite::journal_suite!($store:
            drafts_are_written_over_and_come_back_oldest_first
            what_another_desk_has_is_left_to_it
            a_draft_changes_hands_only_from_the_desk_that_has_it
            drafts_take_the_place_of_others_as_one_step
            placing_records_order_outbox_and_event_and_forgets_the_draft
            every_searched_column_comes_out_of_the_order
            a_waiting_order_cannot_be_placed_again
            several_orders_are_placed_in_sequence
            of_several_orders_all_are_placed_or_none
            a_rejected_order_is_corrected_under_its_id
            prices_a_person_set_are_in_the_history_with_each_confirmation
            a_cancelled_order_can_be_placed_again
            what_another_desk_confirmed_since_is_not_placed_over
            an_attempt_is_marked_before_it_is_sent
            an_attempt_that_did_not_leave_waits_again
            what_nobody_proves_is_believed_three_times
            an_accepted_order_gets_id_and_status
            a_rejected_order_takes_its_status_changes_with_it
            an_unknown_order_leaves_the_outbox_and_its_changes_wait
            an_outcome_must_fit_its_entry
            status_changes_keep_their_sequence
            a_refused_status_is_dropped_and_shown
            a_status_that_may_have_been_set_is_sent_again
            status_changes_need_an_order_on_its_way
            a_status_change_goes_where_its_order_went
            resending_sends_the_very_same_again
            what_waits_goes_where_a_person_says
            an_entry_begins_only_for_the_address_it_is_bound_to
            an_order_that_arrived_meanwhile_is_not_readdressed
            settling_makes_an_unknown_order_accepted
            a_person_can_give_the_id_later
            cancelling_empties_the_outbox
            decisions_that_do_not_fit_change_nothing
            what_is_not_there_is_not_found
            the_ready_list_accepts_what_waits
            the_ready_list_never_moves_an_order_back
            a_person_settles_what_was_given_up_and_is_there
            what_was_unclear_once_is_remembered
            a_waiting_order_becomes_a_draft_or_stays
            a_status_change_is_given_up_or_noted
            a_status_change_is_bound_to_the_address_of_its_order
            the_ready_list_takes_over_status_and_id_once
            a_pending_change_wins_over_the_ready_list
            what_was_promised_and_ordered_is_listed
            a_held_status_says_until_when_and_is_taken_back_until_it_is_tried
            repeated_foreign_and_empty_rows_do_no_harm
            an_answer_after_the_ready_list_still_brings_its_id
            an_answer_after_recovery_still_counts
            each_program_that_sends_is_known_and_comes_after_those_before
            recovery_settles_what_was_under_way
            orders_are_filtered_and_newest_first
            the_outbox_comes_in_pages_of_each_kind
            a_body_is_read_by_its_entry
            what_waits_and_what_needs_a_person_is_counted
            orders_come_in_pages_oldest_first
            rows_come_in_the_sequence_they_are_asked_for
            the_version_says_whether_anything_was_committed
            the_internal_id_finds_the_order
            articles_are_replaced_as_a_whole
            short_texts_are_kept_by_name
            everything_comes_back_after_opening_again
            two_programs_write_into_one_store
            strange_text_comes_back_as_it_was
            guests_of_orders_that_are_over_are_forgotten_and_what_was_sold_stays
            guests_of_open_orders_stay
            guests_are_forgotten_after_their_time_and_once
            an_order_placed_again_has_a_guest_again
            guests_are_listed_window_by_window
            what_the_server_said_goes_with_the_guest
            the_reason_for_a_status_goes_also_where_no_guest_was_named
        );
    };
    ($store:ty: $($name:ident)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                $crate::suite::$name(<$store as $crate::suite::Store>::new()).await;
            }
        )*

        #[test]
        fn random_lives_agree_with_the_model() {
            $crate::model::random_lives::<$store>();
        }
    };
}
pub(crate) use journal_suite;

fn state_of(error: JournalError) -> &'static str {
    match error {
        JournalError::WrongState { delivery, .. } => delivery,
        other => panic!("not a wrong state: {other:?}"),
    }
}

pub async fn outbox(journal: &dyn Journal) -> Vec<OutboxEntry> {
    journal.outbox().await.unwrap()
}

pub async fn drafts_are_written_over_and_come_back_oldest_first(store: impl Store) {
    let journal = store.open().await;
    let (younger, older) = (draft("a", 20, "piz"), draft("b", 10, ""));
    journal.save_draft(&younger, &here()).await.unwrap();
    journal.save_draft(&older, &here()).await.unwrap();
    let typed = draft("a", 20, "pizza");
    journal.save_draft(&typed, &here()).await.unwrap();
    assert_eq!(open_drafts(&*journal).await, [older, typed.clone()]);
    journal.discard_draft(&id("b"), &here()).await.unwrap();
    journal.discard_draft(&id("b"), &here()).await.unwrap();
    assert_eq!(open_drafts(&*journal).await, [typed]);
}

pub async fn what_another_desk_has_is_left_to_it(store: impl Store) {
    let (journal, there) = (store.open().await, DeskId("there".into()));
    let elsewhere = |name: &str| JournalError::DraftElsewhere { order_id: id(name), desk: there.clone() };
    let (theirs, ours) = (draft("a", 0, "theirs"), draft("a", 0, "ours"));
    journal.save_draft(&theirs, &there).await.unwrap();
    assert_eq!(journal.save_draft(&ours, &here()).await, Err(elsewhere("a")));
    assert_eq!(journal.discard_draft(&id("a"), &here()).await, Err(elsewhere("a")));
    assert_eq!(journal.place(&new_order("a", 1)).await, Err(elsewhere("a")));
    let kept = [OpenDraft { draft: theirs.clone(), desk: Some(there.clone()) }];
    assert_eq!(journal.drafts().await.unwrap(), kept, "a refusal changes nothing");
    assert_eq!(journal.orders(&OrderFilter::default()).await.unwrap(), []);
    // The desk that has it does all of it.
    journal.save_draft(&theirs, &there).await.unwrap();
    journal.place(&NewOrder { desk: there.clone(), ..new_order("a", 2) }).await.unwrap();
    assert_eq!(journal.drafts().await.unwrap(), []);
    // What is saved too late does not come back beside its order.
    for desk in [&there, &here()] {
        assert_eq!(state_of(journal.save_draft(&ours, desk).await.unwrap_err()), "queued");
    }
    assert_eq!(journal.drafts().await.unwrap(), []);
    journal.check().await.unwrap();
}

pub async fn a_draft_changes_hands_only_from_the_desk_that_has_it(store: impl Store) {
    let (journal, there, third) = (store.open().await, DeskId("there".into()), DeskId("third".into()));
    let typed = draft("a", 0, "theirs");
    journal.save_draft(&typed, &there).await.unwrap();
    assert_eq!(journal.take_draft(&id("a"), Some(&there), &here()).await.unwrap(), typed);
    // Two desks that ask for it at a time: one of them has it.
    let late = journal.take_draft(&id("a"), Some(&there), &third).await;
    assert_eq!(late, Err(JournalError::DraftElsewhere { order_id: id("a"), desk: here() }));
    assert_eq!(journal.take_draft(&id("a"), Some(&there), &here()).await.unwrap(), typed, "asking again keeps it");
    let lost = journal.save_draft(&typed, &there).await;
    assert_eq!(lost, Err(JournalError::DraftElsewhere { order_id: id("a"), desk: here() }));
    journal.place(&new_order("a", 1)).await.unwrap();
    assert_eq!(journal.take_draft(&id("a"), Some(&here()), &third).await, Err(JournalError::NotFound(id("a"))));
    // An order that is taken back is its desk's.
    let taken_back = correction(&*journal, "a", 9, "").await;
    let reopen = PersonDecision::Reopen { draft: Box::new(opened(taken_back, there.clone())) };
    journal.decide(&id("a"), &reopen, at(2)).await.unwrap();
    assert_eq!(journal.drafts().await.unwrap()[0].desk, Some(there.clone()));
    let again = corrected(&*journal, "a", 3).await;
    assert!(journal.place(&again).await.is_err());
    journal.place(&NewOrder { desk: there, ..again }).await.unwrap();
}

pub async fn drafts_take_the_place_of_others_as_one_step(store: impl Store) {
    let journal = store.open().await;
    let names = async || open_drafts(&*journal).await.into_iter().map(|draft| draft.order_id.0).collect::<Vec<_>>();
    let named = |name: &str| draft(name, 0, "");
    journal.save_draft(&named("whole"), &here()).await.unwrap();
    journal.save_draft(&named("other"), &here()).await.unwrap();
    journal.swap_drafts(&[named("whole"), named("part")], &[], &here()).await.unwrap();
    assert_eq!(names().await, ["other", "part", "whole"]);
    journal.swap_drafts(&[named("whole")], &[id("part"), id("unheard of")], &here()).await.unwrap();
    assert_eq!(names().await, ["other", "whole"]);
    // One of them is another desk's, or is an order by now: none of them is written or forgotten.
    let there = DeskId("there".into());
    journal.take_draft(&id("other"), Some(&here()), &there).await.unwrap();
    let refused = Err(JournalError::DraftElsewhere { order_id: id("other"), desk: there });
    assert_eq!(journal.swap_drafts(&[named("new"), named("other")], &[id("whole")], &here()).await, refused);
    assert_eq!(journal.swap_drafts(&[named("new")], &[id("whole"), id("other")], &here()).await, refused);
    journal.place(&new_order("placed", 0)).await.unwrap();
    let swapped = journal.swap_drafts(&[named("new"), named("placed")], &[id("whole")], &here()).await;
    assert_eq!(state_of(swapped.unwrap_err()), "queued");
    assert_eq!(names().await, ["other", "whole"]);
}

pub async fn placing_records_order_outbox_and_event_and_forgets_the_draft(store: impl Store) {
    let journal = store.open().await;
    journal.save_draft(&draft("a", 0, ""), &here()).await.unwrap();
    journal.save_draft(&draft("other", 1, ""), &here()).await.unwrap();
    let new = new_order("a", 5);
    journal.place(&new).await.unwrap();
    assert_eq!(open_drafts(&*journal).await, [draft("other", 1, "")]);
    let entries = outbox(&*journal).await;
    assert_eq!(
        entries,
        [OutboxEntry {
            seq: entries[0].seq,
            order_id: id("a"),
            internal_id: None,
            delivery: Delivery::Queued,
            task: Task::Create,
            base_url: BASE.into(),
            attempts: 0,
            queued_at: at(5),
            due_at: new.due_at,
            not_before: None,
        }]
    );
    assert_eq!(journal.body(entries[0].seq).await.unwrap(), new.body);
    let record = journal.order(&id("a")).await.unwrap();
    assert_eq!(record.order, new.order);
    assert_eq!(record.events.iter().map(|e| (e.at, e.kind)).collect::<Vec<_>>(), [(at(5), EventKind::Placed)]);
    journal.check().await.unwrap();
}

pub async fn every_searched_column_comes_out_of_the_order(store: impl Store) {
    let journal = store.open().await;
    journal.place(&new_order("a", 5)).await.unwrap();
    let row = journal.order(&id("a")).await.unwrap().row;
    assert_eq!(journal.orders(&OrderFilter::default()).await.unwrap(), std::slice::from_ref(&row));
    assert_eq!((row.order_type, row.total.to_string().as_str()), (Some(OrderType::Delivery), "19.90"));
    assert_eq!((row.currency.as_str(), row.who.as_str(), row.address.as_str()), ("EUR", "Muster", "Musterstraße 5 a"));
    assert_eq!((row.table, row.seat), (Some(7), Some(2)));
    assert_eq!((row.pickup_token.as_str(), row.intermediary.as_str()), ("HH01", "Telefon"));
    assert_eq!((row.created_at, row.due_at, row.changed_at), (at(5), Some(at(1805)), at(5)));
    assert_eq!((row.status, row.pending_status, row.status_problem, row.attempts), (None, None, None, 0));
}

pub async fn a_waiting_order_cannot_be_placed_again(store: impl Store) {
    let journal = store.open().await;
    journal.place(&new_order("a", 0)).await.unwrap();
    journal.save_draft(&draft("kept", 0, ""), &here()).await.unwrap();
    let again = NewOrder { body: "{}".into(), ..new_order("a", 9) };
    assert_eq!(state_of(journal.place(&again).await.unwrap_err()), "queued");
    let seq = create_seq(&*journal, "a").await;
    journal.begin_attempt(seq, BASE, 0, at(1)).await.unwrap();
    assert_eq!(state_of(journal.place(&again).await.unwrap_err()), "sending");
    journal.settle_attempt(seq, 0, &unknown("reset"), at(2)).await.unwrap();
    assert_eq!(state_of(journal.place(&again).await.unwrap_err()), "unknown");
    placed(&*journal, "b", 3, &accepted(1)).await;
    assert_eq!(state_of(journal.place(&new_order("b", 9)).await.unwrap_err()), "accepted");
    // Nothing of the refused ones stayed, and the store still works.
    assert_eq!(journal.order(&id("a")).await.unwrap().order, new_order("a", 0).order);
    assert_eq!(open_drafts(&*journal).await.len(), 1);
    assert_eq!(kinds(&*journal, "a").await, [EventKind::Placed, EventKind::Attempt, EventKind::Unknown]);
    journal.place(&new_order("c", 10)).await.unwrap();
    journal.check().await.unwrap();
}

pub async fn several_orders_are_placed_in_sequence(store: impl Store) {
    let (one, all) = (store.open().await, store.open().await);
    let names = ["c", "a", "b"];
    one.place(&new_order("before", 0)).await.unwrap();
    one.save_draft(&draft("a", 0, ""), &here()).await.unwrap();
    placed(&*one, "b", 1, &rejected("unknown article")).await;
    all.place_all(&[]).await.unwrap();
    let mut batch = names.map(|name| new_order(name, 9));
    batch[2] = corrected(&*one, "b", 9).await;
    all.place_all(&batch).await.unwrap();
    let waiting = outbox(&*one).await;
    let waiting: Vec<&str> = waiting.iter().map(|entry| entry.order_id.as_str()).collect();
    assert_eq!(waiting, ["before", "c", "a", "b"]);
    assert_eq!(one.drafts().await.unwrap(), []);
    for name in names {
        let record = one.order(&id(name)).await.unwrap();
        assert_eq!((record.row.delivery, record.order), (Delivery::Queued, new_order(name, 9).order));
    }
    assert_eq!(last_event(&*one, "b").await.0, EventKind::Corrected);
    assert_eq!(kinds(&*one, "c").await, [EventKind::Placed]);
    one.check().await.unwrap();
}

pub async fn of_several_orders_all_are_placed_or_none(store: impl Store) {
    let journal = store.open().await;
    journal.place(&new_order("waits", 0)).await.unwrap();
    placed(&*journal, "arrived", 1, &accepted(1)).await;
    placed(&*journal, "refused", 2, &rejected("unknown article")).await;
    journal.save_draft(&draft("new", 0, "kept"), &here()).await.unwrap();
    let before = outbox(&*journal).await;
    let mut batch = ["new", "waits", "refused", "arrived", "new"].map(|name| new_order(name, 9));
    batch[2] = corrected(&*journal, "refused", 9).await;
    let Err(PlaceAllError::Refused(refused)) = journal.place_all(&batch).await else { panic!("it was recorded") };
    let refused: Vec<_> = refused.into_iter().map(|(index, why)| (index, state_of(why))).collect();
    assert_eq!(refused, [(1, "queued"), (3, "accepted"), (4, "queued")]);
    // Nothing of the batch stayed, and the store still works.
    assert_eq!(outbox(&*journal).await, before);
    assert_eq!(journal.order(&id("new")).await, Err(JournalError::NotFound(id("new"))));
    assert_eq!(open_drafts(&*journal).await.len(), 1);
    assert_eq!(word(&*journal, "refused").await, "rejected");
    journal.place_all(&batch[..1]).await.unwrap();
    assert_eq!(word(&*journal, "new").await, "queued");
    journal.check().await.unwrap();
}

pub async fn a_rejected_order_is_corrected_under_its_id(store: impl Store) {
    let journal = store.open().await;
    let seq = placed(&*journal, "a", 0, &rejected("unknown article")).await;
    let mut corrected = corrected(&*journal, "a", 60).await;
    corrected.body = corrected.body.replace("Telefon", "Theke");
    corrected.order.intermediary = Some("Theke".into());
    corrected.due_at = None;
    corrected.base_url = "https://other.example/v1".into();
    journal.place(&corrected).await.unwrap();
    let record = journal.order(&id("a")).await.unwrap();
    assert_eq!(record.row.delivery, Delivery::Queued);
    assert_eq!((record.row.intermediary.as_str(), record.row.due_at, record.row.created_at), ("Theke", None, at(60)));
    assert_eq!(record.order, corrected.order);
    let entries = outbox(&*journal).await;
    assert_eq!(entries.len(), 1);
    assert!(entries[0].seq > seq, "numbers are not used twice");
    assert_eq!((&entries[0].base_url, &entries[0].task), (&corrected.base_url, &Task::Create));
    assert_eq!(journal.body(entries[0].seq).await.unwrap(), corrected.body);
    use EventKind::{Attempt, Corrected, Placed, Rejected};
    assert_eq!(kinds(&*journal, "a").await, [Placed, Attempt, Rejected, Corrected]);
    assert_eq!(listed(&*journal, OrderFilter::default()).await, ["a"]);
    journal.check().await.unwrap();
}

pub async fn prices_a_person_set_are_in_the_history_with_each_confirmation(store: impl Store) {
    let journal = store.open().await;
    let price = |name: &str, to| PriceNote { name: name.into(), from: Decimal::new(1890, 2), to: Decimal::new(to, 2) };
    let notes = [price("Forelle \"blau\"", 1500), price("Käse", 0), price("Wein", 2000)];
    let new = NewOrder { note: PlaceNote { prices: notes.to_vec(), ..PlaceNote::default() }, ..new_order("a", 0) };
    journal.place(&new).await.unwrap();
    let read =
        |events: &[OrderEvent]| -> Vec<_> { events.iter().map(|event| PriceNote::parse(&event.detail)).collect() };
    let events = journal.order(&id("a")).await.unwrap().events;
    assert_eq!(kinds(&*journal, "a").await, [vec![EventKind::Placed], vec![EventKind::PriceChanged; 3]].concat());
    assert_eq!(read(&events[1..]), notes.clone().map(Some));
    assert!(events.iter().all(|event| event.at == at(0)));
    journal.decide(&id("a"), &PersonDecision::Cancel, at(1)).await.unwrap();
    let mut again = corrected(&*journal, "a", 2).await;
    again.note.prices = notes[..1].to_vec();
    journal.place(&again).await.unwrap();
    let events = journal.order(&id("a")).await.unwrap().events;
    let kinds: Vec<_> = events[4..].iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Cancelled, EventKind::Corrected, EventKind::PriceChanged]);
    assert_eq!(read(&events[6..]), [Some(notes[0].clone())]);
}

pub async fn what_was_promised_and_ordered_is_listed(store: impl Store) {
    let journal = store.open().await;
    let promised = |at| PlaceNote { promised_at: at, ..PlaceNote::default() };
    for (name, told) in [("told", Some(at(2_400))), ("untold", None)] {
        let mut new = NewOrder { due_at: None, note: promised(told), ..new_order(name, 0) };
        new.order.location = None;
        journal.place(&new).await.unwrap();
        let row = journal.order(&id(name)).await.unwrap().row;
        assert_eq!((row.due_at, row.promised_at), (None, told));
        assert!(!row.brief.is_empty() && row.table.is_none(), "not only at a table: {row:?}");
        assert_eq!(journal.rows(&[id(name)]).await.unwrap(), [row]);
    }
    journal.decide(&id("told"), &PersonDecision::Cancel, at(1)).await.unwrap();
    let mut again = corrected(&*journal, "told", 2).await;
    again.note.promised_at = Some(at(3_000));
    journal.place(&again).await.unwrap();
    assert_eq!(journal.order(&id("told")).await.unwrap().row.promised_at, Some(at(3_000)), "told anew");
}

pub async fn a_held_status_says_until_when_and_is_taken_back_until_it_is_tried(store: impl Store) {
    let journal = store.open().await;
    placed(&*journal, "a", 0, &accepted(7)).await;
    let ask = |status, second| StatusAsk { status, reason: None, not_before: Some(at(second)) };
    journal.ask_status(&id("a"), ask("cooking", 15), at(10)).await.unwrap();
    journal.ask_status(&id("a"), ask("done", 16), at(11)).await.unwrap();
    let held = outbox(&*journal).await;
    assert_eq!(held.iter().map(|entry| entry.not_before).collect::<Vec<_>>(), [Some(at(15)), Some(at(16))]);
    assert!(held.iter().all(|entry| entry.due_at == Some(at(1800))), "the order's own time is another");
    let withdraw = |status: &str| PersonDecision::WithdrawStatus { status: status.into() };
    let refused = journal.decide(&id("a"), &withdraw("burnt"), at(12)).await.unwrap_err();
    assert_eq!(state_of(refused), "accepted", "nobody asked for it");
    journal.decide(&id("a"), &withdraw("done"), at(12)).await.unwrap();
    let row = journal.order(&id("a")).await.unwrap().row;
    assert_eq!(row.pending_status.as_deref(), Some("cooking"), "the one before stays");
    let left = outbox(&*journal).await.remove(0);
    journal.begin_attempt(left.seq, BASE, 0, at(16)).await.unwrap();
    journal.settle_attempt(left.seq, 0, &Settled::Again { reason: "lost".into() }, at(17)).await.unwrap();
    let tried = journal.decide(&id("a"), &withdraw("cooking"), at(18)).await.unwrap_err();
    assert_eq!(state_of(tried), "accepted", "OktoPOS may have set it");
    assert_eq!(journal.order(&id("a")).await.unwrap().row.pending_status.as_deref(), Some("cooking"));
}

pub async fn a_cancelled_order_can_be_placed_again(store: impl Store) {
    let journal = store.open().await;
    journal.place(&new_order("a", 0)).await.unwrap();
    journal.decide(&id("a"), &PersonDecision::Cancel, at(1)).await.unwrap();
    journal.place(&corrected(&*journal, "a", 2).await).await.unwrap();
    assert_eq!(word(&*journal, "a").await, "queued");
    assert_eq!(outbox(&*journal).await.len(), 1);
}

/// One desk takes an open order over, changes it and sends it, and somebody gives it up. What the other desk still shows of
/// it takes the place of nothing, and is no draft beside it.
pub async fn what_another_desk_confirmed_since_is_not_placed_over(store: impl Store) {
    let (journal, there) = (store.open().await, DeskId("there".into()));
    let shown = new_order("a", 1);
    journal.save_draft(&draft("a", 0, "pizza"), &here()).await.unwrap();
    journal.take_draft(&id("a"), Some(&here()), &there).await.unwrap();
    let mut changed = NewOrder { desk: there.clone(), ..new_order("a", 2) };
    changed.order.intermediary = Some("Theke".into());
    changed.body = changed.body.replace("Telefon", "Theke");
    journal.place(&changed).await.unwrap();
    let refused = async |is: &str, new: &NewOrder| {
        assert_eq!(state_of(journal.place(new).await.unwrap_err()), is);
        let Err(PlaceAllError::Refused(all)) = journal.place_all(std::slice::from_ref(new)).await else {
            panic!("it was recorded")
        };
        assert_eq!(all.into_iter().map(|(_, why)| state_of(why)).collect::<Vec<_>>(), [is]);
        let typed = Draft { corrects: new.note.corrects, ..draft("a", 0, "pizza and beer") };
        assert_eq!(state_of(journal.save_draft(&typed, &here()).await.unwrap_err()), is);
        assert_eq!(state_of(journal.swap_drafts(&[typed], &[], &here()).await.unwrap_err()), is);
        let record = journal.order(&id("a")).await.unwrap();
        assert_eq!(record.order.intermediary.as_deref(), Some("Theke"), "nothing was written over");
        assert_eq!(open_drafts(&*journal).await, []);
    };
    refused("queued", &shown).await;
    journal.decide(&id("a"), &PersonDecision::Cancel, at(3)).await.unwrap();
    refused("cancelled", &shown).await;
    let seen = corrected(&*journal, "a", 4).await;
    // Somebody who sees it as it is corrects it, and OktoPOS refuses that.
    let open = correction(&*journal, "a", 4, "").await;
    journal.save_draft(&open, &there).await.unwrap();
    journal.place(&NewOrder { desk: there, ..seen.clone() }).await.unwrap();
    let seq = create_seq(&*journal, "a").await;
    journal.begin_attempt(seq, BASE, 0, at(5)).await.unwrap();
    journal.settle_attempt(seq, 0, &rejected("closed"), at(6)).await.unwrap();
    let mut late = new_order("a", 7);
    late.note.corrects = seen.note.corrects;
    assert_eq!(state_of(journal.place(&late).await.unwrap_err()), "rejected", "it was corrected since");
    assert_eq!(state_of(journal.place(&shown).await.unwrap_err()), "rejected");
    journal.place(&corrected(&*journal, "a", 8).await).await.unwrap();
    assert_eq!(word(&*journal, "a").await, "queued");
    journal.check().await.unwrap();
}

pub async fn an_attempt_is_marked_before_it_is_sent(store: impl Store) {
    let journal = store.open().await;
    journal.place(&new_order("a", 0)).await.unwrap();
    let seq = create_seq(&*journal, "a").await;
    journal.begin_attempt(seq, BASE, 0, at(1)).await.unwrap();
    let entry = outbox(&*journal).await.remove(0);
    assert_eq!((entry.attempts, entry.delivery), (1, Delivery::Sending));
    let row = journal.order(&id("a")).await.unwrap().row;
    assert_eq!((row.attempts, row.changed_at), (1, at(1)));
    assert_eq!(last_event(&*journal, "a").await, (EventKind::Attempt, "1".into()));
    // A second sender must not send it too, and nobody can send what is not there.
    state_of(journal.begin_attempt(seq, BASE, 0, at(2)).await.unwrap_err());
    state_of(journal.begin_attempt(seq + 1, BASE, 0, at(2)).await.unwrap_err());
    assert_eq!(journal.order(&id("a")).await.unwrap().row.attempts, 1);
}

pub async fn an_attempt_that_did_not_leave_waits_again(store: impl Store) {
    let journal = store.open().await;
    let requeued = Settled::Requeued { reason: "refused".into() };
    let seq = placed(&*journal, "a", 0, &requeued).await;
    let entry = outbox(&*journal).await.remove(0);
    assert_eq!((entry.seq, entry.attempts, entry.delivery), (seq, 1, Delivery::Queued));
    assert_eq!(last_event(&*journal, "a").await, (EventKind::Requeued, "refused".into()));
    let tried = async || journal.order(&id("a")).await.unwrap().row.tried;
    assert_eq!(tried().await.as_deref(), Some("refused"));
    journal.begin_attempt(seq, BASE, 0, at(5)).await.unwrap();
    assert_eq!(last_event(&*journal, "a").await, (EventKind::Attempt, "2".into()));
    assert_eq!(journal.order(&id("a")).await.unwrap().row.attempts, 2);
    journal.settle_attempt(seq, 0, &accepted(7), at(6)).await.unwrap();
    assert_eq!(tried().await, None, "what came of the last attempt is what counts");
}

pub async fn what_nobody_proves_is_believed_three_times(store: impl Store) {
    let journal = store.open().await;
    let not_taken = Settled::NotTaken { reason: "throttled".into() };
    let mut seq = placed(&*journal, "a", 0, &not_taken).await;
    for round in 0..2 {
        for second in [5, 6] {
            assert_eq!((word(&*journal, "a").await, outbox(&*journal).await.len()), ("queued", 1));
            assert_eq!(last_event(&*journal, "a").await, (EventKind::Requeued, "throttled".into()));
            journal.begin_attempt(seq, BASE, 0, at(second)).await.unwrap();
            journal.settle_attempt(seq, 0, &not_taken, at(second)).await.unwrap();
        }
        journal.begin_attempt(seq, BASE, 0, at(7)).await.unwrap();
        journal.settle_attempt(seq, 0, &not_taken, at(8)).await.unwrap();
        let row = journal.order(&id("a")).await.unwrap().row;
        assert_eq!(row.delivery, Delivery::Unknown { reason: "throttled".into() }, "a person decides, round {round}");
        assert_eq!((row.may_have_arrived, outbox(&*journal).await), (true, vec![]));
        // Whoever sends it again starts anew.
        journal.decide(&id("a"), &PersonDecision::Resend, at(9)).await.unwrap();
        seq = create_seq(&*journal, "a").await;
        journal.begin_attempt(seq, BASE, 0, at(10)).await.unwrap();
        journal.settle_attempt(seq, 0, &not_taken, at(11)).await.unwrap();
    }
    // A status that is set twice is the same status, so it is sent again as often as it takes.
    placed(&*journal, "b", 20, &accepted(1)).await;
    journal.request_status(&id("b"), "done", None, at(23)).await.unwrap();
    let status = outbox(&*journal).await.last().unwrap().seq;
    for second in 24..30 {
        journal.begin_attempt(status, BASE, 0, at(second)).await.unwrap();
        journal.settle_attempt(status, 0, &not_taken, at(second)).await.unwrap();
    }
    assert_eq!(outbox(&*journal).await.last().unwrap().attempts, 6);
}

pub async fn an_accepted_order_gets_id_and_status(store: impl Store) {
    let journal = store.open().await;
    placed(&*journal, "a", 0, &accepted(4711)).await;
    let row = journal.order(&id("a")).await.unwrap().row;
    assert_eq!(row.delivery, Delivery::Accepted { internal_id: Some(InternalId(4711)) });
    assert_eq!((row.status.as_deref(), row.changed_at), (Some("ready"), at(2)));
    assert_eq!(outbox(&*journal).await, []);
    assert_eq!(last_event(&*journal, "a").await, (EventKind::Accepted, "4711".into()));
}

pub async fn a_rejected_order_takes_its_status_changes_with_it(store: impl Store) {
    let journal = store.open().await;
    journal.place(&new_order("a", 0)).await.unwrap();
    for status in ["cooking", "done"] {
        journal.request_status(&id("a"), status, None, at(1)).await.unwrap();
    }
    let seq = create_seq(&*journal, "a").await;
    journal.begin_attempt(seq, BASE, 0, at(2)).await.unwrap();
    journal.settle_attempt(seq, 0, &rejected("closed"), at(3)).await.unwrap();
    let record = journal.order(&id("a")).await.unwrap();
    assert_eq!(record.row.delivery, Delivery::Rejected { reason: "closed".into() });
    assert_eq!(record.row.pending_status, None);
    assert_eq!(outbox(&*journal).await, []);
    let tail: Vec<_> = record.events[4..].iter().map(told).collect();
    use EventKind::{Rejected, StatusRefused};
    let wanted = [(Rejected, "closed"), (StatusRefused, "cooking"), (StatusRefused, "done")];
    assert_eq!(tail, wanted.map(|(kind, words)| (kind, words.to_owned())));
    journal.check().await.unwrap();
}

pub async fn an_unknown_order_leaves_the_outbox_and_its_changes_wait(store: impl Store) {
    let journal = store.open().await;
    journal.place(&new_order("a", 0)).await.unwrap();
    journal.request_status(&id("a"), "done", Some("eilt"), at(1)).await.unwrap();
    assert_eq!(last_event(&*journal, "a").await, (EventKind::StatusRequested, "done: eilt".into()));
    let seq = create_seq(&*journal, "a").await;
    journal.begin_attempt(seq, BASE, 0, at(2)).await.unwrap();
    journal.settle_attempt(seq, 0, &unknown("timeout"), at(3)).await.unwrap();
    assert_eq!(journal.order(&id("a")).await.unwrap().row.delivery, Delivery::Unknown { reason: "timeout".into() });
    let entry = outbox(&*journal).await.remove(0);
    assert_eq!(entry.task, Task::SetStatus { status: "done".into(), reason: Some("eilt".into()) });
    assert_eq!(entry.delivery, Delivery::Unknown { reason: "timeout".into() });
    assert_eq!(last_event(&*journal, "a").await, (EventKind::Unknown, "timeout".into()));
}

pub async fn an_outcome_must_fit_its_entry(store: impl Store) {
    let journal = store.open().await;
    placed(&*journal, "b", 0, &accepted(1)).await;
    journal.place(&new_order("a", 0)).await.unwrap();
    journal.request_status(&id("b"), "done", None, at(4)).await.unwrap();
    let entries = outbox(&*journal).await;
    let (create, status) = (entries[0].seq, entries[1].seq);
    state_of(journal.settle_attempt(create, 0, &Settled::StatusSet, at(5)).await.unwrap_err());
    state_of(journal.settle_attempt(status, 0, &accepted(2), at(5)).await.unwrap_err());
    state_of(journal.settle_attempt(status + 1, 0, &Settled::StatusSet, at(5)).await.unwrap_err());
    assert_eq!(outbox(&*journal).await, entries);
    assert_eq!(kinds(&*journal, "a").await, [EventKind::Placed]);
}

pub async fn status_changes_keep_their_sequence(store: impl Store) {
    let journal = store.open().await;
    placed(&*journal, "a", 0, &accepted(1)).await;
    for (status, second) in [("cooking", 5), ("done", 6)] {
        journal.request_status(&id("a"), status, None, at(second)).await.unwrap();
    }
    let row = journal.order(&id("a")).await.unwrap().row;
    assert_eq!(
        (row.pending_status.as_deref(), row.status.as_deref(), row.changed_at),
        (Some("done"), Some("ready"), at(6))
    );
    let entries = outbox(&*journal).await;
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0].internal_id, Some(InternalId(1)));
    for (entry, status) in entries.iter().zip(["cooking", "done"]) {
        assert_eq!(entry.task, Task::SetStatus { status: status.into(), reason: None });
        journal.begin_attempt(entry.seq, BASE, 0, at(7)).await.unwrap();
        assert_eq!(last_event(&*journal, "a").await, (EventKind::Attempt, status.into()));
        assert_eq!(word(&*journal, "a").await, "accepted");
        journal.settle_attempt(entry.seq, 0, &Settled::StatusSet, at(8)).await.unwrap();
        assert_eq!(journal.order(&id("a")).await.unwrap().row.status.as_deref(), Some(status));
        assert_eq!(last_event(&*journal, "a").await, (EventKind::StatusSet, status.into()));
    }
    let row = journal.order(&id("a")).await.unwrap().row;
    assert_eq!((row.pending_status, row.attempts), (None, 1));
}

pub async fn a_refused_status_is_dropped_and_shown(store: impl Store) {
    let journal = store.open().await;
    placed(&*journal, "a", 0, &accepted(1)).await;
    journal.request_status(&id("a"), "fertig", None, at(5)).await.unwrap();
    let seq = outbox(&*journal).await[0].seq;
    journal.begin_attempt(seq, BASE, 0, at(6)).await.unwrap();
    journal.settle_attempt(seq, 0, &rejected("no such status"), at(7)).await.unwrap();
    let row = journal.order(&id("a")).await.unwrap().row;
    assert_eq!(row.status_problem.as_deref(), Some("fertig: no such status"));
    assert_eq!((row.status.as_deref(), row.pending_status), (Some("ready"), None));
    assert_eq!(outbox(&*journal).await, []);
    assert_eq!(last_event(&*journal, "a").await, (EventKind::StatusRefused, "fertig: no such status".into()));
    journal.request_status(&id("a"), "done", None, at(8)).await.unwrap();
    assert_eq!(journal.order(&id("a")).await.unwrap().row.status_problem, None);
}

pub async fn a_status_that_may_have_been_set_is_sent_again(store: impl Store) {
    let journal = store.open().await;
    placed(&*journal, "a", 0, &accepted(1)).await;
    journal.request_status(&id("a"), "done", None, at(5)).await.unwrap();
    let seq = outbox(&*journal).await[0].seq;
    journal.begin_attempt(seq, BASE, 0, at(6)).await.unwrap();
    journal.settle_attempt(seq, 0, &unknown("timeout"), at(7)).await.unwrap();
    assert_eq!(word(&*journal, "a").await, "accepted");
    assert_eq!(last_event(&*journal, "a").await, (EventKind::Again, "timeout".into()));
    journal.begin_attempt(seq, BASE, 0, at(8)).await.unwrap();
    assert_eq!(outbox(&*journal).await[0].attempts, 2);
}

pub async fn status_changes_need_an_order_on_its_way(store: impl Store) {
    let journal = store.open().await;
    placed(&*journal, "r", 0, &rejected("no")).await;
    placed(&*journal, "u", 0, &unknown("no")).await;
    journal.place(&new_order("c", 0)).await.unwrap();
    journal.decide(&id("c"), &PersonDecision::Cancel, at(1)).await.unwrap();
    for (name, state) in [("r", "rejected"), ("u", "unknown"), ("c", "cancelled")] {
        let error = journal.request_status(&id(name), "done", None, at(5)).await.unwrap_err();
        assert_eq!(state_of(error), state);
    }
    journal.place(&new_order("s", 0)).await.unwrap();
    let seq = create_seq(&*journal, "s").await;
    journal.begin_attempt(seq, BASE, 0, at(1)).await.unwrap();
    journal.request_status(&id("s"), "done", None, at(2)).await.unwrap();
    assert_eq!(outbox(&*journal).await.len(), 2);
}

pub async fn a_status_change_goes_where_its_order_went(store: impl Store) {
    let journal = store.open().await;
    let there = "https://old.example/v1";
    journal.place(&NewOrder { base_url: there.into(), ..new_order("a", 0) }).await.unwrap();
    let seq = create_seq(&*journal, "a").await;
    journal.begin_attempt(seq, there, 0, at(1)).await.unwrap();
    journal.settle_attempt(seq, 0, &accepted(1), at(2)).await.unwrap();
    journal.request_status(&id("a"), "done", None, at(3)).await.unwrap();
    assert_eq!(outbox(&*journal).await[0].base_url, there);
}

pub async fn resending_sends_the_very_same_again(store: impl Store) {
    let journal = store.open().await;
    let first = placed(&*journal, "a", 0, &unknown("timeout")).await;
    journal.decide(&id("a"), &PersonDecision::Resend, at(9)).await.unwrap();
    let entry = outbox(&*journal).await.remove(0);
    assert_eq!((&entry.task, journal.body(entry.seq).await), (&Task::Create, Ok(new_order("a", 0).body)));
    assert_eq!((entry.base_url.as_str(), entry.queued_at, entry.attempts), (BASE, at(9), 0));
    assert!(entry.seq > first);
    assert_eq!(entry.delivery, Delivery::Queued);
    assert_eq!(last_event(&*journal, "a").await.0, EventKind::Resent);
    // The answer to the first attempt no longer settles anything.
    state_of(journal.settle_attempt(first, 0, &rejected("late"), at(10)).await.unwrap_err());
    assert_eq!(word(&*journal, "a").await, "queued");
    journal.check().await.unwrap();
}

pub async fn what_waits_goes_where_a_person_says(store: impl Store) {
    let journal = store.open().await;
    let other = "https://other.test/v1/";
    let decision = PersonDecision::Readdress { base_url: other.into(), internal_id: None };
    journal.place(&new_order("a", 0)).await.unwrap();
    journal.request_status(&id("a"), "done", None, at(1)).await.unwrap();
    journal.place(&new_order("b", 0)).await.unwrap();
    journal.decide(&id("a"), &decision, at(2)).await.unwrap();
    let outbox = outbox(&*journal).await;
    let addresses: Vec<_> = outbox.iter().map(|entry| (entry.order_id.as_str(), entry.base_url.as_str())).collect();
    assert_eq!(addresses, [("a", other), ("a", other), ("b", BASE)]);
    assert_eq!(journal.body(outbox[0].seq).await, Ok(new_order("a", 0).body), "the body stays what it was");
    assert_eq!(last_event(&*journal, "a").await, (EventKind::Readdressed, other.to_owned()));
    // What is sent again later goes to the new address, too.
    let seq = create_seq(&*journal, "a").await;
    journal.begin_attempt(seq, other, 0, at(3)).await.unwrap();
    journal.settle_attempt(seq, 0, &unknown("timeout"), at(3)).await.unwrap();
    journal.decide(&id("a"), &PersonDecision::Resend, at(4)).await.unwrap();
    let again = journal.outbox().await.unwrap();
    assert!(again.iter().filter(|entry| entry.order_id == id("a")).all(|entry| entry.base_url == other));
    placed(&*journal, "done", 0, &accepted(1)).await;
    assert_eq!(state_of(journal.decide(&id("done"), &decision, at(5)).await.unwrap_err()), "accepted");
}

pub async fn an_entry_begins_only_for_the_address_it_is_bound_to(store: impl Store) {
    let (one, two) = (store.open().await, store.open().await);
    let other = "https://other.test/v1/";
    one.place(&new_order("a", 0)).await.unwrap();
    // One program read the entry; at another one a person sends it elsewhere before it begins.
    let seq = create_seq(&*one, "a").await;
    let elsewhere = PersonDecision::Readdress { base_url: other.into(), internal_id: None };
    two.decide(&id("a"), &elsewhere, at(1)).await.unwrap();
    assert_eq!(state_of(one.begin_attempt(seq, BASE, 0, at(2)).await.unwrap_err()), "bound to another address");
    let record = one.order(&id("a")).await.unwrap();
    assert_eq!((record.row.delivery, record.row.attempts), (Delivery::Queued, 0));
    assert_eq!(last_event(&*one, "a").await.0, EventKind::Readdressed);
    two.begin_attempt(seq, other, 0, at(3)).await.unwrap();
    assert_eq!(state_of(one.begin_attempt(seq, BASE, 0, at(4)).await.unwrap_err()), "being sent");
    one.check().await.unwrap();
}

pub async fn an_order_that_arrived_meanwhile_is_not_readdressed(store: impl Store) {
    let journal = store.open().await;
    let seen_as = |internal_id| PersonDecision::Readdress { base_url: "https://other.test/v1/".into(), internal_id };
    journal.place(&new_order("a", 0)).await.unwrap();
    journal.request_status(&id("a"), "done", None, at(1)).await.unwrap();
    let seq = create_seq(&*journal, "a").await;
    journal.begin_attempt(seq, BASE, 0, at(2)).await.unwrap();
    journal.settle_attempt(seq, 0, &accepted(7), at(3)).await.unwrap();
    // Asked while it waited: its number would be another order there.
    for seen in [None, Some(InternalId(8))] {
        assert_eq!(state_of(journal.decide(&id("a"), &seen_as(seen), at(4)).await.unwrap_err()), "accepted");
    }
    assert_eq!(outbox(&*journal).await[0].base_url, BASE);
    journal.decide(&id("a"), &seen_as(Some(InternalId(7))), at(5)).await.unwrap();
    assert_eq!(outbox(&*journal).await[0].base_url, "https://other.test/v1/");
}

pub async fn settling_makes_an_unknown_order_accepted(store: impl Store) {
    let journal = store.open().await;
    for (name, internal_id) in [("a", None), ("b", Some(InternalId(8)))] {
        placed(&*journal, name, 0, &unknown("timeout")).await;
        journal.decide(&id(name), &PersonDecision::Settle { internal_id }, at(5)).await.unwrap();
        let row = journal.order(&id(name)).await.unwrap().row;
        assert_eq!((row.delivery, row.status.as_deref()), (Delivery::Accepted { internal_id }, Some("ready")));
        let detail = internal_id.map_or_else(String::new, |id| id.to_string());
        assert_eq!(last_event(&*journal, name).await, (EventKind::Settled, detail));
    }
}

pub async fn a_person_can_give_the_id_later(store: impl Store) {
    let journal = store.open().await;
    placed(&*journal, "a", 0, &unknown("timeout")).await;
    let settle = |id| PersonDecision::Settle { internal_id: id };
    journal.decide(&id("a"), &settle(None), at(5)).await.unwrap();
    journal.decide(&id("a"), &settle(Some(InternalId(9))), at(6)).await.unwrap();
    assert_eq!(journal.find_internal(InternalId(9)).await.unwrap(), Some(id("a")));
    state_of(journal.decide(&id("a"), &settle(Some(InternalId(10))), at(7)).await.unwrap_err());
}

pub async fn cancelling_empties_the_outbox(store: impl Store) {
    let journal = store.open().await;
    journal.place(&new_order("a", 0)).await.unwrap();
    journal.request_status(&id("a"), "done", None, at(1)).await.unwrap();
    placed(&*journal, "b", 0, &rejected("no")).await;
    for name in ["a", "b"] {
        journal.decide(&id(name), &PersonDecision::Cancel, at(2)).await.unwrap();
        assert_eq!(journal.order(&id(name)).await.unwrap().row.delivery, Delivery::Cancelled);
        assert_eq!(last_event(&*journal, name).await.0, EventKind::Cancelled);
    }
    assert_eq!(outbox(&*journal).await, []);
    journal.check().await.unwrap();
}

pub async fn decisions_that_do_not_fit_change_nothing(store: impl Store) {
    use PersonDecision::{Cancel, Resend};
    let settle = PersonDecision::Settle { internal_id: None };
    let journal = store.open().await;
    journal.place(&new_order("queued", 0)).await.unwrap();
    journal.place(&new_order("sending", 0)).await.unwrap();
    let seq = create_seq(&*journal, "sending").await;
    journal.begin_attempt(seq, BASE, 0, at(1)).await.unwrap();
    placed(&*journal, "accepted", 0, &accepted(1)).await;
    placed(&*journal, "rejected", 0, &rejected("no")).await;
    placed(&*journal, "unknown", 0, &unknown("no")).await;
    journal.place(&new_order("cancelled", 0)).await.unwrap();
    journal.decide(&id("cancelled"), &Cancel, at(1)).await.unwrap();
    let wrong: [(&str, &[&PersonDecision]); 6] = [
        ("queued", &[&Resend, &settle]),
        ("sending", &[&Resend, &settle, &Cancel]),
        ("accepted", &[&Resend, &settle, &Cancel]),
        ("rejected", &[&Resend, &settle]),
        ("unknown", &[&Cancel]),
        ("cancelled", &[&Resend, &settle, &Cancel]),
    ];
    for (name, decisions) in wrong {
        let before = journal.order(&id(name)).await.unwrap();
        for decision in decisions {
            assert_eq!(state_of(journal.decide(&id(name), decision, at(9)).await.unwrap_err()), name);
        }
        assert_eq!(journal.order(&id(name)).await.unwrap(), before);
    }
}

pub async fn what_is_not_there_is_not_found(store: impl Store) {
    let journal = store.open().await;
    let nobody = id("nobody");
    let missing = JournalError::NotFound(nobody.clone());
    assert_eq!(journal.order(&nobody).await.unwrap_err(), missing);
    assert_eq!(journal.decide(&nobody, &PersonDecision::Cancel, at(0)).await.unwrap_err(), missing);
    assert_eq!(journal.request_status(&nobody, "done", None, at(0)).await.unwrap_err(), missing);
    assert_eq!(journal.find_internal(InternalId(1)).await.unwrap(), None);
    // Refusals leave nothing open.
    journal.place(&new_order("a", 0)).await.unwrap();
    assert_eq!(listed(&*journal, OrderFilter::default()).await, ["a"]);
}

pub async fn the_ready_list_accepts_what_waits(store: impl Store) {
    let journal = store.open().await;
    placed(&*journal, "u", 0, &unknown("timeout")).await;
    journal.place(&new_order("q", 0)).await.unwrap();
    journal.place(&new_order("s", 0)).await.unwrap();
    let seq = create_seq(&*journal, "s").await;
    journal.begin_attempt(seq, BASE, 0, at(1)).await.unwrap();
    let seen = [ready("u", Some(3), Some("cooking")), ready("q", None, None), ready("s", None, Some("ready"))];
    let mut changed = journal.observe(&seen, at(5)).await.unwrap();
    changed.sort();
    assert_eq!(changed, [id("q"), id("s"), id("u")]);
    for (name, internal_id, status) in
        [("u", Some(InternalId(3)), "cooking"), ("q", None, "ready"), ("s", None, "ready")]
    {
        let row = journal.order(&id(name)).await.unwrap().row;
        assert_eq!(row.delivery, Delivery::Accepted { internal_id });
        assert_eq!((row.status.as_deref(), row.changed_at), (Some(status), at(5)));
        assert_eq!(last_event(&*journal, name).await.0, EventKind::SeenReady);
    }
    assert_eq!(outbox(&*journal).await, []);
    assert_eq!(journal.observe(&seen, at(6)).await.unwrap(), []);
    journal.check().await.unwrap();
}

pub async fn the_ready_list_never_moves_an_order_back(store: impl Store) {
    let journal = store.open().await;
    placed(&*journal, "a", 0, &accepted(1)).await;
    placed(&*journal, "r", 0, &rejected("no")).await;
    journal.place(&new_order("c", 0)).await.unwrap();
    journal.decide(&id("c"), &PersonDecision::Cancel, at(1)).await.unwrap();
    let before = journal.orders(&OrderFilter::default()).await.unwrap();
    let seen = [ready("a", Some(99), None), ready("r", Some(5), Some("ready")), ready("c", None, Some("ready"))];
    let mut changed = journal.observe(&seen, at(9)).await.unwrap();
    changed.sort();
    assert_eq!(changed, [id("c"), id("r")]);
    let after = journal.orders(&OrderFilter::default()).await.unwrap();
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before.delivery, after.delivery, "nothing moves by itself");
        assert_eq!(after.stray, after.order_id != id("a"));
    }
    let flagged = OrderFilter { flagged: true, ..OrderFilter::default() };
    assert_eq!(listed(&*journal, flagged).await.len(), 2);
    assert_eq!(journal.observe(&seen, at(10)).await.unwrap(), [], "told once");
}

pub async fn a_person_settles_what_was_given_up_and_is_there(store: impl Store) {
    let journal = store.open().await;
    placed(&*journal, "r", 0, &rejected("no")).await;
    journal.place(&new_order("c", 0)).await.unwrap();
    journal.decide(&id("c"), &PersonDecision::Cancel, at(1)).await.unwrap();
    journal.observe(&[ready("r", Some(5), Some("cooking")), ready("c", None, None)], at(2)).await.unwrap();
    for name in ["r", "c"] {
        let state = word(&*journal, name).await;
        let again = corrected(&*journal, name, 3).await;
        assert_eq!(state_of(journal.place(&again).await.unwrap_err()), "stray", "it would be there twice");
        assert_eq!(state_of(journal.decide(&id(name), &PersonDecision::Cancel, at(3)).await.unwrap_err()), state);
        journal.decide(&id(name), &PersonDecision::Settle { internal_id: None }, at(4)).await.unwrap();
        let row = journal.order(&id(name)).await.unwrap().row;
        assert!(!row.stray && !row.needs_person());
        assert_eq!(last_event(&*journal, name).await.0, EventKind::Settled);
    }
    let row = journal.order(&id("r")).await.unwrap().row;
    assert_eq!(row.delivery, Delivery::Accepted { internal_id: Some(InternalId(5)) });
    assert_eq!(row.status.as_deref(), Some("cooking"), "as it was seen");
    let row = journal.order(&id("c")).await.unwrap().row;
    assert_eq!((row.delivery, row.status.as_deref()), (Delivery::Accepted { internal_id: None }, Some("ready")));
    journal.check().await.unwrap();
}

pub async fn what_was_unclear_once_is_remembered(store: impl Store) {
    let journal = store.open().await;
    let may = async |name: &str| journal.order(&id(name)).await.unwrap().row.may_have_arrived;
    placed(&*journal, "u", 0, &unknown("timeout")).await;
    journal.decide(&id("u"), &PersonDecision::Resend, at(3)).await.unwrap();
    assert!(may("u").await);
    journal.decide(&id("u"), &PersonDecision::Cancel, at(4)).await.unwrap();
    assert!(may("u").await);
    placed(&*journal, "again", 0, &Settled::Again { reason: "reset".into() }).await;
    assert_eq!((word(&*journal, "again").await, may("again").await), ("queued", true));
    placed(&*journal, "broken", 0, &rejected("no")).await;
    journal.place(&corrected(&*journal, "broken", 3).await).await.unwrap();
    assert!(!may("broken").await);
    let seq = create_seq(&*journal, "broken").await;
    journal.begin_attempt(seq, BASE, 0, at(5)).await.unwrap();
    journal.recover(at(6)).await.unwrap();
    assert!(may("broken").await);
    placed(&*journal, "clear", 0, &Settled::Requeued { reason: "refused".into() }).await;
    assert!(!may("clear").await);
}

pub async fn a_waiting_order_becomes_a_draft_or_stays(store: impl Store) {
    let journal = store.open().await;
    let reopen = |draft: &Draft| PersonDecision::Reopen { draft: Box::new(opened(draft.clone(), here())) };
    journal.place(&new_order("a", 0)).await.unwrap();
    let draft = correction(&*journal, "a", 9, "").await;
    journal.request_status(&id("a"), "done", None, at(1)).await.unwrap();
    journal.decide(&id("a"), &reopen(&draft), at(2)).await.unwrap();
    assert_eq!((word(&*journal, "a").await, outbox(&*journal).await), ("cancelled", vec![]));
    assert_eq!(open_drafts(&*journal).await, std::slice::from_ref(&draft));
    assert_eq!(last_event(&*journal, "a").await.0, EventKind::Cancelled);
    journal.place(&corrected(&*journal, "a", 3).await).await.unwrap();
    let seq = create_seq(&*journal, "a").await;
    journal.begin_attempt(seq, BASE, 0, at(4)).await.unwrap();
    assert_eq!(state_of(journal.decide(&id("a"), &reopen(&draft), at(5)).await.unwrap_err()), "sending");
    assert_eq!(open_drafts(&*journal).await, []);
}

pub async fn a_status_change_is_given_up_or_noted(store: impl Store) {
    use PersonDecision::DropStatus;
    let journal = store.open().await;
    placed(&*journal, "a", 0, &accepted(1)).await;
    assert_eq!(state_of(journal.decide(&id("a"), &DropStatus, at(3)).await.unwrap_err()), "accepted");
    for word in ["cooking", "done"] {
        journal.request_status(&id("a"), word, None, at(3)).await.unwrap();
    }
    journal.decide(&id("a"), &DropStatus, at(4)).await.unwrap();
    assert_eq!(outbox(&*journal).await, []);
    assert_eq!(last_event(&*journal, "a").await, (EventKind::StatusDropped, "cooking, done".into()));
    journal.request_status(&id("a"), "odd", None, at(5)).await.unwrap();
    let seq = outbox(&*journal).await[0].seq;
    journal.begin_attempt(seq, BASE, 0, at(6)).await.unwrap();
    assert_eq!(state_of(journal.decide(&id("a"), &DropStatus, at(6)).await.unwrap_err()), "accepted", "on its way");
    journal.settle_attempt(seq, 0, &rejected("no such status"), at(7)).await.unwrap();
    assert!(journal.order(&id("a")).await.unwrap().row.needs_person());
    journal.decide(&id("a"), &DropStatus, at(8)).await.unwrap();
    assert!(!journal.order(&id("a")).await.unwrap().row.needs_person());
}

pub async fn a_status_change_is_bound_to_the_address_of_its_order(store: impl Store) {
    let journal = store.open().await;
    let other = "https://other.test/v1/";
    journal.place(&oktodesk::ports::journal::NewOrder { base_url: other.into(), ..new_order("a", 0) }).await.unwrap();
    journal.request_status(&id("a"), "done", None, at(1)).await.unwrap();
    assert!(outbox(&*journal).await.iter().all(|entry| entry.base_url == other));
}

pub async fn the_ready_list_takes_over_status_and_id_once(store: impl Store) {
    let journal = store.open().await;
    placed(&*journal, "a", 0, &unknown("timeout")).await;
    journal.decide(&id("a"), &PersonDecision::Settle { internal_id: None }, at(4)).await.unwrap();
    let seen = [ready("a", Some(7), Some("cooking"))];
    assert_eq!(journal.observe(&seen, at(5)).await.unwrap(), [id("a")]);
    let row = journal.order(&id("a")).await.unwrap().row;
    assert_eq!(row.delivery, Delivery::Accepted { internal_id: Some(InternalId(7)) });
    assert_eq!(row.status.as_deref(), Some("cooking"));
    assert_eq!(last_event(&*journal, "a").await, (EventKind::StatusSeen, "cooking".into()));
    let events = kinds(&*journal, "a").await.len();
    assert_eq!(journal.observe(&seen, at(6)).await.unwrap(), []);
    assert_eq!(kinds(&*journal, "a").await.len(), events);
}

pub async fn a_pending_change_wins_over_the_ready_list(store: impl Store) {
    let journal = store.open().await;
    placed(&*journal, "a", 0, &accepted(1)).await;
    journal.request_status(&id("a"), "done", None, at(3)).await.unwrap();
    assert_eq!(journal.observe(&[ready("a", None, Some("cooking"))], at(4)).await.unwrap(), []);
    journal.place(&new_order("q", 5)).await.unwrap();
    journal.request_status(&id("q"), "done", None, at(6)).await.unwrap();
    assert_eq!(journal.observe(&[ready("q", Some(2), Some("cooking"))], at(7)).await.unwrap(), [id("q")]);
    let row = journal.order(&id("q")).await.unwrap().row;
    assert_eq!((row.status.as_deref(), row.pending_status.as_deref()), (Some("ready"), Some("done")));
    let entries = outbox(&*journal).await;
    assert_eq!(entries.iter().map(|entry| entry.order_id.as_str()).collect::<Vec<_>>(), ["a", "q"]);
    assert_eq!(entries[1].internal_id, Some(InternalId(2)));
}

pub async fn repeated_foreign_and_empty_rows_do_no_harm(store: impl Store) {
    let journal = store.open().await;
    placed(&*journal, "a", 0, &accepted(1)).await;
    assert_eq!(journal.observe(&[], at(3)).await.unwrap(), []);
    let anonymous = oktodesk::ports::pos::ReadyOrder::default();
    let twice = [
        ready("foreign", Some(1), Some("done")),
        anonymous,
        ready("a", None, Some("cooking")),
        ready("a", None, Some("ready")),
        ready("a", None, Some("")),
    ];
    assert_eq!(journal.observe(&twice, at(4)).await.unwrap(), [id("a")]);
    assert_eq!(journal.observe(&twice, at(5)).await.unwrap(), []);
    assert_eq!(journal.order(&id("a")).await.unwrap().row.status.as_deref(), Some("cooking"));
}

pub async fn an_answer_after_the_ready_list_still_brings_its_id(store: impl Store) {
    let journal = store.open().await;
    let late = [accepted(5), rejected("double"), unknown("reset"), Settled::Requeued { reason: "down".into() }];
    for (name, settled) in ["a", "b", "c", "d"].into_iter().zip(late) {
        journal.place(&new_order(name, 0)).await.unwrap();
        let seq = create_seq(&*journal, name).await;
        journal.begin_attempt(seq, BASE, 0, at(1)).await.unwrap();
        journal.observe(&[ready(name, None, Some("ready"))], at(2)).await.unwrap();
        let before = kinds(&*journal, name).await.len();
        journal.settle_attempt(seq, 0, &settled, at(3)).await.unwrap();
        assert_eq!(word(&*journal, name).await, "accepted");
        assert_eq!(kinds(&*journal, name).await.len(), before + 1);
    }
    assert_eq!(journal.find_internal(InternalId(5)).await.unwrap(), Some(id("a")));
    assert_eq!(outbox(&*journal).await, []);
}

pub async fn an_answer_after_recovery_still_counts(store: impl Store) {
    let journal = store.open().await;
    for (name, settled, word_then) in
        [("a", accepted(5), "accepted"), ("b", rejected("no"), "rejected"), ("c", unknown("x"), "unknown")]
    {
        journal.place(&new_order(name, 0)).await.unwrap();
        let seq = create_seq(&*journal, name).await;
        journal.begin_attempt(seq, BASE, 0, at(1)).await.unwrap();
        assert_eq!(journal.recover(at(2)).await.unwrap(), 1);
        journal.settle_attempt(seq, 0, &settled, at(3)).await.unwrap();
        assert_eq!(word(&*journal, name).await, word_then);
    }
    journal.check().await.unwrap();
}

pub async fn each_program_that_sends_is_known_and_comes_after_those_before(store: impl Store) {
    let journal = store.open().await;
    let by = async |name: &str| journal.order(&id(name)).await.unwrap().row.last_sender;
    let first = journal.begins_to_send("first (1@here)", at(1)).await.unwrap();
    let second = journal.begins_to_send("second (2@here)", at(2)).await.unwrap();
    assert!(0 < first && first < second);
    journal.place(&new_order("a", 3)).await.unwrap();
    let seq = outbox(&*journal).await[0].seq;
    assert_eq!(by("a").await, None, "nobody has sent it yet");
    journal.begin_attempt(seq, BASE, first, at(4)).await.unwrap();
    let named = by("a").await.unwrap();
    assert_eq!((&*named.name, named.since, named.fence), ("first (1@here)", Some(at(1)), first));
    journal.settle_attempt(seq, first, &Settled::Requeued { reason: "r".into() }, at(5)).await.unwrap();
    journal.begin_attempt(seq, BASE, second, at(6)).await.unwrap();
    // What was replaced takes nothing from its successor, and begins nothing.
    journal.settle_attempt(seq, first, &rejected("late"), at(7)).await.unwrap();
    assert_eq!(word(&*journal, "a").await, "sending");
    journal.settle_attempt(seq, second, &Settled::Requeued { reason: "r".into() }, at(8)).await.unwrap();
    let taken_over = journal.begin_attempt(seq, BASE, first, at(9)).await.unwrap_err();
    assert_eq!(state_of(taken_over), "taken over by another program");
    journal.begin_attempt(seq, BASE, second, at(10)).await.unwrap();
    let again = store.open().await;
    assert_eq!(again.recover(at(11)).await.unwrap(), 1);
    assert!(again.begins_to_send("third (3@here)", at(11)).await.unwrap() > second);
    assert_eq!(by("a").await.unwrap().name, "second (2@here)", "who may still be sending it");
    assert_eq!(journal.orders(&OrderFilter::default()).await.unwrap()[0].last_sender, by("a").await);
}

pub async fn recovery_settles_what_was_under_way(store: impl Store) {
    let journal = store.open().await;
    assert_eq!(journal.recover(at(0)).await.unwrap(), 0);
    placed(&*journal, "done", 0, &accepted(1)).await;
    journal.request_status(&id("done"), "cooking", None, at(3)).await.unwrap();
    let status = outbox(&*journal).await[0].seq;
    journal.begin_attempt(status, BASE, 0, at(4)).await.unwrap();
    for name in ["x", "y", "waits"] {
        journal.place(&new_order(name, 0)).await.unwrap();
    }
    for name in ["x", "y"] {
        journal.begin_attempt(create_seq(&*journal, name).await, BASE, 0, at(4)).await.unwrap();
    }
    drop(journal);
    let journal = store.open().await;
    assert_eq!(journal.recover(at(9)).await.unwrap(), 2);
    for name in ["x", "y"] {
        assert_eq!(word(&*journal, name).await, "unknown");
        assert_eq!(last_event(&*journal, name).await.0, EventKind::Unknown);
    }
    assert_eq!(word(&*journal, "waits").await, "queued");
    assert_eq!(last_event(&*journal, "done").await.0, EventKind::Again);
    assert_eq!(
        outbox(&*journal).await.iter().map(|entry| entry.order_id.as_str()).collect::<Vec<_>>(),
        ["done", "waits"]
    );
    journal.begin_attempt(status, BASE, 0, at(10)).await.unwrap();
    assert_eq!(journal.recover(at(11)).await.unwrap(), 0);
    journal.check().await.unwrap();
}

pub async fn orders_are_filtered_and_newest_first(store: impl Store) {
    let journal = store.open().await;
    // Recorded out of sequence: the clock was set back in between.
    journal.place(&new_order("queued", 40)).await.unwrap();
    placed(&*journal, "accepted", 10, &accepted(1)).await;
    placed(&*journal, "rejected", 30, &rejected("no")).await;
    placed(&*journal, "unknown", 20, &unknown("no")).await;
    let all = ["queued", "rejected", "unknown", "accepted"];
    assert_eq!(listed(&*journal, OrderFilter::default()).await, all);
    for name in all {
        let filter = OrderFilter { delivery: Some(name.into()), ..OrderFilter::default() };
        assert_eq!(listed(&*journal, filter).await, [name]);
    }
    let nothing = ["sending", "cancelled", "what?"]
        .map(|word| OrderFilter { delivery: Some(word.into()), ..OrderFilter::default() });
    for filter in nothing {
        assert_eq!(listed(&*journal, filter).await, Vec::<String>::new());
    }
    let limit = OrderFilter { limit: Some(2), ..OrderFilter::default() };
    assert_eq!(listed(&*journal, limit).await, all[..2]);
    let status = OrderFilter { status: Some("ready".into()), ..OrderFilter::default() };
    assert_eq!(listed(&*journal, status).await, ["accepted"]);
    let since = |changed_since: Timestamp| OrderFilter { changed_since: Some(changed_since), ..OrderFilter::default() };
    assert_eq!(listed(&*journal, since(at(32))).await, ["queued", "rejected"]);
    assert_eq!(listed(&*journal, since(at(33))).await, ["queued"]);
    let both = OrderFilter { delivery: Some("unknown".into()), limit: Some(5), ..since(at(22)) };
    assert_eq!(listed(&*journal, both).await, ["unknown"]);
}

pub async fn the_internal_id_finds_the_order(store: impl Store) {
    let journal = store.open().await;
    placed(&*journal, "a", 0, &accepted(-1)).await;
    placed(&*journal, "b", 0, &accepted(i64::MAX)).await;
    assert_eq!(journal.find_internal(InternalId(-1)).await.unwrap(), Some(id("a")));
    assert_eq!(journal.find_internal(InternalId(i64::MAX)).await.unwrap(), Some(id("b")));
    assert_eq!(journal.find_internal(InternalId(0)).await.unwrap(), None);
}

pub async fn articles_are_replaced_as_a_whole(store: impl Store) {
    let journal = store.open().await;
    assert_eq!(journal.articles().await.unwrap(), (Vec::new(), None));
    let many: Vec<_> = (0..5_000).map(article).collect();
    journal.replace_articles(&shared(&many), at(1)).await.unwrap();
    let (loaded, made_at) = journal.articles().await.unwrap();
    assert!(loaded == shared(&many), "the same articles in the same sequence");
    assert_eq!(made_at, Some(at(1)));
    assert!(Arc::ptr_eq(&loaded[0].group, &loaded[4_995].group), "shared text is shared");
    assert!(Arc::ptr_eq(&loaded[0].prices[0].tax, &loaded[4_999].prices[0].tax));
    journal.replace_articles(&shared(&many[..3]), at(2)).await.unwrap();
    assert_eq!(journal.articles().await.unwrap(), (shared(&many[..3]), Some(at(2))));
    journal.replace_articles(&[], at(3)).await.unwrap();
    assert_eq!(journal.articles().await.unwrap(), (Vec::new(), Some(at(3))));
}

pub async fn short_texts_are_kept_by_name(store: impl Store) {
    let journal = store.open().await;
    assert_eq!(journal.kept("a").await.unwrap(), None);
    journal.keep("a", "eins").await.unwrap();
    journal.keep("articles_at", "nobody else's").await.unwrap();
    journal.keep("a", "zwei").await.unwrap();
    journal.replace_articles(&shared(&[article(1)]), at(4)).await.unwrap();
    drop(journal);
    let journal = store.open().await;
    assert_eq!(journal.kept("a").await.unwrap().as_deref(), Some("zwei"));
    assert_eq!(journal.kept("articles_at").await.unwrap().as_deref(), Some("nobody else's"));
    assert_eq!(journal.articles().await.unwrap().1, Some(at(4)));
}

pub async fn everything_comes_back_after_opening_again(store: impl Store) {
    let journal = store.open().await;
    journal.save_draft(&draft("d", 0, "halb getippt"), &here()).await.unwrap();
    placed(&*journal, "a", 0, &accepted(1)).await;
    journal.place(&new_order("q", 3)).await.unwrap();
    journal.replace_articles(&shared(&[article(1)]), at(4)).await.unwrap();
    let rows = journal.orders(&OrderFilter::default()).await.unwrap();
    let (record, entries) = (journal.order(&id("a")).await.unwrap(), outbox(&*journal).await);
    drop(journal);
    let journal = store.open().await;
    assert_eq!(open_drafts(&*journal).await, [draft("d", 0, "halb getippt")]);
    assert_eq!(journal.orders(&OrderFilter::default()).await.unwrap(), rows);
    assert_eq!(journal.order(&id("a")).await.unwrap(), record);
    assert_eq!(outbox(&*journal).await, entries);
    assert_eq!(journal.articles().await.unwrap(), (shared(&[article(1)]), Some(at(4))));
    journal.check().await.unwrap();
}

pub async fn two_programs_write_into_one_store(store: impl Store) {
    let (one, two) = tokio::join!(store.open(), store.open());
    let write = |journal: Arc<dyn Journal>, prefix: &'static str| async move {
        for number in 0..25 {
            let name = format!("{prefix}{number}");
            journal.place(&new_order(&name, number)).await.unwrap();
            let seq = create_seq(&*journal, &name).await;
            journal.begin_attempt(seq, BASE, 0, at(number)).await.unwrap();
            journal.settle_attempt(seq, 0, &accepted(number), at(number)).await.unwrap();
        }
    };
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(write(Arc::clone(&one), "one"));
    tasks.spawn(write(Arc::clone(&two), "two"));
    tasks.join_all().await;
    for journal in [&one, &two] {
        let rows = journal.orders(&OrderFilter::default()).await.unwrap();
        assert_eq!(rows.len(), 50);
        assert!(rows.iter().all(|row| row.delivery.word() == "accepted" && row.attempts == 1));
    }
    // The same order from both: one is refused.
    let new = new_order("same", 99);
    let (first, second) = tokio::join!(one.place(&new), two.place(&new));
    assert!(first.is_ok() != second.is_ok());
    let seq = create_seq(&*one, "same").await;
    let (first, second) = tokio::join!(one.begin_attempt(seq, BASE, 0, at(1)), two.begin_attempt(seq, BASE, 0, at(1)));
    assert!(first.is_ok() != second.is_ok(), "only one may send it");
    one.check().await.unwrap();
}

pub async fn strange_text_comes_back_as_it_was(store: impl Store) {
    let journal = store.open().await;
    let strange = "'\"; DROP TABLE orders; -- \\ \u{0}\u{1b}[31m\u{202e}\u{2028}😀\n?1 %s";
    let mut new = new_order("x", 0);
    new.order.order_id = id(strange);
    new.order.customer.as_mut().unwrap().family_name = Some(strange.into());
    new.order.status = strange.into();
    new.body = serde_json::to_string(&new.order).unwrap();
    journal.place(&new).await.unwrap();
    let seq = create_seq(&*journal, strange).await;
    journal.begin_attempt(seq, BASE, 0, at(1)).await.unwrap();
    journal.settle_attempt(seq, 0, &unknown(strange), at(2)).await.unwrap();
    journal.observe(&[ready(strange, Some(1), None)], at(3)).await.unwrap();
    journal.request_status(&id(strange), strange, Some(strange), at(4)).await.unwrap();
    let record = journal.order(&id(strange)).await.unwrap();
    assert_eq!((record.row.who.as_str(), record.row.status.as_deref()), (strange, Some(strange)));
    assert_eq!(record.row.pending_status.as_deref(), Some(strange));
    assert_eq!(record.order, new.order);
    assert_eq!(record.events[2].words, strange);
    let entry = outbox(&*journal).await.remove(0);
    assert_eq!(entry.task, Task::SetStatus { status: strange.into(), reason: Some(strange.into()) });
}

fn forget(before: i64, over: &[&str]) -> Forget {
    let over = Some(over.iter().map(|&word| word.into()).collect());
    Forget { before: at(before), over, only: None, after: 0, look_at: 100 }
}

/// An accepted order whose last status is set.
async fn done(journal: &dyn Journal, name: &str, second: i64) {
    placed(journal, name, second, &accepted(second)).await;
    journal.request_status(&id(name), "done", Some("holt Muster ab"), at(second + 3)).await.unwrap();
    let seq = outbox(journal).await.last().unwrap().seq;
    journal.begin_attempt(seq, BASE, 0, at(second + 4)).await.unwrap();
    journal.settle_attempt(seq, 0, &Settled::StatusSet, at(second + 5)).await.unwrap();
}

pub async fn guests_of_orders_that_are_over_are_forgotten_and_what_was_sold_stays(store: impl Store) {
    let journal = store.open().await;
    done(&*journal, "a", 0).await;
    let before = journal.order(&id("a")).await.unwrap();
    let forgotten = journal.forget(&forget(99, &["done"]), at(100)).await.unwrap();
    assert_eq!((forgotten.orders, forgotten.next), (vec![id("a")], None));
    let after = journal.order(&id("a")).await.unwrap();
    assert_eq!((after.row.who.as_str(), after.row.address.as_str(), after.row.pickup_token.as_str()), ("", "", ""));
    assert_eq!(after.order.customer, None);
    assert_eq!((&after.order.items, &after.order.payment), (&before.order.items, &before.order.payment));
    assert_eq!(after.order.location, before.order.location);
    assert_eq!((after.row.total, after.row.delivery), (before.row.total, before.row.delivery));
    assert_eq!(after.row.status.as_deref(), Some("done"));
    assert_eq!(after.row.changed_at, at(100), "who lists orders has to be told");
    assert_eq!(last_event(&*journal, "a").await, (EventKind::Forgotten, String::new()));
    assert_eq!(after.events.len(), before.events.len() + 1);
    journal.check().await.unwrap();
}

pub async fn guests_of_open_orders_stay(store: impl Store) {
    let journal = store.open().await;
    journal.place(&new_order("queued", 0)).await.unwrap();
    journal.place(&new_order("sending", 1)).await.unwrap();
    journal.begin_attempt(create_seq(&*journal, "sending").await, BASE, 0, at(1)).await.unwrap();
    placed(&*journal, "unknown", 2, &unknown("timeout")).await;
    placed(&*journal, "rejected", 3, &rejected("closed")).await;
    placed(&*journal, "ready", 4, &accepted(1)).await;
    // The last status is asked for and not set.
    placed(&*journal, "changing", 5, &accepted(2)).await;
    journal.observe(&[ready("changing", None, Some("done"))], at(6)).await.unwrap();
    journal.request_status(&id("changing"), "ready", None, at(7)).await.unwrap();
    let bodies = async || {
        let mut bodies = Vec::new();
        for entry in outbox(&*journal).await {
            bodies.push((journal.body(entry.seq).await, entry.task));
        }
        bodies
    };
    let waiting = bodies().await;
    let all = ["queued", "sending", "unknown", "rejected", "ready", "changing"];
    assert_eq!(journal.forget(&forget(9999, &["done"]), at(9999)).await.unwrap().orders, []);
    // Nor when they are named.
    let named = Forget { only: Some(all.map(id).into()), ..forget(9999, &["done"]) };
    assert_eq!(journal.forget(&named, at(9999)).await.unwrap().orders, []);
    for name in all {
        assert!(journal.order(&id(name)).await.unwrap().order.customer.is_some(), "{name}");
    }
    assert_eq!(bodies().await, waiting, "what is sent is byte for byte what it was");
    // A person may say that the status does not matter, for what OktoPOS has and no change is under way of.
    let any = Forget { over: None, ..named };
    assert_eq!(journal.forget(&any, at(9999)).await.unwrap().orders, [id("ready")]);
}

pub async fn guests_are_forgotten_after_their_time_and_once(store: impl Store) {
    let journal = store.open().await;
    done(&*journal, "old", 0).await;
    done(&*journal, "young", 50).await;
    journal.place(&new_order("taken back", 0)).await.unwrap();
    journal.decide(&id("taken back"), &PersonDecision::Cancel, at(20)).await.unwrap();
    assert_eq!(journal.forget(&forget(5, &["done"]), at(60)).await.unwrap().orders, [], "the instant itself is kept");
    assert_eq!(journal.forget(&forget(6, &["done"]), at(60)).await.unwrap().orders, [id("old")]);
    assert_eq!(journal.forget(&forget(6, &["done"]), at(61)).await.unwrap().orders, []);
    assert_eq!(journal.forget(&forget(50, &["done"]), at(62)).await.unwrap().orders, [id("taken back")]);
    assert_eq!(journal.forget(&forget(99, &["elsewhere"]), at(63)).await.unwrap().orders, []);
    assert_eq!(journal.forget(&forget(99, &["done"]), at(64)).await.unwrap().orders, [id("young")]);
    assert_eq!(kinds(&*journal, "old").await.iter().filter(|kind| **kind == EventKind::Forgotten).count(), 1);
    // An order without a guest is looked at once and never named.
    let mut plain = new_order("plain", 0);
    plain.order.customer = None;
    plain.order.pickup = None;
    plain.body = serde_json::to_string(&plain.order).unwrap();
    journal.place(&plain).await.unwrap();
    journal.decide(&id("plain"), &PersonDecision::Cancel, at(70)).await.unwrap();
    assert_eq!(journal.forget(&forget(99, &["done"]), at(99)).await.unwrap().orders, []);
    assert_eq!(journal.order(&id("plain")).await.unwrap().row.changed_at, at(70));
    let (_, reach) = journal.guests(0, 1).await.unwrap();
    assert_eq!(reach, None, "nothing is left to look at");
}

pub async fn an_order_placed_again_has_a_guest_again(store: impl Store) {
    let journal = store.open().await;
    journal.place(&new_order("a", 0)).await.unwrap();
    journal.decide(&id("a"), &PersonDecision::Cancel, at(1)).await.unwrap();
    assert_eq!(journal.forget(&forget(9, &[]), at(2)).await.unwrap().orders.len(), 1);
    journal.place(&corrected(&*journal, "a", 3).await).await.unwrap();
    assert_eq!(journal.order(&id("a")).await.unwrap().row.who, "Muster");
    assert_eq!(journal.forget(&forget(9, &[]), at(4)).await.unwrap().orders, []);
    journal.decide(&id("a"), &PersonDecision::Cancel, at(5)).await.unwrap();
    assert_eq!(journal.forget(&forget(9, &[]), at(6)).await.unwrap().orders.len(), 1);
}

pub async fn guests_are_listed_window_by_window(store: impl Store) {
    let journal = store.open().await;
    for number in 0..5 {
        placed(&*journal, &format!("a{number}"), number, &accepted(number)).await;
    }
    placed(&*journal, "u", 9, &unknown("timeout")).await;
    journal.request_status(&id("a1"), "done", None, at(20)).await.unwrap();
    let (mut found, mut after) = (Vec::new(), 0);
    loop {
        let (guests, next) = journal.guests(after, 4).await.unwrap();
        assert!(guests.len() <= 4);
        found.extend(guests);
        let Some(next) = next else { break };
        after = next;
    }
    let shown: Vec<_> = found.iter().map(|guest| (guest.order_id.as_str(), guest.is_changing)).collect();
    assert_eq!(shown, [("a0", false), ("a1", true), ("a2", false), ("a3", false), ("a4", false), ("u", false)]);
    assert_eq!(found[5].delivery, Delivery::Unknown { reason: "timeout".into() });
    assert!(found.iter().all(|guest| guest.customer.phone.as_deref() == Some("040 123")));
    assert!(journal.erase(&[]).await.unwrap());
}

pub async fn what_the_server_said_goes_with_the_guest(store: impl Store) {
    let journal = store.open().await;
    let said = "customer Muster is unknown";
    placed(&*journal, "a", 0, &rejected(said)).await;
    journal.place(&corrected(&*journal, "a", 3).await).await.unwrap();
    let seq = create_seq(&*journal, "a").await;
    for settled in [Settled::Requeued { reason: said.into() }, accepted(7)] {
        journal.begin_attempt(seq, BASE, 0, at(4)).await.unwrap();
        journal.settle_attempt(seq, 0, &settled, at(5)).await.unwrap();
    }
    journal.request_status(&id("a"), "done", Some("Muster: krank"), at(6)).await.unwrap();
    let seq = outbox(&*journal).await[0].seq;
    journal.settle_attempt(seq, 0, &rejected(said), at(7)).await.unwrap();
    journal.observe(&[ready("a", None, Some("done"))], at(8)).await.unwrap();
    let before = journal.order(&id("a")).await.unwrap();
    assert_eq!(journal.forget(&forget(9, &["done"]), at(10)).await.unwrap().orders.len(), 1);
    let after = journal.order(&id("a")).await.unwrap();
    assert!(!format!("{after:?}").contains("Muster"), "{after:?}");
    let bare = |event: &OrderEvent| OrderEvent { words: String::new(), ..event.clone() };
    let wanted: Vec<_> = before.events.iter().map(bare).collect();
    assert_eq!(after.events[..before.events.len()], wanted, "the history stays whole, but for what was said");
    let detail = |kind| after.events.iter().find(|event| event.kind == kind).unwrap().detail.as_str();
    assert_eq!(
        [EventKind::Accepted, EventKind::StatusRefused, EventKind::StatusSeen, EventKind::Rejected].map(detail),
        ["7", "done", "done", ""]
    );
    assert_eq!(detail(EventKind::StatusRequested), "done");
}

pub async fn the_reason_for_a_status_goes_also_where_no_guest_was_named(store: impl Store) {
    let journal = store.open().await;
    let mut new = new_order("a", 0);
    new.order = oktodesk::domain::order::privacy::without_guest(&new.order);
    new.body = serde_json::to_string(&new.order).unwrap();
    new.guest = Default::default();
    journal.place(&new).await.unwrap();
    let seq = create_seq(&*journal, "a").await;
    journal.begin_attempt(seq, BASE, 0, at(1)).await.unwrap();
    journal.settle_attempt(seq, 0, &accepted(7), at(2)).await.unwrap();
    journal.request_status(&id("a"), "done", Some("Frau Muster will nicht"), at(3)).await.unwrap();
    let seq = outbox(&*journal).await[0].seq;
    journal.begin_attempt(seq, BASE, 0, at(4)).await.unwrap();
    journal.settle_attempt(seq, 0, &Settled::StatusSet, at(5)).await.unwrap();
    assert!(format!("{:?}", journal.order(&id("a")).await.unwrap()).contains("Muster"));
    assert_eq!(journal.forget(&forget(9, &["done"]), at(10)).await.unwrap().orders.len(), 1);
    let after = journal.order(&id("a")).await.unwrap();
    assert!(!format!("{after:?}").contains("Muster"), "{after:?}");
}
