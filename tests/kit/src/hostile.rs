//! Texts that nobody should have to see: what reaches a terminal through them changes it, reorders its lines or hides
//! something. One list for every test, those of the library and those of the program; each text has a name.

/// The text whose harmless letters frame what is hostile, so that a test can tell where it was drawn.
pub fn framed(hostile: &str) -> String {
    format!("Qa{hostile}Zq")
}

/// Every hostile text with its name. More than a hundred, some of them a megabyte.
pub fn all() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = FIXED.iter().map(|(name, text)| ((*name).to_owned(), framed(text))).collect();
    all.extend(long().into_iter().map(|(name, text)| (name.to_owned(), framed(&text))));
    all.extend(
        (0x80..=0x9fu32).filter_map(char::from_u32).map(|c| (format!("C1 {:#x}", c as u32), framed(&c.to_string()))),
    );
    all.extend(
        (0x00..=0x1fu32).filter_map(char::from_u32).map(|c| (format!("C0 {:#x}", c as u32), framed(&c.to_string()))),
    );
    all
}

/// Those that are short: for tests that show each of them often.
pub fn short() -> Vec<(String, String)> {
    all().into_iter().filter(|(_, text)| text.len() < 4_096).collect()
}

/// JSON as servers write it, with escapes that are no characters: halves of surrogate pairs. No text can hold them, so
/// they exist as source only; a reader has to refuse or replace them.
pub const LONE_SURROGATES: [&str; 5] =
    [r#""Qa\ud800Zq""#, r#""Qa\udc00Zq""#, r#""Qa\udfff\ud800Zq""#, r#""Qa\ud83d\u0041Zq""#, r#""\ud83d""#];

#[rustfmt::skip]
const FIXED: &[(&str, &str)] = &[
    // Escape sequences.
    ("ESC alone", "\u{1b}"),
    ("ESC and letter", "\u{1b}c"),
    ("reset", "\u{1b}[!p"),
    ("colour", "\u{1b}[31m"),
    ("colour left open", "\u{1b}[38;5;196"),
    ("hidden text", "\u{1b}[8mgratis\u{1b}[28m"),
    ("clear screen", "\u{1b}[2J\u{1b}[H"),
    ("cursor home", "\u{1b}[1;1H"),
    ("cursor up and overwrite", "\u{1b}[10A0,00"),
    ("scroll region", "\u{1b}[1;2r"),
    ("insert lines", "\u{1b}[99L"),
    ("delete characters", "\u{1b}[99P"),
    ("alternate screen off", "\u{1b}[?1049l"),
    ("cursor hidden", "\u{1b}[?25l"),
    ("mouse on", "\u{1b}[?1003h"),
    ("paste mode off", "\u{1b}[?2004l"),
    ("paste end", "\u{1b}[201~"),
    ("device report", "\u{1b}[6n"),
    ("device attributes", "\u{1b}[c"),
    ("window size report", "\u{1b}[18t"),
    ("title report", "\u{1b}[21t"),
    ("title stack", "\u{1b}[22;0t"),
    ("F9 as typed", "\u{1b}[20~"),
    ("CSI with intermediates", "\u{1b}[ q"),
    ("CSI huge parameter", "\u{1b}[99999999999999999999A"),
    ("keypad mode", "\u{1b}="),
    ("save and restore", "\u{1b}7\u{1b}8"),
    ("index", "\u{1b}D\u{1b}M"),
    ("charset", "\u{1b}(0qqq"),
    ("single shift", "\u{1b}N"),
    // Strings of the operating system and of devices.
    ("OSC 0 title", "\u{1b}]0;owned\u{7}"),
    ("OSC 2 title, ST", "\u{1b}]2;owned\u{1b}\\"),
    ("OSC 4 palette", "\u{1b}]4;1;#000000\u{7}"),
    ("OSC 7 directory", "\u{1b}]7;file:///etc\u{7}"),
    ("OSC 8 link", "\u{1b}]8;;https://evil.example\u{7}Pizza\u{1b}]8;;\u{7}"),
    ("OSC 9 notification", "\u{1b}]9;pay\u{7}"),
    ("OSC 10 foreground query", "\u{1b}]10;?\u{7}"),
    ("OSC 50 font", "\u{1b}]50;?\u{7}"),
    ("OSC 52 clipboard", "\u{1b}]52;c;cm0gLXJmIH4=\u{7}"),
    ("OSC 52 clipboard query", "\u{1b}]52;c;?\u{7}"),
    ("OSC 133 prompt", "\u{1b}]133;A\u{7}"),
    ("OSC 777", "\u{1b}]777;notify;a;b\u{7}"),
    ("OSC 1337 file", "\u{1b}]1337;File=inline=1:AAAA\u{7}"),
    ("OSC without end", "\u{1b}]0;never ended"),
    ("DCS", "\u{1b}P1$r0m\u{1b}\\"),
    ("DCS sixel", "\u{1b}Pq#0;2;0;0;0#0~~@@vv\u{1b}\\"),
    ("DCS without end", "\u{1b}P+q544e"),
    ("DCS tmux", "\u{1b}Ptmux;\u{1b}\u{1b}]0;x\u{7}\u{1b}\\"),
    ("APC kitty", "\u{1b}_Ga=T;AAAA\u{1b}\\"),
    ("PM", "\u{1b}^private\u{1b}\\"),
    ("SOS", "\u{1b}Xstring\u{1b}\\"),
    // The same with one character each.
    ("C1 CSI", "\u{9b}2J"),
    ("C1 CSI colour", "\u{9b}31m"),
    ("C1 OSC", "\u{9d}0;owned\u{9c}"),
    ("C1 DCS", "\u{90}1$r\u{9c}"),
    ("C1 next line", "\u{85}"),
    ("C1 reverse index", "\u{8d}"),
    // Single controls in use.
    ("BEL row", "\u{7}\u{7}\u{7}"),
    ("backspaces over a price", "99,00\u{8}\u{8}\u{8}\u{8}\u{8}00,01"),
    ("carriage return over a price", "99,00\r00,01"),
    ("line feed", "one\ntwo"),
    ("CR LF", "one\r\ntwo"),
    ("vertical tab and form feed", "one\u{b}two\u{c}three"),
    ("tab", "one\ttwo"),
    ("shift out", "\u{e}lqqk\u{f}"),
    ("NUL", "one\u{0}two"),
    ("DEL", "one\u{7f}two"),
    ("XON XOFF", "\u{13}\u{11}"),
    ("ENQ", "\u{5}"),
    ("SUB", "\u{1a}"),
    // Direction.
    ("right-to-left override", "\u{202e}00,1 EUR\u{202c}"),
    ("left-to-right override", "\u{202d}abc\u{202c}"),
    ("embeddings", "\u{202a}\u{202b}abc\u{202c}\u{202c}"),
    ("isolates", "\u{2066}a\u{2067}b\u{2068}c\u{2069}"),
    ("isolate never ended", "\u{2067}abc"),
    ("marks of direction", "a\u{200e}b\u{200f}c\u{61c}d"),
    ("swap of symmetric", "\u{206a}\u{206b}\u{206c}\u{206d}\u{206e}\u{206f}"),
    // What is not seen.
    ("zero-width space", "Piz\u{200b}za"),
    ("zero-width joiner", "Piz\u{200d}za"),
    ("zero-width non-joiner", "Piz\u{200c}za"),
    ("word joiner", "Piz\u{2060}za"),
    ("byte order mark inside", "Piz\u{feff}za"),
    ("soft hyphen", "Piz\u{ad}za"),
    ("grapheme joiner", "Piz\u{34f}za"),
    ("Hangul filler", "a\u{3164}b\u{115f}c\u{1160}d\u{ffa0}e"),
    ("Mongolian vowel separator", "a\u{180e}b\u{180b}c"),
    ("Khmer inherent vowels", "a\u{17b4}b\u{17b5}c"),
    ("invisible operators", "a\u{2061}b\u{2062}c\u{2063}d\u{2064}e"),
    ("variation selectors", "a\u{fe0f}b\u{fe00}c"),
    ("variation selectors supplement", "a\u{e0100}b\u{e01ef}c"),
    ("tags", "\u{e0001}\u{e0044}\u{e0045}\u{e007f}"),
    ("flag of tags", "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}"),
    ("interlinear annotation", "a\u{fff9}b\u{fffa}c\u{fffb}d"),
    ("musical controls", "a\u{1d173}b\u{1d17a}c"),
    ("Braille blank", "a\u{2800}b"),
    ("spaces of every width", "a\u{2000}b\u{2003}c\u{2009}d\u{200a}e\u{205f}f\u{3000}g\u{1680}h"),
    ("narrow no-break space", "1\u{202f}000,00"),
    ("no-break space", "a\u{a0}b"),
    // Lines.
    ("line separator", "a\u{2028}b"),
    ("paragraph separator", "a\u{2029}b"),
    // What is no character.
    ("private use", "a\u{e000}b\u{f8ff}c"),
    ("private planes", "a\u{f0000}b\u{10fffd}c"),
    ("non-characters", "a\u{fdd0}b\u{fffe}c\u{ffff}d\u{1fffe}e\u{10ffff}f"),
    ("replacement characters", "\u{fffd}\u{fffd}"),
    ("object replacement", "\u{fffc}"),
    // Wide, joined and piled up.
    ("wide emoji", "\u{1f355}\u{1f37a}\u{1f469}\u{200d}\u{1f373}"),
    ("emoji with skin and selector", "\u{1f44d}\u{1f3fd}\u{2764}\u{fe0f}"),
    ("regional indicators", "\u{1f1e9}\u{1f1ea}\u{1f1e9}"),
    ("keycap", "1\u{fe0f}\u{20e3}"),
    ("wide letters", "\u{65e5}\u{672c}\u{8a9e}\u{30c6}\u{30ad}\u{30b9}\u{30c8}"),
    ("halfwidth and fullwidth", "\u{ff21}\u{ff11}\u{ff71}\u{ff9e}"),
    ("Hangul jamo", "\u{1112}\u{1161}\u{11ab}"),
    ("ligature of Arabic", "\u{fdfd}"),
    ("Devanagari", "\u{915}\u{94d}\u{937}\u{93f}"),
    ("Thai", "\u{e01}\u{e34}\u{e48}\u{e19}"),
    ("Hebrew and digits", "\u{5d0}\u{5d1} 12,50"),
    ("mark at the start", "\u{301}abc"),
    ("mark on a space", " \u{302} "),
    ("enclosing mark", "a\u{20dd}\u{489}"),
    ("marks beyond the first plane", "a\u{1e130}\u{1e944}\u{101fd}"),
    // Lies in plain text.
    ("box drawing", "│ 0,00 € ┤ ─────"),
    ("only spaces", "      "),
    ("nothing", ""),
    ("looks like a price", "0,00 €   1 × Pizza"),
    ("looks like a template", "{name} {0} %s %n ${HOME} `id`"),
    ("looks like JSON", "\",\"price\":0,\"x\":\""),
    ("looks like TOML", "\"\n[oktopos]\nbase_url = \"https://evil.example\""),
    ("looks like SQL", "'); DROP TABLE orders; --"),
    ("looks like a formula", "=HYPERLINK(\"https://evil.example\")"),
];

fn long() -> Vec<(&'static str, String)> {
    vec![
        ("a megabyte in one line", "M".repeat(1_000_000)),
        ("a megabyte of wide letters", "\u{65e5}".repeat(350_000)),
        ("a megabyte of spaces", " ".repeat(1_000_000)),
        ("a megabyte of escapes", "\u{1b}[31m".repeat(200_000)),
        ("thousands of marks on one letter", format!("a{}", "\u{301}".repeat(5_000))),
        ("thousands of enclosing marks", format!("a{}", "\u{20dd}".repeat(5_000))),
        ("thousands of Hebrew marks", format!("\u{5d0}{}", "\u{5b0}".repeat(5_000))),
        ("thousands of Devanagari marks", format!("\u{915}{}", "\u{94d}".repeat(5_000))),
        ("thousands of Tibetan marks", format!("\u{f40}{}", "\u{f71}".repeat(5_000))),
        ("thousands of lines", "line\n".repeat(20_000)),
        ("thousands of joiners", "\u{1f469}\u{200d}".repeat(5_000)),
        ("thousands of zero-width spaces", "\u{200b}".repeat(5_000)),
        ("thousands of overrides", "\u{202e}".repeat(5_000)),
        ("thousands of regional indicators", "\u{1f1e9}".repeat(5_000)),
        ("thousands of Hangul vowels", format!("\u{1112}{}", "\u{1161}".repeat(5_000))),
        ("words without end", "Donaudampfschifffahrt".repeat(200)),
        ("long words", "Donaudampfschifffahrt ".repeat(200)),
        ("long wide words", "\u{1f355}\u{1f37a} ".repeat(500)),
    ]
}

#[cfg(test)]
mod tests {
    #[test]
    fn there_are_enough_and_each_has_a_name_of_its_own() {
        let all = super::all();
        assert!(all.len() >= 190, "{}", all.len());
        assert!(super::short().len() >= 170, "{}", super::short().len());
        let names: std::collections::HashSet<_> = all.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), all.len());
        let texts: std::collections::HashSet<_> = all.iter().map(|(_, text)| text).collect();
        assert!(texts.len() + 12 > all.len(), "hardly two the same");
    }
}
