//! What belongs to the order and not to a dish, by the shape of what is typed: `.t12`, `.abh`, `.1830`, `.bar`. Reads a word;
//! changes no draft.

use jiff::civil;

use crate::{
    desk::catalog::fold::fold,
    domain::{
        order::OrderType,
        shop::Shop,
        value::{
            due::{ASAP, parse_due},
            tip::TipEntry,
        },
    },
};

/// Digits of a phone number, at least.
const PHONE: usize = 6;
/// Digits of minutes from now, at most.
const MINUTES: usize = 3;

/// A piece that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// `.t12`: the table, as the field holds it.
    Table(String),
    /// `.s2`: the seat.
    Seat(String),
    /// `.abh`
    OrderType(OrderType),
    /// `.1830`, `.+40`, `.asap`: as the field is typed.
    Due(String),
    /// `.bar`: the token of a payment method.
    Payment(String),
    /// `.tip10%`: as a tip is typed.
    Tip(String),
    /// `.040123456`
    Phone(String),
}

/// Why a word is no piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotPiece {
    /// It means nothing. The word that is spelled most like it, if one is.
    Unknown(Option<String>),
    /// It begins several words.
    Ambiguous(Vec<String>),
}

impl Piece {
    /// Whether two pieces say the same kind of thing, so that only one of them can count.
    pub fn is_same_kind(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// Reads the word behind a point. Times are read as at `now`, in the shop's zone.
///
/// # Errors
/// Why it is none.
pub fn read_piece(shop: &Shop, word: &str, now: civil::DateTime) -> Result<Piece, NotPiece> {
    let word = fold(word);
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_phone = |text: &str| text.starts_with(['0', '+']) && is_digits(text.strip_prefix('+').unwrap_or(text));
    let due = |text: &str| parse_due(text, &shop.time_words, now).is_some().then(|| Piece::Due(text.to_owned()));
    let minutes = word.strip_prefix('+').filter(|digits| is_digits(digits) && digits.len() <= MINUTES);
    if minutes.is_some() || word.contains(':') || (is_digits(&word) && (3..=4).contains(&word.len())) {
        return due(&word).ok_or(NotPiece::Unknown(None));
    }
    if is_phone(&word) && word.trim_start_matches('+').len() >= PHONE {
        return Ok(Piece::Phone(word));
    }
    let words = &shop.piece_words;
    let behind = |list: &[String]| list.iter().filter_map(|own| word.strip_prefix(&*fold(own))).min_by_key(|r| r.len());
    if let Some(number) = behind(&words.table).filter(|number| is_digits(number)) {
        return Ok(Piece::Table(number.to_owned()));
    }
    if let Some(number) = behind(&words.seat).filter(|number| is_digits(number)) {
        return Ok(Piece::Seat(number.to_owned()));
    }
    if let Some(entry) = behind(&words.tip).filter(|entry| TipEntry::parse(entry).is_some()) {
        return Ok(Piece::Tip(entry.to_owned()));
    }
    // `.t` is a table whose number is still to come, whatever other word begins so.
    if [&words.table, &words.seat, &words.tip].into_iter().flatten().any(|own| fold(own) == word) {
        return Err(NotPiece::Unknown(None));
    }
    by_word(shop, &word)
}

/// The one piece whose word begins so.
fn by_word(shop: &Shop, word: &str) -> Result<Piece, NotPiece> {
    let known = known(shop);
    if let Some((_, piece)) = known.iter().find(|(own, _)| own == word) {
        return Ok(piece.clone());
    }
    let begun: Vec<&(String, Piece)> =
        known.iter().filter(|(own, _)| !word.is_empty() && own.starts_with(word)).collect();
    match begun.as_slice() {
        [] => Err(NotPiece::Unknown(nearest(&known, word))),
        [(_, first), rest @ ..] if rest.iter().all(|(_, other)| other == first) => Ok(first.clone()),
        several => Err(NotPiece::Ambiguous(several.iter().map(|(own, _)| own.clone()).collect())),
    }
}

/// Every word that stands for a piece by itself, and its piece.
fn known(shop: &Shop) -> Vec<(String, Piece)> {
    let words = &shop.piece_words;
    let mut known = Vec::new();
    let mut learn = |word: &str, piece: Piece| {
        let word: String = fold(word).split_whitespace().collect();
        if !word.is_empty() && !known.iter().any(|(own, other)| *own == word && *other == piece) {
            known.push((word, piece));
        }
    };
    for rule in &shop.order_types {
        let own = words.order_types.get(&rule.order_type).into_iter().flatten().map(String::as_str);
        own.chain([rule.order_type.token()]).for_each(|word| learn(word, Piece::OrderType(rule.order_type)));
    }
    for word in shop.time_words.asap.iter().map(String::as_str).chain([ASAP]) {
        learn(word, Piece::Due(ASAP.to_owned()));
    }
    for method in &shop.payment_methods {
        let own = words.payments.get(&method.token.to_lowercase()).into_iter().flatten().map(String::as_str);
        let all = own.chain(method.label.as_deref()).chain([method.token.as_str()]);
        all.for_each(|word| learn(word, Piece::Payment(method.token.clone())));
    }
    known
}

/// The word that is spelled most like this one, if one is.
fn nearest(known: &[(String, Piece)], word: &str) -> Option<String> {
    let likeness = |own: &str| strsim::jaro_winkler(own, word);
    let best = known.iter().map(|(own, _)| own).max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) > 0.7).then(|| best.clone())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::domain::testing::shop;

    fn read(word: &str) -> Result<Piece, NotPiece> {
        read_piece(&shop(), word, "2026-05-04T17:00:00".parse().unwrap())
    }

    #[rstest]
    #[case("t12", Piece::Table("12".into()))]
    #[case("T12", Piece::Table("12".into()))]
    #[case("tisch12", Piece::Table("12".into()))]
    #[case("table3", Piece::Table("3".into()))]
    #[case("s2", Piece::Seat("2".into()))]
    #[case("platz2", Piece::Seat("2".into()))]
    #[case("abh", Piece::OrderType(OrderType::Pickup))]
    #[case("lief", Piece::OrderType(OrderType::Delivery))]
    #[case("haus", Piece::OrderType(OrderType::Local))]
    #[case("pick", Piece::OrderType(OrderType::Pickup))]
    #[case("1830", Piece::Due("1830".into()))]
    #[case("930", Piece::Due("930".into()))]
    #[case("18:30", Piece::Due("18:30".into()))]
    #[case("+40", Piece::Due("+40".into()))]
    #[case("asap", Piece::Due("asap".into()))]
    #[case("sofort", Piece::Due("asap".into()))]
    #[case("bar", Piece::Payment("CASH".into()))]
    #[case("cash", Piece::Payment("CASH".into()))]
    #[case("kred", Piece::Payment("CREDIT_CARD".into()))]
    #[case("tip10%", Piece::Tip("10%".into()))]
    #[case("tip2,50", Piece::Tip("2,50".into()))]
    #[case("tip=50", Piece::Tip("=50".into()))]
    #[case("040123456", Piece::Phone("040123456".into()))]
    #[case("+4940123456", Piece::Phone("+4940123456".into()))]
    fn is_read(#[case] word: &str, #[case] wanted: Piece) {
        assert_eq!(read(word), Ok(wanted));
    }

    #[test]
    fn a_beginning_of_several_words_names_them() {
        let Err(NotPiece::Ambiguous(words)) = read("a") else { panic!("pickup and as soon as possible begin so") };
        assert!(words.contains(&"abholung".to_owned()) && words.contains(&"asap".to_owned()), "{words:?}");
    }

    #[rstest]
    #[case("2560", None)]
    #[case("25:00", None)]
    #[case("12", None)]
    #[case("12345", None)]
    #[case("+1234", None)]
    #[case("t", None)]
    #[case("lifer", Some("lieferung"))]
    #[case("zzz", None)]
    #[case("tipviel", None)]
    fn is_no_piece(#[case] word: &str, #[case] nearest: Option<&str>) {
        match read(word) {
            Err(NotPiece::Unknown(found)) if nearest.is_some() => assert_eq!(found.as_deref(), nearest),
            other => assert!(other.is_err(), "{other:?}"),
        }
    }
}
