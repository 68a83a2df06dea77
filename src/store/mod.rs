//! What is remembered: one SQLite file, one connection on one thread, a function per question and
//! a file per table; and the settings, a TOML file (`settings`). The only room that names `rusqlite`
//! and `toml_edit`.
//!
//! Invariants: questions are answered in the order they were asked; what one question writes is all
//! or nothing, and durable when it is answered; nothing is read without being checked; no damaged
//! or newer file is ever deleted or written over.

mod blocks;
mod column;
mod descriptions;
mod error;
mod file;
mod generations;
mod handle;
mod hosts;
mod jobs;
mod log;
mod open;
mod phase;
mod recent;
mod run;
mod schema;
mod settings;
mod spans;
mod speeds;
#[cfg(test)]
mod tests;
mod thread;
mod ui_state;

pub use error::{OpenError, StoreError};
pub use handle::{Reply, StoreHandle};
pub use jobs::FreshLink;
pub use open::{Opened, open};
pub use settings::{SettingsError, SettingsFile, Stood};
pub use spans::Durable;
