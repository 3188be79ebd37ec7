//! When an order is due, as a person types it. Works on local times of the shop's zone; reads no clock.

use jiff::{Span, ToSpan, civil};

/// When an order is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// As soon as possible.
    Asap,
    /// At this local time of the shop.
    At(civil::DateTime),
}

/// Reads `asap`, `sofort`, `+25` (minutes), `1830`, `18:30`, `18`, each time also behind a date: `24.12. 18:30`,
/// `24.12.2026 1830`, `2026-12-24 18:30`, `morgen 12`, `tomorrow 12:00`. Empty means as soon as possible.
///
/// A time without a date is today's; one that passed more than twelve hours ago is tomorrow's (`0030` typed at 23:50).
/// `None` if it is none of these or does not exist (`25:00`, 29 February of a common year).
pub fn parse_due(text: &str, now: civil::DateTime) -> Option<Due> {
    let text = text.trim().to_lowercase();
    if text.is_empty() || text == "asap" || text == "sofort" {
        return Some(Due::Asap);
    }
    if let Some(minutes) = text.strip_prefix('+') {
        let minutes: i64 = minutes.trim_end_matches("min").trim().parse().ok().filter(|m| (0..=10_080).contains(m))?;
        let at = now.checked_add(minutes.minutes()).ok()?;
        return at.with().second(0).subsec_nanosecond(0).build().ok().map(Due::At);
    }
    match text.rsplit_once(' ') {
        Some((date, time)) => {
            let date = parse_date(date.trim().trim_end_matches(','), now.date())?;
            Some(Due::At(date.to_datetime(parse_time(time)?)))
        }
        None => {
            let today = now.date().to_datetime(parse_time(&text)?);
            let long_past = today.checked_add(Span::new().hours(12)).ok()? < now;
            let at = if long_past { today.checked_add(1.day()).ok()? } else { today };
            Some(Due::At(at))
        }
    }
}

/// Writes a due time so that `parse_due` reads it back: with the date unless it is today's and not long past.
pub fn write_due(at: civil::DateTime, now: civil::DateTime) -> String {
    let time = format!("{:02}:{:02}", at.hour(), at.minute());
    let means = parse_due(&time, now);
    let is_todays = matches!(means, Some(Due::At(read)) if read.date() == at.date());
    if at.date() == now.date() && is_todays {
        time
    } else {
        format!("{:02}.{:02}.{} {time}", at.day(), at.month(), at.year())
    }
}

fn parse_time(text: &str) -> Option<civil::Time> {
    let (hour, minute) = match text.split_once([':', '.']) {
        Some((hour, minute)) if minute.len() == 2 => (hour, minute),
        Some(_) => return None,
        None if text.len() <= 2 => (text, "0"),
        None if text.len() <= 4 && text.is_ascii() => text.split_at(text.len() - 2),
        None => return None,
    };
    let number = |text: &str| text.parse::<i8>().ok().filter(|_| text.chars().all(|c| c.is_ascii_digit()));
    civil::Time::new(number(hour)?, number(minute)?, 0, 0).ok()
}

fn parse_date(text: &str, today: civil::Date) -> Option<civil::Date> {
    match text {
        "heute" | "today" => return Some(today),
        "morgen" | "tomorrow" => return today.tomorrow().ok(),
        _ => {}
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
    match year {
        Some(year) => {
            let year: i16 = year.parse().ok()?;
            civil::Date::new(if year < 100 { 2000 + year } else { year }, month, day).ok()
        }
        // A day of the year that has passed is next year's: an order for 2 January taken in December.
        None => civil::Date::new(today.year(), month, day)
            .ok()
            .filter(|date| *date >= today)
            .or_else(|| civil::Date::new(today.year() + 1, month, day).ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

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
    fn is_refused(#[case] text: &str) {
        assert_eq!(parse_due(text, now()), None);
    }

    #[test]
    fn as_soon_as_possible() {
        for text in ["", "asap", "Sofort", " "] {
            assert_eq!(parse_due(text, now()), Some(Due::Asap));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(day in -3i32..400, minute in 0i32..1440) {
            let at = now().date().checked_add(day.days()).unwrap().at(0, 0, 0, 0).checked_add(minute.minutes()).unwrap();
            let text = write_due(at, now());
            prop_assert_eq!(parse_due(&text, now()), Some(Due::At(at)));
        }

        #[test]
        fn nothing_panics(text in "\\PC{0,12}") {
            parse_due(&text, now());
        }
    }
}
