//! Documents with one fault each: which rules fire, as errors or warnings. `BLESS=1` writes `broken.txt`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use lavka_model::diag::Severity;

#[test]
fn rules_of_each_fault() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = std::fs::read_dir(here.join("../codegen/tests/broken"))
        .expect("the folder of documents")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .collect();
    files.sort();
    let mut found = String::new();
    for path in files {
        let (made, mut findings) = lavka_model::model(&path, "api");
        if let Some((document, api)) = &made {
            findings.extend(lavka_model::lint::lint(document, api));
        }
        let name = path.file_stem().expect("a name").to_string_lossy();
        let _ = write!(found, "{name}:");
        for finding in &findings {
            let error = finding.severity() == Severity::Error;
            let _ = write!(found, " {}{}", finding.code, if error { "!" } else { "" });
        }
        found.push('\n');
    }
    let golden = here.join("tests/broken.txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&golden, &found).expect("written");
    }
    let expected = std::fs::read_to_string(&golden).unwrap_or_default();
    for (expected, found) in expected.lines().zip(found.lines()) {
        assert_eq!(expected, found);
    }
    assert_eq!(expected.len(), found.len());
}
