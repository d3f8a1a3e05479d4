//! Whatever a client sends, the server answers the next one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use server::Server;

fuzz_target!(|bytes: &[u8]| {
    let server = Server::builder().seed(1).build();
    let _ = server.answer(bytes);
    assert_eq!(server.answer(b"PING\r\n"), b"+PONG\r\n");
});
