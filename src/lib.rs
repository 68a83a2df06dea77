//! Onward.
pub mod app;
pub mod model;
pub mod ui;
pub mod words;
