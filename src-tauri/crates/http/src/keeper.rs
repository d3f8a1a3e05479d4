use std::net::{Ipv4Addr, SocketAddr};

use lab::{DoorSettings, DoorState, Lab};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::door::{Door, Options};
use crate::{Address, Error, Invitation};

/// Keeps the front door as the settings say: opens it, closes it, moves it to another port. How it is, is in the status.
#[derive(Debug)]
pub struct Keeper {
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

impl Keeper {
    /// Keeps the door of that laboratory from now on. It must be ended before the laboratory is closed.
    #[must_use]
    pub fn of(lab: &Lab) -> Self {
        let (stop, stopped) = oneshot::channel();
        let ended = lab.flow_runtime().spawn(keep(lab.clone(), stopped));
        Self { stop, ended }
    }

    /// Closes the door, answering what is under way.
    pub async fn end(self) {
        let _ = self.stop.send(());
        let _ = self.ended.await;
    }
}

async fn keep(lab: Lab, mut stopped: oneshot::Receiver<()>) {
    let mut wishes = lab.door_settings();
    let mut door: Option<Door> = None;
    let mut fulfilled = DoorSettings { open: false, ..*wishes.borrow() };
    loop {
        let wish = *wishes.borrow_and_update();
        if wish != fulfilled {
            if let Some(door) = door.take() {
                door.close().await;
            }
            door = open(&lab, wish).await;
            fulfilled = wish;
        }
        tokio::select! {
            _ = &mut stopped => break,
            changed = wishes.changed() => if changed.is_err() { break },
        }
    }
    if let Some(door) = door {
        door.close().await;
    }
}

async fn open(lab: &Lab, wish: DoorSettings) -> Option<Door> {
    if !wish.open {
        lab.set_door(DoorState::Closed);
        return None;
    }
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, wish.port));
    let opened = match Address::new(here, Invitation::ThisMachine) {
        Ok(address) => Door::open(lab.clone(), Options { by_settings: true, ..Options::at(address) }).await,
        Err(error) => Err(error),
    };
    opened.map_err(|error: Error| lab.set_door(DoorState::Failed { message: format!("{error}.") })).ok()
}
