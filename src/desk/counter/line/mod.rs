//! One line for a whole order: `2 co;51 +käse -zwiebel .t12 .bar`. What is typed is read as dishes and pieces, every part of it
//! with its place, so that a screen can show what was understood and mark what was not; then the whole of it is taken, or
//! nothing. Draws nothing and holds no cursor.
//!
//! ```text
//! line  = dish { ";" dish } { " ." piece }
//! dish  = [qty] what { " +"[n"x"]extra | " -"word | " #"comment }
//! qty   = 2x  2*  0,35*  350g*  or 1 to 9, a space, and a letter
//! piece = .t12  .s2  .abh  .lief  .haus  .1830  .+40  .asap  .bar  .tip10%  .040123456
//! ```
//!
//! A sign counts only behind a space and attached to what follows, so that "Coca-Cola" is a name; `"…"` protects a text.

mod grammar;
mod piece;
mod plan;
mod print;
mod read;

pub use grammar::has_signs;
pub use piece::Piece;
pub use plan::{LinePlan, PlannedDish};
pub use read::{LineReading, ReadDish, Unread, Why, dish_at, is_line};

#[cfg(test)]
mod tests;
