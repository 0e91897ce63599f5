//! What kind of type a schema makes.

use std::rc::Rc;

use super::{Deriver, Key, Part};
use crate::model::{JsonType, Scalar};
use crate::normalized::{Additional, Schema, SchemaId, Type, Types};
use crate::source::{Node, Value};

/// How many schemas may be in one another without an object between.
pub(super) const DEPTH: usize = 128;

/// What a schema makes, null aside.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Struct,
    /// An object without properties: the schema of its values, if it has one.
    Map(Option<SchemaId>),
    List(Items),
    /// One of several.
    Union(Vec<Alternative>),
    /// An enum of the values of these schemas.
    Enum(Vec<SchemaId>),
    Scalar(Scalar),
    /// Any JSON value: because the schema leaves it open, or because it cannot be had.
    Any {
        open: bool,
    },
    /// The type of another schema: a union of one branch.
    Like(SchemaId, Part),
}

impl Shape {
    /// Whether it makes a type with a name.
    pub(super) fn named(&self) -> bool {
        matches!(self, Self::Struct | Self::Union(_) | Self::Enum(_))
    }
}

/// What a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Items {
    Of(SchemaId),
    /// What `prefixItems` and `items` say, without saying where.
    Several,
    Any,
}

/// A branch of a union.
#[derive(Clone, Debug)]
pub(super) struct Alternative {
    pub(super) name: String,
    pub(super) of: Of,
    /// JSON types that a value of it can have.
    pub(super) types: Types,
    /// The schema that describes it.
    pub(super) schema: SchemaId,
}

/// What a branch holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Scalar(Scalar),
    /// An enum of the values of several schemas.
    Enum(JsonType),
    Schema(SchemaId, Part),
    /// A list, of a schema that allows other JSON types too.
    List,
    /// A map, likewise.
    Map,
}

impl Deriver<'_> {
    /// What a schema makes.
    pub(super) fn shape(&mut self, id: SchemaId) -> Rc<Shape> {
        if let Some(known) = self.shapes.get(&id) {
            return Rc::clone(known);
        }
        // A chain of unions through thousands of components would exhaust the stack.
        if self.depth > DEPTH {
            return Rc::new(Shape::Any { open: false });
        }
        // A union that refers back to itself without anything between has no shape yet: it is any value where it is met again.
        self.shapes.insert(id, Rc::new(Shape::Any { open: false }));
        self.depth += 1;
        let shape = Rc::new(self.work_out(id));
        self.depth -= 1;
        self.shapes.insert(id, Rc::clone(&shape));
        shape
    }

    fn work_out(&mut self, id: SchemaId) -> Shape {
        let schema = self.schema(id);
        if schema.unresolved.is_some() {
            return Shape::Any { open: false };
        }
        if self.bases.children(id).is_some() {
            return self.polymorphic(id);
        }
        if let Some(shape) = self.values_shape(id, schema) {
            return shape;
        }
        if let Some(shape) = self.branches(id, schema) {
            return shape;
        }
        self.plain(id, schema)
    }

    /// A schema without branches.
    fn plain(&mut self, id: SchemaId, schema: &Schema) -> Shape {
        let types = schema.types.value.without(Type::Null);
        if types == Types::ANY.without(Type::Null) {
            return Shape::Any { open: true };
        }
        match types.single() {
            Some(ty) => self.of_type(id, schema, ty),
            None if numbers(types) => Shape::Scalar(super::scalars::scalar(schema, Type::Number)),
            None if types == Types::default() => Shape::Scalar(Scalar::Null),
            None => self.several_types(id, schema, types),
        }
    }

    /// A schema of one JSON type.
    pub(super) fn of_type(&mut self, _id: SchemaId, schema: &Schema, ty: Type) -> Shape {
        match ty {
            Type::Object => object(schema),
            Type::Array => Shape::List(list_items(schema)),
            Type::Null => Shape::Scalar(Scalar::Null),
            ty => Shape::Scalar(super::scalars::scalar(schema, ty)),
        }
    }

    /// `enum` and `const`.
    fn values_shape(&mut self, id: SchemaId, schema: &Schema) -> Option<Shape> {
        let values = schema.values.as_ref()?;
        let is = |test: fn(&Value) -> bool| {
            !values.is_empty() && values.iter().all(|node| test(&node.value))
        };
        if is(|value| matches!(value, Value::Null)) {
            return Some(Shape::Scalar(Scalar::Null));
        }
        if is(|value| matches!(value, Value::Bool(_))) {
            return Some(Shape::Scalar(Scalar::Bool));
        }
        let scalar = |value: &Value| !matches!(value, Value::Array(_) | Value::Object(_));
        if values.iter().any(|node| !scalar(&node.value)) {
            // Values that are objects or lists are documentation of what the other keywords say.
            return None;
        }
        let listed = values.iter().any(|node| !node.is_null());
        listed.then(|| Shape::Enum(vec![id]))
    }

    /// `type: [string, array]`: a branch for each.
    fn several_types(&mut self, id: SchemaId, schema: &Schema, types: Types) -> Shape {
        let types = if types.has(Type::Number) {
            types.without(Type::Integer)
        } else {
            types
        };
        let mut made = Vec::new();
        for ty in types.iter() {
            let (name, of) = match ty {
                Type::Object => match object(schema) {
                    Shape::Struct => ("Object", Of::Schema(id, Part::Object)),
                    _ => ("Object", Of::Map),
                },
                Type::Array => ("Array", Of::List),
                Type::Boolean => ("Boolean", Of::Scalar(Scalar::Bool)),
                Type::String => ("String", Of::Scalar(super::scalars::scalar(schema, ty))),
                _ => ("Number", Of::Scalar(super::scalars::scalar(schema, ty))),
            };
            made.push(Alternative {
                name: name.to_owned(),
                of,
                types: std::iter::once(ty).collect(),
                schema: id,
            });
        }
        Shape::Union(made)
    }

    /// A schema with a discriminator that others extend.
    fn polymorphic(&mut self, id: SchemaId) -> Shape {
        let children = self.bases.children(id).unwrap_or_default().to_vec();
        let mut made = Vec::new();
        let alternative = |name: &Option<String>, schema: SchemaId, part: Part| Alternative {
            name: name.clone().unwrap_or_else(|| "Object".to_owned()),
            of: Of::Schema(schema, part),
            types: std::iter::once(Type::Object).collect(),
            schema,
        };
        for child in children {
            let part = if self.bases.children(child).is_some() {
                Part::Base
            } else {
                Part::Whole
            };
            made.push(alternative(&self.schema(child).component, child, part));
        }
        if made.len() < 2 || !self.abstract_base(id) {
            made.push(alternative(&self.schema(id).component, id, Part::Base));
        }
        Shape::Union(made)
    }

    /// Whether every value that the discriminator lists belongs to a schema that extends this one.
    fn abstract_base(&self, id: SchemaId) -> bool {
        let schema = self.schema(id);
        let Some(discriminator) = &schema.discriminator else {
            return false;
        };
        let Some(property) = schema.properties.get(&discriminator.property.value) else {
            return false;
        };
        let tags: Vec<String> = self
            .bases
            .children(id)
            .unwrap_or_default()
            .iter()
            .flat_map(|child| super::bases::accepted(schema, *child, &self.bases, self.doc))
            .collect();
        let mut values = listed(self.schema(property.schema)).peekable();
        values.peek().is_some()
            && values.all(|value| {
                value
                    .as_str()
                    .is_some_and(|text| tags.iter().any(|tag| tag == text))
            })
    }

    /// The key of a schema's type, seen from a side.
    pub(super) fn key(&self, id: SchemaId, side: super::Side, part: Part) -> Key {
        Key {
            id,
            side: self.reach.side(id, side),
            part,
        }
    }
}

/// What an object makes.
pub(super) fn object(schema: &Schema) -> Shape {
    if !schema.properties.is_empty() {
        return Shape::Struct;
    }
    match schema.additional {
        Additional::None(_) => Shape::Struct,
        Additional::Schema(values, _) => Shape::Map(Some(values)),
        Additional::Any(_) | Additional::Unsaid => Shape::Map(None),
    }
}

/// What a list holds.
pub(super) fn list_items(schema: &Schema) -> Items {
    if !schema.prefix_items.is_empty() {
        return Items::Several;
    }
    schema.items.map_or(Items::Any, Items::Of)
}

/// Whether types are numbers only.
pub(super) fn numbers(types: Types) -> bool {
    types.has(Type::Number) && types.without(Type::Integer).single() == Some(Type::Number)
}

/// Values of an enum, null aside.
pub(super) fn listed(schema: &Schema) -> impl Iterator<Item = &Node> {
    let values = schema.values.iter().flat_map(|values| values.iter());
    values.filter(|node| !node.is_null())
}
