//! Taking turns by a claim in the cache: what the lock and the lease have in common.
//!
//! Of the requests that miss a key, of whichever process, one takes its claim and loads; the others ask again after a pause
//! that grows, until the value is there. Should the claim be free and the value not there, one of them takes over: nothing
//! was stored, or the claim's time ran out because its owner hangs, was cancelled or is no more.

use std::time::Duration;

use cache::{Cache, Claim, Claimed};
use database::Answer;
use tokio::time::sleep;
use trace::{Clock, Effect, Request, Sink, StepKind, Stopwatch};
use uuid::Uuid;

use crate::Flow;
use crate::steps::decode;

/// How long a claim holds. Longer than a load takes, and not so long that an owner who is no more is missed for long.
pub(crate) const LIFE: Duration = Duration::from_secs(2);

/// How long a request waits for others at most: longer than a claim holds, so that one owner may be lost.
const PATIENCE: Duration = Duration::from_secs(3);

/// The first pause, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(20));

/// Whose turn it is.
#[expect(clippy::large_enum_variant, reason = "it lives for a moment on the stack")]
pub(crate) enum Turn {
    /// Ours: we hold the claim.
    Ours,
    /// It was another's, and the value is there.
    Found(Option<Answer>),
    /// Nobody's: the cache failed, or patience ran out.
    Nobodys,
}

/// Why a wait came to nothing.
enum InVain {
    TookTooLong,
    Failed(cache::Error),
}

/// A claim on that key with a token that nobody else has.
pub(crate) fn claim_on(key: String) -> Claim {
    Claim { key, token: Uuid::new_v4().simple().to_string() }
}

/// Takes the claim, or waits for what whoever has it stores. `what` is the claim's name.
pub(crate) async fn take<S: Sink>(
    flow: &Flow,
    watch: &mut Stopwatch<'_, S>,
    request: &Request,
    (key, claim, what): (&str, &Claim, &str),
    effect: &mut Effect,
) -> Turn {
    effect.round_trips += 1;
    let asked = flow.cache.claim(claim, LIFE, key);
    let mut claimed = match watch.wait_through(StepKind::CacheLock, flow.cache.injector(), asked).await {
        Ok(claimed) => claimed,
        Err(error) => {
            watch.note(format!("The {what} could not be taken: {error}. The request loads by itself."));
            effect.in_vain = true;
            return Turn::Nobodys;
        }
    };
    effect.lookups += 1;
    if !claimed.taken && claimed.value.is_none() {
        let began_ns = flow.clock.now_ns();
        let waiting = Waiting { cache: &flow.cache, clock: &*flow.clock, key, claim, began_ns, injected_ns: 0 };
        let waited = watch.wait_for_told(StepKind::Wait, waiting.wait(effect)).await;
        effect.waited_ns = flow.clock.now_ns() - began_ns;
        claimed = match waited {
            Ok(claimed) => claimed,
            Err(in_vain) => {
                let why = match in_vain {
                    InVain::TookTooLong => format!("its patience of {} s ran out", PATIENCE.as_secs()),
                    InVain::Failed(error) => error.to_string(),
                };
                watch.note(format!(
                    "Waiting for the owner of the {what} came to nothing: {why}. The request loads by itself."
                ));
                effect.in_vain = true;
                return Turn::Nobodys;
            }
        };
    }
    let Some(bytes) = claimed.value else { return Turn::Ours };
    match watch.try_time(StepKind::Decode, || decode(request, &bytes)) {
        Ok(answer) => {
            if claimed.taken {
                give_back(flow, watch, (claim, what), effect).await;
            }
            effect.queries_avoided += 1;
            Turn::Found(answer)
        }
        Err(why) => {
            watch.note(format!("The cached value could not be decoded ({why}) and is replaced."));
            if claimed.taken { Turn::Ours } else { Turn::Nobodys }
        }
    }
}

/// Gives the claim back, if it is still ours.
pub(crate) async fn give_back<S: Sink>(
    flow: &Flow,
    watch: &mut Stopwatch<'_, S>,
    (claim, what): (&Claim, &str),
    effect: &mut Effect,
) {
    let asked = flow.cache.release(claim);
    match watch.wait_through(StepKind::CacheLock, flow.cache.injector(), asked).await {
        Ok(ours) => {
            effect.round_trips += if ours { 2 } else { 1 };
            effect.lookups += 1;
            if !ours {
                effect.in_vain = true;
                watch.note(format!(
                    "The {what} was not given back: its {} s had run out or it was deleted, and it may be another's by now.",
                    LIFE.as_secs()
                ));
            }
        }
        Err(error) => watch
            .note(format!("The {what} was not given back: {error}. It goes by itself within {} s.", LIFE.as_secs())),
    }
}

/// A request that waits.
struct Waiting<'a> {
    cache: &'a Cache,
    clock: &'a dyn Clock,
    key: &'a str,
    claim: &'a Claim,
    began_ns: u64,
    /// How much of its time was put into what it asked, on purpose.
    injected_ns: u64,
}

impl Waiting<'_> {
    /// Asks again and again, until the value is there or the claim is ours. Says how much of that time was put in on purpose.
    async fn wait(mut self, effect: &mut Effect) -> (Result<Claimed, InVain>, u64) {
        let claimed = self.claimed(effect).await;
        (claimed, self.injected_ns)
    }

    async fn claimed(&mut self, effect: &mut Effect) -> Result<Claimed, InVain> {
        let Self { cache, claim, key, .. } = *self;
        let (mut pause, longest) = PAUSES;
        loop {
            sleep(pause).await;
            effect.round_trips += 1;
            let (value, held) = self.ask(cache.look_behind(claim, key)).await?;
            effect.lookups += 2;
            if value.is_some() {
                return Ok(Claimed { taken: false, value });
            }
            if !held {
                effect.round_trips += 1;
                let claimed = self.ask(cache.claim(claim, LIFE, key)).await?;
                effect.lookups += 1;
                if claimed.taken || claimed.value.is_some() {
                    return Ok(claimed);
                }
            }
            if u128::from(self.clock.now_ns() - self.began_ns) > PATIENCE.as_nanos() {
                return Err(InVain::TookTooLong);
            }
            pause = (pause * 2).min(longest);
        }
    }

    async fn ask<T>(&mut self, question: impl Future<Output = Result<T, cache::Error>>) -> Result<T, InVain> {
        let Some(injector) = self.cache.injector() else { return question.await.map_err(InVain::Failed) };
        let start_ns = self.clock.now_ns();
        let answer = question.await;
        self.injected_ns += injector.injected_ns(start_ns, self.clock.now_ns(), answer.is_ok());
        answer.map_err(InVain::Failed)
    }
}
