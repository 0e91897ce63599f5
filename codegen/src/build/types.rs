//! Types: components first, then what inline schemas make.

use std::collections::HashSet;

use super::view::View;
use super::{Builder, names};
use crate::diag::{Code, Finding};
use crate::model::{JsonType, Struct, TypeDef, TypeId, TypeKind, TypeRef, Union, Usage, Variant};
use crate::source::{Node, Origin};

/// What a schema makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Struct,
    Union,
    Enum,
    Map,
    List,
    Scalar,
    Any,
}

impl Class {
    /// Whether it makes a type with a name.
    fn named(self) -> bool {
        matches!(self, Self::Struct | Self::Union | Self::Enum)
    }
}

impl<'a> Builder<'a> {
    /// What the base of a view makes; reports what is wrong with its type.
    pub(super) fn class(&mut self, base: &'a Node) -> Class {
        if base.get("allOf").is_some() {
            return Class::Struct;
        }
        if base.get("oneOf").is_some() {
            return Class::Union;
        }
        let Some(kind) = base.get("type") else {
            let telling = [
                "properties",
                "items",
                "enum",
                "format",
                "additionalProperties",
                "required",
                "minimum",
                "maxLength",
            ];
            if let Some(key) = telling.iter().find(|key| base.get(key).is_some()) {
                let ty = match *key {
                    "items" => "array",
                    "enum" | "format" | "maxLength" => "string",
                    "minimum" => "integer",
                    _ => "object",
                };
                let origin = base
                    .as_object()
                    .and_then(|object| object.get(*key))
                    .map_or(&base.origin, |member| &member.key);
                let message = format!("a schema with `{key}` has no `type`");
                self.push(
                    Finding::new(Code::TypeMissing, origin, message)
                        .help(format!("add `type: {ty}`")),
                );
            }
            return Class::Any;
        };
        let Some(name) = kind.as_str() else {
            return Class::Any;
        };
        let known = ["string", "integer", "number", "boolean", "array", "object"];
        self.foreign_keys(base, name);
        if base.get("enum").is_some() && known.contains(&name) {
            return Class::Enum;
        }
        match name {
            "string" | "integer" | "number" | "boolean" => Class::Scalar,
            "array" => Class::List,
            "object" => {
                let closed =
                    base.get("additionalProperties").and_then(Node::as_bool) == Some(false);
                if closed || base.get("properties").is_some() {
                    Class::Struct
                } else {
                    Class::Map
                }
            }
            _ => {
                let mut finding = Finding::new(
                    Code::TypeUnknown,
                    &kind.origin,
                    format!("the type `{name}` is not known"),
                );
                finding = match name {
                    "int" | "long" | "int32" | "int64" => finding.help("did you mean `integer`?"),
                    "float" | "double" | "decimal" => finding.help(format!(
                        "did you mean `type: number` with `format: {name}`?"
                    )),
                    "date" | "date-time" | "uuid" | "binary" => finding.help(format!(
                        "did you mean `type: string` with `format: {name}`?"
                    )),
                    "null" => finding.help("use `nullable: true`"),
                    _ => finding.suggest(name, known),
                };
                if finding.help.is_none() {
                    finding = finding.help("use string, integer, number, boolean, array or object");
                }
                self.push(finding);
                Class::Any
            }
        }
    }

    /// Keys that say nothing about the type that they stand beside.
    fn foreign_keys(&mut self, base: &'a Node, kind: &str) {
        let keys: &[&str] = match kind {
            "array" => &["properties", "required", "additionalProperties"],
            "object" => &["items"],
            "string" | "integer" | "number" | "boolean" => {
                &["properties", "required", "additionalProperties", "items"]
            }
            _ => return,
        };
        for key in keys {
            let Some(member) = base.as_object().and_then(|object| object.get(*key)) else {
                continue;
            };
            // `required: true` on a property is of the wrong type, which has been reported.
            if *key == "required" && member.node.as_array().is_none() {
                continue;
            }
            let message = format!("`{key}` says nothing about the type `{kind}`");
            self.push(
                Finding::new(Code::Limits, &member.key, message)
                    .help("take it out, or change the type"),
            );
        }
        let maplike = kind == "object" && base.get("properties").is_none();
        for node in base
            .get("required")
            .and_then(Node::as_array)
            .unwrap_or_default()
        {
            if let (Some(name), true) = (node.as_str(), maplike && base.get("allOf").is_none()) {
                let message = format!("the required property `{name}` is not declared");
                self.push(
                    Finding::new(Code::RequiredUnknown, &node.origin, message)
                        .help("declare it under `properties`"),
                );
            }
        }
    }

    /// Checks the limits of what a list or map holds. The model keeps those of properties only: they are documentation.
    fn inner_limits(&mut self, node: &'a Node, ty: &TypeRef) {
        if let Some(view) = self.view(node) {
            self.constraints(&view, ty);
        }
    }

    /// Gives ids to the components that are types of their own, then makes them.
    pub(super) fn component_types(&mut self) {
        let schemas = self
            .doc
            .root()
            .get("components")
            .and_then(|node| node.get("schemas"))
            .and_then(Node::as_object);
        let mut made = Vec::new();
        for (name, member) in schemas.into_iter().flatten() {
            let Some(view) = self.view(&member.node) else {
                continue;
            };
            if view.component.is_some() || !self.class(view.base()).named() {
                continue;
            }
            let id = TypeId(self.types.len());
            let rust_name = self.rust_name(view.get("x-rust-name"));
            self.types.push(TypeDef {
                name: name.clone(),
                rust_name,
                doc: view.doc(),
                kind: TypeKind::Union(Union {
                    variants: Vec::new(),
                }),
                usage: Usage::default(),
                example: view.get("example").map(Node::to_json),
                origin: member.key.clone(),
            });
            self.taken.insert(names::camel(name), member.key.clone());
            self.components.insert(name, id);
            made.push((id, view, name));
        }
        for (id, view, name) in made {
            let kind = self.kind(&view, name);
            if let Some(def) = self.types.get_mut(id.0) {
                def.kind = kind;
            }
        }
        // Aliases are checked too, whether or not something uses them.
        for (name, member) in schemas.into_iter().flatten() {
            if let Some(view) = self.view(&member.node)
                && view.component.is_none()
                && !self.components.contains_key(name.as_str())
            {
                self.aliases.push(name);
                let ty = self.type_ref(&view, name);
                self.constraints(&view, &ty);
                self.aliases.pop();
            }
        }
    }

    /// What a named type is.
    fn kind(&mut self, view: &View<'a>, name: &str) -> TypeKind {
        let base = view.base();
        match self.class(base) {
            Class::Union => TypeKind::Union(self.union(base, name)),
            Class::Enum => TypeKind::Enum(self.enumeration(base)),
            _ => TypeKind::Struct(self.structure(base, name)),
        }
    }

    /// The type of a schema's node.
    pub(super) fn type_of(&mut self, node: &'a Node, place: &str) -> TypeRef {
        match self.view(node) {
            Some(view) => self.type_ref(&view, place),
            None => TypeRef::Any,
        }
    }

    /// The type of a view; an inline schema's type is named after its place.
    pub(super) fn type_ref(&mut self, view: &View<'a>, place: &str) -> TypeRef {
        if let Some(id) = view.component.and_then(|name| self.components.get(name)) {
            return TypeRef::Named(*id);
        }
        if let Some(name) = view.component {
            if self.aliases.contains(&name) {
                self.push(
                    Finding::new(
                        Code::AliasRecursive,
                        &view.base().origin,
                        format!("`{name}` is a list or map of itself only"),
                    )
                    .help("let it hold an object"),
                );
                return TypeRef::Any;
            }
            self.aliases.push(name);
            let ty = self.unnamed(view, name);
            self.aliases.pop();
            return ty;
        }
        self.unnamed(view, place)
    }

    fn unnamed(&mut self, view: &View<'a>, place: &str) -> TypeRef {
        let base = view.base();
        match self.class(base) {
            Class::Scalar => TypeRef::Scalar(self.scalar(view).0),
            Class::Any => TypeRef::Any,
            Class::List => match base.get("items") {
                Some(items) => {
                    self.never_null(items, "an item of a list");
                    let item = self.type_of(items, &names::place(place, "item"));
                    self.inner_limits(items, &item);
                    TypeRef::List(Box::new(item))
                }
                None => {
                    self.push(
                        Finding::new(
                            Code::MissingKey,
                            &view.origin("type"),
                            "`items` of an array is missing",
                        )
                        .help("say what the list holds; `items: {}` is any value"),
                    );
                    TypeRef::List(Box::new(TypeRef::Any))
                }
            },
            Class::Map => match base
                .get("additionalProperties")
                .filter(|node| node.as_object().is_some())
            {
                Some(values) => {
                    self.never_null(values, "a value of a map");
                    let value = self.type_of(values, &names::place(place, "value"));
                    self.inner_limits(values, &value);
                    TypeRef::Map(Box::new(value))
                }
                None => TypeRef::Map(Box::new(TypeRef::Any)),
            },
            Class::Struct | Class::Union | Class::Enum => self.inline_type(view, place),
        }
    }

    /// Only properties can be null: elsewhere there is no place for it in the types.
    pub(super) fn never_null(&mut self, node: &'a Node, what: &str) {
        let Some(view) = self.view(node) else { return };
        if view.flag("nullable") {
            let finding = Finding::new(
                Code::Presence,
                &view.origin("nullable"),
                format!("{what} is nullable"),
            );
            self.push(finding.help("only properties can be null: leave `nullable` out, or put the value into an object"));
        }
    }

    /// Makes a type of an inline schema, once.
    fn inline_type(&mut self, view: &View<'a>, place: &str) -> TypeRef {
        let base = view.base();
        let address = std::ptr::from_ref(base) as usize;
        if let Some(known) = self.inline.get(&address) {
            return known.clone();
        }
        let name = names::camel(place);
        let id = TypeId(self.types.len());
        let rust_name = self.rust_name(base.get("x-rust-name"));
        let is_enum = self.class(base) == Class::Enum;
        if !is_enum {
            // Names of enums are decided when all are known: equal ones share one.
            self.take_name(&name, &base.origin);
        }
        self.types.push(TypeDef {
            name,
            rust_name,
            doc: view.doc(),
            kind: TypeKind::Union(Union {
                variants: Vec::new(),
            }),
            usage: Usage::default(),
            example: None,
            origin: base.origin.clone(),
        });
        let ty = TypeRef::Named(id);
        self.inline.insert(address, ty.clone());
        let kind = self.kind(view, place);
        if let Some(def) = self.types.get_mut(id.0) {
            def.kind = kind;
        }
        ty
    }

    /// An object.
    fn structure(&mut self, base: &'a Node, owner: &str) -> Struct {
        let mut required = Vec::new();
        let mut fields = Vec::new();
        let mut seen = HashSet::new();
        let mut extensions = Vec::new();
        let mut parts = Vec::new();
        self.parts(base, owner, &mut seen, &mut parts);
        for (node, _) in &parts {
            extensions.push(*node);
            for name in node
                .get("required")
                .and_then(Node::as_array)
                .unwrap_or_default()
            {
                required.push(name);
            }
        }
        let wanted: HashSet<&str> = required.iter().filter_map(|node| node.as_str()).collect();
        let mut declared: Vec<(&str, &Node, Origin)> = Vec::new();
        for (node, part_owner) in &parts {
            for (wire, member) in node
                .get("properties")
                .and_then(Node::as_object)
                .into_iter()
                .flatten()
            {
                if let Some((_, first, origin)) = declared.iter().find(|(name, ..)| name == wire) {
                    if !first.same(&member.node) {
                        let message =
                            format!("`{wire}` is declared differently in another entry of `allOf`");
                        let finding = Finding::new(Code::AllOfConflict, &member.key, message);
                        let finding = finding.note(origin, "first here").help("declare it once");
                        self.push(finding);
                    }
                    continue;
                }
                declared.push((wire, &member.node, member.key.clone()));
                let field = self.field(part_owner, wire, member, wanted.contains(wire.as_str()));
                fields.push(field);
            }
        }
        let mut named: Vec<&Node> = Vec::new();
        for node in required {
            let Some(name) = node.as_str() else { continue };
            if !declared.iter().any(|(wire, ..)| *wire == name) {
                let message = format!("the required property `{name}` is not declared");
                let near: Vec<&str> = declared.iter().map(|(wire, ..)| *wire).collect();
                self.push(
                    Finding::new(Code::RequiredUnknown, &node.origin, message).suggest(name, near),
                );
            }
            let twice = named.iter().any(|other| other.as_str() == Some(name));
            if twice && parts.len() == 1 {
                self.report(
                    Code::RequiredUnknown,
                    &node.origin,
                    format!("`{name}` is required twice"),
                );
            }
            named.push(node);
        }
        let closed = parts.iter().any(|(node, _)| {
            node.get("additionalProperties").and_then(Node::as_bool) == Some(false)
        });
        let mut made = Struct {
            fields,
            envelope: None,
            request_envelope: None,
            error: None,
            closed,
        };
        self.struct_extensions(&extensions, &mut made);
        made
    }

    /// The objects that a schema joins, in order, with the owners of their inline schemas.
    fn parts(
        &mut self,
        base: &'a Node,
        owner: &str,
        seen: &mut HashSet<usize>,
        parts: &mut Vec<(&'a Node, String)>,
    ) {
        if !seen.insert(std::ptr::from_ref(base) as usize) {
            return;
        }
        for entry in base
            .get("allOf")
            .and_then(Node::as_array)
            .unwrap_or_default()
        {
            let Some(view) = self.view(entry) else {
                continue;
            };
            let class = self.class(view.base());
            let bare = view.component.is_none()
                && view.base().as_object().is_some_and(|object| {
                    object
                        .keys()
                        .all(|key| key == "required" || key == "description")
                });
            if class == Class::Struct || bare {
                self.parts(view.base(), view.component.unwrap_or(owner), seen, parts);
            } else {
                self.push(
                    Finding::new(Code::AllOfEntry, &entry.origin, "an entry of `allOf` is not an object with properties")
                        .help("`allOf` joins objects; with one `$ref` alone it overrides description, nullable, default, example"),
                );
            }
        }
        if let Some(values) = base
            .as_object()
            .and_then(|object| object.get("additionalProperties"))
            && base.get("properties").is_some()
            && values.node.as_object().is_some()
        {
            self.push(
                Finding::new(
                    Code::FreeKeys,
                    &values.key,
                    "an object with `properties` has free keys of a type of their own",
                )
                .help("put the free keys into a property, or leave `additionalProperties` out"),
            );
        }
        if let Some(kind) = base
            .get("type")
            .filter(|kind| kind.as_str() != Some("object"))
            && base.get("allOf").is_some()
        {
            self.report(
                Code::AllOfEntry,
                &kind.origin,
                "`type` beside `allOf` is not `object`",
            );
        }
        parts.push((base, owner.to_owned()));
    }

    /// Told apart by the JSON type.
    fn union(&mut self, base: &'a Node, owner: &str) -> Union {
        let mut variants: Vec<Variant> = Vec::new();
        let branches = base
            .get("oneOf")
            .and_then(Node::as_array)
            .unwrap_or_default();
        if branches.is_empty() {
            self.report(
                Code::UnionAmbiguous,
                &base.origin,
                "`oneOf` has no branches",
            );
        }
        for key in ["properties", "type", "items", "enum"] {
            if let Some(member) = base.as_object().and_then(|object| object.get(key)) {
                let message = format!("`{key}` beside `oneOf` is not supported");
                self.push(
                    Finding::new(Code::Unsupported, &member.key, message)
                        .help("say it in the branches"),
                );
            }
        }
        let mut places: Vec<Origin> = Vec::new();
        for branch in branches {
            let Some(view) = self.view(branch) else {
                continue;
            };
            let class = self.class(view.base());
            let json_type = match class {
                Class::Struct | Class::Map => JsonType::Object,
                Class::List => JsonType::Array,
                Class::Scalar | Class::Enum => match view.text("type") {
                    Some("integer" | "number") => JsonType::Number,
                    Some("boolean") => JsonType::Boolean,
                    _ => JsonType::String,
                },
                Class::Any | Class::Union => {
                    self.push(
                        Finding::new(
                            Code::UnionAmbiguous,
                            &branch.origin,
                            "a branch of `oneOf` has no JSON type of its own",
                        )
                        .help(
                            "each branch is a string, a number, a boolean, an array or an object",
                        ),
                    );
                    continue;
                }
            };
            let word = match json_type {
                JsonType::String => "String",
                JsonType::Number => "Number",
                JsonType::Boolean => "Boolean",
                JsonType::Array => "Array",
                JsonType::Object => "Object",
            };
            if let Some(at) = variants
                .iter()
                .position(|variant| variant.json_type == json_type)
            {
                let message = format!(
                    "two branches of `oneOf` are of the JSON type {}",
                    word.to_lowercase()
                );
                let mut finding = Finding::new(Code::UnionAmbiguous, &branch.origin, message)
                    .help("values must be told apart by their JSON type; make one object with optional properties of them");
                if let Some(first) = places.get(at) {
                    finding = finding.note(first, "first here");
                }
                self.push(finding);
                continue;
            }
            self.never_null(branch, "a branch of `oneOf`");
            let title = view.text("title").map(names::camel);
            let name = title.unwrap_or_else(|| word.to_owned());
            if variants.iter().any(|variant| variant.name == name) {
                self.report(
                    Code::NameTaken,
                    &branch.origin,
                    format!("two branches of `oneOf` would be called `{name}`"),
                );
            }
            let ty = self.type_ref(&view, &names::place(owner, &name));
            self.constraints(&view, &ty);
            places.push(branch.origin.clone());
            variants.push(Variant {
                json_type,
                name,
                ty,
                doc: view.doc(),
            });
        }
        Union { variants }
    }
}
