//! The six programs of the storm: desks in terminals and commands, each started again and again, typed into, killed.
//! Writes down what a program said or saved, and judges nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::Command,
    sync::Mutex,
    thread::JoinHandle,
    time::Duration,
};

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    dice::Dice,
    ground::Ground,
    order::order,
    run::{Ran, Running},
    terminal::{Launch, Terminal},
};

/// How long a person waits for the screen; afterwards the desk is killed and the draft is there for the next one.
const PERSON: Duration = Duration::from_secs(12);
/// A command that takes longer is killed.
const COMMAND: Duration = Duration::from_secs(15);
/// How long a desk that is told to end may take on a busy machine.
const END: Duration = Duration::from_secs(15);

/// A file for `send`.
#[derive(Debug, Clone)]
pub struct SentFile {
    pub path: String,
    pub key: String,
    /// What stands in the comments of its orders.
    pub marks: Vec<String>,
}

/// What the desk says of a search without a hit.
const NOTHING_FOUND: &str = "Kein Artikel passt";

/// What is known of the storm from outside.
#[derive(Debug, Default)]
pub struct Told {
    /// Orders that a command printed.
    pub printed: Vec<Value>,
    /// Marks that were in a draft or an order of the journal: nothing may throw them away.
    pub kept: BTreeSet<String>,
    /// Marks of orders of which the screen said that they are saved.
    pub saved: BTreeSet<String>,
    pub files: Vec<SentFile>,
    /// How often a person asked for an order to be sent again.
    pub asked: BTreeMap<String, u64>,
    pub kills: u64,
    pub starts: u64,
    pub faults: u64,
    pub outages: u64,
    /// How commands ended.
    pub codes: BTreeMap<i32, u64>,
    pub wrong: Vec<String>,
}

pub struct Storm {
    pub ground: Ground,
    pub told: Mutex<Told>,
    pub until: Instant,
}

impl Storm {
    pub fn told(&self) -> std::sync::MutexGuard<'_, Told> {
        self.told.lock().unwrap()
    }

    fn is_over(&self) -> bool {
        Instant::now() >= self.until
    }

    fn rest(&self, dice: &mut Dice, up_to_ms: u64) {
        std::thread::sleep(Duration::from_millis(dice.below(up_to_ms)));
    }

    /// Whether the journal has the mark in a line of a draft or an order. What still stands in the search, behind its `#`, is
    /// no line yet.
    fn is_kept(&self, mark: &str) -> bool {
        self.marks().replace(&format!("#{mark}"), "").contains(mark)
    }

    /// All that stands in drafts and orders of the journal, as JSON.
    pub fn marks(&self) -> String {
        use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
        const ALL: &str = "SELECT json FROM drafts UNION ALL SELECT body FROM bodies";
        let file = self.ground.data_dir().join("journal.sqlite3");
        self.ground.runtime.block_on(async {
            let options = SqliteConnectOptions::new().filename(file).busy_timeout(Duration::from_secs(10));
            let mut conn = options.read_only(true).connect().await.unwrap();
            let texts: Vec<String> = sqlx::query_scalar(ALL).fetch_all(&mut conn).await.unwrap();
            conn.close().await.unwrap();
            texts.join("\n")
        })
    }
}

/// A kill -9 in a moment: the program goes on until then.
fn kill_soon(pid: u32, dice: &mut Dice, within_ms: u64) -> JoinHandle<()> {
    let wait = Duration::from_millis(dice.below(within_ms));
    std::thread::spawn(move || {
        std::thread::sleep(wait);
        // It may have ended by itself; its number is not given away before somebody waited for it.
        Command::new("kill").args(["-KILL", &pid.to_string()]).output().map(drop).unwrap_or_default();
    })
}

/// A desk at which somebody takes orders, again and again.
pub fn desk(storm: &Storm, name: &str, dice: &mut Dice) {
    let mut count = 0;
    while !storm.is_over() {
        let launch = Launch { args: &[], env: storm.ground.env(), size: (100, 30), shell: None };
        let mut desk = Terminal::start(&launch);
        storm.told().starts += 1;
        // Nothing is found before the articles are there.
        if desk.comes(PERSON, |screen| screen.contains("160 Artikel")) {
            for _ in 0..dice.up_to(4) {
                count += 1;
                if storm.is_over() || !take_order(storm, &mut desk, &format!("{name}n{count}x"), dice) {
                    break;
                }
            }
        }
        end(storm, name, desk, dice);
        storm.rest(dice, 300);
    }
}

/// Takes one order; `false` if the desk is gone.
fn take_order(storm: &Storm, desk: &mut Terminal, mark: &str, dice: &mut Dice) -> bool {
    let killer = (dice.below(3) == 0).then(|| kill_soon(desk.pid(), dice, 1_500));
    let is_there = type_order(storm, desk, mark, dice);
    if let Some(killer) = killer {
        killer.join().expect("it only waits");
        storm.told().kills += 1;
        return false;
    }
    is_there
}

fn type_order(storm: &Storm, desk: &mut Terminal, mark: &str, dice: &mut Dice) -> bool {
    desk.type_keys("<alt+1>");
    for n in 0..dice.up_to(3) {
        let line = format!("{mark}{n}z");
        desk.type_keys(&format!("51<enter>#{line}<enter>"));
        let until = Instant::now() + PERSON;
        while !desk.is_gone() && Instant::now() < until {
            if storm.is_kept(&line) {
                storm.told().kept.insert(line.clone());
                break;
            }
            // The search of a desk that was killed comes back with what stood in it.
            if desk.screen().contents().contains(NOTHING_FOUND) {
                desk.type_keys("<esc>");
                break;
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        if desk.is_gone() {
            return false;
        }
    }
    // Some guests think it over; their drafts stay open.
    if dice.below(5) == 0 {
        return true;
    }
    desk.type_keys(&format!("<alt+3>{}<f9>", dice.up_to(20)));
    if !desk.comes(PERSON, |screen| screen.contains("Es fehlt nichts")) {
        return !desk.is_gone();
    }
    let mark = format!("{mark}0z");
    let is_read_back = desk.comes(Duration::ZERO, |screen| screen.contains(&mark));
    desk.type_keys("<enter>");
    let is_saved = |screen: &str| screen.contains("Gespeichert:") && !screen.contains(&mark);
    if is_read_back && desk.comes(PERSON, is_saved) && storm.told().kept.contains(&mark) {
        storm.told().saved.insert(mark);
    }
    !desk.is_gone()
}

/// Ends a desk in one of the ways in which desks end.
fn end(storm: &Storm, name: &str, mut desk: Terminal, dice: &mut Dice) {
    if !desk.is_gone() {
        match dice.below(3) {
            0 => desk.type_keys("<ctrl+q>"),
            1 => desk.signal("TERM"),
            _ => {
                storm.told().kills += 1;
                desk.signal("KILL");
            }
        }
        // Leaving may ask because of what is open.
        let end = Instant::now() + END;
        while !desk.is_gone() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(20));
        }
        if !desk.is_gone() {
            storm.told().wrong.push(format!("{name} does not end:\n{}", desk.screen().contents()));
            desk.signal("KILL");
        }
    }
    let ended = desk.ended(END);
    let screen = ended.screen.contents();
    if ended.code == 101 || screen.contains("panic") {
        storm.told().wrong.push(format!("{name} panicked:\n{screen}"));
    }
}

/// Runs a command to its end, or to its kill.
fn command(storm: &Storm, args: &[&str], dice: &mut Dice) -> Ran {
    let mut running = Running::start(args, &storm.ground.env());
    let limit = if dice.coin() { Duration::from_millis(dice.below(900)) } else { COMMAND };
    let until = Instant::now() + limit;
    while running.is_up() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(2));
    }
    if running.is_up() {
        running.kill();
    }
    let ran = running.ended();
    let mut told = storm.told();
    told.starts += 1;
    told.kills += u64::from(ran.signal == Some(9));
    if let Some(code) = ran.code {
        *told.codes.entry(code).or_default() += 1;
    }
    if ran.signal.is_some_and(|signal| signal != 9) || ran.code == Some(101) || ran.stderr.contains("panic at") {
        told.wrong.push(format!("{args:?}: {ran:#?}"));
    }
    told.printed.extend(ran.lines.iter().filter(|line| line["orderId"].is_string()).cloned());
    ran
}

/// Files are sent, and sent again when the program was killed.
pub fn sender(storm: &Storm, name: &str, dice: &mut Dice) {
    let mut count = 0;
    while !storm.is_over() {
        count += 1;
        let key = format!("{name}-{count}");
        let marks: Vec<String> = (0..dice.up_to(6)).map(|n| format!("{name}n{count}x{n}z")).collect();
        let lines = marks.iter().map(|mark| {
            let mut order = order("x");
            order.as_object_mut().unwrap().remove("orderId");
            order["items"][0]["comment"] = json!(mark);
            format!("{order}\n")
        });
        let path = storm.ground.path(&format!("{key}.jsonl")).display().to_string();
        fs::write(&path, lines.collect::<String>()).unwrap();
        let file = SentFile { path, key, marks };
        storm.told().files.push(file.clone());
        for _ in 0..dice.up_to(3) {
            let mut args = vec!["send", "--key", &file.key, &file.path];
            if dice.below(4) == 0 {
                args.push("--no-wait");
            }
            command(storm, &args, dice);
        }
        storm.rest(dice, 300);
    }
}

/// The outbox is sent.
pub fn drainer(storm: &Storm, dice: &mut Dice) {
    while !storm.is_over() {
        command(storm, &["outbox", "--drain"], dice);
        storm.rest(dice, 800);
    }
}

/// Somebody sets statuses, looks at lists, and sends again what is unclear.
pub fn clerk(storm: &Storm, dice: &mut Dice) {
    while !storm.is_over() {
        let listed = command(storm, &["orders"], dice).lines;
        let of = |delivery: &str| -> Vec<String> {
            let rows = listed.iter().filter(|row| row["delivery"] == delivery);
            rows.map(|row| row["orderId"].as_str().unwrap().to_owned()).collect()
        };
        let one = |ids: &[String], dice: &mut Dice| -> Option<String> {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            (!ids.is_empty()).then(|| dice.one_of(&ids).to_owned())
        };
        match dice.below(3) {
            0 => {
                if let Some(id) = one(&of("unknown"), dice) {
                    // Before it begins: it may be killed after it was recorded.
                    *storm.told().asked.entry(id.clone()).or_default() += 1;
                    command(storm, &["resend", &id], dice);
                }
            }
            1 => {
                if let Some(id) = one(&of("accepted"), dice) {
                    command(storm, &["status", &id, "in_preparation"], dice);
                }
            }
            _ => drop(command(storm, &["outbox"], dice)),
        }
        storm.rest(dice, 500);
    }
}

/// What goes wrong on the way: one endpoint or all of them, and a line that is cut.
const FAULTS: &[&str] = &[
    "",
    "create:500%3",
    "create:drop-after%2",
    "create:drop-before%3",
    "create:late=2s%2",
    "create:latency=400ms",
    "create:403",
    "create:400e%4",
    "create:429/1%3",
    "create:body=html%3",
    "ready:500",
    "ready:403",
    "ready:drop-before",
    "status:500",
    "status:403",
    "all:latency=200ms",
    "all:503%4",
    "create:drop-after%3,ready:500,status:drop-after%2",
];

/// The weather.
pub fn weather(storm: &Storm, dice: &mut Dice) {
    while !storm.is_over() {
        if dice.below(4) == 0 {
            storm.told().outages += 1;
            storm.ground.line(false);
            storm.rest(dice, 3_000);
            storm.ground.line(true);
        } else {
            storm.told().faults += 1;
            storm.ground.faults(dice.one_of(FAULTS));
        }
        storm.rest(dice, 2_500);
    }
    storm.ground.line(true);
    storm.ground.faults("");
}
