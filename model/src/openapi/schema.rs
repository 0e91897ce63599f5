//! Schemas.

use crate::diag::{Code, Cost, Finding};
use crate::normalized::{
    EXTERNAL_DOCS, Keyword, SchemaExtensions, Spanned, Type, Types, Version, Xml,
};
use crate::source::{Member, Node, Value};

use super::fields::{Fields, Reader, last};
use super::{Discriminator, Exclusive, Limits, Named, Schema};

/// The keys, for "did you mean".
const KEYS: &[&str] = &[
    "title",
    "type",
    "format",
    "description",
    "default",
    "example",
    "examples",
    "enum",
    "const",
    "properties",
    "required",
    "additionalProperties",
    "unevaluatedProperties",
    "patternProperties",
    "items",
    "prefixItems",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "then",
    "else",
    "dependentSchemas",
    "discriminator",
    "nullable",
    "readOnly",
    "writeOnly",
    "xml",
    "externalDocs",
    "deprecated",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "contentMediaType",
    "contentEncoding",
    "x-source",
    "x-evidence",
    "x-rust-name",
    "x-enum-varnames",
    "x-enumNames",
    "x-enumDescriptions",
    "x-enum-descriptions",
    "x-null",
    "x-accept",
    "x-strict",
    "x-envelope",
    "x-error",
    "x-request-envelope",
    "x-credential",
    "x-type",
    "x-text",
];

/// Keywords of JSON Schema that are known and that nothing acts on.
const PASSED: &[&str] = &[
    "$anchor",
    "$comment",
    "$defs",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$recursiveAnchor",
    "$recursiveRef",
    "$schema",
    "$vocabulary",
    "contains",
    "contentSchema",
    "definitions",
    "dependentRequired",
    "externalDocs",
    "if",
    "maxContains",
    "minContains",
    "propertyNames",
    "unevaluatedItems",
];

/// Keywords that OpenAPI 3.0 does not have. They are read all the same.
const LATER: &[&str] = &[
    "$anchor",
    "$defs",
    "$dynamicRef",
    "$id",
    "const",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "examples",
    "if",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

const TYPES: &[(&str, Type)] = &[
    ("null", Type::Null),
    ("boolean", Type::Boolean),
    ("integer", Type::Integer),
    ("number", Type::Number),
    ("string", Type::String),
    ("array", Type::Array),
    ("object", Type::Object),
];

impl Reader<'_> {
    /// Reads a schema. `None` where it is not one.
    pub(crate) fn schema(&mut self, node: &Node) -> Option<Schema> {
        let mut schema = Schema {
            origin: node.origin.clone(),
            ..Schema::default()
        };
        let object = match &node.value {
            Value::Object(object) => object,
            Value::Bool(flag) => {
                if self.version == Version::V3_0 {
                    self.wrong(node, "an object");
                }
                schema.boolean = Some(*flag);
                return Some(schema);
            }
            // An empty mapping is often written as nothing.
            Value::Null => {
                self.wrong(node, "an object");
                return Some(schema);
            }
            _ => {
                self.wrong(node, "an object");
                return None;
            }
        };
        if let Some(member) = object.get("$ref") {
            schema.reference = self.text(&member.node);
            if schema.reference.is_some() && self.version == Version::V3_0 {
                for (name, member) in object.iter().filter(|(name, _)| *name != "$ref") {
                    if !name.starts_with("x-") || KEYS.contains(&name.as_str()) {
                        self.sibling(name, member);
                    }
                }
                return Some(schema);
            }
        }
        for (key, member) in object.iter() {
            if self.version == Version::V3_0 && LATER.contains(&key.as_str()) {
                let message = format!("`{key}` of a schema is a keyword of OpenAPI 3.1");
                self.findings.push(
                    Finding::new(Code::UnknownKey, &member.key, message)
                        .costs(Cost::Nothing)
                        .help("write `openapi: 3.1.0`"),
                );
            }
            if key != "$ref" {
                // Notes for people do not make another schema.
                schema.siblings |= !matches!(key.as_str(), "$comment" | "summary");
                self.keyword(&mut schema, key, member);
            }
        }
        if schema.types.is_none()
            && let Some(flag) = schema.nullable.as_ref().filter(|flag| flag.value)
        {
            schema.bare_nullable = Some(flag.origin.clone());
        }
        Some(schema)
    }

    #[allow(clippy::too_many_lines)]
    fn keyword(&mut self, s: &mut Schema, key: &str, member: &crate::source::Member) {
        let node = &member.node;
        match key {
            "title" => s.title = self.text(node),
            "description" => s.description = self.text(node),
            "type" => s.types = self.types(node),
            "format" => s.format = self.text(node),
            "nullable" => s.nullable = self.flag(node),
            "enum" => match &node.value {
                Value::Array(items) => s.values = Some(Spanned::new(items.clone(), &node.origin)),
                _ => self.wrong(node, "a list"),
            },
            "const" => s.constant = Some(node.clone()),
            "default" => s.default = Some(node.clone()),
            "example" => s.examples.insert(0, node.clone()),
            "examples" => match &node.value {
                Value::Array(items) => s.examples.extend(items.iter().cloned()),
                Value::Object(members) => {
                    self.wrong(node, "a list");
                    s.examples.extend(members.values().map(|m| m.node.clone()));
                }
                _ => self.wrong(node, "a list"),
            },
            "properties" => {
                s.properties = self.properties(node);
                s.properties_first = s.all_of.is_empty();
            }
            "required" => match &node.value {
                // Some write it at the property itself, as OpenAPI does for parameters.
                Value::Bool(_) => {
                    self.findings.push(
                        Finding::new(
                            Code::WrongType,
                            &node.origin,
                            "`required` of a schema is a boolean; expected a list",
                        )
                        .costs(Cost::Nothing)
                        .help("the object that has the property lists it: `required: [NAME]`"),
                    );
                }
                _ => {
                    s.required = self.texts(node);
                    let mut seen = std::collections::HashSet::new();
                    for name in &s.required {
                        if !seen.insert(&name.value) {
                            let message = format!("`{}` is listed twice in `required`", name.value);
                            self.findings.push(
                                Finding::new(Code::RequiredUnknown, &name.origin, message)
                                    .costs(Cost::Nothing),
                            );
                        }
                    }
                }
            },
            "additionalProperties" => {
                s.additional = self
                    .any_schema(node)
                    .map(|made| (member.key.clone(), Box::new(made)));
            }
            "unevaluatedProperties" => {
                if s.additional.is_none() {
                    s.additional = self
                        .any_schema(node)
                        .map(|made| (member.key.clone(), Box::new(made)));
                }
            }
            "patternProperties" => {
                s.pattern_properties = self
                    .named(node, Self::schema)
                    .into_values()
                    .map(|named: Named<Schema>| named.value)
                    .collect();
                s.ignored.push(keyword(key, member));
            }
            "items" => match &node.value {
                // Draft 4's tuples.
                Value::Array(_) => {
                    self.wrong(node, "an object");
                    s.prefix_items = self.schemas(node);
                }
                _ => s.items = self.any_schema(node).map(Box::new),
            },
            "prefixItems" => s.prefix_items = self.schemas(node),
            "allOf" => s.all_of = self.schemas(node),
            "then" | "else" => {
                s.conditional.extend(self.any_schema(node));
                s.ignored.push(keyword(key, member));
            }
            "dependentSchemas" => {
                let named: Vec<Named<Schema>> =
                    self.named(node, Self::any_schema).into_values().collect();
                s.conditional
                    .extend(named.into_iter().map(|named| named.value));
                s.ignored.push(keyword(key, member));
            }
            "oneOf" => s.one_of = self.branches(node),
            "anyOf" => s.any_of = self.branches(node),
            "not" => s.not = self.any_schema(node).map(Box::new),
            "discriminator" => s.discriminator = self.discriminator(node).map(Box::new),
            "readOnly" => s.read_only = self.flag(node),
            "writeOnly" => s.write_only = self.flag(node),
            "deprecated" => s.deprecated = self.flag(node),
            "contentMediaType" => s.content_media_type = self.text(node),
            "contentEncoding" => s.content_encoding = self.text(node),
            "xml" => s.xml = self.xml(node).map(Box::new),
            "minimum" | "maximum" | "multipleOf" | "exclusiveMinimum" | "exclusiveMaximum"
            | "minLength" | "maxLength" | "pattern" | "minItems" | "maxItems" | "uniqueItems"
            | "minProperties" | "maxProperties" => {
                let mut limits = s.limits.take().unwrap_or_default();
                self.limit(&mut limits, key, node);
                s.limits = Some(limits);
            }
            _ if key.starts_with("x-") && KEYS.contains(&key) => {
                let mut lavka = s.lavka.take().unwrap_or_default();
                self.schema_extension(&mut lavka, key, node);
                s.lavka = Some(lavka);
            }
            _ if PASSED.contains(&key) => {
                if key == EXTERNAL_DOCS {
                    s.extensions.insert(key.to_owned(), node.clone());
                } else if key != "$comment" {
                    s.ignored.push(keyword(key, member));
                }
            }
            _ => {
                self.unknown("a schema", key, member, KEYS, &mut s.extensions);
                if !key.starts_with("x-") {
                    s.ignored.push(keyword(key, member));
                }
            }
        }
    }

    /// A schema where 3.0 allows a boolean too.
    fn any_schema(&mut self, node: &Node) -> Option<Schema> {
        match node.value {
            Value::Bool(flag) => Some(Schema {
                boolean: Some(flag),
                origin: node.origin.clone(),
                ..Schema::default()
            }),
            _ => self.schema(node),
        }
    }

    /// Branches of a union. One that is only `nullable: true` is null: so converters to OpenAPI 3.0 write `type: 'null'`.
    fn branches(&mut self, node: &Node) -> Vec<Schema> {
        let mut schemas = self.schemas(node);
        for schema in &mut schemas {
            let bare = schema.reference.is_none()
                && schema.boolean.is_none()
                && schema.format.is_none()
                && schema.values.is_none()
                && schema.constant.is_none()
                && schema.limits.is_none()
                && schema.items.is_none()
                && schema.prefix_items.is_empty()
                && schema.properties.is_empty()
                && schema.required.is_empty()
                && schema.additional.is_none()
                && schema.one_of.is_empty()
                && schema.any_of.is_empty()
                && schema.all_of.is_empty()
                && schema.not.is_none()
                && schema.ignored.is_empty();
            if let Some(origin) = schema.bare_nullable.take_if(|_| bare) {
                schema.nullable = None;
                schema.types = Some(Spanned::new(std::iter::once(Type::Null).collect(), &origin));
            }
        }
        schemas
    }

    fn schemas(&mut self, node: &Node) -> Vec<Schema> {
        if matches!(node.value, Value::Object(_)) {
            self.wrong(node, "a list");
            return self.schema(node).into_iter().collect();
        }
        let items = self.list(node);
        items.iter().filter_map(|item| self.schema(item)).collect()
    }

    fn properties(&mut self, node: &Node) -> indexmap::IndexMap<String, Named<Schema>> {
        self.named(node, |reader, node| {
            // A property that is nearly a schema is still a property.
            Some(reader.schema(node).unwrap_or_else(|| Schema {
                origin: node.origin.clone(),
                ..Schema::default()
            }))
        })
    }

    fn types(&mut self, node: &Node) -> Option<Spanned<Types>> {
        let types: Types = match &node.value {
            Value::String(_) => std::iter::once(self.json_type(node)?).collect(),
            // `type: null` in YAML is the value null, not the string.
            Value::Null if self.version > Version::V3_0 => std::iter::once(Type::Null).collect(),
            Value::Array(items) => {
                if self.version == Version::V3_0 {
                    self.findings.push(
                        Finding::new(
                            Code::WrongType,
                            &node.origin,
                            "`type` is a list; OpenAPI 3.0 allows one type",
                        )
                        .costs(Cost::Nothing)
                        .help("write `openapi: 3.1.0`, or one type and `nullable: true`"),
                    );
                }
                let mut types = Types::default();
                for item in items {
                    match item.value {
                        Value::Null => types = types.with(Type::Null),
                        _ => {
                            if let Some(ty) = self.json_type(item) {
                                types = types.with(ty);
                            }
                        }
                    }
                }
                if types == Types::default() {
                    return None;
                }
                types
            }
            _ => {
                self.wrong(node, "a string");
                return None;
            }
        };
        Some(Spanned::new(types, &node.origin))
    }

    fn json_type(&mut self, node: &Node) -> Option<Type> {
        let text = self.text(node)?;
        let found = TYPES.iter().find(|(word, _)| *word == text.value);
        if let Some((_, ty)) = found {
            return Some(*ty);
        }
        // Words of other type systems, whose meaning is plain.
        let lower = text.value.trim().to_ascii_lowercase();
        let meant = TYPES
            .iter()
            .find(|(word, _)| *word == lower)
            .map(|(_, ty)| *ty)
            .or(match lower.as_str() {
                "int" | "int32" | "int64" | "long" => Some(Type::Integer),
                "float" | "double" | "decimal" => Some(Type::Number),
                "bool" => Some(Type::Boolean),
                "str" | "text" | "date" | "datetime" | "date-time" | "uuid" | "file" | "binary" => {
                    Some(Type::String)
                }
                "list" => Some(Type::Array),
                "map" | "dict" => Some(Type::Object),
                _ => None,
            });
        let words: Vec<&str> = TYPES.iter().map(|(word, _)| *word).collect();
        let mut finding = Finding::new(
            Code::TypeUnknown,
            &node.origin,
            format!("unknown type `{}`", text.value),
        )
        .costs(Cost::Nothing);
        finding = match meant {
            Some(ty) => finding.help(format!("it is read as `{}`", ty.as_str())),
            None => finding
                .help("the schema is read as if it had no type")
                .suggest(&text.value, words),
        };
        self.findings.push(finding);
        meant
    }

    fn limit(&mut self, limits: &mut Limits, key: &str, node: &Node) {
        match key {
            "minimum" => limits.minimum = self.number(node),
            "maximum" => limits.maximum = self.number(node),
            "multipleOf" => limits.multiple_of = self.number(node),
            "exclusiveMinimum" => limits.exclusive_minimum = self.exclusive(node),
            "exclusiveMaximum" => limits.exclusive_maximum = self.exclusive(node),
            "minLength" => limits.min_length = self.count(node),
            "maxLength" => limits.max_length = self.count(node),
            "pattern" => limits.pattern = self.text(node),
            "minItems" => limits.min_items = self.count(node),
            "maxItems" => limits.max_items = self.count(node),
            "uniqueItems" => limits.unique_items = self.flag(node),
            "minProperties" => limits.min_properties = self.count(node),
            _ => limits.max_properties = self.count(node),
        }
    }

    fn exclusive(&mut self, node: &Node) -> Option<Spanned<Exclusive>> {
        let value = match &node.value {
            Value::Bool(flag) => {
                if self.version > Version::V3_0 {
                    self.wrong(node, "a number");
                }
                Exclusive::Flag(*flag)
            }
            Value::Number(number) => {
                if self.version == Version::V3_0 {
                    self.findings.push(
                        Finding::new(
                            Code::WrongType,
                            &node.origin,
                            format!("{} is a number; expected a boolean", last(node)),
                        )
                        .costs(Cost::Nothing)
                        .help("in OpenAPI 3.0 it is a boolean beside `minimum` or `maximum`"),
                    );
                }
                Exclusive::Bound(number.clone())
            }
            _ => {
                self.wrong(node, "a number");
                return None;
            }
        };
        Some(Spanned::new(value, &node.origin))
    }

    fn discriminator(&mut self, node: &Node) -> Option<Discriminator> {
        // Swagger 2.0's form is the property's name alone.
        if let Value::String(name) = &node.value {
            self.wrong(node, "an object");
            return Some(Discriminator {
                property: Spanned::new(name.clone(), &node.origin),
                mapping: indexmap::IndexMap::new(),
            });
        }
        let mut fields = Fields::new(self, node, "`discriminator`")?;
        let property = fields.text(self, "propertyName");
        if property.is_none() {
            fields.missing(self, "propertyName", Cost::Nothing);
        }
        let mapping = match fields.get("mapping") {
            Some(node) => self.map(node, |reader, _, member| reader.text(&member.node)),
            None => indexmap::IndexMap::new(),
        };
        fields.get("defaultMapping");
        fields.finish(self);
        Some(Discriminator {
            property: property?,
            mapping,
        })
    }

    fn xml(&mut self, node: &Node) -> Option<Xml> {
        let mut fields = Fields::new(self, node, "`xml`")?;
        let mut xml = Xml {
            name: fields.text(self, "name"),
            namespace: fields.text(self, "namespace"),
            prefix: fields.text(self, "prefix"),
            attribute: fields.flag(self, "attribute"),
            wrapped: fields.flag(self, "wrapped"),
            text: None,
            origin: node.origin.clone(),
        };
        // 3.2 says the same, and more, with one key.
        if let Some(node) = fields.get("nodeType") {
            match node.as_str() {
                Some("attribute") => xml.attribute = Some(Spanned::new(true, &node.origin)),
                Some("element") => xml.wrapped = Some(Spanned::new(true, &node.origin)),
                Some("none") => xml.wrapped = Some(Spanned::new(false, &node.origin)),
                // Readers do not distinguish the two.
                Some("text" | "cdata") => xml.text = Some(Spanned::new(true, &node.origin)),
                _ => self.warn(
                    Code::Unsupported,
                    &node.origin,
                    "this `nodeType` is not supported; it is ignored",
                ),
            }
        }
        fields.finish(self);
        Some(xml)
    }

    fn schema_extension(&mut self, lavka: &mut SchemaExtensions, key: &str, node: &Node) {
        match key {
            "x-source" => lavka.evidence.source = self.text(node),
            "x-evidence" => {
                lavka.evidence.grade = self.word(node, super::extensions::GRADES);
            }
            "x-rust-name" => lavka.rust_name = self.text(node),
            "x-enum-varnames" => lavka.enum_names = self.texts(node),
            // The same in the words of NSwag.
            "x-enumNames" if lavka.enum_names.is_empty() => lavka.enum_names = self.texts(node),
            "x-enumNames" => {}
            "x-enum-descriptions" | "x-enumDescriptions" => {
                lavka.enum_descriptions = self.enum_descriptions(node);
            }
            "x-null" => lavka.null_is_absent = self.null_word(node),
            "x-accept" => lavka.accept = self.accept(node),
            "x-strict" => lavka.strict = self.flag(node),
            "x-envelope" => lavka.envelope = self.envelope(node),
            "x-error" => lavka.error = self.error_names(node),
            "x-request-envelope" => lavka.request_envelope = self.text(node),
            "x-credential" => lavka.credential = self.text(node),
            "x-type" => lavka.xml_type = self.text(node),
            _ => lavka.xml_text = self.flag(node),
        }
    }

    /// A list beside `enum`; some vendors write an object by value, which is left alone.
    fn enum_descriptions(&mut self, node: &Node) -> Vec<Spanned<String>> {
        match node.value {
            Value::Object(_) => Vec::new(),
            _ => self.texts(node),
        }
    }
}

fn keyword(name: &str, member: &Member) -> Keyword {
    Keyword {
        name: Spanned::new(name.to_owned(), &member.key),
        value: member.node.clone(),
    }
}
