//! Calls that a telephone system tells by itself: the call monitor of a FRITZ!Box, to which the desk connects, or a port on this
//! machine that takes a number a line. Bounded and never in anybody's way: what cannot be reached is tried again, and a call that
//! the desk has no room for is not shown.

use std::{io, net::SocketAddr, str::FromStr, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    fritzbox::{self, Said},
    number,
};
use crate::domain::{guest::call::CallEvent, value::text::Clean};

/// The port of a FRITZ!Box's call monitor.
const MONITOR: u16 = 1012;
/// Longest line; what is longer is passed over to its end.
const MAX_LINE: usize = 512;
/// Connections at once to the port of this machine.
const MAX_OPEN: usize = 8;
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// The pause before the first new attempt, doubled up to the last.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LAST_PAUSE: Duration = Duration::from_secs(60);

/// Where calls come from, `[calls] feed`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Feed {
    /// `fritzbox://host:port`
    FritzBox {
        /// Name or address, and port.
        address: String,
    },
    /// `tcp-listen://127.0.0.1:port`
    Listen(SocketAddr),
}

impl FromStr for Feed {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if let Some(host) = text.strip_prefix("fritzbox://") {
            let host = host.trim_end_matches('/');
            let (name, port) = host.rsplit_once(':').unwrap_or((host, ""));
            let port = if port.is_empty() { MONITOR } else { port.parse().map_err(drop)? };
            let fits =
                !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
            return if fits { Ok(Self::FritzBox { address: format!("{name}:{port}") }) } else { Err(()) };
        }
        let address: SocketAddr = text.strip_prefix("tcp-listen://").ok_or(())?.parse().map_err(drop)?;
        // Whoever reaches the port can make the desk ring.
        if address.ip().is_loopback() { Ok(Self::Listen(address)) } else { Err(()) }
    }
}

/// How numbers are completed, `[calls]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dialling {
    /// What stands for `+` in what the telephone system says, `00`.
    pub international_prefix: String,
    /// Area code of the shop, `040`; put before a number without one. Empty for none.
    pub area_code: String,
    /// The telephone beside this desk, as the telephone system numbers it. Empty for any: then nothing is answered elsewhere.
    pub extension: String,
}

impl Dialling {
    /// The number as a guest would give it.
    pub fn complete(&self, number: &str) -> String {
        let number = number.trim();
        let international = Some(self.international_prefix.as_str()).filter(|prefix| !prefix.is_empty());
        if let Some(rest) = international.and_then(|prefix| number.strip_prefix(prefix)) {
            return format!("+{rest}");
        }
        match number.starts_with(['0', '+', '*', '#']) || number.is_empty() {
            true => number.to_owned(),
            false => format!("{}{number}", self.area_code),
        }
    }

    /// What a line of the call monitor means here; `None` for what the shop dials and for what is no number.
    fn heard(&self, said: Said<'_>) -> Option<CallEvent> {
        match said {
            Said::Ring { id, from } => self.shown(from).map(|number| CallEvent::Rings { number, line: Some(id) }),
            Said::Connect { id, extension } => Some(match self.extension.is_empty() || self.extension == extension {
                true => CallEvent::Answered { line: id },
                false => CallEvent::Elsewhere { line: id },
            }),
            Said::Disconnect { id } => Some(CallEvent::Over { line: id }),
            Said::Call => None,
        }
    }

    /// What is shown of a number that rings; empty for one that was withheld, `None` for what is no number.
    fn shown(&self, from: &str) -> Option<Clean> {
        match from.trim() {
            "" => Some(Clean::new("")),
            from => number(&self.complete(from)),
        }
    }
}

/// Hears calls until it is told to end.
pub async fn hear(feed: Feed, dialling: Dialling, calls: mpsc::Sender<CallEvent>, stop: CancellationToken) {
    let work = async {
        match &feed {
            Feed::FritzBox { address } => monitor(address, &dialling, &calls).await,
            Feed::Listen(address) => listen(*address, &dialling, &calls).await,
        }
    };
    stop.run_until_cancelled(work).await;
}

/// Reads the call monitor, and connects again whenever it ends.
async fn monitor(address: &str, dialling: &Dialling, calls: &mpsc::Sender<CallEvent>) {
    let mut pause = FIRST_PAUSE;
    loop {
        match timeout(CONNECT, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                tracing::info!("the call monitor is read");
                let mut heard = false;
                let ended = lines(stream, |line| {
                    heard = true;
                    if let Some(heard) = fritzbox::read(line).and_then(|said| dialling.heard(said)) {
                        tell(heard, calls);
                    }
                });
                let ended = ended.await;
                tracing::warn!(error = ended.err().map(|error| error.to_string()), "the call monitor ended");
                // One that says something works; one that hangs up at once is left alone for longer and longer.
                if heard {
                    pause = FIRST_PAUSE;
                }
            }
            Ok(Err(error)) => tracing::warn!(%error, "the call monitor cannot be reached"),
            Err(_) => tracing::warn!("the call monitor does not answer"),
        }
        sleep(pause).await;
        pause = (pause * 2).min(LAST_PAUSE);
    }
}

/// Takes plain numbers, one a line; `anonymous` and the like stand for one that was withheld.
async fn listen(address: SocketAddr, dialling: &Dialling, calls: &mpsc::Sender<CallEvent>) {
    let listener = loop {
        match TcpListener::bind(address).await {
            Ok(listener) => break listener,
            Err(error) => tracing::warn!(%error, "the port for calls cannot be opened"),
        }
        sleep(LAST_PAUSE).await;
    };
    serve(listener, dialling, calls).await;
}

async fn serve(listener: TcpListener, dialling: &Dialling, calls: &mpsc::Sender<CallEvent>) {
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = open.join_next() => {}
            accepted = listener.accept(), if open.len() < MAX_OPEN => match accepted {
                Ok((stream, _)) => {
                    let (dialling, calls) = (dialling.clone(), calls.clone());
                    open.spawn(async move {
                        let plain = |line: &str| {
                            let line = line.trim();
                            let is_withheld = ["anonymous", "anonym", "unknown"].iter().any(|word| line.eq_ignore_ascii_case(word));
                            let number = dialling.shown(if is_withheld { "" } else { line });
                            if let Some(number) = number.filter(|_| !line.is_empty()) {
                                tell(CallEvent::Rings { number, line: None }, &calls);
                            }
                        };
                        lines(stream, plain).await.ok();
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a call was not heard");
                    sleep(FIRST_PAUSE).await;
                }
            },
        }
    }
}

/// A desk that has no room for one call more has calls enough in sight.
fn tell(heard: CallEvent, calls: &mpsc::Sender<CallEvent>) {
    if calls.try_send(heard).is_err() {
        tracing::warn!("a call was not shown");
    }
}

/// Gives each whole line to `take`. What is no text or too long is passed over.
async fn lines(mut stream: impl AsyncRead + Unpin, mut take: impl FnMut(&str)) -> io::Result<()> {
    let (mut line, mut is_too_long, mut piece) = (Vec::with_capacity(MAX_LINE), false, [0; MAX_LINE]);
    loop {
        let read = stream.read(&mut piece).await?;
        if read == 0 {
            return Ok(());
        }
        for byte in piece.iter().take(read) {
            match byte {
                b'\n' => {
                    if let (false, Ok(text)) = (is_too_long, std::str::from_utf8(&line)) {
                        take(text);
                    }
                    line.clear();
                    is_too_long = false;
                }
                _ if line.len() == MAX_LINE => is_too_long = true,
                byte => line.push(*byte),
            }
        }
    }
}

#[cfg(test)]
#[path = "feed_tests.rs"]
mod tests;
