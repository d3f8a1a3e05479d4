use std::io;
use std::net::SocketAddr;

/// Why the door stays closed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Other machines reach that address, and nobody has let them in.
    #[error(
        "Other machines may reach {address}, and the front door is for programs on this one: it stays closed. Choose 127.0.0.1, \
         or say --let-other-machines-in"
    )]
    NotInvited {
        /// The address.
        address: SocketAddr,
    },
    /// Another program listens there.
    #[error(
        "Port {} of {} is taken by another program: the front door stays closed. Choose another port, or end that program",
        .address.port(), .address.ip()
    )]
    Taken {
        /// The address.
        address: SocketAddr,
    },
    /// The system does not let us listen there.
    #[error(
        "This system does not let Cachescope listen on port {} of {} ({source}): the front door stays closed. Choose another port, \
         such as 8080",
        .address.port(), .address.ip()
    )]
    NotAllowed {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The laboratory is being closed.
    #[error("Cachescope is closing: the front door stays closed")]
    Closing,
}

impl Error {
    pub(crate) fn of(address: SocketAddr, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::AddrInUse => Self::Taken { address },
            _ => Self::NotAllowed { address, source },
        }
    }
}
