//! Each answer against a naive recomputation: whole tables read into memory, and counted in plain loops.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use database::{Answer, BestSeller, Companion, Database, Page, Report, Review};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use trace::{ProductId, Query, Request};

use crate::tiny;

const PRODUCTS: [ProductId; 5] = [1, 2, 42, 250, 500];

/// The tables, as they are.
struct Tables {
    /// id, category_id, name, price_cents
    products: Vec<(u32, u32, String, i64)>,
    /// id, name
    categories: Vec<(u32, String)>,
    /// id, product_id, author, rating, title, body, written_on
    reviews: Vec<(i64, u32, String, u32, String, String, String)>,
    /// id, ordered_on
    orders: Vec<(i64, String)>,
    /// order_id, product_id, quantity, price_cents
    items: Vec<(i64, u32, i64, i64)>,
}

impl Tables {
    async fn of(database: &Database) -> Self {
        let mut connection = connect(database).await;
        Self {
            products: sqlx::query_as("SELECT id, category_id, name, price_cents FROM products")
                .fetch_all(&mut connection)
                .await
                .expect("products"),
            categories: sqlx::query_as("SELECT id, name FROM categories")
                .fetch_all(&mut connection)
                .await
                .expect("categories"),
            reviews: sqlx::query_as("SELECT id, product_id, author, rating, title, body, written_on FROM reviews")
                .fetch_all(&mut connection)
                .await
                .expect("reviews"),
            orders: sqlx::query_as("SELECT id, ordered_on FROM orders")
                .fetch_all(&mut connection)
                .await
                .expect("orders"),
            items: sqlx::query_as("SELECT order_id, product_id, quantity, price_cents FROM order_items")
                .fetch_all(&mut connection)
                .await
                .expect("items"),
        }
    }

    fn category_of(&self, product: ProductId) -> u32 {
        self.products.iter().find(|row| row.0 == product).expect("it exists").1
    }

    fn histogram(&self, product: ProductId) -> [u64; 5] {
        let mut histogram = [0; 5];
        for review in self.reviews.iter().filter(|review| review.1 == product) {
            histogram[review.3 as usize - 1] += 1;
        }
        histogram
    }

    fn newest_reviews(&self, product: ProductId) -> Vec<Review> {
        let mut reviews: Vec<_> = self.reviews.iter().filter(|review| review.1 == product).collect();
        reviews.sort_by_key(|review| Reverse((&review.6, review.0)));
        let newest = reviews.into_iter().take(5).cloned();
        newest
            .map(|(_, _, author, rating, title, body, written_on)| Review { author, rating, title, body, written_on })
            .collect()
    }

    fn bought_together(&self, product: ProductId) -> Vec<Companion> {
        let with: BTreeSet<_> = self.items.iter().filter(|item| item.1 == product).map(|item| item.0).collect();
        let mut orders = BTreeMap::new();
        for item in self.items.iter().filter(|item| item.1 != product && with.contains(&item.0)) {
            *orders.entry(item.1).or_insert(0) += 1;
        }
        let mut counted: Vec<_> = orders.into_iter().collect();
        counted.sort_by_key(|&(id, orders)| (Reverse(orders), id));
        let most = counted.into_iter().take(5);
        most.map(|(id, orders)| {
            let (_, _, name, price) = self.products.iter().find(|row| row.0 == id).expect("it exists").clone();
            Companion { id, name, price_cents: price.unsigned_abs(), orders }
        })
        .collect()
    }

    fn best_sellers(&self, category: u32) -> Vec<BestSeller> {
        let in_2025: BTreeSet<_> =
            self.orders.iter().filter(|order| order.1.starts_with("2025")).map(|order| order.0).collect();
        let mut sellers: Vec<_> = self
            .products
            .iter()
            .filter(|product| product.1 == category)
            .map(|(id, _, name, _)| {
                let mut seller = BestSeller { id: *id, name: name.clone(), orders: 0, units: 0, revenue_cents: 0 };
                for item in self.items.iter().filter(|item| item.1 == *id && in_2025.contains(&item.0)) {
                    seller.orders += 1;
                    seller.units += item.2.unsigned_abs();
                    seller.revenue_cents += (item.2 * item.3).unsigned_abs();
                }
                seller
            })
            .filter(|seller| seller.orders > 0)
            .collect();
        sellers.sort_by_key(|seller| (Reverse(seller.revenue_cents), seller.id));
        sellers
    }
}

async fn connect(database: &Database) -> SqliteConnection {
    let overview = database.overview().await.expect("an overview");
    let path = overview.file().expect("a file").to_owned();
    SqliteConnectOptions::new().filename(path).connect().await.expect("connected")
}

async fn page(database: &Database, product: ProductId) -> Page {
    match database.query(Query::Page, product).await.expect("an answer") {
        Some(Answer::Page(page)) => page,
        other => panic!("{other:?}"),
    }
}

async fn report(database: &Database, product: ProductId) -> Report {
    match database.query(Query::Report, product).await.expect("an answer") {
        Some(Answer::Report(report)) => report,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_lookup_is_the_products_row() {
    let (_folder, database) = tiny().await;
    let tables = Tables::of(&database).await;
    for id in PRODUCTS {
        let Some(Answer::Lookup(product)) = database.query(Query::Lookup, id).await.expect("an answer") else {
            panic!("product {id} exists");
        };
        let (_, category, name, price) = tables.products[id as usize - 1].clone();
        assert_eq!((product.id, product.category_id, product.name), (id, category, name));
        assert_eq!((product.price_cents, product.version), (price.unsigned_abs(), 1));
    }
}

#[tokio::test]
async fn a_page_is_what_plain_loops_find() {
    let (_folder, database) = tiny().await;
    let tables = Tables::of(&database).await;
    for id in PRODUCTS {
        let page = page(&database, id).await;
        assert_eq!(page.ratings.histogram, tables.histogram(id));
        assert_eq!(page.ratings.reviews, tables.histogram(id).iter().sum::<u64>());
        assert_eq!(page.newest_reviews, tables.newest_reviews(id));
        assert_eq!(page.bought_together, tables.bought_together(id));

        let category = tables.category_of(id);
        let ratings: Vec<_> = tables
            .reviews
            .iter()
            .filter(|review| tables.category_of(review.1) == category)
            .map(|review| u64::from(review.3))
            .collect();
        let (sum, count) = (ratings.iter().sum::<u64>(), ratings.len() as u64);
        assert_eq!(page.category.average_hundredths, Some((sum * 200 + count) / (count * 2)));
        assert_eq!(page.category.name, tables.categories[category as usize - 1].1);
    }
}

#[tokio::test]
async fn a_report_is_what_plain_loops_find() {
    let (_folder, database) = tiny().await;
    let tables = Tables::of(&database).await;
    for id in PRODUCTS {
        let report = report(&database, id).await;
        let sellers = tables.best_sellers(tables.category_of(id));
        assert_eq!(report.best_sellers, sellers[..10]);
        assert_eq!(report.products_sold, sellers.len() as u64);
        assert_eq!(report.order_lines, sellers.iter().map(|seller| seller.orders).sum::<u64>());
        assert_eq!(report.units, sellers.iter().map(|seller| seller.units).sum::<u64>());
        assert_eq!(report.revenue_cents, sellers.iter().map(|seller| seller.revenue_cents).sum::<u64>());
    }
}

#[tokio::test]
async fn a_product_that_does_not_exist_is_an_answer() {
    let (_folder, database) = tiny().await;
    for id in [0, 501, ProductId::MAX] {
        for query in Query::ALL {
            assert_eq!(database.query(query, id).await.expect("an answer"), None);
        }
        assert_eq!(database.write(id).await.expect("an answer"), None);
    }
}

#[tokio::test]
async fn a_product_nobody_reviewed_or_bought_has_a_page_all_the_same() {
    let (_folder, database) = tiny().await;
    let mut connection = connect(&database).await;
    sqlx::raw_sql("DELETE FROM reviews; DELETE FROM order_items").execute(&mut connection).await.expect("deleted");
    connection.close().await.expect("closed");

    let page = page(&database, 42).await;
    assert_eq!((page.ratings.reviews, page.ratings.average_hundredths), (0, None));
    assert_eq!((page.category.reviewed_products, page.category.average_hundredths), (0, None));
    assert!(page.newest_reviews.is_empty() && page.bought_together.is_empty());
    assert_eq!(report(&database, 42).await.revenue_cents, 0);
}

#[tokio::test]
async fn answers_survive_json_exactly_and_name_their_query() {
    let (_folder, database) = tiny().await;
    for query in Query::ALL {
        for id in 1..=100 {
            let answer = database.query(query, id).await.expect("an answer").expect("it exists");
            let json = serde_json::to_vec(&answer).expect("encoded");
            assert!(json.starts_with(format!("{{\"{query}\":{{").as_bytes()));
            assert_eq!(serde_json::from_slice::<Answer>(&json).expect("decoded"), answer);
            assert_eq!(answer.query(), query);
            if query == Query::Page {
                assert!((1_000..3_000).contains(&json.len()), "{} bytes", json.len());
            }
        }
    }
}

#[tokio::test]
async fn a_write_costs_a_cent_and_makes_a_version_that_the_next_page_shows() {
    let (_folder, database) = tiny().await;
    let before = page(&database, 42).await.product;
    let written = database.write(42).await.expect("written").expect("it exists");
    assert_eq!((written.id, written.price_cents, written.version), (42, before.price_cents + 1, 2));
    let after = page(&database, 42).await.product;
    assert_eq!((after.price_cents, after.version), (written.price_cents, written.version));
}

#[tokio::test]
async fn every_write_can_be_taken_back() {
    let (_folder, database) = tiny().await;
    let before = (page(&database, 1).await, page(&database, 42).await);
    for product in [42, 1, 42] {
        database.write(product).await.expect("written");
    }
    assert_eq!(database.restore().await.expect("restored"), 2);
    assert_eq!((page(&database, 1).await, page(&database, 42).await), before);
    assert_eq!(database.restore().await.expect("restored"), 0);
}

#[tokio::test]
async fn every_statement_finds_its_rows_by_an_index() {
    let (_folder, database) = tiny().await;
    let requests = Query::ALL.map(|query| Request::read(42, query));
    for request in requests.iter().chain([&Request::write(42)]) {
        for statement in database.explain(request).await.expect("a plan") {
            assert!(statement.sql.contains("?1"));
            assert_eq!(statement.bindings, [("?1".to_owned(), "42".to_owned())]);
            for line in &statement.plan {
                let scanned = line.trim().strip_prefix("SCAN ");
                let table = scanned.and_then(|rest| rest.split(' ').next());
                let gathered =
                    ["shelf", "ratings", "newest_reviews", "bought_together", "total", "sales", "best_sellers"];
                assert!(table.is_none_or(|table| gathered.contains(&table)), "{line}");
            }
        }
    }
    assert_eq!(
        database.query(Query::Lookup, 42).await.expect("an answer").map(|answer| answer.query()),
        Some(Query::Lookup)
    );
}

#[tokio::test]
async fn the_plan_of_a_page_names_its_indexes() {
    let (_folder, database) = tiny().await;
    let statements = database.explain(&Request::read(42, Query::Page)).await.expect("a plan");
    let plan = statements[0].plan.join("\n");
    for index in ["products_of_category", "ratings_of_product", "reviews_of_product", "orders_of_product"] {
        assert!(plan.contains(index), "{plan}");
    }
    assert!(plan.contains("\n  SEARCH reviews USING COVERING INDEX ratings_of_product"), "{plan}");
}
