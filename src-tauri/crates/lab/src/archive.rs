use std::io;
use std::path::{Path, PathBuf};

use recording::Store;
use tokio::sync::OnceCell;

use crate::Error;
use crate::runtime::Runtime;

/// Where recordings are kept: the store of a data folder, read and written on a thread of its own, apart from what is
/// measured. Both sides of a split keep theirs in the same one.
#[derive(Debug)]
pub(crate) struct Archive {
    pub(crate) runtime: Runtime,
    folder: PathBuf,
    store: OnceCell<Store>,
}

impl Archive {
    pub(crate) fn in_folder(folder: &Path) -> io::Result<Self> {
        let runtime = Runtime::start("cachescope-recordings")?;
        Ok(Self { runtime, folder: folder.to_path_buf(), store: OnceCell::new() })
    }

    /// The recordings. They are opened when they are first asked for; `tell` is given what is to be known of that.
    pub(crate) async fn store(&self, tell: impl Fn(String)) -> Result<Store, Error> {
        let opened = self.store.get_or_try_init(async || {
            let folder = self.folder.clone();
            let opened = self.runtime.run(async move { Store::open(&folder).await }).await??;
            opened.notices.into_iter().for_each(tell);
            Ok::<_, Error>(opened.store)
        });
        opened.await.cloned()
    }

    /// Closes the store, if it was opened.
    pub(crate) async fn close(&self) {
        if let Some(store) = self.store.get().cloned() {
            let _ = self.runtime.run(async move { store.close().await }).await;
        }
    }
}
