use serde::{Deserialize, Serialize};
use trace::ProductId;

use super::Columns;
use super::lookup::Product;

/// What the page of a product shows: 1 to 3 kB of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The product.
    pub product: Product,
    /// Its category.
    pub category: Category,
    /// What its reviewers gave it.
    pub ratings: Ratings,
    /// Its five newest reviews, newest first.
    pub newest_reviews: Vec<Review>,
    /// The five products most often in the same order, most often first.
    pub bought_together: Vec<Companion>,
}

/// A product's category, and how its products are rated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Its number, from 1.
    pub id: u32,
    /// What it is called.
    pub name: String,
    /// How many of its products have been reviewed.
    pub reviewed_products: u64,
    /// The average of all their reviews in hundredths of a star; absent where there are none.
    pub average_hundredths: Option<u64>,
}

/// How many reviews gave how many stars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ratings {
    /// How many reviews there are.
    pub reviews: u64,
    /// Their average in hundredths of a star; absent where there are none.
    pub average_hundredths: Option<u64>,
    /// How many gave one, two, three, four and five stars.
    pub histogram: [u64; 5],
}

/// A review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Who wrote it.
    pub author: String,
    /// One to five stars.
    pub rating: u32,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// The day it was written, such as `2025-03-14`.
    pub written_on: String,
}

/// A product that is bought together with another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Companion {
    /// Its number.
    pub id: ProductId,
    /// What it is called.
    pub name: String,
    /// What it costs, in cents.
    pub price_cents: u64,
    /// How many orders hold both.
    pub orders: u64,
}

impl Page {
    pub(super) fn from_row(row: &impl Columns) -> Result<Self, sqlx::Error> {
        let product = Product::from_row(row)?;
        let histogram: [u64; 5] =
            [row.unsigned(12)?, row.unsigned(13)?, row.unsigned(14)?, row.unsigned(15)?, row.unsigned(16)?];
        let reviews = histogram.iter().sum();
        let stars = (1..).zip(histogram).map(|(stars, count)| stars * count).sum();
        Ok(Self {
            category: Category {
                id: product.category_id,
                name: row.owned(8)?,
                reviewed_products: row.unsigned(9)?,
                average_hundredths: average_hundredths(row.unsigned(11)?, row.unsigned(10)?),
            },
            product,
            ratings: Ratings { reviews, average_hundredths: average_hundredths(stars, reviews), histogram },
            newest_reviews: row.json(17)?,
            bought_together: row.json(18)?,
        })
    }
}

/// Rounded to the nearest hundredth, halves up.
fn average_hundredths(sum: u64, count: u64) -> Option<u64> {
    (sum * 200 + count).checked_div(count * 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_are_rounded_to_hundredths() {
        assert_eq!(average_hundredths(0, 0), None);
        assert_eq!([average_hundredths(13, 3), average_hundredths(14, 3)], [Some(433), Some(467)]);
        assert_eq!(average_hundredths(801, 200), Some(401)); // 4.005
    }
}
