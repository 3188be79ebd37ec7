//! Hands and terminals that do their worst to the real program: windows that go without a word, job control, pastes of
//! megabytes, bytes that are no keys, keys held down.

use oktodesk::domain::draft::field::Field;

use crate::{
    PIZZA,
    house::{END, House},
    terminal::{Launch, Terminal},
    wait_row,
};

/// Started by a script.
fn desk_by(house: &House, script: &str) -> Terminal {
    let launch = Launch { args: &[], env: house.env(), size: (100, 30), shell: None };
    let desk = Terminal::start_by(&launch, Some(script));
    desk.wait_text("160 Artikel");
    desk
}

/// What was typed is there although the terminal is not.
fn expect_typed(house: &House) {
    let drafts = house.drafts();
    assert_eq!((drafts.len(), &*drafts[0].search, drafts[0].lines.len()), (1, "che", 1));
}

#[test]
fn a_desk_whose_terminal_is_gone_is_gone_even_if_it_was_told_to_ignore_that() {
    // As `nohup` does it, whose own way of closing the input would keep the desk from starting.
    let house = House::new();
    let mut desk = desk_by(&house, "trap '' HUP; exec \"$@\"");
    desk.type_keys("51<enter>che");
    desk.wait_text("Cheeseburger");
    desk.hang_up(END);
    expect_typed(&house);
}

#[test]
fn a_desk_that_nobody_tells_that_its_terminal_is_gone_finds_out() {
    // The shell is told and stays; the desk is told nothing, and reads an input that is endlessly empty.
    let house = House::new();
    let mut desk = desk_by(&house, "trap '' HUP; \"$@\"; exit 0");
    desk.type_keys("51<enter>che");
    desk.wait_text("Cheeseburger");
    desk.hang_up(END);
    expect_typed(&house);
}

#[test]
fn stopped_it_gives_the_terminal_back_and_continued_it_takes_it_again() {
    let house = House::new();
    let mut desk = house.desk_in_shell();
    let before = std::fs::read_to_string(house.path("before")).unwrap();
    desk.type_keys("51<enter>che");
    desk.wait_text("Cheeseburger");
    for _ in 0..2 {
        desk.signal("TSTP");
        desk.wait_stopped(true);
        assert_eq!(desk.settings(), before, "raw mode is off while it is stopped");
        desk.wait_gone("Cheeseburger");
        let screen = desk.screen();
        assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        desk.signal("CONT");
        desk.wait_text("Cheeseburger");
        let screen = desk.screen();
        assert!(screen.alternate_screen() && screen.bracketed_paste());
        assert_ne!(desk.settings(), before);
    }
    desk.type_keys("<backspace><backspace><backspace>40<enter>");
    desk.wait_text("19,00 €");
    desk.type_keys("<ctrl+q>");
    let ended = desk.ended(END);
    assert_eq!(ended.code, 0);
    house.expect_restored(&ended);
}

#[test]
fn stopped_by_force_it_takes_the_terminal_again_whatever_was_done_to_it() {
    let house = House::new();
    let mut desk = house.desk_in_shell();
    desk.type_keys("51<enter>che");
    desk.wait_text("Cheeseburger");
    let raw = desk.settings();
    desk.signal("STOP");
    desk.wait_stopped(true);
    // The shell that is in front now has its own way with the terminal.
    let mine = std::fs::read_to_string(house.path("before")).unwrap();
    desk.restore(mine.trim());
    assert_ne!(desk.settings(), raw);
    let before = desk.output().len();
    desk.signal("CONT");
    desk.wait_stopped(false);
    desk.wait_drawn(before);
    desk.type_keys("<backspace><backspace><backspace>40<enter>");
    desk.wait_text("19,00 €");
    assert_eq!(desk.settings(), raw);
    desk.type_keys("<ctrl+q>");
    let ended = desk.ended(END);
    assert_eq!(ended.code, 0);
    house.expect_restored(&ended);
}

#[test]
fn a_held_key_stops_at_the_review() {
    let house = House::new();
    let mut desk = house.desk();
    desk.type_keys(PIZZA);
    desk.wait_text("Es fehlt nichts");
    desk.type_keys(&"<f9>".repeat(200));
    desk.wait_text("nicht gesendet");
    assert_eq!(house.world().attempts.len(), 0);
    // Hit once more after a pause it sends, without another key: the desk itself looks at the clock.
    // A machine that is busy may still be reading the held ones then.
    for _ in 0..20 {
        if house.world().attempts.is_empty() {
            std::thread::sleep(std::time::Duration::from_millis(400));
            desk.type_keys("<f9>");
        }
    }
    desk.type_keys("<f2>");
    wait_row(&desk, &["10001", "Tisch 12", "✓"]);
    assert_eq!(house.world().attempts.len(), 1);
    house.quit(desk);
}

#[test]
fn a_paste_of_megabytes_is_text_for_one_field() {
    let house = House::new();
    let mut desk = house.desk();
    desk.type_keys("51<enter><alt+2>");
    desk.wait_text("Telefon");
    let bytes: String =
        (0..2_000_000u32).map(|n| char::from(b" \r\n\x1b[20~0123456789\x07\x08"[n as usize % 20])).collect();
    desk.type_keys(&format!("<paste>{bytes}</paste>"));
    let draft = house.wait_draft(|draft| draft.fields.get(&Field::Phone).is_some_and(|phone| phone.contains('7')));
    let phone = &draft.fields[&Field::Phone];
    assert!(phone.chars().count() <= 1_000 && !phone.chars().any(char::is_control), "{phone:?}");
    desk.type_keys("<tab>Muster");
    desk.wait_text("Muster");
    assert_eq!(house.world().attempts.len(), 0);
    house.quit(desk);
}

#[test]
fn bytes_that_are_no_keys_break_nothing() {
    let house = House::new();
    let mut desk = house.desk();
    // Through the terminal library's own reader: sequences begun, broken, doubled, and plain noise. Nothing that quits.
    const PARTS: [&[u8]; 20] = [
        b"\x1b[",
        b"\x1b",
        b"O",
        b"200~",
        b"\x1b[200~",
        b"\x1b[201~",
        b"\x1b[<0;5;5M",
        b"\x1b[<64;999999;1m",
        b"\x1b[M ~~",
        b"\x1b[1;5A",
        b"99999",
        b";",
        b"\xff\xfe",
        b"\xc3",
        b"\xe2\x82",
        b"\xf0\x9f\x8d\x95",
        b"\x1b[?1;2c",
        b"\x1b[5;9R",
        b"\x1b[97;5u",
        b"\x1b]0;x\x07",
    ];
    let mut state: u64 = 7;
    let mut noise = Vec::new();
    for _ in 0..20_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let pick = (state >> 33) as usize;
        if pick.is_multiple_of(3) {
            noise.push((pick >> 8) as u8);
        } else {
            noise.extend_from_slice(PARTS[(pick >> 4) % PARTS.len()]);
        }
    }
    noise.retain(|byte| !matches!(byte, 0x03 | 0x11));
    desk.type_bytes(&noise);
    // Ends what noise may have begun, then leads to a place that is known.
    desk.type_bytes(b"\x1b[201~\x1b[201~");
    desk.type_keys("<f12><f12>");
    for _ in 0..3 {
        let before = desk.output().len();
        desk.type_keys("<esc>");
        desk.wait_drawn(before);
    }
    let before = desk.output().len();
    desk.resize((101, 31));
    desk.wait_drawn(before);
    desk.signal("TERM");
    assert_eq!(desk.ended(END).code, 0);
}

#[test]
fn a_thousand_sizes_are_borne() {
    let house = House::new();
    let mut desk = house.desk();
    desk.type_keys("2*51<enter>");
    desk.wait_text("2 × Pizza Hawaii");
    for turn in 0..1_000u16 {
        desk.resize((1 + (turn * 37) % 500, 1 + (turn * 53) % 200));
    }
    desk.resize((1, 1));
    desk.resize((80, 24));
    desk.wait_text("21,00 €");
    house.quit(desk);
}

#[test]
fn a_poor_terminal_is_no_reason_not_to_take_orders() {
    for (lang, term) in [("C", "dumb"), ("POSIX", ""), ("de_DE.ISO-8859-1", "vt100"), ("xx_YY", "unheard-of")] {
        let house = House::new();
        let mut env = house.env();
        env.retain(|(name, _)| name != "LANG" && name != "TERM");
        env.extend([("LANG".to_owned(), lang.to_owned()), ("TERM".to_owned(), term.to_owned())]);
        let mut desk = Terminal::start(&Launch { args: &["--lang", "de"], env, size: (100, 30), shell: None });
        desk.wait_text("160 Artikel");
        desk.type_keys("51<enter>");
        desk.wait_text("Pizza Hawaii");
        house.quit(desk);
    }
}

#[test]
fn the_shops_zone_is_the_configured_one_whatever_the_machine_says() {
    for zone in ["Pacific/Kiritimati", "America/Los_Angeles", "Nowhere/At_All"] {
        let house = House::new();
        let mut env = house.env();
        env.push(("TZ".to_owned(), zone.to_owned()));
        let mut desk = Terminal::start(&Launch { args: &[], env, size: (100, 30), shell: None });
        desk.wait_text("160 Artikel");
        desk.type_keys("51<enter><ctrl+o><alt+3>");
        desk.type_keys("<tab>morgen 12<f9>");
        desk.type_keys("<alt+2>040 1<f9>");
        desk.wait_text("Es fehlt nichts");
        desk.type_keys("<down><enter>");
        desk.wait_text("Gespeichert:");
        let world = house.wait_world("the order", |world| !world.orders.is_empty());
        let order = &world.orders[0].order;
        assert_eq!(order["purchaseTime"]["timezone"], "Europe/Berlin", "{zone}");
        assert_eq!(order["pickup"]["timezone"], "Europe/Berlin", "{zone}");
        house.quit(desk);
    }
}
