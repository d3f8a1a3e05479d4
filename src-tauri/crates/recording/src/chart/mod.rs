//! Pictures of recordings, each with its numbers as a table.
//!
//! A chart's SVG has classes and places only: it can stand in a page under a strict content security policy, which brings the
//! stylesheet ([`style`]). [`Chart::standalone`] carries its own, and [`Chart::png`] needs neither a browser nor fonts.
//!
//! Charts of recordings take them as pairs of a name and a recording, the baseline first. Every recording has its colour, its
//! dashes and its shape, the same in each chart.

mod break_even;
mod distribution;
mod forest;
mod over_time;
mod percentiles;
mod plot;
mod png;
mod scale;
mod steps;
mod style;
mod svg;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use break_even::{BreakEvenLine, break_even};
pub use distribution::distribution;
pub use forest::{ForestRow, forest};
pub use over_time::{hit_ratio, latency, throughput};
pub use percentiles::percentiles;
pub use png::PictureError;
pub use steps::steps;
pub use style::{Theme, style, style_of_system};
pub(crate) use svg::escaped;

use crate::Recording;

/// A picture and the numbers behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// The picture: one `<svg class="chart">`, 800 wide, with classes and places only.
    pub svg: String,
    /// The same as a table.
    pub table: Table,
}

/// Numbers in rows, as they are read: with three digits and their unit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Table {
    /// What stands in each column.
    pub head: Vec<String>,
    /// As many cells each as the head has.
    pub rows: Vec<Vec<String>>,
}

/// A recording and what it is called.
pub type Named<'a> = (&'a str, &'a Recording);

impl Chart {
    /// The picture as a file of its own: with its colours, light or dark as the system asks.
    #[must_use]
    pub fn standalone(&self) -> String {
        self.styled(&style_of_system())
    }

    fn styled(&self, style: &str) -> String {
        let (open, rest) = self.svg.split_once('>').unwrap_or((&self.svg, ""));
        format!("{open}><style>{style}</style><rect class=\"chart-back\" width=\"100%\" height=\"100%\"/>{rest}\n")
    }
}

/// What a cell says where there is nothing to tell.
pub(crate) const NOTHING: &str = "–";

fn cell<T>(value: Option<T>, written: impl Fn(T) -> String) -> String {
    value.map_or_else(|| NOTHING.to_owned(), written)
}

/// How many were recorded, in words for a description.
fn names(recordings: &[Named<'_>]) -> String {
    recordings.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

fn legend(recordings: &[Named<'_>], sign: impl Fn(usize) -> plot::Sign) -> Vec<plot::Entry> {
    let entry = |(index, (name, _)): (usize, &Named<'_>)| plot::Entry { name: (*name).to_owned(), sign: sign(index) };
    recordings.iter().enumerate().map(entry).collect()
}
