//! Parameters: as arguments of a method, and as the raw client takes them.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::docs::DocText;
use super::facts::is_copy;
use super::{Context, Uses};
use crate::model::{EnumRepr, Param, Scalar, TypeKind, TypeRef};

pub(super) fn param_idents(cx: &Context<'_>, index: usize) -> Vec<Ident> {
    cx.names.params[index]
        .iter()
        .map(|n| format_ident!("{n}"))
        .collect()
}

/// How the raw client takes a parameter.
pub(super) enum Wire {
    /// As it is.
    Same,
    /// As `&str` of the value.
    Text,
    /// As `&str`, from a `String` that the expression makes.
    Made(TokenStream),
    /// As a list of `String`s.
    List,
}

pub(super) fn wire(cx: &Context<'_>, p: &Param, value: &TokenStream) -> Wire {
    match &p.ty {
        TypeRef::Scalar(Scalar::Int32 | Scalar::Int64 | Scalar::Bool) => Wire::Same,
        TypeRef::Scalar(Scalar::String) => Wire::Text,
        TypeRef::Scalar(Scalar::Secret) => Wire::Text,
        TypeRef::Scalar(Scalar::DateTime) => Wire::Made(quote!(#value.to_rfc3339())),
        TypeRef::Scalar(Scalar::RailsTimestamp) => {
            Wire::Made(quote!(#value.format("%Y-%m-%d %H:%M:%S %z").to_string()))
        }
        TypeRef::Named(id) => match &cx.api.ty(*id).kind {
            TypeKind::Enum(e) if e.repr == EnumRepr::String => Wire::Text,
            TypeKind::Enum(_) => Wire::Made(quote!(#value.code().to_string())),
            _ => Wire::Made(quote!(format!("{:?}", #value))),
        },
        TypeRef::List(_) => Wire::List,
        _ => Wire::Made(quote!(#value.to_string())),
    }
}

/// A function of an item of a list to its text on the wire.
fn listed(ty: &TypeRef) -> TokenStream {
    match ty {
        TypeRef::List(item) if **item == TypeRef::Scalar(Scalar::RailsTimestamp) => {
            quote!(|item| item.format("%Y-%m-%d %H:%M:%S %z").to_string())
        }
        _ => quote!(|item| lavka_runtime::ToText::to_text(item).into_owned()),
    }
}

/// A statement that a parameter needs before the call: each attempt takes what it makes, long after the method returned.
pub(super) fn converted(cx: &Context<'_>, p: &Param, ident: &Ident) -> Option<TokenStream> {
    let value = if p.required {
        quote!(#ident)
    } else {
        quote!(value)
    };
    let expression = match (wire(cx, p, &value), p.required) {
        (Wire::Made(made), _) => made,
        (Wire::List, _) => {
            let item = listed(&p.ty);
            quote!(#value.iter().map(#item).collect::<Vec<String>>())
        }
        (Wire::Same, true) => return None,
        (Wire::Same, false) => return Some(quote!(let #ident = params.#ident;)),
        (Wire::Text, true) => {
            return match &p.ty {
                TypeRef::Named(id) if is_copy(cx, *id) => None,
                TypeRef::Scalar(Scalar::String) => Some(quote!(let #ident = #ident.to_owned();)),
                _ => Some(quote!(let #ident = #ident.clone();)),
            };
        }
        (Wire::Text, false) => {
            return match &p.ty {
                TypeRef::Named(id) if is_copy(cx, *id) => Some(quote!(let #ident = params.#ident;)),
                _ => Some(quote!(let #ident = params.#ident.clone();)),
            };
        }
    };
    Some(if p.required {
        quote!(let #ident = #expression;)
    } else {
        quote! {
            #[allow(clippy::redundant_closure_for_method_calls)]
            let #ident = params.#ident.as_ref().map(|value| #expression);
        }
    })
}

/// A parameter as an argument of the raw method.
pub(super) fn passed(cx: &Context<'_>, p: &Param, ident: &Ident) -> TokenStream {
    match (wire(cx, p, &quote!(value)), p.required) {
        (Wire::Same, _) => quote!(#ident),
        (Wire::Text, true) => match &p.ty {
            TypeRef::Scalar(Scalar::String) => quote!(&#ident),
            TypeRef::Scalar(Scalar::Secret) => quote!(#ident.expose()),
            _ => quote!(#ident.as_str()),
        },
        (Wire::Text, false) => match &p.ty {
            TypeRef::Scalar(Scalar::String) => quote!(#ident.as_deref()),
            TypeRef::Scalar(Scalar::Secret) => {
                quote!(#ident.as_ref().map(lavka_runtime::Secret::expose))
            }
            _ => {
                let ty = cx.rust_type(&p.ty, &mut Uses::default());
                quote!(#ident.as_ref().map(#ty::as_str))
            }
        },
        (Wire::Made(_) | Wire::List, true) => quote!(&#ident),
        (Wire::Made(_), false) => quote!(#ident.as_deref()),
        (Wire::List, false) => quote!(#ident.as_ref()),
    }
}

pub(super) fn param_type(
    cx: &Context<'_>,
    p: &Param,
    borrowed: bool,
    uses: &mut Uses,
) -> TokenStream {
    let by_reference = match &p.ty {
        TypeRef::Scalar(Scalar::String) if borrowed => return quote!(&str),
        TypeRef::List(item) if borrowed => {
            let item = cx.rust_type(item, uses);
            return quote!(&[#item]);
        }
        TypeRef::Named(id) => borrowed && !is_copy(cx, *id),
        TypeRef::Scalar(Scalar::Secret) => borrowed,
        _ => false,
    };
    let ty = cx.rust_type(&p.ty, uses);
    if by_reference { quote!(&#ty) } else { ty }
}

/// The optional parameters of an operation, as a struct.
pub(super) fn param_struct(cx: &Context<'_>, index: usize, uses: &mut Uses) -> Option<TokenStream> {
    let name = format_ident!("{}", cx.names.param_structs[index].as_ref()?);
    let op = &cx.api.operations[index];
    let doc = DocText::plain(format!(
        "Optional parameters of [`Client::{}`].",
        cx.names.methods[index]
    ))
    .outer();
    let fields = op
        .params
        .iter()
        .zip(param_idents(cx, index))
        .filter(|(p, _)| !p.required)
        .map(|(p, ident)| {
            let mut doc = DocText::of(&p.doc, "Not described.");
            doc.limits(&p.constraints, None);
            let doc = doc.outer();
            let ty = param_type(cx, p, false, uses);
            quote!(#doc pub #ident: Option<#ty>)
        });
    Some(quote! {
        #doc
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct #name { #(#fields,)* }
    })
}
