//! Draws operations, calls them through the generated clients, and checks both sides of the wire against the document.
//!
//! Documents are read one after the other; their operations are called in batches, so that neither the generator nor the compiler
//! ever holds all of them.

mod case;
mod program;
mod security;
mod server;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::document::Document;
use case::Case;

/// Calls of one program. More take longer to compile than they save.
const BATCH: usize = 60;

/// The operations of a document that were drawn.
pub(crate) struct Drawn {
    path: PathBuf,
    module: String,
    cases: Vec<Case>,
}

/// What became of the calls.
#[derive(Default)]
struct Sum {
    held: usize,
    called: usize,
    /// Operations that were not called, by the reason.
    skipped: BTreeMap<String, usize>,
}

/// Calls `wanted` operations and prints each that goes wrong. Returns whether all held.
pub(crate) fn call(paths: &[PathBuf], out: &Path, wanted: usize, seed: u64) -> io::Result<bool> {
    fs::create_dir_all(out)?;
    let mut sum = Sum::default();
    let drawn = draw(paths, wanted, seed, &mut sum);
    let total: usize = drawn.iter().map(|drawn| drawn.cases.len()).sum();
    let mut done = 0;
    for batch in batches(drawn) {
        let calls: usize = batch.iter().map(|drawn| drawn.cases.len()).sum();
        progress(&format!(
            "calls {} to {} of {total}",
            done + 1,
            done + calls
        ));
        run(batch, out, &mut sum)?;
        done += calls;
    }
    progress("");
    say!(
        "{} of {} calls held on both sides of the wire",
        sum.held,
        sum.called
    );
    for (reason, count) in &sum.skipped {
        say!("not called: {count} ({reason})");
    }
    Ok(sum.held == sum.called)
}

/// Shows progress, on a terminal only.
#[allow(clippy::print_stderr)]
fn progress(text: &str) {
    if io::stderr().is_terminal() {
        eprint!("\r\x1b[K{text}");
    }
}

/// Cases over all documents in turn, so that a large one does not crowd out the others.
fn draw(paths: &[PathBuf], wanted: usize, seed: u64, sum: &mut Sum) -> Vec<Drawn> {
    let each = wanted.div_ceil(paths.len().max(1)) * 2;
    let mut all = Vec::new();
    for (index, path) in paths.iter().enumerate() {
        progress(&format!("reading {}", path.display()));
        let Some(document) = Document::read(path).filter(Document::is_openapi_3) else {
            *sum.skipped
                .entry("document is not OpenAPI 3".to_owned())
                .or_default() += 1;
            continue;
        };
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let module = format!(
            "d{index}_{}",
            lavka_codegen::pipeline::module_name(Path::new(&*stem))
        );
        // A document's draw does not depend on the others.
        let mut rng = fastrand::Rng::with_seed(seed.wrapping_mul(1_000_003) ^ hash(&stem));
        let mut operations = document.operations();
        rng.shuffle(&mut operations);
        let mut cases = Vec::new();
        for operation in &operations {
            if cases.len() == each {
                break;
            }
            match Case::make(&module, &document, operation, &mut rng) {
                Ok(case) => cases.push(case),
                Err(reason) => *sum.skipped.entry(reason.to_owned()).or_default() += 1,
            }
        }
        all.push(Drawn {
            path: path.clone(),
            module,
            cases,
        });
    }
    share(&mut all, wanted);
    all.retain(|drawn| !drawn.cases.is_empty());
    all
}

/// Keeps `wanted` cases: as many of each document, as far as it has them.
fn share(all: &mut [Drawn], wanted: usize) {
    let total = |most: usize, all: &[Drawn]| -> usize {
        all.iter().map(|drawn| drawn.cases.len().min(most)).sum()
    };
    let largest = all.iter().map(|drawn| drawn.cases.len()).max().unwrap_or(0);
    let most = (0..=largest)
        .find(|most| total(*most, all) >= wanted)
        .unwrap_or(largest);
    let mut over = total(most, all).saturating_sub(wanted);
    for drawn in all.iter_mut() {
        drawn.cases.truncate(most);
        if over > 0 && drawn.cases.len() == most {
            drawn.cases.pop();
            over -= 1;
        }
    }
}

/// FNV-1a: the same on every machine.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn batches(drawn: Vec<Drawn>) -> Vec<Vec<Drawn>> {
    let mut batches: Vec<Vec<Drawn>> = Vec::new();
    let mut size = BATCH;
    for drawn in drawn {
        if size + drawn.cases.len() > BATCH {
            batches.push(Vec::new());
            size = 0;
        }
        size += drawn.cases.len();
        if let Some(batch) = batches.last_mut() {
            batch.push(drawn);
        }
    }
    batches
}

/// Generates, compiles and calls one batch.
fn run(mut batch: Vec<Drawn>, out: &Path, sum: &mut Sum) -> io::Result<()> {
    let broken = program::build(&mut batch, out)?;
    for (module, calls, why) in &broken {
        say!("{module}: {calls} calls: {why}");
        sum.called += calls;
    }
    if batch.is_empty() {
        return Ok(());
    }
    let listed = program::run(out, &json!({"list": true}))?;
    let known = listed.first().cloned().unwrap_or_default();
    let mut cases: Vec<Case> = batch.into_iter().flat_map(|drawn| drawn.cases).collect();
    let is_there = |case: &Case| {
        let module = known.get(&case.module);
        module.is_some_and(|module| module.get(&case.operation).is_some())
    };
    for case in cases.iter().filter(|case| !is_there(case)) {
        say!(
            "{} {} {}: left out of the bindings",
            case.module,
            case.request.method,
            case.template
        );
        sum.called += 1;
    }
    cases.retain(is_there);
    let server = server::start(&cases);
    let input: Vec<Value> = cases
        .iter()
        .enumerate()
        .map(|(index, case)| case.input(index, server.port()))
        .collect();
    let results = program::run(out, &json!({"cases": input}));
    let seen = server.stop();
    let results = results?;
    for (index, case) in cases.iter().enumerate() {
        let result = results
            .iter()
            .find(|result| result.get("case").and_then(Value::as_u64) == Some(index as u64));
        let problems = case.judge(seen.get(&index), result);
        sum.called += 1;
        if problems.is_empty() {
            sum.held += 1;
        } else {
            say!(
                "{} {} {}: {}",
                case.module,
                case.request.method,
                case.template,
                problems.join("; ")
            );
        }
    }
    Ok(())
}
