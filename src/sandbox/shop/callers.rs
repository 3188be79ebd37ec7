//! The sandbox's customers and how they are found by phone number. All are made up; none is ever added.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::sandbox::error::SandboxError;

const CALLERS: &str = include_str!("../../../assets/sandbox/callers.toml");

/// Which of a customer's numbers is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum PhoneType {
    Home,
    Mobile,
}

/// Every customer.
#[derive(Debug)]
pub(in crate::sandbox) struct Callers(Vec<Caller>);

impl Callers {
    pub(in crate::sandbox) fn load() -> Result<Self, SandboxError> {
        let file: CallersFile = toml::from_str(CALLERS).map_err(|error| SandboxError::Asset(error.to_string()))?;
        Ok(Self(file.caller))
    }

    /// Customers with this number, in the Customer API's shape. Without a type both kinds of number count.
    pub(in crate::sandbox) fn find(&self, number: &str, kind: Option<PhoneType>) -> Vec<Value> {
        let wanted = normalised(number);
        let has =
            |caller: &&Caller| caller.numbers(kind).any(|known| !wanted.is_empty() && normalised(known) == wanted);
        self.0.iter().filter(has).map(Caller::to_json).collect()
    }
}

/// The digits of a German number from its area code on: `+49 30`, `0049 30`, `49 30` and `030` are all `30`.
fn normalised(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix("0049").or_else(|| digits.strip_prefix("49")).unwrap_or(&digits);
    national.trim_start_matches('0').to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallersFile {
    caller: Vec<Caller>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Caller {
    id: i64,
    given: String,
    family: String,
    gender: Option<String>,
    home: Option<String>,
    mobile: Option<String>,
    email: Option<String>,
    street: String,
    house: String,
    additional: Option<String>,
    comment: Option<String>,
}

impl Caller {
    fn numbers(&self, kind: Option<PhoneType>) -> impl Iterator<Item = &str> {
        let home = self.home.as_deref().filter(|_| kind != Some(PhoneType::Mobile));
        let mobile = self.mobile.as_deref().filter(|_| kind != Some(PhoneType::Home));
        home.into_iter().chain(mobile)
    }

    fn to_json(&self) -> Value {
        let phone = |kind: &str, value: &Option<String>| value.as_ref().map(|v| json!({ "type": kind, "value": v }));
        let mut person = Map::new();
        person.insert("name".into(), json!({ "givenName": self.given, "familyName": self.family }));
        person.insert("address".into(), self.address());
        let phones: Vec<Value> =
            [phone("home", &self.home), phone("mobile", &self.mobile)].into_iter().flatten().collect();
        person.insert("phone".into(), phones.into());
        for (name, value) in [("gender", &self.gender), ("email", &self.email)] {
            if let Some(value) = value {
                person.insert(name.into(), value.as_str().into());
            }
        }
        let comments: Vec<Value> =
            self.comment.iter().map(|text| json!({ "type": "general", "value": text })).collect();
        json!({
            "id": self.id,
            "person": person,
            "groups": [{ "id": 1, "name": "Stammkunden" }],
            "externalIdentifier": format!("K{:05}", self.id),
            "cards": [],
            "comments": comments,
        })
    }

    fn address(&self) -> Value {
        let street = match &self.additional {
            Some(additional) => format!("{}, {additional}", self.street),
            None => self.street.clone(),
        };
        json!({
            "addressCountry": "DE",
            "addressLocality": "Musterstadt",
            "postalCode": "12345",
            "streetAddress": street,
            "houseNumber": self.house,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn families(number: &str, kind: Option<PhoneType>) -> Vec<String> {
        let found = Callers::load().unwrap().find(number, kind);
        found.iter().map(|row| row["person"]["name"]["givenName"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn every_way_of_writing_a_number_finds_it() {
        for number in ["030 23125 101", "03023125101", "+49 30 23125101", " 49 30 23125101", "0049-30/23125-101"] {
            assert_eq!(families(number, None), ["Erika", "Max"], "{number}");
        }
    }

    #[test]
    fn the_type_tells_home_from_mobile() {
        assert_eq!(families("0152 28817386", Some(PhoneType::Mobile)), ["Erika"]);
        assert!(families("0152 28817386", Some(PhoneType::Home)).is_empty());
        assert!(families("030 23125 101", Some(PhoneType::Mobile)).is_empty());
    }

    #[test]
    fn nothing_and_strangers_are_not_found() {
        for number in ["", "0", "abc", "030", "030 23125 999"] {
            assert!(families(number, None).is_empty(), "{number}");
        }
    }

    /// Numbers the Bundesnetzagentur keeps free for film and print.
    #[test]
    fn all_numbers_belong_to_nobody() {
        let fiction = ["3023125", "6990009", "4066969", "2214710", "8999998", "15228817386", "1729980752"];
        let callers = Callers::load().unwrap();
        assert!(callers.0.len() >= 12);
        for caller in &callers.0 {
            assert!(caller.numbers(None).count() > 0);
            for number in caller.numbers(None).map(normalised) {
                assert!(fiction.iter().any(|range| number.starts_with(range)), "{number}");
            }
        }
    }
}
