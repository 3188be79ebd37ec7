//! What lies over the screen, as data: one window at a time, one closed enum. What is done in a window stands in `tui::overlay`.

pub mod comment;
pub mod confirm;
pub mod details;
pub mod dish;
pub mod lists;
pub mod prompt;
pub mod split;
pub mod status;

use crate::tui::{
    input::command::{Contexts, KeyContext},
    state::overlay::{
        comment::CommentPicker,
        confirm::Confirm,
        details::Details,
        dish::{Options, Share},
        lists::{Drafts, ExtrasPicker, Missed, Palette, Tables},
        prompt::{NotePrompt, PricePrompt, Prompt},
        split::SplitBill,
        status::{CancelMenu, StatusMenu},
    },
};

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
    /// Why an order is cancelled.
    Cancel(CancelMenu),
    /// The bill that is being split.
    Split(Box<SplitBill>),
    /// The open tables.
    Tables(Tables),
    /// The open drafts.
    Drafts(Drafts),
    /// The missed calls.
    Missed(Missed),
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
    pub fn contexts(&self) -> Vec<KeyContext> {
        self.active().to_vec()
    }

    /// The same, for what asks with every key.
    pub fn active(&self) -> Contexts {
        let contexts: &[KeyContext] = match self {
            Self::Confirm(_) | Self::Prompt(_) | Self::Price(_) | Self::Note(_) | Self::Share(_) => {
                &[KeyContext::Overlay]
            }
            // Orders' keys work on the order that is shown, too.
            Self::Details(_) => {
                &[KeyContext::Overlay, KeyContext::OverlayList, KeyContext::Reading, KeyContext::Orders]
            }
            Self::Help(_) | Self::Notice { .. } => &[KeyContext::Overlay, KeyContext::OverlayList, KeyContext::Reading],
            Self::Extras(picker) if picker.query.is_empty() => {
                &[KeyContext::Overlay, KeyContext::OverlayList, KeyContext::Extras]
            }
            _ => &[KeyContext::Overlay, KeyContext::OverlayList],
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
            Self::Cancel(menu) => Some(Self::Cancel(menu.clone())),
            _ => None,
        }
    }
}

/// Where help is scrolled to, and the window it lies over.
#[derive(Default)]
pub struct Help {
    /// First line shown.
    pub scroll: usize,
    /// What was open when help was asked for: it comes back as it was.
    pub below: Option<Box<Overlay>>,
}

impl std::fmt::Debug for Help {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Help").field("scroll", &self.scroll).finish_non_exhaustive()
    }
}
