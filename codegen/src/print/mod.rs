//! The plan as tokens. Nothing is decided here.

pub mod rust_type;
