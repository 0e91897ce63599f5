//! `lavka demo`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;

use crate::operations::operations;
use crate::support::{finish, lavka, run, wait};

#[derive(Debug)]
struct Row {
    api: String,
    operation: String,
    format: String,
    request: String,
    status: String,
}

/// The table's rows, and its last line.
fn table(out: &str) -> (Vec<Row>, String) {
    let (rows, last) = out
        .trim_end()
        .split_once("\n\n")
        .expect("an empty line is before the counts");
    let mut lines = rows.lines();
    let head = lines.next().unwrap();
    let columns: Vec<usize> = [
        "api",
        "operation",
        "format",
        "request",
        "status",
        "time",
        "what came back",
    ]
    .map(|name| {
        head.find(name)
            .unwrap_or_else(|| panic!("no column {name}"))
    })
    .to_vec();
    let rows = lines
        .map(|line| {
            // Everything before the last column is ASCII.
            let cell = |index: usize| line[columns[index]..columns[index + 1]].trim().to_owned();
            assert!(cell(5).ends_with(" ms"), "no time in: {line}");
            assert!(line.len() > columns[6], "nothing came back in: {line}");
            Row {
                api: cell(0),
                operation: cell(1),
                format: cell(2),
                request: cell(3),
                status: cell(4),
            }
        })
        .collect();
    (rows, last.to_owned())
}

#[test]
fn every_operation_has_a_row_for_each_of_its_formats() {
    let (rows, last) = table(&run(["demo"]).fine());

    let mut found: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for row in &rows {
        assert!(row.status.starts_with('2'), "{row:?}");
        let (method, path) = row.request.split_once(' ').unwrap();
        assert!(
            ["GET", "POST", "PUT", "DELETE"].contains(&method) && path.starts_with('/'),
            "{row:?}"
        );
        let format = row.format.trim_start_matches("form, ").to_owned();
        found
            .entry((row.api.clone(), row.operation.clone()))
            .or_default()
            .insert(format);
    }
    let operations = operations();
    let beyond = operations.values().filter(|o| !o.documented).count();
    let documented = operations.len() - beyond;
    let expected: BTreeMap<_, BTreeSet<String>> = operations
        .into_iter()
        .map(|(name, operation)| {
            let mut formats: BTreeSet<String> =
                operation.formats.iter().map(|&f| f.to_owned()).collect();
            if formats.is_empty() {
                formats.insert("no body".to_owned());
            }
            (name, formats)
        })
        .collect();
    assert_eq!(found, expected);

    let calls = rows.len();
    assert!(
        last.starts_with(&format!(
            "{documented} operations (and {beyond} beyond the documents), {calls} calls in "
        )),
        "{last}"
    );
    assert!(
        last.ends_with(&format!(" ms: {calls} passed, 0 failed")),
        "{last}"
    );
}

#[test]
fn the_sandbox_credentials_are_masked() {
    use lavka_sandbox::credentials::{API_KEY, PASSWORD, TOKEN};
    let out = run(["demo"]).fine();
    assert!(out.contains("token=***"));
    for secret in [TOKEN, PASSWORD, API_KEY] {
        assert!(!out.contains(secret), "{secret} is in the table");
    }
}

#[test]
fn apis_can_be_chosen() {
    let (rows, last) = table(&run(["demo", "fileflare"]).fine());
    let called: BTreeSet<(String, String)> = rows
        .iter()
        .map(|row| (row.api.clone(), row.operation.clone()))
        .collect();
    let expected: BTreeSet<(String, String)> = operations()
        .into_keys()
        .filter(|(api, _)| api == "fileflare")
        .collect();
    assert_eq!(called, expected);
    let end = format!(" ms: {} passed, 0 failed", rows.len());
    assert!(!rows.is_empty() && last.ends_with(&end), "{last}");

    let (rows, last) = table(&run(["demo", "qnits", "insales_digital"]).fine());
    let apis: BTreeSet<&str> = rows.iter().map(|row| row.api.as_str()).collect();
    assert_eq!(apis, BTreeSet::from(["insales_digital", "qnits"]));
    let chosen = ["qnits", "insales_digital"];
    let count = operations()
        .keys()
        .filter(|(api, _)| chosen.contains(&api.as_str()))
        .count();
    assert!(
        last.starts_with(&format!("{count} operations, {count} calls in "))
            && last.ends_with(&format!(": {count} passed, 0 failed")),
        "{last}"
    );
}

#[test]
fn an_unknown_api_is_wrong_usage() {
    let line = run(["demo", "fileflare", "insales"]).one_line(2);
    for api in lavka_sandbox::api_names().chain(["`insales`"]) {
        assert!(line.contains(api), "{api} is missing in: {line}");
    }
}

#[test]
fn a_reader_that_hangs_up_is_no_panic() {
    for args in [
        &["demo", "fileflare"][..],
        &["--help"],
        &["explain", "L103"],
    ] {
        let mut child = lavka()
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut err = child.stderr.take().unwrap();
        let status = wait(&mut child);
        let mut text = String::new();
        std::io::Read::read_to_string(&mut err, &mut text).unwrap();
        assert_eq!((status.code(), text.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn a_taken_up_environment_changes_nothing() {
    let mut command = lavka();
    command
        .args(["demo", "qnits"])
        .env("LAVKA_QNITS_TOKEN", "not-the-sandbox's")
        .env("NO_COLOR", "1");
    let out = finish(command, None).fine();
    assert!(out.trim_end().ends_with("1 passed, 0 failed"), "{out}");
}
