//! The window: the only room that knows egui. It reads snapshots, drains events and sends commands;
//! it never touches the network, a file or the database.
//!
//! In reading order: [`window`] takes in and draws, `deeds` carries out, [`action`] says what can be
//! done, `view`, `list`, `order`, `header`, `row_text` and `row` are the list, `side` what
//! stands beside it, `add`, `new_link`, `settings` and `dialog` the dialogs.

pub mod action;
mod action_look;
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
mod announce;
mod appearance;
mod bars;
mod bidi;
mod cancel;
mod closing;
mod copied;
pub mod deed;
mod deeds;
mod details;
mod dialog;
mod due;
mod elide;
mod empty;
mod ending;
mod error;
mod events;
mod filter;
mod folder;
mod fonts;
mod header;
mod icons;
mod keep;
mod keys;
mod limit;
mod limit_switch;
mod links;
mod list;
mod middle;
mod new_link;
mod order;
mod palette;
mod present;
mod raised;
mod relink;
mod relocate;
mod rename;
mod row;
mod row_text;
mod rows;
mod run;
mod selection;
mod settings;
mod side;
mod sight;
mod space;
mod span_bar;
mod standing;
mod start;
#[cfg(test)]
mod state_table;
mod stay;
mod theme;
mod toasts;
mod view;
mod wake;
mod when;
mod widget;
pub mod window;
mod window_system;

pub use error::WindowError;
pub use run::check;
pub use stay::stay;
pub use wake::WakeSlot;
