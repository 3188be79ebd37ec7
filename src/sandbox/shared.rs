//! What every request of one sandbox shares. Holds the locks; none is held across an await.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use axum::response::Response;
use jiff::tz::TimeZone;
use secrecy::ExposeSecret;

use super::{
    error::SandboxError,
    faults::{FaultPlan, Faults},
    http::{
        envelope::ErrorAnswer,
        log::{Entry, RequestLog},
    },
    options::SandboxOptions,
    shop::{callers::Callers, catalog::Assortment, web_shop::WebShop},
    world::{OrderSource, World},
};

/// One sandbox behind its listener.
pub(super) struct Shared {
    pub(super) options: SandboxOptions,
    pub(super) catalog: Assortment,
    pub(super) callers: Callers,
    zone: TimeZone,
    world: Mutex<World>,
    faults: Mutex<Faults>,
    log: Option<RequestLog>,
    log_failed: AtomicBool,
}

impl Shared {
    /// Reads the assets and opens the log.
    pub(super) fn new(options: SandboxOptions) -> Result<Self, SandboxError> {
        if options.key.expose_secret().is_empty() {
            return Err(SandboxError::EmptyKey);
        }
        let zone = TimeZone::get(&options.time_zone).map_err(|_| SandboxError::TimeZone(options.time_zone.clone()))?;
        let open = |path: &std::path::PathBuf| {
            RequestLog::open(path).map_err(|error| SandboxError::Log { path: path.clone(), reason: error.to_string() })
        };
        Ok(Self {
            catalog: Assortment::load(options.articles.unwrap_or(0), options.channel_base)?,
            callers: Callers::load()?,
            zone,
            world: Mutex::new(
                World::new(options.repeated, options.ready_internal_id).starting_at(options.first_internal_id),
            ),
            faults: Mutex::new(Faults::new(options.faults.clone())),
            log: options.log.as_ref().map(open).transpose()?,
            log_failed: AtomicBool::new(false),
            options,
        })
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_faults(&self, plan: FaultPlan) {
        *self.faults() = Faults::new(plan);
    }

    /// Whether this is the key; without any there is none that fits.
    pub(super) fn key_fits(&self, key: Option<&[u8]>) -> bool {
        key == Some(self.options.key.expose_secret().as_bytes())
    }

    pub(super) fn answer(&self, result: Result<Response, ErrorAnswer>) -> Response {
        result.unwrap_or_else(|refusal| refusal.into_response(self.options.clock.now()))
    }

    /// Writes a line of the log. A log that cannot be written is said once and does not stop the sandbox.
    pub(super) fn log(&self, entry: &Entry<'_>) {
        let Some(log) = &self.log else { return };
        if let Err(error) = log.write(entry)
            && !self.log_failed.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(%error, "the sandbox's request log cannot be written");
        }
    }

    /// Takes the next order of the web shop and returns its `internalId`; `None` when the sandbox is full.
    pub(super) fn web_shop_order(&self) -> Option<i64> {
        let options = &self.options;
        let shop = WebShop {
            catalog: &self.catalog,
            currency: &options.currency,
            zone_name: &options.time_zone,
            zone: &self.zone,
            status: &options.ready_status,
        };
        let now = options.clock.now();
        let mut world = self.world();
        let order = serde_json::to_value(shop.order(world.web_shop_orders() + 1, now)).ok()?;
        let raw: Arc<str> = order.to_string().into();
        world.create(order, raw, OrderSource::WebShop, now).ok()
    }

    /// How many of the web shop's orders wait.
    pub(super) fn open_web_shop_orders(&self) -> usize {
        self.world().open_web_shop_orders(&self.options.ready_status)
    }
}
