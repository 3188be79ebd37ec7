//! The shop's own files, which lie beside the settings: its menu and its delivery areas.

mod areas;
mod menu;
mod toml_file;

pub use areas::{AREAS_EXAMPLE, AreasError, parse_areas, read_areas};
pub use menu::{MAX_CHOICES, MENU_EXAMPLE, MenuError, parse_menu, read_menu};
