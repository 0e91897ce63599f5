//! Compares two versions of an OpenAPI document: what a change does to JSON callers, XML callers, Rust programs, and behaviour.

pub mod catalogue;
pub mod finding;
pub mod level;
mod wire;
