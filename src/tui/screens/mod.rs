//! The screens: each in a folder, with what its keys do in `act` and its drawing in `view`. What they hold stands in `tui::state`,
//! what they say in `tui::wording`.
//!
//! Five steps and a list: `items`, `guests` with `form` (the fields of a step), `review`, `tables`, `orders`. The files beside them
//! are shared by several: `confirm` (a question before what cannot be undone), `delivery` (the town of a postcode and the fee),
//! `navigation` (from step to step).

pub mod confirm;
pub mod delivery;
pub mod form;
pub mod guests;
pub mod items;
pub mod navigation;
pub mod orders;
pub mod review;
pub mod tables;
