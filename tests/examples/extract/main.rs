//! `extract DOCUMENTS_DIR SPECS_DIR [--check]`: reads the five documents and writes what they say word for
//! word: `specs/coverage/<api>.tsv` (the rows of their tables) and the `documented` and `verbatim` samples of
//! `specs/samples`. Nothing of that is ever typed by hand.
//!
//! With `--check` nothing is written: a file that is missing, differs, or that no document prints is named.
//! Exit codes: 0 fine, 1 a difference or failed work, 2 wrong usage.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool talks to its terminal"
)]

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: extract DOCUMENTS_DIR SPECS_DIR [--check]";

fn main() -> ExitCode {
    let mut check = false;
    let mut folders = Vec::new();
    for argument in std::env::args_os().skip(1) {
        if argument == "--check" {
            check = true;
        } else if argument.to_string_lossy().starts_with('-') {
            eprintln!("extract: unknown option {}\n{USAGE}", argument.display());
            return ExitCode::from(2);
        } else {
            folders.push(PathBuf::from(argument));
        }
    }
    let [documents, specs] = folders.as_slice() else {
        eprintln!(
            "extract: two folders are needed, {} given\n{USAGE}",
            folders.len()
        );
        return ExitCode::from(2);
    };
    let result = lavka_tests::documents::extract(documents).and_then(|files| {
        if check {
            files.check(specs)
        } else {
            files.write(specs)
        }
    });
    match result {
        Ok(summary) => {
            println!("{summary}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("extract: {message}");
            ExitCode::FAILURE
        }
    }
}
