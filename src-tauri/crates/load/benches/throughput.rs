//! How many requests a second a run sends: pure hits on the bundled server, in one process, with every trace kept for
//! sampling; how that grows with clients and keys; and what keeping the traces costs.
//!
//! The flow, the server and the generator share one thread, as in the app; a second one adds up. Contestants take turns,
//! a round each, so that a change in the machine's speed meets all alike. Printed are medians over rounds.

use std::error::Error;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use cache::{Cache, Dialect, Target};
use database::{Database, Size};
use flow::Flow;
use load::{Check, Run, Setup, Shop, Stage, Workload as _};
use metrics::Meter;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::watch;
use tokio::task::JoinSet;
use trace::{Clock, Conditions, Discard, Keys, Length, MonotonicClock, Outcome, Pace, Query, Request, Workload};

const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_millis(700);

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let folder = tempfile::tempdir()?;
        let database = Database::open_or_build(folder.path(), Size::Tiny, |_| {}).await?.database;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let cache = Cache::new(Target::own(listener.local_addr()?, Dialect::Redis));
        tokio::spawn(server::run(listener, pending()));
        let clock: Arc<dyn Clock> = Arc::new(MonotonicClock::start());
        let conditions = Conditions { ttl_ms: 3_600_000, ..Conditions::default() };
        let flow = Flow::new(cache, database, &conditions, Arc::clone(&clock));
        let products = flow.database().overview().await?.products;
        let bench = Bench { flow, clock, products };

        println!(
            "closed loop, pure hits, {ROUNDS} rounds of {} ms each; requests a second, medians\n",
            ROUND.as_millis()
        );
        println!("clients   lookup: kept  thrown away  ratio     page: kept  thrown away  ratio");
        for clients in [1, 4, 16, 64, 256, 1_024] {
            let lookup = bench.compare(Query::Lookup, clients, 500).await?;
            let page = bench.compare(Query::Page, clients, 500).await?;
            println!("{clients:>7} {lookup}   {page}");
        }
        println!("\n   keys   lookup: kept  thrown away  ratio     page: kept  thrown away  ratio   (64 clients)");
        for keys in [1, 10, 100, products] {
            let lookup = bench.compare(Query::Lookup, 64, keys).await?;
            let page = bench.compare(Query::Page, 64, keys).await?;
            println!("{keys:>7} {lookup}   {page}");
        }
        Ok(())
    })
}

struct Bench {
    flow: Flow,
    clock: Arc<dyn Clock>,
    products: u32,
}

impl Bench {
    /// Requests a second with every trace kept and with none, and their ratio round by round.
    async fn compare(&self, query: Query, clients: u32, keys: u32) -> Result<String, Box<dyn Error>> {
        let keys = keys.min(self.products);
        for product in 1..=keys {
            self.flow.read(&Request::read(product, query), Discard).await;
        }
        let (mut kept, mut thrown) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            kept.push(self.traced(query, clients, keys).await?);
            thrown.push(self.untraced(query, clients, keys).await);
        }
        let ratios = kept.iter().zip(&thrown).map(|(kept, thrown)| kept / thrown).collect();
        Ok(format!("{:>14.0} {:>12.0}   {:.2}×", median(kept), median(thrown), median(ratios)))
    }

    /// A run as the app makes it.
    async fn traced(&self, query: Query, clients: u32, keys: u32) -> Result<f64, Box<dyn Error>> {
        let plan = Workload {
            keys: Keys::Uniform,
            products: Some(keys),
            pace: Pace::Closed,
            clients,
            length: Length::Time { ms: ROUND.as_millis() as u32 },
            ..Workload::default()
        };
        let shop = Shop::new(plan, self.products)?;
        let (_setup, setup) = watch::channel(Setup { flow: self.flow.clone(), query, unhindered: None });
        let (_stop, stop) = watch::channel(false);
        let stage = Stage { setup, stop, prepared: watch::channel((0, 0)).0 };
        let before = shop.prepare(&stage).await?;
        let meter = Arc::new(Meter::start(Arc::clone(&self.clock)));
        let run = Run {
            workload: Arc::new(shop),
            plan,
            setup: stage.setup,
            meter: Arc::clone(&meter),
            live: Run::<Shop>::live(&plan, &meter),
            last_id: Arc::new(AtomicU64::new(0)),
            clock: Arc::clone(&self.clock),
            stop: stage.stop,
        };
        let verdict = run.run(before).await;
        let counts = meter.counts();
        assert!(matches!(verdict.check, Check::Agrees { .. }), "{:?}", verdict.check);
        assert_eq!((counts.sent, counts.hits), (counts.ended(), counts.sent));
        Ok(counts.sent as f64 / (verdict.elapsed_ns as f64 / 1e9))
    }

    /// The same requests with nothing measured.
    async fn untraced(&self, query: Query, clients: u32, keys: u32) -> f64 {
        let mut tasks = JoinSet::new();
        let start = Instant::now();
        for client in 0..clients {
            let flow = self.flow.clone();
            tasks.spawn(async move {
                let (mut product, mut sent) = (client % keys, 0_u64);
                while start.elapsed() < ROUND {
                    product = product % keys + 1;
                    let response = flow.read(&Request::read(product, query), Discard).await;
                    assert_eq!(response.outcome, Outcome::Hit);
                    sent += 1;
                }
                sent
            });
        }
        let sent: u64 = tasks.join_all().await.into_iter().sum();
        sent as f64 / start.elapsed().as_secs_f64()
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
