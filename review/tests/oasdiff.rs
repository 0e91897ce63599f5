//! Agreement with oasdiff, by its rules: small pairs of our own, each under the ids of the rules that judge it.
//!
//! oasdiff's level "error" is compared with "breaking"; its warnings and its information are not breaking. What is judged otherwise
//! is in `ARGUED`, and in `docs/review.md` with the reason.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use lavka_review::level::Level;
use lavka_review::report::Report;

/// Rules that are judged otherwise on purpose (`*` is anything), and how the documentation names them.
const ARGUED: &[(&str, &str)] = &[
    (
        "api-removed-with-deprecation",
        "api-removed-with-deprecation",
    ),
    (
        "response-success-status-removed (another takes its place)",
        "response-success-status-removed",
    ),
    (
        "request-parameter-x-extensible-enum-value-removed",
        "request-parameter-x-extensible-enum-value-removed",
    ),
    ("api-sunset-deleted", "api-sunset-deleted"),
    ("api-stability-decreased", "api-stability-decreased"),
    (
        "request-parameter-list-of-types-narrowed",
        "request-parameter-list-of-types-narrowed",
    ),
    (
        "response-header-list-of-types-widened",
        "response-header-type-generalized",
    ),
    (
        "request-*-type-generalized-date",
        "request-property-type-generalized",
    ),
    (
        "response-*-type-specialized-date",
        "response-property-type-specialized",
    ),
    (
        "request-*-type-specialized-float",
        "request-property-type-changed",
    ),
    (
        "response-*-type-generalized-float",
        "response-property-type-generalized",
    ),
    (
        "response-*-unevaluated-properties-removed",
        "response-property-unevaluated-properties-removed",
    ),
];

/// Where a schema is: the part of oasdiff's ids, and a document around it.
const PLACES: &[&str] = &[
    "request-body",
    "request-property",
    "request-parameter",
    "response-body",
    "response-property",
    "response-header",
];

fn document(place: &str, schema: &str) -> String {
    let plain = "{type: object, properties: {a: {type: string}}}";
    let held = format!("{{type: object, properties: {{a: {schema}}}}}");
    let (mut parameter, mut request, mut reply, mut header) =
        ("{type: string}", plain, plain, "{type: string}");
    match place {
        "request-body" => request = schema,
        "request-property" => request = &held,
        "request-parameter" => parameter = schema,
        "response-body" => reply = schema,
        "response-property" => reply = &held,
        _ => header = schema,
    }
    format!(
        "openapi: 3.1.0
info: {{title: Agreement, version: 1.0.0}}
servers: [{{url: 'https://a.example'}}]
paths:
  /a:
    post:
      operationId: post_a
      parameters: [{{name: p, in: query, schema: {parameter}}}]
      requestBody: {{required: true, content: {{application/json: {{schema: {request}}}}}}}
      responses:
        '200':
          description: Done.
          headers: {{X-H: {{schema: {header}}}}}
          content: {{application/json: {{schema: {reply}}}}}
"
    )
}

/// What a change does to the set of values.
#[derive(Clone, Copy, PartialEq)]
enum Effect {
    /// From the first to the second schema narrows.
    Narrows,
    /// Neither schema holds the other.
    Incomparable,
    /// It is not known, or nothing changes for values.
    Unknown,
}
use Effect::{Incomparable, Narrows, Unknown};

/// The ends of oasdiff's ids from the first schema to the second, and back; the effect; the schemas; places where there is no such rule.
type Row = (
    &'static str,
    &'static str,
    Effect,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const SCHEMAS: &[Row] = &[
    ("max-decreased", "max-increased", Narrows, "{type: integer, maximum: 10}", "{type: integer, maximum: 5}"),
    ("max-set", "max-unset", Narrows, "{type: integer}", "{type: integer, maximum: 5}"),
    ("exclusive-max-decreased", "exclusive-max-increased", Narrows, "{type: number, exclusiveMaximum: 10}", "{type: number, exclusiveMaximum: 5}"),
    ("exclusive-max-set", "exclusive-max-unset", Narrows, "{type: number}", "{type: number, exclusiveMaximum: 5}"),
    ("min-increased", "min-decreased", Narrows, "{type: integer, minimum: 1}", "{type: integer, minimum: 2}"),
    ("min-set", "min-unset", Narrows, "{type: number}", "{type: number, minimum: 0}"),
    ("exclusive-min-increased", "exclusive-min-decreased", Narrows, "{type: number, exclusiveMinimum: 1}", "{type: number, exclusiveMinimum: 2}"),
    ("exclusive-min-set", "exclusive-min-unset", Narrows, "{type: number}", "{type: number, exclusiveMinimum: 2}"),
    ("multiple-of-set", "multiple-of-unset", Narrows, "{type: integer}", "{type: integer, multipleOf: 5}"),
    ("multiple-of-specialized", "multiple-of-generalized", Narrows, "{type: integer, multipleOf: 5}", "{type: integer, multipleOf: 10}"),
    ("multiple-of-changed", "multiple-of-changed", Incomparable, "{type: integer, multipleOf: 5}", "{type: integer, multipleOf: 7}"),
    ("max-length-decreased", "max-length-increased", Narrows, "{type: string, maxLength: 10}", "{type: string, maxLength: 5}"),
    ("max-length-set", "max-length-unset", Narrows, "{type: string}", "{type: string, maxLength: 5}"),
    ("min-length-increased", "min-length-decreased", Narrows, "{type: string, minLength: 1}", "{type: string, minLength: 5}"),
    ("min-length-set", "min-length-unset", Narrows, "{type: string}", "{type: string, minLength: 5}"),
    ("max-items-decreased", "max-items-increased", Narrows, "{type: array, items: {type: string}, maxItems: 9}", "{type: array, items: {type: string}, maxItems: 5}"),
    ("max-items-set", "max-items-unset", Narrows, "{type: array, items: {type: string}}", "{type: array, items: {type: string}, maxItems: 5}"),
    ("min-items-increased", "min-items-decreased", Narrows, "{type: array, items: {type: string}, minItems: 1}", "{type: array, items: {type: string}, minItems: 5}"),
    ("min-items-set", "min-items-unset", Narrows, "{type: array, items: {type: string}}", "{type: array, items: {type: string}, minItems: 5}"),
    ("unique-items-set", "unique-items-unset", Narrows, "{type: array, items: {type: string}}", "{type: array, items: {type: string}, uniqueItems: true}"),
    ("max-properties-decreased", "max-properties-increased", Narrows, "{type: object, additionalProperties: {type: string}, maxProperties: 9}", "{type: object, additionalProperties: {type: string}, maxProperties: 5}"),
    ("max-properties-set", "max-properties-unset", Narrows, "{type: object, additionalProperties: {type: string}}", "{type: object, additionalProperties: {type: string}, maxProperties: 5}"),
    ("min-properties-increased", "min-properties-decreased", Narrows, "{type: object, additionalProperties: {type: string}, minProperties: 1}", "{type: object, additionalProperties: {type: string}, minProperties: 5}"),
    ("min-properties-set", "min-properties-unset", Narrows, "{type: object, additionalProperties: {type: string}}", "{type: object, additionalProperties: {type: string}, minProperties: 5}"),
    ("pattern-added", "pattern-removed", Narrows, "{type: string}", "{type: string, pattern: '^[a-z]+$'}"),
    ("pattern-changed", "pattern-changed", Unknown, "{type: string, pattern: '^[a-z]+$'}", "{type: string, pattern: '^[0-9]+$'}"),
    ("pattern-specialized", "pattern-generalized", Narrows, "{type: string, pattern: '.*'}", "{type: string, pattern: '^[0-9]+$'}"),
    ("became-enum", "enum-removed", Narrows, "{type: string}", "{type: string, enum: [a, b]}"),
    ("enum-value-removed", "enum-value-added", Narrows, "{type: string, enum: [a, b]}", "{type: string, enum: [a]}"),
    ("const-added", "const-removed", Narrows, "{type: string}", "{type: string, const: a}"),
    ("const-changed", "const-changed", Incomparable, "{type: string, const: a}", "{type: string, const: b}"),
    ("default-value-added", "default-value-removed", Unknown, "{type: string}", "{type: string, default: a}"),
    ("default-value-changed", "default-value-changed", Unknown, "{type: string, default: a}", "{type: string, default: b}"),
    ("became-not-nullable", "became-nullable", Narrows, "{type: [string, 'null']}", "{type: string}"),
    ("type-specialized", "type-generalized", Narrows, "{type: number}", "{type: integer}"),
    ("list-of-types-narrowed", "list-of-types-widened", Narrows, "{type: [string, boolean, integer]}", "{type: [string, integer]}"),
    ("type-changed", "type-changed", Incomparable, "{type: boolean}", "{type: integer}"),
    ("type-changed", "type-changed", Incomparable, "{type: string}", "{type: array, items: {type: integer}}"),
    ("type-changed", "type-changed", Incomparable, "{type: object, properties: {b: {type: string}}}", "{type: array, items: {type: string}}"),
    ("type-specialized-format", "type-generalized-format", Narrows, "{type: integer, format: int64}", "{type: integer, format: int32}"),
    ("type-specialized-format", "type-generalized-format", Narrows, "{type: string}", "{type: string, format: uuid}"),
    ("type-specialized-format", "type-generalized-format", Narrows, "{type: integer}", "{type: integer, format: int32}"),
    ("type-changed-format", "type-changed-format", Incomparable, "{type: string, format: uuid}", "{type: string, format: uri}"),
    ("type-specialized-date", "type-generalized-date", Narrows, "{type: string, format: date-time}", "{type: string, format: date}"),
    ("type-specialized-float", "type-generalized-float", Narrows, "{type: number, format: double}", "{type: number, format: float}"),
    ("all-of-added", "all-of-removed", Narrows, "{allOf: [{type: object, properties: {b: {type: string}}}]}", "{allOf: [{type: object, properties: {b: {type: string}}}, {type: object, required: [c], properties: {c: {type: string}}}]}"),
    ("all-of-removed-annotation-only", "all-of-added-annotation-only", Unknown, "{allOf: [{type: object, properties: {b: {type: string}}}]}", "{allOf: [{type: object, properties: {b: {type: string}}}, {description: Words.}]}"),
    ("any-of-removed", "any-of-added", Narrows, "{anyOf: [{type: object, required: [b], properties: {b: {type: string}}}, {type: integer}, {type: boolean}]}", "{anyOf: [{type: object, required: [b], properties: {b: {type: string}}}, {type: integer}]}"),
    ("one-of-removed", "one-of-added", Narrows, "{oneOf: [{type: object, required: [b], properties: {b: {type: string}}}, {type: integer}, {type: boolean}]}", "{oneOf: [{type: object, required: [b], properties: {b: {type: string}}}, {type: integer}]}"),
    ("prefix-items-changed", "prefix-items-changed", Incomparable, "{type: array, prefixItems: [{type: string}]}", "{type: array, prefixItems: [{type: integer}]}"),
    ("if-added", "if-removed", Narrows, "{type: object, properties: {b: {type: string}, c: {type: string}}}", "{type: object, properties: {b: {type: string}, c: {type: string}}, if: {required: [b]}, then: {required: [c]}}"),
    ("else-added", "else-removed", Narrows, "{type: object, properties: {b: {type: string}, c: {type: string}}, if: {required: [b]}}", "{type: object, properties: {b: {type: string}, c: {type: string}}, if: {required: [b]}, else: {required: [c]}}"),
    ("contains-added", "contains-removed", Narrows, "{type: array, items: {type: string}}", "{type: array, items: {type: string}, contains: {const: a}}"),
    ("min-contains-increased", "min-contains-decreased", Narrows, "{type: array, items: {type: string}, contains: {const: a}, minContains: 1}", "{type: array, items: {type: string}, contains: {const: a}, minContains: 2}"),
    ("max-contains-decreased", "max-contains-increased", Narrows, "{type: array, items: {type: string}, contains: {const: a}, maxContains: 4}", "{type: array, items: {type: string}, contains: {const: a}, maxContains: 2}"),
    ("min-contains-set", "min-contains-unset", Narrows, "{type: array, items: {type: string}, contains: {const: a}}", "{type: array, items: {type: string}, contains: {const: a}, minContains: 2}"),
    ("dependent-required-added", "dependent-required-removed", Narrows, "{type: object, properties: {b: {type: string}, c: {type: string}}}", "{type: object, properties: {b: {type: string}, c: {type: string}}, dependentRequired: {b: [c]}}"),
    ("dependent-required-changed", "dependent-required-changed", Incomparable, "{type: object, properties: {b: {type: string}, c: {type: string}, d: {type: string}}, dependentRequired: {b: [c]}}", "{type: object, properties: {b: {type: string}, c: {type: string}, d: {type: string}}, dependentRequired: {b: [d]}}"),
    ("dependent-schema-added", "dependent-schema-removed", Narrows, "{type: object, properties: {b: {type: string}, c: {type: string}}}", "{type: object, properties: {b: {type: string}, c: {type: string}}, dependentSchemas: {b: {required: [c]}}}"),
    ("pattern-property-added", "pattern-property-removed", Narrows, "{type: object, properties: {b: {type: string}}}", "{type: object, properties: {b: {type: string}}, patternProperties: {'^x': {type: integer}}}"),
    ("pattern-property-added", "pattern-property-removed", Narrows, "{type: object, patternProperties: {'^x': {type: integer}}}", "{type: object, patternProperties: {'^x': {type: integer}, '^y': {type: string}}}"),
    ("property-names-added", "property-names-removed", Narrows, "{type: object, additionalProperties: {type: string}}", "{type: object, additionalProperties: {type: string}, propertyNames: {pattern: '^a'}}"),
    ("unevaluated-items-added", "unevaluated-items-removed", Narrows, "{type: array, prefixItems: [{type: string}]}", "{type: array, prefixItems: [{type: string}], unevaluatedItems: false}"),
    ("unevaluated-properties-added", "unevaluated-properties-removed", Narrows, "{type: object, properties: {b: {type: string}}}", "{type: object, properties: {b: {type: string}}, unevaluatedProperties: false}"),
    ("content-schema-added", "content-schema-removed", Narrows, "{type: string, contentMediaType: application/json}", "{type: string, contentMediaType: application/json, contentSchema: {type: object}}"),
    ("content-media-type-changed", "content-media-type-changed", Incomparable, "{type: string, contentMediaType: application/json}", "{type: string, contentMediaType: text/html}"),
    ("content-encoding-changed", "content-encoding-changed", Incomparable, "{type: string}", "{type: string, contentEncoding: base64}"),
    ("property-removed", "new-optional", Unknown, "{type: object, properties: {b: {type: string}, c: {type: string}}}", "{type: object, properties: {b: {type: string}}}"),
    ("property-became-required", "property-became-optional", Narrows, "{type: object, properties: {b: {type: string}}}", "{type: object, required: [b], properties: {b: {type: string}}}"),
    ("property-became-required-with-default", "property-became-optional", Narrows, "{type: object, properties: {b: {type: string, default: x}}}", "{type: object, required: [b], properties: {b: {type: string, default: x}}}"),
    ("property-became-deprecated", "property-reactivated", Unknown, "{type: object, properties: {b: {type: string}}}", "{type: object, properties: {b: {type: string, deprecated: true}}}"),
    ("wrapped-in-one-of", "unwrapped", Incomparable, "{type: object, required: [b], properties: {b: {type: string}}}", "{oneOf: [{type: object, required: [c], properties: {c: {type: integer}}}, {type: integer}]}"),
    ("type-changed (and the format of a type that both have)", "type-changed", Incomparable, "{type: [string, integer], format: int32}", "{type: integer, format: int64}"),
    ("new-required-property (in `not`)", "new-required-property", Incomparable, "{type: object, not: {type: object, required: [b], properties: {b: {type: string}}}}", "{type: object, not: {type: object, required: [c], properties: {c: {type: string}}}}"),
    ("prefix-items-type-changed", "prefix-items-type-changed", Incomparable, "{type: array, prefixItems: [{type: string}, {type: integer}]}", "{type: array, prefixItems: [{type: integer}, {type: string}]}"),
    ("discriminator-added", "discriminator-removed", Unknown, "{oneOf: [{type: object, title: One, required: [kind], properties: {kind: {type: string}, b: {type: string}}}, {type: object, title: Two, required: [kind], properties: {kind: {type: string}, c: {type: integer}}}]}", "{oneOf: [{type: object, title: One, required: [kind], properties: {kind: {type: string}, b: {type: string}}}, {type: object, title: Two, required: [kind], properties: {kind: {type: string}, c: {type: integer}}}], discriminator: {propertyName: kind}}"),
];

/// What oasdiff calls the rules and whether it says "error"; what is done to `document("", "")`.
type Change = (&'static str, bool, &'static str);

const BASE: &str = "openapi: 3.1.0
info: {title: Agreement, version: 1.0.0}
servers: [{url: 'https://a.example'}]
tags: [{name: one}]
security: [{key: []}]
paths:
  /a/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: get_a
      tags: [one]
      parameters:
        - {name: filter, in: query, schema: {type: string}}
        - {name: shop, in: query, required: true, schema: {type: string}}
        - {name: X-Trace, in: header, schema: {type: string}}
      responses:
        '200':
          description: It.
          headers: {X-Always: {required: true, schema: {type: integer}}, X-Maybe: {schema: {type: string}}}
          content:
            application/json: {schema: {$ref: '#/components/schemas/Out'}}
            text/csv: {schema: {type: string}}
        '404': {description: None.}
    post:
      operationId: post_a
      deprecated: true
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/In'}}
          application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/In'}}
      responses: {'201': {description: Made.}, '202': {description: Later.}}
    delete:
      operationId: delete_a
      security: [{oauth: [read]}, {key: []}]
      responses: {'204': {description: Gone.}}
webhooks:
  made: {post: {responses: {'200': {description: Taken.}}}}
components:
  schemas:
    In:
      type: object
      required: [b]
      properties:
        b: {type: string, maxLength: 10}
        c: {type: string}
        own: {type: string, readOnly: true, maxLength: 10, enum: [a, b]}
    Out:
      type: object
      required: [b, hidden]
      properties:
        b: {type: string}
        c: {type: string}
        hidden: {type: string, writeOnly: true, enum: [a]}
    Spare: {type: object, properties: {z: {type: string}}}
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    spare: {type: apiKey, in: header, name: X-Spare}
    oauth: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://a.example/token', scopes: {read: Reads., write: Writes.}}}}
";

#[rustfmt::skip]
const CHANGES: &[Change] = &[
    ("endpoint-added", false, "copy /paths/~1a~1{id}/get /paths/~1b~1{id}/get ; set /paths/~1b~1{id}/get/operationId = get_b ; append /paths/~1b~1{id}/get/parameters = {name: id, in: path, required: true, schema: {type: string}}"),
    ("api-removed-without-deprecation", true, "remove /paths/~1a~1{id}/get"),
    ("api-removed-with-deprecation", false, "remove /paths/~1a~1{id}/post"),
    ("api-path-removed-without-deprecation", true, "remove /paths/~1a~1{id}"),
    ("endpoint-deprecated", false, "set /paths/~1a~1{id}/get/deprecated = true"),
    ("endpoint-reactivated", false, "remove /paths/~1a~1{id}/post/deprecated"),
    ("api-operation-id-removed", false, "remove /paths/~1a~1{id}/get/operationId"),
    ("api-operation-id-removed", false, "set /paths/~1a~1{id}/get/operationId = fetch"),
    ("api-tag-removed", false, "set /paths/~1a~1{id}/get/tags = []"),
    ("api-tag-added", false, "set /paths/~1a~1{id}/get/tags = [one, two]"),
    ("api-schema-removed", false, "remove /components/schemas/Spare"),
    ("webhook-added", false, "set /webhooks/gone = {post: {responses: {'200': {description: Taken.}}}}"),
    ("webhook-removed", true, "remove /webhooks/made"),
    ("api-security-removed", true, "set /paths/~1a~1{id}/delete/security = [{key: []}]"),
    ("api-security-added", false, "append /paths/~1a~1{id}/delete/security = {spare: []}"),
    ("api-security-scope-added", true, "set /paths/~1a~1{id}/delete/security = [{oauth: [read, write]}, {key: []}]"),
    ("api-security-scope-removed", false, "set /paths/~1a~1{id}/delete/security = [{oauth: []}, {key: []}]"),
    ("api-global-security-removed", true, "set /security = [{spare: []}]"),
    ("api-global-security-added", false, "set /security = [{key: []}, {spare: []}]"),
    ("api-security-component-added", false, "set /components/securitySchemes/more = {type: http, scheme: basic}"),
    ("api-security-component-removed", false, "remove /components/securitySchemes/spare"),
    ("api-security-component-type-changed", false, "set /components/securitySchemes/spare = {type: http, scheme: basic}"),
    ("api-security-component-oauth-token-url-changed", false, "set /components/securitySchemes/oauth/flows/clientCredentials/tokenUrl = https://a.example/tokens"),
    ("api-security-component-oauth-scope-added", false, "set /components/securitySchemes/oauth/flows/clientCredentials/scopes/more = More."),
    ("api-security-component-oauth-scope-removed", false, "remove /components/securitySchemes/oauth/flows/clientCredentials/scopes/write"),
    ("new-required-request-parameter", true, "append /paths/~1a~1{id}/get/parameters = {name: n, in: query, required: true, schema: {type: string}}"),
    ("new-optional-request-parameter", false, "append /paths/~1a~1{id}/get/parameters = {name: n, in: cookie, schema: {type: string}}"),
    ("new-request-path-parameter", true, "move /paths/~1a~1{id} /paths/~1a~1{id}~1{part} ; append /paths/~1a~1{id}~1{part}/parameters = {name: part, in: path, required: true, schema: {type: string}}"),
    ("new-required-request-default-parameter-to-existing-path", true, "append /paths/~1a~1{id}/parameters = {name: n, in: header, required: true, schema: {type: string}}"),
    ("new-optional-request-default-parameter-to-existing-path", false, "append /paths/~1a~1{id}/parameters = {name: n, in: header, schema: {type: string}}"),
    ("request-parameter-removed", false, "remove /paths/~1a~1{id}/get/parameters/0"),
    ("request-parameter-became-required", true, "set /paths/~1a~1{id}/get/parameters/0/required = true"),
    ("request-parameter-became-optional", false, "set /paths/~1a~1{id}/get/parameters/1/required = false"),
    ("request-parameter-deprecated", false, "set /paths/~1a~1{id}/get/parameters/0/deprecated = true"),
    ("request-parameter-type-generalized", false, "set /paths/~1a~1{id}/get/parameters/0/schema = {type: array, items: {type: string}}"),
    ("request-parameter-type-changed", true, "set /paths/~1a~1{id}/parameters/0/schema = {type: array, items: {type: integer}}"),
    ("request-parameter-type-generalized", false, "set /paths/~1a~1{id}/get/parameters/0/schema = {type: integer} ~ set /info/title = Agreement"),
    ("request-body-added-required", true, "set /paths/~1a~1{id}/get/requestBody = {required: true, content: {application/json: {schema: {type: object, properties: {q: {type: string}}}}}}"),
    ("request-body-added-optional", false, "set /paths/~1a~1{id}/get/requestBody = {content: {application/json: {schema: {type: object, properties: {q: {type: string}}}}}}"),
    ("request-body-removed", true, "remove /paths/~1a~1{id}/post/requestBody"),
    ("request-body-became-required", true, "set /paths/~1a~1{id}/post/requestBody/required = true"),
    ("request-body-became-optional", false, "set /paths/~1a~1{id}/post/requestBody/required = true ~ set /info/title = Agreement"),
    ("request-body-media-type-added", false, "copy /paths/~1a~1{id}/post/requestBody/content/application~1json /paths/~1a~1{id}/post/requestBody/content/application~1xml"),
    ("request-body-media-type-removed", true, "remove /paths/~1a~1{id}/post/requestBody/content/application~1x-www-form-urlencoded"),
    ("request-body-media-type-schema-removed", false, "remove /paths/~1a~1{id}/post/requestBody/content/application~1json/schema"),
    ("request-body-media-type-schema-added", true, "remove /paths/~1a~1{id}/post/requestBody/content/application~1json/schema ~ set /info/title = Agreement"),
    ("response-body-media-type-schema-removed", true, "remove /paths/~1a~1{id}/get/responses/200/content/application~1json/schema"),
    ("response-body-media-type-schema-added", false, "remove /paths/~1a~1{id}/get/responses/200/content/application~1json/schema ~ set /info/title = Agreement"),
    ("response-media-type-removed", true, "remove /paths/~1a~1{id}/get/responses/200/content/text~1csv"),
    ("response-media-type-added", false, "set /paths/~1a~1{id}/get/responses/200/content/text~1html = {schema: {type: string}}"),
    ("response-media-type-name-specialized", false, "move /paths/~1a~1{id}/get/responses/200/content/application~1json /paths/~1a~1{id}/get/responses/200/content/application~1problem+json"),
    ("response-media-type-name-generalized", true, "move /paths/~1a~1{id}/get/responses/200/content/application~1json /paths/~1a~1{id}/get/responses/200/content/application~1problem+json ~ set /info/title = Agreement"),
    ("response-media-type-name-changed", false, "move /paths/~1a~1{id}/get/responses/200/content/application~1json /paths/~1a~1{id}/get/responses/200/content/application~1problem+json;q=1"),
    ("response-success-status-removed", true, "remove /paths/~1a~1{id}/post/responses/201"),
    ("response-success-status-added", false, "set /paths/~1a~1{id}/post/responses/200 = {description: Fine.}"),
    ("response-non-success-status-removed", false, "remove /paths/~1a~1{id}/get/responses/404"),
    ("response-non-success-status-added", false, "set /paths/~1a~1{id}/get/responses/409 = {description: No.}"),
    ("response-success-status-removed (another takes its place)", true, "move /paths/~1a~1{id}/delete/responses/204 /paths/~1a~1{id}/delete/responses/200"),
    ("required-response-header-removed", true, "remove /paths/~1a~1{id}/get/responses/200/headers/X-Always"),
    ("optional-response-header-removed", false, "remove /paths/~1a~1{id}/get/responses/200/headers/X-Maybe"),
    ("response-header-added", false, "set /paths/~1a~1{id}/get/responses/200/headers/X-New = {schema: {type: string}}"),
    ("response-header-became-optional", true, "set /paths/~1a~1{id}/get/responses/200/headers/X-Always/required = false"),
    ("new-required-request-property", true, "set /components/schemas/In/properties/n = {type: string} ; append /components/schemas/In/required = n"),
    ("request-required-property-became-not-read-only", true, "set /components/schemas/In/required = [b, own] ~ set /components/schemas/In/required = [b, own] ; remove /components/schemas/In/properties/own/readOnly"),
    ("response-body-schema-became-false", true, "set /paths/~1a~1{id}/get/responses/200/content/application~1json/schema = false"),
    ("response-body-schema-became-not-false", false, "set /paths/~1a~1{id}/get/responses/200/content/application~1json/schema = false ~ set /info/title = Agreement"),
    ("response-media-type-parameter-changed", true, "move /paths/~1a~1{id}/get/responses/200/content/application~1json /paths/~1a~1{id}/get/responses/200/content/application~1json;charset=utf-16"),
    ("response-media-type-parameter-added", false, "move /paths/~1a~1{id}/get/responses/200/content/application~1json /paths/~1a~1{id}/get/responses/200/content/application~1json;charset=utf-8"),
    ("request-parameter-became-allow-reserved", false, "set /paths/~1a~1{id}/get/parameters/0/allowReserved = true"),
    ("request-parameter-became-not-allow-reserved", true, "set /paths/~1a~1{id}/get/parameters/0/allowReserved = true ~ set /info/title = Agreement"),
    ("request-parameter-explode-changed", true, "set /paths/~1a~1{id}/get/parameters/0/schema = {} ~ set /paths/~1a~1{id}/get/parameters/0/schema = {} ; set /paths/~1a~1{id}/get/parameters/0/explode = false"),
    ("request-parameter-removed, new-optional-request-parameter", false, "set /paths/~1a~1{id}/get/parameters/0/in = header"),
    ("api-security-component-open-id-connect-url-changed", true, "set /components/securitySchemes/key = {type: openIdConnect, openIdConnectUrl: 'https://a.example/one'} ~ set /components/securitySchemes/key = {type: openIdConnect, openIdConnectUrl: 'https://a.example/other'}"),
    ("new-required-request-property-with-default", true, "set /components/schemas/In/properties/n = {type: string, default: x} ; append /components/schemas/In/required = n"),
    ("new-optional-request-property", false, "set /components/schemas/In/properties/n = {type: string}"),
    ("request-property-removed", false, "remove /components/schemas/In/properties/c"),
    ("request-property-removed", false, "remove /components/schemas/In/properties/b ; set /components/schemas/In/required = []"),
    ("request-read-only-property-max-length-decreased", false, "set /components/schemas/In/properties/own/maxLength = 5"),
    ("request-read-only-property-enum-value-removed", false, "set /components/schemas/In/properties/own/enum = [a]"),
    ("new-required-request-property (readOnly)", false, "set /components/schemas/In/properties/n = {type: string, readOnly: true} ; append /components/schemas/In/required = n"),
    ("request-property-became-required (readOnly)", false, "append /components/schemas/In/required = own"),
    ("request-optional-property-became-read-only", false, "set /components/schemas/In/properties/c/readOnly = true"),
    ("request-optional-property-became-not-read-only", false, "remove /components/schemas/In/properties/own/readOnly"),
    ("request-required-property-became-read-only", false, "set /components/schemas/In/properties/b/readOnly = true"),
    ("request-optional-property-became-write-only", false, "set /components/schemas/In/properties/c/writeOnly = true"),
    ("request-required-property-became-write-only", false, "set /components/schemas/In/properties/b/writeOnly = true"),
    ("response-required-property-removed", true, "remove /components/schemas/Out/properties/b ; set /components/schemas/Out/required = [hidden]"),
    ("response-optional-property-removed", false, "remove /components/schemas/Out/properties/c"),
    ("response-required-property-added", false, "set /components/schemas/Out/properties/n = {type: string} ; append /components/schemas/Out/required = n"),
    ("response-optional-property-added", false, "set /components/schemas/Out/properties/n = {type: string}"),
    ("response-required-write-only-property-removed", false, "remove /components/schemas/Out/properties/hidden ; set /components/schemas/Out/required = [b]"),
    ("response-required-write-only-property-added", false, "set /components/schemas/Out/properties/n = {type: string, writeOnly: true} ; append /components/schemas/Out/required = n"),
    ("response-write-only-property-became-optional", false, "set /components/schemas/Out/required = [b]"),
    ("response-write-only-property-enum-value-added", false, "set /components/schemas/Out/properties/hidden/enum = [a, b]"),
    ("response-optional-property-became-write-only", false, "set /components/schemas/Out/properties/c/writeOnly = true"),
    ("response-required-property-became-write-only", false, "set /components/schemas/Out/properties/b/writeOnly = true"),
    ("response-required-property-became-not-write-only", false, "remove /components/schemas/Out/properties/hidden/writeOnly"),
    ("response-optional-property-became-read-only", false, "set /components/schemas/Out/properties/c/readOnly = true"),
    ("response-required-property-became-not-read-only", false, "set /components/schemas/Out/properties/b/readOnly = true ~ set /info/title = Agreement"),
    ("(servers)", false, "set /servers/0/url = https://b.example"),
    ("(links)", false, "set /paths/~1a~1{id}/get/responses/200/links = {next: {operationId: post_a}}"),
    ("(extensions)", false, "set /paths/~1a~1{id}/get/x-team = one"),
    ("(path parameter renamed)", false, "move /paths/~1a~1{id} /paths/~1a~1{number} ; set /paths/~1a~1{number}/parameters/0/name = number"),
    ("api-version-decreased", false, "set /info/version = 0.9.0"),
    ("request-parameter-x-extensible-enum-value-removed", true, "set /paths/~1a~1{id}/get/parameters/0/schema = {type: string, x-extensible-enum: [a, b]} ~ set /paths/~1a~1{id}/get/parameters/0/schema = {type: string, x-extensible-enum: [a]}"),
    ("api-sunset-deleted", true, "set /paths/~1a~1{id}/post/x-sunset = '2099-01-01' ~ set /info/title = Agreement"),
    ("api-stability-decreased", true, "set /paths/~1a~1{id}/get/x-stability-level = stable ~ set /paths/~1a~1{id}/get/x-stability-level = beta"),
];

fn argued(id: &str) -> bool {
    ARGUED.iter().any(|(rule, _)| match rule.split_once('*') {
        Some((start, end)) => {
            id.len() >= start.len() + end.len() && id.starts_with(start) && id.ends_with(end)
        }
        None => *rule == id,
    })
}

/// Whether programs that speak JSON break, on the wire.
fn breaks(report: &Report) -> bool {
    let levels = |f: &lavka_review::finding::Finding| f.json.max(f.spec);
    report.findings().any(|(_, f)| levels(f) == Level::Breaking)
}

fn reported(report: &Report) -> Vec<String> {
    let one = |f: &lavka_review::finding::Finding| {
        format!("{} {}: {}", f.check.code, f.json.as_str(), f.what)
    };
    report.findings().map(|(_, f)| one(f)).collect()
}

#[test]
fn schemas() {
    let (left, right) = SCHEMAS.split_at(SCHEMAS.len() / 2);
    let failed = std::thread::scope(|scope| {
        let left = scope.spawn(|| disagreements(left));
        let mut failed = disagreements(right);
        failed.extend(left.join().unwrap());
        failed
    });
    assert!(failed.is_empty(), "{}\n{}", failed.len(), failed.join("\n"));
}

fn disagreements(rows: &[Row]) -> Vec<String> {
    let mut failed = Vec::new();
    for (there, back, effect, one, other) in rows {
        for place in PLACES {
            // Objects and unions in parameters and headers: oasdiff has no rule for most.
            let scalar = !["object", "Of:", "prefixItems"]
                .iter()
                .any(|word| one.contains(word));
            if !scalar && (place.ends_with("parameter") || place.ends_with("header")) {
                continue;
            }
            let request = place.starts_with("request");
            let (base, head) = (document(place, one), document(place, other));
            let ways = [
                (
                    there,
                    &base,
                    &head,
                    *effect == Incomparable || (*effect == Narrows && request),
                ),
                (
                    back,
                    &head,
                    &base,
                    *effect == Incomparable || (*effect == Narrows && !request),
                ),
            ];
            for (end, base, head, error) in ways {
                // A warning there: an enum of a reply that grows.
                let error = error && (request || !end.starts_with("enum-"));
                let id = format!("{place}-{end}");
                let report = support::compare_texts(base, head);
                if breaks(&report) == error && argued(&id) {
                    failed.push(format!("{id}: argued, but the same ({one})"));
                }
                if breaks(&report) != error && !argued(&id) {
                    failed.push(format!(
                        "{id}: oasdiff {error}: {one} {other}: {:?}",
                        reported(&report)
                    ));
                }
            }
        }
    }
    failed
}

#[test]
fn documents() {
    let mut failed = Vec::new();
    for (id, error, patch) in CHANGES {
        let (base, head) = support::sides_of(BASE, patch);
        let report = support::compare_texts(&base.to_json_text(), &head.to_json_text());
        if breaks(&report) != *error && !argued(id) {
            failed.push(format!(
                "{id}: oasdiff {error}: {patch}: {:?}",
                reported(&report)
            ));
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {}\n{}",
        failed.len(),
        CHANGES.len(),
        failed.join("\n")
    );
}

/// Each rule that is judged otherwise is in the documentation.
#[test]
fn differences_are_documented() {
    let docs = include_str!("../../docs/review.md");
    for (_, rule) in ARGUED {
        assert!(docs.contains(&format!("`{rule}`")), "{rule}");
    }
}
