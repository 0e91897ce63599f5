//! The command `lavka`.

mod args;
mod commands;
#[cfg(feature = "apis")]
mod given;
mod output;
mod project;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

fn main() -> ExitCode {
    let args = Args::parse();
    let result = match args.command {
        #[cfg(feature = "apis")]
        Command::Demo(a) => commands::demo::run(&a),
        Command::Generate(a) => commands::generate::run(&a),
        #[cfg(feature = "apis")]
        Command::Convert(a) => commands::convert::run(&a),
        #[cfg(feature = "apis")]
        Command::Call(a) => commands::call::run(&a),
        #[cfg(feature = "apis")]
        Command::Sandbox(a) => commands::sandbox::run(&a),
        Command::Lint(a) => commands::lint::run(&a),
        Command::Bundle(a) => commands::bundle::run(&a),
        Command::Explain(a) => commands::explain::run(&a),
        Command::Diff(a) => commands::diff::run(&a),
        Command::Review(a) => commands::review::run(&a),
        #[cfg(not(feature = "apis"))]
        _ => {
            Err("this subcommand calls the APIs: build lavka with its default features".to_owned())
        }
    };
    match result {
        Ok(code) => code,
        Err(message) => {
            output::error(&message);
            ExitCode::from(1)
        }
    }
}
