//! A Redis-compatible server in a few lines: `cargo run -p server --example serve -- 6379`.

use std::env;
use std::io;

use server::Server;
use tokio::net::TcpListener;

// One thread: a command takes less than a microsecond, and waking another thread takes many.
#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let port = env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(0);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("{}", listener.local_addr()?);
    let mut builder = Server::builder();
    builder.set("maxmemory", "1gb").expect("it is a parameter");
    let interrupted = async {
        tokio::signal::ctrl_c().await.ok();
    };
    builder.build().run(listener, interrupted).await
}
