//! Articles packed for the store: many to a row, shared text written once. Knows no SQL.
//!
//! A row for each article would cost 50,000 trips between the database's thread and ours at every start; a page of a few
//! hundred costs one. Shared values stand in one list and are referred to by position, so that loading shares them again.

use std::{borrow::Borrow, collections::HashMap, hash::Hash, sync::Arc};

use compact_str::CompactString;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::{
    order::DistributionChannel,
    shop::article::{Article, ChannelPrice, TaxRate},
};

/// Articles of one row. Keeps a row, hence the memory beside the articles while loading, below about 100 kB.
pub(super) const PAGE: usize = 512;

/// Prices that are remembered while loading, so that a list in which every article costs something else takes no more memory
/// for it than that.
const PRICES_KNOWN: usize = 4096;

/// What many articles share, by position.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Shared {
    texts: Vec<Arc<str>>,
    channels: Vec<Arc<DistributionChannel>>,
    taxes: Vec<Arc<TaxRate>>,
}

/// One article as it is written: an array, positions instead of shared values.
#[derive(Serialize, Deserialize)]
struct PackedArticle<T>(i64, T, T, usize, usize, Vec<PackedPrice>, Option<T>, bool);

/// Channel, price and tax.
#[derive(Serialize, Deserialize)]
struct PackedPrice(usize, #[serde(with = "rust_decimal::serde::str")] Decimal, usize);

/// Packs articles, page by page, and gathers what they share.
#[derive(Default)]
pub(super) struct Packer {
    shared: Shared,
    texts: HashMap<Arc<str>, usize>,
    channels: HashMap<Arc<DistributionChannel>, usize>,
    taxes: HashMap<Arc<TaxRate>, TaxPlaces>,
}

/// Equal tax rates may be written differently (19 and 19.00); each spelling keeps its place.
type TaxPlaces = Vec<(u32, usize)>;

impl Packer {
    /// One page as it is stored.
    pub(super) fn page<A: Borrow<Article>>(&mut self, articles: &[A]) -> Result<String, serde_json::Error> {
        let packed: Vec<_> = articles.iter().map(|article| self.article(article.borrow())).collect();
        serde_json::to_string(&packed)
    }

    /// What the pages share, once they are all packed.
    pub(super) fn shared(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&self.shared)
    }

    fn article<'a>(&mut self, article: &'a Article) -> PackedArticle<&'a str> {
        let Article { id, number, name, group, unit, prices, barcode, price_can_change } = article;
        PackedArticle(
            *id,
            number,
            name,
            place(&mut self.texts, &mut self.shared.texts, group),
            place(&mut self.texts, &mut self.shared.texts, unit),
            prices.iter().map(|row| self.price(row)).collect(),
            barcode.as_deref(),
            *price_can_change,
        )
    }

    fn price(&mut self, row: &ChannelPrice) -> PackedPrice {
        let ChannelPrice { channel, price, tax } = row;
        let spelled = self.taxes.entry(Arc::clone(tax)).or_default();
        let tax_place = match spelled.iter().find(|(scale, _)| *scale == tax.rate.scale()) {
            Some((_, place)) => *place,
            None => {
                self.shared.taxes.push(Arc::clone(tax));
                spelled.push((tax.rate.scale(), self.shared.taxes.len() - 1));
                self.shared.taxes.len() - 1
            }
        };
        PackedPrice(place(&mut self.channels, &mut self.shared.channels, channel), *price, tax_place)
    }
}

/// The position of a shared value; new ones go to the end.
fn place<T: ?Sized + Eq + Hash>(places: &mut HashMap<Arc<T>, usize>, list: &mut Vec<Arc<T>>, value: &Arc<T>) -> usize {
    if let Some(place) = places.get(value) {
        return *place;
    }
    list.push(Arc::clone(value));
    places.insert(Arc::clone(value), list.len() - 1);
    list.len() - 1
}

/// Reads the pages again, one after the other.
pub(super) struct Unpacker {
    shared: Shared,
    /// Prices as they are written, and the articles' own: many articles cost the same.
    prices: HashMap<Vec<WrittenPrice>, Arc<[ChannelPrice]>>,
}

/// Equal prices may be written differently (9.5 and 9.50); each spelling is its own.
type WrittenPrice = (usize, [u8; 16], usize);

impl Unpacker {
    /// Reads what `Packer::shared` wrote.
    pub(super) fn new(json: &str) -> Option<Self> {
        Some(Self { shared: serde_json::from_str(json).ok()?, prices: HashMap::new() })
    }

    /// Adds the articles of one page to `articles`. `None` if the page does not fit: damaged.
    pub(super) fn unpack(&mut self, page: &str, articles: &mut Vec<Arc<Article>>) -> Option<()> {
        let packed: Vec<PackedArticle<CompactString>> = serde_json::from_str(page).ok()?;
        articles.reserve(packed.len());
        for PackedArticle(id, number, name, group, unit, prices, barcode, price_can_change) in packed {
            articles.push(Arc::new(Article {
                id,
                number,
                name,
                group: Arc::clone(self.shared.texts.get(group)?),
                unit: Arc::clone(self.shared.texts.get(unit)?),
                prices: self.prices(&prices)?,
                barcode,
                price_can_change,
            }));
        }
        Some(())
    }

    fn prices(&mut self, rows: &[PackedPrice]) -> Option<Arc<[ChannelPrice]>> {
        let written = rows.iter().map(|PackedPrice(channel, price, tax)| (*channel, price.serialize(), *tax)).collect();
        if let Some(known) = self.prices.get(&written) {
            return Some(Arc::clone(known));
        }
        let prices: Arc<[_]> = rows.iter().map(|row| self.shared.price(row)).collect::<Option<_>>()?;
        if self.prices.len() == PRICES_KNOWN {
            self.prices.clear();
        }
        self.prices.insert(written, Arc::clone(&prices));
        Some(prices)
    }
}

impl Shared {
    fn price(&self, PackedPrice(channel, price, tax): &PackedPrice) -> Option<ChannelPrice> {
        let (channel, tax) = (Arc::clone(self.channels.get(*channel)?), Arc::clone(self.taxes.get(*tax)?));
        Some(ChannelPrice { channel, price: *price, tax })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(id: i64, group: &str, rate: &str) -> Article {
        let channel = |dc_id, name: &str| Arc::new(DistributionChannel { dc_id, name: name.into() });
        let tax = Arc::new(TaxRate { id: Some(2), rate: rate.parse().unwrap(), code: Some("B".into()) });
        Article {
            id,
            number: "51".into(),
            name: "Pizza \"Käse\" \u{1f}\n".into(),
            group: group.into(),
            unit: "Stück".into(),
            prices: Arc::new([
                ChannelPrice { channel: channel(1, "INHOUSE"), price: "9.50".parse().unwrap(), tax: Arc::clone(&tax) },
                ChannelPrice { channel: channel(2, "TAKEAWAY"), price: "0.0001".parse().unwrap(), tax },
            ]),
            barcode: (id % 2 == 0).then(|| "4001".into()),
            price_can_change: id % 3 == 0,
        }
    }

    fn round_trip(articles: &[Article]) -> Vec<Arc<Article>> {
        let mut packer = Packer::default();
        let pages: Vec<_> = articles.chunks(3).map(|chunk| packer.page(chunk).unwrap()).collect();
        let mut unpacker = Unpacker::new(&packer.shared().unwrap()).unwrap();
        let mut out = Vec::new();
        for page in pages {
            unpacker.unpack(&page, &mut out).unwrap();
        }
        out
    }

    #[test]
    fn articles_come_back_as_they_were_and_share_what_they_can() {
        let articles: Vec<_> = (0..10).map(|id| article(id, if id < 5 { "Pizza" } else { "" }, "7.00")).collect();
        let back = round_trip(&articles);
        assert_eq!(back, articles.into_iter().map(Arc::new).collect::<Vec<_>>());
        assert!(Arc::ptr_eq(&back[0].group, &back[4].group));
        assert!(Arc::ptr_eq(&back[0].prices[0].channel, &back[9].prices[0].channel));
        assert!(Arc::ptr_eq(&back[0].prices, &back[9].prices), "in another page, too");
        assert!(Arc::ptr_eq(&back[0].prices[0].tax, &back[9].prices[1].tax));
    }

    #[test]
    fn equal_prices_keep_their_own_digits() {
        let cheap = |id, price: &str| {
            let mut article = article(id, "", "7.00");
            Arc::make_mut(&mut article.prices)[0].price = price.parse().unwrap();
            article
        };
        let back = round_trip(&[cheap(1, "9.5"), cheap(2, "9.50"), cheap(3, "9.5")]);
        let written = |at: usize| back[at].prices[0].price.to_string();
        assert_eq!((written(0), written(1), written(2)), ("9.5".into(), "9.50".into(), "9.5".into()));
        assert!(Arc::ptr_eq(&back[0].prices, &back[2].prices));
    }

    #[test]
    fn a_list_of_many_prices_is_loaded_without_remembering_them_all() {
        let mut packer = Packer::default();
        let many = i64::try_from(PRICES_KNOWN).unwrap() + 10;
        let priced = |id| {
            let mut article = article(id, "", "7.00");
            Arc::make_mut(&mut article.prices)[0].price = Decimal::new(id, 2);
            article
        };
        let page = packer.page(&(1..=many).map(priced).collect::<Vec<_>>()).unwrap();
        let mut unpacker = Unpacker::new(&packer.shared().unwrap()).unwrap();
        let mut out = Vec::new();
        unpacker.unpack(&page, &mut out).unwrap();
        assert_eq!(unpacker.prices.len(), 10);
        assert!(out.iter().zip(1..).all(|(article, id)| article.prices[0].price == Decimal::new(id, 2)));
    }

    #[test]
    fn equal_rates_keep_their_own_digits() {
        let back = round_trip(&[article(1, "", "19"), article(2, "", "19.00")]);
        assert_eq!(back[0].prices[0].tax.rate.to_string(), "19");
        assert_eq!(back[1].prices[0].tax.rate.to_string(), "19.00");
    }

    #[test]
    fn a_damaged_page_is_refused() {
        let mut unpacker = Unpacker::new(&Packer::default().shared().unwrap()).unwrap();
        assert!(unpacker.unpack("[[1,\"\",\"\",0,0,[],null,false]]", &mut Vec::new()).is_none());
        assert!(unpacker.unpack("[", &mut Vec::new()).is_none());
        assert!(Unpacker::new("{}").is_none());
    }
}
