//! Bytes as terminals, slow lines and broken programs send them: every key arrives, no answer and no sequence becomes text,
//! and no paste without an end makes the desk deaf.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::tui::{
    msg::Msg,
    shell::input::{
        decode::Decoder,
        event::{Input, TerminalAnswer},
        paste::{PIECE, QUIET},
    },
};

const MS: Duration = Duration::from_millis(1);

/// A terminal whose bytes come when the test says so.
#[derive(Default)]
struct Line {
    splitter: Splitter,
    decoder: Decoder,
    now: Duration,
    seen: Vec<String>,
}

impl Line {
    fn send(&mut self, bytes: &[u8]) {
        let Self { splitter, decoder, now, seen } = self;
        splitter.feed(bytes, *now, &mut |token| seen.extend(decoder.input(token, *now).map(word)));
    }

    /// Time goes by and nothing comes. Wakes up when the splitter asks for it, as the desk does.
    fn pause(&mut self, time: Duration) {
        let end = self.now + time;
        let mut woken = 0;
        while let Some(deadline) = self.splitter.deadline().filter(|deadline| *deadline <= end) {
            self.now = self.now.max(deadline);
            let Self { splitter, decoder, now, seen } = self;
            splitter.expire(*now, &mut |token| seen.extend(decoder.input(token, *now).map(word)));
            woken += 1;
            assert!(woken < 10, "it wakes up for nothing");
        }
        self.now = end;
    }

    fn seen(&mut self) -> String {
        self.pause(Duration::from_secs(10));
        std::mem::take(&mut self.seen).join(" ")
    }
}

fn word(input: Input) -> String {
    match input {
        Input::Key { key, .. } => key.to_string(),
        Input::Msg(Msg::Paste(text)) => format!("paste({text})"),
        Input::Msg(Msg::Wheel(lines)) => format!("wheel({lines})"),
        Input::Click { column, row, .. } => format!("click({column},{row})"),
        Input::TerminalAnswer(TerminalAnswer::Synchronized(can)) => format!("synchronized({can})"),
        Input::TerminalAnswer(answer) => format!("{answer:?}").to_lowercase(),
        other => format!("{other:?}"),
    }
}

/// What one terminal or another sends, and what it is.
const KEYS: &[(&[u8], &str)] = &[
    (b"a", "a"),
    ("ä".as_bytes(), "ä"),
    ("🍕".as_bytes(), "🍕"),
    (b"\x1b\xc3\xa4", "alt+ä"),
    (b"\r", "enter"),
    (b"\n", "ctrl+j"),
    (b"\x1bOM", "enter"),
    (b"\x1bOp\x1bOy", "0 9"),
    (b"\x1bOj\x1bOk\x1bOl\x1bOm\x1bOn\x1bOo\x1bOX", "* + , - . / ="),
    (b"\x08", "backspace"),
    (b"\x7f", "backspace"),
    (b"\x1b\x7f", "alt+backspace"),
    (b"\t", "tab"),
    (b"\x1b[Z", "shift+tab"),
    (b"\x1b\t", "shift+tab"),
    (b"\x1a", "ctrl+z"),
    (b"\x1b\x11", "ctrl+alt+q"),
    (b"\x1b1", "alt+1"),
    (b"\x1bX", "alt+x"),
    (b"\x1b", "esc"),
    (b"\x1b\x1b", "esc esc"),
    (b"\x1b\x1b\x1b", "esc esc esc"),
    (b"\x1b\x1b[A", "alt+up"),
    (b"\x1b[A\x1bOB", "up down"),
    (b"\x1b[1;5C\x1b[1;2D\x1b[1;3H", "ctrl+right shift+left alt+home"),
    (b"\x1bOP\x1b[[A\x1b[11~\x1b[1;2P\x1b[1;5R\x1b[24~\x1b[20;5~", "f1 f1 f1 shift+f1 ctrl+f3 f12 ctrl+f9"),
    (b"\x1b[3~\x1b[3;5~\x1b[2~\x1b[5~\x1b[6~\x1b[1~\x1b[4~", "delete ctrl+delete insert pageup pagedown home end"),
    // The kitty protocol.
    (b"\x1b[27u\x1b[13;2u\x1b[13;5u\x1b[49;5u", "esc shift+enter ctrl+enter ctrl+1"),
    (b"\x1b[105;5u\x1b[109;5u\x1b[104;5u\x1b[120;4u", "ctrl+i ctrl+m ctrl+h alt+shift+x"),
    (b"\x1b[57414u\x1b[57399;129u\x1b[57413u", "enter 0 +"),
    (b"\x1b[99;9u\x1b[97;1:3u\x1b[57441;2u", ""),
    // Alt and a letter that begins something else.
    (b"\x1b[", "alt+["),
    (b"\x1bO", "alt+o"),
    (b"\x1b]", "alt+]"),
    (b"\x1b]x", "alt+] x"),
    (b"\x1bPx", "alt+p x"),
    (b"\x1b_x", "alt+_ x"),
    // What is no UTF-8 is shown as such.
    (b"\xe4", "\u{fffd}"),
    (b"\xc3a", "\u{fffd} a"),
    (b"\xe2\x82", "\u{fffd}"),
    (b"\xe2\x82\xc3\xa4", "\u{fffd} ä"),
    (b"\xff\x80\x9b", "\u{fffd} \u{fffd} \u{fffd}"),
    (b"\xf8a", "\u{fffd} a"),
    // The mouse.
    (b"\x1b[<0;5;6M\x1b[<0;5;6m\x1b[<64;1;1M\x1b[<65;1;1M", "click(4,5) wheel(-1) wheel(1)"),
    (b"\x1b[M !!a", "click(0,0) a"),
    // Answers, asked for or not.
    (b"\x1b[?2026;2$y\x1b[?2026;0$y", "synchronized(true) synchronized(false)"),
    (b"\x1b[?0u\x1b[?62;22c", "kitty all"),
    (b"\x1b]11;rgb:2828/2828/2828\x1b\\x\x1b]11;rgb:1/2/3\x07y", "x y"),
    (b"\x1bP>|xterm(388)\x1b\\x\x1b_Gi=1;OK\x1b\\y", "x y"),
    (b"\x1b[24;80Rx", "x"),
    (b"\x1b[I\x1b[O\x1b[?1;2zx", "x"),
    // Broken off by a key, and much too long.
    (b"\x1b[1;\rx", "enter x"),
    (b"\x1b[1;\x1b[Ax", "up x"),
    (b"\x1b[11111111111111111111111111111111111111111111111111111111111111111111111111111111111~x", "x"),
    // Pasted.
    (b"\x1b[200~a\r\x1b[20~b\x1b[201~c", "paste(a\r\x1b[20~b) c"),
    ("\x1b[200~Käse\x1b[201~".as_bytes(), "paste(Käse)"),
    (b"\x1b[200~\x1b[201~\x1b[201~c", "c"),
];

#[test]
fn what_terminals_send_is_what_was_pressed() {
    for (bytes, wanted) in KEYS {
        let mut line = Line::default();
        line.send(bytes);
        assert_eq!(line.seen(), *wanted, "{}", bytes.escape_ascii());
    }
}

#[test]
fn a_slow_line_that_splits_anywhere_changes_nothing() {
    for (bytes, wanted) in KEYS {
        for pause in [Duration::ZERO, MS, 20 * MS] {
            let mut line = Line::default();
            for byte in *bytes {
                line.send(&[*byte]);
                line.pause(pause);
            }
            assert_eq!(line.seen(), *wanted, "{} at {pause:?}", bytes.escape_ascii());
        }
    }
}

#[test]
fn a_lone_escape_is_a_key_after_25_ms_and_no_sooner() {
    let mut line = Line::default();
    line.send(b"\x1b");
    line.pause(24 * MS);
    assert!(line.seen.is_empty());
    line.pause(MS);
    assert_eq!(line.seen, ["esc"]);
    line.send(b"\x1b");
    line.pause(24 * MS);
    line.send(b"[20~");
    assert_eq!(line.seen(), "esc f9");
}

#[test]
fn a_desk_that_was_busy_takes_no_function_key_for_an_escape() {
    let mut line = Line::default();
    line.send(b"\x1b");
    // The bytes came in time; they are only read late.
    line.now += Duration::from_secs(3);
    line.send(b"[20~");
    assert_eq!(line.seen(), "f9");
}

#[test]
fn no_answer_is_text_however_late_and_slowly_it_comes() {
    let answers: &[u8] = b"\x1b[?2026;2$y\x1b[?1u\x1b[?62;4;22c";
    for (late, pause) in [(0, 0), (0, 100), (0, 200), (1_900, 200), (30_000, 20), (30_000, 400)] {
        let mut line = Line::default();
        line.splitter.asked(Duration::ZERO);
        line.pause(MS * late);
        for byte in answers {
            line.send(&[*byte]);
            line.pause(MS * pause);
        }
        let seen = line.seen().replace("esc ", "");
        // Long after the question an Esc that stands alone is the key; what follows it is an answer all the same.
        let typed = seen.split(' ').filter(|word| !matches!(*word, "synchronized(true)" | "kitty" | "all"));
        assert_eq!(typed.count(), 0, "{late} {pause}: {seen}");
    }
    let mut line = Line::default();
    line.splitter.asked(Duration::ZERO);
    line.send(b"\x1b");
    line.pause(Duration::from_secs(3));
    line.send(b"[a");
    assert_eq!(line.seen(), "esc [ a", "what a person types behind Esc is text");
}

#[test]
fn a_paste_without_an_end_ends_when_nothing_follows() {
    let mut line = Line::default();
    line.send(b"a\x1b[200~Pizza\r");
    line.pause(60 * MS);
    assert_eq!(line.seen, ["a", "paste(Pizza\r)"], "it is shown before it ends");
    line.pause(QUIET);
    line.send(b"x\x1b[20~\r");
    assert_eq!(line.seen(), "a paste(Pizza\r) x f9 enter");
}

#[test]
fn hands_that_type_on_behind_a_paste_without_an_end_are_soon_understood() {
    let mut line = Line::default();
    line.send(b"\x1b[200~Pizza");
    let mut typed = String::new();
    for n in 0..90u8 {
        line.pause(33 * MS);
        let c = char::from(b'a' + n % 26);
        typed.push(c);
        line.send(&[c as u8]);
    }
    line.send(b"\t");
    let seen = line.seen();
    let text: String = seen.replace("paste(", "").replace([')', ' '], "").replace("Pizza", "").replace("tab", "");
    assert_eq!(text, typed, "every letter is there, in its place");
    assert!(seen.ends_with(" tab") && seen.contains(" x y z a b c "), "the last ones are keys: {seen}");
}

#[test]
fn a_long_paste_is_never_taken_for_hands_however_slowly_the_line_brings_it() {
    let mut line = Line::default();
    line.send(b"\x1b[200~");
    for _ in 0..400 {
        line.send(b"\r\x1b[20~ Muster");
        // 1,300 bytes a second, with breaks in between.
        line.pause(10 * MS);
    }
    line.pause(900 * MS);
    line.send(b"\r\r\x1b[201~x");
    let seen = line.seen();
    assert!(seen.ends_with(") x"), "{seen}");
    assert!(!seen.contains("enter") && !seen.contains("f9"), "a paste is never a command");
    let count = seen.matches("Muster").count();
    assert_eq!(count, 400);
}

#[test]
fn what_is_kept_is_bounded() {
    let mut line = Line::default();
    line.send(b"\x1b[200~");
    for _ in 0..1_000 {
        line.send(&[b'x'; 4_096]);
        line.seen.clear();
        assert!(line.splitter.paste.kept() <= 4 * PIECE);
    }
    let mut line = Line::default();
    for begin in [&b"\x1b["[..], b"\x1b]1", b"\x1bO"] {
        line.send(begin);
        line.send(&[b'1'; 100_000]);
        assert!(line.splitter.begun.capacity() <= 2 * MAX_SEQUENCE);
    }
}

#[test]
fn a_character_is_never_torn_between_two_pieces_of_a_paste() {
    let text = "Grüße, 🍕! ".repeat(3_000);
    let mut line = Line::default();
    line.send(b"\x1b[200~");
    for (at, chunk) in text.as_bytes().chunks(7).enumerate() {
        line.send(chunk);
        line.pause(if at % 100 == 0 { 60 * MS } else { Duration::ZERO });
    }
    line.send(b"\x1b[201~");
    line.pause(MS);
    let pieces = line.seen.iter().map(|piece| &piece["paste(".len()..piece.len() - 1]);
    assert_eq!(pieces.collect::<String>(), text);
    assert!(line.seen.len() > 2);
}

proptest! {
    #[test]
    fn nothing_panics_and_waits_for_ever(bytes in proptest::collection::vec(
        prop_oneof![any::<u8>(), Just(0x1b), Just(b'['), Just(b'~'), Just(b'2'), Just(b'0'), Just(b'1')], 0..200), cut in 1usize..20) {
        let mut line = Line::default();
        for chunk in bytes.chunks(cut) {
            line.send(chunk);
            line.pause(MS * 7);
        }
        line.pause(Duration::from_secs(10));
        prop_assert_eq!(line.splitter.deadline(), None);
        line.seen.clear();
        line.send(b"a");
        prop_assert_eq!(line.seen(), "a");
    }

    #[test]
    fn where_the_line_cuts_changes_nothing(bytes in proptest::collection::vec(
        prop_oneof![any::<u8>(), Just(0x1b), Just(b'['), Just(b'O'), Just(b'~'), Just(b'M')], 0..60), cut in 1usize..20) {
        let (mut whole, mut cut_up) = (Line::default(), Line::default());
        whole.send(&bytes);
        for chunk in bytes.chunks(cut) {
            cut_up.send(chunk);
        }
        prop_assert_eq!(whole.seen(), cut_up.seen());
    }
}
