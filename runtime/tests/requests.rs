//! What requests look like on the wire, byte by byte: each style of parameter, each kind of body, each security scheme.
//! What is expected follows OpenAPI's tables of examples and RFC 6570, 6265, 7578, 7617, 6750 and 6749.
#![allow(missing_docs, clippy::expect_used, clippy::unwrap_used, clippy::panic)]

#[path = "wire/mod.rs"]
mod wire;
