//! What may stand where the program looks for its directory and files: others' eyes are shut out, and what is no file is
//! refused at once instead of being waited for.

use std::{
    fs,
    os::unix::{fs::PermissionsExt, net::UnixListener},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use tokio::time::Instant;

use crate::machine::{Machine, Ran, order};

/// Longer than any refusal takes on a busy machine, and no wait for somebody who writes into a pipe.
const AT_ONCE: Duration = Duration::from_secs(20);

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn set_mode(path: &Path, bits: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(bits)).unwrap();
}

#[test]
fn a_data_directory_that_others_may_read_is_made_private_or_refused_with_the_command() {
    let machine = Machine::new();
    let dir = machine.data_dir();
    fs::create_dir_all(&dir).unwrap();
    for bits in [0o755, 0o750, 0o777, 0o701] {
        set_mode(&dir, bits);
        machine.send(&order(&format!("o{bits}")));
        assert_eq!(mode(&dir), 0o700, "{bits:o}");
    }
    set_mode(&dir, 0o755);
    machine.run(&["orders"]).expect(0);
    assert_eq!(mode(&dir), 0o700, "looking is enough");
    // A directory with other things in it is not this program's to change.
    let shared = machine.path("shared dir");
    fs::create_dir(&shared).unwrap();
    fs::write(shared.join("letter"), "x").unwrap();
    set_mode(&shared, 0o755);
    let (file, name) = (machine.file("o.json", &order("late").to_string()), shared.display().to_string());
    let ran = machine.run(&["--data-dir", &name, "send", &file]).expect(1);
    assert!(ran.stderr.contains(&format!("chmod 700 '{name}'")), "{}", ran.stderr);
    assert_eq!((mode(&shared), fs::read_dir(&shared).unwrap().count()), (0o755, 1), "nothing was changed");
    assert_eq!(machine.world().orders.len(), 4);
    let mended = Command::new("bash").args(["-c", &format!("chmod 700 '{name}'")]).status().unwrap();
    assert!(mended.success());
    machine.run(&["--data-dir", &name, "send", &file]).expect(0);
}

/// What is no regular file, in the place of one.
#[derive(Clone, Copy, Debug)]
enum Odd {
    Pipe,
    LinkToDevice,
    Socket,
    Directory,
}

impl Odd {
    fn put(self, path: &Path) {
        match self {
            Self::Pipe => assert!(Command::new("mkfifo").arg(path).status().unwrap().success()),
            Self::LinkToDevice => std::os::unix::fs::symlink("/dev/zero", path).unwrap(),
            Self::Socket => drop(UnixListener::bind(path).unwrap()),
            Self::Directory => fs::create_dir(path).unwrap(),
        }
        // Else the key file would be refused for its mode alone.
        if !matches!(self, Self::LinkToDevice) {
            set_mode(path, 0o600);
        }
    }

    fn take_away(self, path: &Path) {
        if matches!(self, Self::Directory) { fs::remove_dir(path).unwrap() } else { fs::remove_file(path).unwrap() }
    }
}

/// Runs to its end, which must come at once.
#[track_caller]
fn run_at_once(machine: &Machine, args: &[&str]) -> Ran {
    let mut child = machine.command(args).spawn().unwrap();
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if began.elapsed() > AT_ONCE {
            child.kill().unwrap();
            panic!("{args:?} waits: {}", Ran::of(child.wait_with_output().unwrap()).stderr);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ran::of(child.wait_with_output().unwrap())
}

#[test]
fn what_is_no_file_is_refused_at_once_wherever_a_file_belongs() {
    let mut machine = Machine::new();
    machine.settings.push(("OKTODESK_DESK__LANGUAGE", "en".into()));
    machine.send(&order("before"));
    let file = machine.file("o.json", &order("late").to_string());
    let config = machine.path(".config/oktodesk");
    fs::create_dir_all(&config).unwrap();
    let named = machine.path("named.toml");
    let named_text = named.display().to_string();
    let export = machine.path("all.jsonl").display().to_string();
    let in_data = |name: &str| machine.data_dir().join(name);
    // Where it stands, with which command, and what that ends with.
    let cases: [(PathBuf, Vec<&str>, i32); 11] = [
        (machine.key_file(), vec!["send", &file], 3),
        (config.join("config.toml"), vec!["send", &file], 3),
        (named.clone(), vec!["--config", &named_text, "orders"], 3),
        (config.join("menu.toml"), vec!["catalog", "search", "x"], 3),
        (config.join("areas.toml"), vec!["catalog", "sync"], 0),
        (in_data("journal.sqlite3"), vec!["send", &file], 1),
        (in_data("journal.sqlite3"), vec!["orders"], 1),
        (in_data("journal.sqlite3"), vec!["journal", "export", &export], 1),
        (in_data("journal.sqlite3-wal"), vec!["send", "--no-wait", &file], 1),
        (in_data("journal.sqlite3-shm"), vec!["outbox"], 1),
        (in_data("journal.sqlite3-journal"), vec!["outbox"], 1),
    ];
    for (path, args, code) in &cases {
        let kept = fs::read(path).ok();
        for odd in [Odd::Pipe, Odd::LinkToDevice, Odd::Socket, Odd::Directory] {
            if kept.is_some() {
                fs::remove_file(path).unwrap();
            }
            odd.put(path);
            let ran = run_at_once(&machine, args);
            assert_eq!(ran.code, *code, "{odd:?} at {}: {}", path.display(), ran.stderr);
            if *code != 0 {
                let said = ran.stderr.contains("no regular file") || ran.stderr.contains("is a directory");
                let name = path.file_name().unwrap().to_str().unwrap();
                assert!(said && ran.stderr.contains(name), "{odd:?} at {}: {}", path.display(), ran.stderr);
            }
            odd.take_away(path);
            if let Some(kept) = &kept {
                fs::write(path, kept).unwrap();
                set_mode(path, 0o600);
            }
        }
    }
    assert_eq!(machine.world().orders.len(), 1, "nothing was sent");
    machine.run(&["send", &file]).expect(0);
}

#[test]
fn a_lock_or_log_that_is_no_file_keeps_nobody_waiting() {
    let machine = Machine::new();
    fs::create_dir_all(machine.data_dir().join("log")).unwrap();
    let file = machine.file("o.json", &order("a").to_string());
    let (lock, log) = (machine.data_dir().join("sender.lock"), machine.data_dir().join("log/oktodesk.log"));
    Odd::Pipe.put(&log);
    let ran = run_at_once(&machine, &["send", "--no-wait", &file]);
    assert_eq!(ran.code, 0, "no log is no reason to take no orders: {}", ran.stderr);
    Odd::Pipe.put(&lock);
    let ran = run_at_once(&machine, &["doctor"]);
    assert!(ran.stdout.contains("sender.lock"), "{}", ran.stdout);
    Odd::Pipe.take_away(&lock);
    for odd in [Odd::Pipe, Odd::LinkToDevice, Odd::Socket, Odd::Directory] {
        odd.put(&lock);
        for args in [&["outbox", "--drain"][..], &["send", &file]] {
            let ran = run_at_once(&machine, args);
            assert_eq!(ran.code, 7, "{odd:?}: {}", ran.stderr);
            assert!(
                ran.stderr.contains("sender.lock"),
                "what keeps it from being sent is said, {odd:?}: {}",
                ran.stderr
            );
        }
        odd.take_away(&lock);
    }
    machine.run(&["send", &file]).expect(0);
}
