use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::NamedTempFile;
use trace::hide_passwords;

/// How many damaged files are kept.
const MAX_ASIDE: usize = 100;

/// A small file of JSON that is kept from one start to the next.
#[derive(Debug, Clone)]
pub struct KeptFile {
    path: PathBuf,
    /// What it holds, at the beginning of a sentence.
    what: &'static str,
    /// What happens where it cannot be read.
    otherwise: &'static str,
    most: u64,
}

impl KeptFile {
    /// A file that holds something, such as "The settings"; what happens where it cannot be read, such as "the first settings
    /// apply"; and how long it may be, in bytes.
    #[must_use]
    pub fn new(path: PathBuf, what: &'static str, otherwise: &'static str, most: u64) -> Self {
        Self { path, what, otherwise, most }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it holds if `check` finds that it makes sense; what is usual where there is none. A file that cannot be read is put
    /// aside, and the second value says so.
    pub fn read<T: DeserializeOwned + Default>(
        &self,
        check: impl FnOnce(&T) -> Result<(), String>,
    ) -> (T, Option<String>) {
        match self.try_read(check) {
            Ok(held) => (held, None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (T::default(), None),
            Err(error) => {
                let aside = self.aside();
                let kept = match fs::rename(&self.path, &aside) {
                    Ok(()) => format!("It was kept as {}", aside.display()),
                    Err(_) => "It was left as it is".to_owned(),
                };
                let (what, path, otherwise) = (self.what, self.path.display(), self.otherwise);
                // serde repeats what it could not read.
                let error = hide_passwords(&error.to_string());
                let notice = format!("{what} in {path} could not be read ({error}). {kept}, and {otherwise}.");
                (T::default(), Some(notice))
            }
        }
    }

    /// Where a damaged file is kept: beside those kept before.
    fn aside(&self) -> PathBuf {
        let numbered = (1..).map(|number| self.path.with_extension(format!("damaged-{number}.json")));
        numbered.take(MAX_ASIDE).find(|path| !path.exists()).unwrap_or_else(|| self.path.with_extension("damaged.json"))
    }

    fn try_read<T: DeserializeOwned>(&self, check: impl FnOnce(&T) -> Result<(), String>) -> io::Result<T> {
        let mut text = String::new();
        fs::File::open(&self.path)?.take(self.most).read_to_string(&mut text)?;
        let held: T = serde_json::from_str(&text)?;
        check(&held).map_err(io::Error::other)?;
        Ok(held)
    }

    /// Keeps it: whole or not at all, also when the app is killed meanwhile.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(&self, held: &impl Serialize) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(&serde_json::to_vec_pretty(held)?)?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        Ok(())
    }
}
