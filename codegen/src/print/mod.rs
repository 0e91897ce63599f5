//! The plan as tokens. Nothing is decided here.

mod bodies;
pub mod client;
mod credentials;
mod docs;
pub mod dynamic;
mod headers;
mod logins;
mod methods;
mod module;
pub mod operations;
mod options;
mod pages;
pub mod replies;
pub mod rust_type;
mod servers;
mod testing;
pub mod types;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

pub use docs::DOCS;
pub use module::{FILES, Layout, Part, Printer, nested, root};

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
