//! A server for tests that works on raw bytes, so that it can break off anywhere. Speaks no HTTP by itself.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use reqwest::Url;
use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use oktodesk::oktopos::{ClientSettings, OktoPos};

/// The key of every test client; must turn up in no text.
pub const KEY: &str = "s3cret-Key-0815";

/// What the server does to one request.
#[derive(Debug, Clone)]
pub struct Act {
    /// Bytes of the request that are read first; `None` reads all of it.
    pub read: Option<usize>,
    /// What is written then.
    pub write: Vec<u8>,
    /// What happens to the connection then.
    pub end: End,
}

/// What happens to a connection after the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It waits for the next request.
    Keep,
    /// It is closed in order.
    Close,
    /// It is reset.
    Reset,
    /// Nothing more happens.
    Stall,
    /// White space without end, as fast as it is taken.
    Flood,
    /// White space without end, slowly.
    Drip,
}

impl Act {
    /// Reads the request, writes the answer and waits for the next request.
    pub fn answer(write: Vec<u8>) -> Self {
        Self { read: None, write, end: End::Keep }
    }
}

/// An HTTP answer with a body of known length.
pub fn http(status: u16, headers: &[&str], body: &str) -> Vec<u8> {
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// The same in two chunks.
pub fn chunked(body: &str) -> Vec<u8> {
    let (one, two) = body.split_at(body.len() / 2);
    format!(
        "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n",
        one.len(),
        two.len()
    )
    .into_bytes()
}

/// Listens on a free loopback port until it is dropped.
pub struct RawServer {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    _tasks: JoinSet<()>,
}

#[derive(Default)]
struct Seen {
    connections: usize,
    requests: Vec<Vec<u8>>,
}

impl RawServer {
    /// Does to request number n, from 0, what `script` says.
    pub async fn start(script: impl Fn(usize) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (script, state) = (Arc::new(script), Arc::clone(&seen));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                state.lock().unwrap().connections += 1;
                connections.spawn(serve(stream, Arc::clone(&script), Arc::clone(&state)));
            }
        });
        Self { address, seen, _tasks: tasks }
    }

    /// Answers every request with the same bytes.
    pub async fn answering(write: Vec<u8>) -> Self {
        Self::start(move |_| Act::answer(write.clone())).await
    }

    pub fn url(&self, scheme: &str) -> Url {
        Url::parse(&format!("{scheme}://{}/v1", self.address)).unwrap()
    }

    pub fn client(&self) -> OktoPos {
        OktoPos::new(self.settings()).unwrap()
    }

    pub fn settings(&self) -> ClientSettings {
        settings(self.url("http"))
    }

    /// Every request, as far as it was read.
    pub fn requests(&self) -> Vec<Vec<u8>> {
        self.seen.lock().unwrap().requests.clone()
    }

    pub fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }
}

/// Patient settings: what is not about time must not depend on it.
pub fn settings(url: Url) -> ClientSettings {
    let settings = ClientSettings::new(url, SecretString::from(KEY));
    ClientSettings { connect_timeout: Duration::from_secs(20), max_body: 100_000, ..settings }
}

async fn serve(mut stream: TcpStream, script: Arc<impl Fn(usize) -> Act>, seen: Arc<Mutex<Seen>>) {
    loop {
        // The act is chosen when the request arrives, so that a test can break a kept connection.
        if stream.peek(&mut [0]).await.unwrap_or(0) == 0 {
            return;
        }
        let number = {
            let mut seen = seen.lock().unwrap();
            seen.requests.push(Vec::new());
            seen.requests.len() - 1
        };
        let act = script(number);
        let request = read(&mut stream, act.read).await;
        seen.lock().unwrap().requests[number] = request;
        if stream.write_all(&act.write).await.is_err() || stream.flush().await.is_err() {
            return;
        }
        match act.end {
            End::Keep => {}
            End::Close => return,
            End::Reset => return stream.set_zero_linger().unwrap(),
            End::Stall => std::future::pending().await,
            End::Flood => while stream.write_all(&[b' '; 4096]).await.is_ok() {},
            End::Drip => {
                let mut tick = tokio::time::interval(Duration::from_millis(20));
                while stream.write_all(b" ").await.is_ok() {
                    tick.tick().await;
                }
            }
        }
    }
}

/// Reads so many bytes, or the head and as much body as it announces.
async fn read(stream: &mut TcpStream, bytes: Option<usize>) -> Vec<u8> {
    let mut request = Vec::new();
    let mut byte = [0];
    while request.len() < bytes.unwrap_or_else(|| expected(&request)) {
        match stream.read(&mut byte).await {
            Ok(1) => request.push(byte[0]),
            _ => break,
        }
    }
    request
}

fn expected(request: &[u8]) -> usize {
    let Some(head) = request.windows(4).position(|end| end == b"\r\n\r\n") else {
        return usize::MAX;
    };
    let text = String::from_utf8_lossy(&request[..head]).to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    head + 4 + length.unwrap_or(0)
}
