//! What a crash takes, counted: how many writes were acknowledged, and how many of them the database has, in a small file
//! beside the catalogue.
//!
//! The queue of write-behind is in memory; the process that is killed takes it along. The file holds its numbers, not its
//! writes: with those it would be a log, and nothing would be lost. It is written with each change and not flushed to the
//! disk, which costs a few microseconds and outlives the process, though not the machine. While it is used it is locked, so
//! that one which is not is that of a process that has ended; where the queue was empty then, there is none.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

const PREFIX: &str = "write-behind-";
const ENDING: &str = ".journal";

/// How many processes may have one beside each other.
const MOST: u32 = 1_000;

/// Writes that were acknowledged and never came to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loss {
    /// So many at least.
    pub least: u64,
    /// So many at most: those between the two were just being written.
    pub most: u64,
}

/// The numbers of a queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Numbers {
    /// Writes that were acknowledged.
    pub(crate) acknowledged: u64,
    /// Those of them that the database has.
    pub(crate) written: u64,
    /// Those that are just being written: it may have them or not.
    pub(crate) being_written: u64,
}

/// The file with the numbers of one queue. It comes into being with the first write.
#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
    file: Option<(PathBuf, File)>,
}

impl Journal {
    /// A journal in that folder, and what the processes lost whose journals were left there. Those are removed: they are told
    /// of once.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn open(folder: &Path) -> io::Result<(Self, Vec<Loss>)> {
        let mut losses = Vec::new();
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name();
            let is_journal = |name: &str| name.starts_with(PREFIX) && name.ends_with(ENDING);
            if name.to_str().is_some_and(is_journal) {
                // What cannot be opened, or is in use, is left alone.
                losses.extend(claim(&folder.join(name)).ok().flatten().filter(|loss| loss.most > 0));
            }
        }
        Ok((Self { folder: folder.to_owned(), file: None }, losses))
    }

    /// Writes down how things stand.
    pub(crate) fn write(&mut self, numbers: Numbers) -> io::Result<()> {
        let (_, file) = match &mut self.file {
            Some(file) => file,
            none => none.insert(create(&self.folder)?),
        };
        // All of it always has the same length, so that nothing old is left over.
        let Numbers { acknowledged, written, being_written } = numbers;
        let text =
            format!("acknowledged  {acknowledged:20}\nwritten       {written:20}\nbeing written {being_written:20}\n");
        file.seek(SeekFrom::Start(0))?;
        file.write_all(text.as_bytes())
    }

    /// Removes the file: nothing is left to be lost.
    pub(crate) fn remove(&mut self) {
        if let Some((path, _)) = self.file.take() {
            // One that stays says that nothing is lost.
            let _ = fs::remove_file(path);
        }
    }
}

/// A new file, locked.
fn create(folder: &Path) -> io::Result<(PathBuf, File)> {
    for number in 1..=MOST {
        let path = folder.join(format!("{PREFIX}{number}{ENDING}"));
        match OpenOptions::new().read(true).write(true).create_new(true).open(&path) {
            Ok(file) => {
                file.try_lock()?;
                return Ok((path, file));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("too many others are kept there"))
}

/// What the process lost that has left this file; `None` where it is still used. The file is removed.
fn claim(path: &Path) -> io::Result<Option<Loss>> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    if file.try_lock().is_err() {
        return Ok(None);
    }
    let mut text = String::new();
    (&file).take(1_000).read_to_string(&mut text)?;
    fs::remove_file(path)?;
    Ok(read(&text))
}

/// What is lost where a queue stood so; `None` for a text that is none of ours, such as that of a file just made.
fn read(text: &str) -> Option<Loss> {
    let number =
        |name: &str| -> Option<u64> { text.lines().find_map(|line| line.strip_prefix(name))?.trim().parse().ok() };
    let waiting = number("acknowledged ")?.checked_sub(number("written ")?)?;
    Some(Loss { least: waiting.saturating_sub(number("being written ")?), most: waiting })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> usize {
        fs::read_dir(folder).expect("the folder").count()
    }

    #[test]
    fn what_a_process_lost_is_told_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut journal, losses) = Journal::open(folder.path()).expect("a folder that can be read");
        assert_eq!((losses, files(folder.path())), (vec![], 0), "there is no file before the first write");
        journal.write(Numbers { acknowledged: 1, ..Numbers::default() }).expect("written");
        journal.write(Numbers { acknowledged: 1_000, written: 990, being_written: 4 }).expect("written");
        drop(journal);
        let (_, losses) = Journal::open(folder.path()).expect("a folder that can be read");
        assert_eq!(losses, [Loss { least: 6, most: 10 }]);
        let (_, losses) = Journal::open(folder.path()).expect("a folder that can be read");
        assert_eq!((losses, files(folder.path())), (vec![], 0));
    }

    #[test]
    fn a_journal_in_use_is_left_alone_and_two_have_a_file_each() {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut one, _) = Journal::open(folder.path()).expect("a folder that can be read");
        one.write(Numbers { acknowledged: 1, ..Numbers::default() }).expect("written");
        let (mut other, losses) = Journal::open(folder.path()).expect("a folder that can be read");
        assert_eq!(losses, []);
        other.write(Numbers { acknowledged: 2, ..Numbers::default() }).expect("written");
        assert_eq!(files(folder.path()), 2);
        one.remove();
        drop(other);
        let (_, losses) = Journal::open(folder.path()).expect("a folder that can be read");
        assert_eq!(losses, [Loss { least: 2, most: 2 }]);
    }

    #[test]
    fn what_makes_no_sense_tells_of_no_loss() {
        for text in [
            "",
            "acknowledged 5",
            "acknowledged 5\nwritten 6\nbeing written 0\n",
            "acknowledged x\nwritten 0\nbeing written 0",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("write-behind-1.journal"), b"\xff").expect("written");
        let (_, losses) = Journal::open(folder.path()).expect("a folder that can be read");
        assert_eq!(losses, []);
    }
}
