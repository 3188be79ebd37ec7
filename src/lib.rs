//! oktodesk: a keyboard-first terminal order desk for OktoPOS.
//!
//! The code map, from the inside out; the arrows only point down this list's left side:
//! * `domain`: values and rules, pure.
//! * `ports`: what the desk needs from outside, as traits.
//! * `desk`: use cases on top of the ports.
//! * `oktopos`, `journal`: adapters that fulfil the ports; `calls`: the socket on which others say who rings.
//! * `sandbox`: an OktoPOS of our own for the demo, the tests and integrators.
//! * `config`, `i18n`: settings and texts.
//! * `words`: errors and states in words, for both frontends; `session`: what a frontend that stays open is given.
//! * `tui`, `cli`: the two frontends.
//! * `boot`: puts it all together.
//! * `chaos`: where tests can crash it or break a guard; empty in a release build. `files`: opens regular files only, without
//!   waiting. Everything may use these two.

pub mod boot;
mod calls;
pub mod chaos;
pub mod cli;
pub mod config;
pub mod desk;
pub mod domain;
mod files;
#[cfg(test)]
#[path = "fuzz_tests.rs"]
mod fuzz;
pub mod i18n;
pub mod journal;
pub mod oktopos;
pub mod ports;
pub mod sandbox;
mod session;
pub mod tui;
mod words;
