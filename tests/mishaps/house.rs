//! A house for one test: a home directory with settings, a sandbox in the process, and desks in terminals.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use oktodesk::{
    domain::draft::Draft,
    journal::SqliteJournal,
    ports::Journal,
    sandbox::{self, Sandbox, SandboxOptions, Snapshot},
};
use tokio::{net::TcpSocket, runtime::Runtime, time::Instant};

use crate::terminal::{Ended, Launch, PATIENCE, Terminal};

/// Stands in no file and on no screen.
pub const KEY: &str = "k3y-that-must-not-be-seen";

/// How long a desk may take to end when it is told to.
pub const END: Duration = Duration::from_secs(2);

pub struct House {
    home: tempfile::TempDir,
    runtime: Runtime,
    sandbox: Option<Sandbox>,
    /// Keeps the sandbox's port, so that nobody else gets it while the sandbox is down.
    port: TcpSocket,
    options: SandboxOptions,
}

impl House {
    /// A house whose OktoPOS answers.
    pub fn new() -> Self {
        Self::with(SandboxOptions::default())
    }

    pub fn with(options: SandboxOptions) -> Self {
        let runtime = Runtime::new().unwrap();
        let port = TcpSocket::new_v4().unwrap();
        port.set_reuseaddr(true).unwrap();
        port.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let number = port.local_addr().unwrap().port();
        let options = SandboxOptions { key: KEY.into(), port: number, ..options };
        let mut house = Self { home: tempfile::tempdir().unwrap(), runtime, sandbox: None, port, options };
        house.sandbox_up();
        fs::create_dir_all(house.path(".config/oktodesk")).unwrap();
        fs::write(house.path(".config/oktodesk/config.toml"), house.settings()).unwrap();
        house
    }

    fn settings(&self) -> String {
        let data = self.data_dir();
        format!(
            "[desk]\nterminal = \"Tresen 1\"\npoll_interval_seconds = 1\n\
             [oktopos]\nbase_url = \"http://{}/v1\"\n\
             [shop]\nstaff = [{{ token = \"u7\", label = \"Schicht 7\" }}]\n\
             tables = [{{ from = 1, to = 20, seats = 4 }}]\n\
             [journal]\ndata_dir = \"{}\"\n",
            self.address(),
            data.display()
        )
    }

    fn address(&self) -> SocketAddr {
        self.port.local_addr().unwrap()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub fn data_dir(&self) -> PathBuf {
        self.path("data")
    }

    /// The sandbox is there; one that was there before has forgotten everything.
    pub fn sandbox_up(&mut self) {
        let options = self.options.clone();
        self.sandbox = Some(self.runtime.block_on(sandbox::start(options)).unwrap());
    }

    /// Nobody listens where the sandbox was.
    pub fn sandbox_down(&mut self) {
        let sandbox = self.sandbox.take().expect("it is up");
        self.runtime.block_on(sandbox.shutdown());
    }

    pub fn faults(&self, plan: &str) {
        self.sandbox.as_ref().expect("it is up").set_faults(plan.parse().unwrap());
    }

    pub fn world(&self) -> Snapshot {
        self.sandbox.as_ref().expect("it is up").world()
    }

    /// Waits until the sandbox is as wanted.
    #[track_caller]
    pub fn wait_world(&self, what: &str, wanted: impl Fn(&Snapshot) -> bool) -> Snapshot {
        self.poll(|| Some(self.world()).filter(&wanted))
            .unwrap_or_else(|| panic!("never so: {what}\n{:#?}", self.world()))
    }

    /// Waits until a draft in the journal is as wanted: what is on the screen is written right after, not before.
    #[track_caller]
    pub fn wait_draft(&self, wanted: impl Fn(&Draft) -> bool) -> Draft {
        let journal = self.runtime.block_on(SqliteJournal::open(&self.data_dir())).unwrap();
        let drafts = || drafts_of(&self.runtime, &journal);
        let found = self.poll(|| drafts().into_iter().find(&wanted));
        let found = found.unwrap_or_else(|| panic!("no such draft: {:#?}", drafts()));
        self.runtime.block_on(journal.close()).unwrap();
        found
    }

    /// Drafts the journal holds.
    pub fn drafts(&self) -> Vec<Draft> {
        let journal = self.runtime.block_on(SqliteJournal::open(&self.data_dir())).unwrap();
        let drafts = drafts_of(&self.runtime, &journal);
        self.runtime.block_on(journal.close()).unwrap();
        drafts
    }

    fn poll<T>(&self, mut look: impl FnMut() -> Option<T>) -> Option<T> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let found = look();
            if found.is_some() {
                return found;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    }

    pub fn env(&self) -> Vec<(String, String)> {
        let home = self.home.path().display().to_string();
        [("HOME", home.as_str()), ("LANG", "de_DE.UTF-8"), ("TERM", "xterm-256color"), ("OKTODESK_API_KEY", KEY)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    }

    /// A desk that has its articles.
    #[track_caller]
    pub fn desk(&self) -> Terminal {
        let desk = self.resumed();
        desk.wait_text("160 Artikel");
        desk
    }

    /// A desk that takes keys; whatever was open before is coming back.
    #[track_caller]
    pub fn resumed(&self) -> Terminal {
        let desk = Terminal::start(&Launch { args: &[], env: self.env(), size: (100, 30), shell: None });
        desk.wait_text("Tresen 1");
        desk
    }

    /// A desk that was started from a shell, which writes down how it finds and leaves the terminal.
    #[track_caller]
    pub fn desk_in_shell(&self) -> Terminal {
        let shell = Some(self.home.path());
        let desk = Terminal::start(&Launch { args: &[], env: self.env(), size: (100, 30), shell });
        desk.wait_text("160 Artikel");
        desk
    }

    /// The terminal is as it was before the desk was started from a shell.
    #[track_caller]
    pub fn expect_restored(&self, ended: &Ended) {
        let screen = &ended.screen;
        assert!(!screen.alternate_screen(), "the alternate screen is left");
        assert!(!screen.hide_cursor(), "the cursor is shown");
        assert!(!screen.bracketed_paste(), "pastes are plain again");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse is the terminal's again");
        let tail = String::from_utf8_lossy(&ended.output).into_owned();
        let tail = &tail[tail.rfind("\x1b[?1049l").expect("the alternate screen was left")..];
        assert!(tail.contains("\x1b[?25h"), "the cursor is shown at the end: {tail:?}");
        let stty = |name: &str| fs::read_to_string(self.path(name)).unwrap();
        assert_eq!(stty("before"), stty("after"), "raw mode is off, as it was");
    }

    /// Quits by key.
    #[track_caller]
    pub fn quit(&self, mut desk: Terminal) -> Ended {
        desk.type_keys("<ctrl+q>");
        let ended = desk.ended(END);
        assert_eq!(ended.code, 0);
        self.expect_secret(&ended.output);
        ended
    }

    /// The key is in nothing that was written.
    #[track_caller]
    pub fn expect_secret(&self, output: &[u8]) {
        let seen = |bytes: &[u8]| bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes());
        assert!(!seen(output), "the key was drawn");
        let mut files = Vec::new();
        all_files(&self.data_dir(), &mut files);
        assert!(files.iter().any(|file| file.ends_with("journal.sqlite3")), "{files:?}");
        for file in files {
            // Files beside a database come and go.
            assert!(!seen(&fs::read(&file).unwrap_or_default()), "the key is in {}", file.display());
        }
    }
}

fn all_files(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all_files(&path, files) } else { files.push(path) }
    }
}

fn drafts_of(runtime: &tokio::runtime::Runtime, journal: &SqliteJournal) -> Vec<Draft> {
    runtime.block_on(journal.drafts()).unwrap().into_iter().map(|open| open.draft).collect()
}
