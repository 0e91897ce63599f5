//! `scripts/corpus`: generates every document of a folder, and measures what comes out.

#[macro_use]
mod output;

mod call;
mod check;
mod document;
mod family;
mod measure;
mod table;
mod values;
mod wire;
mod xml;

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "usage: scripts/corpus DIR [--check | --quick] [--call N] [--seed S] [--out DIR] [--only PART] [--table FILE]

Generates bindings for each OpenAPI document in DIR and prints a table: operations in and out, findings by code, time, memory.

  --check       compiles all modules in few crates, with clippy and rustdoc; a warning is a failure
  --quick       the same with `cargo check` alone, without the module `dynamic`
  --call N      draws N operations over all documents, calls them through the generated clients against a server that checks
                each request by what OpenAPI says, and compares the replies; without the table, unless --check or --table is given
  --seed S      another draw (default 1)
  --out DIR     where modules and crates are written (default target/corpus)
  --only PART   only documents whose name contains PART
  --table FILE  writes the table as Markdown

Exit code: 0 all generated and held, 1 something did not, 2 wrong usage.";

/// What the modules are generated with.
pub(crate) fn options() -> lavka_codegen::options::Options {
    lavka_codegen::options::Options::new().dynamic_feature("dynamic")
}

struct Arguments {
    folder: PathBuf,
    check: Option<check::Depth>,
    call: usize,
    seed: u64,
    out: PathBuf,
    only: String,
    table: Option<PathBuf>,
}

fn arguments() -> Option<Arguments> {
    let mut words = std::env::args().skip(1);
    let mut found = Arguments {
        folder: PathBuf::new(),
        check: None,
        call: 0,
        seed: 1,
        out: check::root().join("target/corpus"),
        only: String::new(),
        table: None,
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--check" => found.check = Some(check::Depth::Full),
            "--quick" => found.check = Some(check::Depth::Quick),
            "--call" => found.call = words.next()?.parse().ok()?,
            "--seed" => found.seed = words.next()?.parse().ok()?,
            "--out" => found.out = words.next()?.into(),
            "--only" => found.only = words.next()?,
            "--table" => found.table = Some(words.next()?.into()),
            _ if word.starts_with('-') || !found.folder.as_os_str().is_empty() => return None,
            _ => found.folder = word.into(),
        }
    }
    (!found.folder.as_os_str().is_empty()).then_some(found)
}

#[allow(clippy::print_stderr)]
fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [first, path, out] = words.as_slice()
        && first == "one"
    {
        let report = measure::one(Path::new(path), Path::new(out));
        return match output::line(format_args!("{report}")) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(2),
        };
    }
    let Some(arguments) = arguments() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        // Nobody reads on, as behind `| head`: as a shell reports it of other programs.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::from(141),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> std::io::Result<bool> {
    let mut paths: Vec<PathBuf> = fs::read_dir(&arguments.folder)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|e| e == "yaml" || e == "yml" || e == "json")
        })
        .filter(|path| path.to_string_lossy().contains(&arguments.only))
        .collect();
    paths.sort();
    let modules = arguments.out.join("modules");
    fs::create_dir_all(&modules)?;
    let mut outcomes = Vec::new();
    let mut taken = BTreeSet::new();
    // Calls need no table: they generate what they call.
    let table = arguments.call == 0 || arguments.check.is_some() || arguments.table.is_some();
    for path in paths.iter().filter(|_| table) {
        let outcome = measure::measure(path, &modules, &mut taken);
        say!("{}", table::line(&outcome));
        outcomes.push(outcome);
    }
    if table {
        say!("{}", table::summary(&outcomes));
    }
    if let Some(file) = &arguments.table {
        fs::write(file, table::markdown(&outcomes))?;
    }
    let mut good = outcomes.iter().all(|outcome| outcome.module.is_some());
    if let Some(depth) = arguments.check {
        let failed = check::check(&outcomes, &modules, &arguments.out.join("check"), depth)?;
        let generated = outcomes.iter().filter(|o| o.module.is_some()).count();
        say!(
            "{} of {generated} modules compile without a warning",
            generated.saturating_sub(failed)
        );
        good &= failed == 0;
    }
    if arguments.call > 0 {
        good &= call::call(
            &paths,
            &arguments.out.join("call"),
            arguments.call,
            arguments.seed,
        )?;
    }
    Ok(good)
}
