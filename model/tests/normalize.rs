//! The normalized document: documents that mean the same read the same, up to places and ids.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

#[path = "support/document_text.rs"]
mod document_text;

use document_text::{Expand, schema_text};
use lavka_model::diag::Findings;
use lavka_model::normalized::Document;
use lavka_model::read_with;

fn read(files: &[(&str, &str)]) -> (Option<Document>, Findings) {
    read_with(files[0].0, "", &|path| {
        let found = files.iter().find(|(name, _)| *name == path);
        found
            .map(|(_, text)| text.as_bytes().to_vec())
            .ok_or_else(|| std::io::ErrorKind::NotFound.into())
    })
}

/// A document with one operation, whose reply is a schema; and components.
fn document(version: &str, reply: &str, components: &str) -> String {
    format!(
        "openapi: {version}\n\
         info: {{title: Shop, version: '1'}}\n\
         paths:\n\
         \x20 /a:\n\
         \x20   get:\n\
         \x20     operationId: get_a\n\
         \x20     responses:\n\
         \x20       '200':\n\
         \x20         description: Fine.\n\
         \x20         content:\n\
         \x20           application/json:\n\
         \x20             schema: {reply}\n\
         components:\n\
         \x20 schemas:\n{components}"
    )
}

fn indented(components: &str) -> String {
    components
        .lines()
        .map(|line| format!("    {}\n", line.trim_start_matches('|')))
        .collect()
}

/// The reply's schema as text, with everything in place.
fn meaning(text: &str) -> String {
    let (document, findings) = read(&[("api.yaml", text)]);
    assert!(!findings.has_errors(), "{findings}\n{text}");
    let document = document.unwrap();
    let id = document.operations[0].responses[0].content[0]
        .schema
        .unwrap();
    schema_text(&document, id, Expand::Components)
}

#[track_caller]
fn same(a: (&str, &str, &str), b: (&str, &str, &str)) {
    let a = meaning(&document(a.0, a.1, &indented(a.2)));
    let b = meaning(&document(b.0, b.1, &indented(b.2)));
    assert_eq!(a, b);
}

#[test]
fn inline_and_reference() {
    same(
        (
            "3.0.3",
            "{type: object, properties: {n: {type: integer}}}",
            "",
        ),
        (
            "3.0.3",
            "{$ref: '#/components/schemas/A'}",
            "A: {$ref: '#/components/schemas/B'}\nB: {type: object, properties: {n: {$ref: '#/components/schemas/N'}}}\nN: {type: integer}",
        ),
    );
}

#[test]
fn joined_and_written_out() {
    let whole = "{type: object, required: [a, b], properties: {a: {type: string, maxLength: 5, minLength: 1}, b: {type: integer}, c: {type: boolean}}}";
    let base = "Base: {type: object, required: [a], properties: {a: {type: string, maxLength: 9, minLength: 1}, b: {type: integer}}}";
    for reply in [
        "{allOf: [{$ref: '#/components/schemas/Base'}, {type: object, required: [b], properties: {a: {maxLength: 5}, c: {type: boolean}}}]}",
        "{allOf: [{$ref: '#/components/schemas/Base'}, {required: [b]}, {properties: {a: {type: string, maxLength: 5}}}], properties: {c: {type: boolean}}}",
        "{type: object, allOf: [{$ref: '#/components/schemas/Base'}, {type: object}], required: [b], properties: {a: {maxLength: 5}, c: {type: boolean}}}",
    ] {
        same(("3.0.3", whole, ""), ("3.0.3", reply, base));
    }
}

#[test]
fn deep_entries_are_joined_in_order() {
    same(
        (
            "3.0.3",
            "{type: object, properties: {a: {type: string}, b: {type: string}, c: {type: string}, d: {type: string}}}",
            "",
        ),
        (
            "3.0.3",
            "{allOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/C'}], properties: {d: {type: string}}}",
            "A: {type: object, properties: {a: {type: string}}}\n\
             B: {allOf: [{$ref: '#/components/schemas/A'}, {properties: {b: {type: string}}}]}\n\
             C: {allOf: [{$ref: '#/components/schemas/A'}, {properties: {c: {type: string}}}]}",
        ),
    );
}

#[test]
fn forms_of_30_and_31() {
    let pairs = [
        ("{type: string, nullable: true}", "{type: [string, 'null']}"),
        (
            "{type: integer, minimum: 1, exclusiveMinimum: true}",
            "{type: integer, exclusiveMinimum: 1}",
        ),
        (
            "{type: integer, maximum: 9, exclusiveMaximum: false}",
            "{type: integer, maximum: 9}",
        ),
        (
            "{type: string, example: x}",
            "{type: string, examples: [x]}",
        ),
        ("{type: string, enum: [x]}", "{type: string, const: x}"),
        (
            "{type: string, enum: [x, y], nullable: true}",
            "{type: [string, 'null'], enum: [x, y, null]}",
        ),
        (
            "{allOf: [{$ref: '#/components/schemas/N'}], nullable: true}",
            "{anyOf: [{$ref: '#/components/schemas/N'}, {type: 'null'}]}",
        ),
        (
            "{allOf: [{$ref: '#/components/schemas/N'}], nullable: true, description: Words.}",
            "{oneOf: [{type: 'null'}, {$ref: '#/components/schemas/N'}], description: Words.}",
        ),
        (
            "{allOf: [{$ref: '#/components/schemas/N'}], description: Words., deprecated: true}",
            "{$ref: '#/components/schemas/N', description: Words., deprecated: true}",
        ),
        (
            "{nullable: true, oneOf: [{type: string}, {type: integer}]}",
            "{oneOf: [{type: string}, {type: 'null'}, {type: integer}]}",
        ),
    ];
    let n = "N: {type: object, description: Other words., properties: {n: {type: integer}}}";
    for (old, new) in pairs {
        same(("3.0.3", old, n), ("3.1.0", new, n));
    }
}

#[test]
fn siblings_of_a_reference_change_the_type_in_31_only() {
    let n = "N: {type: object, description: Old., properties: {n: {type: integer}}}";
    let text = |version, beside: &str| {
        let schema = format!("{{$ref: '#/components/schemas/N', {beside}}}");
        meaning(&document(version, &schema, &indented(n)))
    };
    let typed = "properties: {more: {type: string}}";
    assert!(!text("3.0.3", typed).contains("more"));
    assert!(text("3.1.0", typed).contains("more"));
    // What authors mean, and servers do.
    let words = "description: New., nullable: true, deprecated: true";
    assert!(text("3.0.3", words).contains("New."));
    same(
        (
            "3.0.3",
            &format!("{{$ref: '#/components/schemas/N', {words}}}"),
            n,
        ),
        (
            "3.0.3",
            &format!("{{allOf: [{{$ref: '#/components/schemas/N'}}], {words}}}"),
            n,
        ),
    );
    for beside in [typed, "description: New."] {
        let schema = format!("{{$ref: '#/components/schemas/N', {beside}}}");
        let text = document("3.0.3", &schema, &indented(n));
        let (_, findings) = read(&[("api.yaml", &text)]);
        let ids: Vec<_> = findings.iter().map(|finding| finding.code.id()).collect();
        assert_eq!(ids, ["L025"]);
    }
}

#[test]
fn types_are_inferred() {
    for (schema, types) in [
        ("{properties: {a: {type: string}}}", "object (inferred)"),
        ("{additionalProperties: false}", "object (inferred)"),
        ("{items: {type: string}}", "array (inferred)"),
        ("{enum: [a, b]}", "string (inferred)"),
        ("{enum: [1, true]}", "boolean|integer (inferred)"),
        ("{pattern: x}", "string (inferred)"),
        ("{format: date-time}", "string (inferred) date-time"),
        ("{format: int64}", "integer (inferred) int64"),
        ("{minimum: 1}", "number (inferred)"),
        (
            "{oneOf: [{type: string}, {properties: {}}, {items: {}}]}",
            "any (inferred)",
        ),
        (
            "{oneOf: [{type: string}, {items: {}}]}",
            "string|array (inferred)",
        ),
        (
            "{format: date, nullable: true}",
            "null|string (inferred) date",
        ),
        ("{description: Anything.}", "any (inferred)"),
        ("{}", "any (inferred)"),
        ("{enum: [null]}", "null (inferred)"),
    ] {
        let text = meaning(&document("3.0.3", schema, ""));
        assert_eq!(text.lines().next().unwrap(), types, "{schema}");
    }
}

#[test]
fn recursion_ends() {
    let text = document(
        "3.0.3",
        "{$ref: '#/components/schemas/A'}",
        &indented(
            "A: {allOf: [{$ref: '#/components/schemas/B'}], properties: {a: {$ref: '#/components/schemas/A'}}}\n\
             B: {allOf: [{$ref: '#/components/schemas/A'}], properties: {b: {type: string}}}\n\
             C: {$ref: '#/components/schemas/D'}\n\
             D: {$ref: '#/components/schemas/C'}\n\
             E: {oneOf: [{$ref: '#/components/schemas/E'}, {type: string}]}",
        ),
    );
    let (document, findings) = read(&[("api.yaml", &text)]);
    let document = document.unwrap();
    let text = document_text::text(&document, Expand::Names);
    assert!(text.contains(".b"), "{text}");
    assert!(
        document.schemas[document.components["B"].schema]
            .recursive_all_of
            .is_some()
    );
    assert!(
        document.schemas[document.components["C"].schema]
            .unresolved
            .is_some()
    );
    let codes: Vec<&str> = findings.iter().map(|finding| finding.code.id()).collect();
    assert_eq!(codes, ["L024", "L024"]);
}

#[test]
fn a_base_that_lists_its_variants_makes_them_no_unions() {
    let text = document(
        "3.0.3",
        "{$ref: '#/components/schemas/Pet'}",
        &indented(
            "Pet: {type: object, discriminator: {propertyName: kind}, properties: {kind: {type: string}}, oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]}\n\
             Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {properties: {purrs: {type: boolean}}}]}\n\
             Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {properties: {barks: {type: boolean}}}]}",
        ),
    );
    let (document, _) = read(&[("api.yaml", &text)]);
    let document = document.unwrap();
    let schema = |name: &str| &document.schemas[document.components[name].schema];
    assert_eq!(schema("Pet").one_of.len(), 2);
    assert!(schema("Cat").one_of.is_empty() && schema("Cat").properties.len() == 2);
    assert!(schema("Dog").one_of.is_empty() && schema("Dog").properties.len() == 2);
}

#[test]
fn files_and_inner_parts() {
    let root = "openapi: 3.0.3\n\
        info: {title: Shop, version: '1'}\n\
        paths:\n\
        \x20 /a: {$ref: 'paths/a.yaml#/~1a'}\n\
        \x20 /b:\n\
        \x20   get:\n\
        \x20     parameters: [{$ref: 'common.yaml#/components/parameters/Page'}]\n\
        \x20     responses:\n\
        \x20       '200': {$ref: 'paths/a.yaml#/~1a/get/responses/200'}\n";
    let a = "/a:\n  get:\n    responses:\n      '200':\n        description: Fine.\n        content:\n          application/json:\n            schema:\n              type: object\n              properties:\n                thing: {$ref: '../common.yaml#/components/schemas/Thing'}\n                same: {$ref: '#/~1a/get/responses/200/content/application~1json/schema/properties/thing'}\n                whole: {$ref: ../whole.json}\n";
    let common = "components:\n  parameters:\n    Page: {name: page, in: query, schema: {$ref: '#/components/schemas/Number'}}\n  schemas:\n    Number: {type: integer}\n    Thing: {type: object, properties: {next: {$ref: '#/components/schemas/Thing'}}}\n";
    let whole = "{\"type\": \"string\", \"description\": \"\\ud83d\\ude00\"}";
    let (document, findings) = read(&[
        ("api.yaml", root),
        ("paths/a.yaml", a),
        ("common.yaml", common),
        ("whole.json", whole),
    ]);
    assert!(findings.is_empty(), "{findings}");
    let document = document.unwrap();
    let one = |text: &str| {
        "openapi: 3.0.3\n\
         info: {title: Shop, version: '1'}\n\
         paths:\n"
            .to_owned()
            + text
    };
    let reply = "responses: {'200': {description: Fine., content: {application/json: {schema: {type: object, properties: {thing: {$ref: '#/components/schemas/Thing'}, same: {$ref: '#/components/schemas/Thing'}, whole: {$ref: '#/components/schemas/whole'}}}}}}}";
    let single = one(&format!(
        "  /a: {{get: {{{reply}}}}}\n  /b: {{get: {{parameters: [{{name: page, in: query, schema: {{type: integer}}}}], {reply}}}}}\n\
         components: {{schemas: {{Thing: {{type: object, properties: {{next: {{$ref: '#/components/schemas/Thing'}}}}}}, whole: {{type: string, description: 😀}}}}}}\n"
    ));
    let (single, findings) = read(&[("api.yaml", &single)]);
    assert!(findings.is_empty(), "{findings}");
    assert_eq!(
        document_text::text(&document, Expand::Components),
        document_text::text(&single.unwrap(), Expand::Components)
    );
    assert_eq!(
        document
            .components
            .keys()
            .map(String::as_str)
            .collect::<Vec<_>>(),
        ["Thing", "whole", "Number"]
    );
}

#[test]
fn a_broken_reference_costs_what_has_it() {
    let text = "openapi: 3.0.3\n\
        info: {title: Shop, version: '1'}\n\
        paths:\n\
        \x20 /a:\n\
        \x20   get:\n\
        \x20     parameters: [{$ref: '#/components/parameters/Pag'}]\n\
        \x20     responses: {'200': {$ref: 'https://example.com/a.yaml#/x'}}\n\
        \x20 /b:\n\
        \x20   get:\n\
        \x20     responses:\n\
        \x20       '200': {description: Fine., content: {application/json: {schema: {$ref: '#/components/schemas/Nope'}}}}\n\
        components: {parameters: {Page: {name: page, in: query, schema: {type: integer}}}}\n";
    let (document, findings) = read(&[("api.yaml", text)]);
    let document = document.unwrap();
    assert_eq!(document.operations.len(), 2);
    assert_eq!(document.operations[0].unresolved.len(), 2);
    assert!(document.operations[1].unresolved.is_empty());
    let id = document.operations[1].responses[0].content[0]
        .schema
        .unwrap();
    assert!(document.schemas[id].unresolved.is_some());
    let text = findings.to_text();
    assert!(!findings.has_errors(), "{text}");
    assert!(
        text.contains("did you mean `#/components/parameters/Page`?"),
        "{text}"
    );
    assert!(text.contains("L021"), "{text}");
}

#[test]
fn what_common_parsers_take() {
    let text = "openapi: 3.0.3\n\
        info:\n\
        \x20 title: Shop\n\
        \x20 version: 1.10\n\
        \x20 description: \"A quoted text\n\
        that goes on \\ud83d\\ude00 without indentation.\"\n\
        paths:\n\
        \x20 /a:\n\
        \x20   get:\n\
        \x20     tags: [\n\
        \x20       one,\n\
        \x20     ]\n\
        \x20     responses:\n\
        \x20       200: {description: Fine., content: {application/json: {schema: {type: integer, maximum: 99999999999999999999999}}}}\n";
    let (document, findings) = read(&[("api.yaml", text)]);
    let document = document.unwrap_or_else(|| panic!("{findings}"));
    assert_eq!(document.info.version.value, "1.10");
    assert_eq!(
        document.info.description.as_ref().unwrap().value,
        "A quoted text that goes on 😀 without indentation."
    );
    let operation = &document.operations[0];
    assert_eq!(operation.tags[0].value, "one");
    assert_eq!(operation.tags[0].origin.line(), 11);
    assert_eq!(operation.origin.column(), 5);
    let id = operation.responses[0].content[0].schema.unwrap();
    assert!(document.schemas[id].limits.maximum.is_some());
    assert!(!findings.has_errors(), "{findings}");
}

#[test]
fn other_versions() {
    for (text, read_as) in [
        ("swagger: '2.0'\ninfo: {}\npaths: {}", None),
        ("openapi: 2.9.0\ninfo: {}\npaths: {}", None),
        (
            "openapi: 3.2.0\ninfo: {title: a, version: b}\npaths: {}",
            Some("V3_2"),
        ),
        ("openapi: 3.1.1\ninfo: {title: a, version: b}", Some("V3_1")),
        (
            "openapi: 3.0\ninfo: {title: a, version: b}\npaths: {}",
            Some("V3_0"),
        ),
    ] {
        let (document, findings) = read(&[("api.yaml", text)]);
        let version = document.map(|document| format!("{:?}", document.version));
        assert_eq!(version.as_deref(), read_as, "{text}");
        if read_as.is_none() {
            assert_eq!(findings.len(), 1, "{findings}");
            assert!(findings.has_errors());
        }
    }
}

#[test]
fn what_encloses_an_operation_is_filled_in() {
    let text = "openapi: 3.0.3\n\
        info: {title: Shop, version: '1'}\n\
        security: [{key: []}]\n\
        paths:\n\
        \x20 /a/{id}:\n\
        \x20   servers: [{url: /v2}]\n\
        \x20   parameters:\n\
        \x20     - {name: id, in: path, required: true, schema: {type: string}}\n\
        \x20     - {name: page, in: query, schema: {type: integer}}\n\
        \x20   get:\n\
        \x20     parameters: [{name: page, in: query, required: true, schema: {type: array, items: {type: integer}}}, {name: accept, in: header, schema: {type: string}}]\n\
        \x20     responses: {default: {description: All.}}\n\
        \x20   put:\n\
        \x20     security: []\n\
        \x20     servers: [{url: /v3}]\n\
        \x20     responses: {2XX: {description: All.}}\n";
    let (document, findings) = read(&[("api.yaml", text)]);
    assert_eq!(
        findings
            .iter()
            .map(|finding| finding.code.id())
            .collect::<Vec<_>>(),
        ["L119"]
    );
    assert_eq!(
        document_text::text(&document.unwrap(), Expand::Names),
        "Shop 1\nserver /\n\
         GET /a/{id} \n  server /v2\n  security [key]\n\
         \x20 Path parameter id required\n    Simple\n    string\n\
         \x20 Query parameter page required\n    Form exploded\n    array\n      items\n        integer\n\
         \x20 reply Default\n\
         PUT /a/{id} \n  server /v3\n\
         \x20 Path parameter id required\n    Simple\n    string\n\
         \x20 Query parameter page\n    Form exploded\n    integer\n\
         \x20 reply Range(2)\n"
    );
}

#[test]
fn parameters_that_cannot_be_read_cost_the_operation_where_it_needs_them() {
    let text = "openapi: 3.0.3\n\
        info: {title: Shop, version: '1'}\n\
        servers: [{description: No URL.}]\n\
        paths:\n\
        \x20 /a:\n\
        \x20   get:\n\
        \x20     parameters: [{name: a, in: qery, required: true, schema: {type: string}}, {in: query, schema: {type: string}}, {name: b, in: query, schema: {type: string}}]\n\
        \x20     responses: {'200': {description: Fine., headers: {Content-Type: {schema: {type: string}}, X-A: {schema: {type: string}}}}}\n\
        \x20   put:\n";
    let (document, findings) = read(&[("api.yaml", text)]);
    let document = document.unwrap();
    assert_eq!(
        document_text::text(&document, Expand::Names),
        "Shop 1\nserver /\nGET /a \n\
         \x20 Query parameter b\n    Form exploded\n    string\n\
         \x20 reply Code(200)\n    header X-A\n      Simple\n      string\n\
         \x20 unresolved Unread { needed: true } a\n\
         \x20 unresolved Unread { needed: false } \n"
    );
    let codes: Vec<&str> = findings.iter().map(|finding| finding.code.id()).collect();
    assert_eq!(
        codes,
        ["L102", "L107", "L102", "L119", "L104"],
        "{findings}"
    );
    assert!(!findings.has_errors());
}

#[test]
fn other_files_are_found_by_every_kind_of_reference() {
    let root = "openapi: 3.1.0\n\
        info: {title: Shop, version: '1'}\n\
        paths: {}\n\
        components:\n\
        \x20 schemas:\n\
        \x20   A:\n\
        \x20     oneOf: [{$ref: 'b%20c.yaml#/B'}, {$ref: '#/components/schemas/C'}]\n\
        \x20     discriminator: {propertyName: kind, mapping: {b: 'b c.yaml#/B', c: C, d: d.yaml}}\n\
        \x20   C: {type: object, properties: {$ref: {type: string}}}\n";
    let (document, findings) = read(&[
        ("api.yaml", root),
        ("b c.yaml", "B: {type: object}"),
        ("d.yaml", "type: object"),
    ]);
    assert!(findings.is_empty(), "{findings}");
    let document = document.unwrap();
    let schema = &document.schemas[document.components["A"].schema];
    let mapping = &schema.discriminator.as_ref().unwrap().mapping;
    let names: Vec<&str> = mapping
        .values()
        .map(|(id, _)| document.schemas[id.unwrap()].component.as_deref().unwrap())
        .collect();
    assert_eq!(names, ["B", "C", "d"]);
    let c = &document.schemas[document.components["C"].schema];
    assert!(c.properties.contains_key("$ref"));
}

#[test]
fn redeclared_properties_are_both() {
    let text = document(
        "3.0.3",
        "{$ref: '#/components/schemas/Sub'}",
        &indented(
            "Node: {type: object, properties: {next: {$ref: '#/components/schemas/Node'}, kind: {type: string, enum: [a, b]}, tag: {$ref: '#/components/schemas/Tag'}}}\n\
             Sub: {allOf: [{$ref: '#/components/schemas/Node'}, {properties: {next: {$ref: '#/components/schemas/Sub'}, kind: {enum: [b, c]}, tag: {description: Words.}}}]}\n\
             Own: {allOf: [{$ref: '#/components/schemas/Node'}], properties: {next: {$ref: '#/components/schemas/Own'}, kind: {type: integer}}}\n\
             Tag: {type: object, properties: {t: {type: string}}}",
        ),
    );
    let (document, findings) = read(&[("api.yaml", &text)]);
    let document = document.unwrap();
    let property = |name: &str, property: &str| {
        document.schemas[document.components[name].schema].properties[property].schema
    };
    let id = |name: &str| document.components[name].schema;
    assert_eq!(property("Sub", "next"), id("Sub"));
    assert_eq!(property("Own", "next"), id("Own"));
    let kind = &document.schemas[property("Sub", "kind")];
    let values: Vec<_> = kind
        .values
        .as_ref()
        .unwrap()
        .iter()
        .map(|v| v.as_str())
        .collect();
    assert_eq!(values, [Some("b")]);
    let tag = &document.schemas[property("Sub", "tag")];
    assert_eq!(tag.description.as_ref().unwrap().value, "Words.");
    assert_eq!(
        (tag.all_of.as_slice(), tag.properties.len()),
        ([id("Tag")].as_slice(), 1)
    );
    // Nothing is both a string and an integer: what the schema says itself counts.
    let codes: Vec<&str> = findings.iter().map(|finding| finding.code.id()).collect();
    assert_eq!(codes, ["L209"], "{findings}");
}

#[test]
fn a_reference_in_the_form_of_another_version_is_read_and_reported() {
    let text = document(
        "3.0.3",
        "{$ref: '#/definitions/A'}",
        &indented("A: {type: string}"),
    );
    let (document, findings) = read(&[("api.yaml", &text)]);
    let document = document.unwrap();
    let id = document.operations[0].responses[0].content[0].schema;
    assert_eq!(id, Some(document.components["A"].schema));
    let text = findings.to_text();
    assert!(
        text.contains("L022") && text.contains("`#/components/schemas/A` is used"),
        "{text}"
    );
}
