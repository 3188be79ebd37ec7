//! The shop's own choices: what it sells through, what it accepts, who works there. Values only; `config` reads them.

pub mod area;
pub mod article;
pub mod channels;
pub mod hours;
pub mod house;
pub mod list;
pub mod menu;
pub mod piece_words;
pub mod promise;
pub mod stock;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    order::{DistributionChannel, OrderType, status::Workflow},
    shop::{
        area::Areas, channels::ResolvedChannels, hours::Hours, list::ListRules, piece_words::PieceWords,
        promise::Kitchen,
    },
    value::due::TimeWords,
};

/// Everything the desk has to know of the shop to build an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shop {
    /// What this terminal is called, `Tresen 1`.
    pub terminal: String,
    /// ISO 4217 code of every price.
    pub currency: String,
    /// IANA name of the zone the shop lives in.
    pub time_zone: String,
    /// ISO 3166 alpha-2 code; decides how phone numbers and zips are read.
    pub country: String,
    /// Default `intermediary` of an order; empty for none.
    pub intermediary: String,
    /// Whether a pickup without name or code gets a short number of the day.
    pub daily_numbers: bool,
    /// What an order on the telephone is, `calls.order_type`; without it the default order type.
    #[serde(skip)]
    pub call_type: Option<OrderType>,
    /// The order types offered, the default one first.
    pub order_types: Vec<OrderTypeRule>,
    /// Payment methods, the default one first.
    pub payment_methods: Vec<Choice>,
    /// OktoPOS's word for a payment that is still to come.
    pub payment_open: String,
    /// OktoPOS's word for a payment already made elsewhere.
    pub payment_paid: String,
    /// Tips offered in percent.
    pub tip_presets: Vec<Decimal>,
    /// Tip types, the default one first.
    pub tip_types: Vec<Choice>,
    /// Who can get a tip; may be empty.
    pub staff: Vec<Choice>,
    /// Tables of the house; empty means any number.
    pub tables: Vec<TableRange>,
    /// Groups whose articles are extras of a dish.
    pub extras_groups: Vec<String>,
    /// Statuses and their sequence.
    pub workflow: Workflow,
    /// When it is open.
    pub hours: Hours,
    /// How long the kitchen takes and how much it can do.
    pub kitchen: Kitchen,
    /// How the live list treats orders.
    pub list: ListRules,
    /// Where it delivers; read from a file of their own.
    #[serde(skip)]
    pub areas: Areas,
    /// Channels of the instance that are used in place of the configured ones.
    #[serde(skip)]
    pub resolved: ResolvedChannels,
    /// The words of times and days that are understood when they are typed.
    #[serde(skip)]
    pub time_words: TimeWords,
    /// The words of what is typed behind a point in the item search.
    #[serde(skip)]
    pub piece_words: PieceWords,
}

/// An order type and the distribution channel it sells through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderTypeRule {
    /// LOCAL, PICKUP, DELIVERY or SHIPPING.
    pub order_type: OrderType,
    /// Decides price and tax.
    pub channel: DistributionChannel,
}

/// A token OktoPOS knows and what staff read for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What is sent.
    pub token: String,
    /// What is shown; without it the program's own text for the token, or the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// Tables from one number to another, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRange {
    /// First table number.
    pub from: i64,
    /// Last table number.
    pub to: i64,
    /// Seats at each; 0 means any.
    #[serde(default)]
    pub seats: i64,
    /// What staff call this part of the house.
    #[serde(default)]
    pub area: String,
    /// What staff call the tables: the name itself for a single one, else counted from 1, `Terrasse 3`. Empty for none.
    #[serde(default)]
    pub name: String,
}

impl Shop {
    /// The range a table number lies in.
    pub fn table(&self, number: i64) -> Option<&TableRange> {
        self.tables.iter().find(|range| (range.from..=range.to).contains(&number))
    }

    /// The id of who is typed as the receiver of a tip: an id of the list, a name of it in any case, or the beginning of one name
    /// alone. What looks like an id, and anything where there is no list, is taken as it is; `None` for a name that nobody has.
    pub fn staff_id<'a>(&'a self, typed: &'a str) -> Option<&'a str> {
        let typed = typed.trim();
        let wanted = typed.to_lowercase();
        let label = |choice: &Choice| choice.label.as_deref().unwrap_or(&choice.token).trim().to_lowercase();
        let id = |choice: &'a Choice| choice.token.as_str();
        if typed.is_empty() || self.staff.is_empty() || self.staff.iter().any(|choice| choice.token == typed) {
            return Some(typed);
        }
        let whole = |choice: &&Choice| label(choice) == wanted || choice.token.to_lowercase() == wanted;
        let begins = |choice: &&Choice| {
            let label = label(choice);
            label.starts_with(&wanted) || label.split_whitespace().any(|word| word.starts_with(&wanted))
        };
        let is_id = typed.chars().any(|c| c.is_ascii_digit());
        let found = only(self.staff.iter().filter(whole).map(id));
        // The beginning of an id is another id.
        found.or_else(|| if is_id { Some(typed) } else { only(self.staff.iter().filter(begins).map(id)) })
    }

    /// Whether articles of this group are extras of a dish.
    pub fn is_extra(&self, group: &str) -> bool {
        self.extras_groups.iter().any(|extra| extra == group)
    }
}

/// The one item, if there are not several.
fn only<'a>(mut items: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let first = items.next()?;
    items.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::Choice;
    use crate::domain::testing::shop;

    #[rstest]
    #[case("u-17", Some("u-17"))]
    #[case("U-17", Some("u-17"))]
    #[case("Bedienung Eins", Some("u-17"))]
    #[case("bedienung eins", Some("u-17"))]
    #[case("eins", Some("u-17"))]
    #[case("zw", Some("u-18"))]
    #[case("bedienung", None)]
    #[case("theke", None)]
    #[case("0815", Some("0815"))]
    #[case("u-1", Some("u-1"))]
    #[case(" ", Some(""))]
    fn who_gets_a_tip_is_found_by_id_or_name(#[case] typed: &str, #[case] wanted: Option<&str>) {
        let mut shop = shop();
        shop.staff.clear();
        assert_eq!(shop.staff_id("theke"), Some("theke"), "without a list everything is an id");
        let staff = |token: &str, label: &str| Choice { token: token.into(), label: Some(label.into()) };
        shop.staff = vec![staff("u-17", "Bedienung Eins"), staff("u-18", "Bedienung Zwei")];
        assert_eq!(shop.staff_id(typed), wanted);
    }
}
