//! `lavka demo`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;

use crate::support::{finish, lavka, run, wait};

/// The 34 operations of the five documents, typed here and not taken from the project.
const OPERATIONS: [(&str, &[&str]); 5] = [
    (
        "digiseller",
        &[
            "create_unique_fixed",
            "create_unique_unfixed",
            "create_book",
            "create_software",
            "create_arbitrary",
            "edit_unique_fixed",
            "edit_unique_unfixed",
            "edit_book",
            "edit_software",
            "edit_arbitrary",
            "edit_base",
            "add_images",
            "add_videos",
            "set_preview_options",
            "set_status",
            "set_prices",
            "get_task_status",
            "add_to_category",
            "list_categories",
            "list_subcategories",
        ],
    ),
    (
        "insales_products",
        &[
            "list_products",
            "get_product",
            "create_product",
            "update_product",
            "delete_product",
        ],
    ),
    (
        "insales_digital",
        &[
            "get_order",
            "list_product_assets",
            "list_variant_assets",
            "get_asset",
            "create_asset",
            "delete_asset",
            "delete_variant_assets",
        ],
    ),
    ("fileflare", &["get_customer_order"]),
    ("qnits", &["create_order"]),
];

/// Digiseller's operations for which the document prints no XML.
const JSON_ONLY: [&str; 3] = ["set_prices", "get_task_status", "add_to_category"];

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
        .expect("an empty line stands before the counts");
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
    let mut expected = BTreeMap::new();
    for (api, operations) in OPERATIONS {
        for operation in operations {
            let formats: &[&str] = match api {
                "digiseller" if JSON_ONLY.contains(operation) => &["JSON"],
                "digiseller" => &["JSON", "XML"],
                "insales_products" if *operation == "delete_product" => &["no body"],
                "insales_products" => &["XML"],
                _ if operation.starts_with("delete_") => &["no body"],
                _ => &["JSON"],
            };
            let formats: BTreeSet<String> = formats.iter().map(|&f| f.to_owned()).collect();
            expected.insert((api.to_owned(), (*operation).to_owned()), formats);
        }
    }
    assert_eq!(expected.len(), 34);
    assert_eq!(
        expected
            .values()
            .filter(|formats| formats.len() == 2)
            .count(),
        17
    );
    // The login stands in no document of the five.
    expected.insert(
        ("digiseller".to_owned(), "login".to_owned()),
        BTreeSet::from(["JSON".to_owned()]),
    );
    assert_eq!(found, expected);

    let calls = rows.len();
    assert!(
        last.starts_with(&format!(
            "34 operations (and 1 beyond the documents), {calls} calls in "
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
        assert!(!out.contains(secret), "{secret} stands in the table");
    }
}

#[test]
fn apis_can_be_chosen() {
    let (rows, last) = table(&run(["demo", "fileflare"]).fine());
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].api.as_str(), rows[0].operation.as_str()),
        ("fileflare", "get_customer_order")
    );
    assert!(
        last.starts_with("1 operation, 1 call in ") && last.ends_with(" ms: 1 passed, 0 failed"),
        "{last}"
    );

    let (rows, last) = table(&run(["demo", "qnits", "insales_digital"]).fine());
    let apis: BTreeSet<&str> = rows.iter().map(|row| row.api.as_str()).collect();
    assert_eq!(apis, BTreeSet::from(["insales_digital", "qnits"]));
    assert!(
        last.starts_with("8 operations, 8 calls in ") && last.ends_with(": 8 passed, 0 failed"),
        "{last}"
    );
}

#[test]
fn an_unknown_api_is_wrong_usage() {
    let line = run(["demo", "fileflare", "insales"]).one_line(2);
    for api in OPERATIONS.map(|(api, _)| api).iter().chain(&["`insales`"]) {
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
