//! Where the storm takes place: a home directory with one data directory, a sandbox, and a line to it that can be cut.

use std::{
    fs,
    io::{self, ErrorKind},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use oktodesk::sandbox::{self, Sandbox, SandboxOptions, Snapshot};
use tokio::{net::TcpSocket, runtime::Runtime};

const KEY: &str = "k3y-of-the-storm";
/// How often the line looks whether it is cut or a program connects.
const LOOK: Duration = Duration::from_millis(3);

pub struct Ground {
    home: tempfile::TempDir,
    pub runtime: Runtime,
    sandbox: Sandbox,
    line: Line,
    /// Keeps the port of the line, so that nobody else gets it while the line is cut.
    port: TcpSocket,
}

/// The line: programs connect here and reach the sandbox, or find nobody.
struct Line {
    is_up: Arc<AtomicBool>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Ground {
    pub fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let options = SandboxOptions { key: KEY.into(), ..SandboxOptions::default() };
        let sandbox = runtime.block_on(sandbox::start(options)).unwrap();
        let url = sandbox.base_url();
        let target: SocketAddr = url.split('/').nth(2).unwrap().parse().unwrap();
        let port = TcpSocket::new_v4().unwrap();
        port.set_reuseaddr(true).unwrap();
        port.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let own = port.local_addr().unwrap();
        let ground = Self { home: tempfile::tempdir().unwrap(), runtime, sandbox, line: Line::new(own, target), port };
        fs::create_dir_all(ground.path(".config/oktodesk")).unwrap();
        let settings = format!(
            "[desk]\nterminal = \"Tresen 1\"\npoll_interval_seconds = 1\n\
             [oktopos]\nbase_url = \"http://{}/v1\"\nconnect_timeout_seconds = 3\n\
             [shop]\ntables = [{{ from = 1, to = 20, seats = 4 }}]\n\
             [journal]\ndata_dir = \"{}\"\n",
            ground.port.local_addr().unwrap(),
            ground.data_dir().display()
        );
        fs::write(ground.path(".config/oktodesk/config.toml"), settings).unwrap();
        ground
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub fn data_dir(&self) -> PathBuf {
        self.path("data")
    }

    pub fn env(&self) -> Vec<(String, String)> {
        let home = self.home.path().display().to_string();
        [("HOME", home.as_str()), ("LANG", "de_DE.UTF-8"), ("TERM", "xterm-256color"), ("OKTODESK_API_KEY", KEY)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into_iter()
            // Which guard is broken, if the storm itself is to be tried out.
            .chain(std::env::var("CHAOS_BUG").map(|bug| ("CHAOS_BUG".to_owned(), bug)))
            .collect()
    }

    pub fn world(&self) -> Snapshot {
        self.sandbox.world()
    }

    pub fn faults(&self, plan: &str) {
        self.sandbox.set_faults(plan.parse().unwrap());
    }

    /// Cuts the line or mends it. Calls under way go on.
    pub fn line(&self, is_up: bool) {
        self.line.is_up.store(is_up, Ordering::SeqCst);
    }
}

impl Line {
    fn new(own: SocketAddr, target: SocketAddr) -> Self {
        let (is_up, is_over) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicBool::new(false)));
        let thread = std::thread::spawn({
            let (is_up, is_over) = (Arc::clone(&is_up), Arc::clone(&is_over));
            move || serve(own, target, &is_up, &is_over)
        });
        Self { is_up, is_over, thread: Some(thread) }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the line does not panic");
        }
    }
}

fn serve(own: SocketAddr, target: SocketAddr, is_up: &AtomicBool, is_over: &AtomicBool) {
    let mut listener = None;
    while !is_over.load(Ordering::SeqCst) {
        if !is_up.load(Ordering::SeqCst) {
            // Without a listener the system refuses connections.
            listener = None;
        } else if listener.is_none() {
            // The port is kept for it, but a socket that is still going away may hold it for a moment.
            listener = TcpListener::bind(own).and_then(|made| made.set_nonblocking(true).map(|()| made)).ok();
        }
        match listener.as_ref().map(TcpListener::accept) {
            Some(Ok((client, _))) => connect(client, target),
            Some(Err(error)) if error.kind() != ErrorKind::WouldBlock => {}
            _ => std::thread::sleep(LOOK),
        }
    }
}

fn connect(client: TcpStream, target: SocketAddr) {
    let both = || -> io::Result<()> {
        client.set_nonblocking(false)?;
        let server = TcpStream::connect(target)?;
        for (from, to) in [(client.try_clone()?, server.try_clone()?), (server, client)] {
            std::thread::spawn(move || pump(from, to));
        }
        Ok(())
    };
    // A client that has gone already needs no line.
    both().unwrap_or_default();
}

fn pump(mut from: TcpStream, mut to: TcpStream) {
    io::copy(&mut from, &mut to).map(drop).unwrap_or_default();
    to.shutdown(Shutdown::Write).unwrap_or_default();
}
