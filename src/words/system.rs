//! What the operating system says of files and ports, in the words of the reader. It says it in English; what is not known
//! here stays as it is, with its number.

use crate::i18n::Texts;

/// What systems say, and the key of its text.
const KNOWN: [(&str, &str); 13] = [
    ("No such file or directory", "system.missing"),
    ("Permission denied", "system.denied"),
    ("Address already in use", "system.port_in_use"),
    ("Is a directory", "system.is_directory"),
    (crate::files::NOT_A_FILE, "system.not_a_file"),
    ("Not a directory", "system.no_directory"),
    ("No space left on device", "system.full"),
    ("Read-only file system", "system.read_only"),
    ("Broken pipe", "system.unread"),
    ("Bad file descriptor", "system.unwritable"),
    ("it was closed before the start", "system.closed"),
    ("nobody reads it", "system.unread"),
    ("stream did not contain valid UTF-8", "system.no_text"),
];

/// The system's reason in words.
pub fn system_reason(said: &str, texts: &Texts) -> String {
    let known = KNOWN.iter().find(|(english, _)| said.contains(english));
    known.map_or_else(|| said.to_owned(), |(english, key)| said.replacen(english, texts.t(key), 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn the_system_is_understood_in_both_languages() {
        for lang in Lang::ALL {
            let texts = Texts::load(lang);
            assert!(KNOWN.iter().all(|(_, key)| texts.get(key).is_some()), "{lang}");
        }
        let texts = Texts::load(Lang::De);
        let missing = std::fs::read("/no/such/file").unwrap_err().to_string();
        assert_eq!(system_reason(&missing, &texts), "nicht vorhanden (os error 2)");
        assert_eq!(system_reason("something else", &texts), "something else");
    }
}
