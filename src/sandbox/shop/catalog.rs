//! What the sandbox sells: the menu from the assets, and as many generated articles as are asked for. Never changes
//! while it runs.

use std::{collections::HashMap, sync::Arc};

use compact_str::CompactString;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::{
    domain::{
        order::DistributionChannel,
        shop::article::{Article, ChannelPrice, TaxRate},
    },
    sandbox::error::SandboxError,
};

const MENU: &str = include_str!("../../../assets/sandbox/menu.toml");

/// An article's id is its number and this; generated ones come after `FIRST_GENERATED`.
const ID_OFFSET: i64 = 1_000;
const FIRST_GENERATED: i64 = 100_000;

/// More generated articles than this are not made.
const MAX_GENERATED: usize = 1_000_000;

/// The demo menu as the Article API would list it: about 150 articles with prices in the channels INHOUSE (1) and
/// TAKEAWAY (2). An error means that the asset is damaged.
pub fn menu() -> Result<Vec<Article>, SandboxError> {
    Ok(Assortment::load(0, 1)?.articles)
}

/// A unit as the Article API names it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct SaleUnit {
    pub(in crate::sandbox) id: i64,
    pub(in crate::sandbox) token: Arc<str>,
}

/// Everything sold, found by id and by number.
#[derive(Debug)]
pub(in crate::sandbox) struct Assortment {
    pub(in crate::sandbox) articles: Vec<Article>,
    pub(in crate::sandbox) units: Vec<SaleUnit>,
    pub(in crate::sandbox) channels: Vec<Arc<DistributionChannel>>,
    tax_rates: Vec<Arc<TaxRate>>,
    by_id: HashMap<i64, usize>,
    by_number: HashMap<CompactString, usize>,
}

impl Assortment {
    /// Reads the menu and makes `generated` articles more. Its channels have ids from `channel_base` on.
    pub(in crate::sandbox) fn load(generated: usize, channel_base: i64) -> Result<Self, SandboxError> {
        if generated > MAX_GENERATED {
            return Err(SandboxError::TooManyArticles { most: MAX_GENERATED });
        }
        let file: MenuFile = toml::from_str(MENU).map_err(|error| SandboxError::Asset(error.to_string()))?;
        let mut catalog = Self {
            articles: Vec::new(),
            units: file.unit,
            channels: (channel_base..).zip(file.channel).map(|(id, row)| row.into_channel(id)).collect(),
            tax_rates: file.tax.into_iter().map(TaxRow::into_rate).collect(),
            by_id: HashMap::new(),
            by_number: HashMap::new(),
        };
        for group in file.group {
            catalog.add_group(group)?;
        }
        catalog.generate(generated);
        catalog.by_id = catalog.articles.iter().enumerate().map(|(at, article)| (article.id, at)).collect();
        catalog.by_number = catalog.articles.iter().enumerate().map(|(at, a)| (a.number.clone(), at)).collect();
        Ok(catalog)
    }

    pub(in crate::sandbox) fn by_id(&self, id: i64) -> Option<&Article> {
        self.articles.get(*self.by_id.get(&id)?)
    }

    pub(in crate::sandbox) fn by_number(&self, number: &str) -> Option<&Article> {
        self.articles.get(*self.by_number.get(number)?)
    }

    pub(in crate::sandbox) fn channel(&self, id: i64) -> Option<&DistributionChannel> {
        self.channels.iter().find(|channel| channel.dc_id == id).map(Arc::as_ref)
    }

    pub(in crate::sandbox) fn tax_rate(&self, id: i64) -> Option<&TaxRate> {
        self.tax_rates.iter().find(|rate| rate.id == Some(id)).map(Arc::as_ref)
    }

    fn add_group(&mut self, group: GroupRow) -> Result<(), SandboxError> {
        let damaged = |what: &str| SandboxError::Asset(format!("group {}: {what}", group.name));
        let tax = self.tax_rates.iter().find(|rate| rate.code.as_deref() == Some(group.tax.as_str())).cloned();
        let tax = tax.ok_or_else(|| damaged("unknown tax code"))?;
        let name: Arc<str> = group.name.as_str().into();
        for row in &group.rows {
            let unit = self.units.iter().find(|unit| *unit.token == **row.unit.as_ref().unwrap_or(&group.unit));
            let unit = unit.ok_or_else(|| damaged("unknown unit"))?.token.clone();
            let prices = self.prices(row.price, row.takeaway.unwrap_or(row.price), &tax);
            self.articles.push(Article {
                id: ID_OFFSET + row.no,
                number: row.no.to_string().into(),
                name: row.name.as_str().into(),
                group: name.clone(),
                unit,
                prices,
                barcode: row.ean.as_deref().map(Into::into),
                price_can_change: row.price_can_change,
            });
        }
        Ok(())
    }

    /// The first channel is the house; every other one is charged as takeaway.
    fn prices(&self, house: Decimal, takeaway: Decimal, tax: &Arc<TaxRate>) -> Arc<[ChannelPrice]> {
        let price = |at| if at == 0 { house } else { takeaway };
        let row = |(at, channel): (usize, &Arc<DistributionChannel>)| ChannelPrice {
            channel: channel.clone(),
            price: price(at),
            tax: tax.clone(),
        };
        self.channels.iter().enumerate().map(row).collect()
    }

    /// Articles for trials with a large catalogue: names that can be searched, every fifth with a barcode.
    fn generate(&mut self, count: usize) {
        const PLACES: [&str; 16] = [
            "Toskana", "Riviera", "Alpen", "Nordsee", "Provence", "Balkan", "Sylter", "Wiener", "Adria", "Eifel",
            "Bodensee", "Harz", "Kreta", "Madeira", "Elsass", "Lausitz",
        ];
        const DISHES: [&str; 12] = [
            "Pizza", "Pfanne", "Auflauf", "Salat", "Suppe", "Burger", "Teller", "Wrap", "Spieß", "Toast", "Platte",
            "Curry",
        ];
        let Some(tax) = self.tax_rates.iter().find(|rate| rate.code.as_deref() == Some("B")).cloned() else { return };
        let unit: Arc<str> = self.units.first().map_or_else(|| "".into(), |unit| unit.token.clone());
        let groups: Vec<Arc<str>> = DISHES.iter().map(|dish| format!("Katalog {dish}").into()).collect();
        self.articles.reserve(count);
        for (index, id) in (0..count).zip(FIRST_GENERATED..) {
            let (place, dish) = (PLACES[index / DISHES.len() % PLACES.len()], index % DISHES.len());
            let price = Decimal::new(350 + i64::try_from(index * 37 % 2400).unwrap_or(0), 2);
            let prices = self.prices(price, price, &tax);
            self.articles.push(Article {
                id,
                number: id.to_string().into(),
                name: format!("{place}-{} Nr. {}", DISHES[dish], index + 1).into(),
                group: groups[dish].clone(),
                unit: unit.clone(),
                prices,
                barcode: (index % 5 == 0).then(|| ean13(id).into()),
                price_can_change: false,
            });
        }
    }
}

/// An EAN-13 of the range for use inside a shop, with its check digit.
fn ean13(id: i64) -> String {
    let mut code = format!("20{id:010}");
    let digit = check_digit(&code);
    code.push(digit);
    code
}

/// The thirteenth digit of an EAN-13 from the first twelve.
fn check_digit(twelve: &str) -> char {
    let weighted = |(at, b): (usize, u8)| u32::from(b.wrapping_sub(b'0')) * if at % 2 == 0 { 1 } else { 3 };
    let sum: u32 = twelve.bytes().enumerate().map(weighted).sum();
    char::from_digit((10 - sum % 10) % 10, 10).unwrap_or('0')
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MenuFile {
    channel: Vec<ChannelRow>,
    tax: Vec<TaxRow>,
    unit: Vec<SaleUnit>,
    group: Vec<GroupRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelRow {
    token: String,
}

impl ChannelRow {
    fn into_channel(self, id: i64) -> Arc<DistributionChannel> {
        let Self { token } = self;
        Arc::new(DistributionChannel { dc_id: id, name: token })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TaxRow {
    id: i64,
    code: String,
    #[serde(with = "rust_decimal::serde::str")]
    rate: Decimal,
}

impl TaxRow {
    fn into_rate(self) -> Arc<TaxRate> {
        let Self { id, code, rate } = self;
        Arc::new(TaxRate { id: Some(id), rate, code: Some(code) })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupRow {
    name: String,
    tax: String,
    unit: String,
    rows: Vec<ArticleRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ArticleRow {
    no: i64,
    name: String,
    #[serde(with = "rust_decimal::serde::str")]
    price: Decimal,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    takeaway: Option<Decimal>,
    /// `cashierCanChangePrice`.
    #[serde(default)]
    price_can_change: bool,
    ean: Option<String>,
    unit: Option<String>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_menu_is_as_promised() {
        let articles = menu().unwrap();
        assert!((145..=170).contains(&articles.len()), "{}", articles.len());
        let find = |number: &str| articles.iter().find(|article| &*article.number == number).unwrap();
        assert_eq!((&*find("51").name, find("51").prices[0].price), ("Pizza Hawaii", Decimal::new(1050, 2)));
        assert_eq!((&*find("402").name, find("402").prices[0].price), ("Cola 0,5 l", Decimal::new(390, 2)));
        assert_eq!((&*find("152").name, &*find("318").name), ("Hawaii-Toast", "Hawaii-Salat"));
        assert!(articles.iter().filter(|article| &*article.group == "Extras").count() >= 15);
        assert!(articles.iter().any(|article| article.prices[0].price != article.prices[1].price));
    }

    #[test]
    fn numbers_names_ids_and_barcodes_are_unique_and_valid() {
        let articles = Assortment::load(500, 1).unwrap().articles;
        let distinct = |key: fn(&Article) -> String| articles.iter().map(key).collect::<BTreeSet<_>>().len();
        assert_eq!(distinct(|article| article.number.to_string()), articles.len());
        assert_eq!(distinct(|article| article.name.to_string()), articles.len());
        assert_eq!(distinct(|article| article.id.to_string()), articles.len());
        let barcodes: Vec<_> = articles.iter().filter_map(|article| article.barcode.as_deref()).collect();
        assert_eq!(barcodes.iter().collect::<BTreeSet<_>>().len(), barcodes.len());
        for code in barcodes {
            assert_eq!((code.len(), code.chars().last()), (13, Some(check_digit(&code[..12]))), "{code}");
        }
        assert!(articles.iter().all(|article| (1..=200).contains(&article.name.chars().count())));
    }

    /// 4006381333931 is the standard's own example.
    #[test]
    fn check_digits_follow_the_standard() {
        assert_eq!(check_digit("400638133393"), '1');
    }

    #[test]
    fn food_is_taxed_with_seven_and_drinks_with_nineteen() {
        for article in menu().unwrap() {
            let drink = ["Getränke", "Bier & Wein", "Heißgetränke"].contains(&&*article.group);
            let (id, rate, code) = if drink { (1, 1900, "A") } else { (2, 700, "B") };
            let expected = TaxRate { id: Some(id), rate: Decimal::new(rate, 2), code: Some(code.into()) };
            let channels: Vec<_> = article.prices.iter().map(|row| (row.channel.dc_id, &*row.channel.name)).collect();
            assert_eq!(channels, [(1, "INHOUSE"), (2, "TAKEAWAY")]);
            assert!(article.prices.iter().all(|row| *row.tax == expected), "{}", article.name);
        }
    }

    #[test]
    fn articles_are_found_by_id_and_number() {
        let catalog = Assortment::load(3, 1).unwrap();
        assert_eq!(catalog.by_number("51").map(|article| article.id), Some(1051));
        assert_eq!(catalog.by_id(100_002).map(|article| &*article.number), Some("100002"));
        assert!(catalog.by_id(100_003).is_none() && catalog.channel(3).is_none() && catalog.tax_rate(3).is_none());
    }
}
