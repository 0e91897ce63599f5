//! What each stage of the front makes of a small document: the typed document with its places, and the normalized one.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

#[path = "support/document_text.rs"]
mod document_text;

use std::path::Path;

use document_text::Expand;
use lavka_model::{openapi, read_source, source};

/// Compares with a file, or writes it (`LAVKA_BLESS=1`).
fn golden(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/documents")
        .join(name);
    if std::env::var_os("LAVKA_BLESS").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(expected, found, "{name} differs (LAVKA_BLESS=1 rewrites)");
}

#[test]
fn stages() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents");
    let (source, findings) =
        source::load_with("small.yaml", "", &|path| std::fs::read(folder.join(path)));
    assert!(findings.is_empty(), "{findings}");
    let (typed, findings) = openapi::read(&source);
    assert!(findings.is_empty(), "{findings}");
    // What is not written takes most lines.
    let text = format!("{:#?}\n", typed.unwrap());
    let written: Vec<&str> = text
        .lines()
        .filter(|line| {
            let value = line.trim_end_matches(',');
            !["None", "[]", "{}"]
                .iter()
                .any(|nothing| value.ends_with(nothing))
        })
        .collect();
    golden("small.typed.txt", &(written.join("\n") + "\n"));
    let (document, findings) = read_source(&source);
    assert!(findings.is_empty(), "{findings}");
    golden(
        "small.normalized.txt",
        &document_text::text(&document.unwrap(), Expand::Names),
    );
}
