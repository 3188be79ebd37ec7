//! The loop: one queue in, one update, one draw when the queue is empty. The only place that holds the terminal.

use std::io;

use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{
    effect::Effect,
    input::{self, Input},
    model::{Model, Setup},
    msg::Msg,
    runner::{Runner, Words},
    terminal::{self, Screen},
    theme::{Theme, ThemeName},
    update::update,
    view::{self, Drawn},
};
use crate::{
    desk::{Desk, event::DeskEvent, worker::Worker},
    domain::text::Clean,
};

/// Answers and events kept while a frame is drawn.
const QUEUE: usize = 256;
/// Messages taken before a frame is drawn all the same, so that a flood cannot freeze the screen.
const BATCH: usize = 256;

/// Everything the desk's screen is put together from.
pub struct Session {
    /// The use cases.
    pub desk: Desk,
    /// Sends what waits, and polls.
    pub worker: Worker,
    /// What the worker tells.
    pub events: mpsc::Receiver<DeskEvent>,
    /// What the model starts with.
    pub setup: Setup,
    /// Colours.
    pub theme: ThemeName,
    /// Says the desk's errors in the person's language.
    pub words: Words,
}

/// Why the desk's screen ended badly.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    /// The terminal cannot be used. Nothing was lost: what was typed is in the journal.
    #[error("terminal: {0}")]
    Terminal(#[from] io::Error),
    /// The last changes of drafts could not be written.
    #[error("the last changes were not written to the journal")]
    Unwritten,
}

/// Runs the desk until a person or the system ends it; the terminal is given back in any case.
///
/// # Errors
/// When there is no terminal, it is lost, or the last changes could not be written.
pub async fn run(session: Session) -> Result<(), TuiError> {
    let Session { desk, worker, events, setup, theme, words } = session;
    let (taken, mut screen) = terminal::take()?;
    let inputs = input::start()?;
    let (sender, replies) = mpsc::channel(QUEUE);
    let mut model = Model::new(setup);
    let size = screen.size()?;
    model.size = (size.width, size.height);
    let theme = Theme::new(theme);
    // The first frame is there before anything is read: typing already works.
    let drawn = draw(&mut screen, &model, &theme)?;
    let runner = Runner::start(desk.clone(), &model.shop.extras_groups, words, sender);
    let stop = CancellationToken::new();
    let mut workers = JoinSet::new();
    workers.spawn(worker.run(stop.clone()));
    let mut sources = Sources { inputs, replies, events, events_open: true, workers, signals: Signals::new()? };
    let mut stage = Stage { model, desk, runner, drawn, lost: None };
    while !stage.model.quitting {
        let Some(first) = sources.next().await else { continue };
        stage.batch(first, &mut sources);
        if !stage.model.quitting {
            stage.drawn = draw(&mut screen, &stage.model, &theme)?;
        }
    }
    let written = stage.runner.finish().await;
    stop.cancel();
    sources.workers.shutdown().await;
    drop(screen);
    drop(taken);
    match (written, stage.lost) {
        (false, _) => Err(TuiError::Unwritten),
        (true, Some(reason)) => Err(TuiError::Terminal(io::Error::other(reason))),
        (true, None) => Ok(()),
    }
}

/// Everything that can make the desk wake up.
struct Sources {
    inputs: mpsc::Receiver<Input>,
    replies: mpsc::Receiver<Msg>,
    events: mpsc::Receiver<DeskEvent>,
    events_open: bool,
    workers: JoinSet<()>,
    signals: Signals,
}

impl Sources {
    /// Waits for the next thing to happen; `None` when there is nothing in it for the model.
    async fn next(&mut self) -> Option<Input> {
        tokio::select! {
            input = self.inputs.recv() => Some(input.unwrap_or_else(|| Input::Lost("end of input".into()))),
            Some(reply) = self.replies.recv() => Some(Input::Msg(reply)),
            event = self.events.recv(), if self.events_open => {
                self.events_open = event.is_some();
                event.map(|event| Input::Msg(Msg::Desk(event)))
            }
            Some(ended) = self.workers.join_next() => Some(Input::Msg(sender_stopped(ended))),
            () = self.signals.terminate() => Some(Input::Msg(Msg::Terminate)),
        }
    }

    /// What is there already. Keys go first; what was found out meanwhile is worth the same frame.
    fn try_next(&mut self) -> Option<Input> {
        let input = self.inputs.try_recv().ok();
        let input = input.or_else(|| self.replies.try_recv().ok().map(Input::Msg));
        input.or_else(|| self.events.try_recv().ok().map(|event| Input::Msg(Msg::Desk(event))))
    }
}

/// The model and what belongs to it while it runs.
struct Stage {
    model: Model,
    desk: Desk,
    runner: Runner,
    drawn: Drawn,
    lost: Option<String>,
}

impl Stage {
    /// Takes everything that is there before the next frame.
    fn batch(&mut self, first: Input, sources: &mut Sources) {
        let now = self.desk.clock().now();
        self.take(Msg::Clock(now));
        let mut next = Some(first);
        let mut left = BATCH;
        while let Some(input) = next {
            left -= 1;
            match input {
                Input::Msg(msg) => self.take(msg),
                Input::Click { column, row } => {
                    if let Some(target) = self.drawn.hit(column, row) {
                        self.take(Msg::Click(target));
                    }
                }
                Input::Lost(reason) => {
                    self.lost = Some(reason);
                    self.take(Msg::Terminate);
                }
            }
            next = if left == 0 { None } else { sources.try_next() };
        }
    }

    /// One message, and a fresh id for the next draft if one was used.
    fn take(&mut self, msg: Msg) {
        let effects = update(&mut self.model, msg);
        self.runner.push(effects.into_iter().filter(|effect| *effect != Effect::Quit).collect());
        if self.model.spare_id.is_none() {
            let id = self.desk.new_order_id();
            self.runner.push(update(&mut self.model, Msg::SpareId(id)));
        }
    }
}

fn draw(screen: &mut Screen, model: &Model, theme: &Theme) -> io::Result<Drawn> {
    let mut drawn = Drawn { targets: Vec::new(), cursor: None };
    screen.draw(|frame| {
        drawn = view::draw(model, theme, frame.buffer_mut());
        if let Some(cursor) = drawn.cursor {
            frame.set_cursor_position(cursor);
        }
    })?;
    Ok(drawn)
}

/// The sender ended although nobody asked it to: said loudly, since nothing is sent any more.
fn sender_stopped(ended: Result<(), tokio::task::JoinError>) -> Msg {
    let reason = match ended {
        Ok(()) => "ended".to_owned(),
        Err(error) => error.to_string(),
    };
    Msg::Desk(DeskEvent::SenderStopped { reason: Clean::new(&reason) })
}

/// The signals that end the program in order.
struct Signals {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 3],
}

impl Signals {
    #[cfg(unix)]
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let signals = [SignalKind::hangup(), SignalKind::terminate(), SignalKind::interrupt()];
        let [hangup, terminate, interrupt] = signals.map(signal);
        Ok(Self { signals: [hangup?, terminate?, interrupt?] })
    }

    #[cfg(not(unix))]
    fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(unix)]
    async fn terminate(&mut self) {
        let [hangup, terminate, interrupt] = &mut self.signals;
        tokio::select! {
            _ = hangup.recv() => {}
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }

    #[cfg(not(unix))]
    async fn terminate(&mut self) {
        // Without Unix signals, Ctrl-C is a key in raw mode, so there is nothing to wait for.
        std::future::pending::<()>().await;
    }
}
