//! Who calls: the desk's own orders, OktoPOS beside them, notes, and that all of it can be forgotten.

use std::{sync::Arc, time::Duration};

use super::*;
use crate::{
    desk::{Ports, testing::*},
    domain::value::ids::{DeskId, OrderId},
    journal::SqliteJournal,
    ports::{Stores, journal::PersonDecision},
};

/// A desk on a real journal, with an OktoPOS that answers by script.
struct House {
    desk: Desk,
    bench: Bench,
    journal: Arc<SqliteJournal>,
    dir: tempfile::TempDir,
}

async fn house() -> House {
    let (bench, dir) = (Bench::new(), tempfile::tempdir().unwrap());
    let journal = Arc::new(SqliteJournal::open(dir.path()).await.unwrap());
    let ports = Ports {
        stores: Stores::of(&journal, Arc::new(())),
        id: DeskId("desk".into()),
        pos: Arc::clone(&bench.pos) as _,
        clock: Arc::clone(&bench.clock) as _,
        ids: Arc::new(TestIds::default()),
    };
    House { desk: Desk::new(ports, bench.settings.clone()), bench, journal, dir }
}

fn guest(phone: &str, name: &str, street: &str) -> Customer {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let address = Address { street: text(street), ..Address::default() };
    let address = Some(address).filter(|address| address.street.is_some());
    Customer { phone: text(phone), family_name: text(name), address, ..Customer::default() }
}

impl House {
    async fn place(&self, id: &str, customer: Customer) {
        let mut order = order(id);
        order.customer = Some(customer);
        self.desk.place(&order).await.unwrap();
    }

    /// Names and how many orders each has.
    async fn known(&self, number: &str) -> Vec<(String, usize)> {
        let known = self.desk.look_up(number).await.unwrap();
        names(&known)
    }
}

fn names(known: &Known) -> Vec<(String, usize)> {
    let name = |guest: &Guest| guest.customer.family_name.clone().unwrap_or_default();
    known.guests.iter().map(|guest| (name(guest), guest.orders.len())).collect()
}

fn one(name: &str, orders: usize) -> (String, usize) {
    (name.to_owned(), orders)
}

#[tokio::test]
async fn a_caller_is_known_by_every_spelling_of_the_number() {
    let house = house().await;
    house.place("a", guest("040 123456", "Muster", "Weg")).await;
    for number in ["040123456", "+49 (0)40/123456", "0049 40 123456", "4940123456"] {
        assert_eq!(house.known(number).await, [one("Muster", 1)], "{number}");
    }
    for number in ["040 123457", "123456", "", "niemand"] {
        assert_eq!(house.known(number).await, [], "{number}");
    }
}

#[tokio::test]
async fn people_share_numbers_and_have_several() {
    let house = house().await;
    house.place("a", guest("040 123456", "Muster", "Weg")).await;
    house.place("b", guest("040 123456", "Beispiel", "Weg")).await;
    house.place("c", guest("0171 1234567", "Muster", "Weg")).await;
    assert_eq!(
        house.known("040 123456").await,
        [one("Muster", 2), one("Beispiel", 1)],
        "with what came by the other one"
    );
    assert_eq!(house.known("0171 1234567").await, [one("Muster", 2)]);
    house.journal.decide_cancel("c").await;
    assert_eq!(house.known("0171 1234567").await, [one("Muster", 1)], "taken back is not eaten");
}

#[tokio::test]
async fn oktopos_comes_beside_and_is_not_missed() {
    let house = house().await;
    house.place("a", guest("040 123456", "Muster", "Weg")).await;
    let known = house.desk.look_up("040 123456").await.unwrap();
    let both = house.desk.look_up_beside("040 123456", &known).await.unwrap();
    assert_eq!(names(&both), [one("Muster", 1), one("Beispiel", 0)]);
    assert_eq!(house.desk.look_up_beside("040 123456", &both).await, None, "no news");
    assert_eq!(house.desk.look_up_beside("040 12", &known).await, None, "not asked for half a number");
    house.bench.pos.down(true);
    let failed = house.desk.look_up_beside("040 123456", &known).await.unwrap();
    assert!(matches!(failed.failed, Some(DeskError::Pos(_))), "that nobody could be asked is no unknown guest");
    assert_eq!(failed.guests, known.guests);
    assert_eq!(house.known("040 123456").await, [one("Muster", 1)]);
}

#[tokio::test]
async fn a_note_belongs_to_the_number_and_follows_the_person() {
    let house = house().await;
    house.place("a", guest("040 123456", "Muster", "Weg")).await;
    house.place("b", guest("0171 1234567", "Muster", "Weg")).await;
    house.desk.keep_note("+49 40 123456", "  Klingel \u{1b}[31mkaputt ").await.unwrap();
    for number in ["040123456", "0171 1234567"] {
        let note = house.desk.look_up(number).await.unwrap().note;
        assert!(note.contains("Klingel") && !note.contains('\u{1b}'), "{note:?}");
    }
    house.desk.keep_note("0171 1234567", "Hinterhaus").await.unwrap();
    assert_eq!(house.desk.look_up("0171 1234567").await.unwrap().note, "Hinterhaus");
    house.desk.keep_note("0171 1234567", " ").await.unwrap();
    assert!(house.desk.look_up("0171 1234567").await.unwrap().note.contains("Klingel"));
    assert!(matches!(house.desk.keep_note("x", "y").await, Err(DeskError::Field { .. })));
    house.desk.keep_note("040 999999", &"x".repeat(5_000)).await.unwrap();
    assert!(house.desk.look_up("040 999999").await.unwrap().note.chars().count() <= MAX_NOTE);
}

#[tokio::test]
async fn a_note_seen_through_another_number_is_removed_where_it_is() {
    let house = house().await;
    house.place("a", guest("040 123456", "Muster", "Weg")).await;
    house.place("b", guest("0171 1234567", "Muster", "Weg")).await;
    house.desk.keep_note("0049 171 1234567", "Klingel kaputt").await.unwrap();
    let seen = house.desk.look_up("040 123456").await.unwrap();
    assert_eq!((seen.note.as_str(), seen.note_number.as_str()), ("Klingel kaputt", "0171 1234567"));
    house.desk.keep_note(&seen.note_number, "").await.unwrap();
    for number in ["040 123456", "0171 1234567"] {
        let known = house.desk.look_up(number).await.unwrap();
        assert_eq!((known.note, known.note_number), (String::new(), String::new()));
    }
}

#[tokio::test]
async fn a_copied_note_is_forgotten_with_the_guest() {
    let house = house().await;
    let numbers = ["040 123456", "0171 1234567", "0171 7654321"];
    for (id, number, note) in [("a", numbers[0], "Hund"), ("b", numbers[1], "Hund"), ("c", numbers[2], "Hinterhaus")] {
        house.place(id, guest(number, "Muster", "Weg")).await;
        house.desk.keep_note(number, note).await.unwrap();
    }
    house.journal.decide_cancel("a").await;
    house.desk.forget_customer(numbers[0], false).await.unwrap();
    for number in [numbers[1], numbers[2]] {
        assert_eq!(
            house.desk.look_up(number).await.unwrap().note,
            "Hinterhaus",
            "the copy is gone, another note is not"
        );
    }
}

#[tokio::test]
async fn who_is_forgotten_is_not_known_any_more() {
    let house = house().await;
    house.place("a", guest("040 123456", "Musterfrau", "Geheimweg")).await;
    house.place("b", guest("040 999999", "Beispiel", "Weg")).await;
    house.desk.keep_note("040 123456", "Klingel kaputt").await.unwrap();
    house.journal.decide_cancel("a").await;
    house.journal.decide_cancel("b").await;
    let report = house.desk.forget_customer("+4940123456", false).await.unwrap();
    assert_eq!((report.forgotten, report.is_scrubbed), (vec![OrderId("a".into())], true));
    assert_eq!(house.desk.look_up("040 123456").await.unwrap(), Known::default());
    assert_eq!(house.known("040 999999").await, [one("Beispiel", 0)]);
    house.journal.close().await.unwrap();
    for entry in std::fs::read_dir(house.dir.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for trace in ["Klingel", "Musterfrau", "Geheimweg", "040 123456", "+4940123456"] {
            let found = bytes.windows(trace.len()).any(|window| window == trace.as_bytes());
            assert!(!found, "{trace} is left in {}", path.display());
        }
    }
}

#[tokio::test]
async fn a_note_goes_with_the_last_order_of_its_number() {
    use crate::ports::{GuestBook, Journal, journal::Forget};
    let house = house().await;
    house.place("a", guest("040 123456", "Muster", "Weg")).await;
    house.desk.keep_note("040 123456", "Klingel kaputt").await.unwrap();
    house.desk.keep_note("040 999999", "hat nie bestellt").await.unwrap();
    house.journal.decide_cancel("a").await;
    let later = house.desk.clock().now().checked_add(Duration::from_secs(60)).unwrap();
    assert_eq!(house.journal.purge_notes(later).await.unwrap(), 1, "nobody ordered with it");
    assert_eq!(house.desk.look_up("040 123456").await.unwrap().note, "Klingel kaputt");
    let which = Forget { before: later, over: None, only: None, after: 0, look_at: 50 };
    house.journal.forget(&which, later).await.unwrap();
    assert_eq!(house.journal.purge_notes(later).await.unwrap(), 1);
    assert_eq!(house.desk.look_up("040 123456").await.unwrap(), Known::default());
}

impl SqliteJournal {
    async fn decide_cancel(&self, id: &str) {
        use crate::ports::Journal;
        let at = jiff::Timestamp::from_second(1).unwrap();
        self.decide(&OrderId(id.into()), &PersonDecision::Cancel, at).await.unwrap();
    }
}

#[tokio::test]
async fn guests_of_a_file_are_found_named_twice_and_forgotten_like_others() {
    let house = house().await;
    house.place("a", guest("040 111", "Muster", "Musterstr. 1")).await;
    let file = [
        guest("+49 40 111", "Muster", ""),
        guest("040 222", "Beispiel", "Weg 2"),
        guest("040222", "Beispiel", "Weg 2"),
        guest("040 222", "Probe", ""),
    ];
    let wanted = import::ImportReport { new: 2, known: vec![0], twice: vec![(2, 1)], unreadable: vec![] };
    assert_eq!(house.desk.import_guests(&file, true).await.unwrap(), wanted);
    assert!(house.known("040 222").await.is_empty(), "a dry run saves nothing");
    assert_eq!(house.desk.import_guests(&file, false).await.unwrap(), wanted);
    let mut found = house.known("0049 40 222").await;
    found.sort();
    assert_eq!(found, [one("Beispiel", 0), one("Probe", 0)]);
    let again = house.desk.import_guests(&file, false).await.unwrap();
    assert_eq!((again.new, again.known), (0, vec![0, 1, 3]), "the same file again doubles nobody");
    let report = house.desk.forget_customer("040 222", false).await.unwrap();
    assert_eq!((report.imported, report.is_scrubbed), (2, true));
    assert!(house.known("040 222").await.is_empty());
    house.journal.close().await.unwrap();
    let bytes = std::fs::read(house.dir.path().join("journal.sqlite3")).unwrap();
    assert!(!bytes.windows(8).any(|piece| piece == b"Beispiel"), "the bytes are gone as well");
}

/// For each store: what nobody ordered under goes after its time, what is a guest of an order stays with it.
#[tokio::test]
async fn guests_of_a_file_go_when_their_days_are_over() {
    let house = house().await;
    let memory = crate::journal::MemoryJournal::default();
    let keys = |customer: &Customer| (GuestKeys::of("DE", Some(customer)), customer.clone());
    let file: Vec<_> =
        [guest("040 111", "Muster", "Weg 1"), guest("040 222", "Probe", "Weg 2")].iter().map(keys).collect();
    house.place("a", guest("040 111", "Muster", "Weg 1")).await;
    let at = |second| jiff::Timestamp::from_second(second).unwrap();
    let sqlite: &dyn crate::ports::GuestBook = &*house.journal;
    for (book, left) in [(sqlite, 1), (&memory, 0)] {
        book.import(&file, at(100)).await.unwrap();
        assert_eq!(book.purge_imported(at(100)).await.unwrap(), 0);
        assert_eq!(book.purge_imported(at(101)).await.unwrap(), 2 - left);
        assert_eq!(book.imported("+4940222").await.unwrap(), []);
        assert_eq!(u64::try_from(book.imported("+4940111").await.unwrap().len()).unwrap(), left);
        assert_eq!(u64::try_from(book.forget_imported("+4940111").await.unwrap().len()).unwrap(), left);
        assert_eq!(book.imported("+4940111").await.unwrap(), []);
    }
}
