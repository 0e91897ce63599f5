//! Documents with one fault each: which rules report it, from the files to lint. `!` marks an error.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

use std::fmt::Write as _;
use std::path::Path;

use lavka_model::diag::Severity;

#[test]
fn faults_are_reported_by_these_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = ["tests/broken", "../codegen/tests/broken"]
        .iter()
        .map(|folder| root.join(folder))
        .find(|folder| folder.is_dir())
        .unwrap();
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "yaml"))
        .collect();
    files.sort();
    assert!(files.len() > 200);
    let mut table = String::new();
    for file in files {
        let (model, mut findings) = lavka_model::model(&file, "broken");
        if let Some((document, api)) = &model {
            findings.extend(lavka_model::lint::lint(document, api));
        }
        assert!(
            model.is_some() || findings.has_errors(),
            "{}",
            file.display()
        );
        let codes: Vec<String> = findings
            .iter()
            .map(|finding| {
                let error = finding.severity() == Severity::Error;
                format!("{}{}", finding.code.id(), if error { "!" } else { "" })
            })
            .collect();
        let name = file.file_stem().unwrap().to_string_lossy();
        let _ = writeln!(table, "{name}\t{}", codes.join(" "));
    }
    let golden = root.join("tests/documents/broken.tsv");
    if std::env::var_os("LAVKA_BLESS").is_some() {
        std::fs::write(&golden, &table).unwrap();
    }
    let expected = std::fs::read_to_string(&golden).unwrap_or_default();
    let differ: Vec<String> = table
        .lines()
        .filter(|line| !expected.lines().any(|known| known == *line))
        .map(str::to_owned)
        .collect();
    assert!(
        differ.is_empty() && table.lines().count() == expected.lines().count(),
        "LAVKA_BLESS=1 rewrites the table, in which these differ: {differ:#?}"
    );
}
