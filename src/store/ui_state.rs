//! Table `ui_state`: how the window was left, one row per field. What cannot be read stands as it
//! does by default: a window is never kept from opening by how it was left.

use serde_json::{Map, Value};

use crate::model::ui_state::UiState;

use super::column::{from_noun, to_noun};
use super::handle::{Reply, StoreHandle};

impl StoreHandle {
    /// How the window was left; what was never saved stands as it does by default.
    pub fn ui_state(&self) -> Reply<UiState> {
        self.ask(|connection| {
            let mut statement = connection.prepare_cached("SELECT key, value FROM ui_state")?;
            let mut rows = statement.query(())?;
            let mut fields = Map::new();
            while let Some(row) = rows.next()? {
                let value = row.get_ref(1)?.as_str().unwrap_or_default();
                if let Ok(value) = serde_json::from_str(value) {
                    fields.insert(row.get(0)?, value);
                }
            }
            Ok(UiState::of_fields(fields))
        })
    }

    /// Saves how the window was left.
    pub fn save_ui_state(&self, state: &UiState) -> Reply<()> {
        let state = state.clone();
        self.write(move |connection| {
            let fields: Map<String, Value> = to_noun(&from_noun(&state)?, "the window")?;
            let mut save = connection.prepare_cached(
                "INSERT INTO ui_state (key, value) VALUES (?1, ?2) \
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )?;
            for (key, value) in fields {
                save.execute((key, value.to_string()))?;
            }
            Ok(())
        })
    }
}
