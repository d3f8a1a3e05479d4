use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::{Error, Settings};

/// No settings of ours are longer, in bytes.
const MAX_SIZE: u64 = 64 * 1024;

/// How many damaged files are kept.
const MAX_ASIDE: usize = 100;

/// The file the settings are kept in.
#[derive(Debug, Clone)]
pub(crate) struct SettingsFile {
    path: PathBuf,
}

impl SettingsFile {
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join("settings.json") }
    }

    /// The settings as kept, or the first ones. A file that cannot be read is put aside, and the second value says so.
    pub(crate) fn read(&self) -> (Settings, Option<String>) {
        match self.try_read() {
            Ok(settings) => (settings, None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (Settings::default(), None),
            Err(error) => {
                let aside = self.aside();
                let kept = match fs::rename(&self.path, &aside) {
                    Ok(()) => format!("It was kept as {}", aside.display()),
                    Err(_) => "It was left as it is".to_owned(),
                };
                let path = self.path.display();
                let notice = format!(
                    "The settings in {path} could not be read ({error}). {kept}, and the first settings apply."
                );
                (Settings::default(), Some(notice))
            }
        }
    }

    /// Where a damaged file is kept: beside those kept before.
    fn aside(&self) -> PathBuf {
        let numbered = (1..).map(|number| self.path.with_extension(format!("damaged-{number}.json")));
        numbered.take(MAX_ASIDE).find(|path| !path.exists()).unwrap_or_else(|| self.path.with_extension("damaged.json"))
    }

    fn try_read(&self) -> io::Result<Settings> {
        let mut text = String::new();
        fs::File::open(&self.path)?.take(MAX_SIZE).read_to_string(&mut text)?;
        let settings: Settings = serde_json::from_str(&text)?;
        settings.check().map_err(io::Error::other)?;
        Ok(settings)
    }

    /// Keeps the settings: whole or not at all, also when the app is killed meanwhile.
    pub(crate) fn write(&self, settings: &Settings) -> Result<(), Error> {
        self.try_write(settings).map_err(|source| Error::SettingsNotKept { path: self.path.clone(), source })
    }

    fn try_write(&self, settings: &Settings) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(&serde_json::to_vec_pretty(settings)?)?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trace::Query;

    #[test]
    fn settings_come_back_as_they_were_kept() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = SettingsFile::in_folder(folder.path());
        assert_eq!(file.read(), (Settings::default(), None));

        let mut settings = Settings { product: 7, ..Settings::default() };
        settings.conditions.query = Query::Report;
        file.write(&settings).expect("the folder is writable");
        assert_eq!(file.read(), (settings, None));
    }

    #[test]
    fn damaged_settings_are_put_aside_with_a_notice() {
        for damaged in ["{", "", "{\"conditions\":{\"ttl_ms\":0}}", "{\"product\":\"x\"}"] {
            let folder = tempfile::tempdir().expect("a temporary folder");
            // The second is not kept in the first one's place.
            for name in ["settings.damaged-1.json", "settings.damaged-2.json"] {
                fs::write(folder.path().join("settings.json"), damaged).expect("the file is written");
                let (settings, notice) = SettingsFile::in_folder(folder.path()).read();
                assert_eq!(settings, Settings::default());
                assert!(notice.expect("a notice").contains(name));
                assert_eq!(fs::read_to_string(folder.path().join(name)).expect("kept aside"), damaged);
            }
        }
    }

    #[test]
    fn settings_of_an_older_version_are_filled_up() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("settings.json"), r#"{"product": 9, "gone": true}"#).expect("written");
        let (settings, notice) = SettingsFile::in_folder(folder.path()).read();
        assert_eq!((settings.product, notice), (9, None));
    }
}
