//! Objects: their properties, presence, and other forms that arrive.

use std::collections::{HashMap, HashSet};

use super::enums::is_identifier;
use super::shape::{Shape, listed};
use super::{Deriver, Key, Side, scalars};
use crate::diag::{Code, Cost, Finding};
use crate::model::{Accept, Doc, Field, Presence, Scalar, TypeRef, XmlName, XmlShape};
use crate::normalized::{AcceptWord, Additional, Property, Schema, SchemaId, Spanned};
use crate::source::{Node, Value};

impl Deriver<'_> {
    /// Properties of one or two schemas. Of a name that both have, the second schema says what it is.
    pub(super) fn fields(&mut self, schemas: &[SchemaId], key: Key) -> Vec<Field> {
        let sent = key.side == Side::Request
            || (key.side == Side::Both && self.reach.only_request(key.id));
        let read = key.side == Side::Response
            || (key.side == Side::Both && self.reach.only_response(key.id));
        let mut fields: Vec<Field> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let demanded: HashSet<&str> = schemas
            .iter()
            .flat_map(|id| demanded(self.schema(*id)))
            .collect();
        for id in schemas {
            let schema = self.schema(*id);
            for (wire, property) in &schema.properties {
                let of = self.schema(property.schema);
                let one_sided = of.read_only.value != of.write_only.value;
                // Only replies have it.
                if sent && one_sided && of.read_only.value {
                    continue;
                }
                // No reply has it, unless a server does not keep to that.
                let optional = !sent && one_sided && of.write_only.value;
                let required = demanded.contains(wire.as_str()) && !(read && optional);
                let field = self.field(*id, wire, property, required, key.side);
                match places.get(wire) {
                    Some(at) => fields[*at] = field,
                    None => {
                        places.insert(wire.clone(), fields.len());
                        fields.push(field);
                    }
                }
            }
        }
        // Last: what one schema requires, the other may declare.
        for id in schemas {
            self.undeclared(self.schema(*id), &mut fields);
        }
        fields
    }

    fn field(
        &mut self,
        owner: SchemaId,
        wire: &str,
        property: &Property,
        required: bool,
        side: Side,
    ) -> Field {
        let id = property.schema;
        let schema = self.schema(id);
        let nullable = self.nullable(id);
        let constant = if required && !nullable {
            self.constant(owner, wire, id)
        } else {
            None
        };
        let ty = match &constant {
            Some((_, ty)) => ty.clone(),
            None => self.type_of(id, side).ty,
        };
        // The type is null itself.
        let nullable = nullable && ty != TypeRef::Scalar(Scalar::Null);
        let presence = self.presence(schema, required, nullable);
        let accept = self.accept(schema, &ty, presence);
        let scalar = match ty {
            TypeRef::Scalar(scalar) => Some(scalar),
            _ => None,
        };
        self.field_examples(id, &ty, nullable, accept);
        Field {
            wire: wire.to_owned(),
            rust_name: self.own_rust_name(id),
            doc: self.doc(schema),
            presence,
            constraints: scalars::constraints(schema, scalar),
            default: schema.default.as_ref().map(Node::to_json),
            example: schema.examples.first().map(Node::to_json),
            accept,
            strict: schema
                .lavka
                .strict
                .as_ref()
                .is_some_and(|strict| strict.value),
            read_only: schema.read_only.value,
            write_only: schema.write_only.value,
            credential: self.credential(schema, &ty),
            constant: constant.map(|(value, _)| value),
            boxed: false,
            xml: property.xml.clone(),
            origin: property.origin.clone(),
            ty,
        }
    }

    /// `x-rust-name`, if it can be one.
    pub(super) fn rust_name(&mut self, name: Option<&Spanned<String>>) -> Option<String> {
        let name = name?;
        if is_identifier(name) {
            return Some(name.value.clone());
        }
        let message = format!("`{}` is not a Rust identifier", name.value);
        let finding = Finding::new(Code::RustName, &name.origin, message);
        self.warn(
            Cost::Part,
            finding.help("use ASCII letters, digits and `_`"),
        );
        None
    }

    /// `x-rust-name` of a schema itself, not of the component that it refers to.
    pub(super) fn own_rust_name(&mut self, id: SchemaId) -> Option<String> {
        let schema = self.schema(id);
        if schema.component.is_some() {
            return None;
        }
        let name = schema.lavka.rust_name.as_ref()?;
        let base = self.bases.of(id);
        let inherited = base != id
            && self
                .schema(base)
                .lavka
                .rust_name
                .as_ref()
                .is_some_and(|of| of.origin.same(&name.origin));
        if inherited {
            None
        } else {
            self.rust_name(Some(name))
        }
    }

    /// The only value of a required property, and its type.
    fn constant(
        &mut self,
        owner: SchemaId,
        wire: &str,
        id: SchemaId,
    ) -> Option<(serde_json::Value, TypeRef)> {
        let schema = self.schema(id);
        let mut values = listed(schema);
        if let (Some(only), None) = (values.next(), values.next()) {
            let scalar = match &only.value {
                Value::String(_) => Scalar::String,
                Value::Number(number) if !number.is_f64() => Scalar::Int64,
                Value::Bool(_) => Scalar::Bool,
                _ => return None,
            };
            return Some((only.to_json(), TypeRef::Scalar(scalar)));
        }
        let tag = self.bases.tag(owner, wire)?.to_owned();
        let text = match &*self.shape(self.bases.of(id)) {
            Shape::Scalar(Scalar::String) => true,
            Shape::Enum(members) => members.iter().all(|member| {
                listed(self.schema(*member)).any(|value| value.as_str() == Some(tag.as_str()))
            }),
            _ => false,
        };
        text.then_some((
            serde_json::Value::String(tag),
            TypeRef::Scalar(Scalar::String),
        ))
    }

    fn presence(&mut self, schema: &Schema, required: bool, nullable: bool) -> Presence {
        let absent = schema
            .lavka
            .null_is_absent
            .as_ref()
            .filter(|absent| absent.value);
        if let Some(absent) = absent {
            if !nullable {
                let finding = Finding::new(
                    Code::Presence,
                    &absent.origin,
                    "`x-null: absent` without `nullable: true`",
                );
                self.push(finding.help(
                    "add `nullable: true`, or leave `x-null` out: a null that arrives is an error",
                ));
            } else if required {
                let finding = Finding::new(
                    Code::Presence,
                    &absent.origin,
                    "`x-null: absent` on a required property",
                );
                self.push(finding.help(
                    "a required property is never absent: leave `x-null` out, or do not require it",
                ));
            }
        }
        if let Some(default) = &schema.default
            && nullable
            && required
            && default.is_null()
        {
            let finding = Finding::new(
                Code::Presence,
                &default.origin,
                "a required property has the default null",
            );
            self.warn(
                Cost::Nothing,
                finding.help("a default is the value that an absent property has"),
            );
        }
        match (required, nullable, absent.is_some()) {
            (true, false, _) => Presence::Required,
            (true, true, _) => Presence::RequiredNullable,
            (false, false, _) => Presence::Optional,
            (false, true, true) => Presence::OptionalNull,
            (false, true, false) => Presence::ThreeState,
        }
    }

    /// Names that `required` lists and nothing declares. They may come with any value; a client does not demand them, because most
    /// of them are misspelled.
    fn undeclared(&mut self, schema: &Schema, fields: &mut Vec<Field>) {
        for name in &schema.required_undeclared {
            if fields.iter().any(|field| field.wire == name.value) {
                continue;
            }
            let message = format!("the required property `{}` is not declared", name.value);
            let near: Vec<&str> = schema.properties.keys().map(String::as_str).collect();
            let finding = Finding::new(Code::RequiredUnknown, &name.origin, message)
                .help("declare it under `properties`")
                .suggest(&name.value, near);
            self.warn(Cost::Nothing, finding);
            let closed = matches!(schema.additional, crate::normalized::Additional::None(_));
            if closed || fields.is_empty() {
                continue;
            }
            fields.push(Field {
                wire: name.value.clone(),
                rust_name: None,
                doc: Doc {
                    assumed: true,
                    ..Doc::default()
                },
                ty: TypeRef::Any { open: true },
                presence: Presence::Optional,
                constraints: crate::model::Constraints::default(),
                default: None,
                example: None,
                accept: Accept::default(),
                strict: false,
                read_only: false,
                write_only: false,
                credential: None,
                constant: None,
                boxed: false,
                xml: XmlShape {
                    name: XmlName {
                        local: name.value.clone(),
                        ..XmlName::default()
                    },
                    ..XmlShape::default()
                },
                origin: name.origin.clone(),
            });
        }
    }

    /// `x-accept`.
    fn accept(&mut self, schema: &Schema, ty: &TypeRef, presence: Presence) -> Accept {
        let mut accept = Accept::default();
        let class = self.class(ty);
        let optional = presence.is_optional();
        self.accept_of_items(schema, ty, &mut accept);
        for word in &schema.lavka.accept {
            let (fits, slot, expected) = match word.value {
                AcceptWord::String => (
                    matches!(class, Class::Number | Class::Boolean),
                    &mut accept.string,
                    "a number, a boolean or an enum of integers",
                ),
                AcceptWord::Number => (
                    matches!(
                        ty,
                        TypeRef::Scalar(Scalar::String | Scalar::DecimalString | Scalar::Bool)
                    ),
                    &mut accept.number,
                    "a plain string, a decimal or a boolean",
                ),
                AcceptWord::EmptyString => (
                    optional && ty != &TypeRef::Scalar(Scalar::String),
                    &mut accept.empty_string,
                    "an optional property that is not a plain string",
                ),
                AcceptWord::EmptyArray => (
                    class == Class::Object,
                    &mut accept.empty_array,
                    "an object or a map",
                ),
                AcceptWord::EmptyObject => {
                    (class == Class::List, &mut accept.empty_object, "a list")
                }
                AcceptWord::NullItems => (
                    matches!(ty, TypeRef::List(_) | TypeRef::Map(_)),
                    &mut accept.null_items,
                    "a list or a map",
                ),
                AcceptWord::ZeroDate => (
                    optional
                        && matches!(
                            ty,
                            TypeRef::Scalar(
                                Scalar::Date
                                    | Scalar::DateTime
                                    | Scalar::DateOptionalTime
                                    | Scalar::RailsTimestamp
                            )
                        ),
                    &mut accept.zero_date,
                    "an optional date",
                ),
                AcceptWord::Single => (class == Class::List, &mut accept.single, "a list"),
            };
            if fits {
                *slot = true;
                continue;
            }
            let message = format!("this word of `x-accept` applies to {expected} only");
            let finding = Finding::new(Code::Accept, &word.origin, message);
            let finding = finding.help("use `oneOf` with schemas of different JSON types");
            self.warn(Cost::Part, finding);
        }
        accept
    }

    /// `x-accept` of the scalar items of a list or map: the form of a property holds for its items.
    fn accept_of_items(&mut self, schema: &Schema, ty: &TypeRef, accept: &mut Accept) {
        let (TypeRef::List(inner) | TypeRef::Map(inner)) = ty else {
            return;
        };
        let items = match (ty, &schema.additional) {
            (TypeRef::List(_), _) => schema.items,
            (_, Additional::Schema(values, _)) => Some(*values),
            _ => None,
        };
        let Some(items) = items else { return };
        let schema = self.schema(items);
        if schema.component.is_none() {
            let of_items = self.accept(schema, inner, Presence::Required);
            accept.string |= of_items.string;
            accept.number |= of_items.number;
        }
    }

    fn class(&mut self, ty: &TypeRef) -> Class {
        match ty {
            TypeRef::Scalar(scalar) => match super::unions::class_of(*scalar) {
                crate::model::JsonType::Number => Class::Number,
                crate::model::JsonType::Boolean => Class::Boolean,
                _ => Class::Text,
            },
            TypeRef::List(_) => Class::List,
            TypeRef::Map(_) => Class::Object,
            TypeRef::Named(id) => {
                let key = self.keys[id.0];
                match &*self.shape(key.id) {
                    Shape::Struct => Class::Object,
                    Shape::Enum(members) => {
                        let text = members.iter().any(|member| {
                            listed(self.schema(*member)).any(|value| value.as_str().is_some())
                        });
                        if text { Class::Text } else { Class::Number }
                    }
                    _ => Class::Other,
                }
            }
            _ => Class::Other,
        }
    }
}

/// What `x-accept` distinguishes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Text,
    Number,
    Boolean,
    List,
    Object,
    Other,
}

/// The properties that a schema requires.
fn demanded(schema: &Schema) -> impl Iterator<Item = &str> {
    let declared = schema.properties.iter();
    let declared = declared.filter(|(_, property)| property.required.is_some());
    let undeclared = schema.required_undeclared.iter();
    declared
        .map(|(name, _)| name.as_str())
        .chain(undeclared.map(|name| name.value.as_str()))
}
