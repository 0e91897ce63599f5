//! The reduced specs of `specs/kinds`, one for each kind of document that once made bindings which did not compile, or not without a
//! warning: here they are compiled with every warning an error.

#![deny(warnings, missing_docs, rust_2018_idioms)]

include!(concat!(env!("OUT_DIR"), "/kinds.rs"));
