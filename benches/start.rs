//! What the whole program costs, seen from outside: time to the first frame, memory and wake-ups, with 50,000 articles in
//! the journal. Starts the real program in a terminal of its own; changes nothing outside a temporary directory.
//!
//! `cargo bench --bench start` prints the figures beside their budgets; with `-- --check` it fails when one is missed.
//! `OKTODESK_BENCH_DIR` names a directory on the disk to measure. Linux only: elsewhere it says so and ends.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on ends there")]
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![expect(clippy::disallowed_methods, reason = "a bench measures with the machine's clock")]
#![expect(clippy::float_arithmetic, reason = "figures for people, no money")]

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    num::NonZero,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    sync::mpsc::{Receiver, sync_channel},
    time::{Duration, Instant},
};

use oktodesk::{
    i18n::{Lang, Texts},
    sandbox::{self, Sandbox, SandboxOptions},
};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

const PROGRAM: &str = env!("CARGO_BIN_EXE_oktodesk");
const KEY: &str = "bench-key";
const ARTICLES: usize = 50_000;
const COLUMNS: u16 = 120;
const ROWS: u16 = 40;
/// Starts of each kind; the first fills the machine's caches and is not counted.
const STARTS: usize = 21;
const IDLE: Duration = Duration::from_secs(30);
/// Nothing here takes this long unless it hangs.
const PATIENCE: Duration = Duration::from_secs(20);

const FIRST_FRAME_MS: f64 = 30.0;
const MEMORY_MIB: f64 = 40.0;
/// Voluntary context switches of one poll, in all threads together: the timer, the call, the journal and the frame.
const SWITCHES_A_POLL: f64 = 40.0;
/// In half a minute without a poll. A wake-up every second would be thirty.
const SWITCHES_IDLE: f64 = 3.0;

fn main() -> ExitCode {
    if !cfg!(target_os = "linux") {
        println!("these figures are read from /proc: Linux only");
        return ExitCode::SUCCESS;
    }
    let check = std::env::args().any(|arg| arg == "--check");
    let mut report = Report { missed: 0 };
    let house = House::new();
    report.starts("plain HTTP", &house, &house.plain);
    report.starts("HTTPS", &house, &house.https);
    report.memory(&house);
    report.idle(&house);
    if check && report.missed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

struct Report {
    missed: usize,
}

impl Report {
    fn say(&mut self, what: &str, value: f64, unit: &str, budget: Option<f64>) {
        let verdict = match budget {
            Some(budget) if value > budget => {
                self.missed += 1;
                format!("of {budget} {unit}  MISSED")
            }
            Some(budget) => format!("of {budget} {unit}"),
            None => String::new(),
        };
        println!("{what:<58} {value:>9.1} {unit:<8} {verdict}");
    }

    fn starts(&mut self, name: &str, house: &House, config: &Path) {
        let (mut first, mut loaded) = (Vec::new(), Vec::new());
        for _ in 0..STARTS {
            let desk = Running::start(house, config);
            let (to_frame, to_articles) = desk.until_loaded();
            first.push(to_frame);
            loaded.push(to_articles);
            desk.quit();
        }
        first.remove(0);
        loaded.remove(0);
        self.say(&format!("start to first frame, {name}, median"), median(&mut first), "ms", Some(FIRST_FRAME_MS));
        self.say(&format!("start to first frame, {name}, slowest"), first[first.len() - 1], "ms", None);
        self.say(&format!("start to all articles, {name}, median"), median(&mut loaded), "ms", None);
    }

    fn memory(&mut self, house: &House) {
        for (name, config) in [("plain HTTP", &house.plain), ("HTTPS", &house.https)] {
            let desk = Running::start(house, config);
            desk.until_loaded();
            std::thread::sleep(Duration::from_secs(7));
            self.say(&format!("memory after the first polls, {name}"), desk.mib("VmRSS"), "MiB", Some(MEMORY_MIB));
            self.say(&format!("memory at most, {name}"), desk.mib("VmHWM"), "MiB", Some(MEMORY_MIB));
            desk.quit();
        }
    }

    fn idle(&mut self, house: &House) {
        let desk = Running::start(house, &house.plain);
        desk.until_loaded();
        std::thread::sleep(Duration::from_secs(3));
        let switches = self.switches(&desk, "polling every 5 s");
        #[expect(clippy::float_arithmetic, reason = "a figure for people")]
        let a_poll = switches / (IDLE.as_secs_f64() / 5.0);
        self.say("wake-ups of one poll", a_poll, "switches", Some(SWITCHES_A_POLL));
        desk.quit();

        let desk = Running::start(house, &house.rare);
        desk.until_loaded();
        // The connections of the first poll and of the articles are given up after 20 seconds, and the HTTP library looks for
        // such ones every 20 seconds.
        std::thread::sleep(Duration::from_secs(45));
        let switches = self.switches(&desk, "polling every hour");
        self.say("wake-ups without a poll, in 30 s", switches, "switches", Some(SWITCHES_IDLE));
        desk.quit();
    }

    fn switches(&mut self, desk: &Running, name: &str) -> f64 {
        let before = desk.switches();
        std::thread::sleep(IDLE);
        let after = desk.switches();
        let mut sum = 0;
        for (task, (thread, count)) in &after {
            let new = count - before.get(task).map_or(0, |(_, count)| *count);
            sum += new;
            if new > 0 {
                println!("    {name}: {new} by {thread} ({task})");
            }
        }
        f64::from(u32::try_from(sum).unwrap())
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// An OktoPOS, settings and a journal full of articles.
struct House {
    dir: tempfile::TempDir,
    plain: PathBuf,
    https: PathBuf,
    rare: PathBuf,
    _sandbox: Sandbox,
    _runtime: tokio::runtime::Runtime,
}

impl House {
    fn new() -> Self {
        let dir = match std::env::var_os("OKTODESK_BENCH_DIR") {
            Some(dir) => tempfile::tempdir_in(dir).unwrap(),
            None => tempfile::tempdir().unwrap(),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let generated = ARTICLES - sandbox::menu().unwrap().len();
        let options = SandboxOptions { key: KEY.into(), articles: Some(generated), ..SandboxOptions::default() };
        let sandbox = runtime.block_on(sandbox::start(options)).unwrap();
        let config = |name: &str, scheme: &str, poll: u32| {
            let file = dir.path().join(name);
            let url = sandbox.base_url().replacen("http", scheme, 1);
            let text = format!("[oktopos]\nbase_url = \"{url}\"\n[desk]\npoll_interval_seconds = {poll}\n");
            fs::write(&file, text).unwrap();
            file
        };
        let (plain, https) = (config("plain.toml", "http", 5), config("https.toml", "https", 5));
        let rare = config("rare.toml", "http", 3600);
        let house = Self { dir, plain, https, rare, _sandbox: sandbox, _runtime: runtime };
        let mut sync = Command::new(PROGRAM);
        sync.args(house.arguments(&house.plain)).args(["catalog", "sync"]).env("OKTODESK_API_KEY", KEY);
        let synced = sync.output().unwrap();
        assert!(synced.status.success(), "{}", String::from_utf8_lossy(&synced.stderr));
        house
    }

    fn arguments(&self, config: &Path) -> [PathBuf; 6] {
        let data = self.dir.path().join("data");
        ["--config".into(), config.into(), "--data-dir".into(), data, "--lang".into(), "en".into()]
    }
}

/// The desk in a terminal of its own.
struct Running {
    started: Instant,
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
}

impl Running {
    fn start(house: &House, config: &Path) -> Self {
        let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(PROGRAM);
        command.args(house.arguments(config));
        command.env("OKTODESK_API_KEY", KEY);
        command.env("TERM", "xterm-256color");
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, output) = sync_channel(4096);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 64 * 1024];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                // After the desk was loaded nobody reads on; the terminal must be emptied all the same.
                sender.try_send((Instant::now(), buffer[..read].to_vec())).ok();
            }
        });
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        Self { started, child, master: pair.master, output }
    }

    /// Milliseconds to the first whole frame, and to the frame that shows the articles.
    fn until_loaded(&self) -> (f64, f64) {
        let mut screen = vt100::Parser::new(NonZero::new(ROWS).unwrap(), NonZero::new(COLUMNS).unwrap(), 0);
        let loading = Texts::load(Lang::En).t("items.loading").to_owned();
        let mut first = None;
        loop {
            // Every poll draws: silence alone would not be noticed.
            assert!(self.started.elapsed() < PATIENCE, "the screen is:\n{}", screen.screen().contents());
            let (at, bytes) = self.output.recv_timeout(PATIENCE).unwrap_or_else(|error| {
                panic!("{error}; the screen is:\n{}", screen.screen().contents());
            });
            screen.process(&bytes);
            let text = screen.screen().contents();
            let ms = at.duration_since(self.started).as_secs_f64() * 1e3;
            // Head and footer: the frame is written at once, from the top to the bottom.
            if first.is_none() && text.contains("oktodesk") && text.contains("F1 Help") {
                first = Some(ms);
            }
            if let Some(first) = first.filter(|_| !text.contains(&loading)) {
                return (first, ms);
            }
        }
    }

    fn process(&self) -> PathBuf {
        Path::new("/proc").join(self.child.process_id().unwrap().to_string())
    }

    fn mib(&self, name: &str) -> f64 {
        let kib = field(&self.process().join("status"), name);
        f64::from(u32::try_from(kib).unwrap()) / 1024.0
    }

    /// Voluntary context switches by thread.
    fn switches(&self) -> BTreeMap<String, (String, u64)> {
        let tasks = fs::read_dir(self.process().join("task")).unwrap();
        tasks
            .map(|task| {
                let task = task.unwrap();
                let name = fs::read_to_string(task.path().join("comm")).unwrap().trim().to_owned();
                let count = field(&task.path().join("status"), "voluntary_ctxt_switches");
                (task.file_name().to_string_lossy().into_owned(), (name, count))
            })
            .collect()
    }

    fn quit(mut self) {
        self.master.take_writer().unwrap().write_all(b"\x11").unwrap();
        let asked = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            if asked.elapsed() > PATIENCE {
                self.child.kill().unwrap();
                panic!("the desk does not end");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// The number of a line `Name:   123 kB` of a file under /proc.
fn field(file: &Path, name: &str) -> u64 {
    let text = fs::read_to_string(file).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}
