//! Integration tests: one binary, one module per subject.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

mod binary;
mod cli_get;
mod cli_list;
mod cli_socket;
mod cli_usage;
mod file_server;
mod ui_add;
mod ui_jobs;
mod ui_stage;
mod ui_window;
