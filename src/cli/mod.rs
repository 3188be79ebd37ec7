//! The command line: one file a command, and the only place that prints. Names no adapter; `boot` hands it what it needs.

pub mod args;
pub mod call;
pub mod catalog;
pub mod common;
pub mod config;
pub mod customer;
pub mod decide;
pub mod desk;
pub mod doctor;
pub mod help;
pub mod init;
pub mod journal;
pub mod orders;
pub mod outbox;
pub mod sandbox;
pub mod send;
pub mod status;
