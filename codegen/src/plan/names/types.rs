//! Names of an API's types, and of what is in them.

use std::collections::HashSet;

use lavka_model::model::{Api, TypeDef, TypeId, TypeKind, TypeName, TypeRef, Variant};
use serde_json::Value;

use super::{Case, FIELDS, Name, TYPES, VALUES, VARIANTS, Wanted};
use crate::diag::Findings;

/// The most bytes of a value that is a name.
const MAX_TAG: usize = 40;

/// Names of an API's types, and of their fields, values and variants.
#[derive(Clone, Debug)]
pub struct TypeNames {
    /// By type.
    pub types: Vec<Name>,
    /// By type, and by field, value or variant.
    pub members: Vec<Vec<Name>>,
    /// The names of all types.
    taken: HashSet<String>,
}

impl TypeNames {
    /// Names everything.
    #[must_use]
    pub fn of(api: &Api, findings: &mut Findings) -> Self {
        let wanted: Vec<Wanted<'_>> = api.types.iter().map(wanted_type).collect();
        let types = TYPES.names("", &wanted, findings);
        let members = api
            .types
            .iter()
            .zip(&wanted)
            .map(|(def, owner)| members(api, def, &owner.key, findings))
            .collect();
        let taken = types.iter().map(Name::to_string).collect();
        Self {
            types,
            members,
            taken,
        }
    }

    /// The type's name.
    ///
    /// # Panics
    /// Never for an id of the API that was named.
    #[must_use]
    pub fn ty(&self, id: TypeId) -> &Name {
        &self.types[id.0]
    }

    /// Names of the type's fields, values or variants.
    ///
    /// # Panics
    /// Never for an id of the API that was named.
    #[must_use]
    pub fn members(&self, id: TypeId) -> &[Name] {
        &self.members[id.0]
    }

    /// A name for a type that an operation needs, that no type of the API has: `GetOrderParams`.
    pub(in crate::plan) fn beside(&self, method: &Name, behind: &str) -> String {
        let taken = |name: &str| self.taken.contains(name);
        let usual = method.in_case(Case::Camel, behind);
        if !taken(usual.as_str()) {
            return usual.as_str().to_owned();
        }
        let mut other = method
            .in_case(Case::Camel, &format!("Call{behind}"))
            .as_str()
            .to_owned();
        while taken(&other) {
            other.push('_');
        }
        other
    }
}

fn wanted_type(def: &TypeDef) -> Wanted<'_> {
    let (key, text, yields) = match &def.name {
        TypeName::Component(name) => (name.clone(), name.clone(), false),
        TypeName::ComponentInput(name) => {
            (format!("{name} (input)"), format!("{name} input"), true)
        }
        TypeName::Inline(path) => (path.join("/"), path.join(" "), true),
    };
    Wanted {
        key,
        yields: yields && def.rust_name.is_none(),
        ..Wanted::new(&text, def.rust_name.as_deref(), &def.origin)
    }
}

fn members(api: &Api, def: &TypeDef, owner: &str, findings: &mut Findings) -> Vec<Name> {
    match &def.kind {
        TypeKind::Struct(s) => {
            let wanted: Vec<Wanted<'_>> = s
                .fields
                .iter()
                .map(|f| Wanted::new(&f.wire, f.rust_name.as_deref(), &f.origin))
                .collect();
            FIELDS.names(owner, &wanted, findings)
        }
        TypeKind::Enum(e) => {
            let wanted = e.values.iter().map(|value| Wanted {
                key: value.wire.to_string(),
                ..Wanted::new(
                    &crate::plan::as_text(&value.wire),
                    value.name.as_deref(),
                    &def.origin,
                )
            });
            let wanted: Vec<Wanted<'_>> = wanted.collect();
            VALUES.names(owner, &wanted, findings)
        }
        TypeKind::Union(u) => {
            let wanted = u.variants.iter().map(|variant| Wanted {
                key: format!("{}: {}", variant.name, spelling(api, &variant.ty)),
                ..Wanted::new(variant_name(api, variant), None, &variant.origin)
            });
            let wanted: Vec<Wanted<'_>> = wanted.collect();
            VARIANTS.names(owner, &wanted, findings)
        }
    }
}

/// What a variant is named after: the value of the tag, where it says more than the name of the type, which the variant shows
/// anyway; else what the document calls it.
fn variant_name<'a>(api: &Api, variant: &'a Variant) -> &'a str {
    let TypeRef::Named(id) = &variant.ty else {
        return &variant.name;
    };
    let of_type = match &api.ty(*id).name {
        TypeName::Component(name) | TypeName::ComponentInput(name) => *name == variant.name,
        TypeName::Inline(_) => false,
    };
    let tag = variant_tag(variant).filter(|tag| of_type && is_word(tag));
    tag.unwrap_or(&variant.name)
}

/// The one value of the tag that selects a variant, beside the name of its component.
pub(in crate::plan) fn variant_tag(variant: &Variant) -> Option<&str> {
    let tags = variant.guard.tags.iter().filter_map(Value::as_str);
    let mut given = tags.filter(|tag| *tag != variant.name);
    let first = given.next()?;
    given.next().is_none().then_some(first)
}

/// Whether a value is made of words, and no URL, version or key.
fn is_word(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_sign = |c: char| matches!(c, '_' | '-' | '.' | ' ');
    text.starts_with(char::is_alphabetic)
        && text.chars().all(|c| c.is_alphanumeric() || is_sign(c))
        && letters > digits
        && text.len() <= MAX_TAG
}

/// A type as the document spells it.
fn spelling(api: &Api, ty: &TypeRef) -> String {
    match ty {
        TypeRef::Scalar(scalar) => format!("{scalar:?}"),
        TypeRef::Named(id) => wanted_type(api.ty(*id)).key,
        TypeRef::List(item) => format!("[{}]", spelling(api, item)),
        TypeRef::Map(value) => format!("{{{}}}", spelling(api, value)),
        TypeRef::Nullable(inner) => format!("{}?", spelling(api, inner)),
        TypeRef::Boxed(inner) => spelling(api, inner),
        TypeRef::Any { .. } => "any".to_owned(),
    }
}
