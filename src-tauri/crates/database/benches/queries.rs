use database::{Database, Size};
use std::time::Instant;
use trace::{ProductId, Query, Request};
fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let dir = tempfile::tempdir().unwrap();
        let start = Instant::now();
        let db = Database::open_or_build(dir.path(), Size::Small, |_| {}).await.unwrap().database;
        println!("built {:?}", start.elapsed());
        let o = db.overview().await.unwrap();
        println!("{o:?}");
        for q in Query::ALL {
            for s in db.explain(&Request::read(42, q)).await.unwrap() {
                println!("{}", s.plan.join("\n"));
            }
            for p in [1, 42, 500, 1000, 5000, 9999] {
                let a = db.query(q, p as ProductId).await.unwrap().unwrap();
                let json = serde_json::to_string(&a).unwrap();
                let n = 200;
                let mut t: Vec<_> = vec![];
                for _ in 0..n {
                    let s = Instant::now();
                    db.query(q, p).await.unwrap();
                    t.push(s.elapsed());
                }
                t.sort();
                let s = Instant::now();
                for _ in 0..1000 {
                    let _: database::Answer = serde_json::from_str(&json).unwrap();
                }
                println!(
                    "{q} {p}: p50 {:?} p90 {:?}, {} bytes, decode {:?}",
                    t[n / 2],
                    t[n * 9 / 10],
                    json.len(),
                    s.elapsed() / 1000
                );
                if p == 42 {
                    println!("{json}");
                }
            }
        }
        for s in db.explain(&Request::write(42)).await.unwrap() {
            println!("{}\n{}", s.sql, s.plan.join("\n"));
        }
        println!("{:?}", db.write(42).await.unwrap());
        db.close().await.unwrap();
        let start = Instant::now();
        let db = Database::open_or_build(dir.path(), Size::Small, |_| {}).await.unwrap().database;
        println!("opened {:?}", start.elapsed());
        db.close().await.unwrap();
        println!("{:?}", std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect::<Vec<_>>());
    });
}
