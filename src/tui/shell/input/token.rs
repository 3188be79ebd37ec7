//! What the terminal's bytes are cut into. Cuts nothing and knows no meaning.

/// What the bytes were.
#[derive(Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// A character; U+FFFD stands for bytes that are no UTF-8.
    Char {
        /// Which.
        c: char,
        /// An Esc came right before it.
        alt: bool,
    },
    /// A control character, DEL among them.
    Control {
        /// Which.
        byte: u8,
        /// An Esc came right before it.
        alt: bool,
    },
    /// The key Esc.
    Esc,
    /// A whole sequence from its Esc to its last byte.
    Sequence {
        /// All of it.
        bytes: &'a [u8],
        /// An Esc came right before it.
        alt: bool,
    },
    /// Pasted text, or a piece of it.
    Paste(String),
}

/// Receives what was found.
pub type TokenSink<'o> = dyn FnMut(Token<'_>) + 'o;

/// Bytes of the character that begins with this one; 1 for what begins none.
pub fn width(byte: u8) -> usize {
    match byte {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    }
}
