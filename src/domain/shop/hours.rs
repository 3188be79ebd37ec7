//! When the shop is open, `[shop.hours]`: spans of each weekday, and days on which it is closed. PURE: the moment is given. A shop
//! that says nothing is always open.

use jiff::{ToSpan, civil};
use serde::{Deserialize, Serialize};

/// How far ahead an opening is looked for.
const HORIZON_DAYS: i64 = 21;

/// From a time to another one; the end may lie on the day after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: civil::Time,
    to: civil::Time,
}

/// A day of the settings: `11:00-14:30, 17:00-23:00`; empty for a day off.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(Vec<Span>);

/// Opening hours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// Spans by weekday; where all of them are empty the shop is always open.
    pub monday: Day,
    /// The same.
    pub tuesday: Day,
    /// The same.
    pub wednesday: Day,
    /// The same.
    pub thursday: Day,
    /// The same.
    pub friday: Day,
    /// The same.
    pub saturday: Day,
    /// The same.
    pub sunday: Day,
    /// Days off: `2026-12-24`, or `12-25` for every year.
    pub closed: Vec<DayOff>,
}

/// A day on which the shop is closed, of one year or of every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DayOff {
    year: Option<i16>,
    month: i8,
    day: i8,
}

impl Hours {
    /// Whether the shop says when it is open.
    pub fn is_set(&self) -> bool {
        let week = [&self.monday, &self.tuesday, &self.wednesday, &self.thursday, &self.friday];
        week.into_iter().chain([&self.saturday, &self.sunday]).any(|day| !day.0.is_empty())
    }

    /// Whether it is open at this local time. The end of a span does not belong to it.
    pub fn is_open(&self, at: civil::DateTime) -> bool {
        !self.is_set() || self.spans_around(at.date()).any(|(from, to)| from <= at && at < to)
    }

    /// When it opens next, at this local time or after it; `None` if it does not within three weeks. Now, while it is open.
    pub fn opens(&self, at: civil::DateTime) -> Option<civil::DateTime> {
        if self.is_open(at) {
            return Some(at);
        }
        let days = (0..HORIZON_DAYS).filter_map(|days| at.date().checked_add(days.days()).ok());
        days.flat_map(|day| self.spans_of(day)).map(|(from, _)| from).filter(|from| *from > at).min()
    }

    /// The spans that may hold a time of this day: those of the day and what the day before left.
    fn spans_around(&self, date: civil::Date) -> impl Iterator<Item = (civil::DateTime, civil::DateTime)> + '_ {
        let before = date.yesterday().ok();
        before.into_iter().chain([date]).flat_map(|day| self.spans_of(day))
    }

    fn spans_of(&self, date: civil::Date) -> Vec<(civil::DateTime, civil::DateTime)> {
        if self.closed.iter().any(|off| off.is(date)) {
            return Vec::new();
        }
        let span = |Span { from, to }: &Span| {
            let end = if to > from { Some(date) } else { date.tomorrow().ok() };
            Some((date.to_datetime(*from), end?.to_datetime(*to)))
        };
        self.day(date.weekday()).0.iter().filter_map(span).collect()
    }

    fn day(&self, weekday: civil::Weekday) -> &Day {
        match weekday {
            civil::Weekday::Monday => &self.monday,
            civil::Weekday::Tuesday => &self.tuesday,
            civil::Weekday::Wednesday => &self.wednesday,
            civil::Weekday::Thursday => &self.thursday,
            civil::Weekday::Friday => &self.friday,
            civil::Weekday::Saturday => &self.saturday,
            civil::Weekday::Sunday => &self.sunday,
        }
    }
}

impl DayOff {
    fn is(self, date: civil::Date) -> bool {
        self.year.is_none_or(|year| year == date.year()) && (self.month, self.day) == (date.month(), date.day())
    }
}

impl TryFrom<String> for DayOff {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no day such as 2026-12-24 or 12-25");
        let (year, whole) = match text.trim() {
            // A leap year, so that the 29th of February is a day of every year.
            text if text.len() == 5 => (None, format!("2024-{text}")),
            text => (Some(()), text.to_owned()),
        };
        let date: civil::Date = whole.parse().map_err(|_| wrong())?;
        Ok(Self { year: year.map(|()| date.year()), month: date.month(), day: date.day() })
    }
}

impl From<DayOff> for String {
    fn from(DayOff { year, month, day }: DayOff) -> Self {
        match year {
            Some(year) => format!("{year:04}-{month:02}-{day:02}"),
            None => format!("{month:02}-{day:02}"),
        }
    }
}

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no time such as 11:00-14:30, 17:00-23:00");
        let time = |text: &str| -> Option<civil::Time> {
            let (hour, minute) = text.trim().split_once(':')?;
            let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
            // The end of a day is the beginning of the next.
            if (hour, minute) == (24, 0) {
                Some(civil::Time::midnight())
            } else {
                civil::Time::new(hour, minute, 0, 0).ok()
            }
        };
        let span = |part: &str| {
            let (from, to) = part.split_once('-')?;
            Some(Span { from: time(from)?, to: time(to)? })
        };
        let parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
        let spans: Option<Vec<Span>> = parts.into_iter().map(span).collect();
        spans.map(Self).ok_or_else(wrong)
    }
}

impl From<Day> for String {
    fn from(Day(spans): Day) -> Self {
        let span = |Span { from, to }: &Span| {
            format!("{:02}:{:02}-{:02}:{:02}", from.hour(), from.minute(), to.hour(), to.minute())
        };
        spans.iter().map(span).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    /// Monday to Saturday at noon and in the evening, Friday past midnight; closed on a Wednesday and on every 25 December.
    fn hours() -> Hours {
        let day = |text: &str| Day::try_from(text.to_owned()).unwrap();
        let off = |text: &str| DayOff::try_from(text.to_owned()).unwrap();
        Hours {
            monday: day("11:00-14:30, 17:00-22:00"),
            tuesday: day("17:00-22:00"),
            wednesday: day("17:00-22:00"),
            thursday: day("17:00-24:00"),
            friday: day("17:00-02:00"),
            saturday: day("17:00-22:00"),
            sunday: Day::default(),
            closed: vec![off("2026-05-06"), off("12-25")],
        }
    }

    fn at(text: &str) -> civil::DateTime {
        text.parse().unwrap()
    }

    /// 2026-05-04 is a Monday.
    #[rstest]
    #[case::before("2026-05-04T10:59", Some("2026-05-04T11:00"))]
    #[case::first_minute("2026-05-04T11:00", None)]
    #[case::last_minute("2026-05-04T14:29", None)]
    #[case::break_at_noon("2026-05-04T14:30", Some("2026-05-04T17:00"))]
    #[case::evening("2026-05-04T22:00", Some("2026-05-05T17:00"))]
    #[case::day_off("2026-05-06T18:00", Some("2026-05-07T17:00"))]
    #[case::until_midnight("2026-05-07T23:59", None)]
    #[case::midnight("2026-05-08T00:00", Some("2026-05-08T17:00"))]
    #[case::past_midnight("2026-05-09T01:59", None)]
    #[case::end_of_the_night("2026-05-09T02:00", Some("2026-05-09T17:00"))]
    #[case::sunday("2026-05-10T18:00", Some("2026-05-11T11:00"))]
    #[case::every_year("2026-12-25T18:00", Some("2026-12-26T17:00"))]
    #[case::the_night_before_a_day_off("2027-12-25T00:30", None)]
    #[case::the_day_off_itself("2027-12-25T18:00", Some("2027-12-27T11:00"))]
    fn when_it_is_open_and_when_it_opens(#[case] now: &str, #[case] opens: Option<&str>) {
        assert_eq!(hours().is_open(at(now)), opens.is_none());
        assert_eq!(hours().opens(at(now)), Some(at(opens.unwrap_or(now))));
    }

    #[test]
    fn a_shop_that_says_nothing_is_always_open_and_one_that_never_opens_says_so() {
        let now = at("2026-05-04T03:00");
        let silent = Hours { closed: hours().closed, ..Hours::default() };
        assert!(!silent.is_set() && silent.is_open(now));
        assert_eq!(silent.opens(now), Some(now));
        let offs = (0..30).map(|day| at("2026-05-04T00:00").date().checked_add(i64::from(day).days()).unwrap());
        let closed = offs.map(|day| DayOff { year: None, month: day.month(), day: day.day() }).collect();
        assert_eq!(Hours { closed, ..hours() }.opens(now), None);
    }

    #[rstest]
    #[case("")]
    #[case("13-01")]
    #[case("2026-02-30")]
    #[case("24.12.2026")]
    fn what_is_no_day_is_refused(#[case] text: &str) {
        assert!(DayOff::try_from(text.to_owned()).is_err());
    }

    #[rstest]
    #[case("11-14")]
    #[case("11:00")]
    #[case("25:00-26:00")]
    #[case("11:00-24:30")]
    #[case("mittags")]
    fn what_is_no_time_is_refused(#[case] text: &str) {
        assert!(Day::try_from(text.to_owned()).is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_it_was(spans in proptest::collection::vec((0i8..24, 0i8..60, 0i8..24, 0i8..60), 0..4)) {
            let span = |(a, b, c, d)| Span { from: civil::time(a, b, 0, 0), to: civil::time(c, d, 0, 0) };
            let day = Day(spans.into_iter().map(span).collect());
            prop_assert_eq!(Day::try_from(String::from(day.clone())).unwrap(), day);
        }

        #[test]
        fn it_opens_only_when_it_is_open(hour in 0i64..24 * 400) {
            let now = at("2026-05-04T00:00").checked_add(hour.hours()).unwrap();
            let opens = hours().opens(now).unwrap();
            prop_assert!(opens >= now && hours().is_open(opens));
        }
    }
}
