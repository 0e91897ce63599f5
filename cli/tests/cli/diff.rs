//! `lavka diff` and `lavka review`: files, folders and revisions; verdicts, formats and exit codes.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{Folder, Run, finish, lavka, root, run};

const BASE: &str =
    include_str!("../../../review/tests/pairs/02-add-required-request-field/base.yaml");
const HEAD: &str =
    include_str!("../../../review/tests/pairs/02-add-required-request-field/head.yaml");

fn pair(name: &str) -> [String; 2] {
    let folder = root().join("review/tests/pairs").join(name);
    ["base.yaml", "head.yaml"].map(|file| folder.join(file).to_str().unwrap().to_owned())
}

/// Runs `lavka diff` in a folder.
fn diff(folder: &Path, args: &[&str]) -> Run {
    let mut command = lavka();
    command.arg("diff").args(args).current_dir(folder);
    finish(command, None)
}

fn git(folder: &Path, args: &[&str]) {
    let status = Command::new("git")
        .args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.com",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        status.status.success(),
        "{}",
        String::from_utf8_lossy(&status.stderr)
    );
}

/// A repository whose specs were broken in the work tree.
fn repository() -> Folder {
    let folder = Folder::new();
    folder.write("specs/books.yaml", BASE);
    folder.write("specs/notes.yaml", "a: 1\n");
    git(folder.path(), &["init", "-q", "-b", "trunk"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "specs"]);
    folder.write("specs/books.yaml", HEAD);
    folder
}

#[test]
fn exit_codes() {
    let [base, head] = pair("02-add-required-request-field");
    let out = run(["diff", &base, &head]).fine();
    assert!(out.contains("spec major, crate major"), "{out}");
    assert!(out.contains("breaking[R413] NewOrder.phone"), "{out}");
    let failed = run(["diff", &base, &head, "--fail-on", "breaking"]);
    assert_eq!(failed.code, Some(1));
    assert_eq!(failed.out, out, "the report is written when it fails, too");
    let [base, head] = pair("47-default-changes");
    assert_eq!(
        run(["diff", &base, &head, "--fail-on", "breaking"]).code,
        Some(0)
    );
    assert_eq!(
        run(["diff", &base, &head, "--fail-on", "risky"]).code,
        Some(1)
    );
    let same = run(["diff", &base, &base, "--fail-on", "documentation"]).fine();
    assert!(same.contains("no changes"), "{same}");
}

#[test]
fn bad_input_is_exit_code_2() {
    let folder = repository();
    let here = folder.path();
    folder.write("list.yaml", "- 1\n");
    folder.write("broken.yaml", "openapi: 3.0.3\npaths: [\n");
    folder.write("empty/readme.md", "");
    let cases: &[(&[&str], &str)] = &[
        (
            &["specs/boks.yaml", "specs/books.yaml"],
            "did you mean `specs/books.yaml`?",
        ),
        (
            &["trnk:specs", "specs"],
            "unknown revision `trnk`; did you mean `trunk`?",
        ),
        (&["trunk:spec", "specs"], "did you mean `trunk:specs`?"),
        (
            &["trunk:specs/boks.yaml", "specs"],
            "did you mean `trunk:specs/books.yaml`?",
        ),
        (&["--base=--output=x", "specs"], "is not a revision"),
        (&["--base", "-x", "specs"], ""),
        (&["--output=x:specs", "specs"], ""),
        (
            &["trunk:/etc/passwd", "specs"],
            "expected a path relative to the current folder",
        ),
        (&["list.yaml", "specs/books.yaml"], "nothing was compared"),
        (&["broken.yaml", "specs/books.yaml"], "nothing was compared"),
        (&["empty", "empty"], "no OpenAPI documents"),
        (&["specs"], "expected BASE and HEAD"),
        (&["a", "b", "c"], ""),
        (
            &["specs", "specs", "--accept", "none.yaml"],
            "cannot read none.yaml",
        ),
        (
            &["specs", "specs", "--write", "pdf=x"],
            "expected FORMAT=FILE",
        ),
        (
            &["specs", "specs", "--write", "json=no/folder/x"],
            "cannot write no/folder/x",
        ),
        (&["specs", "specs", "--fail-on", "bad"], ""),
    ];
    for (args, message) in cases {
        let run = diff(here, args);
        assert_eq!(run.code, Some(2), "{args:?}: {}{}", run.out, run.err);
        assert!(run.err.contains(message), "{args:?}: {}", run.err);
        assert_eq!(run.out, "", "{args:?}: no verdict");
    }
    assert!(!here.join("x").exists());
}

#[test]
fn outside_of_git() {
    // The folder is below the target folder of a repository: git must not look above it.
    let folder = Folder::new();
    folder.write("a.yaml", BASE);
    let mut command = lavka();
    command
        .args(["diff", "main:a.yaml", "a.yaml"])
        .current_dir(folder.path())
        .env("GIT_CEILING_DIRECTORIES", folder.path().parent().unwrap());
    let run = finish(command, None);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("no git repository"), "{}", run.err);
}

#[test]
fn revisions() {
    let folder = repository();
    let here = folder.path();
    let whole = diff(here, &["--base", "trunk"]);
    assert_eq!(whole.code, Some(0), "{}", whole.err);
    assert!(whole.out.contains("breaking[R413]"), "{}", whole.out);
    for args in [
        &["trunk:specs", "specs"] as &[&str],
        &["trunk:specs/books.yaml", "specs/books.yaml"],
        &["HEAD:specs", "specs"],
        &["--base", "HEAD", "specs/books.yaml"],
        &["trunk:specs", "specs/books.yaml"],
    ] {
        let run = diff(here, args);
        assert_eq!(run.code, Some(0), "{args:?} {}", run.err);
        assert_eq!(
            run.out.matches("breaking[R413]").count(),
            1,
            "{args:?}: {}",
            run.out
        );
        assert!(
            run.out.contains("before specs/books.yaml:116:7"),
            "{args:?}: {}",
            run.out
        );
    }
    // From below, paths are relative to the current folder.
    let below = diff(&here.join("specs"), &["HEAD:books.yaml", "books.yaml"]);
    assert!(
        below.out.contains("breaking[R413]"),
        "{} {}",
        below.out,
        below.err
    );
    folder.write("specs/more.yaml", BASE);
    let added = diff(here, &["--base", "trunk"]);
    assert!(
        added.out.contains("compatible[R802] specs/more.yaml"),
        "{}",
        added.out
    );
    std::fs::remove_file(here.join("specs/books.yaml")).unwrap();
    // The base's text under another name, and a document that is gone.
    let other = BASE.replace("title: Corner bookshop", "title: Another shop");
    folder.write("specs/more.yaml", &other);
    let removed = diff(here, &["--base", "trunk"]);
    assert!(
        removed.out.contains("key: R801 specs/books.yaml\n"),
        "the key has no revision: {}",
        removed.out
    );
}

/// JSON with sorted keys has `openapi` behind the components.
#[test]
fn a_key_far_behind_is_found() {
    let folder = Folder::new();
    let document = |side: &str, path: &str| {
        let long = "x".repeat(100_000);
        let text = format!(
            r#"{{"components": {{"schemas": {{"A": {{"type": "string", "description": "{long}"}}}}}},
 "info": {{"title": "T", "version": "1.0.0"}},
 "openapi": "3.0.3",
 "paths": {{"{path}": {{"get": {{"operationId": "a", "responses": {{"204": {{"description": "D."}}}}}}}}}}}}"#
        );
        folder.write(&format!("{side}/api.json"), &text);
    };
    document("old", "/a");
    document("new", "/b");
    let run = diff(folder.path(), &["old", "new"]);
    assert!(run.out.contains("breaking[R103]"), "{}{}", run.out, run.err);
}

#[test]
fn files_with_another_name() {
    let folder = repository();
    let here = folder.path();
    std::fs::remove_file(here.join("specs/books.yaml")).unwrap();
    // The same module, then another: what changes inside is compared.
    folder.write("specs/books.yml", HEAD);
    let same = diff(here, &["--base", "trunk"]).out;
    assert!(same.contains("breaking[R413] NewOrder.phone"), "{same}");
    assert!(!same.contains("R80"), "{same}");
    std::fs::rename(here.join("specs/books.yml"), here.join("specs/shop.yaml")).unwrap();
    let other = diff(here, &["--base", "trunk"]).out;
    assert!(other.contains("breaking[R413] NewOrder.phone"), "{other}");
    assert!(
        other.contains("breaking[R806] shop: the module `books` is named `shop`"),
        "{other}"
    );
    assert!(
        !other.contains("R801") && !other.contains("R802"),
        "{other}"
    );
    // Two that could be meant: none is.
    folder.write("specs/copy.yaml", HEAD);
    let several = diff(here, &["--base", "trunk"]).out;
    assert!(
        several.contains("R801") && several.contains("R802"),
        "{several}"
    );
}

#[test]
fn a_version_or_an_acceptance_permits() {
    let folder = Folder::new();
    let here = folder.path();
    folder.write("base.yaml", BASE);
    let args = ["base.yaml", "head.yaml", "--fail-on", "breaking"];
    for (version, code) in [("1.4.0", 1), ("1.5.0", 1), ("2.0.0", 0), ("nightly", 1)] {
        folder.write(
            "head.yaml",
            HEAD.replace("version: 1.4.0", &format!("version: {version}")),
        );
        assert_eq!(diff(here, &args).code, Some(code), "{version}");
    }
    folder.write("head.yaml", HEAD);
    let entry = |key: &str, rest: &str| format!("- key: {key}\n{rest}");
    let full = "  reason: the only caller sends it\n  until: 2999-01-31\n";
    for (text, code, said) in [
        (
            entry("R413 NewOrder.phone", full),
            0,
            "accepted: the only caller sends it",
        ),
        (entry("R413 NewOrder.fax", full), 1, "R901"),
        (
            entry("R413 NewOrder.phone", &full.replace("2999", "2020")),
            1,
            "R902",
        ),
        (entry("R413 NewOrder.phone", "  reason: so\n"), 1, "R903"),
        (
            entry("R413 NewOrder.phone", "  until: 2999-01-31\n"),
            1,
            "R903",
        ),
        (
            entry(
                "R413 NewOrder.phone",
                &format!("{full}  spec: other.yaml\n"),
            ),
            1,
            "R901",
        ),
        (
            entry("R413 NewOrder.phone", &format!("{full}  spec: head.yaml\n")),
            0,
            "accepted",
        ),
    ] {
        folder.write("lavka-accept.yaml", &text);
        let run = diff(here, &args);
        assert_eq!(run.code, Some(code), "{text}{}", run.out);
        assert!(run.out.contains(said), "{text}{}", run.out);
    }
    // An entry too many is a finding of its own.
    let both = entry("R413 NewOrder.phone", full) + &entry("R413 NewOrder.fax", full);
    folder.write("lavka-accept.yaml", both);
    assert_eq!(
        diff(here, &["base.yaml", "head.yaml", "--fail-on", "risky"]).code,
        Some(1)
    );
    folder.write("lavka-accept.yaml", "a: [\n");
    assert_eq!(diff(here, &args).code, Some(2));
}

#[test]
fn json() {
    let [base, head] = pair("10-rename-xml-element-only");
    let out = run(["diff", &base, &head, "--format", "json"]).fine();
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["crate"], "major");
    assert_eq!(report["spec"], "major");
    let finding = &report["findings"][0];
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);
    for (key, value) in [
        ("code", "R501"),
        ("level", "breaking"),
        ("json", "none"),
        ("xml", "breaking"),
        ("rust", "none"),
    ] {
        assert_eq!(finding[key], value, "{key}");
    }
    assert_eq!(finding["silent"], true);
    assert!(
        finding["behaviour"]
            .as_str()
            .unwrap()
            .contains("silently ignored")
    );
    assert_eq!(finding["before"]["line"], 125);
    assert_eq!(finding["after"]["line"], 128);
    assert_eq!(finding["after"]["column"], 23);
}

#[test]
fn annotations_are_on_lines_that_are_there() {
    let folder = Folder::new();
    folder.write("base.yaml", HEAD);
    folder.write("head.yaml", BASE);
    let run = diff(
        folder.path(),
        &["base.yaml", "head.yaml", "--format", "github"],
    );
    let line = run
        .out
        .lines()
        .find(|line| line.contains("R412"))
        .unwrap()
        .to_owned();
    assert!(
        line.starts_with("::error file=head.yaml,line=116,col="),
        "{line}"
    );
    assert!(
        run.out
            .contains("::notice title=lavka diff::spec minor, crate major"),
        "{}",
        run.out
    );
}

/// A document whose texts want to be Markdown, HTML, workflow commands or escape sequences.
const HOSTILE: &str =
    "<script>alert(1)</script> @everyone [a](http://b) `` ` | \\u001b[31m \u{202e}\n::error::x %0A";

#[test]
fn hostile_text_stays_text() {
    let folder = Folder::new();
    let document = |name: &str| {
        let field = serde_json::to_string(name).unwrap();
        format!(
            "openapi: 3.1.0\ninfo: {{title: t, version: '1.0.0'}}\npaths:\n  /a:\n    get:\n      operationId: a\n      responses:\n        '200':\n          description: It.\n          content:\n            application/json:\n              schema: {{type: object, properties: {{{field}: {{type: string}}}}}}\n"
        )
    };
    folder.write("base.yaml", document("plain"));
    folder.write(
        "head.yaml",
        document(&HOSTILE.replace("\\u001b", "\u{1b}")).replace("\u{1b}", "\\u001b"),
    );
    for format in ["text", "json", "markdown", "github", "changelog", "html"] {
        let run = diff(
            folder.path(),
            &["base.yaml", "head.yaml", "--format", format],
        );
        assert_eq!(run.code, Some(0), "{}", run.err);
        assert!(!run.out.contains('\u{1b}'), "{format}");
        assert!(
            format == "json" || !run.out.contains('\u{202e}'),
            "{format}"
        );
        match format {
            "html" => assert!(!run.out.contains("<script>alert"), "{}", run.out),
            "github" => assert!(run.out.lines().all(|line| !line.starts_with("::error::x"))),
            "markdown" => {
                let outside: String = run.out.split('`').step_by(2).collect();
                assert!(
                    !outside.contains("<script>") && !outside.contains("@everyone"),
                    "{outside}"
                );
            }
            _ => {}
        }
    }
}

#[test]
fn comments_stay_below_the_limit() {
    let folder = Folder::new();
    let document = |count: usize| {
        let mut text = String::from("openapi: 3.0.3\ninfo: {title: t, version: '1.0.0'}\npaths:\n");
        for at in 0..count {
            text += &format!(
                "  /things/{at}:\n    get:\n      operationId: get_{at}\n      responses: {{'204': {{description: Done.}}}}\n"
            );
        }
        text
    };
    folder.write("base.yaml", document(1500));
    folder.write("head.yaml", document(1));
    let run = diff(
        folder.path(),
        &["base.yaml", "head.yaml", "--format", "markdown"],
    );
    assert!(
        run.out.len() < 65_000 && run.out.len() > 30_000,
        "{}",
        run.out.len()
    );
    assert!(run.out.contains("more findings do not fit here"));
    assert!(run.out.starts_with("<!-- lavka diff -->\n"));
}

#[test]
fn large_and_deep_documents_are_bounded() {
    let folder = Folder::new();
    let nested = |depth: usize| {
        format!(
            "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths: {{}}\nx-deep: {}1{}\n",
            "[".repeat(depth),
            "]".repeat(depth)
        )
    };
    folder.write("base.yaml", BASE);
    folder.write("deep.yaml", nested(5000));
    let run = diff(folder.path(), &["base.yaml", "deep.yaml"]);
    assert_eq!(run.code, Some(2), "{}", run.out);
    // A choice of a choice of a choice, all of them different.
    let tower = |word: &str| {
        let mut text = String::from(
            "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    post:\n      operationId: a\n      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/S0'}}}}\n      responses: {'204': {description: Done.}}\ncomponents:\n  schemas:\n",
        );
        for at in 0..40 {
            text += &format!(
                "    S{at}:\n      oneOf:\n        - {{type: object, properties: {{{word}: {{$ref: '#/components/schemas/S{next}'}}}}}}\n        - {{type: object, properties: {{b{word}: {{$ref: '#/components/schemas/S{next}'}}}}}}\n        - {{type: array, items: {{$ref: '#/components/schemas/S{next}'}}}}\n",
                next = (at + 1) % 40
            );
        }
        text
    };
    folder.write("one.yaml", tower("a"));
    folder.write("two.yaml", tower("c"));
    let started = std::time::Instant::now();
    let run = diff(folder.path(), &["one.yaml", "two.yaml"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

#[test]
fn a_page_and_files() {
    let folder = Folder::new();
    folder.write("base.yaml", BASE);
    folder.write("head.yaml", HEAD);
    let mut command = lavka();
    command
        .args([
            "review",
            "base.yaml",
            "head.yaml",
            "-o",
            "page.html",
            "--fail-on",
            "breaking",
        ])
        .current_dir(folder.path());
    let page_run = finish(command, None);
    assert_eq!(page_run.code, Some(1), "{}", page_run.err);
    let page = std::fs::read_to_string(folder.path().join("page.html")).unwrap();
    for part in [
        "<!doctype html>",
        "R413",
        "NewOrder::new(",
        "&quot;phone&quot;",
        "base.yaml:",
    ] {
        assert!(page.contains(part), "{part}");
    }
    for foreign in ["http://", "https://", "src=", "@import", "url("] {
        let own = page.matches(foreign).count();
        assert_eq!(own, 0, "{foreign}: nothing is loaded from elsewhere");
    }
    let run = diff(
        folder.path(),
        &[
            "base.yaml",
            "head.yaml",
            "--write",
            "markdown=c.md",
            "--write",
            "json=f.json",
            "--write",
            "changelog=l.md",
        ],
    );
    assert_eq!(run.code, Some(0), "{}", run.err);
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(read("c.md").contains("spec **major**"));
    assert!(read("f.json").contains("\"crate\": \"major\""));
    assert!(read("l.md").contains("### Breaking"), "{}", read("l.md"));
}

#[test]
fn rust_is_not_judged_where_it_cannot_be_generated() {
    let folder = Folder::new();
    // Two operations of one name cannot both be methods; whatever the reason, the wire is compared.
    let broken = BASE.replace(
        "x-rate-limits:\n  calls: {requests: 500,",
        "x-rate-limits:\n  calls: {requests: none,",
    );
    folder.write("base.yaml", &broken);
    folder.write(
        "head.yaml",
        broken.replace("enum: [new, paid, sent]", "enum: [new, paid]"),
    );
    let run = diff(
        folder.path(),
        &["base.yaml", "head.yaml", "--format", "json"],
    );
    assert_eq!(run.code, Some(0), "{}", run.err);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["json"], "breaking");
}

#[test]
fn codes_are_explained() {
    let page = run(["explain", "r506"]).fine();
    assert!(page.starts_with("## R506 "), "{page}");
    let page = run(["explain", "R403"]).fine();
    assert!(
        page.contains("| in a reply | risky | compatible | risky |"),
        "{page}"
    );
}

#[test]
fn acceptances_that_are_no_yaml_are_named() {
    let folder = Folder::new();
    let here = folder.path();
    folder.write("base.yaml", BASE);
    folder.write("head.yaml", HEAD);
    folder.write("lavka-accept.yaml", "- key: [\n");
    let run = diff(here, &["base.yaml", "head.yaml"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    let says = "lavka: cannot read the acceptances in lavka-accept.yaml; nothing was compared\n";
    assert!(run.err.ends_with(says), "{}", run.err);
}
