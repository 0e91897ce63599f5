//! The subcommands, one file each. Those that call the APIs need the feature `apis`.

pub(crate) mod bundle;
#[cfg(feature = "apis")]
pub(crate) mod call;
#[cfg(feature = "apis")]
pub(crate) mod convert;
#[cfg(feature = "apis")]
pub(crate) mod demo;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod generate;
pub(crate) mod lint;
pub(crate) mod review;
#[cfg(feature = "apis")]
pub(crate) mod sandbox;
#[cfg(feature = "apis")]
mod support;

#[cfg(feature = "apis")]
use support::{api, block_on, left_out, lost, operation, read, report};
