//! A line of the item search cut into dishes and pieces, each with its place in the line. Knows the signs of the line; finds no
//! articles and does not say what a piece means.

use std::ops::Range;

/// A stretch of the line and what is typed there, without signs and quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Bytes of the line, its sign included.
    pub at: Range<usize>,
    /// The text.
    pub text: String,
    /// Whether it stands in quotes: then nothing in it is a quantity.
    pub is_quoted: bool,
}

/// One dish as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DishText {
    /// Quantity and name, number or code, as far as the next sign.
    pub what: Part,
    /// ` +käse`, ` +2xkäse`: so many for each of the dish.
    pub extras: Vec<(u32, Part)>,
    /// ` -zwiebel`
    pub without: Vec<Part>,
    /// ` #gut durch`
    pub comments: Vec<Part>,
}

/// A line cut apart. Parts that can mean nothing stand in `wrong`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cut {
    /// The dishes; those in which nothing is typed are left out.
    pub dishes: Vec<DishText>,
    /// What stands behind ` .`, without the point.
    pub pieces: Vec<Part>,
    /// A minus and a digit: never a quantity.
    pub negative: Vec<Part>,
    /// What stands behind the pieces and is none.
    pub behind: Vec<Part>,
}

/// What begins at a place of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Dish,
    Extra,
    Without,
    Comment,
    Piece,
}

/// Whether a text holds anything that only the grammar of lines understands. Asked for with every key.
pub fn has_signs(line: &str) -> bool {
    let bytes = line.as_bytes();
    let attached = |at: usize| bytes.get(at + 1).is_some_and(|next| !next.is_ascii_whitespace());
    let is_sign = |(at, byte): (usize, &u8)| match byte {
        b';' | b'"' => true,
        b'+' | b'-' => at > 0 && bytes[at - 1].is_ascii_whitespace() && attached(at),
        b'.' => (at == 0 || bytes[at - 1].is_ascii_whitespace()) && attached(at),
        _ => false,
    };
    bytes.iter().enumerate().any(is_sign)
}

/// Cuts a line. `is_piece` says whether the word behind a point means something: in a comment only such a point ends it.
pub fn cut(line: &str, is_piece: impl Fn(&str) -> bool) -> Cut {
    let signs = signs(line, is_piece);
    let ends = signs.iter().skip(1).map(|(at, _)| *at).chain([line.len()]);
    let mut cut = Cut::default();
    let mut dish = Dish::default();
    for ((at, sign), end) in signs.iter().zip(ends) {
        let own = *at..end;
        match sign {
            Sign::Dish => {
                cut.dishes.extend(std::mem::take(&mut dish).finish());
                let from = if line[own.clone()].starts_with(';') { at + 1 } else { *at };
                dish.what = part(line, from..end, 0);
            }
            Sign::Extra => dish.extras.extend(part(line, own, 1).map(counted)),
            Sign::Without => {
                let text = part(line, own, 1);
                match text.as_ref().is_some_and(|part| part.text.starts_with(|c: char| c.is_ascii_digit())) {
                    true => cut.negative.extend(text),
                    false => dish.without.extend(text),
                }
            }
            Sign::Comment => dish.comments.extend(part(line, own, 1)),
            Sign::Piece => {
                let word_end = line[own.clone()].find(char::is_whitespace).map_or(end, |length| at + length);
                cut.pieces.extend(part(line, *at..word_end, 1));
                cut.behind.extend(part(line, word_end..end, 0));
            }
        }
        // A dish behind a piece would be taken for one more of the pieces' order, and read by nobody.
        if *sign == Sign::Dish && !cut.pieces.is_empty() {
            cut.behind.extend(dish.what.take());
        }
    }
    cut.dishes.extend(dish.finish());
    cut
}

/// A dish that is being cut.
#[derive(Default)]
struct Dish {
    what: Option<Part>,
    extras: Vec<(u32, Part)>,
    without: Vec<Part>,
    comments: Vec<Part>,
}

impl Dish {
    /// The dish, unless nothing was typed for it. What belongs to a dish that is not named stays with an empty name, so that it
    /// is said and not dropped.
    fn finish(self) -> Option<DishText> {
        let Self { what, extras, without, comments } = self;
        let first =
            extras.iter().map(|(_, part)| part).chain(&without).chain(&comments).map(|part| part.at.start).min();
        let what = what.or_else(|| first.map(|at| Part { at: at..at, text: String::new(), is_quoted: false }))?;
        Some(DishText { what, extras, without, comments })
    }
}

/// The signs of a line from left to right; the first is that of the first dish, unless the line begins with a piece.
fn signs(line: &str, is_piece: impl Fn(&str) -> bool) -> Vec<(usize, Sign)> {
    let mut signs = vec![(0, Sign::Dish)];
    let mut before = ' ';
    let mut quoted_to = 0;
    for (at, c) in line.char_indices() {
        let previous = std::mem::replace(&mut before, c);
        if at < quoted_to {
            continue;
        }
        let rest = &line[at + c.len_utf8()..];
        let begins = previous.is_whitespace() || previous == ';';
        let is_attached = rest.chars().next().is_some_and(|next| !next.is_whitespace() && next != ';');
        let in_comment = signs.last().is_some_and(|(_, sign)| *sign == Sign::Comment);
        let word = rest.split([' ', '\t', ';']).next().unwrap_or_default();
        let is_first = line[..at].trim_end().is_empty() || line[..at].trim_end().ends_with(';');
        let sign = match c {
            ';' => Sign::Dish,
            '.' if begins && is_attached && (!in_comment || is_piece(word)) => Sign::Piece,
            _ if in_comment => continue,
            '#' if begins => Sign::Comment,
            '-' if begins && is_attached && (!is_first || word.starts_with(|c: char| c.is_ascii_digit())) => {
                Sign::Without
            }
            '+' if begins && is_attached && !is_first => Sign::Extra,
            '"' if begins || matches!(previous, 'x' | 'X' | '*' | '×' | '+' | '-' | '#') => {
                quoted_to = rest.find('"').map_or(0, |length| at + 1 + length + 1);
                continue;
            }
            _ => continue,
        };
        signs.push((at, sign));
    }
    signs
}

/// The text in a stretch of the line behind its sign, and where it stands; nothing where nothing is typed.
fn part(line: &str, at: Range<usize>, sign: usize) -> Option<Part> {
    let own = &line[at.start + sign..at.end];
    let text = own.trim();
    if text.is_empty() {
        return None;
    }
    let lead = if sign == 0 { own.len() - own.trim_start().len() } else { 0 };
    let start = at.start + lead;
    let end = at.end - (own.len() - own.trim_end().len());
    let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let is_quoted = quoted.is_some_and(|text| !text.contains('"'));
    let text = quoted.filter(|_| is_quoted).unwrap_or(text).trim().to_owned();
    Some(Part { at: start..end, text, is_quoted })
}

/// An extra and how often it is wanted.
fn counted(part: Part) -> (u32, Part) {
    let count = part.text.split_once(['x', 'X', '*', '×']).and_then(|(count, rest)| {
        let count = count.trim().parse::<u32>().ok().filter(|count| *count > 0)?;
        let rest = rest.trim();
        let quoted = rest.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        (!rest.is_empty()).then(|| (count, quoted.unwrap_or(rest).to_owned()))
    });
    match count.filter(|_| !part.is_quoted) {
        Some((count, text)) => (count, Part { text, ..part }),
        None => (1, part),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn is_piece(word: &str) -> bool {
        word == "t12" || word == "1830"
    }

    /// The dishes as `what +extra -without #comment` each, then the pieces, then what is wrong.
    fn shown(line: &str) -> String {
        let cut = cut(line, is_piece);
        let mut out: Vec<String> = Vec::new();
        for dish in &cut.dishes {
            let mut own = vec![format!("<{}>", dish.what.text)];
            own.extend(dish.extras.iter().map(|(count, part)| format!("+{count}·{}", part.text)));
            own.extend(dish.without.iter().map(|part| format!("-{}", part.text)));
            own.extend(dish.comments.iter().map(|part| format!("#{}", part.text)));
            out.push(own.join(" "));
        }
        out.extend(cut.pieces.iter().map(|part| format!(".{}", part.text)));
        out.extend(cut.negative.iter().map(|part| format!("!-{}", part.text)));
        out.extend(cut.behind.iter().map(|part| format!("!{}", part.text)));
        out.join(" | ")
    }

    #[rstest]
    #[case("2 co;51 .t12", "<2 co> | <51> | .t12")]
    #[case("Coca-Cola", "<Coca-Cola>")]
    #[case("Coca - Cola", "<Coca - Cola>")]
    #[case("haw +käse -zwiebel #gut durch", "<haw> +1·käse -zwiebel #gut durch")]
    #[case("haw +2xkäse +ananas frisch", "<haw> +2·käse +1·ananas frisch")]
    #[case("haw #ohne +alles -viel; cola", "<haw> #ohne +alles -viel | <cola>")]
    #[case("haw #um .5 .t12", "<haw> #um .5 | .t12")]
    #[case("haw #um .1830", "<haw> #um | .1830")]
    #[case("\"Menü +1;2\"", "<Menü +1;2>")]
    #[case("2x\"Menü ;\" ; 51", "<2x\"Menü ;\"> | <51>")]
    #[case("pizza 12\" gross", "<pizza 12\" gross>")]
    #[case("-2*1", "!-2*1")]
    #[case("cola; -3 bier", "<cola> | !-3 bier")]
    #[case("-zwiebel", "<-zwiebel>")]
    #[case("cola .t12 51", "<cola> | .t12 | !51")]
    #[case("cola .t12; 51", "<cola> | .t12 | !51")]
    #[case("cola .xyz .1830", "<cola> | .xyz | .1830")]
    #[case(".t12", ".t12")]
    #[case("Fanta 0.5", "<Fanta 0.5>")]
    #[case("Fanta . 5", "<Fanta . 5>")]
    #[case(" ; ;51; ", "<51>")]
    #[case("51 +", "<51 +>")]
    #[case("51; +käse", "<51> | <+käse>")]
    #[case("51; #scharf", "<51> | <> #scharf")]
    #[case("", "")]
    fn is_cut(#[case] line: &str, #[case] wanted: &str) {
        assert_eq!(shown(line), wanted);
    }

    #[rstest]
    #[case("haw", false)]
    #[case("Coca-Cola 0.5", false)]
    #[case("a - b", false)]
    #[case("2 co;51", true)]
    #[case("51 .t12", true)]
    #[case(".t12", true)]
    #[case("51 +k", true)]
    #[case("51 -k", true)]
    #[case("51 #k", false)]
    fn signs_are_seen(#[case] line: &str, #[case] wanted: bool) {
        assert_eq!(has_signs(line), wanted);
    }

    proptest! {
        #[test]
        fn any_line_is_cut_at_places_of_the_line(line in "[a-z0-9 .;+#\"äxX*-]{0,40}|\\PC{0,40}") {
            let cut = cut(&line, is_piece);
            let of_dishes = cut.dishes.iter().flat_map(|dish| {
                let extras = dish.extras.iter().map(|(_, part)| part);
                [&dish.what].into_iter().chain(extras).chain(&dish.without).chain(&dish.comments)
            });
            for part in of_dishes.chain(&cut.pieces).chain(&cut.negative).chain(&cut.behind) {
                prop_assert!(line.get(part.at.clone()).is_some_and(|own| own.contains(part.text.trim_matches('"'))));
            }
            // Nothing that is typed is dropped: what no part holds is a sign or a space.
            let mut left: Vec<bool> = vec![true; line.len()];
            let of_dishes = cut.dishes.iter().flat_map(|dish| {
                let extras = dish.extras.iter().map(|(_, part)| part);
                [&dish.what].into_iter().chain(extras).chain(&dish.without).chain(&dish.comments)
            });
            for part in of_dishes.chain(&cut.pieces).chain(&cut.negative).chain(&cut.behind) {
                left[part.at.clone()].fill(false);
            }
            for (at, c) in line.char_indices() {
                prop_assert!(!left[at] || c.is_whitespace() || matches!(c, ';' | '#' | '"'), "{line:?} at {at}");
            }
        }
    }
}
