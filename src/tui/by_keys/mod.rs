//! The desk by keys alone, from the first key to what is asked to be recorded. Tests only: no runtime, no disk, no clock.

mod care_tests;
mod counts_tests;
mod deals_tests;
mod form_tests;
mod guests_tests;
mod held_tests;
mod hostile_tests;
mod items_tests;
mod line_tests;
mod list_tests;
mod overlay_tests;
mod price_tests;
mod random_tests;
mod rush_tests;
mod said_tests;
mod split_tests;
mod tables_tests;
mod taking_tests;
mod ways_tests;
mod weighed_tests;
