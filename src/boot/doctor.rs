//! Examines everything the desk needs, from the settings to the wire. Changes nothing at OktoPOS and never shows the key.

mod paths;

use std::{collections::HashMap, io::IsTerminal, sync::Arc};

use jiff::SignedDuration;

use super::{
    clock::{SystemClock, UuidIds},
    environment::Environment,
    setup::{Open, Setup},
};
use crate::{
    cli::{
        args::{Args, DoctorArgs},
        common::{context::Failure, exit::Exit},
        doctor::{Finding, Health},
    },
    config::KeySource,
    desk::{
        catalog::search::Catalog,
        event::Halt,
        send::{
            outbox::RepeatedOrderId,
            repeat_probe::{self, Repeated},
        },
    },
    domain::{
        shop::{article::Article, channels::KnownChannels},
        value::reason::demands_pickup,
    },
    i18n::Texts,
    journal::lock::FileLock,
    oktopos::{Found, OktoPos, PathProbe},
    ports::{Clock, Ids, Journal, Pos, SenderLock, journal::OrderFilter},
    words,
};

/// A clock that is further off makes orders look late or early.
const CLOCK_LIMIT: SignedDuration = SignedDuration::from_secs(60);

/// The smallest screen the desk is made for.
const SCREEN: (u16, u16) = (80, 24);

/// Longest time tmux may wait behind an Esc, in milliseconds: the desk waits for 25 more.
const ESCAPE_TIME: u64 = 50;

/// Everything that was found.
pub(super) async fn examine(environment: &Environment, args: &Args, wanted: DoctorArgs, texts: &Texts) -> Vec<Finding> {
    let mut report = Report { texts, findings: Vec::new() };
    match Setup::read(environment, args) {
        Err(failure) => report.failed("config", &failure),
        Ok(setup) => {
            let file = setup.config_file.display().to_string();
            let key = if setup.config_file.exists() { "doctor.config" } else { "doctor.no_config" };
            report.ok("config", texts.fill(key, &[("path", &file)]));
            let open = report.journal(&setup, environment).await;
            report.menu(&setup, environment, open.as_ref()).await;
            if let Some(client) = report.client(&setup, environment) {
                report.server(&client).await;
                report.busy(&client, &setup);
                report.pickup(&client, open.as_ref()).await;
                report.channels(&client, &setup, open.as_ref()).await;
                if wanted.probe {
                    report.probe(&client, &setup, wanted.yes).await;
                }
            }
            if let Some(Err(failure)) = close(open).await {
                report.failed("journal", &failure);
            }
        }
    }
    report.terminal(environment);
    report.findings
}

/// What was found at each path of OktoPOS.
pub(super) fn probe_findings(probes: &[PathProbe], texts: &Texts) -> Vec<Finding> {
    let (mut connected, mut findings) = (false, Vec::new());
    // Seven paths are not wrong at once: it is the address before them.
    let nothing = |found: &Found| matches!(found, Found::Missing { code: 404, .. } | Found::Unclear { .. });
    let change =
        if probes.iter().all(|probe| nothing(&probe.found)) { "doctor.change_base" } else { "doctor.change_path" };
    for probe in probes {
        // Without a connection there is one thing to say, not seven.
        if matches!(probe.found, Found::Unreachable { .. }) && connected {
            continue;
        }
        connected |= matches!(probe.found, Found::Unreachable { .. });
        findings.push(paths::finding(texts, probe, probes, change));
    }
    findings
}

struct Report<'a> {
    texts: &'a Texts,
    findings: Vec<Finding>,
}

impl Report<'_> {
    fn add(&mut self, check: &'static str, result: Health, detail: String, remedy: Option<String>, exit: Exit) {
        self.findings.push(Finding { check, result, detail, remedy, exit });
    }

    fn ok(&mut self, check: &'static str, detail: String) {
        self.add(check, Health::Ok, detail, None, Exit::Done);
    }

    fn warn(&mut self, check: &'static str, detail: String, remedy: &str) {
        self.add(check, Health::Warn, detail, Some(remedy.to_owned()), Exit::Done);
    }

    fn failed(&mut self, check: &'static str, failure: &Failure) {
        self.add(check, Health::Fail, failure.words(self.texts), None, failure.exit());
    }

    /// The journal as far as it can be opened; whatever is wrong with it is told, and the rest is examined all the same.
    async fn journal(&mut self, setup: &Setup, environment: &Environment) -> Option<Open> {
        let (open, why) = match setup.open_to_examine(environment).await {
            Ok(opened) => opened,
            Err(failure) => {
                self.failed("journal", &failure);
                return None;
            }
        };
        if let Err(failure) = self.examine_journal(setup, &open, why.as_deref()).await {
            self.failed("journal", &failure);
        }
        Some(open)
    }

    /// `why` is why it can only be read, if it can.
    async fn examine_journal(&mut self, setup: &Setup, open: &Open, why: Option<&str>) -> Result<(), Failure> {
        let texts = self.texts;
        open.journal.check().await?;
        let state = open.desk.outbox_state().await?;
        let dir = setup.data_dir.display().to_string();
        let (waiting, needs) = (texts.count("count.waiting", state.waiting), state.needs_person);
        let detail = texts.fill("doctor.journal", &[("path", &dir), ("waiting", &waiting)]);
        if let Some(why) = why {
            let words = [("path", dir.as_str()), ("reason", why), ("waiting", &waiting)];
            let (detail, remedy) = (texts.fill("doctor.read_only", &words), texts.t("hint.journal_unwritable"));
            self.add("journal", Health::Fail, detail, Some(remedy.to_owned()), Exit::Unexpected);
        } else if needs > 0 {
            let needs = texts.count("count.needs_person", needs);
            self.warn("journal", format!("{detail} {needs}."), texts.t("doctor.look_at_orders"));
        } else {
            self.ok("journal", detail);
        }
        let now = open.desk.moment();
        if let Some(endpoint) = open.desk.refused_before().await? {
            let halt = Halt::KeyRefused { endpoint };
            self.warn("outbox", words::halt(&halt, &now, "", texts), texts.t("hint.key"));
        }
        if let Some(until) = open.desk.paused_until().await? {
            let halt = Halt::Throttled { until };
            self.warn("outbox", words::halt(&halt, &now, "", texts), texts.t("halt.try_now_command"));
        }
        self.sender(setup, open, why.is_none());
        let (articles, made) = open.desk.articles().await?;
        match made {
            Some(made) => {
                let age = texts.age(open.desk.clock().now().duration_since(made).as_secs());
                let count = texts.count("count.articles", articles.len());
                self.ok("catalog", texts.fill("doctor.catalog", &[("articles", &count), ("age", &age)]));
            }
            None => self.warn("catalog", texts.t("doctor.no_catalog").to_owned(), "oktodesk catalog sync"),
        }
        Ok(())
    }

    /// Who sends. Where nothing can be written the lock is not tried, because holding it clears what stands in its file.
    fn sender(&mut self, setup: &Setup, open: &Open, can_write: bool) {
        let texts = self.texts;
        let lock = FileLock::new(setup.data_dir.join("sender.lock"));
        let is_free = if can_write { lock.try_acquire() } else { Ok(lock.holder().is_none()) };
        match is_free {
            Ok(true) => self.ok("sender", texts.t("doctor.sender_free").to_owned()),
            Ok(false) => match lock.holder() {
                Some(holder) => {
                    let result = if holder.is_stopped { Health::Warn } else { Health::Ok };
                    let detail = words::sender(&holder, open.desk.clock().now(), texts);
                    self.add("sender", result, detail, None, Exit::Done);
                }
                None => self.ok("sender", texts.t("halt.other_sender").to_owned()),
            },
            Err(reason) => self.warn("sender", reason, texts.t("hint.journal_unwritable")),
        }
    }

    /// The menu file: whether it can be read, and whether the articles fulfil it. Without articles only the first.
    async fn menu(&mut self, setup: &Setup, environment: &Environment, open: Option<&Open>) {
        let texts = self.texts;
        let Some(path) = setup.menu_file(environment) else {
            return self.ok("menu", texts.t("doctor.no_menu").to_owned());
        };
        let menu = match setup.menu(environment) {
            Ok(menu) => menu,
            Err(failure) => return self.failed("menu", &failure),
        };
        let path = path.display().to_string();
        let articles = articles_of(open).await;
        if articles.is_empty() {
            return self.ok("menu", texts.fill("doctor.menu_unchecked", &[("path", &path)]));
        }
        let shop = &setup.config().shop;
        let menu = Arc::new(menu).for_articles(shop, &articles);
        let catalog = Catalog::with_menu(articles, &shop.extras_groups, None, menu, &HashMap::new());
        let faults = catalog.menu_faults();
        if faults.is_empty() {
            return self.ok("menu", texts.fill("doctor.menu", &[("path", &path)]));
        }
        for fault in &faults {
            self.warn("menu", words::menu_fault(fault, texts), &path);
        }
    }

    fn client(&mut self, setup: &Setup, environment: &Environment) -> Option<OktoPos> {
        let texts = self.texts;
        match setup.config().base_url() {
            Ok(url) => self.ok("address", url.to_owned()),
            Err(error) => self.failed("address", &error.into()),
        }
        let proxy = &setup.config().oktopos.proxy;
        if !proxy.is_empty() {
            self.ok("proxy", proxy.to_string());
        }
        let key = match setup.key(environment) {
            Ok((key, source)) => {
                let source = match source {
                    KeySource::Environment => crate::config::API_KEY_VARIABLE.to_owned(),
                    KeySource::File(path) => path.display().to_string(),
                };
                self.ok("key", texts.fill("doctor.key", &[("source", &source)]));
                key
            }
            Err(error) => {
                self.failed("key", &error.into());
                return None;
            }
        };
        setup.config().base_url().ok()?;
        setup.client(key).map_err(|failure| self.failed("tls", &failure)).ok()
    }

    async fn server(&mut self, client: &OktoPos) {
        let probes = client.probe(&SystemClock::new()).await;
        self.findings.extend(probe_findings(&probes, self.texts));
        match probes.iter().find_map(|probe| probe.clock_ahead) {
            Some(ahead) if ahead.abs() > CLOCK_LIMIT => {
                let secs = ahead.as_secs().to_string();
                let detail = self.texts.fill("doctor.clock_off", &[("secs", &secs)]);
                self.warn("clock", detail, self.texts.t("doctor.set_clock"));
            }
            Some(_) => self.ok("clock", self.texts.t("doctor.clock").to_owned()),
            None => {}
        }
    }

    /// What becomes of an order that OktoPOS is too busy for: with the setting it is sent again without anybody being asked.
    fn busy(&mut self, client: &OktoPos, setup: &Setup) {
        let key = if setup.config().oktopos.retry_503 { "doctor.busy_retried" } else { "doctor.busy_asked" };
        self.ok("busy", self.texts.fill(key, &[("url", client.base_url())]));
    }

    /// Whether the instance is one of those that want a pickup in every order: nothing but a refused order tells it.
    async fn pickup(&mut self, client: &OktoPos, open: Option<&Open>) {
        let Some(open) = open else { return };
        let filter = OrderFilter { delivery: Some("rejected".into()), ..OrderFilter::default() };
        // What cannot be read was said where the journal was examined.
        let refused = open.desk.orders(&filter).await.unwrap_or_default();
        if refused.iter().any(|row| row.delivery.reason().is_some_and(demands_pickup)) {
            let detail = self.texts.fill("doctor.demands_pickup", &[("url", client.base_url())]);
            self.warn("pickup", detail, self.texts.t("doctor.give_pickup"));
        }
    }

    /// The channels of the settings beside those that OktoPOS lists and that the desk's copy of the articles has prices in.
    async fn channels(&mut self, client: &OktoPos, setup: &Setup, open: Option<&Open>) {
        let texts = self.texts;
        // A failure was told with its path already.
        let listed = client.distribution_channels().await.unwrap_or_default();
        let articles = articles_of(open).await;
        let known = KnownChannels { listed, priced: KnownChannels::priced_in(&articles) };
        for finding in setup.config().shop.clone().resolve_channels(&known) {
            let detail = words::channels_detail(std::slice::from_ref(&finding), &known, texts).replace('\n', " ");
            let remedy = words::setting(&finding).unwrap_or_else(|| "[[shop.order_types]]".to_owned());
            self.warn("channels", detail, &remedy);
        }
    }

    /// What the instance does with a repeated `orderId`. Without a yes it only says what it would do, and where.
    async fn probe(&mut self, client: &OktoPos, setup: &Setup, yes: bool) {
        let texts = self.texts;
        let url = client.base_url();
        if !yes {
            let question = texts.fill("doctor.probe_question", &[("url", url)]);
            let remedy = Some("oktodesk doctor --probe --yes".to_owned());
            return self.add("probe", Health::Fail, question, remedy, Exit::Usage);
        }
        let order = repeat_probe::test_order(UuidIds.order_id(), &setup.config().shop, SystemClock::new().now());
        let body = match serde_json::to_string(&order) {
            Ok(body) => body,
            Err(error) => return self.add("probe", Health::Fail, error.to_string(), None, Exit::Unexpected),
        };
        let set = setup.config().oktopos.repeated_order_id;
        let found = repeat_probe::send_twice(client, &body).await;
        let (key, first, second, is_right) = match &found {
            Repeated::SameOrder { id } => ("same_order", id.to_string(), String::new(), RepeatedOrderId::SameOrder),
            Repeated::Conflict { id } => ("conflict", id.to_string(), String::new(), RepeatedOrderId::Conflict),
            Repeated::Doubled { first, second } => {
                ("doubled", first.to_string(), second.to_string(), RepeatedOrderId::Unknown)
            }
            Repeated::Unclear { id, reason } => {
                ("unclear", id.to_string(), reason.to_string(), RepeatedOrderId::Unknown)
            }
            Repeated::NotAccepted { reason } => {
                let detail = texts.fill("doctor.probe_failed", &[("url", url), ("reason", reason)]);
                let remedy = if demands_pickup(reason) { "doctor.give_pickup" } else { "doctor.look_there" };
                let remedy = Some(texts.t(remedy).to_owned());
                return self.add("probe", Health::Fail, detail, remedy, Exit::Unexpected);
            }
        };
        let words = [("url", url), ("first", first.as_str()), ("second", second.as_str())];
        let detail = texts.fill(&format!("doctor.probe_{key}"), &words);
        if set == is_right {
            return self.ok("probe", detail);
        }
        let remedy = format!("oktopos.repeated_order_id = \"{}\"", is_right.word());
        // Set to repeat and doubling is the one mistake that costs an order made twice.
        let health = if is_right == RepeatedOrderId::Unknown { Health::Fail } else { Health::Warn };
        let exit = if health == Health::Fail { Exit::Config } else { Exit::Done };
        self.add("probe", health, detail, Some(remedy), exit);
    }

    fn terminal(&mut self, environment: &Environment) {
        let texts = self.texts;
        let term = environment.term.as_deref().unwrap_or("-");
        let utf8 = environment.locale.to_lowercase().replace('-', "").contains("utf8");
        if !std::io::stdout().is_terminal() && !std::io::stderr().is_terminal() {
            return self.ok("terminal", texts.t("doctor.no_terminal").to_owned());
        }
        let (columns, rows) = crossterm::terminal::size().unwrap_or_default();
        let words = [("term", term), ("columns", &columns.to_string()), ("rows", &rows.to_string())];
        let detail = texts.fill("doctor.terminal", &words);
        if columns < SCREEN.0 || rows < SCREEN.1 {
            self.warn("terminal", detail, texts.t("doctor.larger"));
        } else if term == "dumb" || term == "-" {
            self.warn("terminal", detail, texts.t("doctor.other_term"));
        } else if !utf8 {
            self.warn("terminal", detail, texts.t("doctor.utf8"));
        } else if let Some(ms) = escape_time(environment).filter(|ms| *ms > ESCAPE_TIME) {
            self.warn("terminal", detail, &texts.fill("doctor.tmux", &[("ms", &ms.to_string())]));
        } else {
            self.ok("terminal", detail);
        }
    }
}

/// The articles of a journal that could be opened.
async fn articles_of(open: Option<&Open>) -> Vec<Arc<Article>> {
    let Some(open) = open else { return Vec::new() };
    open.desk.articles().await.map(|(articles, _)| articles).unwrap_or_default()
}

async fn close(open: Option<Open>) -> Option<Result<(), Failure>> {
    Some(open?.close().await)
}

/// How long tmux waits behind an Esc, in milliseconds, if it is there and says so.
fn escape_time(environment: &Environment) -> Option<u64> {
    if !environment.is_in_tmux {
        return None;
    }
    let asked = std::process::Command::new("tmux").args(["show-options", "-sv", "escape-time"]).output().ok()?;
    String::from_utf8(asked.stdout).ok()?.trim().parse().ok()
}
