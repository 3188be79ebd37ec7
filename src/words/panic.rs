//! A panic in words: where, and why only if that cannot hold what somebody typed or sent.

use std::{any::Any, panic::PanicHookInfo};

/// Where it happened, and its message if that stands in the source as it is. One that was put together while running
/// may hold a part of an order.
pub fn panic(panic: &PanicHookInfo<'_>) -> String {
    let place = panic.location().map_or_else(|| "?".to_owned(), |at| format!("{}:{}", at.file(), at.line()));
    match fixed(panic.payload()) {
        Some(text) => format!("{place}: {text}"),
        None => place,
    }
}

fn fixed(payload: &(dyn Any + Send)) -> Option<&'static str> {
    payload.downcast_ref().copied()
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    #[test]
    fn a_fixed_message_is_told_and_one_with_data_is_not() {
        let payload = |doing: fn()| catch_unwind(doing).unwrap_err();
        assert_eq!(fixed(&*payload(|| panic!("the sender is gone"))), Some("the sender is gone"));
        let with_data = payload(|| {
            let guest = std::hint::black_box("Gast Muster");
            panic!("no such guest: {guest}")
        });
        assert_eq!(fixed(&*with_data), None);
    }
}
