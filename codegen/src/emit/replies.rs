//! How replies are opened: what the caller gets of an envelope, and the names by which bodies report failures.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs::DocText;
use super::types::is_optional;
use super::{Context, Uses};
use crate::model::{
    Envelope, ErrorShape, FailureNames, Field, Operation, Struct, TypeId, TypeKind, TypeRef,
};

/// The module `replies`; `None` where no reply has a wrapping.
pub(super) fn replies(cx: &Context<'_>) -> Option<TokenStream> {
    let structs = cx.api.types.iter().enumerate();
    let items: Vec<TokenStream> = structs
        .filter_map(|(index, def)| match &def.kind {
            TypeKind::Struct(s) => Some(content(cx, TypeId(index), s, s.envelope.as_ref()?)),
            _ => None,
        })
        .collect();
    if items.is_empty() {
        return None;
    }
    let doc = DocText::plain("How replies are opened: what the caller gets.").inner();
    Some(quote! {
        #doc
        use lavka_runtime::client::Envelope;
        use super::types::*;
        #(#items)*
    })
}

fn content(cx: &Context<'_>, id: TypeId, s: &Struct, envelope: &Envelope) -> TokenStream {
    let name = cx.type_ident(id);
    let members = cx.member_idents(id);
    let (content, value) = match envelope.content {
        None => (quote!(Self), quote!(Some(self))),
        Some(index) => {
            let field = &s.fields[index];
            let ident = &members[index];
            let ty = cx.rust_type(&field.ty, &mut Uses::default());
            let value = match (is_optional(field.presence), &field.ty) {
                (false, _) if field.boxed => quote!(Some(*self.#ident)),
                (true, _) if field.boxed => quote!(self.#ident.map(|content| *content)),
                (false, _) => quote!(Some(self.#ident)),
                // An empty list and an absent one are the same in XML.
                (true, TypeRef::List(_)) => quote!(Some(self.#ident.unwrap_or_default())),
                (true, _) => quote!(self.#ident),
            };
            (ty, value)
        }
    };
    quote! {
        impl Envelope for #name {
            type Content = #content;

            fn content(self) -> Option<#content> {
                #value
            }
        }
    }
}

/// Names by which a body reports a failure.
#[derive(Default, PartialEq)]
struct Shape {
    status: Vec<String>,
    success: Vec<String>,
    codes: Vec<String>,
    messages: Vec<String>,
    errors: Vec<String>,
}

impl Shape {
    fn of_api(names: &FailureNames) -> Self {
        Self {
            status: vec![names.status.clone()],
            success: names.success.iter().map(as_text).collect(),
            messages: names.message.iter().cloned().collect(),
            errors: names.errors.iter().cloned().collect(),
            ..Self::default()
        }
    }

    fn of_envelope(s: &Struct, envelope: &Envelope) -> Self {
        Self {
            status: names(s, Some(envelope.status)),
            success: envelope.success.iter().map(as_text).collect(),
            messages: names(s, envelope.message),
            errors: names(s, envelope.errors),
            ..Self::default()
        }
    }

    /// What the runtime does not look for anyway.
    fn of_error(s: &Struct, shape: &ErrorShape) -> Self {
        let own = |index, usual: &str| {
            let mut names = names(s, index);
            names.retain(|name| name != usual);
            names
        };
        Self {
            codes: own(shape.code, "code"),
            messages: own(shape.message, "message"),
            errors: own(shape.messages, "errors"),
            ..Self::default()
        }
    }

    fn tokens(&self) -> TokenStream {
        let Self {
            status,
            success,
            codes,
            messages,
            errors,
        } = self;
        let parts = [
            (quote!(status), status),
            (quote!(success), success),
            (quote!(codes), codes),
            (quote!(messages), messages),
            (quote!(errors), errors),
        ];
        let set = parts.iter().filter(|(_, names)| !names.is_empty());
        let set = set.map(|(field, names)| quote!(#field: &[#(#names),*]));
        quote!(FailureShape { #(#set,)* ..FailureShape::NONE })
    }
}

/// A field's names: the property's, and the element's where it is another.
fn names(s: &Struct, index: Option<usize>) -> Vec<String> {
    let Some(field) = index.and_then(|index| s.fields.get(index)) else {
        return Vec::new();
    };
    let mut names = vec![field.wire.clone()];
    names.extend(element(field).filter(|name| *name != field.wire));
    names
}

fn element(field: &Field) -> Option<String> {
    Some(field.xml.name.local.clone())
}

fn as_text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// How any reply of the API reports a failure.
pub(super) fn api_failure(cx: &Context<'_>) -> Option<TokenStream> {
    Some(Shape::of_api(cx.api.failure.as_ref()?).tokens())
}

/// How the replies of an operation report a failure, beside the API's way.
pub(super) fn failures(cx: &Context<'_>, op: &Operation) -> Vec<TokenStream> {
    let api = cx.api.failure.as_ref().map(Shape::of_api);
    let mut shapes: Vec<Shape> = Vec::new();
    let mut add = |shape: Shape| {
        if Some(&shape) != api.as_ref() && shape != Shape::default() && !shapes.contains(&shape) {
            shapes.push(shape);
        }
    };
    let bodies = op
        .responses
        .iter()
        .filter_map(|r| r.body.as_ref()?.ty.as_ref());
    for s in bodies.filter_map(|ty| structure(cx, ty)) {
        if let Some(envelope) = &s.envelope {
            add(Shape::of_envelope(s, envelope));
        }
        if let Some(error) = &s.error {
            add(Shape::of_error(s, error));
        }
        for field in &s.fields {
            if let TypeRef::List(item) = &field.ty
                && let Some(item) = structure(cx, item)
                && let Some(error) = &item.error
            {
                add(Shape::of_error(item, error));
            }
        }
    }
    shapes.iter().map(Shape::tokens).collect()
}

fn structure<'a>(cx: &'a Context<'_>, ty: &TypeRef) -> Option<&'a Struct> {
    match ty {
        TypeRef::Named(id) => match &cx.api.ty(*id).kind {
            TypeKind::Struct(s) => Some(s),
            _ => None,
        },
        _ => None,
    }
}
