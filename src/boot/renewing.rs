//! The client to OktoPOS, made anew when its key file or the settings were changed while the program runs. Watches nothing by
//! itself: it looks when the desk asks. Sends nothing.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use tokio::{sync::Mutex, time::timeout};

use super::{
    environment::Environment,
    setup::{self, Setup},
};
use crate::{
    cli::common::context::Failure,
    config::{self, Config, ConfigSources},
    domain::{
        order::Customer,
        shop::article::Article,
        value::{ids::InternalId, text::Clean},
    },
    i18n::Texts,
    oktopos::OktoPos,
    ports::{
        Pos, PosError,
        pos::{ReadyOrder, Renewed, StatusChange, Vocabulary},
    },
};

/// A look at files takes no longer, or comes to nothing: a file system that hangs holds up no call.
const LOOK: Duration = Duration::from_secs(2);

/// OktoPOS by the settings of now.
pub(super) struct Renewing {
    current: RwLock<Arc<OktoPos>>,
    base_url: String,
    origin: Arc<Inputs>,
    /// Held by the look that is under way, so that those which hang do not pile up.
    known: Arc<Mutex<Known>>,
}

/// Where the settings and the key come from.
struct Inputs {
    sources: ConfigSources,
    home: Option<PathBuf>,
    variable: Option<SecretString>,
    texts: Arc<Texts>,
}

/// What the client was made of.
struct Known {
    /// The files as they were at the last look; `None` before the first, which reads them whatever they look like.
    marks: Option<Vec<Option<Mark>>>,
    settings: config::OktoPosSettings,
    key: SecretString,
}

/// What a look at files found.
enum Found {
    Same,
    Client(Box<OktoPos>),
    Unusable(String),
}

impl Renewing {
    /// The client by what was read when the program started.
    ///
    /// # Errors
    /// The settings or the key cannot be used.
    pub fn new(setup: &Setup, environment: &Environment) -> Result<Self, Failure> {
        let (key, _) = setup.key(environment)?;
        let client = setup::client(setup.config(), key.clone())?;
        let origin = Inputs {
            sources: setup.sources.clone(),
            home: environment.home().map(Path::to_owned),
            variable: environment.api_key.clone(),
            texts: Arc::clone(&setup.texts),
        };
        let known = Known { marks: None, settings: setup.config().oktopos.clone(), key };
        Ok(Self {
            base_url: client.base_url().to_owned(),
            current: RwLock::new(Arc::new(client)),
            origin: Arc::new(origin),
            known: Arc::new(Mutex::new(known)),
        })
    }

    fn current(&self) -> Arc<OktoPos> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Inputs {
    /// Reads the files if one of them was touched, and makes a client if what they say is something else.
    fn look(&self, known: &mut Known) -> Found {
        let marks = self.marks(&known.settings);
        if known.marks.as_ref() == Some(&marks) {
            return Found::Same;
        }
        // Marked before they are read: what changes meanwhile is found by the next look.
        known.marks = Some(marks);
        match self.read(known) {
            Ok(None) => Found::Same,
            Ok(Some(client)) => Found::Client(Box::new(client)),
            Err(failure) => Found::Unusable(failure.words(&self.texts)),
        }
    }

    fn read(&self, known: &mut Known) -> Result<Option<OktoPos>, Failure> {
        let config = Config::load(&self.sources)?.config;
        let (key, _) = setup::key(&config, self.home.as_deref(), self.variable.as_ref())?;
        if config.oktopos == known.settings && key.expose_secret() == known.key.expose_secret() {
            return Ok(None);
        }
        let client = setup::client(&config, key.clone())?;
        (known.settings, known.key) = (config.oktopos, key);
        // The key may stand in another file from now on.
        known.marks = None;
        Ok(Some(client))
    }

    fn marks(&self, settings: &config::OktoPosSettings) -> Vec<Option<Mark>> {
        let key_file = &settings.api_key_file;
        let key_file = (!key_file.is_empty()).then(|| config::home_path(key_file, self.home.as_deref()));
        [self.sources.file.clone(), key_file].iter().map(|file| file.as_deref().and_then(Mark::of)).collect()
    }
}

/// By what a changed file is told from the one before, without reading it.
#[derive(PartialEq, Eq)]
struct Mark {
    length: u64,
    #[cfg(unix)]
    inode: (u64, u64),
    #[cfg(unix)]
    changed: (i64, i64),
    #[cfg(not(unix))]
    changed: Option<std::time::SystemTime>,
}

impl Mark {
    fn of(file: &Path) -> Option<Self> {
        let metadata = fs::metadata(file).ok()?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let inode = (metadata.dev(), metadata.ino());
            // The time of the inode: it goes on with the mode and cannot be set back.
            Some(Self { length: metadata.len(), inode, changed: (metadata.ctime(), metadata.ctime_nsec()) })
        }
        #[cfg(not(unix))]
        Some(Self { length: metadata.len(), changed: metadata.modified().ok() })
    }
}

#[async_trait]
impl Pos for Renewing {
    async fn create_order(&self, body: &str) -> Result<InternalId, PosError> {
        self.current().create_order(body).await
    }

    async fn ready_orders(&self) -> Result<Vec<ReadyOrder>, PosError> {
        self.current().ready_orders().await
    }

    async fn set_status(&self, change: &StatusChange) -> Result<(), PosError> {
        self.current().set_status(change).await
    }

    async fn vocabulary(&self) -> Result<Vocabulary, PosError> {
        self.current().vocabulary().await
    }

    async fn articles(&self, page: u32, page_size: u32, words: &Vocabulary) -> Result<Vec<Article>, PosError> {
        self.current().articles(page, page_size, words).await
    }

    async fn customers_by_phone(&self, number: &str) -> Result<Vec<Customer>, PosError> {
        self.current().customers_by_phone(number).await
    }

    async fn renew(&self) -> Renewed {
        let Ok(mut known) = Arc::clone(&self.known).try_lock_owned() else { return Renewed::Same };
        let origin = Arc::clone(&self.origin);
        let looking = tokio::task::spawn_blocking(move || origin.look(&mut known));
        let Ok(Ok(found)) = timeout(LOOK, looking).await else { return Renewed::Same };
        match found {
            Found::Same => Renewed::Same,
            Found::Unusable(words) => Renewed::Unusable { reason: Clean::new(&words) },
            // The key goes with its address: neither is used before what waits was looked at by a person.
            Found::Client(client) if client.base_url() != self.base_url => {
                Renewed::OtherAddress { base_url: Clean::new(client.base_url()) }
            }
            Found::Client(client) => {
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::from(client);
                Renewed::Changed
            }
        }
    }

    fn base_url(&self) -> &str {
        &self.base_url
    }
}

#[cfg(test)]
#[path = "renewing_tests.rs"]
mod tests;
