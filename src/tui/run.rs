//! The loop: one queue in, one update, one draw when the queue is empty. The only place that holds the terminal.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
};

use jiff::tz::TimeZone;
use ratatui::layout::Rect;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    effect::Effect,
    input::{self, Input},
    keymap::{Keymap, KeymapError},
    model::{Model, Setup},
    msg::Msg,
    runner::Runner,
    terminal::{self, Screen, Stops},
    theme::{Theme, ThemeName},
    update::update,
    view::{self, Drawn},
};
use crate::{
    config,
    desk::{Desk, event::DeskEvent},
    domain::{finish::Moment, shop::Shop, text::Clean},
    session::Session,
};

/// Answers and events kept while a frame is drawn.
const QUEUE: usize = 256;
/// Messages taken before a frame is drawn all the same, so that a flood cannot freeze the screen.
const BATCH: usize = 256;

/// Why the desk's screen ended badly.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    /// The terminal cannot be used. Nothing was lost: what was typed is in the journal.
    #[error("terminal: {0}")]
    Terminal(#[from] io::Error),
    /// A setting under `[keys]` is wrong.
    #[error(transparent)]
    Keys(#[from] KeymapError),
    /// `shop.time_zone` is not known on this machine.
    #[error("shop.time_zone: {0}")]
    Zone(#[from] jiff::Error),
    /// A part of the program panicked: there, and why if that can hold nobody's data.
    #[error("panic at {0}")]
    Broken(String),
    /// The last changes of drafts could not be written.
    #[error("the last changes were not written to the journal")]
    Unwritten,
}

/// Runs the desk until a person or the system ends it; the terminal is given back in any case.
///
/// # Errors
/// When there is no terminal, it is lost, or the last changes could not be written.
pub async fn run(session: Session) -> Result<(), TuiError> {
    let setup = setup(&session)?;
    let Session { desk, house, events, calls, theme, stop, menu, .. } = session;
    let (taken, mut screen) = terminal::take()?;
    let inputs = input::start()?;
    let stops = Stops::listen()?;
    let (sender, replies) = mpsc::channel(QUEUE);
    let mut model = Model::new(setup);
    let size = screen.size()?;
    model.size = (size.width, size.height);
    let theme = Theme::new(theme_name(theme));
    // The first frame is there before anything is read: typing already works.
    let drawn = draw(&mut screen, &model, &theme)?;
    let runner = Runner::start(desk.clone(), house, &model.shop.extras_groups, menu, sender);
    let broken = taken.broken().clone();
    let mut sources = Sources { inputs, replies, events, calls, events_open: true, stops, stop, broken };
    let start = Instant::now();
    let mut stage = Stage {
        model,
        desk,
        runner,
        start,
        drawn,
        redraw: false,
        suspend: false,
        continued: false,
        lost: None,
        dead: None,
    };
    while !stage.model.quitting {
        let first = sources.next(stage.model.wake_at().map(|at| start + at)).await;
        // A terminal that cannot be drawn on, or a panic, ends the desk in order: what was typed is still written.
        match catch_unwind(AssertUnwindSafe(|| stage.turn(first, &mut sources, &mut screen, &theme))) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                stage.lost = Some(error.to_string());
                break;
            }
            Err(_) => break,
        }
    }
    // Nobody reads answers any more: whoever waits for room for one would keep the last effects waiting.
    drop(sources);
    let written = stage.runner.finish().await;
    drop(screen);
    let broken = taken.why().or(stage.dead);
    drop(taken);
    match (broken, written, stage.lost) {
        (Some(detail), ..) => Err(TuiError::Broken(detail)),
        (None, false, _) => Err(TuiError::Unwritten),
        (None, true, Some(reason)) => Err(TuiError::Terminal(io::Error::other(reason))),
        (None, true, None) => Ok(()),
    }
}

/// What the model is made from.
fn setup(session: &Session) -> Result<Setup, TuiError> {
    let Session { desk, shop, texts, keys, is_demo, .. } = session;
    Ok(Setup {
        lang: texts.lang(),
        keymap: Keymap::new(keys)?,
        demo: *is_demo,
        moment: Moment { now: desk.clock().now(), zone: TimeZone::get(&shop.time_zone)? },
        shop: Shop::clone(shop),
        spare_id: desk.new_order_id(),
    })
}

/// Everything that can make the desk wake up.
struct Sources {
    inputs: mpsc::Receiver<Input>,
    replies: mpsc::Receiver<Msg>,
    events: mpsc::Receiver<DeskEvent>,
    calls: mpsc::Receiver<Clean>,
    events_open: bool,
    stops: Stops,
    stop: CancellationToken,
    /// A part of the program panicked.
    broken: CancellationToken,
}

impl Sources {
    /// Waits for the next thing to happen, or until a time.
    async fn next(&mut self, until: Option<Instant>) -> Input {
        tokio::select! {
            input = self.inputs.recv() => input.unwrap_or_else(|| Input::Lost("end of input".into())),
            Some(reply) = self.replies.recv() => Input::Msg(reply),
            Some(number) = self.calls.recv() => Input::Msg(Msg::Call(number)),
            event = self.events.recv(), if self.events_open => {
                self.events_open = event.is_some();
                match event {
                    Some(event) => Input::Msg(Msg::Desk(event)),
                    // It was told to end, too.
                    None if self.stop.is_cancelled() => Input::Msg(Msg::Terminate),
                    // A sender that is gone sends nothing any more: never a live screen without one.
                    None => Input::Msg(Msg::Desk(DeskEvent::SenderStopped { reason: Clean::new("panic") })),
                }
            }
            () = self.stop.cancelled() => Input::Msg(Msg::Terminate),
            asked = self.stops.next() => if asked { Input::Suspend } else { Input::Continued },
            () = sleep_until(until.unwrap_or_else(Instant::now)), if until.is_some() => {
                // What was pressed before that time comes before it.
                self.inputs.try_recv().unwrap_or(Input::Beat)
            }
            () = self.broken.cancelled() => Input::Msg(Msg::Terminate),
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
    /// What the model's monotonic clock counts from.
    start: Instant,
    drawn: Drawn,
    /// The window has another size, or had one, or was somebody else's: everything has to be drawn again.
    redraw: bool,
    /// The terminal is to be given back, and the program to stop.
    suspend: bool,
    /// The program was stopped by force and goes on.
    continued: bool,
    lost: Option<String>,
    /// Why the sender ended.
    dead: Option<String>,
}

impl Stage {
    /// Takes everything that is there and draws what became of it, unless that is the end.
    fn turn(&mut self, first: Input, sources: &mut Sources, screen: &mut Screen, theme: &Theme) -> io::Result<()> {
        self.batch(first, sources);
        // A panic elsewhere ends the desk with its next look around: nothing is drawn as if all were well.
        self.model.quitting |= sources.broken.is_cancelled();
        if self.model.quitting { Ok(()) } else { self.frame(screen, theme) }
    }

    /// Takes everything that is there before the next frame.
    fn batch(&mut self, first: Input, sources: &mut Sources) {
        let now = self.desk.clock().now();
        self.take(Msg::Clock(now));
        let mut next = Some(first);
        let mut left = BATCH;
        while let Some(input) = next {
            left -= 1;
            match input {
                Input::Msg(msg) => {
                    self.redraw |= matches!(msg, Msg::Resize(..));
                    // It may have died before there was a screen, or without a panic.
                    if let Msg::Desk(DeskEvent::SenderStopped { reason }) = &msg {
                        self.dead = Some(reason.to_string());
                        self.take(Msg::Terminate);
                    }
                    self.take(msg);
                }
                Input::Key { key, at } => {
                    self.beat(at);
                    self.take(Msg::Key(key));
                }
                Input::Click { column, row, at } => {
                    if let Some(target) = self.drawn.hit(column, row) {
                        self.beat(at);
                        self.take(Msg::Click(target));
                    }
                }
                Input::Beat => self.beat(Instant::now()),
                Input::Continued => {
                    self.continued = true;
                }
                Input::Suspend => self.suspend = true,
                Input::Lost(reason) => {
                    self.lost = Some(reason);
                    self.take(Msg::Terminate);
                }
            }
            next = if left == 0 { None } else { sources.try_next() };
        }
    }

    /// Draws what the model is now.
    fn frame(&mut self, screen: &mut Screen, theme: &Theme) -> io::Result<()> {
        if std::mem::take(&mut self.suspend) {
            terminal::stop()?;
            self.redraw = true;
        }
        if std::mem::take(&mut self.continued) {
            terminal::take_again()?;
            self.redraw = true;
        }
        if std::mem::take(&mut self.redraw) {
            // There and back again is no change to the library, but the terminal may have cut or wrapped what it showed.
            // Its own clear() asks the terminal for the cursor and would wait for the answer.
            let size = screen.size()?;
            screen.resize(Rect::new(0, 0, size.width, size.height))?;
        }
        self.drawn = draw(screen, &self.model, theme)?;
        Ok(())
    }

    fn beat(&mut self, at: Instant) {
        self.take(Msg::Beat(at.saturating_duration_since(self.start)));
    }

    /// One message, and a fresh id for the next draft if one was used.
    fn take(&mut self, msg: Msg) {
        let effects = update(&mut self.model, msg);
        self.runner.push(effects.into_iter().filter(|effect| *effect != Effect::Quit).collect());
        if self.model.spare_id.is_none() {
            let id = self.desk.new_order_id();
            self.runner.push(update(&mut self.model, Msg::SpareId(id)));
        }
        for _ in 0..std::mem::take(&mut self.model.ids_wanted) {
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

/// `NO_COLOR` wins over the configuration (no-color.org).
fn theme_name(configured: config::Theme) -> ThemeName {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match configured {
        _ if plain => ThemeName::Plain,
        config::Theme::Default => ThemeName::Default,
        config::Theme::HighContrast => ThemeName::HighContrast,
    }
}
