//! The program: parse, boot, exit code. Everything else is in the library.

fn main() {}
