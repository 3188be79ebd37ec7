//! The real binary in a terminal of its own: keys in, screen out. Every wait ends by itself, and shows the screen then.
//! Knows nothing of orders.

use std::{
    fs,
    io::{Read, Write},
    num::NonZeroU16,
    path::Path,
    process::Command,
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread::JoinHandle,
    time::Duration,
};

use filedescriptor::FileDescriptor;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// The longest a test waits for anything. Never waited out by a test that passes.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Columns and rows.
pub type Size = (u16, u16);

/// How a program is started.
pub struct Launch<'a> {
    /// Arguments.
    pub args: &'a [&'a str],
    /// The whole environment.
    pub env: Vec<(String, String)>,
    /// Columns and rows at the start.
    pub size: Size,
    /// Run it from a shell that writes the terminal's settings before and after into this directory. Without one the
    /// program is the terminal's own.
    pub shell: Option<&'a Path>,
}

/// A program in a terminal.
pub struct Terminal {
    shared: Arc<Shared>,
    master: Box<dyn MasterPty + Send>,
    /// Not the library's own writer, which types a line feed and an end of file when it is dropped: to the desk those are
    /// Enter and "discard", pressed by nobody.
    writer: FileDescriptor,
    child: Box<dyn Child + Send + Sync>,
    reader: JoinHandle<()>,
    pid_file: Option<std::path::PathBuf>,
}

/// How a program ended, and what it left in the terminal.
pub struct Ended {
    /// Its exit code; 128 and the signal's number if a signal ended it.
    pub code: u32,
    /// Everything it wrote.
    pub output: Vec<u8>,
    /// The terminal as it was left.
    pub screen: vt100::Screen,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: vt100::Parser,
    output: Vec<u8>,
    /// The terminal has no program any more.
    closed: bool,
    /// The terminal is to be torn down.
    tearing: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("the reader does not panic")
    }
}

/// Writes down its own number, then becomes the program.
const INNER: &str = r#"echo $$ >"$0"; exec "$@""#;
/// Writes down the terminal's settings before and after.
const OUTER: &str = r#"
    dir=$0
    stty -g >"$dir/before"
    sh -c "$INNER" "$dir/pid" "$@"
    code=$?
    stty -g >"$dir/after"
    exit $code"#;

impl Terminal {
    /// Starts the program.
    pub fn start(launch: &Launch<'_>) -> Self {
        Self::start_by(launch, None)
    }

    /// Starts the program by a shell's script, which has the program and its arguments in `"$@"`.
    pub fn start_by(launch: &Launch<'_>, script: Option<&str>) -> Self {
        let pair = native_pty_system().openpty(pty_size(launch.size)).expect("a terminal");
        let program = env!("CARGO_BIN_EXE_oktodesk");
        let mut command = match (launch.shell, script) {
            (None, None) => CommandBuilder::new(program),
            (None, Some(script)) => {
                let mut command = CommandBuilder::new("/bin/sh");
                command.args(["-c", script, "sh", program]);
                command
            }
            (Some(dir), _) => {
                let mut command = CommandBuilder::new("/bin/sh");
                command.arg("-c");
                command.arg(OUTER);
                command.arg(dir);
                command.arg(program);
                command
            }
        };
        command.args(launch.args);
        // Not the home directory, which need not exist.
        command.cwd(std::env::temp_dir());
        command.env_clear();
        for (name, value) in &launch.env {
            command.env(name, value);
        }
        command.env("INNER", INNER);
        command.env("PATH", std::env::var("PATH").unwrap_or_default());
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let parser = vt100::Parser::new(cells(launch.size.1), cells(launch.size.0), 0);
        let state = State { parser, output: Vec::new(), closed: false, tearing: false };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let reader = pair.master.try_clone_reader().expect("a reader");
        let reader = std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || read(reader, &shared)
        });
        let writer = FileDescriptor::dup(&pair.master.as_raw_fd().expect("an open terminal")).expect("a writer");
        let pid_file = launch.shell.map(|dir| dir.join("pid"));
        Self { shared, master: pair.master, writer, child, reader, pid_file }
    }

    /// Types: text as it is, keys in angle brackets (`<f9>`, `<ctrl+q>`). All of it arrives at once, as when somebody
    /// types faster than the program draws. `<esc>` may only be the last one: a terminal sends it as the beginning of
    /// other keys, too.
    #[track_caller]
    pub fn type_keys(&mut self, keys: &str) {
        let bytes = bytes_of(keys);
        self.writer.write_all(&bytes).and_then(|()| self.writer.flush()).expect("the terminal takes keys");
    }

    /// Waits until the screen is as wanted, and returns its text.
    #[track_caller]
    pub fn wait_for(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let not_yet = |state: &mut State| !state.closed && !wanted(&state.parser.screen().contents());
        let waited = self.shared.changed.wait_timeout_while(self.shared.lock(), PATIENCE, not_yet);
        let (state, _) = waited.expect("the reader does not panic");
        let text = state.parser.screen().contents();
        let ended = if state.closed { " (the program has ended)" } else { "" };
        drop(state);
        assert!(wanted(&text), "never seen: {what}{ended}\n{}", frame(&text));
        text
    }

    /// Waits until the screen shows a text.
    #[track_caller]
    pub fn wait_text(&self, text: &str) -> String {
        self.wait_for(text, |screen| screen.contains(text))
    }

    /// Waits until the screen shows a text no longer.
    #[track_caller]
    pub fn wait_gone(&self, text: &str) -> String {
        self.wait_for(&format!("no {text}"), |screen| !screen.contains(text))
    }

    /// Waits until the program has drawn more than this many bytes.
    #[track_caller]
    pub fn wait_drawn(&self, beyond: usize) {
        let not_yet = |state: &mut State| !state.closed && state.output.len() <= beyond;
        let waited = self.shared.changed.wait_timeout_while(self.shared.lock(), PATIENCE, not_yet);
        let (state, _) = waited.expect("the reader does not panic");
        assert!(!state.closed && state.output.len() > beyond, "nothing is drawn any more; closed: {}", state.closed);
    }

    /// Waits until the screen shows a text, or the program has ended; `false` if it has ended.
    #[track_caller]
    pub fn seen_or_gone(&self, text: &str) -> bool {
        let not_yet = |state: &mut State| !state.closed && !state.parser.screen().contents().contains(text);
        let waited = self.shared.changed.wait_timeout_while(self.shared.lock(), PATIENCE, not_yet);
        let (state, timeout) = waited.expect("the reader does not panic");
        assert!(!timeout.timed_out(), "neither {text} nor the end");
        !state.closed
    }

    /// Waits until the program has drawn more than this many bytes, or has ended; `false` if it has ended.
    #[track_caller]
    pub fn drawn_or_gone(&self, beyond: usize) -> bool {
        let not_yet = |state: &mut State| !state.closed && state.output.len() <= beyond;
        let waited = self.shared.changed.wait_timeout_while(self.shared.lock(), PATIENCE, not_yet);
        let (state, timeout) = waited.expect("the reader does not panic");
        assert!(!timeout.timed_out(), "it neither draws nor ends");
        !state.closed
    }

    /// Waits until the screen is as wanted, the program has ended or the time is up; `true` if it is as wanted.
    #[allow(dead_code, reason = "most tests fail when the screen is never as wanted")]
    pub fn comes(&self, within: Duration, wanted: impl Fn(&str) -> bool) -> bool {
        let not_yet = |state: &mut State| !state.closed && !wanted(&state.parser.screen().contents());
        let waited = self.shared.changed.wait_timeout_while(self.shared.lock(), within, not_yet);
        let (state, _) = waited.expect("the reader does not panic");
        !state.closed && wanted(&state.parser.screen().contents())
    }

    /// Whether the program has ended, or closed its terminal.
    #[allow(dead_code, reason = "most programs end when a test expects it")]
    pub fn is_gone(&self) -> bool {
        self.shared.lock().closed
    }

    /// The number of the program's process.
    #[allow(dead_code, reason = "most tests send their signals through `signal`")]
    pub fn pid(&self) -> u32 {
        self.child.process_id().expect("it runs")
    }

    /// Everything the program wrote until now.
    pub fn output(&self) -> Vec<u8> {
        self.shared.lock().output.clone()
    }

    /// The terminal as it is now.
    #[allow(dead_code, reason = "not every test that uses a terminal looks at it so closely")]
    pub fn screen(&self) -> vt100::Screen {
        self.shared.lock().parser.screen().clone()
    }

    /// The terminal's settings, as `stty -g` writes them.
    #[allow(dead_code, reason = "not every test that uses a terminal looks at it so closely")]
    #[track_caller]
    pub fn settings(&self) -> String {
        let name = self.master.tty_name().expect("it has a name");
        let output = Command::new("sh").args(["-c", &format!("stty -g <{}", name.display())]).output();
        String::from_utf8(output.expect("stty").stdout).expect("text")
    }

    /// Gives the terminal settings that `stty -g` wrote.
    #[allow(dead_code, reason = "not every test that uses a terminal changes it")]
    #[track_caller]
    pub fn restore(&self, settings: &str) {
        let name = self.master.tty_name().expect("it has a name");
        let done = Command::new("sh").args(["-c", &format!("stty {settings} <{}", name.display())]).status();
        assert!(done.is_ok_and(|status| status.success()));
    }

    /// Types bytes as they are.
    #[allow(dead_code, reason = "not every test types what is no key")]
    #[track_caller]
    pub fn type_bytes(&mut self, bytes: &[u8]) {
        self.writer.write_all(bytes).and_then(|()| self.writer.flush()).expect("the terminal takes bytes");
    }

    /// Waits until the program is stopped (`T`), or is not.
    #[allow(dead_code, reason = "not every test that uses a terminal stops its program")]
    #[track_caller]
    pub fn wait_stopped(&self, stopped: bool) {
        let pid = match &self.pid_file {
            Some(file) => fs::read_to_string(file).expect("the shell wrote it").trim().to_owned(),
            None => self.child.process_id().expect("it runs").to_string(),
        };
        for _ in 0..PATIENCE.as_millis() / 10 {
            let state = Command::new("ps").args(["-o", "state=", "-p", &pid]).output().expect("ps").stdout;
            if state.starts_with(b"T") == stopped {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("{pid} is never {}", if stopped { "stopped" } else { "continued" });
    }

    /// How often a thread of the program has read and written until now, as the machine counts it.
    #[allow(dead_code, reason = "not every test counts calls")]
    #[cfg(target_os = "linux")]
    #[track_caller]
    pub fn calls_of(&self, thread: &str) -> (u64, u64) {
        let tasks =
            fs::read_dir(format!("/proc/{}/task", self.child.process_id().expect("it runs"))).expect("its threads");
        let paths = tasks.map(|task| task.expect("a thread").path());
        let named =
            |path: &std::path::PathBuf| fs::read_to_string(path.join("comm")).is_ok_and(|name| name.trim() == thread);
        let path = paths.into_iter().find(named).expect("the thread");
        let io = fs::read_to_string(path.join("io")).expect("what it did");
        let count = |name: &str| {
            let line = io.lines().find_map(|line| line.strip_prefix(name)).expect("a count");
            line.trim().parse().expect("a number")
        };
        (count("syscr:"), count("syscw:"))
    }

    /// Makes the window another size.
    pub fn resize(&self, size: Size) {
        self.shared.lock().parser.set_size(cells(size.1), cells(size.0));
        self.master.resize(pty_size(size)).expect("another size");
    }

    /// Sends the program a signal (`KILL`, `TERM`).
    #[track_caller]
    pub fn signal(&self, name: &str) {
        let pid = match &self.pid_file {
            Some(file) => fs::read_to_string(file).expect("the shell wrote it").trim().to_owned(),
            None => self.child.process_id().expect("it runs").to_string(),
        };
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {pid}")]).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill -{name} {pid}");
    }

    /// Waits until the program has ended by itself.
    #[track_caller]
    pub fn ended(mut self, within: Duration) -> Ended {
        let waited = self.shared.changed.wait_timeout_while(self.shared.lock(), within, |state| !state.closed);
        let (state, _) = waited.expect("the reader does not panic");
        let (closed, text) = (state.closed, state.parser.screen().contents());
        drop(state);
        if !closed {
            self.signal("KILL");
            panic!("still running after {within:?}\n{}", frame(&text));
        }
        let status = self.child.wait().expect("it was started");
        self.reader.join().expect("the reader does not panic");
        let state = self.shared.lock();
        // A program that was ended by a signal has code 1 here; the shell's way of saying it tells them apart.
        let code = if status.signal().is_some() { 128 } else { status.exit_code() };
        Ended { code, output: state.output.clone(), screen: state.parser.screen().clone() }
    }

    /// Takes the terminal away, as when a window is closed or a line drops, and says how long the program lived on.
    #[track_caller]
    pub fn hang_up(self, within: Duration) {
        let Self { shared, master, writer, mut child, reader, .. } = self;
        shared.lock().tearing = true;
        // The reader holds the terminal, too: the next bytes make it look up and let go.
        let (rows, cols) = shared.lock().parser.screen().size();
        master.resize(pty_size((cols.get() + 1, rows.get()))).expect("another size");
        reader.join().expect("the reader does not panic");
        drop(writer);
        drop(master);
        let (sender, ended) = std::sync::mpsc::sync_channel(1);
        let mut killer = child.clone_killer();
        let waiter = std::thread::spawn(move || sender.send(child.wait().is_ok()));
        if ended.recv_timeout(within).is_err() {
            killer.kill().expect("it runs");
            panic!("still running {within:?} after its terminal was gone");
        }
        waiter.join().expect("it only waits").expect("somebody listens");
    }
}

fn read(mut reader: Box<dyn Read + Send>, shared: &Shared) {
    let mut bytes = [0; 16 * 1024];
    loop {
        let count = reader.read(&mut bytes).unwrap_or(0);
        let mut state = shared.lock();
        state.parser.process(&bytes[..count]);
        state.output.extend_from_slice(&bytes[..count]);
        state.closed = count == 0;
        let done = state.closed || state.tearing;
        drop(state);
        shared.changed.notify_all();
        if done {
            return;
        }
    }
}

pub fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("not empty")
}

fn pty_size((cols, rows): Size) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn frame(text: &str) -> String {
    text.lines().map(|line| format!("│{line}\n")).collect()
}

#[track_caller]
fn bytes_of(keys: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = keys;
    while let Some((text, tail)) = rest.split_once('<') {
        let (key, after) = tail.split_once('>').unwrap_or_else(|| panic!("a key without an end: {keys}"));
        assert!(key != "esc" || after.is_empty(), "<esc> is the last key that is typed at once: {keys}");
        bytes.extend_from_slice(text.as_bytes());
        bytes.extend(key_bytes(key));
        rest = after;
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

/// What a terminal of the xterm kind sends.
#[track_caller]
fn key_bytes(key: &str) -> Vec<u8> {
    let fixed: &[u8] = match key {
        "enter" => b"\r",
        "tab" => b"\t",
        "esc" => b"\x1b",
        "backspace" => b"\x7f",
        "up" => b"\x1b[A",
        "down" => b"\x1b[B",
        "right" => b"\x1b[C",
        "left" => b"\x1b[D",
        "shift+tab" => b"\x1b[Z",
        "delete" => b"\x1b[3~",
        "pageup" => b"\x1b[5~",
        "pagedown" => b"\x1b[6~",
        "ctrl+up" => b"\x1b[1;5A",
        "ctrl+right" => b"\x1b[1;5C",
        "f1" => b"\x1bOP",
        "f2" => b"\x1bOQ",
        "f3" => b"\x1bOR",
        "f4" => b"\x1bOS",
        "f5" => b"\x1b[15~",
        "f6" => b"\x1b[17~",
        "f7" => b"\x1b[18~",
        "f8" => b"\x1b[19~",
        "f9" => b"\x1b[20~",
        "f10" => b"\x1b[21~",
        "f11" => b"\x1b[23~",
        "f12" => b"\x1b[24~",
        "paste" => b"\x1b[200~",
        "/paste" => b"\x1b[201~",
        _ => &[],
    };
    match key.split_once('+') {
        _ if !fixed.is_empty() => fixed.to_vec(),
        Some(("ctrl", letter)) if letter.len() == 1 => vec![letter.as_bytes()[0] & 0x1f],
        Some(("alt", letter)) if letter.len() == 1 => vec![0x1b, letter.as_bytes()[0]],
        _ => panic!("no such key: {key}"),
    }
}
