//! Every machine has the same rows.

use std::path::Path;

use database::{Database, Size};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

/// The tables, their columns and the order of their rows.
const TABLES: [(&str, &str, &str); 5] = [
    ("categories", "id, name", "id"),
    ("products", "id, category_id, name, maker, description, price_cents, stock, version", "id"),
    ("reviews", "id, product_id, author, rating, title, body, written_on", "id"),
    ("orders", "id, customer, ordered_on", "id"),
    ("order_items", "order_id, product_id, quantity, price_cents", "order_id, product_id"),
];

/// How many rows each table has, and the FNV-1a hash of those rows as JSON, in order.
async fn checksums(path: &Path) -> Vec<(&'static str, i64, u64)> {
    let mut connection = SqliteConnectOptions::new().filename(path).connect().await.expect("connected");
    let mut sums = Vec::new();
    for (table, columns, order) in TABLES {
        let first = order.split(',').next().unwrap_or_default();
        let sql = format!(
            "SELECT count(*), group_concat(json_array({columns}), char(10) ORDER BY {order})
             FROM {table} GROUP BY {first} / 1000 ORDER BY {first} / 1000"
        );
        let chunks: Vec<(i64, String)> =
            sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&mut connection).await.expect("read");
        let hash = chunks
            .iter()
            .flat_map(|(_, rows)| rows.bytes())
            .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        sums.push((table, chunks.iter().map(|(rows, _)| rows).sum(), hash));
    }
    connection.close().await.expect("closed");
    sums
}

async fn checksums_of(size: Size) -> Vec<(&'static str, i64, u64)> {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = Database::open_or_build(folder.path(), size, |_| {}).await.expect("built");
    opened.database.close().await.expect("closed");
    checksums(&Database::path(folder.path(), size)).await
}

#[tokio::test]
async fn the_tiny_catalogue_has_these_rows_on_every_machine() {
    assert_eq!(
        checksums_of(Size::Tiny).await,
        [
            ("categories", 10, 13_142_112_701_825_454_537),
            ("products", 500, 1_890_466_029_501_075_323),
            ("reviews", 10_000, 3_152_802_597_504_398_184),
            ("orders", 6_000, 13_753_573_628_251_330_330),
            ("order_items", 15_398, 2_583_060_178_355_951_580),
        ]
    );
}

#[tokio::test]
async fn the_small_catalogue_has_these_rows_on_every_machine() {
    assert_eq!(
        checksums_of(Size::Small).await,
        [
            ("categories", 40, 15_915_457_472_124_633_439),
            ("products", 10_000, 1_057_686_099_168_276_986),
            ("reviews", 200_000, 11_521_067_856_786_299_659),
            ("orders", 120_000, 13_795_145_896_185_980_059),
            ("order_items", 306_525, 16_548_693_745_010_978_696),
        ]
    );
}
