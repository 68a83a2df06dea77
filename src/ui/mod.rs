//! The window: the only room that knows egui. It reads snapshots, drains events and sends commands;
//! it never touches the network, a file or the database.
//!
//! In reading order: [`window`] takes in and draws, `deeds` carries out, [`action`] says what can be
//! done, `list`, `row_text` and `row` are the list, `add`, `new_link`, `settings` and `dialog` the dialogs.

pub mod action;
mod add;
mod add_draw;
mod add_field;
mod add_flow;
mod add_looks;
mod add_made;
mod add_more;
mod add_options;
mod add_place;
mod add_rows;
mod appearance;
mod bars;
pub mod deed;
mod deeds;
mod details;
mod dialog;
mod due;
mod elide;
mod empty;
mod error;
mod filter;
mod fonts;
mod icons;
mod keys;
mod limit;
mod links;
mod list;
mod new_link;
mod palette;
mod relink;
mod rename;
mod row;
mod row_text;
mod rows;
mod run;
mod selection;
mod settings;
mod span_bar;
mod theme;
mod toasts;
mod wake;
mod widget;
pub mod window;

pub use error::WindowError;
pub use run::{check, run};
pub use wake::WakeSlot;
