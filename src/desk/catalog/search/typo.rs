//! Small typing errors: one letter too many, missing, wrong, or two that changed places. Compares folded text; finds nothing
//! by itself.

/// Letters a word needs before an error in it is forgiven; shorter ones resemble everything.
const FORGIVEN: usize = 4;
/// Letters a word needs before two are: `margarita` is Margherita.
const FORGIVEN_TWICE: usize = 8;

/// How many errors in a typed word are forgiven.
pub fn errors(typed: &str) -> usize {
    usize::from(typed.len() >= FORGIVEN) + usize::from(typed.len() >= FORGIVEN_TWICE)
}

/// Whether a folded text holds every typed word, or a word that begins like it but for one error.
pub fn holds(own: &str, words: &[&str]) -> bool {
    let near = |typed: &str| {
        own.contains(typed)
            || (errors(typed) > 0
                && own
                    .split(|c: char| !c.is_alphanumeric())
                    .any(|word| begins(word.as_bytes(), typed.as_bytes()) || resembles(word, typed)))
    };
    words.iter().all(|typed| near(typed))
}

/// Whether a long word is what was typed, or begins so, but for two errors.
fn resembles(word: &str, typed: &str) -> bool {
    let begins_alike = word.bytes().next() == typed.bytes().next();
    let is_long = errors(typed) > 1 && word.len() + 2 >= typed.len();
    let ends = (typed.len() - 2..=typed.len() + 2).map(|end| end.min(word.len()));
    begins_alike
        && is_long
        && ends.filter_map(|end| word.get(..end)).any(|start| strsim::osa_distance(start, typed) <= 2)
}

/// Whether a word begins with what was typed but for one error at most.
fn begins(word: &[u8], typed: &[u8]) -> bool {
    let same = word.iter().zip(typed).take_while(|(a, b)| a == b).count();
    let (word, typed) = (&word[same..], &typed[same..]);
    if typed.is_empty() {
        return true;
    }
    let swapped = word.len() >= 2 && typed.len() >= 2 && word[0] == typed[1] && word[1] == typed[0];
    // The first letter is hardly ever the wrong one, and forgiving it would find too much.
    same > 0
        && (from(word, 1).starts_with(from(typed, 1))
            || word.starts_with(from(typed, 1))
            || from(word, 1).starts_with(typed)
            || (swapped && from(word, 2).starts_with(from(typed, 2))))
}

fn from(bytes: &[u8], at: usize) -> &[u8] {
    bytes.get(at..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("pizza hawaii", &["hawwaii"], true)]
    #[case("pizza hawaii", &["hawiai"], true)]
    #[case("pizza hawaii", &["hawqii"], true)]
    #[case("pizza hawaii", &["hwaii", "piz"], true)]
    #[case("pizza hawaii", &["hawqi", "pixza"], true)]
    #[case("pizza margherita", &["margarita"], true)]
    #[case("pizza margherita", &["margarit"], true)]
    #[case("pizza margherita", &["margot"], false)]
    #[case("pizza hawaii", &["hqqaii"], false)]
    #[case("pizza hawaii", &["qawaii"], false)]
    #[case("tee", &["tex"], false)]
    fn one_error_is_forgiven(#[case] own: &str, #[case] words: &[&str], #[case] found: bool) {
        assert_eq!(holds(own, words), found);
    }

    proptest! {
        #[test]
        fn any_one_error_in_a_long_word_is_forgiven(word in "[a-z]{5,12}", at in 1usize..4, with in "[a-z]", kind in 0..4) {
            let mut typed = word.clone();
            match kind {
                0 => drop(typed.remove(at)),
                1 => typed.insert_str(at, &with),
                2 => typed.replace_range(at..=at, &with),
                _ => {
                    let moved = typed.remove(at);
                    typed.insert(at + 1, moved);
                }
            }
            prop_assert!(holds(&word, &[&typed]), "{word} {typed}");
        }

        #[test]
        fn nothing_panics(own in "\\PC{0,20}", typed in "\\PC{0,10}") {
            holds(&own, &[&typed]);
        }
    }
}
