//! Keys of a document that decide how what is below them is read.

/// Keys whose values are payloads, in which `$ref` is not a reference.
pub(super) const PAYLOADS: &[&str] = &["example", "examples", "default", "enum", "const"];
/// Keys whose objects have names as keys.
pub(super) const NAMED: &[&str] = &[
    "properties",
    "patternProperties",
    "dependentSchemas",
    "$defs",
    "definitions",
    "schemas",
    "parameters",
    "responses",
    "requestBodies",
    "headers",
    "securitySchemes",
    "links",
    "callbacks",
    "content",
    "paths",
];
