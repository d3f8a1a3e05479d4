use std::fmt::{self, Display};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ProductId;

/// Which products a workload asks for. Products are numbered from 1 by falling popularity: where some are asked for more
/// often than others, product 1 is the most popular.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Keys {
    /// Each as often as any other.
    Uniform,
    /// By Zipf's law: the product of rank k with a probability proportional to 1 / k^exponent.
    Zipf {
        /// 0.5 (nearly even) to 1.5 (a few take nearly all); YCSB and many a real shop have 0.99.
        exponent: f64,
    },
    /// A few take most, all of them alike; so do the rest.
    HotSet {
        /// Which share of the requests goes to the hot products, in percent.
        requests_percent: f64,
        /// How many of the products are hot, in percent.
        keys_percent: f64,
    },
    /// One after another, and from the beginning again.
    Scan,
    /// The newest most of all: each write makes the next product the latest, and reads fall off behind it by Zipf's law.
    Latest {
        /// As for Zipf.
        exponent: f64,
    },
    /// Always the same.
    One {
        /// Which one.
        product: ProductId,
    },
    /// Whatever other programs ask for at the HTTP front door.
    Visitors,
}

impl Default for Keys {
    fn default() -> Self {
        Self::Zipf { exponent: 0.99 }
    }
}

impl Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uniform => f.write_str("uniform"),
            Self::Zipf { exponent } => write!(f, "Zipf {exponent}"),
            Self::HotSet { requests_percent, keys_percent } => {
                write!(f, "{requests_percent} % to {keys_percent} % of the keys")
            }
            Self::Scan => f.write_str("scan"),
            Self::Latest { exponent } => write!(f, "latest {exponent}"),
            Self::One { product } => write!(f, "product {product}"),
            Self::Visitors => f.write_str("whatever visitors ask for"),
        }
    }
}

impl Keys {
    /// Whether they make sense; if not, a sentence says why.
    pub(crate) fn check(self) -> Result<(), String> {
        let percent = |value: f64| value > 0.0 && value <= 100.0;
        match self {
            Self::Zipf { exponent } | Self::Latest { exponent } if !(0.5..=1.5).contains(&exponent) => {
                Err("The exponent of Zipf's law must be between 0.5 and 1.5.".to_owned())
            }
            Self::HotSet { requests_percent, keys_percent } if !percent(requests_percent) || !percent(keys_percent) => {
                Err("The shares of a hot set must be more than 0 % and at most 100 %.".to_owned())
            }
            Self::One { product: 0 } => Err("Products are numbered from 1.".to_owned()),
            _ => Ok(()),
        }
    }
}
