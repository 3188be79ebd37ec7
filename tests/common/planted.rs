//! Which test catches which planted bug, and the proof of it: with the bug that test fails, without it passes. Every
//! suite of the table calls `expect_caught` once with its own name.

use std::process::Command;

use super::Bug;

/// A suite and a test in it.
type Caught = &'static [(&'static str, &'static str)];

const SHARED_DRAFTS: Caught = &[
    ("journal", "sqlite::what_another_desk_has_is_left_to_it"),
    ("simulation", "two_desks_and_one_open_order_throw_nothing_away"),
];

const POLL_CLEARS_REFUSAL: Caught = &[
    ("lib", "desk::send::endpoint::tests::no_answer_of_another_endpoint_ends_a_refusal"),
    ("lib", "desk::send::worker::tests::a_key_that_is_refused_for_orders_only_is_told_and_tried_slowly"),
    ("simulation", "an_endpoint_that_refuses_alone_is_told_until_it_takes"),
];

/// The tests that catch a bug: the suite (a file of `tests`, or `lib` for the library's own) and the test in it.
fn caught_by(bug: Bug) -> Caught {
    match bug {
        Bug::RetryAfterUnknown => &[
            ("lib", "desk::send::outbox::tests::what_becomes_of_a_create::"),
            ("cli", "an_order_that_is_unclear_is_not_sent_again"),
        ],
        Bug::SynchronousNormal => &[
            ("lib", "journal::sqlite::lane::tests::every_commit_waits_for_the_disk"),
            ("store", "powerloss::what_was_acknowledged_survives_a_power_cut"),
        ],
        Bug::FollowRedirects => &[("faults", "client_answers::redirects_are_never_followed::")],
        Bug::RawEscapes => &[
            ("lib", "domain::value::text::tests::control_bidi_and_zero_width_become_visible"),
            ("cli", "what_others_wrote_cannot_reach_the_terminal_raw"),
            ("cli", "hostile_texts::what_is_recorded_comes_out_as_data"),
        ],
        Bug::KeyInLog => &[("cli", "logs_hold_codes_and_neither_key_nor_customers")],
        Bug::SecondSender => &[
            ("lib", "journal::lock::tests::one_holds_it_until_it_is_dropped"),
            ("cli", "a_second_program_leaves_a_call_under_way_alone"),
        ],
        Bug::StaleAddress => &[
            ("journal", "sqlite::an_entry_begins_only_for_the_address_it_is_bound_to"),
            ("journal", "memory::an_entry_begins_only_for_the_address_it_is_bound_to"),
        ],
        Bug::SentTwiceAtOnce => &[
            ("lib", "domain::order::life::tests::an_attempt_begins_once_and_where_it_is_bound"),
            ("journal", "sqlite::an_attempt_is_marked_before_it_is_sent"),
            ("journal", "memory::random_lives_agree_with_the_model"),
        ],
        Bug::LateAnswerTakesBack => &[
            ("lib", "domain::order::life::tests::a_late_answer_is_never_a_step_back"),
            ("journal", "sqlite::an_answer_after_the_ready_list_still_brings_its_id"),
            ("journal", "memory::random_lives_agree_with_the_model"),
        ],
        Bug::InterruptedIsSentAgain => &[
            ("lib", "domain::order::life::tests::what_was_under_way_when_the_program_ended"),
            ("journal", "sqlite::recovery_settles_what_was_under_way"),
            ("journal", "memory::random_lives_agree_with_the_model"),
        ],
        Bug::StrayPlacedAgain => &[
            ("lib", "domain::order::life::tests::only_what_is_not_there_is_placed_again"),
            ("journal", "sqlite::a_person_settles_what_was_given_up_and_is_there"),
        ],
        Bug::ReadyListTakesBack => &[
            ("lib", "domain::order::life::tests::the_ready_list_of_every_standing"),
            ("journal", "sqlite::the_ready_list_never_moves_an_order_back"),
            ("journal", "memory::random_lives_agree_with_the_model"),
        ],
        Bug::SharedDrafts => SHARED_DRAFTS,
        Bug::PollClearsRefusal => POLL_CLEARS_REFUSAL,
        Bug::BlindToLoss => {
            &[("journal", "taken::a_journal_taken_away_under_an_open_desk_is_noticed_before_the_next_order")]
        }
        Bug::BusyIsSentAgain => &[("lib", "desk::send::outbox::tests::what_a_503_comes_to::")],
        Bug::PauseOfOneProgram => &[("lib", "desk::send::worker::tests::a_pause_holds_for_the_next_program")],
    }
}

/// The bug after this one; written so that the compiler asks for the place of a new one.
fn after(bug: Bug) -> Option<Bug> {
    match bug {
        Bug::RetryAfterUnknown => Some(Bug::SynchronousNormal),
        Bug::SynchronousNormal => Some(Bug::FollowRedirects),
        Bug::FollowRedirects => Some(Bug::RawEscapes),
        Bug::RawEscapes => Some(Bug::KeyInLog),
        Bug::KeyInLog => Some(Bug::SecondSender),
        Bug::SecondSender => Some(Bug::StaleAddress),
        Bug::StaleAddress => Some(Bug::SentTwiceAtOnce),
        Bug::SentTwiceAtOnce => Some(Bug::LateAnswerTakesBack),
        Bug::LateAnswerTakesBack => Some(Bug::InterruptedIsSentAgain),
        Bug::InterruptedIsSentAgain => Some(Bug::StrayPlacedAgain),
        Bug::StrayPlacedAgain => Some(Bug::ReadyListTakesBack),
        Bug::ReadyListTakesBack => Some(Bug::SharedDrafts),
        Bug::SharedDrafts => Some(Bug::PollClearsRefusal),
        Bug::PollClearsRefusal => Some(Bug::BlindToLoss),
        Bug::BlindToLoss => Some(Bug::PauseOfOneProgram),
        Bug::PauseOfOneProgram => Some(Bug::BusyIsSentAgain),
        Bug::BusyIsSentAgain => None,
    }
}

fn every_bug() -> Vec<Bug> {
    std::iter::successors(Some(Bug::RetryAfterUnknown), |bug| after(*bug)).collect()
}

/// Runs this suite's tests of the table in programs of their own: they pass, and fail with the bug.
#[track_caller]
pub fn expect_caught(suite: &str) {
    assert_eq!(every_bug(), Bug::ALL, "a bug is in no list");
    expect_suites_to_take_part();
    let mut proven = 0;
    for bug in every_bug() {
        let tests = caught_by(bug);
        assert!(!tests.is_empty(), "nothing catches {bug:?}");
        for (_, test) in tests.iter().filter(|(of, _)| *of == suite) {
            let (passed, told) = run(test, None);
            assert!(passed, "{test} fails without any bug:\n{told}");
            let (passed, told) = run(test, Some(bug));
            assert!(!passed, "{test} does not notice {bug:?}:\n{told}");
            proven += 1;
        }
    }
    assert!(proven > 0, "{suite} proves nothing");
}

/// Whether the test passes. One that is not there is a failure of the table.
#[track_caller]
fn run(test: &str, bug: Option<Bug>) -> (bool, String) {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.arg(test).env_remove("CHAOS_BUG");
    // A name that ends like a path stands for all the cases of one test.
    if !test.ends_with("::") {
        command.arg("--exact");
    }
    if let Some(bug) = bug {
        command.env("CHAOS_BUG", bug.name());
    }
    let output = command.output().expect("it starts");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!told.contains("running 0 tests"), "there is no test {test}");
    (output.status.success(), told)
}

/// Every suite of the table proves its part of it.
#[track_caller]
fn expect_suites_to_take_part() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for (suite, test) in every_bug().into_iter().flat_map(caught_by) {
        let file = if *suite == "lib" { root.join("src/chaos.rs") } else { root.join(format!("tests/{suite}.rs")) };
        let source = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(source.contains(&format!("expect_caught(\"{suite}\")")), "{suite} does not prove {test}");
    }
}
