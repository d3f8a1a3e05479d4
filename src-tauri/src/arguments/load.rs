//! The options of traffic.

use std::time::Duration;

use clap::{Args, ValueEnum};
use trace::{Keys, Length, Mix, Pace, Preset, ProductId, Rate, Spacing, Workload};

use super::ConditionArguments;
use super::value::{duration, milliseconds};

/// Which keys, or a preset of keys and mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WorkloadName {
    /// Reads of products by Zipf's law: a few take most
    Zipf,
    /// Reads of every product alike
    Uniform,
    /// Reads, most of them of a few products (--hot)
    HotSet,
    /// Reads of one product after another
    Scan,
    /// Writes make the next product the latest, reads fall off behind it
    Latest,
    /// Reads of one product (--product)
    OneKey,
    /// YCSB A: half reads, half writes
    YcsbA,
    /// YCSB B: 95 % reads, 5 % writes
    YcsbB,
    /// YCSB C: reads only
    YcsbC,
    /// YCSB D: 95 % reads of the latest, 5 % writes
    YcsbD,
    /// YCSB E: runs of up to 100 reads, 5 % writes
    YcsbE,
    /// YCSB F: half reads, half writes each after a read
    YcsbF,
}

#[derive(Debug, Args)]
pub(crate) struct LoadArguments {
    /// Which products are asked for, and how
    #[arg(long, value_enum, default_value = "zipf")]
    workload: WorkloadName,
    /// Requests a second, sent when they are due whether or not earlier ones were answered. Without it each client waits
    /// for its answer before it sends its next (closed loop)
    #[arg(long, value_name = "N")]
    rate: Option<f64>,
    /// Space them at random (a Poisson process) instead of evenly
    #[arg(long, requires = "rate")]
    poisson: bool,
    /// Let the rate rise or fall from --rate to this one over the run
    #[arg(long, value_name = "N", requires = "rate")]
    ramp_to: Option<f64>,
    /// Go from --rate to --ramp-to in so many equal steps instead of a straight line
    #[arg(long, value_name = "N", requires = "ramp_to")]
    steps: Option<u32>,
    /// Once every ten seconds, for one second, send this many a second
    #[arg(long, value_name = "N", requires = "rate", conflicts_with = "ramp_to")]
    burst: Option<f64>,
    /// How long: 500ms, 10s, 5m [default: 10s, unless --count is given]
    #[arg(long, value_parser = duration)]
    duration: Option<Duration>,
    /// How many requests
    #[arg(long, value_name = "N", conflicts_with = "duration")]
    count: Option<u64>,
    /// How many requests may be under way at once
    #[arg(long, value_name = "N", default_value_t = 64)]
    clients: u32,
    /// Where chance begins: the same seed sends the same requests
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Draw from this many products, the most popular first [default: all]
    #[arg(long, value_name = "N")]
    keys: Option<ProductId>,
    /// The product of one-key
    #[arg(long, value_name = "NUMBER", default_value_t = 42)]
    product: ProductId,
    /// Exponent of Zipf's law, 0.5 to 1.5
    #[arg(long, value_name = "S", default_value_t = 0.99)]
    exponent: f64,
    /// hot-set: which percentage of the requests goes to which percentage of the products
    #[arg(long, value_name = "PERCENT:PERCENT", default_value = "80:20", value_parser = hot_set)]
    hot: (f64, f64),
    /// Writes among the operations, in percent [default: none, or the preset's]
    #[arg(long, value_name = "PERCENT")]
    writes: Option<f64>,
    /// Reads of products that do not exist among the reads, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 0.0)]
    missing: f64,
    /// Read every product once before, untimed, so that the run begins with a full cache
    #[arg(long)]
    warm: bool,
    /// Print one JSON object on standard output instead of a table
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) conditions: ConditionArguments,
}

impl LoadArguments {
    /// The workload they describe. Whether it makes sense is for the laboratory to say.
    pub(crate) fn workload(&self) -> Workload {
        let preset = match self.workload {
            WorkloadName::YcsbA => Some(Preset::YcsbA),
            WorkloadName::YcsbB => Some(Preset::YcsbB),
            WorkloadName::YcsbC => Some(Preset::YcsbC),
            WorkloadName::YcsbD => Some(Preset::YcsbD),
            WorkloadName::YcsbE => Some(Preset::YcsbE),
            WorkloadName::YcsbF => Some(Preset::YcsbF),
            _ => None,
        };
        let exponent = self.exponent;
        let keys = match (self.workload, preset.map(Preset::keys)) {
            (WorkloadName::Uniform, _) => Keys::Uniform,
            (WorkloadName::HotSet, _) => Keys::HotSet { requests_percent: self.hot.0, keys_percent: self.hot.1 },
            (WorkloadName::Scan, _) => Keys::Scan,
            (WorkloadName::OneKey, _) => Keys::One { product: self.product },
            (WorkloadName::Latest, _) | (_, Some(Keys::Latest { .. })) => Keys::Latest { exponent },
            _ => Keys::Zipf { exponent },
        };
        let mix = preset.map_or_else(Mix::default, Preset::mix);
        let length = match (self.count, self.duration) {
            (Some(requests), _) => Length::Count { requests },
            (None, duration) => Length::Time { ms: milliseconds(duration.unwrap_or(Duration::from_secs(10))) },
        };
        Workload {
            keys,
            products: self.keys,
            mix: Mix { write_percent: self.writes.unwrap_or(mix.write_percent), missing_percent: self.missing, ..mix },
            pace: self.rate.map_or(Pace::Closed, |rate| self.pace(rate, length)),
            clients: self.clients,
            length,
            warm: self.warm,
            seed: self.seed,
        }
    }

    fn pace(&self, rate: f64, length: Length) -> Pace {
        let over_ms = if let Length::Time { ms } = length { ms } else { 10_000 };
        let rate = match (self.ramp_to, self.steps, self.burst) {
            (Some(to), None, _) => Rate::Ramp { from: rate, to, over_ms },
            (Some(to), Some(steps), _) => {
                Rate::Steps { from: rate, to, steps, every_ms: (over_ms / steps.max(1)).max(1) }
            }
            (None, _, Some(peak)) => Rate::Bursts { base: rate, peak, every_ms: 10_000, for_ms: 1_000 },
            (None, _, None) => Rate::Steady { per_second: rate },
        };
        Pace::Open { rate, spacing: if self.poisson { Spacing::Poisson } else { Spacing::Constant } }
    }
}

fn hot_set(text: &str) -> Result<(f64, f64), String> {
    let parts = text.split_once(':').and_then(|(requests, keys)| Some((requests.parse().ok()?, keys.parse().ok()?)));
    parts.ok_or_else(|| "write it as 80:20, percent of the requests : percent of the products".to_owned())
}
