//! Bytes: sockets and files. Drives `plan::transfer` for one job at a time and decides nothing
//! itself; never speaks to the user, never sees the store.

mod attach;
mod checkpoint;
mod circumstances;
mod connections;
mod description;
pub mod descriptors;
pub mod disk;
mod doubt;
mod finish;
mod flow;
mod generation;
mod halt;
pub mod hash;
pub mod hook;
pub mod http;
pub mod job;
pub mod limiter;

mod look;
mod mirrors;
pub mod network;
pub mod probe;
mod prove;
mod recheck;
mod record;
pub mod refit;
pub mod relocate;
mod reopen;
mod repair;
pub mod report;
mod rouse;
mod settle;
mod sidecar;
pub mod source;
pub mod sources;
mod story;
mod system;
pub mod threads;
pub mod verify;
mod writer;
