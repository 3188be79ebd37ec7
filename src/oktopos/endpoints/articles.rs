//! The article list and the distribution channels, in the shapes of the Article API and of the Menu API.
//!
//! An article without id or name cannot be sold and is left out; so is a price without channel or tax rate.

use std::{collections::HashSet, hash::Hash, sync::Arc};

use rust_decimal::Decimal;
use serde_json::Value;

use crate::{
    domain::{
        order::DistributionChannel,
        shop::article::{Article, ChannelPrice, TaxRate},
        value::text::Clean,
    },
    oktopos::{
        client::OktoPos,
        lenient::{self, Lookup},
        outcome::{HttpAnswer, classify, no_list},
        settings::EndpointUrl,
    },
    ports::{PosError, pos::Vocabulary},
};

/// Largest page OktoPOS gives.
const MAX_PAGE: u32 = 500;

/// Articles read of one answer, should an instance ignore the page size.
const MAX_ARTICLES: usize = 100_000;

/// Price rows of one article that are read.
const MAX_PRICES: usize = 50;

/// `description` is at most this long, in characters.
const MAX_NAME: usize = 200;

/// Longest token or number that is kept, in characters.
const MAX_TOKEN: usize = 60;

/// One page, from 1; `page_size` is 500 at most.
pub(in crate::oktopos) async fn call(
    pos: &OktoPos,
    page: u32,
    page_size: u32,
    words: &Vocabulary,
) -> Result<Vec<Article>, PosError> {
    let endpoint = &pos.endpoints.articles;
    let body = format!(r#"{{"page":{},"pageSize":{}}}"#, page.max(1), page_size.clamp(1, MAX_PAGE));
    read(endpoint, &pos.ask(&endpoint.url, body).await?, words)
}

/// Reads a page.
pub(in crate::oktopos) fn read(
    endpoint: &EndpointUrl,
    answer: &HttpAnswer,
    words: &Vocabulary,
) -> Result<Vec<Article>, PosError> {
    let text = classify(endpoint, answer)?;
    let mut shared = Shared::new(words);
    lenient::rows(&text, MAX_ARTICLES, |row| article(row, &mut shared))
        .map_err(|problem| no_list(endpoint, &text, problem))
}

/// The channels this instance sells through.
pub(in crate::oktopos) async fn channels(pos: &OktoPos) -> Result<Vec<DistributionChannel>, PosError> {
    let endpoint = &pos.endpoints.channels;
    read_channels(endpoint, &pos.get(&endpoint.url).await?)
}

/// Reads the channels.
pub(in crate::oktopos) fn read_channels(
    endpoint: &EndpointUrl,
    answer: &HttpAnswer,
) -> Result<Vec<DistributionChannel>, PosError> {
    let text = classify(endpoint, answer)?;
    lenient::rows(&text, MAX_ARTICLES, channel).map_err(|problem| no_list(endpoint, &text, problem))
}

/// Values that many articles of a page have in common, kept once.
struct Shared<'a> {
    words: &'a Vocabulary,
    texts: HashSet<Arc<str>>,
    channels: HashSet<Arc<DistributionChannel>>,
    taxes: HashSet<Arc<TaxRate>>,
}

impl<'a> Shared<'a> {
    fn new(words: &'a Vocabulary) -> Self {
        Self { words, texts: HashSet::new(), channels: HashSet::new(), taxes: HashSet::new() }
    }

    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&new));
        new
    }
}

fn once<T: Eq + Hash>(known: &mut HashSet<Arc<T>>, value: T) -> Arc<T> {
    if let Some(known) = known.get(&value) {
        return Arc::clone(known);
    }
    let new = Arc::new(value);
    known.insert(Arc::clone(&new));
    new
}

fn article(row: &Value, shared: &mut Shared<'_>) -> Option<Article> {
    // The Menu API wraps the article and puts its names in several languages beside it.
    let basic = Some(row.at("basicArticle")).filter(|basic| basic.is_object()).unwrap_or(row);
    let name = Some(lenient::text(basic.at("description"), MAX_NAME))
        .filter(|name| !name.is_empty())
        .or_else(|| name_by_language(row.at("names")))?;
    let prices = basic.at("price").as_array().into_iter().flatten().take(MAX_PRICES);
    Some(Article {
        id: lenient::integer(basic.at("id")).or_else(|| lenient::integer(row.at("id")))?,
        number: lenient::text(basic.at("externalReferenceNumber"), MAX_TOKEN).as_str().into(),
        name: name.as_str().into(),
        group: shared.text(&token(basic.at("group"))),
        unit: unit(basic.at("unit"), shared),
        prices: prices.filter_map(|price| channel_price(price, shared)).collect(),
        barcode: lenient::some_text(basic.at("materialNumber"), MAX_TOKEN).map(Into::into),
        price_can_change: lenient::flag(basic.at("cashierCanChangePrice")).unwrap_or(false),
    })
}

/// The German name, else the first one.
fn name_by_language(names: &Value) -> Option<Clean> {
    let names = names.as_array()?;
    let german = names.iter().find(|name| name.at("languageCode").as_str().is_some_and(|code| code.starts_with("de")));
    german.into_iter().chain(names).map(|name| lenient::text(name.at("value"), MAX_NAME)).find(|name| !name.is_empty())
}

/// `{"id", "token"}`, the token alone, or an id whose word stands elsewhere.
fn unit(value: &Value, shared: &mut Shared<'_>) -> Arc<str> {
    let id = lenient::integer(value.at("id")).or_else(|| lenient::integer(value));
    let word = || shared.words.units.iter().find(|(known, _)| Some(*known) == id).map(|(_, word)| word.clone());
    let own = lenient::some_text(value.at("token"), MAX_TOKEN);
    match own.or_else(word) {
        Some(word) => shared.text(&word),
        None => shared.text(&token(value)),
    }
}

/// `{"id", "token"}` or the token alone.
fn token(value: &Value) -> Clean {
    lenient::first_text([value.at("token"), value], MAX_TOKEN)
}

fn channel_price(row: &Value, shared: &mut Shared<'_>) -> Option<ChannelPrice> {
    let mut channel = channel(row.at("distributionChannel"))?;
    if channel.name.is_empty()
        && let Some(known) = shared.words.channels.iter().find(|known| known.dc_id == channel.dc_id)
    {
        channel.name.clone_from(&known.name);
    }
    let price = lenient::decimal(row.at("price")).or_else(|| lenient::decimal(row.at("price").at("value")))?;
    let tax = tax(row)?;
    Some(ChannelPrice { channel: once(&mut shared.channels, channel), price, tax: once(&mut shared.taxes, tax) })
}

pub(in crate::oktopos) fn channel(value: &Value) -> Option<DistributionChannel> {
    let dc_id = lenient::integer(value.at("id")).or_else(|| lenient::integer(value.at("dcId")))?;
    let name = lenient::first_text([value.at("token"), value.at("name")], MAX_TOKEN);
    Some(DistributionChannel { dc_id, name: name.into_string() })
}

/// `taxRateId` and `taxRate` in the row, or `articleTax` with `taxRateValue`. Without a rate VAT cannot be stated.
fn tax(row: &Value) -> Option<TaxRate> {
    let nested = row.at("articleTax");
    let rate = [nested.at("taxRateValue"), row.at("taxRate"), row.at("taxRateValue"), nested.at("taxRate")]
        .into_iter()
        .find_map(lenient::decimal)
        .filter(|rate| (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(rate))?;
    let id = [nested.at("taxRateId"), row.at("taxRateId")].into_iter().find_map(lenient::integer);
    let code = lenient::first_text([nested.at("taxRateCode"), row.at("taxRateCode")], MAX_TOKEN);
    Some(TaxRate { id, rate, code: Some(code.into_string()).filter(|code| !code.is_empty()) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::oktopos::lenient::tests::any_json;

    fn one(row: &Value) -> Option<Article> {
        article(row, &mut Shared::new(&Vocabulary::default()))
    }

    fn article_api() -> Value {
        json!({
            "id": 123, "externalReferenceNumber": "51", "description": "Pizza Hawaii",
            "price": [
                {"distributionChannel": {"id": 34, "token": "INHOUSE"}, "price": 9.5, "taxRateId": 23, "taxRate": "19.00"},
                {"distributionChannel": {"id": 35, "token": "TAKEAWAY"}, "price": 8.5, "taxRateId": 24, "taxRate": "7.00"}
            ],
            "cashierCanChangePrice": true, "unit": {"id": 1, "token": "Stück"}, "group": {"token": "Pizza"},
            "materialNumber": "4006381333931"
        })
    }

    #[test]
    fn article_api_shape() {
        let article = one(&article_api()).unwrap();
        assert_eq!((article.id, &*article.number, &*article.name), (123, "51", "Pizza Hawaii"));
        assert_eq!((&*article.group, &*article.unit), ("Pizza", "Stück"));
        assert_eq!((article.barcode.as_deref(), article.price_can_change), (Some("4006381333931"), true));
        let takeaway = &article.prices[1];
        assert_eq!(*takeaway.channel, DistributionChannel { dc_id: 35, name: "TAKEAWAY".into() });
        assert_eq!(takeaway.price, Decimal::new(85, 1));
        assert_eq!(*takeaway.tax, TaxRate { id: Some(24), rate: Decimal::new(700, 2), code: None });
    }

    #[test]
    fn menu_api_shape() {
        let row = json!({
            "basicArticle": {
                "id": "124", "externalReferenceNumber": 52, "description": "",
                "price": [{"distributionChannel": {"id": 34, "token": "INHOUSE"}, "price": "1.10",
                    "articleTax": {"taxRateValue": 19.00, "taxRateCode": "A", "taxRateId": 23}}],
                "unit": {"id": 1, "token": "Stück"}, "group": {"token": "Getränke"}
            },
            "names": [{"languageCode": "en", "value": "Water"}, {"languageCode": "de", "value": "Wasser"}],
            "allergens": [{"id": 1, "token": "x", "type": "y"}]
        });
        let article = one(&row).unwrap();
        assert_eq!((article.id, &*article.number, &*article.name), (124, "52", "Wasser"));
        assert_eq!(article.prices[0].price.to_string(), "1.10");
        let tax = TaxRate { id: Some(23), rate: Decimal::from(19), code: Some("A".into()) };
        assert_eq!(*article.prices[0].tax, tax);
        assert_eq!((article.barcode, article.price_can_change), (None, false));
    }

    #[rstest]
    #[case("id", json!(null), false)]
    #[case("id", json!("x"), false)]
    #[case("id", json!(1.5), false)]
    #[case("description", json!(""), false)]
    #[case("description", json!(null), false)]
    #[case("price", json!(null), true)]
    #[case("group", json!(null), true)]
    #[case("unit", json!([1]), true)]
    fn what_an_article_needs(#[case] field: &str, #[case] value: Value, #[case] kept: bool) {
        let mut row = article_api();
        row[field] = value;
        assert_eq!(one(&row).is_some(), kept);
    }

    #[rstest]
    #[case("distributionChannel", json!({"token": "INHOUSE"}))]
    #[case("price", json!("free"))]
    #[case("price", json!(null))]
    #[case("taxRate", json!(null))]
    #[case("taxRate", json!("-7"))]
    #[case("taxRate", json!(101))]
    fn a_price_without_channel_amount_or_rate_is_left_out(#[case] field: &str, #[case] value: Value) {
        let mut row = article_api();
        row["price"][0][field] = value;
        let article = one(&row).unwrap();
        assert_eq!(article.prices.iter().map(|row| row.channel.dc_id).collect::<Vec<_>>(), [35]);
    }

    #[test]
    fn a_page_shares_what_articles_have_in_common() {
        let words = Vocabulary::default();
        let mut shared = Shared::new(&words);
        let (one, two) = (article(&article_api(), &mut shared).unwrap(), article(&article_api(), &mut shared).unwrap());
        assert!(Arc::ptr_eq(&one.group, &two.group) && Arc::ptr_eq(&one.unit, &two.unit));
        assert!(Arc::ptr_eq(&one.prices[0].channel, &two.prices[0].channel));
        assert!(Arc::ptr_eq(&one.prices[0].tax, &two.prices[0].tax));
        assert!(!Arc::ptr_eq(&one.prices[0].tax, &one.prices[1].tax));
    }

    proptest! {
        #[test]
        fn any_json_is_read_clean(
            any in any_json(),
            field in any_json(),
            target in proptest::sample::select(&["description", "price", "unit", "group", "names", "basicArticle"][..]),
        ) {
            let mut row = article_api();
            row[target] = field;
            for article in [one(&any), one(&row)].into_iter().flatten() {
                let texts = [&*article.name, &*article.number, &*article.group, &*article.unit];
                prop_assert!(!texts.iter().any(|text| text.chars().any(char::is_control)));
                prop_assert!(!article.name.is_empty() && article.name.chars().count() <= MAX_NAME);
                for price in article.prices.iter() {
                    prop_assert!(!price.channel.name.chars().any(char::is_control));
                }
            }
        }
    }
}
