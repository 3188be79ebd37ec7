//! Every call, every fault of the network, every place in request and answer, on a new and on a kept connection. Each cell
//! ends in the outcome of the table, and the server has handled exactly what it was given.

use std::{collections::BTreeMap, time::Duration};

use oktodesk::{
    oktopos::{ClientSettings, OktoPos},
    ports::PosError,
    sandbox::{self, DEFAULT_KEY, Route, Sandbox, SandboxOptions},
};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::{
    call::{Call, Given},
    house::PATIENCE,
    order::order,
    proxy::{At, Plan, Proxy, Relayed, Toxic},
};

/// How long the client waits in cells that only time ends.
pub const DEADLINE: Duration = Duration::from_secs(3);
/// Longer than the deadline, and so for ever.
const TOO_LATE: Duration = Duration::from_secs(3600);
/// Too slow for a message of some hundred bytes before the deadline.
const TRICKLE: Duration = Duration::from_millis(100);
/// The order of the faulty call, and the one before it.
const ORDER: &str = "cell";
const EARLIER: &str = "earlier";

impl Call {
    fn endpoint(self) -> Route {
        match self {
            Self::Create => Route::Create,
            Self::Ready => Route::Ready,
            Self::Status => Route::Status,
            Self::Articles => Route::Articles,
            Self::Customers => Route::Customers,
        }
    }

    /// Requests that one call is made of.
    fn requests(self) -> usize {
        if self == Self::Customers { 2 } else { 1 }
    }

    /// Makes it; what comes back is checked.
    async fn make(self, pos: &OktoPos, order_id: &str, internal_id: i64) -> Result<(), PosError> {
        let order = order(order_id).to_string();
        let given = Given { order: &order, internal_id, status: order_id, page_size: 2, phone: "030 23125 101" };
        let found = self.ask(pos, &given).await?;
        match self {
            Self::Create => assert!(found > internal_id),
            Self::Ready => assert_eq!(found, 1),
            Self::Status => {}
            Self::Articles | Self::Customers => assert_eq!(found, 2),
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Down,
    Request(Toxic),
    Response(Toxic),
}

/// What the table says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    NotSent,
    Done,
    Unknown,
    /// The whole answer and a reset behind it: which of them the system hands out first is open, and both are the truth.
    DoneOrUnknown,
}

impl Fault {
    pub fn all() -> Vec<Self> {
        let soon = Duration::from_millis(50);
        let breaks = |at| [Toxic::Cut(at), Toxic::SlowClose(at, soon), Toxic::Reset(at), Toxic::BlackHole(at)];
        let requests = [At::Nothing, At::FirstByte, At::Half, At::AllButOne, At::Everything];
        let responses = [At::Nothing, At::FirstLine, At::Headers, At::Body, At::AllButOne, At::Everything];
        let passing = [Toxic::Latency(soon), Toxic::Slices, Toxic::Bandwidth(TRICKLE)];
        let late = Self::Response(Toxic::Latency(TOO_LATE));
        let requests = passing.into_iter().chain(requests.into_iter().flat_map(breaks)).map(Self::Request);
        let responses = passing.into_iter().chain(responses.into_iter().flat_map(breaks)).map(Self::Response);
        [Self::Down, late].into_iter().chain(requests).chain(responses).collect()
    }

    pub fn plan(self) -> Plan {
        match self {
            Self::Down => Plan::CLEAN,
            Self::Request(toxic) => Plan::request(toxic),
            Self::Response(toxic) => Plan::response(toxic),
        }
    }

    /// The outcome of the table, and whether the server handles the call.
    pub fn expected(self) -> (Outcome, bool) {
        use Toxic::{Bandwidth, BlackHole, Cut, Latency, Reset, Slices, SlowClose};
        match self {
            Self::Down => (Outcome::NotSent, false),
            Self::Request(Bandwidth(_)) => (Outcome::Unknown, false),
            Self::Request(Cut(at) | SlowClose(at, _) | Reset(at) | BlackHole(at)) => {
                (Outcome::Unknown, at == At::Everything)
            }
            Self::Response(Bandwidth(_) | Latency(TOO_LATE)) => (Outcome::Unknown, true),
            Self::Response(Reset(At::Everything)) => (Outcome::DoneOrUnknown, true),
            Self::Response(Cut(at) | SlowClose(at, _) | Reset(at) | BlackHole(at)) if at != At::Everything => {
                (Outcome::Unknown, true)
            }
            Self::Request(Latency(_) | Slices | Toxic::None) | Self::Response(_) => (Outcome::Done, true),
        }
    }

    /// Whether only the client's deadline ends it.
    pub fn waits(self) -> bool {
        match self {
            Self::Request(Toxic::Bandwidth(_) | Toxic::BlackHole(_))
            | Self::Response(Toxic::Bandwidth(_) | Toxic::Latency(TOO_LATE)) => true,
            Self::Response(Toxic::BlackHole(at)) => at != At::Everything,
            _ => false,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    call: Call,
    fault: Fault,
    /// The client has called before, and would keep the connection if it kept any.
    called_before: bool,
}

/// A cell in which everything is ready for the one call.
struct Scene {
    cell: Cell,
    sandbox: Sandbox,
    proxy: Proxy,
    pos: OktoPos,
    /// OktoPOS's id of an order that is there.
    internal_id: i64,
    /// Requests and connections before the call.
    before: (usize, usize),
}

impl Scene {
    async fn prepare(cell: Cell) -> Self {
        let sandbox = sandbox::start(SandboxOptions::default()).await.unwrap();
        let internal_id = sandbox.add_web_shop_order().unwrap();
        let mut proxy = Proxy::start(sandbox.address());
        let settings = ClientSettings::new(proxy.url().parse().unwrap(), DEFAULT_KEY.into());
        let total_timeout = if cell.fault.waits() { DEADLINE } else { PATIENCE };
        let connect_timeout = total_timeout - Duration::from_millis(100);
        let pos = OktoPos::new(ClientSettings { connect_timeout, total_timeout, ..settings }).unwrap();
        if cell.called_before {
            let before = cell.call.make(&pos, EARLIER, internal_id).await;
            before.unwrap_or_else(|error| panic!("{cell:?} before the fault: {error}"));
        }
        let before = (proxy.relayed().len(), proxy.connections());
        proxy.plan(cell.fault.plan());
        if cell.fault == Fault::Down {
            proxy.down().await;
        }
        Self { cell, sandbox, proxy, pos, internal_id, before }
    }

    /// Makes the call and holds what came of it against the table.
    async fn play(self) {
        let Self { cell, sandbox, proxy, pos, internal_id, before } = &self;
        let outcome = cell.call.make(pos, ORDER, *internal_id).await;
        let (expected, is_handled) = cell.fault.expected();
        let is_right = match &outcome {
            Ok(()) => matches!(expected, Outcome::Done | Outcome::DoneOrUnknown),
            Err(PosError::Unknown { .. }) => matches!(expected, Outcome::Unknown | Outcome::DoneOrUnknown),
            Err(PosError::NotSent { .. }) => expected == Outcome::NotSent,
            Err(_) => false,
        };
        assert!(is_right, "{cell:?}: {outcome:?} instead of {expected:?}");
        let text = format!("{outcome:?}");
        assert!(!text.contains(DEFAULT_KEY), "{cell:?}: {text}");

        let relayed = proxy.relayed().split_off(before.0);
        let expected_requests = if cell.fault == Fault::Down { 0 } else { cell.call.requests() };
        assert_eq!(relayed.len(), expected_requests, "{cell:?}: one call is one request");
        let kept = relayed.iter().filter(|relayed| relayed.connection < before.1).count();
        if cell.fault != Fault::Down {
            let keeps = cell.called_before && !cell.call.changes_something();
            assert_eq!(kept > 0, keeps, "{cell:?}: which connection it took");
        }
        assert_eq!(relayed.iter().filter(|relayed| relayed.is_whole()).count() > 0, is_handled, "{cell:?}");
        expect_handled(*cell, sandbox, &relayed, is_handled).await;
    }
}

/// The server handled the call once, or not at all.
async fn expect_handled(cell: Cell, sandbox: &Sandbox, relayed: &[Relayed], is_handled: bool) {
    let earlier = u64::from(cell.called_before) * cell.call.requests() as u64;
    let heads = relayed.iter().filter(|relayed| relayed.has_head()).count() as u64;
    let seen = || {
        let world = sandbox.world();
        let requests = world.requests.get(&cell.call.endpoint()).copied().unwrap_or(0) - earlier;
        let handled = match cell.call {
            Call::Create => world.of(ORDER).len(),
            Call::Status => world.orders[0].status_changes.iter().filter(|change| change.status == ORDER).count(),
            _ => usize::from(is_handled),
        };
        (requests, handled)
    };
    // The client may know before the server does.
    let began = Instant::now();
    while seen() != (heads, usize::from(is_handled)) && began.elapsed() < PATIENCE {
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(seen(), (heads, usize::from(is_handled)), "{cell:?}: requests and what was handled");
    let world = sandbox.world();
    if cell.call == Call::Create {
        let body = order(ORDER).to_string();
        assert!(world.of(ORDER).iter().all(|order| *order.raw == *body), "{cell:?}: byte for byte");
        let attempts = world.attempts_of.get(ORDER).copied().unwrap_or(0);
        assert_eq!(attempts, u64::from(is_handled), "{cell:?}");
    }
}

fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for call in Call::ALL {
        for fault in Fault::all() {
            for called_before in [false, true] {
                cells.push(Cell { call, fault, called_before });
            }
        }
    }
    cells
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_cell_ends_as_the_table_says_and_the_server_agrees() {
    let (waiting, quick): (Vec<Cell>, Vec<Cell>) = cells().into_iter().partition(|cell| cell.fault.waits());
    let mut counts = BTreeMap::<String, usize>::new();
    // Those that wait wait together; all of a batch are ready before the first one's time runs.
    for batch in waiting.chunks(70).chain(quick.chunks(40)) {
        let mut scenes = Vec::with_capacity(batch.len());
        for cell in batch {
            scenes.push(Scene::prepare(*cell).await);
        }
        let mut playing = JoinSet::new();
        for scene in scenes {
            *counts.entry(format!("{:?}", scene.cell.fault.expected())).or_default() += 1;
            playing.spawn(scene.play());
        }
        while let Some(played) = playing.join_next().await {
            played.unwrap();
        }
    }
    let cells: usize = counts.values().sum();
    println!("{cells} cells: {counts:?}");
    assert!(cells >= 480, "{cells} cells");
}

#[tokio::test]
async fn a_connection_the_server_closed_between_two_calls_costs_nothing() {
    let sandbox = sandbox::start(SandboxOptions::default()).await.unwrap();
    let internal_id = sandbox.add_web_shop_order().unwrap();
    let mut proxy = Proxy::start(sandbox.address());
    let settings = ClientSettings::new(proxy.url().parse().unwrap(), DEFAULT_KEY.into());
    let pos = OktoPos::new(settings).unwrap();
    for call in [Call::Ready, Call::Articles, Call::Customers, Call::Create, Call::Status] {
        for round in 0..3 {
            let (requests, connections) = (proxy.relayed().len(), proxy.connections());
            let outcome = call.make(&pos, &format!("{call:?}{round}"), internal_id).await;
            assert_eq!(outcome, Ok(()), "{call:?}");
            assert_eq!(proxy.relayed().len() - requests, call.requests(), "{call:?}");
            assert!(proxy.connections() > connections, "{call:?} cannot have used the closed one");
            proxy.close_idle().await;
        }
    }
}

#[tokio::test]
async fn a_request_on_a_connection_that_closes_at_the_same_time_is_never_made_twice() {
    let sandbox = sandbox::start(SandboxOptions::default()).await.unwrap();
    let internal_id = sandbox.add_web_shop_order().unwrap();
    let proxy = Proxy::start(sandbox.address());
    let settings = ClientSettings::new(proxy.url().parse().unwrap(), DEFAULT_KEY.into());
    let pos = OktoPos::new(settings).unwrap();
    let mut words = BTreeMap::<&str, usize>::new();
    for round in 0..60 {
        // The answer is whole and the connection ends right behind it: the next call may or may not know.
        proxy.plan(Plan::response(Toxic::Cut(At::Everything)));
        let order_id = format!("o{round}");
        let before = proxy.relayed().len();
        let word = match Call::Ready.make(&pos, "", 0).await {
            Ok(()) => "ok",
            Err(PosError::Unknown { .. }) => "unknown",
            Err(other) => panic!("{other}"),
        };
        *words.entry(word).or_default() += 1;
        assert!(proxy.relayed().len() - before <= 1, "never twice");
        assert_eq!(Call::Create.make(&pos, &order_id, internal_id).await, Ok(()), "an order never meets it");
        assert_eq!(sandbox.world().attempts_of[&order_id], 1);
        // Takes the created order out of the list again, so that one is left.
        let newest = sandbox.world().orders.last().unwrap().internal_id;
        Call::Status.make(&pos, "done", newest).await.unwrap();
    }
    println!("{words:?}");
    assert_eq!(words.values().sum::<usize>(), 60);
}
