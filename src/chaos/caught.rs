//! Which test catches which planted bug. The suites prove it: with the bug that test fails, without it passes.

use super::Bug;

/// Suites, each with a test of it.
pub type Caught = &'static [(&'static str, &'static str)];

const SHARED_DRAFTS: Caught = &[
    ("journal", "sqlite::what_another_desk_has_is_left_to_it"),
    ("simulation", "two_desks_and_one_open_order_throw_nothing_away"),
];

const UNSEEN_PLACED_OVER: Caught = &[
    ("lib", "domain::order::life::tests::only_what_was_seen_as_it_is_is_placed_again"),
    ("journal", "sqlite::what_another_desk_confirmed_since_is_not_placed_over"),
    ("journal", "memory::what_another_desk_confirmed_since_is_not_placed_over"),
    ("journal", "memory::random_lives_agree_with_the_model"),
    ("simulation", "two_desks_and_one_open_order_throw_nothing_away"),
];

const POLL_CLEARS_REFUSAL: Caught = &[
    ("lib", "desk::send::endpoint::tests::no_answer_of_another_endpoint_ends_a_refusal"),
    ("lib", "desk::send::worker::tests::a_key_that_is_refused_for_orders_only_is_told_and_tried_slowly"),
    ("simulation", "an_endpoint_that_refuses_alone_is_told_until_it_takes"),
];

/// The tests that catch a bug: the suite (a file of `tests`, or `lib` for the library's own) and the test in it.
pub(super) const fn caught_by(bug: Bug) -> Caught {
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
        Bug::UnseenPlacedOver => UNSEEN_PLACED_OVER,
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
