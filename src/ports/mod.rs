//! What the desk needs from outside, as traits and typed errors. Knows no HTTP, no SQL, no terminal.

pub mod clock;
pub mod desks;
pub mod forget;
pub mod guests;
pub mod house;
pub mod journal;
pub mod lock;
pub mod outbox;
pub mod pos;
pub mod stores;

pub use clock::{Clock, Ids};
pub use desks::{Desks, SeenDesk};
pub use guests::GuestBook;
pub use house::HouseBook;
pub use journal::{Journal, JournalError};
pub use lock::SenderLock;
pub use pos::{Pos, PosError};
pub use stores::Stores;
