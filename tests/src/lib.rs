//! What the tests of the whole project share: the specs as they are on disk, payloads by name, canonical comparison,
//! the coverage of the documents and the errata.
//!
//! Nothing here is published. A helper that meets a broken checkout panics with a message that names the file.

#![allow(
    clippy::panic,
    clippy::expect_used,
    reason = "helpers of tests: a broken checkout is a failed test"
)]

pub mod compare;
pub mod coverage;
pub mod documents;
pub mod errata;
pub mod exact;
pub mod inputs;
pub mod place;
pub mod specs;

/// Bindings of the specs in `specs/cases` and `specs/wire`, as `build.rs` generates them. In a library, so that the compiler
/// warns of what is not used.
#[deny(warnings)]
#[allow(missing_docs)]
pub mod wire {
    include!(concat!(env!("OUT_DIR"), "/wire.rs"));
}
