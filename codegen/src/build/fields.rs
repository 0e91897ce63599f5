//! Fields: presence, limits, examples, and how they stand in XML.

use super::view::View;
use super::{Builder, Claim, names};
use crate::diag::{Code, Finding};
use crate::model::{Accept, Constraints, Field, Presence, Scalar, TypeKind, TypeRef};
use crate::source::{Member, Node};

impl<'a> Builder<'a> {
    /// A property of an object.
    pub(super) fn field(
        &mut self,
        owner: &str,
        wire: &str,
        member: &'a Member,
        required: bool,
    ) -> Field {
        let origin = member.key.clone();
        let Some(view) = self.view(&member.node) else {
            return unknown(wire, &origin);
        };
        let place = names::place(owner, wire);
        let (constant, ty) = match self.constant(&view, required) {
            Some((value, ty)) => (Some(value), ty),
            None => (None, self.type_ref(&view, &place)),
        };
        self.note_enum(&ty, wire);
        let nullable = view.flag("nullable");
        let presence = self.presence(&view, required, nullable);
        let accept = self.accept(&view, &ty);
        let constraints = self.constraints(&view, &ty);
        self.claim(
            Code::DefaultMismatch,
            view.get("default"),
            &ty,
            nullable,
            accept,
        );
        self.claim(
            Code::ExampleMismatch,
            view.get("example"),
            &ty,
            nullable,
            accept,
        );
        let credential = self.credential_name(&view, &ty);
        let rust_name = self.rust_name(member.node.get("x-rust-name"));
        let xml = self.xml_field(wire, &view, &ty);
        Field {
            wire: wire.to_owned(),
            rust_name,
            doc: view.doc(),
            ty,
            presence,
            constraints,
            default: view.get("default").map(Node::to_json),
            example: view.get("example").map(Node::to_json),
            accept,
            credential,
            constant,
            boxed: false,
            xml,
            origin,
        }
    }

    /// The only value, where it is required and an enum of one.
    fn constant(
        &mut self,
        view: &View<'a>,
        required: bool,
    ) -> Option<(serde_json::Value, TypeRef)> {
        let base = view.base();
        let [value] = base.get("enum")?.as_array()? else {
            return None;
        };
        if !required || view.flag("nullable") {
            return None;
        }
        let scalar = match (base.get_str("type")?, &value.value) {
            ("string", crate::source::Value::String(_)) => Scalar::String,
            ("integer", crate::source::Value::Number(number)) if number.is_i64() => Scalar::Int64,
            _ => return None,
        };
        Some((value.to_json(), TypeRef::Scalar(scalar)))
    }

    fn presence(&mut self, view: &View<'a>, required: bool, nullable: bool) -> Presence {
        let absent = view.text("x-null") == Some("absent");
        if absent && !nullable {
            let finding = Finding::new(
                Code::Presence,
                &view.origin("x-null"),
                "`x-null: absent` without `nullable: true`",
            );
            self.push(finding.help(
                "add `nullable: true`, or leave `x-null` out: a null that arrives is an error",
            ));
        }
        if absent && required {
            let finding = Finding::new(
                Code::Presence,
                &view.origin("x-null"),
                "`x-null: absent` on a required property",
            );
            self.push(finding.help(
                "a required property is never absent: leave `x-null` out, or do not require it",
            ));
        }
        if nullable
            && required
            && view
                .get("default")
                .is_some_and(|node| matches!(node.value, crate::source::Value::Null))
        {
            let finding = Finding::new(
                Code::Presence,
                &view.origin("default"),
                "a required property has the default null",
            );
            self.push(finding.help("a default tells what holds when the property is absent"));
        }
        match (required, nullable, absent) {
            (true, false, _) => Presence::Required,
            (true, true, _) => Presence::RequiredNullable,
            (false, false, _) => Presence::Optional,
            (false, true, true) => Presence::OptionalNull,
            (false, true, false) => Presence::ThreeState,
        }
    }

    /// `x-accept`.
    fn accept(&mut self, view: &View<'a>, ty: &TypeRef) -> Accept {
        let Some(node) = view.get("x-accept") else {
            return Accept::default();
        };
        let mut accept = Accept::default();
        let own = self.json_word(ty);
        for item in node.as_array().unwrap_or_default() {
            match (item.as_str(), own) {
                (Some("string"), Some("number" | "boolean")) => accept.string = true,
                (Some("number"), Some("string"))
                    if matches!(ty, TypeRef::Scalar(Scalar::String | Scalar::DecimalString)) =>
                {
                    accept.number = true;
                }
                (Some("number"), Some("string" | "boolean")) => {
                    let finding = Finding::new(
                        Code::Accept,
                        &item.origin,
                        "`number` is read only for plain strings and decimals",
                    );
                    self.push(finding.help("use `oneOf` with schemas of different JSON types"));
                }
                (Some(word), Some(own)) if word == own => {
                    self.report(
                        Code::Accept,
                        &item.origin,
                        format!("`{word}` is the type that is documented anyway"),
                    );
                }
                (Some(_), None) => {
                    let finding = Finding::new(
                        Code::Accept,
                        &item.origin,
                        "`x-accept` stands at something that is no scalar",
                    );
                    self.push(finding.help("use `oneOf` with schemas of different JSON types"));
                }
                _ => {}
            }
        }
        accept
    }

    /// The JSON type of a scalar or enum.
    fn json_word(&self, ty: &TypeRef) -> Option<&'static str> {
        match ty {
            TypeRef::Scalar(scalar) => Some(match scalar {
                Scalar::Int32
                | Scalar::Int64
                | Scalar::Float32
                | Scalar::Float64
                | Scalar::DecimalNumber => "number",
                Scalar::Bool => "boolean",
                _ => "string",
            }),
            TypeRef::Named(id) => match self.types.get(id.0).map(|def| &def.kind) {
                Some(TypeKind::Enum(made)) => {
                    Some(if made.repr == crate::model::EnumRepr::Integer {
                        "number"
                    } else {
                        "string"
                    })
                }
                // A component that is not made yet: its schema tells.
                _ => self.enum_component(*id),
            },
            _ => None,
        }
    }

    /// The JSON type of a component that is an enum, from its schema.
    fn enum_component(&self, id: crate::model::TypeId) -> Option<&'static str> {
        let name = self
            .components
            .iter()
            .find(|(_, known)| **known == id)
            .map(|(name, _)| *name)?;
        let schema = self.doc.component("schemas", name)?;
        schema.get("enum")?;
        Some(if schema.get_str("type") == Some("integer") {
            "number"
        } else {
            "string"
        })
    }

    /// Remembers a payload to be checked against its type.
    pub(super) fn claim(
        &mut self,
        code: Code,
        node: Option<&'a Node>,
        ty: &TypeRef,
        nullable: bool,
        accept: Accept,
    ) {
        if let Some(node) = node {
            self.claims.push(Claim {
                code,
                node,
                ty: ty.clone(),
                nullable,
                accept,
            });
        }
    }

    /// Examples and defaults of components.
    pub(super) fn component_claims(&mut self) {
        let schemas = self
            .doc
            .root()
            .get("components")
            .and_then(|node| node.get("schemas"))
            .and_then(Node::as_object);
        for (name, member) in schemas.into_iter().flatten() {
            let Some(view) = self.view(&member.node) else {
                continue;
            };
            self.aliases.push(name);
            let ty = match self.components.get(name.as_str()) {
                Some(id) => TypeRef::Named(*id),
                None => self.type_ref(&view, name),
            };
            self.aliases.pop();
            let nullable = view.flag("nullable");
            let accept = Accept::default();
            self.claim(
                Code::DefaultMismatch,
                member.node.get("default"),
                &ty,
                nullable,
                accept,
            );
            self.claim(
                Code::ExampleMismatch,
                member.node.get("example"),
                &ty,
                nullable,
                accept,
            );
        }
    }

    /// Limits, checked against the type and each other.
    pub(super) fn constraints(&mut self, view: &View<'a>, ty: &TypeRef) -> Constraints {
        let number = |key: &str| view.get(key).and_then(Node::as_number).cloned();
        let count = |key: &str| view.get(key).and_then(Node::as_u64);
        let format = match ty {
            TypeRef::Scalar(_) => self.scalar(view).1,
            _ => None,
        };
        let made = Constraints {
            minimum: number("minimum"),
            maximum: number("maximum"),
            exclusive_minimum: view.flag("exclusiveMinimum"),
            exclusive_maximum: view.flag("exclusiveMaximum"),
            multiple_of: number("multipleOf"),
            min_length: count("minLength"),
            max_length: count("maxLength"),
            pattern: view.text("pattern").map(str::to_owned),
            min_items: count("minItems"),
            max_items: count("maxItems"),
            unique_items: view.flag("uniqueItems"),
            format,
        };
        self.limits(view, ty, &made);
        made
    }

    fn limits(&mut self, view: &View<'a>, ty: &TypeRef, made: &Constraints) {
        const NUMBER: &[&str] = &[
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
        ];
        const STRING: &[&str] = &["minLength", "maxLength", "pattern"];
        const LIST: &[&str] = &["minItems", "maxItems", "uniqueItems"];
        let (allowed, what): (&[&[&str]], _) = match ty {
            TypeRef::List(_) => (&[LIST], "a list"),
            TypeRef::Map(_) => (&[], "a map"),
            TypeRef::Any => return,
            TypeRef::Named(_) => match self.json_word(ty) {
                Some("number") => (&[NUMBER], "an enum of integers"),
                Some(_) => (&[STRING], "an enum of strings"),
                None => (&[], "an object or a union"),
            },
            TypeRef::Scalar(scalar) => match scalar {
                Scalar::Int32
                | Scalar::Int64
                | Scalar::Float32
                | Scalar::Float64
                | Scalar::DecimalNumber => (&[NUMBER], "a number"),
                Scalar::Bool => (&[], "a boolean"),
                Scalar::DecimalString => (&[NUMBER, STRING], "a decimal"),
                _ => (&[STRING], "a string"),
            },
        };
        for key in [NUMBER, STRING, LIST].concat() {
            if view.get(key).is_some() && !allowed.iter().any(|group| group.contains(&key)) {
                self.report(
                    Code::Limits,
                    &view.origin(key),
                    format!("`{key}` says nothing about {what}"),
                );
            }
        }
        if let (Some(low), Some(high)) = (&made.minimum, &made.maximum) {
            let (low_value, high_value) =
                (low.as_f64().unwrap_or(0.0), high.as_f64().unwrap_or(0.0));
            let exclusive = made.exclusive_minimum || made.exclusive_maximum;
            if low_value > high_value || (exclusive && low_value >= high_value) {
                let message =
                    format!("no number is allowed: `minimum` is {low}, `maximum` is {high}");
                self.report(Code::Limits, &view.origin("minimum"), message);
            }
        }
        if made
            .multiple_of
            .as_ref()
            .and_then(serde_json::Number::as_f64)
            .is_some_and(|step| step <= 0.0)
        {
            self.report(
                Code::Limits,
                &view.origin("multipleOf"),
                "`multipleOf` is not positive",
            );
        }
        for (low, high, name) in [
            (made.min_length, made.max_length, "Length"),
            (made.min_items, made.max_items, "Items"),
        ] {
            if let (Some(low), Some(high)) = (low, high)
                && low > high
            {
                let key = format!("min{name}");
                let message =
                    format!("nothing is allowed: `{key}` is {low}, `max{name}` is {high}");
                self.report(Code::Limits, &view.origin(&key), message);
            }
        }
        for (key, of) in [
            ("exclusiveMinimum", "minimum"),
            ("exclusiveMaximum", "maximum"),
        ] {
            if view.flag(key) && view.get(of).is_none() {
                self.report(
                    Code::Limits,
                    &view.origin(key),
                    format!("`{key}` without `{of}`"),
                );
            }
        }
    }
}

/// A field of which nothing is known, because its reference leads nowhere.
fn unknown(wire: &str, origin: &crate::source::Origin) -> Field {
    Field {
        wire: wire.to_owned(),
        rust_name: None,
        doc: crate::model::Doc::default(),
        ty: TypeRef::Any,
        presence: Presence::Optional,
        constraints: Constraints::default(),
        default: None,
        example: None,
        accept: Accept::default(),
        credential: None,
        constant: None,
        boxed: false,
        xml: super::xml::plain(wire),
        origin: origin.clone(),
    }
}
