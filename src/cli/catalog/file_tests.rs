//! Articles in files: what is understood, what is named with its line, and that nothing is lost on the way out and in.

use std::sync::Arc;

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::{
    cli::common::table::MAX_PROBLEMS,
    domain::{order::DistributionChannel, shop::article::TaxRate, value::text::Clean},
};

const HEAD: &str = "id,number,name,group,unit,channel_id,channel,price,tax_rate\n";

fn wrong(text: &str) -> Vec<(usize, LineFault)> {
    read(text).unwrap_err().into_iter().map(|problem| (problem.line, problem.fault)).collect()
}

#[test]
fn csv_is_read_as_spreadsheets_write_it() {
    let text = "Name;number;channel_id;channel;price;tax_rate;price_can_change\r\n\
        \"Pizza; groß\";51;1;INHOUSE;10,50;7,00;ja\r\n\
        \"Pizza; groß\";51;2;TAKEAWAY;9,50;7,00;ja\r\n\
        Wasser;;1;INHOUSE;2.50;19;\r\n";
    let articles = read(text).unwrap();
    assert_eq!(articles.len(), 2);
    assert_eq!((&*articles[0].name, &*articles[0].number, articles[0].prices.len()), ("Pizza; groß", "51", 2));
    assert_eq!(articles[0].prices[1].price, Decimal::new(950, 2));
    assert!(articles[0].price_can_change && !articles[1].price_can_change);
    assert!(articles.iter().all(|article| article.id < 0), "an id of our own, never OktoPOS's");
    assert_ne!(articles[0].id, articles[1].id);
    assert_eq!(read(text).unwrap(), articles, "and the same from file to file");
    assert!(Arc::ptr_eq(&articles[0].prices[0].channel, &articles[1].prices[0].channel));
}

/// Pizza in line 2 has it already.
fn shared(column: &'static str, value: &str) -> LineFault {
    LineFault::Shared { column, value: value.into(), name: "Pizza".into(), line: 2 }
}

#[test]
fn a_number_with_an_e_in_it_is_a_number() {
    for number in ["E12", "12E", "5E2", "A5E+2", "1E+", "1E+x"] {
        let articles = read(&format!("{HEAD}1,{number},Pizza,,,1,A,1.00,7")).unwrap();
        assert_eq!(&*articles[0].number, number);
    }
}

#[rstest]
#[case("", 1, LineFault::Empty)]
#[case("id,name\n1,Pizza\n", 1, LineFault::MissingColumn("channel_id"))]
#[case("name,channel_id,price,tax_rate,preis\n", 1, LineFault::UnknownColumn("preis".into()))]
#[case("x,51,Pizza,,,1,A,1.00,7", 2, LineFault::Value { column: "id", value: "x".into() })]
#[case("0,51,Pizza,,,1,A,1.00,7", 2, LineFault::Value { column: "id", value: "0".into() })]
#[case("1,51,,,,1,A,1.00,7", 2, LineFault::Value { column: "name", value: "".into() })]
#[case("1,51,Pizza,,,1,A,teuer,7", 2, LineFault::Value { column: "price", value: "teuer".into() })]
#[case("1,51,Pizza,,,1,A,1.00,101", 2, LineFault::Value { column: "tax_rate", value: "101".into() })]
#[case("1,51,Pizza,,,1,A,1.005,7", 2, LineFault::Decimals { column: "price", value: "1.005".into() })]
#[case("1,51,Pizza,,,1,A,\"2.500\",7", 2, LineFault::Decimals { column: "price", value: "2.500".into() })]
#[case("1,\"4,00638E+12\",Pizza,,,1,A,1.00,7", 2, LineFault::Exponent { column: "number", value: "4,00638E+12".into() })]
#[case("1.2e+05,51,Pizza,,,1,A,1.00,7", 2, LineFault::Exponent { column: "id", value: "1.2e+05".into() })]
#[case("1,51,Pizza,,,1,A,1.00,7\n2,51,Pasta,,,1,A,1.00,7", 3, shared("number", "51"))]
#[case("name,barcode,channel_id,price,tax_rate\nPizza,42,1,1.00,7\nPasta,42,1,2.00,7", 3, shared("barcode", "42"))]
#[case("1,51,Pizza,,,,A,1.00,7", 2, LineFault::Value { column: "channel_id", value: "".into() })]
#[case("1,51,Pizza,,,1,A,1.00,7\n1,51,Pizza,,,1,A,2.00,7", 3, LineFault::Twice("Pizza".into()))]
#[case("1,51,Pizza,,,1,A,1.00,7\n\n1,51,Pasta,,,2,B,2.00,7", 4, LineFault::Twice("Pasta".into()))]
#[case("[{\"name\":\"Pizza\",\"prices\":[]},\n\n{\"name\":\"Pizza\",\"prices\":[]}]", 3, LineFault::Twice("Pizza".into()))]
fn what_is_wrong_is_named_with_its_line(#[case] text: &str, #[case] line: usize, #[case] fault: LineFault) {
    let text =
        if text.starts_with(|c: char| c.is_ascii_digit() || c == 'x') { format!("{HEAD}{text}") } else { text.into() };
    assert_eq!(wrong(&text)[0], (line, fault));
}

#[test]
fn lines_are_counted_whatever_ends_them() {
    let rows = format!("{HEAD}1,51,\"Pizza\ngroß\",,,1,A,1.00,7\n\nx,51,Pizza,,,1,A,1.00,7\n1,51\n");
    for text in [rows.clone(), rows.replace('\n', "\r\n")] {
        let lines: Vec<usize> = wrong(&text).iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [5, 6], "{text}");
    }
}

#[test]
fn json_errors_have_lines_and_no_flood_of_problems_comes_out() {
    assert!(matches!(&wrong("[\n{\"name\": 1}\n]")[..], [(2, LineFault::Form(_))]));
    assert!(matches!(&wrong("[\n{\"name\": }\n]")[..], [(2, LineFault::Form(_))]));
    assert!(matches!(&wrong("{\"name\":\"A\",\"prices\":[],\"nmae\":1}")[..], [(1, LineFault::Form(_))]));
    let many = format!("{HEAD}{}", "1,51,,,,1,A,1.00,7\n".repeat(1000));
    assert_eq!(wrong(&many).len(), MAX_PROBLEMS);
}

#[test]
fn what_a_terminal_obeys_is_made_harmless() {
    let articles = read(&format!("{HEAD}1,51,\"Pizza\u{1b}[2J\",A\u{202e},,1,A,1.00,7")).unwrap();
    assert_eq!((&*articles[0].name, &*articles[0].group), ("Pizza\u{fffd}[2J", "A\u{fffd}"));
}

/// Price, its scale, tax id, rate and code by channel.
type Prices = std::collections::BTreeMap<i64, (i64, i64, u32, Option<i64>, i64, String)>;

fn articles() -> impl Strategy<Value = Vec<Article>> {
    let text = "[a-zA-ZäöüÄß0-9 ;,\"'.-]{0,20}".prop_map(|text| Clean::new(&text).into_string());
    let price = (1i64..4, -9_999i64..1_000_000, 0u32..3, proptest::option::of(1i64..9), 0i64..=100, text.clone());
    let prices = proptest::collection::btree_map(1i64..4, price, 0..3);
    let article = (text.clone(), text.clone(), text.clone(), text, any::<bool>(), prices);
    proptest::collection::vec(article, 1..12).prop_map(|rows| {
        let article = |(id, row): (i64, _)| {
            let (number, name, group, barcode, price_can_change, prices): (String, String, String, String, bool, _) =
                row;
            let prices: Prices = prices;
            let price =
                |(dc_id, (_, units, scale, tax_id, rate, code)): (i64, (_, i64, u32, _, i64, String))| ChannelPrice {
                    channel: Arc::new(DistributionChannel { dc_id, name: format!("C{dc_id}") }),
                    price: Decimal::new(units, scale),
                    tax: Arc::new(TaxRate {
                        id: tax_id,
                        rate: Decimal::from(rate),
                        code: Some(code).filter(|code| !code.is_empty()),
                    }),
                };
            Article {
                id,
                // What staff type or scan is one article's own, and nothing that a spreadsheet could have shortened: `0e-1` is
                // refused on purpose.
                number: if number.is_empty() { number.into() } else { format!("{number}/{id}").into() },
                name: format!("A{name}{id}").into(),
                group: group.as_str().into(),
                unit: "Stück".into(),
                prices: prices.into_iter().map(price).collect(),
                barcode: Some(barcode).filter(|code| !code.is_empty()).map(|code| format!("{code}/{id}").into()),
                price_can_change,
            }
        };
        (1..).zip(rows).map(article).collect()
    })
}

proptest! {
    #[test]
    fn what_was_exported_is_imported_as_it_was(articles in articles()) {
        prop_assert_eq!(&read(&to_csv(&articles).unwrap()).unwrap(), &articles);
        let lines: Vec<String> =
            articles.iter().map(|article| serde_json::to_string(&ArticleLine::from(article)).unwrap()).collect();
        prop_assert_eq!(&read(&lines.join("\n")).unwrap(), &articles);
        prop_assert_eq!(&read(&format!("[{}]", lines.join(","))).unwrap(), &articles);
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,200}", rows in "[0-9a-z,;\"\n.]{0,120}") {
        for text in [text, format!("{HEAD}{rows}")] {
            if let Ok(articles) = read(&text) {
                prop_assert!(!articles.is_empty());
            }
        }
    }
}
