//! Types of the bindings, and what they hold.

use lavka_codegen::plan::names::{Name, TypeNames};
use lavka_codegen::plan::rust_type::RustType;
use lavka_codegen::plan::types::additional;
use lavka_model::model::{
    Enum, EnumRepr, Field, Presence, Struct, TypeDef, TypeId, TypeKind, Union,
};

use super::{Places, place, plain, show};
use crate::rust::{Argument, Item, Kind, Surface};

/// A type, by its place and its path.
struct Owner<'a> {
    place: String,
    path: String,
    members: &'a [Name],
    names: &'a TypeNames,
    def: &'a TypeDef,
}

pub(super) fn types(
    places: &Places<'_>,
    names: &TypeNames,
    id: TypeId,
    def: &TypeDef,
    surface: &mut Surface,
) {
    let owner = Owner {
        place: place(&def.name, places),
        path: names.ty(id).as_str().to_owned(),
        members: names.members(id),
        names,
        def,
    };
    let mut arguments = Vec::new();
    let what = match &def.kind {
        TypeKind::Struct(made) => {
            arguments = owner.constructor(made);
            owner.fields(made, surface);
            "struct"
        }
        TypeKind::Enum(made) => {
            owner.values(made, surface);
            match made.repr {
                EnumRepr::String => "enum of strings",
                EnumRepr::Integer => "enum of integers",
                EnumRepr::Mixed => "enum of values",
            }
        }
        TypeKind::Union(made) => {
            owner.alternatives(made, surface);
            "enum of alternatives"
        }
    };
    let optional = matches!(&def.kind, TypeKind::Struct(made) if !made.fields.iter().any(required));
    surface.add(Item {
        arguments,
        callable: def.usage.is_made() && matches!(def.kind, TypeKind::Struct(_)),
        constructor: if optional { "default" } else { "new" },
        ..plain(
            Kind::Type,
            owner.place,
            owner.path,
            what.to_owned(),
            def.doc.deprecated,
        )
    });
}

fn required(field: &Field) -> bool {
    matches!(
        field.presence,
        Presence::Required | Presence::RequiredNullable
    )
}

impl Owner<'_> {
    fn member(&self, at: usize) -> &str {
        self.members.get(at).map_or("", Name::as_str)
    }

    fn add(
        &self,
        kind: Kind,
        place: String,
        name: &str,
        (ty, old): (String, bool),
        to: &mut Surface,
    ) {
        let path = format!("{}::{name}", self.path);
        to.add(plain(kind, place, path, ty, old));
    }

    fn ty(&self, field: &Field) -> RustType {
        let mut ty = RustType::of(&field.ty, self.def.usage.is_form());
        if field.boxed {
            ty = ty.boxed();
        }
        match field.presence {
            Presence::Required => ty,
            Presence::ThreeState => ty.maybe(),
            Presence::RequiredNullable | Presence::Optional | Presence::OptionalNull => ty.option(),
        }
    }

    /// Arguments of the constructor.
    fn constructor(&self, made: &Struct) -> Vec<Argument> {
        let given = |field: &Field| {
            let filled = field.credential.is_some() || field.constant.is_some();
            self.def.usage.is_made() && required(field) && !filled && !field.read_only
        };
        let fields = made.fields.iter().enumerate();
        fields
            .filter(|(_, field)| given(field))
            .map(|(at, field)| Argument {
                wire: format!("{}.{}", self.place, field.wire),
                name: self.member(at).to_owned(),
                ty: show(&self.ty(field).as_argument(), self.names),
            })
            .collect()
    }

    fn fields(&self, made: &Struct, surface: &mut Surface) {
        for (at, field) in made.fields.iter().enumerate() {
            let wire = format!("{}.{}", self.place, field.wire);
            let ty = show(&self.ty(field), self.names);
            let ty = (ty, field.doc.deprecated);
            self.add(Kind::Field, wire, self.member(at), ty, surface);
        }
        let uploads = self.def.usage.is_form();
        if let Some((name, values)) = additional(made, self.members, uploads) {
            let ty = (show(&values.map(), self.names), false);
            let wire = format!("{}.*", self.place);
            self.add(Kind::Field, wire, name.as_str(), ty, surface);
        }
    }

    fn values(&self, made: &Enum, surface: &mut Surface) {
        for (at, value) in made.values.iter().enumerate() {
            // A number that becomes a text is the same value of another type.
            let text = value.wire.as_str().map(str::to_owned);
            let text = text.unwrap_or_else(|| value.wire.to_string());
            let wire = format!("{}={text}", self.place);
            let ty = (String::new(), false);
            self.add(Kind::Variant, wire, self.member(at), ty, surface);
        }
    }

    fn alternatives(&self, made: &Union, surface: &mut Surface) {
        for (at, variant) in made.variants.iter().enumerate() {
            let wire = format!("{}|{}", self.place, variant.name);
            let ty = show(&RustType::of(&variant.ty, false), self.names);
            let ty = (ty, variant.doc.deprecated);
            self.add(Kind::Variant, wire, self.member(at), ty, surface);
        }
    }
}
