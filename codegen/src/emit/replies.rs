//! How replies are opened: envelopes, and bodies that explain a failure.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::docs::DocText;
use super::types::{is_optional, literal};
use super::{Context, Uses};
use crate::model::{Envelope, ErrorShape, Field, Scalar, Struct, TypeId, TypeKind, TypeRef};

/// The module `replies`; `None` where no reply has a wrapping.
pub(super) fn replies(cx: &Context<'_>) -> Option<TokenStream> {
    let mut imports = Imports::default();
    let mut items = Vec::new();
    for (index, def) in cx.api.types.iter().enumerate() {
        let TypeKind::Struct(s) = &def.kind else {
            continue;
        };
        let id = TypeId(index);
        if let Some(envelope) = &s.envelope {
            imports.envelope = true;
            items.push(open(cx, id, s, envelope, &mut imports));
        }
        if let Some(shape) = &s.error {
            if is_item(cx, id) {
                imports.item = true;
                items.push(item(cx, id, s, shape));
            } else {
                imports.error = true;
                items.push(failure(cx, id, s, shape, &mut imports));
            }
        }
    }
    if items.is_empty() {
        return None;
    }
    let doc =
        DocText::plain("How replies are opened: what the caller gets, and what a failure says.")
            .inner();
    let envelope = imports.envelope.then(|| quote!(Envelope,));
    let error = imports.error.then(|| quote!(ApiError,));
    let failure_item = imports.item.then(|| quote!(, FailureItem));
    Some(quote! {
        #doc
        use lavka_runtime::client::{#envelope #error};
        use lavka_runtime::{Failure #failure_item};
        use super::types::*;
        #(#items)*
    })
}

#[derive(Default)]
struct Imports {
    envelope: bool,
    error: bool,
    item: bool,
}

/// Whether a type with `x-error` is an entry of another type's list of errors.
fn is_item(cx: &Context<'_>, id: TypeId) -> bool {
    cx.api.types.iter().any(|def| {
        let TypeKind::Struct(s) = &def.kind else {
            return false;
        };
        let lists = s
            .envelope
            .as_ref()
            .and_then(|e| e.errors)
            .into_iter()
            .chain(s.error.as_ref().and_then(|e| e.messages));
        lists
            .filter_map(|index| s.fields.get(index))
            .any(|f| f.ty == TypeRef::List(Box::new(TypeRef::Named(id))))
    })
}

fn open(
    cx: &Context<'_>,
    id: TypeId,
    s: &Struct,
    envelope: &Envelope,
    imports: &mut Imports,
) -> TokenStream {
    let name = cx.type_ident(id);
    let members = cx.member_idents(id);
    let status = &members[envelope.status];
    let succeeded = succeeded(cx, &s.fields[envelope.status], status, envelope);
    let code = as_text(cx, &s.fields[envelope.status], &quote!(self.#status))
        .map(|text| quote!(code: Some(#text),));
    let message = envelope.message.map(|index| {
        let field = &members[index];
        if is_optional(s.fields[index].presence) {
            quote!(message: self.#field,)
        } else {
            quote!(message: Some(self.#field),)
        }
    });
    let errors = envelope.errors.map(|index| {
        let value = items(cx, &s.fields[index], &members[index], imports);
        quote!(errors: #value,)
    });
    let rest = (code.is_none() || message.is_none() || errors.is_none())
        .then(|| quote!(..Failure::default()));
    let failure = quote!(Failure { #code #message #errors #rest });
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
    let body = if envelope.success.is_empty() {
        quote!(Err(#failure))
    } else {
        quote!(if #succeeded { Ok(#value) } else { Err(#failure) })
    };
    quote! {
        impl Envelope for #name {
            type Content = #content;

            fn open(self) -> Result<Option<#content>, Failure> {
                #body
            }
        }
    }
}

/// An expression of type `bool`: the status is one of the good values.
fn succeeded(cx: &Context<'_>, field: &Field, ident: &Ident, envelope: &Envelope) -> TokenStream {
    if envelope.success.is_empty() {
        return quote!(false);
    }
    match &field.ty {
        TypeRef::Named(id) if matches!(cx.api.ty(*id).kind, TypeKind::Enum(_)) => {
            let TypeKind::Enum(e) = &cx.api.ty(*id).kind else {
                return quote!(false);
            };
            let ty = cx.type_ident(*id);
            let variants = cx.member_idents(*id);
            let good = envelope
                .success
                .iter()
                .filter_map(|value| e.values.iter().position(|v| &v.wire == value))
                .filter_map(|index| variants.get(index));
            quote!(matches!(self.#ident, #(#ty::#good)|*))
        }
        TypeRef::Scalar(Scalar::String) => {
            let good = envelope.success.iter().filter_map(literal);
            quote!(matches!(self.#ident.as_str(), #(#good)|*))
        }
        _ => {
            let good: Vec<_> = envelope.success.iter().filter_map(literal).collect();
            match good.as_slice() {
                [only] => quote!(self.#ident == #only),
                many => quote!(matches!(self.#ident, #(#many)|*)),
            }
        }
    }
}

/// The value as a `String`, where it is a scalar or an enum that is there.
fn as_text(cx: &Context<'_>, field: &Field, value: &TokenStream) -> Option<TokenStream> {
    if is_optional(field.presence) {
        return None;
    }
    match &field.ty {
        TypeRef::Scalar(Scalar::Secret | Scalar::Binary) => None,
        TypeRef::Scalar(_) => Some(quote!(#value.to_string())),
        TypeRef::Named(id) if matches!(cx.api.ty(*id).kind, TypeKind::Enum(_)) => {
            Some(quote!(#value.to_string()))
        }
        _ => None,
    }
}

/// An expression of type `Vec<FailureItem>` from a field that lists errors.
fn items(cx: &Context<'_>, field: &Field, ident: &Ident, imports: &mut Imports) -> TokenStream {
    let list = if is_optional(field.presence) {
        quote!(self.#ident.into_iter().flatten())
    } else {
        quote!(self.#ident.into_iter())
    };
    match &field.ty {
        TypeRef::List(entry) => match &**entry {
            TypeRef::Named(id) if matches!(&cx.api.ty(*id).kind, TypeKind::Struct(s) if s.error.is_some()) =>
            {
                quote!(#list.map(Into::into).collect())
            }
            TypeRef::Scalar(Scalar::String) => {
                imports.item = true;
                quote!(#list.map(|message| FailureItem { message, ..FailureItem::default() }).collect())
            }
            TypeRef::Any => quote!(#list.map(Into::into).collect()),
            _ => quote!(#list.map(|error| format!("{error:?}").into()).collect()),
        },
        TypeRef::Map(value) => {
            imports.item = true;
            let message = if **value == TypeRef::List(Box::new(TypeRef::Scalar(Scalar::String))) {
                quote!(.flat_map(|(field, texts)| texts.into_iter().map(move |message| FailureItem {
                    field: Some(field.clone()),
                    message,
                    ..FailureItem::default()
                })))
            } else if **value == TypeRef::Scalar(Scalar::String) {
                quote!(.map(|(field, message)| FailureItem { field: Some(field), message, ..FailureItem::default() }))
            } else {
                quote!(.map(|(field, value)| FailureItem {
                    field: Some(field),
                    message: format!("{value:?}"),
                    ..FailureItem::default()
                }))
            };
            quote!(#list #message.collect())
        }
        _ => quote!(Vec::new()),
    }
}

/// A body that explains a failure by itself.
fn failure(
    cx: &Context<'_>,
    id: TypeId,
    s: &Struct,
    shape: &ErrorShape,
    imports: &mut Imports,
) -> TokenStream {
    let name = cx.type_ident(id);
    let members = cx.member_idents(id);
    let text = |index: Option<usize>| {
        let index = index?;
        let ident = &members[index];
        let field = &s.fields[index];
        match (&field.ty, is_optional(field.presence)) {
            (TypeRef::Scalar(Scalar::String), true) => Some(quote!(self.#ident)),
            (TypeRef::Scalar(Scalar::String), false) => Some(quote!(Some(self.#ident))),
            (_, true) => Some(quote!(self.#ident.map(|value| value.to_string()))),
            (_, false) => Some(quote!(Some(self.#ident.to_string()))),
        }
    };
    let code = text(shape.code).map(|code| quote!(code: #code,));
    let message = text(shape.message).map(|message| quote!(message: #message,));
    let errors = shape.messages.map(|index| {
        let value = items(cx, &s.fields[index], &members[index], imports);
        quote!(errors: #value,)
    });
    let rest = (code.is_none() || message.is_none() || errors.is_none())
        .then(|| quote!(..Failure::default()));
    quote! {
        impl ApiError for #name {
            fn failure(self) -> Failure {
                Failure { #code #message #errors #rest }
            }
        }
    }
}

/// An entry of a list of errors.
fn item(cx: &Context<'_>, id: TypeId, s: &Struct, shape: &ErrorShape) -> TokenStream {
    let name = cx.type_ident(id);
    let members = cx.member_idents(id);
    let code = shape.code.map(|index| {
        let ident = &members[index];
        match (&s.fields[index].ty, is_optional(s.fields[index].presence)) {
            (TypeRef::Scalar(Scalar::String), true) => quote!(code: error.#ident,),
            (_, true) => quote!(code: error.#ident.map(|code| code.to_string()),),
            (_, false) => quote!(code: Some(error.#ident.to_string()),),
        }
    });
    let message = shape
        .message
        .map(|index| message(cx, &s.fields[index], &members[index]));
    quote! {
        impl From<#name> for FailureItem {
            fn from(error: #name) -> Self {
                #[allow(unused_mut)]
                let mut item = Self { #code ..Self::default() };
                #message
                item
            }
        }
    }
}

/// Statements that put an error's text into `item`.
fn message(cx: &Context<'_>, field: &Field, ident: &Ident) -> TokenStream {
    let optional = is_optional(field.presence);
    let TypeRef::Named(id) = &field.ty else {
        return if optional {
            quote!(item.message = error.#ident.unwrap_or_default();)
        } else {
            quote!(item.message = error.#ident;)
        };
    };
    let TypeKind::Union(u) = &cx.api.ty(*id).kind else {
        return quote!();
    };
    let ty = cx.type_ident(*id);
    let arms = u
        .variants
        .iter()
        .zip(cx.member_idents(*id))
        .map(|(v, variant)| {
            let pattern = if optional {
                quote!(Some(#ty::#variant(value)))
            } else {
                quote!(#ty::#variant(value))
            };
            let body = match &v.ty {
                TypeRef::Scalar(Scalar::String) => quote!(item.message = value),
                TypeRef::List(entry) => match localized(cx, entry) {
                    Some(pair) => {
                        quote!(item.localized = value.into_iter().map(|text| #pair).collect())
                    }
                    None => quote!(item.message = format!("{value:?}")),
                },
                _ => quote!(item.message = format!("{value:?}")),
            };
            quote!(#pattern => #body,)
        });
    let none = optional.then(|| quote!(None => {}));
    quote!(match error.#ident { #(#arms)* #none })
}

/// A pair of language and text from an entry `text` with two texts: the first tells the language.
fn localized(cx: &Context<'_>, entry: &TypeRef) -> Option<TokenStream> {
    let TypeRef::Named(id) = entry else {
        return None;
    };
    let TypeKind::Struct(s) = &cx.api.ty(*id).kind else {
        return None;
    };
    let members = cx.member_idents(*id);
    let [language, text] = s.fields.as_slice() else {
        return None;
    };
    let string = |field: &Field, ident: &Ident| match (&field.ty, is_optional(field.presence)) {
        (TypeRef::Scalar(Scalar::String), false) => Some(quote!(text.#ident)),
        (TypeRef::Scalar(Scalar::String), true) => Some(quote!(text.#ident.unwrap_or_default())),
        (TypeRef::Named(_), false) => Some(quote!(text.#ident.to_string())),
        _ => None,
    };
    let language = string(language, &members[0])?;
    let text = string(text, &members[1])?;
    Some(quote!((#language, #text)))
}
