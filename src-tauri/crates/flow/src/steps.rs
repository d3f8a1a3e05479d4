//! The acts that patterns are made of: each is timed, and says in a note what was out of the ordinary.

use std::sync::Arc;
use std::time::Duration;

use database::{Answer, Written};
use trace::{Outcome, Request, Sink, StepKind, Stopwatch};

use crate::Flow;
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
        match watch.wait_through(StepKind::CacheGet, self.cache.injector(), self.cache.get(key)).await {
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
        if !self.protections.single_flight {
            return (outcome, self.fetch_and_store(watch, request, key, outcome).await);
        }
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
        let loaded = self.fetch(watch, request).await?;
        let life = if loaded.is_some() { Some(self.life()) } else { self.protections.negative_ttl() };
        if let (Outcome::Miss, Some(life)) = (outcome, life) {
            self.store(watch, key, loaded.as_deref(), life).await;
        }
        Ok(loaded)
    }

    /// Fetches the data from the database; `None` where there is no such product.
    pub(crate) async fn fetch<S: Sink>(&self, watch: &mut Stopwatch<'_, S>, request: &Request) -> Loaded {
        let query = async {
            let told = self.database.query_told(request.query, request.product).await;
            (told.result, told.injected_ns)
        };
        match watch.wait_for_told(StepKind::DbQuery, query).await {
            Ok(None) => {
                watch.note(format!("There is no product {}.", request.product));
                Ok(None)
            }
            Ok(answer) => Ok(answer.map(Arc::new)),
            Err(error) => {
                let why = format!("The database did not answer: {error}");
                watch.note(why.clone());
                Err(Unanswered { why })
            }
        }
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
                self.shared.flights.close(&request.keys_of_product());
                Ok(written)
            }
            Err(error) => {
                let why = format!("The row was not updated: {error}");
                watch.note(why.clone());
                Err(Unanswered { why })
            }
        }
    }

    /// Deletes keys, so that the next read of each takes the miss path. If that fails, a note says for how long the cache may
    /// go on serving the old value.
    pub(crate) async fn delete<S: Sink>(&self, watch: &mut Stopwatch<'_, S>, keys: &[String]) {
        if let Err(error) = watch.wait_through(StepKind::CacheDel, self.cache.injector(), self.cache.delete(keys)).await
        {
            watch.note(format!(
                "The row was updated but its keys were not deleted: {error}.{} What the cache holds of it may be served \
                 for up to {} s.",
                self.purpose(),
                self.ttl.as_secs_f64()
            ));
        }
    }

    /// What is to be added where the cache failed, while something is wrong with it on purpose.
    fn purpose(&self) -> &'static str {
        if self.cache.injector().is_some() { " A fault of the cache is switched on." } else { "" }
    }

    /// How long a value lives that is stored now.
    pub(crate) fn life(&self) -> Duration {
        self.shared.jitter.shorten(self.ttl, self.protections.ttl_jitter_percent)
    }
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
