//! The command `lavka` as its users see it: the built binary, real files, real sockets on loopback.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod bundle;
mod call;
mod call_errors;
mod call_replies;
mod convert;
mod demo;
mod diff;
mod dry_run;
mod generate;
mod given;
mod lint;
mod operations;
mod package;
mod sandbox;
mod support;
mod usage;
