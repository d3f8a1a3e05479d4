//! A report: one HTML file with everything in it, to be read, printed and attached.

mod described;
mod page;
mod sections;
#[cfg(test)]
mod tests;

pub use page::html;
pub use sections::{charts, conditions, environment, method, results, where_the_time_went};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::chart::{Chart, Table};

/// What a report says, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportContent {
    /// What it is called.
    pub title: String,
    /// Its sections.
    pub sections: Vec<Section>,
}

/// A part of a report under a heading.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// What stands in it, in order.
    pub parts: Vec<Part>,
}

/// What stands in a section. All text is plain: what looks like HTML is shown as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
#[ts(rename = "SectionPart")]
pub enum Part {
    /// A paragraph.
    Sentence(String),
    /// A paragraph in larger letters: what it comes to.
    Finding(String),
    /// A paragraph that is not to be overlooked.
    Warning(String),
    /// Sentences below one another.
    List(Vec<String>),
    /// A table that is always seen.
    Table {
        /// What it shows.
        caption: String,
        /// The numbers.
        table: Table,
    },
    /// A picture, with its table to be unfolded.
    Chart(Chart),
    /// Lines as a machine wrote them, to be unfolded.
    Lines {
        /// What they are.
        summary: String,
        /// The lines.
        text: String,
    },
}

/// How a report came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The version of Cachescope that wrote it.
    pub app: String,
    /// When, in milliseconds since 1970.
    pub at_unix_ms: u64,
}

impl Section {
    /// A section with that heading.
    #[must_use]
    pub fn new(heading: &str, parts: Vec<Part>) -> Self {
        Self { heading: heading.to_owned(), parts }
    }
}
