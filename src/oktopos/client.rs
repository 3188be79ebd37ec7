//! One request out, one answer in, bounded in time and size. Never repeats, redirects or uses the environment's proxy.
//!
//! Two connection pools: reading calls keep their connections, writing calls open a new one each. A kept connection may
//! have been closed by the server meanwhile, and a request lost on it would be neither sent nor not sent. On a new
//! connection nothing in the HTTP library may send a request a second time.

use std::{error::Error, fmt, io, time::Duration};

use async_trait::async_trait;
use reqwest::{
    Body, Client, ClientBuilder, Proxy, RequestBuilder, Response,
    header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
    redirect,
};
use url::Url;

use super::{
    endpoints::{articles, customers, order_create, order_ready, order_status, vocabulary},
    halves::Halves,
    outcome::HttpAnswer,
    redact::Redactor,
    settings::{self, ClientError, ClientSettings, Endpoints},
    tls,
};
use crate::{
    chaos::{self, Bug},
    domain::{
        order::{Customer, DistributionChannel},
        shop::article::Article,
        value::{ids::InternalId, reason::Reason, text::Clean},
    },
    ports::{
        Pos, PosError,
        pos::{ReadyOrder, StatusChange, Vocabulary},
    },
};

/// How long a reading connection is kept; servers close theirs after 5 to 75 seconds.
const POOL_IDLE: Duration = Duration::from_secs(20);

/// An OktoPOS instance over HTTP.
pub struct OktoPos {
    reading: Client,
    writing: Client,
    base: String,
    header: HeaderName,
    key: HeaderValue,
    redactor: Redactor,
    max_body: usize,
    pub(super) endpoints: Endpoints,
}

impl OktoPos {
    /// A client for an instance. Sends nothing yet.
    ///
    /// With an `https` base URL this reads the machine's CA certificates, which takes some milliseconds.
    ///
    /// # Errors
    /// The settings cannot be used; the error says which one mends it.
    pub fn new(settings: ClientSettings) -> Result<Self, ClientError> {
        let checked = settings::check(&settings)?;
        let tls = tls::config(checked.encrypted).map_err(|error| ClientError::Tls(error.to_string()))?;
        let library = |error: reqwest::Error| ClientError::Library(format!("{error} ({})", chain(&error)));
        // A proxy would see the key of a plain call.
        let proxy = match settings.proxy.as_ref().filter(|_| checked.encrypted) {
            Some(url) => Some(Proxy::all(url.as_str()).map_err(library)?),
            None => None,
        };
        let build = |idle| builder(&settings, tls.clone(), proxy.clone()).pool_max_idle_per_host(idle).build();
        Ok(Self {
            reading: build(2).map_err(library)?,
            writing: build(0).map_err(library)?,
            base: checked.base,
            header: checked.header,
            redactor: Redactor::new(&checked.key),
            key: checked.key,
            max_body: settings.max_body,
            endpoints: checked.endpoints,
        })
    }

    /// The distribution channels this instance knows.
    ///
    /// # Errors
    /// As every call of `Pos`.
    pub async fn distribution_channels(&self) -> Result<Vec<DistributionChannel>, PosError> {
        articles::channels(self).await
    }

    /// Reads; may use a kept connection.
    pub(super) async fn get(&self, url: &Url) -> Result<HttpAnswer, NoAnswer> {
        self.exchange(self.reading.get(url.clone())).await
    }

    /// Asks for something with a body, changing nothing; may use a kept connection.
    pub(super) async fn ask(&self, url: &Url, body: String) -> Result<HttpAnswer, NoAnswer> {
        self.exchange(json(self.reading.post(url.clone()), body)).await
    }

    /// Changes something: on a new connection, at most once.
    pub(super) async fn tell(&self, url: &Url, body: String) -> Result<HttpAnswer, NoAnswer> {
        chaos::point("connect.before");
        // A body that can be stopped half way is another one on the wire: only where a test crashes the program.
        let body: Body = if chaos::armed() { Body::wrap(Halves::new(body)) } else { body.into() };
        self.exchange(json(self.writing.post(url.clone()), body)).await
    }

    async fn exchange(&self, request: RequestBuilder) -> Result<HttpAnswer, NoAnswer> {
        let request = request.header(self.header.clone(), self.key.clone());
        let mut response = request.send().await.map_err(|error| NoAnswer::new(&error))?;
        chaos::point("answer.head");
        let body = self.body(&mut response).await.map(|body| self.redactor.body(body));
        chaos::point("answer.body");
        self.redactor.headers(response.headers_mut());
        Ok(HttpAnswer { code: response.status().as_u16(), headers: std::mem::take(response.headers_mut()), body })
    }

    /// Reads the body chunk by chunk and stops when it is too long, whatever its headers promised.
    async fn body(&self, response: &mut Response) -> Result<Vec<u8>, Clean> {
        let too_long = || Clean::new(&format!("the answer is longer than {} bytes", self.max_body));
        if response.content_length().is_some_and(|length| length > self.max_body as u64) {
            return Err(too_long());
        }
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(None) => return Ok(body),
                Ok(Some(chunk)) if chunk.len() > self.max_body - body.len() => return Err(too_long()),
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Err(error) if error.is_timeout() => return Err(Clean::new(Reason::AnswerSlow.sentence())),
                Err(error) => {
                    return Err(Clean::new(&format!("{} ({})", Reason::AnswerBroke.sentence(), chain(&error))));
                }
            }
        }
    }
}

impl fmt::Debug for OktoPos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OktoPos").field("base", &self.base).finish_non_exhaustive()
    }
}

fn builder(settings: &ClientSettings, tls: rustls::ClientConfig, proxy: Option<Proxy>) -> ClientBuilder {
    let headers = [
        (ACCEPT, HeaderValue::from_static("application/json")),
        (ACCEPT_ENCODING, HeaderValue::from_static("identity")),
    ];
    let builder = Client::builder()
        .user_agent(concat!("oktodesk/", env!("CARGO_PKG_VERSION")))
        .default_headers(HeaderMap::from_iter(headers))
        .redirect(if chaos::planted(Bug::FollowRedirects) {
            redirect::Policy::default()
        } else {
            redirect::Policy::none()
        })
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .connect_timeout(settings.connect_timeout)
        .timeout(settings.total_timeout)
        .pool_idle_timeout(POOL_IDLE)
        .tls_backend_preconfigured(tls);
    match proxy {
        Some(proxy) => builder.proxy(proxy),
        None => builder,
    }
}

fn json(request: RequestBuilder, body: impl Into<Body>) -> RequestBuilder {
    request.header(CONTENT_TYPE, "application/json; charset=utf-8").body(body)
}

/// A call without an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoAnswer {
    /// Whether a byte of the request may have left.
    pub sent: bool,
    /// What was seen, cleaned. Never holds the key.
    pub reason: Clean,
}

impl NoAnswer {
    /// The library reports as connect errors only what happens before a connection is handed to a request: name lookup,
    /// connecting, proxy, TLS, and their timeout. Everything later may have left.
    fn new(error: &reqwest::Error) -> Self {
        let sent = !(error.is_connect() || error.is_builder());
        let what = match (sent, error) {
            (true, error) if error.is_timeout() => Reason::NoAnswer,
            (true, _) => Reason::Broke,
            (false, error) if error.is_dns() => Reason::NameNotFound,
            (false, error) if error.is_timeout() => Reason::ConnectTimeout,
            (false, error) if is_tls(error) => Reason::Tls,
            (false, error) if is_refused(error) => Reason::Refused,
            (false, _) => Reason::NoConnection,
        };
        Self { sent, reason: Clean::new(&format!("{} ({})", what.sentence(), chain(error))) }
    }
}

impl From<NoAnswer> for PosError {
    fn from(NoAnswer { sent, reason }: NoAnswer) -> Self {
        if sent { Self::Unknown { reason } } else { Self::NotSent { reason } }
    }
}

/// The causes of an error, innermost first and at most three.
///
/// Not the error itself: it only says that a request failed and names its URL, which may hold a phone number.
fn chain(error: &reqwest::Error) -> Clean {
    let mut texts: Vec<String> = Vec::new();
    // "client error (Connect)" is said by `NoAnswer` in plainer words.
    for text in causes(error).map(ToString::to_string).filter(|text| !text.starts_with("client error (")) {
        if !texts.iter().any(|known| known.contains(&text)) {
            texts.retain(|known| !text.contains(known.as_str()));
            texts.push(text);
        }
    }
    let texts: Vec<String> = texts.into_iter().rev().take(3).collect();
    Clean::bounded(&texts.join("; "), 200)
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |cause: &&(dyn Error + 'static)| {
        let cause: &(dyn Error + 'static) = *cause;
        cause.source()
    })
    .take(16)
}

fn io_causes(error: &reqwest::Error) -> impl Iterator<Item = &io::Error> {
    causes(error).filter_map(|cause| cause.downcast_ref())
}

fn is_tls(error: &reqwest::Error) -> bool {
    io_causes(error).any(holds_tls)
}

/// An I/O error does not name the error inside it as its source, and may hold another I/O error.
fn holds_tls(error: &io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(|inner| inner.is::<rustls::Error>() || inner.downcast_ref::<io::Error>().is_some_and(holds_tls))
}

fn is_refused(error: &reqwest::Error) -> bool {
    io_causes(error).any(|io| io.kind() == io::ErrorKind::ConnectionRefused)
}

#[async_trait]
impl Pos for OktoPos {
    async fn create_order(&self, body: &str) -> Result<InternalId, PosError> {
        order_create::call(self, body).await.map_err(|error| self.redactor.error(error))
    }

    async fn ready_orders(&self) -> Result<Vec<ReadyOrder>, PosError> {
        order_ready::call(self).await.map_err(|error| self.redactor.error(error))
    }

    async fn set_status(&self, change: &StatusChange) -> Result<(), PosError> {
        order_status::call(self, change).await.map_err(|error| self.redactor.error(error))
    }

    async fn vocabulary(&self) -> Result<Vocabulary, PosError> {
        vocabulary::call(self).await.map_err(|error| self.redactor.error(error))
    }

    async fn articles(&self, page: u32, page_size: u32, words: &Vocabulary) -> Result<Vec<Article>, PosError> {
        articles::call(self, page, page_size, words).await.map_err(|error| self.redactor.error(error))
    }

    async fn customers_by_phone(&self, number: &str) -> Result<Vec<Customer>, PosError> {
        customers::call(self, number).await.map_err(|error| self.redactor.error(error))
    }

    fn base_url(&self) -> &str {
        &self.base
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use reqwest::dns::{Name, Resolve, Resolving};
    use secrecy::SecretString;

    use super::*;

    /// A name server that answers wrongly or never.
    struct NameServer {
        answers: bool,
    }

    impl Resolve for NameServer {
        fn resolve(&self, _: Name) -> Resolving {
            let answers = self.answers;
            Box::pin(async move {
                if !answers {
                    std::future::pending::<()>().await;
                }
                Err("no such name".into())
            })
        }
    }

    fn client(answers: bool) -> OktoPos {
        let settings = ClientSettings {
            connect_timeout: Duration::from_millis(200),
            ..ClientSettings::new(Url::parse("https://shop.example/v1").unwrap(), SecretString::from("k"))
        };
        let tls = tls::config(true).unwrap();
        let build = || {
            let builder = builder(&settings, tls.clone(), None).dns_resolver(Arc::new(NameServer { answers }));
            builder.build().unwrap()
        };
        OktoPos { reading: build(), writing: build(), ..OktoPos::new(settings.clone()).unwrap() }
    }

    #[tokio::test]
    async fn a_name_lookup_that_fails_or_never_ends_has_sent_nothing() {
        for (answers, words) in [(true, "the name was not found"), (false, "no connection in time")] {
            let pos = client(answers);
            for error in [pos.create_order("{}").await.unwrap_err(), pos.ready_orders().await.unwrap_err()] {
                assert!(matches!(&error, PosError::NotSent { reason } if reason.contains(words)), "{error:?}");
            }
        }
    }
}
