//! The order being built: cart, typed fields, tips, and where the person is in it. Reads no clock and makes no ids.

pub mod again;
pub mod assortment;
pub mod cart;
pub mod deal;
pub mod field;
pub mod finish;
pub mod flow;
pub mod price;
pub mod problem;
pub mod quick;
pub mod reopen;
pub mod split;
pub mod terms;
pub mod undo;

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    draft::{deal::Deal, field::Field, flow::Step, split::SplitMark, terms::Terms},
    order::OrderType,
    shop::article::Article,
    value::ids::{DeskId, OrderId, Revision},
};

/// An order being built. Everything typed is in it, valid or not, so that a crash loses nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Fixed now, kept for good.
    pub order_id: OrderId,
    /// When it was opened; the draft's age.
    pub opened_at: Timestamp,
    /// Where the person is.
    pub step: Step,
    /// Which field of that step has the cursor, from 0.
    #[serde(default)]
    pub focus: usize,
    /// Decides channel, price and tax.
    pub order_type: OrderType,
    /// The cart: dishes, each followed by its extras.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// Typed fields; an absent one is empty.
    #[serde(default)]
    pub fields: BTreeMap<Field, String>,
    /// Tips.
    #[serde(default)]
    pub tips: Vec<TipDraft>,
    /// Half-typed item search.
    #[serde(default)]
    pub search: String,
    /// The order under this id that it was made of, if it corrects one: it takes the place of that one and of no later one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<Revision>,
    /// Rises each time a draft comes to the front: of several, the one with the highest was shown last.
    #[serde(default)]
    pub turn: u64,
    /// The delivery fee, and what a manager let pass.
    #[serde(default)]
    pub terms: Terms,
    /// Which bill it is a part of, if one was split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<SplitMark>,
    /// Whether it is paid only because a time of payment was typed: without the time it is not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paid_by_time: bool,
}

/// A draft as it is kept, and who has it open.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenDraft {
    /// As it was last saved.
    pub draft: Draft,
    /// The desk that saved or took it last; that desk may have ended. `None` for one from before desks had ids.
    pub desk: Option<DeskId>,
}

/// One line of the cart. Keeps the article as it was when added: a changed price is shown, never taken over in silence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// `basketItemId`, unique in the draft.
    pub id: i64,
    /// `mainBasketItemId`: the dish an extra belongs to; a dish's own id.
    pub main: i64,
    /// What was added.
    pub article: Arc<Article>,
    /// Units; of an extra, for each unit of its dish.
    pub quantity: Decimal,
    /// For the kitchen; may be empty.
    #[serde(default)]
    pub comment: String,
    /// Gross price of one unit that a person set in place of the article's, in every channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manual_price: Option<Decimal>,
    /// What it is part of, where that decides its price; the article then holds the price that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deal: Option<Deal>,
    /// Who at the table pays for it, as it was said before the bill was split; of dishes and their extras alike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<u8>,
}

impl Draft {
    /// An empty draft, shown at its first step.
    pub fn new(order_id: OrderId, opened_at: Timestamp, order_type: OrderType) -> Self {
        Self {
            order_id,
            opened_at,
            step: Step::Items,
            focus: 0,
            order_type,
            lines: Vec::new(),
            fields: BTreeMap::new(),
            tips: Vec::new(),
            search: String::new(),
            corrects: None,
            turn: 0,
            terms: Terms::default(),
            split: None,
            paid_by_time: false,
        }
    }

    /// Whether two drafts hold the same, wherever the person is in them. What is half typed counts.
    pub fn same_content(&self, other: &Self) -> bool {
        let bare = |draft: &Self| Self { step: Step::Items, focus: 0, turn: 0, ..draft.clone() };
        bare(self) == bare(other)
    }

    /// Changes the order type. A table does not follow out of the house.
    pub fn set_order_type(&mut self, order_type: OrderType) {
        self.order_type = order_type;
        if order_type != OrderType::Local {
            self.fields.remove(&Field::Table);
            self.fields.remove(&Field::Seat);
        }
    }
}

impl Line {
    /// A line at its article's own price, for nobody in particular. `main` is the dish it belongs to, or itself.
    pub fn new(id: i64, main: i64, article: Arc<Article>, quantity: Decimal, comment: String) -> Self {
        Self { id, main, article, quantity, comment, manual_price: None, deal: None, seat: None }
    }
}

/// One tip as it is typed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TipDraft {
    /// `2`, `10%` or `=50` (the total the guest wants to pay).
    pub entry: String,
    /// `userId`; may be empty.
    #[serde(default)]
    pub user_id: String,
    /// `paidWith`; may be empty.
    #[serde(default)]
    pub paid_with: String,
    /// `type`; may be empty.
    #[serde(default)]
    pub kind: String,
    /// `notice`; may be empty.
    #[serde(default)]
    pub notice: String,
    /// When it was entered.
    pub created: Timestamp,
}
