//! What holds for all subcommands: usage, help, version.

use crate::support::{Folder, run};

#[test]
fn an_unknown_subcommand_is_wrong_usage() {
    for args in [
        &["frobnicate"][..],
        &[],
        &["demo", "--frobnicate"],
        &["convert"],
        &["sandbox", "--port", "70000"],
    ] {
        let run = run(args);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{args:?}");
        assert!(
            run.err.contains("--help") || run.err.contains("Usage: lavka"),
            "{args:?}: {}",
            run.err
        );
    }
    let run = run(["frobnicate"]);
    assert!(
        run.err.contains("`frobnicate`") || run.err.contains("'frobnicate'"),
        "{}",
        run.err
    );
    assert!(run.err.contains("Usage: lavka"), "{}", run.err);
}

#[test]
fn help_mentions_every_option() {
    let expected: [(&str, &[&str]); 7] = [
        ("demo", &["[APIS]"]),
        (
            "generate",
            &[
                "--check",
                "--specs <DIR>",
                "--out <DIR>",
                "[default: specs]",
            ],
        ),
        (
            "convert",
            &[
                "<API>",
                "<OPERATION>",
                "<SIDE>",
                "request, response",
                "--status <N>",
                "--from",
                "--to",
                "json, xml, debug",
                "[FILE]",
            ],
        ),
        (
            "call",
            &[
                "<API>",
                "<OPERATION>",
                "NAME=VALUE",
                "NAME=@FILE",
                "--body <FILE>",
                "--format",
                "--base-url <URL>",
                "--allow-plaintext",
                "--dry-run",
            ],
        ),
        ("sandbox", &["[APIS]", "--port <PORT>"]),
        ("lint", &["[PATHS]", "--format", "text, json, github"]),
        ("explain", &["<CODE>"]),
    ];
    let all = run(["--help"]).fine();
    assert!(
        all.contains(
            "0 fine (warnings allowed), 1 errors, denied findings or failed work, 2 wrong usage"
        ),
        "{all}"
    );
    for (command, words) in expected {
        assert!(
            all.contains(&format!("\n  {command} ")),
            "{command} is missing in: {all}"
        );
        let help = run([command, "--help"]).fine();
        for word in words {
            assert!(
                help.contains(word),
                "`lavka {command} --help` does not mention {word}: {help}"
            );
        }
    }
}

#[test]
fn the_version_is_the_package_s() {
    assert_eq!(
        run(["--version"]).fine(),
        format!("lavka {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn what_was_probably_meant_is_named() {
    let line = run(["call", "digisller", "list_categories"]).one_line(2);
    assert!(line.contains("did you mean `digiseller`?"), "{line}");
    let line = run(["call", "digiseller", "list_categorys"]).one_line(2);
    assert!(line.contains("did you mean `list_categories`?"), "{line}");
    let url = ["--base-url", "http://shop.example"];
    let line = run(["call", "digiseller", "list_categories", "id=plati"]
        .into_iter()
        .chain(url))
    .one_line(2);
    assert!(
        line.contains("everybody on the way") && line.contains("`--allow-plaintext`"),
        "{line}"
    );
    let line = run(["call", "insales_products", "list_products"]).one_line(2);
    assert!(line.contains("`--variable NAME=VALUE`"), "{line}");
}

#[test]
fn what_is_no_document_is_not_bundled() {
    let folder = Folder::new();
    for (text, says) in [
        (
            "swagger: '2.0'\npaths: {}\n",
            "this is a Swagger 2.0 document",
        ),
        ("hello: world\n", "the key `openapi` is missing"),
        ("<html></html>\n", "a page seems to have been saved"),
    ] {
        let spec = folder.write("spec.yaml", text);
        let run = run(["bundle".to_owned(), spec.display().to_string()]);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
        assert!(run.err.contains(says), "{}", run.err);
    }
}
