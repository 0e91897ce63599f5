//! One plain document out of several files.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

#[path = "support/document_text.rs"]
mod document_text;

use std::path::Path;

use document_text::Expand;
use lavka_model::bundle::plain_document;
use lavka_model::source::{load, load_with};
use lavka_model::{read, read_with};

#[test]
fn files_become_components() {
    let files = [
        (
            "api.yaml",
            "openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\npaths:\n  /a: {$ref: 'paths/a.yaml#/a', summary: The a.}\n\
             components:\n  schemas:\n    Item: {type: string}\n    Any:\n      anyOf: [{$ref: 'x.yaml#/Item', description: Of x.}, {$ref: 'y.yaml#/Item'}]\n      example: {$ref: 'no.yaml#/reference'}\n",
        ),
        (
            "paths/a.yaml",
            "a:\n  get:\n    parameters: [{$ref: '#/page'}]\n    responses: {'200': {$ref: '../x.yaml#/Fine'}}\npage: {name: page, in: query, schema: {$ref: ../api.yaml#/components/schemas/Item}}\n",
        ),
        (
            "x.yaml",
            "Item: {type: object, properties: {next: {$ref: '#/Item'}}}\nFine: {description: Fine., content: {application/json: {schema: {$ref: '#/Item'}}}}\n",
        ),
        ("y.yaml", "Item: {type: boolean}\n"),
    ];
    let (source, findings) = load_with("api.yaml", "", &|path| {
        let found = files.iter().find(|(name, _)| *name == path);
        found
            .map(|(_, text)| text.as_bytes().to_vec())
            .ok_or_else(|| std::io::ErrorKind::NotFound.into())
    });
    assert!(findings.is_empty(), "{findings}");
    let (made, findings) = plain_document(&source);
    assert!(findings.is_empty(), "{findings}");
    let text = made.unwrap().to_json_text();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let at = |pointer: &str| {
        json.pointer(pointer)
            .unwrap_or_else(|| panic!("{pointer}: {text}"))
            .clone()
    };
    assert_eq!(at("/paths/~1a/summary"), "The a.");
    assert_eq!(
        at("/paths/~1a/get/parameters/0/$ref"),
        "#/components/parameters/page"
    );
    assert_eq!(
        at("/components/parameters/page/schema/$ref"),
        "#/components/schemas/Item"
    );
    assert_eq!(
        at("/components/schemas/Any/anyOf/0/$ref"),
        "#/components/schemas/x_Item"
    );
    assert_eq!(at("/components/schemas/Any/anyOf/0/description"), "Of x.");
    assert_eq!(
        at("/components/schemas/Any/anyOf/1/$ref"),
        "#/components/schemas/y_Item"
    );
    assert_eq!(
        at("/components/schemas/Any/example/$ref"),
        "no.yaml#/reference"
    );
    assert_eq!(
        at("/components/schemas/x_Item/properties/next/$ref"),
        "#/components/schemas/x_Item"
    );
    assert_eq!(
        at("/components/responses/Fine/content/application~1json/schema/$ref"),
        "#/components/schemas/x_Item"
    );
}

/// The bundled document means what the files mean.
#[test]
fn specs_mean_the_same() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    for name in [
        "digiseller",
        "fileflare",
        "insales_digital",
        "insales_products",
        "qnits",
    ] {
        let path = specs.join(format!("{name}.yaml"));
        let (source, _) = load(&path);
        let (made, findings) = plain_document(&source);
        assert!(findings.is_empty(), "{findings}");
        let text = made.unwrap().to_json_text();
        let (bundled, findings) = read_with("api.json", "", &|_| Ok(text.clone().into_bytes()));
        assert!(findings.is_empty(), "{findings}");
        let (document, _) = read(&path);
        assert_eq!(
            document_text::text(&bundled.unwrap(), Expand::Components),
            document_text::text(&document.unwrap(), Expand::Components),
            "{name}"
        );
    }
}
