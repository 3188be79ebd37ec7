//! A desk in a terminal, in the words of the tests that take orders: presses keys by name, waits, pulls the plug.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "test harness: a failure here is a failed test"
)]

pub mod terminal;

use std::{path::Path, time::Duration};

use terminal::{Ended, Launch, PATIENCE, Size, Terminal};

/// One running program and its terminal.
pub struct Desk {
    terminal: Terminal,
    size: Size,
}

impl Desk {
    /// Starts the program with nothing in its environment but a home and what is given.
    pub fn start(args: &[&str], environment: &[(&str, &str)], home: &Path, size: Size) -> Self {
        let home = ("HOME", home.to_str().unwrap());
        let all = [home, ("TERM", "xterm-256color")].into_iter().chain(environment.iter().copied());
        let env = all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { terminal: Terminal::start(&Launch { args, env, size, shell: None }), size }
    }

    /// Types text as it is.
    pub fn type_text(&mut self, text: &str) {
        self.terminal.type_keys(text);
    }

    /// Presses keys by name, one after another, without waiting for the screen: nothing typed ahead may be lost.
    pub fn press(&mut self, names: &str) {
        for name in names.split_whitespace() {
            let before = self.terminal.output().len();
            self.terminal.type_keys(&format!("<{name}>"));
            // A lone escape is told from the start of a longer key by what follows it, so the screen is waited for.
            if name == "esc" {
                self.terminal.wait_drawn(before);
            }
        }
    }

    /// The screen as text.
    pub fn screen(&self) -> String {
        self.terminal.wait_for("anything", |_| true)
    }

    /// The screen as cells, for a window that kept its size.
    pub fn cells(&self) -> vt100::Screen {
        let mut parser = vt100::Parser::new(terminal::cells(self.size.1), terminal::cells(self.size.0), 0);
        parser.process(&self.terminal.output());
        parser.screen().clone()
    }

    /// Waits until the screen shows all of these.
    pub fn wait_for(&self, texts: &[&str]) {
        self.terminal.wait_for(&format!("{texts:?}"), |screen| texts.iter().all(|text| screen.contains(text)));
    }

    /// Waits until the screen shows this no longer.
    pub fn wait_gone(&self, text: &str) {
        self.terminal.wait_gone(text);
    }

    /// Everything the program wrote to the terminal.
    pub fn output(&self) -> Vec<u8> {
        self.terminal.output()
    }

    /// Gives the window another size.
    pub fn resize(&self, columns: u16, rows: u16) {
        self.terminal.resize((columns, rows));
    }

    /// Sends the program a signal.
    pub fn signal(&self, name: &str) {
        self.terminal.signal(name);
    }

    /// Pulls the plug.
    pub fn kill(self) {
        self.terminal.signal("KILL");
        self.terminal.ended(PATIENCE);
    }

    /// Waits until the program has ended by itself.
    pub fn ended(self, within: Duration) -> Ended {
        self.terminal.ended(within)
    }
}
