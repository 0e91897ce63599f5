//! `lavka call`
use std::process::ExitCode;
use crate::args::Call;
pub(crate) fn run(_: &Call) -> Result<ExitCode, String> {
    Err("not yet".to_owned())
}
