//! What settings may be. Every rule names its setting and what is allowed; none repairs anything.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use url::{Host, Url};

use super::{
    Calls, Config, OktoPosSettings,
    error::{Allowed, ConfigError},
    layers::Layers,
};
use crate::{
    calls::Feed,
    domain::{
        order::{form::intermediary_fits, status::Workflow},
        shop::{
            Choice, Shop, house,
            promise::{Kitchen, KitchenStep},
        },
    },
};

/// Lengths of a slot that fit into an hour: a slot never begins at a time that the clocks jump over and ends after it.
const SLOTS: [u32; 8] = [5, 6, 10, 12, 15, 20, 30, 60];

type Finding = Option<(String, Allowed)>;

/// The first setting that is not allowed, if any.
pub(super) fn check(config: &Config, layers: &Layers) -> Result<(), ConfigError> {
    let finding = desk(config)
        .or_else(|| oktopos(&config.oktopos))
        .or_else(|| shop(&config.shop))
        .or_else(|| kitchen(&config.shop.kitchen))
        .or_else(|| calls(&config.calls))
        .or_else(|| between("list.asap_minutes", config.shop.list.asap_minutes.into(), 0, 1_000))
        .or_else(|| between("list.undo_seconds", config.shop.list.undo_seconds.into(), 0, 60))
        .or_else(|| lists(&config.shop))
        .or_else(|| workflow(&config.shop.workflow));
    match finding {
        None => Ok(()),
        Some((key, allowed)) => Err(ConfigError::NotAllowed { origin: layers.origin(&key), key, allowed }),
    }
}

fn rule(key: &str, holds: bool, allowed: Allowed) -> Finding {
    (!holds).then(|| (key.to_owned(), allowed))
}

fn between(key: &str, value: u64, min: u64, max: u64) -> Finding {
    rule(key, (min..=max).contains(&value), Allowed::Between(min, max))
}

fn desk(config: &Config) -> Finding {
    let dir = config.journal.data_dir.as_str();
    rule("desk.terminal", !config.shop.terminal.trim().is_empty(), Allowed::NotEmpty)
        .or_else(|| rule("desk.menu_file", is_absolute(&config.desk.menu_file), Allowed::AbsolutePath))
        .or_else(|| rule("desk.areas_file", is_absolute(&config.desk.areas_file), Allowed::AbsolutePath))
        .or_else(|| between("desk.poll_interval_seconds", config.desk.poll_interval_seconds, 1, 3600))
        .or_else(|| rule("journal.data_dir", is_absolute(dir), Allowed::AbsolutePath))
        .or_else(|| between("privacy.keep_customer_days", config.privacy.keep_customer_days.into(), 0, 3650))
        .or_else(|| between("catalog.refresh_hours", config.catalog.refresh_hours.into(), 0, 8760))
        .or_else(|| between("log.max_kib", config.log.max_kib, 16, 1_048_576))
        .or_else(|| between("log.files", config.log.files, 1, 100))
}

fn oktopos(settings: &OktoPosSettings) -> Finding {
    let url = settings.base_url.as_str();
    let proxy = settings.proxy.expose();
    rule("oktopos.base_url", url.is_empty() || is_base_url(url), Allowed::BaseUrl)
        .or_else(|| rule("oktopos.api_key_file", is_absolute(&settings.api_key_file), Allowed::AbsolutePath))
        .or_else(|| rule("oktopos.header", is_header_name(&settings.header), Allowed::HeaderName))
        .or_else(|| between("oktopos.connect_timeout_seconds", settings.connect_timeout_seconds, 1, 30))
        .or_else(|| between("oktopos.total_timeout_seconds", settings.total_timeout_seconds, 35, 600))
        .or_else(|| between("oktopos.max_body_mib", settings.max_body_mib, 1, 512))
        .or_else(|| rule("oktopos.proxy", proxy.is_empty() || is_proxy(proxy), Allowed::ProxyUrl))
        .or_else(|| paths(settings))
}

fn paths(settings: &OktoPosSettings) -> Finding {
    let mut paths = settings.paths.named().into_iter();
    let wrong = paths.find(|(_, path)| !is_call_path(path));
    wrong.map(|(name, _)| (format!("oktopos.paths.{name}"), Allowed::CallPath))
}

fn shop(shop: &Shop) -> Finding {
    let capitals = |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_uppercase());
    let zone = jiff::tz::TimeZone::get(&shop.time_zone).is_ok();
    rule("shop.currency", capitals(&shop.currency, 3), Allowed::Currency)
        .or_else(|| rule("shop.time_zone", zone, Allowed::TimeZone))
        .or_else(|| rule("shop.country", capitals(&shop.country, 2), Allowed::Country))
        .or_else(|| rule("shop.intermediary", is_intermediary(&shop.intermediary), Allowed::Intermediary))
        .or_else(|| rule("shop.payment_open", !shop.payment_open.trim().is_empty(), Allowed::NotEmpty))
        .or_else(|| rule("shop.payment_paid", !shop.payment_paid.trim().is_empty(), Allowed::NotEmpty))
}

fn calls(calls: &Calls) -> Finding {
    let digits = |text: &str| text.len() <= 8 && text.bytes().all(|b| b.is_ascii_digit());
    rule("calls.feed", calls.feed.is_empty() || calls.feed.parse::<Feed>().is_ok(), Allowed::Feed)
        .or_else(|| rule("calls.international_prefix", digits(&calls.international_prefix), Allowed::Digits))
        .or_else(|| rule("calls.area_code", digits(&calls.area_code), Allowed::Digits))
        .or_else(|| rule("calls.extension", digits(&calls.extension), Allowed::Digits))
        .or_else(|| {
            let fits = calls.order_type.is_empty() || calls.order_type().is_some();
            rule("calls.order_type", fits, Allowed::OrderType)
        })
}

fn kitchen(kitchen: &Kitchen) -> Finding {
    let few = |key: &str, value: u32| between(key, value.into(), 0, 1_000);
    let step = |step: &KitchenStep| (1..=1_000).contains(&step.items) && step.minutes <= 1_000;
    let bad_step = kitchen.steps.iter().position(|known| !step(known));
    few("kitchen.base_minutes", kitchen.base_minutes)
        .or_else(|| few("kitchen.minutes_per_item", kitchen.minutes_per_item))
        .or_else(|| bad_step.map(|at| (format!("kitchen.steps[{at}]"), Allowed::Between(1, 1_000))))
        .or_else(|| rule("kitchen.slot_minutes", SLOTS.contains(&kitchen.slot_minutes), Allowed::SlotMinutes))
        .or_else(|| few("kitchen.orders_per_slot", kitchen.orders_per_slot))
        .or_else(|| few("kitchen.items_per_slot", kitchen.items_per_slot))
}

fn lists(shop: &Shop) -> Finding {
    let kinds: BTreeSet<_> = shop.order_types.iter().map(|rule| rule.order_type).collect();
    let kinds_fit = !kinds.is_empty() && kinds.len() == shop.order_types.len();
    let percent = |value: &Decimal| *value > Decimal::ZERO && *value <= Decimal::ONE_HUNDRED;
    let bad_table = shop.tables.iter().position(|t| t.from < 0 || t.to < t.from || t.seats < 0);
    rule("shop.order_types", kinds_fit, Allowed::Distinct)
        .or_else(|| rule("shop.payment_methods", tokens_fit(&shop.payment_methods, 1), Allowed::Distinct))
        .or_else(|| rule("shop.tip_types", tokens_fit(&shop.tip_types, 1), Allowed::Distinct))
        .or_else(|| rule("shop.staff", tokens_fit(&shop.staff, 0), Allowed::Distinct))
        .or_else(|| rule("shop.tip_presets", shop.tip_presets.iter().all(percent), Allowed::Percent))
        .or_else(|| bad_table.map(|at| (format!("shop.tables[{at}]"), Allowed::Tables)))
        .or_else(|| house::bad_name(&shop.tables).map(|at| (format!("shop.tables[{at}].name"), Allowed::TableName)))
}

fn workflow(workflow: &Workflow) -> Finding {
    let tokens = workflow.statuses.iter().map(|rule| rule.token.as_str());
    let strangers = |next: &[String]| next.iter().any(|token| workflow.rule(token).is_none());
    let stray = workflow.statuses.iter().position(|rule| strangers(&rule.next));
    let keys: Vec<char> = workflow.statuses.iter().filter_map(|rule| rule.key).collect();
    let set: BTreeSet<char> = keys.iter().copied().collect();
    let wrong_key = workflow.statuses.iter().position(|rule| rule.key.is_some_and(|key| !key.is_ascii_lowercase()));
    rule("workflow.statuses", distinct(tokens, 1) && set.len() == keys.len(), Allowed::Distinct)
        .or_else(|| wrong_key.map(|at| (format!("workflow.statuses[{at}].key"), Allowed::Letter)))
        .or_else(|| rule("workflow.initial", workflow.rule(&workflow.initial).is_some(), Allowed::KnownStatus))
        .or_else(|| stray.map(|at| (format!("workflow.statuses[{at}].next"), Allowed::KnownStatus)))
}

fn tokens_fit(choices: &[Choice], least: usize) -> bool {
    distinct(choices.iter().map(|choice| choice.token.as_str()), least)
}

fn distinct<'a>(words: impl Iterator<Item = &'a str>, least: usize) -> bool {
    let words: Vec<_> = words.collect();
    let set: BTreeSet<_> = words.iter().collect();
    words.len() >= least && set.len() == words.len() && words.iter().all(|word| !word.trim().is_empty())
}

/// HTTPS; plain HTTP only to a literal loopback address, which no name service can point elsewhere.
fn is_base_url(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    };
    let scheme_fits = url.scheme() == "https" || (url.scheme() == "http" && loopback);
    let bare = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    scheme_fits && url.has_host() && bare && url.fragment().is_none()
}

fn is_proxy(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn is_header_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

fn is_call_path(text: &str) -> bool {
    let segments = text.trim_start_matches('/').split('/');
    let fits = |segment: &str| !segment.is_empty() && segment != "." && segment != "..";
    let mut segments = segments;
    segments.all(fits) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/".contains(&b))
}

/// The vendor's pattern `^[\w\d\. \-]+$`, or nothing at all.
fn is_intermediary(text: &str) -> bool {
    text.is_empty() || intermediary_fits(text)
}

fn is_absolute(path: &str) -> bool {
    path.is_empty() || path.starts_with("~/") || std::path::Path::new(path).is_absolute()
}
