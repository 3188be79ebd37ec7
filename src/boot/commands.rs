//! Commands of the command line that open a journal: those that call OktoPOS and those that do not. Which is which is decided in
//! the one dispatch of `boot`; what a command does stands in `cli`.

use std::path::Path;

use super::{
    Program,
    setup::{Open, Setup},
};
use crate::{
    cli::{
        self,
        args::{
            ExportArgs, ForgetArgs, GuestFileArgs, OrderArg, OrdersArgs, OutboxArgs, SendArgs, SettleArgs, StatusArgs,
        },
        common::{
            context::{Context, Failure},
            exit::Exit,
            follow::Follow,
            out::say,
        },
    },
    i18n::Texts,
};

/// What calls OktoPOS.
#[derive(Clone, Copy)]
pub(super) enum Online<'a> {
    Status(&'a StatusArgs),
    Resend(&'a OrderArg),
    /// Sends what waits.
    Drain(&'a OutboxArgs),
    /// Reads the articles.
    Sync,
}

/// What needs the journal alone.
#[derive(Clone, Copy)]
pub(super) enum OfflineCommand<'a> {
    Orders(&'a OrdersArgs),
    Settle(&'a SettleArgs),
    Cancel(&'a OrderArg),
    Outbox,
    Day,
    Forget(&'a ForgetArgs),
    ImportGuests(&'a GuestFileArgs),
    Search(&'a str),
    Import(&'a Path),
    Export(ExportArgs),
}

impl Online<'_> {
    /// What others read of the program that sends.
    fn program(self) -> &'static str {
        match self {
            Self::Status(_) => "oktodesk status",
            Self::Resend(_) => "oktodesk resend",
            Self::Drain(_) => "oktodesk outbox --drain",
            Self::Sync => "oktodesk catalog sync",
        }
    }
}

impl Program<'_> {
    pub(super) async fn send(&self, args: &SendArgs, texts: &Texts) -> Result<Exit, Failure> {
        let setup = Setup::read(self.environment, self.args);
        let setup = &setup.map_err(|failure| cli::send::nothing_recorded(&failure, texts))?;
        let ctx = &mut self.context(&setup.texts);
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

    /// Does what calls OktoPOS.
    pub(super) async fn online(&self, command: Online<'_>) -> Result<Exit, Failure> {
        let setup = &Setup::read(self.environment, self.args)?;
        let ctx = &mut self.context(&setup.texts);
        let open = setup.open(self.environment, setup.patience()).await?;
        // Before the sender starts: what it settles meanwhile was unsettled.
        let unsettled = match command {
            Online::Drain(_) => cli::outbox::unsettled(ctx, &open.desk).await?,
            Online::Status(_) | Online::Resend(_) | Online::Sync => cli::outbox::Unsettled::default(),
        };
        let (running, events) = open.start(command.program(), &self.stop);
        let mut follow = self.follow(setup, &open, events);
        let done = match command {
            Online::Status(args) => cli::status::run(ctx, &mut follow, &setup.config().shop.workflow, args).await,
            Online::Resend(args) => cli::decide::resend(ctx, &mut follow, &args.order).await,
            Online::Drain(args) => cli::outbox::drain(ctx, &mut follow, &unsettled, args.now).await,
            Online::Sync => cli::catalog::sync(ctx, &open.desk, &setup.config().shop).await,
        };
        drop(follow);
        running.end().await;
        self.closed(ctx, open, done).await
    }

    /// Does what needs the journal alone. What only looks works where nothing can be saved, too.
    pub(super) async fn offline(&self, command: OfflineCommand<'_>) -> Result<Exit, Failure> {
        let setup = &Setup::read(self.environment, self.args)?;
        let ctx = &mut self.context(&setup.texts);
        let open = match command {
            OfflineCommand::Orders(_)
            | OfflineCommand::Outbox
            | OfflineCommand::Day
            | OfflineCommand::Search(_)
            | OfflineCommand::Export(_) => setup.open_to_look(self.environment).await?,
            OfflineCommand::Settle(_)
            | OfflineCommand::Cancel(_)
            | OfflineCommand::Forget(_)
            | OfflineCommand::ImportGuests(_)
            | OfflineCommand::Import(_) => setup.open_offline().await?,
        };
        let desk = &open.desk;
        let done = match command {
            OfflineCommand::Orders(args) => cli::orders::run(ctx, desk, args).await,
            OfflineCommand::Settle(args) => cli::decide::settle(ctx, desk, args).await,
            OfflineCommand::Cancel(args) => cli::decide::cancel(ctx, desk, &args.order).await,
            OfflineCommand::Outbox => cli::outbox::list(ctx, desk).await,
            OfflineCommand::Day => cli::orders::day::run(ctx, desk, &setup.config().shop).await,
            OfflineCommand::Forget(args) => cli::customer::forget(ctx, desk, args).await,
            OfflineCommand::ImportGuests(args) => cli::customer::import::run(ctx, desk, args).await,
            OfflineCommand::Search(text) => match setup.menu(self.environment) {
                Ok(menu) => cli::catalog::search(ctx, desk, text, menu, &setup.config().shop).await,
                Err(failure) => Err(failure),
            },
            OfflineCommand::Import(from) => cli::catalog::import(ctx, desk, from).await,
            OfflineCommand::Export(args) => cli::catalog::export(ctx, desk, args).await,
        };
        self.closed(ctx, open, done).await
    }
}
