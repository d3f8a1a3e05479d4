//! Runs the server alone, to try it with `redis-cli` and `redis-benchmark`: `cargo run --release --example serve -- 7000`.

use tokio::net::TcpListener;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().unwrap_or_default().parse()?;
    // Redis has one thread as well; `-- 7000 2` measures with two.
    let threads: usize = arguments.next().map_or(Ok(1), |threads| threads.parse())?;
    let runtime = match threads {
        1 => tokio::runtime::Builder::new_current_thread().enable_all().build()?,
        _ => tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?,
    };
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        println!("{}", listener.local_addr()?);
        let stopped = async {
            tokio::signal::ctrl_c().await.ok();
        };
        Ok(server::run(listener, stopped).await?)
    })
}
