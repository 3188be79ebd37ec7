//! The API key is in no file, no log, no message and no process list, whatever a server says; modes are private; the log
//! holds ids and codes alone and is bounded.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    thread,
};

use serde_json::{Value, json};

use crate::machine::{KEY, Machine, Ran, all_files, order, until};

const NOBODY: Vec<PathBuf> = Vec::new();

/// Makes an HTTP answer of the key.
type Say = fn(&str) -> Vec<u8>;

/// A server that says the key it was given in everything it answers.
struct Parrot {
    address: String,
}

impl Parrot {
    fn new(answer: Say) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                serve(stream, answer);
            }
        });
        Self { address }
    }
}

fn serve(mut stream: TcpStream, answer: Say) {
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        seen.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&seen).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let header = |name: &str| {
            let line = head.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}:")));
            line.and_then(|line| line.split_once(": ")).map(|(_, value)| value.to_owned())
        };
        let length = header("content-length").map_or(0, |length| length.parse().unwrap());
        if body.len() >= length {
            // A client that has gone is no matter.
            stream.write_all(&answer(&header("x-api-key").unwrap_or_default())).unwrap_or_default();
            return;
        }
    }
}

fn http(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn envelope(key: &str) -> String {
    json!({ "success": false, "messages": [{ "text": format!("the key {key} is not known here"), "type": "error" }] })
        .to_string()
}

#[test]
fn a_server_that_repeats_the_key_does_not_get_it_into_any_file_or_message() {
    let wide = |key: &str| {
        let bytes = [0xfeff].into_iter().chain(envelope(key).encode_utf16().collect::<Vec<_>>());
        http("403 Forbidden", "", &bytes.flat_map(u16::to_le_bytes).collect::<Vec<u8>>())
    };
    let cases: [(Say, i32); 6] = [
        (|key| http("400 Bad Request", "", envelope(key).as_bytes()), 4),
        (|key| http("403 Forbidden", "", envelope(key).as_bytes()), 5),
        (|key| http("403 Forbidden", "", envelope(key).replace('/', "\\/").as_bytes()), 5),
        (wide, 5),
        (|key| http("500 Oh", "", envelope(key).as_bytes()), 6),
        (|key| http("302 Found", &format!("location: https://login.example/{key}\r\n"), b""), 6),
    ];
    for (at, (answer, code)) in cases.into_iter().enumerate() {
        let mut machine = Machine::new();
        let parrot = Parrot::new(answer);
        machine.base_url = Some(format!("http://{}/v1", parrot.address));
        let file = machine.file("o.json", &order("a").to_string());
        // What is printed is searched by the machine itself.
        let ran = machine.run(&["send", &file]).expect(code);
        assert!(!ran.stderr.is_empty(), "case {at}");
        for args in [&["doctor"][..], &["catalog", "sync"], &["orders"], &["outbox"], &["config", "show"]] {
            machine.run(args);
        }
        assert_eq!(machine.files_with(KEY), NOBODY, "case {at}");
    }
}

#[test]
fn the_key_is_in_no_file_and_the_search_is_not_blind() {
    let machine = Machine::new();
    machine.send(&json!([order("a"), order("b")]));
    machine.run(&["status", "a", "completed"]).expect(0);
    for args in [&["doctor"][..], &["catalog", "sync"], &["config", "show"], &["config", "init"], &["orders"]] {
        machine.run(args).expect(0);
    }
    assert_eq!(machine.files_with(KEY), NOBODY);
    let planted = machine.data_dir().join("log").join("planted");
    fs::write(&planted, format!("x{KEY}x")).unwrap();
    assert_eq!(machine.files_with(KEY), [planted]);
}

#[cfg(target_os = "linux")]
#[test]
fn the_key_is_in_no_process_list() {
    let machine = Machine::new();
    machine.faults("create:latency=30s");
    let file = machine.file("o.json", &order("a").to_string());
    let mut child = machine.command(&["send", &file]).spawn().unwrap();
    until("the call is under way", || !machine.world().attempts.is_empty());
    let read = |name: &str| fs::read(format!("/proc/{}/{name}", child.id())).unwrap();
    let holds = |bytes: &[u8]| memchr::memmem::find(bytes, KEY.as_bytes()).is_some();
    assert!(memchr::memmem::find(&read("cmdline"), b"o.json").is_some(), "the search is not blind");
    assert!(!holds(&read("cmdline")) && !holds(&read("comm")) && !holds(&read("environ")));
    child.kill().unwrap();
    Ran::of(child.wait_with_output().unwrap());
}

/// Without the program's own word this system would write the dump: the control shows it.
#[cfg(target_os = "linux")]
#[test]
fn no_core_dump_can_hold_the_key() {
    let machine = Machine::new();
    machine.faults("create:latency=30s");
    let file = machine.file("o.json", &order("a").to_string());
    machine.run(&["orders"]).expect(0);
    // The limit is lifted, so that only the program itself keeps the dump from being written.
    let dumping = |run: &str| {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &format!("ulimit -c unlimited && {run}")]).current_dir(machine.data_dir());
        shell.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        shell
    };
    let control = dumping("kill -SEGV $$").status().unwrap();
    if !core_dumped(control) {
        eprintln!("skipped: this system writes no core dump of any program");
        return;
    }
    let mut shell = dumping(&format!("exec {} send {file}", env!("CARGO_BIN_EXE_oktodesk")));
    let mut child = shell
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs(machine.env())
        .spawn()
        .unwrap();
    until("the call is under way", || !machine.world().attempts.is_empty());
    let killed = std::process::Command::new("kill").args(["-ABRT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let status = child.wait().unwrap();
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(6));
    assert!(!core_dumped(status), "no dump was written");
}

#[cfg(target_os = "linux")]
fn core_dumped(status: std::process::ExitStatus) -> bool {
    std::os::unix::process::ExitStatusExt::core_dumped(&status)
}

#[test]
fn a_key_file_that_others_can_read_is_refused_without_a_word_of_it() {
    let machine = Machine::new();
    let file = machine.file("o.json", &order("a").to_string());
    for mode in [0o640, 0o604, 0o660, 0o644] {
        fs::set_permissions(machine.key_file(), fs::Permissions::from_mode(mode)).unwrap();
        let ran = machine.run(&["send", &file]).expect(3);
        assert!(ran.stderr.contains(&format!("{mode:03o}")), "{}", ran.stderr);
    }
    assert!(machine.world().attempts.is_empty());
    fs::set_permissions(machine.key_file(), fs::Permissions::from_mode(0o400)).unwrap();
    machine.run(&["send", &file]).expect(0);
}

#[test]
fn plain_http_is_for_literal_loopback_alone() {
    let mut machine = Machine::new();
    let file = machine.file("o.json", &order("a").to_string());
    for url in ["http://localhost:1/v1", "http://pos.example/v1", "http://10.0.0.1/v1", "http://127.0.0.1.example/v1"] {
        machine.base_url = Some(url.into());
        let ran = machine.run(&["send", &file]).expect(3);
        assert!(ran.stderr.contains("base_url"), "{}", ran.stderr);
    }
}

#[test]
fn the_key_never_leaves_for_another_origin() {
    // A redirect to another port of the same host: whoever listens there must never be called.
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, target) = (listener.local_addr().unwrap(), trap.local_addr().unwrap());
    thread::spawn(move || {
        for (at, stream) in listener.incoming().enumerate() {
            let Ok(mut stream) = stream else { return };
            let mut buffer = [0; 8192];
            if stream.read(&mut buffer).is_err() {
                continue;
            }
            let status = [301, 302, 303, 307, 308][at % 5];
            let answer =
                http(&format!("{status} Moved"), &format!("location: http://{target}/v1/order/create\r\n"), b"");
            stream.write_all(&answer).unwrap_or_default();
        }
    });
    let mut machine = Machine::new();
    machine.base_url = Some(format!("http://{address}/v1"));
    let orders: Vec<Value> = (0..5).map(|number| order(&format!("o{number}"))).collect();
    let file = machine.file("o.json", &json!(orders).to_string());
    machine.run(&["send", &file]).expect(6);
    machine.run(&["doctor"]);
    machine.run(&["catalog", "sync"]);
    assert_eq!(trap.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "nobody came");
}

#[test]
fn the_log_tells_attempts_and_outcomes_by_id_and_code_and_nothing_else() {
    let machine = Machine::new();
    let mut secret = order("the-id");
    secret["customer"] = json!({ "familyName": "Geheimniskrämer", "phone": "040 987654" });
    secret["items"][0]["comment"] = json!("nicht für das Protokoll");
    machine.faults("create:400e@1");
    let file = machine.file("o.json", &secret.to_string());
    machine.run(&["send", &file]).expect(4);
    machine.run(&["send", &file]).expect(0);
    machine.run(&["status", "the-id", "completed", "--reason", "von Geheimniskrämer"]).expect(0);
    fs::remove_file(file).unwrap();
    let lines: Vec<Value> = log(&machine).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |message: &str| lines.iter().filter(|line| line["message"] == message).collect::<Vec<_>>();
    let attempts: Vec<_> = of("attempt").iter().map(|line| (line["order"].clone(), line["task"].clone())).collect();
    assert_eq!(attempts, ["create", "create", "status"].map(|task| (json!("the-id"), json!(task))));
    let outcomes: Vec<_> = of("outcome").into_iter().filter(|line| line["outcome"].is_string()).collect();
    let shown: Vec<_> = outcomes.iter().map(|line| (line["outcome"].as_str().unwrap(), line["code"].clone())).collect();
    assert_eq!(shown, [("rejected", json!(400)), ("created", Value::Null), ("status-set", Value::Null)]);
    assert!(outcomes[1]["internal_id"].is_i64());
    let said = &machine.run(&["orders"]).lines[0];
    assert_eq!(said["orderId"], "the-id");
    let logs: Vec<PathBuf> = log_files(&machine.data_dir());
    for text in ["Geheimnis", "987654", "Protokoll", "Pizza", KEY] {
        let found = machine.files_with(text);
        assert!(!found.iter().any(|file| logs.contains(file)), "{text} is in the log");
    }
    // What the server said stands beside the order, and not in the log.
    let text: String = log(&machine).join("\n");
    assert!(!text.contains("sandbox") && !text.contains("reason"), "{text}");
}

fn log_files(data_dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    all_files(&data_dir.join("log"), &mut files);
    files
}

fn log(machine: &Machine) -> Vec<String> {
    let text = fs::read_to_string(machine.data_dir().join("log/oktodesk.log")).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn the_log_is_bounded_in_files_and_size() {
    let mut machine = Machine::new();
    machine.settings.extend([("OKTODESK_LOG__MAX_KIB", "16".to_owned()), ("OKTODESK_LOG__FILES", "3".to_owned())]);
    for round in 0..4 {
        let orders: Vec<Value> = (0..100).map(|number| order(&format!("o{round}-{number}"))).collect();
        machine.send(&json!(orders));
    }
    let files = log_files(&machine.data_dir());
    assert_eq!(files.len(), 3, "{files:?}");
    for file in files {
        let metadata = fs::metadata(&file).unwrap();
        assert!(metadata.len() < 17 * 1024, "{} has {} bytes", file.display(), metadata.len());
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }
    assert!(log(&machine).iter().any(|line| line.contains("o3-99")), "the newest lines are there");
}

#[test]
fn everything_on_disk_is_the_owners_alone_whatever_the_umask() {
    let machine = Machine::new();
    let file = machine.file("o.json", &order("a").to_string());
    machine.run_in_shell("umask 000", &["send", &file]).expect(0);
    // With the journal open there are more files than after.
    machine.faults("create:latency=30s");
    let second = machine.file("p.json", &order("b").to_string());
    let mut child = machine.command(&["send", &second]).spawn().unwrap();
    until("the call is under way", || machine.world().attempts.len() == 2);
    machine.run_in_shell("umask 000", &["journal", "export", machine.data_dir().join("all.jsonl").to_str().unwrap()]);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let mut files = Vec::new();
    all_files(&machine.data_dir(), &mut files);
    let names: Vec<_> = files.iter().map(|file| file.file_name().unwrap().to_str().unwrap()).collect();
    for name in ["journal.sqlite3", "journal.sqlite3-wal", "journal.sqlite3-shm", "sender.lock", "oktodesk.log"] {
        assert!(names.contains(&name), "{name} is missing in {names:?}");
    }
    for file in &files {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
    assert_eq!([mode(&machine.data_dir()), mode(&machine.data_dir().join("log"))], [0o700; 2]);
    child.kill().unwrap();
    child.wait().unwrap();
}
