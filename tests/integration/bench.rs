//! The test bench: the real server and the real database, with the clocks in the test's hands.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use cache::{Cache, Dialect, Target};
use database::{Database, Size};
use flow::{Flow, Response};
use server::{Clock, Server};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use trace::{Collector, Conditions, MonotonicClock, Protections, Query, Request, StepKind, Trace};

use crate::engines::{Kind, Running};
use crate::postgres_server::PostgresServer;
use crate::stranger::stranger;

/// How long stored values live on the bench.
pub(crate) const TTL: Duration = Duration::from_secs(60);

/// The database of a bench.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// A file.
    Sqlite,
    /// A schema on Debian's PostgreSQL.
    Postgres,
}

/// A flow over a server and a database of its own.
pub(crate) struct Bench {
    pub(crate) flow: Flow,
    /// What the bundled server judges expiry by.
    pub(crate) server_clock: Clock,
    pub(crate) address: SocketAddr,
    conditions: Conditions,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
    /// Which engine it is, where it is not the bundled server.
    kind: Option<Kind>,
    engine: Option<Running>,
    _postgres: Option<Arc<PostgresServer>>,
    _folder: TempDir,
}

impl Bench {
    pub(crate) async fn set_up() -> Result<Self> {
        Self::under(Conditions::default()).await
    }

    /// A bench whose flow has these protections.
    pub(crate) async fn protected_by(protections: Protections) -> Result<Self> {
        Self::under(Conditions { protections, ..Conditions::default() }).await
    }

    /// A bench whose flow works under these conditions, but for the TTL.
    pub(crate) async fn under(conditions: Conditions) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let database = Database::open_or_build(folder.path(), Size::Tiny, |_| {}).await?.database;
        Self::bundled(folder, database, conditions).await
    }

    /// A bench over an engine of that kind, or the bundled server, and that database, both of its own.
    pub(crate) async fn over_pair(kind: Option<Kind>, kept: Kept) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut postgres = None;
        let database = match kept {
            Kept::Sqlite => Database::open_or_build(folder.path(), Size::Tiny, |_| {}).await?.database,
            Kept::Postgres => {
                let server = postgres.insert(PostgresServer::shared()?);
                let url = server.url().await?;
                Database::open_or_build_on_server(&url, Size::Tiny, true, |_| {}).await?.database
            }
        };
        let mut bench = Self::bundled(folder, database, Conditions::default()).await?;
        bench._postgres = postgres;
        if kind.is_some() {
            bench.stop_server().await;
            bench.kind = kind;
            bench.start_engine().await?;
        }
        Ok(bench)
    }

    /// Starts the engine, empty.
    async fn start_engine(&mut self) -> Result<()> {
        let Some(kind) = self.kind else { return Ok(()) };
        drop(self.engine.take());
        let engine = Box::pin(kind.start()).await?;
        self.flow = self.flow.with_cache(Cache::new(engine.target()?));
        self.engine = Some(engine);
        Ok(())
    }

    /// Removes what is in the cache; an engine that cannot list its keys is started anew.
    pub(crate) async fn empty(&mut self) -> Result<()> {
        match self.flow.cache().clear().await {
            Err(cache::Error::Unsupported(_)) => self.start_engine().await,
            cleared => Ok(cleared.map(drop)?),
        }
    }

    /// Whether what is stored is judged by the clock of the test.
    pub(crate) fn has_the_clock(&self) -> bool {
        self.kind.is_none()
    }

    async fn bundled(folder: TempDir, database: Database, conditions: Conditions) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let server_clock = Clock::manual(1_800_000_000_000);
        let (stop, stopped) = oneshot::channel::<()>();
        let server = Server::builder().clock(server_clock.clone()).build();
        let server = tokio::spawn(async move {
            let _ = server.run(listener, async { drop(stopped.await) }).await;
        });
        let cache = Cache::new(Target::own(address, Dialect::Redis));
        let conditions = Conditions { ttl_ms: TTL.as_millis() as u32, ..conditions };
        let flow = Flow::new(cache, database, &conditions, Arc::new(MonotonicClock::start()));
        let (stop, server) = (Some(stop), Some(server));
        let (kind, engine, _postgres, _folder) = (None, None, None, folder);
        Ok(Self { flow, server_clock, address, conditions, stop, server, kind, engine, _postgres, _folder })
    }

    /// A flow over the same server and database that shares nothing else with the bench's: as that of another process.
    pub(crate) fn of_another_process(&self) -> Flow {
        self.timed_by(Arc::new(MonotonicClock::start()))
    }

    /// The same, on a clock of the test's.
    pub(crate) fn timed_by(&self, clock: Arc<dyn trace::Clock>) -> Flow {
        let cache = Cache::new(Target::own(self.address, Dialect::Redis));
        Flow::new(cache, self.flow.database().clone(), &self.conditions, clock)
    }

    /// Reads a product through the flow.
    pub(crate) async fn read(&self, product: u32, query: Query) -> (Response, Trace) {
        let request = Request::read(product, query);
        let mut collector = Collector::new(1, request);
        let response = self.flow.read(&request, &mut collector).await;
        (response, collector.into_trace())
    }

    /// Writes a product through the flow.
    pub(crate) async fn write(&self, product: u32) -> (Response, Trace) {
        self.send_write(Request::write(product)).await
    }

    /// Writes a product through the flow of which that query is asked.
    pub(crate) async fn write_for(&self, product: u32, query: Query) -> (Response, Trace) {
        self.send_write(Request { query, ..Request::write(product) }).await
    }

    async fn send_write(&self, request: Request) -> (Response, Trace) {
        let mut collector = Collector::new(1, request);
        let response = self.flow.write(&request, &mut collector).await;
        (response, collector.into_trace())
    }

    /// A client of its own on the server, as somebody else's would be.
    pub(crate) async fn redis(&self) -> Result<redis::aio::MultiplexedConnection> {
        stranger(format!("redis://{}", self.address)).await
    }

    /// Stops the server and waits until it is gone.
    pub(crate) async fn stop_server(&mut self) {
        drop(self.engine.take());
        drop(self.stop.take());
        if let Some(server) = self.server.take() {
            let _ = server.await;
        }
    }
}

/// The kinds of a trace's steps, in order.
pub(crate) fn kinds(trace: &Trace) -> Vec<StepKind> {
    trace.steps.iter().map(|step| step.kind).collect()
}
