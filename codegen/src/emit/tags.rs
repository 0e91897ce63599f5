//! Tags of XML elements and attributes, as the generated code writes them.

use proc_macro2::TokenStream;
use quote::quote;

use super::Context;
use crate::model::{Dialect, Field, Scalar, TypeRef, XmlBody, XmlName};

/// The `type` attribute of the items of a wrapped list of scalars, in the dialect rails.
pub(super) fn item_type(cx: &Context<'_>, field: &Field) -> Option<String> {
    if cx.api.dialect != Dialect::Rails {
        return None;
    }
    let TypeRef::List(item) = &field.ty else {
        return None;
    };
    let TypeRef::Scalar(scalar) = &**item else {
        return None;
    };
    Some(
        match scalar {
            Scalar::Int32 | Scalar::Int64 => "integer",
            Scalar::Float32 | Scalar::Float64 => "float",
            Scalar::DecimalNumber | Scalar::DecimalString => "decimal",
            Scalar::Bool => "boolean",
            Scalar::Date => "date",
            Scalar::DateTime => "datetime",
            Scalar::RailsTimestamp => "timestamp",
            _ => return None,
        }
        .to_owned(),
    )
}

/// A `tag!`.
pub(super) fn tag(cx: &Context<'_>, name: &XmlName, type_attr: Option<&str>) -> TokenStream {
    let arguments = tag_arguments(cx, name, type_attr);
    quote!(tag!(#arguments))
}

/// What is given to `tag!`.
pub(super) fn tag_arguments(
    cx: &Context<'_>,
    name: &XmlName,
    type_attr: Option<&str>,
) -> TokenStream {
    let local = &name.local;
    match (
        &name.namespace,
        &name.prefix,
        type_attr.filter(|_| cx.api.dialect == Dialect::Rails),
    ) {
        (Some(ns), Some(prefix), _) => quote!(#local, ns = #ns, prefix = #prefix),
        (Some(ns), None, _) => quote!(#local, ns = #ns),
        (None, _, Some(ty)) => quote!(#local, #ty),
        (None, _, None) => quote!(#local),
    }
}

/// Root elements of a body, all that are read; the first is written.
pub(super) fn roots(cx: &Context<'_>, body: &XmlBody) -> Vec<TokenStream> {
    let is_list = body.item.is_some();
    let mut roots = vec![tag(cx, &body.root, is_list.then_some("array"))];
    if is_list && cx.api.dialect == Dialect::Rails {
        // How Rails names the roots of lists of mixed or of no items.
        for odd in ["objects", "nil-classes"] {
            if odd != body.root.local {
                roots.push(quote!(tag!(#odd, "array")));
            }
        }
    }
    roots
}

/// Items of a list at the root.
pub(super) fn items(cx: &Context<'_>, body: &XmlBody) -> Vec<TokenStream> {
    let Some(item) = &body.item else {
        return Vec::new();
    };
    let mut items = vec![tag(cx, item, None)];
    if cx.api.dialect == Dialect::Rails && item.local != "object" {
        items.push(quote!(tag!("object")));
    }
    items
}
