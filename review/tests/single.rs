//! One change is one finding, at the place where it is made, with all that follows from it.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

const BASE: &str = include_str!("pairs/02-add-required-request-field/base.yaml");

/// A patch; the code, the place and the words of its only finding.
const CASES: &[(&str, &str, &str, &str)] = &[
    // A parameter of two operations, in the path item or as a component.
    (
        "set /paths/~1orders~1{id}/parameters = [{name: X-Shop, in: header, required: true, schema: {type: string}}]",
        "R202",
        "GET /orders/{id} header X-Shop",
        "the required header parameter `X-Shop` is added",
    ),
    (
        "set /components/parameters/Q = {name: q, in: query, schema: {type: string}} ; append /paths/~1orders/get/parameters = {$ref: '#/components/parameters/Q'} ; append /paths/~1orders~1{id}/get/parameters = {$ref: '#/components/parameters/Q'} ~ set /components/parameters/Q = {name: q, in: query, required: true, schema: {type: string}} ; append /paths/~1orders/get/parameters = {$ref: '#/components/parameters/Q'} ; append /paths/~1orders~1{id}/get/parameters = {$ref: '#/components/parameters/Q'}",
        "R206",
        "GET /orders query q",
        "`q` is required now",
    ),
    // A property that several types have from one part.
    (
        "set /components/schemas/Base = {type: object, properties: {a: {type: string}}} ; set /components/schemas/NewOrder/properties/b = {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, properties: {x: {type: string}}}]} ; set /components/schemas/Order/properties/b = {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, properties: {y: {type: string}}}]} ~ set /components/schemas/Base = {type: object, properties: {a: {type: string}, c: {type: string}}} ; set /components/schemas/NewOrder/properties/b = {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, properties: {x: {type: string}}}]} ; set /components/schemas/Order/properties/b = {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, properties: {y: {type: string}}}]}",
        "R414",
        "Base.c",
        "an optional property is added: `c`",
    ),
    (
        "set /components/schemas/Base = {type: object, properties: {a: {type: string}}} ; set /components/schemas/NewOrder/properties/b = {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, properties: {x: {type: string}}}]} ~ set /components/schemas/Base = {type: object, properties: {a: {type: string, maxLength: 5}}} ; set /components/schemas/NewOrder/properties/b = {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, properties: {x: {type: string}}}]}",
        "R408",
        "Base.a",
        "the maximal length 5 is added",
    ),
    // What uses a type changes with the type.
    (
        "set /components/schemas/State = {type: string, description: How far an order is.}",
        "R404",
        "State",
        "is no longer an enum",
    ),
    (
        "set /components/schemas/State/x-rust-name = OrderState",
        "R703",
        "State",
        "the type `State` is named `OrderState`",
    ),
    // Alternatives of a union.
    (
        "set /components/schemas/Order/properties/u = {oneOf: [{type: string}, {type: integer}, {type: boolean}]} ~ set /components/schemas/Order/properties/u = {oneOf: [{type: string}, {type: boolean}]}",
        "R420",
        "Order.u|integer",
        "`integer` is no longer an alternative",
    ),
    (
        "set /components/schemas/Card = {type: object, required: [pan], properties: {pan: {type: string}}} ; set /components/schemas/Order/properties/pay = {oneOf: [{$ref: '#/components/schemas/Card'}, {type: string}]} ~ set /components/schemas/CreditCard = {type: object, required: [pan], properties: {pan: {type: string}}} ; set /components/schemas/Order/properties/pay = {oneOf: [{$ref: '#/components/schemas/CreditCard'}, {type: string}]}",
        "R703",
        "CreditCard",
        "the type `Card` is named `CreditCard`",
    ),
    (
        "set /components/schemas/NewOrder/properties/u = {oneOf: [{type: string, maxLength: 5}, {type: integer}]} ~ set /components/schemas/NewOrder/properties/u = {oneOf: [{type: string, maxLength: 3}, {type: integer}]}",
        "R408",
        "NewOrder.u|string",
        "the maximal length is 3 instead of 5",
    ),
    // Items, positions, and a reference that may be null.
    (
        "set /openapi = 3.1.0 ; set /components/schemas/NewOrder/properties/t = {type: array, prefixItems: [{type: string}, {type: integer}]} ~ set /openapi = 3.1.0 ; set /components/schemas/NewOrder/properties/t = {type: array, prefixItems: [{type: string}, {type: boolean}]}",
        "R401",
        "NewOrder.t[1]",
        "the type is boolean instead of integer",
    ),
    (
        "set /openapi = 3.1.0 ; set /components/schemas/Order/properties/first = {$ref: '#/components/schemas/Line'} ~ set /openapi = 3.1.0 ; set /components/schemas/Order/properties/first = {anyOf: [{$ref: '#/components/schemas/Line'}, {type: 'null'}]}",
        "R417",
        "Order.first",
        "may be null",
    ),
    // Media types, and what they give to Rust.
    (
        "set /paths/~1orders/get/responses/200/content/text~1event-stream = {schema: {type: string}}",
        "R124",
        "GET /orders 200 text/event-stream",
        "`text/event-stream` is added",
    ),
    (
        "set /paths/~1f/post = {operationId: f, requestBody: {required: true, content: {image/png: {schema: {type: string, format: binary}}}}, responses: {'204': {description: D.}}} ~ set /paths/~1f/post = {operationId: f, requestBody: {required: true, content: {'image/*': {schema: {type: string, format: binary}}}}, responses: {'204': {description: D.}}}",
        "R123",
        "POST /f request image/png",
        "`image/*` instead of `image/png`",
    ),
    (
        "set /paths/~1f/post = {operationId: f, requestBody: {required: true, content: {multipart/form-data: {schema: {type: object, properties: {pic: {type: string, format: binary}}}}}}, responses: {'204': {description: D.}}} ~ set /paths/~1f/post = {operationId: f, requestBody: {required: true, content: {multipart/form-data: {schema: {type: object, properties: {pic: {type: string}}}}}}, responses: {'204': {description: D.}}}",
        "R402",
        "POST /f request.pic",
        "the format is removed; it was `binary`",
    ),
    // Tokens.
    (
        "set /components/securitySchemes/o = {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://a.example/token', scopes: {r: R}}}} ; set /security = [{o: [r]}] ~ set /components/securitySchemes/o = {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://a.example/token', scopes: {r: R}}, password: {tokenUrl: 'https://a.example/token', scopes: {r: R}}}} ; set /security = [{o: [r]}]",
        "R623",
        "security scheme o",
        "the flow `password` is added",
    ),
    (
        "set /components/securitySchemes/b = {type: http, scheme: bearer} ; set /security = [{b: []}] ~ set /components/securitySchemes/b = {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://a.example/token', scopes: {}}}} ; set /security = [{b: []}]",
        "R623",
        "security scheme b",
        "tokens come from OAuth 2 instead of the program",
    ),
];

#[test]
fn one_change_is_one_finding() {
    let mut failed = Vec::new();
    for (patch, code, place, what) in CASES {
        let (base, head) = support::sides_of(BASE, patch);
        let report = support::compare_texts(&base.to_json_text(), &head.to_json_text());
        let found: Vec<(&str, &str, &str)> = report
            .findings()
            .map(|(_, f)| (f.check.code, f.place.as_str(), f.what.as_str()))
            .collect();
        if found != [(*code, *place, *what)] {
            failed.push(format!("{patch}\n  {found:#?}"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
