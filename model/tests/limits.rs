//! Schemas that join more than the reader joins are read as far as it goes, and reported once.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

use std::fmt::Write as _;

use lavka_model::diag::{Code, Severity};

/// Schemas of 30 properties each, of which each joins the next by `keyword`.
fn chain(keyword: &str, length: usize) -> String {
    let mut text = String::from(
        "openapi: 3.1.0\ninfo: {title: Chain, version: '1'}\nservers: [{url: 'https://chain.example.invalid'}]\npaths:\n  /a: {get: {operationId: get_a, responses: {'200': {description: It., content: {application/json: {schema: {$ref: '#/components/schemas/S0'}}}}}}}\ncomponents:\n  schemas:\n",
    );
    for at in 0..length {
        let properties: Vec<String> = (0..30)
            .map(|n| format!("p{at}_{n}: {{type: integer}}"))
            .collect();
        let next = match at + 1 < length {
            true => keyword.replace(
                "NEXT",
                &format!("{{$ref: '#/components/schemas/S{}'}}", at + 1),
            ),
            false => String::new(),
        };
        let properties = properties.join(", ");
        writeln!(
            text,
            "    S{at}: {{type: object, properties: {{{properties}}}{next}}}"
        )
        .unwrap();
    }
    text
}

/// How many fields the reply's type has, and how often the limit is reported.
fn read(text: &str) -> (usize, usize) {
    let (document, mut findings) =
        lavka_model::read_with("chain.yaml", "", &|_| Ok(text.as_bytes().to_vec()));
    let (api, found) = lavka_model::derive(&document.unwrap(), "chain");
    findings.extend(found);
    let limit = |of: &&lavka_model::diag::Finding| of.code == Code::TooLarge;
    let all: Vec<_> = findings.iter().filter(limit).collect();
    assert!(all.iter().all(|of| of.severity() == Severity::Warning));
    let reply = api.operations[0].success().unwrap();
    let (_, object) = api.object(&reply.contents[0].ty).unwrap();
    (object.fields.len(), all.len())
}

#[test]
fn conditions_that_join_too_much_are_reported_once() {
    let then = ", if: {required: [x]}, then: NEXT";
    assert_eq!(
        read(&chain(then, 20)),
        (600, 0),
        "each has those of all behind it"
    );
    let (fields, reported) = read(&chain(then, 262));
    assert_eq!(reported, 1);
    assert!(fields >= 30, "its own are kept: {fields}");
}

#[test]
fn entries_that_join_too_much_are_reported_once() {
    let all_of = ", allOf: [NEXT]";
    assert_eq!(read(&chain(all_of, 20)), (600, 0));
    let (fields, reported) = read(&chain(all_of, 262));
    assert_eq!(reported, 1);
    assert!(fields >= 30, "its own are kept: {fields}");
}

/// Each level joins the one below twice: what one says must not be counted twice as often at each.
#[test]
fn an_entry_that_comes_twice_is_one() {
    let mut text = String::from(
        "openapi: 3.1.0\ninfo: {title: Twice, version: '1'}\nservers: [{url: 'https://twice.example.invalid'}]\npaths:\n  /a: {get: {operationId: get_a, responses: {'200': {description: It., content: {application/json: {schema: {$ref: '#/components/schemas/S40'}}}}}}}\ncomponents:\n  schemas:\n",
    );
    for at in 0..=40 {
        let (below, own) = (at - 1_i32, at % 3);
        let all_of = match at {
            0 => String::new(),
            _ => format!(
                "allOf: [{{$ref: '#/components/schemas/S{below}'}}, {{$ref: '#/components/schemas/S{below}'}}], "
            ),
        };
        writeln!(
            text,
            "    S{at}: {{{all_of}type: object, properties: {{p{own}: {{enum: [a, b], examples: [a]}}}}, x-more: 1, contains: {{}}, \
             anyOf: [{{required: [p0]}}, {{required: [p1]}}], if: {{required: [p0]}}, then: {{properties: {{q{own}: {{type: string}}}}}}, \
             patternProperties: {{'^z': {{type: integer}}}}, dependentSchemas: {{p1: {{properties: {{r: {{type: string}}}}}}}}}}"
        )
        .unwrap();
    }
    let (fields, reported) = read(&text);
    assert_eq!((fields, reported), (7, 0));
}
