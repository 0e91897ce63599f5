//! Reads documents and prints a row for each: operations, schemas, milliseconds, findings by code. `-v` prints the findings, `-t` the normalized document.

#[path = "../tests/support/document_text.rs"]
mod document_text;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

#[allow(clippy::print_stdout)]
fn main() {
    let mut verbose = false;
    let mut text = false;
    let mut errors = 0;
    let mut files: Vec<PathBuf> = Vec::new();
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "-v" => verbose = true,
            "-t" => text = true,
            path => {
                let path = PathBuf::from(path);
                if let Ok(folder) = std::fs::read_dir(&path) {
                    let documents = folder.flatten().map(|entry| entry.path()).filter(|path| {
                        let extension = path.extension().unwrap_or_default();
                        ["yaml", "yml", "json"]
                            .iter()
                            .any(|known| extension == *known)
                    });
                    let from = files.len();
                    files.extend(documents);
                    files[from..].sort();
                } else {
                    files.push(path);
                }
            }
        }
    }
    for file in files {
        let start = Instant::now();
        let (document, findings) = lavka_model::read(&file);
        let time = start.elapsed();
        let mut codes: BTreeMap<String, usize> = BTreeMap::new();
        for finding in &findings {
            let mark = if finding.severity() == lavka_model::diag::Severity::Error {
                "!"
            } else {
                ""
            };
            *codes
                .entry(format!("{mark}{}", finding.code.id()))
                .or_default() += 1;
        }
        let codes: Vec<String> = codes
            .iter()
            .map(|(code, n)| format!("{code}×{n}"))
            .collect();
        let (operations, schemas) = document.as_ref().map_or((0, 0), |document| {
            (document.operations.len(), document.schemas.len())
        });
        if document.is_none() || findings.has_errors() {
            errors += 1;
        }
        println!(
            "{:50} {operations:5} {schemas:7} {:6} ms  {}",
            file.file_name().unwrap_or_default().to_string_lossy(),
            time.as_millis(),
            codes.join(" ")
        );
        if let (true, Some(document)) = (text, &document) {
            print!(
                "{}",
                document_text::text(document, document_text::Expand::Names)
            );
        }
        if verbose {
            print!("{}", findings.to_text());
        }
    }
    println!("{errors} unread or with errors");
}
