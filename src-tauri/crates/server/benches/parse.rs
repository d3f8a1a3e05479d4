//! How long the parser takes for one SET of 100 bytes.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use server::request::Parser;

fn parse(criterion: &mut Criterion) {
    let mut input = b"*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000042\r\n$100\r\n".to_vec();
    input.extend_from_slice(&[b'x'; 100]);
    input.extend_from_slice(b"\r\n");
    let mut parser = Parser::default();
    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Elements(1));
    group.bench_function("set", |bencher| {
        bencher.iter(|| {
            let parsed = parser.parse(black_box(&input));
            assert_eq!(parsed, Ok(Some(input.len())));
            parser.args(&input).len()
        });
    });
    group.finish();
}

criterion_group!(benches, parse);
criterion_main!(benches);
