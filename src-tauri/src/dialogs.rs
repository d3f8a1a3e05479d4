//! Files by the system's own dialogs. The page never learns more than the path that was chosen.

use api::{Error, ErrorCode, Files};
use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;

use crate::files;

/// The dialogs of the window.
#[derive(Debug)]
pub(crate) struct Dialogs(pub(crate) AppHandle);

impl Dialogs {
    fn dialog(&self) -> FileDialogBuilder<tauri::Wry> {
        let dialog = self.0.dialog().file();
        match self.0.get_webview_window("main") {
            Some(window) => dialog.set_parent(&window),
            None => dialog,
        }
    }
}

impl Files for Dialogs {
    async fn save(&self, name: &str, bytes: Vec<u8>) -> Result<Option<String>, Error> {
        let (chosen, choice) = oneshot::channel();
        self.dialog().set_file_name(name).save_file(move |path| drop(chosen.send(path)));
        let Some(path) = path_of(choice.await)? else { return Ok(None) };
        let written = tokio::task::spawn_blocking(move || {
            files::write(&path, |writer| writer.write_all(&bytes)).map(|()| path.display().to_string())
        });
        Ok(Some(written.await.map_err(failed)?.map_err(|error| failed(format!("{error:#}")))?))
    }

    async fn open(&self, most: u64) -> Result<Option<Vec<u8>>, Error> {
        let (chosen, choice) = oneshot::channel();
        self.dialog().add_filter("Recordings", &["json"]).pick_file(move |path| drop(chosen.send(path)));
        let Some(path) = path_of(choice.await)? else { return Ok(None) };
        let read = tokio::task::spawn_blocking(move || files::read(&path, most));
        Ok(Some(read.await.map_err(failed)?.map_err(|error| failed(format!("{error:#}")))?))
    }
}

/// A dialog that went away without an answer chose nothing.
fn path_of(choice: Result<Option<FilePath>, oneshot::error::RecvError>) -> Result<Option<std::path::PathBuf>, Error> {
    choice.ok().flatten().map(|path| path.into_path().map_err(failed)).transpose()
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error { code: ErrorCode::Failed, message: error.to_string() }
}
