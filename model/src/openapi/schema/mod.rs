//! Schemas.

mod shape;
mod values;
mod words;

use std::collections::HashSet;

use crate::diag::{Code, Cost, Finding};
use crate::normalized::{EXTERNAL_DOCS, Keyword, Spanned, Type, Version};
use crate::source::{Member, Node, Origin, Value};

use super::fields::Reader;
use super::{Named, Schema};
pub(crate) use words::BESIDE;
use words::{KEYS, LATER, PASSED};

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
                    if BESIDE.contains(&name.as_str()) {
                        schema.siblings = true;
                        self.keyword(&mut schema, name, member);
                        self.read_sibling(name, member);
                    } else if !name.starts_with("x-") || KEYS.contains(&name.as_str()) {
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

    fn keyword(&mut self, s: &mut Schema, key: &str, member: &Member) {
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
            "required" => s.required = self.required(node),
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
                self.limit(s, key, node);
            }
            _ if key.starts_with("x-") && KEYS.contains(&key) => {
                let mut lavka = s.lavka.take().unwrap_or_default();
                self.schema_extension(&mut lavka, key, node);
                s.lavka = Some(lavka);
            }
            EXTERNAL_DOCS => {
                s.extensions.insert(key.to_owned(), node.clone());
            }
            "$comment" => {}
            _ if self.applicator(s, key, member) => {}
            _ if PASSED.contains(&key) => s.ignored.push(keyword(key, member)),
            _ => {
                self.unknown("a schema", key, member, KEYS, &mut s.extensions);
                if !key.starts_with("x-") {
                    s.ignored.push(keyword(key, member));
                }
            }
        }
    }

    /// A keyword whose value is schemas. Returns whether it is one.
    fn applicator(&mut self, s: &mut Schema, key: &str, member: &Member) -> bool {
        let node = &member.node;
        match key {
            "properties" => {
                s.properties = self.properties(node);
                s.properties_first = s.all_of.is_empty();
            }
            "additionalProperties" => s.additional = self.additional(member),
            "unevaluatedProperties" => {
                if s.additional.is_none() {
                    s.additional = self.additional(member);
                }
            }
            "patternProperties" => {
                let named = self.named(node, Self::schema).into_values();
                s.pattern_properties = named.map(|named| named.value).collect();
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
            "oneOf" => s.one_of = self.branches(node),
            "anyOf" => s.any_of = self.branches(node),
            "not" => s.not = self.any_schema(node).map(Box::new),
            "contentSchema" => {
                s.content_schema = self.any_schema(node).map(Box::new);
                s.ignored.push(keyword(key, member));
            }
            "then" | "else" => {
                s.conditional.extend(self.any_schema(node));
                s.ignored.push(keyword(key, member));
            }
            "dependentSchemas" => {
                let named = self.named(node, Self::any_schema).into_values();
                s.conditional.extend(named.map(|named| named.value));
                s.ignored.push(keyword(key, member));
            }
            _ => return false,
        }
        true
    }

    fn additional(&mut self, member: &Member) -> Option<(Origin, Box<Schema>)> {
        let made = self.any_schema(&member.node)?;
        Some((member.key.clone(), Box::new(made)))
    }

    fn required(&mut self, node: &Node) -> Vec<Spanned<String>> {
        // Some write it at the property itself, as OpenAPI does for parameters.
        if let Value::Bool(_) = node.value {
            let message = "`required` of a schema is a boolean; expected a list";
            self.findings.push(
                Finding::new(Code::WrongType, &node.origin, message)
                    .costs(Cost::Nothing)
                    .help("the object that has the property lists it: `required: [NAME]`"),
            );
            return Vec::new();
        }
        let names = self.texts(node);
        let mut seen = HashSet::new();
        for name in &names {
            if !seen.insert(&name.value) {
                let message = format!("`{}` is listed twice in `required`", name.value);
                self.findings
                    .warn(Code::RequiredUnknown, &name.origin, message);
            }
        }
        names
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
            let bare = schema.is_empty() && schema.ignored.is_empty();
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
}

fn keyword(name: &str, member: &Member) -> Keyword {
    Keyword {
        name: Spanned::new(name.to_owned(), &member.key),
        value: member.node.clone(),
    }
}
