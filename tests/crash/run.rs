//! One run of the real program on the command line: until it ends by itself, or until something kills it.

use std::{
    io::Read,
    os::unix::process::ExitStatusExt,
    process::{Child, Command, ExitStatus, Stdio},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use serde_json::Value;

/// No run takes longer; one that does has hung.
const PATIENCE: Duration = Duration::from_secs(40);
/// How often an ended process is looked for.
const LOOK: Duration = Duration::from_millis(3);

/// How a run ended and what it printed before.
#[derive(Debug)]
pub struct Ran {
    /// `None` if a signal ended it.
    pub code: Option<i32>,
    pub signal: Option<i32>,
    /// What it printed for programs.
    pub lines: Vec<Value>,
    pub stderr: String,
    pub took: Duration,
}

/// A program that runs.
pub struct Running {
    child: Child,
    began: Instant,
    stdout: Reading,
    stderr: Reading,
}

/// What comes out of a pipe, read while the program runs: one that prints more than a pipe holds would stand still otherwise.
type Reading = Option<JoinHandle<String>>;

fn reading(pipe: Option<impl Read + Send + 'static>) -> Reading {
    pipe.map(|mut pipe| {
        std::thread::spawn(move || {
            let mut text = String::new();
            pipe.read_to_string(&mut text).expect("text");
            text
        })
    })
}

impl Running {
    pub fn start(args: &[&str], env: &[(String, String)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_oktodesk"));
        command.args(args).env_clear().envs(env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let began = Instant::now();
        let mut child = command.spawn().expect("the program starts");
        let (stdout, stderr) = (reading(child.stdout.take()), reading(child.stderr.take()));
        Self { child, began, stdout, stderr }
    }

    /// A real kill -9. A process that has just ended cannot be killed any more, which its end will tell.
    pub fn kill(&mut self) {
        self.child.kill().expect("it is ours");
    }

    /// Whether it still runs.
    pub fn is_up(&mut self) -> bool {
        self.child.try_wait().expect("it is ours").is_none()
    }

    /// Waits for its end.
    #[track_caller]
    pub fn ended(mut self) -> Ran {
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                break status;
            }
            if self.began.elapsed() > PATIENCE {
                self.child.kill().expect("it is ours");
                self.child.wait().expect("it is ours");
                panic!("still running after {PATIENCE:?}");
            }
            std::thread::sleep(LOOK);
        };
        self.read(status)
    }

    /// Waits for its end however long it takes: whoever calls this has seen to it that it ends.
    #[allow(dead_code, reason = "only the storm watches its programs itself")]
    pub fn told(mut self) -> Ran {
        let status = self.child.wait().expect("it is ours");
        self.read(status)
    }

    fn read(&mut self, status: ExitStatus) -> Ran {
        let took = self.began.elapsed();
        let read = |from: &mut Reading| from.take().expect("piped").join().expect("it is read to its end");
        let (stdout, stderr) = (read(&mut self.stdout), read(&mut self.stderr));
        // The last line may have been cut off by the kill: then it was not told.
        let lines = stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        Ran { code: status.code(), signal: status.signal(), lines, stderr, took }
    }
}

impl Ran {
    /// It ended by itself, with one of these codes.
    #[track_caller]
    pub fn expect(self, codes: &[i32]) -> Self {
        assert!(
            self.code.is_some_and(|code| codes.contains(&code)),
            "wanted one of {codes:?}: {self:#?}\n{}",
            self.stderr
        );
        self
    }
}
