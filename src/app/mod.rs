//! The service: owns the runtime, the store and the queue; `Command` in, `Snapshot` and `Event` out.
//! The only room that sees both store and engine.

pub mod adding;
pub mod all_done;
pub mod autostart;
mod beside;
pub mod client;
pub mod command;
mod desktop;
mod dropped;
mod effects;
pub mod event;
pub mod focus;
mod forget;
pub mod handle;
mod hosts;
pub mod hours;
#[cfg(test)]
mod hours_tests;
mod instance;
pub mod integrate;
pub mod job_list;
mod later;
#[cfg(test)]
mod left_tests;
mod lock;
#[cfg(test)]
mod lost_tests;
pub mod paths;
pub mod presence;
mod queue;
pub mod raise;
mod record;
mod refresh;
mod relocate;
mod rename;
mod reports;
#[cfg(test)]
pub(crate) mod sample;
mod service;
mod settings;
#[cfg(test)]
mod settings_tests;
pub mod signals;
pub mod snapshot;
mod socket;
mod start;
#[cfg(test)]
mod tests;
mod verify;
mod views;
mod waits;
#[cfg(test)]
mod waits_tests;
#[cfg(test)]
mod window_tests;
mod wishes;

pub use instance::{Running, StartError};
pub use service::Wake;
pub use start::{Attend, Attending, Coming, Face, Launch, Started, Starting, start_window};
pub use verify::hash_file;
