//! What rustdoc shows of the bindings.

#![allow(clippy::expect_used, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lavka_tests::specs::{APIS, root};

/// Builds the documentation of `lavka`, and returns its folder.
fn documentation() -> PathBuf {
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let target = tmp.parent().unwrap_or(tmp);
    let run = Command::new(env!("CARGO"))
        .args([
            "doc",
            "--quiet",
            "--locked",
            "--offline",
            "--no-deps",
            "-p",
            "lavka",
        ])
        .args(["--features", "testing,schema,dynamic,tracing"])
        .current_dir(root())
        .env("CARGO_TARGET_DIR", target)
        .env("RUSTDOCFLAGS", "-D warnings")
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{errors}");
    target.join("doc/lavka")
}

fn read(path: &Path) -> String {
    let text = fs::read_to_string(path);
    text.unwrap_or_else(|error| format!("{}: {error}", path.display()))
}

#[test]
fn the_page_of_an_api_shows_client_credentials_operations_and_types() {
    let docs = documentation();
    let crate_page = read(&docs.join("index.html"));
    for section in ["features", "tls", "errors", "retries", "testing", "sandbox"] {
        assert!(
            crate_page.contains(&format!("id=\"{section}\"")),
            "{section}"
        );
    }
    for api in APIS {
        assert!(
            crate_page.contains(&format!("href=\"{api}/index.html\"")),
            "{api}"
        );
        let page = read(&docs.join(api).join("index.html"));
        let shows = |kind: &str, name: &str| {
            assert!(
                page.contains(&format!("href=\"{kind}.{name}.html\"")),
                "the page of {api} does not show {name}"
            );
            assert!(
                docs.join(api).join(format!("{kind}.{name}.html")).is_file(),
                "{api}: {name}"
            );
        };
        shows("struct", "Client");
        shows("trait", "Operations");
        // Fileflare needs no credentials.
        if api != "fileflare" {
            shows("struct", "Credentials");
        }
        let types = read(&root().join(format!("generated/src/{api}/types.rs")));
        let mut seen = 0;
        for line in types.lines() {
            for (keyword, kind) in [("pub struct ", "struct"), ("pub enum ", "enum")] {
                if let Some(rest) = line.strip_prefix(keyword) {
                    shows(kind, rest.split([' ', '(']).next().expect("a name"));
                    seen += 1;
                }
            }
        }
        assert!(seen > 1, "{api}");
    }
    // What macros write is documented as what is written out.
    let order = read(&docs.join("qnits/struct.Order.html"));
    for expected in [
        "id=\"method.new\"",
        "id=\"method.with_comments\"",
        "href=\"struct.Order.html#structfield.comments\"",
        "id=\"method.example\"",
    ] {
        assert!(order.contains(expected), "{expected}");
    }
    let operations = read(&docs.join("qnits/trait.Operations.html"));
    assert!(operations.contains("id=\"method.create_order\""));
    assert!(operations.contains("dyn Operations"));
}

/// The place in the document is named once, at the end of an item's docs.
#[test]
fn sources_end_the_docs_of_an_item() {
    let mut sources = 0;
    for api in APIS {
        for file in ["types", "client"] {
            let text = read(&root().join(format!("generated/src/{api}/{file}.rs")));
            let mut block: Vec<&str> = Vec::new();
            for line in text.lines().map(str::trim_start) {
                if let Some(doc) = line.strip_prefix("///") {
                    block.push(doc.trim());
                    continue;
                }
                let named = block
                    .iter()
                    .filter(|line| line.starts_with("Source: "))
                    .count();
                sources += named;
                let last = block
                    .last()
                    .is_some_and(|line| line.starts_with("Source: "));
                assert!(named == usize::from(last), "{api}/{file}.rs: {block:?}");
                block.clear();
            }
        }
    }
    assert!(sources > 100, "{sources}");
}
