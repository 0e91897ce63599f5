//! Draws operations, calls them through the generated clients, and holds both sides of the wire against the document.

mod case;
mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::check;
use crate::document::Document;
use crate::measure::Outcome;
use case::Case;

/// Calls `wanted` operations; prints each that goes wrong. Returns whether all held.
#[allow(clippy::print_stdout)]
pub(crate) fn call(outcomes: &[Outcome], out: &Path, wanted: usize, seed: u64) -> io::Result<bool> {
    let mut rng = fastrand::Rng::with_seed(seed);
    let documents: Vec<(&str, Document)> = outcomes
        .iter()
        .filter_map(|outcome| Some((outcome.module.as_deref()?, Document::read(&outcome.path)?)))
        .collect();
    let mut cases = draw(&documents, wanted, &mut rng);
    write_program(&cases, outcomes, out)?;
    let built = Command::new("cargo")
        .args(["build", "--quiet", "--offline"])
        .current_dir(out)
        .output()?;
    if !built.status.success() {
        println!(
            "the calling program does not compile: {}",
            String::from_utf8_lossy(&built.stderr)
                .lines()
                .take(40)
                .collect::<Vec<_>>()
                .join("\n")
        );
        return Ok(false);
    }
    let listed = run(out, &json!({"list": true}))?;
    let known = listed.first().cloned().unwrap_or_default();
    let mut skipped = BTreeMap::<String, usize>::new();
    cases.retain(|case| {
        let there = known
            .get(&case.module)
            .and_then(|m| m.get(format!("{} {}", case.request.method, case.template)))
            .is_some();
        if !there {
            *skipped
                .entry("left out of the bindings".to_owned())
                .or_default() += 1;
        }
        there
    });
    let server = server::start(&cases)?;
    let input: Vec<Value> = cases
        .iter()
        .enumerate()
        .map(|(index, case)| case.input(index, server.port))
        .collect();
    let results = run(out, &json!({"cases": input}))?;
    let seen = server.stop();
    let mut held = 0;
    for (index, case) in cases.iter().enumerate() {
        let result = results
            .iter()
            .find(|result| result.get("case").and_then(Value::as_u64) == Some(index as u64));
        let problems = case.judge(seen.get(&index), result);
        if problems.is_empty() {
            held += 1;
        } else {
            println!(
                "{} {} {}: {}",
                case.module,
                case.request.method,
                case.template,
                problems.join("; ")
            );
        }
    }
    println!(
        "{held} of {} calls held on both sides of the wire; {skipped:?}",
        cases.len()
    );
    Ok(held == cases.len())
}

/// Cases over all documents in turn, so that a large one does not crowd out the others.
fn draw(documents: &[(&str, Document)], wanted: usize, rng: &mut fastrand::Rng) -> Vec<Case> {
    let mut queues: Vec<Vec<Case>> = Vec::new();
    let each = wanted.div_ceil(documents.len().max(1)) * 2;
    for (module, document) in documents {
        let mut operations = document.operations();
        rng.shuffle(&mut operations);
        let made = operations
            .iter()
            .filter_map(|operation| Case::make(module, document, operation, rng))
            .take(each);
        queues.push(made.collect());
    }
    let mut cases = Vec::new();
    while cases.len() < wanted && queues.iter().any(|queue| !queue.is_empty()) {
        for queue in &mut queues {
            if cases.len() < wanted
                && let Some(case) = queue.pop()
            {
                cases.push(case);
            }
        }
    }
    cases
}

/// Writes the crate of the calling program: modules with the operations that are called, and a `main` that reads cases and prints
/// results.
fn write_program(cases: &[Case], outcomes: &[Outcome], out: &Path) -> io::Result<()> {
    let source = out.join("calls/src");
    if source.exists() {
        fs::remove_dir_all(&source)?;
    }
    fs::create_dir_all(&source)?;
    let names: BTreeSet<&str> = cases.iter().map(|case| case.module.as_str()).collect();
    let mut list = String::new();
    for outcome in outcomes {
        let Some(name) = outcome
            .module
            .as_deref()
            .filter(|name| names.contains(name))
        else {
            continue;
        };
        let drawn = cases.iter().filter(|case| case.module == name);
        let options = drawn.fold(crate::options(), |options, case| {
            options.only(case.choice.clone())
        });
        let generated = lavka_codegen::pipeline::generate(&outcome.path, &[], &options);
        let generated = generated.map_err(|error| io::Error::other(format!("{name}: {error}")))?;
        fs::write(source.join(format!("{name}.rs")), generated.single_file())?;
        let _ = writeln!(list, "pub mod {name};");
    }
    let arms: String = names
        .iter()
        .map(|name| format!("(\"{name}\", &{name}::dynamic::Api as &dyn Api),\n"))
        .collect();
    let program = include_str!("call/program.rs.txt")
        .replace("// MODULES", &list)
        .replace("// APIS", &arms);
    fs::write(out.join("calls/src/main.rs"), program)?;
    let tokio = "tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n";
    fs::write(
        out.join("calls/Cargo.toml"),
        check::manifest("calls", tokio),
    )?;
    fs::write(
        out.join("Cargo.toml"),
        check::workspace(&["calls".to_owned()]),
    )?;
    fs::copy(check::root().join("Cargo.lock"), out.join("Cargo.lock"))?;
    Ok(())
}

/// Runs the program on an input; its output is one JSON value a line.
fn run(out: &Path, input: &Value) -> io::Result<Vec<Value>> {
    fs::write(out.join("cases.json"), input.to_string())?;
    let run = Command::new(out.join("target/debug/calls"))
        .arg(out.join("cases.json"))
        .output()?;
    let text = String::from_utf8_lossy(&run.stdout).into_owned();
    if !run.status.success() {
        let error = String::from_utf8_lossy(&run.stderr).into_owned();
        return Err(io::Error::other(format!(
            "the calling program ended with {}: {error}",
            run.status
        )));
    }
    Ok(text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect())
}
