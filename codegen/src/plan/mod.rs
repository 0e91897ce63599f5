//! Every decision about Rust, as plain data. [`crate::print`] prints it and decides nothing.

#[doc(hidden)]
pub mod adapter;
pub mod docs;
pub mod markdown;
pub mod names;
pub mod rust_type;
mod spelling;
