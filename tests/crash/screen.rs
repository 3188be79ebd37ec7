//! Crashes of the desk in a terminal, while a person types.

use std::time::Instant;

use oktodesk::domain::value::ids::OrderId;

use crate::{
    story::{RESTART, Story},
    terminal::{Launch, PATIENCE, Terminal},
};

/// A pizza at table 12, read back and sent, key by key.
const KEYS: [&str; 8] = ["5", "1", "<enter>", "<alt+3>", "1", "2", "<f9>", "<enter>"];
/// And then the search for the next guest's pizza goes on and on.
const MORE: [&str; 4] = ["5", "<backspace>", "1", "<backspace>"];
/// A desk that is still there after so many keys never comes by the point.
const MOST_KEYS: usize = 200;

/// How often a point may be passed before the desk dies there.
fn passes(point: &str) -> u64 {
    match point {
        "saved.before_shown" => 1,
        "update.msg" => 25,
        "view.draw" => 10,
        _ => 6,
    }
}

/// Whether the desk comes by it because of a key.
pub fn is_typed(point: &str) -> bool {
    !(point.starts_with("poll.") || point.starts_with("sender."))
}

fn desk(story: &Story, chaos: Option<(&str, String)>) -> Terminal {
    Terminal::start(&Launch { args: &[], env: story.env(chaos), size: (100, 30), shell: None })
}

/// Types until the desk dies at the point, starts it again, and sends what is in the outbox.
pub fn crash(point: &str, story: &mut Story) {
    let nth = story.dice.up_to(passes(point));
    let mut desk = desk(story, Some(("CHAOS_KILL", format!("{point}@{nth}"))));
    if desk.seen_or_gone("160 Artikel") {
        type_slowly(&mut desk);
    }
    let ended = desk.ended(PATIENCE);
    assert_eq!(ended.code, 128, "{point}@{nth} was not reached");
    story.kills += 1;
    afterwards(story);
}

/// One key a frame, as a person types, until the desk is gone.
pub fn type_slowly(desk: &mut Terminal) {
    for key in KEYS.iter().chain(MORE.iter().cycle()).take(MOST_KEYS) {
        let seen = desk.output().len();
        desk.type_keys(key);
        if !desk.drawn_or_gone(seen) {
            return;
        }
    }
}

/// A real kill in the moment in which the screen says that an order is saved.
pub fn killed_when_saved(story: &mut Story) {
    let mut desk = desk(story, None);
    desk.wait_text("160 Artikel");
    desk.type_keys("51<enter><alt+3>12<f9>");
    desk.wait_text("Es fehlt nichts");
    desk.type_keys("<enter>");
    desk.wait_text("Gespeichert:");
    desk.signal("KILL");
    desk.ended(PATIENCE);
    story.kills += 1;
    assert_eq!(story.rows().len(), 1, "LOST: the screen said that it is saved");
    afterwards(story);
}

/// Two desks on one directory while the key is refused: the one that sends is killed, and what both took arrives once by the
/// other one as soon as the key is accepted.
pub fn sender_killed_while_refused(story: &mut Story) {
    story.house.faults("create:403e");
    let mut first = desk(story, None);
    first.wait_text("160 Artikel");
    first.type_keys("51<enter><alt+3>12<f9>");
    first.wait_text("Es fehlt nichts");
    first.type_keys("<enter>");
    first.wait_text("Schlüssel abgelehnt");
    let mut second = desk(story, None);
    second.wait_text("160 Artikel");
    second.type_keys("40<enter><alt+3>7<f9>");
    second.wait_text("Es fehlt nichts");
    second.type_keys("<enter>");
    second.wait_text("Gespeichert:");
    let rows = story.rows();
    assert_eq!(rows.len(), 2, "LOST: both screens said that it is saved");
    story.may_be_tried(&rows.into_keys().collect::<Vec<_>>());
    first.signal("KILL");
    first.ended(PATIENCE);
    story.kills += 1;
    story.house.faults("");
    story.house.wait_world("both arrive", |world| world.orders.len() == 2);
    second.type_keys("<ctrl+q>");
    assert_eq!(second.ended(PATIENCE).code, 0);
    afterwards(story);
}

/// A bill of two lines is split, and the desk dies while that is written: there is the whole or both parts.
pub fn split(point: &str, story: &mut Story) {
    let mut desk = desk(story, Some(("CHAOS_KILL", format!("{point}@1"))));
    desk.wait_text("160 Artikel");
    desk.type_keys("51<enter>402<enter><alt+3>12<ctrl+g>1<enter>");
    let ended = desk.ended(PATIENCE);
    assert_eq!(ended.code, 128, "{point} was not reached");
    story.kills += 1;
    let drafts = story.house.drafts();
    assert_eq!(drafts.len(), if point == "split.after_commit" { 2 } else { 1 }, "{drafts:#?}");
    let mut lines: Vec<&str> = drafts.iter().flat_map(|draft| &draft.lines).map(|line| &*line.article.number).collect();
    lines.sort_unstable();
    assert_eq!(lines, ["402", "51"], "LOST or DOUBLED");
    afterwards(story);
}

/// A desk is killed with a draft in it, the next one dies while it takes that over, and the one after that has it. A desk
/// that runs beside them sees what belongs to whom.
pub fn take(point: &str, story: &mut Story) {
    let mut first = desk(story, None);
    first.wait_text("160 Artikel");
    first.type_keys("51<enter>");
    story.house.wait_draft(|draft| draft.lines.len() == 1);
    let beside = desk(story, None);
    beside.wait_text("Noch eine Bestellung");
    first.signal("KILL");
    first.ended(PATIENCE);
    let second = desk(story, Some(("CHAOS_KILL", format!("{point}@1"))));
    let ended = second.ended(PATIENCE);
    assert_eq!(ended.code, 128, "{point} was not reached");
    story.kills += 2;
    let third = desk(story, None);
    third.wait_text("Pizza Hawaii");
    assert_eq!(story.house.drafts().len(), 1, "LOST or DOUBLED");
    for mut desk in [third, beside] {
        desk.type_keys("<ctrl+q>");
        assert_eq!(desk.ended(PATIENCE).code, 0);
    }
    afterwards(story);
}

/// A desk stands open until the ready list told it of every unclear order that arrived: a command may end before its poll.
pub fn watch(story: &mut Story) {
    let mut desk = desk(story, None);
    desk.wait_text("Tresen 1");
    let began = Instant::now();
    while !story.arrived_unclear().is_empty() {
        assert!(began.elapsed() < PATIENCE, "{:?} stand in the ready list and are unclear", story.arrived_unclear());
    }
    desk.type_keys("<ctrl+q>");
    assert_eq!(desk.ended(PATIENCE).code, 0);
}

/// The desk is back quickly, an order that is recorded is no draft any more, and all that is recorded arrives once.
pub fn afterwards(story: &mut Story) {
    let began = Instant::now();
    let mut desk = desk(story, None);
    desk.wait_text("Tresen 1");
    let took = began.elapsed();
    assert!(took < RESTART, "up again only after {took:?}");
    story.slowest = story.slowest.max(took);
    desk.type_keys("<ctrl+q>");
    assert_eq!(desk.ended(PATIENCE).code, 0);
    let rows = story.rows();
    let drafts = story.house.drafts();
    for draft in drafts {
        let OrderId(id) = &draft.order_id;
        assert!(!rows.contains_key(id), "{id} would be sent by the desk and again by a person");
    }
    story.ids = rows.into_keys().collect();
    // Nobody has the file of these orders: what is in the journal is all there is.
    story.next_guest();
    story.settle(|_| {});
}
