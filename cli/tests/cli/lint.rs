//! `lavka lint` and `lavka explain`.

use std::fs;
use std::path::Path;

use crate::support::{Folder, copy, run, specs};

/// A copy of the specs in which one key is misspelled; returns the line of the key, counted from 1.
fn broken() -> (Folder, usize) {
    let folder = Folder::new();
    copy(&specs(), folder.path());
    let path = folder.path().join("fileflare.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let line = text
        .lines()
        .position(|l| l.contains("operationId: get_customer_order"))
        .unwrap()
        + 1;
    fs::write(
        &path,
        text.replace(
            "operationId: get_customer_order",
            "operatonId: get_customer_order",
        ),
    )
    .unwrap();
    (folder, line)
}

fn arg(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_project_s_specs_have_no_findings() {
    let run = run(["lint".to_owned(), arg(&specs())]);
    assert_eq!(
        (run.code, run.out.as_str(), run.err.as_str()),
        (Some(0), "", "0 findings in 5 specs\n")
    );
}

#[test]
fn the_folder_specs_is_the_default() {
    let (folder, _) = broken();
    let root = Folder::new();
    copy(folder.path(), &root.path().join("specs"));
    let mut command = crate::support::lavka();
    command
        .args(["lint", "--deny", "warnings"])
        .current_dir(root.path());
    let run = crate::support::finish(command, None);
    assert_eq!(run.code, Some(1));
    assert!(run.out.contains("specs/fileflare.yaml:"), "{}", run.out);
}

#[test]
fn findings_as_text_say_where_and_show_the_line() {
    let (folder, line) = broken();
    let run = run([
        "lint".to_owned(),
        arg(folder.path()),
        "--deny=warnings".to_owned(),
    ]);
    assert_eq!(run.code, Some(1));
    let place = format!("{}:{line}:7", arg(&folder.path().join("fileflare.yaml")));
    assert!(
        run.out.contains(&format!("--> {place}")),
        "{place} is missing in: {}",
        run.out
    );
    assert!(
        run.out
            .contains("warning[L103]: unknown key `operatonId` in an operation"),
        "{}",
        run.out
    );
    assert!(
        run.out
            .contains(&format!("{line} |       operatonId: get_customer_order")),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("did you mean `operationId`?"),
        "{}",
        run.out
    );
    assert_eq!(run.err, "1 finding in 5 specs\n");
}

#[test]
fn findings_as_json_are_one_object_a_line() {
    let (folder, line) = broken();
    let file = arg(&folder.path().join("fileflare.yaml"));
    let run = run(["lint", "--deny=warnings", "--format", "json", &file]);
    assert_eq!((run.code, run.err.as_str()), (Some(1), ""));
    let findings: Vec<serde_json::Value> = run
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(findings.len(), 1);
    let finding = findings
        .iter()
        .find(|f| f["code"] == "L103")
        .expect("no finding L103");
    assert_eq!(finding["file"], file);
    assert_eq!(finding["line"], line);
    assert_eq!(finding["column"], 7);
    assert_eq!(finding["severity"], "warning");
    assert_eq!(
        finding["pointer"],
        "/paths/~1api~1v2~1customer-account-orders/get/operatonId"
    );
}

#[test]
fn findings_for_github_are_workflow_commands() {
    let (folder, line) = broken();
    let file = arg(&folder.path().join("fileflare.yaml"));
    let run = run(["lint", "--deny=warnings", "--format", "github", &file]);
    assert_eq!((run.code, run.err.as_str()), (Some(1), ""));
    assert_eq!(run.out.lines().count(), 1);
    let start = format!("::warning file={file},line={line},col=7,");
    assert!(
        run.out.lines().all(|l| l.starts_with(&start)),
        "{}",
        run.out
    );
    assert!(
        run.out
            .contains("::L103: unknown key `operatonId` in an operation%0A"),
        "{}",
        run.out
    );
}

#[test]
fn several_paths_are_looked_at_together() {
    let folder = Folder::new();
    let first = folder.write("first.yaml", "openapi: 3.0.3\n  broken: [\n");
    let second = folder.write("second.yaml", "openapi: 2.0.0\n");
    let run = run(["lint".to_owned(), arg(&first), arg(&second), arg(&specs())]);
    assert_eq!(run.code, Some(1));
    assert!(run.out.contains("first.yaml:2:"), "{}", run.out);
    assert!(run.out.contains("second.yaml:1:"), "{}", run.out);
    assert!(run.err.ends_with(" in 7 specs\n"), "{}", run.err);
}

#[test]
fn a_path_without_specs_is_named() {
    let folder = Folder::new();
    let line = run(["lint".to_owned(), arg(folder.path())]).one_line(2);
    assert!(
        line.contains(&arg(folder.path())) && line.contains(".yaml"),
        "{line}"
    );
    let line = run(["lint".to_owned(), arg(&folder.path().join("nowhere"))]).one_line(2);
    assert!(line.contains("nowhere"), "{line}");
    let unknown = run(["lint", "--format", "html"]);
    assert_eq!(unknown.code, Some(2));
    assert!(
        unknown.err.contains("text, json, github"),
        "{}",
        unknown.err
    );
}

#[test]
fn every_code_is_explained() {
    for code in lavka_codegen::diag::Code::ALL {
        let out = run(["explain", code.id()]).fine();
        assert!(out.starts_with(&format!("## {} ", code.id())), "{out}");
        assert!(
            out.contains("**Fix:**"),
            "{} does not say how to fix it",
            code.id()
        );
    }
    let line = run(["explain", "L999"]).one_line(2);
    assert!(line.contains("L999"), "{line}");
}

#[test]
fn exceptions_of_a_file_allow_findings_and_must_be_needed() {
    const SPEC: &str = "openapi: 3.0.3\ninfo: {title: Shop, version: '1'}\nservers: [{url: /api}]\npaths:\n  /a: {get: {operationId: a, responses: {'200': {description: Fine.}}}}\n";
    let folder = Folder::new();
    let spec = folder.write("shop.yaml", SPEC);
    let lint = |exceptions: &str| {
        let file = folder.write("exceptions.yaml", exceptions);
        run([
            "lint".to_owned(),
            arg(&spec),
            "--exceptions".to_owned(),
            arg(&file),
        ])
    };
    let run = lint("- {rule: L521, at: /servers, reason: Each shop has a host of its own.}\n");
    assert!(!run.out.contains("L521"), "{}", run.out);
    assert!(run.out.contains("L508"), "{}", run.out);
    let run = lint("- {rule: L521, at: /paths, reason: Nothing there.}\n");
    assert!(
        run.out.contains("[L521]: the server `/api` names no host"),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("exceptions.yaml:1:")
            && run
                .out
                .contains("the exception for L521 matches no finding"),
        "{}",
        run.out
    );
    let run = lint("- {rule: L521}\n- {rule: L999, reason: x}\n");
    assert!(
        run.out.contains("gives no reason") && run.out.contains("there is no rule `L999`"),
        "{}",
        run.out
    );
    let run = lint("rule: L521\n");
    assert_eq!(run.code, Some(2));
    assert!(
        run.err.contains("expected a list of exceptions"),
        "{}",
        run.err
    );
}

#[test]
fn of_a_rule_of_style_the_first_findings_are_printed() {
    let mut spec = String::from(
        "openapi: 3.0.3\ninfo: {title: Shop, version: '1'}\nservers: [{url: 'https://a.example'}]\npaths:\n",
    );
    for path in 0..9 {
        spec.push_str(&format!(
            "  /a{path}: {{get: {{operationId: a{path}, responses: {{'200': {{description: Fine.}}}}}}}}\n"
        ));
    }
    let folder = Folder::new();
    let spec = arg(&folder.write("shop.yaml", &spec));
    let lint = |more: &[&str]| {
        let words = ["lint", &spec].into_iter().chain(more.iter().copied());
        run(words.map(str::to_owned)).out
    };
    let count = |text: &str| text.matches("L508]").count();
    let short = lint(&[]);
    assert_eq!(count(&short), 5, "{short}");
    assert!(
        short.contains("\nL508: 4 more; `--all` prints them"),
        "{short}"
    );
    assert_eq!(count(&lint(&["--all"])), 9);
    // What programs read is whole.
    assert_eq!(lint(&["--format", "json"]).matches("L508").count(), 9);
}
