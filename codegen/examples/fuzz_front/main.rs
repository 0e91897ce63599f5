//! Runs the generator on damaged documents for some seconds: no panic, no hang, and what it prints parses as Rust and defines no
//! name twice.
//!
//! `scripts/fuzz-front SECONDS [FOLDER…]` runs it. Documents are changed in their structure (parts are removed, doubled, exchanged with
//! parts of other documents, replaced by unusual values), as OpenAPI (`schemas.rs`) or in their text. What fails stays in `target/fuzz-front` and ends the
//! program; an input that ends the process itself is `target/fuzz-front/running.json`.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a tool")]

mod names;
mod schemas;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use lavka_codegen::options::Options;
use lavka_codegen::pipeline::{self, Error};
use lavka_codegen::source;
use lavka_random::Random;
use serde_json::Value;

/// How long one document may take, with debug assertions and on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The largest document that is a seed, in bytes.
const LARGEST: u64 = 150_000;

/// A document: its text, and the tree that it is.
struct Seed {
    text: String,
    json: bool,
    tree: Value,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments
        .next()
        .and_then(|text| text.parse().ok())
        .unwrap_or(60);
    let folders: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
    let work = PathBuf::from("target/fuzz-front");
    fs::create_dir_all(&work).expect("the folder can be made");
    let seeds = seeds(&folders);
    if seeds.is_empty() {
        println!("no documents in {folders:?}");
        return ExitCode::from(2);
    }
    let number = u64::from(std::process::id());
    println!("{} documents, seed {number}", seeds.len());
    let mut random = Random::new(0x9E37_79B9_7F4A_7C15 ^ number);
    let (mut count, mut generated) = (0_u64, 0_u64);
    let end = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < end {
        let (text, kind) = changed(&mut random, &seeds);
        let input = work.join(format!("running.{kind}"));
        fs::write(&input, &text).expect("the input can be written");
        count += 1;
        match run(&input) {
            Ok(whole) => generated += u64::from(whole),
            Err(why) => {
                let kept = work.join(format!("found-{number}-{count}.{kind}"));
                fs::rename(&input, &kept).expect("the input can be kept");
                println!("{}: {why}", kept.display());
                return ExitCode::FAILURE;
            }
        }
    }
    println!("{count} documents, {generated} of them generated: nothing failed");
    ExitCode::SUCCESS
}

fn seeds(folders: &[PathBuf]) -> Vec<Seed> {
    let mut found = Vec::new();
    let mut open = folders.to_vec();
    open.sort();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).into_iter().flatten().flatten();
            let mut entries: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
            entries.sort();
            open.extend(entries);
            continue;
        }
        let extension = path.extension().and_then(|kind| kind.to_str());
        let small = fs::metadata(&path).is_ok_and(|data| data.len() <= LARGEST);
        if !small || !matches!(extension, Some("yaml" | "yml" | "json")) {
            continue;
        }
        let (read, _) = source::load(&path);
        if let (Some(root), Ok(text)) = (read.root(), fs::read_to_string(&path)) {
            found.push(Seed {
                text,
                json: extension == Some("json"),
                tree: root.to_json(),
            });
        }
    }
    found
}

/// Whether anything was generated.
fn run(input: &Path) -> Result<bool, String> {
    let (send, receive) = mpsc::channel();
    let path = input.to_owned();
    std::thread::Builder::new()
        .stack_size(8 << 20)
        .spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(|| generate(&path)));
            let _ = send.send(result.unwrap_or_else(|_| Err("a panic".to_owned())));
        })
        .map_err(|error| error.to_string())?;
    receive
        .recv_timeout(PATIENCE)
        .unwrap_or_else(|_| Err(format!("no end within {} s", PATIENCE.as_secs())))
}

fn generate(path: &Path) -> Result<bool, String> {
    let _ = pipeline::lint(path);
    let options = Options::new()
        .dynamic_feature("dynamic")
        .schema_feature("schema");
    let generated = match pipeline::generate(path, &[], &options) {
        Ok(generated) => generated,
        Err(Error::Findings(_)) => return Ok(false),
        Err(error @ Error::Internal(_)) => return Err(error.to_string()),
    };
    let text = String::from_utf8(generated.single_file()).map_err(|error| error.to_string())?;
    match syn::parse_file(&text) {
        Ok(file) => match names::twice(&file.items) {
            None => Ok(true),
            Some(name) => Err(format!("`{name}` is defined twice")),
        },
        Err(error) => Err(format!("the output does not parse: {error}")),
    }
}

/// Values that documents rarely have.
fn unusual(random: &mut Random) -> Value {
    const TEXTS: &[&str] = &[
        "",
        "#",
        "#/",
        "#/components/schemas/A",
        "../../etc/passwd",
        "https://a.example/b.yaml",
        "{",
        "{a}{b}",
        "/{a}/{a}",
        "*/*",
        "application/xml",
        "text/event-stream",
        "multipart/form-data",
        "r#type",
        "Self",
        "ünï\u{202e}",
        "a\"b\\c\n//! x",
        "*/ fn x() {}",
        "```rust",
        "null",
        "object",
        "array",
        "2XX",
        "default",
        "\u{0}",
    ];
    match random.below(9) {
        0 => Value::Null,
        1 => Value::Bool(random.below(2) == 0),
        2 => Value::from(i64::MIN),
        3 => Value::from(random.below(300)),
        4 => serde_json::json!(1e300),
        5 => serde_json::json!([]),
        6 => serde_json::json!({}),
        _ => Value::from(*random.pick(TEXTS)),
    }
}

/// A changed document, and how its file is called.
fn changed(random: &mut Random, seeds: &[Seed]) -> (String, &'static str) {
    let seed = random.pick(seeds);
    if random.below(4) == 0 {
        let kind = if seed.json { "json" } else { "yaml" };
        return (changed_text(random, seed, seeds), kind);
    }
    let mut tree = seed.tree.clone();
    if random.below(3) != 0 {
        for _ in 0..=random.below(10) {
            let other = random.pick(seeds);
            schemas::change(random, &mut tree, &other.tree);
        }
        let text = serde_json::to_string_pretty(&tree).unwrap_or_default();
        return (text, "json");
    }
    for _ in 0..=random.below(6) {
        let other = {
            let donor = random.pick(seeds);
            let at = random.below(nodes(&donor.tree));
            node(&mut donor.tree.clone(), at)
                .cloned()
                .unwrap_or_default()
        };
        let at = random.below(nodes(&tree));
        let Some(target) = node(&mut tree, at) else {
            continue;
        };
        match (random.below(6), &mut *target) {
            (0, Value::Object(members)) if !members.is_empty() => {
                let key = members.keys().nth(random.below(members.len())).cloned();
                key.and_then(|key| members.remove(&key));
            }
            (1, Value::Object(members)) if !members.is_empty() => {
                let key = members.keys().nth(random.below(members.len())).cloned();
                if let Some(value) = key.and_then(|key| members.remove(&key)) {
                    let name = unusual(random);
                    members.insert(name.as_str().unwrap_or("x").to_owned(), value);
                }
            }
            (2, Value::Object(members)) => {
                if let Value::Object(more) = other {
                    members.extend(more);
                }
            }
            (0 | 1, Value::Array(items)) if !items.is_empty() => {
                let index = random.below(items.len());
                items.remove(index);
            }
            (2, Value::Array(items)) => items.push(other),
            (3, _) => *target = unusual(random),
            _ => *target = other,
        }
    }
    let text = serde_json::to_string_pretty(&tree).unwrap_or_default();
    (text, "json")
}

fn changed_text(random: &mut Random, seed: &Seed, seeds: &[Seed]) -> String {
    let mut lines: Vec<String> = seed.text.lines().map(str::to_owned).collect();
    for _ in 0..=random.below(4) {
        let at = random.below(lines.len());
        match random.below(5) {
            0 if !lines.is_empty() => drop(lines.remove(at)),
            1 if !lines.is_empty() => {
                let line = lines[at].clone();
                lines.insert(at, line);
            }
            2 => {
                let donor: Vec<&str> = random.pick(seeds).text.lines().collect();
                if !donor.is_empty() {
                    let from = random.below(donor.len());
                    let count = random.below(8).min(donor.len() - from);
                    let part = donor[from..from + count]
                        .iter()
                        .map(|&line| line.to_owned());
                    lines.splice(at..at, part);
                }
            }
            3 if !lines.is_empty() => {
                let cut = random.below(lines[at].chars().count() + 1);
                lines[at] = lines[at].chars().take(cut).collect();
            }
            _ if !lines.is_empty() => lines[at].insert_str(0, "  "),
            _ => {}
        }
    }
    lines.join("\n")
}

/// How many nodes a tree has.
fn nodes(tree: &Value) -> usize {
    1 + match tree {
        Value::Array(items) => items.iter().map(nodes).sum(),
        Value::Object(members) => members.values().map(nodes).sum(),
        _ => 0,
    }
}

/// The node of this number, in the order of the text.
fn node(tree: &mut Value, number: usize) -> Option<&mut Value> {
    if number == 0 {
        return Some(tree);
    }
    let mut rest = number - 1;
    let children: Box<dyn Iterator<Item = &mut Value>> = match tree {
        Value::Array(items) => Box::new(items.iter_mut()),
        Value::Object(members) => Box::new(members.values_mut()),
        _ => return None,
    };
    for child in children {
        let count = nodes(child);
        if rest < count {
            return node(child, rest);
        }
        rest -= count;
    }
    None
}
