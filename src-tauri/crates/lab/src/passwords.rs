//! The passwords in the addresses of engines and databases, and where they are put back.

use std::sync::{Mutex, PoisonError};

use trace::{Conditions, DatabaseKind, Engine, ServerUrl};

use crate::Error;

/// The addresses that conditions have named since the laboratory was opened, each with its password if that was given. What is
/// shown and kept of conditions has dots in its place, and so has what comes back from there, from a window or a recording: here
/// the password is put back. It is in memory alone, and goes with the laboratory.
#[derive(Debug, Default)]
pub(crate) struct Passwords(Mutex<Vec<ServerUrl>>);

impl Passwords {
    /// Puts the passwords back where dots stand for them, and remembers those that are given.
    ///
    /// # Errors
    /// [`Error::Invalid`] where dots stand in an address that was never named: a password goes nowhere but where it was given
    /// for.
    pub(crate) fn tell(&self, conditions: &mut Conditions) -> Result<(), Error> {
        urls(conditions).try_for_each(|url| {
            *url = self.told(url).ok_or_else(|| {
                Error::Invalid(format!(
                    "The password in {url} is hidden by three dots, and is not known for this address. Type it again."
                ))
            })?;
            Ok(())
        })
    }

    /// Remembers the addresses of conditions as they stand: of settings that were kept, dots and all.
    pub(crate) fn remember(&self, conditions: &Conditions) {
        urls(&mut conditions.clone()).for_each(|url| self.keep(url));
    }

    fn told(&self, url: &ServerUrl) -> Option<ServerUrl> {
        if !url.is_hidden() {
            self.keep(url);
            return Some(url.clone());
        }
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // One whose password nobody has told yet is asked for again as it stands.
        known.iter().find(|known| known.to_string() == url.to_string()).cloned()
    }

    fn keep(&self, url: &ServerUrl) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match known.iter_mut().find(|known| known.to_string() == url.to_string()) {
            Some(before) if !url.is_hidden() => *before = url.clone(),
            Some(_) => {}
            None => known.push(url.clone()),
        }
    }
}

/// The addresses that conditions name.
fn urls(conditions: &mut Conditions) -> impl Iterator<Item = &mut ServerUrl> {
    let engine = match &mut conditions.engine {
        Engine::External { url } => Some(url),
        Engine::Bundled { .. } | Engine::MiniRedis { .. } => None,
    };
    let database = match &mut conditions.database {
        DatabaseKind::Postgres { url } => Some(url),
        DatabaseKind::Sqlite => None,
    };
    engine.into_iter().chain(database)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(engine: &str, database: &str) -> Conditions {
        let engine = Engine::External { url: engine.into() };
        let database = DatabaseKind::Postgres { url: database.into() };
        Conditions { engine, database, ..Conditions::default() }
    }

    /// As a window or a file gives them back.
    fn shown(conditions: &Conditions) -> Conditions {
        serde_json::from_str(&serde_json::to_string(conditions).expect("plain data")).expect("its own")
    }

    #[test]
    fn a_password_is_put_back_where_it_was_given_for_and_nowhere_else() {
        let passwords = Passwords::default();
        let mut given = over("redis://:hunter2@host", "postgres://me:hunter3@host/shop");
        passwords.tell(&mut given).expect("nothing is hidden");
        let mut back = shown(&given);
        assert_ne!(back, given);
        passwords.tell(&mut back).expect("both are known");
        assert_eq!(back, given);

        // The newest counts.
        let mut newer = over("redis://:hunter2@host", "postgres://me:hunter4@host/shop");
        passwords.tell(&mut newer).expect("nothing is hidden");
        let mut back = shown(&given);
        passwords.tell(&mut back).expect("both are known");
        assert_eq!(back, newer);

        for mut elsewhere in [
            over("redis://:…@evil.example", "postgres://me:hunter4@host/shop"),
            over("redis://:hunter2@host", "postgres://me:…@host/other"),
        ] {
            let refused = passwords.tell(&mut elsewhere).expect_err("not known there").to_string();
            assert!(refused.contains("Type it again") && !refused.contains("hunter"), "{refused}");
        }
        assert!(!format!("{passwords:?}").contains("hunter"));
    }

    #[test]
    fn an_address_that_was_kept_is_asked_for_again_as_it_stands_until_its_password_is_given() {
        let passwords = Passwords::default();
        let kept = over("redis://:…@host", "postgres://me:…@host/shop");
        passwords.remember(&kept);
        let mut asked = kept.clone();
        passwords.tell(&mut asked).expect("it was kept");
        assert_eq!(asked, kept);
        let mut given = over("redis://:hunter2@host", "postgres://me:hunter3@host/shop");
        passwords.tell(&mut given).expect("nothing is hidden");
        passwords.tell(&mut asked).expect("they were given");
        assert_eq!(asked, given);
    }
}
