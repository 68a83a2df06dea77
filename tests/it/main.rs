//! Integration tests: one binary, one module per subject.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

mod app_adding;
mod app_links;
mod binary;
mod cli_get;
mod cli_list;
mod cli_socket;
mod cli_usage;
mod dice;
mod fault_reply;
mod fault_server;
#[cfg(target_os = "linux")]
mod faults;
mod file_server;
mod focus;
mod fuzz;
mod limits;
mod queue;
#[cfg(target_os = "linux")]
mod relocate;
#[cfg(target_os = "linux")]
mod relocate_crash;
mod rows;
mod rows_a;
mod rows_attach;
mod rows_b;
mod rows_c;
#[cfg(target_os = "linux")]
mod rows_crash;
mod rows_d;
mod rows_digests;
mod rows_disguised;
#[cfg(target_os = "linux")]
mod rows_disk;
mod rows_e;
mod rows_f;
mod rows_first;
mod rows_g;
mod rows_http2;
#[cfg(target_os = "linux")]
mod rows_large;
mod rows_links;
mod rows_metalink;
mod rows_mirrors;
mod rows_proxy;
mod rows_refresh;
mod rows_several;
mod rows_slow;
#[cfg(target_os = "linux")]
mod rows_slow_disk;
mod rows_tls;
mod rows_waits;
mod shared_server;
#[cfg(target_os = "linux")]
mod stage;
mod tls_front;
mod ui_add;
mod ui_add_found;
mod ui_add_more;
mod ui_clicks;
mod ui_closing;
mod ui_copied;
mod ui_details;
mod ui_ending;
mod ui_hours;
mod ui_jobs;
mod ui_kept;
mod ui_limits;
mod ui_links;
mod ui_list;
mod ui_moves;
mod ui_queue;
mod ui_settings;
mod ui_settings_lists;
mod ui_stage;
mod ui_window;
