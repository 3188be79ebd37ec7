//! Which table a draft is for, what is open there, and the session its order belongs to. Pure, and from memory: it is asked at
//! every key.
//!
//! A session needs no store of its own. Its token is the `orderId` of its first order, and every later round finds it in the
//! list of orders, after a restart and at another desk alike.

use super::context::Counter;
use crate::{
    desk::live::OpenTable,
    domain::{
        draft::{Draft, field::Field},
        order::OrderType,
        shop::Shop,
    },
};

/// Where the token of a draft comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionSource {
    /// A person typed it: it wins.
    Typed,
    /// Something is open at the table: the order is one more round of it.
    Joined,
    /// It is the first round.
    First,
}

/// The session a draft's order belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// `sessionToken`.
    pub token: String,
    /// Where it comes from.
    pub source: SessionSource,
}

/// The table a draft is for, if it is for one of the house.
pub fn table_number(shop: &Shop, draft: &Draft) -> Option<i64> {
    let typed = draft.fields.get(&Field::Table).filter(|_| draft.order_type == OrderType::Local)?;
    shop.table_number(typed).filter(|number| shop.tables.is_empty() || shop.table(*number).is_some())
}

/// Whether the house takes orders at its tables at all.
pub fn has_rounds(shop: &Shop) -> bool {
    shop.channel(OrderType::Local).is_some()
}

/// Makes a new round for a table of a draft that nothing was typed into.
pub fn begin_round(draft: &mut Draft, table: i64) {
    draft.order_type = OrderType::Local;
    draft.fields.insert(Field::Table, table.to_string());
}

impl<'a> Counter<'a> {
    /// What is open at the table of a draft.
    pub fn open_table(&self, draft: &Draft) -> Option<OpenTable<'a>> {
        let table = table_number(self.shop, draft)?;
        Some(self.orders.open_table(table, typed_token(draft), self.moment.now))
    }

    /// The session of a draft's order; none for an order without a table in which none was typed.
    pub fn session(&self, draft: &Draft) -> Option<Session> {
        let open = self.open_table(draft);
        let joins = open.as_ref().and_then(|open| open.token);
        if let Some(token) = typed_token(draft) {
            let source = match joins {
                Some(_) => SessionSource::Joined,
                None if token == draft.order_id.as_str() => SessionSource::First,
                None => SessionSource::Typed,
            };
            return Some(Session { token: token.to_owned(), source });
        }
        let table = open?.table;
        let found = joins.or_else(|| self.session_being_placed(table)).map(str::to_owned);
        let source = if found.is_some() { SessionSource::Joined } else { SessionSource::First };
        Some(Session { token: found.unwrap_or_else(|| draft.order_id.0.clone()), source })
    }

    /// The token of an order of this table that is being recorded and not in the list yet.
    fn session_being_placed(&self, table: i64) -> Option<&'a str> {
        let mut there =
            self.placing.iter().rev().filter(|placing| table_number(self.shop, placing.draft) == Some(table));
        there.next()?.session
    }

    /// Writes the session into a draft that is about to become an order.
    pub(super) fn join_session(&self, draft: &mut Draft) {
        if let Some(Session { token, .. }) = self.session(draft) {
            draft.fields.insert(Field::SessionToken, token);
        }
    }

    /// Whether the token in a draft came from its table: it does not follow to another one.
    pub fn token_is_of_table(&self, draft: &Draft) -> bool {
        typed_token(draft).is_some()
            && self.session(draft).is_some_and(|session| session.source != SessionSource::Typed)
    }
}

fn typed_token(draft: &Draft) -> Option<&str> {
    draft.fields.get(&Field::SessionToken).map(|token| token.trim()).filter(|token| !token.is_empty())
}
