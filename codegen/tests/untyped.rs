//! The report of places whose Rust type knows less than their schema.

#![allow(clippy::unwrap_used)]

mod support;

const SPEC: &str = r"
openapi: 3.0.3
info: {title: Places, version: '1'}
paths:
  /a:
    post:
      operationId: a
      parameters:
        - {name: open, in: query, schema: {}}
        - {name: kind, in: query, schema: {type: string, enum: [x, y]}}
      requestBody:
        content:
          text/html: {schema: {type: object, properties: {a: {type: string}}}}
      responses:
        '200':
          description: d
          content:
            application/json: {schema: {$ref: '#/components/schemas/Thing'}}
components:
  schemas:
    Thing:
      type: object
      properties:
        open: {description: Anything.}
        free: {type: object}
        day: {type: string, format: date}
        several: {oneOf: [{type: string}, {type: integer}]}
        one: {type: array, items: {$ref: '#/components/schemas/Loop'}}
    Loop: {type: array, items: {$ref: '#/components/schemas/Loop'}}
";

#[test]
fn names_each_place_that_knows_less_than_its_schema() {
    let report = support::generated("untyped", SPEC).untyped;
    let what = |places: &[lavka_codegen::plan::untyped::Place]| {
        let texts = places
            .iter()
            .map(|place| format!("{}: {}, {}", place.what, place.schema, place.rust));
        texts.collect::<Vec<_>>()
    };
    // Two parameters, request, reply, five properties, two branches.
    assert_eq!(report.places, 11, "{report}");
    assert_eq!(
        what(&report.free),
        ["property `one` of `Thing`: a list, any JSON value"]
    );
    assert_eq!(what(&report.less), ["request of `a`: an object, a scalar"]);
    assert!(report.to_string().ends_with(
        "11 fields, parameters, bodies and replies: 1 (9.09 %) are free JSON, 1 more (18.18 % together) are less typed than their \
         schema"
    ));
}
