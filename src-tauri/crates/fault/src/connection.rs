//! One connection through the proxy: two pumps, and what ends both.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::account::{Account, Entry, Way};
use crate::{Announce, Fault};

/// How much is read at once, in bytes.
const CHUNK: usize = 64 * 1024;

/// How much is held of a connection each way, in bytes. What is more stays with whoever sent it, as it does before a server that
/// reads no more; only then the account does not know of it.
const HELD: usize = 4 * 1024 * 1024;

/// On a slow line a chunk goes on in parts of so much of a second.
const PARTS_PER_SECOND: u32 = 100;

/// Bytes under way.
struct Chunk {
    bytes: Vec<u8>,
    /// How many of them have gone on.
    gone: usize,
    came: Instant,
    /// Chance's part in how long it is held: from 0 up to but not 1.
    chance: f64,
    /// Whether it was held back on purpose at any time.
    kept: bool,
    entry: Entry,
}

/// Passes on what one client and the server send each other, until either has ended, or it is cut.
pub(crate) async fn carry(
    mut client: TcpStream,
    upstream: (String, u16),
    account: Account,
    fault: watch::Receiver<Option<Fault>>,
    seed: u64,
    announce: Announce,
) {
    let both = both_ways(&mut client, upstream, &account, &fault, seed, announce);
    let mut seen = fault.clone();
    let cut =
        async { seen.wait_for(|fault| matches!(fault, Some(Fault::Down | Fault::Reset))).await.map(|fault| *fault) };
    let cut = tokio::select! {
        // Before anything passes.
        biased;
        cut = cut => cut.ok().flatten(),
        _ended = both => None,
    };
    if cut == Some(Fault::Reset) {
        reset(&client);
    }
}

/// Lets a connection end by a reset instead of in good order.
pub(crate) fn reset(client: &TcpStream) {
    // Where the system refuses, it ends in good order.
    let _ = SockRef::from(client).set_linger(Some(Duration::ZERO));
}

async fn both_ways(
    client: &mut TcpStream,
    (host, port): (String, u16),
    account: &Account,
    fault: &watch::Receiver<Option<Fault>>,
    seed: u64,
    announce: Announce,
) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut server = TcpStream::connect((host.as_str(), port)).await?;
    let _announced = server.local_addr().ok().map(|address| announce(address));
    server.set_nodelay(true)?;
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let up = Pump::new(Way::Up, account, fault.clone(), seed);
    let down = Pump::new(Way::Down, account, fault.clone(), !seed);
    tokio::try_join!(up.run(&mut from_client, &mut to_server), down.run(&mut from_server, &mut to_client))?;
    Ok(())
}

/// Passes bytes on one way.
struct Pump<'a> {
    way: Way,
    account: &'a Account,
    fault: watch::Receiver<Option<Fault>>,
    random: SplitMix64,
    queue: VecDeque<Chunk>,
    held: usize,
    /// When a slow line has carried what it was given.
    line_free: Instant,
}

impl<'a> Pump<'a> {
    fn new(way: Way, account: &'a Account, fault: watch::Receiver<Option<Fault>>, seed: u64) -> Self {
        Self {
            way,
            account,
            fault,
            random: SplitMix64::seed_from_u64(seed),
            queue: VecDeque::new(),
            held: 0,
            line_free: Instant::now(),
        }
    }

    async fn run(mut self, from: &mut (impl AsyncRead + Unpin), to: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        let mut buffer = vec![0; CHUNK];
        let mut ended = false;
        loop {
            let fault = *self.fault.borrow_and_update();
            if ended && self.queue.is_empty() {
                return to.shutdown().await;
            }
            if ended && fault == Some(Fault::Hung) {
                // Whoever waited has given up; there is nobody to hold it for.
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            let due = self.due(fault);
            tokio::select! {
                biased;
                changed = self.fault.changed() => {
                    changed.map_err(|_| io::Error::from(io::ErrorKind::ConnectionAborted))?;
                    let kept = self.keeps(*self.fault.borrow());
                    self.queue.iter_mut().for_each(|chunk| chunk.kept |= kept);
                }
                () = at(due), if due.is_some() => self.pass(fault, to).await?,
                read = from.read(&mut buffer), if !ended && self.held < HELD => match read? {
                    0 => ended = true,
                    length => self.take(fault, &buffer[..length]),
                },
            }
        }
    }

    fn take(&mut self, fault: Option<Fault>, bytes: &[u8]) {
        // 53 bits are what a double holds: 0 ≤ chance < 1.
        let chance = (self.random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        // What comes behind something that is kept is kept too.
        let kept = self.keeps(fault) || self.queue.back().is_some_and(|before| before.kept);
        let entry = self.account.came(self.way);
        self.held += bytes.len();
        self.queue.push_back(Chunk { bytes: bytes.to_vec(), gone: 0, came: Instant::now(), chance, kept, entry });
    }

    /// Whether it holds back on purpose what goes this way.
    fn keeps(&self, fault: Option<Fault>) -> bool {
        match fault {
            Some(Fault::Slow { .. }) => self.way == Way::Down,
            Some(Fault::Hung | Fault::Down | Fault::Reset | Fault::Bandwidth { .. }) => true,
            None => false,
        }
    }

    /// When the chunk in front, or its next part, is to go on; `None`: not for now.
    fn due(&self, fault: Option<Fault>) -> Option<Instant> {
        let chunk = self.queue.front()?;
        match (fault, self.way) {
            (Some(Fault::Hung | Fault::Down | Fault::Reset), _) => None,
            (Some(Fault::Slow { delay, jitter }), Way::Down) => Some(chunk.came + delay + jitter.mul_f64(chunk.chance)),
            (Some(Fault::Bandwidth { bytes_per_second }), _) => {
                let takes = chunk.part(fault) as f64 / f64::from(bytes_per_second.max(1));
                Some(self.line_free.max(chunk.came) + Duration::from_secs_f64(takes))
            }
            (Some(Fault::Slow { .. }), Way::Up) | (None, _) => Some(chunk.came),
        }
    }

    /// Passes on the chunk in front, or on a slow line its next part.
    async fn pass(&mut self, fault: Option<Fault>, to: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        let due = self.due(fault);
        let Some(chunk) = self.queue.front_mut() else { return Ok(()) };
        let part = chunk.gone..chunk.gone + chunk.part(fault);
        chunk.gone = part.end;
        self.held -= part.len();
        if let (Some(Fault::Bandwidth { .. }), Some(due)) = (fault, due) {
            self.line_free = due;
        }
        // Entered before it is sent: whoever receives it on another thread may ask at once.
        chunk.entry.passed(chunk.kept, chunk.gone == chunk.bytes.len());
        to.write_all(&chunk.bytes[part]).await?;
        if chunk.gone == chunk.bytes.len() {
            self.queue.pop_front();
        }
        Ok(())
    }
}

impl Chunk {
    /// How many bytes of it go on at once.
    fn part(&self, fault: Option<Fault>) -> usize {
        let rest = self.bytes.len() - self.gone;
        match fault {
            Some(Fault::Bandwidth { bytes_per_second }) => {
                rest.min((bytes_per_second / PARTS_PER_SECOND).max(1) as usize)
            }
            _ => rest,
        }
    }
}

/// Waits until then, for ever where there is no then.
async fn at(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
}
