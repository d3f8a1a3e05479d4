//! Starting the engine the settings name, connecting to it, and what happens when it dies or cannot be reached.

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cache::{Dialect, Target};
use trace::{Conditions, Engine, Memory, Outcome};

use super::RunningEngine;
use super::bundled::Bundled;
use super::mini_redis::MiniRedis;
use crate::EngineState;
use crate::core::{Connections, Core, EngineSlot};

/// An engine that lives shorter than this has not really started.
const SHORT_LIFE: Duration = Duration::from_secs(2);

/// How many short lives in a row are put up with before an engine is left alone.
const MAX_SHORT_LIVES: u32 = 3;

impl Core {
    /// Starts the engine the settings name, connects to it, and says how that went.
    pub(crate) async fn start_engine(self: &Arc<Self>, slot: &mut EngineSlot) {
        self.supersede(slot);
        self.set_engine(EngineState::Starting);
        slot.started = Instant::now();
        let Conditions { engine, memory, .. } = self.conditions();
        let running = match self.launch(&engine, memory, slot).await {
            Ok(running) => running,
            Err(message) => {
                (slot.target, slot.detour) = (None, None);
                *self.connections() = Connections::to(nowhere(), engine, slot.generation);
                self.setup_changed();
                return self.set_engine(EngineState::Unreachable { message });
            }
        };
        let target = match &running {
            RunningEngine::Bundled(server) => Target::own(server.address(), Dialect::Redis),
            RunningEngine::MiniRedis(server) => Target::own(server.address(), Dialect::MiniRedis),
            RunningEngine::External(target) => target.clone(),
        };
        slot.port = running.own_address().map_or(slot.port, |address| address.port());
        slot.running = Some(running);
        *self.connections() = Connections::to(target.clone(), engine, slot.generation);
        (slot.target, slot.detour) = (Some(target), None);
        self.keep_faults_true(slot).await;
        self.connect().await;
    }

    /// Puts other conditions in force, with their engine started anew, empty; on one that is not ours our keys are removed.
    pub(crate) async fn put_in_force(self: &Arc<Self>, conditions: Conditions) {
        self.have_database(&conditions.database).await;
        let mut slot = self.engine.lock().await;
        self.set_conditions(conditions);
        if let Some(running) = slot.running.take() {
            running.stop().await;
        }
        slot.short_lives = 0;
        self.start_engine(&mut slot).await;
        self.empty_external(&slot).await;
    }

    /// Removes our keys from a server that is not ours; one of ours was started anew.
    pub(crate) async fn empty_external(&self, slot: &EngineSlot) {
        if let Some(RunningEngine::External(_)) = &slot.running {
            let cache = self.connections().direct.clone();
            // One that cannot be reached is in the status.
            let _ = self.runtime.run(async move { cache.clear().await }).await;
        }
    }

    /// Puts the conditions of the settings back in force, after a planned comparison or a scene; those of a guide, where there
    /// is one.
    pub(crate) async fn come_back_to_the_settings(self: &Arc<Self>) {
        let settings = self.settings().conditions.clone();
        let conditions = match self.guide.conditions() {
            Some(guided) => Conditions { database: settings.database, ..guided },
            None => self.broken.with_chosen(settings),
        };
        self.put_in_force(conditions).await;
    }

    async fn launch(
        self: &Arc<Self>,
        engine: &Engine,
        memory: Memory,
        slot: &EngineSlot,
    ) -> Result<RunningEngine, String> {
        let failed = |error| format!("The {engine} server could not be started: {error}.");
        match engine {
            Engine::Bundled { placement } => {
                let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, slot.port));
                let started = match Bundled::start(*placement, memory, wanted, &self.runtime).await {
                    Err(error) if slot.port != 0 => {
                        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
                        let started = Bundled::start(*placement, memory, any, &self.runtime).await;
                        if let Ok(server) = &started {
                            let (port, now) = (slot.port, server.address());
                            self.notice(format!(
                                "Port {port} is taken ({error}). The bundled server listens on {now} instead."
                            ));
                        }
                        started
                    }
                    started => started,
                };
                started.map(RunningEngine::Bundled).map_err(failed)
            }
            Engine::MiniRedis { nodelay } => {
                let (core, generation) = (Arc::downgrade(self), slot.generation);
                let on_death = move |status| {
                    if let Some(core) = core.upgrade() {
                        let runtime = core.runtime.handle().clone();
                        runtime.spawn(core.after_death(generation, status));
                    }
                };
                MiniRedis::start(&self.launcher, 0, *nodelay, &self.runtime, on_death)
                    .await
                    .map(RunningEngine::MiniRedis)
                    .map_err(failed)
            }
            Engine::External { url } => {
                // What was kept has no password; redis-cli's variable may hold it.
                let url = match std::env::var("REDISCLI_AUTH") {
                    Ok(password) if url.is_hidden() => url.with_password(&password),
                    _ => url.clone(),
                };
                if url.is_hidden() {
                    return Err(format!(
                        "Requests go to the database alone, since the password in {url} is written nowhere and has to be given \
                         again. Type the address with its password, or start Cachescope with it in REDISCLI_AUTH."
                    ));
                }
                Target::redis(url).map(RunningEngine::External).map_err(|error| format!("{error}."))
            }
        }
    }

    /// Opens both connections, so that no request has to pay for it, and says whether that went well. What is in their way on
    /// purpose says nothing about the engine.
    async fn connect(&self) {
        let Connections { generation, direct, tapped, .. } = self.connections().clone();
        let address = direct.target().address().to_owned();
        let hindered = self.broken.in_force().cache.is_some();
        let connected = self.runtime.run(async move {
            let found = direct.examine().await?;
            if !hindered {
                tapped.connect().await?;
            }
            Ok::<_, cache::Error>(found)
        });
        match connected.await {
            Ok(Ok(found)) => self.set_examined(generation, address, found.into()),
            Ok(Err(error)) => {
                let message = format!("Requests go to the database alone, since {}", error.told());
                if matches!(error, cache::Error::ClusterNode { .. } | cache::Error::Sentinel { .. }) {
                    self.lead_nowhere(generation);
                }
                self.set_engine_as_of(generation, EngineState::Unreachable { message });
            }
            Err(_closing) => {}
        }
    }

    /// Lets requests ask nobody, where who answers must not be asked: a node of a cluster would answer for some of the keys.
    fn lead_nowhere(&self, generation: u64) {
        let mut connections = self.connections();
        if connections.generation == generation {
            *connections = Connections::to(nowhere(), connections.engine.clone(), generation);
        }
        drop(connections);
        self.setup_changed();
    }

    /// Keeps the engine's state true to what a request met over connections of that generation.
    pub(crate) async fn observe(&self, generation: u64, outcome: Outcome) {
        let told_apart = self.broken.in_force().cache.is_none() && self.conditions().pattern.has_cache();
        if self.connections().generation != generation || !told_apart {
            return;
        }
        let state = self.status.borrow().engine.clone();
        match (state, outcome) {
            (EngineState::Running { .. }, Outcome::Bypass) => self.connect().await,
            (EngineState::Unreachable { .. }, Outcome::Hit | Outcome::Miss | Outcome::Stale) => {
                let address = self.connections().cache.target().address().to_owned();
                self.set_engine_as_of(generation, EngineState::Running { address });
            }
            _ => {}
        }
    }

    /// Starts mini-redis again after it ended unasked. Boxed, because the new one is watched by another of these.
    fn after_death(self: Arc<Self>, generation: u64, status: ExitStatus) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            let mut slot = self.engine.lock().await;
            if slot.generation != generation || slot.running.take().is_none() {
                return;
            }
            slot.short_lives = if slot.started.elapsed() < SHORT_LIFE { slot.short_lives + 1 } else { 0 };
            if slot.short_lives >= MAX_SHORT_LIVES {
                let message = format!(
                    "mini-redis ended {MAX_SHORT_LIVES} times right after it was started ({status}) and is left alone. \
                     Requests go to the database alone. Choose another engine, or revive it."
                );
                return self.set_engine(EngineState::Unreachable { message });
            }
            self.start_engine(&mut slot).await;
            let then = if slot.running.is_some() { "was started again" } else { "could not be started again" };
            self.notice(format!("mini-redis ended by itself ({status}) and {then}. What it held is gone."));
        })
    }
}

/// An address where nobody listens, for as long as there is no engine.
pub(crate) fn nowhere() -> Target {
    Target::own(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), Dialect::Redis)
}
