use scene::Act;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trace::{Conditions, Length, ProductId, Query, Workload};
use ts_rs::TS;

/// Something that is done in a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "LessonAction")]
pub struct Action {
    /// The name by which what it came to is spoken of; absent where nobody speaks of it.
    #[serde(default, rename = "as")]
    pub name: Option<String>,
    /// What is done, in words.
    pub says: String,
    /// The key a person would press at the Stage; in a file it may be left out where there is a usual one.
    #[serde(default)]
    pub key: String,
    /// What is done.
    #[serde(rename = "do")]
    pub what: Move,
}

/// What a person would do at the Stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Move {
    /// Ask for a product.
    Send {
        /// Which; the first is 1.
        product: ProductId,
        /// What is asked about it; absent: what the conditions say.
        #[serde(default)]
        query: Option<Query>,
        /// How many times, one after another; absent: once.
        #[serde(default)]
        times: Option<u32>,
    },
    /// Change a product's price: a cent more.
    Write {
        /// Which; the first is 1.
        product: ProductId,
        /// How many times, one after another; absent: once.
        #[serde(default)]
        times: Option<u32>,
    },
    /// Change its price in the database alone, as another program would: the cache is not told.
    WriteBehindTheCache {
        /// Which; the first is 1.
        product: ProductId,
    },
    /// Remove our keys from the cache.
    Clear,
    /// Stop the server behind the cache.
    Stop,
    /// Start it again, empty.
    Revive,
    /// Let all keys expire at one instant.
    Expire {
        /// So many milliseconds from now; 0: now.
        after_ms: u32,
    },
    /// Wait.
    Wait {
        /// For so many milliseconds.
        ms: u32,
    },
    /// Change the conditions: in a file those of the lesson's head with what is given here. What the cache holds stays, unless
    /// its server has to be another.
    Conditions(Conditions),
    /// Send traffic, and wait for its end.
    Traffic {
        /// What is sent. Without a seed of its own it has the lesson's.
        workload: Workload,
        /// What happens meanwhile.
        #[serde(default)]
        acts: Vec<Act>,
    },
    /// Play one take of a scene to its end.
    Scene {
        /// Which scene.
        scene: String,
        /// Which take; absent: the first, in which it goes wrong.
        #[serde(default)]
        take: Option<String>,
    },
}

/// How long one run of a lesson may last, in milliseconds.
const MAX_RUN_MS: u32 = 30_000;

/// How many requests one run of a lesson may send.
const MAX_REQUESTS: u64 = 200_000;

/// The longest a lesson may wait for nothing, in milliseconds.
const MAX_WAIT_MS: u32 = 30_000;

/// How often one click may be repeated.
const MAX_TIMES: u32 = 100;

impl Move {
    /// The key that does it at the Stage; `None` where there is none.
    #[must_use]
    pub fn usual_key(&self) -> Option<&'static str> {
        Some(match self {
            Self::Send { product: 1, .. } => "H",
            Self::Send { .. } => "Space",
            Self::Write { .. } => "W",
            Self::Clear => "X",
            Self::Stop | Self::Revive => "K",
            Self::Conditions(_) | Self::Expire { .. } => "C",
            Self::Traffic { .. } => "T",
            Self::Scene { .. } => "G",
            Self::WriteBehindTheCache { .. } | Self::Wait { .. } => return None,
        })
    }

    /// Whether it makes sense; if not, a sentence says why.
    pub(crate) fn check(&self) -> Result<(), String> {
        match self {
            Self::Send { product: 0, .. }
            | Self::Write { product: 0, .. }
            | Self::WriteBehindTheCache { product: 0 } => Err("Products are numbered from 1.".to_owned()),
            Self::Send { times: Some(times), .. } | Self::Write { times: Some(times), .. }
                if !(1..=MAX_TIMES).contains(times) =>
            {
                Err(format!("A click is repeated 1 to {MAX_TIMES} times; send traffic for more."))
            }
            Self::Expire { after_ms: ms } | Self::Wait { ms } if *ms > MAX_WAIT_MS => {
                Err("A lesson waits for at most 30 s.".to_owned())
            }
            Self::Conditions(conditions) => conditions.check(),
            Self::Traffic { workload, acts } => check_traffic(workload, acts),
            Self::Scene { scene, take } => check_scene(scene, take.as_deref()),
            _ => Ok(()),
        }
    }
}

fn check_traffic(workload: &Workload, acts: &[Act]) -> Result<(), String> {
    workload.check()?;
    match workload.length {
        Length::Time { ms } if ms <= MAX_RUN_MS => {
            if let Some(act) = acts.iter().find(|act| act.at_ms >= ms) {
                return Err(format!("An act at {} ms comes after the end of the traffic.", act.at_ms));
            }
            Ok(())
        }
        Length::Count { requests } if requests <= MAX_REQUESTS => Ok(()),
        _ => Err(format!(
            "The traffic of a lesson must end by itself: give it a length of at most {} s, as in length = {{ kind = \"time\", \
             ms = 2000 }}, or of at most {MAX_REQUESTS} requests.",
            MAX_RUN_MS / 1_000
        )),
    }
}

fn check_scene(name: &str, take: Option<&str>) -> Result<(), String> {
    let scene = scene::Scene::named(name).map_err(|error| error.to_string())?;
    match take {
        Some(take) if scene.takes.iter().all(|known| known.name != take) => {
            let takes = scene.takes.iter().map(|take| format!("\"{}\"", take.name)).collect::<Vec<_>>().join(", ");
            Err(format!("The scene {name} has no take \"{take}\"; its takes are {takes}."))
        }
        _ => Ok(()),
    }
}
