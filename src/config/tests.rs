//! The layers, the names that are refused, the rules, and that the example is the defaults.

use std::path::Path;

use rstest::rstest;
use toml::Value;

use super::*;
use crate::domain::order::OrderType;

fn with_file(text: &str) -> Result<LoadedConfig, ConfigError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    std::fs::write(&path, text).unwrap();
    Config::load(&ConfigSources { file: Some(path), file_required: true, ..ConfigSources::default() })
}

fn with_env(pairs: &[(&str, &str)]) -> Result<LoadedConfig, ConfigError> {
    let env = pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
    Config::load(&ConfigSources { env, ..ConfigSources::default() })
}

fn line(origin: &Origin) -> usize {
    match origin {
        Origin::File { line, .. } => *line,
        other => panic!("{other:?} is no line"),
    }
}

#[test]
fn the_defaults_are_what_the_desk_needs() {
    let config = Config::defaults().unwrap();
    assert_eq!(config.desk.poll_interval_seconds, 5);
    assert_eq!(config.oktopos.total_timeout_seconds, 40);
    assert_eq!((config.privacy.keep_customer_days, config.log.files), (30, 4));
    assert_eq!(config.shop.terminal, "Tresen 1");
    assert_eq!(config.shop.extras_groups, ["Extras"]);
    assert_eq!(config.shop.order_types.iter().map(|rule| rule.order_type).collect::<Vec<_>>(), OrderType::ALL);
    assert_eq!(config.shop.tip_presets, [5, 10, 15].map(rust_decimal::Decimal::from));
    let next = |status, kind| config.shop.workflow.next(Some(status), Some(kind))[0].token.clone();
    assert_eq!(next("ready", OrderType::Local), "in_preparation");
    assert_eq!(next("in_preparation", OrderType::Local), "prepared");
    assert_eq!(next("prepared", OrderType::Local), "completed");
    assert_eq!(next("prepared", OrderType::Delivery), "on_the_way");
    assert_eq!(next("on_the_way", OrderType::Delivery), "completed");
    assert!(config.shop.workflow.is_last("completed") && config.shop.workflow.is_last("cancelled"));
    assert!(matches!(config.base_url(), Err(ConfigError::NotSet { .. })));
}

#[test]
fn the_example_read_as_a_file_and_the_template_are_the_defaults() {
    let defaults = Config::defaults().unwrap();
    assert_eq!(with_file(EXAMPLE).unwrap().config, defaults);
    let template = template();
    assert_eq!(with_file(&template).unwrap().config, defaults);
    let shown = with_file(&template).unwrap().shown;
    assert!(shown.iter().all(|shown| shown.origin == Origin::Default), "the template sets nothing");
    let uncommented = |line: &str| match line.trim_start().strip_prefix('#') {
        Some(setting) if !setting.is_empty() && !setting.starts_with(' ') => format!("{setting}\n"),
        _ => format!("{line}\n"),
    };
    let back: String = template.lines().map(uncommented).collect();
    assert_eq!(toml::from_str::<toml::Table>(&back).unwrap(), toml::from_str::<toml::Table>(EXAMPLE).unwrap());
}

#[test]
fn every_setting_of_the_example_is_documented() {
    let (mut documented, mut lists) = (false, Vec::new());
    for line in EXAMPLE.lines() {
        match line.chars().next() {
            Some('#') => documented = true,
            // What is said of the first entry of a list holds for the others.
            Some('[') if line.starts_with("[[") => {
                documented |= lists.contains(&line);
                lists.push(line);
            }
            Some('a'..='z') => assert!(documented, "{line}"),
            Some('[') | None => documented = false,
            Some(_) => {}
        }
    }
    assert!(lists.len() > 5);
}

#[test]
fn later_layers_win_and_origins_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    std::fs::write(
        &path,
        "[desk]\npoll_interval_seconds = 7\nterminal = 'Tresen'\n\n[shop]\nstaff = [{ token = 'u1' }]\n",
    )
    .unwrap();
    let env =
        [("OKTODESK_DESK__POLL_INTERVAL_SECONDS", "8"), ("OKTODESK_OKTOPOS__PATHS__CREATE", "o/c"), ("HOME", "/x")];
    let loaded = Config::load(&ConfigSources {
        file: Some(path.clone()),
        file_required: true,
        env: env.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
        flags: vec![Flag { name: "--data-dir", key: "journal.data_dir", value: Value::String("/data".into()) }],
    })
    .unwrap();
    assert_eq!(loaded.config.desk.poll_interval_seconds, 8);
    assert_eq!(loaded.config.shop.terminal, "Tresen");
    assert_eq!(loaded.config.oktopos.paths.create, "o/c");
    assert_eq!(loaded.config.data_dir(None).as_deref(), Some(Path::new("/data")));
    let origin = |key: &str| loaded.shown.iter().find(|shown| shown.key == key).unwrap().origin.clone();
    assert_eq!(origin("desk.poll_interval_seconds"), Origin::Env("OKTODESK_DESK__POLL_INTERVAL_SECONDS".into()));
    assert_eq!(origin("desk.terminal"), Origin::File { path: path.clone(), line: 3 });
    assert_eq!(origin("shop.staff"), Origin::File { path, line: 6 });
    assert_eq!(origin("journal.data_dir"), Origin::Flag("--data-dir"));
    assert_eq!(origin("desk.theme"), Origin::Default);
}

#[rstest]
#[case("[desk]\n\nteminal = 'x'", "desk.teminal", Some("desk.terminal"), 3)]
#[case("[oktopos]\nbase_uri = 'x'", "oktopos.base_uri", Some("oktopos.base_url"), 2)]
#[case("[shop]\nbase_url = 'x'", "shop.base_url", Some("oktopos.base_url"), 2)]
#[case("[octopos]\nheader = 'x'", "octopos", Some("oktopos"), 1)]
#[case("[oktopos.path]\ncreate = 'x'", "oktopos.path", Some("oktopos.paths"), 1)]
#[case("[desk]\nzzz = 1", "desk.zzz", None, 2)]
#[case("[shop]\ntables = [\n { from = 1, till = 2 },\n]", "shop.tables[0].till", None, 3)]
#[case(
    "[[workflow.statuses]]\ntoken = 'a'\n[[workflow.statuses]]\ntokn = 'b'",
    "workflow.statuses[1].tokn",
    Some("token"),
    4
)]
fn unknown_settings_name_the_nearest(
    #[case] text: &str,
    #[case] key: &str,
    #[case] nearest: Option<&str>,
    #[case] at: usize,
) {
    match with_file(text).unwrap_err() {
        ConfigError::UnknownKey { key: found, nearest: near, origin } => {
            assert_eq!((found.as_str(), near.as_deref(), line(&origin)), (key, nearest, at));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn unknown_variables_name_the_nearest() {
    for (name, near) in [
        ("OKTODESK_OKTOPOS_BASE_URL", Some("OKTODESK_OKTOPOS__BASE_URL")),
        ("OKTODESK_API_KYE", Some("OKTODESK_API_KEY")),
        ("OKTODESK_DATADIR", Some("OKTODESK_DATA_DIR")),
    ] {
        match with_env(&[(name, "x")]).unwrap_err() {
            ConfigError::UnknownKey { key, nearest, origin } => {
                assert_eq!((key.as_str(), nearest.as_deref(), origin), (name, near, Origin::Env(name.into())));
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(with_env(&[("OKTODESK_API_KEY", "secret"), ("PATH", "/bin")]).is_ok());
}

#[test]
fn variables_of_others_are_told_and_no_error() {
    let loaded =
        with_env(&[("OKTODESK_X", "1"), ("OKTODESK_REPLICAS_2025", "a"), ("OKTODESK_DATA_DIR", "/srv/desk")]).unwrap();
    assert_eq!(loaded.unknown_variables, ["OKTODESK_REPLICAS_2025", "OKTODESK_X"]);
    let dir = loaded.shown.iter().find(|shown| shown.key == "journal.data_dir").unwrap();
    assert_eq!((dir.value.as_str(), &dir.origin), (Some("/srv/desk"), &Origin::Env("OKTODESK_DATA_DIR".into())));
}

#[test]
fn the_key_is_in_nothing_that_is_shown() {
    let loaded = with_env(&[("OKTODESK_API_KEY", "very-secret")]).unwrap();
    assert!(!format!("{loaded:?}").contains("very-secret"));
}

#[test]
fn variables_are_read_by_the_type_of_their_setting() {
    let loaded = with_env(&[
        ("OKTODESK_SHOP__INTERMEDIARY", "5"),
        ("OKTODESK_SHOP__TIP_PRESETS", "[7.5, 12]"),
        ("OKTODESK_SHOP__STAFF", "[{ token = 'u1', label = 'Kasse' }]"),
        ("OKTODESK_KEYS__ORDER__SEND", "['f9']"),
    ])
    .unwrap();
    assert_eq!(loaded.config.shop.intermediary, "5");
    assert_eq!(loaded.config.shop.tip_presets[0].to_string(), "7.5");
    assert_eq!(loaded.config.shop.staff[0].label.as_deref(), Some("Kasse"));
    assert_eq!(loaded.config.keys["order.send"], ["f9"]);
    for raw in ["five", "5\nx = 1", ""] {
        let error = with_env(&[("OKTODESK_DESK__POLL_INTERVAL_SECONDS", raw)]).unwrap_err();
        assert!(matches!(error, ConfigError::Syntax { origin: Origin::Env(_), .. }), "{raw:?}: {error:?}");
    }
}

#[test]
fn commands_may_be_dotted_or_quoted() {
    let keys = with_file("[keys]\norder.send = ['f9']\n\"items.add\" = ['enter']\nquit = []").unwrap().config.keys;
    assert_eq!(keys.keys().collect::<Vec<_>>(), ["items.add", "order.send", "quit"]);
}

#[rstest]
#[case("[desk]\npoll_interval_seconds = 'x'", "desk.poll_interval_seconds", 2)]
#[case("[desk]\n\ntheme = 'pink'", "desk.theme", 3)]
#[case("[desk]\nterminal = 5", "desk.terminal", 2)]
#[case("desk = 5", "desk", 1)]
#[case("[shop]\ntables = [\n { from = 1, to = 2 },\n { from = 'a', to = 2 },\n]", "shop.tables[1].from", 4)]
#[case("[workflow]\ninitial = 5", "workflow.initial", 2)]
#[case("[oktopos]\nrepeated_order_id = 'maybe'", "oktopos.repeated_order_id", 2)]
#[case("[keys]\nsend = 'f9'", "keys.send", 2)]
#[case("[privacy]\nkeep_customer_days = -1", "privacy.keep_customer_days", 2)]
#[case("[log]\nlevel = 'all'", "log.level", 2)]
fn wrong_types_are_named_with_their_line(#[case] text: &str, #[case] key: &str, #[case] at: usize) {
    match with_file(text).unwrap_err() {
        ConfigError::WrongType { key: found, origin, detail } => {
            assert_eq!((found.as_str(), line(&origin)), (key, at));
            assert!(!detail.is_empty());
        }
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[case("desk", "terminal = ' '", Allowed::NotEmpty)]
#[case("desk", "poll_interval_seconds = 0", Allowed::Between(1, 3600))]
#[case("oktopos", "base_url = 'http://pos.example/v1'", Allowed::BaseUrl)]
#[case("oktopos", "base_url = 'http://localhost/v1'", Allowed::BaseUrl)]
#[case("oktopos", "base_url = 'https://user:word@pos.example/v1'", Allowed::BaseUrl)]
#[case("oktopos", "base_url = 'https://pos.example/v1?key=1'", Allowed::BaseUrl)]
#[case("oktopos", "base_url = 'pos.example'", Allowed::BaseUrl)]
#[case("oktopos", "api_key_file = 'key'", Allowed::AbsolutePath)]
#[case("oktopos", "header = 'X API'", Allowed::HeaderName)]
#[case("oktopos", "connect_timeout_seconds = 0", Allowed::Between(1, 30))]
#[case("oktopos", "total_timeout_seconds = 34", Allowed::Between(35, 600))]
#[case("oktopos", "max_body_mib = 0", Allowed::Between(1, 512))]
#[case("oktopos", "proxy = 'host:80'", Allowed::ProxyUrl)]
#[case("oktopos.paths", "create = ''", Allowed::CallPath)]
#[case("oktopos.paths", "ready = 'https://elsewhere/x'", Allowed::CallPath)]
#[case("oktopos.paths", "status = '../status'", Allowed::CallPath)]
#[case("shop", "currency = 'eur'", Allowed::Currency)]
#[case("shop", "time_zone = 'Europe/Bärlin'", Allowed::TimeZone)]
#[case("shop", "country = 'DEU'", Allowed::Country)]
#[case("shop", "intermediary = 'a/b'", Allowed::Intermediary)]
#[case("shop", "payment_open = ''", Allowed::NotEmpty)]
#[case("shop", "order_types = []", Allowed::Distinct)]
#[case("shop", "payment_methods = [{ token = 'A' }, { token = 'A' }]", Allowed::Distinct)]
#[case("shop", "tip_types = []", Allowed::Distinct)]
#[case("shop", "staff = [{ token = '' }]", Allowed::Distinct)]
#[case("shop", "tip_presets = [0]", Allowed::Percent)]
#[case("shop", "tables = [{ from = 5, to = 1 }]", Allowed::Tables)]
#[case("shop", "tables = [{ from = 1, to = 5, name = '12' }]", Allowed::TableName)]
#[case("workflow", "initial = 'nowhere'", Allowed::KnownStatus)]
#[case("workflow", "statuses = [{ token = 'ready', next = ['gone'] }]", Allowed::KnownStatus)]
#[case("journal", "data_dir = 'here'", Allowed::AbsolutePath)]
#[case("catalog", "refresh_hours = 8761", Allowed::Between(0, 8760))]
#[case("privacy", "keep_customer_days = 3651", Allowed::Between(0, 3650))]
#[case("log", "max_kib = 15", Allowed::Between(16, 1_048_576))]
#[case("log", "files = 0", Allowed::Between(1, 100))]
fn what_is_not_allowed_is_named(#[case] section: &str, #[case] setting: &str, #[case] rule: Allowed) {
    match with_file(&format!("[{section}]\n{setting}\n")).unwrap_err() {
        ConfigError::NotAllowed { key, origin, allowed } => {
            let name = setting.split(' ').next().unwrap();
            assert!(key.starts_with(&format!("{section}.{name}")), "{key}");
            assert_eq!((line(&origin), allowed), (2, rule));
        }
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[case("https://pos.example/v1")]
#[case("https://pos.example:8443/")]
#[case("http://127.0.0.1:4711/v1")]
#[case("http://[::1]:4711/v1")]
fn base_urls_that_may_be_called(#[case] url: &str) {
    assert_eq!(with_env(&[("OKTODESK_OKTOPOS__BASE_URL", url)]).unwrap().config.base_url(), Ok(url));
}

#[test]
fn broken_and_missing_files_are_told_apart() {
    match with_file("[desk]\nterminal = \n").unwrap_err() {
        ConfigError::Syntax { origin, .. } => assert_eq!(line(&origin), 2),
        other => panic!("{other:?}"),
    }
    let missing =
        |file_required| ConfigSources { file: Some("/no/such/file".into()), file_required, ..ConfigSources::default() };
    assert!(matches!(Config::load(&missing(true)), Err(ConfigError::Unreadable { .. })));
    assert_eq!(Config::load(&missing(false)).unwrap().config, Config::defaults().unwrap());
}

#[test]
fn the_language_is_the_machines_unless_it_is_set() {
    let auto = Config::defaults().unwrap();
    assert_eq!((auto.lang("de_DE.UTF-8"), auto.lang("C")), (Lang::De, Lang::En));
    let set = with_env(&[("OKTODESK_DESK__LANGUAGE", "de")]).unwrap().config;
    assert_eq!(set.lang("en_US"), Lang::De);
}

#[rstest]
#[case("slot_minutes = 25", "kitchen.slot_minutes", 2, Allowed::SlotMinutes)]
#[case("\nbase_minutes = 1001", "kitchen.base_minutes", 3, Allowed::Between(0, 1_000))]
#[case(
    "steps = [\n{ items = 1, minutes = 9 },\n{ items = 0, minutes = 9 },\n]",
    "kitchen.steps[1]",
    4,
    Allowed::Between(1, 1_000)
)]
fn a_kitchen_that_cannot_be_is_named_with_its_line(
    #[case] text: &str,
    #[case] wanted: &str,
    #[case] at: usize,
    #[case] what: Allowed,
) {
    let Err(ConfigError::NotAllowed { key, origin, allowed }) = with_file(&format!("[kitchen]\n{text}\n")) else {
        panic!("{text}")
    };
    assert_eq!((key.as_str(), line(&origin), allowed), (wanted, at, what));
}

#[test]
fn a_kitchen_is_read_whole() {
    let text = "[kitchen]\nbase_minutes = 10\nsteps = [{ items = 5, minutes = 30 }]\norders_per_slot = 4\n";
    let kitchen = with_file(text).unwrap().config.shop.kitchen;
    assert_eq!(
        (kitchen.minutes(1), kitchen.minutes(5), kitchen.orders_per_slot, kitchen.slot_minutes),
        (10, 30, 4, 15)
    );
    assert!(!Config::defaults().unwrap().shop.kitchen.is_known());
}
