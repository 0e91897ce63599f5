//! XML codecs: a table of tags for each type, and the code that reads and writes by it.

use heck::ToShoutySnakeCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::Context;
use super::docs::DocText;
use super::tags::{item_type, tag};
use super::types::{constant_value, is_optional};
use crate::model::{
    EnumRepr, Field, Presence, Struct, TypeId, TypeKind, TypeRef, Union, XmlField, XmlNode,
};
use crate::names::Scope;

/// The module `xml`; `None` where no payload is XML.
pub(super) fn xml(cx: &Context<'_>) -> Option<TokenStream> {
    let mut items = Vec::new();
    let mut strings = Vec::new();
    let mut integers = Vec::new();
    let mut imports = Imports::default();
    let mut statics = Statics::of(cx);
    for (index, def) in cx.api.types.iter().enumerate() {
        if !def.usage.xml {
            continue;
        }
        let id = TypeId(index);
        match &def.kind {
            TypeKind::Struct(s) => items.push(codec(cx, id, s, &mut statics, &mut imports)),
            TypeKind::Enum(e) => match e.repr {
                EnumRepr::String => strings.push(cx.type_ident(id)),
                EnumRepr::Integer => integers.push(cx.type_ident(id)),
            },
            TypeKind::Union(_) => {}
        }
    }
    if items.is_empty() && strings.is_empty() && integers.is_empty() {
        return None;
    }
    let doc = DocText::plain(
        "How types are read from and written as XML. A type's tags stand in the order of the spec, which is the order on the wire.",
    )
    .inner();
    let string_enums = (!strings.is_empty()).then(|| quote!(xml_string_enum! { #(#strings),* }));
    let integer_enums =
        (!integers.is_empty()).then(|| quote!(xml_integer_enum! { #(#integers),* }));
    let import_string = string_enums.is_some().then(|| quote!(, xml_string_enum));
    let import_integer = integer_enums.is_some().then(|| quote!(, xml_integer_enum));
    let maybe = imports.maybe.then(|| {
        quote!(
            use lavka_runtime::Maybe;
        )
    });
    let tag_type = imports.tag.then(|| quote!(Tag,));
    let tag = imports.tag.then(|| quote!(, tag));
    let import = if items.is_empty() {
        let enums = string_enums
            .is_some()
            .then(|| quote!(xml_string_enum,))
            .into_iter()
            .chain(integer_enums.is_some().then(|| quote!(xml_integer_enum,)));
        quote!(#(#enums)*)
    } else {
        quote!(FromXml, Reader, #tag_type ToXml, Writer, XmlError #tag #import_string #import_integer)
    };
    Some(quote! {
        #doc
        #maybe
        use lavka_runtime::xml::{#import};
        use super::types::*;
        #(#items)*
        #string_enums
        #integer_enums
    })
}

#[derive(Default)]
struct Imports {
    maybe: bool,
    tag: bool,
}

/// Names of the module's statics.
struct Statics {
    /// By type: its table of elements.
    tables: Vec<Ident>,
    /// For those of single members; holds the tables' names too.
    scope: Scope,
}

impl Statics {
    fn of(cx: &Context<'_>) -> Self {
        let mut scope = Scope::new(&[]);
        let tables = cx
            .names
            .types
            .iter()
            .map(|name| format_ident!("{}", scope.take(&name.to_shouty_snake_case(), "_TABLE")))
            .collect();
        Self { tables, scope }
    }
}

/// A field as the codec sees it.
struct Part<'a> {
    field: &'a Field,
    /// Name of the field.
    ident: Ident,
    /// Name of the local variable: never one of the codec's own.
    local: Ident,
    /// Place in the table of elements.
    index: usize,
    /// Static of its own: an attribute's tag, or that of the items of a wrapped list.
    own: Ident,
    /// Names of two more local variables, for a union.
    halves: Option<[Ident; 2]>,
}

fn codec(
    cx: &Context<'_>,
    id: TypeId,
    s: &Struct,
    statics: &mut Statics,
    imports: &mut Imports,
) -> TokenStream {
    let name = cx.type_ident(id);
    let table = statics.tables[id.0].clone();
    let mut locals = Scope::new(&["r", "w", "element", "children", "index"]);
    // Scripts without case: a local variable cannot have the name of a static.
    for table in &statics.tables {
        locals.reserve(table.to_string());
    }
    let members = cx.member_idents(id);
    let names: Vec<Ident> = members
        .iter()
        .map(|ident| format_ident!("{}", locals.take(&ident.to_string(), "_")))
        .collect();
    let mut elements = Vec::new();
    let mut attributes = Vec::new();
    let mut text = None;
    for ((field, ident), local) in s.fields.iter().zip(members).zip(names) {
        let has_own = match field.xml.node {
            XmlNode::Element => field.xml.item.is_some(),
            XmlNode::Attribute => true,
            XmlNode::Text => false,
        };
        let own = format!("{table}_{}", ident.to_string().to_shouty_snake_case());
        let own = if has_own {
            statics.scope.take(&own, "_TAG")
        } else {
            own
        };
        let halves = union(cx, field).map(|_| {
            ["text", "items"]
                .map(|half| format_ident!("{}", locals.take(&format!("{local}_{half}"), "_")))
        });
        let part = Part {
            field,
            ident,
            local,
            index: elements.len(),
            own: format_ident!("{own}"),
            halves,
        };
        match field.xml.node {
            XmlNode::Element => elements.push(part),
            XmlNode::Attribute => attributes.push(part),
            XmlNode::Text => text = Some(part),
        }
    }
    imports.tag |= !elements.is_empty() || !attributes.is_empty();
    let statics = self::statics(cx, &table, &elements, &attributes);
    let reader = reader(cx, &table, &elements, &attributes, text.as_ref(), imports);
    let (w, writer) = writer(cx, &table, &elements, &attributes, text.as_ref());
    // The direction that no client uses is compiled only in the program that does.
    let lazy = |used: bool| (!used).then(|| quote!(#[inline]));
    let usage = cx.api.ty(id).usage;
    let (read, write) = (lazy(usage.response), lazy(usage.request));
    quote! {
        #statics
        impl FromXml for #name {
            #read
            fn from_xml(r: &mut Reader<'_>) -> Result<Self, XmlError> {
                #reader
            }
        }
        impl ToXml for #name {
            #write
            fn to_xml(&self, #w: &mut Writer) -> Result<(), XmlError> {
                #writer
            }
        }
    }
}

fn statics(
    cx: &Context<'_>,
    table: &Ident,
    elements: &[Part<'_>],
    attributes: &[Part<'_>],
) -> TokenStream {
    let tags = elements
        .iter()
        .map(|p| tag(cx, &p.field.xml.name, p.field.xml.type_attr.as_deref()));
    let count = elements.len();
    let table_static = (count > 0).then(|| quote!(static #table: [Tag; #count] = [#(#tags),*];));
    let attribute_statics = attributes.iter().map(|p| {
        let name = &p.own;
        let tag = tag(cx, &p.field.xml.name, None);
        quote!(static #name: Tag = #tag;)
    });
    let item_statics = elements.iter().filter_map(|p| {
        let item = p.field.xml.item.as_ref()?;
        let name = &p.own;
        let tag = tag(cx, item, item_type(cx, p.field).as_deref());
        Some(quote!(static #name: [Tag; 1] = [#tag];))
    });
    quote!(#table_static #(#attribute_statics)* #(#item_statics)*)
}

/// How often an element stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Once,
    Repeated,
    Wrapped,
}

fn shape(field: &Field) -> Shape {
    match (&field.ty, &field.xml) {
        (TypeRef::List(_), XmlField { item: Some(_), .. }) => Shape::Wrapped,
        (TypeRef::List(_), _) => Shape::Repeated,
        _ => Shape::Once,
    }
}

/// The union that a field holds, if any: its variants are told apart by whether the element has children.
fn union<'a>(cx: &'a Context<'_>, field: &Field) -> Option<(TypeId, &'a Union)> {
    match &field.ty {
        TypeRef::Named(id) => match &cx.api.ty(*id).kind {
            TypeKind::Union(u) => Some((*id, u)),
            _ => None,
        },
        _ => None,
    }
}

#[allow(clippy::too_many_arguments)]
fn reader(
    cx: &Context<'_>,
    table: &Ident,
    elements: &[Part<'_>],
    attributes: &[Part<'_>],
    text: Option<&Part<'_>>,
    imports: &mut Imports,
) -> TokenStream {
    let mut locals = Vec::new();
    let mut arms = Vec::new();
    let mut fields = Vec::new();
    let needs_element = !attributes.is_empty() || text.is_some();
    let mut before = Vec::new();
    if needs_element {
        before.push(quote!(let element = r.element();));
    }
    for part in attributes {
        let (local, ident, tag) = (&part.local, &part.ident, &part.own);
        before.push(quote!(let mut #local = None;));
        before.push(quote!(r.attribute(element, &#tag, &mut #local)?;));
        fields.push(if is_optional(part.field.presence) {
            init(ident, local)
        } else {
            quote!(#ident: r.present_attribute(element, #local, &#tag)?)
        });
    }
    for part in elements {
        element(
            cx,
            table,
            part,
            &mut locals,
            &mut arms,
            &mut fields,
            imports,
        );
    }
    if let Some(part) = text {
        let (local, ident) = (&part.local, &part.ident);
        locals.push(quote!(let mut #local = None;));
        locals.push(quote!(r.value(&mut #local)?;));
        fields.push(if is_optional(part.field.presence) {
            init(ident, local)
        } else {
            quote!(#ident: r.present_text(element, #local)?)
        });
    }
    let body = if elements.is_empty() {
        if text.is_some() {
            quote!()
        } else {
            quote!(r.skip()?;)
        }
    } else {
        quote! {
            let mut children = r.children(&#table);
            while let Some(index) = children.next(r)? {
                match index { #(#arms,)* _ => r.skip()? }
            }
        }
    };
    quote! {
        #(#before)*
        #(#locals)*
        #body
        Ok(Self { #(#fields),* })
    }
}

fn init(ident: &Ident, local: &Ident) -> TokenStream {
    if ident == local {
        quote!(#ident)
    } else {
        quote!(#ident: #local)
    }
}

fn element(
    cx: &Context<'_>,
    table: &Ident,
    part: &Part<'_>,
    locals: &mut Vec<TokenStream>,
    arms: &mut Vec<TokenStream>,
    fields: &mut Vec<TokenStream>,
    imports: &mut Imports,
) {
    let Part {
        field,
        ident,
        local,
        index,
        own: item,
        ..
    } = part;
    let index = proc_macro2::Literal::usize_unsuffixed(*index);
    if let Some(constant) = constant_value(cx, field) {
        arms.push(quote!(#index => r.skip()?));
        fields.push(quote!(#ident: #constant));
        return;
    }
    if let Some((id, u)) = union(cx, field) {
        union_element(cx, table, part, id, u, locals, arms, fields);
        return;
    }
    let three = matches!(
        field.presence,
        Presence::ThreeState | Presence::RequiredNullable
    );
    let present = quote!(#ident: r.present(#local, &#table[#index])?);
    let present_nullable = quote!(#ident: r.present_nullable(#local, &#table[#index])?);
    let start = if three {
        imports.maybe = true;
        quote!(Maybe::Absent)
    } else if shape(field) == Shape::Repeated && field.presence == Presence::Required {
        quote!(Vec::new())
    } else {
        quote!(None)
    };
    locals.push(quote!(let mut #local = #start;));
    let plain = init(ident, local);
    let (arm, finish) = match (shape(field), field.presence) {
        (Shape::Once, Presence::Required) => (quote!(r.value(&mut #local)?), present),
        (Shape::Once, Presence::RequiredNullable) => {
            (quote!(r.maybe(&mut #local)?), present_nullable)
        }
        (Shape::Once, Presence::ThreeState) => (quote!(r.maybe(&mut #local)?), plain),
        (Shape::Once, Presence::Optional | Presence::OptionalNull) => {
            (quote!(r.lenient(&mut #local)?), plain)
        }
        (Shape::Repeated, Presence::Required) => (quote!(r.repeated(&mut #local)?), plain),
        (Shape::Repeated, Presence::RequiredNullable) => (
            quote!(r.repeated_maybe(&mut #local)?),
            quote!(#ident: #local.into_option()),
        ),
        (Shape::Repeated, Presence::ThreeState) => (quote!(r.repeated_maybe(&mut #local)?), plain),
        (Shape::Repeated, Presence::Optional | Presence::OptionalNull) => {
            (quote!(r.repeated_lenient(&mut #local)?), plain)
        }
        (Shape::Wrapped, Presence::Required) => (quote!(r.wrapped(&mut #local, &#item)?), present),
        (Shape::Wrapped, Presence::RequiredNullable) => (
            quote!(r.wrapped_maybe(&mut #local, &#item)?),
            present_nullable,
        ),
        (Shape::Wrapped, Presence::ThreeState) => {
            (quote!(r.wrapped_maybe(&mut #local, &#item)?), plain)
        }
        (Shape::Wrapped, Presence::Optional | Presence::OptionalNull) => {
            (quote!(r.wrapped_lenient(&mut #local, &#item)?), plain)
        }
    };
    arms.push(quote!(#index => #arm));
    fields.push(finish);
}

/// A text, or repeated elements with children.
#[allow(clippy::too_many_arguments)]
fn union_element(
    cx: &Context<'_>,
    table: &Ident,
    part: &Part<'_>,
    id: TypeId,
    u: &Union,
    locals: &mut Vec<TokenStream>,
    arms: &mut Vec<TokenStream>,
    fields: &mut Vec<TokenStream>,
) {
    let Part {
        field,
        ident,
        index,
        halves,
        ..
    } = part;
    let Some([text_local, items_local]) = halves else {
        return;
    };
    let index = proc_macro2::Literal::usize_unsuffixed(*index);
    let ty = cx.type_ident(id);
    locals.push(quote!(let mut #text_local = None;));
    locals.push(quote!(let mut #items_local = None;));
    arms.push(quote!(#index if r.has_children() => r.repeated_value(&mut #items_local)?));
    arms.push(quote!(#index => r.lenient(&mut #text_local)?));
    let mut text = quote!();
    let mut items = quote!();
    for (v, variant) in u.variants.iter().zip(cx.member_idents(id)) {
        match v.ty {
            TypeRef::List(_) => items = quote!(#ty::#variant(items)),
            _ => text = quote!(#ty::#variant(text)),
        }
    }
    let value = quote! {
        match (#items_local, #text_local) {
            (Some(items), _) => Some(#items),
            (None, Some(text)) => Some(#text),
            (None, None) => None,
        }
    };
    fields.push(if is_optional(field.presence) {
        quote!(#ident: #value)
    } else {
        quote!(#ident: r.present(#value, &#table[#index])?)
    });
}

fn writer(
    cx: &Context<'_>,
    table: &Ident,
    elements: &[Part<'_>],
    attributes: &[Part<'_>],
    text: Option<&Part<'_>>,
) -> (Ident, TokenStream) {
    let mut calls = Vec::new();
    for part in attributes {
        let (ident, tag) = (&part.ident, &part.own);
        let method = if is_optional(part.field.presence) {
            quote!(attribute_optional)
        } else {
            quote!(attribute)
        };
        calls.push(quote!(w.#method(&#tag, &self.#ident)?;));
    }
    for part in elements {
        calls.push(write_element(cx, table, part));
    }
    if let Some(part) = text {
        let ident = &part.ident;
        calls.push(if is_optional(part.field.presence) {
            quote!(if let Some(text) = &self.#ident { text.to_xml(w)?; })
        } else {
            quote!(self.#ident.to_xml(w)?;)
        });
    }
    let w = if calls.is_empty() {
        format_ident!("_w")
    } else {
        format_ident!("w")
    };
    (w, quote!(#(#calls)* Ok(())))
}

fn write_element(cx: &Context<'_>, table: &Ident, part: &Part<'_>) -> TokenStream {
    let Part {
        field,
        ident,
        index,
        own: item,
        ..
    } = part;
    let index = proc_macro2::Literal::usize_unsuffixed(*index);
    if let Some((id, u)) = union(cx, field) {
        let ty = cx.type_ident(id);
        let optional = is_optional(field.presence);
        let arms = u
            .variants
            .iter()
            .zip(cx.member_idents(id))
            .map(|(v, variant)| {
                let pattern = if optional {
                    quote!(Some(#ty::#variant(value)))
                } else {
                    quote!(#ty::#variant(value))
                };
                match v.ty {
                    TypeRef::List(_) => {
                        quote!(#pattern => { w.repeated(&#table[#index], value)?; })
                    }
                    _ => quote!(#pattern => { w.field(&#table[#index], value)?; }),
                }
            });
        let none = optional.then(|| quote!(None => {}));
        return quote!(match &self.#ident { #(#arms)* #none });
    }
    match (shape(field), field.presence) {
        (Shape::Once, Presence::Required) => quote!(w.field(&#table[#index], &self.#ident)?;),
        (Shape::Once, Presence::RequiredNullable) => {
            quote!(w.nullable(&#table[#index], &self.#ident)?;)
        }
        (Shape::Once, Presence::ThreeState) => quote!(w.maybe(&#table[#index], &self.#ident)?;),
        (Shape::Once, _) => quote!(w.optional(&#table[#index], &self.#ident)?;),
        (Shape::Repeated, Presence::Required) => {
            quote!(w.repeated(&#table[#index], &self.#ident)?;)
        }
        (Shape::Repeated, Presence::ThreeState) => {
            quote!(w.repeated_maybe(&#table[#index], &self.#ident)?;)
        }
        (Shape::Repeated, _) => quote!(w.repeated_optional(&#table[#index], &self.#ident)?;),
        (Shape::Wrapped, Presence::Required) => {
            quote!(w.wrapped(&#table[#index], &#item, &self.#ident)?;)
        }
        (Shape::Wrapped, Presence::RequiredNullable) => {
            quote!(w.wrapped_nullable(&#table[#index], &#item, &self.#ident)?;)
        }
        (Shape::Wrapped, Presence::ThreeState) => {
            quote!(w.wrapped_maybe(&#table[#index], &#item, &self.#ident)?;)
        }
        (Shape::Wrapped, _) => quote!(w.wrapped_optional(&#table[#index], &#item, &self.#ident)?;),
    }
}
