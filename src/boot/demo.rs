//! The demo: the whole desk against a sandbox in the same process, with data of its own. Reads neither the real settings
//! nor the real key nor the real journal.

use std::{io::Read, path::Path, sync::Arc, time::Duration};

use secrecy::SecretString;

use super::{
    environment::Environment,
    setup::{Open, Setup},
};
use crate::{
    cli::{
        args::Args,
        common::{context::Failure, exit::Exit},
    },
    config,
    desk::Desk,
    domain::{
        order::status::Workflow,
        shop::{menu::Menu, promise::Kitchen},
    },
    files,
    ports::journal::OrderFilter,
    sandbox::{self, Sandbox, SandboxOptions},
};

/// Where the demo's shop delivers; the web shop's guests live there, too.
const AREAS: &str = include_str!("../../assets/sandbox/areas.toml");

/// A kitchen that is full soon, so that it can be seen.
const KITCHEN: Kitchen = Kitchen {
    base_minutes: 15,
    minutes_per_item: 1,
    steps: Vec::new(),
    slot_minutes: 15,
    orders_per_slot: 3,
    items_per_slot: 25,
};

/// How often the made-up web shop orders.
const WEB_SHOP: Duration = Duration::from_secs(45);

/// Room for the orders of one run.
const IDS_A_RUN: i64 = 1000;

const FIRST_ID: i64 = 10_001;

/// Orders of earlier runs that the sandbox is told of, the newest.
const REMEMBERED: u32 = 200;

/// What one run leaves for the next is shorter.
const MAX_RUN: u64 = 4096;

/// What the demo's shop lays over its articles.
const MENU: &str = include_str!("../../assets/sandbox/shop-menu.toml");

/// The menu of the demo's shop.
pub(super) fn menu() -> Result<Menu, Failure> {
    config::parse_menu(MENU).map_err(|error| Failure::said(Exit::Unexpected, error.to_string()))
}

/// A demo that is ready for its frontend.
pub(super) struct Demo {
    pub setup: Setup,
    pub open: Open,
    pub sandbox: Sandbox,
}

impl Demo {
    /// Starts the sandbox, opens the demo's own journal and copies the articles into it.
    pub async fn start(environment: &Environment, args: &Args) -> Result<Self, Failure> {
        let mut setup = Setup::of_demo(environment, args)?;
        let shop = &mut setup.loaded.config.shop;
        shop.areas = config::parse_areas(AREAS).map_err(|error| Failure::said(Exit::Unexpected, error.to_string()))?;
        shop.kitchen = KITCHEN;
        super::log::make_private_dir(&setup.data_dir)?;
        let run = Run::next(&setup.data_dir.join("demo.toml"));
        let key = SecretString::from(uuid_key());
        let sandbox = start_sandbox(&run, &key).await?;
        run.with_port(sandbox.address().port()).save(&setup.data_dir.join("demo.toml"))?;
        setup.loaded.config.oktopos.base_url = sandbox.base_url();
        let client = setup.client(key)?;
        let open = setup.open_with(Arc::new(client), Duration::from_secs(2)).await?;
        remind(&sandbox, &open.desk, &setup.config().shop.workflow).await?;
        open.desk.sync_catalog(None, |_| {}).await?;
        Ok(Self { setup, open, sandbox })
    }
}

async fn start_sandbox(run: &Run, key: &SecretString) -> Result<Sandbox, Failure> {
    let options = |port| SandboxOptions {
        port,
        key: key.clone(),
        web_shop: Some(WEB_SHOP),
        // The published list names no ids; with them the orders of others can be worked with, too.
        ready_internal_id: true,
        first_internal_id: FIRST_ID.saturating_add(run.number.saturating_mul(IDS_A_RUN)),
        ..SandboxOptions::default()
    };
    // Orders that wait are bound to the address they were confirmed for, so the last port is asked for first.
    let started = match run.port {
        0 => sandbox::start(options(0)).await,
        port => match sandbox::start(options(port)).await {
            Err(_) => sandbox::start(options(0)).await,
            started => started,
        },
    };
    started.map_err(|error| Failure::said(Exit::Unexpected, error.to_string()))
}

/// The journal outlives the sandbox, whose world begins anew: it is told which orders of earlier runs are still open, or
/// every status that is set for one of them would be refused.
async fn remind(sandbox: &Sandbox, desk: &Desk, workflow: &Workflow) -> Result<(), Failure> {
    let filter = OrderFilter { delivery: Some("accepted".into()), limit: Some(REMEMBERED), ..OrderFilter::default() };
    for row in desk.orders(&filter).await? {
        let (Some(id), Some(status)) = (row.delivery.internal_id(), &row.status) else { continue };
        if !workflow.is_last(status)
            && let Ok(order) = serde_json::to_value(desk.order(&row.order_id).await?.order)
        {
            sandbox.restore(id.0, order, status);
        }
    }
    Ok(())
}

fn uuid_key() -> String {
    use crate::ports::Ids;
    super::clock::UuidIds.order_id().0
}

/// What one run of the demo leaves for the next: the journal stays, the sandbox forgets everything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Run {
    /// The port of the last run; 0 for any.
    port: u16,
    /// Runs before this one: each has OktoPOS ids of its own, so that an old order is never taken for a new one.
    number: i64,
}

impl Run {
    fn next(file: &Path) -> Self {
        let mut last = String::new();
        // What cannot be read begins anew.
        if files::open(file).and_then(|file| file.take(MAX_RUN).read_to_string(&mut last)).is_err() {
            last.clear();
        }
        let table: toml::Table = toml::from_str(&last).unwrap_or_default();
        let number = |name: &str| table.get(name).and_then(toml::Value::as_integer);
        Self {
            port: number("port").and_then(|port| u16::try_from(port).ok()).unwrap_or(0),
            number: number("runs").filter(|runs| (0..1_000_000).contains(runs)).unwrap_or(0),
        }
    }

    fn with_port(self, port: u16) -> Self {
        Self { port, number: self.number + 1 }
    }

    fn save(self, file: &Path) -> Result<(), Failure> {
        Ok(std::fs::write(file, format!("port = {}\nruns = {}\n", self.port, self.number))?)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use clap::Parser;

    use super::*;
    use crate::{config::Places, desk::catalog::search::Catalog};

    /// A machine whose real settings, key and data are a trap: whoever reads or writes them is seen.
    fn machine(home: &Path) -> Environment {
        let trap = home.join("config.toml");
        std::fs::write(&trap, "no = settings = here").unwrap();
        Environment {
            arguments: Vec::new(),
            config: Some(trap.clone()),
            settings: [("OKTODESK_NO__SUCH".to_owned(), "x".to_owned())].into(),
            api_key: Some("the-real-key".into()),
            locale: "de_DE.UTF-8".into(),
            term: None,
            is_in_tmux: false,
            scratch: Vec::new(),
            places: Some(Places {
                config_file: trap,
                data_dir: home.join("real"),
                demo_dir: home.join("demo"),
                home: home.to_owned(),
            }),
        }
    }

    #[tokio::test]
    async fn the_demo_is_complete_and_touches_nothing_real() {
        let home = tempfile::tempdir().unwrap();
        let environment = machine(home.path());
        let args = Args::try_parse_from(["oktodesk", "demo"]).unwrap();
        let first = Demo::start(&environment, &args).await.map_err(|failure| failure.to_string()).unwrap();
        let (articles, made) = first.open.desk.articles().await.unwrap();
        assert_eq!((articles.len(), made.is_some()), (sandbox::menu().unwrap().len(), true));
        let shop = &first.setup.config().shop;
        let sold = |rule: &crate::domain::shop::OrderTypeRule| articles[0].price_in(&rule.channel).is_some();
        assert!(shop.order_types.iter().all(sold), "the default channels are the sandbox's");
        let group = |name: &String| articles.iter().any(|article| *article.group == **name);
        assert!(shop.extras_groups.iter().all(group), "the default extras are the sandbox's");
        let is_sold = |fee: &str| articles.iter().any(|article| *article.number == *fee);
        assert!(shop.areas.areas.iter().all(|area| is_sold(&area.fee)) && shop.kitchen.is_limited());
        let (address, id) = (first.sandbox.address(), first.sandbox.add_web_shop_order().unwrap());
        assert!(first.setup.data_dir.starts_with(home.path().join("demo")));
        first.sandbox.shutdown().await;
        first.open.close().await.map_err(|failure| failure.to_string()).unwrap();

        let second = Demo::start(&environment, &args).await.map_err(|failure| failure.to_string()).unwrap();
        // Another program may have taken the port meanwhile; then the demo starts all the same.
        assert!(second.sandbox.address() == address || std::net::TcpListener::bind(address).is_err());
        assert!(second.sandbox.add_web_shop_order().unwrap() > id, "an old id is never given to a new order");
        assert!(!home.path().join("real").exists());
    }

    #[tokio::test]
    async fn an_order_of_an_earlier_run_is_still_known_to_the_sandbox() {
        let home = tempfile::tempdir().unwrap();
        let environment = machine(home.path());
        let args = Args::try_parse_from(["oktodesk", "demo"]).unwrap();
        let first = Demo::start(&environment, &args).await.map_err(|failure| failure.to_string()).unwrap();
        let order = crate::desk::testing::order("old");
        first.open.desk.place(&order).await.unwrap();
        let journal = crate::journal::SqliteJournal::open(&first.setup.data_dir).await.unwrap();
        use crate::{
            domain::value::ids::InternalId,
            ports::{Journal, journal::Settled},
        };
        let (entry, now) = (journal.outbox().await.unwrap().remove(0), jiff::Timestamp::UNIX_EPOCH);
        journal.begin_attempt(entry.seq, &entry.base_url, 0, now).await.unwrap();
        let accepted = Settled::Accepted { internal_id: InternalId(FIRST_ID) };
        journal.settle_attempt(entry.seq, 0, &accepted, now).await.unwrap();
        journal.close().await.unwrap();
        first.sandbox.shutdown().await;
        first.open.close().await.map_err(|failure| failure.to_string()).unwrap();

        let second = Demo::start(&environment, &args).await.map_err(|failure| failure.to_string()).unwrap();
        let world = second.sandbox.world();
        assert_eq!(world.of("old")[0].internal_id, FIRST_ID);
        assert_eq!(world.of("old")[0].status, order.status);
    }

    /// The demo shows all a menu can do, and the example that people copy fits the same articles.
    #[test]
    fn the_menus_fit_the_demos_articles() {
        let extras = crate::config::Config::defaults().unwrap().shop.extras_groups;
        for text in [MENU, config::MENU_EXAMPLE] {
            let menu = config::parse_menu(text).unwrap();
            let articles = sandbox::menu().unwrap().into_iter().map(Arc::new).collect();
            let catalog = Catalog::with_menu(articles, &extras, None, Arc::new(menu), &HashMap::new());
            assert_eq!(catalog.menu_faults(), []);
            let Menu { groups, favourites, counts, names, options, combos, comments, colours, .. } = catalog.menu();
            assert!(!groups.is_empty() && !favourites.is_empty() && !counts.is_empty() && !names.is_empty());
            assert!(options.iter().any(|group| group.halves.is_some()) && options.iter().any(|group| group.min == 1));
            assert!(!combos.is_empty() && !comments.all.is_empty() && !colours.is_empty());
        }
    }

    #[test]
    fn a_run_follows_the_one_before_and_survives_a_broken_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("demo.toml");
        assert_eq!(Run::next(&file), Run::default());
        Run::next(&file).with_port(4711).save(&file).unwrap();
        assert_eq!(Run::next(&file), Run { port: 4711, number: 1 });
        std::fs::write(&file, "port = 99999999\nruns = -5").unwrap();
        assert_eq!(Run::next(&file), Run::default());
        std::fs::write(&file, "no toml").unwrap();
        assert_eq!(Run::next(&file), Run::default());
    }
}
