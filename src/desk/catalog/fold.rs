//! Text as it is compared when somebody searches, in articles and in orders alike. Changes nothing that is shown.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case, without accents, `ß` as `ss`: `KÄSE` and `kase` are one.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect::<String>().replace('ß', "ss")
}

/// The same for German readers who type `ae` for `ä`.
pub fn fold_german(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut spelled = String::with_capacity(text.len());
    for c in text.nfc() {
        match c {
            'ä' | 'Ä' => spelled.push_str("ae"),
            'ö' | 'Ö' => spelled.push_str("oe"),
            'ü' | 'Ü' => spelled.push_str("ue"),
            c => spelled.push(c),
        }
    }
    fold(&spelled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_word_are_one() {
        for text in ["Käse", "KÄSE", "Ka\u{308}se", "kase"] {
            assert_eq!(fold(text), "kase", "{text:?}");
        }
        for text in ["Käse", "Ka\u{308}se", "Kaese"] {
            assert_eq!(fold_german(text), "kaese", "{text:?}");
        }
        assert_eq!((fold("Großes").as_str(), fold_german("Größe").as_str()), ("grosses", "groesse"));
    }
}
