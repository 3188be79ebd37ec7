//! What the parsers say of a value that does not fit, in the words of people: what stands there and what belongs there. The
//! libraries say it in English and in the names of this program's types; what is not known here stays as it is.

use crate::i18n::Texts;

/// A parser's message in words.
pub fn parser_words(said: &str, texts: &Texts) -> String {
    let said = said.trim();
    // Where it stands is told beside it.
    let bare = said.rfind(" at line ").map_or(said, |at| &said[..at]);
    known(bare, texts).unwrap_or_else(|| said.to_owned())
}

fn known(said: &str, texts: &Texts) -> Option<String> {
    for prefix in ["invalid type: ", "invalid value: ", "invalid length "] {
        if let Some((found, expected)) = said.strip_prefix(prefix).and_then(|rest| rest.rsplit_once(", expected ")) {
            let (wanted, found) = (wanted(expected, texts), found_words(found, texts));
            return Some(texts.fill("parser.instead", &[("wanted", &wanted), ("found", &found)]));
        }
    }
    if let Some(name) = said.strip_prefix("expected a section ") {
        return Some(texts.fill("parser.this_section", &[("name", name)]));
    }
    if let Some(rest) = said.strip_prefix("missing field ") {
        return Some(texts.fill("parser.missing", &[("field", quoted(rest).first()?)]));
    }
    if let Some(rest) = said.strip_prefix("duplicate field ") {
        return Some(texts.fill("parser.twice", &[("field", quoted(rest).first()?)]));
    }
    if let Some(rest) = said.strip_prefix("unknown variant ") {
        let (found, choices) = one_and_rest(rest)?;
        let wanted = texts.fill("parser.one_of", &[("choices", &choices)]);
        return Some(texts.fill("parser.instead", &[("wanted", &wanted), ("found", found)]));
    }
    let (field, choices) = one_and_rest(said.strip_prefix("unknown field ")?)?;
    Some(texts.fill("parser.no_such_field", &[("field", field), ("choices", &choices)]))
}

/// The first name in backquotes, and all others as a list.
fn one_and_rest(text: &str) -> Option<(&str, String)> {
    let names = quoted(text);
    let (first, rest) = names.split_first()?;
    Some((first, rest.join(", ")))
}

fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn wanted(expected: &str, texts: &Texts) -> String {
    let key = match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "parser.count",
        "i8" | "i16" | "i32" | "i64" | "isize" => "parser.integer",
        "a string" | "string" | "str" | "a borrowed string" => "parser.text",
        "a boolean" => "parser.flag",
        "a sequence" => "parser.list",
        "a map" | "table" => "parser.section",
        decimal if decimal.starts_with("a Decimal") => "parser.number",
        parts if parts.starts_with("struct ") => "parser.section",
        other => return other.to_owned(),
    };
    texts.t(key).to_owned()
}

fn found_words(found: &str, texts: &Texts) -> String {
    if let Some(text) = found.strip_prefix("string ") {
        return text.to_owned();
    }
    match found {
        "sequence" => texts.t("parser.list").to_owned(),
        "map" => texts.t("parser.section").to_owned(),
        "null" | "unit value" => "null".to_owned(),
        other => quoted(other).first().map_or_else(|| other.to_owned(), |value| (*value).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::i18n::Lang;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[serde(default)]
        _n: u64,
        #[serde(default)]
        _list: Vec<String>,
        #[serde(default)]
        _flag: bool,
        #[serde(default)]
        _price: rust_decimal::Decimal,
        #[serde(default = "word")]
        _word: Word,
        _must: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Word {
        De,
        En,
    }

    fn word() -> Word {
        if cfg!(test) { Word::De } else { Word::En }
    }

    #[test]
    fn the_messages_of_the_parsers_are_said_in_german() {
        let texts = Texts::load(Lang::De);
        for (text, wanted) in [
            ("_n = \"5\"", "Hier gehört hin: eine ganze Zahl ab 0; da steht: \"5\""),
            ("_n = -1", "Hier gehört hin: eine ganze Zahl ab 0; da steht: -1"),
            ("_n = true", "Hier gehört hin: eine ganze Zahl ab 0; da steht: true"),
            ("_n = 1.5", "Hier gehört hin: eine ganze Zahl ab 0; da steht: 1.5"),
            ("_flag = 1", "Hier gehört hin: true oder false; da steht: 1"),
            ("_list = 1", "Hier gehört hin: eine Liste; da steht: 1"),
            ("_must = []", "Hier gehört hin: ein Text in Anführungszeichen; da steht: eine Liste"),
            ("_word = \"fr\"", "Hier gehört hin: eines von de, en; da steht: fr"),
            ("_n = 1", "_must fehlt."),
            ("_m = 1\n_must = \"\"", "_m gibt es hier nicht. Möglich: _n, _list, _flag, _price, _word, _must"),
        ] {
            let error = toml::from_str::<Sample>(text).unwrap_err();
            assert_eq!(parser_words(error.message(), &texts), wanted, "{text}");
        }
        let error = toml::from_str::<Sample>("_price = []\n_must = \"\"").unwrap_err();
        assert!(parser_words(error.message(), &texts).starts_with("Hier gehört hin: eine Zahl;"), "{error}");
        let error = serde_json::from_str::<Sample>("{\"_n\":\"5\"}").unwrap_err().to_string();
        assert_eq!(parser_words(&error, &texts), "Hier gehört hin: eine ganze Zahl ab 0; da steht: \"5\"");
        assert_eq!(parser_words("expected a section [desk]", &texts), "Hier gehört der Abschnitt [desk] hin.");
        assert_eq!(parser_words("something else", &texts), "something else");
    }
}
