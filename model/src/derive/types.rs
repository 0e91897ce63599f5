//! Types: components first, then what inline schemas make.

use std::collections::HashSet;

use super::shape::{Alternative, DEPTH, Items, Of, Shape};
use super::{Deriver, Key, Part, Side};
use crate::diag::Code;
use crate::model::{
    Alternatives, Field, FieldId, JsonType, Scalar, Struct, TypeDef, TypeId, TypeKind, TypeName,
    TypeRef, Union, Usage, Variant,
};
use crate::normalized::{self, Additional, SchemaId, Spanned};
use crate::source::Node;

/// A type, and whether null is allowed beside it.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub(super) ty: TypeRef,
    pub(super) nullable: bool,
}

impl Typed {
    /// The type with its null: for places that have none of their own.
    pub(super) fn whole(self) -> TypeRef {
        match self.ty {
            ty @ (TypeRef::Any { .. } | TypeRef::Nullable(_) | TypeRef::Scalar(Scalar::Null)) => ty,
            ty if self.nullable => TypeRef::Nullable(Box::new(ty)),
            ty => ty,
        }
    }
}

impl Deriver<'_> {
    /// Makes the components that are types of their own.
    pub(super) fn component_types(&mut self) {
        let doc = self.doc;
        for (name, component) in &doc.components {
            let id = component.schema;
            let schema = self.schema(id);
            let own = schema.component.as_ref() == Some(name) && self.bases.of(id) == id;
            if !own {
                continue;
            }
            if self.shape(id).named() {
                for side in self.sides(id) {
                    self.named(self.key(id, side, Part::Whole));
                }
            } else {
                // An alias is looked at even where nothing uses it.
                self.type_of(id, Side::Both);
            }
            self.schema_examples(id);
        }
        self.drain();
    }

    /// The sides that a schema has types for.
    fn sides(&self, id: SchemaId) -> Vec<Side> {
        match self.reach.side(id, Side::Both) {
            Side::Both => vec![Side::Both],
            _ => vec![Side::Response, Side::Request],
        }
    }

    /// The type of a schema.
    pub(super) fn type_of(&mut self, id: SchemaId, side: Side) -> Typed {
        let base = self.bases.of(id);
        let nullable = self.nullable(id);
        Typed {
            ty: self.base_type(base, side),
            nullable,
        }
    }

    /// Whether null is allowed, by the schema itself, by what it refers to, or by a branch.
    pub(super) fn nullable(&mut self, id: SchemaId) -> bool {
        if let Some(known) = self.nullable.get(&id) {
            return *known;
        }
        let mut open = vec![id];
        let mut seen = HashSet::new();
        let mut found = false;
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let schema = self.schema(id);
            if schema.nullable() && schema.types.value != crate::normalized::Types::ANY {
                found = true;
                break;
            }
            open.push(self.bases.of(id));
            open.extend(schema.branches());
        }
        self.nullable.insert(id, found);
        found
    }

    fn base_type(&mut self, id: SchemaId, side: Side) -> TypeRef {
        let shape = self.shape(id);
        match &*shape {
            Shape::Struct | Shape::Union(_) | Shape::Enum(_) => {
                TypeRef::Named(self.named(self.key(id, side, Part::Whole)))
            }
            Shape::Scalar(scalar) => TypeRef::Scalar(*scalar),
            Shape::Any { open } => TypeRef::Any { open: *open },
            Shape::Map(_) | Shape::List(_) | Shape::Like(..) => {
                if self.open.contains(&id) || self.open.len() > DEPTH {
                    return self.endless(id);
                }
                self.open.push(id);
                let ty = match &*shape {
                    Shape::Map(values) => self.map(*values, side),
                    Shape::List(items) => self.list(id, *items, side),
                    Shape::Like(target, Part::Whole) => self.base_type(*target, side),
                    Shape::Like(target, part) => {
                        TypeRef::Named(self.named(self.key(*target, side, *part)))
                    }
                    _ => TypeRef::Any { open: false },
                };
                self.open.pop();
                ty
            }
        }
    }

    fn endless(&mut self, id: SchemaId) -> TypeRef {
        let schema = self.schema(id);
        let name = schema
            .component
            .clone()
            .unwrap_or_else(|| "the schema".to_owned());
        let what = format!("type of the items of `{name}`");
        let message = format!("`{name}` contains only itself");
        let origin = schema.origin.head();
        self.untyped(Code::AliasRecursive, &origin, message, what)
    }

    fn map(&mut self, values: Option<SchemaId>, side: Side) -> TypeRef {
        let value = match values {
            Some(values) => self.type_of(values, side).whole(),
            None => TypeRef::Any { open: true },
        };
        TypeRef::Map(Box::new(value))
    }

    fn list(&mut self, id: SchemaId, items: Items, side: Side) -> TypeRef {
        let item = match items {
            Items::Any => TypeRef::Any { open: true },
            Items::Of(item) => self.type_of(item, side).whole(),
            Items::Several => self.tuple(id, side),
        };
        TypeRef::List(Box::new(item))
    }

    /// `prefixItems`: a type that each of them is.
    fn tuple(&mut self, id: SchemaId, side: Side) -> TypeRef {
        let schema = self.schema(id);
        let items: Vec<SchemaId> = schema.all_items().collect();
        let nullable = items.into_iter().any(|item| self.nullable(item));
        let shape = self.items_shape(id);
        let ty = match &*shape {
            Shape::Scalar(scalar) => TypeRef::Scalar(*scalar),
            Shape::Any { open } => TypeRef::Any { open: *open },
            Shape::Like(target, Part::Whole) => self.base_type(*target, side),
            Shape::Like(target, part) => TypeRef::Named(self.named(self.key(*target, side, *part))),
            _ => TypeRef::Named(self.named(self.key(id, side, Part::Items))),
        };
        Typed { ty, nullable }.whole()
    }

    /// The id of a type that has a name; it is filled later.
    pub(super) fn named(&mut self, key: Key) -> TypeId {
        if let Some(id) = self.known.get(&key) {
            return *id;
        }
        let id = TypeId(self.types.len());
        let schema = self.schema(key.id);
        let component = schema.component.as_ref();
        let origin = match component.and_then(|name| self.doc.components.get(name)) {
            Some(component) if component.schema == key.id => component.origin.clone(),
            _ => schema.origin.clone(),
        };
        let rust_name = match key.part {
            Part::Whole => self.rust_name(schema.lavka.rust_name.as_ref()),
            _ => None,
        };
        self.types.push(TypeDef {
            name: self.type_name(key),
            rust_name,
            doc: self.doc(schema),
            kind: TypeKind::Union(Union {
                selection: crate::model::Selection::JsonType,
                variants: Vec::new(),
            }),
            usage: Usage::default(),
            example: schema.examples.first().map(Node::to_json),
            origin,
        });
        self.keys.push(key);
        self.known.insert(key, id);
        self.queue.push_back(id);
        id
    }

    fn type_name(&self, key: Key) -> TypeName {
        let schema = self.schema(key.id);
        if let (Some(name), Part::Whole) = (&schema.component, key.part) {
            return match key.side {
                Side::Request => TypeName::ComponentInput(name.clone()),
                _ => TypeName::Component(name.clone()),
            };
        }
        let mut path = match key.part {
            Part::With(union) => {
                let mut path = self.places.path(union);
                let branches: Vec<SchemaId> = {
                    let union = self.schema(union);
                    union.branches().collect()
                };
                let names = super::variants::names(self.doc, &self.bases, &branches);
                let at = branches
                    .iter()
                    .position(|branch| self.bases.of(*branch) == key.id);
                match at.and_then(|at| names.get(at)) {
                    Some(name) => path.push(name.clone()),
                    None => path.extend(self.places.path(key.id)),
                }
                path
            }
            _ => self.places.path(key.id),
        };
        if key.side == Side::Request
            && let Some(first) = path.first_mut()
        {
            first.push_str(" Input");
        }
        match key.part {
            Part::Items => path.push("item".to_owned()),
            Part::Object => path.push("object".to_owned()),
            Part::Base => path.push("base".to_owned()),
            Part::Scalars(JsonType::String) => path.push("string".to_owned()),
            Part::Scalars(_) => path.push("number".to_owned()),
            Part::Whole | Part::With(_) => {}
        }
        TypeName::Inline(path)
    }

    /// Fills the types that have ids.
    pub(super) fn drain(&mut self) {
        while let Some(id) = self.queue.pop_front() {
            let kind = self.kind(self.keys[id.0]);
            if let Some(def) = self.types.get_mut(id.0) {
                def.kind = kind;
            }
        }
    }

    fn kind(&mut self, mut key: Key) -> TypeKind {
        // What only requests hold holds what requests hold, also of schemas that replies hold in another form.
        if key.side == Side::Both && self.reach.only_request(key.id) {
            key.side = Side::Request;
        }
        match key.part {
            Part::With(union) => TypeKind::Struct(self.structure(&[union, key.id], key)),
            Part::Object | Part::Base => TypeKind::Struct(self.structure(&[key.id], key)),
            Part::Scalars(ty) => {
                let members = self.members(key.id, ty);
                TypeKind::Enum(self.enumeration(&members))
            }
            Part::Whole | Part::Items => {
                let shape = match key.part {
                    Part::Items => self.items_shape(key.id),
                    _ => self.shape(key.id),
                };
                match &*shape {
                    Shape::Union(alternatives) => TypeKind::Union(self.union(key, alternatives)),
                    Shape::Enum(members) => TypeKind::Enum(self.enumeration(members)),
                    _ => TypeKind::Struct(self.structure(&[key.id], key)),
                }
            }
        }
    }

    fn union(&mut self, key: Key, alternatives: &[Alternative]) -> Union {
        let schema = self.schema(key.id);
        let (selection, guards) = self.select(schema, alternatives);
        let mut variants = Vec::new();
        for (alternative, guard) in alternatives.iter().zip(guards) {
            let ty = match &alternative.of {
                Of::Scalar(scalar) => TypeRef::Scalar(*scalar),
                Of::Enum(ty) => {
                    TypeRef::Named(self.named(self.key(key.id, key.side, Part::Scalars(*ty))))
                }
                Of::Schema(id, Part::Whole) => self.base_type(*id, key.side),
                Of::Schema(id, part) => TypeRef::Named(self.named(self.key(*id, key.side, *part))),
                Of::List => self.list(key.id, super::shape::list_items(schema), key.side),
                Of::Map => match schema.additional {
                    Additional::Schema(values, _) => self.map(Some(values), key.side),
                    _ => self.map(None, key.side),
                },
            };
            let branch = self.schema(alternative.schema);
            variants.push(Variant {
                name: alternative.name.clone(),
                ty,
                guard,
                doc: self.doc(branch),
                origin: branch.origin.clone(),
            });
        }
        if selection == crate::model::Selection::FirstFit {
            // What demands more is tried first, so that a branch without demands does not take what belongs to another.
            variants.sort_by_key(|variant| {
                let guard = &variant.guard;
                std::cmp::Reverse(guard.constants.len() * 64 + guard.required.len())
            });
        }
        Union {
            selection,
            variants,
        }
    }

    /// An object of the properties of one or two schemas.
    fn structure(&mut self, schemas: &[SchemaId], key: Key) -> Struct {
        let fields = self.fields(schemas, key);
        let mut made = Struct {
            fields,
            additional: None,
            envelope: None,
            request_envelope: None,
            error: None,
            closed: false,
            alternatives: Vec::new(),
        };
        for id in schemas {
            let schema = self.schema(*id);
            match &schema.additional {
                Additional::Unsaid => {}
                Additional::Any(_) => made.additional = Some(TypeRef::Any { open: true }),
                Additional::Schema(values, _) => {
                    made.additional = Some(self.type_of(*values, key.side).whole());
                }
                Additional::None(_) => made.closed = schemas.len() == 1,
            }
            let groups = schema.required_alternatives.iter();
            let groups = groups.filter_map(|group| alternatives(group, &made.fields));
            made.alternatives.extend(groups);
            self.struct_extensions(schema, &mut made);
        }
        made
    }
}

/// Which fields are required alternatively; `None` where a choice requires none, or what no field is.
fn alternatives(group: &normalized::Alternatives, fields: &[Field]) -> Option<Alternatives> {
    let place = |name: &Spanned<String>| {
        let place = fields.iter().position(|field| field.wire == name.value);
        place.map(FieldId)
    };
    let choice = |names: &Vec<Spanned<String>>| {
        let all: Option<Vec<FieldId>> = names.iter().map(place).collect();
        all.filter(|all| !all.is_empty())
    };
    let choices: Option<Vec<Vec<FieldId>>> = group.names.iter().map(choice).collect();
    Some(Alternatives {
        exactly_one: group.exactly_one,
        choices: choices?,
    })
}
