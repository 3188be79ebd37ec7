//! The sandbox as a server: connections, what every request passes, the endpoints, and the shape of a refusal. What an order
//! must fulfil is `validation`'s, what is remembered of it `world`'s.

pub(super) mod envelope;
pub(super) mod gate;
pub(super) mod log;
pub(super) mod routes;
pub(super) mod server;
