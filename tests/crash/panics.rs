//! A part of the program panics: the terminal is given back, a message says so, and nothing is left half dead.

use std::time::Duration;

use crate::{
    house::END,
    run::Running,
    screen,
    story::Story,
    terminal::{Launch, PATIENCE, Terminal},
};

/// Where parts of the desk panic: the screens, the sender, the poll, the runner, and the journal under each of them.
pub const ON_SCREEN: &[(&str, u64)] = &[
    ("view.draw", 1),
    ("view.draw", 5),
    ("update.msg", 1),
    ("update.msg", 14),
    ("runner.effect", 2),
    ("draft.before_save", 3),
    ("saved.before_shown", 1),
    ("sender.step", 1),
    ("sender.step", 3),
    ("poll.answered", 1),
    ("sending.after_mark", 1),
    ("request.half", 1),
    ("outcome.before_commit", 1),
];

/// The desk on the screen ends, whichever part of it panics.
pub fn on_screen(point: &str, nth: u64, story: &mut Story) {
    let env = story.env(Some(("CHAOS_PANIC", format!("{point}@{nth}"))));
    let home = story.house.path("");
    let mut desk = Terminal::start(&Launch { args: &[], env, size: (100, 30), shell: Some(&home) });
    if desk.seen_or_gone("160 Artikel") {
        screen::type_slowly(&mut desk);
    }
    // What sends and polls panics by itself, without a key.
    let ended = desk.ended(if screen::is_typed(point) { END } else { PATIENCE });
    assert!([1, 101].contains(&ended.code), "{point}@{nth} ended with {}", ended.code);
    story.house.expect_restored(&ended);
    let output = String::from_utf8_lossy(&ended.output).into_owned();
    let left = output.rfind("\x1b[?1049l").expect("the screen was left");
    let told = &output[left..];
    assert!(told.contains("planted panic"), "{point}@{nth} says nothing: {told:?}");
    assert!(output.contains(".rs:"), "{point}@{nth} does not say where: {output:?}");
    assert_eq!(output.matches("\x1b[?1049l").count(), 1, "left twice, the cursor goes back over the message");
    story.house.expect_secret(&ended.output);
    story.kills += 1;
    screen::afterwards(story);
}

/// Where parts of a command panic.
pub const IN_COMMAND: &[&str] = &[
    "sender.step",
    "sending.after_mark",
    "request.half",
    "answer.body",
    "outcome.before_commit",
    "place.after_commit",
];

/// A command whose sender is dead does not wait for it: it ends soon, and not as if all were well.
pub fn in_command(point: &str, story: &mut Story) {
    let file = story.write_orders(2);
    story.house.faults("ready:latency=500ms");
    let ran = Running::start(&["send", &file], &story.env(Some(("CHAOS_PANIC", format!("{point}@1"))))).ended();
    assert!(ran.code.is_some_and(|code| code != 0), "{point}: {ran:#?}");
    assert!(ran.stderr.contains("planted panic"), "{point}: {ran:#?}");
    assert!(ran.took < Duration::from_secs(10), "{point} was waited for {:?}", ran.took);
    story.hear(&ran);
    story.kills += 1;
    story.settle(|_| {});
}
