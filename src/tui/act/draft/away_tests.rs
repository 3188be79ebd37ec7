//! Two desks on one journal: what each shows of the other's drafts, and what becomes of a draft that was lost to the other.

use crate::{
    desk::{
        DeskError,
        drafts::{Elsewhere, Holder},
    },
    domain::{
        draft::{Draft, field::Field, flow::Step},
        value::{ids::DeskId, reason::Reason},
    },
    ports::{JournalError, SeenDesk},
    tui::{
        effect::Effect,
        msg::{Lost, Msg, Reply},
        state::{
            overlay::{
                Overlay,
                confirm::{Confirm, Question},
            },
            slot::Slot,
        },
        testing::{Hands, at, disk_full, id, placed, saved},
    },
};

fn there() -> Holder {
    Holder { desk: Some(DeskId("there".into())), seen: SeenDesk::Running { since: Some(at("2026-05-04T16:02:00Z")) } }
}

/// A pizza at table 7, as another desk has it.
fn pizza() -> Draft {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("alt+3 7");
    Draft { order_id: id(70), ..hands.draft().clone() }
}

fn elsewhere(draft: Draft) -> Msg {
    Msg::Reply(Reply::Elsewhere(vec![Elsewhere { draft, holder: there() }]))
}

fn asked(hands: &Hands) -> Option<&Question> {
    match &hands.overlay {
        Some(Overlay::Confirm(Confirm { question, .. })) => Some(question),
        _ => None,
    }
}

/// A desk that shows the other desk's pizza, and has chips of its own.
fn beside() -> Hands {
    let mut hands = Hands::new();
    hands.enter(&["61"]);
    hands.take(elsewhere(pizza()));
    assert!(hands.said().contains("F3"), "{}", hands.said());
    hands.press("f3 f3");
    assert_eq!(hands.cart(), ["1 Pizza Hawaii"]);
    hands
}

/// This desk's pizza, of which `base` was written, is another desk's now.
fn lose(hands: &mut Hands, base: Draft) -> Vec<Effect> {
    let lost = Lost::Elsewhere { holder: there(), base: Some(Box::new(base)) };
    hands.take(Msg::Reply(Reply::Lost { order_id: id(1), lost }))
}

#[test]
fn another_desks_draft_is_seen_and_not_changed() {
    let hands = beside();
    let screen = hands.screen();
    assert!(screen.contains("einem anderen Platz (gestartet 18:02)") && screen.contains("F9 übernimmt"), "{screen}");
    for keys in ["4 0 2 enter", "delete", "alt+3 9", "f9", "ctrl+z", "ctrl+g", "ctrl+o", "f5 x enter", "+"] {
        let mut hands = beside();
        let effects = hands.press(keys);
        assert!(saved(&effects).iter().all(|draft| draft.order_id != id(70)), "{keys}: {effects:?}");
        assert!(placed(&effects).is_empty(), "{keys}");
        assert_eq!(hands.cart(), ["1 Pizza Hawaii"], "{keys}");
        let taken = |slot: &&Slot| slot.draft().order_id == id(70);
        assert!(hands.slots.iter().find(taken).is_some_and(|slot| slot.away.is_some()), "{keys}");
    }
    for keys in ["f9", "ctrl+g", "ctrl+o", "4"] {
        let mut hands = beside();
        hands.press(keys);
        assert!(matches!(asked(&hands), Some(Question::TakeOver { .. })), "{keys}");
    }
    let mut hands = beside();
    hands.paste("402");
    assert!(matches!(asked(&hands), Some(Question::TakeOver { .. })));
    // What is typed ahead is no answer.
    let mut hands = beside();
    assert_eq!(hands.press("alt+1 c o enter").iter().filter(|e| matches!(e, Effect::TakeDraft { .. })).count(), 0);
    assert!(hands.overlay.is_none());
    hands.press("c");
    assert!(matches!(&hands.press("j")[..], [Effect::TakeDraft { .. }]));
    // Where the person is may change: looking is allowed.
    let mut hands = beside();
    let effects = hands.press("alt+6 alt+1");
    assert!(saved(&effects).is_empty() && asked(&hands).is_none(), "{effects:?}");
}

#[test]
fn it_is_taken_over_by_a_decision_as_it_is_now() {
    let mut hands = beside();
    hands.press("f9");
    let effects = hands.press("enter");
    let take = Effect::TakeDraft { order_id: id(70), from: there().desk };
    assert!(effects.contains(&take), "{effects:?}");
    let mut newer = pizza();
    newer.fields.insert(Field::Table, "9".into());
    hands.take(Msg::Reply(Reply::Taken { order_id: id(70), result: Ok(Box::new(newer.clone())) }));
    assert!(hands.draft().same_content(&newer) && hands.slot().unwrap().away.is_none());
    let effects = hands.press("alt+1 4 0 2 enter");
    assert!(saved(&effects).iter().any(|draft| draft.order_id == id(70) && draft.lines.len() == 2), "{effects:?}");
    // It is gone, or a third desk's.
    let mut hands = beside();
    hands.take(Msg::Reply(Reply::Taken { order_id: id(70), result: Err(DeskError::NotFound(id(70))) }));
    assert!(
        hands.said().contains("gesendet oder verworfen") && hands.cart() == ["1 Pommes frites klein"],
        "{}",
        hands.said()
    );
    let mut hands = beside();
    let third = DeskError::DraftElsewhere { order_id: id(70), desk: DeskId("third".into()) };
    let effects = hands.take(Msg::Reply(Reply::Taken { order_id: id(70), result: Err(third) }));
    assert!(effects.contains(&Effect::ReadDrafts) && hands.slot().unwrap().away.is_some());
}

#[test]
fn what_other_desks_have_is_looked_at_again() {
    let mut hands = beside();
    let mut newer = pizza();
    newer.fields.insert(Field::Table, "9".into());
    hands.take(elsewhere(newer.clone()));
    assert_eq!(hands.draft(), &newer);
    hands.take(Msg::Reply(Reply::Elsewhere(vec![])));
    assert_eq!((hands.cart(), hands.slots.len()), (vec!["1 Pommes frites klein".to_owned()], 1));
    // Only looked at, it is closed without a question and without an effect.
    let mut hands = beside();
    let effects = hands.press("ctrl+d");
    assert_eq!((effects, asked(&hands)), (vec![], None));
    assert_eq!(hands.slots.len(), 1);
}

#[test]
fn a_draft_lost_with_nothing_typed_since_stays_in_sight() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    let base = hands.draft().clone();
    hands.press("alt+3");
    let effects = lose(&mut hands, base);
    assert_eq!((hands.cart(), &hands.draft().order_id), (vec!["1 Pizza Hawaii".to_owned()], &id(1)));
    assert!(hands.said().contains("F9") && hands.screen().contains("gestartet 18:02"), "{}", hands.screen());
    assert!(saved(&effects).is_empty() && effects.contains(&Effect::ReadDrafts), "{effects:?}");
    hands.press("f9");
    assert!(matches!(asked(&hands), Some(Question::TakeOver { .. })));
}

#[test]
fn what_was_typed_into_a_lost_draft_becomes_an_order_of_its_own() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("alt+2");
    hands.enter(&["040 123456"]);
    let base = hands.draft().clone();
    hands.press("alt+1 4 0 2 enter");
    let effects = lose(&mut hands, base);
    assert_eq!(hands.cart(), ["1 Pizza Hawaii", "1 Cola 0,5 l"]);
    assert_ne!(hands.draft().order_id, id(1));
    assert_eq!(hands.draft().fields[&Field::Phone], "040 123456");
    assert!(saved(&effects).contains(&hands.draft()), "{effects:?}");
    assert!(hands.said().contains("als neue Bestellung"), "{}", hands.said());
    let own = hands.draft().order_id.clone();
    hands.press("ctrl+z");
    assert_eq!((hands.cart(), &hands.draft().order_id), (vec!["1 Pizza Hawaii".to_owned()], &own), "undo goes on");
    hands.press("ctrl+y");
    hands.take(elsewhere(Draft { order_id: id(1), ..pizza() }));
    assert_eq!(hands.slots.len(), 2, "the other desk's is beside it");
    // Half typed, it goes on where it was.
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    let base = hands.draft().clone();
    hands.type_text("co");
    lose(&mut hands, base);
    hands.type_text("la");
    assert_eq!((hands.draft().search.as_str(), hands.draft().order_id == id(1)), ("cola", false));
}

/// Pizza and beer, sent, and refused because the order was placed from elsewhere.
fn sent_too_late(same: bool) -> (Hands, Vec<Effect>) {
    let mut hands = Hands::new();
    hands.enter(&["51", "402"]);
    hands.press("alt+3 7 f9");
    assert_eq!(placed(&hands.press("enter")).len(), 1);
    let base = Some(Box::new(pizza()));
    let lost = Lost::Placed { delivery: "accepted", same: Some(same), base };
    let effects = hands.take(Msg::Reply(Reply::Lost { order_id: id(1), lost }));
    (hands, effects)
}

#[test]
fn an_order_that_was_sent_from_elsewhere_is_kept_as_far_as_it_differs() {
    let (mut hands, effects) = sent_too_late(false);
    assert_eq!(hands.cart(), ["1 Pizza Hawaii", "1 Cola 0,5 l"], "nothing is thrown away");
    let own = hands.draft().order_id.clone();
    assert_ne!(own, id(1));
    assert!(hands.said().contains("schon gesendet; das Getippte bleibt"), "{}", hands.said());
    assert!(saved(&effects).contains(&hands.draft()), "{effects:?}");
    assert_eq!((hands.draft().step, hands.draft().fields[&Field::Table].as_str()), (Step::Items, "7"));
    // It is read back again before it is sent, as the order that it is now.
    assert!(placed(&hands.press("f9")).is_empty());
    let effects = hands.press("enter");
    assert_eq!(placed(&effects)[0].order_id, own);
}

#[test]
fn an_order_that_was_sent_from_elsewhere_as_it_is_here_is_done() {
    let (hands, effects) = sent_too_late(true);
    assert!(hands.said().contains("ist schon gespeichert, Stand: angekommen"), "{}", hands.said());
    assert!(hands.cart().is_empty() && hands.placing.is_empty() && hands.slots.len() == 1);
    assert!(saved(&effects).is_empty(), "{effects:?}");
}

#[test]
fn a_draft_whose_order_was_sent_from_elsewhere_is_kept_as_far_as_it_differs() {
    for (typed, kept) in [(false, 0), (true, 2)] {
        let mut hands = Hands::new();
        hands.enter(&["51"]);
        let base = Some(Box::new(hands.draft().clone()));
        if typed {
            hands.enter(&["402"]);
        }
        let lost = Lost::Placed { delivery: "queued", same: None, base };
        hands.take(Msg::Reply(Reply::Lost { order_id: id(1), lost }));
        assert_eq!(hands.cart().len(), kept, "{}", hands.said());
        assert_ne!(hands.draft().order_id, id(1));
    }
}

#[test]
fn an_order_that_was_given_up_elsewhere_is_told_with_the_key_that_goes_on() {
    let given_up = |same: Option<bool>, typed: bool| {
        let mut hands = Hands::new();
        hands.enter(&["51", "402"]);
        hands.press("alt+3 7 f9");
        if same.is_some() {
            assert_eq!(placed(&hands.press("enter")).len(), 1);
        }
        let base = if typed { pizza() } else { hands.draft().clone() };
        let lost = Lost::Placed { delivery: "cancelled", same, base: Some(Box::new(base)) };
        hands.take(Msg::Reply(Reply::Lost { order_id: id(1), lost }));
        hands
    };
    for (same, typed) in [(Some(false), false), (None, true)] {
        let hands = given_up(same, typed);
        assert_eq!(hands.cart(), ["1 Pizza Hawaii", "1 Cola 0,5 l"], "nothing is thrown away");
        assert_ne!(hands.draft().order_id, id(1));
        let said = hands.said();
        assert!(said.contains("ist anderswo zurückgenommen") && said.contains("als neue Bestellung: F9"), "{said}");
    }
    for (same, typed) in [(Some(true), true), (None, false)] {
        let hands = given_up(same, typed);
        assert!(hands.cart().is_empty() && hands.placing.is_empty());
        let said = hands.said();
        assert!(said.contains("schon zurückgenommen und wird nicht gesendet. F2, dann b: öffnen"), "{said}");
    }
}

/// Only a full disk asks for room on it.
#[test]
fn why_a_draft_is_not_saved_is_not_guessed() {
    let not_saved = |reason: Reason| {
        let mut hands = Hands::new();
        hands.enter(&["51"]);
        let error = DeskError::Journal(JournalError::Unwritable(reason.sentence().into()));
        hands.take(Msg::Reply(Reply::DraftNotSaved { order_id: id(1), error }));
        hands.screen()
    };
    assert!(not_saved(Reason::DiskFull).contains("NICHT gespeichert: Platz schaffen"));
    for other in [Reason::TakenAway, Reason::ReadOnly, Reason::Locked] {
        let screen = not_saved(other);
        assert!(
            screen.contains("NICHT gespeichert: Journal nicht zu schreiben") && !screen.contains("Platz"),
            "{screen}"
        );
    }
}

#[test]
fn leaving_asks_before_something_is_lost() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.take(Msg::Reply(Reply::DraftNotSaved { order_id: id(1), error: disk_full() }));
    let effects = hands.press("ctrl+q");
    let [Effect::SaveDraft(draft), Effect::Quit] = &effects[..] else { panic!("it is tried again: {effects:?}") };
    assert_eq!(draft.order_id, id(1));
    hands.take(Msg::Reply(Reply::DraftNotSaved { order_id: id(1), error: disk_full() }));
    hands.take(Msg::Reply(Reply::Ready));
    assert!(!hands.quitting);
    let screen = hands.screen();
    assert!(screen.contains("nicht alles gespeichert") && screen.contains("1 Position"), "{screen}");
    hands.press("enter");
    assert!(!hands.quitting, "Enter may have been typed ahead");
    hands.press("esc");
    hands.enter(&["402"]);
    assert_eq!((hands.quitting, hands.cart().len()), (false, 2), "no means no");
    // There is room again.
    hands.press("ctrl+q");
    hands.take(Msg::Reply(Reply::DraftSaved(id(1))));
    hands.take(Msg::Reply(Reply::Ready));
    assert!(hands.quitting && hands.overlay.is_none());
}

#[test]
fn a_yes_ends_it_and_the_system_is_not_asked() {
    let unsaved = || {
        let mut hands = Hands::new();
        hands.enter(&["51"]);
        hands.press("ctrl+q");
        hands.take(Msg::Reply(Reply::DraftNotSaved { order_id: id(1), error: disk_full() }));
        hands.take(Msg::Reply(Reply::Ready));
        hands
    };
    let mut hands = unsaved();
    hands.press("n");
    assert!(!hands.quitting && hands.overlay.is_none());
    let mut hands = unsaved();
    hands.press("j");
    assert!(hands.quitting);
    let mut hands = unsaved();
    hands.take(Msg::Terminate);
    assert!(hands.quitting);
    // Asked again while it is still being written, it says what would be lost.
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("ctrl+q ctrl+q");
    assert_eq!(asked(&hands), Some(&Question::Leave));
    hands.take(Msg::Reply(Reply::Ready));
    assert!(hands.quitting, "everything was written meanwhile");
}

#[test]
fn an_order_that_cannot_be_recorded_at_the_end_keeps_the_desk_open() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("alt+3 7 f9 enter ctrl+q");
    hands.take(Msg::Reply(Reply::Placed { order_id: id(1), result: Err(disk_full()) }));
    hands.take(Msg::Reply(Reply::Ready));
    assert!(!hands.quitting);
    assert_eq!(hands.cart(), ["1 Pizza Hawaii"]);
}
