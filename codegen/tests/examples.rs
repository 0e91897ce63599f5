//! Examples in the docs of methods compile: what setters and `new` take by `impl Into` is given as a literal.

#![allow(clippy::unwrap_used)]

mod support;

const DOCUMENT: &str = r#"openapi: 3.0.3
info: {title: Shop, version: 1.0.0}
servers: [{url: 'https://shop.example'}]
paths:
  /things:
    get:
      operationId: list_things
      parameters:
        - {name: locale, in: query, example: fr, schema: {type: string}}
      responses: {'204': {description: Done.}}
    post:
      operationId: add_thing
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              required: [title, count, cover]
              properties:
                title: {type: string, example: A}
                count: {type: integer, example: 2}
                cover: {type: string, format: binary}
      responses: {'204': {description: Done.}}
"#;

#[test]
fn text_is_a_literal_where_anything_that_becomes_text_is_taken() {
    let made = support::generated("examples", DOCUMENT);
    let source = String::from_utf8(made.single_file()).unwrap();
    for expected in [
        "list_things_with(&ListThingsParams::default().with_locale(\"fr\"))",
        "::new(\"A\", 2, Upload::path(\"cover.png\"))",
    ] {
        assert!(source.contains(expected), "{expected}: {source}");
    }
}
