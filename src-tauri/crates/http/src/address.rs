use std::net::SocketAddr;

use crate::Error;

/// Whether other machines may come in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Invitation {
    /// Programs on this machine only.
    #[default]
    ThisMachine,
    /// Whoever reaches this machine: it was said in words.
    OtherMachines,
}

/// Where the door is, as far as it may be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    pub(crate) socket: SocketAddr,
    pub(crate) invitation: Invitation,
}

impl Address {
    /// That address, if it may be listened on.
    ///
    /// # Errors
    /// [`Error::NotInvited`] for one that other machines reach, unless they were let in.
    pub fn new(socket: SocketAddr, invitation: Invitation) -> Result<Self, Error> {
        if invitation == Invitation::ThisMachine && !socket.ip().is_loopback() {
            return Err(Error::NotInvited { address: socket });
        }
        Ok(Self { socket, invitation })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_other_machines_reach_is_listened_on_only_where_it_was_said_in_words() {
        let refused = |text: &str| Address::new(text.parse().expect("an address"), Invitation::ThisMachine).is_err();
        assert!(!refused("127.0.0.1:8080") && !refused("127.3.2.1:1") && !refused("[::1]:0"));
        assert!(refused("0.0.0.0:8080") && refused("[::]:8080") && refused("192.168.1.2:80"));
        let open = Address::new("0.0.0.0:8080".parse().expect("an address"), Invitation::OtherMachines);
        assert!(open.is_ok());
    }
}
