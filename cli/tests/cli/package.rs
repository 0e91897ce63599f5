//! `lavka generate` for other people's documents: packages, choices, overlays, dry runs, dependencies.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{Folder, Run, finish, lavka, root};

const SPEC: &str = r##"openapi: 3.0.3
info: {title: "Kiosk \"of\" papers", version: "1"}
servers: [{url: "https://kiosk.example.invalid"}]
paths:
  /papers/{id}:
    get:
      operationId: getPaper
      tags: [papers]
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        "200":
          description: The paper.
          content:
            application/json: {schema: {$ref: "#/components/schemas/Paper"}}
            application/xml: {schema: {$ref: "#/components/schemas/Paper"}}
  /shelves:
    get:
      operationId: listShelves
      tags: [shelves]
      responses: {"200": {description: Shelves., content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Shelf"}}}}}}
  /stock/{id}:
    delete:
      operationId: clear
      tags: [shelves]
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      callbacks: {done: {"{$request.body#/url}": {post: {responses: {"200": {description: Fine.}}}}}}
      responses: {"204": {description: Cleared.}}
components:
  schemas:
    Paper: {type: object, required: [title], xml: {name: paper}, properties: {title: {type: string}}}
    Shelf: {type: object, properties: {name: {type: string}, extra: {}}}
"##;

fn generate(folder: &Folder, args: &[&str]) -> Run {
    let mut command = lavka();
    command
        .arg("generate")
        .args(args)
        .current_dir(folder.path());
    finish(command, None)
}

fn kiosk() -> Folder {
    let folder = Folder::new();
    folder.write("kiosk.yaml", SPEC);
    folder
}

fn read(folder: &Folder, file: &str) -> String {
    fs::read_to_string(folder.path().join(file)).unwrap_or_else(|e| panic!("{file}: {e}"))
}

fn runtime() -> String {
    root().join("runtime").to_str().unwrap().to_owned()
}

/// The package compiles and its tests run, with nothing but what is here already.
#[test]
fn a_package_builds_alone_and_names_itself() {
    let folder = kiosk();
    let run = generate(
        &folder,
        &[
            "kiosk.yaml",
            "--crate",
            "kiosk-client",
            "--runtime",
            &runtime(),
        ],
    );
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(
        run.err.contains("kiosk.yaml: 3 of 3 operations, 1 warning"),
        "{}",
        run.err
    );
    for file in [
        "Cargo.toml",
        "README.md",
        "src/lib.rs",
        "src/client.rs",
        "src/types.rs",
    ] {
        assert!(
            run.out.contains(&format!("kiosk-client/{file} written")),
            "{}",
            run.out
        );
    }
    let manifest = read(&folder, "kiosk-client/Cargo.toml");
    assert!(manifest.contains("name = \"kiosk-client\""), "{manifest}");
    let readme = read(&folder, "kiosk-client/README.md");
    assert!(readme.contains("use kiosk_client::Client;"), "{readme}");
    assert!(readme.contains("client.list_shelves().await?"), "{readme}");
    let program = readme.split("```").nth(1).unwrap_or_default();
    let program = program.trim_start_matches("rust,no_run");
    folder.write(
        "kiosk-client/examples/readme.rs",
        format!("{program}\nfn main() {{ let _ = run(); }}\n"),
    );
    folder.write(
        "kiosk-client/tests/agent.rs",
        r##"
            #[test]
            fn it_names_itself() {
                assert_eq!(kiosk_client::operations::API.user_agent, "kiosk-client/0.1.0");
                let client = kiosk_client::Client::builder().build().unwrap();
                drop(client.get_paper(7));
            }
        "##,
    );
    let package = folder.path().join("kiosk-client");
    fs::copy(root().join("Cargo.lock"), package.join("Cargo.lock")).unwrap();
    // Where the dependencies are compiled already.
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let target = temporary.parent().unwrap_or(temporary);
    let run = Command::new(env!("CARGO"))
        .args([
            "test",
            "-q",
            "--offline",
            "--test",
            "agent",
            "--example",
            "readme",
        ])
        .env("CARGO_TARGET_DIR", target)
        .current_dir(&package)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success() && !text.contains("warning:"), "{text}");
    // A second time there is nothing to do, and what belongs to the owner stays.
    let changed = manifest.replace("0.1.0", "0.2.0");
    folder.write("kiosk-client/Cargo.toml", &changed);
    let run = generate(
        &folder,
        &[
            "kiosk.yaml",
            "--crate",
            "kiosk-client",
            "--runtime",
            &runtime(),
        ],
    );
    assert_eq!((run.code, run.out.as_str()), (Some(0), ""), "{}", run.err);
    assert_eq!(read(&folder, "kiosk-client/Cargo.toml"), changed);
    // Another's file is never overwritten.
    folder.write("kiosk-client/src/own.rs", "fn own() {}\n");
    let run = generate(&folder, &["kiosk.yaml", "--crate", "kiosk-client"]);
    assert_eq!(run.code, Some(1));
    assert!(
        run.err.contains("own.rs was not written by this generator"),
        "{}",
        run.err
    );
}

#[test]
fn a_dry_run_writes_nothing_and_says_what_it_would() {
    let folder = kiosk();
    for args in [
        &["kiosk.yaml", "--crate", "new", "--dry-run"][..],
        &["kiosk.yaml", "--out", "new", "--dry-run"],
        &["kiosk.yaml", "--dry-run"],
    ] {
        let run = generate(&folder, args);
        assert_eq!(run.code, Some(0), "{}", run.err);
        assert!(
            run.out.contains("client.rs would be written"),
            "{}",
            run.out
        );
        assert!(run.err.contains("the callback `done`"), "{}", run.err);
        assert!(
            run.err
                .contains("kiosk.yaml: 3 of 3 operations, 1 warning\n"),
            "{}",
            run.err
        );
        assert!(!folder.path().join("new").exists() && !folder.path().join("src").exists());
    }
}

#[test]
fn the_dependencies_are_printed_for_cargo_toml() {
    let folder = kiosk();
    let run = generate(&folder, &["kiosk.yaml", "--out", "src"]);
    let version = env!("CARGO_PKG_VERSION");
    let expected = format!(
        "[dependencies]\nlavka-runtime = {{ version = \"{version}\", features = [\"rustls\", \"xml\"] }}\nserde_json = "
    );
    assert!(run.out.contains(&expected), "{}", run.out);
    // Without free types nothing more is needed.
    let run = generate(
        &folder,
        &["kiosk.yaml", "--out", "src", "--only", "getPaper"],
    );
    let expected = format!(
        "lavka-runtime = {{ version = \"{version}\", features = [\"rustls\", \"xml\"] }}\n"
    );
    assert!(run.out.ends_with(&expected), "{}", run.out);
}

#[test]
fn a_choice_leaves_out_what_only_others_need() {
    let folder = kiosk();
    let methods = |args: &[&str]| {
        let mut all = vec!["kiosk.yaml", "--out", "src"];
        all.extend(args);
        let run = generate(&folder, &all);
        assert_eq!(run.code, Some(0), "{}", run.err);
        let client = read(&folder, "src/kiosk/client.rs");
        let names = ["get_paper", "list_shelves", "clear"];
        let here = names
            .iter()
            .filter(|name| client.contains(&format!("pub fn {name}(")));
        here.copied().collect::<Vec<_>>()
    };
    assert_eq!(methods(&["--only", "getPaper"]), ["get_paper"]);
    assert!(!read(&folder, "src/kiosk/types.rs").contains("struct Shelf"));
    assert_eq!(
        methods(&["--only", "tag:shelves"]),
        ["list_shelves", "clear"]
    );
    assert!(!read(&folder, "src/kiosk/types.rs").contains("struct Paper"));
    assert_eq!(methods(&["--only", "path:/stock"]), ["clear"]);
    // An operation without an id is called by its method and path.
    folder.write("bare.yaml", SPEC.replace("      operationId: clear\n", ""));
    let only = ["--only", "DELETE /stock/{id}"];
    let run = generate(
        &folder,
        &[&["bare.yaml", "--out", "src"][..], &only].concat(),
    );
    assert_eq!(run.code, Some(0), "{}", run.err);
    let client = read(&folder, "src/bare/client.rs");
    assert_eq!(client.matches("/// `DELETE /stock/{id}`").count(), 1);
    assert!(!client.contains("get_paper"));
    assert_eq!(
        methods(&["--only", "getPaper", "--only", "path:/shelves"]),
        ["get_paper", "list_shelves"]
    );
    let run = generate(
        &folder,
        &["kiosk.yaml", "--out", "src", "--only", "getPapers"],
    );
    assert_eq!(run.code, Some(1));
    assert!(
        run.err.contains("there is no operation `getPapers`"),
        "{}",
        run.err
    );
}

#[test]
fn an_overlay_is_applied() {
    let folder = kiosk();
    folder.write(
        "names.yaml",
        "overlay: 1.0.0\ninfo: {title: Names, version: '1'}\nactions:\n- target: $.paths['/papers/{id}'].get\n  update: {x-rust-name: paper}\n",
    );
    let run = generate(
        &folder,
        &["kiosk.yaml", "--out", "src", "--overlay", "names.yaml"],
    );
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(read(&folder, "src/kiosk/client.rs").contains("pub fn paper("));
}

#[test]
fn what_is_less_typed_than_its_schema_is_reported() {
    let folder = kiosk();
    let run = generate(&folder, &["kiosk.yaml", "--dry-run", "--report-untyped"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(
        run.out.contains("kiosk.yaml: ") && run.out.contains("are free JSON"),
        "{}",
        run.out
    );
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let folder = kiosk();
    for (args, expected) in [
        (&["kiosk.yaml"][..], "--crate"),
        (&["kiosk.yaml", "--name", "x", "--out", "src"], "--crate"),
        (&[".", "--crate", "x"], "one document"),
        (&["kiosk.yaml", "--crate", "x", "--out", "y"], "--out"),
    ] {
        let run = generate(&folder, args);
        assert_eq!(run.code, Some(2), "{args:?}: {}", run.err);
        assert!(run.err.contains(expected), "{args:?}: {}", run.err);
    }
}
