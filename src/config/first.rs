//! The first settings of a shop: an address as people type it, and the documented file with what was answered filled in. PURE:
//! asks nobody and writes nothing.

use url::{Host, Url};

use super::template;
use crate::domain::order::{DistributionChannel, OrderType};

/// Which addresses may be meant, the likeliest first: with or without scheme and `/v1`. `None` for what is no address.
pub fn addresses(typed: &str) -> Option<Vec<String>> {
    let typed = typed.trim();
    let url = match typed.contains("://") {
        true => Url::parse(typed).ok()?,
        false => {
            let plain = Url::parse(&format!("http://{typed}")).ok()?;
            // Only this machine is spoken to without encryption.
            if is_here(&plain) { plain } else { Url::parse(&format!("https://{typed}")).ok()? }
        }
    };
    let is_usable = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && (url.scheme() == "https" || is_here(&url));
    if !is_usable || typed.contains(char::is_whitespace) {
        return None;
    }
    let mut url = url;
    url.set_query(None);
    url.set_fragment(None);
    let own = url.as_str().trim_end_matches('/').to_owned();
    Some(if own.ends_with("/v1") { vec![own] } else { vec![format!("{own}/v1"), own] })
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    }
}

/// What was answered. What is empty keeps its default.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answers {
    /// Address of OktoPOS.
    pub base_url: String,
    /// Where the key stands.
    pub key_file: String,
    /// What this terminal is called.
    pub terminal: Option<String>,
    /// Language code.
    pub language: Option<&'static str>,
    /// ISO 3166 code.
    pub country: Option<String>,
    /// Table ranges.
    pub tables: Vec<(i64, i64)>,
    /// Order types and their channels, where they are not the default ones.
    pub order_types: Vec<(OrderType, DistributionChannel)>,
}

/// The documented file with the answers in it; every other setting stays commented out.
pub fn filled(answers: &Answers) -> String {
    let Answers { base_url, key_file, terminal, language, country, tables, order_types } = answers;
    let text = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let range = |(from, to): &(i64, i64)| format!("{{ from = {from}, to = {to} }}");
    let mut settings = vec![("base_url", text(base_url)), ("api_key_file", text(key_file))];
    settings.extend(terminal.as_deref().map(|name| ("terminal", text(name))));
    settings.extend(language.map(|code| ("language", text(code))));
    settings.extend(country.as_deref().map(|code| ("country", text(code))));
    if !tables.is_empty() {
        let ranges: Vec<String> = tables.iter().map(range).collect();
        settings.push(("tables", format!("[{}]", ranges.join(", "))));
    }
    let types: String = order_types
        .iter()
        .map(|(kind, DistributionChannel { dc_id, name })| {
            let (kind, name) = (kind.token(), text(name));
            format!("[[shop.order_types]]\norder_type = \"{kind}\"\nchannel = {{ dcId = {dc_id}, name = {name} }}\n\n")
        })
        .collect();
    let mut out = String::new();
    let mut has_types = false;
    for line in template().lines() {
        let is_of_types = line == "#[[shop.order_types]]";
        if is_of_types && !has_types {
            out.push_str(&types);
            has_types = true;
        }
        let name = line.strip_prefix('#').and_then(|line| line.split_once(" = ")).map(|(name, _)| name);
        match settings.iter().find(|(key, _)| name == Some(key)) {
            Some((key, value)) => out.push_str(&format!("{key} = {value}\n")),
            None => out.push_str(&format!("{line}\n")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;
    use crate::config::{Config, ConfigSources, Origin};

    #[rstest]
    #[case("https://muster.example/v1", &["https://muster.example/v1"])]
    #[case(" https://muster.example/v1/ ", &["https://muster.example/v1"])]
    #[case("muster.example", &["https://muster.example/v1", "https://muster.example"])]
    #[case("https://muster.example/api", &["https://muster.example/api/v1", "https://muster.example/api"])]
    #[case("https://muster.example/v1?x=1#y", &["https://muster.example/v1"])]
    #[case("127.0.0.1:8080", &["http://127.0.0.1:8080/v1", "http://127.0.0.1:8080"])]
    #[case("http://[::1]:1/v1", &["http://[::1]:1/v1"])]
    fn an_address_is_read_as_it_is_typed(#[case] typed: &str, #[case] wanted: &[&str]) {
        assert_eq!(addresses(typed).unwrap(), wanted);
    }

    #[rstest]
    #[case("")]
    #[case("http://muster.example/v1")]
    #[case("https://me:secret@muster.example")]
    #[case("ftp://muster.example")]
    #[case("two words")]
    fn what_is_no_address_is_refused(#[case] typed: &str) {
        assert_eq!(addresses(typed), None);
    }

    /// The settings of a file with these answers, and the names of those that the file sets.
    fn read(answers: &Answers) -> (Config, Vec<String>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        std::fs::write(&path, filled(answers)).unwrap();
        let loaded =
            Config::load(&ConfigSources { file: Some(path), file_required: true, ..ConfigSources::default() }).unwrap();
        let set = loaded.shown.iter().filter(|shown| !matches!(shown.origin, Origin::Default));
        let set = set.map(|shown| shown.key.clone()).collect();
        (loaded.config, set)
    }

    #[test]
    fn the_file_holds_what_was_answered_and_nothing_else() {
        let channel = |dc_id| DistributionChannel { dc_id, name: "TAKE\"AWAY".into() };
        let answers = Answers {
            base_url: "https://muster.example/v1".into(),
            key_file: "/etc/\\ key".into(),
            terminal: Some("Tresen \"2\"".into()),
            language: Some("de"),
            country: Some("AT".into()),
            tables: vec![(1, 40), (50, 50)],
            order_types: vec![(OrderType::Pickup, channel(35))],
        };
        let (config, mut set) = read(&answers);
        set.sort();
        let wanted = ["desk.language", "desk.terminal", "oktopos.api_key_file", "oktopos.base_url", "shop.country"];
        assert_eq!(set, [&wanted[..], &["shop.order_types", "shop.tables"]].concat());
        assert_eq!((config.oktopos.base_url, config.oktopos.api_key_file), (answers.base_url, answers.key_file));
        assert_eq!((config.shop.terminal, config.shop.country), ("Tresen \"2\"".into(), "AT".into()));
        assert_eq!(config.shop.tables.iter().map(|range| (range.from, range.to)).collect::<Vec<_>>(), answers.tables);
        assert_eq!((config.shop.order_types.len(), &config.shop.order_types[0].channel), (1, &channel(35)));
    }

    #[test]
    fn without_other_answers_all_defaults_stay() {
        let answers =
            Answers { base_url: "https://a.example/v1".into(), key_file: "/etc/key".into(), ..Answers::default() };
        let (config, set) = read(&answers);
        assert_eq!(set, ["oktopos.api_key_file", "oktopos.base_url"]);
        assert_eq!(config.shop, Config::defaults().unwrap().shop);
    }

    proptest! {
        #[test]
        fn nothing_panics(typed in "\\PC{0,60}") {
            for address in addresses(&typed).into_iter().flatten() {
                prop_assert!(Url::parse(&address).is_ok());
            }
        }
    }
}
