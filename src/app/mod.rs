//! The service: owns the runtime, the store and the queue; `Command` in, `Snapshot` and `Event` out.

pub mod command;
pub mod event;
pub mod handle;
pub mod snapshot;
