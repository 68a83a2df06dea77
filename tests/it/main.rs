//! Integration tests: one binary, one module per subject.

mod ui_add;
mod ui_jobs;
mod ui_stage;
mod ui_window;
