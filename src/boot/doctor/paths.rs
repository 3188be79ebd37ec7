//! What the doctor says of one path of OktoPOS: how it answers and what mends it. Asks nothing.

use std::time::Duration;

use crate::{
    cli::{
        common::exit::Exit,
        doctor::{Finding, Health},
    },
    i18n::Texts,
    oktopos::{Found, PathProbe},
    words,
};

/// What was found at one path, and what mends it. `change` is the text that says what to change where there is nothing; `all`
/// are the paths that were asked for.
pub(super) fn finding(texts: &Texts, probe: &PathProbe, all: &[PathProbe], change: &str) -> Finding {
    let setting = probe.setting;
    let latency = probe.latency.unwrap_or(Duration::ZERO).as_millis().to_string();
    let told = |key: &str, code: u16, said: &str| {
        let code = code.to_string();
        texts.fill(key, &[("url", &probe.url), ("code", &code), ("said", said), ("ms", &latency)])
    };
    let remedy = |key: &str| Some(texts.fill(key, &[("setting", setting)]));
    let (result, detail, remedy, exit) = match &probe.found {
        Found::Reachable { code } => (Health::Ok, told("doctor.path", *code, ""), None, Exit::Done),
        Found::Missing { code, said } => (Health::Fail, told("doctor.odd", *code, said), remedy(change), Exit::Config),
        Found::Unclear { code, said } if probe.changes_something && change != "doctor.change_base" => {
            (Health::Warn, told("doctor.unclear_method", *code, said), remedy("doctor.change_if_refused"), Exit::Done)
        }
        Found::Unclear { code, said } => {
            (Health::Warn, told("doctor.unclear", *code, said), remedy(change), Exit::Done)
        }
        Found::KeyRefused { code, said } => {
            let remedy = match code {
                403 => Some(texts.fill(enabling(all), &[("setting", setting), ("api", api(setting))])),
                _ => remedy("hint.key"),
            };
            (Health::Fail, told("doctor.odd", *code, said), remedy, Exit::KeyRefused)
        }
        Found::Redirect { code, target } => {
            (Health::Fail, told("doctor.odd", *code, target), remedy("doctor.change_address"), Exit::Config)
        }
        Found::Odd { code, said } => {
            (Health::Warn, told("doctor.odd", *code, said), remedy("doctor.change_path"), Exit::Done)
        }
        Found::Unreachable { reason } | Found::NoAnswer { reason } => (
            Health::Fail,
            format!("{}: {}", probe.url, words::reason(reason, texts)),
            remedy("doctor.check_connection"),
            Exit::Unexpected,
        ),
    };
    Finding { check: setting.rsplit('.').next().unwrap_or(setting), result, detail, remedy, exit }
}

/// The interface that a path belongs to, by the vendor's name: each may have to be enabled for an instance.
fn api(setting: &str) -> &'static str {
    match setting.rsplit('.').next() {
        Some("articles" | "units" | "channels") => "Article API",
        Some("customers") => "Customer API",
        _ => "Order API",
    }
}

/// What a 403 asks for: a key that another path accepts is right.
fn enabling(all: &[PathProbe]) -> &'static str {
    // A path that was asked for with another method may answer before it looks at the key.
    let accepts = |probe: &PathProbe| !probe.changes_something && matches!(probe.found, Found::Reachable { .. });
    if all.iter().any(accepts) { "doctor.enable" } else { "doctor.key_or_enable" }
}
