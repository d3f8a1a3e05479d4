//! One window for each data folder.
//!
//! The first window holds a lock on a file in the folder and listens on loopback; one that comes second finds the lock
//! taken, knocks there, and leaves. The system releases the lock however the first one ends. Tauri's single-instance
//! plugin was looked at: it knows one instance for each app, not for each data folder, and wants D-Bus on Linux.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// How long either side of a knock waits for the other's next word.
const WAIT: Duration = Duration::from_secs(2);
/// How long a window that is being opened may take until it answers.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two knocks.
const PAUSE: Duration = Duration::from_millis(20);

/// Why the folder could not be claimed.
#[derive(Debug)]
pub(crate) enum Error {
    /// Another window has it, and was told to come to the front.
    AlreadyOpen,
    /// The folder cannot be written.
    Io(#[allow(dead_code, reason = "shown by Debug")] io::Error),
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The claim of this process on a data folder.
#[derive(Debug)]
pub(crate) struct Instance {
    listener: TcpListener,
    token: String,
    lock: File,
}

impl Instance {
    /// Claims the folder.
    pub(crate) fn claim(data_dir: &Path) -> Result<Self, Error> {
        fs::create_dir_all(data_dir)?;
        let address_file = data_dir.join("window.address");
        let lock = OpenOptions::new().create(true).append(true).open(data_dir.join("window.lock"))?;
        let give_up = Instant::now() + PATIENCE;
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
            match fs::read_to_string(&address_file).and_then(|address| knock(&address)) {
                Ok(()) => return Err(Error::AlreadyOpen),
                Err(error) if Instant::now() > give_up => return Err(error.into()),
                // The other one was started just before this one and does not answer yet, or is just ending.
                Err(_) => thread::sleep(PAUSE),
            }
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        // Keyed by the system's randomness: others on this machine cannot guess it, and reading it takes the folder.
        let token = format!("{:016x}{:016x}", RandomState::new().hash_one(0), RandomState::new().hash_one(1));
        fs::write(&address_file, format!("{} {token}", listener.local_addr()?))?;
        Ok(Self { listener, token, lock })
    }

    /// Calls `show` whenever another window knocks, for as long as the process lives.
    pub(crate) fn on_knock(self, show: impl Fn() + Send + 'static) {
        thread::spawn(move || {
            let Self { listener, token, lock: _held } = self;
            for mut visitor in listener.incoming().flatten() {
                let mut word = vec![0; token.len()];
                let knocked = visitor.set_read_timeout(Some(WAIT)).and_then(|()| visitor.read_exact(&mut word));
                if knocked.is_ok() && word == token.as_bytes() {
                    show();
                    let _ = visitor.write_all(b"shown");
                }
            }
        });
    }
}

/// Asks the window that wrote this address to come to the front.
fn knock(address: &str) -> io::Result<()> {
    let (address, token) = address.split_once(' ').ok_or(io::ErrorKind::InvalidData)?;
    let address: SocketAddr = address.parse().map_err(io::Error::other)?;
    let mut door = TcpStream::connect_timeout(&address, WAIT)?;
    door.set_read_timeout(Some(WAIT))?;
    door.write_all(token.as_bytes())?;
    door.read_exact(&mut [0; 5])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn a_second_window_brings_the_first_to_the_front() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (shown, was_shown) = mpsc::channel();
        Instance::claim(folder.path()).expect("the first").on_knock(move || shown.send(()).expect("the test listens"));

        assert!(matches!(Instance::claim(folder.path()), Err(Error::AlreadyOpen)));
        was_shown.recv_timeout(Duration::from_secs(10)).expect("it was told to come to the front");
    }

    #[test]
    fn of_many_started_at_once_one_opens_and_the_others_give_way() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let starts: Vec<_> = (0..8)
            .map(|_| {
                let folder = folder.path().to_owned();
                thread::spawn(move || match Instance::claim(&folder) {
                    Ok(instance) => {
                        instance.on_knock(|| {});
                        true
                    }
                    Err(Error::AlreadyOpen) => false,
                    Err(Error::Io(error)) => panic!("neither: {error}"),
                })
            })
            .collect();
        let opened = starts.into_iter().map(|start| start.join().expect("no panic"));
        assert_eq!(opened.filter(|opened| *opened).count(), 1);
    }

    #[test]
    fn each_folder_has_a_window_of_its_own() {
        let (one, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("another"));
        let _first = Instance::claim(one.path()).expect("the first");
        Instance::claim(other.path()).expect("the other");
    }

    #[test]
    fn a_folder_left_behind_can_be_claimed_again() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        drop(Instance::claim(folder.path()).expect("the first"));
        Instance::claim(folder.path()).expect("the lock went with its holder");
    }
}
