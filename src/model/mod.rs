//! Nouns: values only, no I/O and no clock. Everything above may name them; they name nothing above.

pub mod block;
pub mod checksum;
mod content_type;
pub mod digests;
pub mod disposition;
mod encoded_word;
mod ext_value;
pub mod failure;
pub mod fit;
pub mod host;
pub mod id;
pub mod job;
pub mod link_header;
pub mod log;
pub mod metalink;
pub mod name;
pub mod options;
pub mod path;
pub mod phase;
pub mod pieces;
pub mod place;
pub mod proof;
pub mod range;
pub mod settings;
pub mod url;
pub mod validator;
pub mod why;
