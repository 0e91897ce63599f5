//! Every decision about Rust, as plain data.

pub mod docs;
pub mod markdown;
