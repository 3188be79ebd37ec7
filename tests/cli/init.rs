//! From an empty home directory to the first order without an editor, and what is refused on the way.

use std::{fs, os::unix::fs::PermissionsExt};

use oktodesk::sandbox::SandboxOptions;
use serde_json::json;

use crate::{KEY, Machine, order};

/// An instance whose channels have other ids than the settings.
fn machine() -> Machine {
    Machine::with(SandboxOptions { channel_base: 34, ..SandboxOptions::default() })
}

/// The address as people copy it: without scheme and `/v1`.
fn address(machine: &Machine) -> String {
    machine.sandbox.base_url().trim_start_matches("http://").trim_end_matches("/v1").to_owned()
}

#[test]
fn an_address_and_a_key_are_all_that_is_needed() {
    let machine = machine();
    let key = machine.file("key.txt", &format!("{KEY}\n"));
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let unset = machine.run_bare(&["outbox", "--drain"]).expect(3);
    assert!(unset.stderr.contains("oktodesk demo") && unset.stderr.contains("oktodesk init"), "{}", unset.stderr);
    let how = machine.run_bare(&["init"]).expect(3);
    assert!(how.stderr.contains("oktodesk demo") && how.stderr.contains("oktodesk init"), "{}", how.stderr);
    let done = machine.run_bare(&["init", "--base-url", &address(&machine), "--key-file", &key, "--tables", "1-40,50"]);
    let done = done.expect(0);
    let line = done.lines.last().unwrap();
    assert_eq!(line["baseUrl"], json!(machine.sandbox.base_url()));
    assert_eq!((&line["orderTypes"][0]["channelId"], &line["orderTypes"][1]["channelId"]), (&json!(34), &json!(35)));
    for written in ["config", "key"] {
        let path = line[written].as_str().unwrap();
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600, "{path}");
    }
    let shown = machine.run_bare(&["init"]).expect(0);
    assert_eq!(shown.lines.last().unwrap(), line);
    machine.run_bare(&["doctor"]).expect(0);
    let file = machine.file("order.json", &order("first").to_string());
    machine.run_bare(&["send", &file]);
    assert_eq!(machine.world().attempts.len(), 1, "the key and the address are used");
}

#[test]
fn nothing_is_written_before_oktopos_answers() {
    let machine = machine();
    let config = machine.path(".config/oktodesk/config.toml");
    let key = machine.file("key.txt", "wrong-key-0000");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let url = address(&machine);
    let refused = machine.run_bare(&["init", "--base-url", &url, "--key-file", &key]).expect(5);
    assert!(!refused.stderr.contains("wrong-key"), "{}", refused.stderr);
    machine.run_bare(&["init", "--base-url", "http://muster.example", "--key-file", &key]).expect(2);
    machine.run_bare(&["init", "--base-url", &url]).expect(2);
    machine.run_bare(&["init", "--base-url", &url, "--key-file", &key, "--tables", "x"]).expect(2);
    machine.run_bare(&["init", "--base-url", "127.0.0.1:1", "--key-file", &key]).expect(1);
    assert!(!config.exists());
    fs::write(&key, KEY).unwrap();
    machine.run_bare(&["init", "--base-url", &url, "--key-file", &key]).expect(0);
    let before = fs::read_to_string(&config).unwrap();
    assert!(before.contains(&key), "a key file that only its owner can read is used where it is");
    machine.run_bare(&["init", "--base-url", &url, "--key-file", &key]).expect(2);
    machine
        .run_bare(&["init", "--base-url", &url, "--key-file", &key, "--terminal", "Tresen 2", "--replace"])
        .expect(0);
    assert!(fs::read_to_string(&config).unwrap().contains("\nterminal = \"Tresen 2\""));
}
