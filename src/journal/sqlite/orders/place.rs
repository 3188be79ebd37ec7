//! Recording what a person confirmed: orders and status changes, each with its outbox row and events in one transaction.

use jiff::Timestamp;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::life::{Around, Find, Loaded, difference, load};
use crate::journal::sqlite::{
    SqliteJournal, drafts,
    error::{damaged, journal_error},
    house::column,
};
use crate::{
    chaos::{self, Bug},
    domain::{
        order::life::{Happening, Life, Next, Placing, StatusAsk, Step},
        value::ids::{DeskId, OrderId},
    },
    journal::face::Face,
    ports::{
        JournalError,
        journal::{NewOrder, PlaceAllError},
    },
};

/// The number that the next entry of the outbox gets.
const NEXT_SEQ: &str = "(SELECT seq + 1 FROM sqlite_sequence WHERE name = 'outbox')";

/// What a column of an order's row holds.
enum Cell {
    Text(String),
    Number(i64),
    Null,
}

impl Cell {
    fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    fn push_into(self, write: &mut QueryBuilder<Sqlite>) {
        match self {
            Self::Text(text) => write.push_bind(text),
            Self::Number(number) => write.push_bind(number),
            Self::Null => write.push("NULL"),
        };
    }
}

/// The columns that come out of the Order object and what is kept beside it, written anew with each confirmation.
fn cells(new: &NewOrder) -> [(&'static str, Cell); 19] {
    let NewOrder { order, body: _, base_url: _, due_at, at, note, guest, desk: _ } = new;
    let Face {
        order_type,
        total,
        currency,
        who,
        address,
        table,
        seat,
        pickup_token,
        intermediary,
        session_token,
        brief,
    } = Face::of(order);
    let number = |number: Option<i64>| number.map_or(Cell::Null, Cell::Number);
    let text = |text: Option<&str>| text.map_or(Cell::Null, Cell::text);
    [
        ("order_type", text(order_type)),
        ("total", Cell::Text(total)),
        ("currency", Cell::text(currency)),
        ("who", Cell::text(who)),
        ("address", Cell::Text(address)),
        ("table_no", number(table)),
        ("seat", number(seat)),
        ("pickup_token", Cell::text(pickup_token)),
        ("intermediary", Cell::text(intermediary)),
        ("created_at", Cell::Number(at.as_microsecond())),
        ("due_at", number(due_at.map(Timestamp::as_microsecond))),
        ("session_token", text(session_token)),
        ("brief", Cell::Text(brief)),
        ("personal", Cell::Number(1)),
        ("guest_number", text(guest.number.as_deref())),
        ("guest_who", number(guest.who)),
        ("pieces", Cell::Number(i64::from(note.pieces))),
        ("promised_at", number(column(note.promised_at))),
        ("changed_at", Cell::Number(at.as_microsecond())),
    ]
}

/// Appends the statements that record an order whose id is not there yet; the first of them fails where it is.
fn first(write: &mut QueryBuilder<Sqlite>, new: &NewOrder, next: &Next) {
    let NewOrder { order, body, at, .. } = new;
    let Next { life, events, .. } = next;
    let cells = cells(new);
    write.push("INSERT INTO orders (order_id, delivery, base_url, first_status, create_seq");
    for (name, _) in &cells {
        write.push(", ").push(name);
    }
    write.push(") VALUES (").push_bind(order.order_id.0.clone()).push(", ").push_bind(life.delivery.word());
    write.push(", ").push_bind(life.base_url.clone()).push(", ").push_bind(life.first_status.clone());
    write.push(", ").push(NEXT_SEQ);
    for (_, cell) in cells {
        write.push(", ");
        cell.push_into(write);
    }
    // From here on the last row is the order's: its body has the same number, and events have none.
    write
        .push("); INSERT INTO bodies (order_no, body) VALUES (last_insert_rowid(), ")
        .push_bind(body.clone())
        .push("); ");
    for (event, n) in events.iter().zip(1i64..) {
        write.push("INSERT INTO events (order_no, n, at, kind, detail) VALUES (last_insert_rowid(), ").push_bind(n);
        write.push(", ").push_bind(at.as_microsecond()).push(", ").push_bind(event.kind.word());
        write.push(", ").push_bind(event.detail.clone()).push("); ");
        if !event.words.is_empty() {
            write.push("INSERT INTO event_words (order_no, n, words) VALUES (last_insert_rowid(), ").push_bind(n);
            write.push(", ").push_bind(event.words.clone()).push("); ");
        }
    }
    write.push(
        "INSERT INTO outbox (seq, order_no, kind, base_url, queued_at, due_at) \
         SELECT create_seq, no, 'create', base_url, created_at, due_at FROM orders WHERE no = last_insert_rowid(); ",
    );
    forget_draft(write, &order.order_id);
}

/// Appends the statements that record an order again under its id.
fn again(write: &mut QueryBuilder<Sqlite>, new: &NewOrder, loaded: &Loaded, next: &Next) -> Result<(), JournalError> {
    write.push("UPDATE orders SET ");
    for (place, (name, cell)) in cells(new).into_iter().enumerate() {
        write.push(if place == 0 { "" } else { ", " }).push(name).push(" = ");
        cell.push_into(write);
    }
    write.push(" WHERE no = ").push_bind(loaded.no).push("; UPDATE bodies SET body = ").push_bind(new.body.clone());
    write.push(" WHERE order_no = ").push_bind(loaded.no).push("; ");
    // Its entry takes from the row when it is due.
    difference(write, loaded, next, new.at)?;
    forget_draft(write, &new.order.order_id);
    Ok(())
}

fn forget_draft(write: &mut QueryBuilder<Sqlite>, id: &OrderId) {
    write.push("DELETE FROM drafts WHERE order_id = ").push_bind(id.0.clone()).push("; ");
}

/// Appends a statement that fails where another desk has the draft open: a row that is inserted a second time violates the
/// key. So nothing has to be asked before, and which desk it is is read only then.
fn fail_for_other_desk(write: &mut QueryBuilder<Sqlite>, id: &OrderId, desk: &DeskId) {
    if !chaos::planted(Bug::SharedDrafts) {
        write.push("INSERT INTO drafts (order_id, opened_at, json) SELECT order_id, opened_at, json FROM drafts ");
        write.push("WHERE order_id = ").push_bind(id.0.clone()).push(" AND desk <> ").push_bind(desk.0.clone());
        write.push("; ");
    }
}

/// Records an order between `begin` and `end`, in one trip. Its id is nearly always new, so nothing is read before: only
/// where the id is taken, or another desk has the draft, that is looked up, and the life decides. `Some` says why the order
/// is refused; then the transaction is open and has to be rolled back.
async fn insert(
    conn: &mut SqliteConnection,
    new: &NewOrder,
    begin: &str,
    end: &str,
) -> Result<Option<JournalError>, JournalError> {
    let (id, placing) = (&new.order.order_id, new.placing());
    let mut write = QueryBuilder::new(begin);
    fail_for_other_desk(&mut write, id, &new.desk);
    first(&mut write, new, &Life::first(&placing));
    write.push(end);
    match write.build().execute(&mut *conn).await {
        Ok(_) => return Ok(None),
        Err(sqlx::Error::Database(error)) if error.kind() == sqlx::error::ErrorKind::UniqueViolation => {}
        Err(error) => return Err(journal_error(error)),
    }
    if !chaos::planted(Bug::SharedDrafts)
        && let Some(why) = drafts::elsewhere(conn, id, &new.desk).await?
    {
        return Ok(Some(why));
    }
    let mut write = QueryBuilder::new("");
    if let Some(why) = place_again(conn, new, &placing, &mut write).await? {
        return Ok(Some(why));
    }
    write.push(end);
    write.build().execute(conn).await.map_err(journal_error)?;
    Ok(None)
}

async fn place_again(
    conn: &mut SqliteConnection,
    new: &NewOrder,
    placing: &Placing,
    write: &mut QueryBuilder<Sqlite>,
) -> Result<Option<JournalError>, JournalError> {
    let id = &new.order.order_id;
    let Some(loaded) = load(conn, Find::Order(id)).await? else {
        return Err(damaged("an order is recorded that cannot be found"));
    };
    match loaded.life.apply(Happening::Placed(placing)) {
        Ok(Step::Next(next)) => again(write, new, &loaded, &next).map(|()| None),
        Ok(Step::AlreadySo) => Ok(None),
        Err(refusal) => Ok(Some(JournalError::refused(id, refusal))),
    }
}

impl SqliteJournal {
    pub(in crate::journal::sqlite) async fn record(&self, new: &NewOrder) -> Result<(), JournalError> {
        match self.place_or_refuse(std::slice::from_ref(new)).await?.pop() {
            None => Ok(()),
            Some((_, why)) => Err(why),
        }
    }

    pub(in crate::journal::sqlite) async fn record_all(&self, new: &[NewOrder]) -> Result<(), PlaceAllError> {
        match self.place_or_refuse(new).await? {
            refused if refused.is_empty() => Ok(()),
            refused => Err(PlaceAllError::Refused(refused)),
        }
    }

    /// Records all of the orders and returns nothing, or records none and returns those that are refused.
    async fn place_or_refuse(&self, new: &[NewOrder]) -> Result<Vec<(usize, JournalError)>, JournalError> {
        let mut hold = self.write().await?;
        let mut refused = Vec::new();
        for (index, order) in new.iter().enumerate() {
            // The first order brings the beginning of the transaction along and a single one its end, too: as calls of
            // their own they would be two more trips. A connection that is dropped while the transaction is open is closed,
            // and SQLite rolls back.
            let begin = if index == 0 { "BEGIN IMMEDIATE; " } else { "" };
            let end = if new.len() == 1 { "COMMIT" } else { "" };
            if index + 1 == new.len() {
                chaos::point("place.before_commit");
            }
            if let Some(why) = insert(hold.conn(), order, begin, end).await? {
                refused.push((index, why));
            }
        }
        if !refused.is_empty() {
            hold.roll_back().await?;
            return Ok(refused);
        }
        if new.len() > 1 {
            sqlx::raw_sql("COMMIT").execute(hold.conn()).await.map_err(journal_error)?;
        }
        chaos::point("place.after_commit");
        hold.done();
        Ok(refused)
    }

    pub(in crate::journal::sqlite) async fn queue_status(
        &self,
        id: &OrderId,
        ask: StatusAsk<'_>,
        at: Timestamp,
    ) -> Result<(), JournalError> {
        let around = Around {
            before_commit: || chaos::point("status.before_commit"),
            after_commit: || chaos::point("status.after_commit"),
        };
        self.happen(Find::Order(id), Happening::StatusAsked(ask), at, around).await
    }
}
