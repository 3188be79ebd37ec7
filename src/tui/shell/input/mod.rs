//! From what the terminal sends to messages. Waits for the terminal and for everything else at one place, in the thread that
//! updates and draws: no key crosses a thread.

pub mod event;

#[cfg(not(unix))]
mod console;
#[cfg(unix)]
pub mod decode;
#[cfg(unix)]
mod paste;
#[cfg(unix)]
pub mod split;
#[cfg(unix)]
mod token;
#[cfg(unix)]
mod wait;

#[cfg(not(unix))]
pub use console::Source;
#[cfg(unix)]
pub use wait::Source;
