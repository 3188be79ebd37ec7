//! The loop: wait, take what is there, update, draw. One thread does all of it and is the only one that holds the terminal.
//!
//! What the other threads have for the desk lies in bounded channels; whoever puts something into one rings, and the thread
//! looks into all of them (`Wakers`). Keys come first, and cross no thread.

mod sources;

use std::{
    collections::VecDeque,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
    time::Duration,
};

use jiff::tz::TimeZone;
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
};
use tokio_util::sync::CancellationToken;

use crate::{
    config,
    desk::{Desk, event::DeskEvent},
    domain::{shop::Shop, value::moment::Moment},
    session::DeskSession,
    tui::{
        self,
        act::update,
        effect::take_wanted_ids,
        input::keymap::{Keymap, Preset, Terminal},
        msg::Msg,
        shell::{
            error::TuiError,
            input::{
                Source,
                event::{Input, TerminalAnswer},
            },
            run::sources::{Channels, Wakers},
            runner::Runner,
            terminal::{self, Lent, TerminalScreen},
        },
        state::model::{Model, ModelSetup},
        view::Drawn,
        widgets::theme::{Theme, ThemeName},
    },
};

/// Answers and events kept while a frame is drawn.
const QUEUE: usize = 256;
/// Messages taken before a frame is drawn all the same, so that a flood cannot freeze the screen.
const BATCH: usize = 256;
/// Longest time a terminal may take to say that it tells more keys apart, before the desk does without.
const ANSWERS: Duration = Duration::from_secs(2);
/// Longest time the thread that draws is waited for when nobody waits for the desk any more.
const LAST_FRAME: Duration = Duration::from_millis(300);

/// Runs the desk until a person or the system ends it; the terminal is given back in any case. Dropped before that, it ends at
/// once and writes nothing more.
///
/// # Errors
/// When there is no terminal, it is lost, or the last changes could not be written.
pub async fn run(session: DeskSession, lent: Arc<Lent>) -> Result<(), TuiError> {
    let (told, ended) = oneshot::channel();
    let (runtime, abandon) = (Handle::current(), CancellationToken::new());
    let thread = thread::Builder::new().name("desk".into()).spawn({
        let (lent, abandon) = (Arc::clone(&lent), abandon.clone());
        move || {
            // What is started here runs on the runtime's own threads.
            let _context = runtime.enter();
            // Nobody is there to be told if the desk was abandoned.
            told.send(stay(session, &lent, abandon)).ok();
        }
    })?;
    let _guard = Guard { lent: Arc::clone(&lent), abandon, thread };
    ended.await.unwrap_or_else(|_| Err(TuiError::Broken(lent.why().unwrap_or_default())))
}

/// Gives the terminal back however the desk ends.
struct Guard {
    lent: Arc<Lent>,
    abandon: CancellationToken,
    thread: thread::JoinHandle<()>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.abandon.cancel();
        // It may hang in a write to a terminal that takes nothing.
        let step = LAST_FRAME / 30;
        for _ in 0..30 {
            if self.thread.is_finished() {
                break;
            }
            thread::sleep(step);
        }
        self.lent.give_back();
    }
}

/// What the thread that draws does.
fn stay(session: DeskSession, lent: &Arc<Lent>, abandon: CancellationToken) -> Result<(), TuiError> {
    let setup = setup(&session)?;
    let DeskSession { desk, events, calls, theme, look, stop, menu, .. } = session;
    let (taken, mut screen) = terminal::take(lent, look)?;
    let mut source = Source::start()?;
    let (sender, replies) = mpsc::channel(QUEUE);
    let mut model = Model::new(setup);
    model.size = screen.size();
    let theme = Theme::new(theme_name(theme));
    // The first frame is there before anything is read: typing already works.
    let drawn = draw(&mut screen, &model, &theme)?;
    let asked = screen.ask()?;
    if asked {
        source.asked();
    }
    let runner = Runner::start(desk.clone(), Arc::clone(&model.shop), menu, sender);
    let ends = [&stop, lent.broken(), &abandon];
    let mut sources = Wakers::new(Channels { replies, events, calls }, ends, source.waker());
    let mut stage = Stage {
        model,
        desk,
        runner,
        lent: Arc::clone(lent),
        drawn,
        ahead: VecDeque::new(),
        kitty: None,
        redraw: false,
        suspend: false,
        continued: false,
        lost: None,
        dead: None,
    };
    // Where a library reads the keys it tells all of them apart.
    if cfg!(unix) && stage.model.keymap.needs_kitty() {
        stage.kitty = Some(if asked { source.now() + ANSWERS } else { Duration::ZERO });
    }
    while !stage.model.quitting {
        // A terminal that cannot be drawn on, or a panic, ends the desk in order: what was typed is still written.
        match catch_unwind(AssertUnwindSafe(|| stage.turn(&mut source, &mut sources, &mut screen, &theme))) {
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
    let close = async {
        tokio::select! {
            written = stage.runner.close() => written,
            () = abandon.cancelled() => false,
        }
    };
    let written = Handle::current().block_on(close);
    drop(screen);
    let broken = lent.why().or(stage.dead);
    drop(taken);
    match (broken, written, stage.lost) {
        (Some(detail), ..) => Err(TuiError::Broken(detail)),
        (None, false, _) => Err(TuiError::Unwritten),
        (None, true, Some(reason)) => Err(TuiError::Terminal(io::Error::other(reason))),
        (None, true, None) => Ok(()),
    }
}

/// What the model is made from.
fn setup(session: &DeskSession) -> Result<ModelSetup, TuiError> {
    let DeskSession { desk, shop, texts, keys, key_preset, is_demo, .. } = session;
    Ok(ModelSetup {
        lang: texts.lang(),
        keymap: Keymap::of(keys, preset(*key_preset), terminal_here())?,
        demo: *is_demo,
        moment: Moment { now: desk.clock().now(), zone: TimeZone::get(&shop.time_zone)? },
        shop: Shop::clone(shop),
        spare_id: desk.new_order_id(),
    })
}

/// The model and what belongs to it while it runs.
struct Stage {
    model: Model,
    desk: Desk,
    runner: Runner,
    lent: Arc<Lent>,
    drawn: Drawn,
    /// What the terminal sent and nobody has taken: what was typed ahead of the screen.
    ahead: VecDeque<Input>,
    /// Until when the terminal may say that it tells more keys apart; nothing once that is known, or of no use.
    kitty: Option<Duration>,
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
    /// Waits until something happens, takes everything that is there and draws what became of it, unless that is the end.
    fn turn(
        &mut self,
        source: &mut Source,
        sources: &mut Wakers,
        screen: &mut TerminalScreen,
        theme: &Theme,
    ) -> io::Result<()> {
        if self.ahead.is_empty() {
            let until = [self.model.wake_at(), self.kitty].into_iter().flatten().min();
            source.wait(until, &mut self.ahead);
        }
        if !self.batch(source, sources, screen)? {
            return Ok(());
        }
        // A panic elsewhere ends the desk with its next look around: nothing is drawn as if all were well.
        self.model.quitting |= self.lent.broken().is_cancelled();
        if self.model.quitting { Ok(()) } else { self.frame(screen, theme) }
    }

    /// Takes what is there before the next frame. Keys go first; what was found out meanwhile is worth the same frame.
    /// `false` if there was nothing.
    fn batch(&mut self, source: &mut Source, sources: &mut Wakers, screen: &mut TerminalScreen) -> io::Result<bool> {
        let now = self.desk.clock().now();
        self.take(Msg::Clock(now));
        let rung = source.take_rung();
        let mut left = BATCH;
        while left > 0 {
            let next = self.ahead.pop_front();
            let next = next.or_else(|| if rung { sources.try_next().map(Input::Msg) } else { None });
            let Some(input) = next else { break };
            left -= 1;
            match input {
                Input::TerminalAnswer(answer) => self.answered(answer, source, screen)?,
                Input::Resized => {
                    // Keys behind it are for the window as it is now.
                    let (columns, rows) = screen.measure()?;
                    self.take(Msg::Resize(columns, rows));
                    self.redraw = true;
                }
                input => self.input(input),
            }
        }
        if left == 0 {
            // There may be more of it.
            source.ring();
        }
        // What was pressed before that time came before it.
        let now = source.now();
        let is_plain = self.kitty.take_if(|until| *until <= now).is_some();
        if is_plain {
            self.take(Msg::PlainKeys);
        }
        let is_due = self.ahead.is_empty() && self.model.wake_at().is_some_and(|at| at <= now);
        if is_due {
            self.take(Msg::Beat(now));
        }
        Ok(left < BATCH || is_due || is_plain)
    }

    fn input(&mut self, input: Input) {
        match input {
            Input::Msg(msg) => {
                // It may have died before there was a screen, or without a panic.
                if let Msg::Desk(DeskEvent::SenderStopped { reason }) = &msg {
                    self.dead = Some(reason.to_string());
                    self.take(Msg::Terminate);
                }
                self.take(msg);
            }
            Input::Key { key, at } => {
                self.take(Msg::Beat(at));
                self.take(Msg::Key(key));
            }
            Input::Click { column, row, at } => {
                if let Some(target) = self.drawn.hit(column, row) {
                    self.take(Msg::Beat(at));
                    self.take(Msg::Click(target));
                }
            }
            Input::Continued => self.continued = true,
            Input::Suspend => self.suspend = true,
            Input::Lost(reason) => {
                self.lost = Some(reason);
                self.take(Msg::Terminate);
            }
            Input::TerminalAnswer(_) | Input::Resized => {}
        }
    }

    /// The terminal said something of itself.
    fn answered(&mut self, answer: TerminalAnswer, source: &mut Source, screen: &mut TerminalScreen) -> io::Result<()> {
        match answer {
            TerminalAnswer::Synchronized(can) => screen.set_synchronized(can),
            TerminalAnswer::Kitty => {
                self.kitty = None;
                screen.tell_keys_apart(&self.lent)?;
            }
            TerminalAnswer::All => {
                // What it has not said by now it does not say.
                self.kitty = self.kitty.map(|_| Duration::ZERO);
                source.answered();
            }
        }
        Ok(())
    }

    /// Draws what the model is now.
    fn frame(&mut self, screen: &mut TerminalScreen, theme: &Theme) -> io::Result<()> {
        if std::mem::take(&mut self.suspend) {
            screen.stop(&self.lent)?;
            self.continued = false;
            self.redraw = true;
        }
        if std::mem::take(&mut self.continued) {
            screen.take_again(&self.lent)?;
            self.redraw = true;
        }
        if std::mem::take(&mut self.redraw) {
            screen.renew()?;
            let (columns, rows) = screen.size();
            self.take(Msg::Resize(columns, rows));
        }
        if std::mem::take(&mut self.model.orders.rings) {
            screen.ring();
        }
        self.drawn = draw(screen, &self.model, theme)?;
        Ok(())
    }

    /// One message, and the fresh ids that it asks for.
    fn take(&mut self, msg: Msg) {
        let mut next = Some(msg);
        while let Some(msg) = next.take() {
            let mut effects = update(&mut self.model, msg);
            let wanted = take_wanted_ids(&mut effects);
            self.runner.push(effects);
            next = (wanted > 0).then(|| Msg::Ids((0..wanted).map(|_| self.desk.new_order_id()).collect()));
        }
    }
}

fn draw(screen: &mut TerminalScreen, model: &Model, theme: &Theme) -> io::Result<Drawn> {
    let mut drawn = Drawn { targets: Vec::new(), cursor: None };
    screen.draw(|frame| {
        drawn = tui::view::draw(model, theme, frame.buffer_mut());
        if let Some(cursor) = drawn.cursor {
            frame.set_cursor_position(cursor);
        }
    })?;
    Ok(drawn)
}

/// The keys that are not configured.
pub fn preset(configured: config::KeyPreset) -> Preset {
    match configured {
        config::KeyPreset::Default => Preset::Default,
        config::KeyPreset::Letters => Preset::Letters,
    }
}

/// Which terminal this is, as far as it keeps keys for itself.
fn terminal_here() -> Terminal {
    let has = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match () {
        () if has("WT_SESSION") => Terminal::Windows,
        () if has("VTE_VERSION") => Terminal::Gnome,
        () => Terminal::Any,
    }
}

/// `NO_COLOR` wins over the configuration (no-color.org).
fn theme_name(configured: config::ThemeName) -> ThemeName {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match configured {
        _ if plain => ThemeName::Plain,
        config::ThemeName::Default => ThemeName::Default,
        config::ThemeName::HighContrast => ThemeName::HighContrast,
    }
}
