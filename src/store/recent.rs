//! The folders files went to last: one row of the table `settings`, beside the fields of `Settings`,
//! which pass it over.

use std::path::PathBuf;

use rusqlite::OptionalExtension;

use super::column::{from_noun, to_noun};
use super::handle::{Reply, StoreHandle};

/// Folders that are remembered.
const MAX_RECENT: usize = 5;

/// The row's key.
const KEY: &str = "recent_dirs";

impl StoreHandle {
    /// The folders files went to last, the latest first, `MAX_RECENT` at most.
    pub fn recent_dirs(&self) -> Reply<Vec<PathBuf>> {
        self.ask(|connection| read(connection))
    }

    /// Files go to these folders now.
    pub fn remember_dirs(&self, dirs: Vec<PathBuf>) -> Reply<()> {
        self.keep(move |connection| {
            let before = read(connection)?;
            let mut all: Vec<PathBuf> = Vec::new();
            // What is not UTF-8 cannot be kept as text, and is only not offered again.
            for dir in dirs.into_iter().filter(|dir| dir.to_str().is_some()).chain(before) {
                if !all.contains(&dir) {
                    all.push(dir);
                }
            }
            all.truncate(MAX_RECENT);
            connection.execute(
                "INSERT INTO settings (key, value) VALUES (?1, ?2) \
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (KEY, from_noun(&all)?),
            )?;
            Ok(())
        })
    }
}

fn read(connection: &rusqlite::Connection) -> Result<Vec<PathBuf>, super::error::StoreError> {
    let row = connection
        .query_row("SELECT value FROM settings WHERE key = ?1", [KEY], |row| {
            row.get::<_, String>(0)
        })
        .optional()?;
    row.map_or(Ok(Vec::new()), |text| to_noun(&text, "the recent folders"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::settings::Settings;

    #[test]
    fn the_latest_five_are_kept_beside_the_settings() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("onward.db");
        let store = crate::store::open(&file, jiff::Timestamp::UNIX_EPOCH).unwrap().store;
        assert_eq!(store.recent_dirs().blocking().unwrap(), Vec::<PathBuf>::new());
        for n in 0..7 {
            store.remember_dirs(vec![PathBuf::from(format!("/srv/{n}"))]).blocking().unwrap();
        }
        store.remember_dirs(vec!["/srv/4".into(), "/srv/4".into()]).blocking().unwrap();
        store.put_old_settings(&[("live_jobs", "7")]);
        let kept: Vec<PathBuf> =
            [4, 6, 5, 3, 2].map(|n| PathBuf::from(format!("/srv/{n}"))).to_vec();
        assert_eq!(store.recent_dirs().blocking().unwrap(), kept);
        let settings = Settings { live_jobs: 7, ..Settings::default() };
        assert_eq!(store.old_settings().blocking().unwrap(), Some(settings));
        store.forget_old_settings().blocking().unwrap();
        assert_eq!(store.old_settings().blocking().unwrap(), None);
        assert_eq!(store.recent_dirs().blocking().unwrap(), kept, "they are no old setting");
    }
}
