//! Two real desks on one data directory: a draft belongs to one of them, and nothing that was typed is thrown away.

use crate::{
    house::{END, House},
    terminal::{PATIENCE, Terminal},
};

/// A desk with a pizza at table 12 in it, and one that started after it and shows that pizza.
fn two(house: &House) -> (Terminal, Terminal) {
    let mut first = house.desk();
    first.type_keys("51<enter><alt+3>12<alt+1>");
    first.wait_text("Pizza Hawaii");
    house.wait_draft(|draft| draft.lines.len() == 1 && draft.fields.len() == 1);
    let mut second = house.desk();
    second.wait_text("Noch eine Bestellung");
    second.type_keys("<f3><f3>");
    second.wait_text("F9 übernimmt");
    second.wait_text("Pizza Hawaii");
    (first, second)
}

/// A person wants it at this desk, and asks again if it changed hands meanwhile.
fn take_over(desk: &mut Terminal) {
    loop {
        desk.type_keys("<f9>");
        desk.wait_text("Diese Bestellung übernehmen?");
        desk.type_keys("j");
        let is_done = |screen: &str| screen.contains("ist jetzt hier offen");
        let told = desk.wait_for("an answer", |screen| is_done(screen) || screen.contains("Nicht übernommen"));
        if is_done(&told) {
            return;
        }
    }
}

/// What stands in the drafts, by article number, sorted.
fn drafted(house: &House) -> Vec<Vec<String>> {
    let numbers = |draft: &oktodesk::domain::draft::Draft| -> Vec<String> {
        draft.lines.iter().map(|line| line.article.number.to_string()).collect()
    };
    let mut all: Vec<Vec<String>> = house.drafts().iter().map(numbers).filter(|lines| !lines.is_empty()).collect();
    all.sort();
    all
}

fn quit(mut desk: Terminal) {
    desk.type_keys("<ctrl+q>");
    assert_eq!(desk.ended(PATIENCE).code, 0);
}

#[test]
fn what_one_sends_takes_nothing_from_the_other() {
    let house = House::new();
    let (mut first, mut second) = two(&house);
    take_over(&mut second);
    // Both type on: the second has the order, the first has what it typed.
    second.type_keys("402<enter>");
    second.wait_text("Cola");
    house.wait_draft(|draft| draft.lines.len() == 2);
    first.type_keys("403<enter>");
    first.wait_text("als neue Bestellung");
    second.type_keys("<f9>");
    second.wait_text("Es fehlt nichts");
    second.type_keys("<enter>");
    let world = house.wait_world("the second desk's order", |world| world.orders.len() == 1);
    assert_eq!(world.orders[0].order["items"].as_array().unwrap().len(), 2, "the beer is in it");
    first.type_keys("<f9>");
    first.wait_text("Es fehlt nichts");
    first.type_keys("<enter>");
    let world = house.wait_world("the first desk's order", |world| world.orders.len() == 2);
    assert_eq!(world.orders[1].order["items"].as_array().unwrap().len(), 2);
    assert_ne!(world.orders[0].order["orderId"], world.orders[1].order["orderId"]);
    quit(first);
    quit(second);
}

#[test]
fn what_was_sent_from_elsewhere_is_kept_where_it_differs() {
    let house = House::new();
    let (mut first, mut second) = two(&house);
    take_over(&mut second);
    // The first one stands still; it knows of nothing and sends what it sees, after the second one did.
    second.type_keys("402<enter>");
    house.wait_draft(|draft| draft.lines.len() == 2);
    second.type_keys("<f9>");
    second.wait_text("Es fehlt nichts");
    second.type_keys("<enter>");
    house.wait_world("the order", |world| world.orders.len() == 1);
    // A key that only moves would be enough to learn of it: the order is done, nothing is left to be sent.
    first.type_keys("<f9>");
    first.wait_for("it is told", |screen| screen.contains("schon gespeichert") || screen.contains("schon gesendet"));
    assert_eq!(house.world().attempts.len(), 1, "nothing is sent twice");
    quit(first);
    quit(second);
    assert_eq!(drafted(&house), Vec::<Vec<String>>::new(), "nothing was typed at the first desk since");
}

#[test]
fn a_killed_desk_leaves_its_drafts_to_the_next_one_at_once() {
    let house = House::new();
    let (first, mut second) = two(&house);
    first.signal("KILL");
    first.ended(PATIENCE);
    // The desk that runs may take it over, and one that starts has it.
    second.type_keys("<f3><f3>");
    let third = house.resumed();
    third.wait_text("Pizza Hawaii");
    assert!(!third.screen().contents().contains("F9 übernimmt"));
    second.type_keys("<f3><f3>");
    second.wait_text("F9 übernimmt");
    take_over(&mut second);
    second.type_keys("402<enter>");
    house.wait_draft(|draft| draft.lines.len() == 2);
    quit(second);
    quit(third);
    assert_eq!(drafted(&house), [["51", "402"]]);
}

#[test]
fn the_locks_of_desks_are_private_and_gone_with_them() {
    use std::os::unix::fs::PermissionsExt;
    let house = House::new();
    let (first, second) = two(&house);
    let files = || {
        let files = std::fs::read_dir(house.data_dir().join("desks")).unwrap();
        files.map(|file| file.unwrap().path()).collect::<Vec<_>>()
    };
    assert_eq!(files().len(), 2);
    for file in files() {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    second.signal("KILL");
    second.ended(PATIENCE);
    let third = house.desk();
    assert_eq!(files().len(), 2, "what the killed one left is cleared away");
    quit(first);
    third.hang_up(END);
    assert_eq!(files(), Vec::<std::path::PathBuf>::new());
}
