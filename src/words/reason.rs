//! Reasons in the language of the reader. What the program says itself is put into words; what OktoPOS said, and what an
//! older journal holds, stays as it is.

use crate::{
    domain::value::{reason::Reason, text::Clean},
    i18n::Texts,
};

/// A reason with its technical detail.
pub fn reason(text: &str, texts: &Texts) -> String {
    let text = Clean::bounded(text, 4_000);
    let (head, settings) = split_check(&text);
    let mut words = parts(head, texts).unwrap_or_else(|| head.to_owned());
    if let Some(settings) = settings {
        words.push_str("; ");
        words.push_str(&texts.fill("reason.check", &[("settings", &settings)]));
    }
    words
}

/// A reason for one line of the screen: without the technical detail of one the program knows.
pub fn short_reason(text: &str, texts: &Texts) -> String {
    match Reason::read(text) {
        Some((known, _)) => texts.t(&format!("reason.{}", known.word())).to_owned(),
        None => reason(text, texts),
    }
}

/// A text that ends like a sentence, so that another one can follow.
pub fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.is_empty() || text.ends_with(['.', '?', '!', '…']) { text.to_owned() } else { format!("{text}.") }
}

fn known(text: &str, texts: &Texts) -> Option<String> {
    let (reason, rest) = Reason::read(text)?;
    Some(format!("{}{rest}", texts.t(&format!("reason.{}", reason.word()))))
}

/// What the program says of answers it cannot use; the numbers, paths and quotations in it stay.
fn parts(text: &str, texts: &Texts) -> Option<String> {
    if let Some(words) = known(text, texts) {
        return Some(words);
    }
    if let Some(rest) = text.strip_prefix("success at ") {
        let (path, problem) = rest.split_once(", but ")?;
        return Some(match problem.strip_prefix("it says: ") {
            Some(said) => texts.fill("reason.success_says", &[("path", path), ("said", said)]),
            None => texts.fill("reason.success_but", &[("path", path), ("problem", &known(problem, texts)?)]),
        });
    }
    let rest = text.strip_prefix("HTTP ")?;
    let code = &rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())];
    let rest = rest.strip_prefix(code).filter(|_| !code.is_empty())?;
    if let Some(problem) = rest.strip_prefix(", but ") {
        let problem = known(problem, texts).unwrap_or_else(|| problem.to_owned());
        return Some(texts.fill("reason.http_but", &[("code", code), ("problem", &problem)]));
    }
    if let Some(target) = rest.strip_prefix(", a redirect to ").and_then(|rest| rest.strip_suffix("; never followed")) {
        return Some(texts.fill("reason.redirect", &[("code", code), ("target", target)]));
    }
    let rest = rest.strip_prefix(" at ")?;
    let (path, said) = rest.split_once(": ").map_or((rest, None), |(path, said)| (path, Some(said)));
    let words = texts.fill("reason.http", &[("code", code), ("path", path)]);
    Some(said.map_or_else(|| words.clone(), |said| format!("{words}: {said}")))
}

/// Cuts off the advice to look at settings, which the program puts at the end.
fn split_check(text: &str) -> (&str, Option<String>) {
    for mark in ["; check oktopos.", ": check oktopos."] {
        if let Some(at) = text.rfind(mark) {
            let settings = text[at + mark.len() - "oktopos.".len()..].replace(" and ", ", ");
            return (&text[..at], Some(settings));
        }
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn every_reason_has_its_words_in_every_language() {
        for lang in Lang::ALL {
            let texts = Texts::load(lang);
            let missing: Vec<_> =
                Reason::ALL.iter().filter(|why| texts.get(&format!("reason.{}", why.word())).is_none()).collect();
            assert!(missing.is_empty(), "{lang}: {missing:?}");
        }
    }

    #[test]
    fn no_sentence_of_the_program_is_left_in_english_on_a_german_desk() {
        let (de, en) = (Texts::load(Lang::De), Texts::load(Lang::En));
        for why in Reason::ALL {
            let (german, kept) = (reason(why.sentence(), &de), why.sentence());
            assert_ne!(german, reason(kept, &en), "{why:?}");
        }
        for (kept, german) in [
            ("connection refused (os error 111)", "Verbindung abgelehnt (os error 111)"),
            ("HTTP 503 at order/create", "OktoPOS antwortet mit Fehler 503 (order/create)"),
            ("HTTP 500 at order/create: out of paper", "OktoPOS antwortet mit Fehler 500 (order/create): out of paper"),
            (
                "HTTP 404 at order/create: check oktopos.paths.create",
                "OktoPOS antwortet mit Fehler 404 (order/create); oktopos.paths.create prüfen",
            ),
            (
                "HTTP 302, a redirect to http://a.example/x; never followed: check oktopos.base_url",
                "OktoPOS verweist mit 302 auf http://a.example/x, dem wird nicht gefolgt; oktopos.base_url prüfen",
            ),
            (
                "success at order/create, but a web page; check oktopos.base_url and oktopos.paths.create",
                "Unbrauchbare Antwort auf order/create: eine Webseite; oktopos.base_url, oktopos.paths.create prüfen",
            ),
            ("HTTP 200, but the answer broke off (x)", "OktoPOS antwortet mit 200, aber: die Antwort brach ab (x)"),
        ] {
            assert_eq!(reason(kept, &de), german);
        }
        assert_eq!(
            short_reason("no answer in time (operation timed out)", &de),
            "Keine Antwort innerhalb der Wartezeit"
        );
    }

    #[test]
    fn what_others_said_stays_as_they_said_it() {
        let de = Texts::load(Lang::De);
        for said in ["items[0].productId: unknown product 51", "an old journal's words", "HTTP is not spoken here", ""]
        {
            assert_eq!(reason(said, &de), said);
            assert_eq!(short_reason(said, &de), said);
        }
        assert_eq!(reason("a\u{1b}[2J", &de), "a\u{fffd}[2J", "and is clean");
    }

    #[test]
    fn sentences_end_once() {
        assert_eq!(sentence("not accepted "), "not accepted.");
        assert_eq!(sentence("no such order."), "no such order.");
        assert_eq!(sentence(""), "");
    }
}
