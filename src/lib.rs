//! Onward.
pub mod app;
pub mod model;
