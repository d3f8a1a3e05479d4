//! The acts that patterns are made of: each is timed, and says in a note what was out of the ordinary.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use database::{Answer, Written};
use tokio::sync::OwnedMutexGuard;
use trace::{Outcome, Pattern, Request, Sink, StepKind, Stopwatch};

use crate::Flow;
use crate::queue::Visit;
use crate::reloads::NotBegun;
use crate::single_flight::{Loaded, Part, Unanswered};

/// What is stored for a product that does not exist.
const NOTHING: &[u8] = b"null";

/// What the cache said.
#[expect(clippy::large_enum_variant, reason = "it lives for a moment on the stack; a box would cost every hit")]
pub(crate) enum Found {
    /// An answer; `None` that there is no such product.
    Answer(Option<Answer>),
    /// Nothing, or nothing that can be read.
    Nothing,
    /// No word: it could not be reached.
    Silence,
}

impl Flow {
    /// Checks if the requested data exists in Redis.
    pub(crate) async fn look_up<S: Sink>(&self, watch: &mut Stopwatch<'_, S>, request: &Request, key: &str) -> Found {
        let said = watch.wait_through(StepKind::CacheGet, self.cache.injector(), self.cache.get(key)).await;
        self.understood(watch, request, said)
    }

    /// Checks if the requested data exists in Redis, and how long it has left to live there.
    pub(crate) async fn look_up_with_life<S: Sink>(
        &self,
        watch: &mut Stopwatch<'_, S>,
        request: &Request,
        key: &str,
    ) -> (Found, Duration) {
        let asked = self.cache.get_with_ttl(key);
        let said = watch.wait_through(StepKind::CacheGet, self.cache.injector(), asked).await;
        let left = said.as_ref().ok().and_then(Option::as_ref).map_or(Duration::ZERO, |(_, left)| *left);
        (self.understood(watch, request, said.map(|said| said.map(|(value, _)| value))), left)
    }

    /// What the cache said, decoded.
    fn understood<S: Sink>(
        &self,
        watch: &mut Stopwatch<'_, S>,
        request: &Request,
        said: Result<Option<Vec<u8>>, cache::Error>,
    ) -> Found {
        match said {
            Ok(Some(bytes)) => match watch.try_time(StepKind::Decode, || decode(request, &bytes)) {
                Ok(answer) => Found::Answer(answer),
                Err(why) => {
                    watch.note(format!("The cached value could not be decoded ({why}) and is replaced."));
                    Found::Nothing
                }
            },
            Ok(None) => Found::Nothing,
            Err(error) => {
                watch.note(format!("The cache was bypassed: {error}.{}", self.purpose()));
                Found::Silence
            }
        }
    }

    /// Loads what the cache did not have; by single-flight once for all who want it. Says which way the request went then.
    pub(crate) async fn load<S: Sink>(
        &self,
        watch: &mut Stopwatch<'_, S>,
        request: &Request,
        key: &str,
        outcome: Outcome,
    ) -> (Outcome, Loaded) {
        if self.protections.single_flight {
            return self.load_once(watch, request, key, outcome).await;
        }
        (outcome, self.fetch_and_store(watch, request, key, outcome).await)
    }

    /// Loads what the cache did not have, once for all who want it.
    pub(crate) async fn load_once<S: Sink>(
        &self,
        watch: &mut Stopwatch<'_, S>,
        request: &Request,
        key: &str,
        outcome: Outcome,
    ) -> (Outcome, Loaded) {
        loop {
            match self.shared.flights.join(key) {
                Part::Leads(lead) => {
                    let loaded = self.fetch_and_store(watch, request, key, outcome).await;
                    lead.land(loaded.clone());
                    return (outcome, loaded);
                }
                Part::Follows(follow) => match watch.wait_for(StepKind::Wait, follow.landed()).await {
                    Ok(loaded) => {
                        if let Err(Unanswered { why }) = &loaded {
                            watch.note(format!("The request that was waited for had no answer: {why}"));
                        }
                        // Without the cache's word it went past the cache, whoever asked the database.
                        let outcome = if outcome == Outcome::Miss { Outcome::Coalesced } else { outcome };
                        return (outcome, loaded);
                    }
                    Err(_) => watch.note("The request that was waited for was given up.".to_owned()),
                },
            }
        }
    }

    /// Fetches the data from the database, and after a miss stores it.
    async fn fetch_and_store<S: Sink>(
        &self,
        watch: &mut Stopwatch<'_, S>,
        request: &Request,
        key: &str,
        outcome: Outcome,
    ) -> Loaded {
        // By write-behind its entry is kept until the answer is stored, and whoever stores has the turn.
        let visit = self.defers_writes().then(|| self.shared.queue.visit(request.product));
        let mut loaded = self.fetch(watch, request).await?;
        let mut _turn = None;
        if let (Some(visit), Some(answer), Outcome::Miss) = (&visit, &mut loaded, outcome) {
            _turn = Some(self.turn(watch, visit).await);
            bring_up_to_date(watch, visit, answer);
        }
        let life = if loaded.is_some() { Some(self.life()) } else { self.protections.negative_ttl() };
        if let (Outcome::Miss, Some(life)) = (outcome, life) {
            self.store(watch, key, loaded.as_deref(), life).await;
        }
        Ok(loaded)
    }

    /// Fetches the data from the database, and applies the writes that wait in the queue; `None` where there is no such
    /// product.
    pub(crate) async fn fetch<S: Sink>(&self, watch: &mut Stopwatch<'_, S>, request: &Request) -> Loaded {
        // Also where the pattern is another by now, and writes of before still wait.
        let queue = &self.shared.queue;
        let visit = (self.defers_writes() || !queue.is_idle()).then(|| queue.visit(request.product));
        let query = async {
            let told = self.database.query_told(request.query, request.product).await;
            (told.result, told.injected_ns)
        };
        match watch.wait_for_told(StepKind::DbQuery, query).await {
            Ok(None) => {
                watch.note(format!("There is no product {}.", request.product));
                Ok(None)
            }
            Ok(Some(answer)) => {
                let mut answer = Arc::new(answer);
                if let Some(visit) = &visit {
                    bring_up_to_date(watch, visit, &mut answer);
                }
                Ok(Some(answer))
            }
            Err(error) => {
                let why = format!("The database did not answer: {error}");
                watch.note(why.clone());
                Err(Unanswered { why })
            }
        }
    }

    /// The turn to store something of a product.
    pub(crate) async fn turn<S: Sink>(&self, watch: &mut Stopwatch<'_, S>, visit: &Visit) -> OwnedMutexGuard<()> {
        if let Some(turn) = visit.turn_now() {
            return turn;
        }
        let turn = async { Ok::<_, Infallible>(visit.turn().await) };
        match watch.wait_for(StepKind::Wait, turn).await {
            Ok(turn) => turn,
            Err(never) => match never {},
        }
    }

    /// Whether writes wait in a queue.
    fn defers_writes(&self) -> bool {
        self.pattern == Pattern::WriteBehind
    }

    /// Stores an answer in the cache for future requests, and says whether it is there. Failing to is no reason not to
    /// answer this one.
    pub(crate) async fn store<S: Sink>(
        &self,
        watch: &mut Stopwatch<'_, S>,
        key: &str,
        answer: Option<&Answer>,
        life: Duration,
    ) -> bool {
        let encode = || answer.map_or_else(|| Ok(NOTHING.to_vec()), serde_json::to_vec);
        let value = match watch.try_time(StepKind::Encode, encode) {
            Ok(value) => value,
            Err(error) => {
                watch.note(format!("The answer could not be encoded: {error}."));
                return false;
            }
        };
        match watch.wait_through(StepKind::CacheSet, self.cache.injector(), self.cache.set(key, &value, life)).await {
            Ok(()) => true,
            Err(error) => {
                watch.note(format!("The answer was not stored: {error}.{}", self.purpose()));
                false
            }
        }
    }

    /// Updates the product's row; `None` where there is no such product. Requests that come later wait for no load that
    /// began before.
    pub(crate) async fn update<S: Sink>(
        &self,
        watch: &mut Stopwatch<'_, S>,
        request: &Request,
    ) -> Result<Option<Written>, Unanswered> {
        let write = async {
            let told = self.database.write_told(request.product).await;
            (told.result, told.injected_ns)
        };
        match watch.wait_for_told(StepKind::DbWrite, write).await {
            Ok(written) => {
                if written.is_none() {
                    watch.note(format!("There is no product {}: no row was updated.", request.product));
                }
                self.outdate(request);
                Ok(written)
            }
            Err(error) => {
                let why = format!("The row was not updated: {error}");
                watch.note(why.clone());
                Err(Unanswered { why })
            }
        }
    }

    /// Lets nobody wait any more for a load of the product that began before, and calls off its reloads.
    pub(crate) fn outdate(&self, request: &Request) {
        let keys = request.keys_of_product();
        self.shared.flights.close(&keys);
        self.shared.reloads.call_off(&keys);
    }

    /// Loads the value anew in the background, unless that is under way; a note says why, and what becomes of it. What it does is pushed
    /// into a sink of its own, and is no time of this request.
    pub(crate) fn reload<S: Sink>(&self, watch: &mut Stopwatch<'_, S>, request: &Request, key: &str, why: &str) {
        let begun = self.shared.reloads.may_begin(key).and_then(|()| {
            let flow = self.with_cache(self.background_cache.clone());
            let (request, name, sink) = (*request, key.to_owned(), watch.behind());
            let reload = async move { flow.carry_out_reload(&request, &name, sink).await };
            watch.try_time(StepKind::Defer, || self.shared.reloads.begin(key, reload))
        });
        watch.note(match begun {
            Ok(()) => format!("{why}: it is reloaded in the background."),
            Err(NotBegun::UnderWay) => format!("{why}: a reload is under way."),
            Err(NotBegun::NoRoom) => {
                format!("{why}: it is not reloaded now, since as many others are being reloaded as may be at once.")
            }
        });
    }

    async fn carry_out_reload(&self, request: &Request, key: &str, sink: Box<dyn Sink + Send>) -> bool {
        let mut watch = Stopwatch::start(&*self.clock, sink);
        let (outcome, loaded) = self.load(&mut watch, request, key, Outcome::Miss).await;
        if matches!(loaded, Ok(None)) && self.protections.negative_ttl().is_none() {
            self.delete(&mut watch, &[key.to_owned()]).await;
        }
        watch.finish(if loaded.is_ok() { outcome } else { Outcome::Error });
        loaded.is_ok()
    }

    /// Deletes keys, so that the next read of each takes the miss path. If that fails, a note says for how long the cache may
    /// go on serving the old value.
    pub(crate) async fn delete<S: Sink>(&self, watch: &mut Stopwatch<'_, S>, keys: &[String]) {
        if let Err(error) = watch.wait_through(StepKind::CacheDel, self.cache.injector(), self.cache.delete(keys)).await
        {
            watch.note(format!(
                "The write is done, but its keys were not deleted: {error}.{} What the cache holds of it may be served for \
                 up to {} s.",
                self.purpose(),
                self.longest_life().as_secs_f64()
            ));
        }
    }

    /// What is to be added where the cache failed, while something is wrong with it on purpose.
    fn purpose(&self) -> &'static str {
        if self.cache.injector().is_some() { " A fault of the cache is switched on." } else { "" }
    }

    /// How long a value lives that is stored now.
    pub(crate) fn life(&self) -> Duration {
        self.shared.jitter.shorten(self.ttl, self.protections.ttl_jitter_percent) + self.stale_window()
    }

    /// How long a value lives at most.
    fn longest_life(&self) -> Duration {
        self.ttl + self.stale_window()
    }

    /// For how long after its TTL a value may be served.
    pub(crate) fn stale_window(&self) -> Duration {
        match self.pattern {
            Pattern::StaleWhileRevalidate => self.background.stale(),
            _ => Duration::ZERO,
        }
    }
}

/// Applies the product's writes that wait in the queue to what the database gave.
fn bring_up_to_date<S: Sink>(watch: &mut Stopwatch<'_, S>, visit: &Visit, answer: &mut Arc<Answer>) {
    if let Some(row) = visit.row()
        && Arc::make_mut(answer).bring_up_to(&row)
    {
        watch.note("Writes of it wait in the queue: they were applied to what the database gave.".to_owned());
    }
}

/// A length of time in words, to the millisecond.
pub(crate) fn seconds(length: Duration) -> String {
    let millis = length.as_millis();
    if millis < 1_000 { format!("{millis} ms") } else { format!("{} s", millis as f64 / 1e3) }
}

/// Reads a cached value back, and makes sure that it answers this request; `None`: it says that there is no such product.
fn decode(request: &Request, bytes: &[u8]) -> Result<Option<Answer>, String> {
    if bytes == NOTHING {
        return Ok(None);
    }
    let answer: Answer = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if answer.query() != request.query {
        return Err(format!("it answers {}, not {}", answer.query(), request.query));
    }
    Ok(Some(answer))
}
