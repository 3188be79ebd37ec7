//! The groups of the live list: what is late, what needs somebody, what is due within a quarter of an hour, what is due today, later
//! days one by one, and what is done. Pure: only which line has a heading, and what it says.

use jiff::{SignedDuration, civil};

use crate::{
    desk::live::{Band, LiveRow},
    tui::state::model::Model,
};

/// What stands above the first row of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The words.
    pub text: String,
    /// Whether it is what is late.
    pub is_late: bool,
}

/// What a row stands under: its band, and of later days which one.
type Group = (Band, Option<civil::Date>);

fn group(model: &Model, row: &LiveRow) -> Group {
    let day = row.expected.filter(|_| row.band == Band::Days);
    (row.band, day.map(|at| at.to_zoned(model.moment.zone.clone()).date()))
}

/// The heading above the row at a position, if its group begins there; with `first` also if it began further up.
pub fn heading(model: &Model, at: usize, first: bool) -> Option<Heading> {
    let list = &model.orders.list;
    let here = group(model, list.get(at)?);
    let before = at.checked_sub(1).and_then(|at| list.get(at)).map(|row| group(model, row));
    if !first && before == Some(here) {
        return None;
    }
    // Where nothing is urgent, what is due today needs no name.
    let is_calm = list.get(0).is_some_and(|row| row.band == Band::Today);
    let texts = &model.texts;
    let text = match here {
        (Band::Late, _) => texts.t("band.late").to_owned(),
        (Band::Person, _) => texts.t("band.person").to_owned(),
        (Band::Soon, _) => {
            let until = model.moment.now + SignedDuration::from_mins(15);
            let until = texts.time(until.to_zoned(model.moment.zone.clone()).time());
            texts.fill("band.soon", &[("time", &until)])
        }
        (Band::Today, _) if is_calm => return None,
        (Band::Today | Band::Days, None) => texts.t("band.today").to_owned(),
        (Band::Today | Band::Days, Some(day)) => day_words(model, day),
        (Band::Done, _) => texts.t("band.done").to_owned(),
    };
    Some(Heading { text, is_late: here.0 == Band::Late })
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
