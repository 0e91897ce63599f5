//! `oneOf` and `anyOf`: which branches there are.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::shape::{Alternative, Of, Shape, listed};
use super::{Deriver, Part, variants};
use crate::model::{JsonType, Scalar};
use crate::normalized::{Schema, SchemaId, Type, Types};
use crate::source::Value;

/// A branch, and the schema whose type it has.
#[derive(Clone, Copy)]
struct Branch {
    raw: SchemaId,
    base: SchemaId,
}

/// A branch with its name and what it makes.
struct Candidate {
    branch: Branch,
    name: String,
    shape: Shape,
    part: Part,
}

/// What branches make: alternatives with their places, and scalars, which are merged.
#[derive(Default)]
struct Found {
    alternatives: Vec<(usize, Alternative)>,
    scalars: Scalars,
}

impl Deriver<'_> {
    /// What the branches of a schema make; `None` where it has none that say more than the schema itself.
    pub(super) fn branches(&mut self, id: SchemaId, schema: &Schema) -> Option<Shape> {
        let listed: Vec<SchemaId> = schema.branches().collect();
        if listed.is_empty() {
            return None;
        }
        self.one_of(id, schema, &listed)
    }

    /// What items make that are described one by one: one of these types.
    pub(super) fn items_shape(&mut self, id: SchemaId) -> Rc<Shape> {
        if let Some(known) = self.item_shapes.get(&id) {
            return Rc::clone(known);
        }
        let schema = self.schema(id);
        let listed: Vec<SchemaId> = schema.all_items().collect();
        let shape = self.one_of(id, &Schema::default(), &listed);
        let shape = Rc::new(shape.unwrap_or(Shape::Any { open: true }));
        self.item_shapes.insert(id, Rc::clone(&shape));
        shape
    }

    fn one_of(&mut self, id: SchemaId, schema: &Schema, listed: &[SchemaId]) -> Option<Shape> {
        let mut flat = Vec::new();
        self.flatten(listed, &mut HashSet::from([id]), &mut flat);
        // An object that extends a union of which it is a branch has inherited the list; it is itself.
        if flat.iter().any(|branch| branch.base == id) {
            return None;
        }
        let beside = !schema.properties.is_empty();
        if beside && self.only_tightens(schema, &flat) {
            return None;
        }
        let own = if schema.typed {
            schema.types.value.without(Type::Null)
        } else {
            Types::ANY
        };
        let mut found = Found::default();
        let raw: Vec<SchemaId> = flat.iter().map(|branch| branch.raw).collect();
        let names = variants::names(self.doc, &self.bases, &raw);
        let mut free = false;
        for (branch, name) in flat.iter().zip(names) {
            let (mut shape, part) = self.resolved(branch.base);
            if let Shape::Any { open } = shape {
                // A branch that leaves the type open has the schema's own.
                match own.single() {
                    Some(ty) if !matches!(ty, Type::Object | Type::Array) => {
                        shape = Shape::Scalar(super::scalars::scalar(schema, ty));
                    }
                    Some(_) => continue,
                    None if beside => continue,
                    None if !open => return Some(Shape::Any { open: false }),
                    None => {
                        free = true;
                        continue;
                    }
                }
            }
            let candidate = Candidate {
                branch: *branch,
                name,
                shape,
                part,
            };
            self.alternative(id, schema, candidate, &mut found);
        }
        if free {
            return Some(Shape::Any { open: true });
        }
        let mut alternatives = found.alternatives;
        alternatives.extend(self.merged(id, found.scalars));
        alternatives
            .sort_by_key(|(at, alternative)| (*at, matches!(alternative.of, Of::Schema(..))));
        let alternatives = alternatives
            .into_iter()
            .map(|(_, alternative)| alternative)
            .collect();
        self.reduced(id, alternatives)
    }

    /// The shape of a branch, through those that it is like.
    fn resolved(&mut self, base: SchemaId) -> (Shape, Part) {
        let mut shape = (*self.shape(base)).clone();
        let mut part = Part::Whole;
        for _ in 0..16 {
            let Shape::Like(target, of) = shape else {
                break;
            };
            shape = (*self.shape(target)).clone();
            part = of;
        }
        (shape, part)
    }

    /// Adds what a branch is: a scalar, which others of its kind join, or an alternative of its own.
    fn alternative(&mut self, id: SchemaId, schema: &Schema, of: Candidate, found: &mut Found) {
        let Candidate {
            branch,
            name,
            shape,
            mut part,
        } = of;
        let types = self.json_types(branch.base, &shape);
        let at = found.alternatives.len();
        let scalar = match &shape {
            Shape::Scalar(scalar) => Some((class_of(*scalar), Some(*scalar), Vec::new())),
            Shape::Enum(all) if types.single().is_some() || super::shape::numbers(types) => {
                Some((class_of_types(types), None, all.clone()))
            }
            _ => None,
        };
        if let Some((class, scalar, enums)) = scalar {
            let member = Member {
                branch,
                scalar,
                enums,
                name,
                at,
            };
            found.scalars.add(class, member);
            return;
        }
        if !schema.properties.is_empty() {
            if types.single() != Some(Type::Object) {
                return;
            }
            let of_branch = &self.schema(branch.base).properties;
            let complete = schema
                .properties
                .keys()
                .all(|name| of_branch.contains_key(name));
            if !complete && matches!(shape, Shape::Struct | Shape::Map(None)) {
                part = Part::With(id);
            }
        }
        let alternative = Alternative {
            name,
            of: Of::Schema(branch.base, part),
            types,
            schema: branch.raw,
        };
        found.alternatives.push((at, alternative));
    }

    /// A union, or what it is where one alternative is left.
    fn reduced(&mut self, id: SchemaId, mut alternatives: Vec<Alternative>) -> Option<Shape> {
        if alternatives.len() > 1 {
            return Some(Shape::Union(alternatives));
        }
        match alternatives.pop()?.of {
            Of::Scalar(scalar) => Some(Shape::Scalar(scalar)),
            Of::Enum(ty) => Some(Shape::Enum(self.members(id, ty))),
            Of::Schema(target, Part::Whole)
                if self.schema(target).component.is_none()
                    && matches!(&*self.shape(target), Shape::Enum(_)) =>
            {
                Some(Shape::Enum(vec![target]))
            }
            Of::Schema(target, part) => Some(Shape::Like(target, part)),
            Of::List | Of::Map => None,
        }
    }

    /// Branches, with those of inline unions in their place, each once.
    fn flatten(&self, listed: &[SchemaId], seen: &mut HashSet<SchemaId>, flat: &mut Vec<Branch>) {
        for raw in listed {
            let base = self.bases.of(*raw);
            let schema = self.schema(base);
            let inner: Vec<SchemaId> = schema.branches().collect();
            let union =
                !inner.is_empty() && schema.properties.is_empty() && schema.values.is_none();
            if union && schema.component.is_none() {
                if seen.insert(base) {
                    self.flatten(&inner, seen, flat);
                }
            } else if !flat.iter().any(|known| known.base == base) {
                flat.push(Branch { raw: *raw, base });
            }
        }
    }

    /// Whether every branch only says more of properties that the schema has.
    fn only_tightens(&self, schema: &Schema, flat: &[Branch]) -> bool {
        schema.discriminator.is_none()
            && flat.iter().all(|branch| {
                let of = self.schema(branch.base);
                of.component.is_none()
                    && of.one_of.is_empty()
                    && of.any_of.is_empty()
                    && of
                        .properties
                        .keys()
                        .all(|name| schema.properties.contains_key(name))
            })
    }

    /// Branches that are texts, or numbers, or booleans: one alternative for each of these.
    fn merged(&mut self, id: SchemaId, scalars: Scalars) -> Vec<(usize, Alternative)> {
        let mut made = Vec::new();
        for (class, members) in scalars.0 {
            let Some(first) = members.first() else {
                continue;
            };
            let word = match class {
                JsonType::String => "String",
                JsonType::Boolean => "Boolean",
                _ => "Number",
            };
            let name = if members.len() == 1 {
                first.name.clone()
            } else {
                word.to_owned()
            };
            let of_enums: Vec<SchemaId> = members
                .iter()
                .filter(|member| member.scalar.is_none())
                .map(|member| member.branch.base)
                .collect();
            // A branch can be an enum of several schemas itself.
            let enums: Vec<SchemaId> = members
                .iter()
                .flat_map(|member| member.enums.iter().copied())
                .collect();
            let plain: Vec<Scalar> = members.iter().filter_map(|member| member.scalar).collect();
            let whole = plain.iter().all(|scalar| integer(*scalar))
                && enums.iter().all(|id| integers(self.schema(*id)));
            let open = match class {
                JsonType::String => !enums.is_empty(),
                JsonType::Boolean | JsonType::Null => false,
                _ => !enums.is_empty() && (whole || plain.is_empty()),
            };
            let of = match of_enums.as_slice() {
                [only] if open => Of::Schema(*only, Part::Whole),
                _ if open => {
                    self.merged_enums.insert((id, class), enums);
                    Of::Enum(class)
                }
                _ => Of::Scalar(widest(class, &plain)),
            };
            let ty = match class {
                JsonType::String => Type::String,
                JsonType::Boolean => Type::Boolean,
                JsonType::Null => Type::Null,
                _ if whole => Type::Integer,
                _ => Type::Number,
            };
            made.push((
                first.at,
                Alternative {
                    name,
                    of,
                    types: std::iter::once(ty).collect(),
                    schema: first.branch.raw,
                },
            ));
        }
        made
    }

    /// The schemas whose values an enum of several branches has.
    pub(super) fn members(&self, id: SchemaId, ty: JsonType) -> Vec<SchemaId> {
        self.merged_enums
            .get(&(id, ty))
            .cloned()
            .unwrap_or_default()
    }

    /// JSON types of a schema's values, null aside.
    fn json_types(&mut self, id: SchemaId, shape: &Shape) -> Types {
        let one = |ty: Type| std::iter::once(ty).collect::<Types>();
        match shape {
            Shape::Struct | Shape::Map(_) => one(Type::Object),
            Shape::List(_) => one(Type::Array),
            Shape::Scalar(scalar) => match class_of(*scalar) {
                JsonType::String => one(Type::String),
                JsonType::Boolean => one(Type::Boolean),
                JsonType::Null => one(Type::Null),
                _ => one(Type::Number),
            },
            Shape::Enum(members) => members
                .iter()
                .flat_map(|member| listed(self.schema(*member)))
                .map(|node| match node.value {
                    Value::String(_) => Type::String,
                    Value::Bool(_) => Type::Boolean,
                    _ => Type::Number,
                })
                .collect(),
            Shape::Union(alternatives) => alternatives
                .iter()
                .flat_map(|alternative| alternative.types.iter().collect::<Vec<_>>())
                .collect(),
            Shape::Like(target, _) if *target != id => {
                let shape = self.shape(*target);
                self.json_types(*target, &shape)
            }
            Shape::Like(..) | Shape::Any { .. } => Types::ANY,
        }
    }
}

/// Scalar branches by what distinguishes them in JSON, in the order in which each kind is met first.
#[derive(Default)]
struct Scalars(Vec<(JsonType, Vec<Member>)>);

struct Member {
    branch: Branch,
    /// `None`: an enum.
    scalar: Option<Scalar>,
    /// The schemas with its values, if it is an enum.
    enums: Vec<SchemaId>,
    name: String,
    at: usize,
}

impl Scalars {
    fn add(&mut self, class: JsonType, member: Member) {
        match self.0.iter_mut().find(|(known, _)| *known == class) {
            Some((_, members)) => members.push(member),
            None => self.0.push((class, vec![member])),
        }
    }
}

/// The JSON type that a scalar's values have; numbers are one type.
pub(super) fn class_of(scalar: Scalar) -> JsonType {
    match scalar {
        Scalar::Int32
        | Scalar::Int64
        | Scalar::UInt32
        | Scalar::UInt64
        | Scalar::Float32
        | Scalar::Float64
        | Scalar::DecimalNumber => JsonType::Number,
        Scalar::Bool => JsonType::Boolean,
        Scalar::Null => JsonType::Null,
        _ => JsonType::String,
    }
}

fn class_of_types(types: Types) -> JsonType {
    match types.single() {
        Some(Type::String) => JsonType::String,
        Some(Type::Boolean) => JsonType::Boolean,
        _ => JsonType::Number,
    }
}

fn integer(scalar: Scalar) -> bool {
    matches!(
        scalar,
        Scalar::Int32 | Scalar::Int64 | Scalar::UInt32 | Scalar::UInt64
    )
}

fn integers(schema: &Schema) -> bool {
    listed(schema).all(|node| node.as_number().is_some_and(|number| !number.is_f64()))
}

/// The scalar that holds all of several.
fn widest(class: JsonType, scalars: &[Scalar]) -> Scalar {
    let mut distinct: Vec<Scalar> = Vec::new();
    for scalar in scalars {
        if !distinct.contains(scalar) {
            distinct.push(*scalar);
        }
    }
    match (class, distinct.as_slice()) {
        (_, [only]) => *only,
        (JsonType::String, all) if all.contains(&Scalar::Secret) => Scalar::Secret,
        (JsonType::String, _) => Scalar::String,
        (JsonType::Boolean, _) => Scalar::Bool,
        (JsonType::Null, _) => Scalar::Null,
        (_, all) if all.contains(&Scalar::DecimalNumber) => Scalar::DecimalNumber,
        (_, all) if !all.is_empty() && all.iter().all(|scalar| integer(*scalar)) => Scalar::Int64,
        _ => Scalar::Float64,
    }
}

/// Enums made of several branches: by schema and JSON type.
pub(super) type MergedEnums = HashMap<(SchemaId, JsonType), Vec<SchemaId>>;
