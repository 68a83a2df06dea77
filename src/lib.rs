//! Onward.
pub mod app;
pub mod cli;
pub mod engine;
pub mod model;
pub mod plan;
pub mod store;
pub mod ui;
pub mod words;
