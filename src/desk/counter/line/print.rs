//! A draft as the line that makes it again, for help and for tests of the grammar. What a line cannot say has none.

use rust_decimal::Decimal;

use super::{
    grammar::has_signs,
    piece::{Piece, read_piece},
};
use crate::{
    desk::counter::Counter,
    domain::{
        draft::{Draft, Line, field::Field},
        order::OrderType,
        shop::article::Article,
        value::due::{ASAP, Due, parse_due, write_time},
    },
};

impl Counter<'_> {
    /// The line that makes this draft out of an empty one; `None` where the grammar has no words for something in it.
    pub fn print_line(&self, draft: &Draft) -> Option<String> {
        let mut dishes = Vec::new();
        for dish in draft.lines.iter().filter(|line| !line.is_extra()) {
            let mut text = self.print_dish(dish)?;
            for extra in draft.extras_of(dish.id) {
                let number = self.number(&extra.article).filter(|_| is_plain(extra) && extra.comment.is_empty())?;
                match extra.quantity == Decimal::ONE {
                    true => text.push_str(&format!(" +{number}")),
                    false => text.push_str(&format!(" +{}x{number}", extra.quantity.normalize())),
                }
            }
            if !dish.comment.is_empty() {
                text.push_str(&format!(" #{}", dish.comment));
            }
            dishes.push(text);
        }
        let mut line = dishes.join(";");
        for piece in self.print_pieces(draft)? {
            line.push_str(&format!(" .{piece}"));
        }
        let mut bare = draft.clone();
        bare.lines.clear();
        bare.fields.retain(|field, _| !PRINTED.contains(field));
        bare.tips.clear();
        bare.search.clear();
        let empty = Draft {
            order_type: draft.order_type,
            ..Draft::new(draft.order_id.clone(), draft.opened_at, draft.order_type)
        };
        bare.same_content(&empty).then_some(line)
    }

    fn print_dish(&self, dish: &Line) -> Option<String> {
        let number = self.number(&dish.article).filter(|_| is_plain(dish))?;
        let says = &dish.comment;
        let is_sayable =
            says.trim() == says && !says.contains([';', '"', '\n']) && !has_signs(says) && !says.contains(" #");
        let quantity = dish.quantity.normalize();
        // With a space: `12x51` could be twelve of one or 51 of the other.
        let counted = || format!("{quantity}x {number}").replace('.', ",");
        is_sayable.then(|| if quantity == Decimal::ONE { number.to_owned() } else { counted() })
    }

    /// The number of an article, if it names this one and nothing else and cannot be read in another way.
    fn number<'a>(&self, article: &'a Article) -> Option<&'a str> {
        let number = &*article.number;
        let is_it = matches!(self.catalog.exact_all(number)[..], [one] if one.id == article.id && **one == *article);
        (is_it && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(number)
    }

    fn print_pieces(&self, draft: &Draft) -> Option<Vec<String>> {
        let text = |field: Field| draft.fields.get(&field).map(String::as_str).filter(|text| !text.is_empty());
        let now = self.moment.local();
        let mut pieces = Vec::new();
        pieces.push(draft.order_type.token().to_lowercase());
        pieces
            .extend(text(Field::Table).filter(|_| draft.order_type == OrderType::Local).map(|text| format!("t{text}")));
        pieces.extend(text(Field::Seat).map(|text| format!("s{text}")));
        if let Some(due) = text(Field::Due) {
            let piece = match parse_due(due, &self.shop.time_words, now)? {
                Due::Asap => ASAP.to_owned(),
                Due::At(at) => format!("{:02}:{:02}", at.hour(), at.minute()),
            };
            pieces.push(piece);
        }
        pieces.extend(text(Field::PaymentMethod).map(str::to_lowercase));
        pieces.extend(text(Field::Phone).map(str::to_owned));
        if let [tip] = draft.tips.as_slice() {
            pieces.push(format!("tip{}", tip.entry));
        }
        // A piece that would be read as something else is none.
        let is_said = |piece: &String| match read_piece(self.shop, piece, now) {
            Ok(Piece::Table(number)) => text(Field::Table) == Some(&*number),
            Ok(Piece::Seat(number)) => text(Field::Seat) == Some(&*number),
            Ok(Piece::OrderType(order_type)) => draft.order_type == order_type,
            Ok(Piece::Due(due)) => text(Field::Due).is_some_and(|own| own == due || own == self.written(&due)),
            Ok(Piece::Payment(token)) => text(Field::PaymentMethod) == Some(&*token),
            Ok(Piece::Tip(entry)) => draft.tips.iter().any(|tip| tip.entry == entry),
            Ok(Piece::Phone(number)) => text(Field::Phone) == Some(&*number),
            Err(_) => false,
        };
        (draft.tips.len() <= 1 && pieces.iter().all(is_said)).then_some(pieces)
    }

    /// A time as the field holds it once it is left.
    fn written(&self, due: &str) -> String {
        match parse_due(due, &self.shop.time_words, self.moment.local()) {
            Some(Due::At(at)) => write_time(at),
            Some(Due::Asap) | None => due.to_owned(),
        }
    }
}

/// What a line says in pieces.
const PRINTED: [Field; 5] = [Field::Table, Field::Seat, Field::Due, Field::PaymentMethod, Field::Phone];

/// Whether a line has nothing but its article, quantity and comment.
fn is_plain(line: &Line) -> bool {
    line.deal.is_none() && line.manual_price.is_none() && line.seat.is_none()
}
