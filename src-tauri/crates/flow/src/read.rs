use database::Answer;
use trace::{Outcome, Pattern, Request, Sink, StepKind, Stopwatch};

use crate::{Flow, Response, respond};

impl Flow {
    /// Answers a read: from the cache if it holds the value, otherwise from the database, storing it in the cache for
    /// future requests.
    ///
    /// - A product that does not exist is an answer, not an error: the response has no body and nothing is stored.
    /// - A cached value that cannot be decoded is a miss; it is replaced, and a note says why.
    /// - If the cache cannot be reached the database answers, nothing is stored, and the outcome is
    ///   [`Outcome::Bypass`].
    /// - Without a cache the database answers, and the outcome is [`Outcome::Bypass`] too.
    /// - If the database cannot answer, the outcome is [`Outcome::Error`] and a note says why.
    pub async fn read(&self, request: &Request, sink: impl Sink) -> Response {
        let mut watch = Stopwatch::start(&*self.clock, sink);
        if self.pattern == Pattern::NoCache {
            return match self.fetch(&mut watch, request).await {
                Ok(answer) => respond(watch, Outcome::Bypass, answer.as_ref()),
                Err(Unanswered) => respond(watch, Outcome::Error, None),
            };
        }
        let key = request.key();

        let outcome = match watch.wait_for(StepKind::CacheGet, self.cache.get(&key)).await {
            Ok(Some(bytes)) => match watch.try_time(StepKind::Decode, || decode(request, &bytes)) {
                Ok(answer) => return respond(watch, Outcome::Hit, Some(&answer)),
                Err(why) => {
                    watch.note(format!("The cached value could not be decoded ({why}) and is replaced."));
                    Outcome::Miss
                }
            },
            Ok(None) => Outcome::Miss,
            Err(error) => {
                watch.note(format!("The cache was bypassed: {error}."));
                Outcome::Bypass
            }
        };

        let answer = match self.fetch(&mut watch, request).await {
            Ok(answer) => answer,
            Err(Unanswered) => return respond(watch, Outcome::Error, None),
        };
        if let (Outcome::Miss, Some(answer)) = (outcome, &answer) {
            self.store(&mut watch, &key, answer).await;
        }
        respond(watch, outcome, answer.as_ref())
    }

    /// Fetches the data from the database; `None` where there is no such product.
    async fn fetch<S: Sink>(
        &self,
        watch: &mut Stopwatch<'_, S>,
        request: &Request,
    ) -> Result<Option<Answer>, Unanswered> {
        let query = self.database.query(request.query, request.product);
        match watch.wait_for(StepKind::DbQuery, query).await {
            Ok(None) => {
                watch.note(format!("There is no product {}.", request.product));
                Ok(None)
            }
            Ok(answer) => Ok(answer),
            Err(error) => {
                watch.note(format!("The database did not answer: {error}"));
                Err(Unanswered)
            }
        }
    }

    /// Stores an answer in the cache for future requests. Failing to is no reason not to answer this one.
    async fn store<S: Sink>(&self, watch: &mut Stopwatch<'_, S>, key: &str, answer: &Answer) {
        let value = match watch.try_time(StepKind::Encode, || serde_json::to_vec(answer)) {
            Ok(value) => value,
            Err(error) => return watch.note(format!("The answer could not be encoded: {error}.")),
        };
        if let Err(error) = watch.wait_for(StepKind::CacheSet, self.cache.set(key, &value, self.ttl)).await {
            watch.note(format!("The answer was not stored: {error}."));
        }
    }
}

/// The database did not answer; a note of the trace says why.
struct Unanswered;

/// Reads a cached value back, and makes sure that it answers this request.
fn decode(request: &Request, bytes: &[u8]) -> Result<Answer, String> {
    let answer: Answer = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if answer.query() != request.query {
        return Err(format!("it answers {}, not {}", answer.query(), request.query));
    }
    Ok(answer)
}
