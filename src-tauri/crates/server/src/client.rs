//! What the server knows about one connection.

use std::net::SocketAddr;

use crate::reply::Protocol;

/// One connected client: who it is and what it chose.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) id: u64,
    pub(crate) address: Option<SocketAddr>,
    pub(crate) local_address: Option<SocketAddr>,
    /// Empty if it gave none.
    pub(crate) name: Vec<u8>,
    pub(crate) database: usize,
    pub(crate) protocol: Protocol,
    pub(crate) authenticated: bool,
    /// Unix milliseconds.
    pub(crate) connected_at: i64,
    /// `QUIT` was answered: read no further.
    pub(crate) closing: bool,
}

impl Client {
    /// Whether a name is fit for a list of clients: visible ASCII.
    pub(crate) fn is_name(name: &[u8]) -> bool {
        name.iter().all(u8::is_ascii_graphic)
    }

    /// One line as `CLIENT INFO` gives it. What this server does not have is absent, or zero where clients insist.
    pub(crate) fn line(&self, now: i64, command: &str) -> String {
        let address = |address: Option<SocketAddr>| address.map_or_else(String::new, |address| address.to_string());
        format!(
            "id={} addr={} laddr={} name={} age={} idle=0 flags=N db={} sub=0 psub=0 ssub=0 multi=-1 events=r cmd={command} \
             user=default redir=-1 resp={}",
            self.id,
            address(self.address),
            address(self.local_address),
            String::from_utf8_lossy(&self.name),
            (now - self.connected_at).max(0) / 1000,
            self.database,
            self.protocol.version(),
        )
    }
}
