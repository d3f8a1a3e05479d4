//! Inside: looking into the server and the database, without being noticed by what is measured.
//!
//! Whatever looks has connections and a thread of its own, does nothing unless it is asked, and is paced: a page that goes
//! away leaves nothing running. It goes past what stands before the server on purpose.
//!
//! ```text
//!   keys      what is in the cache, a page at a time
//!   info      the server's own numbers
//!   console   commands typed by hand, and their replies
//!   commands  which commands the server has, for whoever types them
//!   monitor   what passes by, of others and of ourselves
//!   tables    the rows of the database, and which of them the last request read
//! ```

mod commands;
mod console;
mod danger;
mod info;
mod keys;
mod monitor;
mod reply;
mod tables;
mod words;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cache::{Cache, Target};
use tokio::time::Instant;
use trace::Engine;

pub use commands::{CommandDocs, CommandTable};
pub use console::ConsoleAnswer;
pub use info::{InfoLine, InfoSection, ServerInfo};
pub use keys::{KeyFacts, KeysPage, LookAt};
pub use monitor::{Passed, Passing, Watch};
pub use reply::{RespEntry, RespReply};
pub use tables::{RowFacts, TableAt, TableName, TablePage};

use crate::core::Core;
use crate::runtime::Runtime;
use crate::{Error, Lab};

/// What looking needs from one time to the next.
#[derive(Debug, Default)]
pub(crate) struct Inside {
    thread: Mutex<Option<Arc<Runtime>>>,
    looking: Mutex<Option<(u64, Cache)>>,
    last_look: tokio::sync::Mutex<Option<Instant>>,
    console: console::Console,
    monitor: Mutex<Option<monitor::Monitor>>,
    last: Mutex<Option<tables::LastRequest>>,
}

/// The server that is looked into.
struct Looked {
    target: Target,
    engine: Engine,
    generation: u64,
}

impl Looked {
    /// Whether it is ours to do with as one likes.
    fn is_ours(&self) -> bool {
        !matches!(self.engine, Engine::External { .. })
    }
}

impl Core {
    fn looked(&self) -> Looked {
        let connections = self.connections();
        let (engine, generation) = (connections.engine.clone(), connections.generation);
        Looked { target: connections.direct.target().clone(), engine, generation }
    }

    /// The thread of whatever looks: started when somebody first does.
    fn looking_thread(&self) -> Result<Arc<Runtime>, Error> {
        let mut thread = locked(&self.inside.thread);
        if let Some(thread) = &*thread {
            return Ok(Arc::clone(thread));
        }
        let started = Arc::new(Runtime::start("cachescope-inside").map_err(Error::Start)?);
        *thread = Some(Arc::clone(&started));
        Ok(started)
    }

    /// A connection of its own to the engine of now.
    fn looking_cache(&self) -> Cache {
        let Looked { target, generation, .. } = self.looked();
        let mut looking = locked(&self.inside.looking);
        match &*looking {
            Some((of, cache)) if *of == generation => cache.clone(),
            _ => {
                let cache = Cache::new(target);
                *looking = Some((generation, cache.clone()));
                cache
            }
        }
    }

    /// Runs something that looks, on the thread for that.
    async fn look_by<T: Send + 'static>(&self, task: impl Future<Output = T> + Send + 'static) -> Result<T, Error> {
        self.looking_thread()?.run(task).await
    }
}

impl Lab {
    /// Whether what is sent now is measured and kept: then nobody looks in ways that a server counts or is slowed by.
    fn is_recorded(&self) -> bool {
        self.core.status.borrow().recording.is_some() || self.core.studies()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
