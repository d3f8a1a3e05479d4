//! What is broken on purpose: putting it in the way of requests, and taking it out again.
//!
//! The cache's faults are done by a proxy of ours before whatever server there is; nothing is done to the server. While none is in
//! force there is no proxy, and connections lead to the server itself. The database's are done by our own calls to it, and by a
//! transaction of ours. What the laboratory does besides requests, such as clearing, goes past all of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cache::{Cache, Dialect, Tap, Target};
use database::{Database, Lock, Obstacle};
use fault::{Account, Announce, Fault, Proxy};
use tokio::time::sleep;
use trace::{CacheFault, Clock as _, Conditions, DatabaseFault, Faults, Injector};

use crate::core::{Connections, Core, EngineSlot};
use crate::engine::RunningEngine;
use crate::{Cleared, Error, Lab, Status};

/// Which faults were asked for, and which of them are in force.
#[derive(Debug, Default)]
pub(crate) struct Broken(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// What was asked for; a planned comparison has its own meanwhile.
    chosen: Faults,
    in_force: Faults,
    /// What of it stands in the way of our own calls to the database.
    obstacle: Obstacle,
    lock: Option<Lock>,
    /// When the run began that is on, on the lab's clock.
    run_began_ns: Option<u64>,
}

/// What stands before the cache: a proxy for everybody and one for single clicks, each with an account of its own.
#[derive(Debug)]
pub(crate) struct Detour {
    fault: CacheFault,
    everybody: Proxy,
    clicks: Proxy,
}

/// Tells a step how much of its time the proxy put in.
#[derive(Debug)]
struct ByAccount(Account);

impl Injector for ByAccount {
    fn injected_ns(&self, start_ns: u64, end_ns: u64, answered: bool) -> u64 {
        self.0.held_ns(start_ns, end_ns, answered)
    }
}

impl Broken {
    pub(crate) fn chosen(faults: Faults) -> Self {
        Self(Mutex::new(Inner { chosen: faults, ..Inner::default() }))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn in_force(&self) -> Faults {
        self.inner().in_force
    }

    /// Those conditions, with the faults that were asked for.
    pub(crate) fn with_chosen(&self, conditions: Conditions) -> Conditions {
        Conditions { faults: self.inner().chosen, ..conditions }
    }

    /// The database with whatever is wrong with it, now and later: what waits in the queue of write-behind meets it too.
    pub(crate) fn database(&self, sound: &Database) -> Database {
        sound.hindered_by(&self.inner().obstacle)
    }

    /// Those are in force now.
    fn put_in_force(&self, faults: Faults) {
        let mut inner = self.inner();
        inner.in_force = faults;
        match faults.database {
            Some(DatabaseFault::Slow { delay_ms }) => inner.obstacle.slow(Duration::from_millis(delay_ms.into())),
            Some(DatabaseFault::Down) => inner.obstacle.down(),
            // A lock holds for everybody.
            Some(DatabaseFault::Locked) | None => inner.obstacle.clear(),
        }
    }
}

impl Detour {
    /// Starts the proxies before that server. To be called on the flow's runtime.
    async fn start(fault: CacheFault, target: &Target, now: fault::Now) -> std::io::Result<Self> {
        // Refused where conditions are checked; this says so once more rather than do something else.
        let upstream =
            target.host_and_port().ok_or_else(|| std::io::Error::other("no proxy can stand before this engine"))?;
        // What comes from there is ours.
        let ours = target.ours().clone();
        let announce: Announce = Arc::new(move |address| Box::new(ours.mark(address)));
        let start = |now, seed| Proxy::start_announced(upstream, behaviour(fault), now, seed, Arc::clone(&announce));
        Ok(Self { fault, everybody: start(Arc::clone(&now), 0).await?, clicks: start(now, 1).await? })
    }

    /// The ways to the server that lead through them.
    fn caches(&self, target: &Target) -> (Cache, Cache, Tap) {
        let through = |proxy: &Proxy| {
            let injector = Arc::new(ByAccount(proxy.account().clone()));
            (Cache::new(target.clone().through(proxy.address())), injector)
        };
        let (everybody, injector) = through(&self.everybody);
        let (clicks, clicks_injector) = through(&self.clicks);
        let (tapped, tap) = clicks.tapped();
        (everybody.hindered_by(injector), tapped.hindered_by(clicks_injector), tap)
    }

    async fn set(&mut self, fault: CacheFault) -> std::io::Result<()> {
        self.fault = fault;
        self.everybody.set(behaviour(fault)).await?;
        self.clicks.set(behaviour(fault)).await
    }

    async fn lift(self) {
        tokio::join!(self.everybody.lift(), self.clicks.lift());
    }
}

fn behaviour(fault: CacheFault) -> Fault {
    let milliseconds = |ms: u32| Duration::from_millis(ms.into());
    match fault {
        CacheFault::Down => Fault::Down,
        CacheFault::Reset => Fault::Reset,
        CacheFault::Hung => Fault::Hung,
        CacheFault::Slow { delay_ms, jitter_ms } => {
            Fault::Slow { delay: milliseconds(delay_ms), jitter: milliseconds(jitter_ms) }
        }
        CacheFault::Bandwidth { bytes_per_second } => Fault::Bandwidth { bytes_per_second },
    }
}

impl Core {
    /// Puts the faults in force that the conditions name for now, and lifts the others.
    pub(crate) async fn put_faults_in_force(self: &Arc<Self>, slot: &mut EngineSlot) -> Result<(), Error> {
        let since_start_ms =
            self.broken.inner().run_began_ns.map(|began| self.clock.now_ns().saturating_sub(began) / 1_000_000);
        let wanted = self.conditions().faults.in_force(since_start_ms);
        let locked = self.lock_or_release(wanted.database == Some(DatabaseFault::Locked)).await;
        let detoured = self.detour_or_not(wanted.cache, slot).await;
        self.broken.put_in_force(wanted);
        self.status.send_if_modified(|status| {
            let changed = status.faults != wanted;
            status.faults = wanted;
            changed
        });
        self.setup_changed();
        locked.and(detoured)
    }

    /// The same where nobody waits for an answer: what goes wrong becomes a notice.
    pub(crate) async fn keep_faults_true(self: &Arc<Self>, slot: &mut EngineSlot) {
        if let Err(error) = self.put_faults_in_force(slot).await {
            self.notice(error.to_string());
        }
    }

    pub(crate) async fn lock_or_release(&self, wanted: bool) -> Result<(), Error> {
        let held = self.broken.inner().lock.is_some();
        if wanted == held {
            return Ok(());
        }
        if !wanted {
            let lock = self.broken.inner().lock.take();
            if let Some(lock) = lock {
                let _ = self.runtime.run(async move { lock.release().await }).await;
            }
            return Ok(());
        }
        // One that is not open yet is locked as soon as it is.
        let Some(database) = self.database() else { return Ok(()) };
        let lock = self.runtime.run(async move { database.lock().await }).await?;
        let lock =
            lock.map_err(|error| Error::Invalid(format!("The database could not be locked on purpose. {error}")))?;
        self.broken.inner().lock = Some(lock);
        Ok(())
    }

    async fn detour_or_not(self: &Arc<Self>, wanted: Option<CacheFault>, slot: &mut EngineSlot) -> Result<(), Error> {
        // Without a server there is nothing to stand before; the next one is started behind it.
        let Some(target) = slot.target.clone() else {
            slot.detour = None;
            return Ok(());
        };
        let failed =
            |error: std::io::Error| Error::Invalid(format!("The cache could not be broken on purpose: {error}."));
        match (wanted, slot.detour.take()) {
            (None, None) => {}
            (Some(fault), Some(mut detour)) if detour.fault != fault => {
                match self.runtime.run(async move { detour.set(fault).await.map(|()| detour) }).await? {
                    Ok(detour) => {
                        slot.detour = Some(detour);
                        // What the fault before met says nothing about this one.
                        let Connections { cache, tapped, .. } = self.connections().clone();
                        let again = async move { tokio::join!(cache.try_again_now(), tapped.try_again_now()) };
                        self.runtime.run(again).await?;
                    }
                    Err(error) => {
                        self.lead_requests_straight(target).await;
                        return Err(failed(error));
                    }
                }
            }
            (Some(_), Some(detour)) => slot.detour = Some(detour),
            (Some(fault), None) => {
                let (clock, upstream) = (Arc::clone(&self.clock), target.clone());
                let now: fault::Now = Arc::new(move || clock.now_ns());
                let started = self.runtime.run(async move { Detour::start(fault, &upstream, now).await });
                let detour = started.await?.map_err(failed)?;
                let (cache, tapped, tap) = detour.caches(&target);
                let answers = matches!(fault, CacheFault::Slow { .. } | CacheFault::Bandwidth { .. });
                self.lead_requests(cache, tapped, tap, answers).await;
                slot.detour = Some(detour);
            }
            (None, Some(detour)) => {
                self.lead_requests_straight(target).await;
                // What it holds goes on at once; who is on it ends there.
                self.runtime.handle().spawn(detour.lift());
            }
        }
        Ok(())
    }

    /// Lets requests go to the server itself from now on.
    async fn lead_requests_straight(&self, target: Target) {
        let cache = Cache::new(target);
        let (tapped, tap) = cache.tapped();
        self.lead_requests(cache, tapped, tap, true).await;
    }

    /// Lets requests go that way from now on; where somebody answers there it is connected to first, so that no request pays.
    async fn lead_requests(&self, cache: Cache, tapped: Cache, tap: Tap, answers: bool) {
        if answers {
            let (first, second) = (cache.clone(), tapped.clone());
            let _ = self.runtime.run(async move { first.connect().await.and(second.connect().await) }).await;
        }
        let mut connections = self.connections();
        let Connections { engine, generation, direct, .. } = connections.clone();
        *connections = Connections { engine, generation, direct, cache, tapped, tap };
    }

    /// Lets faults come and go at their times of a run that began then. Never ends.
    pub(crate) async fn follow_faults(self: &Arc<Self>, began_ns: u64) {
        let mut status = self.status.subscribe();
        loop {
            let faults = self.conditions().faults;
            let since_ns = self.clock.now_ns().saturating_sub(began_ns);
            let next_ns = faults.next_change(since_ns / 1_000_000).map(|ms| ms * 1_000_000);
            let next = async {
                match next_ns {
                    Some(ns) => sleep(Duration::from_nanos(ns.saturating_sub(since_ns))).await,
                    None => std::future::pending().await,
                }
            };
            let others = async {
                if status.wait_for(|status| status.conditions.faults != faults).await.is_err() {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                () = next => {
                    // To its end, also when the run ends meanwhile.
                    let core = Arc::clone(self);
                    let kept = async move { core.keep_faults_true(&mut *core.engine.lock().await).await };
                    let _ = self.runtime.handle().spawn(kept).await;
                }
                () = others => {}
            }
        }
    }

    /// Says when the run began that is on, or that none is, and puts the faults in force that follow from that.
    pub(crate) async fn run_is_on(self: &Arc<Self>, began_ns: Option<u64>) {
        self.broken.inner().run_began_ns = began_ns;
        if self.conditions().faults.any() || self.broken.in_force().any() {
            self.keep_faults_true(&mut *self.engine.lock().await).await;
        }
    }

    /// Mends everything, for good: nothing is asked to be broken any more.
    pub(crate) async fn mend(&self, slot: &mut EngineSlot) {
        self.broken.inner().chosen = Faults::default();
        self.set_conditions(Conditions { faults: Faults::default(), ..self.conditions() });
        self.lift_faults(slot).await;
    }

    /// Lifts everything, since the laboratory closes.
    pub(crate) async fn lift_faults(&self, slot: &mut EngineSlot) {
        slot.detour = None;
        self.broken.put_in_force(Faults::default());
        let _ = self.lock_or_release(false).await;
    }
}

impl Lab {
    /// Breaks what those faults say from now on, also for traffic that is on, and mends what they do not. They are not kept past
    /// the end of the app.
    ///
    /// # Errors
    /// [`Error::Invalid`] where they make no sense or cannot be had, and during a planned comparison: then nothing changes.
    pub async fn set_faults(&self, faults: Faults) -> Result<Status, Error> {
        let core = &self.core;
        core.leave_studies_alone()?;
        let mut slot = core.engine.lock().await;
        let before = core.conditions();
        let conditions = Conditions { faults, ..before.clone() };
        conditions.check().map_err(Error::Invalid)?;
        core.broken.inner().chosen = faults;
        core.set_conditions(conditions);
        if let Err(error) = core.put_faults_in_force(&mut slot).await {
            core.broken.inner().chosen = before.faults;
            core.set_conditions(before);
            core.keep_faults_true(&mut slot).await;
            return Err(error);
        }
        Ok(self.status())
    }

    /// Starts the server behind the cache anew, empty: what it held is gone, and requests find it cold.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is not ours to restart, and during a planned comparison.
    pub async fn restart_engine_cold(&self) -> Result<Status, Error> {
        let core = &self.core;
        core.leave_studies_alone()?;
        let mut slot = core.engine.lock().await;
        if let Some(RunningEngine::External(target)) = &slot.running {
            let address = target.address();
            return Err(Error::Invalid(format!(
                "The server at {address} is not Cachescope's to restart. Clear the cache instead: that removes our own keys."
            )));
        }
        if let Some(running) = slot.running.take() {
            running.stop().await;
        }
        slot.short_lives = 0;
        core.start_engine(&mut slot).await;
        Ok(self.status())
    }

    /// Lets all our keys expire at one and the same instant, so many milliseconds from now; 0: now.
    ///
    /// # Errors
    /// [`Error::Cache`] when the cache cannot be reached, refuses, or has no command for it (mini-redis); [`Error::Invalid`]
    /// beyond 24 hours and during a planned comparison.
    pub async fn expire_keys(&self, after_ms: u32) -> Result<Cleared, Error> {
        let core = &self.core;
        core.leave_studies_alone()?;
        if after_ms > MAX_AFTER_MS {
            return Err(Error::Invalid("Keys can be made to expire within 24 hours.".to_owned()));
        }
        let cache = core.connections().direct.clone();
        if cache.target().dialect() == Dialect::MiniRedis {
            return Err(Error::Invalid(
                "mini-redis can neither list its keys nor change when they expire. Restart it cold, or use a short TTL.".to_owned(),
            ));
        }
        let after = Duration::from_millis(after_ms.into());
        let keys = core.runtime.run(async move { cache.expire_all(after).await }).await??;
        Ok(Cleared { keys: Some(keys) })
    }
}

/// The furthest instant at which keys can be made to expire: a day ahead.
const MAX_AFTER_MS: u32 = 24 * 60 * 60 * 1_000;
