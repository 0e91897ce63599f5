//! The command `lavka`.

mod args;
mod commands;
mod given;
mod output;
mod project;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

fn main() -> ExitCode {
    let args = Args::parse();
    let result = match args.command {
        Command::Demo(a) => commands::demo::run(&a),
        Command::Generate(a) => commands::generate::run(&a),
        Command::Convert(a) => commands::convert::run(&a),
        Command::Call(a) => commands::call::run(&a),
        Command::Sandbox(a) => commands::sandbox::run(&a),
        Command::Lint(a) => commands::lint::run(&a),
        Command::Bundle(a) => commands::bundle::run(&a),
        Command::Explain(a) => commands::explain::run(&a),
        Command::Diff(a) => commands::diff::run(&a),
        Command::Review(a) => commands::review::run(&a),
    };
    match result {
        Ok(code) => code,
        Err(message) => {
            output::error(&message);
            ExitCode::from(1)
        }
    }
}
