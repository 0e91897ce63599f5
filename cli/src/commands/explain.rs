//! `lavka explain`

use std::process::ExitCode;

use crate::args::Explain;
use crate::output;

pub(crate) fn run(args: &Explain) -> Result<ExitCode, String> {
    match lavka_codegen::diag::explain(&args.code) {
        Some(page) => {
            output::data(format!("{}\n", page.trim_end()).as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        None => {
            output::error(&format!(
                "there is no code `{}`; codes look like L103",
                args.code
            ));
            Ok(ExitCode::from(2))
        }
    }
}
