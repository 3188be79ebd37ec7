//! Guests in a file: CSV with a header, a guest a row. Strict about what would be lost: a number that is none is named with its
//! line. Reads text, no files.

use crate::{
    cli::common::table::{is_exponent, line_of, reader},
    domain::{
        guest::customer::{email_fits, phone_fits},
        order::{Address, Customer},
        value::text::Clean,
    },
};

/// The columns that are known. Only `phone` must be there.
pub const COLUMNS: [&str; 10] = [
    "phone",
    "given_name",
    "family_name",
    "gender",
    "email",
    "street",
    "house_number",
    "additional_address",
    "zip",
    "city",
];

/// Problems that are named; with more, the file is another one.
const MAX_PROBLEMS: usize = 20;
/// Guests of one file.
const MAX_GUESTS: usize = 200_000;
/// Longest text of a field.
const MAX_TEXT: usize = 200;

/// A guest and the line it begins at.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// From 1.
    pub line: usize,
    /// As it is kept.
    pub customer: Customer,
}

/// What is wrong at a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// From 1.
    pub line: usize,
    /// What is wrong.
    pub detail: Detail,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    /// Not of the form, in the parser's words.
    Form(String),
    /// There is no guest.
    Empty,
    /// More guests than any shop has.
    TooMany,
    /// The column `phone` is missing.
    NoPhone,
    /// There is no such column.
    UnknownColumn(String),
    /// A number that a spreadsheet shortened.
    Exponent(String),
    /// A value that cannot be used: the column and what stands there.
    Value(&'static str, String),
}

/// Reads guests.
///
/// # Errors
/// What is wrong, with lines; then nobody may be imported.
pub fn read(text: &str) -> Result<Vec<Row>, Vec<Problem>> {
    let wrong = |line, detail| vec![Problem { line, detail }];
    let mut reader = reader(text);
    let header: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(str::to_lowercase).collect(),
        Err(error) => return Err(wrong(1, Detail::Form(error.to_string()))),
    };
    if header.iter().all(String::is_empty) {
        return Err(wrong(1, Detail::Empty));
    }
    if let Some(unknown) = header.iter().find(|name| !COLUMNS.contains(&name.as_str())) {
        return Err(wrong(1, Detail::UnknownColumn(unknown.clone())));
    }
    if !header.iter().any(|name| name == "phone") {
        return Err(wrong(1, Detail::NoPhone));
    }
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let (line, read) = match record {
            Ok(record) => {
                let field = |name: &str| header.iter().position(|own| own == name).and_then(|at| record.get(at));
                let line = record.position().map_or(1, |at| line_of(text, at));
                (line, customer(|name| field(name).unwrap_or_default()))
            }
            Err(error) => {
                let line = error.position().map_or(1, |at| line_of(text, at));
                (line, Err(Detail::Form(error.to_string())))
            }
        };
        match read {
            Ok(_) if rows.len() >= MAX_GUESTS => return Err(wrong(line, Detail::TooMany)),
            Ok(customer) => rows.push(Row { line, customer }),
            Err(detail) => problems.push(Problem { line, detail }),
        }
        if problems.len() >= MAX_PROBLEMS {
            break;
        }
    }
    if rows.is_empty() && problems.is_empty() {
        return Err(wrong(1, Detail::Empty));
    }
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

fn customer<'a>(field: impl Fn(&'static str) -> &'a str) -> Result<Customer, Detail> {
    let text = |name| {
        let text = Clean::bounded(field(name), MAX_TEXT).into_string();
        Some(text).filter(|text| !text.is_empty())
    };
    let phone = field("phone");
    if is_exponent(phone) {
        return Err(Detail::Exponent(phone.to_owned()));
    }
    if !phone_fits(phone) {
        return Err(Detail::Value("phone", phone.to_owned()));
    }
    let email = field("email");
    if !email.is_empty() && !email_fits(email) {
        return Err(Detail::Value("email", email.to_owned()));
    }
    let (street, house_number) = match (text("street"), text("house_number")) {
        (Some(street), None) => with_house_number(street),
        both => both,
    };
    let address = Address {
        additional_address: text("additional_address"),
        street,
        house_number,
        zip: text("zip"),
        city: text("city"),
    };
    Ok(Customer {
        gender: text("gender"),
        given_name: text("given_name"),
        family_name: text("family_name"),
        phone: text("phone"),
        email: text("email"),
        address: Some(address).filter(|address| *address != Address::default()),
    })
}

/// Many programs keep `Musterstr. 12 a` in one field; OktoPOS wants the number by itself.
fn with_house_number(street: String) -> (Option<String>, Option<String>) {
    let begins = |(at, _): &(usize, char)| street[at + 1..].starts_with(|c: char| c.is_ascii_digit());
    let at = street.char_indices().filter(|(_, c)| *c == ' ').find(begins).map(|(at, _)| at);
    match at {
        // Another word of letters behind it: `Straße des 17. Juni`.
        Some(at) if street[at..].split_whitespace().skip(1).all(|word| word.chars().count() == 1) => {
            (Some(street[..at].trim().to_owned()), Some(street[at..].trim().to_owned()))
        }
        _ => (Some(street), None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[test]
    fn guests_are_read_as_other_programs_write_them() {
        let text = "Phone;family_name;street;zip;city\r\n040 123456;Muster;Musterstr. 12 a;20095;Hamburg\r\n\
            +49 40 1;;;;\r\n";
        let rows = read(text).unwrap();
        let address = rows[0].customer.address.clone().unwrap();
        assert_eq!((rows[0].line, rows[1].line), (2, 3));
        assert_eq!((address.street.as_deref(), address.house_number.as_deref()), (Some("Musterstr."), Some("12 a")));
        assert_eq!((rows[1].customer.phone.as_deref(), &rows[1].customer.address), (Some("+49 40 1"), &None));
    }

    #[rstest]
    #[case("Musterstr. 12", "Musterstr.", Some("12"))]
    #[case("Straße des 17. Juni", "Straße des 17. Juni", None)]
    #[case("Am Markt", "Am Markt", None)]
    #[case("Q 7", "Q", Some("7"))]
    #[case("Hauptstr. 5-7", "Hauptstr.", Some("5-7"))]
    fn a_house_number_stands_by_itself(#[case] typed: &str, #[case] street: &str, #[case] number: Option<&str>) {
        assert_eq!(with_house_number(typed.into()), (Some(street.into()), number.map(str::to_owned)));
    }

    #[rstest]
    #[case("", 1, Detail::Empty)]
    #[case("phone\n", 1, Detail::Empty)]
    #[case("name\nx\n", 1, Detail::UnknownColumn("name".into()))]
    #[case("city\nx\n", 1, Detail::NoPhone)]
    #[case("phone,city\n040 123456,A\nkeine,B\n", 3, Detail::Value("phone", "keine".into()))]
    #[case("phone,city\n\"4,04012E+10\",A\n", 2, Detail::Exponent("4,04012E+10".into()))]
    #[case("phone,email\n040 123456,muster\n", 2, Detail::Value("email", "muster".into()))]
    fn what_is_wrong_is_named_with_its_line(#[case] text: &str, #[case] line: usize, #[case] detail: Detail) {
        assert_eq!(read(text).unwrap_err()[0], Problem { line, detail });
    }

    proptest! {
        #[test]
        fn nothing_panics(rows in "[0-9a-z ,;\"\n+.]{0,120}") {
            if let Ok(rows) = read(&format!("phone,street\n{rows}")) {
                prop_assert!(!rows.is_empty());
            }
        }
    }
}
