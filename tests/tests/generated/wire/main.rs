//! What generated clients send and read, byte for byte: the bindings are generated from small specs by `build.rs`, compiled here, and
//! called against a server on loopback.

#![deny(unused_imports, unused_mut, unused_variables, unreachable_patterns)]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]
#![allow(missing_docs, unreachable_pub)]

mod bodies;
mod cases;
mod replies;
mod security;
mod styles;
mod support;
