use std::sync::Arc;
use std::time::Duration;

use database::Answer;
use trace::{Outcome, Pattern, Request, Sink, StepKind, Stopwatch};

use crate::single_flight::{Loaded, Part, Unanswered};
use crate::{Flow, Response, respond};

/// What is stored for a product that does not exist.
const NOTHING: &[u8] = b"null";

/// What the cache said.
enum Found {
    /// An answer; `None` that there is no such product.
    Answer(Option<Answer>),
    /// Nothing, or nothing that can be read.
    Nothing,
    /// No word: it could not be reached.
    Silence,
}

impl Flow {
    /// Answers a read: from the cache if it holds the value, otherwise from the database, storing it in the cache for
    /// future requests.
    ///
    /// - A product that does not exist is an answer, not an error: the response has no body. Nothing is stored, unless by
    ///   [negative caching](trace::Protections::negative_ttl_ms), where it is a hit the next time.
    /// - A cached value that cannot be decoded is a miss; it is replaced, and a note says why.
    /// - If the cache cannot be reached the database answers, nothing is stored, and the outcome is
    ///   [`Outcome::Bypass`].
    /// - By [single-flight](trace::Protections::single_flight), a request that waited for another's load has the outcome
    ///   [`Outcome::Coalesced`], and its wait is a step.
    /// - Without a cache the database answers, and the outcome is [`Outcome::Bypass`] too.
    /// - If the database cannot answer, the outcome is [`Outcome::Error`] and a note says why.
    pub async fn read(&self, request: &Request, sink: impl Sink) -> Response {
        let mut watch = Stopwatch::start(&*self.clock, sink);
        if self.pattern == Pattern::NoCache {
            let loaded = self.fetch(&mut watch, request).await;
            return answer(watch, Outcome::Bypass, loaded);
        }
        let key = request.key();
        let outcome = match self.look_up(&mut watch, request, &key).await {
            Found::Answer(answer) => return respond(watch, Outcome::Hit, answer.as_ref()),
            Found::Nothing => Outcome::Miss,
            Found::Silence => Outcome::Bypass,
        };
        if !self.protections.single_flight {
            let loaded = self.load(&mut watch, request, &key, outcome).await;
            return answer(watch, outcome, loaded);
        }
        loop {
            match self.shared.flights.join(&key) {
                Part::Leads(lead) => {
                    let loaded = self.load(&mut watch, request, &key, outcome).await;
                    lead.land(loaded.clone());
                    return answer(watch, outcome, loaded);
                }
                Part::Follows(follow) => match watch.wait_for(StepKind::Wait, follow.landed()).await {
                    Ok(loaded) => {
                        if let Err(Unanswered { why }) = &loaded {
                            watch.note(format!("The request that was waited for had no answer: {why}"));
                        }
                        return answer(watch, Outcome::Coalesced, loaded);
                    }
                    Err(_) => watch.note("The request that was waited for was given up.".to_owned()),
                },
            }
        }
    }

    /// Checks if the requested data exists in Redis.
    async fn look_up<S: Sink>(&self, watch: &mut Stopwatch<'_, S>, request: &Request, key: &str) -> Found {
        match watch.wait_for(StepKind::CacheGet, self.cache.get(key)).await {
            Ok(Some(bytes)) => match watch.try_time(StepKind::Decode, || decode(request, &bytes)) {
                Ok(answer) => Found::Answer(answer),
                Err(why) => {
                    watch.note(format!("The cached value could not be decoded ({why}) and is replaced."));
                    Found::Nothing
                }
            },
            Ok(None) => Found::Nothing,
            Err(error) => {
                watch.note(format!("The cache was bypassed: {error}."));
                Found::Silence
            }
        }
    }

    /// Fetches the data from the database, and after a miss stores it.
    async fn load<S: Sink>(
        &self,
        watch: &mut Stopwatch<'_, S>,
        request: &Request,
        key: &str,
        outcome: Outcome,
    ) -> Loaded {
        let loaded = self.fetch(watch, request).await?;
        if outcome == Outcome::Miss {
            let life = match &loaded {
                Some(_) => Some(self.shared.jitter.shorten(self.ttl, self.protections.ttl_jitter_percent)),
                None => self.protections.negative_ttl(),
            };
            if let Some(life) = life {
                self.store(watch, key, loaded.as_deref(), life).await;
            }
        }
        Ok(loaded)
    }

    /// Fetches the data from the database; `None` where there is no such product.
    async fn fetch<S: Sink>(&self, watch: &mut Stopwatch<'_, S>, request: &Request) -> Loaded {
        let query = self.database.query(request.query, request.product);
        match watch.wait_for(StepKind::DbQuery, query).await {
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

    /// Stores an answer in the cache for future requests. Failing to is no reason not to answer this one.
    async fn store<S: Sink>(&self, watch: &mut Stopwatch<'_, S>, key: &str, answer: Option<&Answer>, life: Duration) {
        let encode = || answer.map_or_else(|| Ok(NOTHING.to_vec()), serde_json::to_vec);
        let value = match watch.try_time(StepKind::Encode, encode) {
            Ok(value) => value,
            Err(error) => return watch.note(format!("The answer could not be encoded: {error}.")),
        };
        if let Err(error) = watch.wait_for(StepKind::CacheSet, self.cache.set(key, &value, life)).await {
            watch.note(format!("The answer was not stored: {error}."));
        }
    }
}

/// Responds with what was loaded, or without an answer.
fn answer<S: Sink>(watch: Stopwatch<'_, S>, outcome: Outcome, loaded: Loaded) -> Response {
    match loaded {
        Ok(answer) => respond(watch, outcome, answer.as_deref()),
        Err(Unanswered { .. }) => respond(watch, Outcome::Error, None),
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
