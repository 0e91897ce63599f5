//! Files that are split by the tags of operations.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::plan::files::File;

/// The modules of tags, and the export of what is in them.
pub(super) fn modules(file: &File) -> TokenStream {
    if file.tags.is_empty() {
        return TokenStream::new();
    }
    let names = file.tags.iter().map(|tag| format_ident!("{}", tag.name));
    let names: Vec<Ident> = names.collect();
    // A program need not use all of an API.
    quote! {
        #(mod #names;)*
        #[allow(unused_imports)]
        pub use self::{#(#names::*),*};
    }
}
