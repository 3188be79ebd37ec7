//! What a manager let pass, in words.

use jiff::civil::Date;

use crate::{
    domain::{draft::terms::Pass, shop::Shop, value::text::Clean},
    i18n::Texts,
};

/// What a manager let pass, as the history tells it; words of a later version as they stand there.
pub fn pass(detail: &str, shop: &Shop, today: Date, texts: &Texts) -> String {
    match detail.parse() {
        Ok(Pass::Minimum(missing)) => texts.fill("pass.minimum", &[("missing", &texts.money(missing, &shop.currency))]),
        Ok(Pass::Outside) => texts.t("pass.outside").to_owned(),
        Ok(Pass::Zip) => texts.t("pass.zip").to_owned(),
        Ok(Pass::Closed(at)) => texts.fill("pass.closed", &[("at", &texts.moment(at, today))]),
        Ok(Pass::Slot(slot)) => texts.fill("pass.slot", &[("slot", &texts.moment(slot, today))]),
        Err(()) => Clean::new(detail).into_string(),
    }
}
