//! From a key to the last byte of its frame, as a terminal sees it: the real program, a bare program on the same library, and
//! fzf and vim where they are installed, each in a pseudo terminal, pressed in turn so that the machine treats them alike. Holds
//! no budget: what a busy machine cannot hold, tests hold as counts. `benches/RESULTS.md` keeps what was measured.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on ends there, and prints its table"
)]

use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
    process::Command,
    sync::mpsc::{Receiver, RecvTimeoutError, sync_channel},
    time::Duration,
};

use oktodesk::sandbox::{self, DEFAULT_KEY, SandboxOptions};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tokio::time::Instant;

/// Keys of one program and one size.
const KEYS: usize = 300;
/// Silence that ends a frame.
const QUIET: Duration = Duration::from_millis(4);
/// Longest time anything may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Articles of the house.
const ARTICLES: usize = 50_000;

/// A program in a terminal.
struct Program {
    name: &'static str,
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    read: Receiver<(Instant, usize)>,
    /// From the start to the first bytes.
    first: Duration,
    took: Vec<Duration>,
    bytes: Vec<usize>,
}

impl Program {
    fn start(name: &'static str, mut command: CommandBuilder, (cols, rows): (u16, u16)) -> Self {
        let pair = native_pty_system().openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
        command.env("TERM", "xterm-256color");
        let begun = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let (sender, read) = sync_channel(100_000);
        std::thread::spawn(move || {
            let mut bytes = [0; 64 * 1024];
            while let Ok(count) = reader.read(&mut bytes) {
                if count == 0 || sender.send((Instant::now(), count)).is_err() {
                    return;
                }
            }
        });
        let (at, _) = read.recv_timeout(PATIENCE).unwrap();
        let first = at - begun;
        Self { name, child, _master: pair.master, writer, read, first, took: Vec::new(), bytes: Vec::new() }
    }

    /// Waits until nothing has been written for a while.
    fn settle(&mut self, quiet: Duration) -> Option<(Instant, usize)> {
        let (mut last, mut bytes) = (None, 0);
        loop {
            match self.read.recv_timeout(if last.is_none() { quiet * 10 } else { quiet }) {
                Ok((at, count)) => {
                    bytes += count;
                    last = Some(at);
                }
                Err(RecvTimeoutError::Timeout) => return last.map(|at| (at, bytes)),
                Err(RecvTimeoutError::Disconnected) => panic!("{} has ended", self.name),
            }
        }
    }

    fn send(&mut self, keys: &[u8]) {
        self.writer.write_all(keys).unwrap();
        self.writer.flush().unwrap();
    }

    fn press(&mut self, key: &[u8]) {
        let begun = Instant::now();
        self.send(key);
        if let Some((at, bytes)) = self.settle(QUIET) {
            self.took.push(at - begun);
            self.bytes.push(bytes);
        }
    }

    /// Median and 99th percentile in microseconds, and the median of the bytes.
    fn figures(&mut self) -> (u128, u128, usize) {
        self.took.sort_unstable();
        self.bytes.sort_unstable();
        let at = |share: usize| self.took.get(self.took.len() * share / 100).map_or(0, Duration::as_micros);
        (at(50), at(99), self.bytes.get(self.bytes.len() / 2).copied().unwrap_or_default())
    }

    fn memory(&self) -> String {
        let pid = self.child.process_id().unwrap_or_default();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("-");
        line.trim().to_owned()
    }

    fn end(mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn bare() -> PathBuf {
    let built = Command::new(env!("CARGO")).args(["build", "--release", "--example", "bare"]).status().unwrap();
    assert!(built.success());
    let desk = Path::new(env!("CARGO_BIN_EXE_oktodesk"));
    desk.parent().unwrap().join("examples/bare")
}

/// A program, the key that leads on and the key that leads back.
type Pressed = (Program, &'static [u8], &'static [u8]);

/// The desk with a journal of its own and all articles.
fn desk(name: &'static str, home: &Path, base_url: &str, size: (u16, u16)) -> Program {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_oktodesk"));
    command.env_clear();
    command.env("HOME", home);
    command.env("LANG", "de_DE.UTF-8");
    command.env("OKTODESK_API_KEY", DEFAULT_KEY);
    command.env("OKTODESK_OKTOPOS__BASE_URL", base_url);
    command.env("OKTODESK_DESK__POLL_INTERVAL_SECONDS", "3600");
    command.env("OKTODESK_JOURNAL__DATA_DIR", home.join(name));
    let mut program = Program::start(name, command, size);
    // The first start reads all articles.
    program.settle(Duration::from_millis(1_500));
    program
}

/// Every program that is here, in a terminal of this size.
fn programs(bare: &Path, home: &Path, base_url: &str, size: (u16, u16)) -> Vec<Pressed> {
    const ARROWS: (&[u8], &[u8]) = (b"\x1b[B", b"\x1b[A");
    let mut programs = vec![
        (Program::start("bare", CommandBuilder::new(bare), size), ARROWS.0, ARROWS.1),
        (desk("desk", home, base_url, size), ARROWS.0, ARROWS.1),
        (desk("desk typing", home, base_url, size), &b"p"[..], &b"\x7f"[..]),
    ];
    for (name, args) in [("vim", vec!["-u", "NONE", "lines"]), ("fzf", vec![])] {
        if Command::new(name).arg("--version").output().is_err() {
            continue;
        }
        let mut command = CommandBuilder::new(name);
        command.args(args);
        command.cwd(home);
        command.env("FZF_DEFAULT_COMMAND", "cat lines");
        programs.push((Program::start(name, command, size), ARROWS.0, ARROWS.1));
    }
    for (program, ..) in &mut programs {
        program.settle(Duration::from_millis(300));
    }
    programs
}

fn main() {
    let bare = bare();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options = SandboxOptions { articles: Some(ARTICLES), ..SandboxOptions::default() };
    let sandbox = runtime.block_on(sandbox::start(options)).unwrap();
    let home = tempfile::tempdir().unwrap();
    let lines: String = (0..ARTICLES).map(|n| format!("{n} line of the list\n")).collect();
    std::fs::write(home.path().join("lines"), lines).unwrap();
    println!("| size | program | key | median µs | p99 µs | bytes | ratio to bare | first bytes ms | memory |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for size in [(80, 24), (120, 40), (200, 60)] {
        let mut programs = programs(&bare, home.path(), &sandbox.base_url(), size);
        for turn in 0..KEYS {
            for (program, there, back) in &mut programs {
                program.press(if turn % 20 < 10 { there } else { back });
            }
        }
        let least = programs[0].0.figures().0.max(1);
        for (mut program, ..) in programs {
            let (median, p99, bytes) = program.figures();
            println!(
                "| {}x{} | {} | {} | {median} | {p99} | {bytes} | {}.{:02} | {} | {} |",
                size.0,
                size.1,
                program.name,
                if program.name.ends_with("typing") { "letter" } else { "arrow" },
                median / least,
                median * 100 / least % 100,
                program.first.as_millis(),
                program.memory(),
            );
            program.end();
        }
    }
    runtime.block_on(sandbox.shutdown());
}
