//! Composition root: the only place that names concrete adapters. Decides nothing about orders.

mod backup;
mod call;
mod clock;
mod commands;
mod demo;
mod doctor;
mod environment;
mod init;
mod keys;
mod log;
mod offline;
mod renewing;
mod rescue;
mod setup;
mod signals;

use std::{process::ExitCode, sync::Arc, time::Duration};

use tokio::{
    runtime::{Builder, Runtime},
    sync::mpsc,
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use crate::{
    calls,
    cli::{
        self,
        args::{
            Args, CatalogCommand, CliCommand, ConfigCommand, CustomerCommand, DoctorArgs, JournalCommand, SandboxArgs,
        },
        common::{
            context::{Context, Failure},
            exit::Exit,
            out::{Out, say, say_lines},
        },
        help::Stop,
    },
    domain::shop::Shop,
    i18n::Texts,
    sandbox::{self, FaultPlan, FaultPlanError, SandboxError, SandboxOptions},
    session::{DeskSession, Look},
    words,
};
use commands::{OfflineCommand, Online};
use demo::Demo;
use environment::Environment;
use setup::{Open, Setup};
use signals::EndedBy;

/// How long a call under way is waited for when the desk is left: a person waits for it.
const DESK_GRACE: Duration = Duration::from_millis(1500);

/// Calls that wait for a screen that is busy; more are told so.
const CALLS: usize = 16;

/// How long threads that read standard input are waited for at the end: not at all, as good as.
const LAST_WAIT: Duration = Duration::from_millis(100);

/// The whole program, from what the process was given to its exit code.
pub fn main() -> ExitCode {
    signals::forbid_core_dumps();
    std::panic::set_hook(Box::new(|panic| {
        let detail = words::panic(panic);
        tracing::error!(detail, "panic");
        say(format_args!("panic at {detail}"));
    }));
    let environment = Environment::of_process();
    let texts = Texts::load(environment.early_lang());
    let args = match cli::help::parse(environment.arguments.clone(), &texts) {
        Ok(args) => args,
        Err(Stop::Asked(text)) => return Out::new().text(&text).map_or(Exit::Unexpected, |()| Exit::Done).into(),
        Err(Stop::Wrong(text)) => {
            say_lines(&text);
            return Exit::Usage.into();
        }
    };
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => {
            say(error);
            return Exit::Unexpected.into();
        }
    };
    let ended_by = EndedBy::default();
    let exit = runtime.block_on(run(&environment, &args, &texts, &ended_by));
    runtime.shutdown_timeout(LAST_WAIT);
    ended_by.finish();
    exit.into()
}

fn runtime() -> std::io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(2).enable_all().build()
}

async fn run(environment: &Environment, args: &Args, texts: &Texts, ended_by: &EndedBy) -> Exit {
    let stop = CancellationToken::new();
    let program = Program { environment, args, stop: stop.clone() };
    let has_screen = matches!(args.command, None | Some(CliCommand::Demo));
    let done = tokio::select! {
        done = program.run(texts) => done,
        () = signals::watch(&stop, ended_by, (!has_screen).then_some(texts)) => Ok(Exit::Unexpected),
    };
    let exit = done.unwrap_or_else(|failure| {
        say(failure.words(texts));
        failure.exit()
    });
    tracing::info!(code = exit.code(), "end");
    exit
}

/// One run of the program.
struct Program<'a> {
    environment: &'a Environment,
    args: &'a Args,
    stop: CancellationToken,
}

impl Program<'_> {
    /// Does what the command line says. `texts` is the language before the settings are known.
    async fn run(&self, texts: &Texts) -> Result<Exit, Failure> {
        match &self.args.command {
            None => self.desk().await,
            Some(CliCommand::Demo) => self.demo().await,
            Some(CliCommand::Sandbox(args)) => self.sandbox(args, texts).await,
            Some(CliCommand::Config { command }) => self.config(*command, texts).await,
            Some(CliCommand::Init(args)) => {
                init::run(&mut self.context(texts), self.environment, self.args, args).await
            }
            Some(CliCommand::Doctor(args)) => self.doctor(*args, texts).await,
            Some(CliCommand::Completions { shell }) => cli::help::manual::completions(&mut self.context(texts), *shell),
            // `help` has become the flag when the command line was read.
            Some(CliCommand::Man(wanted) | CliCommand::Help(wanted)) => {
                cli::help::manual::man(&mut self.context(texts), wanted)
            }
            Some(CliCommand::Call(args)) => {
                let setup = call::setup(self.environment, self.args, args)?;
                call::run(&mut self.context(&setup.texts), &setup.data_dir, args).await
            }
            Some(CliCommand::Send(args)) => self.send(args, texts).await,
            Some(CliCommand::Journal { command: JournalCommand::Export { to } }) => {
                let setup = Setup::read(self.environment, self.args)?;
                rescue::run(&mut self.context(&setup.texts), self.environment, &setup, to).await
            }
            Some(CliCommand::Backup { to }) => {
                let setup = Setup::read(self.environment, self.args)?;
                backup::backup(&mut self.context(&setup.texts), &setup, to).await
            }
            Some(CliCommand::Restore { from }) => {
                let setup = Setup::read(self.environment, self.args)?;
                backup::restore(&mut self.context(&setup.texts), self.environment, &setup, from).await
            }
            Some(CliCommand::Status(args)) => self.online(Online::Status(args)).await,
            Some(CliCommand::Resend(args)) => self.online(Online::Resend(args)).await,
            Some(CliCommand::Outbox(outbox)) if outbox.drain => self.online(Online::Drain(outbox)).await,
            Some(CliCommand::Outbox(_)) => self.offline(OfflineCommand::Outbox).await,
            Some(CliCommand::Day) => self.offline(OfflineCommand::Day).await,
            Some(CliCommand::Orders(args)) => self.offline(OfflineCommand::Orders(args)).await,
            Some(CliCommand::Settle(args)) => self.offline(OfflineCommand::Settle(args)).await,
            Some(CliCommand::Cancel(args)) => self.offline(OfflineCommand::Cancel(args)).await,
            Some(CliCommand::Customer { command }) => match command {
                CustomerCommand::Forget(args) => self.offline(OfflineCommand::Forget(args)).await,
                CustomerCommand::Import(args) => self.offline(OfflineCommand::ImportGuests(args)).await,
            },
            Some(CliCommand::Catalog { command }) => match command {
                CatalogCommand::Sync => self.online(Online::Sync).await,
                CatalogCommand::Import { from } => self.offline(OfflineCommand::Import(from)).await,
                CatalogCommand::Export(args) => self.offline(OfflineCommand::Export(*args)).await,
                CatalogCommand::Search { text } => self.offline(OfflineCommand::Search(text)).await,
            },
        }
    }

    fn context<'a>(&self, texts: &'a Texts) -> Context<'a> {
        Context { texts, out: Out::new(), stop: self.stop.clone() }
    }

    async fn desk(&self) -> Result<Exit, Failure> {
        let setup = Setup::read(self.environment, self.args)?;
        let open = setup.open_desk(self.environment, DESK_GRACE).await?;
        self.session(&setup, open, false).await
    }

    async fn demo(&self) -> Result<Exit, Failure> {
        let Demo { setup, open, sandbox } = Demo::start(self.environment, self.args).await?;
        let done = self.session(&setup, open, true).await;
        sandbox.shutdown().await;
        done
    }

    /// The desk on the screen, with its sender running beside it.
    async fn session(&self, setup: &Setup, open: Open, is_demo: bool) -> Result<Exit, Failure> {
        // Before anything is sent: a menu that cannot be read ends the program.
        let menu = Arc::new(if is_demo { demo::menu()? } else { setup.menu(self.environment)? });
        let shop = if is_demo { setup.config().shop.clone() } else { setup.shop(self.environment)? };
        let shop = Shop { call_type: setup.config().calls.order_type(), ..shop };
        open.take_seat();
        let watched = cli::desk::watch();
        let (running, events) = open.start(if is_demo { "oktodesk demo" } else { "oktodesk" }, &self.stop);
        let (ringing, calls) = mpsc::channel(CALLS);
        let (ears, mut listening) = (self.stop.child_token(), JoinSet::new());
        let config = setup.config();
        if let Ok(feed) = config.calls.feed.parse() {
            let dialling = calls::Dialling {
                international_prefix: config.calls.international_prefix.clone(),
                area_code: config.calls.area_code.clone(),
                extension: config.calls.extension.clone(),
            };
            listening.spawn(calls::hear(feed, dialling, ringing.clone(), ears.clone()));
        }
        listening.spawn(calls::listen(setup.data_dir.clone(), ringing, ears.clone()));
        let session = DeskSession {
            desk: open.desk.clone(),
            events,
            calls,
            shop: Arc::new(shop),
            menu,
            texts: Arc::clone(&setup.texts),
            keys: config.keys.clone(),
            key_preset: config.desk.key_preset,
            theme: config.desk.theme,
            look: Look { mouse: config.desk.mouse, synchronized_output: config.desk.synchronized_output },
            is_demo,
            stop: self.stop.clone(),
        };
        let done = cli::desk::run(session, watched).await;
        ears.cancel();
        while listening.join_next().await.is_some() {}
        running.end().await;
        // Whoever left does not see the screen any more that told it.
        let waiting = open.desk.outbox_state().await.map_or(0, |outbox| outbox.orders);
        if waiting > 0 {
            say(setup.texts.count("leave.unsent", waiting));
        }
        open.close().await?;
        done
    }

    async fn sandbox(&self, args: &SandboxArgs, texts: &Texts) -> Result<Exit, Failure> {
        let faults: FaultPlan =
            args.faults.as_deref().unwrap_or_default().parse().map_err(|error: FaultPlanError| {
                say_lines(&cli::help::fault_lines(texts));
                Failure::said(Exit::Usage, texts.fill("sandbox.faults", &[("rule", &error.rule)]))
            })?;
        let mut options = SandboxOptions {
            port: args.port,
            articles: args.articles,
            channel_base: args.channel_base,
            web_shop: args.web_shop.map(Duration::from_secs),
            faults,
            log: args.log.clone(),
            ..SandboxOptions::default()
        };
        if let Some(key) = &args.key {
            options.key = key.clone().into();
        }
        let sandbox = sandbox::start(options).await.map_err(|error| sandbox_failure(&error, texts))?;
        let done = cli::sandbox::run(&mut self.context(texts), &sandbox.base_url()).await;
        sandbox.shutdown().await;
        done
    }

    async fn config(&self, command: ConfigCommand, texts: &Texts) -> Result<Exit, Failure> {
        let mut ctx = self.context(texts);
        let file = || {
            let file = self.args.config.clone().or_else(|| self.environment.config_file());
            file.ok_or_else(|| Failure::said(Exit::Config, texts.t("error.config.no_home")))
        };
        match command {
            ConfigCommand::Path => cli::config::path(&mut ctx, &file()?),
            ConfigCommand::Init => cli::config::init(&mut ctx, &file()?).await,
            ConfigCommand::Show => {
                let mut setup = Setup::read(self.environment, self.args)?;
                for shown in setup.loaded.shown.iter_mut().filter(|shown| shown.key == "journal.data_dir") {
                    // The place itself says more than "the platform's".
                    shown.value = setup.data_dir.to_string_lossy().into_owned().into();
                }
                cli::config::show(&mut ctx, &setup.loaded.shown)
            }
        }
    }

    async fn doctor(&self, wanted: DoctorArgs, texts: &Texts) -> Result<Exit, Failure> {
        let findings = tokio::select! {
            findings = doctor::examine(self.environment, self.args, wanted, texts) => findings,
            () = self.stop.cancelled() => return Ok(Exit::Unexpected),
        };
        cli::doctor::print(&mut self.context(texts), &findings).await
    }
}

fn sandbox_failure(error: &SandboxError, texts: &Texts) -> Failure {
    let (exit, words) = match error {
        SandboxError::EmptyKey => (Exit::Usage, texts.t("sandbox.empty_key").to_owned()),
        SandboxError::TooManyArticles { most } => {
            (Exit::Usage, texts.fill("sandbox.too_many_articles", &[("most", &most.to_string())]))
        }
        SandboxError::Log { path, reason } => {
            let path = path.display().to_string();
            let reason = words::system_reason(reason, texts);
            (Exit::Usage, texts.fill("sandbox.log", &[("path", &path), ("reason", &reason)]))
        }
        SandboxError::Bind { port, reason } => {
            let reason = words::system_reason(reason, texts);
            (Exit::Unexpected, texts.fill("sandbox.port", &[("port", &port.to_string()), ("reason", &reason)]))
        }
        SandboxError::TimeZone(_) | SandboxError::Asset(_) => (Exit::Unexpected, error.to_string()),
    };
    Failure::said(exit, words)
}
