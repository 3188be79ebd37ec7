//! The desk by keys alone, from the first key to what is asked to be recorded. Tests only: no runtime, no disk, no clock.

mod form_tests;
mod held_tests;
mod hostile_tests;
mod items_tests;
mod list_tests;
mod overlay_tests;
mod random_tests;
mod split_tests;
mod tables_tests;
mod taking_tests;
