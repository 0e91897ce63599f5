//! The plan as tokens. Nothing is decided here.

mod bodies;
pub mod client;
mod credentials;
mod docs;
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

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use crate::plan::wire::Style;
pub use docs::DOCS;
pub use module::{FILES, Layout, Printer, nested, root};
pub use part::Part;

/// A struct with these fields, and the others as in `base`.
fn update(ty: &TokenStream, set: &[TokenStream], base: &TokenStream) -> TokenStream {
    match set.is_empty() {
        true => base.clone(),
        false => quote!(#ty { #(#set,)* ..#base }),
    }
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
