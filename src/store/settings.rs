//! Table `settings`: one row per field of `Settings`, so that a field that is not known any more,
//! or not known yet, disturbs no other.

use serde_json::{Map, Value};

use crate::model::settings::Settings;

use super::column::{from_noun, to_noun};
use super::error::StoreError;
use super::handle::{Reply, StoreHandle};

impl StoreHandle {
    /// The settings; what was never saved stands as it does by default.
    pub fn settings(&self) -> Reply<Settings> {
        self.ask(|connection| {
            let mut statement = connection.prepare_cached("SELECT key, value FROM settings")?;
            let mut rows = statement.query(())?;
            let mut fields = Map::new();
            while let Some(row) = rows.next()? {
                let value = row.get_ref(1)?.as_str().unwrap_or_default();
                fields.insert(row.get(0)?, to_noun(value, "a setting")?);
            }
            serde_json::from_value(Value::Object(fields))
                .map_err(|_| StoreError::Unreadable("the settings".to_owned()))
        })
    }

    /// Saves the settings.
    pub fn save_settings(&self, settings: &Settings) -> Reply<()> {
        let settings = settings.clone();
        self.write(move |connection| {
            // Through text, since a path that is not UTF-8 is refused there.
            let fields: Map<String, Value> = to_noun(&from_noun(&settings)?, "the settings")?;
            let mut save = connection.prepare_cached(
                "INSERT INTO settings (key, value) VALUES (?1, ?2) \
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )?;
            for (key, value) in fields {
                save.execute((key, value.to_string()))?;
            }
            Ok(())
        })
    }
}
