//! Table `settings`, where the settings were before they were a file: taken over once, then empty but for
//! what `recent` keeps there.

use serde_json::{Map, Value};

use super::super::column::to_noun;
use super::super::error::StoreError;
use super::super::handle::{Reply, StoreHandle};
use crate::model::settings::Settings;

impl StoreHandle {
    /// The settings of before they were a file; none where there are none, or no more.
    pub fn old_settings(&self) -> Reply<Option<Settings>> {
        self.ask(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT key, value FROM settings WHERE key <> 'recent_dirs'")?;
            let mut rows = statement.query(())?;
            let mut fields = Map::new();
            while let Some(row) = rows.next()? {
                let value = row.get_ref(1)?.as_str().unwrap_or_default();
                fields.insert(row.get(0)?, to_noun(value, "a setting")?);
            }
            if fields.is_empty() {
                return Ok(None);
            }
            serde_json::from_value(Value::Object(fields))
                .map(Some)
                .map_err(|_| StoreError::Unreadable("the settings".to_owned()))
        })
    }

    /// Forgets them, once the file stands.
    pub fn forget_old_settings(&self) -> Reply<()> {
        self.write(|connection| {
            connection.execute("DELETE FROM settings WHERE key <> 'recent_dirs'", ())?;
            Ok(())
        })
    }
}
