//! Integration tests: one binary, one module per subject.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

mod app_links;
mod binary;
mod cli_get;
mod cli_list;
mod cli_socket;
mod cli_usage;
mod fault_reply;
mod fault_server;
mod file_server;
mod fuzz;
mod limits;
mod rows;
mod rows_a;
mod rows_b;
mod rows_c;
mod rows_d;
mod rows_digests;
mod rows_disguised;
mod rows_e;
mod rows_f;
mod rows_first;
mod rows_g;
mod rows_http2;
mod rows_links;
mod rows_mirrors;
mod rows_refresh;
mod rows_several;
mod rows_waits;
mod ui_add;
mod ui_jobs;
mod ui_limits;
mod ui_links;
mod ui_stage;
mod ui_window;
