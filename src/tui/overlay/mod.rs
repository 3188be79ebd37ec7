//! What can lie over a screen: one at a time, as one closed enum. Each has a state here and a drawing in `view`.

pub mod comment;
pub mod confirm;
pub mod details;
pub mod help;
pub mod note;
pub mod options;
pub mod palette;
pub mod picker;
pub mod price;
pub mod prompt;
pub mod share;
pub mod split;
pub mod status;
pub mod tables;
pub mod view;

use unicode_width::UnicodeWidthStr;

use comment::CommentPicker;
use confirm::Confirm;
use details::Details;
use help::Help;
use note::NotePrompt;
use options::Options;
use palette::Palette;
use picker::ExtrasPicker;
use price::PricePrompt;
use prompt::Prompt;
use share::Share;
use split::SplitBill;
use status::StatusMenu;
use tables::Tables;

use super::{
    effect::Effect,
    input::{
        command::{Command, Context, Contexts},
        key::Key,
    },
    screens::orders,
    state::model::{Model, Screen, Tone},
};
use crate::{domain::value::text::Clean, words};

/// The overlay that is open.
pub enum Overlay {
    /// Every key, by context.
    Help(Help),
    /// Every command, by typing.
    Palette(Palette),
    /// A yes-or-no question.
    Confirm(Confirm),
    /// One line of text.
    Prompt(Prompt),
    /// The price of a line.
    Price(PricePrompt),
    /// A note of a guest.
    Note(NotePrompt),
    /// The comment of a line, with ready-made ones.
    Comment(Box<CommentPicker>),
    /// Extras for the selected dish.
    Extras(ExtrasPicker),
    /// Options of a dish that is about to be added.
    Options(Box<Options>),
    /// Whether an extra is for one of a dish or for all.
    Share(Box<Share>),
    /// The next status of an order.
    Status(StatusMenu),
    /// The bill that is being split.
    Split(Box<SplitBill>),
    /// The open tables.
    Tables(Tables),
    /// One order with its events.
    Details(Box<Details>),
    /// The technical detail of the last message.
    Notice {
        /// As it was when it was asked for; put into words when it is drawn.
        text: String,
        /// First line shown.
        scroll: usize,
    },
}

impl Overlay {
    /// The contexts keys are looked up in.
    pub fn contexts(&self) -> Vec<Context> {
        self.active().to_vec()
    }

    /// The same, for what asks with every key.
    pub fn active(&self) -> Contexts {
        let contexts: &[Context] = match self {
            Self::Confirm(_) | Self::Prompt(_) | Self::Price(_) | Self::Note(_) | Self::Share(_) => &[Context::Overlay],
            // Orders' keys work on the order that is shown, too.
            Self::Details(_) => &[Context::Overlay, Context::OverlayList, Context::Reading, Context::Orders],
            Self::Help(_) | Self::Notice { .. } => &[Context::Overlay, Context::OverlayList, Context::Reading],
            Self::Extras(picker) if picker.query.is_empty() => {
                &[Context::Overlay, Context::OverlayList, Context::Extras]
            }
            _ => &[Context::Overlay, Context::OverlayList],
        };
        contexts.iter().copied().collect()
    }

    /// A copy of an overlay in whose line of text what is typed appears; `None` if keys do something else in it.
    pub fn typed_text(&self) -> Option<Self> {
        match self {
            Self::Prompt(prompt) => Some(Self::Prompt(prompt.clone())),
            Self::Price(prompt) => Some(Self::Price(prompt.clone())),
            Self::Note(prompt) => Some(Self::Note(prompt.clone())),
            Self::Comment(picker) => Some(Self::Comment(picker.clone())),
            Self::Palette(palette) => Some(Self::Palette(palette.clone())),
            Self::Extras(picker) => Some(Self::Extras(picker.clone())),
            Self::Status(menu) if menu.in_reason => Some(Self::Status(menu.clone())),
            _ => None,
        }
    }
}

/// Does a command while an overlay is open.
pub fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(mut overlay) = model.overlay.take() else { return Vec::new() };
    if command == Command::OverlayClose {
        if let Overlay::Help(help) = overlay {
            help::close(model, help);
            return Vec::new();
        }
        if let Overlay::Share(share) = &mut overlay {
            share::close(model, share);
        }
        if let Overlay::Split(bill) = &overlay {
            split::close(model, bill);
        }
        return Vec::new();
    }
    let accept = command == Command::OverlayAccept;
    match &mut overlay {
        // The ones that are answered close with their answer.
        Overlay::Confirm(confirm) if accept && confirm.question.needs_letter() => return Vec::new(),
        Overlay::Split(bill) if accept => {
            if let Some(effects) = split::accept(model, bill) {
                return effects;
            }
        }
        Overlay::Confirm(confirm) if accept => return confirm::accept(model, confirm),
        Overlay::Prompt(prompt) if accept => return prompt::accept(model, prompt),
        Overlay::Price(prompt) if accept => {
            if price::accept(model, prompt) {
                return Vec::new();
            }
        }
        Overlay::Note(prompt) if accept => return note::accept(model, prompt),
        Overlay::Comment(picker) if accept => {
            comment::accept(model, picker);
            return Vec::new();
        }
        Overlay::Palette(palette) if accept => return palette::accept(model, palette),
        Overlay::Status(menu) if accept => return status::accept(model, menu),
        Overlay::Tables(state) if accept => {
            if tables::accept(model, state) {
                return Vec::new();
            }
        }
        // Enter would answer the window below when it is held: only the key that closes leads back to one.
        Overlay::Help(Help { below: Some(_), .. }) if accept => say_first(model, command),
        Overlay::Help(_) | Overlay::Notice { .. } if accept => return Vec::new(),
        Overlay::Details(_) if accept => return Vec::new(),
        Overlay::Options(options) if accept => {
            if options::accept(model, options) {
                return Vec::new();
            }
        }
        Overlay::Share(share) if accept => return share::answer(model, share, true),
        Overlay::Extras(picker) if accept => {
            if let Some(wish) = picker::accept(model, picker) {
                let back = Some(std::mem::take(picker));
                overlay = Overlay::Share(Box::new(Share { wish, back, ahead: String::new() }));
            }
        }
        other => moved(model, other, command),
    }
    model.overlay = Some(overlay);
    Vec::new()
}

/// What is no answer: moves the selection or the text.
fn moved(model: &mut Model, overlay: &mut Overlay, command: Command) {
    match overlay {
        Overlay::Help(help) => {
            let count = help::lines(model, &help::contexts(model, help)).len();
            scroll_within(&mut help.scroll, count, model, command);
        }
        Overlay::Notice { text, scroll } => {
            let count = notice_lines(&words::reason(text, &model.texts)).len();
            scroll_within(scroll, count, model, command);
        }
        Overlay::Details(details) => {
            let count = details::lines(model, details).len();
            scroll_within(&mut details.scroll, count, model, command);
        }
        Overlay::Palette(palette) => {
            let count = palette::rows(model, palette).len();
            select(&mut palette.selected, count, command);
        }
        Overlay::Split(bill) => split::command(model, bill, command),
        Overlay::Tables(state) => {
            let count = tables::rows(model, state).len();
            select(&mut state.selected, count, command);
        }
        Overlay::Comment(picker) => comment::command(picker, command),
        Overlay::Options(options) => options::command(options, command),
        Overlay::Extras(picker) if command == Command::ExtraLess => picker::less(model, picker),
        Overlay::Extras(picker) => select(&mut picker.selected, picker.hits.best.len(), command),
        Overlay::Status(menu) => status::command(menu, command),
        Overlay::Confirm(_) | Overlay::Prompt(_) | Overlay::Price(_) | Overlay::Note(_) | Overlay::Share(_) => {}
    }
}

/// Says that the window has to be closed before a command; news that stand are worth more.
pub fn say_first(model: &mut Model, command: Command) {
    if !orders::news::stands(model) {
        let keys = [("close", &*model.key_label(Command::OverlayClose)), ("key", &*model.key_label(command))];
        let text = model.texts.fill("notice.window_first", &keys);
        model.say(Tone::Warn, text);
    }
}

/// The language changed: what the open window, or one below help, keeps in words is said again.
pub fn say_again(model: &mut Model) {
    let Some(mut overlay) = model.overlay.take() else { return };
    match &mut overlay {
        Overlay::Help(help) => {
            model.overlay = help.below.take().map(|below| *below);
            say_again(model);
            help.below = model.overlay.take().map(Box::new);
        }
        Overlay::Status(menu) => status::say_again(model, menu),
        Overlay::Confirm(confirm) => return confirm::ask_again(model, confirm),
        _ => {}
    }
    model.overlay = Some(overlay);
}

/// A key that is no command: typed into the overlay's text, or one of its own single keys.
pub fn key(model: &mut Model, key: Key) -> Vec<Effect> {
    let Some(mut overlay) = model.overlay.take() else { return Vec::new() };
    match &mut overlay {
        Overlay::Prompt(prompt) => prompt::key(prompt, key),
        Overlay::Price(prompt) => price::key(prompt, key),
        Overlay::Note(prompt) => note::key(prompt, key),
        Overlay::Comment(picker) => comment::key(picker, key),
        Overlay::Palette(palette) => palette::key(palette, key),
        Overlay::Split(bill) => split::key(model, bill, key),
        Overlay::Tables(state) => tables::key(state, key),
        Overlay::Options(options) => {
            if options::key(model, options, key) {
                return Vec::new();
            }
        }
        Overlay::Extras(picker) => picker::key(model, picker, key),
        Overlay::Status(menu) => {
            if let Some(effects) = status::key(model, menu, key) {
                return effects;
            }
        }
        Overlay::Confirm(confirm) => {
            if let Some(effects) = confirm::key(model, confirm, key) {
                return effects;
            }
        }
        Overlay::Share(share) => {
            if let Some(effects) = share::key(model, share, key) {
                return effects;
            }
        }
        Overlay::Help(_) | Overlay::Details(_) | Overlay::Notice { .. } => {}
    }
    model.overlay = Some(overlay);
    Vec::new()
}

/// Pasted text goes into the overlay's line of text, if it has one.
pub fn paste(model: &mut Model, pasted: &str) {
    let Some(mut overlay) = model.overlay.take() else { return };
    match &mut overlay {
        Overlay::Prompt(prompt) => prompt::paste(prompt, pasted),
        Overlay::Price(prompt) => price::paste(prompt, pasted),
        Overlay::Note(prompt) => note::paste(prompt, pasted),
        Overlay::Comment(picker) => comment::paste(picker, pasted),
        Overlay::Palette(palette) => palette::paste(palette, pasted),
        Overlay::Extras(picker) => picker::paste(model, picker, pasted),
        Overlay::Tables(state) => tables::paste(state, pasted),
        Overlay::Status(menu) => status::paste(menu, pasted),
        Overlay::Confirm(_) | Overlay::Share(_) | Overlay::Help(_) | Overlay::Details(_) => {}
        Overlay::Options(_) | Overlay::Split(_) | Overlay::Notice { .. } => {}
    }
    model.overlay = Some(overlay);
}

/// Puts the cursor on a row, as a click does.
pub fn click(model: &mut Model, row: usize) -> Vec<Effect> {
    if let Some(Overlay::Options(mut options)) = model.overlay.take_if(|open| matches!(open, Overlay::Options(_))) {
        options::toggle(model, &mut options, row);
        model.overlay = Some(Overlay::Options(options));
        return Vec::new();
    }
    if let Some(Overlay::Split(bill)) = &mut model.overlay {
        bill.selected = row;
        return Vec::new();
    }
    match &mut model.overlay {
        Some(Overlay::Comment(picker)) => {
            comment::take(picker, row);
            return Vec::new();
        }
        Some(Overlay::Palette(palette)) => palette.selected = row,
        Some(Overlay::Extras(picker)) => picker.selected = row,
        Some(Overlay::Status(menu)) => menu.selected = row,
        Some(Overlay::Tables(state)) => state.selected = row,
        _ => return Vec::new(),
    }
    command(model, Command::OverlayAccept)
}

/// Lines moved by page up and page down in overlays.
const PAGE: usize = 10;

fn scroll(at: &mut usize, command: Command) {
    match command {
        Command::OverlayDown => *at += 1,
        Command::OverlayUp => *at = at.saturating_sub(1),
        Command::OverlayPageDown => *at += PAGE,
        Command::OverlayPageUp => *at = at.saturating_sub(PAGE),
        Command::OverlayFirst => *at = 0,
        Command::OverlayLast => *at = usize::MAX,
        _ => {}
    }
}

/// Scrolling ends at the last page, or the way back would begin with keys that do nothing.
fn scroll_within(at: &mut usize, count: usize, model: &Model, command: Command) {
    scroll(at, command);
    // Head, message, footer and border; narrow terminals show the folded cart below a draft.
    let around = if model.screen == Screen::Draft { 8 } else { 7 };
    *at = (*at).min(count.saturating_sub(usize::from(model.size.1).saturating_sub(around)));
}

fn select(at: &mut usize, count: usize, command: Command) {
    scroll(at, command);
    *at = (*at).min(count.saturating_sub(1));
}

/// Columns of a technical detail.
const NOTICE_COLUMNS: u16 = 70;

/// Lines of a technical detail that are shown; a list of changes has many.
const NOTICE_LINES: usize = 400;

/// A technical detail, broken into lines.
fn notice_lines(text: &str) -> Vec<String> {
    let columns = usize::from(NOTICE_COLUMNS);
    text.lines().take(NOTICE_LINES).flat_map(|line| wrap(&Clean::bounded(line, 4_000), columns, 0)).collect()
}

/// Breaks a text by words; a word that is longer than a line goes on in the next one. What follows the first is indented.
fn wrap(text: &str, columns: usize, indent: usize) -> Vec<String> {
    // However little room there is, a line holds a letter: else this would never end.
    let columns = columns.max(2);
    let indent = indent.min(columns / 2);
    let mut lines = vec![String::new()];
    for word in text.split_inclusive(' ') {
        let mut rest = word;
        while let Some(line) = lines.last_mut().filter(|_| !rest.is_empty()) {
            if line.width() + rest.trim_end().width() <= columns {
                line.push_str(rest);
                break;
            }
            if line.trim().is_empty() {
                let one = rest.chars().next().map_or(0, char::len_utf8);
                let ends = rest.char_indices().map(|(at, _)| at);
                let end = ends.take_while(|at| line.width() + rest[..*at].width() <= columns).last().unwrap_or(0);
                let (head, tail) = rest.split_at(end.max(one));
                line.push_str(head);
                rest = tail;
            }
            lines.push(" ".repeat(indent));
        }
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

#[cfg(test)]
#[path = "overlay_tests.rs"]
mod tests;
