//! From a local pickup time to the instant the order is due. PURE: reads the zone's rules, no clock.

use jiff::{Timestamp, tz::AmbiguousOffset, tz::TimeZone};

use crate::{
    desk::error::{DeskError, TimeProblem},
    domain::order::Pickup,
};

/// When the order is due, UTC; `None` for as soon as possible. `shop_zone` stands in where the pickup names no zone.
///
/// A time that the clocks jump over is an error. One that comes twice is the first of the two, as for `finish`: OktoPOS
/// gets the local time without an offset, so that nobody can say which was meant, and too early is better than an hour late.
pub fn due_at(pickup: Option<&Pickup>, shop_zone: &str) -> Result<Option<Timestamp>, DeskError> {
    let Some(Pickup { timestamp: Some(local), timezone, asap_delivery, pickup_token: _ }) = pickup else {
        return Ok(None);
    };
    if *asap_delivery == Some(true) {
        return Ok(None);
    }
    let zone = timezone.as_deref().unwrap_or(shop_zone);
    let zone = TimeZone::get(zone)
        .map_err(|_| DeskError::Time { field: "pickup.timezone", problem: TimeProblem::UnknownZone })?;
    let at = zone.to_ambiguous_timestamp(*local);
    let problem = |problem| DeskError::Time { field: "pickup.timestamp", problem };
    if matches!(at.offset(), AmbiguousOffset::Gap { .. }) {
        return Err(problem(TimeProblem::Skipped));
    }
    at.earlier().map(Some).map_err(|_| problem(TimeProblem::OutOfRange))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pickup(local: &str, zone: Option<&str>, asap: Option<bool>) -> Pickup {
        Pickup {
            timestamp: Some(local.parse().unwrap()),
            timezone: zone.map(str::to_owned),
            asap_delivery: asap,
            pickup_token: None,
        }
    }

    fn due(local: &str, zone: Option<&str>) -> Result<Option<Timestamp>, DeskError> {
        due_at(Some(&pickup(local, zone, Some(false))), "Europe/Berlin")
    }

    #[test]
    fn local_time_becomes_an_instant() {
        let summer = "2026-07-01T16:30:00Z".parse().unwrap();
        assert_eq!(due("2026-07-01T18:30:00", Some("Europe/Berlin")), Ok(Some(summer)));
        assert_eq!(due("2026-07-01T18:30:00", None), Ok(Some(summer)), "the shop's zone stands in");
        assert_eq!(due("2026-07-01T16:30:00", Some("UTC")), Ok(Some(summer)));
    }

    #[test]
    fn as_soon_as_possible_is_no_time() {
        assert_eq!(due_at(None, "Europe/Berlin"), Ok(None));
        assert_eq!(due_at(Some(&Pickup::default()), "Europe/Berlin"), Ok(None));
        let asap = pickup("2026-07-01T18:30:00", None, Some(true));
        assert_eq!(due_at(Some(&asap), "Europe/Berlin"), Ok(None));
    }

    #[test]
    fn times_at_a_clock_change_and_unknown_zones_are_named() {
        let time = |problem| Err(DeskError::Time { field: "pickup.timestamp", problem });
        assert_eq!(due("2026-03-29T02:30:00", None), time(TimeProblem::Skipped));
        assert_eq!(due("2026-10-25T02:30:00", None), Ok(Some("2026-10-25T00:30:00Z".parse().unwrap())), "the first");
        assert_eq!(
            due("2026-07-01T18:30:00", Some("Europe/Nowhere")),
            Err(DeskError::Time { field: "pickup.timezone", problem: TimeProblem::UnknownZone })
        );
    }
}
