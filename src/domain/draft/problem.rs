//! What can keep a draft from being an order, and where it is mended. Says nothing in words: texts are the frontends'.

use jiff::civil;
use rust_decimal::Decimal;

use super::{field::Field, flow::Step};
use crate::domain::shop::promise::Full;

/// Something that keeps a draft from being an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Problem {
    /// Where it is mended.
    pub spot: Spot,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// A place of the draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Spot {
    /// The cart as a whole.
    Cart,
    /// A line by its id.
    Line(i64),
    /// A typed field.
    Field(Field),
    /// The order type.
    OrderType,
    /// A tip by its position.
    Tip(usize),
    /// Who gets a tip, by its position.
    TipUser(usize),
}

/// What is wrong at a spot. The word is also the key of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// Nothing there and something is needed.
    Missing,
    /// The article has no price in this channel.
    NotSold,
    /// Not a whole number.
    NotANumber,
    /// The house has no such table.
    NoSuchTable,
    /// The table has no such seat.
    NoSuchSeat,
    /// Cannot be a phone number.
    Phone,
    /// Cannot be an e-mail address.
    Email,
    /// Cannot be a zip of the shop's country or of the one it names. A manager can let it pass.
    Zip,
    /// Not a time, or one that does not exist.
    Time,
    /// The time has passed.
    TimePassed,
    /// Not a time that has passed, or one that does not exist.
    PastTime,
    /// The time is still to come where only a past one makes sense.
    TimeToCome,
    /// Said to be open although a time of payment is given.
    PaidButOpen,
    /// Characters OktoPOS does not take there.
    Characters,
    /// Not an amount, a percentage or a total.
    Tip,
    /// Nobody of the staff is called that, or several are.
    NoSuchStaff,
    /// The wanted total is below what the order costs.
    TipTotal,
    /// The shop does not offer this order type.
    NotOffered,
    /// There are fewer of it left.
    TooFewLeft,
    /// The sum is larger than a till takes.
    TooLarge,
    /// The delivery area asks for more. A manager can let it pass.
    BelowMinimum {
        /// What is missing.
        missing: Decimal,
        /// What the area asks for.
        minimum: Decimal,
    },
    /// The shop does not deliver there. A manager can let it pass.
    OutsideArea,
    /// The shop is closed at that time. A manager can let it pass.
    Closed {
        /// The local time that was wanted.
        at: civil::DateTime,
        /// When it opens next.
        opens: Option<civil::DateTime>,
    },
    /// The kitchen has no room at that time. A manager can let it pass.
    SlotFull {
        /// Which slot, and why there is no room in it.
        full: Full,
        /// The next time with room.
        next: Option<civil::DateTime>,
    },
}

impl ProblemKind {
    /// Key of its text under `problem.`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NotSold => "not_sold",
            Self::NotANumber => "not_a_number",
            Self::NoSuchTable => "no_such_table",
            Self::NoSuchSeat => "no_such_seat",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Zip => "zip",
            Self::Time => "time",
            Self::TimePassed => "time_passed",
            Self::PastTime => "past_time",
            Self::TimeToCome => "time_to_come",
            Self::PaidButOpen => "paid_but_open",
            Self::Characters => "characters",
            Self::Tip => "tip",
            Self::NoSuchStaff => "no_such_staff",
            Self::TipTotal => "tip_total",
            Self::NotOffered => "not_offered",
            Self::TooFewLeft => "too_few_left",
            Self::TooLarge => "too_large",
            Self::BelowMinimum { .. } => "below_minimum",
            Self::OutsideArea => "outside_area",
            Self::Closed { .. } => "closed",
            Self::SlotFull { .. } => "slot_full",
        }
    }
}

impl Spot {
    /// The step where it is mended.
    pub fn step(self) -> Step {
        match self {
            Self::Cart | Self::Line(_) => Step::Items,
            Self::OrderType => Step::Place,
            Self::Field(field) => field.step(),
            Self::Tip(_) | Self::TipUser(_) => Step::Tip,
        }
    }
}
