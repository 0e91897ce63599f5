//! Unions: enums with a variant for each form of a value.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::braces;
use super::rust_type::Paths;
use crate::plan::rust_type::RustType;
use crate::plan::types::Type;
use crate::plan::unions::{Union, Variant};
use crate::plan::wire::Selection;

/// The enum, its codecs, its JSON Schema, and how it is made of what its variants hold.
pub(super) fn union(
    ty: &Type,
    u: &Union,
    attributes: &TokenStream,
    schema_feature: Option<&str>,
    paths: &mut Paths<'_>,
) -> TokenStream {
    let name = paths.named(ty.id);
    let mut declared = Vec::new();
    let mut entries = Vec::new();
    let mut members = Vec::new();
    let mut froms = Vec::new();
    for v in &u.variants {
        let (variant, held) = (&v.name, paths.ty(&v.ty));
        let doc = paths.comments.outer(&v.docs);
        declared.push(quote!(#doc #variant(#held)));
        entries.push(entry(v, &held, &u.selection));
        froms.extend(v.from.then(|| from(v, &name, &held, paths)));
        members.push(match &v.schema {
            Some(form) => paths.schema_type(form).parse().unwrap_or(held),
            None => held,
        });
    }
    if u.is_open() {
        declared.push(quote! {
            /// A value whose tag this version does not know.
            Unknown(::lavka_runtime::serde_json::Value)
        });
        entries.push(quote!(..Unknown));
        members.push(quote!(::serde_json::Value));
    }
    let schema = schema_feature.map(|feature| {
        quote! {
            #[cfg(feature = #feature)]
            lavka_runtime::union_schema! { #name: #(#members),* }
        }
    });
    let selection = selection(u);
    let xml = ty.xml.map(|_| match u.lists {
        true => quote!(, xml_list),
        false => quote!(, xml),
    });
    let (declared, entries) = (braces(declared), braces(entries));
    quote! {
        #attributes
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        #[allow(clippy::enum_variant_names, clippy::large_enum_variant)]
        pub enum #name #declared
        lavka_runtime::union! { #name: #selection #xml #entries }
        #schema
        #(#froms)*
    }
}

/// How variants are distinguished.
fn selection(u: &Union) -> TokenStream {
    match &u.selection {
        Selection::JsonType => quote!(json_type),
        Selection::FirstFit => quote!(first),
        Selection::Tag {
            property,
            required,
            fallback,
        } => match fallback.and_then(|index| u.variants.get(index)) {
            Some(variant) => {
                let other = &variant.name;
                quote!(tag #property else #other)
            }
            None => {
                let none = (!required).then(|| quote!(or Unknown));
                quote!(tag #property #none)
            }
        },
    }
}

/// A variant, and by what it is known.
fn entry(v: &Variant, held: &TokenStream, selection: &Selection) -> TokenStream {
    let (variant, kind) = (&v.name, format_ident!("{}", v.kind));
    match selection {
        Selection::JsonType => quote!(#variant(#held): #kind),
        Selection::Tag { .. } => {
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
    }
}

/// The conversion of what a variant holds; of what is in its box.
fn from(v: &Variant, name: &TokenStream, held: &TokenStream, paths: &mut Paths<'_>) -> TokenStream {
    let variant = &v.name;
    let (given, value) = match &v.ty {
        RustType::Box(inner) => (paths.ty(inner), quote!(::std::boxed::Box::new(value))),
        _ => (held.clone(), quote!(value)),
    };
    // A literal is a text too.
    let text = (v.ty == RustType::String).then(|| {
        quote! {
            impl ::core::convert::From<&str> for #name {
                fn from(value: &str) -> Self {
                    Self::#variant(value.to_owned())
                }
            }
        }
    });
    quote! {
        impl ::core::convert::From<#given> for #name {
            fn from(value: #given) -> Self {
                Self::#variant(#value)
            }
        }
        #text
    }
}
