//! `lavka explain`

use std::process::ExitCode;

use crate::args::Explain;
use crate::output;

pub(crate) fn run(args: &Explain) -> Result<ExitCode, String> {
    let page = lavka_codegen::diag::explain(&args.code).map(str::to_owned);
    match page.or_else(|| lavka_review::catalogue::explain(&args.code)) {
        Some(page) => {
            output::data(format!("{}\n", page.trim_end()).as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        None => {
            output::error(&format!(
                "there is no code `{}`; codes look like L103 (lint) or R413 (diff)",
                args.code
            ));
            Ok(ExitCode::from(2))
        }
    }
}
