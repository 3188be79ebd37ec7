//! `customers/findByPhoneNumber`: who has this number. An unknown number is an empty list, not an error.
//!
//! OktoPOS wants to be told whether the number is a mobile one. The desk cannot know, so it asks for both at once and
//! puts first what the number looks like.

use serde_json::Value;
use url::Url;

use crate::{
    domain::order::{Address, Customer},
    oktopos::{
        client::OktoPos,
        lenient::{self, Lookup},
        outcome::{HttpAnswer, classify, no_list},
        settings::EndpointUrl,
    },
    ports::PosError,
};

/// Customers of one number that are read.
const MAX_CUSTOMERS: usize = 200;

/// Longest field that is kept, in characters.
const MAX_TEXT: usize = 200;

/// Customers with this number, the likelier kind of number first, nobody twice.
pub(in crate::oktopos) async fn call(pos: &OktoPos, number: &str) -> Result<Vec<Customer>, PosError> {
    let kinds = if looks_mobile(number) { ["mobile", "home"] } else { ["home", "mobile"] };
    let (likely, other) = tokio::join!(ask(pos, number, kinds[0]), ask(pos, number, kinds[1]));
    merge(likely, other)
}

async fn ask(pos: &OktoPos, number: &str, kind: &str) -> Result<Vec<Found>, PosError> {
    let endpoint = &pos.endpoints.customers;
    read(endpoint, &pos.get(&query(&endpoint.url, number, kind)).await?, number)
}

/// Reads who has the number.
pub(in crate::oktopos) fn read(
    endpoint: &EndpointUrl,
    answer: &HttpAnswer,
    number: &str,
) -> Result<Vec<Found>, PosError> {
    if answer.code == 404 && answer.envelope().is_some() {
        return Ok(Vec::new());
    }
    let text = classify(endpoint, answer)?;
    lenient::rows(&text, MAX_CUSTOMERS, |row| customer(row, number))
        .map_err(|problem| no_list(endpoint, &text, problem))
}

pub(in crate::oktopos) fn query(url: &Url, number: &str, kind: &str) -> Url {
    let mut url = url.clone();
    url.query_pairs_mut().append_pair("number", number.trim()).append_pair("type", kind);
    url
}

/// German mobile numbers begin with 15, 16 or 17 behind the zero or the country code.
fn looks_mobile(number: &str) -> bool {
    let digits = digits(number);
    let rest = ["0049", "49", "0"].iter().find_map(|prefix| digits.strip_prefix(prefix)).unwrap_or(&digits);
    ["15", "16", "17"].iter().any(|prefix| rest.starts_with(prefix))
}

fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

/// A customer with OktoPOS's id of it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::oktopos) struct Found {
    id: Option<i64>,
    pub customer: Customer,
}

/// One answer is enough; only without any customer does an error count.
fn merge(likely: Result<Vec<Found>, PosError>, other: Result<Vec<Found>, PosError>) -> Result<Vec<Customer>, PosError> {
    let mut merged: Vec<Found> = Vec::new();
    let mut problem = None;
    for answer in [likely, other] {
        match answer {
            Ok(found) => {
                for one in found {
                    let known =
                        |known: &Found| (one.id.is_some() && known.id == one.id) || known.customer == one.customer;
                    if !merged.iter().any(known) {
                        merged.push(one);
                    }
                }
            }
            Err(error) => problem = problem.or(Some(error)),
        }
    }
    match problem {
        Some(error) if merged.is_empty() => Err(error),
        _ => Ok(merged.into_iter().map(|found| found.customer).collect()),
    }
}

fn customer(row: &Value, number: &str) -> Option<Found> {
    let person = row.at("person");
    let name = person.at("name");
    let field = |value: &Value| lenient::some_text(value, MAX_TEXT);
    let customer = Customer {
        gender: field(person.at("gender")),
        given_name: field(name.at("givenName")),
        family_name: field(name.at("familyName")),
        phone: phone(person.at("phone"), number),
        email: field(person.at("email")),
        address: address(person.at("address")),
    };
    (customer != Customer::default()).then(|| Found { id: lenient::integer(row.at("id")), customer })
}

/// The number that was asked for, as OktoPOS writes it; else the first one.
fn phone(phones: &Value, number: &str) -> Option<String> {
    let wanted = digits(number);
    let all: Vec<String> = match phones {
        Value::Array(rows) => rows
            .iter()
            .filter_map(|row| {
                lenient::some_text(row.at("value"), MAX_TEXT).or_else(|| lenient::some_text(row, MAX_TEXT))
            })
            .collect(),
        other => lenient::some_text(other, MAX_TEXT).into_iter().collect(),
    };
    let same = |phone: &&String| {
        let tail = |digits: &str| digits.chars().rev().take(8).collect::<String>();
        let digits = digits(phone);
        !digits.is_empty() && tail(&digits) == tail(&wanted)
    };
    all.iter().find(same).or(all.first()).cloned()
}

fn address(value: &Value) -> Option<Address> {
    let field = |name: &str| lenient::some_text(value.at(name), MAX_TEXT);
    let address = Address {
        additional_address: field("additionalAddress"),
        street: field("streetAddress").or_else(|| field("street")),
        house_number: field("houseNumber"),
        zip: field("postalCode").or_else(|| field("zip")),
        city: field("addressLocality").or_else(|| field("city")),
    };
    (address != Address::default()).then_some(address)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::domain::value::text::Clean;
    use crate::oktopos::lenient::tests::any_json;

    fn row() -> Value {
        json!({
            "id": 9,
            "person": {
                "name": {"givenName": "Erika", "familyName": "Muster"}, "gender": "female", "email": "erika@muster.example",
                "phone": [{"type": "home", "value": "040 999"}, {"type": "mobile", "value": "+49 171 1234567"}],
                "address": {"addressCountry": "DE", "addressLocality": "Hamburg", "postalCode": "01234",
                    "streetAddress": "Musterweg", "houseNumber": "66A"}
            },
            "groups": [{"id": 1, "name": "x"}], "comments": [{"type": "a", "value": "b"}]
        })
    }

    #[test]
    fn a_customer_is_read_whole() {
        let expected = Customer {
            gender: Some("female".into()),
            given_name: Some("Erika".into()),
            family_name: Some("Muster".into()),
            phone: Some("+49 171 1234567".into()),
            email: Some("erika@muster.example".into()),
            address: Some(Address {
                additional_address: None,
                street: Some("Musterweg".into()),
                house_number: Some("66A".into()),
                zip: Some("01234".into()),
                city: Some("Hamburg".into()),
            }),
        };
        assert_eq!(customer(&row(), "0171 1234567"), Some(Found { id: Some(9), customer: expected }));
    }

    #[rstest]
    #[case(json!({}))]
    #[case(json!({"id": 4}))]
    #[case(json!({"person": {"name": "Erika", "phone": {}, "address": []}}))]
    fn nobody(#[case] row: Value) {
        assert_eq!(customer(&row, "1"), None);
    }

    #[rstest]
    #[case("0171 1234567", true)]
    #[case("+49 (151) 123", true)]
    #[case("0049 160 1", true)]
    #[case("040 1516171", false)]
    #[case("+49 30 1", false)]
    #[case("", false)]
    fn mobile_numbers(#[case] number: &str, #[case] mobile: bool) {
        assert_eq!(looks_mobile(number), mobile);
    }

    #[test]
    fn the_number_is_escaped() {
        let url = query(&Url::parse("https://shop.example/v1/c").unwrap(), " +49 171&type=x#", "home");
        assert_eq!(url.as_str(), "https://shop.example/v1/c?number=%2B49+171%26type%3Dx%23&type=home");
    }

    #[test]
    fn both_answers_are_merged_and_one_is_enough() {
        let found = |id: Option<i64>, name: &str| Found {
            id,
            customer: Customer { family_name: Some(name.into()), ..Customer::default() },
        };
        let names = |merged: Result<Vec<Customer>, PosError>| {
            merged.map(|all| all.into_iter().map(|one| one.family_name.unwrap()).collect::<Vec<_>>())
        };
        let error = || PosError::Unknown { reason: Clean::new("x") };
        let (a, b) = (found(Some(1), "A"), found(None, "B"));
        let both = merge(Ok(vec![a.clone(), b.clone()]), Ok(vec![found(Some(1), "a"), b.clone(), found(Some(2), "C")]));
        assert_eq!(names(both), Ok(vec!["A".into(), "B".into(), "C".into()]));
        assert_eq!(names(merge(Err(error()), Ok(vec![a.clone()]))), Ok(vec!["A".into()]));
        assert_eq!(names(merge(Ok(vec![a]), Err(error()))), Ok(vec!["A".into()]));
        assert_eq!(merge(Ok(vec![]), Err(error())), Err(error()));
        assert_eq!(merge(Ok(vec![]), Ok(vec![])), Ok(vec![]));
    }

    proptest! {
        #[test]
        fn any_json_is_read_clean(
            field in any_json(),
            target in proptest::sample::select(&["name", "phone", "address", "email", "gender"][..]),
            number in ".{0,20}",
        ) {
            let mut row = row();
            row["person"][target] = field;
            if let Some(found) = customer(&row, &number) {
                let Customer { gender, given_name, family_name, phone, email, address } = found.customer;
                let Address { additional_address, street, house_number, zip, city } = address.unwrap_or_default();
                let texts = [gender, given_name, family_name, phone, email, additional_address, street, house_number,
                    zip, city];
                for text in texts.into_iter().flatten() {
                    prop_assert!(!text.is_empty() && !text.chars().any(char::is_control));
                }
            }
        }
    }
}
