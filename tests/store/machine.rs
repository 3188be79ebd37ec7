//! A machine of its own for one test: a home directory, a sandbox and the binary; and a search through every byte of it.

use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::Duration,
};

use oktodesk::sandbox::{self, Sandbox, SandboxOptions, Snapshot};
use serde_json::{Value, json};
use tokio::{runtime::Runtime, time::Instant};

/// Stands in one file, which the test writes itself.
pub const KEY: &str = "k3y-that/must+not-be-seen==";

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Machine {
    pub home: tempfile::TempDir,
    pub runtime: Runtime,
    sandbox: Sandbox,
    /// Where orders are sent, if not to the sandbox.
    pub base_url: Option<String>,
    /// Settings beyond the machine's own.
    pub settings: Vec<(&'static str, String)>,
}

/// What one run came to.
pub struct Ran {
    pub code: i32,
    pub lines: Vec<Value>,
    pub stdout: String,
    pub stderr: String,
}

impl Machine {
    pub fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let options = SandboxOptions { key: KEY.into(), ..SandboxOptions::default() };
        let sandbox = runtime.block_on(sandbox::start(options)).unwrap();
        let machine =
            Self { home: tempfile::tempdir().unwrap(), runtime, sandbox, base_url: None, settings: Vec::new() };
        let key_file = machine.key_file();
        fs::write(&key_file, format!("{KEY}\n")).unwrap();
        fs::set_permissions(&key_file, fs::Permissions::from_mode(0o600)).unwrap();
        machine
    }

    pub fn key_file(&self) -> PathBuf {
        self.path("key")
    }

    pub fn data_dir(&self) -> PathBuf {
        self.path(".local/share/oktodesk")
    }

    pub fn world(&self) -> Snapshot {
        self.sandbox.world()
    }

    pub fn faults(&self, plan: &str) {
        self.sandbox.set_faults(plan.parse().unwrap());
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub fn file(&self, name: &str, content: &str) -> String {
        fs::write(self.path(name), content).unwrap();
        self.path(name).display().to_string()
    }

    /// The variables the binary runs with; nothing of this process's environment but what breaks a guard on purpose.
    pub fn env(&self) -> Vec<(String, String)> {
        let url = self.base_url.clone().unwrap_or_else(|| self.sandbox.base_url());
        let own = [
            ("HOME", self.home.path().display().to_string()),
            ("LANG", "C".to_owned()),
            ("OKTODESK_OKTOPOS__BASE_URL", url),
            ("OKTODESK_OKTOPOS__API_KEY_FILE", self.key_file().display().to_string()),
            ("OKTODESK_LOG__LEVEL", "debug".to_owned()),
        ];
        let planted = env::var("CHAOS_BUG").ok().map(|bug| ("CHAOS_BUG", bug));
        let all = own.into_iter().chain(planted).chain(self.settings.iter().cloned());
        all.map(|(name, value)| (name.to_owned(), value)).collect()
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_oktodesk"));
        command.args(args).env_clear().envs(self.env());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    #[track_caller]
    pub fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command(args).output().unwrap())
    }

    /// The same through a shell, whose limits hold for the program.
    #[track_caller]
    pub fn run_in_shell(&self, before: &str, args: &[&str]) -> Ran {
        let mut command = Command::new("bash");
        let script = format!("{before}; exec \"$0\" \"$@\"");
        command.arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_oktodesk")).args(args);
        command.env_clear().envs(self.env()).env("PATH", env::var("PATH").unwrap_or_default());
        Ran::of(command.stdin(Stdio::null()).output().unwrap())
    }

    /// Records and sends an order for this guest.
    #[track_caller]
    pub fn send(&self, order: &Value) {
        let file = self.file("to-send.json", &order.to_string());
        let ran = self.run(&["send", &file]);
        fs::remove_file(file).unwrap();
        ran.expect(0);
    }

    /// Files of this machine that hold this text, in the encodings in which text is kept.
    pub fn files_with(&self, text: &str) -> Vec<PathBuf> {
        let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let escaped: String =
            text.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", c as u32) }).collect();
        let spellings = [
            text.as_bytes().to_vec(),
            escaped.into_bytes(),
            text.replace('/', "\\/").into_bytes(),
            wide(u16::to_le_bytes),
            wide(u16::to_be_bytes),
        ];
        let mut files = Vec::new();
        all_files(self.home.path(), &mut files);
        files.retain(|file| *file != self.key_file());
        assert!(files.iter().any(|file| file.ends_with("journal.sqlite3")), "there is something to search: {files:?}");
        files.retain(|file| {
            // Files beside a database come and go.
            let bytes = fs::read(file).unwrap_or_default();
            spellings.iter().any(|spelling| memchr::memmem::find(&bytes, spelling).is_some())
        });
        files
    }
}

impl Ran {
    #[track_caller]
    pub fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        for text in [&stdout, &stderr] {
            assert!(!text.contains(KEY), "the key was printed: {text}");
        }
        let lines = stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        Self { code: output.status.code().unwrap_or(-1), lines, stdout, stderr }
    }

    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}stderr:\n{}", self.stdout, self.stderr);
        self
    }
}

pub fn all_files(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all_files(&path, files) } else { files.push(path) }
    }
}

/// A figure or a seed, for whoever reads the test's output.
#[expect(clippy::print_stdout, reason = "tests print their seeds and figures")]
pub fn tell(words: String) {
    println!("{words}");
}

/// Waits until it is so.
#[track_caller]
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "never so: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// An order the sandbox accepts: one Pizza Hawaii to take away.
pub fn order(id: &str) -> Value {
    json!({
        "orderId": id,
        "payment": { "paymentMethod": "CASH", "price": { "value": "10.50", "currency": "EUR" }, "status": "open" },
        "items": [{
            "basketItemId": 1, "mainBasketItemId": 1, "productId": "51", "externalId": 1051, "name": "Pizza Hawaii",
            "distributionChannel": { "dcId": 2, "name": "TAKEAWAY" }, "quantity": 1,
            "price": { "value": "10.50", "currency": "EUR" }, "pricePerUnit": { "value": "10.50", "currency": "EUR" },
            "tax": {
                "taxRateId": 2, "taxRateValue": 7, "taxRateCode": "B", "taxValue": { "value": "0.69", "currency": "EUR" }
            }
        }],
        "status": "ready",
        "purchaseTime": { "timestamp": "2026-01-18T10:22:12Z", "timezone": "Europe/Berlin" },
        "pickup": { "asapDelivery": true, "timezone": "Europe/Berlin" },
        "orderType": "PICKUP"
    })
}
