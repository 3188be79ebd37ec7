//! The rules of taking an order, whatever the frontend: what is missing, what can still be had, which session an order joins,
//! when it can be ready. Reads what the desk knows and returns results; holds no text, no cursor and nothing that is drawn.

mod add;
mod availability;
mod check;
mod context;
mod correct;
pub(super) mod due;
mod fields;
mod guest;
mod kitchen;
mod line;
mod lines;
mod prices;
mod questions;
mod reorder;
mod session;
mod split;

pub use add::{Added, Chosen, ExtraWish, NotAdded};
pub use availability::TooFew;
pub use context::{Counter, Placing, Typed, channel_of};
pub use correct::{Correctable, Correction, DraftOrigin};
pub use fields::{LeftTable, change_order_type, is_blank_tip, leave_field, leave_street, write_field};
pub use guest::take_guest;
pub use kitchen::{Counted, KitchenLoad};
pub use line::{LinePlan, LineReading, Piece, PlannedDish, ReadDish, Unread, Why, dish_at, has_signs, is_line};
pub use lines::{add_comment, can_set_price, without_extra};
pub use prices::ChangedLines;
pub use questions::{BadAnswer, ChoiceKind, Progress, Question, Questions};
pub use reorder::{NotReordered, Reorder, Reordered, is_reordered, taken_before};
pub use session::{Session, SessionSource, begin_round, has_rounds, table_number};
pub use split::{
    NoSuchSeat, PutTogether, bill_of,
    swap::{DraftSwap, UnwrittenSwaps},
};

#[cfg(test)]
mod tests;
