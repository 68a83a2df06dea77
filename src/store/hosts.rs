//! Table `hosts`: what was learned of servers.

use crate::model::host::HostFacts;

use super::column::{from_noun, to_noun};
use super::handle::{Reply, StoreHandle};

impl StoreHandle {
    /// Every server something is known of, by name.
    pub fn hosts(&self) -> Reply<Vec<HostFacts>> {
        self.ask(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT facts FROM hosts ORDER BY name")?;
            let mut rows = statement.query(())?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(to_noun(row.get_ref(0)?.as_str().unwrap_or_default(), "a server")?);
            }
            Ok(found)
        })
    }

    /// Saves what is known of a server in place of what was.
    pub fn save_host(&self, facts: HostFacts) -> Reply<()> {
        self.write(move |connection| {
            connection
                .prepare_cached(
                    "INSERT INTO hosts (name, facts) VALUES (?1, ?2) \
                     ON CONFLICT (name) DO UPDATE SET facts = excluded.facts",
                )?
                .execute((&facts.name, from_noun(&facts)?))?;
            Ok(())
        })
    }

    /// Forgets a server; says whether anything was known of it.
    pub fn forget_host(&self, name: String) -> Reply<bool> {
        self.write(move |connection| {
            let forgotten =
                connection.prepare_cached("DELETE FROM hosts WHERE name = ?1")?.execute([name])?;
            Ok(forgotten > 0)
        })
    }
}
