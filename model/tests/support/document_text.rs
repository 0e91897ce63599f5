//! The document as text, without places and ids: for goldens, and to compare documents by what they mean.
#![allow(dead_code, reason = "not every test uses all of it")]

use std::fmt::Write as _;

use lavka_model::normalized::{
    Additional, Document, Header, MediaType, Operation, Parameter, ParameterValue, Schema,
    SchemaId, SecurityKind, Spanned, Type, Types, XmlName, XmlNode, XmlShape,
};
use lavka_model::source::Node;

/// How schemas are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expand {
    /// A component by its name.
    Names,
    /// A component as if it were written in place; only recursion is left.
    Components,
}

/// The document as text.
pub(crate) fn text(document: &Document, expand: Expand) -> String {
    let mut dump = Dump::new(document, expand);
    dump.document();
    dump.out
}

/// A schema as text, with everything that it refers to.
pub(crate) fn schema_text(document: &Document, id: SchemaId, expand: Expand) -> String {
    let mut dump = Dump::new(document, expand);
    dump.schema(id, 0);
    dump.out
}

struct Dump<'a> {
    document: &'a Document,
    expand: Expand,
    out: String,
    /// Schemas that are being printed.
    open: Vec<SchemaId>,
}

impl<'a> Dump<'a> {
    fn new(document: &'a Document, expand: Expand) -> Self {
        Self {
            document,
            expand,
            out: String::new(),
            open: Vec::new(),
        }
    }

    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.out, "{}{text}", "  ".repeat(depth));
    }

    fn document(&mut self) {
        let document = self.document;
        let info = &document.info;
        self.line(0, &format!("{} {}", *info.title, *info.version));
        for server in &document.servers {
            self.line(0, &format!("server {}", *server.url));
        }
        for (name, scheme) in &document.security_schemes {
            let kind = match &scheme.kind {
                SecurityKind::ApiKey { name, location } => {
                    format!("apiKey {:?} {}", location.value, name.value)
                }
                SecurityKind::Http { scheme, .. } => format!("http {}", scheme.value),
                SecurityKind::OAuth2 { flows } => {
                    let kinds: Vec<String> = flows
                        .iter()
                        .map(|flow| format!("{:?}", flow.kind))
                        .collect();
                    format!("oauth2 {}", kinds.join(" "))
                }
                SecurityKind::OpenIdConnect { url } => format!("openIdConnect {}", url.value),
                SecurityKind::MutualTls => "mutualTLS".to_owned(),
                SecurityKind::Unknown => "unknown".to_owned(),
            };
            self.line(0, &format!("security {name}: {kind}"));
        }
        for operation in &document.operations {
            self.operation(operation);
        }
        for webhook in &document.webhooks {
            self.line(0, &format!("webhook {}", webhook.value));
        }
        if self.expand == Expand::Names {
            for (name, component) in &document.components {
                self.line(0, &format!("component {name}"));
                self.open.clear();
                self.body(component.schema, 1);
            }
        }
    }

    fn operation(&mut self, operation: &Operation) {
        let id = operation.id.as_ref().map_or("", |id| &id.value);
        self.line(
            0,
            &format!(
                "{} {} {id}",
                operation.method.as_str(),
                operation.path.value
            ),
        );
        for server in operation.servers.iter().flatten() {
            self.line(1, &format!("server {}", *server.url));
        }
        for alternative in &operation.security {
            let names: Vec<&str> = alternative.schemes.keys().map(String::as_str).collect();
            self.line(1, &format!("security [{}]", names.join(" ")));
        }
        for parameter in &operation.parameters {
            self.parameter(parameter);
        }
        if let Some(body) = &operation.request {
            let required = if body.required.value {
                "required"
            } else {
                "optional"
            };
            self.line(1, &format!("request, {required}"));
            body.content
                .iter()
                .for_each(|content| self.media_type(content, 2));
        }
        for reply in &operation.responses {
            self.line(1, &format!("reply {:?}", reply.status.value));
            for (name, header) in &reply.headers {
                self.header(name, header);
            }
            reply
                .content
                .iter()
                .for_each(|content| self.media_type(content, 2));
        }
        for lost in &operation.unresolved {
            self.line(
                1,
                &format!("unresolved {:?} {}", lost.part, lost.reference.value),
            );
        }
    }

    fn parameter(&mut self, parameter: &Parameter) {
        let required = if parameter.required.value {
            " required"
        } else {
            ""
        };
        self.line(
            1,
            &format!(
                "{:?} parameter {}{required}",
                parameter.location.value, parameter.name.value
            ),
        );
        self.value(&parameter.value, 2);
        self.examples(&parameter.examples, 2);
    }

    fn header(&mut self, name: &str, header: &Header) {
        let required = if header.required.value {
            " required"
        } else {
            ""
        };
        self.line(2, &format!("header {name}{required}"));
        self.value(&header.value, 3);
    }

    fn value(&mut self, value: &ParameterValue, depth: usize) {
        match value {
            ParameterValue::Schema {
                schema,
                style,
                explode,
                allow_reserved,
            } => {
                let explode = if explode.value { " exploded" } else { "" };
                let reserved = if allow_reserved.value {
                    " reserved"
                } else {
                    ""
                };
                self.line(depth, &format!("{:?}{explode}{reserved}", style.value));
                self.schema(*schema, depth);
            }
            ParameterValue::Content(content) => self.media_type(content, depth),
            ParameterValue::Query(content) => {
                self.line(depth, "the whole query");
                self.media_type(content, depth);
            }
            ParameterValue::Missing => self.line(depth, "without a schema"),
        }
    }

    fn media_type(&mut self, content: &MediaType, depth: usize) {
        let mut text = content.name.value.clone();
        if let Some(root) = &content.root {
            let _ = write!(text, " <{}>", name(root));
        }
        if let Some(item) = &content.item {
            let _ = write!(text, " of <{}>", name(item));
        }
        self.line(depth, &text);
        for (name, encoding) in &content.encoding {
            let style = encoding.style.as_ref().map(|style| style.value);
            let kind = encoding.content_type.as_ref().map(|kind| &kind.value);
            self.line(depth + 1, &format!("encoding {name}: {kind:?} {style:?}"));
        }
        if let Some(schema) = content.schema {
            self.schema(schema, depth + 1);
        }
        self.examples(&content.examples, depth + 1);
    }

    fn examples(&mut self, examples: &[Node], depth: usize) {
        for example in examples {
            self.line(depth, &format!("example {}", example.to_json()));
        }
    }

    /// A schema where it is used.
    fn schema(&mut self, id: SchemaId, depth: usize) {
        if let (Expand::Names, Some(name)) = (self.expand, &self.document.schemas[id].component) {
            let text = format!("→ {name}");
            self.line(depth, &text);
            return;
        }
        if let Some(up) = self.open.iter().rev().position(|open| *open == id) {
            self.line(depth, &format!("↑ {}", up + 1));
            return;
        }
        self.open.push(id);
        self.body(id, depth);
        self.open.pop();
    }

    fn body(&mut self, id: SchemaId, depth: usize) {
        let document = self.document;
        let schema = &document.schemas[id];
        let text = head(schema);
        self.line(depth, &text);
        self.annotations(schema, depth + 1);
        for (name, property) in &schema.properties {
            let required = if property.required.is_some() {
                " required"
            } else {
                ""
            };
            let shape = shape(name, &property.xml);
            self.line(depth + 1, &format!(".{name}{required}{shape}"));
            self.schema(property.schema, depth + 2);
        }
        for name in &schema.required_undeclared {
            self.line(depth + 1, &format!("undeclared {}", name.value));
        }
        match &schema.additional {
            Additional::Unsaid => {}
            Additional::Any(_) => self.line(depth + 1, "additional: any"),
            Additional::None(_) => self.line(depth + 1, "additional: none"),
            Additional::Schema(id, _) => {
                self.line(depth + 1, "additional");
                self.schema(*id, depth + 2);
            }
        }
        for (what, ids) in [
            ("items", schema.items.as_slice()),
            ("prefixItems", &schema.prefix_items),
            ("oneOf", &schema.one_of),
            ("anyOf", &schema.any_of),
            ("not", schema.not.as_slice()),
        ] {
            if !ids.is_empty() {
                self.line(depth + 1, what);
                ids.iter().for_each(|id| self.schema(*id, depth + 2));
            }
        }
        if let Some(discriminator) = &schema.discriminator {
            self.line(
                depth + 1,
                &format!("discriminator {}", discriminator.property.value),
            );
            for (value, (target, _)) in &discriminator.mapping {
                let target = target.and_then(|id| document.schemas[id].component.clone());
                self.line(
                    depth + 2,
                    &format!("{value}: {}", target.unwrap_or_default()),
                );
            }
        }
        if self.expand == Expand::Names && !schema.all_of.is_empty() {
            let names: Vec<&str> = schema
                .all_of
                .iter()
                .map(|id| {
                    document.schemas[*id]
                        .component
                        .as_deref()
                        .unwrap_or("(inline)")
                })
                .collect();
            self.line(depth + 1, &format!("allOf {}", names.join(" ")));
        }
    }

    fn annotations(&mut self, schema: &Schema, depth: usize) {
        for (what, text) in [
            ("title", &schema.title),
            ("description", &schema.description),
        ] {
            if let Some(text) = text {
                self.line(depth, &format!("{what} {:?}", text.value));
            }
        }
        if let Some(values) = &schema.values {
            let values: Vec<String> = values.iter().map(|v| v.to_json().to_string()).collect();
            self.line(depth, &format!("enum {}", values.join(" ")));
        }
        if let Some(default) = &schema.default {
            self.line(depth, &format!("default {}", default.to_json()));
        }
        self.examples(&schema.examples, depth);
        let limits = limits(schema);
        if !limits.is_empty() {
            self.line(depth, &limits);
        }
        for keyword in &schema.ignored {
            self.line(depth, &format!("ignored {}", keyword.name.value));
        }
    }
}

fn head(schema: &Schema) -> String {
    let mut text = types(schema.types.value);
    if !schema.typed {
        text.push_str(" (inferred)");
    }
    if let Some(format) = &schema.format {
        let _ = write!(text, " {}", format.value);
    }
    for (flag, word) in [
        (schema.read_only.value, "readOnly"),
        (schema.write_only.value, "writeOnly"),
        (schema.deprecated.value, "deprecated"),
    ] {
        if flag {
            text.push(' ');
            text.push_str(word);
        }
    }
    if let Some(reference) = &schema.unresolved {
        let _ = write!(text, " unresolved {}", reference.value);
    }
    if schema.recursive_all_of.is_some() {
        text.push_str(" recursive allOf");
    }
    text
}

fn types(types: Types) -> String {
    if types == Types::ANY {
        return "any".to_owned();
    }
    let words: Vec<&str> = types.iter().map(Type::as_str).collect();
    if words.is_empty() {
        "never".to_owned()
    } else {
        words.join("|")
    }
}

fn limits(schema: &Schema) -> String {
    let limits = &schema.limits;
    let mut made = Vec::new();
    let number =
        |value: &Option<Spanned<serde_json::Number>>| value.as_ref().map(|n| n.to_string());
    let count = |value: &Option<Spanned<u64>>| value.as_ref().map(|n| n.to_string());
    for (name, value) in [
        ("minimum", number(&limits.minimum)),
        ("maximum", number(&limits.maximum)),
        ("exclusiveMinimum", number(&limits.exclusive_minimum)),
        ("exclusiveMaximum", number(&limits.exclusive_maximum)),
        ("multipleOf", number(&limits.multiple_of)),
        ("minLength", count(&limits.min_length)),
        ("maxLength", count(&limits.max_length)),
        (
            "pattern",
            limits.pattern.as_ref().map(|text| text.value.clone()),
        ),
        ("minItems", count(&limits.min_items)),
        ("maxItems", count(&limits.max_items)),
        (
            "uniqueItems",
            limits.unique_items.as_ref().map(|flag| flag.to_string()),
        ),
        ("minProperties", count(&limits.min_properties)),
        ("maxProperties", count(&limits.max_properties)),
    ] {
        if let Some(value) = value {
            made.push(format!("{name}={value}"));
        }
    }
    made.join(" ")
}

/// The XML shape, where it is not what the name says.
fn shape(wire: &str, shape: &XmlShape) -> String {
    let mut text = String::new();
    if shape.name.local != wire || shape.name.namespace.is_some() {
        let _ = write!(text, " <{}>", name(&shape.name));
    }
    match shape.node {
        XmlNode::Element => {}
        XmlNode::Attribute => text.push_str(" attribute"),
        XmlNode::Text => text.push_str(" text"),
    }
    if let Some(item) = &shape.item {
        let _ = write!(text, " of <{}>", name(item));
    }
    if let Some(ty) = &shape.type_attribute {
        let _ = write!(text, " type={ty}");
    }
    text
}

fn name(name: &XmlName) -> String {
    match (&name.namespace, &name.prefix) {
        (Some(namespace), Some(prefix)) => format!("{prefix}:{} {{{namespace}}}", name.local),
        (Some(namespace), None) => format!("{} {{{namespace}}}", name.local),
        _ => name.local.clone(),
    }
}
