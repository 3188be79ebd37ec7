//! What is wrong with the settings, in words. Every variant has its text.

use std::path::Path;

use super::{parser_words, system_reason};
use crate::{
    config::{Allowed, AreasError, ConfigError, KeyError, MenuError},
    domain::shop::menu::MenuFault,
    i18n::Texts,
};

/// What is wrong with the settings.
pub fn config_error(error: &ConfigError, texts: &Texts) -> String {
    match error {
        ConfigError::Unreadable { path, detail } => {
            let detail = &system_reason(detail, texts);
            texts.fill("error.config.unreadable", &[("path", &path.display().to_string()), ("detail", detail)])
        }
        ConfigError::Syntax { origin, detail } => {
            texts.fill("error.config.syntax", &[("origin", &origin.to_string()), ("detail", detail)])
        }
        ConfigError::UnknownKey { key, nearest, origin } => {
            let words = texts.fill("error.config.unknown_key", &[("origin", &origin.to_string()), ("key", key)]);
            match nearest {
                Some(near) => format!("{words} {}", texts.fill("error.config.nearest", &[("near", near)])),
                None => words,
            }
        }
        ConfigError::WrongType { key, origin, detail } => {
            let (origin, detail) = (origin.to_string(), &parser_words(detail, texts));
            texts.fill("error.config.wrong_type", &[("origin", &origin), ("key", key), ("detail", detail)])
        }
        ConfigError::NotAllowed { key, origin, allowed } => {
            let (origin, allowed) = (origin.to_string(), allowed_words(*allowed, texts));
            texts.fill("error.config.not_allowed", &[("origin", &origin), ("key", key), ("allowed", &allowed)])
        }
        ConfigError::NotSet { key } => texts.fill("error.config.not_set", &[("key", key)]),
        ConfigError::Key(error) => key_error(error, texts),
    }
}

/// What is wrong with the menu file.
pub fn menu_error(error: &MenuError, path: &Path, texts: &Texts) -> String {
    let path = path.display().to_string();
    let at = |line: &usize, key: &str| texts.fill(key, &[("origin", &format!("{path}:{line}"))]);
    match error {
        MenuError::Unreadable(detail) => {
            texts.fill("error.menu.unreadable", &[("path", &path), ("detail", &system_reason(detail, texts))])
        }
        MenuError::Form { line, detail } => format!("{path}:{line}: {}", parser_words(detail, texts)),
        MenuError::Empty { line } => at(line, "error.menu.empty"),
        MenuError::Counts { line } => at(line, "error.menu.counts"),
        MenuError::Default { line } => at(line, "error.menu.default"),
        MenuError::Price { line } => at(line, "error.menu.price"),
        MenuError::Combo { line } => at(line, "error.menu.combo"),
    }
}

/// What of the menu the articles do not fulfil.
pub fn menu_fault(fault: &MenuFault, texts: &Texts) -> String {
    match fault {
        MenuFault::Number(number) => texts.fill("menu_fault.number", &[("number", number)]),
        MenuFault::Group(group) => texts.fill("menu_fault.group", &[("group", group)]),
        MenuFault::Options(name) => texts.fill("menu_fault.options", &[("name", name)]),
        MenuFault::Combo(name) => texts.fill("menu_fault.combo", &[("name", name)]),
    }
}

/// Why there are no delivery areas, with file and line.
pub fn areas_error(error: &AreasError, path: &Path, texts: &Texts) -> String {
    let path = path.display().to_string();
    let at = |line: &usize, key: &str| texts.fill(key, &[("origin", &format!("{path}:{line}"))]);
    match error {
        AreasError::Unreadable(detail) => {
            texts.fill("error.areas.unreadable", &[("path", &path), ("detail", &system_reason(detail, texts))])
        }
        AreasError::Form { line, detail } => format!("{path}:{line}: {}", parser_words(detail, texts)),
        AreasError::Name { line } => at(line, "error.areas.name"),
        AreasError::Zip { line } => at(line, "error.areas.zip"),
        AreasError::Twice { line, zip, other } => {
            let parts = [("origin", &*format!("{path}:{line}")), ("zip", zip), ("other", other)];
            texts.fill("error.areas.twice", &parts)
        }
        AreasError::Money { line } => at(line, "error.areas.money"),
        AreasError::Minutes { line } => at(line, "error.areas.minutes"),
    }
}

fn key_error(error: &KeyError, texts: &Texts) -> String {
    match error {
        KeyError::NotSet => texts.t("error.key.not_set").to_owned(),
        KeyError::Unreadable { path, detail } => {
            let detail = &system_reason(detail, texts);
            texts.fill("error.key.unreadable", &[("path", &path.display().to_string()), ("detail", detail)])
        }
        KeyError::TooOpen { path, mode } => {
            let (path, mode) = (path.display().to_string(), format!("{mode:03o}"));
            texts.fill("error.key.too_open", &[("path", &path), ("mode", &mode)])
        }
        KeyError::Unusable { origin } => texts.fill("error.key.unusable", &[("origin", origin)]),
    }
}

fn allowed_words(allowed: Allowed, texts: &Texts) -> String {
    let key = match allowed {
        Allowed::Between(min, max) => {
            return texts.fill("allowed.between", &[("min", &min.to_string()), ("max", &max.to_string())]);
        }
        Allowed::SlotMinutes => texts.t("allowed.slot_minutes"),
        Allowed::BaseUrl => texts.t("allowed.base_url"),
        Allowed::ProxyUrl => texts.t("allowed.proxy_url"),
        Allowed::HeaderName => texts.t("allowed.header_name"),
        Allowed::CallPath => texts.t("allowed.call_path"),
        Allowed::Currency => texts.t("allowed.currency"),
        Allowed::TimeZone => texts.t("allowed.time_zone"),
        Allowed::Country => texts.t("allowed.country"),
        Allowed::Intermediary => texts.t("allowed.intermediary"),
        Allowed::NotEmpty => texts.t("allowed.not_empty"),
        Allowed::Distinct => texts.t("allowed.distinct"),
        Allowed::Percent => texts.t("allowed.percent"),
        Allowed::Tables => texts.t("allowed.tables"),
        Allowed::TableName => texts.t("allowed.table_name"),
        Allowed::Letter => texts.t("allowed.letter"),
        Allowed::KnownStatus => texts.t("allowed.known_status"),
        Allowed::AbsolutePath => texts.t("allowed.absolute_path"),
        Allowed::Feed => texts.t("allowed.feed"),
        Allowed::OrderType => texts.t("allowed.order_type"),
        Allowed::Digits => texts.t("allowed.digits"),
    };
    key.to_owned()
}
