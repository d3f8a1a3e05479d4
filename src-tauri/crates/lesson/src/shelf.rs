use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::parse::MAX_TEXT;
use crate::{Error, Lesson};

macro_rules! files {
    ($($stem:literal),* $(,)?) => {
        &[$(($stem, include_str!(concat!("../../../lessons/", $stem, ".md")))),*]
    };
}

/// The lessons that come with the app, in the order in which they are taught.
const FILES: &[(&str, &str)] = files![
    "01-hit-and-miss",
    "02-in-memory",
    "03-time-to-live",
    "04-hit-ratio",
    "05-the-mean-lies",
    "06-stale",
    "07-the-race",
    "08-stampede",
    "09-penetration",
    "10-avalanche",
    "11-too-small",
    "12-the-cache-dies",
    "13-when-it-is-slower",
    "14-the-test-that-lied",
    "15-three-ways-to-write",
];

/// How many lessons of one's own a folder may hold.
const MAX_FILES: usize = 200;

/// The lessons there are.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    /// Those that could be read: those that come with the app, then one's own.
    pub lessons: Vec<Lesson>,
    /// Files that could not.
    pub faulty: Vec<Faulty>,
}

/// A file that is no lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "FaultyLesson")]
pub struct Faulty {
    /// The file.
    pub file: String,
    /// The line, what is wrong there and what to do.
    pub message: String,
}

impl Shelf {
    /// The lessons that come with the app.
    #[must_use]
    pub fn built_in() -> Self {
        static SHELF: OnceLock<Shelf> = OnceLock::new();
        SHELF
            .get_or_init(|| {
                let mut shelf = Self::default();
                for (stem, text) in FILES {
                    shelf.put(format!("{stem}.md"), Lesson::from_markdown(stem, text));
                }
                shelf
            })
            .clone()
    }

    /// The same, and those of a folder: every file in it that ends in `.md`, but for a README. A folder that is not there holds
    /// none.
    ///
    /// # Errors
    /// [`Error::Io`] when the folder cannot be read. A file that is no lesson is among the faulty ones.
    pub fn with_folder(folder: &Path) -> Result<Self, Error> {
        let mut shelf = Self::built_in();
        let unreadable = |source| Error::Io { path: folder.to_owned(), source };
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(shelf),
            entries => entries.map_err(unreadable)?,
        };
        let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
        let mut paths: Vec<PathBuf> = paths.map_err(unreadable)?.into_iter().filter(|path| is_lesson(path)).collect();
        paths.sort();
        if paths.len() > MAX_FILES {
            let message = format!("{MAX_FILES} lessons are read of a folder; this one has {}.", paths.len());
            shelf.faulty.push(Faulty { file: folder.display().to_string(), message });
        }
        for path in paths.into_iter().take(MAX_FILES) {
            let read = Self::read(&path).and_then(|lesson| {
                match shelf.lessons.iter().find(|known| known.name == lesson.name) {
                    Some(_) => Err(Error::Unreadable {
                        line: 1,
                        message: format!("There is a lesson \"{}\" already: give the file another name.", lesson.name),
                    }),
                    None => Ok(lesson),
                }
            });
            shelf.put(path.display().to_string(), read);
        }
        Ok(shelf)
    }

    /// Reads one file as a lesson of one's own.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be read, [`Error::Unreadable`] where it makes no sense.
    pub fn read(path: &Path) -> Result<Lesson, Error> {
        let io = |source| Error::Io { path: path.to_owned(), source };
        let mut text = String::new();
        // One byte more than there may be tells that there are too many.
        fs::File::open(path).map_err(io)?.take(MAX_TEXT as u64 + 1).read_to_string(&mut text).map_err(io)?;
        let stem = path.file_stem().and_then(OsStr::to_str).unwrap_or_default();
        Ok(Lesson { own: true, ..Lesson::from_markdown(stem, &text)? })
    }

    /// The lesson of that name, or of that number.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there is none; the names of all are told.
    pub fn find(&self, name: &str) -> Result<&Lesson, Error> {
        let by_number = |lesson: &&Lesson| name.parse() == Ok(lesson.number) && lesson.number > 0;
        let by_name = self.lessons.iter().find(|lesson| lesson.name == name);
        by_name.or_else(|| self.lessons.iter().find(by_number)).ok_or_else(|| {
            let names = self.lessons.iter().map(|lesson| lesson.name.as_str()).collect::<Vec<_>>().join(", ");
            Error::Unknown(format!("There is no lesson \"{name}\"; the lessons are {names}."))
        })
    }

    fn put(&mut self, file: String, read: Result<Lesson, Error>) {
        match read {
            Ok(lesson) => self.lessons.push(lesson),
            Err(error) => self.faulty.push(Faulty { file, message: error.to_string() }),
        }
    }
}

fn is_lesson(path: &Path) -> bool {
    let ending = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md"));
    let readme = path.file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case("readme"));
    ending && !readme && path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lesson_that_comes_with_the_app_can_be_read_and_they_are_numbered_from_one() {
        let shelf = Shelf::built_in();
        assert_eq!(shelf.faulty, []);
        let numbers: Vec<u32> = shelf.lessons.iter().map(|lesson| lesson.number).collect();
        assert!(numbers.iter().copied().eq(1..=FILES.len() as u32), "{numbers:?}");
        for lesson in &shelf.lessons {
            assert!(
                lesson.teacher.questions.len() >= 2 && !lesson.teacher.board.is_empty(),
                "{}: teacher",
                lesson.name
            );
            assert!(lesson.steps.iter().any(|step| step.predict.is_some()), "{}: nothing to predict", lesson.name);
            for step in &lesson.steps {
                let place = format!("{}, {}", lesson.name, step.title);
                assert!(step.actions.is_empty() || !step.expect.is_empty(), "{place}: nothing is checked");
                assert!(step.cue.is_some(), "{place}: no cue card");
            }
        }
    }

    #[test]
    fn a_folder_s_lessons_stand_behind_those_of_the_app_and_what_is_none_says_why() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("it is written");
        let (_, first) = FILES[0];
        write("README.md", "no lesson");
        write("notes.txt", "no lesson");
        write("20-mine.md", first);
        write("21-hit-and-miss.md", first);
        write("22-empty.md", "");
        let shelf = Shelf::with_folder(folder.path()).expect("the folder is there");
        let mine = shelf.find("mine").expect("it is read");
        assert!(mine.own && mine.number == 20);
        let faulty: Vec<&str> = shelf.faulty.iter().map(|faulty| faulty.message.as_str()).collect();
        assert!(faulty[0].contains("already") && faulty[1].starts_with("line 1"), "{faulty:?}");
        assert_eq!(faulty.len(), 2);
        let none = Shelf::with_folder(&folder.path().join("none")).expect("no folder, no lessons");
        assert_eq!(none.lessons.len(), FILES.len());
        let unknown = shelf.find("flood").expect_err("no such lesson").to_string();
        assert!(unknown.contains("hit-and-miss"), "{unknown}");
    }
}
