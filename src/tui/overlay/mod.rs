//! What can lie over a screen: one at a time, as one closed enum. Each has a state here and a drawing in `view`. Whatever is
//! done in a window changes the window alone and returns an `Outcome`; the model is only read.

pub mod comment;
pub mod confirm;
pub mod details;
pub mod help;
pub mod options;
pub mod outcome;
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
use options::Options;
use palette::Palette;
use picker::ExtrasPicker;
use price::PricePrompt;
use prompt::{NotePrompt, Prompt};
use share::Share;
use split::SplitBill;
use status::StatusMenu;
use tables::Tables;

pub use outcome::Outcome;

use super::{
    input::{
        command::{Command, Context, Contexts, OverlayListCommand, ReadingCommand},
        edit,
        key::Key,
    },
    state::model::{Model, Screen},
};
use crate::{domain::value::text::Clean, words};

/// The overlay that is open.
#[derive(Debug)]
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

/// Where the selection or the text of a window is moved to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// The next line.
    Down,
    /// The line before.
    Up,
    /// Several lines on.
    PageDown,
    /// Several lines back.
    PageUp,
    /// The first line.
    First,
    /// The last line.
    Last,
}

/// Takes what is chosen or typed in a window.
pub fn accept(model: &Model, overlay: &mut Overlay) -> Outcome {
    match overlay {
        Overlay::Confirm(confirm) if confirm.question.needs_letter() => Outcome::Close,
        Overlay::Confirm(confirm) => Outcome::Confirmed(confirm.question.clone()),
        Overlay::Prompt(prompt) => prompt::accept(prompt),
        Overlay::Price(prompt) => price::accept(model, prompt),
        Overlay::Note(prompt) => Outcome::Note(prompt.clone()),
        Overlay::Comment(picker) => comment::accept(model, picker),
        Overlay::Palette(palette) => palette::accept(model, palette),
        Overlay::Status(menu) => status::accept(menu),
        Overlay::Tables(state) => tables::accept(model, state),
        Overlay::Options(options) => options::accept(model, options),
        Overlay::Share(share) => share::answer(share, true),
        Overlay::Extras(picker) => picker::accept(model, picker),
        Overlay::Split(bill) => Outcome::Split(bill.clone()),
        // Enter would answer the window below when it is held: only the key that closes leads back to one.
        Overlay::Help(Help { below: Some(_), .. }) => Outcome::CloseFirst(Command::OverlayAccept),
        Overlay::Help(_) | Overlay::Details(_) | Overlay::Notice { .. } => Outcome::Close,
    }
}

/// Closes a window without taking anything.
pub fn close(model: &Model, overlay: &mut Overlay) -> Outcome {
    match overlay {
        Overlay::Help(help) => help::close(model, help),
        Overlay::Share(share) => share::close(model, share),
        Overlay::Split(bill) => split::close(bill),
        Overlay::Palette(_) | Overlay::Confirm(_) | Overlay::Prompt(_) | Overlay::Price(_) | Overlay::Note(_) => {
            Outcome::Close
        }
        Overlay::Comment(_) | Overlay::Extras(_) | Overlay::Options(_) | Overlay::Status(_) => Outcome::Close,
        Overlay::Tables(_) | Overlay::Details(_) | Overlay::Notice { .. } => Outcome::Close,
    }
}

/// A command of a window with a list.
pub fn list(model: &Model, overlay: &mut Overlay, command: OverlayListCommand) -> Outcome {
    let by = match command {
        OverlayListCommand::OverlayDown => Move::Down,
        OverlayListCommand::OverlayUp => Move::Up,
        OverlayListCommand::OverlayPageDown => Move::PageDown,
        OverlayListCommand::OverlayPageUp => Move::PageUp,
        OverlayListCommand::OverlayTab => return tab(model, overlay),
    };
    moved(model, overlay, by);
    Outcome::Stay
}

/// A command of a window that is only read.
pub fn read(model: &Model, overlay: &mut Overlay, command: ReadingCommand) -> Outcome {
    let by = match command {
        ReadingCommand::OverlayFirst => Move::First,
        ReadingCommand::OverlayLast => Move::Last,
    };
    moved(model, overlay, by);
    Outcome::Stay
}

/// One less of the selected extra.
pub fn less(model: &Model, overlay: &Overlay) -> Outcome {
    match overlay {
        Overlay::Extras(picker) => picker::selected(model, picker).map_or(Outcome::Stay, Outcome::LessExtra),
        _ => Outcome::Stay,
    }
}

/// The other part of a window.
fn tab(model: &Model, overlay: &mut Overlay) -> Outcome {
    match overlay {
        Overlay::Split(bill) => return split::turn(model, bill),
        Overlay::Comment(picker) => comment::take(picker, picker.selected),
        Overlay::Status(menu) => menu.in_reason = !menu.in_reason,
        _ => {}
    }
    Outcome::Stay
}

/// Moves the selection or the text.
fn moved(model: &Model, overlay: &mut Overlay, by: Move) {
    match overlay {
        Overlay::Help(help) => {
            let count = help::lines(model, &help::contexts(model, help)).len();
            scroll_within(&mut help.scroll, count, model, by);
        }
        Overlay::Notice { text, scroll } => {
            let count = notice_lines(&words::reason(text, &model.texts)).len();
            scroll_within(scroll, count, model, by);
        }
        Overlay::Details(details) => {
            let count = details::lines(model, details).len();
            scroll_within(&mut details.scroll, count, model, by);
        }
        Overlay::Palette(palette) => {
            let count = palette::rows(model, palette).len();
            select(&mut palette.selected, count, by);
        }
        Overlay::Split(bill) => {
            let count = bill.dishes().len();
            select(&mut bill.selected, count, by);
        }
        Overlay::Tables(state) => {
            let count = tables::rows(model, state).len();
            select(&mut state.selected, count, by);
        }
        Overlay::Comment(picker) => comment::moved(picker, by),
        Overlay::Options(options) => {
            let count = options.questions.current().map_or(0, |question| question.choices.len());
            select(&mut options.selected, count, by);
        }
        Overlay::Extras(picker) => select(&mut picker.selected, picker.hits.best.len(), by),
        Overlay::Status(menu) => select(&mut menu.selected, menu.offers.len(), by),
        Overlay::Confirm(_) | Overlay::Prompt(_) | Overlay::Price(_) | Overlay::Note(_) | Overlay::Share(_) => {}
    }
}

/// A key that is no command: typed into the window's text, or one of its own single keys.
pub fn key(model: &Model, overlay: &mut Overlay, key: Key) -> Outcome {
    match overlay {
        Overlay::Split(bill) => return split::key(model, bill, key),
        Overlay::Options(options) => return options::key(model, options, key),
        Overlay::Status(menu) => return status::key(menu, key),
        Overlay::Confirm(confirm) => return confirm::key(model, confirm, key),
        Overlay::Share(share) => return share::key(model, share, key),
        Overlay::Prompt(Prompt { text, cursor, .. }) | Overlay::Note(NotePrompt { text, cursor, .. }) => {
            edit::key(text, cursor, key);
        }
        Overlay::Price(prompt) => price::key(prompt, key),
        Overlay::Comment(picker) => comment::key(picker, key),
        Overlay::Palette(palette) => palette::key(palette, key),
        Overlay::Tables(state) => tables::key(state, key),
        Overlay::Extras(picker) => picker::key(model, picker, key),
        Overlay::Help(_) | Overlay::Details(_) | Overlay::Notice { .. } => {}
    }
    Outcome::Stay
}

/// Pasted text goes into the window's line of text, if it has one.
pub fn paste(model: &Model, overlay: &mut Overlay, pasted: &str) -> Outcome {
    match overlay {
        // A line end in it does not accept.
        Overlay::Prompt(Prompt { text, cursor, .. }) | Overlay::Note(NotePrompt { text, cursor, .. }) => {
            edit::insert(text, cursor, pasted);
        }
        Overlay::Price(prompt) => price::paste(prompt, pasted),
        Overlay::Comment(picker) => comment::paste(picker, pasted),
        Overlay::Palette(palette) => palette::paste(palette, pasted),
        Overlay::Extras(picker) => picker::paste(model, picker, pasted),
        Overlay::Tables(state) => tables::paste(state, pasted),
        Overlay::Status(menu) => status::paste(menu, pasted),
        Overlay::Confirm(_) | Overlay::Share(_) | Overlay::Help(_) | Overlay::Details(_) => {}
        Overlay::Options(_) | Overlay::Split(_) | Overlay::Notice { .. } => {}
    }
    Outcome::Stay
}

/// A click on a row.
pub fn click(model: &Model, overlay: &mut Overlay, row: usize) -> Outcome {
    match overlay {
        Overlay::Options(options) => return options::toggle(model, options, row).unwrap_or(Outcome::Stay),
        Overlay::Split(bill) => {
            bill.selected = row;
            return Outcome::Stay;
        }
        Overlay::Comment(picker) => {
            comment::take(picker, row);
            return Outcome::Stay;
        }
        Overlay::Palette(palette) => palette.selected = row,
        Overlay::Extras(picker) => picker.selected = row,
        Overlay::Status(menu) => menu.selected = row,
        Overlay::Tables(state) => state.selected = row,
        Overlay::Help(_) | Overlay::Confirm(_) | Overlay::Prompt(_) | Overlay::Price(_) | Overlay::Note(_) => {
            return Outcome::Stay;
        }
        Overlay::Share(_) | Overlay::Details(_) | Overlay::Notice { .. } => return Outcome::Stay,
    }
    accept(model, overlay)
}

/// Lines moved by page up and page down in overlays.
const PAGE: usize = 10;

fn scroll(at: &mut usize, by: Move) {
    match by {
        Move::Down => *at += 1,
        Move::Up => *at = at.saturating_sub(1),
        Move::PageDown => *at += PAGE,
        Move::PageUp => *at = at.saturating_sub(PAGE),
        Move::First => *at = 0,
        Move::Last => *at = usize::MAX,
    }
}

/// Scrolling ends at the last page, or the way back would begin with keys that do nothing.
fn scroll_within(at: &mut usize, count: usize, model: &Model, by: Move) {
    scroll(at, by);
    // Head, message, footer and border; narrow terminals show the folded cart below a draft.
    let around = if model.screen == Screen::Draft { 8 } else { 7 };
    *at = (*at).min(count.saturating_sub(usize::from(model.size.1).saturating_sub(around)));
}

fn select(at: &mut usize, count: usize, by: Move) {
    scroll(at, by);
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
