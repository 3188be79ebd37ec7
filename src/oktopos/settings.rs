//! What the client needs to know of an instance, and the check of it. Sends nothing and reads no file.

use std::{fmt, time::Duration};

use reqwest::{
    Url,
    header::{HeaderName, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Host;

/// Everything the client needs to know of an OktoPOS instance.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// `https://<instance>/v1`; plain `http` for literal loopback addresses alone.
    pub base_url: Url,
    /// Name of the header the key travels in.
    pub header: String,
    /// The instance's API key. Redacted in `Debug`.
    pub key: SecretString,
    /// Where each call goes, below the base URL.
    pub paths: Paths,
    /// Name lookup, connection and TLS together; shorter than `total_timeout`.
    pub connect_timeout: Duration,
    /// One call from beginning to end, its answer read.
    pub total_timeout: Duration,
    /// Longest answer that is read, in bytes.
    pub max_body: usize,
    /// Proxy for `https` calls; the environment's proxies are never used.
    pub proxy: Option<Url>,
}

impl ClientSettings {
    /// The defaults for an instance.
    pub fn new(base_url: Url, key: SecretString) -> Self {
        Self {
            base_url,
            header: "X-API-KEY".to_owned(),
            key,
            paths: Paths::default(),
            connect_timeout: Duration::from_secs(4),
            total_timeout: Duration::from_secs(40),
            max_body: 8 * 1024 * 1024,
            proxy: None,
        }
    }
}

/// Paths relative to the base URL. The vendor publishes only the first one, so all of them are settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Paths {
    /// POST: create an order.
    pub create: String,
    /// GET: all orders with status ready.
    pub ready: String,
    /// POST: set a new status to an order.
    pub status: String,
    /// POST: list of articles.
    pub articles: String,
    /// GET: customers by phone number.
    pub customers: String,
    /// GET: units of articles.
    pub units: String,
    /// GET: distribution channels.
    pub channels: String,
}

impl Paths {
    /// Every path by its name in the settings.
    pub fn named(&self) -> [(&'static str, &str); 7] {
        let Self { create, ready, status, articles, customers, units, channels } = self;
        [
            ("create", create),
            ("ready", ready),
            ("status", status),
            ("articles", articles),
            ("units", units),
            ("channels", channels),
            ("customers", customers),
        ]
    }
}

impl Default for Paths {
    fn default() -> Self {
        Self {
            create: "order/create".to_owned(),
            ready: "order/ready".to_owned(),
            status: "order/status".to_owned(),
            articles: "articles/list".to_owned(),
            customers: "customers/findByPhoneNumber".to_owned(),
            units: "articles/units".to_owned(),
            channels: "articles/distribution-channels".to_owned(),
        }
    }
}

/// Why no client can be made of these settings. Each says which setting mends it; none repeats a value that is secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The base URL cannot be used.
    #[error("oktopos.base_url: {0}")]
    BaseUrl(&'static str),
    /// One of the paths cannot be used.
    #[error("{setting}: {problem}")]
    Path {
        /// Which one, `oktopos.paths.create`.
        setting: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The header's name cannot be used.
    #[error("oktopos.header: {0}")]
    Header(&'static str),
    /// The key cannot be sent in a header.
    #[error("the API key (OKTODESK_API_KEY or api_key_file): {0}")]
    Key(&'static str),
    /// The timeouts contradict each other.
    #[error(
        "oktopos.connect_timeout_seconds: must be longer than nothing and shorter than oktopos.total_timeout_seconds"
    )]
    Timeouts,
    /// The proxy cannot be used.
    #[error("oktopos.proxy: {0}")]
    Proxy(&'static str),
    /// TLS cannot be set up on this machine.
    #[error("TLS: {0}; install this system's CA certificates (package ca-certificates)")]
    Tls(String),
    /// The HTTP library refused the settings.
    #[error("oktopos: {0}")]
    Library(String),
}

/// One endpoint, ready to be called.
#[derive(Debug, Clone)]
pub(super) struct EndpointUrl {
    /// The path as configured, for messages.
    pub path: String,
    /// The setting that holds it.
    pub setting: &'static str,
    /// Where the call goes; always the base URL's own scheme, host and port.
    pub url: Url,
}

/// Every endpoint.
#[derive(Debug, Clone)]
pub(super) struct Endpoints {
    pub create: EndpointUrl,
    pub ready: EndpointUrl,
    pub status: EndpointUrl,
    pub articles: EndpointUrl,
    pub customers: EndpointUrl,
    pub units: EndpointUrl,
    pub channels: EndpointUrl,
}

/// Settings that passed the check.
pub(super) struct Checked {
    /// The base URL without a slash at its end.
    pub base: String,
    /// Whether the calls are encrypted.
    pub encrypted: bool,
    pub header: HeaderName,
    /// Marked sensitive: `Debug` leaves it out.
    pub key: HeaderValue,
    pub endpoints: Endpoints,
}

impl fmt::Debug for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checked").field("base", &self.base).finish_non_exhaustive()
    }
}

/// Checks the settings as a whole, before anything is sent.
pub(super) fn check(settings: &ClientSettings) -> Result<Checked, ClientError> {
    let encrypted = check_base(&settings.base_url)?;
    if settings.connect_timeout.is_zero() || settings.connect_timeout >= settings.total_timeout {
        return Err(ClientError::Timeouts);
    }
    if let Some(proxy) = &settings.proxy {
        check_proxy(proxy)?;
    }
    Ok(Checked {
        base: settings.base_url.as_str().trim_end_matches('/').to_owned(),
        encrypted,
        header: check_header(&settings.header)?,
        key: check_key(&settings.key)?,
        endpoints: endpoints(&settings.base_url, &settings.paths)?,
    })
}

/// Whether the base URL is encrypted, or why it cannot be used.
fn check_base(url: &Url) -> Result<bool, ClientError> {
    let fail = |problem| Err(ClientError::BaseUrl(problem));
    if !url.username().is_empty() || url.password().is_some() {
        return fail("must hold no user name or password; the key goes into OKTODESK_API_KEY or api_key_file");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return fail("must end with its path, without ? or #");
    }
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => Ok(true),
        ("http", Some(Host::Ipv4(address))) if address.is_loopback() => Ok(false),
        ("http", Some(Host::Ipv6(address))) if address.is_loopback() => Ok(false),
        ("http", Some(_)) => fail("must begin with https://; http:// is for 127.0.0.1 and [::1] alone"),
        _ => fail("must be of the form https://<instance>/v1"),
    }
}

fn check_proxy(url: &Url) -> Result<(), ClientError> {
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(ClientError::Proxy("must be of the form http://<host>:<port>"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ClientError::Proxy("must hold no user name or password"));
    }
    Ok(())
}

fn check_header(name: &str) -> Result<HeaderName, ClientError> {
    const TAKEN: [&str; 10] = [
        "host",
        "connection",
        "content-length",
        "content-type",
        "transfer-encoding",
        "accept",
        "accept-encoding",
        "user-agent",
        "te",
        "upgrade",
    ];
    let name = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| ClientError::Header("is no name of an HTTP header; OktoPOS uses X-API-KEY"))?;
    if TAKEN.contains(&name.as_str()) {
        return Err(ClientError::Header("is used by HTTP itself; OktoPOS uses X-API-KEY"));
    }
    Ok(name)
}

fn check_key(key: &SecretString) -> Result<HeaderValue, ClientError> {
    let key = key.expose_secret();
    if key.is_empty() {
        return Err(ClientError::Key("is empty"));
    }
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ClientError::Key("holds a space, a line end or a character that is not ASCII"));
    }
    let mut value = HeaderValue::from_str(key).map_err(|_| ClientError::Key("cannot be sent in a header"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn endpoints(base: &Url, paths: &Paths) -> Result<Endpoints, ClientError> {
    let Paths { create, ready, status, articles, customers, units, channels } = paths;
    Ok(Endpoints {
        create: endpoint(base, create, "oktopos.paths.create")?,
        ready: endpoint(base, ready, "oktopos.paths.ready")?,
        status: endpoint(base, status, "oktopos.paths.status")?,
        articles: endpoint(base, articles, "oktopos.paths.articles")?,
        customers: endpoint(base, customers, "oktopos.paths.customers")?,
        units: endpoint(base, units, "oktopos.paths.units")?,
        channels: endpoint(base, channels, "oktopos.paths.channels")?,
    })
}

/// Appends a path to the base URL. Never joins: a joined path could name another host, and the key would go there.
fn endpoint(base: &Url, path: &str, setting: &'static str) -> Result<EndpointUrl, ClientError> {
    let fail = |problem| Err(ClientError::Path { setting, problem });
    let relative = path.trim_matches('/');
    if relative.is_empty() {
        return fail("is empty");
    }
    if relative.contains(['?', '#', '\\', '%']) || relative.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return fail("must be a plain path, without ?, #, %, \\ or spaces");
    }
    if relative.contains("//") || relative.split('/').any(|segment| matches!(segment, "." | "..")) {
        return fail("must be relative to oktopos.base_url, like order/create");
    }
    let mut url = base.clone();
    url.set_path(&format!("{}/{relative}", base.path().trim_end_matches('/')));
    Ok(EndpointUrl { path: relative.to_owned(), setting, url })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const KEY: &str = "s3cret-Key";

    fn settings(base: &str) -> ClientSettings {
        ClientSettings::new(Url::parse(base).unwrap(), SecretString::from(KEY))
    }

    #[rstest]
    #[case("https://shop.example/v1", true)]
    #[case("https://127.0.0.1/v1", true)]
    #[case("http://127.0.0.1:8080/v1", false)]
    #[case("http://127.200.3.4/v1", false)]
    #[case("http://[::1]:9/v1", false)]
    fn encrypted_or_loopback(#[case] base: &str, #[case] encrypted: bool) {
        assert_eq!(check(&settings(base)).unwrap().encrypted, encrypted);
    }

    #[rstest]
    #[case("http://shop.example/v1")]
    #[case("http://localhost:8080/v1")]
    #[case("http://127.0.0.1.shop.example/v1")]
    #[case("http://[::ffff:127.0.0.1]/v1")]
    #[case("http://10.0.0.1/v1")]
    #[case("ftp://127.0.0.1/v1")]
    #[case("https://user@shop.example/v1")]
    #[case("https://:word@shop.example/v1")]
    #[case("https://shop.example/v1?x=1")]
    #[case("https://shop.example/v1#x")]
    fn other_base_urls_are_refused(#[case] base: &str) {
        let error = check(&settings(base)).unwrap_err();
        assert!(matches!(error, ClientError::BaseUrl(_)), "{error:?}");
        assert!(error.to_string().starts_with("oktopos.base_url: "));
    }

    #[test]
    fn calls_stay_below_the_base_url() {
        for base in ["https://shop.example/v1", "https://shop.example/v1/"] {
            let checked = check(&settings(base)).unwrap();
            assert_eq!(checked.base, "https://shop.example/v1");
            assert_eq!(checked.endpoints.create.url.as_str(), "https://shop.example/v1/order/create");
        }
        let checked = check(&settings("https://shop.example")).unwrap();
        assert_eq!(checked.base, "https://shop.example");
        assert_eq!(checked.endpoints.ready.url.as_str(), "https://shop.example/order/ready");
    }

    #[rstest]
    #[case("")]
    #[case("/")]
    #[case("https://elsewhere.example/x")]
    #[case("a//b")]
    #[case("../admin")]
    #[case("order/../../admin")]
    #[case("%2e%2e/admin")]
    #[case("order/create?x=1")]
    #[case("order\\create")]
    #[case("order create")]
    fn paths_cannot_leave_it(#[case] path: &str) {
        let mut settings = settings("https://shop.example/v1");
        settings.paths.status = path.to_owned();
        let error = check(&settings).unwrap_err();
        assert!(error.to_string().starts_with("oktopos.paths.status: "), "{error}");
    }

    #[rstest]
    #[case("")]
    #[case("with space")]
    #[case("line\nend")]
    #[case("schlüssel")]
    fn keys_that_cannot_be_sent(#[case] key: &str) {
        let mut settings = settings("https://shop.example/v1");
        settings.key = SecretString::from(key);
        let error = check(&settings).unwrap_err();
        assert!(matches!(error, ClientError::Key(_)));
        assert!(key.is_empty() || !error.to_string().contains(key));
    }

    #[rstest]
    #[case("X API KEY")]
    #[case("")]
    #[case("Host")]
    #[case("content-length")]
    fn headers_that_cannot_be_used(#[case] header: &str) {
        let mut settings = settings("https://shop.example/v1");
        settings.header = header.to_owned();
        assert!(matches!(check(&settings).unwrap_err(), ClientError::Header(_)));
    }

    #[test]
    fn timeouts_and_proxy_are_checked() {
        let mut with = settings("https://shop.example/v1");
        with.connect_timeout = with.total_timeout;
        assert_eq!(check(&with).unwrap_err(), ClientError::Timeouts);
        let mut with = settings("https://shop.example/v1");
        with.proxy = Some(Url::parse("socks5://127.0.0.1:1080").unwrap());
        assert!(matches!(check(&with).unwrap_err(), ClientError::Proxy(_)));
        with.proxy = Some(Url::parse("http://someone:word@127.0.0.1:1080").unwrap());
        assert!(!check(&with).unwrap_err().to_string().contains("word@"));
    }

    #[test]
    fn the_key_is_in_no_debug_text() {
        let settings = settings("https://shop.example/v1");
        let checked = check(&settings).unwrap();
        for text in [format!("{settings:?}"), format!("{checked:?}"), format!("{:?}", checked.key)] {
            assert!(!text.contains(KEY), "{text}");
        }
    }
}
