//! What is done around each point: which command comes by it, what was there before, and what goes wrong besides.

use std::fs;

use oktodesk::sandbox::Snapshot;
use serde_json::Value;

use crate::{
    screen,
    story::{RESTART, Story},
};

/// Things that go wrong with an order besides the crash; `J` stands for the order's number.
const MISHAPS: &[&str] =
    &["", "create:drop-after@J", "create:drop-before@J", "create:500@J", "create:400e@J", "create:late=40ms"];
/// Those in which an answer comes.
const ANSWERED: &[&str] = &["", "create:500@J", "create:400e@J", "create:body=html@J", "create:late=40ms"];

/// Plays the story of a point. Panics with what does not hold.
pub fn play(point: &str, story: &mut Story) {
    match point {
        "migration.before_commit" | "migration.after_commit" if story.dice.coin() => upgrade(point, story),
        "migration.before_commit" | "migration.after_commit" | "file.before_name" | "file.after_name" => {
            first_start(point, story);
        }
        "recover.before_commit" | "recover.after_commit" => recover(point, story),
        "catalog.before_commit" | "catalog.after_commit" => catalog(point, story),
        "place.before_commit" | "place.after_commit" | "saved.before_printed" | "saved.after_printed" => {
            record(point, story);
        }
        "sending.before_mark"
        | "sending.after_mark"
        | "connect.before"
        | "outcome.before_commit"
        | "outcome.after_commit" => send(point, MISHAPS, story),
        "connect.after" | "request.half" | "answer.head" | "answer.body" if story.dice.below(4) == 0 => {
            status(point, story);
        }
        "connect.after" | "request.half" => send(point, MISHAPS, story),
        "answer.head" | "answer.body" => send(point, ANSWERED, story),
        "poll.answered" => send_once(point, "create:late=150ms", story),
        "sender.step" => send_once(point, "", story),
        "decision.before_commit" | "decision.after_commit" => decide(point, story),
        "status.before_commit"
        | "status.after_commit"
        | "status_outcome.before_commit"
        | "status_outcome.after_commit" => status(point, story),
        "observe.before_commit" | "observe.after_commit" => observe(point, story),
        "purge.before_commit" | "purge.after_commit" => purge(point, story),
        "draft.before_take" | "draft.after_take" => screen::take(point, story),
        "split.before_commit" | "split.after_commit" => screen::split(point, story),
        "draft.before_save" | "draft.after_save" | "saved.before_shown" | "runner.effect" | "update.msg"
        | "view.draw" => screen::crash(point, story),
        other => panic!("no story comes by {other}"),
    }
}

/// Moments that are not the program's: a kill from outside.
pub const OUTSIDE: &[&str] = &[
    "server, before its commit",
    "server, after its commit",
    "any moment",
    "the screen says saved",
    "an endpoint refuses",
    "two desks, and the key is refused",
];

/// Plays the story of a moment.
pub fn play_outside(moment: &str, story: &mut Story) {
    match moment {
        "server, before its commit" => server(story, "create:latency=300ms@J"),
        "server, after its commit" => server(story, "create:late=10s@J"),
        "any moment" => any_moment(story),
        "the screen says saved" => screen::killed_when_saved(story),
        "an endpoint refuses" => refused(story),
        "two desks, and the key is refused" => screen::sender_killed_while_refused(story),
        other => panic!("no story for {other}"),
    }
}

fn mishap(story: &mut Story, mishaps: &[&str], orders: u64) -> String {
    let which = story.dice.up_to(orders).to_string();
    story.dice.one_of(mishaps).replace('J', &which)
}

/// The very first start is cut off; the next one finds nothing in its way.
fn first_start(point: &str, story: &mut Story) {
    let count = story.dice.up_to(2);
    let file = story.write_orders(count);
    story.crash(&["send", &file], point, 1);
    story.settle(|_| {});
}

/// The file of an older program is brought up to date; its orders are in it before and after.
fn upgrade(point: &str, story: &mut Story) {
    let count = story.dice.up_to(3);
    let file = story.write_orders(count);
    story.run(&["send", &file, "--no-wait"]).expect(&[0]);
    story.make_old();
    story.crash(&["outbox", "--drain"], point, 1);
    assert_eq!(story.restart().len() as u64, count);
    story.settle(|_| {});
}

/// The orders of a file are recorded, and the program dies around that or around telling it of one of them.
fn record(point: &str, story: &mut Story) {
    let count = story.dice.up_to(4);
    let file = story.write_orders(count);
    let nth = if point.starts_with("saved") { story.dice.up_to(count) } else { 1 };
    let waits = !point.starts_with("saved") && story.dice.coin();
    let args: &[&str] = if waits { &["send", &file] } else { &["send", &file, "--no-wait"] };
    story.crash(args, point, nth);
    let rows = story.restart();
    let recorded = if point == "place.before_commit" { 0 } else { count };
    assert_eq!(rows.len() as u64, recorded, "all orders of the file or none");
    story.settle(|_| {});
}

/// Orders are sent, one of them meets a mishap, and the program dies around one of them.
fn send(point: &str, mishaps: &[&str], story: &mut Story) {
    let count = story.dice.up_to(3);
    let file = story.write_orders(count);
    let nth = story.dice.up_to(count);
    let mut faults = mishap(story, mishaps, count);
    if story.dice.below(3) == 0 {
        faults = format!("{faults},ready:500").trim_start_matches(',').to_owned();
    }
    if story.dice.coin() {
        story.run(&["send", &file, "--no-wait"]).expect(&[0]);
        story.house.faults(&faults);
        story.crash(&["outbox", "--drain"], point, nth);
    } else {
        story.house.faults(&faults);
        story.crash(&["send", &file], point, nth);
    }
    story.settle(|_| {});
}

fn send_once(point: &str, faults: &str, story: &mut Story) {
    let count = story.dice.up_to(3);
    let file = story.write_orders(count);
    story.house.faults(faults);
    let nth = if point == "sender.step" { story.dice.up_to(count + 1) } else { 1 };
    story.crash(&["send", &file], point, nth);
    story.settle(|_| {});
}

/// A call was cut off by one crash; making it unknown is cut off by another.
fn recover(point: &str, story: &mut Story) {
    let count = story.dice.up_to(3);
    let file = story.write_orders(count);
    let first = story.dice.one_of(&["sending.after_mark", "connect.before", "request.half", "outcome.before_commit"]);
    let nth = story.dice.up_to(count);
    story.crash(&["send", &file], first, nth);
    story.restart();
    story.crash(&["outbox", "--drain"], point, 1);
    story.settle(|_| {});
}

/// The articles are replaced: there are the old ones or the new ones, never some.
fn catalog(point: &str, story: &mut Story) {
    let had_some = story.dice.coin();
    if had_some {
        // Other articles than those that come: the same ones are not written again.
        let file = story.house.path("articles.csv");
        fs::write(&file, "number,name,channel_id,price,tax_rate\n51,Altes Gericht,1,1.00,7\n").unwrap();
        story.run(&["catalog", "import", &file.display().to_string()]).expect(&[0]);
    }
    story.crash(&["catalog", "sync"], point, 1);
    let found = |story: &mut Story| story.run(&["catalog", "search", "51"]).expect(&[0]).lines.len();
    let there = found(story);
    assert_eq!(there == 1, had_some || point == "catalog.after_commit", "{there} found");
    story.run(&["catalog", "sync"]).expect(&[0]);
    assert_eq!(found(story), 1);
    story.write_orders(1);
    story.settle(|_| {});
}

/// A person decides about an order, and the program dies around writing that down.
fn decide(point: &str, story: &mut Story) {
    let count = story.dice.up_to(2);
    let file = story.write_orders(count);
    let id = story.ids[0].clone();
    let is_done = point == "decision.after_commit";
    match story.dice.below(3) {
        0 => {
            story.house.faults("create:drop-before@1,ready:500");
            story.run(&["send", &file]).expect(&[6]);
            story.house.faults("");
            *story.asked.entry(id.clone()).or_default() += 1;
            story.crash(&["resend", &id], point, 1);
            assert_eq!(story.restart()[&id]["delivery"], if is_done { "queued" } else { "unknown" });
        }
        1 => {
            story.house.faults("create:drop-after@1,ready:500");
            story.run(&["send", &file]).expect(&[6]);
            story.crash(&["settle", &id], point, 1);
            assert_eq!(story.restart()[&id]["delivery"], if is_done { "accepted" } else { "unknown" });
        }
        _ => {
            story.run(&["send", &file, "--no-wait"]).expect(&[0]);
            story.crash(&["cancel", &id], point, 1);
            assert_eq!(story.restart()[&id]["delivery"], if is_done { "cancelled" } else { "queued" });
        }
    }
    story.settle(|story| {
        let received = story.house.world().of(&id).len();
        assert!(!(is_done && story.asked.is_empty() && received > 1), "sent although taken back");
    });
}

/// A status is asked for and set; the desk and OktoPOS agree in the end.
fn status(point: &str, story: &mut Story) {
    let count = story.dice.up_to(2);
    let file = story.write_orders(count);
    story.run(&["send", &file]).expect(&[0]);
    let id = story.ids[0].clone();
    if story.dice.coin() {
        story.house.faults("status:late=40ms");
    }
    story.crash(&["status", &id, "in_preparation", "--reason", "Ofen"], point, 1);
    let row = story.restart()[&id].clone();
    let is_asked = row["status"] == "in_preparation" || row["pendingStatus"] == "in_preparation";
    // An answer may also be that of the ready list, which is read at the start.
    if !point.starts_with("answer.") {
        assert_eq!(is_asked, point != "status.before_commit", "{row}");
    }
    story.settle(|story| {
        let world = story.house.world();
        let changes = &world.of(&id)[0].status_changes;
        assert_eq!(!changes.is_empty(), is_asked, "{changes:?}");
        assert!(changes.iter().all(|change| change.status == "in_preparation"));
    });
    let row: Value = story.rows()[&id].clone();
    assert_eq!(row["status"], if is_asked { "in_preparation" } else { "ready" }, "{row}");
    assert!(row.get("pendingStatus").is_none_or(Value::is_null), "{row}");
}

/// A guest is to be forgotten: either all of it or nothing is done, and the next time does the rest.
fn purge(point: &str, story: &mut Story) {
    let count = story.dice.up_to(3);
    let file = story.write_orders(count);
    story.run(&["send", &file]).expect(&[0]);
    story.crash(&["customer", "forget", "--all", "040 123456"], point, 1);
    story.restart();
    let left = |story: &Story| {
        let ran = story.start(&["orders", "--with-customer"]).ended().expect(&[0]);
        ran.lines.iter().filter(|row| row.to_string().contains("Muster")).count() as u64
    };
    assert_eq!(left(story), if point == "purge.before_commit" { count } else { 0 });
    if point == "purge.before_commit" {
        story.start(&["customer", "forget", "--all", "040 123456"]).ended().expect(&[0]);
    }
    assert_eq!(left(story), 0);
    story.next_guest();
    story.settle(|_| {});
}

/// Orders whose answers were lost are found in the ready list, and the program dies around writing that down.
fn observe(point: &str, story: &mut Story) {
    let count = story.dice.up_to(3);
    let file = story.write_orders(count);
    story.house.faults("create:drop-after,ready:500");
    story.run(&["send", &file]).expect(&[6]);
    story.house.faults("");
    story.crash(&["send", &file], point, 1);
    let is_known = story.restart().values().filter(|row| row["delivery"] == "accepted").count() as u64;
    assert_eq!(is_known, if point == "observe.after_commit" { count } else { 0 }, "all at once or none");
    story.settle(|_| {});
}

/// One endpoint refuses the key, with OktoPOS's envelope or without, and the program dies around the first order it tries.
fn refused(story: &mut Story) {
    let count = story.dice.up_to(3);
    let file = story.write_orders(count);
    let id = story.ids[0].clone();
    // An attempt that OktoPOS refuses for the key is none that it received.
    story.may_be_tried(&story.ids.clone());
    let refusal = story.dice.one_of(&["create:403e", "create:401", "ready:403e", "status:403e", "customers:401e"]);
    if refusal.starts_with("status") {
        story.run(&["send", &file]).expect(&[0]);
        story.house.faults(refusal);
        story.crash(&["status", &id, "in_preparation"], "answer.body", 1);
    } else {
        story.run(&["send", &file, "--no-wait"]).expect(&[0]);
        story.house.faults(refusal);
        let point =
            story.dice.one_of(&["sending.after_mark", "answer.body", "outcome.before_commit", "outcome.after_commit"]);
        story.crash(&["outbox", "--drain"], point, 1);
        let rows = story.restart();
        assert_eq!(rows.len() as u64, count, "LOST");
        // As long as it is refused nothing arrives, and nothing that waits is given up.
        if refusal.starts_with("create") {
            story.run(&["outbox", "--drain"]).expect(&[5, 6]);
            assert!(story.house.world().orders.is_empty());
        }
    }
    story.settle(|_| {});
}

/// The program is killed while the server works on one of its orders.
fn server(story: &mut Story, fault: &str) {
    let count = story.dice.up_to(3);
    let file = story.write_orders(count);
    let nth = story.dice.up_to(count);
    story.house.faults(&fault.replace('J', &nth.to_string()));
    let mut running = story.start(&["send", &file]);
    story.house.wait_world("the call", |world| world.attempts.len() as u64 == nth);
    running.kill();
    story.killed(&running.ended());
    assert_eq!(story.kills, 1);
    story.settle(|story| {
        story.house.wait_world("the server has done what it was asked", is_done);
    });
}

/// A kill at no particular moment.
fn any_moment(story: &mut Story) {
    let file = story.write_orders(5);
    story.house.faults("create:latency=60ms");
    let mut running = story.start(&["send", &file]);
    let until = std::time::Instant::now() + std::time::Duration::from_millis(story.dice.below(300));
    while running.is_up() && std::time::Instant::now() < until {
        // The moment itself is the test, not something that is waited for.
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    running.kill();
    story.killed(&running.ended());
    assert_eq!(story.kills, 1, "five orders take longer");
    story.settle(|story| {
        story.house.wait_world("the server has done what it was asked", is_done);
    });
    assert!(story.slowest < RESTART);
}

/// A server goes on with what it has received, also when nobody waits for the answer.
fn is_done(world: &Snapshot) -> bool {
    world.orders.len() == world.attempts.len()
}
