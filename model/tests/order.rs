//! The order of a document never changes what a type is called, or what it is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

#[path = "support/model_text.rs"]
mod model_text;

use std::io;
use std::path::Path;

use lavka_model::model::Api;
use lavka_model::source::{Node, Value};
use lavka_random::Random;

/// The tree as JSON text, keys of every object in another order.
fn shuffled(node: &Node, random: &mut Random, out: &mut String) {
    match &node.value {
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                shuffled(item, random, out);
            }
            out.push(']');
        }
        Value::Object(object) => {
            let mut members: Vec<_> = object.iter().collect();
            random.shuffle(&mut members);
            out.push('{');
            for (at, (key, member)) in members.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&serde_json::Value::String(key.clone()).to_string());
                out.push(':');
                shuffled(&member.node, random, out);
            }
            out.push('}');
        }
        _ => out.push_str(&node.to_json().to_string()),
    }
}

/// Every line of the model's text, with the type or operation that it belongs to, in order.
fn facts(api: &Api) -> Vec<String> {
    let text = model_text::text(api);
    let mut facts = Vec::new();
    let mut block = String::new();
    let mut part = String::new();
    for line in text.lines() {
        if !line.starts_with(' ') {
            block = line
                .split_once("): ")
                .map_or(line, |(what, _)| what)
                .to_owned();
            part.clear();
        } else if !line.starts_with("    ") {
            part = line.to_owned();
        }
        // Of several reasons, the first is reported.
        let line = match line.split_once("): ") {
            Some((what, _)) if line.starts_with("left out") => what,
            _ => line,
        };
        // Credentials in the body are arguments: their order is that of the properties.
        if !line.starts_with("auth body:") {
            facts.push(format!("{block} | {part} | {line}"));
        }
    }
    facts.sort();
    facts
}

fn model(text: &str) -> Api {
    let read = |path: &str| {
        if path == "api.json" {
            Ok(text.as_bytes().to_vec())
        } else {
            Err(io::Error::from(io::ErrorKind::NotFound))
        }
    };
    let (document, findings) = lavka_model::read_with("api.json", "", &read);
    lavka_model::derive(&document.unwrap_or_else(|| panic!("{findings}")), "api").0
}

fn check(path: &Path, rounds: u64) {
    let (source, findings) = lavka_model::source::load(path);
    let root = source.root().unwrap_or_else(|| panic!("{findings}"));
    let mut first: Option<Vec<String>> = None;
    for round in 0..rounds {
        let mut text = String::new();
        shuffled(
            root,
            &mut Random::new(0x9E37_79B9_7F4A_7C15 ^ (round + 1)),
            &mut text,
        );
        let found = facts(&model(&text));
        match &first {
            None => first = Some(found),
            Some(first) => {
                let lost = first.iter().find(|fact| found.binary_search(fact).is_err());
                let new = found.iter().find(|fact| first.binary_search(fact).is_err());
                assert_eq!(
                    (lost, new),
                    (None, None),
                    "{}, round {round}",
                    path.display()
                );
                assert_eq!(first.len(), found.len(), "{}", path.display());
            }
        }
    }
}

#[test]
fn shuffled_documents() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/specs");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of specs")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files.iter().for_each(|path| check(path, 25));
}

/// `ORDER=FOLDER`: documents of a folder.
#[test]
#[ignore = "needs ORDER=FOLDER"]
fn documents_of_a_folder() {
    let folder = std::env::var("ORDER").expect("ORDER=FOLDER");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension != "md"))
        .collect();
    files.sort();
    for path in files {
        println!("{}", path.display());
        if lavka_model::read(&path).0.is_some() {
            check(&path, 3);
        }
    }
}
