//! Composition root: the only place that names concrete adapters. Decides nothing about orders.

mod call;
mod clock;
mod demo;
mod doctor;
mod environment;
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
            Args, CatalogCommand, Command, ConfigCommand, CustomerCommand, DoctorArgs, JournalCommand, SandboxArgs,
            SendArgs,
        },
        common::{
            context::{Context, Failure},
            exit::Exit,
            follow::Follow,
            out::{Out, say, say_lines},
        },
        help::Stop,
    },
    i18n::Texts,
    journal::SqliteJournal,
    sandbox::{self, FaultPlan, FaultPlanError, SandboxError, SandboxOptions},
    session::{Look, Session},
    words,
};
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
    let has_screen = matches!(args.command, None | Some(Command::Demo));
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
            Some(Command::Demo) => self.demo().await,
            Some(Command::Sandbox(args)) => self.sandbox(args, texts).await,
            Some(Command::Config { command }) => self.config(*command, texts).await,
            Some(Command::Doctor(args)) => self.doctor(*args, texts).await,
            Some(Command::Call(args)) => {
                let setup = call::setup(self.environment, self.args, args)?;
                call::run(&mut self.context(&setup.texts), &setup.data_dir, args).await
            }
            Some(command) => {
                let setup = Setup::read(self.environment, self.args).map_err(|failure| match command {
                    Command::Send(_) => cli::send::nothing_recorded(&failure, texts),
                    _ => failure,
                })?;
                let mut ctx = self.context(&setup.texts);
                match command {
                    Command::Send(args) => self.send(&mut ctx, &setup, args).await,
                    Command::Journal { command: JournalCommand::Export { to } } => {
                        rescue::run(&mut ctx, self.environment, &setup, to).await
                    }
                    Command::Status(_) | Command::Resend(_) => self.online(&mut ctx, &setup, command).await,
                    Command::Outbox(outbox) if outbox.drain => self.online(&mut ctx, &setup, command).await,
                    Command::Catalog { command: CatalogCommand::Sync } => self.online(&mut ctx, &setup, command).await,
                    command => self.offline(&mut ctx, &setup, command).await,
                }
            }
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
        open.take_seat();
        let watched = cli::desk::watch();
        let (running, events) = open.start(if is_demo { "oktodesk demo" } else { "oktodesk" }, &self.stop);
        let (ringing, calls) = mpsc::channel(CALLS);
        let (ears, mut listening) = (self.stop.child_token(), JoinSet::new());
        listening.spawn(calls::listen(setup.data_dir.clone(), ringing, ears.clone()));
        let config = setup.config();
        let session = Session {
            desk: open.desk.clone(),
            house: Arc::<SqliteJournal>::clone(&open.journal),
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

    async fn send(&self, ctx: &mut Context<'_>, setup: &Setup, args: &SendArgs) -> Result<Exit, Failure> {
        let open = match setup.config().base_url() {
            Err(error) => Err(error.into()),
            Ok(_) if args.no_wait => setup.open_offline().await,
            Ok(_) => setup.open(self.environment, setup.patience()).await,
        };
        let open = open.map_err(|failure| cli::send::nothing_recorded(&failure, ctx.texts))?;
        let given = cli::send::read(ctx, &open.desk, args).await?;
        let ids = cli::send::record(ctx, &open.desk, &given).await?;
        drop(given);
        let done = if args.no_wait {
            cli::send::recorded(ctx, &open.desk, &ids).await
        } else {
            let (running, events) = open.start("oktodesk send", &self.stop);
            let mut follow = self.follow(setup, &open, events);
            let done = cli::send::follow(ctx, &mut follow, &ids).await;
            drop(follow);
            running.end().await;
            done
        };
        self.closed(ctx, open, done).await
    }

    /// Lets go of the journal. What was done is done: a journal that is not closed in order does not change how it ended.
    async fn closed(&self, ctx: &Context<'_>, open: Open, done: Result<Exit, Failure>) -> Result<Exit, Failure> {
        if let Err(failure) = open.close().await {
            say(failure.words(ctx.texts));
        }
        done
    }

    fn follow<'a>(
        &self,
        setup: &Setup,
        open: &'a Open,
        events: tokio::sync::mpsc::Receiver<crate::desk::event::DeskEvent>,
    ) -> Follow<'a> {
        Follow { desk: &open.desk, events, patience: setup.patience(), stop: self.stop.clone() }
    }

    /// Commands that call OktoPOS.
    async fn online(&self, ctx: &mut Context<'_>, setup: &Setup, command: &Command) -> Result<Exit, Failure> {
        let open = setup.open(self.environment, setup.patience()).await?;
        let unsettled = match command {
            Command::Outbox(_) => cli::outbox::unsettled(&open.desk).await?,
            _ => cli::outbox::Unsettled::default(),
        };
        let program = match command {
            Command::Status(_) => "oktodesk status",
            Command::Resend(_) => "oktodesk resend",
            Command::Outbox(_) => "oktodesk outbox --drain",
            _ => "oktodesk catalog sync",
        };
        let (running, events) = open.start(program, &self.stop);
        let mut follow = self.follow(setup, &open, events);
        let done = match command {
            Command::Status(args) => cli::status::run(ctx, &mut follow, &setup.config().shop.workflow, args).await,
            Command::Resend(args) => cli::decide::resend(ctx, &mut follow, &args.order).await,
            Command::Outbox(args) => cli::outbox::drain(ctx, &mut follow, &unsettled, args.now).await,
            _ => cli::catalog::sync(ctx, &open.desk, &setup.config().shop).await,
        };
        drop(follow);
        running.end().await;
        self.closed(ctx, open, done).await
    }

    /// Commands that need the journal alone.
    async fn offline(&self, ctx: &mut Context<'_>, setup: &Setup, command: &Command) -> Result<Exit, Failure> {
        // What only looks works where nothing can be saved, too.
        let open = match command {
            Command::Orders(_)
            | Command::Outbox(_)
            | Command::Catalog { command: CatalogCommand::Search { .. } | CatalogCommand::Export(_) } => {
                setup.open_to_look(self.environment).await?
            }
            _ => setup.open_offline().await?,
        };
        let desk = &open.desk;
        let done = match command {
            Command::Orders(args) => cli::orders::run(ctx, desk, args).await,
            Command::Settle(args) => cli::decide::settle(ctx, desk, args).await,
            Command::Cancel(args) => cli::decide::cancel(ctx, desk, &args.order).await,
            Command::Outbox(_) => cli::outbox::list(ctx, desk).await,
            Command::Customer { command: CustomerCommand::Forget(args) } => {
                cli::customer::forget(ctx, desk, args).await
            }
            Command::Catalog { command: CatalogCommand::Search { text } } => match setup.menu(self.environment) {
                Ok(menu) => cli::catalog::search(ctx, desk, text, menu, &setup.config().shop).await,
                Err(failure) => Err(failure),
            },
            Command::Catalog { command: CatalogCommand::Import { from } } => {
                cli::catalog::import(ctx, desk, from).await
            }
            Command::Catalog { command: CatalogCommand::Export(args) } => cli::catalog::export(ctx, desk, *args).await,
            _ => Err(Failure::said(Exit::Unexpected, "no such command")),
        };
        self.closed(ctx, open, done).await
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
