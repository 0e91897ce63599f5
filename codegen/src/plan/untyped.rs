//! Which places of an API have a Rust type that knows less than their schema.
//!
//! A place is a field, a parameter, a body, a reply or a branch of a union. A schema is left open if it has no `type`, `properties`,
//! `items`, `enum`, `const` or composition; any JSON value is its type.

use std::collections::BTreeMap;
use std::fmt;

use lavka_model::model::{Api, Codec, Content, Field, Scalar, TypeDef, TypeKind, TypeRef};
use lavka_model::normalized::{Additional, Document, Schema, SchemaId, Type};

use crate::source::Origin;

/// Where types are lost.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many places there are.
    pub places: usize,
    /// Places that are free JSON although the schema is not left open.
    pub free: Vec<Place>,
    /// Other places whose Rust type knows less than the schema.
    pub less: Vec<Place>,
}

/// A place.
#[derive(Clone, Debug)]
pub struct Place {
    /// What it is: `property a of Order`.
    pub what: String,
    /// What the schema says: `a union`.
    pub schema: &'static str,
    /// What the Rust type is: `a string`.
    pub rust: &'static str,
    /// Where it is declared.
    pub origin: Origin,
}

impl Report {
    /// Returns the percentage of the places that are free JSON.
    #[must_use]
    pub fn free_share(&self) -> f64 {
        self.share(self.free.len())
    }

    /// Returns the percentage of the places whose Rust type knows less than the schema, free JSON included.
    #[must_use]
    pub fn less_share(&self) -> f64 {
        self.share(self.free.len() + self.less.len())
    }

    #[allow(clippy::cast_precision_loss)]
    fn share(&self, part: usize) -> f64 {
        100.0 * part as f64 / self.places.max(1) as f64
    }
}

/// The places one by one, then a summary.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in self.free.iter().chain(&self.less) {
            writeln!(
                f,
                "{}: {} is {} in the schema, and {} in Rust",
                place.origin, place.what, place.schema, place.rust
            )?;
        }
        write!(
            f,
            "{} fields, parameters, bodies and replies: {} ({:.2} %) are free JSON, {} more ({:.2} % together) are less typed than \
             their schema",
            self.places,
            self.free.len(),
            self.free_share(),
            self.less.len(),
            self.less_share()
        )
    }
}

/// Compares the types of an API with the schemas that they are made of.
#[must_use]
pub fn report(document: &Document, api: &Api) -> Report {
    let mut judge = Judge {
        document,
        api,
        schemas: schemas(document),
        owners: owners(document),
        report: Report::default(),
    };
    judge.types();
    judge.operations();
    judge.report
}

/// The bytes of a file, as they identify a place.
type Key<'a> = (usize, usize, &'a str);

fn key(origin: &Origin) -> Key<'_> {
    (origin.start(), origin.end(), origin.path())
}

/// Schemas by the places that use them.
fn schemas(document: &Document) -> BTreeMap<Key<'_>, SchemaId> {
    let mut found = BTreeMap::new();
    for (id, schema) in document.schemas.iter() {
        // A branch of a union is where its schema is.
        found.entry(key(&schema.origin)).or_insert(id);
        for property in schema.properties.values() {
            found.insert(key(&property.origin), property.schema);
        }
    }
    for operation in &document.operations {
        for parameter in &operation.parameters {
            let schema = parameter.value.schema();
            found.extend(schema.map(|schema| (key(&parameter.name.origin), schema)));
        }
        let request = operation.request.iter().flat_map(|body| &body.content);
        let replies = operation.responses.iter().flat_map(|reply| &reply.content);
        for content in request.chain(replies) {
            found.extend(content.schema.map(|schema| (key(&content.origin), schema)));
        }
    }
    found
}

/// Schemas that types are made of, by where these are declared.
fn owners(document: &Document) -> BTreeMap<Key<'_>, Vec<SchemaId>> {
    let mut found: BTreeMap<Key<'_>, Vec<SchemaId>> = BTreeMap::new();
    for (id, schema) in document.schemas.iter() {
        found.entry(key(&schema.origin)).or_default().push(id);
    }
    for component in document.components.values() {
        let place = key(&component.origin);
        found.entry(place).or_default().push(component.schema);
    }
    found
}

/// What a type lacks.
struct Loss {
    free: bool,
    schema: &'static str,
    rust: &'static str,
}

impl Loss {
    fn new(schema: &'static str, ty: &TypeRef) -> Self {
        let rust = match ty {
            TypeRef::Any { .. } => "any JSON value",
            TypeRef::Map(_) => "a map",
            TypeRef::List(_) => "a list",
            TypeRef::Scalar(Scalar::Binary) => "bytes",
            TypeRef::Scalar(_) => "a scalar",
            TypeRef::Named(_) | TypeRef::Nullable(_) | TypeRef::Boxed(_) => "another type",
        };
        Self {
            free: matches!(ty, TypeRef::Any { .. }),
            schema,
            rust,
        }
    }
}

struct Judge<'a> {
    document: &'a Document,
    api: &'a Api,
    schemas: BTreeMap<Key<'a>, SchemaId>,
    owners: BTreeMap<Key<'a>, Vec<SchemaId>>,
    report: Report,
}

/// How deep types are compared; lists of lists beyond it are none of any API.
const DEPTH: usize = 32;

impl Judge<'_> {
    fn types(&mut self) {
        let api = self.api;
        for def in &api.types {
            let owner = || match &def.name {
                lavka_model::model::TypeName::Component(name)
                | lavka_model::model::TypeName::ComponentInput(name) => name.clone(),
                lavka_model::model::TypeName::Inline(path) => path.join("/"),
            };
            match &def.kind {
                TypeKind::Struct(s) => {
                    for field in &s.fields {
                        let what = || format!("property `{}` of `{}`", field.wire, owner());
                        if field.constant.is_some() {
                            self.report.places += 1;
                        } else {
                            self.field(def, field, &what);
                        }
                    }
                    if let Some(values) = &s.additional {
                        self.report.places += 1;
                        if let Some(loss) = lost(values) {
                            let what = || format!("other properties of `{}`", owner());
                            self.add(loss, &def.origin, &what);
                        }
                    }
                }
                TypeKind::Union(union) => {
                    for variant in &union.variants {
                        let what = || format!("branch `{}` of `{}`", variant.name, owner());
                        // A branch of a list of types has no schema of its own.
                        if key(&variant.origin) == key(&def.origin) {
                            self.report.places += 1;
                            if let Some(loss) = lost(&variant.ty) {
                                self.add(loss, &variant.origin, &what);
                            }
                        } else {
                            self.place(&variant.ty, &variant.origin, &what);
                        }
                    }
                }
                TypeKind::Enum(_) => {}
            }
        }
    }

    fn operations(&mut self) {
        let api = self.api;
        for operation in &api.operations {
            for param in &operation.params {
                let what = || format!("parameter `{}` of `{}`", param.wire, operation.id);
                self.place(&param.ty, &param.origin, &what);
            }
            let request = operation.request.iter().flat_map(|body| &body.contents);
            for content in request {
                self.content(content, &|| format!("request of `{}`", operation.id));
            }
            let replies = operation.responses.iter().flat_map(|reply| &reply.contents);
            for content in replies {
                self.content(content, &|| format!("reply of `{}`", operation.id));
            }
        }
    }

    fn content(&mut self, content: &Content, what: &dyn Fn() -> String) {
        if matches!(content.codec, Codec::JsonLines | Codec::EventStream) {
            // The schema is that of an item, or of a list of items.
            self.report.places += 1;
            let item = match &content.ty {
                TypeRef::List(item) => item,
                item => item,
            };
            if *item == (TypeRef::Any { open: false }) {
                self.add(
                    Loss::new("a value of some type", &content.ty),
                    &content.origin,
                    what,
                );
            }
            return;
        }
        self.place(&content.ty, &content.origin, what);
    }

    /// A field: a property of the type's own schema. Objects that extend another may say more of a property that it declares.
    fn field(&mut self, def: &TypeDef, field: &Field, what: &dyn Fn() -> String) {
        let owners = self.owners.get(&key(&def.origin)).into_iter().flatten();
        let own = owners.filter_map(|id| {
            let properties = &self.document.schemas[*id].properties;
            Some(properties.get(&field.wire)?.schema)
        });
        let mut is_known = false;
        let mut loss = None;
        // Many schemas can be at one place: the first that says no more than the type decides.
        for schema in own {
            is_known = true;
            loss = self.compare(schema, &field.ty, 0);
            if loss.is_none() {
                break;
            }
        }
        if !is_known {
            return self.place(&field.ty, &field.origin, what);
        }
        self.report.places += 1;
        if let Some(loss) = loss {
            self.add(loss, &field.origin, what);
        }
    }

    fn place(&mut self, ty: &TypeRef, origin: &Origin, what: &dyn Fn() -> String) {
        self.report.places += 1;
        let loss = match self.schemas.get(&key(origin)) {
            Some(schema) => self.compare(*schema, ty, 0),
            None => lost(ty),
        };
        if let Some(loss) = loss {
            self.add(loss, origin, what);
        }
    }

    fn add(&mut self, loss: Loss, origin: &Origin, what: &dyn Fn() -> String) {
        let list = match loss.free {
            true => &mut self.report.free,
            false => &mut self.report.less,
        };
        list.push(Place {
            what: what(),
            schema: loss.schema,
            rust: loss.rust,
            origin: origin.clone(),
        });
    }

    fn compare(&self, id: SchemaId, ty: &TypeRef, depth: usize) -> Option<Loss> {
        let schema = &self.document.schemas[id];
        if depth > DEPTH || is_open(schema) {
            return None;
        }
        let branches: Vec<SchemaId> = schema.branches().collect();
        match ty {
            TypeRef::Nullable(inner) | TypeRef::Boxed(inner) => {
                return self.compare(id, inner, depth + 1);
            }
            TypeRef::Named(_) => return None,
            // One branch that allows any value makes the others say nothing.
            TypeRef::Any { .. } => {
                let mut branches = branches.iter();
                let open = branches.any(|branch| is_open(&self.document.schemas[*branch]));
                return (!open).then(|| Loss::new(says(schema), ty));
            }
            TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) => {}
        }
        if !branches.is_empty() {
            // A type that is right for every branch knows no less than they do together.
            return branches
                .iter()
                .find_map(|branch| self.compare(*branch, ty, depth + 1));
        }
        match ty {
            TypeRef::Scalar(scalar) => scalar_loss(schema, *scalar).map(|says| Loss::new(says, ty)),
            TypeRef::List(item) => {
                if schema.types.single() != Some(Type::Array) {
                    return Some(Loss::new(says(schema), ty));
                }
                schema
                    .all_items()
                    .find_map(|id| self.compare(id, item, depth + 1))
            }
            TypeRef::Map(value) => {
                if schema.types.single() != Some(Type::Object) || !schema.properties.is_empty() {
                    return Some(Loss::new(says(schema), ty));
                }
                match schema.additional {
                    Additional::Schema(values, _) => self.compare(values, value, depth + 1),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// What is seen of a type alone.
fn lost(ty: &TypeRef) -> Option<Loss> {
    match ty.innermost() {
        any @ TypeRef::Any { open: false } => Some(Loss::new("a value of some type", any)),
        _ => None,
    }
}

/// Whether a schema allows any value, by saying nothing.
fn is_open(schema: &Schema) -> bool {
    schema.unresolved.is_none()
        && !schema.typed
        && schema.properties.is_empty()
        && schema.items.is_none()
        && schema.prefix_items.is_empty()
        && schema.values.is_none()
        && schema.one_of.is_empty()
        && schema.any_of.is_empty()
}

/// What a schema says, in words.
fn says(schema: &Schema) -> &'static str {
    if schema.unresolved.is_some() {
        return "a reference";
    }
    if schema.one_of.len() + schema.any_of.len() > 1 {
        return "a union";
    }
    if schema.values.is_some() {
        return "an enum";
    }
    match schema.types.single() {
        Some(Type::Object) => "an object",
        Some(Type::Array) => "a list",
        Some(_) => "a scalar",
        None => "a value of several types",
    }
}

/// What a schema says that a scalar does not know.
fn scalar_loss(schema: &Schema, scalar: Scalar) -> Option<&'static str> {
    let text = matches!(scalar, Scalar::String | Scalar::Binary);
    if let Some(values) = &schema.values {
        let distinct = values.iter().any(|value| value.as_str().is_some());
        return (text && distinct).then_some("an enum");
    }
    match schema.types.single() {
        Some(Type::Object) => Some("an object"),
        Some(Type::Array) => Some("a list"),
        Some(Type::String) if scalar == Scalar::String => {
            let format = schema.format.as_ref().map(|format| format.value.as_str());
            matches!(format, Some("date" | "date-time")).then_some("a date")
        }
        Some(Type::Integer | Type::Number | Type::Boolean) if text => Some("a number or a boolean"),
        Some(_) => None,
        // `integer` and `number` are one type.
        None if !text || schema.types.without(Type::Null).iter().next().is_none() => None,
        None => Some("a value of several types"),
    }
}
