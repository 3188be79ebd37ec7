//! What a misspelled name probably means. Compares only.

/// Longest name that is taken for a misspelled one, in bytes; comparing costs the square of it.
const MAX_NAME: usize = 100;

/// The candidate a misspelled name most probably means: the most similar one, if any is similar enough.
pub fn closest(name: &str, candidates: impl Iterator<Item = String>) -> Option<String> {
    if name.len() > MAX_NAME {
        return None;
    }
    // Names of very different length are never close enough.
    let near = |other: &String| other.len() * 2 >= name.len() && name.len() * 2 >= other.len();
    let candidates = candidates.filter(near);
    let scored = candidates.map(|candidate| (strsim::normalized_damerau_levenshtein(name, &candidate), candidate));
    scored.filter(|(score, _)| *score >= 0.6).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, candidate)| candidate)
}
