//! What each row of the catalogue says. A row is made from its number alone.

use trace::ProductId;

use super::calendar::{date, day_of_row};
use super::dice::Dice;
use super::popularity::Popularity;
use super::size::Size;
use super::words::{
    CLOSINGS, COLOURS, FEATURES, FOR_WHOM, FROM_WHERE, INITIALS, KINDS, MAKERS, MANNERS, MATERIALS, NAMES, OCCASIONS,
    OPENINGS, PERIODS, TITLES, USES,
};

/// Keeps the dice of one table apart from those of another.
mod purpose {
    pub(super) const PRODUCT: u64 = 1;
    pub(super) const PRICE: u64 = 2;
    pub(super) const QUALITY: u64 = 3;
    pub(super) const REVIEW: u64 = 4;
    pub(super) const ORDER: u64 = 5;
    pub(super) const COMPANION: u64 = 6;
}

/// Out of 100, how many reviews give one to five stars, for products from bad to good.
const RATINGS: [[u64; 5]; 5] =
    [[28, 24, 22, 16, 10], [14, 17, 26, 27, 16], [7, 9, 20, 36, 28], [4, 5, 12, 35, 44], [2, 3, 6, 25, 64]];

/// Out of 100, how many products are bad to good.
const QUALITIES: [u64; 5] = [6, 14, 30, 32, 18];

/// Out of 100, how many orders are for one to five products.
const BASKETS: [u64; 5] = [25, 30, 20, 15, 10];

/// Out of 100, how many of the further products of an order are companions of its first.
const COMPANY: u64 = 60;

/// How many companions a product has: those it is bought together with more often than by chance.
const COMPANIONS: u64 = 6;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Category {
    pub(crate) id: u64,
    pub(crate) name: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Product {
    pub(crate) id: ProductId,
    pub(crate) category_id: u64,
    pub(crate) name: String,
    pub(crate) maker: &'static str,
    pub(crate) description: String,
    pub(crate) price_cents: u64,
    pub(crate) stock: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Review {
    pub(crate) id: u64,
    pub(crate) product_id: ProductId,
    pub(crate) author: String,
    pub(crate) rating: u64,
    pub(crate) title: &'static str,
    pub(crate) body: String,
    pub(crate) written_on: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) id: u64,
    pub(crate) customer: String,
    pub(crate) ordered_on: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrderItem {
    pub(crate) order_id: u64,
    pub(crate) product_id: ProductId,
    pub(crate) quantity: u64,
    pub(crate) price_cents: u64,
}

/// Every row of the catalogue of one size.
#[derive(Debug)]
pub(crate) struct Rows {
    size: Size,
    popularity: Popularity,
}

impl Rows {
    pub(crate) fn of(size: Size) -> Self {
        Self { size, popularity: Popularity::new(size.products()) }
    }

    pub(crate) fn categories(&self) -> impl Iterator<Item = Category> {
        (1..=self.size.categories()).map(|id| Category { id, name: category_name(id) })
    }

    pub(crate) fn products(&self) -> impl Iterator<Item = Product> {
        (1..=self.size.products()).map(|id| self.product(id as ProductId))
    }

    pub(crate) fn reviews(&self) -> impl Iterator<Item = Review> {
        (1..=self.size.reviews()).map(|id| self.review(id))
    }

    pub(crate) fn orders(&self) -> impl Iterator<Item = Order> {
        let orders = self.size.orders();
        (1..=orders).map(move |id| Order {
            id,
            customer: person(&mut Dice::new(purpose::ORDER, id << 1)),
            ordered_on: date(day_of_row(id - 1, orders)),
        })
    }

    pub(crate) fn order_items(&self) -> impl Iterator<Item = OrderItem> {
        (1..=self.size.orders()).flat_map(|id| self.items_of(id))
    }

    /// How many rows [`order_items`](Self::order_items) has.
    pub(crate) fn count_order_items(&self) -> u64 {
        (1..=self.size.orders()).map(|id| basket_size(&mut item_dice(id))).sum()
    }

    fn product(&self, id: ProductId) -> Product {
        let mut dice = Dice::new(purpose::PRODUCT, id.into());
        let category_id = 1 + dice.below(self.size.categories());
        let kind = &KINDS[(category_id - 1) as usize % KINDS.len()];
        let one = dice.pick(&kind.one);
        let maker = dice.pick(&MAKERS);
        let manner = dice.pick(&MANNERS);
        Product {
            id,
            category_id,
            name: format!("{maker} {manner} {one}, {}", dice.pick(&COLOURS)),
            maker,
            description: format!(
                "{} by {maker}, in {}, for {}. {} {}",
                sentence_case(manner, one),
                dice.pick(&MATERIALS),
                dice.pick(&OCCASIONS),
                dice.pick(&FEATURES[..8]),
                dice.pick(&FEATURES[8..]),
            ),
            price_cents: price_cents(id, kind.from_cents),
            stock: dice.below(400),
        }
    }

    fn review(&self, id: u64) -> Review {
        let mut dice = Dice::new(purpose::REVIEW, id);
        let product_id = self.popularity.pick(&mut dice);
        let quality = Dice::new(purpose::QUALITY, product_id.into()).weighted(&QUALITIES);
        let stars = dice.weighted(&RATINGS[quality]);
        let opening = dice.pick(&OPENINGS[stars]);
        let used = dice.pick(&USES).replace("{}", dice.pick(&PERIODS));
        Review {
            id,
            product_id,
            author: person(&mut dice),
            rating: stars as u64 + 1,
            title: dice.pick(&TITLES[stars]),
            body: format!("{opening} {used} {}", dice.pick(&CLOSINGS[stars])),
            written_on: date(day_of_row(id - 1, self.size.reviews())),
        }
    }

    /// The products of one order: the first by popularity, the further ones mostly its companions.
    fn items_of(&self, order_id: u64) -> Vec<OrderItem> {
        let mut dice = item_dice(order_id);
        let count = basket_size(&mut dice);
        let mut items: Vec<OrderItem> = Vec::with_capacity(count as usize);
        while (items.len() as u64) < count {
            let mut product_id = match items.first() {
                Some(first) if dice.below(100) < COMPANY => {
                    let which = dice.below(COMPANIONS);
                    let first = u64::from(first.product_id);
                    self.popularity.pick(&mut Dice::new(purpose::COMPANION, first * COMPANIONS + which))
                }
                _ => self.popularity.pick(&mut dice),
            };
            while items.iter().any(|item| item.product_id == product_id) {
                product_id = product_id % self.size.products() as ProductId + 1;
            }
            items.push(OrderItem {
                order_id,
                product_id,
                quantity: 1 + dice.weighted(&[80, 15, 5]) as u64,
                price_cents: self.price_of(product_id),
            });
        }
        items
    }

    /// The product's price without the rest of its row: its category is the first throw of its dice.
    fn price_of(&self, id: ProductId) -> u64 {
        let category = Dice::new(purpose::PRODUCT, id.into()).below(self.size.categories());
        price_cents(id, KINDS[category as usize % KINDS.len()].from_cents)
    }
}

fn item_dice(order: u64) -> Dice {
    Dice::new(purpose::ORDER, order << 1 | 1)
}

/// The first throw of an order's dice.
fn basket_size(dice: &mut Dice) -> u64 {
    dice.weighted(&BASKETS) as u64 + 1
}

/// From the price the kind begins at to four times that, ending in 99, 50 or 00.
fn price_cents(id: ProductId, from_cents: u64) -> u64 {
    let mut dice = Dice::new(purpose::PRICE, id.into());
    (from_cents + dice.below(from_cents * 3)) / 100 * 100 + dice.pick(&[99, 99, 50, 0])
}

fn category_name(id: u64) -> String {
    let index = (id - 1) as usize;
    let kind = KINDS[index % KINDS.len()].name;
    let whom = FOR_WHOM[index / KINDS.len() % FOR_WHOM.len()];
    let from = FROM_WHERE[index / KINDS.len() / FOR_WHOM.len() % FROM_WHERE.len()];
    let before = match (from, whom) {
        ("", whom) => whom.to_owned(),
        (from, "") => from.to_owned(),
        (from, whom) => format!("{from} {}", whom.to_lowercase()),
    };
    if before.is_empty() { kind.to_owned() } else { format!("{before} {}", kind.to_lowercase()) }
}

fn person(dice: &mut Dice) -> String {
    format!("{} {}.", dice.pick(&NAMES), char::from(dice.pick(INITIALS)))
}

/// `Heavy-Duty` and `Frying Pan` as `Heavy-duty frying pan`.
fn sentence_case(manner: &str, one: &str) -> String {
    let mut words = format!("{manner} {one}").to_lowercase();
    words[..1].make_ascii_uppercase();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_reads_like_one() {
        let product = Rows::of(Size::Small).product(42);
        assert_eq!(product.name, "Hollis Slim Guitar Stand, Rust");
        assert_eq!(
            product.description,
            "Slim guitar stand by Hollis, in oiled oak, for early mornings. No tools are needed to set it up. Made in small \
             batches and numbered by hand."
        );
    }

    #[test]
    fn categories_have_names_of_their_own_in_every_size() {
        let mut names: Vec<_> = Rows::of(Size::Large).categories().map(|category| category.name).collect();
        assert_eq!(
            (&*names[0], &*names[41], &*names[3_999]),
            ("Backpacks", "Beginners' coffee", "New Zealand luxury radios")
        );
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 4_000);
    }

    #[test]
    fn an_order_names_each_product_once_and_at_its_price() {
        let rows = Rows::of(Size::Tiny);
        let prices: Vec<_> = rows.products().map(|product| product.price_cents).collect();
        for order in 1..=Size::Tiny.orders() {
            let items = rows.items_of(order);
            let mut products: Vec<_> = items.iter().map(|item| item.product_id).collect();
            products.sort_unstable();
            products.dedup();
            assert_eq!(products.len(), items.len());
            assert!(items.iter().all(|item| item.price_cents == prices[item.product_id as usize - 1]));
        }
    }

    #[test]
    fn order_items_are_counted_without_being_made() {
        let rows = Rows::of(Size::Tiny);
        assert_eq!(rows.count_order_items(), rows.order_items().count() as u64);
    }

    #[test]
    fn popular_products_have_many_reviews_and_the_last_have_few() {
        let rows = Rows::of(Size::Small);
        let mut reviews = vec![0_u32; 10_001];
        rows.reviews().for_each(|review| reviews[review.product_id as usize] += 1);
        assert!(reviews[1] > 500, "{}", reviews[1]);
        assert!(reviews[9_900..].iter().all(|&count| count < 30));
    }
}
