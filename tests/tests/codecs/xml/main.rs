//! The XML codec: every form of field, every scalar, broken and hostile documents, lists in pieces, and the reader
//! beside other parsers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "tests fail by panicking; the modules of support are also included by the fuzz targets"
)]

mod bounds;
mod forms;
mod hostile;
mod oracle;
mod stream;
mod support;
mod values;
