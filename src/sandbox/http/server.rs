//! Accepts connections and serves them. Unlike axum's own loop it can hang up instead of answering, and it ends every
//! connection when it ends.

use std::{convert::Infallible, error::Error, fmt, sync::Arc, time::Duration};

use axum::{Router, body::Body, response::Response};
use hyper::{Request, body::Incoming, server::conn::http1, service::Service};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinError, JoinSet},
    time::{Instant, MissedTickBehavior, interval_at, sleep},
};

use super::gate::HangUp;
use crate::sandbox::{shared::Shared, shop::web_shop};

/// Further clients wait in the operating system's queue.
const MAX_CONNECTIONS: usize = 256;

/// A client has to send the head of a request within this time; an idle connection is closed after it.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);

/// Serves until the sender of `stop` is gone, then closes every connection.
pub(in crate::sandbox) async fn serve(listener: TcpListener, router: Router, mut stop: watch::Receiver<()>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = stop.changed() => break,
            Some(ended) = connections.join_next() => report_panic(ended),
            accepted = listener.accept(), if connections.len() < MAX_CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, router.clone()));
                }
                // Out of descriptors, or the client is gone already: give the machine a moment.
                Err(error) => {
                    tracing::warn!(%error, "the sandbox cannot accept a connection");
                    sleep(Duration::from_millis(20)).await;
                }
            },
        }
    }
    connections.shutdown().await;
}

/// Lets orders of the web shop arrive until the sender of `stop` is gone.
pub(in crate::sandbox) async fn web_shop(shared: Arc<Shared>, every: Duration, mut stop: watch::Receiver<()>) {
    let every = every.max(Duration::from_millis(10));
    let mut ticks = interval_at(Instant::now() + web_shop::first_after(every), every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            _ = ticks.tick() => {}
        }
        if shared.open_web_shop_orders() < web_shop::MAX_OPEN && shared.web_shop_order().is_none() {
            tracing::warn!("the sandbox takes no more orders of its web shop");
            return;
        }
    }
}

/// Says what no task may keep to itself.
pub(in crate::sandbox) fn report_panic(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "a task of the sandbox panicked");
    }
}

async fn connection(stream: TcpStream, router: Router) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection of the sandbox stays with delays");
    }
    // half_close: a client that gives up does not stop the handling of what it has sent, as with a real server.
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .half_close(true)
        .serve_connection(TokioIo::new(stream), OrHangUp(TowerToHyperService::new(router)))
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection of the sandbox ended");
    }
}

/// The router, except that an answer marked with `HangUp` becomes an error, at which hyper closes the connection.
#[derive(Clone)]
struct OrHangUp(TowerToHyperService<Router>);

impl Service<Request<Incoming>> for OrHangUp {
    type Response = Response;
    type Error = HungUp;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Response, HungUp>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let answer = self.0.call(request.map(Body::new));
        Box::pin(async move {
            let response = answer.await.unwrap_or_else(|never: Infallible| match never {});
            if response.extensions().get::<HangUp>().is_some() { Err(HungUp) } else { Ok(response) }
        })
    }
}

/// Why a connection was closed without an answer.
#[derive(Debug)]
struct HungUp;

impl fmt::Display for HungUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("hung up on purpose")
    }
}

impl Error for HungUp {}
