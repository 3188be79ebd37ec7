//! Deliveries at the desk: the town of a postcode, and the fee that follows the order. What an area means is decided in the domain;
//! every change goes through the draft's slot.

use std::sync::Arc;

use crate::{
    domain::{
        draft::{field::Field, undo::Touch},
        guest::customer::zip_fits,
        shop::area::zip_key,
    },
    ports::house::Town,
    tui::state::{model::Model, slot::Slot},
};

/// The shop's guests named these towns.
pub fn learn(model: &mut Model, towns: Vec<Town>) {
    model.towns.extend(towns.into_iter().map(|town| (zip_key(&town.zip), town.city)));
}

/// An order was recorded: its postcode and town are known from now on.
pub fn learn_from(model: &mut Model, slot: &Slot) {
    let (zip, city) = (slot.text(Field::Zip).trim(), slot.text(Field::City).trim());
    if zip_fits(&model.shop.country, zip) && !zip.is_empty() && !city.is_empty() {
        model.towns.insert(zip_key(zip), city.to_owned());
    }
}

/// The postcode was typed: once it is complete it fills in its town. What a person typed there stays.
pub fn fill_city(model: &mut Model) {
    let Some(slot) = model.slot() else { return };
    let town = model.counter().town(slot.draft(), &model.towns, slot.filled_city.as_deref());
    let (Some(town), Some(slot)) = (town, model.slot_mut()) else { return };
    slot.change(Touch::Alone, |draft| match &town {
        Some(town) => draft.fields.insert(Field::City, town.clone()),
        None => draft.fields.remove(&Field::City),
    });
    slot.filled_city = town;
}

/// Keeps the fee of every open draft in step with it.
pub fn keep_fees(model: &mut Model) {
    if model.shop.areas.is_empty() {
        return;
    }
    let (shop, catalog) = (Arc::clone(&model.shop), Arc::clone(&model.catalog));
    for slot in &mut model.slots {
        slot.keep_fee(&shop, |number| catalog.by_number(number).cloned());
    }
}

#[cfg(test)]
#[path = "delivery_tests.rs"]
mod tests;
