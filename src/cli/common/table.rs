//! CSV files as spreadsheets write them: which sign separates, and on which line a record begins. Knows no columns.

/// A reader of a table with a header. German spreadsheets write semicolons.
pub fn reader(text: &str) -> csv::Reader<&[u8]> {
    let head = text.lines().next().unwrap_or_default();
    let is_semicolon = head.matches(';').count() > head.matches(',').count();
    csv::ReaderBuilder::new()
        .delimiter(if is_semicolon { b';' } else { b',' })
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes())
}

/// The line of a record. Its position is before the line ends that lead to it.
pub fn line_of(text: &str, at: &csv::Position) -> usize {
    let [byte, line] = [at.byte(), at.line()].map(|n| usize::try_from(n).unwrap_or_default());
    let ends = text.bytes().skip(byte).take_while(|byte| matches!(byte, b'\r' | b'\n'));
    line + ends.filter(|byte| *byte == b'\n').count()
}

/// Whether it is a number as spreadsheets write long ones, `4,00638E+12`: its digits are lost.
pub fn is_exponent(text: &str) -> bool {
    let Some((digits, exponent)) = text.split_once(['E', 'e']) else { return false };
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
        && exponent.strip_prefix(['+', '-']).is_some_and(|digits| digits.parse::<u16>().is_ok())
}
