//! The socket itself: made, guarded, listened on, and called. One short line in, one word out, and nobody is waited for long.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream},
    sync::mpsc,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{CallError, MAX_LINE, SOCKET, WORD, check_length, heard};
use crate::{domain::guest::call::CallEvent, files};

/// The file whose lock says which desk of a data directory hears calls.
const LOCK: &str = "calls.lock";
/// The socket while it is made: it gets its name when only its owner may use it.
const MAKING: &str = "calls.new";
/// Connections at once. More wait in the system's own queue, which is bounded.
const MAX_OPEN: usize = 8;
/// Longest time a caller may take for its line.
const HEAR: Duration = Duration::from_secs(1);
/// Longest time a caller waits for the desk, with those that are heard before it.
const WAIT: Duration = Duration::from_secs(5);
/// How often a second desk looks whether the first is gone.
const LOOK: Duration = Duration::from_secs(2);
/// Pause after the system refused a connection, so that a lack of descriptors does not burn the processor.
const PAUSE: Duration = Duration::from_millis(200);

/// Hears calls on the socket of a data directory until it is told to end. While another desk has the socket it waits for
/// that one to go. What goes wrong is logged without what was said: calls are a help, and orders are taken without them.
pub async fn listen(dir: PathBuf, calls: mpsc::Sender<CallEvent>, stop: CancellationToken) {
    loop {
        match Socket::open(&dir) {
            Ok(Some(socket)) => return socket.serve(&calls, &stop).await,
            Ok(None) => {}
            Err(error) => return tracing::warn!(%error, "calls are not heard"),
        }
        tokio::select! {
            () = sleep(LOOK) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// The socket of a data directory, ours as long as the lock is held.
struct Socket {
    listener: UnixListener,
    path: PathBuf,
    /// Who may call: the owner of what we make.
    owner: u32,
    /// The system takes the lock back when the program ends, even by a kill.
    _lock: File,
}

impl Socket {
    /// Makes the socket, in place of one that a dead desk left; `None` while another desk has it.
    fn open(dir: &Path) -> Result<Option<Self>, CallError> {
        check_length(dir)?;
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true).mode(0o600);
        let lock = files::open_with(&mut options, &dir.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let (making, path) = (dir.join(MAKING), dir.join(SOCKET));
        for old in [&making, &path] {
            remove_socket(old)?;
        }
        let listener = UnixListener::bind(&making)?;
        fs::set_permissions(&making, fs::Permissions::from_mode(0o600))?;
        fs::rename(&making, &path)?;
        let owner = lock.metadata()?.uid();
        Ok(Some(Self { listener, path, owner, _lock: lock }))
    }

    async fn serve(self, calls: &mpsc::Sender<CallEvent>, stop: &CancellationToken) {
        let mut open = JoinSet::new();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                Some(_) = open.join_next() => {}
                accepted = self.listener.accept(), if open.len() < MAX_OPEN => match accepted {
                    Ok((stream, _)) if self.may_call(&stream) => {
                        open.spawn(hear(stream, calls.clone()));
                    }
                    Ok(_) => tracing::warn!("a call of another user was not heard"),
                    Err(error) => {
                        tracing::warn!(%error, "a call was not heard");
                        sleep(PAUSE).await;
                    }
                },
            }
        }
        open.shutdown().await;
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, "the socket for calls stays behind");
        }
    }

    fn may_call(&self, stream: &UnixStream) -> bool {
        stream.peer_cred().is_ok_and(|peer| peer.uid() == self.owner || peer.uid() == 0)
    }
}

/// Removes a socket that is left over. Anything else of that name is somebody's, and stays.
fn remove_socket(path: &Path) -> Result<(), CallError> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.file_type().is_socket() => Ok(fs::remove_file(path)?),
        Ok(_) => Err(io::Error::new(io::ErrorKind::AlreadyExists, "there is something else in its place").into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Hears one caller and answers. Who says nothing in time is hung up on.
async fn hear(mut stream: UnixStream, calls: mpsc::Sender<CallEvent>) {
    let Ok(Ok(line)) = timeout(HEAR, line(&mut stream)).await else { return };
    let answer: &[u8] = match heard(&line).map(|number| calls.try_send(CallEvent::Rings { number, line: None })) {
        Some(Ok(())) => b"ok\n",
        Some(Err(_)) => b"busy\n",
        None => b"no number\n",
    };
    // Who does not read the answer does not get one.
    timeout(HEAR, stream.write_all(answer)).await.ok();
}

/// One line with its end, or what there was of it.
async fn line(stream: &mut UnixStream) -> io::Result<Vec<u8>> {
    let mut line = Vec::with_capacity(MAX_LINE);
    while line.len() < MAX_LINE && !line.contains(&b'\n') {
        let room = MAX_LINE - line.len();
        if (&mut *stream).take(room as u64).read_buf(&mut line).await? == 0 {
            break;
        }
    }
    Ok(line)
}

/// Tells the desk of a data directory that this number calls. `number` is one that `super::number` gave.
///
/// # Errors
/// Why the desk does not show it.
pub async fn tell(dir: &Path, number: &str) -> Result<(), CallError> {
    check_length(dir)?;
    let asked = async {
        let mut stream = UnixStream::connect(dir.join(SOCKET)).await?;
        stream.write_all(format!("{WORD}{number}\n").as_bytes()).await?;
        line(&mut stream).await
    };
    match timeout(WAIT, asked).await {
        Err(_) => Err(CallError::Silent),
        Ok(Ok(answer)) => match &*answer {
            b"ok\n" => Ok(()),
            b"busy\n" => Err(CallError::Busy),
            b"no number\n" => Err(CallError::NoNumber),
            _ => Err(CallError::Silent),
        },
        Ok(Err(error)) => Err(match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => CallError::NoDesk,
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => CallError::Silent,
            _ => CallError::Io(error),
        }),
    }
}

#[cfg(test)]
#[path = "socket_tests.rs"]
mod tests;
