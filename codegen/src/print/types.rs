//! Structs, enums and unions, with their codecs.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::docs;
use super::rust_type::Paths;
use crate::plan::Plan;
use crate::plan::docs::Docs;
use crate::plan::operations::Constant;
use crate::plan::rust_type::RustType;
use crate::plan::tags::Tag;
use crate::plan::types::{Direction, Field, Kind, Known, Struct, Type, Union, Xml, is_optional};
use crate::plan::wire::{Presence, Selection};

/// The module `types`; `None` where the API has none.
#[must_use]
pub fn types(plan: &Plan) -> Option<TokenStream> {
    if plan.types.is_empty() {
        return None;
    }
    let mut p = Printer {
        plan,
        paths: Paths::in_types(&plan.names.types),
    };
    let items: Vec<TokenStream> = plan.types.iter().map(|ty| p.item(ty)).collect();
    let imports = p.paths.imports();
    let doc = docs::inner(&Docs::own(format!(
        "Types of {}, in the order of the spec.",
        plan.title
    )));
    Some(quote! {
        #doc
        #imports
        #(#items)*
    })
}

struct Printer<'a> {
    plan: &'a Plan,
    paths: Paths<'a>,
}

impl Printer<'_> {
    fn item(&mut self, ty: &Type) -> TokenStream {
        let doc = docs::outer(&ty.docs);
        let deprecated = ty.deprecated.then(|| quote!(#[deprecated]));
        let attributes = quote!(#doc #deprecated);
        let item = match &ty.kind {
            Kind::Struct(s) => self.structure(ty, s, &attributes),
            Kind::StringEnum(values) => self.open_enum(ty, values, "string_enum", &attributes),
            Kind::IntegerEnum(values) => self.open_enum(ty, values, "integer_enum", &attributes),
            Kind::MixedEnum(values) => self.mixed_enum(ty, values, &attributes),
            Kind::Union(u) => self.union(ty, u, &attributes),
        };
        quote!(#item)
    }

    fn schema_derive(&self) -> Option<TokenStream> {
        let feature = self.plan.schema_feature.as_ref()?;
        Some(quote! {
            #[cfg_attr(
                feature = #feature,
                derive(schemars::JsonSchema),
                schemars(transform = lavka_runtime::schema::documented)
            )]
        })
    }

    fn structure(&mut self, ty: &Type, s: &Struct, attributes: &TokenStream) -> TokenStream {
        let name = self.paths.named(ty.id);
        let mut fields: Vec<TokenStream> = s.fields.iter().map(|f| self.field(f, s)).collect();
        if let Some((field, value)) = &s.additional {
            let map = self.paths.ty(&value.clone().map());
            let flatten = self
                .plan
                .schema_feature
                .as_ref()
                .map(|feature| quote!(#[cfg_attr(feature = #feature, schemars(flatten))]));
            fields.push(quote! {
                /// All other properties.
                #flatten
                pub #field: #map
            });
        }
        let default = s.default.then(|| quote!(Default,));
        let (derives, codec) = match s.uploads {
            true => (quote!(#[derive(Clone, Debug, #default)]), None),
            false => {
                let schema = self.schema_derive();
                (
                    quote!(#[derive(Clone, Debug, #default PartialEq)] #schema),
                    Some(self.codec(ty, s)),
                )
            }
        };
        let methods = self.methods(ty, s);
        quote! {
            #attributes
            #derives
            #[non_exhaustive]
            pub struct #name { #(#fields,)* }
            #codec
            #methods
        }
    }

    fn field(&mut self, f: &Field, s: &Struct) -> TokenStream {
        let doc = docs::outer(&f.docs);
        let deprecated = f.deprecated.then(|| quote!(#[deprecated]));
        let (name, ty) = (&f.name, self.paths.ty(&f.ty));
        let schema = match &self.plan.schema_feature {
            Some(feature) if !s.uploads => {
                let arguments = schema_arguments(f);
                (!arguments.is_empty())
                    .then(|| quote!(#[cfg_attr(feature = #feature, schemars(#(#arguments),*))]))
            }
            _ => None,
        };
        quote!(#doc #deprecated #schema pub #name: #ty)
    }

    /// How a struct appears in JSON and XML: each field's names, whether it must be there, and its form.
    fn codec(&mut self, ty: &Type, s: &Struct) -> TokenStream {
        let name = self.paths.named(ty.id);
        let json = direction(ty.json.unwrap_or(Direction::Unused));
        let xml = ty.xml.map(|xml| {
            let direction = direction(xml);
            quote!(, xml #direction)
        });
        let fields = s.fields.iter().map(|f| {
            let (field, wire) = (&f.name, &f.wire);
            let presence = match f.presence {
                Presence::Required => quote!(required),
                Presence::RequiredNullable => quote!(nullable),
                Presence::Optional | Presence::OptionalNull => quote!(optional),
                Presence::ThreeState => quote!(maybe),
            };
            let forms: Vec<_> = f.forms.iter().map(|form| format_ident!("{form}")).collect();
            let forms = (!forms.is_empty()).then(|| quote!(as #(#forms)|*));
            let xml = ty.xml.map(|_| xml_entry(f));
            quote!(#field = #wire: #presence #forms #xml)
        });
        let fields: Vec<TokenStream> = fields.collect();
        let rest = s
            .additional
            .as_ref()
            .map(|(field, _)| match fields.is_empty() {
                true => quote!(..#field),
                false => quote!(, ..#field),
            });
        quote!(lavka_runtime::object! { #name: json #json #xml { #(#fields),* #rest } })
    }

    fn methods(&mut self, ty: &Type, s: &Struct) -> Option<TokenStream> {
        let name = self.paths.named(ty.id);
        let constructor = s.constructor.as_ref().map(|arguments| {
            let mut declared = Vec::new();
            let mut values = Vec::new();
            for (index, f) in s.fields.iter().enumerate() {
                let field = &f.name;
                let argument = arguments.iter().find(|argument| argument.field == index);
                values.push(match (argument, &f.constant) {
                    (Some(argument), _) if argument.into => {
                        let into = RustType::Into(Box::new(argument.ty.clone()));
                        let into = self.paths.ty(&into);
                        declared.push(quote!(#field: #into));
                        quote!(#field: #field.into())
                    }
                    (Some(argument), _) => {
                        let ty = self.paths.ty(&argument.ty);
                        declared.push(quote!(#field: #ty));
                        quote!(#field)
                    }
                    (None, Some(constant)) => {
                        let value = self.constant(constant);
                        quote!(#field: #value)
                    }
                    (None, None) => quote!(#field: ::core::default::Default::default()),
                });
            }
            if let Some((field, _)) = &s.additional {
                values.push(quote!(#field: ::core::default::Default::default()));
            }
            let many = (declared.len() > 7).then(|| quote!(#[allow(clippy::too_many_arguments)]));
            let text = match declared.is_empty() {
                true => format!("Creates a `{name}` with the only value that it can have."),
                false => format!("Creates a `{name}` with its required fields."),
            };
            let doc = docs::own(&text);
            quote! {
                #doc
                #many
                #[must_use]
                pub fn new(#(#declared),*) -> Self {
                    Self { #(#values),* }
                }
            }
        });
        let setters: Vec<TokenStream> = s
            .fields
            .iter()
            .filter_map(|f| {
                let setter = f.setter.as_ref()?;
                let field = &f.name;
                let set = field.affixed("with_", "");
                let doc = docs::own(&format!("Sets `{field}`."));
                let (argument, value) = match setter.into {
                    true => (
                        self.paths.ty(&RustType::Into(Box::new(setter.ty.clone()))),
                        quote!(value.into()),
                    ),
                    false => (self.paths.ty(&setter.ty), quote!(value)),
                };
                let value = match f.presence {
                    Presence::ThreeState => {
                        let maybe = self.paths.runtime(&["Maybe"]);
                        quote!(#maybe::Value(#value))
                    }
                    _ => {
                        let some = self.paths.some();
                        quote!(#some(#value))
                    }
                };
                let deprecated = f.deprecated.then(|| quote!(#[deprecated]));
                Some(quote! {
                    #doc
                    #deprecated
                    #[must_use]
                    #[inline]
                    pub fn #set(mut self, value: #argument) -> Self {
                        self.#field = #value;
                        self
                    }
                })
            })
            .collect();
        if constructor.is_none() && setters.is_empty() {
            return None;
        }
        let allow = (ty.deprecated || s.fields.iter().any(|f| f.deprecated))
            .then(|| quote!(#[allow(deprecated)]));
        Some(quote! {
            #allow
            impl #name {
                #constructor
                #(#setters)*
            }
        })
    }

    fn constant(&mut self, constant: &Constant) -> TokenStream {
        match constant {
            Constant::Text(text) => quote!(#text.into()),
            Constant::Literal(value) => value.to_string().parse().unwrap_or_default(),
            Constant::Variant(id, variant) => {
                let ty = self.paths.named(*id);
                quote!(#ty::#variant)
            }
        }
    }

    fn open_enum(
        &mut self,
        ty: &Type,
        values: &[Known],
        call: &str,
        attributes: &TokenStream,
    ) -> TokenStream {
        let name = self.paths.named(ty.id);
        let declared = values.iter().map(|value| {
            let (doc, variant) = (docs::outer(&value.docs), &value.name);
            quote!(#doc #variant)
        });
        let wires = values.iter().filter_map(|value| {
            let (variant, wire) = (&value.name, literal(&value.wire)?);
            Some(quote!(#variant = #wire))
        });
        let copy = (call == "integer_enum").then(|| quote!(Copy,));
        let call = format_ident!("{call}");
        quote! {
            #attributes
            #[derive(Clone, #copy Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            #[non_exhaustive]
            pub enum #name {
                #(#declared,)*
                /// A value that this version does not know, as it is on the wire.
                Unknown(lavka_runtime::Unknown<#name>),
            }
            lavka_runtime::#call! { #name { #(#wires),* } }
        }
    }

    fn mixed_enum(&mut self, ty: &Type, values: &[Known], attributes: &TokenStream) -> TokenStream {
        let name = self.paths.named(ty.id);
        let declared = values.iter().map(|value| {
            let (doc, variant) = (docs::outer(&value.docs), &value.name);
            quote!(#doc #variant)
        });
        let wires = values.iter().map(|value| {
            let (variant, wire) = (&value.name, value.wire.to_string());
            quote!(#variant = #wire)
        });
        quote! {
            #attributes
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub enum #name {
                #(#declared,)*
                /// A value that this version does not know, as it is on the wire.
                Unknown(::serde_json::Value),
            }
            lavka_runtime::mixed_enum! { #name { #(#wires),* } }
        }
    }

    fn union(&mut self, ty: &Type, u: &Union, attributes: &TokenStream) -> TokenStream {
        let name = self.paths.named(ty.id);
        let mut declared = Vec::new();
        let mut members = Vec::new();
        let mut entries = Vec::new();
        let mut froms = Vec::new();
        for v in &u.variants {
            let (variant, held) = (&v.name, self.paths.ty(&v.ty));
            let doc = docs::outer(&v.docs);
            declared.push(quote!(#doc #variant(#held)));
            members.push(held.clone());
            let kind = format_ident!("{}", v.kind);
            entries.push(match &u.selection {
                Selection::JsonType => quote!(#variant(#held): #kind),
                Selection::Tag(_) => {
                    let tags = &v.tags;
                    quote!(#variant(#held): #(#tags)|*)
                }
                Selection::FirstFit => {
                    let required = &v.required;
                    let constants = v
                        .constants
                        .iter()
                        .map(|(key, value)| quote!(is #key = #value));
                    quote!(#variant(#held): #kind #(has #required)* #(#constants)*)
                }
            });
            if v.from {
                let (given, value) = match &v.ty {
                    RustType::Box(inner) => {
                        (self.paths.ty(inner), quote!(::std::boxed::Box::new(value)))
                    }
                    _ => (held, quote!(value)),
                };
                froms.push(quote! {
                    impl ::core::convert::From<#given> for #name {
                        fn from(value: #given) -> Self {
                            Self::#variant(#value)
                        }
                    }
                });
            }
        }
        if matches!(u.selection, Selection::Tag(_)) {
            members.push(quote!(::serde_json::Value));
        }
        let schema = self.plan.schema_feature.as_ref().map(|feature| {
            quote! {
                #[cfg(feature = #feature)]
                lavka_runtime::union_schema! { #name: #(#members),* }
            }
        });
        let selection = match &u.selection {
            Selection::JsonType => quote!(json_type),
            Selection::Tag(tag) => {
                declared.push(quote! {
                    /// A value whose tag this version does not know.
                    Unknown(::serde_json::Value)
                });
                entries.push(quote!(..Unknown));
                quote!(tag #tag)
            }
            Selection::FirstFit => quote!(first),
        };
        let xml = ty.xml.map(|_| match u.lists {
            true => quote!(, xml_list),
            false => quote!(, xml),
        });
        quote! {
            #attributes
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            #[allow(clippy::enum_variant_names, clippy::large_enum_variant)]
            pub enum #name { #(#declared,)* }
            lavka_runtime::union! { #name: #selection #xml { #(#entries),* } }
            #schema
            #(#froms)*
        }
    }
}

fn direction(direction: Direction) -> TokenStream {
    match direction {
        Direction::Read => quote!(read),
        Direction::Written => quote!(written),
        Direction::Both => quote!(both),
        Direction::Unused => quote!(unused),
    }
}

fn xml_entry(f: &Field) -> TokenStream {
    let given = |tag: &Tag| {
        let plain = tag.name.local == f.wire
            && tag.name.namespace.is_none()
            && tag.type_attribute.is_none();
        let arguments = tag_arguments(tag);
        (!plain).then(|| quote!((#arguments)))
    };
    match &f.xml {
        Xml::Text => quote!(=> text),
        Xml::Attribute(tag) => {
            let given = given(tag);
            quote!(=> attribute #given)
        }
        Xml::Element(tag) => {
            let given = given(tag);
            quote!(=> element #given)
        }
        Xml::List(tag, item) => {
            let (given, item) = (given(tag), tag_arguments(item));
            quote!(=> list #given of (#item))
        }
    }
}

/// What is given to `tag!`.
fn tag_arguments(tag: &Tag) -> TokenStream {
    let local = &tag.name.local;
    match (&tag.name.namespace, &tag.name.prefix, &tag.type_attribute) {
        (Some(ns), Some(prefix), _) => quote!(#local, ns = #ns, prefix = #prefix),
        (Some(ns), None, _) => quote!(#local, ns = #ns),
        (None, _, Some(ty)) => quote!(#local, #ty),
        (None, _, None) => quote!(#local),
    }
}

fn schema_arguments(f: &Field) -> Vec<TokenStream> {
    let mut arguments = Vec::new();
    if f.name.as_str() != f.wire {
        let wire = &f.wire;
        arguments.push(quote!(rename = #wire));
    }
    if f.presence == Presence::ThreeState {
        arguments.push(quote!(
            default,
            skip_serializing_if = "lavka_runtime::Maybe::is_absent"
        ));
    }
    if let Some(with) = &f.schema.with {
        arguments.push(quote!(with = #with));
    }
    let extend: Vec<TokenStream> = f
        .schema
        .extend
        .iter()
        .filter_map(|(key, value)| {
            let value = literal(value)?;
            Some(quote!(#key = #value))
        })
        .collect();
    if !extend.is_empty() {
        arguments.push(quote!(extend(#(#extend),*)));
    }
    let _ = is_optional;
    arguments
}

/// A scalar as a literal without a type suffix.
fn literal(value: &Value) -> Option<TokenStream> {
    match value {
        Value::String(text) => Some(quote!(#text)),
        Value::Bool(flag) => Some(quote!(#flag)),
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}
