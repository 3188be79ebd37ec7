//! What the journal costs beside the bare disk. Reads clocks only to compare; holds no budget by itself.
//!
//! `cargo bench --bench journal` runs every bench; `cargo bench --bench journal -- --ratio` compares placing an
//! order, beginning an attempt and settling it with bare SQLite commits, turn by turn on the same disk, which a busy machine
//! disturbs least. `OKTODESK_BENCH_DIR`
//! names a directory on the disk to measure.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on ends there")]

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use divan::{Bencher, black_box};
use jiff::Timestamp;
use oktodesk::{
    domain::{
        draft::Draft,
        guest::GuestKeys,
        order::{DistributionChannel, Order},
        shop::article::{Article, ChannelPrice, TaxRate},
        value::ids::{InternalId, OrderId},
    },
    journal::SqliteJournal,
    ports::{
        GuestBook, Journal,
        house::PlaceNote,
        journal::{NewOrder, OrderFilter, Settled},
    },
};
use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::runtime::Runtime;

const BASE: &str = "https://pos.example/v1";

fn main() {
    if std::env::args().any(|arg| arg == "--ratio") {
        ratio();
    } else {
        divan::main();
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn scratch() -> tempfile::TempDir {
    match std::env::var_os("OKTODESK_BENCH_DIR") {
        Some(dir) => tempfile::tempdir_in(dir).unwrap(),
        None => tempfile::tempdir().unwrap(),
    }
}

async fn bare(dir: &Path) -> SqliteConnection {
    let mut conn = SqliteConnectOptions::new()
        .filename(dir.join("bare.sqlite3"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
        .disable_statement_logging()
        .connect()
        .await
        .unwrap();
    sqlx::raw_sql("CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT NOT NULL)").execute(&mut conn).await.unwrap();
    conn
}

/// One row in a transaction, as the driver is commonly used.
async fn bare_commit(conn: &mut SqliteConnection, body: &str) {
    let mut transaction = conn.begin_with("BEGIN IMMEDIATE").await.unwrap();
    sqlx::query("INSERT INTO t (body) VALUES (?1)").bind(body).execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
}

/// One row and no word about a transaction: the least that can be written durably.
async fn bare_autocommit(conn: &mut SqliteConnection, body: &str) {
    sqlx::query("INSERT INTO t (body) VALUES (?1)").bind(body).execute(conn).await.unwrap();
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_770_000_000 + second).unwrap()
}

/// Three dishes with an extra each, for a guest with an address: about 3 kB.
fn order(number: i64) -> NewOrder {
    let money = |value: &str| format!(r#"{{"value":"{value}","currency":"EUR"}}"#);
    let item = |id: i64, main: i64, name: &str| {
        format!(
            r#"{{"basketItemId":{id},"mainBasketItemId":{main},"productId":"{id}51","externalId":{id},"name":"{name}",
            "distributionChannel":{{"dcId":2,"name":"TAKEAWAY"}},"quantity":1,"price":{p},"pricePerUnit":{p},
            "tax":{{"taxRateId":2,"taxRateValue":7.00,"taxRateCode":"B","taxValue":{t}}}}}"#,
            p = money("9.50"),
            t = money("0.62")
        )
    };
    let items: Vec<_> = (0..3)
        .flat_map(|n| [item(2 * n + 1, 2 * n + 1, "Pizza Salami"), item(2 * n + 2, 2 * n + 1, "extra Käse")])
        .collect();
    let json = format!(
        r#"{{"orderId":"0199c0de-0000-7000-8000-{number:012}","payment":{{"paymentMethod":"CASH","price":{p},"status":"open"}},
        "customer":{{"givenName":"Gast","familyName":"Muster","phone":"040 123456",
        "address":{{"street":"Musterstraße","houseNumber":"5","zip":"20095","city":"Hamburg"}}}},"items":[{items}],
        "status":"ready","purchaseTime":{{"timestamp":"2026-02-02T10:00:00Z","timezone":"Europe/Berlin"}},
        "orderType":"DELIVERY"}}"#,
        p = money("57.00"),
        items = items.join(",")
    );
    let order: Order = serde_json::from_str(&json).unwrap();
    let body = serde_json::to_string(&order).unwrap();
    let guest = GuestKeys::of("DE", order.customer.as_ref());
    NewOrder {
        order,
        body,
        base_url: BASE.into(),
        due_at: None,
        at: at(number),
        note: PlaceNote::default(),
        guest,
        desk: oktodesk::domain::value::ids::DeskId("desk".into()),
    }
}

fn articles(count: i64) -> Vec<Arc<Article>> {
    let channel = |dc_id, name: &str| Arc::new(DistributionChannel { dc_id, name: name.into() });
    let (inhouse, takeaway) = (channel(1, "INHOUSE"), channel(2, "TAKEAWAY"));
    let tax = Arc::new(TaxRate { id: Some(2), rate: "7.00".parse().unwrap(), code: Some("B".into()) });
    let groups: Vec<Arc<str>> = (0..40).map(|n| format!("Gruppe {n}").into()).collect();
    let unit: Arc<str> = "Stück".into();
    (0..count)
        .map(|id| Article {
            id,
            number: format!("{id:06}").into(),
            name: format!("Artikel mit einem mittellangen Namen {id}").into(),
            group: Arc::clone(&groups[usize::try_from(id).unwrap() % groups.len()]),
            unit: Arc::clone(&unit),
            prices: [&inhouse, &takeaway]
                .map(|channel| ChannelPrice {
                    channel: Arc::clone(channel),
                    price: "9.50".parse().unwrap(),
                    tax: Arc::clone(&tax),
                })
                .into(),
            barcode: Some(format!("400{id:010}").into()),
            price_can_change: false,
        })
        .map(Arc::new)
        .collect()
}

#[divan::bench_group(sample_count = 300, sample_size = 1)]
mod commit {
    use super::*;

    #[divan::bench]
    fn bare_transaction(bencher: Bencher) {
        let (runtime, dir) = (runtime(), scratch());
        let mut conn = runtime.block_on(bare(dir.path()));
        let body = order(0).body;
        bencher.bench_local(|| runtime.block_on(bare_commit(&mut conn, &body)));
    }

    #[divan::bench]
    fn bare_one_statement(bencher: Bencher) {
        let (runtime, dir) = (runtime(), scratch());
        let mut conn = runtime.block_on(bare(dir.path()));
        let body = order(0).body;
        bencher.bench_local(|| runtime.block_on(bare_autocommit(&mut conn, &body)));
    }

    #[divan::bench]
    fn place(bencher: Bencher) {
        let (runtime, dir) = (runtime(), scratch());
        let journal = runtime.block_on(SqliteJournal::open(dir.path())).unwrap();
        let number = AtomicI64::new(0);
        bencher
            .with_inputs(|| order(number.fetch_add(1, Ordering::Relaxed)))
            .bench_local_refs(|new| runtime.block_on(journal.place(new)).unwrap());
    }

    #[divan::bench]
    fn save_draft(bencher: Bencher) {
        let (runtime, dir) = (runtime(), scratch());
        let journal = runtime.block_on(SqliteJournal::open(dir.path())).unwrap();
        let article = Arc::new(articles(1).remove(0));
        let mut draft = draft(&article);
        // Changed every time: SQLite does not write what is already there.
        bencher.bench_local(|| {
            draft.search.push('x');
            runtime.block_on(journal.save_draft(&draft, &oktodesk::domain::value::ids::DeskId("desk".into()))).unwrap();
        });
    }
}

fn draft(article: &Arc<Article>) -> Draft {
    let line = |id: i64| serde_json::json!({"id": id, "main": id, "article": article, "quantity": "2", "comment": "ohne Zwiebeln"});
    serde_json::from_value(serde_json::json!({
        "order_id": OrderId("0199c0de-0000-7000-8000-00000000d4af".into()),
        "opened_at": at(0),
        "step": "items",
        "order_type": "PICKUP",
        "lines": (1..=10).map(line).collect::<Vec<_>>(),
    }))
    .unwrap()
}

/// So many guests with three orders each, in one go: placed one by one they would take the disk minutes.
async fn guests(journal: &SqliteJournal, dir: &Path, count: i64) {
    journal.place(&order(0)).await.unwrap();
    let mut conn = SqliteConnectOptions::new().filename(dir.join("journal.sqlite3")).connect().await.unwrap();
    let orders = format!(
        "WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < {}) \
         INSERT INTO orders (order_id, delivery, create_seq, base_url, first_status, total, currency, who, address, \
         pickup_token, intermediary, created_at, changed_at, guest_number, guest_who) \
         SELECT 'g-' || n, 'accepted', 0, 'x', 'ready', '57.00', 'EUR', 'Muster', '', '', '', n, n, \
         printf('+4940%06d', n % {count}), (n % {count}) * 7919 FROM n",
        3 * count - 1
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(orders)).execute(&mut conn).await.unwrap();
    let bodies =
        "INSERT INTO bodies SELECT no, (SELECT body FROM bodies LIMIT 1) FROM orders WHERE order_id LIKE 'g-%'";
    sqlx::raw_sql(bodies).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}

#[divan::bench_group(sample_count = 20, sample_size = 1)]
mod load {
    use super::*;

    #[divan::bench]
    fn articles_50_000(bencher: Bencher) {
        let (runtime, dir) = (runtime(), scratch());
        let journal = runtime.block_on(SqliteJournal::open(dir.path())).unwrap();
        runtime.block_on(journal.replace_articles(&articles(50_000), at(0))).unwrap();
        bencher.bench_local(|| black_box(runtime.block_on(journal.articles()).unwrap()));
    }

    #[divan::bench]
    fn replace_articles_50_000(bencher: Bencher) {
        let (runtime, dir) = (runtime(), scratch());
        let journal = runtime.block_on(SqliteJournal::open(dir.path())).unwrap();
        let articles = articles(50_000);
        bencher.bench_local(|| runtime.block_on(journal.replace_articles(&articles, at(0))).unwrap());
    }

    #[divan::bench(args = [Some(100), None])]
    fn orders_10_000(bencher: Bencher, limit: Option<u32>) {
        let (runtime, dir) = (runtime(), scratch());
        let journal = runtime.block_on(SqliteJournal::open(dir.path())).unwrap();
        runtime.block_on(async {
            for number in 0..10_000 {
                journal.place(&order(number)).await.unwrap();
            }
        });
        let filter = OrderFilter { limit, ..OrderFilter::default() };
        bencher.bench_local(|| black_box(runtime.block_on(journal.orders(&filter)).unwrap()));
    }

    /// Who has this number, with the last orders: what every caller costs.
    #[divan::bench]
    fn caller_among_100_000(bencher: Bencher) {
        let (runtime, dir) = (runtime(), scratch());
        let journal = runtime.block_on(SqliteJournal::open(dir.path())).unwrap();
        runtime.block_on(guests(&journal, dir.path(), 100_000));
        bencher.bench_local(|| black_box(runtime.block_on(journal.past_orders("+4940077777")).unwrap()));
    }

    #[divan::bench]
    fn open_with_50_000_articles(bencher: Bencher) {
        let (runtime, dir) = (runtime(), scratch());
        let journal = runtime.block_on(SqliteJournal::open(dir.path())).unwrap();
        runtime.block_on(journal.replace_articles(&articles(50_000), at(0))).unwrap();
        runtime.block_on(journal.close()).unwrap();
        bencher.bench_local(|| runtime.block_on(SqliteJournal::open(dir.path())).unwrap());
    }
}

/// Medians of turns: bare commits of the same bytes, and of the same pages, beside what the journal does with one order.
#[expect(clippy::print_stdout, reason = "a bench reports to whoever runs it")]
fn ratio() {
    const TURNS: i64 = 2_000;
    let (runtime, dir) = (runtime(), scratch());
    let mut turns = Turns::default();
    runtime.block_on(async {
        let mut conn = bare(dir.path()).await;
        // Of its own: the journal makes no directory private in which others keep something.
        let home = dir.path().join("journal");
        let journal = SqliteJournal::open(&home).await.unwrap();
        let (new, pages) = (order(TURNS), pages_of_steps(&home, &journal).await);
        println!("pages written by place, begin and settle: {pages:?}");
        // As large as what an attempt and its answer write of the order: a row of the outbox, one of events, some columns.
        let small = new.body[..300].to_owned();
        let bodies = pages.map(|pages| "x".repeat(4_000 * pages));
        for number in 0..TURNS {
            let new = order(number);
            turns.take("bare transaction", bare_commit(&mut conn, &new.body)).await;
            turns.take("bare statement", bare_autocommit(&mut conn, &new.body)).await;
            turns.take("bare, pages of place", bare_commit(&mut conn, &bodies[0])).await;
            turns.take("place", async { journal.place(&new).await.unwrap() }).await;
            turns.take("bare small", bare_commit(&mut conn, &small)).await;
            turns.take("bare, pages of begin", bare_commit(&mut conn, &bodies[1])).await;
            let seq = number + 4;
            turns.take("begin", async { journal.begin_attempt(seq, BASE, 0, new.at).await.unwrap() }).await;
            turns.take("bare, pages of settle", bare_commit(&mut conn, &bodies[2])).await;
            let settled = Settled::Accepted { internal_id: InternalId(number) };
            turns.take("settle", async { journal.settle_attempt(seq, 0, &settled, new.at).await.unwrap() }).await;
        }
    });
    for (name, times) in &mut turns.0 {
        times.sort_unstable();
        let quantile = |percent: usize| times[times.len() * percent / 100];
        println!("{name:21} p10 {:?} median {:?} p90 {:?}", quantile(10), quantile(50), quantile(90));
    }
    for (one, of) in [
        ("place", "bare transaction"),
        ("place", "bare statement"),
        ("place", "bare, pages of place"),
        ("begin", "bare small"),
        ("begin", "bare, pages of begin"),
        ("settle", "bare small"),
        ("settle", "bare, pages of settle"),
    ] {
        println!("{one} is {} % of {of}", turns.median(one) * 100 / turns.median(of));
    }
}

/// How many pages of the log the steps of an order take, measured with a few orders before the turns.
async fn pages_of_steps(dir: &Path, journal: &SqliteJournal) -> [usize; 3] {
    let log = || std::fs::metadata(dir.join("journal.sqlite3-wal")).map_or(0, |found| found.len()).div_euclid(4_120);
    let mut pages = [0; 3];
    for number in 0..3 {
        let new = order(-1 - number);
        let before = log();
        journal.place(&new).await.unwrap();
        let placed = log();
        journal.begin_attempt(number + 1, BASE, 0, new.at).await.unwrap();
        let begun = log();
        let settled = Settled::Accepted { internal_id: InternalId(number) };
        journal.settle_attempt(number + 1, 0, &settled, new.at).await.unwrap();
        pages = [placed - before, begun - placed, log() - begun].map(|pages| usize::try_from(pages).unwrap());
    }
    pages
}

/// What took how long, by name.
#[derive(Default)]
struct Turns(BTreeMap<&'static str, Vec<Duration>>);

impl Turns {
    async fn take(&mut self, name: &'static str, work: impl Future<Output = ()>) {
        self.0.entry(name).or_default().push(timed(work).await);
    }

    /// Of sorted times.
    fn median(&self, name: &str) -> u128 {
        let times = &self.0[name];
        times[times.len() / 2].as_nanos()
    }
}

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
async fn timed(work: impl Future<Output = ()>) -> Duration {
    let start = Instant::now();
    work.await;
    start.elapsed()
}
