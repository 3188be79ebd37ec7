//! Every text a person reads, in the language they read, and numbers, money and dates as people there write them.
//!
//! Must not decide anything: it turns keys and values into words. A language is one file under `assets/i18n`.

mod format;
mod lang;

use std::collections::BTreeMap;

pub use lang::{Lang, UnknownLang};

use crate::domain::{
    shop::piece_words::PieceWords,
    value::{due::TimeWords, text::Clean},
};

/// All texts of one language.
#[derive(Debug, Clone)]
pub struct Texts {
    lang: Lang,
    entries: BTreeMap<String, String>,
}

impl Texts {
    /// The texts of a language. The files are part of the program; a test proves that they parse.
    pub fn load(lang: Lang) -> Self {
        let entries = parse(lang.source()).unwrap_or_default();
        Self { lang, entries }
    }

    /// The language.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The text of a key; a key without a text is shown as itself.
    pub fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.get(key).unwrap_or(key)
    }

    /// The text of a key, if there is one.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entries.get(key).map(String::as_str)
    }

    /// The text of a key with its `{name}` placeholders replaced. What is put in is never searched for placeholders.
    pub fn fill(&self, key: &str, args: &[(&str, &str)]) -> String {
        fill(self.t(key), args)
    }

    /// `key.one` for 1 and `key.other` for any other number, with `{n}` replaced.
    pub fn count(&self, key: &str, n: usize) -> String {
        let form = format!("{key}.{}", if n == 1 { "one" } else { "other" });
        fill(self.t(&form), &[("n", &n.to_string())])
    }

    /// What staff read for a token of the configuration or of OktoPOS: the label, else the program's own text
    /// `choice.<kind>.<token>`, else the token, cleaned.
    pub fn choice(&self, kind: &str, token: &str, label: Option<&str>) -> String {
        if let Some(label) = label {
            return label.to_owned();
        }
        let word = token.trim().to_lowercase().replace([' ', '-'], "_");
        match self.get(&format!("choice.{kind}.{word}")) {
            Some(text) => text.to_owned(),
            None => Clean::new(token).into_string(),
        }
    }
}

/// The words of times and days in every language, for what people type.
pub fn time_words() -> TimeWords {
    let mut words = TimeWords::default();
    for lang in Lang::ALL {
        let typed = section(lang, "typed");
        words.add(|key| typed.get(key).copied());
    }
    words
}

/// The words of the pieces of a typed line in every language.
pub fn piece_words() -> PieceWords {
    let mut words = PieceWords::default();
    for lang in Lang::ALL {
        let typed = section(lang, "piece");
        words.add(|key| typed.get(key).copied());
        for (token, text) in section(lang, "choice.payment") {
            words.add_payment(token, text);
        }
    }
    words
}

/// The texts of one section of a language file, without reading the rest: they are needed before the first frame.
fn section(lang: Lang, name: &str) -> BTreeMap<&'static str, &'static str> {
    let header = format!("[{name}]");
    let own = lang.source().lines().skip_while(|line| *line != header).skip(1);
    let own = own.take_while(|line| !line.starts_with('[')).filter_map(|line| line.split_once(" = "));
    own.map(|(key, text)| (key, text.trim_matches('"'))).collect()
}

/// Replaces `{name}` by its value, in one pass; an unknown name stays as it is.
fn fill(template: &str, args: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let tail = &rest[open..];
        let named = tail.find('}').and_then(|close| {
            let value = args.iter().find(|(name, _)| *name == &tail[1..close])?.1;
            Some((value, close + 1))
        });
        let (text, used) = named.unwrap_or(("{", 1));
        out.push_str(text);
        rest = &tail[used..];
    }
    out.push_str(rest);
    out
}

/// Nested tables flattened to dotted keys.
fn parse(source: &str) -> Result<BTreeMap<String, String>, toml::de::Error> {
    let table: toml::Table = toml::from_str(source)?;
    let mut entries = BTreeMap::new();
    flatten("", table, &mut entries);
    Ok(entries)
}

fn flatten(prefix: &str, table: toml::Table, into: &mut BTreeMap<String, String>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(inner) => flatten(&key, inner, into),
            toml::Value::String(text) => {
                into.insert(key, text);
            }
            other => {
                into.insert(key, other.to_string());
            }
        }
    }
}

#[cfg(test)]
mod tests;
