//! From what the process was given to settings, and from settings to an open desk.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use secrecy::{ExposeSecret, SecretString};
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{
    clock::{SystemClock, UuidIds},
    environment::Environment,
    keys, log,
    offline::Offline,
    renewing::Renewing,
};
use crate::{
    chaos::{self, Bug},
    cli::{
        args::Args,
        common::{context::Failure, exit::Exit, out::say},
    },
    config::{self, Config, ConfigError, ConfigSources, Flag, KeySource, LoadedConfig},
    desk::{self, Desk, Ports, event::DeskEvent, guests::privacy::Keeping},
    domain::{
        shop::{Shop, TableRange, menu::Menu},
        value::reason::Reason,
    },
    i18n::{Lang, Texts},
    journal::{SqliteJournal, desks::DeskLocks, lock::FileLock},
    oktopos::{ClientSettings, OktoPos},
    ports::{Ids, JournalError, Pos, Stores},
    words,
};

/// Events that wait for the frontend; when they are full the sender waits.
const EVENTS: usize = 256;

/// Beyond the timeouts of a call: connecting anew, the journal, a busy machine.
const MARGIN: Duration = Duration::from_secs(5);

/// The settings and what belongs to them.
pub(super) struct Setup {
    pub loaded: LoadedConfig,
    pub texts: Arc<Texts>,
    pub data_dir: PathBuf,
    pub config_file: PathBuf,
    /// What the settings were read from.
    pub sources: ConfigSources,
}

impl Setup {
    /// Reads every layer of the settings.
    pub fn read(environment: &Environment, args: &Args) -> Result<Self, Failure> {
        let texts = Texts::load(environment.early_lang());
        let no_home = || Failure::said(Exit::Config, texts.t("error.config.no_home"));
        let file = args.config.clone().or_else(|| environment.config_file());
        let sources = ConfigSources {
            file: file.clone(),
            file_required: args.config.is_some() || environment.config.is_some(),
            env: environment.settings.clone(),
            flags: flags(args)?,
        };
        let loaded = Config::load(&sources)?;
        for name in &loaded.unknown_variables {
            say(texts.fill("config.unknown_variable", &[("name", name)]));
        }
        let configured = loaded.config.data_dir(environment.home());
        let of_platform = || environment.places.as_ref().map(|places| places.data_dir.clone());
        let data_dir = configured.or_else(of_platform).ok_or_else(no_home)?;
        let texts = Texts::load(loaded.config.lang(&environment.locale));
        keys::check(&loaded, &texts)?;
        Ok(Self { texts: Arc::new(texts), loaded, data_dir, config_file: file.unwrap_or_default(), sources })
    }

    /// The settings of the demo: the defaults, whatever stands in files and variables.
    pub fn of_demo(environment: &Environment, args: &Args) -> Result<Self, Failure> {
        let texts = Arc::new(Texts::load(environment.early_lang()));
        let mut loaded = Config::load(&ConfigSources::default())?;
        loaded.config.shop.tables = demo_tables();
        let of_platform = || environment.places.as_ref().map(|places| places.demo_dir.clone());
        let data_dir = match &args.data_dir {
            Some(dir) => Some(absolute(dir)?),
            None => of_platform(),
        };
        let data_dir = data_dir.ok_or_else(|| Failure::said(Exit::Config, texts.t("error.config.no_home")))?;
        Ok(Self { loaded, texts, data_dir, config_file: PathBuf::new(), sources: ConfigSources::default() })
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.loaded.config
    }

    /// The file of the shop's menu: the one that is named, else the one beside the configuration, if there is one.
    pub fn menu_file(&self, environment: &Environment) -> Option<PathBuf> {
        match self.config().desk.menu_file.as_str() {
            "" if self.config_file.as_os_str().is_empty() => None,
            "" => Some(self.config_file.with_file_name("menu.toml")).filter(|file| file.exists()),
            file => Some(config::home_path(file, environment.home())),
        }
    }

    /// The shop's menu; empty without a file.
    pub fn menu(&self, environment: &Environment) -> Result<Menu, Failure> {
        let Some(file) = self.menu_file(environment) else { return Ok(Menu::default()) };
        config::read_menu(&file)
            .map_err(|error| Failure::said(Exit::Config, words::menu_error(&error, &file, &self.texts)))
    }

    /// The shop as it is sold for: the settings, and the delivery areas of the file that is named, else of the one beside
    /// the configuration, if there is one.
    pub fn shop(&self, environment: &Environment) -> Result<Shop, Failure> {
        let mut shop = self.config().shop.clone();
        let file = match self.config().desk.areas_file.as_str() {
            "" => self.config_file.with_file_name("areas.toml"),
            file => config::home_path(file, environment.home()),
        };
        let is_named = !self.config().desk.areas_file.is_empty();
        if is_named || (!self.config_file.as_os_str().is_empty() && file.exists()) {
            shop.areas = config::read_areas(&file)
                .map_err(|error| Failure::said(Exit::Config, words::areas_error(&error, &file, &self.texts)))?;
        }
        Ok(shop)
    }

    /// The API key.
    pub fn key(&self, environment: &Environment) -> Result<(SecretString, KeySource), ConfigError> {
        key(self.config(), environment.home(), environment.api_key.as_ref())
    }

    /// The client to the configured OktoPOS.
    pub fn client(&self, key: SecretString) -> Result<OktoPos, Failure> {
        client(self.config(), key)
    }

    /// How long guests are kept, and which statuses end an order.
    fn keeping(&self) -> Keeping {
        let config = self.config();
        let last = config.shop.workflow.statuses.iter().filter(|rule| rule.last);
        Keeping {
            days: config.privacy.keep_customer_days,
            over: last.map(|rule| rule.token.clone()).collect(),
            country: config.shop.country.clone(),
        }
    }

    /// How long one order may take from its turn to its answer.
    pub fn patience(&self) -> Duration {
        let oktopos = &self.config().oktopos;
        Duration::from_secs(oktopos.connect_timeout_seconds + oktopos.total_timeout_seconds) + MARGIN
    }

    /// A desk that calls OktoPOS. `grace` is how long a call under way is waited for at the end.
    pub async fn open(&self, environment: &Environment, grace: Duration) -> Result<Open, Failure> {
        // Before the key: without an address the best key is of no use.
        self.config().base_url()?;
        let client = Renewing::new(self, environment)?;
        let open = self.open_with(Arc::new(client), grace).await?;
        if chaos::planted(Bug::KeyInLog) {
            let (key, _) = self.key(environment)?;
            tracing::info!(key = key.expose_secret(), "key");
        }
        Ok(open)
    }

    /// The same for a person at the screen: where nothing can be saved, what was saved can still be looked at.
    pub async fn open_desk(&self, environment: &Environment, grace: Duration) -> Result<Open, Failure> {
        self.config().base_url()?;
        let client = Renewing::new(self, environment)?;
        // Somebody who writes for long is waited for anew: a desk that only shows would stay one for the whole day.
        let is_passing = |why: &str| matches!(Reason::read(why), Some((Reason::Locked, _)));
        self.open_on(self.journal_to_read(environment, is_passing).await?, Arc::new(client), grace)
    }

    /// A desk that works on the journal alone.
    pub async fn open_offline(&self) -> Result<Open, Failure> {
        self.open_with(Arc::new(self.offline()), Duration::ZERO).await
    }

    /// The same for commands that only look: they work wherever the journal can be read.
    pub async fn open_to_look(&self, environment: &Environment) -> Result<Open, Failure> {
        self.open_on(self.journal_to_read(environment, |_| false).await?, Arc::new(self.offline()), Duration::ZERO)
    }

    fn offline(&self) -> Offline {
        Offline::new(&self.config().oktopos.base_url)
    }

    /// The same for examining it, without a word about it. Where it can only be read, why.
    pub async fn open_to_examine(&self, environment: &Environment) -> Result<(Open, Option<String>), Failure> {
        let (journal, why) = self.readable_journal(environment, |_| false).await?;
        Ok((self.open_on(journal, Arc::new(self.offline()), Duration::ZERO)?, why))
    }

    /// The journal, and one line about it where it can only be read, unless the reason is none to put up with.
    async fn journal_to_read(
        &self,
        environment: &Environment,
        is_no_reason: fn(&str) -> bool,
    ) -> Result<SqliteJournal, Failure> {
        let (journal, why) = self.readable_journal(environment, is_no_reason).await?;
        if let Some(why) = why {
            say(self.texts.fill("cli.read_only", &[("reason", &why)]));
        }
        Ok(journal)
    }

    async fn readable_journal(
        &self,
        environment: &Environment,
        is_no_reason: fn(&str) -> bool,
    ) -> Result<(SqliteJournal, Option<String>), Failure> {
        let why = match SqliteJournal::open(&self.data_dir).await {
            Err(JournalError::Unwritable(why)) if !is_no_reason(&why) => JournalError::Unwritable(why),
            opened => return opened.map(|journal| (journal, None)).map_err(|error| self.unopened(error)),
        };
        let opened = SqliteJournal::open_to_read(&self.data_dir, &environment.scratch(), why.clone()).await;
        let journal = opened.map_err(|error| self.unopened(error))?;
        Ok((journal, Some(self.reason_of(&why))))
    }

    fn reason_of(&self, error: &JournalError) -> String {
        match error {
            JournalError::Unwritable(reason) => words::system_reason(&words::reason(reason, &self.texts), &self.texts),
            other => other.to_string(),
        }
    }

    /// Nobody has tried to save anything yet, so that is not what failed.
    pub fn unopened(&self, error: JournalError) -> Failure {
        if !matches!(error, JournalError::Unwritable(_)) {
            return error.into();
        }
        let (path, reason) = (self.data_dir.display().to_string(), self.reason_of(&error));
        let what = self.texts.fill("error.journal.unopened", &[("path", &path), ("reason", &reason)]);
        Failure::said(Exit::Unexpected, format!("{what} {}", self.texts.t("hint.journal_unwritable")))
    }

    /// A desk on this OktoPOS.
    pub async fn open_with(&self, pos: Arc<dyn Pos>, grace: Duration) -> Result<Open, Failure> {
        let journal = SqliteJournal::open(&self.data_dir).await.map_err(|error| self.unopened(error))?;
        self.open_on(journal, pos, grace)
    }

    fn open_on(&self, journal: SqliteJournal, pos: Arc<dyn Pos>, grace: Duration) -> Result<Open, Failure> {
        let journal = Arc::new(journal);
        // Where nothing can be saved, that was said already.
        if let Err(error) = log::start(&self.data_dir, &self.config().log)
            && !journal.is_read_only()
        {
            say(self.texts.fill("cli.no_log", &[("detail", &error.to_string())]));
        }
        tracing::info!(version = env!("CARGO_PKG_VERSION"), base_url = pos.base_url(), "start");
        let id = UuidIds.desk_id();
        let desks = Arc::new(DeskLocks::new(&self.data_dir, id.clone()));
        let ports = Ports {
            stores: Stores::of(&journal, Arc::<DeskLocks>::clone(&desks)),
            id,
            pos,
            clock: Arc::new(SystemClock::new()),
            ids: Arc::new(UuidIds),
        };
        let config = self.config();
        let mut settings = desk::Settings::new(&config.shop.time_zone);
        settings.poll_interval = config.poll_interval();
        settings.shutdown_grace = grace;
        settings.keeping = self.keeping();
        settings.catalog_refresh = config.catalog_refresh();
        settings.policy.repeated = config.oktopos.repeated_order_id;
        settings.policy.retry_503 = config.oktopos.retry_503;
        let desk = Desk::new(ports, settings);
        Ok(Open { desk, journal, desks, lock: self.data_dir.join("sender.lock") })
    }
}

/// The API key by these settings; `variable` is what the environment holds.
pub(super) fn key(
    config: &Config,
    home: Option<&Path>,
    variable: Option<&SecretString>,
) -> Result<(SecretString, KeySource), ConfigError> {
    let file = &config.oktopos.api_key_file;
    let file = (!file.is_empty()).then(|| config::home_path(file, home));
    Ok(config::api_key(variable.map(ExposeSecret::expose_secret), file.as_deref())?)
}

/// The client to the OktoPOS of these settings.
pub(super) fn client(config: &Config, key: SecretString) -> Result<OktoPos, Failure> {
    let oktopos = &config.oktopos;
    let url = |key: &str, text: &str| {
        Url::parse(text).map_err(|error| Failure::said(Exit::Config, format!("{key}: {error}")))
    };
    let base_url = url("oktopos.base_url", config.base_url()?)?;
    let proxy = match oktopos.proxy.expose() {
        "" => None,
        proxy => Some(url("oktopos.proxy", proxy)?),
    };
    let settings = ClientSettings {
        base_url,
        header: oktopos.header.clone(),
        key,
        paths: oktopos.paths.clone(),
        connect_timeout: Duration::from_secs(oktopos.connect_timeout_seconds),
        total_timeout: Duration::from_secs(oktopos.total_timeout_seconds),
        max_body: usize::try_from(oktopos.max_body_mib * 1024 * 1024).unwrap_or(usize::MAX),
        proxy,
    };
    OktoPos::new(settings).map_err(|error| Failure::said(Exit::Config, error.to_string()))
}

/// The tables of the demo: a room, a terrace whose tables have names, and one for the regulars.
fn demo_tables() -> Vec<TableRange> {
    let range =
        |from, to, seats, area: &str, name: &str| TableRange { from, to, seats, area: area.into(), name: name.into() };
    vec![range(1, 20, 4, "Saal", ""), range(31, 38, 6, "Garten", "Terrasse"), range(50, 50, 8, "Saal", "Stammtisch")]
}

/// Flags that are settings.
fn flags(args: &Args) -> Result<Vec<Flag>, Failure> {
    let mut flags = Vec::new();
    if let Some(dir) = &args.data_dir {
        let value = absolute(dir)?.to_string_lossy().into_owned().into();
        flags.push(Flag { name: "--data-dir", key: "journal.data_dir", value });
    }
    if let Some(lang) = args.lang {
        flags.push(Flag { name: "--lang", key: "desk.language", value: Lang::code(lang).into() });
    }
    Ok(flags)
}

fn absolute(dir: &Path) -> Result<PathBuf, Failure> {
    Ok(std::path::absolute(dir)?)
}

/// An open desk.
pub(super) struct Open {
    pub desk: Desk,
    pub journal: Arc<SqliteJournal>,
    desks: Arc<DeskLocks>,
    lock: PathBuf,
}

/// A sender that runs.
pub(super) struct Running {
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Open {
    /// Starts the sender and the poll. They begin nothing new once `stop` is cancelled. `program` is what others read of the
    /// one that sends.
    pub fn start(&self, program: &'static str, stop: &CancellationToken) -> (Running, mpsc::Receiver<DeskEvent>) {
        let (sender, events) = mpsc::channel(EVENTS);
        let stop = stop.child_token();
        let mut tasks = JoinSet::new();
        let lock = FileLock::new(self.lock.clone()).named(program, Arc::new(SystemClock::new()));
        let worker = self.desk.worker(Arc::new(lock), sender);
        tasks.spawn(worker.run(stop.clone()));
        (Running { stop, tasks }, events)
    }

    /// From now on other desks see that this one runs, and leave its drafts alone.
    pub fn take_seat(&self) {
        if let Err(error) = self.desks.hold(self.desk.clock().now()) {
            // The journal still refuses to write over another desk's drafts; only nobody sees that this one runs.
            tracing::warn!(%error, "no lock for this desk");
        }
    }

    /// Lets go of the journal.
    pub async fn close(self) -> Result<(), Failure> {
        Ok(self.journal.close().await?)
    }
}

impl Running {
    /// Ends the sender; a call under way is given its time.
    pub async fn end(mut self) {
        self.stop.cancel();
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(panic = error.is_panic(), "the sender ended badly");
            }
        }
    }
}
