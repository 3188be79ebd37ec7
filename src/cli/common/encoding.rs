//! Text files as other programs write them: UTF-8 with and without a mark, UTF-16 and Windows-1252. A guess is named, so that it
//! can be said; what fits none of them is an error with its line. Reads bytes, no files.
//!
//! Written out here, because the only table it needs has 32 characters.

/// How the characters of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// What is expected; nothing has to be said of it.
    Utf8,
    /// The same, with a mark at its beginning.
    Utf8Marked,
    /// Two bytes each, the lower one first.
    Utf16Le,
    /// Two bytes each, the higher one first.
    Utf16Be,
    /// As German programs for Windows write it.
    Windows1252,
}

impl Encoding {
    /// Its name, the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8Marked => "UTF-8 (BOM)",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1252 => "Windows-1252",
        }
    }
}

/// A text, and how it was written.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded {
    /// Without a mark.
    pub text: String,
    /// As it was found out.
    pub encoding: Encoding,
}

/// The line, from 1, at which bytes are in none of the encodings.
#[derive(Debug, PartialEq, Eq)]
pub struct Undecodable {
    /// From 1.
    pub line: usize,
}

/// Characters of Windows-1252 from 0x80 to 0x9F. What is not assigned stays the control character that Windows makes of it.
const UPPER: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Finds out how a text is written, and reads it.
///
/// # Errors
/// The line that cannot be read: in UTF-16 half a character, in UTF-8 a byte that is not of it.
pub fn decode(bytes: Vec<u8>) -> Result<Decoded, Undecodable> {
    match bytes.as_slice() {
        [0xef, 0xbb, 0xbf, rest @ ..] => {
            let text = String::from_utf8(rest.to_vec()).map_err(|error| undecodable(rest, error.utf8_error()))?;
            Ok(Decoded { text, encoding: Encoding::Utf8Marked })
        }
        [0xff, 0xfe, rest @ ..] => utf16(rest, Encoding::Utf16Le),
        [0xfe, 0xff, rest @ ..] => utf16(rest, Encoding::Utf16Be),
        bytes if let Some(encoding) = unmarked_utf16(bytes) => utf16(bytes, encoding),
        _ => utf8_or_windows(bytes),
    }
}

/// In UTF-16 without a mark every second byte of a European text is nothing.
fn unmarked_utf16(bytes: &[u8]) -> Option<Encoding> {
    let pairs = bytes.chunks_exact(2).take(1_000);
    let all = pairs.len();
    let (high_first, low_first) = pairs.fold((0, 0), |(high, low), pair| {
        (high + usize::from(pair[0] == 0 && pair[1] != 0), low + usize::from(pair[1] == 0 && pair[0] != 0))
    });
    match all > 1 && high_first.max(low_first) * 2 > all {
        true if low_first > high_first => Some(Encoding::Utf16Le),
        true => Some(Encoding::Utf16Be),
        false => None,
    }
}

fn utf16(bytes: &[u8], encoding: Encoding) -> Result<Decoded, Undecodable> {
    let unit = |pair: &[u8]| match (encoding, pair) {
        (Encoding::Utf16Be, [high, low]) => u16::from_be_bytes([*high, *low]),
        (_, [low, high]) => u16::from_le_bytes([*low, *high]),
        // Half a character at the end: no text has a lone surrogate either.
        _ => 0xd800,
    };
    let mut text = String::with_capacity(bytes.len());
    for unit in char::decode_utf16(bytes.chunks(2).map(unit)) {
        text.push(unit.map_err(|_| Undecodable { line: text.matches('\n').count() + 1 })?);
    }
    Ok(Decoded { text, encoding })
}

/// A text that is nearly UTF-8 is a damaged one: read as Windows-1252 all of its umlauts would be two strange characters.
fn utf8_or_windows(bytes: Vec<u8>) -> Result<Decoded, Undecodable> {
    let (bytes, error) = match String::from_utf8(bytes) {
        Ok(text) => return Ok(Decoded { text, encoding: Encoding::Utf8 }),
        Err(error) => {
            let why = error.utf8_error();
            (error.into_bytes(), why)
        }
    };
    let (mut of_utf8, mut others) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        of_utf8 += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        others += usize::from(!chunk.invalid().is_empty());
    }
    if of_utf8 > others {
        return Err(undecodable(&bytes, error));
    }
    let character = |byte: &u8| match byte {
        0x80..=0x9f => UPPER[usize::from(byte - 0x80)],
        byte => char::from(*byte),
    };
    Ok(Decoded { text: bytes.iter().map(character).collect(), encoding: Encoding::Windows1252 })
}

fn undecodable(bytes: &[u8], error: std::str::Utf8Error) -> Undecodable {
    let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
    Undecodable { line: before.iter().filter(|byte| **byte == b'\n').count() + 1 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    const TEXT: &str = "name;price\nKäse – „groß“;2,50 €\n";

    fn units(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    /// `TEXT` in Windows-1252, by hand.
    fn windows() -> Vec<u8> {
        let byte = |c: char| match c {
            '–' => 0x96,
            '„' => 0x84,
            '“' => 0x93,
            '€' => 0x80,
            c => u8::try_from(u32::from(c)).unwrap(),
        };
        TEXT.chars().map(byte).collect()
    }

    #[rstest]
    #[case::plain(TEXT.into(), Encoding::Utf8)]
    #[case::marked([b"\xef\xbb\xbf", TEXT.as_bytes()].concat(), Encoding::Utf8Marked)]
    #[case::little([b"\xff\xfe".to_vec(), units(TEXT, u16::to_le_bytes)].concat(), Encoding::Utf16Le)]
    #[case::big([b"\xfe\xff".to_vec(), units(TEXT, u16::to_be_bytes)].concat(), Encoding::Utf16Be)]
    #[case::little_unmarked(units(TEXT, u16::to_le_bytes), Encoding::Utf16Le)]
    #[case::big_unmarked(units(TEXT, u16::to_be_bytes), Encoding::Utf16Be)]
    #[case::windows(windows(), Encoding::Windows1252)]
    fn a_text_is_read_however_it_was_written(#[case] bytes: Vec<u8>, #[case] encoding: Encoding) {
        assert_eq!(decode(bytes), Ok(Decoded { text: TEXT.into(), encoding }));
    }

    #[rstest]
    #[case::marked_and_broken(b"\xef\xbb\xbfa\nb\xff\n".to_vec(), 2)]
    #[case::damaged("ä\nöü\nß".bytes().chain([0xff]).collect(), 3)]
    #[case::half_a_character(b"\xff\xfea\0\n\0b".to_vec(), 2)]
    #[case::lone_surrogate(b"\xfe\xff\0a\xd8\0\0b".to_vec(), 1)]
    fn what_cannot_be_read_is_named_with_its_line(#[case] bytes: Vec<u8>, #[case] line: usize) {
        assert_eq!(decode(bytes), Err(Undecodable { line }));
    }

    proptest! {
        #[test]
        fn utf8_is_never_taken_for_something_else(text in "[^\0]{0,200}") {
            let text = text.trim_start_matches('\u{feff}');
            let expected = Decoded { text: text.into(), encoding: Encoding::Utf8 };
            prop_assert_eq!(decode(text.as_bytes().to_vec()), Ok(expected));
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            if let Ok(decoded) = decode(bytes) {
                prop_assert!(decoded.text.len() < 400);
            }
        }
    }
}
