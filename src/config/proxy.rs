//! The address of the proxy: whatever stands before its `@` may be a password and is never shown.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use toml::Value;

/// `oktopos.proxy` as it was configured; empty for none.
#[derive(Clone, Default, Deserialize)]
#[serde(from = "String")]
pub struct ProxyAddress(SecretString);

impl ProxyAddress {
    /// The address as it is, for the client alone.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether no proxy is configured.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl From<String> for ProxyAddress {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl PartialEq for ProxyAddress {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for ProxyAddress {}

/// Without user name and password.
impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(self.expose()))
    }
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Cuts at the last `@`, so that a password with one in it, or an address that no URL parser understands, is hidden as well.
fn shown(address: &str) -> String {
    let Some(at) = address.rfind('@') else { return address.to_owned() };
    let scheme = address[..at].find("://").map_or("", |end| &address[..end + 3]);
    format!("{scheme}***{}", &address[at..])
}

/// A setting's value as it may be printed.
pub(super) fn value_shown(path: &[String], value: &Value) -> Value {
    match value {
        Value::String(text) if path.iter().eq(["oktopos", "proxy"]) => Value::String(shown(text)),
        value => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("", "")]
    #[case("http://proxy.test:3128", "http://proxy.test:3128")]
    #[case("http://someone:s3cret@proxy.test:3128", "http://***@proxy.test:3128")]
    #[case("http://:s3cret@proxy.test", "http://***@proxy.test")]
    #[case("http://s3cret@proxy.test/", "http://***@proxy.test/")]
    #[case("http://someone:s3@cret/x@proxy.test", "http://***@proxy.test")]
    #[case("someone:s3cret@proxy.test:3128", "***@proxy.test:3128")]
    fn nothing_shows_the_password(#[case] address: &str, #[case] wanted: &str) {
        let proxy = ProxyAddress::from(address.to_owned());
        assert_eq!((proxy.to_string(), format!("{proxy:?}")), (wanted.to_owned(), wanted.to_owned()));
        assert_eq!(proxy.expose(), address);
    }
}
