//! An OktoPOS Manager of our own, on loopback only: order, article and customer API for the demo, the tests and anyone
//! who integrates with OktoPOS. Stricter than the vendor's, keeps nothing on disk but its request log, and uses nothing
//! of the desk.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use tokio::{net::TcpListener, sync::watch, task::JoinSet};

mod error;
mod faults;
mod http;
mod options;
mod shared;
mod shop;
mod validation;
mod world;

use http::{routes, server};
use shared::Shared;

pub use error::SandboxError;
pub use faults::{FaultPlan, FaultPlanError, Route};
pub use options::{DEFAULT_KEY, RepeatedOrder, SandboxClock, SandboxOptions};
pub use shop::catalog::menu;
pub use world::{Attempt, OrderSource, ReceivedOrder, Snapshot, StatusSet};

/// A running sandbox. Dropping it stops it; `shutdown` also waits until it has stopped.
pub struct Sandbox {
    shared: Arc<Shared>,
    address: SocketAddr,
    stop: watch::Sender<()>,
    tasks: JoinSet<()>,
}

/// Starts a sandbox on 127.0.0.1. It answers as soon as this returns.
pub async fn start(options: SandboxOptions) -> Result<Sandbox, SandboxError> {
    let port = options.port;
    let refused = |error: std::io::Error| SandboxError::Bind { port, reason: error.to_string() };
    let shared = Arc::new(Shared::new(options)?);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let (stop, stopped) = watch::channel(());
    let mut tasks = JoinSet::new();
    tasks.spawn(server::serve(listener, routes::router(shared.clone()), stopped.clone()));
    if let Some(every) = shared.options.web_shop {
        tasks.spawn(server::web_shop(shared.clone(), every, stopped));
    }
    Ok(Sandbox { shared, address, stop, tasks })
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Sandbox {
    /// `http://127.0.0.1:PORT/v1`
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Where it listens; always on 127.0.0.1.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it has received so far: a copy.
    pub fn world(&self) -> Snapshot {
        self.shared.world().snapshot()
    }

    /// Replaces the faults from the next request on; their counts begin anew.
    pub fn set_faults(&self, plan: FaultPlan) {
        self.shared.set_faults(plan);
    }

    /// Lets an order of the made-up web shop arrive now and returns its `internalId`; `None` when the sandbox is full.
    pub fn add_web_shop_order(&self) -> Option<i64> {
        self.shared.web_shop_order()
    }

    /// Remembers an order of an earlier run, under the `internalId` it was given then, with the status it had. Its id must
    /// lie before `SandboxOptions::first_internal_id`, or it is not taken.
    pub fn restore(&self, internal_id: i64, order: serde_json::Value, status: &str) {
        let now = self.shared.options.clock.now();
        self.shared.world().restore(internal_id, order, status, now);
    }

    /// Closes the port and every connection, and waits until that is done.
    pub async fn shutdown(self) {
        let Self { stop, mut tasks, .. } = self;
        drop(stop);
        while let Some(ended) = tasks.join_next().await {
            server::report_panic(ended);
        }
    }
}
