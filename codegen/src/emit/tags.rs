//! Tags of XML elements and attributes, as the generated code writes them.

use proc_macro2::TokenStream;
use quote::quote;

use super::Context;
use crate::model::{Dialect, Field, Scalar, TypeRef, XmlName};

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
