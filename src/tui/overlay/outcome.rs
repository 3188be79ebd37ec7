//! What becomes of a window after something was done in it. Windows change nothing but themselves: `update` does what an
//! outcome says, in one match.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::{
    desk::counter::{Chosen, ExtraWish, LinePlan, Questions},
    domain::{draft::Draft, shop::article::Article},
    tui::{
        input::command::Command,
        state::{
            model::Tone,
            overlay::{
                Overlay, confirm::Question, dish::Ahead, lists::ExtrasPicker, prompt::NotePrompt, split::SplitBill,
                status::StatusTarget,
            },
        },
    },
};

/// What becomes of a window.
#[derive(Debug)]
pub enum Outcome {
    /// It stays open.
    Stay,
    /// It stays open, and this is said.
    Say(Tone, String),
    /// It stays open, and it is said that it has to be closed before this command.
    CloseFirst(Command),
    /// It closes.
    Close,
    /// Another window takes its place: the one below it.
    Show(Box<Overlay>),
    /// It closes, and the command is done.
    Do(Command),
    /// It closes: the answer is yes.
    Confirmed(Question),
    /// It closes: the line has this comment.
    Comment {
        /// The line of the cart.
        line: i64,
        /// Its comment.
        text: String,
        /// What has to be said of it, because it may have been meant otherwise.
        warning: Option<String>,
    },
    /// It closes: the line costs this.
    Price {
        /// The line of the cart.
        line: i64,
        /// Its price; `None` for the article's own.
        price: Option<Decimal>,
    },
    /// It closes: this is noted of a guest.
    Note(NotePrompt),
    /// It closes: one more dish of a typed line is answered.
    Line {
        /// The line.
        plan: Box<LinePlan>,
        /// What was typed for the next article already.
        ahead: Ahead,
    },
    /// It closes: the order gets this status.
    Status {
        /// Whose.
        target: StatusTarget,
        /// OktoPOS's word.
        status: String,
        /// What the person typed.
        reason: Option<String>,
    },
    /// It closes: a new round for this table.
    Table(i64),
    /// It closes: this open draft is shown.
    Draft(usize),
    /// It closes: an order is opened for this missed call.
    CallBack(usize),
    /// It closes: the dish is added with what was chosen.
    Dish {
        /// The dish and the answers.
        chosen: Box<Chosen>,
        /// What was typed for the next article already.
        ahead: Ahead,
    },
    /// It closes: a dish in the cart has these answers now.
    Answers {
        /// The dish.
        dish: i64,
        /// The answers.
        questions: Box<Questions>,
        /// What was typed for the next article already.
        ahead: Ahead,
    },
    /// It stays open, unless it has to be asked for how many of the dish the extra is.
    Extra(ExtraWish),
    /// It stays open: the dish has one less of this extra.
    LessExtra(Arc<Article>),
    /// It closes: the extra is for one of the dish or for all.
    Shared {
        /// The extra.
        wish: ExtraWish,
        /// Whether it is for one.
        one: bool,
        /// The list it was chosen from, to go back to.
        back: Option<ExtrasPicker>,
        /// What was typed for the next article already.
        ahead: String,
    },
    /// It closes, if the bill can be split so.
    Split(Box<SplitBill>),
    /// It closes: the lines of the bill have seats now.
    Seated(Box<Draft>),
}
