//! Rules of lint fire where they should, are quiet where they should, and can be allowed with a reason.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io;

/// Rules that fire for a document, with their lines.
fn rules(text: &str) -> Vec<String> {
    let read = |path: &str| {
        if path == "api.yaml" {
            Ok(text.as_bytes().to_vec())
        } else {
            Err(io::Error::from(io::ErrorKind::NotFound))
        }
    };
    let (document, findings) = lavka_model::read_with("api.yaml", "", &read);
    let document = document.unwrap_or_else(|| panic!("{findings}"));
    let (api, _) = lavka_model::derive(&document, "api");
    lavka_model::lint::lint(&document, &api)
        .iter()
        .filter(|finding| !finding.code.id().starts_with("L500"))
        .map(|finding| format!("{}:{}", finding.code, finding.origin.line()))
        .collect()
}

const HEAD: &str = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n";

fn document(rest: &str) -> String {
    format!("{HEAD}{rest}")
}

#[test]
fn each_rule_fires_and_is_quiet() {
    let cases = [
        (
            "L522",
            "components: {schemas: {A: {type: object, properties: {a: {nullable: true, description: A.}}}}}\npaths: {}\n",
            "components: {schemas: {A: {type: object, properties: {a: {type: string, nullable: true, description: A.}}}}}\npaths: {}\n",
        ),
        (
            "L506",
            "components: {schemas: {A: {type: string, pattern: '[a'}}}\npaths: {}\n",
            "components: {schemas: {A: {type: string, pattern: '[a]'}}}\npaths: {}\n",
        ),
        (
            "L507",
            "paths: {/a: {get: {responses: {'404': {description: n}}}}}\n",
            "paths: {/a: {get: {responses: {'200': {description: n}}}}}\n",
        ),
        (
            "L508",
            "paths: {/a: {get: {responses: {'200': {description: n}}}}}\n",
            "paths: {/a: {get: {responses: {'200': {description: n}, default: {description: e}}}}}\n",
        ),
        (
            "L509",
            "paths: {'/a/{id}': {get: {responses: {}}}, /a/mine: {get: {responses: {}}}}\n",
            "paths: {'/a/{id}': {get: {responses: {}}}, /a/mine: {put: {responses: {}}}}\n",
        ),
        (
            "L509",
            "paths: {'/a/{id}': {get: {parameters: [{name: id, in: path, required: true, schema: {type: string}}], responses: {}}}, /a/mine: {get: {responses: {}}}}\n",
            "paths: {'/a/{id}': {get: {parameters: [{name: id, in: path, required: true, schema: {type: integer}}], responses: {}}}, /a/mine: {get: {responses: {}}}}\n",
        ),
        (
            "L509",
            "paths: {'/a/{id}': {get: {parameters: [{name: id, in: path, required: true, schema: {type: string}}], responses: {}}}, /a/mine: {get: {responses: {}}}}\n",
            "paths: {'/a/{id}': {get: {parameters: [{name: id, in: path, required: true, schema: {type: string, format: date}}], responses: {}}}, /a/mine: {get: {responses: {}}}}\n",
        ),
        (
            "L509",
            "paths: {'/a/{id}': {get: {parameters: [{name: id, in: path, required: true, schema: {type: string}}], responses: {}}}, /a/mine: {get: {responses: {}}}}\n",
            "paths: {'/a/{id}': {get: {parameters: [{name: id, in: path, required: true, schema: {enum: [all, none]}}], responses: {}}}, /a/mine: {get: {responses: {}}}}\n",
        ),
        (
            "L510",
            "paths: {/a/: {get: {responses: {}}}}\n",
            "paths: {/: {get: {responses: {}}}}\n",
        ),
        (
            "L511",
            "tags: [{name: orders}]\npaths: {/a: {get: {tags: [order], responses: {}}}}\n",
            "tags: [{name: orders}]\npaths: {/a: {get: {tags: [orders], responses: {}}}}\n",
        ),
        (
            "L512",
            "servers: [{url: 'http://x.example'}]\nsecurity: [{k: []}]\npaths: {/a: {get: {responses: {}}}}\ncomponents: {securitySchemes: {k: {type: http, scheme: basic}}}\n",
            "servers: [{url: 'http://x.example'}]\npaths: {/a: {get: {responses: {}}}}\ncomponents: {securitySchemes: {k: {type: http, scheme: basic}}}\n",
        ),
        (
            "L513",
            "paths: {}\ncomponents: {schemas: {A: {type: object, properties: {unitPrice: {type: number}}}}}\n",
            "paths: {}\ncomponents: {schemas: {A: {type: object, properties: {unitPrice: {type: number, format: decimal}}}}}\n",
        ),
        (
            "L514",
            "paths: {}\ncomponents: {schemas: {A: {type: object, properties: {api_key: {type: string}}}}}\n",
            "paths: {}\ncomponents: {schemas: {A: {type: object, properties: {api_key: {type: string, format: password}}}}}\n",
        ),
        (
            "L515",
            "paths: {/a: {put: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}, responses: {}}}}\ncomponents: {schemas: {A: {type: object, properties: {l: {type: array, items: {type: string}}}}}}\n",
            "paths: {/a: {put: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}, responses: {}}}}\ncomponents: {schemas: {A: {type: object, properties: {l: {type: array, maxItems: 9, items: {type: string}}}}}}\n",
        ),
        (
            "L516",
            "paths: {}\ncomponents: {schemas: {A: {type: string, enum: [Paid, paid]}}}\n",
            "paths: {}\ncomponents: {schemas: {A: {type: string, enum: [Paid, pai]}}}\n",
        ),
        (
            "L517",
            "paths: {/a: {get: {parameters: [{name: a, in: query, required: true, schema: {type: string}}, {name: b, in: query, required: true, schema: {type: string}}], responses: {}}}}\n",
            "paths: {/a: {get: {parameters: [{name: a, in: query, required: true, schema: {type: string}}, {name: b, in: query, required: true, schema: {type: integer}}], responses: {}}}}\n",
        ),
        (
            "L518",
            "paths: {/a: {post: {responses: {}}}}\n",
            "paths: {/a: {post: {x-idempotent: false, responses: {}}}}\n",
        ),
        (
            "L502",
            "paths: {}\ncomponents: {schemas: {A: {type: object, properties: {a: {type: string}}}}}\n",
            "paths: {/a: {put: {requestBody: {content: {application/json: {schema: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {b: {type: string}}}]}}}}, responses: {}}}}\ncomponents: {schemas: {A: {type: object, properties: {a: {type: string}}}}}\n",
        ),
        (
            "L202",
            "paths: {}\ncomponents: {schemas: {A: {type: integer, format: int23}}}\n",
            "paths: {}\ncomponents: {schemas: {A: {type: string, format: colour-of-money}}}\n",
        ),
        (
            "L217",
            "paths: {}\ncomponents: {schemas: {A: {type: string, minLength: 3, maxLength: 2}}}\n",
            "paths: {}\ncomponents: {schemas: {A: {type: string, minLength: 2, maxLength: 2}}}\n",
        ),
    ];
    for (code, firing, quiet) in cases {
        let fires = |rest: &str| {
            rules(&document(rest))
                .iter()
                .any(|rule| rule.starts_with(code))
        };
        assert!(fires(firing), "{code} does not fire");
        assert!(!fires(quiet), "{code} fires");
    }
}

#[test]
fn exceptions() {
    let spec = |root: &str, operation: &str| {
        document(&format!(
            "{root}paths:\n  /a/:\n    get:\n      {operation}responses: {{'200': {{description: n}}}}\n"
        ))
    };
    let errors = |rules: &[String]| rules.iter().any(|rule| rule.starts_with("L508"));
    let found = rules(&spec("", ""));
    assert!(errors(&found), "{found:?}");
    let found = rules(&spec(
        "",
        "x-lint-allow: {L508: No error is documented.}\n      ",
    ));
    assert!(
        !errors(&found) && !found.iter().any(|rule| rule.starts_with("L520")),
        "{found:?}"
    );
    let found = rules(&spec("x-lint-allow: {L508: No error is documented.}\n", ""));
    assert!(
        !errors(&found) && !found.iter().any(|rule| rule.starts_with("L520")),
        "{found:?}"
    );
    for allow in [
        "{L513: There is no money.}",
        "{L999: No such rule.}",
        "{L508: ''}",
    ] {
        let found = rules(&spec(&format!("x-lint-allow: {allow}\n"), ""));
        assert!(found.contains(&"L520:3".to_owned()), "{allow}: {found:?}");
    }
}
