//! The plan as tokens. Nothing is decided here.

mod bodies;
mod by_tag;
pub mod client;
mod credentials;
pub mod dynamic;
mod headers;
mod logins;
mod method;
mod methods;
mod module;
pub mod operations;
mod options;
mod pages;
mod part;
pub mod replies;
pub mod rust_type;
mod servers;
mod testing;
pub mod types;
mod unions;

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, TokenStream, TokenTree};
use quote::{format_ident, quote};
use serde_json::Value;

use crate::plan::tags::Tag;
use crate::plan::wire::Style;
pub use module::{Layout, Unit, nested, root, units};
pub use part::{Code, Comments, DOCS, Part, Sink};

/// The items with a sign between them. They are moved; `quote!` would copy their tokens.
fn joined(sign: char, items: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    let mut tokens = TokenStream::new();
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            tokens.extend([TokenTree::Punct(Punct::new(sign, Spacing::Alone))]);
        }
        tokens.extend(item);
    }
    tokens
}

/// `{ a, b }`
fn braces(items: impl IntoIterator<Item = TokenStream>) -> Group {
    Group::new(Delimiter::Brace, joined(',', items))
}

/// `[a, b]`
fn brackets(items: impl IntoIterator<Item = TokenStream>) -> Group {
    Group::new(Delimiter::Bracket, joined(',', items))
}

/// `(a, b)`
fn parentheses(items: impl IntoIterator<Item = TokenStream>) -> Group {
    Group::new(Delimiter::Parenthesis, joined(',', items))
}

/// A struct with these fields, and the others as in `base`.
fn update(ty: &TokenStream, set: Vec<TokenStream>, base: TokenStream) -> TokenStream {
    if set.is_empty() {
        return base;
    }
    let mut last = quote!(..);
    last.extend(base);
    let fields = braces(set.into_iter().chain([last]));
    quote!(#ty #fields)
}

fn option(value: Option<impl quote::ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}

fn number(n: u64) -> Literal {
    Literal::u32_unsuffixed(u32::try_from(n).unwrap_or(u32::MAX))
}

/// The runtime's name of a style.
fn style_name(style: Style) -> Ident {
    let name = match style {
        Style::Simple => "Simple",
        Style::Label => "Label",
        Style::Matrix => "Matrix",
        Style::Form => "Form",
        Style::SpaceDelimited => "SpaceDelimited",
        Style::PipeDelimited => "PipeDelimited",
        Style::DeepObject => "DeepObject",
    };
    format_ident!("{name}")
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

/// A scalar as a literal without a type suffix.
fn literal(value: &Value) -> Option<TokenStream> {
    match value {
        Value::String(text) => Some(quote!(#text)),
        Value::Bool(flag) => Some(quote!(#flag)),
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}
