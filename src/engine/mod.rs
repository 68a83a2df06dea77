//! Bytes: sockets and files. Drives `plan::transfer` for one job at a time and decides nothing
//! itself; never speaks to the user, never sees the store.

mod checkpoint;
mod connections;
pub mod disk;
mod finish;
mod flow;
mod generation;
pub mod hash;
pub mod http;
pub mod job;
pub mod limiter;
mod prove;
mod recheck;
pub mod refit;
pub mod report;
mod sidecar;
pub mod source;
mod system;
pub mod verify;
mod writer;
