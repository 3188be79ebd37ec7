//! Hands that type on whatever the line does: bytes that come one by one, answers of the terminal that come late, pastes that
//! never end, windows that change all the time. Every character is where it was meant.

use std::time::Duration;

use oktodesk::domain::draft::{Draft, field::Field, flow::Step};

use crate::{
    house::House,
    terminal::{Launch, Terminal},
};

/// Thirty keys a second.
const KEY: Duration = Duration::from_millis(33);

/// What a terminal answers when it is asked what it can do.
const ANSWERS: &[u8] = b"\x1b[?2026;2$y\x1b[?0u\x1b[?62;22c";

/// Types byte by byte at thirty keys a second; with every third key the window gets another size.
struct Hands {
    desk: Terminal,
    keys: u16,
}

impl Hands {
    fn press(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.desk.type_bytes(&[*byte]);
        }
        self.keys += 1;
        if self.keys.is_multiple_of(3) {
            self.desk.resize((80 + self.keys % 60, 25 + self.keys % 17));
        }
        std::thread::sleep(KEY);
    }

    fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.press(c.to_string().as_bytes());
        }
    }
}

/// Types the fields of a customer, with everything in the way. `answers` are typed into the middle of a word.
fn type_customer(desk: Terminal, answers: &[u8]) -> Terminal {
    let mut hands = Hands { desk, keys: 0 };
    hands.press(b"\x1b2");
    hands.type_text("040 123");
    hands.press(answers);
    hands.type_text("456");
    hands.press(b"\t");
    hands.type_text("Müller-");
    hands.press("\u{1b}[200~Lüden".as_bytes());
    // Long enough for the desk to know that nobody ends this paste.
    hands.type_text("scheidt und andere, die am Tresen warten, bis jemand Zeit hat, ihre Bestellung aufzunehmen");
    hands.press(b"\x1b[Z");
    hands.press(b"\x1b[F");
    hands.type_text("78");
    hands.press(b"\x08");
    hands.press(b"\x1b[D");
    hands.press(b"\x1b[D");
    hands.type_text("9");
    // Behind all of it the keys mean what they always mean.
    hands.press(b"\x1b[20~");
    hands.desk
}

fn expect_customer(draft: &Draft) {
    assert_eq!(draft.fields[&Field::Phone], "040 12345967");
    let name = "Müller-Lüdenscheidt und andere, die am Tresen warten, bis jemand Zeit hat, ihre Bestellung aufzunehmen";
    assert_eq!(draft.fields[&Field::FamilyName], name);
}

#[test]
fn every_character_is_where_it_was_meant_whatever_the_line_does() {
    let house = House::new();
    let desk = house.desk();
    let desk = type_customer(desk, ANSWERS);
    let draft = house.wait_draft(|draft| draft.step == Step::Review);
    expect_customer(&draft);
    desk.wait_text("Punkte fehlen");
    assert_eq!(house.world().attempts.len(), 0);
    desk.resize((100, 30));
    house.quit(desk);
}

/// A tmux server of its own, which would outlive a test that fails.
struct Tmux(std::path::PathBuf);

impl Drop for Tmux {
    fn drop(&mut self) {
        let kill = std::process::Command::new("tmux").arg("-S").arg(&self.0).arg("kill-server").output();
        assert!(kill.is_ok());
    }
}

#[test]
fn every_character_is_where_it_was_meant_through_tmux() {
    if std::process::Command::new("tmux").arg("-V").output().is_err() {
        println!("skipped: there is no tmux here");
        return;
    }
    let house = House::new();
    let socket = house.path("tmux");
    let _server = Tmux(socket.clone());
    let script = format!("exec tmux -u -S '{}' -f /dev/null new-session \"$@\"", socket.display());
    let desk = Terminal::start_by(&Launch { args: &[], env: house.env(), size: (100, 30), shell: None }, Some(&script));
    desk.wait_text("160 Artikel");
    // tmux takes what its terminal answers for itself.
    let mut desk = type_customer(desk, b"");
    let draft = house.wait_draft(|draft| draft.step == Step::Review);
    expect_customer(&draft);
    desk.type_keys("<ctrl+q>");
    assert_eq!(desk.ended(crate::terminal::PATIENCE).code, 0);
}

#[test]
fn a_paste_that_never_ends_does_not_make_the_desk_deaf() {
    let house = House::new();
    let mut desk = house.desk();
    desk.type_keys("51<enter><alt+2><paste>0405 1");
    desk.wait_text("0405 1");
    let draft = house.wait_draft(|draft| draft.fields.contains_key(&Field::Phone));
    assert_eq!(draft.fields[&Field::Phone], "0405 1");
    // A megabyte of it, and again without an end.
    std::thread::sleep(Duration::from_millis(1_200));
    desk.type_keys("<tab>");
    desk.type_keys(&format!("<paste>{}", "Muster \r\x1b[20~".repeat(80_000)));
    house.wait_draft(|draft| draft.fields.get(&Field::FamilyName).is_some_and(|name| name.len() >= 900));
    std::thread::sleep(Duration::from_millis(1_200));
    desk.type_keys("<f1>");
    desk.wait_text("─ Hilfe ─");
    desk.type_keys("<esc>");
    desk.wait_gone("─ Hilfe ─");
    assert_eq!(house.drafts()[0].step, Step::Customer);
    assert_eq!(house.world().attempts.len(), 0);
    house.quit(desk);
}

#[test]
fn what_the_terminal_answers_is_never_typed() {
    let house = House::new();
    let mut desk = house.desk();
    let asked = b"\x1b[?2026$p\x1b[?u\x1b[c";
    let output = desk.output();
    let first = output.windows(asked.len()).position(|bytes| bytes == asked).expect("it asks");
    let before = String::from_utf8_lossy(&output[..first]).into_owned();
    assert!(before.contains("Artikel") && before.contains("\x1b[?1049h"), "it asks after the first frame");
    desk.type_keys("che");
    desk.wait_text("Cheeseburger");
    desk.type_bytes(ANSWERS);
    desk.type_keys("e");
    desk.wait_text("› chee");
    // A terminal that has what was asked for gets it, and gives it back.
    let output = String::from_utf8_lossy(&desk.output()).into_owned();
    assert!(output.contains("\x1b[>1u") && output.ends_with("\x1b[?2026l"), "{output:?}");
    desk.type_keys("<ctrl+q>");
    let ended = desk.ended(crate::house::END);
    let output = String::from_utf8_lossy(&ended.output).into_owned();
    assert_eq!(output.matches("\x1b[<1u").count(), 1);
    assert_eq!(output.matches("\x1b[?2026h").count(), output.matches("\x1b[?2026l").count());
    assert!(output.find("\x1b[<1u") < output.find("\x1b[?1049l"), "each screen has keys of its own");
    assert_eq!(house.drafts()[0].search, "chee");
}

/// A desk with one more setting.
fn desk_with(house: &House, name: &str, value: &str) -> Terminal {
    let mut env = house.env();
    env.push((name.to_owned(), value.to_owned()));
    let desk = Terminal::start(&Launch { args: &[], env, size: (100, 30), shell: None });
    desk.wait_text("160 Artikel");
    desk
}

#[test]
fn a_key_that_this_terminal_cannot_deliver_is_said_and_the_other_one_works() {
    let house = House::new();
    let mut desk = desk_with(&house, "OKTODESK_KEYS__SEND", "['ctrl+enter']");
    // This terminal answers, but knows nothing of the protocol.
    desk.type_bytes(b"\x1b[?62;22c");
    desk.wait_text("^Enter kommt in diesem Terminal nicht an; hier geht F9.");
    desk.type_keys("51<enter><alt+3>12<f9>");
    desk.wait_text("Es fehlt nichts");
    house.quit(desk);
}

#[test]
fn a_key_that_only_some_terminals_deliver_works_in_them() {
    let house = House::new();
    let mut desk = desk_with(&house, "OKTODESK_KEYS__SEND", "['ctrl+enter']");
    desk.type_bytes(ANSWERS);
    desk.type_keys("51<enter><alt+3>12");
    desk.type_bytes(b"\x1b[13;5u");
    let screen = desk.wait_text("Es fehlt nichts");
    assert!(screen.contains("^Enter senden"), "{screen}");
    house.quit(desk);
}

#[test]
fn an_order_is_taken_without_function_keys() {
    let house = House::new();
    let mut desk = desk_with(&house, "OKTODESK_DESK__KEY_PRESET", "letters");
    desk.type_keys("51<enter><alt+w>12<alt+s>");
    desk.wait_text("Es fehlt nichts");
    desk.type_keys("<enter><alt+l>");
    crate::wait_row(&desk, &["10001", "Tisch 12", "✓"]);
    desk.type_keys("<alt+h>");
    desk.wait_text("─ Hilfe ─");
    desk.type_keys("<ctrl+l>");
    desk.wait_gone("─ Hilfe ─");
    house.quit(desk);
}

#[test]
fn without_the_mouse_nothing_is_asked_of_it() {
    let house = House::new();
    let desk = desk_with(&house, "OKTODESK_DESK__MOUSE", "false");
    assert_eq!(desk.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    house.quit(desk);
    let desk = house.desk();
    assert_eq!(desk.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::PressRelease, "never how it moves");
    house.quit(desk);
}

#[cfg(target_os = "linux")]
#[test]
fn an_arrow_is_one_read_and_one_write_and_moves_few_bytes() {
    let house = House::new();
    let mut desk = house.desk();
    desk.type_keys("<down>");
    let mut counts = Vec::new();
    for _ in 0..20 {
        // What the poll finds out is drawn, too: only keys that nothing else fell together with are counted.
        std::thread::sleep(Duration::from_millis(30));
        let (before, drawn) = (desk.calls_of("desk"), desk.output().len());
        desk.type_keys("<down>");
        desk.wait_drawn(drawn);
        std::thread::sleep(Duration::from_millis(30));
        let after = desk.calls_of("desk");
        counts.push((after.0 - before.0, after.1 - before.1, desk.output().len() - drawn));
    }
    counts.sort_unstable();
    let (reads, writes, bytes) = counts[counts.len() / 2];
    assert_eq!((reads, writes), (1, 1), "{counts:?}");
    assert!(bytes <= 400, "{counts:?}");
    house.quit(desk);
}
