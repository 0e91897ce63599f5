//! Structs, enums and unions, with their codecs.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::part::{Code, Sink};
use super::rust_type::Paths;
use super::{braces, by_tag, literal, tag_arguments, unions};
use crate::plan::Plan;
use crate::plan::constants::Constant;
use crate::plan::files::File;
use crate::plan::tags::Tag;
use crate::plan::types::{Direction, Field, Kind, Struct, Type, Xml};
use crate::plan::unions::Known;
use crate::plan::wire::Presence;

/// The module `types`; nothing where the API has none.
pub(super) fn types(plan: &Plan, file: &File, sink: &mut Sink<'_>) {
    if plan.types.is_empty() {
        return;
    }
    let mut paths = items(plan, file, sink);
    paths.head(&file.docs, &by_tag::modules(file), sink);
}

/// A module below it.
pub(super) fn of_tag(plan: &Plan, file: &File, sink: &mut Sink<'_>) {
    let mut paths = items(plan, file, sink);
    let others = paths.mentioned_besides(&file.items);
    // Some are mentioned in JSON Schemas only.
    let unused = plan.schema_feature.as_ref();
    let unused = unused.map(|_| quote!(#[allow(unused_imports)]));
    let names = others.iter();
    let others = (!others.is_empty()).then(|| quote!(#unused use super::{#(#names),*};));
    paths.head(&file.docs, &quote!(#others), sink);
}

fn items<'a>(plan: &'a Plan, file: &File, sink: &mut Sink<'_>) -> Paths<'a> {
    let mut p = Printer {
        plan,
        paths: Paths::in_types(&plan.names.types),
    };
    for index in &file.items {
        let item = p.item(&plan.types[*index]);
        p.paths.emit(Code::Items(item), sink);
    }
    p.paths
}

struct Printer<'a> {
    plan: &'a Plan,
    paths: Paths<'a>,
}

impl Printer<'_> {
    fn item(&mut self, ty: &Type) -> TokenStream {
        let doc = self.paths.comments.outer(&ty.docs);
        let deprecated = ty.deprecated.then(|| quote!(#[deprecated]));
        let attributes = quote!(#doc #deprecated);
        match &ty.kind {
            Kind::Struct(s) => self.structure(ty, s, &attributes),
            Kind::StringEnum(values) => self.open_enum(ty, values, &attributes),
            Kind::IntegerEnum(values) => self.open_enum(ty, values, &attributes),
            Kind::MixedEnum(values) => self.mixed_enum(ty, values, &attributes),
            Kind::Union(u) => unions::union(
                ty,
                u,
                &attributes,
                self.plan.schema_feature.as_deref(),
                &mut self.paths,
            ),
        }
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
                .filter(|_| !s.uploads)
                .map(|feature| quote!(#[cfg_attr(feature = #feature, schemars(flatten))]));
            fields.push(quote! {
                /// All other properties.
                #flatten
                pub #field: #map
            });
        }
        let default = s.default.then(|| quote!(Default,));
        let derives = match s.uploads {
            true => quote!(#[derive(Clone, Debug, #default)]),
            false => {
                let schema = self.schema_derive();
                quote!(#[derive(Clone, Debug, #default PartialEq)] #schema)
            }
        };
        let fields = braces(fields);
        let mut item = quote! {
            #attributes
            #derives
            #[non_exhaustive]
            pub struct #name #fields
        };
        item.extend(self.table(ty, s));
        item
    }

    fn field(&mut self, f: &Field, s: &Struct) -> TokenStream {
        let doc = self.paths.comments.outer(&f.docs);
        let deprecated = f.deprecated.then(|| quote!(#[deprecated]));
        let (name, ty) = (&f.name, self.paths.ty(&f.ty));
        let schema = match &self.plan.schema_feature {
            Some(feature) if !s.uploads => {
                let arguments = schema_arguments(f, &self.paths);
                (!arguments.is_empty())
                    .then(|| quote!(#[cfg_attr(feature = #feature, schemars(#(#arguments),*))]))
            }
            _ => None,
        };
        quote!(#doc #deprecated #schema pub #name: #ty)
    }

    /// What `object!` is given: each field's names, whether it must be there, its form, and how programs set it.
    fn table(&mut self, ty: &Type, s: &Struct) -> Option<TokenStream> {
        let name = self.paths.named(ty.id);
        let form = match s.uploads {
            true => quote!(plain),
            false => {
                let json = direction(ty.json.unwrap_or(Direction::Unused));
                let xml = ty.xml.map(|xml| {
                    let direction = direction(xml);
                    quote!(, xml #direction)
                });
                quote!(json #json #xml)
            }
        };
        let mut entries: Vec<TokenStream> = (0..s.fields.len())
            .map(|index| self.entry(ty, s, index))
            .collect();
        entries.extend(s.additional.iter().map(|(field, _)| quote!(..#field)));
        let entries = braces(entries);
        let new = s.constructor.as_ref().map(|_| quote!(, new));
        let methods = s.constructor.is_some() || s.fields.iter().any(|f| f.setter.is_some());
        (methods || !s.uploads)
            .then(|| quote!(lavka_runtime::object! { #name: #form #new #entries }))
    }

    fn entry(&mut self, ty: &Type, s: &Struct, index: usize) -> TokenStream {
        let f = &s.fields[index];
        let field = &f.name;
        let wire = (!s.uploads).then(|| {
            let wire = &f.wire;
            quote!(= #wire)
        });
        let presence = match f.presence {
            Presence::Required => quote!(required),
            Presence::RequiredNullable => quote!(nullable),
            Presence::Optional | Presence::OptionalNull => quote!(optional),
            Presence::ThreeState => quote!(maybe),
        };
        let forms: Vec<_> = f.forms.iter().map(|form| format_ident!("{form}")).collect();
        let forms = (!forms.is_empty() && !s.uploads).then(|| quote!(as #(#forms)|*));
        let argument = s
            .constructor
            .iter()
            .flatten()
            .find(|argument| argument.field == index);
        let new = match (&s.constructor, argument, &f.constant) {
            (Some(_), Some(argument), _) => {
                let ty = self.paths.ty(&argument.ty);
                Some(quote!(in new(#ty)))
            }
            (Some(_), None, Some(constant)) => {
                let value = self.constant(constant);
                Some(quote!(is (#value)))
            }
            _ => None,
        };
        let set = f.setter.as_ref().map(|argument| {
            let ty = self.paths.ty(&argument.ty);
            let set = field.setter();
            quote!(by #set(#ty))
        });
        let deprecated = (f.deprecated && set.is_some()).then(|| quote!(#[deprecated]));
        let xml = ty.xml.filter(|_| !s.uploads).map(|_| xml_entry(f));
        quote!(#deprecated #field #wire: #presence #forms #new #set #xml)
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

    fn open_enum(&mut self, ty: &Type, values: &[Known], attributes: &TokenStream) -> TokenStream {
        let name = self.paths.named(ty.id);
        let declared = self.variants(values);
        let (call, copy) = match ty.kind {
            Kind::IntegerEnum(_) => (quote!(integer_enum), Some(quote!(Copy,))),
            _ => (quote!(string_enum), None),
        };
        let wires = values.iter().filter_map(|value| {
            let (variant, wire) = (&value.name, literal(&value.wire)?);
            Some(quote!(#variant = #wire))
        });
        let wires = braces(wires);
        quote! {
            #attributes
            #[derive(Clone, #copy Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            #[non_exhaustive]
            pub enum #name {
                #(#declared,)*
                /// A value that this version does not know, as it is on the wire.
                Unknown(lavka_runtime::Unknown<#name>),
            }
            lavka_runtime::#call! { #name #wires }
        }
    }

    fn variants(&mut self, values: &[Known]) -> Vec<TokenStream> {
        let variants = values.iter().map(|value| {
            let (doc, variant) = (self.paths.comments.outer(&value.docs), &value.name);
            quote!(#doc #variant)
        });
        variants.collect()
    }

    fn mixed_enum(&mut self, ty: &Type, values: &[Known], attributes: &TokenStream) -> TokenStream {
        let name = self.paths.named(ty.id);
        let declared = self.variants(values);
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
                Unknown(::lavka_runtime::serde_json::Value),
            }
            lavka_runtime::mixed_enum! { #name { #(#wires),* } }
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
        Xml::Element(tag, items) => {
            let (given, items) = (given(tag), items.iter().map(tag_arguments));
            quote!(=> element #given #(of (#items))*)
        }
        Xml::List(tag, items) => {
            let (given, items) = (given(tag), items.iter().map(tag_arguments));
            quote!(=> list #given #(of (#items))*)
        }
    }
}

fn schema_arguments(f: &Field, paths: &Paths<'_>) -> Vec<TokenStream> {
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
        let with = paths.schema_type(with);
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
    arguments
}
