use std::path::Path;

use crate::{Error, KeptFile, Settings};

/// No settings of ours are longer, in bytes.
const MAX_SIZE: u64 = 64 * 1024;

/// The file the settings are kept in.
#[derive(Debug, Clone)]
pub(crate) struct SettingsFile(KeptFile);

impl SettingsFile {
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self(KeptFile::new(folder.join("settings.json"), "The settings", "the first settings apply", MAX_SIZE))
    }

    /// The settings as kept, or the first ones. A file that cannot be read is put aside, and the second value says so.
    pub(crate) fn read(&self) -> (Settings, Option<String>) {
        self.0.read(Settings::check)
    }

    /// Keeps the settings: whole or not at all, also when the app is killed meanwhile.
    pub(crate) fn write(&self, settings: &Settings) -> Result<(), Error> {
        self.0.write(settings).map_err(|source| Error::SettingsNotKept { path: self.0.path().to_owned(), source })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use trace::Query;

    use super::*;

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
    fn what_is_wrong_with_the_settings_is_told_without_the_passwords_that_stand_there() {
        for (wrong, url) in [
            (r#"{"conditions":{"engine":"URL"}}"#, "redis://:hunter2@host"),
            (r#"{"conditions":{"database":{"kind":"URL"}}}"#, "postgres://me:hunter2@host/shop"),
            (r#"{"conditions":{"engine":{"kind":"external","url":"URL"}}}"#, "http://me:hunter2@host"),
            (r#"{"conditions":{"database":{"kind":"postgres","url":"URL"}}}"#, "postgres://me:hunter2@host:0/shop"),
        ] {
            let folder = tempfile::tempdir().expect("a temporary folder");
            fs::write(folder.path().join("settings.json"), wrong.replace("URL", url)).expect("the file is written");
            let (_, notice) = SettingsFile::in_folder(folder.path()).read();
            let notice = notice.expect("a notice");
            assert!(!notice.contains("hunter2"), "{notice}");
        }
    }

    #[test]
    fn settings_of_an_older_version_are_filled_up() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("settings.json"), r#"{"product": 9, "gone": true}"#).expect("written");
        let (settings, notice) = SettingsFile::in_folder(folder.path()).read();
        assert_eq!((settings.product, settings.newcomer, notice), (9, false, None));
        assert!(Settings::default().newcomer, "who has none is new");
    }
}
