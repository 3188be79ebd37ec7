//! One file for each call of OktoPOS's APIs: what is asked, and what its answer is read as. What an answer means is decided in `outcome`.

pub(super) mod articles;
pub(super) mod customers;
pub(super) mod order_create;
pub(super) mod order_ready;
pub(super) mod order_status;
pub(super) mod vocabulary;
