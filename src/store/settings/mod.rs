//! The settings: a TOML file that people may change by hand. `text` reads and changes what stands
//! in it, `file` is the only one that touches it, `table` is where the settings were before.
//!
//! Invariant: only the owner of the data directory writes the file, in one step, and nothing in it
//! that was not changed here is lost: unknown keys, comments and order stay.

mod file;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub use file::{SettingsError, SettingsFile, Stood};
