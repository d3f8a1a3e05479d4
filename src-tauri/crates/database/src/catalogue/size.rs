use std::fmt::{self, Display};

/// How big a catalogue is. Rows are the same on every machine.
///
/// A category always has about 250 products (50 in `Tiny`), so that a report of one reads about as many rows a product
/// in every size.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Size {
    /// For tests: 500 products and 10,000 reviews, built in tens of milliseconds.
    Tiny,
    /// 10,000 products and 200,000 reviews, built at first start in a few seconds.
    #[default]
    Small,
    /// 100,000 products and 2,000,000 reviews.
    Medium,
    /// 1,000,000 products and 20,000,000 reviews.
    Large,
}

impl Size {
    /// The size's name, as it stands in the file's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tiny => "tiny",
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }

    /// How many categories it has.
    #[must_use]
    pub fn categories(self) -> u64 {
        match self {
            Self::Tiny => 10,
            Self::Small => 40,
            Self::Medium => 400,
            Self::Large => 4_000,
        }
    }

    /// How many products it has; they are numbered from 1.
    #[must_use]
    pub fn products(self) -> u64 {
        match self {
            Self::Tiny => 500,
            Self::Small => 10_000,
            Self::Medium => 100_000,
            Self::Large => 1_000_000,
        }
    }

    /// How many reviews it has: 20 a product, though popular products have far more.
    #[must_use]
    pub fn reviews(self) -> u64 {
        self.products() * 20
    }

    /// How many orders it has, each of one to five products.
    #[must_use]
    pub fn orders(self) -> u64 {
        self.products() * 12
    }
}

impl Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
