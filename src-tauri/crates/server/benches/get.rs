//! GET over a socket in process, on one thread with its client: alone, and pipelined by sixteen.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

fn get(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut client = runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(server::run(listener, std::future::pending()));
        let mut client = TcpStream::connect(address).await.expect("the server");
        client.set_nodelay(true).expect("a socket");
        client.write_all(format!("SET key {}\r\n", "x".repeat(100)).as_bytes()).await.expect("the server");
        client.read_exact(&mut [0; 5]).await.expect("the server");
        client
    });
    let mut group = criterion.benchmark_group("get");
    for pipeline in [1usize, 16] {
        let request = b"*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n".repeat(pipeline);
        let mut reply = vec![0; pipeline * (6 + 100 + 2)];
        group.throughput(Throughput::Elements(pipeline as u64));
        group.bench_function(format!("pipeline-{pipeline}"), |bencher| {
            bencher.iter(|| {
                runtime.block_on(async {
                    client.write_all(&request).await.expect("the server");
                    client.read_exact(&mut reply).await.expect("the server")
                })
            });
        });
    }
    group.finish();
}

criterion_group!(benches, get);
criterion_main!(benches);
