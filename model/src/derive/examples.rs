//! Whether payloads in the spec (examples, defaults) fit their types.

use super::Deriver;
use super::dates::{is_date, is_date_time, is_decimal, is_rails, is_time};
use crate::diag::{Code, Cost, Finding, nearest};
use crate::model::{
    Accept, Api, EnumRepr, Field, JsonType, Presence, Scalar, Struct, TypeKind, TypeRef, Union,
};
use crate::normalized::SchemaId;
use crate::source::{Node, Value};

/// A payload that is checked against its type when all types are known.
pub(super) struct ExampleCheck {
    code: Code,
    node: Node,
    pub(super) ty: TypeRef,
    nullable: bool,
    accept: Accept,
}

/// What does not fit: where, what, help.
struct Mismatch<'n> {
    node: &'n Node,
    message: String,
    help: Option<String>,
}

impl<'n> Mismatch<'n> {
    fn expected(node: &'n Node, what: &str) -> Self {
        let found = match &node.value {
            Value::String(text) => format!("{text:?}"),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            _ => node.kind().to_owned(),
        };
        let quotes = matches!(&node.value, Value::Number(_) | Value::Bool(_))
            && (what.starts_with("a string") || what.starts_with("a date"));
        Self {
            node,
            message: format!("expected {what}, found {found}"),
            help: quotes.then(|| "write it in quotes".to_owned()),
        }
    }
}

impl<'a> Deriver<'a> {
    /// Remembers a payload.
    pub(super) fn example(
        &mut self,
        code: Code,
        node: &Node,
        ty: &TypeRef,
        nullable: bool,
        accept: Accept,
    ) {
        self.example_checks.push(ExampleCheck {
            code,
            node: node.clone(),
            ty: ty.clone(),
            nullable,
            accept,
        });
    }

    /// The default and the examples of a component.
    pub(super) fn schema_examples(&mut self, id: SchemaId) {
        let typed = self.type_of(id, super::Side::Both);
        self.payload_examples(id, &typed.ty, typed.nullable, Accept::default());
    }

    /// The default and the examples of a schema that is not a component: those of components are looked at once.
    pub(super) fn field_examples(
        &mut self,
        id: SchemaId,
        ty: &TypeRef,
        nullable: bool,
        accept: Accept,
    ) {
        if self.schema(id).component.is_none() {
            self.payload_examples(id, ty, nullable, accept);
        }
    }

    fn payload_examples(&mut self, id: SchemaId, ty: &TypeRef, nullable: bool, accept: Accept) {
        if self.types_only {
            return;
        }
        let schema: &'a crate::normalized::Schema = self.schema(id);
        let default = schema
            .default
            .iter()
            .map(|node| (Code::DefaultMismatch, node));
        let examples = schema
            .examples
            .iter()
            .map(|node| (Code::ExampleMismatch, node));
        for (code, node) in default.chain(examples) {
            self.example(code, node, ty, nullable, accept);
        }
    }

    pub(super) fn check_examples(&mut self, api: &Api, example_checks: &[ExampleCheck]) {
        for example in example_checks {
            let mut mismatches = Vec::new();
            let check = Check {
                api,
                nullable: example.nullable,
                accept: example.accept,
                depth: 0,
            };
            check.value(&example.node, &example.ty, &mut mismatches);
            let what = match example.code {
                Code::DefaultMismatch => "the default does not fit",
                Code::EnvelopeType => "a value of `success` does not fit",
                _ => "the example does not fit",
            };
            for mismatch in mismatches {
                let mut finding = Finding::new(
                    example.code,
                    &mismatch.node.origin,
                    format!("{what}: {}", mismatch.message),
                );
                finding.help = mismatch.help;
                if example.code == Code::EnvelopeType {
                    self.push(finding);
                } else {
                    self.warn(Cost::Nothing, finding);
                }
            }
        }
    }
}

/// How a value is looked at.
#[derive(Clone, Copy)]
struct Check<'c> {
    api: &'c Api,
    nullable: bool,
    accept: Accept,
    depth: usize,
}

impl Check<'_> {
    fn inner(self) -> Self {
        Self {
            nullable: false,
            accept: Accept::default(),
            depth: self.depth + 1,
            ..self
        }
    }

    fn accepted(self, node: &Node) -> bool {
        match &node.value {
            Value::Null => self.nullable,
            Value::String(text) => {
                self.accept.string
                    || (self.accept.empty_string && text.is_empty())
                    || (self.accept.zero_date && text.starts_with("0000-00-00"))
            }
            Value::Number(_) => self.accept.number,
            Value::Array(items) => self.accept.empty_array && items.is_empty(),
            Value::Object(members) => self.accept.empty_object && members.is_empty(),
            Value::Bool(_) => false,
        }
    }

    fn value<'n>(self, node: &'n Node, ty: &TypeRef, found: &mut Vec<Mismatch<'n>>) {
        if self.depth > 64 || self.accepted(node) {
            return;
        }
        match ty {
            TypeRef::Any { .. } => {}
            TypeRef::Scalar(scalar) => {
                if let Some(expected) = scalar_mismatch(node, *scalar) {
                    found.push(Mismatch::expected(node, expected));
                }
            }
            TypeRef::Nullable(inner) => {
                if !node.is_null() {
                    self.value(node, inner, found);
                }
            }
            TypeRef::Boxed(inner) => self.value(node, inner, found),
            TypeRef::List(item) => match node.as_array() {
                Some(items) => items
                    .iter()
                    .for_each(|node| self.inner().value(node, item, found)),
                None if self.accept.single => self.inner().value(node, item, found),
                None => found.push(Mismatch::expected(node, "a list")),
            },
            TypeRef::Map(item) => match node.as_object() {
                Some(members) => members
                    .values()
                    .for_each(|member| self.inner().value(&member.node, item, found)),
                None => found.push(Mismatch::expected(node, "an object")),
            },
            TypeRef::Named(id) => match self.api.types.get(id.0).map(|def| &def.kind) {
                Some(TypeKind::Struct(made)) => self.object(node, made, found),
                Some(TypeKind::Enum(made)) => enum_value(node, made, found),
                Some(TypeKind::Union(made)) => self.union(node, made, found),
                None => {}
            },
        }
    }

    fn union<'n>(self, node: &'n Node, made: &Union, found: &mut Vec<Mismatch<'n>>) {
        let mut fewest: Option<Vec<Mismatch<'n>>> = None;
        for variant in &made.variants {
            if !of_type(node, variant.guard.json_type) {
                continue;
            }
            let mut own = Vec::new();
            self.inner().value(node, &variant.ty, &mut own);
            if own.is_empty() {
                return;
            }
            if fewest.as_ref().is_none_or(|known| own.len() < known.len()) {
                fewest = Some(own);
            }
        }
        match fewest {
            Some(own) => found.extend(own),
            None => found.push(Mismatch::expected(node, "one of the variants of the union")),
        }
    }

    fn object<'n>(self, node: &'n Node, made: &Struct, found: &mut Vec<Mismatch<'n>>) {
        let Some(members) = node.as_object() else {
            found.push(Mismatch::expected(node, "an object"));
            return;
        };
        for (wire, member) in members {
            let Some(field) = made.fields.iter().find(|field| field.wire == *wire) else {
                let near = nearest(wire, made.fields.iter().map(|field| field.wire.as_str()))
                    .filter(|near| !members.contains_key(*near));
                // A schema that is not closed allows other keys; one that is nearly a property's is misspelled.
                if made.closed || (near.is_some() && made.additional.is_none()) {
                    found.push(Mismatch {
                        node: &member.node,
                        message: format!("the object has no property `{wire}`"),
                        help: near.map(|near| format!("did you mean `{near}`?")),
                    });
                }
                continue;
            };
            self.field(field, &member.node, found);
        }
        for field in &made.fields {
            if !field.presence.is_optional() && !members.contains_key(&field.wire) {
                found.push(Mismatch {
                    node,
                    message: format!("the required property `{}` is missing", field.wire),
                    help: None,
                });
            }
        }
    }

    fn field<'n>(self, field: &Field, node: &'n Node, found: &mut Vec<Mismatch<'n>>) {
        let nullable = matches!(
            field.presence,
            Presence::RequiredNullable | Presence::OptionalNull | Presence::ThreeState
        );
        let check = Self {
            nullable,
            accept: field.accept,
            ..self.inner()
        };
        check.value(node, &field.ty, found);
        if let Some(constant) = &field.constant
            && node.to_json() != *constant
        {
            found.push(Mismatch {
                node,
                message: format!("`{}` is always {constant}", field.wire),
                help: None,
            });
        }
    }
}

fn enum_value<'n>(node: &'n Node, made: &crate::model::Enum, found: &mut Vec<Mismatch<'n>>) {
    let of_type = match made.repr {
        EnumRepr::String => node.as_str().is_some(),
        EnumRepr::Integer => node.as_number().is_some_and(serde_json::Number::is_i64),
        EnumRepr::Mixed => !matches!(node.value, Value::Array(_) | Value::Object(_) | Value::Null),
    };
    let wire = node.to_json();
    if !of_type {
        let expected = match made.repr {
            EnumRepr::String => "a string",
            EnumRepr::Integer => "an integer",
            EnumRepr::Mixed => "a scalar",
        };
        found.push(Mismatch::expected(node, expected));
    } else if !made.values.iter().any(|value| value.wire == wire) {
        let near = made.values.iter().filter_map(|value| value.wire.as_str());
        let help = node
            .as_str()
            .and_then(|text| nearest(text, near))
            .map(|meant| format!("did you mean `{meant}`?"));
        found.push(Mismatch {
            node,
            message: format!("{wire} is not a value of the enum"),
            help,
        });
    }
}

fn of_type(node: &Node, ty: Option<JsonType>) -> bool {
    match ty {
        None => true,
        Some(JsonType::Null) => node.is_null(),
        Some(JsonType::String) => node.as_str().is_some(),
        Some(JsonType::Integer | JsonType::Number) => node.as_number().is_some(),
        Some(JsonType::Boolean) => node.as_bool().is_some(),
        Some(JsonType::Array) => node.as_array().is_some(),
        Some(JsonType::Object) => node.as_object().is_some(),
    }
}

/// What was expected, where the value is not that.
fn scalar_mismatch(node: &Node, scalar: Scalar) -> Option<&'static str> {
    let number = node.as_number();
    let text = node.as_str();
    let whole = |n: &serde_json::Number| {
        n.as_i64().is_some() || n.as_f64().is_some_and(|n| n.fract() == 0.0)
    };
    let (good, expected) = match scalar {
        Scalar::String | Scalar::Secret | Scalar::Binary | Scalar::Base64 | Scalar::Base64Url => {
            (text.is_some(), "a string")
        }
        Scalar::Bool => (node.as_bool().is_some(), "a boolean"),
        Scalar::Null => (node.is_null(), "null"),
        Scalar::Int32 => (
            number
                .and_then(serde_json::Number::as_i64)
                .is_some_and(|n| i32::try_from(n).is_ok()),
            "an integer of 32 bits",
        ),
        Scalar::UInt32 => (
            number
                .and_then(serde_json::Number::as_u64)
                .is_some_and(|n| u32::try_from(n).is_ok()),
            "a non-negative integer of 32 bits",
        ),
        Scalar::UInt64 => (
            number.is_some_and(serde_json::Number::is_u64),
            "a non-negative integer",
        ),
        Scalar::Int64 => (number.is_some_and(whole), "an integer"),
        Scalar::Float32 | Scalar::Float64 => (number.is_some(), "a number"),
        Scalar::DecimalNumber | Scalar::DecimalString => (
            number.is_some() || text.is_some_and(is_decimal),
            "a decimal",
        ),
        Scalar::Date => (text.is_some_and(is_date), "a date (2017-10-10)"),
        Scalar::DateTime => (
            text.is_some_and(is_date_time),
            "a date-time (2017-10-10T12:30:00+03:00)",
        ),
        Scalar::RailsTimestamp => (
            text.is_some_and(|text| is_rails(text) || is_date_time(text)),
            "a timestamp (2009-06-04 14:22:34 +0400)",
        ),
        Scalar::DateOptionalTime => (
            text.is_some_and(|text| match text.split_once('T') {
                Some((date, time)) => is_date(date) && is_time(time),
                None => is_date(text),
            }),
            "a date with or without a time (2017-10-10T12:30)",
        ),
    };
    (!good).then_some(expected)
}
