//! Decisions, sans-IO: time is an argument, randomness a seed. Names `model` only.

pub mod checkpoint;
pub mod content_range;
pub mod crew;
pub mod decide;
pub mod digests;
pub mod expiry;
pub mod fleet;
pub mod head;
pub mod host;
pub mod identity;
pub mod lanes;
pub mod ledger;
pub mod meter;
pub mod pace;
pub mod planner;
pub mod proof;
pub mod recover;
pub mod redirect;
pub mod refit;
pub mod retry;
pub mod same_file;
pub mod sidecar;
pub mod transfer;
