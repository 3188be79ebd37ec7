//! Where results go when standard output cannot be written: what was done is told on standard error, and the exit code is
//! that of what was done.

use std::{
    fs::File,
    io::{BufRead, BufReader, PipeReader, Read, pipe},
    process::{Command, Stdio},
    time::Duration,
};

use rstest::rstest;
use serde_json::Value;

use crate::{Machine, Ran, interrupt, order};

/// Standard outputs that cannot be written.
#[derive(Debug, Clone, Copy)]
enum Broken {
    /// A disk without space.
    Full,
    /// A pipe that nobody reads any more.
    Pipe,
    /// Not open at all.
    Closed,
    /// Open for reading only.
    ReadOnly,
}

impl Machine {
    fn run_into(&self, broken: Broken, args: &[&str]) -> Ran {
        let mut command = self.command(args);
        match broken {
            Broken::Full => drop(command.stdout(File::options().write(true).open("/dev/full").unwrap())),
            Broken::ReadOnly => drop(command.stdout(File::open("/dev/null").unwrap())),
            Broken::Pipe => drop(command.stdout(pipe().unwrap().1)),
            Broken::Closed => {
                let mut shell = Command::new("/bin/sh");
                shell.args(["-c", "exec \"$0\" \"$@\" >&-"]).arg(command.get_program()).args(command.get_args());
                shell.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
                shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
                command = shell;
            }
        }
        let child = command.spawn().unwrap();
        drop(command);
        Ran::of(child.wait_with_output().unwrap())
    }
}

/// The results among the words.
fn told(ran: &Ran) -> Vec<Value> {
    ran.stderr.lines().filter_map(|line| serde_json::from_str(line).ok()).filter(Value::is_object).collect()
}

#[rstest]
#[case(Broken::Full)]
#[case(Broken::Pipe)]
#[case(Broken::Closed)]
#[case(Broken::ReadOnly)]
fn what_was_done_is_told_whatever_standard_output_is(#[case] broken: Broken) {
    let machine = Machine::new();
    let file = |id: &str| machine.file(&format!("{id}.json"), &order(id).to_string());
    let expect = |args: &[&str], code: i32| {
        let ran = machine.run_into(broken, args).expect(code);
        assert_eq!(ran.stderr.matches("Standard output cannot be written").count(), 1, "{args:?}: {}", ran.stderr);
        let lines = told(&ran);
        assert!(!lines.is_empty() || args[0] == "config", "{args:?}: {}", ran.stderr);
        lines
    };
    let id = |line: &Value| line["orderId"].as_str().unwrap().to_owned();
    let all = machine.file("all.jsonl", &["a", "b", "c"].map(|id| order(id).to_string()).join("\n"));
    let lines = expect(&["send", &all], 0);
    assert_eq!(lines.iter().map(id).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert!(lines.iter().all(|line| line["internalId"].is_i64()));

    assert_eq!(expect(&["status", "a", "in_preparation"], 0)[0]["status"], "in_preparation");
    let waiting = machine.file("w.jsonl", &format!("{}\n{}", order("w"), order("x")));
    assert_eq!(expect(&["send", "--no-wait", &waiting], 0)[1]["delivery"], "queued");
    assert_eq!(expect(&["cancel", "x"], 0)[0]["delivery"], "cancelled");
    assert_eq!(expect(&["outbox", "--drain"], 0)[0]["delivery"], "accepted");

    machine.faults("create:400e");
    assert_eq!(expect(&["send", &file("r")], 4)[0]["delivery"], "rejected");
    machine.faults("create:500");
    assert_eq!(expect(&["send", &file("u")], 6)[0]["delivery"], "unknown");
    assert_eq!(expect(&["send", &file("v")], 6)[0]["delivery"], "unknown");
    machine.faults("");
    assert_eq!(expect(&["resend", "u"], 0)[0]["delivery"], "accepted");
    assert_eq!(expect(&["settle", "v"], 0)[0]["delivery"], "accepted");

    let articles = machine.file("a.csv", "number,name,channel_id,price,tax_rate\n51,Pizza,1,1.00,7\n");
    assert_eq!(expect(&["catalog", "import", &articles], 0)[0]["articles"], 1);
    assert!(expect(&["catalog", "sync"], 0)[0]["articles"].as_u64().unwrap() > 100);
    expect(&["journal", "export", machine.path("out.sqlite3").to_str().unwrap()], 0);
    expect(&["config", "init"], 0);
    // The order that OktoPOS refused still holds its guest.
    assert_eq!(expect(&["customer", "forget", "--all", "040 123456"], 7)[0]["open"][0]["orderId"], "r");

    assert_eq!(machine.run(&["orders"]).expect(0).lines.len(), 8);
    assert_eq!(machine.world().orders.len(), 5);
}

#[test]
fn what_is_only_read_fails_where_it_cannot_be_written() {
    let machine = Machine::new();
    machine.run(&["send", "--no-wait", &machine.file("a.json", &order("a").to_string())]).expect(0);
    for broken in [Broken::Full, Broken::ReadOnly] {
        for args in [&["orders"][..], &["outbox"], &["config", "show"], &["--help"]] {
            machine.run_into(broken, args).expect(1);
        }
    }
    // A reader that has seen enough is no failure.
    machine.run_into(Broken::Pipe, &["orders"]).expect(0);
}

/// A list that is longer than the pipe: whoever ends the program does not wait until somebody reads it.
#[test]
fn a_list_that_nobody_reads_ends_when_it_is_told_to() {
    let machine = Machine::new();
    let orders: String = (0..700).map(|n| format!("{}\n", order(&format!("{n:04}{}", "x".repeat(300))))).collect();
    machine.run(&["send", "--no-wait", &machine.file("f.jsonl", &orders)]).expect(0);
    for list in ["orders", "outbox"] {
        let mut child = machine.command(&[list]).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.next().unwrap().unwrap().contains("0000x"), "the oldest comes first");
        interrupt(&child);
        let ran = Ran::of(child.wait_with_output().unwrap()).expect(1);
        assert!(ran.stderr.contains("The list is not complete."), "{}", ran.stderr);
        // What was read is whole, in its sequence, and comes once.
        assert!(lines.count() < 699);
        let whole = machine.run(&[list]).expect(0);
        let ids: Vec<&str> = whole.lines.iter().map(|line| line["orderId"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), 700);
        assert!(ids.is_sorted());
    }
}

#[test]
fn a_reader_that_does_not_read_keeps_nothing_from_being_sent() {
    let machine = Machine::new();
    // With ids as long as these, some of the results fill the pipe.
    let ids: Vec<String> = (0..60).map(|n| format!("{n:02}{}", "x".repeat(2_000))).collect();
    let file = machine.file("f.jsonl", &ids.iter().map(|id| format!("{}\n", order(id))).collect::<String>());
    let (reader, writer): (PipeReader, _) = pipe().unwrap();
    let mut command = machine.command(&["send", &file]);
    let child = command.stdout(writer).spawn().unwrap();
    drop(command);
    let began = tokio::time::Instant::now();
    while machine.world().orders.len() < ids.len() {
        assert!(began.elapsed() < Duration::from_secs(60), "only {} arrived", machine.world().orders.len());
        std::thread::sleep(Duration::from_millis(20));
    }
    interrupt(&child);
    let ran = Ran::of(child.wait_with_output().unwrap()).expect(0);
    assert!(ran.stderr.contains("nobody reads it"), "{}", &ran.stderr[..ran.stderr.len().min(500)]);
    let mut read = String::new();
    { reader }.read_to_string(&mut read).unwrap();
    let whole = read.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut told: Vec<String> =
        whole.chain(told(&ran)).map(|line| line["orderId"].as_str().unwrap().to_owned()).collect();
    told.sort();
    told.dedup();
    assert_eq!(told.len(), ids.len(), "every result is on one of both");
}

#[test]
fn without_a_terminal_the_desk_says_so_and_ends() {
    let machine = Machine::new();
    let ran = machine.run(&[]);
    assert_ne!(ran.code, 0);
    assert!(ran.stdout.is_empty() && ran.stderr.contains("terminal"), "{}", ran.stderr);
}
