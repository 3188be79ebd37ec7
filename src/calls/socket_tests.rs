//! The socket under callers of every kind: honest ones, many at once, silent ones and those who talk nonsense.

use std::os::unix::net::UnixListener as Plain;

use tokio::time::Instant;

use super::*;

/// A desk that listens: what it hears, and how to end it.
struct Ear {
    calls: mpsc::Receiver<CallEvent>,
    stop: CancellationToken,
    task: JoinSet<()>,
}

impl Ear {
    fn start(dir: &Path) -> Self {
        let (sender, calls) = mpsc::channel(4);
        let (stop, mut task) = (CancellationToken::new(), JoinSet::new());
        task.spawn(listen(dir.to_owned(), sender, stop.clone()));
        Self { calls, stop, task }
    }

    /// A desk whose socket is there.
    async fn ready(dir: &Path) -> Self {
        let ear = Self::start(dir);
        until(|| UnixStreamStd::connect(dir.join(SOCKET)).is_ok()).await;
        ear
    }

    async fn heard(&mut self) -> String {
        match timeout(WAIT, self.calls.recv()).await.unwrap().unwrap() {
            CallEvent::Rings { number, line: None } => number.into_string(),
            other => panic!("{other:?}"),
        }
    }

    async fn end(mut self) {
        self.stop.cancel();
        timeout(WAIT, self.task.join_next()).await.unwrap().unwrap().unwrap();
    }
}

use std::os::unix::net::UnixStream as UnixStreamStd;

async fn until(is_there: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_there() {
        assert!(start.elapsed() < Duration::from_secs(20), "never");
        sleep(Duration::from_millis(5)).await;
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// What the desk answers to these bytes; empty if it hangs up.
async fn answer_to(dir: &Path, bytes: &[u8]) -> String {
    let mut stream = UnixStream::connect(dir.join(SOCKET)).await.unwrap();
    // It may hang up while there is still more to say.
    stream.write_all(bytes).await.ok();
    stream.shutdown().await.ok();
    let mut answer = String::new();
    timeout(WAIT, stream.read_to_string(&mut answer)).await.unwrap().ok();
    answer
}

#[tokio::test]
async fn a_call_is_heard_and_answered_and_the_socket_is_its_owners() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(tell(dir.path(), "040 123456").await, Err(CallError::NoDesk)));
    let mut ear = Ear::ready(dir.path()).await;
    tell(dir.path(), "040 123456").await.unwrap();
    assert_eq!(ear.heard().await, "040 123456");
    assert_eq!((mode(&dir.path().join(SOCKET)), mode(&dir.path().join(LOCK))), (0o600, 0o600));
    ear.end().await;
    assert!(!dir.path().join(SOCKET).exists(), "nothing is left behind");
    assert!(matches!(tell(dir.path(), "040 123456").await, Err(CallError::NoDesk)));
}

#[tokio::test]
async fn a_dead_desks_socket_is_replaced_and_a_living_ones_is_not() {
    let dir = tempfile::tempdir().unwrap();
    drop(Plain::bind(dir.path().join(SOCKET)).unwrap());
    assert!(matches!(tell(dir.path(), "040 1").await, Err(CallError::NoDesk)), "nobody listens on it any more");
    let mut first = Ear::ready(dir.path()).await;
    let mut second = Ear::start(dir.path());
    for number in ["040 1", "040 2", "040 3"] {
        tell(dir.path(), number).await.unwrap();
        assert_eq!(first.heard().await, number);
    }
    assert!(second.calls.try_recv().is_err());
    first.end().await;
    // The desk that is left takes over.
    let start = Instant::now();
    while tell(dir.path(), "040 4").await.is_err() {
        assert!(start.elapsed() < Duration::from_secs(20));
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(second.heard().await, "040 4");
    second.end().await;
}

#[tokio::test]
async fn what_is_in_the_way_and_no_socket_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(SOCKET), "a file").unwrap();
    let (sender, _calls) = mpsc::channel(1);
    timeout(WAIT, listen(dir.path().to_owned(), sender, CancellationToken::new())).await.unwrap();
    assert_eq!(fs::read_to_string(dir.path().join(SOCKET)).unwrap(), "a file");
}

#[tokio::test]
async fn nonsense_is_answered_or_hung_up_on_and_never_heard() {
    let dir = tempfile::tempdir().unwrap();
    let mut ear = Ear::ready(dir.path()).await;
    let long = vec![b'4'; 1_000_000];
    let hostile = oktodesk_testkit::hostile::all();
    let texts = hostile.iter().map(|(_, text)| format!("call {text}\n").into_bytes());
    let lines = [b"".to_vec(), b"\n".to_vec(), b"call 040 123456".to_vec(), b"\x00\xff\n".to_vec(), long];
    for line in lines.into_iter().chain(texts) {
        let answer = answer_to(dir.path(), &line).await;
        assert!(["no number\n", ""].contains(&answer.as_str()), "{answer}");
    }
    assert!(ear.calls.try_recv().is_err());
    tell(dir.path(), "040 123456").await.unwrap();
    assert_eq!(ear.heard().await, "040 123456");
    ear.end().await;
}

#[tokio::test]
async fn who_says_nothing_or_reads_nothing_keeps_nobody_else_waiting_for_long() {
    let dir = tempfile::tempdir().unwrap();
    let mut ear = Ear::ready(dir.path()).await;
    let mut silent = Vec::new();
    for _ in 0..MAX_OPEN {
        silent.push(UnixStream::connect(dir.path().join(SOCKET)).await.unwrap());
    }
    tell(dir.path(), "040 123456").await.unwrap();
    assert_eq!(ear.heard().await, "040 123456");
    ear.end().await;
}

#[tokio::test]
async fn more_calls_than_the_desk_takes_are_told_so() {
    let dir = tempfile::tempdir().unwrap();
    let mut ear = Ear::ready(dir.path()).await;
    for number in ["0401", "0402", "0403", "0404"] {
        tell(dir.path(), number).await.unwrap();
    }
    assert!(matches!(tell(dir.path(), "0405").await, Err(CallError::Busy)));
    for number in ["0401", "0402", "0403", "0404"] {
        assert_eq!(ear.heard().await, number);
    }
    tell(dir.path(), "0405").await.unwrap();
    ear.end().await;
}

#[tokio::test]
async fn a_path_no_socket_can_have_is_said_so_at_both_ends() {
    let dir = tempfile::tempdir().unwrap();
    let deep = dir.path().join("d".repeat(120));
    fs::create_dir(&deep).unwrap();
    assert!(matches!(tell(&deep, "040 123456").await, Err(CallError::PathTooLong)));
    let (sender, _calls) = mpsc::channel(1);
    timeout(WAIT, listen(deep, sender, CancellationToken::new())).await.unwrap();
}
