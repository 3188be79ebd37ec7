//! The real program in a terminal, with a hole where OktoPOS was: every key is echoed at once.

use std::time::Duration;

use oktodesk::sandbox::{self, DEFAULT_KEY, SandboxOptions};
use tokio::{runtime::Runtime, time::Instant};

use crate::{
    house::PATIENCE,
    proxy::{At, Plan, Proxy, Toxic},
    terminal::{Launch, Terminal},
};

/// A call that hangs takes 40 seconds to end; a busy machine may take its time to draw.
const AT_ONCE: Duration = Duration::from_secs(3);

#[test]
fn typing_never_waits_for_a_server_that_is_a_black_hole() {
    let runtime = Runtime::new().unwrap();
    let sandbox = runtime.block_on(sandbox::start(SandboxOptions::default())).unwrap();
    let proxy = runtime.block_on(async { Proxy::start(sandbox.address()) });
    let home = tempfile::tempdir().unwrap();
    let url = proxy.url();
    let env = [
        ("HOME", home.path().to_str().unwrap()),
        ("LANG", "de_DE.UTF-8"),
        ("TERM", "xterm-256color"),
        ("OKTODESK_API_KEY", DEFAULT_KEY),
        ("OKTODESK_OKTOPOS__BASE_URL", &url),
        ("OKTODESK_DESK__POLL_INTERVAL_SECONDS", "1"),
    ];
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let mut desk = Terminal::start(&Launch { args: &[], env, size: (100, 30), shell: None });
    desk.wait_text("160 Artikel");
    proxy.plan(Plan::request(Toxic::BlackHole(At::Nothing)));
    // A poll hangs from here on.
    let began = Instant::now();
    while proxy.relayed().last().is_none_or(|last| last.given > 0) {
        assert!(began.elapsed() < PATIENCE, "nothing hangs");
        std::thread::sleep(Duration::from_millis(5));
    }
    let mut echo = |keys: &str, seen: &str| {
        let before = desk.wait_for("anything", |_| true);
        let gone = seen.strip_prefix("no ");
        assert_eq!(before.contains(gone.unwrap_or(seen)), gone.is_some(), "{seen} before {keys}:\n{before}");
        let began = Instant::now();
        desk.type_keys(keys);
        desk.wait_for(seen, |screen| screen.contains(gone.unwrap_or(seen)) == gone.is_none());
        let took = began.elapsed();
        assert!(took < AT_ONCE, "{keys} took {took:?}");
        took
    };
    let steps = [
        ("ch", "› ch"),
        ("eeseb", "› cheeseb"),
        ("<enter>", "no Noch nichts im Warenkorb"),
        // Looks the caller up, which hangs, too.
        ("<alt+2>0405 1", "0405 1"),
        ("23456", "0405 123456"),
        ("<enter>Muster", "Muster"),
        // No clock ever shows it.
        ("<alt+3>88", "88"),
        ("<f9>", "Es fehlt nichts"),
        // Another key than the one before counts at any speed.
        ("<enter>", "Gespeichert:"),
        // The order hangs in its call now, and the next one is taken.
        ("51<enter>", "1 × Pizza Hawaii"),
        ("<f2>", "Tisch 88"),
        ("<f1>", "Zur letzten Bestellung"),
    ];
    let slowest = steps.iter().map(|(keys, seen)| echo(keys, seen)).max().unwrap();
    println!("slowest echo: {slowest:?}");
    assert!(sandbox.world().orders.is_empty());
    desk.signal("TERM");
    let ended = desk.ended(Duration::from_secs(3));
    assert_eq!(ended.code, 0);
}
