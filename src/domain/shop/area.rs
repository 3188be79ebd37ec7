//! Where the shop delivers: areas by postcode and street, what each costs, asks for and takes. Values and rules; `config`
//! reads them.

use rust_decimal::Decimal;

use crate::domain::value::street::{split_number, street_key};

/// The shop's delivery areas. None at all means that the desk does not look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Areas {
    /// What an address in none of them means.
    pub outside: Outside,
    /// In the order of the file; the first that fits counts, those that name streets before those that do not.
    pub areas: Vec<Area>,
}

/// What an address in none of the areas means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Outside {
    /// It is said, and the order goes.
    #[default]
    Warn,
    /// The order goes only if a manager lets it.
    Refuse,
}

/// One delivery area.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Area {
    /// What staff call it.
    pub name: String,
    /// Its postcodes.
    pub zips: Vec<ZipRange>,
    /// Its town, for filling in; may be empty.
    pub city: String,
    /// Its streets; empty for all of its postcodes.
    pub streets: Vec<String>,
    /// Number of the article that is the fee; empty for none.
    pub fee: String,
    /// Least sum of what is ordered, without the fee, in the shop's currency; zero for none.
    pub minimum: Decimal,
    /// Minutes from the kitchen to the door.
    pub minutes: u32,
}

/// Postcodes from one to another of the same length, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZipRange {
    /// As `zip_key` writes it.
    pub from: String,
    /// As `zip_key` writes it.
    pub to: String,
}

/// What the areas say of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach<'a> {
    /// Nothing yet, or there are no areas.
    Open,
    /// It lies in this one.
    Inside(&'a Area),
    /// It lies in none.
    Outside,
}

impl ZipRange {
    /// Reads `22765` or `20095-20099`. `None` for what is no postcode and for a range that runs backwards.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = match text.split_once('-').filter(|(from, _)| from.trim().len() >= 4) {
            Some((from, to)) => (zip_key(from), zip_key(to)),
            None => (zip_key(text), zip_key(text)),
        };
        let fits = |zip: &str| (3..=8).contains(&zip.len()) && zip.chars().all(|c| c.is_ascii_alphanumeric());
        (fits(&from) && fits(&to) && from.len() == to.len() && from <= to).then_some(Self { from, to })
    }

    /// Whether a postcode, as `zip_key` writes it, lies in it.
    pub fn holds(&self, zip: &str) -> bool {
        zip.len() == self.from.len() && *self.from <= *zip && *zip <= *self.to
    }

    /// Whether the two share a postcode.
    pub fn meets(&self, other: &Self) -> bool {
        self.from.len() == other.from.len() && self.from <= other.to && other.from <= self.to
    }
}

impl Areas {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty()
    }

    /// What they say of an address as far as it is typed.
    pub fn reach(&self, zip: &str, street: &str, city: &str) -> Reach<'_> {
        // A number behind the street makes it no other street; one that belongs to its name may stand in the file.
        let without_number = split_number(street).map_or(street, |(street, _)| street);
        let streets = [street_key(street), street_key(without_number)];
        let (zip, city) = (zip_key(zip), street_key(city));
        if self.is_empty() || (zip.is_empty() && city.is_empty()) {
            return Reach::Open;
        }
        let in_town = |area: &&Area| match zip.is_empty() {
            true => !area.city.is_empty() && street_key(&area.city) == city,
            false => area.zips.iter().any(|range| range.holds(&zip)),
        };
        let near: Vec<&Area> = self.areas.iter().filter(in_town).collect();
        let by_street = near.iter().find(|area| area.streets.iter().any(|known| streets.contains(&street_key(known))));
        if let Some(area) = by_street {
            return Reach::Inside(area);
        }
        let mut whole = near.iter().filter(|area| area.streets.is_empty());
        match (whole.next(), whole.next()) {
            // A town without its postcode may lie in several of them.
            (Some(_), Some(_)) if zip.is_empty() => Reach::Open,
            (Some(area), _) => Reach::Inside(area),
            (None, _) if zip.is_empty() || (streets[0].is_empty() && !near.is_empty()) => Reach::Open,
            (None, _) => Reach::Outside,
        }
    }

    /// The town of a postcode, if every area that holds it says the same.
    pub fn city(&self, zip: &str) -> Option<&str> {
        let zip = zip_key(zip);
        let holds = |area: &&Area| !area.city.is_empty() && area.zips.iter().any(|range| range.holds(&zip));
        let mut towns = self.areas.iter().filter(holds).map(|area| area.city.as_str());
        let town = towns.next()?;
        towns.all(|other| other == town).then_some(town)
    }

    /// Whether an article is the fee of one of them.
    pub fn is_fee(&self, number: &str) -> bool {
        !number.is_empty() && self.areas.iter().any(|area| area.fee == number)
    }
}

/// A postcode without what people put into it: `1012 ab` is `1012AB`.
pub fn zip_key(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn area(name: &str, zips: &[&str], streets: &[&str]) -> Area {
        Area {
            name: name.into(),
            zips: zips.iter().map(|zip| ZipRange::parse(zip).unwrap()).collect(),
            city: "Hamburg".into(),
            streets: streets.iter().map(|&street| street.into()).collect(),
            ..Area::default()
        }
    }

    fn areas() -> Areas {
        let areas = vec![
            area("Altona", &["22765", "22767-22769"], &[]),
            area("Hafen", &["22767", "20457"], &["Große Elbstraße"]),
            Area { city: "Wedel".into(), ..area("Wedel", &["22880"], &[]) },
        ];
        Areas { outside: Outside::Warn, areas }
    }

    #[rstest]
    #[case("22765", "", "", Some("Altona"))]
    #[case(" 22 768", "Beliebige Str.", "", Some("Altona"))]
    #[case("22767", "", "", Some("Altona"))]
    #[case("22767", "große elbstr.", "", Some("Hafen"))]
    #[case("20457", "Grosse Elb-Strasse", "", Some("Hafen"))]
    #[case("20457", "Gr. Elbstr. 45", "", Some("Hafen"))]
    #[case("22767", "Große Elbstraße 45 a", "", Some("Hafen"))]
    #[case("22767", "Große Elbstraße145-147", "", Some("Altona"))]
    #[case("22767", "Elbstraße 45", "", Some("Altona"))]
    #[case("20457", "", "", None)]
    #[case("", "", "wedel", Some("Wedel"))]
    #[case("", "", "Hamburg", Some("Altona"))]
    #[case("", "", "Bremen", None)]
    #[case("", "", "", None)]
    fn an_address_lies_in_its_area(
        #[case] zip: &str,
        #[case] street: &str,
        #[case] city: &str,
        #[case] wanted: Option<&str>,
    ) {
        let areas = areas();
        match (areas.reach(zip, street, city), wanted) {
            (Reach::Inside(area), Some(wanted)) => assert_eq!(area.name, wanted),
            (Reach::Open, None) => {}
            (other, _) => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_address_in_no_area_is_outside_and_without_areas_nothing_is_said() {
        let areas = areas();
        assert_eq!(areas.reach("80331", "", ""), Reach::Outside);
        assert_eq!(areas.reach("20457", "Andere Straße", ""), Reach::Outside);
        assert_eq!(areas.reach("2276", "", ""), Reach::Outside, "callers ask for whole postcodes only");
        assert_eq!(Areas::default().reach("80331", "", ""), Reach::Open);
        let two = Areas { areas: vec![area("A", &["22765"], &[]), area("B", &["22769"], &[])], ..Areas::default() };
        assert_eq!(two.reach("", "", "Hamburg"), Reach::Open, "a town in two areas says nothing");
    }

    #[test]
    fn a_postcode_names_its_town_if_there_is_one() {
        let mut areas = areas();
        assert_eq!(
            (areas.city("22767"), areas.city("22880"), areas.city("80331")),
            (Some("Hamburg"), Some("Wedel"), None)
        );
        areas.areas.push(Area { city: "Schenefeld".into(), ..area("X", &["22767"], &[]) });
        assert_eq!(areas.city("22767"), None, "two towns are none");
    }

    #[rstest]
    #[case("22765", true)]
    #[case("20095-20099", true)]
    #[case("1012 ab", true)]
    #[case("20099-20095", false)]
    #[case("20095-2010", false)]
    #[case("", false)]
    #[case("Altona!", false)]
    fn postcodes_and_their_ranges_are_read(#[case] text: &str, #[case] fits: bool) {
        assert_eq!(ZipRange::parse(text).is_some(), fits, "{text}");
    }
}
