//! CSV tables with a header, as spreadsheets write them: which sign separates, which columns there are, on which line a record
//! begins, and what is wrong where. What the columns mean is not known here.

use csv::StringRecord;

/// Problems that are named; with more, the file is another one.
pub const MAX_PROBLEMS: usize = 20;

/// What is wrong at a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineProblem {
    /// From 1.
    pub line: usize,
    /// What is wrong.
    pub fault: LineFault,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineFault {
    /// Not of the form, in the parser's words.
    Form(String),
    /// There is nothing in the file.
    Empty,
    /// More rows than any shop has.
    TooMany,
    /// A column that must be there is missing.
    MissingColumn(&'static str),
    /// There is no such column.
    UnknownColumn(String),
    /// A value that cannot be used.
    Value {
        /// The column.
        column: &'static str,
        /// As it stands there.
        value: String,
    },
    /// A spreadsheet wrote a number in E notation: its digits are lost.
    Exponent {
        /// The column.
        column: &'static str,
        /// As it stands there.
        value: String,
    },
    /// More than two decimals: a till takes none, and it may be a thousand that lost its meaning.
    Decimals {
        /// The column.
        column: &'static str,
        /// As it stands there.
        value: String,
    },
    /// The row stands there already, and differently.
    Twice(String),
    /// Another row has this value: a key or a scan could not tell the two apart.
    Shared {
        /// The column.
        column: &'static str,
        /// As it stands there.
        value: String,
        /// What the other row is called.
        name: String,
        /// Its line, from 1.
        line: usize,
    },
}

/// What was found wrong so far.
#[derive(Debug, Default)]
pub struct Problems(Vec<LineProblem>);

impl Problems {
    /// Notes what is wrong at a line.
    pub fn add(&mut self, line: usize, fault: LineFault) {
        self.0.push(LineProblem { line, fault });
    }

    /// Whether nothing more needs to be read: the file is too long, or so much is wrong that it is another one.
    pub fn is_hopeless(&self) -> bool {
        let is_too_long = self.0.last().is_some_and(|last| last.fault == LineFault::TooMany);
        is_too_long || self.0.len() >= MAX_PROBLEMS
    }

    /// What was read, if nothing is wrong and there is anything.
    ///
    /// # Errors
    /// The problems, never empty and not more than `MAX_PROBLEMS`.
    pub fn or_all<T>(mut self, rows: Vec<T>) -> Result<Vec<T>, Vec<LineProblem>> {
        if rows.is_empty() && self.0.is_empty() {
            self.add(1, LineFault::Empty);
        }
        self.0.truncate(MAX_PROBLEMS);
        if self.0.is_empty() { Ok(rows) } else { Err(self.0) }
    }
}

/// One row of a table.
pub struct Record<'a> {
    header: &'a [String],
    fields: &'a StringRecord,
}

impl Record<'_> {
    /// The text in this column; empty where there is none.
    pub fn field(&self, column: &str) -> &str {
        let at = self.header.iter().position(|name| name == column);
        at.and_then(|at| self.fields.get(at)).unwrap_or_default()
    }

    /// The same of a number, whose digits must all be there.
    ///
    /// # Errors
    /// `LineFault::Exponent`.
    pub fn digits(&self, column: &'static str) -> Result<&str, LineFault> {
        let text = self.field(column);
        if is_exponent(text) { Err(LineFault::Exponent { column, value: text.to_owned() }) } else { Ok(text) }
    }
}

/// Hands every row with its line to `take`, in sequence, until the problems are hopeless. The header may name only the `known`
/// columns and must name the `required` ones, in any sequence; else no row is read.
pub fn read_rows(
    text: &str,
    (known, required): (&[&str], &[&'static str]),
    problems: &mut Problems,
    mut take: impl FnMut(usize, &Record<'_>) -> Result<(), LineFault>,
) {
    let mut reader = reader(text);
    let header: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(str::to_lowercase).collect(),
        Err(error) => return problems.add(1, LineFault::Form(error.to_string())),
    };
    if header.iter().all(String::is_empty) {
        return problems.add(1, LineFault::Empty);
    }
    for name in header.iter().filter(|name| !known.contains(&name.as_str())) {
        problems.add(1, LineFault::UnknownColumn(name.clone()));
    }
    for name in required.iter().filter(|name| !header.iter().any(|own| own == *name)) {
        problems.add(1, LineFault::MissingColumn(name));
    }
    if !problems.0.is_empty() {
        return;
    }
    for record in reader.records() {
        let (line, taken) = match &record {
            Ok(fields) => {
                let line = fields.position().map_or(1, |at| line_of(text, at));
                (line, take(line, &Record { header: &header, fields }))
            }
            Err(error) => {
                let line = error.position().map_or(1, |at| line_of(text, at));
                (line, Err(LineFault::Form(error.to_string())))
            }
        };
        if let Err(fault) = taken {
            problems.add(line, fault);
        }
        if problems.is_hopeless() {
            return;
        }
    }
}

/// A reader of a table with a header. German spreadsheets write semicolons.
fn reader(text: &str) -> csv::Reader<&[u8]> {
    let head = text.lines().next().unwrap_or_default();
    let is_semicolon = head.matches(';').count() > head.matches(',').count();
    csv::ReaderBuilder::new()
        .delimiter(if is_semicolon { b';' } else { b',' })
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes())
}

/// The line of a record. Its position is before the line ends that lead to it.
fn line_of(text: &str, at: &csv::Position) -> usize {
    let [byte, line] = [at.byte(), at.line()].map(|n| usize::try_from(n).unwrap_or_default());
    let ends = text.bytes().skip(byte).take_while(|byte| matches!(byte, b'\r' | b'\n'));
    line + ends.filter(|byte| *byte == b'\n').count()
}

/// Whether it is a number as spreadsheets write long ones, `4,00638E+12`: its digits are lost.
fn is_exponent(text: &str) -> bool {
    let Some((digits, exponent)) = text.split_once(['E', 'e']) else { return false };
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
        && exponent.strip_prefix(['+', '-']).is_some_and(|digits| digits.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<(usize, LineFault)> {
        let (mut problems, mut rows) = (Problems::default(), Vec::new());
        read_rows(text, (&["a", "b"], &["a"]), &mut problems, |line, record| {
            rows.push((line, record.digits("a")?.to_owned(), record.field("b").to_owned()));
            if rows.len() > 2 { Err(LineFault::TooMany) } else { Ok(()) }
        });
        problems.or_all(rows).map_or_else(|all| all.into_iter().map(|it| (it.line, it.fault)).collect(), |_| Vec::new())
    }

    #[test]
    fn a_header_is_held_to_its_columns() {
        assert_eq!(faults("B;A\n1;2\n"), []);
        assert_eq!(
            faults("b,c\n1,2\n"),
            [(1, LineFault::UnknownColumn("c".into())), (1, LineFault::MissingColumn("a")),]
        );
        assert_eq!(faults(""), [(1, LineFault::Empty)]);
        assert_eq!(faults("a,b\n"), [(1, LineFault::Empty)]);
    }

    #[test]
    fn a_file_that_is_too_long_is_said_once() {
        assert_eq!(faults(&format!("a\n{}", "1\n".repeat(99))), [(4, LineFault::TooMany)]);
        let shortened = LineFault::Exponent { column: "a", value: "1E+9".into() };
        let all = faults(&format!("a\n{}", "1E+9\n".repeat(99)));
        assert_eq!((all.len(), &all[0]), (MAX_PROBLEMS, &(2, shortened)));
    }
}
