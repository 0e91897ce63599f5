//! Overlays, from files as users have them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

#[path = "support/document_text.rs"]
mod document_text;

use std::path::PathBuf;

use document_text::Expand;
use lavka_model::diag::Findings;
use lavka_model::normalized::Document;

const SHOP: &str = r##"openapi: 3.0.3
info: {title: Shop, version: "1"}
paths:
  /books:
    get:
      tags: [books]
      parameters: [{name: page, in: query, schema: {type: integer}}]
      responses: {"200": {description: Fine., content: {application/json: {schema: {$ref: "#/components/schemas/Book"}}}}}
    post:
      responses: {"200": {description: Fine.}}
  /internal:
    get:
      responses: {"200": {description: Fine.}}
components:
  schemas:
    Book: {type: object, properties: {price: {type: number}, old: {type: string}, older: {type: string}}}
"##;

/// Reads the shop with an overlay beside it.
fn read(name: &str, overlay: &str) -> (Document, Findings) {
    let folder = std::env::temp_dir().join(format!("lavka-overlay-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("shop.yaml"), SHOP).unwrap();
    std::fs::write(folder.join("shop.overlay.yaml"), overlay).unwrap();
    let (document, findings) = lavka_model::read(&folder.join("shop.yaml"));
    std::fs::remove_dir_all(&folder).unwrap();
    (document.unwrap(), findings)
}

#[test]
fn actions_of_later_versions_are_applied() {
    let (document, findings) = read(
        "later",
        r##"overlay: 1.2.0
$self: https://overlays.example.invalid/shop.overlay.yaml
info: {title: Names, version: "1", description: Reuse.}
components:
  actions:
    paged:
      description: Pages.
      fields: {update: [{name: size, in: query, schema: {type: integer}}]}
actions:
  - target: $.paths['/internal']
    remove: true
  - {$ref: "#/components/actions/paged", target: "$.paths['/books'].get.parameters"}
  - target: $.paths['/books'].post
    update: {operationId: add, parameters: []}
  - target: $.paths['/books'].post.parameters
    copy: $.paths['/books'].get.parameters
  - target: $.components.schemas
    update: {Paper: {}}
  - target: $.components.schemas.Paper
    copy: $.components.schemas['Book']
  - target: $.components.schemas.Paper.properties.price.type
    update: integer
  - target: $.components.schemas.Paper.properties['old','older']
    remove: true
"##,
    );
    assert!(findings.is_empty(), "{findings}");
    assert_eq!(
        document_text::text(&document, Expand::Names),
        "Shop 1\nserver /\nGET /books \n\
         \x20 Query parameter page\n    Form exploded\n    integer\n\
         \x20 Query parameter size\n    Form exploded\n    integer\n\
         \x20 reply Code(200)\n    application/json\n      → Book\n\
         POST /books add\n\
         \x20 Query parameter page\n    Form exploded\n    integer\n\
         \x20 Query parameter size\n    Form exploded\n    integer\n\
         \x20 reply Code(200)\n\
         component Book\n\
         \x20 object\n    .price\n      number\n    .old\n      string\n    .older\n      string\n\
         component Paper\n\
         \x20 object\n    .price\n      integer\n"
    );
}

#[test]
fn actions_that_cannot_be_applied_are_findings() {
    for (action, message) in [
        (
            "{$ref: '#/components/actions/gone', target: $.info}",
            "unresolved reference `#/components/actions/gone` of an action",
        ),
        (
            "{target: $.info, copy: '$.paths.*'}",
            "`copy` selects 2 values by `$.paths.*`; expected one",
        ),
        (
            "{target: $.info, copy: $.servers}",
            "`copy` selects 0 values by `$.servers`; expected one",
        ),
        (
            "{target: $.info, copy: $.info, update: {}}",
            "an action has both `update` and `copy`; expected one of them",
        ),
        (
            "{target: $.info}",
            "an action has neither `update`, `copy` nor `remove`",
        ),
        (
            "{target: $.paths, update: {/books: none}}",
            "this replaces an object by a value of another type",
        ),
    ] {
        let head = "overlay: 1.1.0\ninfo: {title: T, version: '1'}\nactions:\n  - ";
        let (_, findings) = read("refused", &format!("{head}{action}\n"));
        let found: Vec<_> = findings.iter().map(|f| f.message.as_str()).collect();
        assert!(found.contains(&message), "{action}: {findings}");
    }
}

#[test]
fn actions_are_applied_in_order() {
    let (document, findings) = read(
        "order",
        r#"overlay: 1.0.0
info: {title: Names, version: "1"}
actions:
  - target: $.paths['/internal']
    remove: true
  - target: $.paths.*.*
    update: {x-permission: shop}
  - target: $.paths['/books'].get
    update:
      operationId: list_books
      tags: [more]
      parameters: [{name: size, in: query, schema: {type: integer}}]
  - target: $.paths['/books'].get.parameters
    update: {name: sort, in: query, schema: {type: string}}
  - target: $.components.schemas.Book.properties[?@.type == 'string']
    remove: true
  - target: $.components.schemas.Book.properties.price
    update: {format: decimal, x-new: {deep: [1]}}
"#,
    );
    assert!(findings.is_empty(), "{findings}");
    assert_eq!(
        document_text::text(&document, Expand::Names),
        "Shop 1\nserver /\nGET /books list_books\n\
         \x20 Query parameter page\n    Form exploded\n    integer\n\
         \x20 Query parameter size\n    Form exploded\n    integer\n\
         \x20 Query parameter sort\n    Form exploded\n    string\n\
         \x20 reply Code(200)\n    application/json\n      → Book\n\
         POST /books \n\
         \x20 reply Code(200)\n\
         component Book\n\
         \x20 object\n    .price\n      number decimal\n"
    );
    let operation = &document.operations[0];
    let id = operation.id.as_ref().unwrap();
    assert!(id.origin.path().ends_with("shop.overlay.yaml"));
    assert_eq!((id.origin.line(), id.origin.column()), (10, 20));
    assert_eq!(id.origin.pointer(), "/actions/2/update/operationId");
    assert_eq!(operation.tags.len(), 2);
    assert!(document.operations[1].lavka.permission.is_some());
}

#[test]
fn what_matches_nothing_is_a_warning() {
    let (document, findings) = read(
        "unused",
        "overlay: 1.0.0\ninfo: {title: Names, version: '1'}\nactions:\n  - target: $.paths['/boks'].get\n    update: {operationId: list_books}\n  - target: $.paths['/books'].get\n    update: {summary: [1]}\n",
    );
    assert_eq!(document.operations.len(), 3);
    let found: Vec<(&str, usize)> = findings
        .iter()
        .map(|finding| (finding.code.id(), finding.origin.line()))
        .collect();
    // The second is about a value of the overlay.
    assert_eq!(found, [("L014", 4), ("L104", 7)]);
    assert!(!findings.has_errors());
}

#[test]
fn what_is_no_overlay_is_an_error() {
    for (name, text) in [
        ("empty", "{}"),
        ("version", "overlay: 2.0.0\nactions: []"),
        ("actions", "overlay: 1.0.0"),
        (
            "path",
            "overlay: 1.0.0\nactions: [{target: 'paths', remove: true}]",
        ),
        ("nothing", "overlay: 1.0.0\nactions: [{target: $.paths}]"),
        ("target", "overlay: 1.0.0\nactions: [{remove: true}]"),
    ] {
        let (_, findings) = read(name, text);
        assert_eq!(
            findings
                .iter()
                .map(|finding| finding.code.id())
                .collect::<Vec<_>>(),
            ["L013"],
            "{name}: {findings}"
        );
        assert!(findings.has_errors(), "{name}");
    }
}

#[test]
fn copies_of_copies_are_bounded() {
    let many = |action: &str, times: usize| {
        let actions = format!("  - {action}\n").repeat(times);
        format!(
            "overlay: 1.1.0\nactions:\n  - {{target: $, update: {{x-x: {{z: [{{}}]}}}}}}\n{actions}"
        )
    };
    for (name, action, times, expected) in [
        (
            "deep",
            "{target: \"$['x-x']..[?length(@)==0]\", copy: \"$['x-x']\"}",
            14,
            "deeper than",
        ),
        (
            "deeper",
            "{target: \"$..z\", update: {z: {z: {z: {z: {}}}}}}",
            100,
            "deeper than",
        ),
        (
            "wide",
            "{target: \"$['x-x'].z\", copy: \"$['x-x'].z\"}",
            30,
            "writes more than",
        ),
    ] {
        let (_, findings) = read(name, &many(action, times));
        let finding = findings
            .iter()
            .find(|finding| finding.message.contains(expected));
        let finding = finding.unwrap_or_else(|| panic!("{name}: {findings}"));
        assert_eq!(finding.code.id(), "L013", "{name}");
    }
}

#[test]
fn given_overlays_come_after_the_one_beside() {
    let folder = std::env::temp_dir().join(format!("lavka-overlay-{}-given", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str, text: &str| -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let action = |title: &str| {
        format!("overlay: 1.0.0\nactions: [{{target: $.info, update: {{title: {title}}}}}]")
    };
    let shop = file("shop.yaml", SHOP);
    file("shop.overlay.yaml", &action("beside"));
    let given = [
        file("a.yaml", &action("a")),
        file(
            "b.json",
            "{\"overlay\": \"1.0.0\", \"actions\": [{\"target\": \"$.info\", \"update\": {\"version\": \"2\"}}]}",
        ),
    ];
    let (document, findings) = lavka_model::read_overlaid(&shop, &given);
    let (_, missing) = lavka_model::read_overlaid(&shop, &[folder.join("none.yaml")]);
    std::fs::remove_dir_all(&folder).unwrap();
    let info = document.unwrap().info;
    assert!(findings.is_empty(), "{findings}");
    assert_eq!(
        (info.title.value.as_str(), info.version.value.as_str()),
        ("a", "2")
    );
    assert!(missing.has_errors());
}
