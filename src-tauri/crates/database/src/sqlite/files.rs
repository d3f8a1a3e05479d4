//! The catalogue's files: where they are, whether they can be used, and how they are set aside.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use tokio::sync::oneshot;

use super::APPLICATION_ID;
use crate::Error;
use crate::catalogue::{GENERATOR, Size};

/// The files of the catalogue of one size in one folder.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    folder: PathBuf,
    size: Size,
    /// `catalogue-small.db`
    database: PathBuf,
}

/// What is there at start.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// No catalogue.
    Nothing,
    /// A catalogue of this generator, as far as its header tells.
    Catalogue,
    /// Something that cannot be used.
    Unusable(Unusable),
}

/// Why a file cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unusable {
    /// What it is called when set aside.
    label: &'static str,
    /// What is wrong with it, as the end of a sentence.
    pub(crate) reason: String,
}

impl Unusable {
    /// Its bytes make no sense, or some are missing.
    pub(crate) fn damaged(reason: impl Into<String>) -> Self {
        Self { label: "damaged", reason: reason.into() }
    }

    /// A sound database that is not the catalogue any more.
    pub(crate) fn altered(reason: impl Into<String>) -> Self {
        Self { label: "altered", reason: reason.into() }
    }
}

/// What SQLite adds to a database's name for the files beside it. All belong together.
const BESIDE: [&str; 3] = ["", "-wal", "-shm"];

impl Files {
    pub(crate) fn new(folder: &Path, size: Size) -> Self {
        let mut files = Self { folder: folder.to_path_buf(), size, database: PathBuf::new() };
        files.database = files.named(".db");
        files
    }

    /// The database itself.
    pub(crate) fn database(&self) -> &Path {
        &self.database
    }

    /// Makes the empty file this process builds in: `catalogue-small.db.building-1234`. Not left to SQLite, which does
    /// not say why it cannot make a file.
    pub(crate) fn begin(&self) -> Result<PathBuf, Error> {
        let path = self.named(&format!(".db.building-{}", std::process::id()));
        File::create(&path).map_err(|error| Error::of_folder(&self.folder, error))?;
        Ok(path)
    }

    /// Leaves word that SQLite stumbled over a damaged page. In vain if the folder may not be written to.
    pub(crate) fn suspect(&self) {
        let _ = File::create(self.suspicion());
    }

    /// Whether such word was left.
    pub(crate) fn is_suspected(&self) -> bool {
        self.suspicion().exists()
    }

    /// Takes it back.
    pub(crate) fn clear_suspicion(&self) {
        let _ = fs::remove_file(self.suspicion());
    }

    fn suspicion(&self) -> PathBuf {
        self.named(".suspect")
    }

    fn named(&self, rest: &str) -> PathBuf {
        self.folder.join(format!("catalogue-{}{rest}", self.size))
    }

    /// Makes the folder, and waits until no other process is building here. The lock ends with the file returned, or
    /// with the process.
    pub(crate) async fn lock(&self) -> Result<File, Error> {
        fs::create_dir_all(&self.folder).map_err(|error| Error::of_folder(&self.folder, error))?;
        let path = self.named(".lock");
        let file = File::create(&path).map_err(|error| Error::of_folder(&self.folder, error))?;
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(fs::TryLockError::WouldBlock) => {}
            Err(fs::TryLockError::Error(error)) => return Err(Error::of_file(&path, error)),
        }
        // On a thread of its own, which nobody has to wait for: who gives up waiting leaves it to take the lock and
        // drop it.
        let (send, locked) = oneshot::channel();
        std::thread::spawn(move || {
            let _ = send.send(file.lock().map(|()| file));
        });
        match locked.await {
            Ok(Ok(file)) => Ok(file),
            Ok(Err(error)) => Err(Error::of_file(&path, error)),
            Err(_) => Err(Error::of_file(&path, ErrorKind::BrokenPipe.into())),
        }
    }

    /// Removes what builds that were killed have left, as far as it can. Only under the lock: nobody else is building then.
    pub(crate) fn sweep(&self) {
        let left = format!("catalogue-{}.db.building-", self.size);
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if entry.file_name().to_str().is_some_and(|name| name.starts_with(&left)) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Tells from the first 100 bytes whether the catalogue can be used. What is behind them is not read: opening would
    /// take seconds.
    pub(crate) fn inspect(&self) -> Result<Found, Error> {
        let path = self.database();
        let failed = |error| Error::of_file(path, error);
        let mut header = Vec::with_capacity(100);
        let bytes = match File::open(path) {
            Ok(file) => {
                (&file).take(100).read_to_end(&mut header).map_err(failed)?;
                file.metadata().map_err(failed)?.len()
            }
            Err(error) if error.kind() == ErrorKind::NotFound => return self.inspect_beside(),
            Err(error) => return Err(failed(error)),
        };
        Ok(judge(&header, bytes, self.has_log()))
    }

    /// Whether there are writes in the log that are not in the database yet.
    pub(crate) fn has_log(&self) -> bool {
        fs::metadata(beside(self.database(), "-wal")).is_ok_and(|log| log.len() > 0)
    }

    /// There is no database. What is left beside it must go: SQLite would write an old log into the new database.
    fn inspect_beside(&self) -> Result<Found, Error> {
        let log = beside(self.database(), "-wal");
        match fs::exists(&log) {
            Ok(false) => Ok(Found::Nothing),
            Ok(true) => Ok(Found::Unusable(Unusable { label: "log", reason: "only its log was left".to_owned() })),
            Err(error) => Err(Error::of_file(&log, error)),
        }
    }

    /// Renames the database and what is beside it, and says to what: `catalogue-small.damaged-1.db`.
    pub(crate) fn set_aside(&self, unusable: &Unusable) -> Result<PathBuf, Error> {
        let Unusable { label, reason } = unusable;
        let path = self.database();
        let failed = |source| Error::SetAside { path: path.to_path_buf(), reason: reason.clone(), source };
        let mut number = 1;
        let aside = loop {
            let aside = self.named(&format!(".{label}-{number}.db"));
            if BESIDE.iter().all(|suffix| matches!(fs::exists(beside(&aside, suffix)), Ok(false))) {
                break aside;
            }
            number += 1;
            if number > 10_000 {
                return Err(failed(ErrorKind::AlreadyExists.into()));
            }
        };
        // The log first: a database without its log is still one, a log without its database is a danger to the next.
        for suffix in BESIDE.iter().rev() {
            match fs::rename(beside(path, suffix), beside(&aside, suffix)) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(failed(error)),
            }
        }
        self.clear_suspicion();
        Ok(aside)
    }

    /// Puts a finished database in its place: whole or, should the power fail, not at all.
    pub(crate) fn put_in_place(&self, built: &Path) -> Result<(), Error> {
        let put = || -> io::Result<()> {
            File::options().write(true).open(built)?.sync_all()?;
            fs::rename(built, self.database())?;
            sync_folder(&self.folder)
        };
        put().map_err(|error| Error::of_file(built, error))
    }
}

/// Judges a database by its header (https://www.sqlite.org/fileformat2.html#the_database_header), its size and
/// whether it has a log.
fn judge(header: &[u8], bytes: u64, has_log: bool) -> Found {
    let number =
        |at: usize| header.get(at..at + 4).map_or(0, |four| four.iter().fold(0, |sum, &b| sum << 8 | u32::from(b)));
    let damaged = |reason: &str| Found::Unusable(Unusable::damaged(reason));

    if header.is_empty() {
        return damaged("it is empty");
    }
    if header.len() < 100 || !header.starts_with(b"SQLite format 3\0") {
        return damaged("it is not an SQLite database");
    }
    if number(68) == 0 {
        return damaged("it was never finished");
    }
    if number(68) != APPLICATION_ID {
        let reason = "it belongs to another program".to_owned();
        return Found::Unusable(Unusable { label: "foreign", reason });
    }
    if number(60) != GENERATOR {
        let reason = format!("it was made by another version of Cachescope (format {}, now {GENERATOR})", number(60));
        return Found::Unusable(Unusable { label: "old", reason });
    }
    let page_size = match number(16) >> 16 {
        1 => 65_536,
        size => u64::from(size),
    };
    let needed = u64::from(number(28)) * page_size;
    // With a log the database may be shorter: the rest is in the log.
    if !has_log && bytes < needed {
        return damaged(&format!("it ends after {bytes} of {needed} bytes"));
    }
    Found::Catalogue
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// Makes the new name last. Windows does so by itself, and cannot open a folder as a file.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
