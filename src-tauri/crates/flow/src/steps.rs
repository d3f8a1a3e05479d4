//! The acts that patterns are made of: each is timed, and says in a note what was out of the ordinary.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use cache::Claim;
use database::{Answer, Written};
use tokio::sync::OwnedMutexGuard;
use trace::{Effect, Outcome, Pattern, Protection, Request, Sink, StepKind, Stopwatch};

use crate::anew::{Anew, Who};
use crate::bound::{Admitted, QUEUE};
use crate::breaker::{PAUSE, Pass};
use crate::queue::Visit;
use crate::reloads::NotBegun;
use crate::single_flight::{Loaded, Part, Unanswered};
use crate::{Flow, early_expiry, lease, lock};

/// What is stored for a product that does not exist.
const NOTHING: &[u8] = b"null";

/// What the cache holds.
pub(crate) struct Held {
    /// The answer; `None` that there is no such product.
    pub(crate) answer: Option<Answer>,
    /// The same as it is stored: what is returned to the client.
    pub(crate) bytes: Vec<u8>,
}

/// What the cache said.
pub(crate) enum Found {
    /// It holds the value.
    Answer(Held),
    /// It holds one that has so long to live, and is to be loaded anew before that.
    AboutToExpire(Held, Duration),
    /// Nothing, or nothing that can be read.
    Nothing,
    /// No word: it could not be reached.
    Silence,
}

/// How what was loaded is stored.
pub(crate) enum Storing<'a> {
    /// By whoever comes.
    Freely,
    /// Only as long as this lease holds, which is given back; what that costs is told there.
    Leased(&'a Claim, &'a mut Effect),
}

/// Why the database gave no answer.
enum NotAsked {
    /// It was not asked.
    Refused(String),
    /// It failed.
    Failed(database::Error),
}

impl Flow {
    /// Checks if the requested data exists in Redis.
    pub(crate) async fn look_up<S: Sink>(&self, watch: &mut Stopwatch<'_, S>, request: &Request, key: &str) -> Found {
        if self.protections.early_expiry_percent > 0 {
            return Box::pin(self.look_up_early(watch, request, key)).await;
        }
        let said = watch.wait_through(StepKind::CacheGet, self.cache.injector(), self.cache.get(key)).await;
        let found = self.understood(watch, request, said);
        self.remember(watch, &found);
        found
    }

    /// The same by early expiry, which may take a value for expired that is still there.
    async fn look_up_early<S: Sink>(&self, watch: &mut Stopwatch<'_, S>, request: &Request, key: &str) -> Found {
        let (found, left) = self.ask_with_life(watch, request, key).await;
        if !matches!(found, Found::Silence) {
            // PTTL counts as a look like GET does.
            watch.effect(Effect { lookups: 1, ..Effect::of(Protection::EarlyExpiry) });
        }
        let beta = f64::from(self.protections.early_expiry_percent) / 100.0;
        let delta = self.shared.load_times.of(request.query);
        match found {
            // From 0, not it itself, to 1.
            Found::Answer(held) if early_expiry::is_due(left, delta, beta, 1.0 - self.shared.chance.draw()) => {
                Found::AboutToExpire(held, left)
            }
            found => {
                self.remember(watch, &found);
                found
            }
        }
    }

    /// Checks if the requested data exists in Redis, and how long it has left to live there.
    pub(crate) async fn look_up_with_life<S: Sink>(
        &self,
        watch: &mut Stopwatch<'_, S>,
        request: &Request,
        key: &str,
    ) -> (Found, Duration) {
        let (found, left) = self.ask_with_life(watch, request, key).await;
        self.remember(watch, &found);
        (found, left)
    }

    async fn ask_with_life<S: Sink>(
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

    /// That there is no such product was remembered: a query less.
    fn remember<S: Sink>(&self, watch: &mut Stopwatch<'_, S>, found: &Found) {
        if self.protections.negative_ttl_ms > 0 && matches!(found, Found::Answer(Held { answer: None, .. })) {
            watch.effect(Effect { queries_avoided: 1, ..Effect::of(Protection::NegativeCaching) });
        }
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
                Ok(answer) => Found::Answer(Held { answer, bytes }),
                Err(why) => {
                    watch.note(format!("The cached value could not be decoded ({why}) and is replaced."));
                    Found::Nothing
                }
            },
            Ok(None) => Found::Nothing,
            Err(error) => {
                watch.note(format!("The cache was bypassed: {}", self.told(&error)));
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
        if self.loads_once() {
            return self.load_once(watch, request, key, outcome).await;
        }
        Box::pin(self.load_in_turn(watch, request, key, outcome)).await
    }

    /// Whether of the requests that miss the same key one loads it. A cache that loads by itself always does it that way.
    pub(crate) fn loads_once(&self) -> bool {
        self.protections.single_flight || self.pattern == Pattern::ReadThrough
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
                    let (outcome, loaded) = Box::pin(self.load_in_turn(watch, request, key, outcome)).await;
                    lead.land(loaded.clone());
                    return (outcome, loaded);
                }
                Part::Follows(follow) => {
                    let began_ns = self.clock.now_ns();
                    let landed = watch.wait_for(StepKind::Wait, follow.landed()).await;
                    let in_vain = !matches!(landed, Ok(Ok(_)));
                    watch.effect(Effect {
                        queries_avoided: u32::from(landed.is_ok()),
                        waited_ns: self.clock.now_ns() - began_ns,
                        in_vain,
                        ..Effect::of(Protection::SingleFlight)
                    });
                    match landed {
                        Ok(loaded) => {
                            if let Err(Unanswered { why, .. }) = &loaded {
                                watch.note(format!("The request that was waited for had no answer: {why}"));
                            }
                            // Without the cache's word it went past the cache, whoever asked the database.
                            let outcome = if outcome == Outcome::Miss { Outcome::Coalesced } else { outcome };
                            return (outcome, loaded);
                        }
                        Err(_) => watch.note("The request that was waited for was given up.".to_owned()),
                    }
                }
            }
        }
    }

    /// Loads what nobody else in this process does; after a miss, by lock or lease, once for all processes.
    async fn load_in_turn<S: Sink>(
        &self,
        watch: &mut Stopwatch<'_, S>,
        request: &Request,
        key: &str,
        outcome: Outcome,
    ) -> (Outcome, Loaded) {
        match outcome {
            Outcome::Miss if self.protections.cache_lock => lock::load(self, watch, request, key).await,
            Outcome::Miss if self.protections.lease => lease::load(self, watch, request, key).await,
            Outcome::Miss => (outcome, self.fetch_and_store(watch, request, key, Storing::Freely).await),
            _ => (outcome, self.fetch(watch, request).await),
        }
    }

    /// Fetches the data from the database and stores it.
    pub(crate) async fn fetch_and_store<S: Sink>(
        &self,
        watch: &mut Stopwatch<'_, S>,
        request: &Request,
        key: &str,
        storing: Storing<'_>,
    ) -> Loaded {
        let timed = self.protections.early_expiry_percent > 0;
        let began_ns = if timed { self.clock.now_ns() } else { 0 };
        // By write-behind its entry is kept until the answer is stored, and whoever stores has the turn.
        let visit = self.defers_writes().then(|| self.shared.queue.visit(request.product));
        let mut loaded = self.fetch(watch, request).await;
        let mut _turn = None;
        if let (Some(visit), Ok(Some(answer))) = (&visit, &mut loaded) {
            _turn = Some(self.turn(watch, visit).await);
            bring_up_to_date(watch, visit, answer);
        }
        match (storing, &loaded) {
            (Storing::Freely, Ok(answer)) => {
                let life = if answer.is_some() { Some(self.life()) } else { self.protections.negative_ttl() };
                if answer.is_none() && life.is_some() {
                    watch.effect(Effect { round_trips: 1, ..Effect::of(Protection::NegativeCaching) });
                }
                if let Some(life) = life {
                    self.store(watch, key, answer.as_deref(), life).await;
                }
            }
            (Storing::Freely, Err(_)) => {}
            (Storing::Leased(lease, effect), Ok(answer)) => {
                lease::store(self, watch, (key, lease), answer.as_deref(), effect).await;
            }
            (Storing::Leased(lease, effect), Err(_)) => lease::give_back(self, watch, lease, effect).await,
        }
        if timed && loaded.is_ok() {
            self.shared.load_times.add(request.query, self.clock.now_ns() - began_ns);
        }
        loaded
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
        match self.ask_database(watch, StepKind::DbQuery, query).await {
            Ok(None) => {
                if self.protections.bloom_filter {
                    watch.effect(Effect { in_vain: true, ..Effect::of(Protection::BloomFilter) });
                }
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
            Err(NotAsked::Refused(why)) => {
                watch.note(why.clone());
                Err(Unanswered { why, refused: true })
            }
            Err(NotAsked::Failed(error)) => {
                let why = format!("The database did not answer: {error}");
                watch.note(why.clone());
                Err(Unanswered { why, refused: false })
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

    /// Asks the database, if its circuit breaker lets us and when it is our turn. The question says how much of its time was
    /// put in on purpose: for the breaker and for those who wait that is time like any other.
    async fn ask_database<S: Sink, T>(
        &self,
        watch: &mut Stopwatch<'_, S>,
        kind: StepKind,
        question: impl Future<Output = (Result<T, database::Error>, u64)>,
    ) -> Result<T, NotAsked> {
        let pass = if self.protections.circuit_breaker { Some(self.pass(watch)?) } else { None };
        let _admitted = if self.protections.database_limit > 0 { Some(self.admission(watch).await?) } else { None };
        if pass.as_ref().is_some_and(|pass| !pass.holds()) {
            return Err(open(watch));
        }
        let answer = watch.wait_for_told(kind, question).await;
        if let Some(pass) = pass {
            let answered = answer.is_ok();
            if !answered {
                watch.effect(Effect { in_vain: true, ..Effect::of(Protection::CircuitBreaker) });
            }
            pass.tell(answered, self.clock.now_ns());
        }
        answer.map_err(NotAsked::Failed)
    }

    /// Leave of the circuit breaker.
    fn pass<S: Sink>(&self, watch: &mut Stopwatch<'_, S>) -> Result<Pass, NotAsked> {
        self.shared.breaker.enter(self.clock.now_ns()).map_err(|_| open(watch))
    }

    /// A turn among those who may ask the database at once.
    async fn admission<S: Sink>(&self, watch: &mut Stopwatch<'_, S>) -> Result<Admitted, NotAsked> {
        let limit = self.protections.database_limit;
        let places = self.shared.bound.places(limit);
        if let Some(admitted) = places.admit() {
            return Ok(admitted);
        }
        let effect = Effect::of(Protection::DatabaseLimit);
        let Ok(queued) = places.queue() else {
            watch.effect(Effect { queries_avoided: 1, refused: true, ..effect });
            return Err(NotAsked::Refused(format!(
                "The database was not asked: {limit} requests ask it, and {QUEUE} more wait for their turn."
            )));
        };
        let began_ns = self.clock.now_ns();
        let turn = watch.wait_for(StepKind::Wait, async { Ok::<_, NotAsked>(queued.admitted().await) }).await;
        watch.effect(Effect { waited_ns: self.clock.now_ns() - began_ns, ..effect });
        turn
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
        let Some(value) = Self::encode(watch, answer) else { return false };
        match watch.wait_through(StepKind::CacheSet, self.cache.injector(), self.cache.set(key, &value, life)).await {
            Ok(()) => {
                self.shared.births.note(key, &value, self.clock.now_ns());
                true
            }
            Err(error) => {
                watch.note(format!("The answer was not stored: {}", self.told(&error)));
                false
            }
        }
    }

    /// Turns an answer into the bytes that are cached.
    pub(crate) fn encode<S: Sink>(watch: &mut Stopwatch<'_, S>, answer: Option<&Answer>) -> Option<Vec<u8>> {
        let encode = || answer.map_or_else(|| Ok(NOTHING.to_vec()), serde_json::to_vec);
        let value = watch.try_time(StepKind::Encode, encode);
        value.map_err(|error| watch.note(format!("The answer could not be encoded: {error}."))).ok()
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
        match self.ask_database(watch, StepKind::DbWrite, write).await {
            Ok(written) => {
                if written.is_none() {
                    watch.note(format!("There is no product {}: no row was updated.", request.product));
                }
                self.outdate(request);
                Ok(written)
            }
            Err(NotAsked::Refused(why)) => {
                watch.note(why.clone());
                Err(Unanswered { why, refused: true })
            }
            Err(NotAsked::Failed(error)) => {
                let why = format!("The row was not updated: {error}");
                watch.note(why.clone());
                Err(Unanswered { why, refused: false })
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
        let mut effect = Effect::of(Protection::Lease);
        let Some(anew) = Anew::take(self, &mut watch, key, Who::Background, &mut effect).await else {
            if effect.round_trips > 0 {
                watch.effect(effect);
            }
            watch.finish(Outcome::Coalesced);
            return true;
        };
        let loaded = anew.load(self, &mut watch, request, key, &mut effect).await;
        if effect.round_trips > 0 {
            watch.effect(effect);
        }
        if matches!(loaded, Ok(None)) && self.protections.negative_ttl().is_none() {
            self.delete(&mut watch, &[key.to_owned()]).await;
        }
        watch.finish(loaded.as_ref().map_or_else(Unanswered::outcome, |_| Outcome::Miss));
        loaded.is_ok()
    }

    /// Takes back the leases of a product, where there are leases: whoever read before this write may not store after it.
    /// [`Flow::delete`] does it by the way; this is for writes that store.
    pub(crate) async fn take_leases_back<S: Sink>(&self, watch: &mut Stopwatch<'_, S>, request: &Request) {
        if !self.protections.lease {
            return;
        }
        let leases = request.keys_of_product().map(|key| lease::key_of(&key));
        watch.effect(Effect { round_trips: 1, ..Effect::of(Protection::Lease) });
        if let Err(error) =
            watch.wait_through(StepKind::CacheLock, self.cache.injector(), self.cache.delete(&leases)).await
        {
            watch.note(format!("The leases were not taken back: {error}."));
        }
    }

    /// Deletes keys, so that the next read of each takes the miss path. If that fails, a note says for how long the cache may
    /// go on serving the old value.
    pub(crate) async fn delete<S: Sink>(&self, watch: &mut Stopwatch<'_, S>, keys: &[String]) {
        let leases: Vec<String>;
        let keys = if self.protections.lease {
            leases = keys.iter().cloned().chain(keys.iter().map(|key| lease::key_of(key))).collect();
            &leases
        } else {
            keys
        };
        if let Err(error) = watch.wait_through(StepKind::CacheDel, self.cache.injector(), self.cache.delete(keys)).await
        {
            watch.note(format!(
                "The write is done, but its keys were not deleted: {} What the cache holds of it may be served for up to {} s.",
                self.told(&error),
                self.longest_life().as_secs_f64()
            ));
        }
    }

    /// Why the cache failed, and what can be done about it. While something is wrong with it on purpose, that is what is to be said.
    fn told(&self, error: &cache::Error) -> String {
        if self.cache.injector().is_some() {
            format!("{error}. A fault of the cache is switched on.")
        } else {
            error.told()
        }
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

/// Refused by the circuit breaker.
fn open<S: Sink>(watch: &mut Stopwatch<'_, S>) -> NotAsked {
    watch.effect(Effect { queries_avoided: 1, refused: true, ..Effect::of(Protection::CircuitBreaker) });
    NotAsked::Refused(format!(
        "The database was not asked: it failed several times in a row, and the circuit breaker is open. One request asks it \
         again after {} s.",
        PAUSE.as_secs()
    ))
}

/// Reads a cached value back, and makes sure that it answers this request; `None`: it says that there is no such product.
pub(crate) fn decode(request: &Request, bytes: &[u8]) -> Result<Option<Answer>, String> {
    if bytes == NOTHING {
        return Ok(None);
    }
    let answer: Answer = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if answer.query() != request.query {
        return Err(format!("it answers {}, not {}", answer.query(), request.query));
    }
    Ok(Some(answer))
}
