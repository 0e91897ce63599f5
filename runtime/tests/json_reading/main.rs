//! The JSON codec beside serde_json, and what is its own: scalars, objects, limits, places of errors, Serde's bridge.

#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod agreement;
mod bridge;
mod judge;
mod lenient;
mod limits;
mod objects;
mod places;
mod scalars;
mod wide;
mod writing;

use lavka_runtime::json::{FromJson, decode};

/// Reads a text that is right.
fn read<T: FromJson>(text: &str) -> T {
    decode(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The error of a text that is wrong, as it is shown.
fn refused<T: FromJson>(text: &str) -> String {
    match decode::<T>(text.as_bytes()) {
        Ok(_) => panic!("read, but wrong: {text}"),
        Err(error) => error.to_string(),
    }
}
