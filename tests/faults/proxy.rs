//! A TCP proxy of the tests' own, between the real client and the real sandbox: breaks off, delays, slices and swallows, at
//! any byte, in either direction. Reads of HTTP only where a message ends; changes no byte of it.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep},
};

/// Where in a message something happens; the message goes on up to there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// Not one byte of it, although its first byte was seen.
    Nothing,
    FirstByte,
    /// In the middle of an answer's status line.
    FirstLine,
    Headers,
    /// In the middle of the message.
    Half,
    /// In the middle of the body, or right before its end where there is none.
    Body,
    AllButOne,
    Everything,
}

impl At {
    /// Bytes of this message that go on.
    fn of(self, message: &[u8]) -> usize {
        let head = head_len(message).unwrap_or(message.len());
        let line = message.windows(2).position(|end| end == b"\r\n").unwrap_or(head);
        match self {
            Self::Nothing => 0,
            Self::FirstByte => 1,
            Self::FirstLine => line / 2,
            Self::Headers => line.midpoint(head),
            Self::Half => message.len() / 2,
            Self::Body => head.midpoint(message.len()).min(message.len() - 1),
            Self::AllButOne => message.len() - 1,
            Self::Everything => message.len(),
        }
    }
}

/// What is done to one direction of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toxic {
    /// Everything goes on at once.
    None,
    /// Everything goes on, this much later.
    Latency(Duration),
    /// One byte at a time, as fast as each is taken.
    Slices,
    /// One byte at a time, one each of these.
    Bandwidth(Duration),
    /// The connection is closed in order at this place.
    Cut(At),
    /// The same, but this much later.
    SlowClose(At, Duration),
    /// The connection is reset at this place.
    Reset(At),
    /// From this place on nothing goes on, and nothing is closed either.
    BlackHole(At),
}

/// What is done to which requests.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub request: Toxic,
    pub response: Toxic,
    /// Only requests whose first line has this in it; the others go on.
    pub only: &'static str,
    /// How many of them; the others go on.
    pub times: usize,
}

impl Plan {
    pub const CLEAN: Self = Self { request: Toxic::None, response: Toxic::None, only: "", times: 0 };

    pub fn request(toxic: Toxic) -> Self {
        Self { request: toxic, times: usize::MAX, ..Self::CLEAN }
    }

    pub fn response(toxic: Toxic) -> Self {
        Self { response: toxic, times: usize::MAX, ..Self::CLEAN }
    }

    pub fn only(self, only: &'static str, times: usize) -> Self {
        Self { only, times, ..self }
    }
}

/// One request as the proxy saw it.
#[derive(Debug, Clone)]
pub struct Relayed {
    /// Which connection of the client it came on, from 0.
    pub connection: usize,
    /// What the client sent, as far as it came.
    pub sent: Vec<u8>,
    /// How many bytes of it the server was given.
    pub given: usize,
}

impl Relayed {
    /// Whether the server was given all of it.
    pub fn is_whole(&self) -> bool {
        self.given == self.sent.len()
    }

    /// Whether the server was given its head, and so knows where it goes.
    pub fn has_head(&self) -> bool {
        head_len(&self.sent).is_some_and(|head| head <= self.given)
    }

    pub fn line(&self) -> String {
        let line = self.sent.split(|byte| *byte == b'\r').next().unwrap_or_default();
        String::from_utf8_lossy(line).into_owned()
    }
}

struct State {
    plan: Mutex<Plan>,
    seen: Mutex<Seen>,
    server: SocketAddr,
}

#[derive(Default)]
struct Seen {
    connections: usize,
    relayed: Vec<Relayed>,
}

/// Listens on a free loopback port until it is dropped, or down.
pub struct Proxy {
    state: Arc<State>,
    /// Keeps the port while nobody listens on it.
    port: TcpSocket,
    up: Option<Up>,
}

struct Up {
    /// Dropped when the proxy goes down.
    hang_up: watch::Sender<()>,
    tasks: JoinSet<()>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap()
}

impl Proxy {
    /// A proxy in front of this server that does nothing yet.
    pub fn start(server: SocketAddr) -> Self {
        let port = TcpSocket::new_v4().unwrap();
        port.set_reuseaddr(true).unwrap();
        port.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let state = State { plan: Mutex::new(Plan::CLEAN), seen: Mutex::default(), server };
        let mut proxy = Self { state: Arc::new(state), port, up: None };
        proxy.up();
        proxy
    }

    pub fn address(&self) -> SocketAddr {
        self.port.local_addr().unwrap()
    }

    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address())
    }

    /// From the next request on this is done.
    pub fn plan(&self, plan: Plan) {
        *lock(&self.state.plan) = plan;
    }

    /// Listens again.
    pub fn up(&mut self) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(self.address()).unwrap();
        let listener = socket.listen(256).unwrap();
        let (hang_up, hung_up) = watch::channel(());
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, Arc::clone(&self.state), hung_up));
        self.up = Some(Up { hang_up, tasks });
    }

    /// Nobody listens, and every connection is closed. Returns when the client has closed its ends, too, so that it
    /// knows.
    pub async fn down(&mut self) {
        let Up { hang_up, mut tasks } = self.up.take().expect("it is up");
        drop(hang_up);
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
    }

    /// Closes every connection, as a server does that has waited long enough for the next request. Returns when the
    /// client knows.
    pub async fn close_idle(&mut self) {
        self.down().await;
        self.up();
    }

    /// Every request so far.
    pub fn relayed(&self) -> Vec<Relayed> {
        lock(&self.state.seen).relayed.clone()
    }

    /// Requests so far whose first line has this in it.
    pub fn relayed_to(&self, path: &str) -> Vec<Relayed> {
        self.relayed().into_iter().filter(|relayed| relayed.line().contains(path)).collect()
    }

    pub fn connections(&self) -> usize {
        lock(&self.state.seen).connections
    }
}

async fn accept(listener: TcpListener, state: Arc<State>, mut hung_up: watch::Receiver<()>) {
    let mut links = JoinSet::new();
    loop {
        tokio::select! {
            _ = hung_up.changed() => break,
            Some(ended) = links.join_next() => ended.unwrap(),
            accepted = listener.accept() => {
                let (client, _) = accepted.unwrap();
                let number = {
                    let mut seen = lock(&state.seen);
                    seen.connections += 1;
                    seen.connections - 1
                };
                links.spawn(link(client, number, Arc::clone(&state), hung_up.clone()));
            }
        }
    }
    drop(listener);
    while let Some(ended) = links.join_next().await {
        ended.unwrap();
    }
}

/// One connection until it ends, whoever ends it.
async fn link(mut client: TcpStream, number: usize, state: Arc<State>, mut hung_up: watch::Receiver<()>) {
    let end = tokio::select! {
        end = relay(&mut client, number, &state) => end.unwrap_or(End::Close),
        _ = hung_up.changed() => End::Close,
    };
    match end {
        End::Reset => client.set_zero_linger().unwrap(),
        End::Close => {
            // What the client still sends is swallowed, so that the close is no reset; the client closes when it knows.
            if client.shutdown().await.is_err() {
                return;
            }
            let mut rest = [0; 1024];
            let patience = sleep(Duration::from_secs(20));
            tokio::pin!(patience);
            loop {
                tokio::select! {
                    read = client.read(&mut rest) => if read.unwrap_or(0) == 0 { break },
                    () = &mut patience => break,
                }
            }
        }
    }
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Close,
    Reset,
}

async fn relay(client: &mut TcpStream, number: usize, state: &State) -> io::Result<End> {
    let mut server = TcpStream::connect(state.server).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    loop {
        let request = message(client).await?;
        if request.is_empty() {
            return Ok(End::Close);
        }
        let index = {
            let mut seen = lock(&state.seen);
            seen.relayed.push(Relayed { connection: number, sent: request.clone(), given: 0 });
            seen.relayed.len() - 1
        };
        let plan = chosen(state, &request);
        let note = |given| lock(&state.seen).relayed[index].given = given;
        if let Some(end) = pass(&request, plan.request, &mut server, client, note).await? {
            // The server keeps what it was given: it sees the end of the connection, and no reset.
            return Ok(end);
        }
        let response = message(&mut server).await?;
        if response.is_empty() {
            return Ok(End::Close);
        }
        if let Some(end) = pass(&response, plan.response, client, &mut server, drop).await? {
            return Ok(end);
        }
    }
}

fn chosen(state: &State, request: &[u8]) -> Plan {
    let mut plan = lock(&state.plan);
    let line = request.split(|byte| *byte == b'\r').next().unwrap_or_default();
    if plan.times == 0 || !String::from_utf8_lossy(line).contains(plan.only) {
        return Plan::CLEAN;
    }
    plan.times = plan.times.saturating_sub(1);
    *plan
}

/// Sends a message on as the toxic says; how the connection is to end, if it is.
async fn pass(
    bytes: &[u8],
    toxic: Toxic,
    to: &mut TcpStream,
    from: &mut TcpStream,
    note: impl Fn(usize),
) -> io::Result<Option<End>> {
    let end = match toxic {
        Toxic::None => None,
        Toxic::Latency(wait) => {
            sleep(wait).await;
            None
        }
        Toxic::Slices => return slices(bytes, None, to, note).await,
        Toxic::Bandwidth(gap) => return slices(bytes, Some(gap), to, note).await,
        Toxic::Cut(at) => Some((at, End::Close, Duration::ZERO)),
        Toxic::SlowClose(at, wait) => Some((at, End::Close, wait)),
        Toxic::Reset(at) => Some((at, End::Reset, Duration::ZERO)),
        Toxic::BlackHole(at) => Some((at, End::Close, Duration::MAX)),
    };
    let Some((at, end, wait)) = end else {
        note(bytes.len());
        to.write_all(bytes).await?;
        return Ok(None);
    };
    let given = at.of(bytes);
    note(given);
    to.write_all(&bytes[..given]).await?;
    if wait == Duration::MAX {
        // Until the client gives up, as a hole in the network would be.
        hole(to, from).await;
    } else if !wait.is_zero() {
        sleep(wait).await;
    }
    Ok(Some(end))
}

async fn slices(
    bytes: &[u8],
    gap: Option<Duration>,
    to: &mut TcpStream,
    note: impl Fn(usize),
) -> io::Result<Option<End>> {
    let mut tick = gap.map(|gap| {
        let mut tick = interval(gap);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tick
    });
    for (index, byte) in bytes.iter().enumerate() {
        match &mut tick {
            Some(tick) => drop(tick.tick().await),
            None => tokio::task::yield_now().await,
        }
        note(index + 1);
        to.write_all(std::slice::from_ref(byte)).await?;
    }
    Ok(None)
}

/// Reads and drops what either side still sends, until one of them ends.
async fn hole(one: &mut TcpStream, other: &mut TcpStream) {
    let (mut a, mut b) = ([0; 1024], [0; 1024]);
    loop {
        tokio::select! {
            read = one.read(&mut a) => if read.unwrap_or(0) == 0 { return },
            read = other.read(&mut b) => if read.unwrap_or(0) == 0 { return },
        }
    }
}

/// One HTTP message of known length; shorter if the connection ends before, empty if it ended between two.
async fn message(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut message = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let want =
            expected(&message).map_or(chunk.len(), |length| chunk.len().min(length.saturating_sub(message.len())));
        if want == 0 {
            return Ok(message);
        }
        match stream.read(&mut chunk[..want]).await {
            Ok(0) => return Ok(message),
            Ok(read) => message.extend_from_slice(&chunk[..read]),
            Err(error) if message.is_empty() => return Err(error),
            Err(_) => return Ok(message),
        }
    }
}

fn head_len(message: &[u8]) -> Option<usize> {
    message.windows(4).position(|end| end == b"\r\n\r\n").map(|at| at + 4)
}

fn expected(message: &[u8]) -> Option<usize> {
    let head = head_len(message)?;
    let text = String::from_utf8_lossy(&message[..head]).to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    Some(head + length.unwrap_or(0))
}
