//! Which side of a split Stage a command of the page is for.

use std::ops::Deref;

use api::{Error, ErrorCode};
use lab::{Lab, Side};
use serde::Deserialize;
use tauri::ipc::{CommandArg, CommandItem, InvokeBody, InvokeError};
use tauri::{Manager, Runtime};

/// The laboratory of the side that the page named beside its request; of side A where it named none.
pub(crate) struct Chosen {
    lab: Lab,
    side: Side,
}

impl Chosen {
    pub(crate) fn side(&self) -> Side {
        self.side
    }
}

impl Deref for Chosen {
    type Target = Lab;

    fn deref(&self) -> &Lab {
        &self.lab
    }
}

impl<'de, R: Runtime> CommandArg<'de, R> for Chosen {
    fn from_command(command: CommandItem<'de, R>) -> Result<Self, InvokeError> {
        let named = match command.message.payload() {
            InvokeBody::Json(payload) => payload.get("side"),
            InvokeBody::Raw(_) => None,
        };
        let side = match named {
            None => Side::A,
            Some(named) => Side::deserialize(named).map_err(|_| nowhere(named))?,
        };
        let lab = command.message.webview_ref().state::<Lab>().side(side).map_err(Error::from)?;
        Ok(Self { lab, side })
    }
}

fn nowhere(named: &impl std::fmt::Display) -> Error {
    Error { code: ErrorCode::Invalid, message: format!("A Stage has no side {named}; its sides are a and b.") }
}
