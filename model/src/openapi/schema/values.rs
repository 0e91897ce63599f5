//! The values of keywords.

use super::words::TYPES;
use crate::diag::{Code, Cost, Finding};
use crate::normalized::{SchemaExtensions, Spanned, Type, Types, Version, Xml};
use crate::openapi::fields::{Fields, Reader, last};
use crate::openapi::{Discriminator, Schema};
use crate::source::{Node, Value};

impl Reader<'_> {
    pub(super) fn types(&mut self, node: &Node) -> Option<Spanned<Types>> {
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

    pub(super) fn limit(&mut self, schema: &mut Schema, key: &str, node: &Node) {
        let limits = schema.limits.get_or_insert_default();
        match key {
            "minimum" => limits.minimum = self.number(node),
            "maximum" => limits.maximum = self.number(node),
            "multipleOf" => limits.multiple_of = self.number(node),
            "exclusiveMinimum" => match self.excludes(node) {
                Some(flag) => schema.excludes.get_or_insert_default().minimum = Some(flag),
                None => limits.exclusive_minimum = self.bound(node),
            },
            "exclusiveMaximum" => match self.excludes(node) {
                Some(flag) => schema.excludes.get_or_insert_default().maximum = Some(flag),
                None => limits.exclusive_maximum = self.bound(node),
            },
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

    /// Whether the limit beside it is excluded, as OpenAPI 3.0 says it.
    fn excludes(&mut self, node: &Node) -> Option<Spanned<bool>> {
        let Value::Bool(flag) = &node.value else {
            return None;
        };
        if self.version > Version::V3_0 {
            self.wrong(node, "a number");
        }
        Some(Spanned::new(*flag, &node.origin))
    }

    /// An excluded limit, as OpenAPI 3.1 says it.
    fn bound(&mut self, node: &Node) -> Option<Spanned<serde_json::Number>> {
        let bound = self.number(node)?;
        if self.version == Version::V3_0 {
            let message = format!("{} is a number; expected a boolean", last(node));
            self.findings.push(
                Finding::new(Code::WrongType, &node.origin, message)
                    .costs(Cost::Nothing)
                    .help("in OpenAPI 3.0 it is a boolean beside `minimum` or `maximum`"),
            );
        }
        Some(bound)
    }

    pub(super) fn discriminator(&mut self, node: &Node) -> Option<Discriminator> {
        // Swagger 2.0's form is the property's name alone.
        if let Value::String(name) = &node.value {
            self.wrong(node, "an object");
            return Some(Discriminator {
                property: Spanned::new(name.clone(), &node.origin),
                mapping: indexmap::IndexMap::new(),
                default: None,
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
        let default = fields.text(self, "defaultMapping");
        fields.finish(self);
        Some(Discriminator {
            property: property?,
            mapping,
            default,
        })
    }

    pub(super) fn xml(&mut self, node: &Node) -> Option<Xml> {
        let mut fields = Fields::new(self, node, "`xml`")?;
        let mut xml = Xml {
            name: fields.text(self, "name"),
            namespace: fields.text(self, "namespace"),
            prefix: fields.text(self, "prefix"),
            attribute: fields.flag(self, "attribute"),
            wrapped: fields.flag(self, "wrapped"),
            has_node_type: false,
            text: None,
            origin: node.origin.clone(),
        };
        // 3.2 says the same, and more, with one key.
        if let Some(node) = fields.get("nodeType") {
            xml.has_node_type = true;
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

    pub(super) fn schema_extension(
        &mut self,
        lavka: &mut SchemaExtensions,
        key: &str,
        node: &Node,
    ) {
        match key {
            "x-source" => lavka.evidence.source = self.text(node),
            "x-evidence" => {
                lavka.evidence.grade = self.word(node, crate::openapi::extensions::GRADES);
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
