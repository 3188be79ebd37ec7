//! Errors and states in the words of the person at the counter, for both frontends. Decides nothing and prints nothing.

mod channels;
mod config;
mod desk;
mod panic;
mod parser;
mod pass;
mod reason;
mod system;

pub use channels::{channel_finding, channels_detail, setting};
pub use config::{areas_error, config_error, menu_error, menu_fault};
pub use desk::{connection, desk_error, halt, second, sender, time_problem, what_happened};
pub use panic::panic;
pub use parser::parser_words;
pub use pass::pass;
pub use reason::{reason, sentence, short_reason};
pub use system::system_reason;
