//! The real program in a pseudo-terminal: types keys, waits for what a person would see, pulls the plug.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "test harness: a failure here is a failed test, and waiting is bounded by the machine's own clock"
)]

use std::{
    io::{Read, Write},
    num::NonZero,
    path::Path,
    sync::{Arc, Condvar, Mutex},
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// Longest time anything is waited for; a test that reaches it prints the screen.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the program has drawn so far, and everything it ever wrote.
struct Drawn {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    ended: bool,
}

/// One running program and its terminal.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    drawn: Arc<(Mutex<Drawn>, Condvar)>,
}

impl Terminal {
    /// Starts the program with nothing in its environment but what is given.
    pub fn start(arguments: &[&str], environment: &[(&str, &str)], home: &Path, size: (u16, u16)) -> Self {
        let (columns, rows) = size;
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_oktodesk"));
        command.env_clear();
        command.args(arguments);
        command.cwd(home);
        command.env("HOME", home);
        command.env("TERM", "xterm-256color");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let cells = |count| NonZero::new(count).unwrap();
        let parser = vt100::Parser::new(cells(rows), cells(columns), 0);
        let drawn = Arc::new((Mutex::new(Drawn { parser, bytes: Vec::new(), ended: false }), Condvar::new()));
        let shared = Arc::clone(&drawn);
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            loop {
                let read = reader.read(&mut buffer).unwrap_or(0);
                let mut drawn = shared.0.lock().unwrap();
                drawn.parser.process(&buffer[..read]);
                drawn.bytes.extend_from_slice(&buffer[..read]);
                drawn.ended = read == 0;
                shared.1.notify_all();
                if read == 0 {
                    return;
                }
            }
        });
        Self { child, master: pair.master, writer, drawn }
    }

    /// Types text as it is.
    pub fn type_text(&mut self, text: &str) {
        self.writer.write_all(text.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Presses keys by name, one after another, without waiting for the screen: nothing typed ahead may be lost.
    pub fn press(&mut self, names: &str) {
        for name in names.split_whitespace() {
            let bytes = match name {
                "enter" => "\r",
                "esc" => "\x1b",
                "tab" => "\t",
                "right" => "\x1b[C",
                "down" => "\x1b[B",
                "f1" => "\x1bOP",
                "f2" => "\x1bOQ",
                "f4" => "\x1bOS",
                "f7" => "\x1b[18~",
                "f8" => "\x1b[19~",
                "f9" => "\x1b[20~",
                "ctrl+q" => "\x11",
                "ctrl+u" => "\x15",
                "alt+1" => "\x1b1",
                "alt+2" => "\x1b2",
                "alt+3" => "\x1b3",
                "alt+4" => "\x1b4",
                "alt+5" => "\x1b5",
                other => panic!("no such key here: {other}"),
            };
            self.type_text(bytes);
            // A lone escape is told from the start of a longer key by what follows it, so the screen is waited for.
            if name == "esc" {
                let before = self.drawn.0.lock().unwrap().bytes.len();
                self.wait("an answer to Esc", |_, drawn| drawn > before);
            }
        }
    }

    /// The screen as text.
    pub fn screen(&self) -> String {
        self.drawn.0.lock().unwrap().parser.screen().contents()
    }

    /// Waits until the screen shows all of these.
    pub fn wait_for(&self, texts: &[&str]) {
        self.wait(&format!("{texts:?}"), |screen, _| texts.iter().all(|text| screen.contains(text)));
    }

    /// Everything the program wrote to the terminal.
    pub fn output(&self) -> Vec<u8> {
        self.drawn.0.lock().unwrap().bytes.clone()
    }

    /// Gives the window another size.
    pub fn resize(&self, columns: u16, rows: u16) {
        let cells = |count| NonZero::new(count).unwrap();
        self.drawn.0.lock().unwrap().parser.screen_mut().set_size(cells(rows), cells(columns));
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// Pulls the plug. The library's own kill would hang up first and let the program end in order.
    pub fn kill(mut self) {
        self.signal("KILL");
        self.child.wait().unwrap();
    }

    /// Sends a signal to the program.
    pub fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        let done = std::process::Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap();
        assert!(done.success());
    }

    /// Waits for the end of the program; how long it took, how it ended, and its last bytes.
    pub fn ended(mut self) -> (Duration, ExitStatus, String) {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                let took = start.elapsed();
                let (drawn, changed) = &*self.drawn;
                let drawn =
                    changed.wait_timeout_while(drawn.lock().unwrap(), PATIENCE, |drawn| !drawn.ended).unwrap().0;
                let tail = drawn.bytes.len().saturating_sub(200);
                return (took, status, String::from_utf8_lossy(&drawn.bytes[tail..]).into_owned());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("the program did not end; its screen:\n{}", self.screen());
    }

    fn wait(&self, what: &str, seen: impl Fn(&str, usize) -> bool) {
        let start = Instant::now();
        let (drawn, changed) = &*self.drawn;
        let mut drawn = drawn.lock().unwrap();
        while !seen(&drawn.parser.screen().contents(), drawn.bytes.len()) {
            let left = PATIENCE.saturating_sub(start.elapsed());
            assert!(!left.is_zero(), "never saw {what}; the screen:\n{}", drawn.parser.screen().contents());
            drawn = changed.wait_timeout(drawn, left.min(Duration::from_millis(200))).unwrap().0;
        }
    }
}

/// The screen as an SVG: every cell where the terminal has it, in the colours the program gave it.
pub fn svg(screen: &vt100::Screen) -> String {
    // Widths in tenths of a unit, so that a cell needs no float.
    const CELL: u32 = 84;
    const LINE: u32 = 18;
    let tenths = |n: u32| format!("{}.{}", n / 10, n % 10);
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let (wide, high) = (u32::from(columns) * CELL + 200, u32::from(rows) * LINE + 20);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{high}\" viewBox=\"0 0 {0} {high}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"#16181d\"/>\n\
         <g font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"14\">\n",
        tenths(wide)
    );
    for row in 0..rows {
        let mut column = 0;
        while column < columns {
            let style = |at: u16| screen.cell(row, at).map(|cell| (cell.fgcolor(), cell.bold(), cell.inverse()));
            let (start, own) = (column, style(column));
            let mut text = String::new();
            while column < columns && style(column) == own {
                let contents = screen.cell(row, column).map_or("", |cell| cell.contents());
                text.push_str(if contents.is_empty() { " " } else { contents });
                column += 1;
            }
            if text.trim().is_empty() {
                continue;
            }
            let (colour, bold, _) = own.unwrap();
            let fill = match colour {
                vt100::Color::Idx(1 | 9) => "#ff6b6b",
                vt100::Color::Idx(3 | 11) => "#e5c07b",
                vt100::Color::Idx(6 | 14) => "#56c7d8",
                vt100::Color::Idx(8) => "#7d8590",
                _ => "#d7dae0",
            };
            let weight = if bold { " font-weight=\"bold\"" } else { "" };
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let x = tenths(u32::from(start) * CELL + 100);
            let length = tenths(u32::from(column - start) * CELL);
            let y = u32::from(row) * LINE + 22;
            out.push_str(&format!(
                "<text x=\"{x}\" y=\"{y}\" fill=\"{fill}\"{weight} textLength=\"{length}\" xml:space=\"preserve\">{text}</text>\n"
            ));
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

impl Terminal {
    /// The screen as an SVG.
    pub fn picture(&self) -> String {
        svg(self.drawn.0.lock().unwrap().parser.screen())
    }
}
