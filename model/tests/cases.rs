//! Small documents, one construct each (the first line of each says what is right): the model and the findings are those of
//! `goldens/NAME.txt`. `LAVKA_BLESS=1` writes them; read the difference before it is kept.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/model_text.rs"]
mod model_text;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn specs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/specs");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder of specs")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files
}

#[test]
fn models_and_findings() {
    let mut wrong = Vec::new();
    for path in specs() {
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let (made, findings) = lavka_model::model(&path, "api");
        let (_, api) = made.unwrap_or_else(|| panic!("{name}: {findings}"));
        assert!(!findings.has_errors(), "{name}: {findings}");
        let mut text = model_text::text(&api);
        if !findings.is_empty() {
            text.push('\n');
        }
        for finding in &findings {
            let _ = writeln!(
                text,
                "{} {} line {}",
                finding.code,
                finding.message,
                finding.origin.line()
            );
        }
        let golden = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/goldens")
            .join(&name)
            .with_extension("txt");
        if std::env::var_os("LAVKA_BLESS").is_some() {
            std::fs::write(&golden, &text).expect("written");
        } else if std::fs::read_to_string(&golden).unwrap_or_default() != text {
            wrong.push(format!("{name}\n{text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
