//! Documents that mean the same: nothing is said of wire, XML and behaviour.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use lavka_model::source::{Node, Value};
use lavka_review::level::Level;
use lavka_review::report::Report;
use support::{Folder, THINGS, compare, compare_texts, tree};

fn assert_silent(what: &str, report: &Report) {
    let levels = report.levels();
    let said: Vec<String> = report
        .findings()
        .map(|(_, f)| format!("{} {}: {}", f.check.code, f.place, f.what))
        .collect();
    for level in [levels.json, levels.xml, levels.behaviour] {
        assert_eq!(level, Level::None, "{what}: {said:?}");
    }
}

/// The documents that are changed here: the example, and the base of a pair.
fn documents() -> [&'static str; 2] {
    [
        THINGS,
        include_str!("pairs/02-add-required-request-field/base.yaml"),
    ]
}

/// Turns the keys of every object round, but for properties: their order is the order of XML.
fn turn(node: &mut Node, named: bool) {
    match &mut node.value {
        Value::Object(object) => {
            if !named {
                object.reverse();
            }
            for (key, member) in object.iter_mut() {
                turn(&mut member.node, key == "properties" || key == "example");
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| turn(item, false)),
        _ => {}
    }
}

#[test]
fn shuffled_keys() {
    for text in documents() {
        let mut node = tree(text);
        turn(&mut node, false);
        assert_silent("shuffled", &compare_texts(text, &node.to_json_text()));
    }
}

/// Puts the target in the place of every reference to a component's schema.
fn inline(node: &mut Node, root: &Node, depth: u32) {
    assert!(depth < 40);
    if let Some(reference) = node.reference().map(str::to_owned)
        && let Some(name) = reference.strip_prefix("#/components/schemas/")
    {
        let schemas = root.get("components").unwrap().get("schemas").unwrap();
        *node = schemas.get(name).unwrap().clone();
    }
    match &mut node.value {
        Value::Object(object) => {
            // Mappings of discriminators name components, which stay.
            for (key, member) in object.iter_mut() {
                if key != "discriminator" && key != "oneOf" {
                    inline(&mut member.node, root, depth + 1);
                }
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| inline(item, root, depth + 1)),
        _ => {}
    }
}

#[test]
fn inline_and_ref() {
    for text in documents() {
        let root = tree(text);
        let mut node = root.clone();
        inline(&mut node, &root, 0);
        let other = node.to_json_text();
        assert_silent("inlined", &compare_texts(text, &other));
        assert_silent("extracted", &compare_texts(&other, text));
    }
}

/// Points references to schemas at another file.
fn point(node: &mut Node, from: &str, to: &str) {
    match &mut node.value {
        Value::Object(object) => object
            .values_mut()
            .for_each(|member| point(&mut member.node, from, to)),
        Value::Array(items) => items.iter_mut().for_each(|item| point(item, from, to)),
        Value::String(text) if text.starts_with(from) => *text = text.replacen(from, to, 1),
        _ => {}
    }
}

#[test]
fn split_files() {
    for text in documents() {
        let root = tree(text);
        let folder = Folder::new();
        let mut schemas = root
            .get("components")
            .unwrap()
            .get("schemas")
            .unwrap()
            .clone();
        point(&mut schemas, "#/components/schemas/", "#/");
        let mut main = root.clone();
        point(&mut main, "#/components/schemas/", "parts/schemas.yaml#/");
        if let Value::Object(object) = &mut main.value
            && let Value::Object(components) = &mut object.get_mut("components").unwrap().node.value
        {
            components.shift_remove("schemas");
        }
        folder.write("parts/schemas.yaml", &schemas.to_json_text());
        let one = folder.write("one.yaml", text);
        let split = folder.write("split.yaml", &main.to_json_text());
        assert_silent("split", &compare(&one, &split));
    }
}

#[test]
fn version_3_0_and_3_1() {
    let text = include_str!("pairs/02-add-required-request-field/base.yaml");
    let nullable = text.replace(
        "        note:\n          type: string\n",
        "        note:\n          type: string\n          nullable: true\n",
    );
    let newer = text.replace("openapi: 3.0.3", "openapi: 3.1.0").replace(
        "        note:\n          type: string\n",
        "        note:\n          type: [string, 'null']\n",
    );
    assert!(nullable != text && newer.contains("null"));
    assert_silent("3.1", &compare_texts(&nullable, &newer));
    assert_silent("3.0", &compare_texts(&newer, &nullable));
    let limits = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {/a: {get: {operationId: a, parameters: [{name: n, in: query, schema: {type: integer, minimum: 1, exclusiveMinimum: true}}], responses: {'204': {description: Done.}}}}}\n";
    let exclusive = limits
        .replace("3.0.3", "3.1.0")
        .replace("minimum: 1, exclusiveMinimum: true", "exclusiveMinimum: 1");
    assert_silent("exclusive", &compare_texts(limits, &exclusive));
}

#[test]
fn recursion_ends() {
    let document = |format: &str| {
        format!(
            "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n  /a:\n    post:\n      operationId: a\n      requestBody: {{content: {{application/json: {{schema: {{$ref: '#/components/schemas/Node'}}}}}}}}\n      responses: {{'204': {{description: Done.}}}}\ncomponents:\n  schemas:\n    Node:\n      type: object\n      properties:\n        size: {{type: integer, format: {format}}}\n        next: {{$ref: '#/components/schemas/Node'}}\n        all: {{type: array, items: {{$ref: '#/components/schemas/Node'}}}}\n"
        )
    };
    let report = compare_texts(&document("int64"), &document("int32"));
    let all: Vec<_> = report.findings().collect();
    assert_eq!(all.len(), 1, "{all:?}");
    assert_silent(
        "recursive",
        &compare_texts(&document("int64"), &document("int64")),
    );
}
