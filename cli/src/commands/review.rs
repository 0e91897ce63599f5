//! `lavka review`

use std::process::ExitCode;

use lavka_review::format;

use super::diff;
use crate::args::Review;
use crate::output;

pub(crate) fn run(args: &Review) -> Result<ExitCode, String> {
    let report = match diff::report(&args.compared) {
        Ok(report) => report,
        Err(error) => return Ok(diff::refused(&error)),
    };
    if let Err(e) = std::fs::write(&args.output, format::page(&report)) {
        return Ok(output::usage(&format!(
            "cannot write {}: {e}",
            args.output.display()
        )));
    }
    output::note(&format!(
        "spec {}, crate {}: {}\n",
        report.spec().as_str(),
        report.bindings().as_str(),
        args.output.display()
    ));
    Ok(diff::verdict(&report, &args.compared))
}
