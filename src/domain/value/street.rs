//! Streets as people write them: `Gr. Bergstr. 45 a` is a street and a number, and `Große Bergstraße` is the same street.

/// Words that are written short, and what stands for them in a key.
const SHORT: [(&str, &str); 14] = [
    ("grosse", "gr"),
    ("grosser", "gr"),
    ("grosses", "gr"),
    ("grossen", "gr"),
    ("kleine", "kl"),
    ("kleiner", "kl"),
    ("kleines", "kl"),
    ("kleinen", "kl"),
    ("alte", "alt"),
    ("alter", "alt"),
    ("sankt", "st"),
    ("doktor", "dr"),
    ("professor", "prof"),
    ("straat", "str"),
];
/// Ends of words that are written short.
const ENDS: [(&str, &str); 3] = [("strasse", "str"), ("platz", "pl"), ("plaz", "pl")];

/// A street or town as two spellings of it agree: `Große Berg-Str.`, `Gr. Bergstrasse`.
pub fn street_key(text: &str) -> String {
    let lower = text.to_lowercase().replace('ß', "ss").replace('ä', "ae").replace('ö', "oe").replace('ü', "ue");
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(short).collect()
}

fn short(word: &str) -> String {
    if let Some((_, short)) = SHORT.iter().find(|(long, _)| *long == word) {
        return (*short).to_owned();
    }
    let end = ENDS.iter().find_map(|(long, short)| Some(format!("{}{short}", word.strip_suffix(long)?)));
    end.unwrap_or_else(|| word.to_owned())
}

/// A street and the house number behind it: `Musterstraße 45 a`, `Musterstr.45-47`. `None` where no number stands at the end,
/// or nothing but a number.
pub fn split_number(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let begins = |(at, c): &(usize, char)| {
        let before = text[..*at].chars().next_back();
        c.is_ascii_digit() && before.is_some_and(|c| c.is_whitespace() || matches!(c, '.' | ','))
    };
    let (street, number) = text
        .char_indices()
        .filter(begins)
        .map(|(at, _)| text.split_at(at))
        .find(|(street, number)| is_number(number) && street.chars().any(char::is_alphabetic))?;
    Some((street.trim_end().trim_end_matches(',').trim_end(), number))
}

/// `45`, `45a`, `45 a`, `45-47`, `45/2`, `45 a-c`.
fn is_number(text: &str) -> bool {
    text.split(['-', '–', '/', '+']).all(|part| {
        let part = part.trim();
        let letters = part.trim_start_matches(|c: char| c.is_ascii_digit());
        let digits = part.len() - letters.len();
        digits <= 4
            && letters.trim_start().chars().count() <= 1
            && letters.chars().all(|c| c == ' ' || c.is_alphabetic())
            && !part.is_empty()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Musterstraße 45", Some(("Musterstraße", "45")))]
    #[case("Musterstr. 45a", Some(("Musterstr.", "45a")))]
    #[case("Musterstr.45", Some(("Musterstr.", "45")))]
    #[case("Musterstraße, 45 a", Some(("Musterstraße", "45 a")))]
    #[case("Musterstraße 45-47", Some(("Musterstraße", "45-47")))]
    #[case("Musterstraße 45 a - c", Some(("Musterstraße", "45 a - c")))]
    #[case("Linzer Straße 12/3/15", Some(("Linzer Straße", "12/3/15")))]
    #[case("Straße des 17. Juni 135", Some(("Straße des 17. Juni", "135")))]
    #[case("Straße des 17. Juni", None)]
    #[case("Musterstraße", None)]
    #[case("45", None)]
    #[case("C 4 12", Some(("C 4", "12")))]
    #[case("Musterstraße 45 Hinterhof", None)]
    #[case("", None)]
    fn a_number_stands_behind_the_street(#[case] text: &str, #[case] wanted: Option<(&str, &str)>) {
        assert_eq!(split_number(text), wanted);
    }

    #[rstest]
    #[case("Große Elbstraße", "gr. elb-str.")]
    #[case("Grosse Elbstrasse", "Gr Elbstr")]
    #[case("Großer Burstah", "Gr. Burstah")]
    #[case("Kleine Gasse", "Kl. Gasse")]
    #[case("Königstraße", "Koenigstr")]
    #[case("Rathausplatz", "Rathauspl.")]
    #[case("Sankt-Pauli-Straße", "St. Pauli Str.")]
    #[case("Straße des 17. Juni", "Str. des 17.Juni")]
    fn two_spellings_agree(#[case] one: &str, #[case] other: &str) {
        assert_eq!(street_key(one), street_key(other));
    }

    #[test]
    fn two_streets_do_not() {
        for (one, other) in [("Elbstraße", "Große Elbstraße"), ("Elbweg", "Elbstraße"), ("Elballee", "Elbplatz")] {
            assert_ne!(street_key(one), street_key(other));
        }
    }

    proptest! {
        #[test]
        fn what_is_split_is_all_of_it(text in "\\PC{0,30}") {
            if let Some((street, number)) = split_number(&text) {
                prop_assert!(text.trim().starts_with(street) && text.trim().ends_with(number));
                prop_assert!(!street.is_empty() && number.starts_with(|c: char| c.is_ascii_digit()));
            }
        }
    }
}
