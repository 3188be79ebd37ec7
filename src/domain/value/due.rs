//! When an order is due and when it was paid, as a person types it. Works on local times of the shop's zone; reads no
//! clock and knows no language: the words are passed in.

mod words;

use jiff::{Span, ToSpan, civil};

pub use words::TimeWords;
use words::has;

/// When an order is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// As soon as possible.
    Asap,
    /// At this local time of the shop.
    At(civil::DateTime),
}

/// Why a text is no time that has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotPast {
    /// It is no time at all.
    Unreadable,
    /// It is a time that is still to come.
    Future,
}

/// Longest way into the future or the past that is typed in minutes: a week.
const MAX_MINUTES: i64 = 10_080;
/// A day without its year that is still to come this year is last year's, unless that is longer ago than this.
const LONG_AGO_DAYS: i64 = 183;

/// The token of as soon as possible: what the offered times keep for it, whatever it is called.
pub const ASAP: &str = "asap";

/// Reads `asap`, `sofort`, `so bald wie möglich`, `+25` (minutes), `+1h`, `1830`, `18:30`, `18`, `18 Uhr`, `6pm`, each time
/// also behind a day: `24.12. 18:30`, `24.12.2026 1830`, `2026-12-24 18:30`, `morgen 12`, `tomorrow 12:00`, `Sa 18`. Empty
/// means as soon as possible.
///
/// A day of the week is the next one; today's if the time is still to come.
///
/// A time without a date is today's; one that passed more than twelve hours ago is tomorrow's (`0030` typed at 23:50).
/// `None` if it is none of these or does not exist (`25:00`, 29 February of a common year).
pub fn parse_due(text: &str, words: &TimeWords, now: civil::DateTime) -> Option<Due> {
    let text = plain(text, words);
    if words.is_asap(&text) {
        return Some(Due::Asap);
    }
    if let Some(minutes) = text.strip_prefix('+') {
        return whole_minute(now.checked_add(parse_minutes(minutes, words)?).ok()?).map(Due::At);
    }
    match text.rsplit_once(' ') {
        Some((date, time)) => Some(Due::At(parse_day(date, words, now, parse_time(time, words)?, Year::Coming)?)),
        None => {
            let today = now.date().to_datetime(parse_time(&text, words)?);
            let long_past = today.checked_add(Span::new().hours(12)).ok()? < now;
            let at = if long_past { today.checked_add(1.day()).ok()? } else { today };
            Some(Due::At(at))
        }
    }
}

/// Reads a time that has passed: `17:30`, `1730`, `-10` (minutes ago), `jetzt`, `now`, each time also behind a date:
/// `20.11. 17:30`, `gestern 17:30`, `yesterday 1730`, `2026-11-20 17:30`.
///
/// A time without a date is today's, or yesterday's if that is less than twelve hours ago (`23:50` typed at 00:10). A day
/// without a year is this year's, or last year's if that is less than half a year ago.
///
/// # Errors
/// `Future` for what is still to come, `+25` among it; `Unreadable` for what is no time or does not exist.
pub fn parse_past(text: &str, words: &TimeWords, now: civil::DateTime) -> Result<civil::DateTime, NotPast> {
    let text = plain(text, words);
    if text.starts_with('+') {
        return Err(NotPast::Future);
    }
    let at = read_past(&text, words, now).ok_or(NotPast::Unreadable)?;
    if at > now { Err(NotPast::Future) } else { Ok(at) }
}

fn read_past(text: &str, words: &TimeWords, now: civil::DateTime) -> Option<civil::DateTime> {
    if has(&words.now, text) {
        return whole_minute(now);
    }
    if let Some(minutes) = text.strip_prefix('-') {
        return whole_minute(now.checked_sub(parse_minutes(minutes, words)?).ok()?);
    }
    match text.rsplit_once(' ') {
        Some((date, time)) => parse_day(date, words, now, parse_time(time, words)?, Year::Gone),
        None => {
            let today = now.date().to_datetime(parse_time(text, words)?);
            let yesterday = today.checked_sub(1.day()).ok()?;
            let lately = yesterday.checked_add(Span::new().hours(12)).ok()? > now;
            Some(if today > now && lately { yesterday } else { today })
        }
    }
}

/// Writes a time with its date, so that both parsers read it back as the same moment whenever that is.
pub fn write_time(at: civil::DateTime) -> String {
    format!("{:02}.{:02}.{:04} {:02}:{:02}", at.day(), at.month(), at.year(), at.hour(), at.minute())
}

/// A typed time as it is read: small letters, single spaces, without the words around it that mean nothing.
fn plain(text: &str, words: &TimeWords) -> String {
    words.bare(&text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" "))
}

/// `25`, `25 min`, `1h`, `1 h 30`, `2 std`.
fn parse_minutes(text: &str, words: &TimeWords) -> Option<Span> {
    let number = |text: &str| {
        let text = text.trim();
        let digits = !text.is_empty() && text.len() <= 6 && text.chars().all(|c| c.is_ascii_digit());
        text.parse::<i64>().ok().filter(|_| digits)
    };
    let text = words.minutes.iter().fold(text, |text, word| text.trim_end_matches(&**word)).trim();
    let hours = words.hours.iter().find_map(|word| text.split_once(&**word));
    let minutes = match hours {
        Some((hours, "")) => number(hours)? * 60,
        Some((hours, minutes)) => number(hours)? * 60 + number(minutes)?,
        None => number(text)?,
    };
    (minutes <= MAX_MINUTES).then(|| minutes.minutes())
}

fn whole_minute(at: civil::DateTime) -> Option<civil::DateTime> {
    at.with().second(0).subsec_nanosecond(0).build().ok()
}

fn parse_time(text: &str, words: &TimeWords) -> Option<civil::Time> {
    let (text, half) = words.half_of_day(text);
    let (hour, minute) = match text.split_once([':', '.']) {
        Some((hour, minute)) if minute.len() == 2 => (hour, minute),
        Some(_) => return None,
        None if text.len() <= 2 => (text, "0"),
        None if text.len() <= 4 && text.is_ascii() => text.split_at(text.len() - 2),
        None => return None,
    };
    let number = |text: &str| text.parse::<i8>().ok().filter(|_| text.chars().all(|c| c.is_ascii_digit()));
    let hour = match (number(hour)?, half) {
        (hour, None) => hour,
        (hour @ 1..=12, Some(half)) => hour % 12 + half,
        _ => return None,
    };
    civil::Time::new(hour, number(minute)?, 0, 0).ok()
}

/// Which year a day without one belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Year {
    /// This one, or the next: an order for 2 January taken in December.
    Coming,
    /// This one, or the last: a payment of 31 December noted in January.
    Gone,
}

/// A day and a time on it. A day of the week is the nearest one with that time, before or behind now.
fn parse_day(
    text: &str,
    words: &TimeWords,
    now: civil::DateTime,
    time: civil::Time,
    assumed: Year,
) -> Option<civil::DateTime> {
    let text = words.day(text.trim().trim_end_matches(','));
    let named = |names: &Vec<String>| has(names, text.trim_end_matches('.'));
    let Some(weekday) = words.weekdays.iter().position(named) else {
        return Some(parse_date(text, words, now.date(), assumed)?.to_datetime(time));
    };
    let today = usize::try_from(now.date().weekday().to_monday_zero_offset()).ok()?;
    let ahead = i64::try_from((weekday + 7 - today) % 7).ok()?;
    let at = now.date().checked_add(ahead.days()).ok()?.to_datetime(time);
    match assumed {
        Year::Coming if at <= now => at.checked_add(7.days()).ok(),
        Year::Gone if at > now => at.checked_sub(7.days()).ok(),
        _ => Some(at),
    }
}

fn parse_date(text: &str, words: &TimeWords, today: civil::Date, assumed: Year) -> Option<civil::Date> {
    match () {
        () if has(&words.today, text) => return Some(today),
        () if has(&words.tomorrow, text) => return today.tomorrow().ok(),
        () if has(&words.day_after_tomorrow, text) => return today.checked_add(2.days()).ok(),
        () if has(&words.yesterday, text) => return today.yesterday().ok(),
        () => {}
    }
    if let Ok(date) = text.parse::<civil::Date>() {
        return Some(date);
    }
    let mut parts = text.trim_end_matches('.').split('.');
    let day: i8 = parts.next()?.parse().ok()?;
    let month: i8 = parts.next()?.parse().ok()?;
    let year = parts.next();
    if parts.next().is_some() {
        return None;
    }
    if let Some(year) = year {
        let year: i16 = year.parse().ok()?;
        return civil::Date::new(if year < 100 { 2000 + year } else { year }, month, day).ok();
    }
    let in_year = |year| civil::Date::new(year, month, day).ok();
    let this = in_year(today.year());
    match assumed {
        Year::Coming => this.filter(|date| *date >= today).or_else(|| in_year(today.year() + 1)),
        Year::Gone => {
            let long_ago = today.checked_sub(LONG_AGO_DAYS.days()).ok()?;
            let last = in_year(today.year() - 1).filter(|date| *date >= long_ago);
            this.filter(|date| *date <= today).or(last).or(this)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn parse_due(text: &str, now: civil::DateTime) -> Option<Due> {
        super::parse_due(text, &crate::i18n::time_words(), now)
    }

    fn parse_past(text: &str, now: civil::DateTime) -> Result<civil::DateTime, NotPast> {
        super::parse_past(text, &crate::i18n::time_words(), now)
    }

    fn now() -> civil::DateTime {
        civil::date(2026, 11, 23).at(17, 42, 10, 0)
    }

    #[rstest]
    #[case("1830", "2026-11-23T18:30:00")]
    #[case("18:30", "2026-11-23T18:30:00")]
    #[case("18.30", "2026-11-23T18:30:00")]
    #[case("19", "2026-11-23T19:00:00")]
    #[case("930", "2026-11-23T09:30:00")]
    #[case("0030", "2026-11-24T00:30:00")]
    #[case("+25", "2026-11-23T18:07:00")]
    #[case("24.12. 18:30", "2026-12-24T18:30:00")]
    #[case("24.12.27 1830", "2027-12-24T18:30:00")]
    #[case("2.1. 12", "2027-01-02T12:00:00")]
    #[case("2026-12-24 18:30", "2026-12-24T18:30:00")]
    #[case("morgen 12", "2026-11-24T12:00:00")]
    #[case("29.2.2028 12", "2028-02-29T12:00:00")]
    #[case("18 Uhr", "2026-11-23T18:00:00")]
    #[case("um 18:30 Uhr", "2026-11-23T18:30:00")]
    #[case("morgen um 18 Uhr", "2026-11-24T18:00:00")]
    #[case("übermorgen 12", "2026-11-25T12:00:00")]
    #[case("+1h", "2026-11-23T18:42:00")]
    #[case("+1 h 30 min", "2026-11-23T19:12:00")]
    #[case("Sa 18", "2026-11-28T18:00:00")]
    #[case("Samstag 18:00", "2026-11-28T18:00:00")]
    #[case("so. 12 Uhr", "2026-11-29T12:00:00")]
    #[case("Montag, 18", "2026-11-23T18:00:00")]
    #[case("Mo 12", "2026-11-30T12:00:00")]
    #[case("6pm", "2026-11-23T18:00:00")]
    #[case("6:30 PM", "2026-11-23T18:30:00")]
    #[case("12am", "2026-11-24T00:00:00")]
    #[case("tomorrow 18", "2026-11-24T18:00:00")]
    #[case("tomorrow at 6 pm", "2026-11-24T18:00:00")]
    #[case("Sat 18", "2026-11-28T18:00:00")]
    #[case("Wednesday 1830", "2026-11-25T18:30:00")]
    fn is_read(#[case] text: &str, #[case] at: civil::DateTime) {
        assert_eq!(parse_due(text, now()), Some(Due::At(at)));
    }

    #[rstest]
    #[case("25:00")]
    #[case("1860")]
    #[case("29.2.2027 12")]
    #[case("31.4. 12")]
    #[case("+-5")]
    #[case("+99999")]
    #[case("bald")]
    #[case("1.2.3.4 12")]
    #[case("18:3")]
    #[case("13pm")]
    #[case("0am")]
    #[case("+h")]
    #[case("+999999h")]
    #[case("sam 18")]
    #[case("uhr")]
    fn is_refused(#[case] text: &str) {
        assert_eq!(parse_due(text, now()), None);
    }

    #[test]
    fn as_soon_as_possible() {
        for text in ["", "asap", "Sofort", " ", "so bald wie möglich", "Sobald wie möglich", "as soon as possible"] {
            assert_eq!(parse_due(text, now()), Some(Due::Asap));
        }
    }

    #[rstest]
    #[case("17:30", "2026-11-23T17:30:00")]
    #[case("1742", "2026-11-23T17:42:00")]
    #[case("1:30", "2026-11-23T01:30:00")]
    #[case("0", "2026-11-23T00:00:00")]
    #[case("-10", "2026-11-23T17:32:00")]
    #[case("-10 min", "2026-11-23T17:32:00")]
    #[case("jetzt", "2026-11-23T17:42:00")]
    #[case("20.11. 17:30", "2026-11-20T17:30:00")]
    #[case("20.11.26 1730", "2026-11-20T17:30:00")]
    #[case("gestern 23:50", "2026-11-22T23:50:00")]
    #[case("yesterday 9", "2026-11-22T09:00:00")]
    #[case("Sa 18", "2026-11-21T18:00:00")]
    #[case("Mo 12 Uhr", "2026-11-23T12:00:00")]
    #[case("Mon 6pm", "2026-11-16T18:00:00")]
    #[case("-1h", "2026-11-23T16:42:00")]
    #[case("2026-11-20 17:30", "2026-11-20T17:30:00")]
    fn what_has_passed_is_read(#[case] text: &str, #[case] at: civil::DateTime) {
        assert_eq!(parse_past(text, now()), Ok(at));
    }

    #[test]
    fn just_after_midnight_and_new_year_the_past_is_yesterday() {
        let night = civil::date(2027, 1, 1).at(0, 10, 0, 0);
        assert_eq!(parse_past("23:50", night), Ok(civil::date(2026, 12, 31).at(23, 50, 0, 0)));
        assert_eq!(parse_past("31.12. 17:30", night), Ok(civil::date(2026, 12, 31).at(17, 30, 0, 0)));
        assert_eq!(parse_past("0:05", night), Ok(civil::date(2027, 1, 1).at(0, 5, 0, 0)));
    }

    #[rstest]
    #[case("+25", NotPast::Future)]
    #[case("17:43", NotPast::Future)]
    #[case("23:50", NotPast::Future)]
    #[case("morgen 12", NotPast::Future)]
    #[case("24.12. 17:30", NotPast::Future)]
    #[case("20.11.2027 17:30", NotPast::Future)]
    #[case("asap", NotPast::Unreadable)]
    #[case("neulich", NotPast::Unreadable)]
    #[case("--5", NotPast::Unreadable)]
    #[case("-99999", NotPast::Unreadable)]
    #[case("25:00", NotPast::Unreadable)]
    #[case("30.2. 12", NotPast::Unreadable)]
    fn what_has_not_passed_is_refused(#[case] text: &str, #[case] why: NotPast) {
        assert_eq!(parse_past(text, now()), Err(why));
    }

    proptest! {
        /// Whenever it is read: at once, after midnight, next year.
        #[test]
        fn what_is_written_is_read_back(day in -400i32..400, minute in 0i32..1440, later in 0i64..20_000_000) {
            let at = now().date().checked_add(day.days()).unwrap().at(0, 0, 0, 0).checked_add(minute.minutes()).unwrap();
            let read_at = now().checked_add(later.seconds()).unwrap();
            let text = write_time(at);
            prop_assert_eq!(parse_due(&text, read_at), Some(Due::At(at)));
            let past = if at > read_at { Err(NotPast::Future) } else { Ok(at) };
            prop_assert_eq!(parse_past(&text, read_at), past);
        }

        #[test]
        fn nothing_panics(text in "[-+0-9a-z.: ]{0,12}|\\PC{0,12}") {
            parse_due(&text, now());
            if let Ok(at) = parse_past(&text, now()) {
                prop_assert!(at <= now(), "{} is still to come", at);
            }
        }
    }
}
