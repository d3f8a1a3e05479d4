use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use lab::{DoorState, Lab};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::guard::Names;
use crate::tally::Tally;
use crate::{Address, Error, Limits, Page, connection, farewell, router};

/// After the system could not hand over a connection, how long until it is asked again: it has no descriptors left, perhaps.
const BREATHER: Duration = Duration::from_millis(50);

/// How many of those sent away are told so at once; the others are just sent away.
const FAREWELLS: usize = 256;

/// How the door is to be.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it is.
    pub address: Address,
    /// How much it bears.
    pub limits: Limits,
    /// Names it answers to besides those of this machine.
    pub names: Vec<String>,
    /// The page it gives a browser, if any.
    pub page: Option<Page>,
    /// Whether the settings open and close it, and not whoever opens it by hand.
    pub by_settings: bool,
}

impl Options {
    /// The usual ones, at that address.
    #[must_use]
    pub fn at(address: Address) -> Self {
        Self { address, limits: Limits::default(), names: Vec::new(), page: None, by_settings: false }
    }
}

/// What everybody who came in shares.
#[derive(Debug)]
pub(crate) struct Inside {
    pub(crate) lab: Lab,
    pub(crate) limits: Limits,
    pub(crate) names: Names,
    pub(crate) tally: Tally,
    /// Connections now.
    pub(crate) connected: AtomicUsize,
    /// Requests in the flow now.
    pub(crate) under_way: AtomicUsize,
}

/// One more of something, until it is dropped.
#[derive(Debug)]
pub(crate) struct OneMore<'a>(&'a AtomicUsize);

impl<'a> OneMore<'a> {
    pub(crate) fn of(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }

    /// If there are fewer than that.
    pub(crate) fn below(count: &'a AtomicUsize, most: usize) -> Option<Self> {
        let one = Self::of(count);
        // Itself included.
        (count.load(Ordering::Relaxed) <= most).then_some(one)
    }
}

impl Drop for OneMore<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The front door, open. Dropping it closes it at once; [`Door::close`] answers what is under way first.
#[derive(Debug)]
pub struct Door {
    lab: Lab,
    address: SocketAddr,
    closing: watch::Sender<bool>,
    doorkeeper: JoinHandle<()>,
    within: Duration,
}

impl Door {
    /// Opens it, on the thread of the flow.
    ///
    /// # Errors
    /// [`Error`]: why it stays closed.
    pub async fn open(lab: Lab, options: Options) -> Result<Self, Error> {
        let Options { address, limits, names, page, by_settings } = options;
        let runtime = lab.flow_runtime();
        // A listener belongs to the runtime it is bound on.
        let bound = runtime.spawn(async move {
            let listener = TcpListener::bind(address.socket).await?;
            Ok::<_, io::Error>((listener.local_addr()?, listener))
        });
        let (here, listener) =
            bound.await.map_err(|_| Error::Closing)?.map_err(|error| Error::of(address.socket, error))?;
        let inside = Arc::new(Inside {
            lab: lab.clone(),
            limits,
            names: Names::new(address.invitation, &names),
            tally: Tally::default(),
            connected: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
        });
        let (closing, is_closing) = watch::channel(false);
        let app = router::app(&inside, page);
        let doorkeeper = runtime.spawn(keep(listener, inside, app, is_closing));
        lab.set_door(DoorState::Open { address: here.to_string(), by_settings });
        Ok(Self { lab, address: here, closing, doorkeeper, within: limits.closing })
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets nobody in any more, answers what is under way, and closes.
    pub async fn close(mut self) {
        self.closing.send_replace(true);
        let _ = timeout(self.within, &mut self.doorkeeper).await;
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.doorkeeper.abort();
        self.lab.set_door(DoorState::Closed);
    }
}

/// Lets people in until the door closes, and waits until they have gone.
async fn keep(listener: TcpListener, inside: Arc<Inside>, app: Router, mut closing: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(inside.limits.connections));
    let farewells = Arc::new(Semaphore::new(FAREWELLS));
    let mut guests = tokio::task::JoinSet::new();
    let is_closing = closing.clone();
    let mut until = std::pin::pin!(async move { drop(closing.wait_for(|closing| *closing).await) });
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut until => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            sleep(BREATHER).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        while guests.try_join_next().is_some() {}
        if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
            let (inside, app, closing) = (Arc::clone(&inside), app.clone(), is_closing.clone());
            guests.spawn(async move {
                connection::serve(stream, inside, app, closing).await;
                drop(place);
            });
        } else {
            send_away(stream, &inside, &farewells);
        }
    }
    drop(listener);
    while guests.join_next().await.is_some() {}
}

/// Tells somebody that there is no room, if not too many are told that at once.
fn send_away(stream: TcpStream, inside: &Inside, farewells: &Arc<Semaphore>) {
    inside.tally.refused.fetch_add(1, Ordering::Relaxed);
    if let Ok(turn) = Arc::clone(farewells).try_acquire_owned() {
        tokio::spawn(async move {
            farewell::say(stream, &farewell::no_room()).await;
            drop(turn);
        });
    }
}
