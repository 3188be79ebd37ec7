//! Tables and properties of what is told of the endpoints' answers.

use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn key() -> PosError {
    PosError::KeyRefused { code: 403, reason: Clean::default(), is_proven: true }
}

fn lost() -> PosError {
    PosError::Unknown { reason: "HTTP 500".into() }
}

fn away() -> PosError {
    PosError::NotSent { reason: "refused".into() }
}

fn rejected() -> PosError {
    PosError::Rejected { code: 404, reason: "nothing here".into() }
}

fn told(answers: &[(Endpoint, Result<(), PosError>)]) -> String {
    let mut heard = Heard::default();
    let mut connection = Connection::Untried;
    for (second, (endpoint, answer)) in (0..).zip(answers) {
        heard.note(*endpoint, answer.as_ref().copied());
        connection = heard.connection(&connection, Timestamp::from_second(second).unwrap());
    }
    match connection {
        Connection::Untried => "untried".into(),
        Connection::Up { since } => format!("up {}", since.as_second()),
        Connection::Down { since, .. } => format!("down {}", since.as_second()),
        Connection::Failing { since, endpoint, .. } => format!("failing {endpoint:?} {}", since.as_second()),
        Connection::KeyRefused { since, only, .. } => format!("key {only:?} {}", since.as_second()),
    }
}

use Endpoint::{Articles, Create, Customers, Ready, Status};

#[rstest]
#[case::one_is_well(&[(Ready, Ok(())), (Create, Ok(()))], "up 0")]
#[case::a_good_poll_hides_no_refused_create(
    &[(Ready, Ok(())), (Create, Err(key())), (Ready, Ok(())), (Customers, Ok(()))], "key Some(Create) 1"
)]
#[case::nor_does_a_good_status(&[(Create, Err(key())), (Status, Ok(()))], "key Some(Create) 0")]
#[case::refused_for_all(&[(Create, Err(key())), (Ready, Err(key()))], "key None 0")]
#[case::accepted_again(&[(Create, Err(key())), (Ready, Ok(())), (Create, Ok(()))], "up 2")]
#[case::the_outage_of_one_is_that_of_all(&[(Create, Err(key())), (Ready, Err(away()))], "key None 0")]
#[case::away(&[(Ready, Ok(())), (Create, Err(away()))], "down 1")]
#[case::back(&[(Create, Err(away())), (Ready, Ok(()))], "up 1")]
#[case::a_list_that_fails_beside_good_creates(&[(Ready, Err(lost())), (Create, Ok(())), (Ready, Err(lost()))], "failing Ready 1")]
#[case::nothing_answers(&[(Create, Ok(())), (Ready, Err(lost())), (Ready, Err(lost()))], "down 1")]
#[case::one_lost_order_is_its_own_trouble(&[(Ready, Ok(())), (Create, Err(lost())), (Ready, Ok(()))], "up 0")]
#[case::many_are_told(
    &[(Create, Err(lost())), (Create, Err(lost())), (Ready, Ok(())), (Create, Err(lost())), (Ready, Ok(()))],
    "failing Create 3"
)]
#[case::a_good_status_ends_no_trouble_of_creates(
    &[(Create, Err(lost())), (Create, Err(lost())), (Status, Ok(())), (Create, Err(lost())), (Status, Ok(()))],
    "failing Create 3"
)]
#[case::a_refused_order_is_an_answer(&[(Create, Err(rejected()))], "up 0")]
#[case::a_refused_list_is_none(&[(Create, Ok(())), (Ready, Err(rejected()))], "failing Ready 1")]
#[case::a_list_that_has_to_pause(&[(Ready, Err(PosError::Throttled { after: None, is_proven: true })), (Create, Ok(()))], "failing Ready 0")]
#[case::guests_fail(&[(Ready, Ok(())), (Customers, Err(lost())), (Ready, Ok(()))], "failing Customers 2")]
#[case::guests_may_not_be_read(&[(Ready, Ok(())), (Customers, Err(key()))], "key Some(Customers) 1")]
#[case::that_is_less_than_an_outage(&[(Articles, Err(key())), (Ready, Err(away()))], "down 1")]
fn the_worst_of_what_was_said_is_told(#[case] answers: &[(Endpoint, Result<(), PosError>)], #[case] expected: &str) {
    assert_eq!(told(answers), expected);
}

fn any_answer() -> impl Strategy<Value = Result<(), PosError>> {
    prop_oneof![
        Just(Ok(())),
        Just(Err(key())),
        Just(Err(lost())),
        Just(Err(away())),
        Just(Err(rejected())),
        Just(Err(PosError::Throttled { after: None, is_proven: true })),
    ]
}

proptest! {
    // A planted bug makes it fail on purpose: nothing of that is kept.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_answer_of_another_endpoint_ends_a_refusal(
        before in proptest::collection::vec((0..5usize, any_answer()), 0..8),
        after in proptest::collection::vec((1..5usize, any_answer()), 0..8),
    ) {
        let named = |answers: Vec<(usize, Result<(), PosError>)>| {
            answers.into_iter().map(|(at, answer)| (Endpoint::ALL[at], answer)).collect::<Vec<_>>()
        };
        let answers = [named(before), vec![(Create, Err(key()))], named(after)].concat();
        prop_assert!(told(&answers).starts_with("key "), "{}", told(&answers));
    }
}
