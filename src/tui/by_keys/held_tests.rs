//! Pressed or held: no speed of fingers or keyboards sends an order that nobody could have read.

use std::time::Duration;

use crate::{
    domain::draft::flow::Step,
    tui::{
        effect::Effect,
        input::{
            command::Command,
            key::{Code, Key},
            rhythm::{PAUSE, SETTLE},
            target::Target,
        },
        msg::Msg,
        testing::{Hands, placed},
    },
};

/// A complete order, the cursor in its last field, nothing pressed for a while.
fn complete() -> Watch {
    let mut hands = Hands::new();
    hands.enter(&["2*51", "402"]);
    hands.press("alt+3 1 2");
    let mut watch = Watch { hands, now: Duration::ZERO, sent: 0 };
    watch.wait(10_000);
    watch
}

/// Hands with a watch.
struct Watch {
    hands: Hands,
    now: Duration,
    sent: usize,
}

impl Watch {
    fn wait(&mut self, milliseconds: u64) {
        self.now += Duration::from_millis(milliseconds);
        self.take(Msg::Beat(self.now));
    }

    fn press(&mut self, keys: &str) {
        for key in keys.split_whitespace() {
            self.take(Msg::Beat(self.now));
            self.take(Msg::Key(key.parse().unwrap()));
        }
    }

    fn take(&mut self, msg: Msg) -> Vec<Effect> {
        let effects = self.hands.take(msg);
        self.sent += placed(&effects).len();
        effects
    }

    /// A key held down: the first press, the keyboard's delay, then its repeats.
    fn hold(&mut self, key: &str, delay: u64, period: u64, repeats: usize) {
        self.press(key);
        self.wait(delay);
        for _ in 0..repeats {
            self.press(key);
            self.wait(period);
        }
    }

    fn reviewed(&self) -> bool {
        self.hands.draft().step == Step::Review
    }
}

#[test]
fn a_held_key_stops_at_the_review_at_any_delay_and_rate() {
    // The delays and rates keyboards can be set to: from 225 ms to 1.98 s, from 12 ms to 140 ms.
    for delay in [225, 250, 299, 300, 301, 400, 500, 660, 750, 1_000, 1_500, 1_980] {
        for period in [12, 33, 40, 90, 140] {
            let mut watch = complete();
            watch.hold("f9", delay, period, 40);
            assert!(watch.sent == 0 && watch.reviewed(), "{delay} ms, every {period} ms");
            assert!(watch.hands.said().contains("F9"), "it is said: {}", watch.hands.said());
            // Let go and pressed again it sends, like any other key that sends.
            watch.wait(5_000);
            watch.press("f9");
            assert_eq!(watch.sent, 1);
        }
    }
}

#[test]
fn two_hits_at_once_are_one() {
    for gap in [0, 1, 50, 299] {
        let mut watch = complete();
        watch.press("f9");
        watch.wait(gap);
        watch.press("f9");
        watch.wait(5_000);
        assert!(watch.sent == 0 && watch.reviewed(), "{gap} ms");
    }
}

#[test]
fn an_honest_second_press_never_costs_another_key() {
    for gap in [300, 350, 700, 1_999, 2_000, 60_000] {
        let mut watch = complete();
        watch.press("f9");
        watch.wait(gap);
        watch.press("f9");
        watch.wait(u64::try_from(SETTLE.as_millis()).unwrap());
        assert_eq!(watch.sent, 1, "{gap} ms");
        let at_once = Duration::from_millis(gap) >= PAUSE;
        let mut again = complete();
        again.press("f9");
        again.wait(gap);
        again.press("f9");
        assert_eq!(again.sent == 1, at_once, "{gap} ms");
    }
}

#[test]
fn typed_ahead_it_is_f9_and_enter_at_any_speed() {
    let mut watch = complete();
    watch.press("f9 enter");
    assert_eq!(watch.sent, 1);
    let mut watch = complete();
    watch.press("alt+6 f9");
    assert_eq!(watch.sent, 1, "another key led there");
    let mut watch = complete();
    watch.press("f9 down f9");
    assert_eq!(watch.sent, 1, "another key came between");
}

#[test]
fn what_is_pressed_before_the_wait_is_over_comes_after_the_order() {
    let mut watch = complete();
    watch.press("f9");
    watch.wait(500);
    watch.press("f9 f2");
    assert_eq!(watch.sent, 1);
    let mut watch = complete();
    watch.press("f9");
    watch.wait(500);
    watch.press("f9 s a l");
    assert_eq!((watch.sent, &*watch.hands.draft().search), (1, "sal"), "typed into the next order");
}

#[test]
fn enter_on_its_way_through_the_fields_stops_at_the_review() {
    let mut watch = complete();
    watch.hold("enter", 500, 30, 80);
    assert!(watch.sent == 0 && watch.reviewed());
    let mut watch = complete();
    for _ in 0..80 {
        watch.press("enter");
        watch.wait(450);
    }
    assert!(watch.sent == 0 && watch.reviewed(), "hit in a row it does not, either");
    watch.wait(5_000);
    watch.press("enter");
    assert_eq!(watch.sent, 1);
}

#[test]
fn a_scanned_barcode_does_not_send_what_is_on_the_review() {
    let mut watch = complete();
    watch.press("f9");
    watch.wait(3_000);
    for c in "2000000004020".chars() {
        watch.take(Msg::Key(Key::plain(Code::Char(c))));
    }
    watch.press("enter");
    watch.wait(5_000);
    assert!(watch.sent == 0 && watch.reviewed(), "{}", watch.hands.screen());
    watch.press("f9");
    assert_eq!(watch.sent, 1);
}

#[test]
fn a_double_click_on_the_footer_only_shows_the_review() {
    let mut watch = complete();
    let send = Msg::Click(Target::Command(Command::Send));
    watch.take(send);
    watch.wait(120);
    watch.take(Msg::Click(Target::Command(Command::Send)));
    watch.wait(5_000);
    assert!(watch.sent == 0 && watch.reviewed());
    watch.take(Msg::Click(Target::Command(Command::Send)));
    assert_eq!(watch.sent, 1);
}

#[test]
fn a_wait_ends_with_the_review_it_was_for() {
    // The window is closed while it is waited for: the draft is kept, nothing is sent.
    let mut watch = complete();
    watch.press("f9");
    watch.wait(500);
    watch.press("f9");
    watch.take(Msg::Terminate);
    watch.wait(5_000);
    assert_eq!(watch.sent, 0);
    assert!(watch.hands.quitting && watch.reviewed());
}

#[test]
fn a_wall_clock_that_steps_changes_nothing_about_held_keys() {
    for step in ["1999-01-01T00:00:00Z", "2099-01-01T00:00:00Z"] {
        let mut watch = complete();
        watch.press("f9");
        watch.take(Msg::Clock(step.parse().unwrap()));
        watch.press("f9");
        watch.wait(5_000);
        assert!(watch.sent == 0 && watch.reviewed(), "{step}");
        watch.press("f9");
        assert_eq!(watch.sent, 1, "{step}");
    }
}
