//! Schemas at places where something that has a schema is expected: the keys of a parameter's schema beside its own and `schema`
//! of a reply, as Swagger 2.0 has them, or a reference to a schema in place of a body; and a body among the parameters. They are
//! written as OpenAPI 3 has them, with a warning, before they are read.

use std::borrow::Cow;

use crate::diag::{Code, Cost, Finding};
use crate::source::{Member, Node, Object, Origin, Value};

use super::RefOr;
use super::fields::Reader;

/// Keys of a schema that no parameter, header and media type has.
const KEYS: &[&str] = &[
    "type",
    "format",
    "items",
    "enum",
    "default",
    "properties",
    "additionalProperties",
    "allOf",
    "oneOf",
    "anyOf",
    "nullable",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "pattern",
];

/// Those of them without which a schema says little.
const TELLING: &[&str] = &[
    "type",
    "items",
    "enum",
    "properties",
    "allOf",
    "oneOf",
    "anyOf",
];

impl Reader<'_> {
    /// A parameter, header or media type whose schema is under `schema`.
    pub(super) fn with_schema<'n>(&mut self, node: &'n Node, title: &str) -> Cow<'n, Node> {
        let Some(object) = node.as_object() else {
            return Cow::Borrowed(node);
        };
        if let Some(reference) = schema_reference(node) {
            self.stray(
                Code::RefWrongKind,
                &node.origin,
                format!("`{reference}` is a schema; expected {title}: it is read as its `schema`"),
            );
            return Cow::Owned(inside(node, "schema", &node.origin));
        }
        let telling = TELLING.iter().find_map(|key| object.get(*key));
        let has = |key: &str| object.contains_key(key);
        let Some(telling) = telling.filter(|_| !has("schema") && !has("content")) else {
            return Cow::Borrowed(node);
        };
        self.stray(
            Code::UnknownKey,
            &telling.key,
            format!("the schema of {title} is not under `schema`; it is read as if it were"),
        );
        let mut schema = Object::new();
        let mut rest = Object::new();
        for (key, member) in object {
            let of_schema = KEYS.contains(&key.as_str())
                || key == "required" && member.node.as_array().is_some();
            let to = if of_schema { &mut schema } else { &mut rest };
            to.insert(key.clone(), member.clone());
        }
        let schema = Node::new(schema.into(), node.origin.clone());
        let key = telling.key.clone();
        rest.insert("schema".to_owned(), Member { key, node: schema });
        Cow::Owned(Node::new(rest.into(), node.origin.clone()))
    }

    /// An operation whose body is among its parameters, as Swagger 2.0 has it.
    pub(super) fn with_body<'n>(&mut self, node: &'n Node) -> Cow<'n, Node> {
        let object = node.as_object();
        let list = object.and_then(|object| object.get("parameters"));
        let (Some(object), Some(list)) = (object, list) else {
            return Cow::Borrowed(node);
        };
        let items = list.node.as_array().unwrap_or_default();
        let is_in = |item: &Node, place| item.get_str("in") == Some(place);
        let is_part = |item: &Node| is_in(item, "formData") && item.get_str("name").is_some();
        let is_whole = |item: &Node| is_in(item, "body");
        let first = items.iter().find(|item| is_whole(item) || is_part(item));
        let Some(first) = first.filter(|_| !object.contains_key("requestBody")) else {
            return Cow::Borrowed(node);
        };
        // Of both kinds only one can be: the others stay, and are refused.
        let whole = is_whole(first);
        let place = if whole { "body" } else { "formData" };
        let message =
            format!("a parameter `in: {place}` is of Swagger 2.0; it is read as the request body");
        self.stray(Code::BadValue, &first.origin.head(), message);
        let is_moved = |item: &&Node| match whole {
            true => std::ptr::eq(*item, first),
            false => is_part(item),
        };
        let (moved, rest): (Vec<&Node>, Vec<&Node>) = items.iter().partition(is_moved);
        let consumes = object.get("consumes");
        let consumes = consumes.and_then(|member| member.node.as_array()?.first()?.as_str());
        let body = match whole {
            true => body(first, consumes),
            false => form(&moved, consumes, &first.origin),
        };
        let mut made = object.clone();
        let rest = rest.into_iter().cloned().collect();
        let rest = Node::new(Value::Array(rest), list.node.origin.clone());
        put(&mut made, "parameters", rest);
        put(&mut made, "requestBody", body);
        Cow::Owned(Node::new(made.into(), node.origin.clone()))
    }

    /// A body or reply, or a reference to one.
    pub(super) fn body_or<T>(
        &mut self,
        node: &Node,
        title: &str,
        read: impl FnOnce(&mut Self, &Node) -> Option<T>,
    ) -> Option<RefOr<T>> {
        let node = self.with_content(node, title);
        self.ref_or(&node, read)
    }

    /// A body or reply whose schema is that of a media type.
    pub(super) fn with_content<'n>(&mut self, node: &'n Node, title: &str) -> Cow<'n, Node> {
        if let Some(reference) = schema_reference(node) {
            self.stray(
                Code::RefWrongKind,
                &node.origin,
                format!(
                    "`{reference}` is a schema; expected {title}: it is read as the schema of a JSON body"
                ),
            );
            let schema = inside(node, "schema", &node.origin);
            let json = inside(&schema, "application/json", &node.origin);
            let mut made = inside(&json, "content", &node.origin);
            if let Value::Object(object) = &mut made.value {
                // It is not missing: there is no place for it.
                let key = node.origin.clone();
                let node = Node::string("", node.origin.clone());
                object.insert("description".to_owned(), Member { key, node });
            }
            return Cow::Owned(made);
        }
        let object = node.as_object();
        let schema = object.and_then(|object| object.get("schema"));
        let (Some(object), Some(schema)) = (object, schema) else {
            return Cow::Borrowed(node);
        };
        if object.contains_key("content") {
            return Cow::Borrowed(node);
        }
        self.stray(
            Code::UnknownKey,
            &schema.key,
            format!("`schema` of {title} is not under `content`; it is read as the schema of a JSON body"),
        );
        let mut made = object.clone();
        made.swap_remove("schema");
        let json = inside(&schema.node, "schema", &schema.key);
        let content = inside(&json, "application/json", &schema.key);
        let key = schema.key.clone();
        made.insert("content".to_owned(), Member { key, node: content });
        Cow::Owned(Node::new(made.into(), node.origin.clone()))
    }

    fn stray(&mut self, code: Code, origin: &Origin, message: String) {
        let finding = Finding::new(code, origin, message);
        self.findings.push(finding.costs(Cost::Nothing));
    }
}

/// The reference to a component's schema that an object is.
fn schema_reference(node: &Node) -> Option<&str> {
    let reference = node.reference()?;
    let name = reference.strip_prefix("#/components/schemas/")?;
    (!name.contains('/')).then_some(reference)
}

/// An object with one member.
fn inside(node: &Node, key: &str, origin: &Origin) -> Node {
    let mut object = Object::new();
    let member = Member {
        key: origin.clone(),
        node: node.clone(),
    };
    object.insert(key.to_owned(), member);
    Node::new(Value::from(object), origin.clone())
}

fn put(object: &mut Object, key: &str, node: Node) {
    let member = Member {
        key: node.origin.clone(),
        node,
    };
    object.insert(key.to_owned(), member);
}

/// The body of a parameter `in: body`.
fn body(parameter: &Node, consumes: Option<&str>) -> Node {
    let schema = inside(&schema_of(parameter), "schema", &parameter.origin);
    request_body(
        &[parameter],
        consumes.unwrap_or("application/json"),
        &schema,
    )
}

/// The body of parameters `in: formData`.
fn form(parts: &[&Node], consumes: Option<&str>, origin: &Origin) -> Node {
    let mut properties = Object::new();
    let mut required = Vec::new();
    let mut media_type = consumes.unwrap_or("application/x-www-form-urlencoded");
    for part in parts {
        let name = part.get_str("name").unwrap_or_default();
        let mut schema = schema_of(part);
        if schema.get_str("type") == Some("file") {
            media_type = "multipart/form-data";
            if let Value::Object(keys) = &mut schema.value {
                put(keys, "type", Node::string("string", part.origin.clone()));
                put(keys, "format", Node::string("binary", part.origin.clone()));
            }
        }
        if is_required(part) {
            required.push(Node::string(name, part.origin.clone()));
        }
        put(&mut properties, name, schema);
    }
    let mut schema = Object::new();
    put(&mut schema, "type", Node::string("object", origin.clone()));
    put(
        &mut schema,
        "properties",
        Node::new(properties.into(), origin.clone()),
    );
    if !required.is_empty() {
        let required = Node::new(Value::Array(required), origin.clone());
        put(&mut schema, "required", required);
    }
    let schema = inside(&Node::new(schema.into(), origin.clone()), "schema", origin);
    request_body(parts, media_type, &schema)
}

/// A body that is required if one of the parameters is.
fn request_body(parameters: &[&Node], media_type: &str, content: &Node) -> Node {
    let origin = &content.origin;
    let content = inside(content, media_type, origin);
    let mut made = Object::new();
    put(&mut made, "content", content);
    let required = parameters.iter().any(|parameter| is_required(parameter));
    put(
        &mut made,
        "required",
        Node::new(Value::Bool(required), origin.clone()),
    );
    if let [only] = parameters
        && let Some(description) = only.get("description")
    {
        put(&mut made, "description", description.clone());
    }
    Node::new(made.into(), origin.clone())
}

fn is_required(parameter: &Node) -> bool {
    parameter.get("required").and_then(Node::as_bool) == Some(true)
}

/// The schema of a parameter: its own, or the keys beside its name.
fn schema_of(parameter: &Node) -> Node {
    if let Some(schema) = parameter.get("schema") {
        return schema.clone();
    }
    let mut schema = Object::new();
    for (key, member) in parameter.as_object().into_iter().flatten() {
        if KEYS.contains(&key.as_str()) || key == "description" {
            schema.insert(key.clone(), member.clone());
        }
    }
    Node::new(schema.into(), parameter.origin.clone())
}
