//! Every call against every way and place of breaking off. Each cell must end in the outcome of the table.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::task::JoinSet;

use oktodesk::{
    oktopos::{ClientSettings, OktoPos},
    ports::PosError,
};

use crate::{
    call::{Call, Given},
    raw_server::{Act, End, RawServer, chunked, http},
};

/// A good answer to a call, and the number it comes to.
fn good(call: Call) -> (&'static str, i64) {
    match call {
        Call::Create => (r#"{"internalId":12345}"#, 12345),
        Call::Ready => (r#"[{"orderId":"a","status":"ready"}]"#, 1),
        Call::Status => (r#"{"success":true}"#, 0),
        Call::Articles => (r#"[{"id":1,"description":"Pizza"}]"#, 1),
        Call::Customers => (r#"[{"id":1,"person":{"email":"a@muster.example"}}]"#, 1),
    }
}

async fn make(call: Call, pos: &OktoPos) -> Result<(), PosError> {
    let given = Given { order: r#"{"orderId":"a"}"#, internal_id: 1, status: "done", page_size: 500, phone: "0401" };
    call.ask(pos, &given).await.map(|found| assert_eq!(found, good(call).1))
}

#[derive(Debug, Clone)]
struct Cell {
    call: Call,
    act: Act,
    reused: bool,
    /// Whether the whole answer was written.
    whole: bool,
}

fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for call in Call::ALL {
        let mut points: Vec<(Option<usize>, Vec<u8>, bool)> =
            [0, 1, 100].into_iter().map(|read| (Some(read), Vec::new(), false)).collect();
        for answer in [http(200, &[], good(call).0), chunked(good(call).0)] {
            let head = answer.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
            let middle = (head + answer.len()) / 2;
            for cut in [0, 1, 8, head - 2, head, head + 1, middle, answer.len() - 1, answer.len()] {
                points.push((None, answer[..cut].to_vec(), cut == answer.len()));
            }
        }
        for (read, write, whole) in points {
            for end in [End::Close, End::Reset, End::Stall] {
                for reused in [false, true] {
                    let act = Act { read, write: write.clone(), end };
                    cells.push(Cell { call, act, reused, whole });
                }
            }
        }
    }
    cells
}

async fn run(cell: Cell) {
    let broken = Arc::new(AtomicBool::new(!cell.reused));
    let (switch, act) = (Arc::clone(&broken), cell.act.clone());
    let good = Act::answer(http(200, &[], good(cell.call).0));
    let server =
        RawServer::start(move |_| if switch.load(Ordering::SeqCst) { act.clone() } else { good.clone() }).await;
    let total_timeout = Duration::from_secs(if cell.act.end == End::Stall && !cell.whole { 3 } else { 30 });
    let connect_timeout = total_timeout - Duration::from_millis(100);
    let pos = OktoPos::new(ClientSettings { total_timeout, connect_timeout, ..server.settings() }).unwrap();

    if cell.reused {
        make(cell.call, &pos).await.unwrap_or_else(|error| panic!("{cell:?} before the fault: {error}"));
        broken.store(true, Ordering::SeqCst);
    }
    let before = server.requests().len();
    let outcome = make(cell.call, &pos).await;
    let sent = server.requests().len() - before;

    match outcome {
        Ok(()) => assert!(cell.whole, "{cell:?}"),
        // A reset may overtake the answer before it.
        Err(PosError::Unknown { .. }) => assert!(!cell.whole || cell.act.end == End::Reset, "{cell:?}"),
        Err(other) => panic!("{cell:?}: {other}"),
    }
    if cell.call.changes_something() {
        assert_eq!(sent, 1, "{cell:?}");
    }
}

#[tokio::test]
async fn every_cell_ends_as_the_table_says() {
    let mut cells = cells();
    assert!(cells.len() >= 480, "{}", cells.len());
    // Those that wait for a timeout wait together.
    cells.sort_by_key(|cell| cell.act.end == End::Stall && !cell.whole);
    for batch in cells.chunks(100) {
        let mut running: JoinSet<()> = batch.iter().cloned().map(run).collect();
        while let Some(done) = running.join_next().await {
            done.unwrap();
        }
    }
}
