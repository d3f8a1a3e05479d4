//! What the database costs: building the catalogue, opening it, each query, and lending a connection against sqlx's pool.
//!
//! `cargo bench -p database`, on a runtime of one thread: the hand-off to SQLite's thread is then the only one. Where that
//! hand-off wakes another core it costs 70 µs more, on some runs and not on others: `taskset -c 0` compares like with like.

use std::hint::black_box;
use std::path::Path;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use database::{Answer, Database, Size};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteRow};
use tokio::runtime::Runtime;
use trace::Query;

/// The product whose page the app opens with.
const PRODUCT: u32 = 42;

fn open(runtime: &Runtime, folder: &Path) -> Database {
    runtime.block_on(Database::open_or_build(folder, Size::Small, |_| {})).expect("opened").database
}

fn queries(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(&runtime, folder.path());
    for query in Query::ALL {
        criterion.bench_function(query.name(), |bencher| {
            bencher.iter(|| runtime.block_on(database.query(query, black_box(PRODUCT))).expect("an answer"));
        });
    }
    criterion.bench_function("page, of the least popular product", |bencher| {
        bencher.iter(|| runtime.block_on(database.query(Query::Page, black_box(10_000))).expect("an answer"));
    });
    criterion.bench_function("write", |bencher| {
        bencher.iter(|| runtime.block_on(database.write(black_box(PRODUCT))).expect("written"));
    });

    let json = serde_json::to_vec(&runtime.block_on(database.query(Query::Page, PRODUCT)).expect("an answer"));
    let json = json.expect("encoded");
    criterion.bench_function("decode a page from JSON", |bencher| {
        bencher.iter(|| serde_json::from_slice::<Option<Answer>>(black_box(&json)).expect("decoded"));
    });

    let pool = runtime.block_on(pool(&database));
    criterion.bench_function("lookup row through sqlx's pool", |bencher| {
        bencher.iter(|| runtime.block_on(lookup(&pool)));
    });
    criterion.bench_function("lookup row through one held connection", |bencher| {
        let _inside = runtime.enter();
        let mut held = runtime.block_on(pool.acquire()).expect("a connection").detach();
        bencher.iter(|| {
            let row = sqlx::query(LOOKUP).bind(PRODUCT).fetch_optional(&mut held);
            runtime.block_on(row).expect("a row")
        });
    });
    runtime.block_on(async {
        pool.close().await;
        database.close().await.expect("closed");
    });
}

const LOOKUP: &str = include_str!("../src/queries/sqlite/lookup.sql");

async fn pool(database: &Database) -> SqlitePool {
    let overview = database.overview().await.expect("an overview");
    let path = overview.file().expect("a file");
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    SqlitePoolOptions::new().max_connections(2).connect_with(options).await.expect("connected")
}

async fn lookup(pool: &SqlitePool) -> Option<SqliteRow> {
    sqlx::query(LOOKUP).bind(black_box(PRODUCT)).fetch_optional(pool).await.expect("a row")
}

fn files(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let mut group = criterion.benchmark_group("small");
    group.sample_size(10);
    group.bench_function("build", |bencher| {
        bencher.iter_batched(
            || tempfile::tempdir().expect("a folder"),
            |folder| {
                let database = open(&runtime, folder.path());
                (folder, database)
            },
            BatchSize::PerIteration,
        );
    });
    let folder = tempfile::tempdir().expect("a folder");
    runtime.block_on(open(&runtime, folder.path()).close()).expect("closed");
    group.bench_function("open and close", |bencher| {
        bencher.iter(|| runtime.block_on(open(&runtime, folder.path()).close()).expect("closed"));
    });
    group.finish();
}

criterion_group!(benches, queries, files);
criterion_main!(benches);
