//! Lints documents: `cargo run -p lavka-model --example lint -- FILE…`. With `--count`, findings by rule.

#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::path::Path;

#[allow(clippy::print_stdout)]
fn main() {
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    let (counts, files): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|argument| argument == "--count");
    for file in files {
        let (made, mut findings) = lavka_model::model(Path::new(&file), "api");
        if let Some((document, api)) = &made {
            findings.extend(lavka_model::lint::lint(document, api));
        }
        for finding in &findings {
            *codes.entry(finding.code.id()).or_default() += 1;
        }
        if counts.is_empty() {
            print!("{}", findings.to_text());
        }
    }
    for (code, count) in codes {
        println!("{code}\t{count}");
    }
}
