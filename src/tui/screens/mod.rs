//! The screens: each in a folder, with what its keys do in `act` and its drawing in `view`. What they hold stands in `tui::state`,
//! what they say in `tui::wording`.
//!
//! Five steps and a list: `items`, `guests` with `form` (the fields of a step), `review`, `orders`. The files beside them are
//! shared by several: `asking` (a question before what cannot be undone), `menu` (articles that changed while they lie in a
//! cart), `promise` (when the kitchen can do it), `steps` (from step to step), `tables` (what is open at a table), `terms`
//! (delivery areas, fees, what a manager let pass).

pub mod asking;
pub mod form;
pub mod guests;
pub mod items;
pub mod menu;
pub mod orders;
pub mod promise;
pub mod review;
pub mod steps;
pub mod tables;
pub mod terms;
