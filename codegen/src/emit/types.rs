//! Structs, enums and unions, with their JSON codecs.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::docs::DocText;
use super::{Context, Uses};
use crate::model::{
    Constraints, Doc, Enum, EnumRepr, Field, JsonType, Presence, Scalar, Struct, TypeDef, TypeId,
    TypeKind, TypeRef, Union, XmlNode,
};
use crate::plan::markdown;

/// The module `types`.
pub(super) fn types(cx: &Context<'_>) -> TokenStream {
    let mut uses = Uses::default();
    let items: Vec<TokenStream> = cx
        .api
        .types
        .iter()
        .enumerate()
        .map(|(i, t)| type_def(cx, TypeId(i), t, &mut uses))
        .collect();
    let doc = DocText::plain(format!(
        "Types of {}, in the order of the spec.",
        markdown::inline(&cx.api.title)
    ))
    .inner();
    let uses = uses.tokens();
    quote! {
        #doc
        #uses
        #(#items)*
    }
}

fn type_def(cx: &Context<'_>, id: TypeId, def: &TypeDef, uses: &mut Uses) -> TokenStream {
    match &def.kind {
        TypeKind::Struct(s) => structure(cx, id, def, s, uses),
        TypeKind::Enum(e) => open_enum(cx, id, def, e),
        TypeKind::Union(u) => union(cx, id, def, u, uses),
    }
}

fn structure(
    cx: &Context<'_>,
    id: TypeId,
    def: &TypeDef,
    s: &Struct,
    uses: &mut Uses,
) -> TokenStream {
    let name = cx.type_ident(id);
    let doc = DocText::of(&def.doc, "An object.").outer();
    let multipart = def.usage.multipart;
    let fields: Vec<_> = s
        .fields
        .iter()
        .zip(cx.member_idents(id))
        .map(|(f, ident)| field(cx, f, &ident, multipart, uses))
        .collect();
    let constructor = constructor(cx, id, s);
    let has_default = s.fields.iter().all(|f| is_optional(f.presence));
    let default = has_default.then(|| quote!(Default,));
    // Parts of a form hold uploads: they can be neither compared nor written as JSON.
    let (derives, codec) = if multipart {
        (quote!(#[derive(Clone, Debug, #default)]), None)
    } else {
        let schema = cx.schema_attribute();
        (
            quote!(#[derive(Clone, Debug, #default PartialEq)] #schema),
            Some(object(cx, id, def, s)),
        )
    };
    quote! {
        #doc
        #derives
        pub struct #name { #(#fields,)* }
        #codec
        #constructor
    }
}

fn field(
    cx: &Context<'_>,
    f: &Field,
    ident: &proc_macro2::Ident,
    multipart: bool,
    uses: &mut Uses,
) -> TokenStream {
    let mut doc = DocText::of(&f.doc, "Not described.");
    doc.limits(&f.constraints, f.default.as_ref());
    if !multipart && *ident != f.wire {
        doc.paragraph(&format!("On the wire: {}.", markdown::code(&f.wire)));
    }
    let doc = doc.outer();
    let ty = field_type(cx, f, uses);
    if multipart {
        return quote!(#doc pub #ident: #ty);
    }
    let schema = cx.options.schema_feature.as_deref().and_then(|feature| {
        let arguments = schema_arguments(cx, f, ident);
        (!arguments.is_empty())
            .then(|| quote!(#[cfg_attr(feature = #feature, schemars(#(#arguments),*))]))
    });
    quote!(#doc #schema pub #ident: #ty)
}

/// How a struct appears in JSON and XML: each field's names, whether it must be there, and its form.
fn object(cx: &Context<'_>, id: TypeId, def: &TypeDef, s: &Struct) -> TokenStream {
    let usage = def.usage;
    let direction = match (usage.response, usage.request) {
        (true, true) => quote!(both),
        (true, false) => quote!(read),
        (false, true) => quote!(written),
        (false, false) => quote!(unused),
    };
    let json = match usage.json {
        true => direction.clone(),
        false => quote!(unused),
    };
    let xml = usage.xml.then(|| quote!(, xml #direction));
    let name = cx.type_ident(id);
    let fields = s.fields.iter().zip(cx.member_idents(id)).map(|(f, ident)| {
        let wire = &f.wire;
        let presence = match f.presence {
            Presence::Required => quote!(required),
            Presence::RequiredNullable => quote!(nullable),
            Presence::Optional | Presence::OptionalNull => quote!(optional),
            Presence::ThreeState => quote!(maybe),
        };
        let form = form(cx, f).map(|form| {
            let form = format_ident!("{form}");
            quote!(as #form)
        });
        let xml = usage.xml.then(|| xml_entry(cx, f));
        quote!(#ident = #wire: #presence #form #xml)
    });
    quote!(lavka_runtime::object! { #name: json #json #xml { #(#fields),* } })
}

fn xml_entry(cx: &Context<'_>, f: &Field) -> TokenStream {
    let xml = &f.xml;
    let type_attr = xml
        .type_attr
        .as_deref()
        .filter(|_| cx.api.dialect == crate::model::Dialect::Rails);
    let plain = xml.name.local == f.wire && xml.name.namespace.is_none() && type_attr.is_none();
    let arguments = super::tags::tag_arguments(cx, &xml.name, type_attr);
    let arguments = (!plain).then(|| quote!((#arguments)));
    match (xml.node, &xml.item, &f.ty) {
        (XmlNode::Text, _, _) => quote!(=> text),
        (XmlNode::Attribute, _, _) => quote!(=> attribute #arguments),
        (XmlNode::Element, Some(item), TypeRef::List(_)) => {
            let item =
                super::tags::tag_arguments(cx, item, super::tags::item_type(cx, f).as_deref());
            quote!(=> list #arguments of (#item))
        }
        (XmlNode::Element, _, _) => quote!(=> element #arguments),
    }
}

/// The scalar that a field holds, also in lists and maps.
fn innermost(f: &Field) -> &TypeRef {
    let mut item = &f.ty;
    while let TypeRef::List(inner) | TypeRef::Map(inner) = item {
        item = inner;
    }
    item
}

/// The form of `lavka_runtime::json::forms` that a field's values have, where it is not the usual one of their type.
fn form(cx: &Context<'_>, f: &Field) -> Option<&'static str> {
    match innermost(f) {
        TypeRef::Scalar(Scalar::DecimalString) => Some("decimal_string"),
        TypeRef::Scalar(Scalar::RailsTimestamp) => Some("rails_timestamp"),
        // These are read from strings anyway, or are strings.
        TypeRef::Scalar(
            Scalar::DecimalNumber | Scalar::Date | Scalar::DateTime | Scalar::DateOptionalTime,
        ) => None,
        TypeRef::Named(id) if !matches!(cx.api.ty(*id).kind, TypeKind::Enum(_)) => None,
        _ if f.accept.string => Some("accept_string"),
        _ if f.accept.number => Some("accept_number"),
        _ => None,
    }
}

fn schema_arguments(cx: &Context<'_>, f: &Field, ident: &proc_macro2::Ident) -> Vec<TokenStream> {
    let mut arguments = Vec::new();
    if *ident != f.wire {
        let wire = &f.wire;
        arguments.push(quote!(rename = #wire));
    }
    if f.presence == Presence::ThreeState {
        arguments.push(quote!(
            default,
            skip_serializing_if = "lavka_runtime::Maybe::is_absent"
        ));
    }
    if has_own_schema(innermost(f)) {
        let ty = schema_type(cx, &f.ty);
        let ty = match f.presence {
            Presence::Required => ty,
            Presence::ThreeState => format!("lavka_runtime::Maybe<{ty}>"),
            _ => format!("Option<{ty}>"),
        };
        arguments.push(quote!(with = #ty));
    }
    let mut extend = Vec::new();
    match f.presence {
        Presence::OptionalNull => extend.push(quote!("x-nullable" = true)),
        Presence::RequiredNullable => extend.push(quote!("x-nullable" = true, "x-required" = true)),
        _ => {}
    }
    if let Some(constant) = &f.constant
        && let Some(literal) = literal(constant)
    {
        extend.push(quote!("const" = #literal));
    }
    extend.extend(constraints(&f.constraints));
    if !extend.is_empty() {
        arguments.push(quote!(extend(#(#extend),*)));
    }
    arguments
}

/// Whether a scalar's Rust type says less than its form on the wire.
fn has_own_schema(scalar: &TypeRef) -> bool {
    matches!(
        scalar,
        TypeRef::Scalar(
            Scalar::DecimalNumber
                | Scalar::DecimalString
                | Scalar::Date
                | Scalar::DateTime
                | Scalar::RailsTimestamp
                | Scalar::DateOptionalTime
        )
    )
}

/// The type whose JSON Schema is that of the field's wire form.
fn schema_type(cx: &Context<'_>, ty: &TypeRef) -> String {
    match ty {
        TypeRef::List(item) => format!("Vec<{}>", schema_type(cx, item)),
        TypeRef::Map(value) => {
            let value = schema_type(cx, value);
            format!("std::collections::BTreeMap<String, {value}>")
        }
        TypeRef::Scalar(Scalar::DecimalNumber) => "lavka_runtime::schema::Decimal".into(),
        TypeRef::Scalar(Scalar::DecimalString) => "lavka_runtime::schema::DecimalString".into(),
        TypeRef::Scalar(Scalar::Date) => "lavka_runtime::schema::Date".into(),
        TypeRef::Scalar(Scalar::DateTime) => "lavka_runtime::schema::DateTime".into(),
        TypeRef::Scalar(Scalar::RailsTimestamp) => "lavka_runtime::schema::RailsTimestamp".into(),
        TypeRef::Scalar(Scalar::DateOptionalTime) => {
            "lavka_runtime::schema::DateOptionalTime".into()
        }
        other => cx
            .rust_type(other, &mut Uses::default())
            .to_string()
            .replace(' ', ""),
    }
}

fn constraints(c: &Constraints) -> Vec<TokenStream> {
    let number = |key: &str, n: &serde_json::Number| {
        literal(&Value::Number(n.clone())).map(|n| quote!(#key = #n))
    };
    let count = |key: &str, n: u64| quote!(#key = #n);
    let mut out = Vec::new();
    out.extend(c.minimum.as_ref().and_then(|n| {
        number(
            if c.exclusive_minimum {
                "exclusiveMinimum"
            } else {
                "minimum"
            },
            n,
        )
    }));
    out.extend(c.maximum.as_ref().and_then(|n| {
        number(
            if c.exclusive_maximum {
                "exclusiveMaximum"
            } else {
                "maximum"
            },
            n,
        )
    }));
    out.extend(c.multiple_of.as_ref().and_then(|n| number("multipleOf", n)));
    out.extend(c.min_length.map(|n| count("minLength", n)));
    out.extend(c.max_length.map(|n| count("maxLength", n)));
    out.extend(c.min_items.map(|n| count("minItems", n)));
    out.extend(c.max_items.map(|n| count("maxItems", n)));
    out.extend(c.pattern.as_ref().map(|p| quote!("pattern" = #p)));
    out.extend(c.format.as_ref().map(|f| quote!("format" = #f)));
    if c.unique_items {
        out.push(quote!("uniqueItems" = true));
    }
    out
}

/// A scalar as a literal without a type suffix.
pub(super) fn literal(value: &Value) -> Option<TokenStream> {
    match value {
        Value::String(s) => Some(quote!(#s)),
        Value::Bool(b) => Some(quote!(#b)),
        Value::Number(n) => n.to_string().parse().ok(),
        _ => None,
    }
}

pub(super) fn is_optional(p: Presence) -> bool {
    matches!(
        p,
        Presence::Optional | Presence::OptionalNull | Presence::ThreeState
    )
}

fn field_type(cx: &Context<'_>, f: &Field, uses: &mut Uses) -> TokenStream {
    let ty = cx.rust_type(&f.ty, uses);
    let ty = if f.boxed { quote!(Box<#ty>) } else { ty };
    match f.presence {
        Presence::Required => ty,
        Presence::RequiredNullable | Presence::Optional | Presence::OptionalNull => {
            quote!(Option<#ty>)
        }
        Presence::ThreeState => {
            uses.runtime("Maybe");
            quote!(Maybe<#ty>)
        }
    }
}

/// `new`, which takes what the document requires.
fn constructor(cx: &Context<'_>, id: TypeId, s: &Struct) -> Option<TokenStream> {
    if s.fields.iter().all(|f| is_optional(f.presence)) {
        return None;
    }
    let name = cx.type_ident(id);
    let members = cx.member_idents(id);
    let mut arguments = Vec::new();
    let mut values = Vec::new();
    let mut texts = Vec::new();
    for (f, ident) in s.fields.iter().zip(&members) {
        if is_optional(f.presence) {
            values.push(match f.presence {
                Presence::ThreeState => quote!(#ident: Maybe::Absent),
                _ => quote!(#ident: None),
            });
        } else if let Some(constant) = constant_value(cx, f) {
            values.push(quote!(#ident: #constant));
        } else {
            let ty = field_type(cx, f, &mut Uses::default());
            let into = f.presence == Presence::Required
                && (f.boxed
                    || matches!(
                        f.ty,
                        TypeRef::Scalar(Scalar::String | Scalar::Secret | Scalar::Binary)
                    ));
            if into {
                arguments.push(quote!(#ident: impl Into<#ty>));
                values.push(quote!(#ident: #ident.into()));
            } else {
                arguments.push(quote!(#ident: #ty));
                values.push(quote!(#ident));
            }
            texts.push(format!("`{ident}`"));
        }
    }
    let doc = DocText::plain(match texts.len() {
        0 => "The only value that it can have.".to_owned(),
        _ => "With what is required; everything else is absent.".to_owned(),
    })
    .outer();
    let many = (arguments.len() > 7).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    let must_use = quote!(#[must_use]);
    Some(quote! {
        impl #name {
            #doc
            #many
            #must_use
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#values),* }
            }
        }
    })
}

/// The value of a field that can have only one.
pub(super) fn constant_value(cx: &Context<'_>, f: &Field) -> Option<TokenStream> {
    let constant = f.constant.as_ref()?;
    match &f.ty {
        TypeRef::Named(id) => {
            let TypeKind::Enum(e) = &cx.api.ty(*id).kind else {
                return None;
            };
            let index = e.values.iter().position(|v| &v.wire == constant)?;
            let ty = cx.type_ident(*id);
            let variant = cx.member_idents(*id).into_iter().nth(index)?;
            Some(quote!(#ty::#variant))
        }
        TypeRef::Scalar(Scalar::String) => {
            let text = constant.as_str()?;
            Some(quote!(#text.to_owned()))
        }
        _ => literal(constant),
    }
}

fn open_enum(cx: &Context<'_>, id: TypeId, def: &TypeDef, e: &Enum) -> TokenStream {
    let name = cx.type_ident(id);
    let variants = cx.member_idents(id);
    let doc = DocText::of(&def.doc, "One of a set of values.").outer();
    let docs = e.values.iter().map(|v| {
        let wire = match &v.wire {
            Value::String(s) if s.is_empty() => "the empty string".to_owned(),
            Value::String(s) => markdown::code(s),
            other => markdown::code(&other.to_string()),
        };
        let described = Doc {
            description: v.description.clone(),
            ..Default::default()
        };
        let mut doc = DocText::of(&described, "");
        doc.sentence(&format!("On the wire: {wire}."));
        doc.outer()
    });
    let wires = e.values.iter().filter_map(|v| literal(&v.wire));
    let (call, copy) = match e.repr {
        EnumRepr::String => (quote!(string_enum), None),
        EnumRepr::Integer => (quote!(integer_enum), Some(quote!(Copy,))),
    };
    quote! {
        #doc
        #[derive(Clone, #copy Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum #name {
            #(#docs #variants,)*
            /// A value that this version does not know, as it stands on the wire.
            Unknown(lavka_runtime::Unknown<#name>),
        }
        lavka_runtime::#call! { #name { #(#variants = #wires),* } }
    }
}

fn union(cx: &Context<'_>, id: TypeId, def: &TypeDef, u: &Union, uses: &mut Uses) -> TokenStream {
    let name = cx.type_ident(id);
    let doc = DocText::of(
        &def.doc,
        "One of several types, told apart by the JSON type.",
    )
    .outer();
    let mut variants = Vec::new();
    let mut kinds = Vec::new();
    let mut froms = Vec::new();
    let lists = u.variants.iter().any(|v| matches!(v.ty, TypeRef::List(_)));
    let xml = def.usage.xml.then(|| match lists {
        true => quote!(, xml_list),
        false => quote!(, xml),
    });
    for (v, ident) in u.variants.iter().zip(cx.member_idents(id)) {
        let ty = cx.rust_type(&v.ty, uses);
        let doc = DocText::of(&v.doc, "This form.").outer();
        let kind = match (v.json_type, &v.ty) {
            (JsonType::String, _) => quote!(string),
            (JsonType::Number, TypeRef::Scalar(Scalar::Int32 | Scalar::Int64)) => quote!(integer),
            (JsonType::Number, _) => quote!(number),
            (JsonType::Boolean, _) => quote!(boolean),
            (JsonType::Array, _) => quote!(array),
            (JsonType::Object, _) => quote!(object),
        };
        kinds.push(quote!(#ident(#ty): #kind));
        froms.push(quote! {
            impl From<#ty> for #name {
                fn from(value: #ty) -> Self {
                    Self::#ident(value)
                }
            }
        });
        variants.push(quote!(#doc #ident(#ty)));
    }
    quote! {
        #doc
        #[derive(Clone, Debug, PartialEq)]
        #[allow(clippy::large_enum_variant)]
        pub enum #name { #(#variants,)* }
        lavka_runtime::union! { #name: json_type #xml { #(#kinds),* } }
        #(#froms)*
    }
}
