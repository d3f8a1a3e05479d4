//! Scenes: what goes wrong and what helps, played on the running laboratory.

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};

use scene::{Act, Deed, Judged, Measured, Scene, Take};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::sleep_until;
use trace::Conditions;
use ts_rs::TS;

use crate::core::Core;
use crate::traffic::Sent;
use crate::{Error, Lab, Status, TrafficState};

/// How a scene is getting on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SceneState {
    /// Which scene.
    pub scene: String,
    /// Which take is played, or was last.
    pub take: String,
    /// Whether it is being played.
    pub playing: bool,
    /// How long it took to set the last take up: server, conditions, workload; in milliseconds. Filling the cache is not part
    /// of it.
    pub set_up_ms: u32,
    /// What the takes came to that were played to their end.
    pub measured: Vec<Measured>,
    /// The scene's claims, and whether they hold.
    pub judged: Vec<Judged>,
}

impl Lab {
    /// The scenes there are.
    ///
    /// # Errors
    /// None, as a test shows.
    pub fn scenes(&self) -> Result<Vec<Scene>, Error> {
        Scene::all().map_err(|error| invalid(&error))
    }

    /// Plays one take of a scene: puts its conditions in force with the server started anew, empty, and sends its traffic. The
    /// conditions stay in force until the scene is left or the settings are changed.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there is no such scene or take, traffic is being sent, or a planned comparison goes on;
    /// [`Error::NotReady`] before the catalogue is open.
    pub async fn play_scene(&self, name: &str, take: Option<&str>) -> Result<Status, Error> {
        self.play_scene_from(name, take, None).await
    }

    /// The same from another seed than the scene's own: other keys at other moments, and each time the same.
    ///
    /// # Errors
    /// As [`Lab::play_scene`], and for a seed that is none.
    pub async fn play_scene_from(&self, name: &str, take: Option<&str>, seed: Option<u64>) -> Result<Status, Error> {
        let mut scene = Scene::named(name).map_err(|error| invalid(&error))?;
        scene.workload.seed = seed.unwrap_or(scene.workload.seed);
        let chosen = match take {
            None => scene.takes.first(),
            Some(name) => scene.takes.iter().find(|take| take.name == *name),
        };
        let takes = || scene.takes.iter().map(|take| take.name.as_str()).collect::<Vec<_>>().join(", ");
        let take = chosen
            .cloned()
            .ok_or_else(|| Error::Invalid(format!("The scene {name} has no such take; its takes are {}.", takes())))?;
        self.core.play(scene, take)?;
        Ok(self.status())
    }

    /// Leaves the scene: its traffic ends, and the conditions of the settings come back.
    ///
    /// # Errors
    /// [`Error::Closing`] when the laboratory closes meanwhile.
    pub async fn leave_scene(&self) -> Result<Status, Error> {
        let core = &self.core;
        if core.forget_scene() {
            core.stop_traffic();
            self.traffic_ended().await?;
            core.come_back_to_the_settings().await;
        }
        Ok(self.status())
    }
}

impl Core {
    /// Whether a scene is on, or was played last.
    pub(crate) fn has_scene(&self) -> bool {
        self.status.borrow().scene.is_some()
    }

    /// Takes the scene off the status. True where there was one.
    pub(crate) fn forget_scene(&self) -> bool {
        self.status.send_if_modified(|status| status.scene.take().is_some())
    }

    fn play(self: &Arc<Self>, scene: Scene, take: Take) -> Result<(), Error> {
        self.leave_studies_alone()?;
        self.shop(scene.workload_of(&take))?;
        let stop = self.claim_traffic()?;
        self.status.send_modify(|status| {
            let measured = match status.scene.take() {
                Some(before) if before.scene == scene.name => before.measured,
                _ => Vec::new(),
            };
            let measured = measured.into_iter().filter(|other| other.take != take.name).collect::<Vec<_>>();
            status.scene = Some(SceneState {
                scene: scene.name.clone(),
                take: take.name.clone(),
                playing: true,
                set_up_ms: 0,
                judged: scene.judge(&measured),
                measured,
            });
            status.traffic = TrafficState::Warming { done: 0, total: 0 };
        });
        let core = Arc::clone(self);
        self.traffic.keep_task(self.runtime.handle().spawn(async move {
            let state = match core.take(&scene, &take, stop).await {
                Ok(sent) => sent.told(),
                Err(error) => TrafficState::Failed { message: error.to_string() },
            };
            core.change_scene(|state| state.playing = false);
            core.release_traffic(Some(state));
        }));
        Ok(())
    }

    /// One take from its beginning to its end.
    async fn take(self: &Arc<Self>, scene: &Scene, take: &Take, stop: watch::Receiver<bool>) -> Result<Sent, Error> {
        let begin = Instant::now();
        let database = self.settings().conditions.database.clone();
        self.put_in_force(Conditions { database, ..take.conditions.clone() }).await;
        let set_up_ms = u32::try_from(begin.elapsed().as_millis()).unwrap_or(u32::MAX);
        self.change_scene(|state| state.set_up_ms = set_up_ms);
        let sent = tokio::select! {
            sent = self.send_traffic(scene.workload_of(take), stop.clone(), None, None) => sent?,
            () = self.act(&scene.acts) => unreachable!("it goes on for as long as the traffic does"),
        };
        if let (false, Some(run)) = (*stop.borrow(), self.summary(0)) {
            let measured = Measured {
                take: take.name.clone(),
                requests: run.summary.counts.ended(),
                values: scene.measures.iter().map(|measure| measure.of(&run.summary)).collect(),
            };
            self.change_scene(|state| {
                state.measured.push(measured);
                state.judged = scene.judge(&state.measured);
            });
        }
        Ok(sent)
    }

    fn change_scene(&self, change: impl FnOnce(&mut SceneState)) {
        self.status.send_if_modified(|status| status.scene.as_mut().map(change).is_some());
    }

    /// Does what happens meanwhile, from when the first request is sent on. Never ends.
    pub(crate) async fn act(self: &Arc<Self>, acts: &[Act]) {
        let mut status = self.status.subscribe();
        let running = status.wait_for(|status| matches!(status.traffic, TrafficState::Running { .. }));
        if running.await.is_ok() {
            let begin = tokio::time::Instant::now();
            for Act { at_ms, deed } in acts {
                sleep_until(begin + Duration::from_millis((*at_ms).into())).await;
                self.perform(*deed).await;
            }
        }
        pending().await
    }

    async fn perform(self: &Arc<Self>, deed: Deed) {
        match deed {
            Deed::StartCold => self.put_in_force(self.conditions()).await,
            Deed::ExpireKeys => {
                let cache = self.connections().direct.clone();
                if let Err(error) = cache.expire_all(Duration::ZERO).await {
                    self.notice(format!("The keys did not expire as the scene wants it: {error}."));
                }
            }
        }
    }
}

fn invalid(error: &scene::Error) -> Error {
    Error::Invalid(error.to_string())
}
