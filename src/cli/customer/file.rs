//! Guests in a file: CSV with a header, a guest a row. Strict about what would be lost: a number that is none is named with its
//! line. Reads text, no files.

use crate::{
    cli::common::table::{LineFault, LineProblem, Problems, Record, read_rows},
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

/// Guests of one file.
const MAX_GUESTS: usize = 200_000;
/// Longest text of a field.
const MAX_TEXT: usize = 200;

/// A guest and the line it begins at.
#[derive(Debug, Clone, PartialEq)]
pub struct GuestRow {
    /// From 1.
    pub line: usize,
    /// As it is kept.
    pub customer: Customer,
}

/// Reads guests.
///
/// # Errors
/// What is wrong, with lines; then nobody may be imported.
pub fn read(text: &str) -> Result<Vec<GuestRow>, Vec<LineProblem>> {
    let (mut rows, mut problems) = (Vec::new(), Problems::default());
    read_rows(text, (&COLUMNS, &["phone"]), &mut problems, |line, record| {
        let customer = customer(record)?;
        if rows.len() >= MAX_GUESTS {
            return Err(LineFault::TooMany);
        }
        rows.push(GuestRow { line, customer });
        Ok(())
    });
    problems.or_all(rows)
}

fn customer(record: &Record<'_>) -> Result<Customer, LineFault> {
    let text = |column| {
        let text = Clean::bounded(record.field(column), MAX_TEXT).into_string();
        Some(text).filter(|text| !text.is_empty())
    };
    let value = |column: &'static str| LineFault::Value { column, value: record.field(column).to_owned() };
    if !phone_fits(record.digits("phone")?) {
        return Err(value("phone"));
    }
    let email = record.field("email");
    if !email.is_empty() && !email_fits(email) {
        return Err(value("email"));
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
    #[case("", 1, LineFault::Empty)]
    #[case("phone\n", 1, LineFault::Empty)]
    #[case("name\nx\n", 1, LineFault::UnknownColumn("name".into()))]
    #[case("city\nx\n", 1, LineFault::MissingColumn("phone"))]
    #[case("phone,city\n040 123456,A\nkeine,B\n", 3, LineFault::Value { column: "phone", value: "keine".into() })]
    #[case("phone,city\n\"4,04012E+10\",A\n", 2, LineFault::Exponent { column: "phone", value: "4,04012E+10".into() })]
    #[case("phone,email\n040 123456,muster\n", 2, LineFault::Value { column: "email", value: "muster".into() })]
    fn what_is_wrong_is_named_with_its_line(#[case] text: &str, #[case] line: usize, #[case] fault: LineFault) {
        assert_eq!(read(text).unwrap_err()[0], LineProblem { line, fault });
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
