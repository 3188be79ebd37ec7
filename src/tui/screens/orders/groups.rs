//! The groups of the live list: orders for later days stand apart, day by day, and what is done after them. Pure: only which
//! line has a heading, and what it says.

use jiff::civil;

use crate::{desk::live::LiveRow, tui::state::model::Model};

/// What a row stands under.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    /// What is to be done now: without a heading.
    Now,
    /// A later day.
    Day(civil::Date),
    /// What is done.
    Done,
}

fn group(model: &Model, row: &LiveRow) -> Group {
    match row.due_at.filter(|_| row.later) {
        Some(at) => Group::Day(at.to_zoned(model.moment.zone.clone()).date()),
        None if row.done => Group::Done,
        None => Group::Now,
    }
}

/// The heading above the row at a position, if its group begins there; with `first` also if it began further up.
pub fn heading(model: &Model, at: usize, first: bool) -> Option<String> {
    let texts = &model.texts;
    let here = group(model, model.orders.list.get(at)?);
    let before = at.checked_sub(1).and_then(|at| model.orders.list.get(at)).map(|row| group(model, row));
    if !first && before == Some(here) {
        return None;
    }
    match here {
        Group::Now => None,
        Group::Day(day) => Some(texts.fill("orders.later", &[("day", &day_words(model, day))])),
        // Without later days above it, what is done can be told by its look.
        Group::Done => (model.orders.list.later_count() > 0).then(|| texts.t("orders.done").to_owned()),
    }
}

/// `Di 24.11.`: the year only where it is another one.
fn day_words(model: &Model, day: civil::Date) -> String {
    let texts = &model.texts;
    let at = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
    let weekday = texts.t("format.weekdays").split(' ').nth(at).unwrap_or_default();
    let date = match day.year() == model.moment.local().year() {
        true => format!("{:02}.{:02}.", day.day(), day.month()),
        false => texts.date(day),
    };
    format!("{weekday} {date}")
}

/// The first row that is shown, so that the selected one is in sight with the headings between them.
pub fn first_shown(model: &Model, height: usize) -> usize {
    let selected = model.orders.selected;
    let (mut start, mut lines) = (selected, 1 + usize::from(heading(model, selected, true).is_some()));
    while let Some(above) = start.checked_sub(1) {
        // The heading of the row that is now first is shown in any case; below it only where its group begins.
        let of_start = usize::from(heading(model, start, true).is_some());
        let kept = usize::from(heading(model, start, false).is_some());
        let of_above = usize::from(heading(model, above, true).is_some());
        lines = lines - of_start + kept + 1 + of_above;
        if lines > height {
            break;
        }
        start = above;
    }
    start
}
