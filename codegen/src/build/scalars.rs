//! Scalar types: `type` and `format`.

use super::Builder;
use super::view::View;
use crate::diag::{Code, Finding, nearest};
use crate::model::Scalar;
use crate::source::Node;

/// Formats that mean something, and the types that they go with.
const FORMATS: &[(&str, &[&str])] = &[
    ("int32", &["integer"]),
    ("int64", &["integer"]),
    ("float", &["number"]),
    ("double", &["number"]),
    ("decimal", &["number", "string"]),
    ("password", &["string"]),
    ("date", &["string"]),
    ("date-time", &["string"]),
    ("date-optional-time", &["string"]),
    ("rails-timestamp", &["string"]),
    ("binary", &["string"]),
];

/// Formats that are documentation, so that they are not taken for misspelt ones.
const DOCUMENTATION: &[&str] = &[
    "uuid",
    "uri",
    "url",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "time",
    "duration",
    "byte",
    "phone",
    "html",
    "uri-template",
];

impl Builder<'_> {
    /// The scalar that a view with a scalar `type` is, and the format where it is documentation only.
    pub(super) fn scalar(&mut self, view: &View<'_>) -> (Scalar, Option<String>) {
        let kind = view.text("type").unwrap_or("string");
        let format_node = view.get("format");
        let format = format_node.and_then(Node::as_str);
        let plain = match kind {
            "integer" => Scalar::Int64,
            "number" => Scalar::Float64,
            "boolean" => Scalar::Bool,
            _ => Scalar::String,
        };
        let (Some(format), Some(node)) = (format, format_node) else {
            return (plain, None);
        };
        let scalar = match (kind, format) {
            ("integer", "int32") => Scalar::Int32,
            ("integer", "int64") => Scalar::Int64,
            ("number", "float") => Scalar::Float32,
            ("number", "double") => Scalar::Float64,
            ("number", "decimal") => Scalar::DecimalNumber,
            ("string", "decimal") => Scalar::DecimalString,
            ("string", "password") => Scalar::Secret,
            ("string", "date") => Scalar::Date,
            ("string", "date-time") => Scalar::DateTime,
            ("string", "date-optional-time") => Scalar::DateOptionalTime,
            ("string", "rails-timestamp") => Scalar::RailsTimestamp,
            ("string", "binary") => Scalar::Binary,
            _ => {
                self.documentary(kind, format, node);
                return (plain, Some(format.to_owned()));
            }
        };
        (scalar, None)
    }

    fn documentary(&mut self, kind: &str, format: &str, node: &Node) {
        if let Some((_, kinds)) = FORMATS.iter().find(|(name, _)| *name == format) {
            let message = format!("the format `{format}` does not go with the type `{kind}`");
            let help = format!("it goes with `type: {}`", kinds.join("` or `type: "));
            self.push(Finding::new(Code::FormatWrong, &node.origin, message).help(help));
            return;
        }
        // What a number's format says, its Rust type must hold; a text's may well be for people only.
        let is_number = matches!(kind, "number" | "integer");
        if !is_number && DOCUMENTATION.contains(&format) {
            return;
        }
        let ours: Vec<&str> = FORMATS
            .iter()
            .filter(|(_, kinds)| kinds.contains(&kind))
            .map(|(name, _)| *name)
            .collect();
        let help = match nearest(format, ours.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if is_number => format!("`type: {kind}` has the formats `{}`", ours.join("`, `")),
            None => return,
        };
        let message = format!("the format `{format}` is documentation only");
        self.push(Finding::new(Code::FormatNear, &node.origin, message).help(help));
    }
}
