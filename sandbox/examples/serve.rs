//! Serves an API of your own: a bundled OpenAPI document and a folder of samples.
//!
//! `cargo run -p lavka-sandbox --example serve -- NAME DOCUMENT.json SAMPLES`, then `curl` the printed URL.
#![allow(clippy::print_stdout, reason = "a program, not a library")]

use std::error::Error;
use std::path::Path;

use lavka_sandbox::{Api, Sample, Sandbox};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut builder = Sandbox::builder();
    let mut rest = arguments.as_slice();
    while let [name, document, samples, tail @ ..] = rest {
        builder = builder.serve(load(name, document, samples)?);
        rest = tail;
    }
    if !rest.is_empty() || arguments.is_empty() {
        return Err("usage: serve (NAME DOCUMENT.json SAMPLES)…".into());
    }
    let sandbox = builder.start_blocking()?;
    for (name, url) in sandbox.urls() {
        println!("{name} {url}");
    }
    loop {
        std::thread::park();
    }
}

fn load(name: &str, document: &str, samples: &str) -> Result<Api, Box<dyn Error>> {
    let mut files = Vec::new();
    if Path::new(samples).is_dir() {
        for entry in std::fs::read_dir(samples)? {
            let path = entry?.path();
            if let Some(file) = path.file_name().and_then(|file| file.to_str()) {
                files.push((file.to_owned(), std::fs::read(&path)?));
            }
        }
    }
    let samples: Vec<Sample<'_>> = files
        .iter()
        .filter_map(|(file, bytes)| Sample::from_file_name(file, bytes))
        .collect();
    let api = Api::from_bundled(name, &std::fs::read_to_string(document)?, &samples)?;
    for gap in api.check_samples() {
        println!("{name}: {gap}");
    }
    Ok(api)
}
